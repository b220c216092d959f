package main

import (
	"path/filepath"
	"strings"
	"testing"

	"mozybot/state/bolt"
)

func TestAStateInEtcdIsConfigured(t *testing.T) {
	place := "etcd://etcd-1.example:2379,etcd-2.example:2379,etcd-3.example:2379/mozybot"
	for _, c := range []struct {
		name string
		set  map[string]string
		says []string // "" for nothing
	}{
		{"as it should be", map[string]string{"STATE": place}, nil},
		{"without a prefix", map[string]string{"STATE": "etcd://etcd-1.example:2379"}, []string{"STATE is", "has no prefix", "etcd://etcd-1.example:2379/mozybot"}},
		{"with a password in it", map[string]string{"STATE": "etcd://me:hush@etcd-1.example/mozybot"}, []string{"STATE is", "STATE_USERNAME and STATE_PASSWORD"}},
		{"with a host that is none", map[string]string{"STATE": "etcd://etcd-1.example:2379,,/mozybot"}, []string{"STATE is", "no host:port"}},
		{"a lease shorter than two acts", map[string]string{"STATE": place, "LEASE": "9s"}, []string{"LEASE is 9s, shorter than two ACT_TIMEs of 5s"}},
		{"a lease of no whole seconds", map[string]string{"STATE": place, "LEASE": "12500ms"}, []string{"LEASE is 12.5s: it must be whole seconds"}},
		{"a user without a password", map[string]string{"STATE": place, "STATE_USERNAME": "mozybot"}, []string{"STATE_USERNAME and STATE_PASSWORD come together"}},
		{"a certificate without a key", map[string]string{"STATE": place, "STATE_CERT": "/nowhere.pem"}, []string{"STATE_CERT and STATE_KEY come together"}},
		{"an authority that is not there", map[string]string{"STATE": place, "STATE_CA": "/nowhere.pem"}, []string{"STATE_CA cannot be read"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			all := complete()
			for name, value := range c.set {
				all[name] = value
			}
			withEnvironment(t, all)
			_, err := loadConfig()
			if (err == nil) != (c.says == nil) {
				t.Fatalf("got %v", err)
			}
			for _, words := range c.says {
				if !strings.Contains(err.Error(), words) {
					t.Errorf("%q does not say %q", err, words)
				}
			}
		})
	}
}

// Whatever else is wrong with an address, the password in it is not told.
func TestAPasswordInTheAddressOfAStateIsNotTold(t *testing.T) {
	for _, place := range []string{
		"etcd://me:hush@etcd-1.example:2379/mozybot",
		"etcd://me:hush@etcd-1.example:2379",
		"etcd://me:hush@etcd-1.example:2379/",
		"etcd://me:hush@etcd-1.example:2379,me:hush@etcd-2.example:2379/mozybot",
		"etcd://etcd-1.example:2379,me:hush@etcd-2.example:2379",
		"etcd://me:hush@etcd-1.example:2379,etcd-2.example:2379/mozybot",
		"etcd://me:hu/sh@etcd-1.example:2379/mozybot",
		"etcd://me:hush@/mozybot",
		"etcd://me:hush%zz@etcd-1.example:2379/mozybot",
		"etcd://me:hush@etcd-1.example:2379,me:hus@h@etcd-2.example:2379/mozybot",
	} {
		all := complete()
		all["STATE"] = place
		withEnvironment(t, all)
		_, err := loadConfig()
		if err == nil || !strings.Contains(err.Error(), "STATE is ") || !strings.Contains(err.Error(), "STATE_USERNAME and STATE_PASSWORD") {
			t.Errorf("%s: %v", place, err)
		}
		for _, part := range []string{"hus", "hu/", "sh@", "h@e"} {
			if err != nil && strings.Contains(err.Error(), part) {
				t.Errorf("%s: %q has %q of the password", place, err, part)
			}
		}
	}
}

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
