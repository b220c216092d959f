package orderfile_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/sirupsen/logrus"

	"mozybot/provision"
	"mozybot/provision/orderfile"
)

func TestReaderRefuses(t *testing.T) {
	for _, c := range []struct {
		name    string
		change  func(*orderfile.Reader)
		content []byte
		want    string
	}{
		{"a file that takes too long", func(r *orderfile.Reader) {
			r.Command, r.Timeout = append(r.Command[:1], childWorks), 100*time.Millisecond
		}, []byte("x"), "reading it took too long"},
		{"a file that takes too much memory", func(r *orderfile.Reader) {
			r.Command, r.MaxRSS = append(r.Command[:1], childEats), 100_000_000
		}, []byte("x"), "reading it took too much memory"},
		{"a file that kills its reader", func(r *orderfile.Reader) {
			r.Command = append(r.Command[:1], childDies)
		}, []byte("x"), "the program that reads it broke down over it"},
		{"an answer that is none", func(r *orderfile.Reader) {
			r.Command = append(r.Command[:1], childBabbles)
		}, []byte("x"), "the program that reads it broke down over it"},
		{"a file that is too large, before anything is started", func(r *orderfile.Reader) {
			r.Command, r.MaxBytes = []string{"/does/not/exist"}, 1_000_000
		}, make([]byte, 1_000_001), "larger than the 1 MB"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := newReader(t, childReads)
			c.change(r)
			_, err := r.Read(t.Context(), "order.txt", c.content)
			if provision.CodeOf(err) != provision.Invalid || !strings.Contains(provision.MessageOf(err), c.want) {
				t.Errorf("%v, want it invalid: %s", err, c.want)
			}
		})
	}
}

// TestReaderDoesNotBlameTheFileForTheMachine has children that cannot help it. The code makes the bot try again.
func TestReaderDoesNotBlameTheFileForTheMachine(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*orderfile.Reader)
	}{
		{"a process that gets no time", func(r *orderfile.Reader) {
			r.Command, r.WallClock = append(r.Command[:1], childHangs, fifo(t)), 100*time.Millisecond
		}},
		{"a process that the system ends", func(r *orderfile.Reader) { r.Command = append(r.Command[:1], childIsKilled) }},
		{"an answer that does not arrive", func(r *orderfile.Reader) { r.Command = append(r.Command[:1], childMutters) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := newReader(t, childReads)
			c.change(r)
			_, err := r.Read(t.Context(), "order.txt", []byte("x"))
			if provision.CodeOf(err) != provision.Unavailable || !strings.Contains(provision.MessageOf(err), "Please try again.") {
				t.Errorf("%v, want it unavailable", err)
			}
		})
	}
}

// TestReaderWaitsForABusyMachine has a child that sleeps for longer than a file may be worked on.
func TestReaderWaitsForABusyMachine(t *testing.T) {
	r := newReader(t, childNaps)
	r.Timeout = time.Second
	if o, err := r.Read(t.Context(), "order.txt", []byte("x")); err != nil || o.Company != "rested" {
		t.Errorf("%q, %v", o.Company, err)
	}
}

func TestReaderTakesAnAnswerWhateverBecomesOfItsPipe(t *testing.T) {
	o, err := newReader(t, childLeavesPipe).Read(t.Context(), "order.txt", []byte("x"))
	if err != nil || o.Company != "answered" {
		t.Errorf("%q, %v", o.Company, err)
	}
}

func TestReaderDoesNotBlameTheFileForOurMistakes(t *testing.T) {
	r := &orderfile.Reader{Command: []string{"/does/not/exist"}}
	if _, err := r.Read(t.Context(), "order.txt", []byte("x")); provision.CodeOf(err) != provision.Internal {
		t.Errorf("%v, want an internal error", err)
	}
}

func TestReaderKillsTheWholeGroup(t *testing.T) {
	path := fifo(t)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		_, err := newReader(t, childHangs, path).Read(ctx, "order.txt", []byte("x"))
		done <- err
	}()
	pipe, err := os.Open(path) // waits for the child
	if err != nil {
		t.Fatal(err)
	}
	defer pipe.Close()
	if _, err := io.ReadFull(pipe, make([]byte, len("started"))); err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want it cancelled", err)
	}
	if rest, err := io.ReadAll(pipe); err != nil || len(rest) > 0 { // ends when nobody is left who holds it
		t.Errorf("the pipe had %q, %v", rest, err)
	}
}

func TestReaderStartsFewAtATime(t *testing.T) {
	r := newReader(t, childIsAlone, filepath.Join(t.TempDir(), "lock"))
	r.AtOnce = 1
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			if o, err := r.Read(t.Context(), "order.txt", []byte("x")); err != nil || o.Company != "alone" {
				t.Errorf("%q, %v: another one was running", o.Company, err)
			}
		})
	}
	all.Wait()
}

func TestReaderHandsNoSecretsDown(t *testing.T) {
	t.Setenv("SLACK_BOT_TOKEN", "xoxb-secret")
	o, err := newReader(t, childTellsEnv).Read(t.Context(), "order.txt", []byte("x"))
	if err != nil || o.Company != "" {
		t.Errorf("the child's environment is %q, %v", o.Company, err)
	}
}

func TestReaderHandsNoFilesDown(t *testing.T) {
	fd, err := syscall.Dup(1) // as a service manager leaves one open: not marked to be closed
	if err != nil {
		t.Fatal(err)
	}
	defer syscall.Close(fd)
	o, err := newReader(t, childTellsFDs, strconv.Itoa(fd)).Read(t.Context(), "order.txt", []byte("x"))
	if err != nil || o.Company != "false" {
		t.Errorf("file %d is open in the child: %q, %v", fd, o.Company, err)
	}
}

func TestReaderGivesTheNetworkUp(t *testing.T) {
	var written bytes.Buffer
	log := logrus.New()
	log.SetOutput(&written)
	r := newReader(t, childTellsNet)
	r.Log = log
	for range 2 {
		o, err := r.Read(t.Context(), "order.txt", []byte("x"))
		if err != nil {
			t.Fatal(err)
		}
		switch told := strings.Count(written.String(), "has no network of its own"); {
		case o.Company == "[]" && told == 0:
		case o.Company != "[]" && told == 1: // this machine does not let it, which is said once
		default:
			t.Errorf("the child has the addresses %s, and the log says %q", o.Company, &written)
		}
	}
}

func TestReaderLogsWhatTheChildSays(t *testing.T) {
	var written bytes.Buffer
	log := logrus.New()
	log.SetOutput(&written)
	r := newReader(t, childDies)
	r.Log = log
	_, err := r.Read(t.Context(), "order.txt", []byte("x"))
	if !strings.Contains(written.String(), "dies on purpose") || strings.Contains(provision.MessageOf(err), "on purpose") {
		t.Errorf("log: %s\nerror: %v", &written, err)
	}
}

func TestReaderKeepsNoCodeWhereOthersWrite(t *testing.T) {
	shared := sharedDir(t)
	r := newReader(t, childReads)
	r.CacheDir = shared
	if err := r.Warm(t.Context()); err == nil || !strings.Contains(err.Error(), "others may write to") {
		t.Errorf("%v, want the folder refused: what lies in it is run as code", err)
	}
	if left, err := os.ReadDir(shared); err != nil || len(left) > 0 {
		t.Errorf("the folder holds %v, %v", left, err)
	}
}

// sharedDir is a folder that everybody may write to.
func sharedDir(t testing.TB) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "shared")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	return dir
}

// fifo is the path of a named pipe.
func fifo(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
