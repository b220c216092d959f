package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// Somebody who runs a program as the bot's user finds the tokens neither in the bot's environment nor in its memory, also where the
// bot is the first process of a container and has another one in front of it.
func TestNobodyReadsTheTokensOfTheRunningBot(t *testing.T) {
	t.Parallel()
	s := startSandbox(t)
	who := &syscall.SysProcAttr{}
	dir, err := os.MkdirTemp("/tmp", "mozybot-seen-") // which other users can reach, unlike the test's own
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if os.Getuid() == 0 { // whose rights would be in the way of the question
		who.Credential = &syscall.Credential{Uid: 10001, Gid: 10001}
		if err := os.Chown(dir, 10001, 10001); err != nil {
			t.Fatal(err)
		}
	}
	look := func(pid int, file string) (string, error) {
		c := exec.Command("head", "-c", "1", filepath.Join("/proc", strconv.Itoa(pid), file))
		c.SysProcAttr = who
		said, err := c.CombinedOutput()
		return string(said), err
	}
	bot := program(t, s, filepath.Join(dir, "mozybot.db"), "serve", actAsInit+"=1", "TMPDIR="+dir, "HOME="+dir, "CHROMIUM=/bin/false")
	bot.Path, bot.SysProcAttr = "/proc/self/exe", who
	bot.Stdout, bot.Stderr = t.Output(), t.Output()
	if err := bot.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { // killed, the first process would leave the other one behind
		if err := bot.Process.Signal(syscall.SIGTERM); err != nil {
			t.Error(err)
		}
		exitCode(t, bot)
	})
	closed := func(pid int) bool {
		said, err := look(pid, "environ")
		return err != nil && strings.Contains(said, "Permission denied")
	}
	serving := 0
	until(t, "both processes have closed themselves", func() bool {
		serving = serverOf(t, bot.Process.Pid) // at first it may be one that Go has made to see what the system can do
		return serving != 0 && closed(serving) && closed(bot.Process.Pid)
	})
	for _, pid := range []int{bot.Process.Pid, serving} {
		for _, file := range []string{"environ", "mem", "maps", "fd/0", "cwd/"} {
			if said, err := look(pid, file); err == nil || !strings.Contains(said, "Permission denied") {
				t.Errorf("%s of process %d: %v, %q", file, pid, err, said)
			}
		}
	}
	other := exec.Command("cat") // any other process of that user
	other.SysProcAttr = who
	if _, err := other.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	if err := other.Start(); err != nil {
		t.Fatal(err)
	}
	defer kill(t, other)
	if said, err := look(other.Process.Pid, "environ"); err != nil {
		t.Errorf("the looking tells nothing: %v, %s", err, said)
	}
}

// serverOf is the child of a process that serves; 0 while there is none.
func serverOf(t *testing.T, pid int) int {
	t.Helper()
	lists, err := filepath.Glob("/proc/" + strconv.Itoa(pid) + "/task/*/children") // each thread has its own
	if err != nil {
		t.Fatal(err)
	}
	for _, list := range lists {
		said, err := os.ReadFile(list)
		if err != nil {
			continue // the thread has ended
		}
		for word := range strings.FieldsSeq(string(said)) {
			line, err := os.ReadFile("/proc/" + word + "/cmdline")
			if child, wrong := strconv.Atoi(word); err == nil && wrong == nil && bytes.HasSuffix(line, []byte("\x00serve\x00")) {
				return child
			}
		}
	}
	return 0
}
