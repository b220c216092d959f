package main

import (
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/sirupsen/logrus"

	"mozybot/cmd/mozybot/config"
	"mozybot/state/bolt"
)

// firstRelease is the state file that the first release left, with a job in each of five states.
func firstRelease(t *testing.T, path string) {
	t.Helper()
	packed, err := os.Open("../../state/bolt/testdata/schema-1.db.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer packed.Close()
	z, err := gzip.NewReader(packed)
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
}

// The page "Upgrade, and back" of the README, as an operator goes through it: what the doctor says before, what a start does, what
// verify says after, and what there is to go back with. TestWitness has every job of earlier programs carried on.
func TestUpgradeFromTheFirstReleaseAndBack(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "mozybot.db")
	t.Setenv("STATE", path)
	firstRelease(t, path)

	seen, err := bolt.Survey(t.Context(), path, bolt.Check)
	if err != nil || !seen.Earlier {
		t.Fatalf("before: %+v, %v", seen, err)
	}
	out, errs, code := runCommand(t, "backup", filepath.Join(dir, "before.db"))
	wantOutcome(t, code, out, errs, exitFailed, "the form of another version of mozybot") // which the program makes that wrote it

	store, err := openStore(t.Context(), config.Config{State: path}, logrus.New()) // as a start does
	if err != nil {
		t.Fatal(err)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	out, errs, code = runCommand(t, "audit", "verify")
	wantOutcome(t, code, out, errs, exitOK, "nothing was changed, and every job agrees", "5 jobs")

	kept, err := filepath.Glob(filepath.Join(bolt.BackupDir(path), "version-1-*.db"))
	if err != nil || len(kept) != 1 {
		t.Fatalf("kept are %v, %v", kept, err)
	}
	// The copy is still of the form that the first release reads, so that release's own restore takes it.
	back, err := bolt.Survey(t.Context(), kept[0], bolt.Check)
	if err != nil || !back.Earlier {
		t.Errorf("the way back: %+v, %v", back, err)
	}
	// And today's takes it, too, should somebody go back and forth.
	out, errs, code = runCommand(t, "restore", kept[0])
	wantOutcome(t, code, out, errs, exitFailed, "--move-aside")
	out, errs, code = runCommand(t, "restore", kept[0], "--move-aside")
	wantOutcome(t, code, out, errs, exitOK, "5 jobs")
	out, errs, code = runCommand(t, "audit", "verify")
	wantOutcome(t, code, out, errs, exitOK, "nothing was changed")
	aside, err := filepath.Glob(path + ".*")
	if err != nil || !strings.Contains(strings.Join(aside, " "), path) {
		t.Errorf("what was there is gone: %v, %v", aside, err)
	}
}
