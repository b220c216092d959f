package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	system "golang.org/x/sys/unix"
)

// actAsInit has this test program run mozybot as the first process of a container would. It isn't the first one, so the
// kernel is asked to give it what loses its parent.
const actAsInit = "MOZYBOT_TEST_INIT"

func init() {
	if os.Getenv(actAsInit) == "" {
		return
	}
	err := errors.Join(os.Unsetenv(actAsInit), system.Prctl(system.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0))
	if err != nil {
		panic(err)
	}
	os.Exit(runUnderInit(os.Stderr))
}

// A container without an init of its own: the browser dies again and again, and what it leaves behind is collected.
func TestTheFirstProcessOfAContainerLeavesNothingBehind(t *testing.T) {
	needBrowser(t)
	t.Parallel()
	s := startSandbox(t)
	addr := freeAddr(t)
	bot := mozybot(t, s, filepath.Join(t.TempDir(), "mozybot.db"), "serve", actAsInit+"=1", "HEALTH_ADDR="+addr, "CONSOLE_CHECK_EVERY=1s")
	t.Cleanup(func() { killChildren(t, bot.Process.Pid) }) // they would outlive it, with its output open: it is no container's first
	until(t, "the bot is ready", func() bool { return isReady(addr) })
	for range 2 {
		var before []int
		until(t, "one browser runs", func() bool { // it is two for a moment, when it makes a process of its own kind
			before = browsers(t, bot)
			return len(before) == 1
		})
		if err := syscall.Kill(before[0], syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
		until(t, "another browser runs and nothing is left of the first", func() bool {
			now := browsers(t, bot)
			return len(now) == 1 && now[0] != before[0] && len(zombies(t, bot.Process.Pid)) == 0
		})
	}
	if err := bot.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if code := exitCode(t, bot); code != exitOK {
		t.Errorf("exit code %d", code)
	}
}

// Whoever asks the first process for the end asks the bot, and gets its exit code.
func TestTheFirstProcessOfAContainerEndsAsTheBotDoes(t *testing.T) {
	t.Parallel()
	c := exec.Command(os.Args[0], "quote", "--gb", "nonsense")
	c.Env = []string{actAsInit + "=1"}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	if code := exitCode(t, c); code != exitUsage {
		t.Errorf("exit code %d, want the command's", code)
	}
}

// browsers are the first processes of the browsers in a bot's temporary folder.
func browsers(t *testing.T, bot *exec.Cmd) (found []int) {
	t.Helper()
	var folder string
	for _, v := range bot.Env {
		if dir, ok := strings.CutPrefix(v, "TMPDIR="); ok {
			folder = dir
		}
	}
	for pid, p := range processes(t) {
		if bytes.Contains(p.line, []byte("--user-data-dir="+folder+"/")) && !bytes.Contains(p.line, []byte("--type=")) {
			found = append(found, pid)
		}
	}
	return found
}

// killChildren ends the processes that a process has started, if it still runs.
func killChildren(t *testing.T, parent int) {
	t.Helper()
	for pid, p := range processes(t) {
		if p.parent == parent {
			_ = syscall.Kill(pid, syscall.SIGKILL) // it may have ended meanwhile
		}
	}
}

// zombies are a process's children that have ended and were not collected.
func zombies(t *testing.T, parent int) (found []int) {
	t.Helper()
	for pid, p := range processes(t) {
		if p.parent == parent && p.state == "Z" {
			found = append(found, pid)
		}
	}
	return found
}

type process struct {
	parent int
	state  string
	line   []byte
}

func processes(t *testing.T) map[int]process {
	t.Helper()
	all, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		t.Fatal(err)
	}
	found := map[int]process{}
	for _, name := range all {
		stat, err := os.ReadFile(name)
		line, err2 := os.ReadFile(filepath.Join(filepath.Dir(name), "cmdline"))
		pid, err3 := strconv.Atoi(filepath.Base(filepath.Dir(name)))
		_, rest, _ := strings.Cut(string(stat), ") ")
		if fields := strings.Fields(rest); errors.Join(err, err2, err3) == nil && len(fields) > 1 { // else it has ended meanwhile
			parent, _ := strconv.Atoi(fields[1])
			found[pid] = process{parent, fields[0], line}
		}
	}
	return found
}
