package orderfile_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"mozybot/fixtures/stalled"
	"mozybot/provision"
	"mozybot/provision/orderfile"
)

// The test binary plays the program whose child reads the file: with one of these as its first argument it is the child,
// well or misbehaving.
const (
	childReads      = "child-reads"
	childHangs      = "child-hangs"
	childSleeps     = "child-sleeps"
	childWorks      = "child-works"
	childNaps       = "child-naps"
	childIsKilled   = "child-is-killed"
	childMutters    = "child-mutters"
	childLeavesPipe = "child-leaves-pipe"
	childEats       = "child-eats-memory"
	childDies       = "child-dies"
	childBabbles    = "child-babbles"
	childIsAlone    = "child-is-alone"
	childTellsEnv   = "child-tells-environment"
	childTellsNet   = "child-tells-network"
	childTellsFDs   = "child-tells-open-files"
	childAttacks    = "child-attacks"
	childAsks       = "child-asks"
)

func TestMain(m *testing.M) {
	if len(os.Args) > 1 && strings.HasPrefix(os.Args[1], "child-") {
		os.Exit(child(os.Args[1:]))
	}
	os.Exit(stalled.Run(m))
}

func child(args []string) int {
	switch args[0] {
	case childReads:
		if err := orderfile.ServeChild(context.Background(), os.Stdin, os.Stdout); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
	case childHangs:
		// A grandchild in the same group holds the pipe open that the test listens to.
		pipe, err := os.OpenFile(args[1], os.O_WRONLY, 0)
		if err != nil {
			return 1
		}
		grandchild := exec.Command(os.Args[0], childSleeps)
		grandchild.ExtraFiles = []*os.File{pipe}
		if err := grandchild.Start(); err != nil {
			return 1
		}
		fmt.Fprint(pipe, "started")
		time.Sleep(time.Hour)
	case childSleeps:
		time.Sleep(time.Hour)
	case childWorks:
		for n := 0; n >= 0; n ^= 1 { // it is to be busy
		}
	case childNaps:
		time.Sleep(1500 * time.Millisecond) // what is measured is that it may
		return tell(provision.Order{Company: "rested"})
	case childIsKilled:
		if err := syscall.Kill(os.Getpid(), syscall.SIGKILL); err != nil {
			return 1
		}
		select {}
	case childMutters, childLeavesPipe:
		heir := exec.Command(os.Args[0], childSleeps)
		heir.Stdout = os.Stdout
		if err := heir.Start(); err != nil {
			return 1
		}
		if args[0] == childLeavesPipe {
			return tell(provision.Order{Company: "answered"})
		}
	case childIsAlone:
		file, err := os.OpenFile(args[1], os.O_RDWR|os.O_CREATE, 0o600)
		if err != nil {
			return 1
		}
		if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
			return 1
		}
		return tell(provision.Order{Company: "alone"})
	case childEats:
		var eaten [][]byte
		for {
			eaten = append(eaten, bytes.Repeat([]byte{1}, 8<<20))
			runtime.KeepAlive(eaten)
		}
	case childDies:
		panic("the child dies on purpose")
	case childBabbles:
		fmt.Println("this is no answer")
	case childTellsEnv:
		return tell(provision.Order{Company: strings.Join(os.Environ(), " ")})
	case childTellsNet:
		up, err := net.InterfaceAddrs()
		if err != nil {
			return 1
		}
		return tell(provision.Order{Company: fmt.Sprint(up)})
	case childAttacks:
		return attack(args[1:])
	case childAsks:
		return ask(args[1:])
	case childTellsFDs:
		if err := orderfile.CloseInherited(); err != nil {
			return 1
		}
		_, err := os.Stat("/dev/fd/" + args[1])
		return tell(provision.Order{Company: fmt.Sprint(err == nil)})
	}
	return 0
}

func tell(o provision.Order) int {
	if err := json.NewEncoder(os.Stdout).Encode(map[string]any{"order": o}); err != nil {
		return 1
	}
	return 0
}

// cacheDir is kept between runs: compiling the PDF engine takes seconds.
func cacheDir(t testing.TB) string {
	t.Helper()
	dir, err := os.UserCacheDir()
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(dir, "mozybot-test")
}

func newReader(t testing.TB, args ...string) *orderfile.Reader {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return &orderfile.Reader{Command: append([]string{self}, args...), CacheDir: cacheDir(t), Timeout: time.Minute}
}

func sample(t testing.TB, name string) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("..", "..", "fixtures", "orders", name))
	if err != nil {
		t.Fatal(err)
	}
	return content
}
