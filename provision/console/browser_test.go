package console_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"

	"mozybot/provision"
	"mozybot/provision/console"
)

func TestFindChromium(t *testing.T) {
	_, err := console.FindChromium(filepath.Join(t.TempDir(), "chromium"))
	code(t, err, provision.NotFound, "chromium")
	t.Setenv("PATH", t.TempDir())
	if _, err := exec.LookPath("/usr/bin/chromium"); err == nil {
		if found, err := console.FindChromium(""); err != nil || found != "/usr/bin/chromium" {
			t.Errorf("found %q: %v", found, err)
		}
	}
}

func TestABrowserThatCannotStart(t *testing.T) {
	f := newFront()
	defer f.server.Close()
	f.show(newModel(t))
	for name, want := range map[string]provision.Code{"/nowhere/chromium": provision.NotFound, "/bin/false": provision.Unavailable} {
		c, err := console.New(console.Config{URL: f.server.URL, ChromePath: name, Log: quiet()})
		if err != nil {
			t.Fatal(err)
		}
		code(t, c.Start(t.Context()), want)
		c.Close(context.Background())
	}
}

// Each start clears away the folders of dead ones, and a folder looks like one until it is held.
func TestBrowsersThatStartAtOnceLeaveEachOtherTheirFolders(t *testing.T) {
	var starts sync.WaitGroup
	for range 8 {
		starts.Go(func() {
			for range 20 {
				c, err := console.New(console.Config{URL: "http://127.0.0.1:1", ChromePath: "/bin/false", Log: quiet()})
				if err != nil {
					t.Error(err)
					return
				}
				if err := c.Start(t.Context()); err == nil || strings.Contains(err.Error(), "folder") {
					t.Error(err)
				}
				c.Close(context.Background())
			}
		})
	}
	starts.Wait()
}

func TestSurvivesACrash(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("looks for the browser's processes in /proc")
	}
	needBrowser(t)
	t.Parallel()
	for what, mark := range map[string]string{"of the browser": "--user-data-dir=", "of the tabs": "--type=renderer"} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			f := newFront()
			defer f.server.Close()
			m := newModel(t)
			f.show(m)
			c, _ := newConsole(f.server.URL)
			defer c.Close(context.Background())
			if _, err := c.Read(t.Context(), everything); err != nil {
				t.Fatal(err)
			}
			f.killBrowser(t, mark)
			// The first to notice may fail, but then nothing was changed; the next has a new browser.
			if err := c.AssignDefault(t.Context(), 15, 10); err != nil {
				code(t, err, provision.Unavailable)
				if err := c.AssignDefault(t.Context(), 15, 10); err != nil {
					t.Error("the next caller:", err)
				}
			}
			if _, err := c.Reader().Read(t.Context(), everything); err != nil {
				t.Error("the reader:", err)
			}
			wrote(t, m, "edit_group")
		})
	}
}

// killBrowser kills those processes of this console's browser that have the flag.
func (f *front) killBrowser(t testing.TB, flag string) {
	t.Helper()
	found := f.processes(t, flag)
	if len(found) == 0 {
		t.Fatalf("the browser has no process with %s", flag)
	}
	for _, pid := range found {
		// One that has ended because of another is fine.
		if err := syscall.Kill(pid, syscall.SIGKILL); err != nil && !errors.Is(err, syscall.ESRCH) {
			t.Fatal(err)
		}
	}
}

// processes are those with the flag that belong to this console's browser: the one whose first process was told this
// address to go to.
func (f *front) processes(t testing.TB, flag string) (found []int) {
	t.Helper()
	parents, lines := map[int]int{}, map[int]string{}
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, name := range stats {
		stat, err := os.ReadFile(name)
		line, err2 := os.ReadFile(filepath.Join(filepath.Dir(name), "cmdline"))
		if err != nil || err2 != nil {
			continue // it has ended meanwhile
		}
		pid, err := strconv.Atoi(filepath.Base(filepath.Dir(name)))
		if err != nil {
			t.Fatal(err)
		}
		_, rest, _ := strings.Cut(string(stat), ") ")
		if fields := strings.Fields(rest); len(fields) > 1 {
			parents[pid], _ = strconv.Atoi(fields[1])
		}
		lines[pid] = string(line)
	}
	for pid, line := range lines {
		ours := false
		for p := pid; p > 1 && !ours; p = parents[p] {
			ours = strings.Contains(lines[p], "--proxy-bypass-list=<-loopback>;"+f.server.URL+"\x00")
		}
		if ours && strings.Contains(line, flag) {
			found = append(found, pid)
		}
	}
	return found
}

func TestCloseEndsWhoeverIsAtWork(t *testing.T) {
	needBrowser(t)
	t.Parallel()
	f := newFront()
	defer f.server.Close()
	m := newModel(t)
	f.show(m)
	c, _ := newConsole(f.server.URL)
	if err := c.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	set(t, m, "latency=60000")
	began := make(chan struct{})
	f.onRequest(sync.OnceFunc(func() { close(began) }))
	ended := make(chan error)
	go func() {
		_, err := c.Read(t.Context(), everything)
		ended <- err
	}()
	<-began
	c.Close(context.Background())
	code(t, <-ended, provision.Unavailable)
	c.Close(context.Background())
	_, err := c.Read(t.Context(), everything)
	code(t, err, provision.Unavailable)
}

func TestCloseBeforeAnything(t *testing.T) {
	c, _ := newConsole("http://127.0.0.1:1")
	c.Close(context.Background())
	code(t, c.Start(t.Context()), provision.Unavailable)
}
