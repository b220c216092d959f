package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	linux "golang.org/x/sys/unix"

	"mozybot/provision"
	"mozybot/state/bolt"
)

// fullDiskState names the state file of a process whose disk is about to be full.
const fullDiskState = "MOZYBOT_TEST_FULL_DISK"

// The process that fills its disk is a child: no file of it can be written to beyond a size, its log included.
func TestTheStateIsReadyWhileAJobCanBeWritten(t *testing.T) {
	if path := os.Getenv(fullDiskState); path != "" {
		fillUp(t, path)
		return
	}
	t.Parallel()
	child := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
	child.Env = append(os.Environ(), fullDiskState+"="+filepath.Join(t.TempDir(), "mozybot.db"))
	if said, err := child.CombinedOutput(); err != nil {
		t.Errorf("%v:\n%s", err, said)
	}
}

// fillUp writes jobs, each after a probe that said it can be, until the probe says that it cannot.
func fillUp(t *testing.T, path string) {
	s, err := bolt.Open(path, bolt.Check)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	ctx, h := t.Context(), &health{store: s}
	if p := h.probe(ctx, time.Now()); !p.OK {
		t.Fatalf("a disk with room: %+v", p)
	}
	var room linux.Rlimit
	if err := linux.Getrlimit(linux.RLIMIT_FSIZE, &room); err != nil {
		t.Fatal(err)
	}
	full := linux.Rlimit{Cur: 2 << 20, Max: room.Max}
	if err := linux.Setrlimit(linux.RLIMIT_FSIZE, &full); err != nil {
		t.Fatal(err)
	}
	jobs := 0
	for h.probe(ctx, time.Now()).OK {
		if err := writeJob(ctx, s, jobs); err != nil {
			t.Fatalf("the probe said that the state can be written, and job %d could not be: %v", jobs, err)
		}
		jobs++
	}
	if says := h.probe(ctx, time.Now()).Says; jobs == 0 || !strings.Contains(says, "Is the disk full?") {
		t.Errorf("after %d jobs it says %q", jobs, says)
	}
	if err := linux.Setrlimit(linux.RLIMIT_FSIZE, &room); err != nil {
		t.Fatal(err)
	}
	if p := h.probe(ctx, time.Now()); !p.OK {
		t.Errorf("with room again: %+v", p)
	}
}

// writeJob makes a job with a long order in it, as long as any that people write.
func writeJob(ctx context.Context, s *bolt.Store, n int) error {
	order := provision.Order{Company: "Example Inc.", Contact: "Mister Guy", Email: "mguy@example.com"}
	for line := range 100 {
		order.Warnings = append(order.Warnings, fmt.Sprintf("Line %d of the order could not be read, so please look at the document itself.", line))
	}
	_, err := s.Create(ctx, provision.NewJob(fmt.Sprint("upload ", n), "U1", provision.Conversation{}, provision.Document{}, order, 1000, time.Now()))
	return err
}
