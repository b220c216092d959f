package console_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func TestClearsAwayWhatAKilledProcessLeft(t *testing.T) {
	needBrowser(t)
	tmp, err := os.MkdirTemp("/tmp", "m-") // short, as a socket's path must be
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(tmp) })
	t.Setenv("TMPDIR", tmp)
	folder := func(name string) string {
		dir := filepath.Join(tmp, "mozybot-chromium-"+name)
		if err := os.MkdirAll(filepath.Join(dir, "profile"), 0o700); err != nil {
			t.Fatal(err)
		}
		return dir
	}
	dead, living := folder("1"), folder("2")
	held, err := os.Open(living)
	if err != nil {
		t.Fatal(err)
	}
	defer held.Close()
	if err := syscall.Flock(int(held.Fd()), syscall.LOCK_EX); err != nil {
		t.Fatal(err)
	}
	orphan := exec.Command("/bin/sh", "-c", "while :; do read line; done", "chromium", "--user-data-dir="+filepath.Join(dead, "profile"))
	in, err := orphan.StdinPipe() // which nobody writes to
	if err == nil {
		err = orphan.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()

	f := newFront()
	defer f.server.Close()
	f.show(newModel(t))
	c, _ := newConsole(f.server.URL)
	if err := c.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := orphan.Wait(); err == nil || orphan.ProcessState.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
		t.Errorf("the dead process's browser ended with: %v", err)
	}
	if left := browserFolders(t, tmp); len(left) != 2 {
		t.Errorf("there are %q while a browser runs, beside another process's", left)
	}
	c.Close(context.Background())
	if left := browserFolders(t, tmp); len(left) != 1 || left[0] != living {
		t.Errorf("in the end there are %q", left)
	}
}

func TestALongFolderForTemporaryFiles(t *testing.T) {
	needBrowser(t)
	tmp := filepath.Join(t.TempDir(), strings.Repeat("long", 30))
	if err := os.Mkdir(tmp, 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("TMPDIR", tmp)
	f := newFront()
	defer f.server.Close()
	f.show(newModel(t))
	c, _ := newConsole(f.server.URL)
	defer c.Close(context.Background())
	if err := c.Start(t.Context()); err != nil {
		t.Error(err)
	}
}

func browserFolders(t *testing.T, tmp string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(tmp, "mozybot-chromium-*"))
	if err != nil {
		t.Fatal(err)
	}
	return found
}
