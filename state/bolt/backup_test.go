package bolt_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"mozybot/provision"
	"mozybot/state/bolt"
)

var monday = time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)

func TestABackupIsWholeWhileOthersWrite(t *testing.T) {
	s := open(t, newPath(t))
	var writers sync.WaitGroup
	ctx, stop := context.WithCancel(t.Context())
	for w := range 4 {
		writers.Go(func() {
			for n := 0; ctx.Err() == nil; n++ {
				job, err := s.Create(ctx, newJob(strconv.Itoa(w)+"/"+strconv.Itoa(n)))
				if err == nil {
					_, err = s.Update(ctx, job.ID, note, provision.Entry{Step: provision.StepBuy, Kind: provision.Intended, Text: "A sentence."})
				}
				if err != nil && ctx.Err() == nil {
					t.Error(err)
				}
			}
		})
	}
	last := 0
	for n := range 8 {
		path := filepath.Join(t.TempDir(), "backup.db")
		v, err := s.Backup(t.Context(), path)
		if err != nil {
			t.Fatalf("backup %d: %v", n, err)
		}
		if v.Records < last || v.Jobs == 0 && n > 4 {
			t.Errorf("backup %d has %d jobs and %d records, after one of %d", n, v.Jobs, v.Records, last)
		}
		last = v.Records
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%v, %v", info.Mode(), err)
		}
	}
	stop()
	writers.Wait()
}

func TestABackupOverwritesNothing(t *testing.T) {
	s := open(t, newPath(t))
	create(t, s, "upload")
	path := filepath.Join(t.TempDir(), "backup.db")
	overwrite(t, path, []byte("mine"))
	if _, err := s.Backup(t.Context(), path); !errors.Is(err, fs.ErrExist) {
		t.Errorf("got %v", err)
	}
	if content, err := os.ReadFile(path); err != nil || string(content) != "mine" {
		t.Errorf("it is %q, %v", content, err)
	}
}

func TestAStateThatDoesNotAgreeWithItsAuditIsNotBackedUp(t *testing.T) {
	path, _ := soundFile(t, 2)
	inspect(t, path, dropped("audit", 3))
	s := open(t, path)
	backup := filepath.Join(t.TempDir(), "backup.db")
	_, err := s.Backup(t.Context(), backup)
	wantError(t, err, provision.Changed, "verifying the backup", "Where record 3 should be")
	if left, err := filepath.Glob(filepath.Join(filepath.Dir(backup), "*")); err != nil || len(left) != 0 {
		t.Errorf("%v is left, %v", left, err)
	}
}

func TestOldBackupsMakeRoom(t *testing.T) {
	path, _ := soundFile(t, 1)
	s := open(t, path)
	for day := range 5 {
		if _, _, err := s.BackupNow(t.Context(), monday.AddDate(0, 0, day), 3, verifyInChild); err != nil {
			t.Fatal(err)
		}
		overwrite(t, filepath.Join(bolt.BackupDir(path), "mine.db"), nil) // and what is not ours stays
	}
	entries, err := os.ReadDir(bolt.BackupDir(path))
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	if err != nil || len(names) != 4 || names[0] != "20261125T080000Z.db" || names[3] != "mine.db" {
		t.Errorf("%v, %v", names, err)
	}
}

