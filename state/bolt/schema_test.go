package bolt_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mozybot/provision"
	"mozybot/state/bolt"
)

// oldFile is a file as an earlier version left it: five jobs, one for each way that a job can stand.
func oldFile(t *testing.T, name string) (path string) {
	t.Helper()
	packed, err := os.Open(filepath.Join("testdata", name+".gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer packed.Close()
	content, err := gzip.NewReader(packed)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(content)
	if err != nil {
		t.Fatal(err)
	}
	path = filepath.Join(t.TempDir(), "state.db")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestAFileOfVersion1IsBroughtAlong(t *testing.T) {
	path := oldFile(t, "schema-1.db")
	s := open(t, path)
	ctx := t.Context()

	want := map[provision.JobID]provision.State{"1": provision.Done, "2": provision.Pending, "3": provision.Incomplete, "4": provision.Declined, "5": provision.Stuck}
	jobs, err := s.Jobs(ctx)
	if err != nil || len(jobs) != len(want) {
		t.Fatalf("%d jobs, %v", len(jobs), err)
	}
	for _, j := range jobs {
		if j.State() != want[j.ID] {
			t.Errorf("job %s is %s", j.ID, j.State())
		}
		alike, err := s.FindDuplicates(ctx, provision.Job{Document: j.Document})
		if err != nil || len(alike) != 1 || alike[0].ID != j.ID {
			t.Errorf("job %s is not found by its document: %d, %v", j.ID, len(alike), err)
		}
	}
	if ended, total, err := s.Ended(ctx, jobs[0].CreatedAt.AddDate(-1, 0, 0), 10); err != nil || total != 2 || ended[0].ID != "1" {
		t.Errorf("%d ended, %v", total, err)
	}
	gate, err := s.ConsoleAccess(ctx)
	if err != nil || gate.Pause.By != "U0APPROVER" {
		t.Errorf("the pause is %+v, %v", gate.Pause, err)
	}
	if heard, err := s.Setting(ctx, "heard"); err != nil || heard == "" {
		t.Errorf("the other settings are gone: %v", err)
	}
	if events, err := s.Unhandled(ctx); err != nil || len(events) != 1 {
		t.Errorf("%d events, %v", len(events), err)
	}
	wantSound(t, s)
	facts, err := s.AuditTrail(ctx, "5")
	if err != nil || len(facts) != 14 || facts[1].Record.What != provision.WhatApproval || facts[1].Record.Policy != nil {
		t.Errorf("the stuck job's story has %d facts, %v", len(facts), err)
	}

	head, err := s.Head(ctx)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, path) // once, not every time
	if again, err := s.Head(ctx); err != nil || again != head {
		t.Errorf("opened again, the head is %v (%v), not %v", again, err, head)
	}
	if id := create(t, s, "next"); id != "6" {
		t.Errorf("the next job is %s", id)
	}
	wantSound(t, s)
}

// wantSound holds the audit against itself and against every job.
func wantSound(t *testing.T, s *bolt.Store) {
	t.Helper()
	if _, err := s.Verify(t.Context(), provision.Head{}); err != nil {
		t.Error(err)
	}
}

func TestAnUpgradeKeepsTheWayBack(t *testing.T) {
	path := oldFile(t, "schema-1.db")
	was, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	open(t, path)
	kept, err := filepath.Glob(filepath.Join(bolt.BackupDir(path), "*"))
	if err != nil || len(kept) != 1 || !strings.HasPrefix(filepath.Base(kept[0]), "version-1-") {
		t.Fatalf("kept are %v, %v", kept, err)
	}
	copied, err := os.ReadFile(kept[0])
	if err != nil || len(copied) == 0 || !bytes.Equal(copied[8192:], was[8192:len(copied)]) { // the pages before are the file's head, written anew
		t.Errorf("the copy of %d bytes is not the file of %d bytes, %v", len(copied), len(was), err)
	}
	if v, err := bolt.Restore(t.Context(), kept[0], filepath.Join(t.TempDir(), "state.db"), inChild); err != nil || v.Jobs != 5 {
		t.Errorf("restored from it: %+v, %v", v, err)
	}
}
