package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mozybot/state/bolt"
)

// One machine becomes three and back: the commands work on a state in etcd as on a file.
func TestCommandsOnAStateInEtcd(t *testing.T) {
	c, err := members()
	if err != nil {
		t.Fatal(err)
	}
	path, s := stateWith(t, 2)
	closeStore(t, s)
	place, dir := "etcd://"+strings.Join(c.Addrs(), ",")+"/commands", t.TempDir()
	run := func(line []string, says ...string) {
		t.Helper()
		out, errs, code := runCommand(t, line...)
		wantOutcome(t, code, out, errs, exitOK, says...)
	}
	file, back := filepath.Join(dir, "one.db"), filepath.Join(dir, "three.db")
	run([]string{"backup", file}, "2 jobs")
	t.Setenv("STATE", place)
	t.Setenv("STATE_COPY", filepath.Join(dir, "copy.db"))
	run([]string{"restore", file}, "Restored "+file+" to "+place, "2 jobs")
	run([]string{"audit", "verify"}, place+": nothing was changed", "2 jobs")
	heads := filepath.Join(dir, "heads")
	kept, err := bolt.OpenReadOnly(file, bolt.Check)
	if err != nil {
		t.Fatal(err)
	}
	headsFile(t, kept, heads)
	closeStore(t, kept)
	run([]string{"audit", "verify", "--heads", heads}, place+": nothing was changed", "It agrees with 1 signed head")
	line, err := os.ReadFile(heads)
	if err != nil {
		t.Fatal(err)
	}
	hasPosted(t, strings.TrimSpace(string(line)), "")
	run([]string{"audit", "verify", "--posted"}, place+": nothing was changed", "It agrees with 1 signed head")
	run([]string{"report", "job", "2"}, "Job 2: Example Inc.")
	run([]string{"backup", back}, "Backed up "+place+" to "+back, "2 jobs")
	out, errs, code := runCommand(t, "restore", file)
	wantOutcome(t, code, out, errs, exitFailed, "there is a state at "+place, "--move-aside")
	run([]string{"restore", file, "--move-aside"}, "is now "+filepath.Join(dir, "copy.db.before-"), "2 jobs")
	aside, err := filepath.Glob(filepath.Join(dir, "copy.db.before-*"))
	if err != nil || len(aside) != 1 {
		t.Fatalf("kept aside are %v, %v", aside, err)
	}
	run([]string{"audit", "verify", aside[0]}, "2 jobs")
	t.Setenv("STATE", path)
	run([]string{"restore", back, "--move-aside"}, "2 jobs")
}