func TestABackupIsVerifiedInAChildAsItIsHere(t *testing.T) {
	path, _ := soundFile(t, 3)
	s := open(t, path)
	backup, v, err := s.BackupNow(t.Context(), monday, 3, verifyInChild)
	if err != nil {
		t.Fatal(err)
	}
	if here, err := bolt.VerifyFile(t.Context(), backup, provision.Head{}, inChild); err != nil || v != here {
		t.Errorf("the child says %+v, and not %+v: %v", v, here, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	inspect(t, path, dropped("audit", 3))
	_, _, err = open(t, path).BackupNow(t.Context(), monday.AddDate(0, 0, 1), 3, verifyInChild)
	wantError(t, err, provision.Changed, "verifying the backup", "Where record 3 should be")
}

func TestAVerificationThatBreaksDownLeavesNoBackup(t *testing.T) {
	path, _ := soundFile(t, 1)
	s := open(t, path)
	breaksDown := func(ctx context.Context, path string) (bolt.Verified, error) {
		return bolt.VerifyIn(ctx, path, os.Args[0], "-unknown")
	}
	if _, _, err := s.BackupNow(t.Context(), monday, 3, breaksDown); err == nil || !strings.Contains(err.Error(), "broke down over it") {
		t.Errorf("got %v", err)
	}
	if left, err := os.ReadDir(bolt.BackupDir(path)); err != nil || len(left) != 0 {
		t.Errorf("%v is left: %v", left, err)
	}
}

func TestRestoring(t *testing.T) {
	t.Run("brings back what was backed up", func(t *testing.T) {
		path, _ := soundFile(t, 3)
		s := open(t, path)
		backup := filepath.Join(t.TempDir(), "backup.db")
		v, err := s.Backup(t.Context(), backup)
		if err != nil {
			t.Fatal(err)
		}
		restored := filepath.Join(t.TempDir(), "new", "state.db")
		again, err := bolt.Restore(t.Context(), backup, restored, inChild)
		if err != nil || again.Jobs != v.Jobs {
			t.Fatalf("%+v, %v; backed up was %+v", again, err, v)
		}
		if id := create(t, open(t, restored), "next"); id != "4" {
			t.Errorf("the next job is %s", id)
		}
	})
	t.Run("is told by the audit, and by the jobs that were open", func(t *testing.T) {
		path, _ := soundFile(t, 0)
		s := open(t, path)
		opened, over := create(t, s, "open"), create(t, s, "over")
		finish(t, s, over)
		backup := filepath.Join(t.TempDir(), "backup.db")
		v, err := s.Backup(t.Context(), backup)
		if err != nil {
			t.Fatal(err)
		}
		target := filepath.Join(t.TempDir(), "state.db")
		if _, err := bolt.Restore(t.Context(), backup, target, inChild); err != nil {
			t.Fatal(err)
		}
		restored := open(t, target)
		var told []provision.Fact
		err = restored.Audit(t.Context(), func(line []byte) error {
			f, err := provision.Unseal(line)
			told = append(told, f)
			return err
		})
		if r := told[v.Records]; err != nil || r.Record.What != provision.WhatRestored || r.Record.Job != "" || !strings.Contains(r.Words.Text, "backup.db, which ends with record ") {
			t.Errorf("record %d tells %+v, %v", v.Records+1, r, err)
		}
		entries, err := restored.Journal(t.Context(), opened)
		if err != nil || len(entries) != 1 || entries[0].Kind != provision.Restored || entries[0].Step != provision.StepWelcomeMail {
			t.Errorf("the open job has %+v, %v", entries, err)
		}
		if entries, err = restored.Journal(t.Context(), over); err != nil || len(entries) != 0 {
			t.Errorf("the job that is over has %+v, %v", entries, err)
		}
		_, err = restored.Verify(t.Context(), provision.Head{Seq: v.Records + 100, Hash: v.Head.Hash})
		wantError(t, err, provision.Changed, "tells of a restored backup")
	})
	t.Run("refuses to replace a file", func(t *testing.T) {
		path, content := soundFile(t, 1)
		other, _ := soundFile(t, 2)
		if _, err := bolt.Restore(t.Context(), other, path, inChild); !errors.Is(err, fs.ErrExist) {
			t.Errorf("got %v", err)
		}
		if left, err := os.ReadFile(path); err != nil || string(left) != string(content) {
			t.Error("it was replaced", err)
		}
	})
	t.Run("refuses a damaged backup", func(t *testing.T) {
		path, content := soundFile(t, 1)
		overwrite(t, path, content[:len(content)/4])
		target := filepath.Join(t.TempDir(), "state.db")
		_, err := bolt.Restore(t.Context(), path, target, inChild)
		wantError(t, err, provision.Invalid, path, "damaged")
		if _, err := os.Stat(target); !errors.Is(err, fs.ErrNotExist) {
			t.Error("there is a file all the same")
		}
	})
	t.Run("brings a backup of an earlier version along", func(t *testing.T) {
		v, err := bolt.Restore(t.Context(), oldFile(t, "schema-1.db"), filepath.Join(t.TempDir(), "state.db"), inChild)
		if err != nil || v.Jobs != 5 {
			t.Errorf("%+v, %v", v, err)
		}
	})
}
