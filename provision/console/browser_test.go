package console_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"mozybot/fixtures/executable"
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

// A start that fails ends with a sentence and leaves nothing that the next start, or the end, would wait for.
func TestABrowserThatCannotStart(t *testing.T) {
	for name, tc := range map[string]struct {
		program string
		code    provision.Code
		says    string
	}{
		"there is none":               {"/nowhere/chromium", provision.NotFound, "no browser that can be run at /nowhere/chromium"},
		"it ends at once":             {"/bin/false", provision.Unavailable, "the browser does not start"},
		"it says why it ends":         {script(t, "echo 'missing libnss3.so' >&2; exit 127"), provision.Unavailable, "missing libnss3.so"},
		"it prints megabytes":         {script(t, "yes 'nothing of use' | head -c 3000000 >&2; echo '[1:1:FATAL:a.cc] out of luck' >&2; echo 'a dump was written' >&2; exit 1"), provision.Unavailable, "out of luck"},
		"it has no fonts":             {script(t, "echo '[1:1:FATAL:SkFontMgr.cpp] Not implemented.' >&2; exit 1"), provision.Unavailable, "install some"},
		"it is no program":            {file(t, "what a download left"), provision.Unavailable, "exec format error"},
		"its interpreter is not here": {file(t, "#!/nowhere/sh\n"), provision.Unavailable, "no such file"},
		"it never answers":            {script(t, "sleep 1000; :"), provision.Unavailable, "did not answer in time"},
		"it answers nonsense":         {script(t, "echo nonsense >&4; sleep 1000"), provision.Unavailable, "did not answer in time"},
		"it closes its pipes":         {script(t, "exec 3>&- 4>&-; exit 3"), provision.Unavailable, "the browser does not start"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := browserAt(t, tc.program)
			if tc.says == "did not answer in time" {
				c.StartWithin(time.Second)
			}
			for range 2 {
				err := c.Start(t.Context())
				code(t, err, tc.code)
				if err == nil || !strings.Contains(provision.MessageOf(err)+err.Error(), tc.says) {
					t.Errorf("it says %v", err)
				}
				if n := len(err.Error()); n > 1000 {
					t.Errorf("it says %d characters", n)
				}
			}
			endsWithin(t, time.Minute, "the console is closed", func() { c.Close(context.Background()) })
		})
	}
}

// A Chromium that finds no font dies at the first list to choose from.
func TestABrowserWithoutFontsSaysWhatIsMissing(t *testing.T) {
	needBrowser(t)
	chromium, err := console.FindChromium(os.Getenv("CHROMIUM"))
	if err != nil {
		t.Fatal(err)
	}
	s, m := enter(t, patient)
	s.front.show(m)
	none := filepath.Join(t.TempDir(), "fonts.conf")
	if err := os.WriteFile(none, []byte("<fontconfig><dir>/nowhere</dir></fontconfig>"), 0o600); err != nil {
		t.Fatal(err)
	}
	cfg, _ := config(s.front.server.URL)
	cfg.ChromePath, cfg.Sandbox = script(t, "FONTCONFIG_FILE="+none+" exec "+chromium+` "$@"`), console.SandboxOff
	c, err := console.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(context.Background())
	err = c.Check(t.Context(), provision.JobStep{}, role)
	code(t, err, provision.Unavailable, "SkFontMgr")
	if says := provision.MessageOf(err); !strings.Contains(says, "no fonts") || strings.Contains(says, "SkFontMgr") {
		t.Errorf("people read %q", says)
	}
}

// mozybot is told to end while its browser starts.
func TestAStartIsGivenUp(t *testing.T) {
	sleeper := script(t, "sleep 1000; :")
	t.Run("by whoever wanted it", func(t *testing.T) {
		t.Parallel()
		c := browserAt(t, sleeper)
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		if err := c.Start(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
		endsWithin(t, time.Minute, "the console is closed", func() { c.Close(context.Background()) })
	})
	t.Run("by the end", func(t *testing.T) {
		t.Parallel()
		c := browserAt(t, sleeper)
		c.StartWithin(time.Hour)
		started := make(chan error, 2)
		for range 2 { // the second waits for the first
			go func() { started <- c.Start(context.Background()) }()
		}
		endsWithin(t, time.Minute, "the console is closed", func() { c.Close(context.Background()) })
		for range 2 {
			endsWithin(t, time.Minute, "the start is given up", func() { code(t, <-started, provision.Unavailable) })
		}
	})
}

// The children of a script that stands in for the browser go with it.
func TestNothingIsLeftOfABrowserThatDidNotAnswer(t *testing.T) {
	pid := filepath.Join(t.TempDir(), "pid")
	c := browserAt(t, script(t, "sleep 1000 & echo $! >"+pid+"; wait"))
	c.StartWithin(time.Second)
	code(t, c.Start(t.Context()), provision.Unavailable)
	c.Close(context.Background())
	said, err := os.ReadFile(pid)
	if err != nil {
		t.Fatal(err)
	}
	child, err := strconv.Atoi(strings.TrimSpace(string(said)))
	if err != nil {
		t.Fatal(err)
	}
	if state, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", child)); err == nil && !strings.Contains(string(state), ") Z ") {
		t.Errorf("its child lives on: %s", state)
	}
}

func browserAt(t *testing.T, program string) anyones {
	t.Helper()
	cfg, _ := config("http://127.0.0.1:1")
	cfg.ChromePath, cfg.Sandbox = program, console.SandboxOff
	c, err := console.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return anyones{c}
}

// script is a program that stands in for the browser.
func script(t *testing.T, body string) string { return file(t, "#!/bin/sh\n"+body+"\n") }

func file(t *testing.T, content string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "chromium")
	if err := executable.Write(name, []byte(content)); err != nil {
		t.Fatal(err)
	}
	return name
}

// endsWithin fails a test that would hang.
func endsWithin(t *testing.T, most time.Duration, what string, do func()) {
	t.Helper()
	ended := make(chan struct{})
	go func() { defer close(ended); do() }()
	select {
	case <-ended:
	case <-time.After(most):
		t.Fatalf("waited %v in vain until %s", most, what)
	}
}

// The browsers of these machines say and do what Chromium does where its sandbox cannot be had.
func TestTheSandboxIsGivenUpOnlyWhereItCannotBeHad(t *testing.T) {
	needBrowser(t)
	chromium, err := console.FindChromium(os.Getenv("CHROMIUM"))
	if err != nil {
		t.Fatal(err)
	}
	const given, refused = `case "$*" in *--no-sandbox*) `, `FATAL:zygote_host_impl_linux.cc] No usable sandbox! Update your kernel`
	refusing := script(t, given+`exec `+chromium+` "$@";; esac; echo "[1:1:0101/000000.1:`+refused+`" >&2; exit 1`)
	dying := script(t, given+`exec `+chromium+` "$@";; esac; kill -TRAP $$`)
	broken := script(t, "echo 'missing libnss3.so' >&2; exit 127")
	for _, tc := range []struct {
		name, program string
		mode          console.Sandbox
		starts        bool
		says          string
	}{
		{"it is refused", refusing, console.SandboxAuto, true, "without Chromium's sandbox, which cannot be used here (No usable sandbox! Update your kernel)"},
		{"the browser dies of it", dying, console.SandboxAuto, true, "without Chromium's sandbox, which cannot be used here"},
		{"it is refused, and insisted on", refusing, console.SandboxOn, false, "No usable sandbox!"},
		{"nobody asks for it", refusing, console.SandboxOff, true, "without Chromium's sandbox, as CHROMIUM_SANDBOX says"},
		{"the browser does not start anyway", broken, console.SandboxAuto, false, "missing libnss3.so"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			cfg, log := config("http://127.0.0.1:1")
			cfg.ChromePath, cfg.Sandbox = tc.program, tc.mode
			c, err := console.New(cfg)
			if err != nil {
				t.Fatal(err)
			}
			c.AsNobodySpecial()
			defer c.Close(context.Background())
			how, err := c.StartBrowser(t.Context())
			if (err == nil) != tc.starts || !strings.Contains(how+fmt.Sprint(err), tc.says) {
				t.Errorf("it starts %q: %v", how, err)
			}
			warned := 0
			for _, entry := range log.AllEntries() {
				if strings.Contains(entry.Message, "sandbox") {
					warned++
				}
			}
			if want := tc.mode == console.SandboxAuto && tc.starts; (warned == 1) != want {
				t.Errorf("%d warnings", warned)
			}
		})
	}
}

// Each start clears away the folders of dead ones, and a folder looks like one until it is held.
func TestBrowsersThatStartAtOnceLeaveEachOtherTheirFolders(t *testing.T) {
	var starts sync.WaitGroup
	for range 8 {
		starts.Go(func() {
			for range 10 {
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
	f := newFront()
	defer f.server.Close()
	c, _ := newConsole(f.server.URL)
	defer c.Close(context.Background())
	for what, mark := range map[string]string{"of the browser": "--user-data-dir=", "of the tabs": "--type=renderer"} {
		t.Run(what, func(t *testing.T) {
			m := newModel(t)
			f.swap(m)
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
	begin := sync.OnceFunc(func() { close(began) })
	f.onRequest(func(*http.Request) { begin() })
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
