package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sirupsen/logrus"

	"mozybot/cmd/mozybot/config"
	"mozybot/provision"
	"mozybot/state/bolt"
)

func TestNothingIsRemovedByOneReadingOfTheClock(t *testing.T) {
	today := time.Date(2026, 11, 28, 9, 0, 0, 0, time.UTC)
	wrong := today.AddDate(0, 0, 400)
	for _, tc := range []struct {
		about string
		hours []time.Time // what the clock showed at each hour of running
		due   time.Time   // the zero time: not sure
	}{
		{"at the start", []time.Time{wrong}, time.Time{}},
		{"not yet long enough", []time.Time{today, today, today, today, today, today}, time.Time{}},
		{"long enough", []time.Time{today, today, today, today, today, today, today.Add(6 * time.Hour)}, today},
		{"wrong at the start only", []time.Time{wrong, wrong, today, today, today, today, today, today}, today},
		{"wrong now", []time.Time{today, today, today, today, today, today, wrong}, today},
		{"wrong a while ago", []time.Time{wrong, today, today, today, today, today, today, today}, today},
		{"turned back", []time.Time{today, today, today, today, today, today, today.AddDate(-1, 0, 0)}, today.AddDate(-1, 0, 0)},
		{"hours of agreement", []time.Time{today, today, wrong, wrong, wrong, wrong, wrong, wrong, wrong}, wrong},
	} {
		var c wallClock
		var due time.Time
		var sure bool
		for hour, wall := range tc.hours {
			due, sure = c.agreed(wall, time.Duration(hour)*time.Hour)
		}
		if sure == tc.due.IsZero() || !due.Equal(tc.due) {
			t.Errorf("%s: due by %v (sure: %v), want %v", tc.about, due, sure, tc.due)
		}
	}
}

// One start 400 days ahead leaves a backup of that day. The next day with the right clock has its own all the same.
func TestABackupFromTheFutureDoesNotStandForAnother(t *testing.T) {
	path, s := stateWith(t, 1)
	log := logrus.New()
	log.SetOutput(t.Output())
	k := maintenance{config.Config{State: path, Backups: 2}, s, s, log}
	now := time.Now()
	backUp := func(at time.Time, want int) {
		t.Helper()
		if err := k.backUp(t.Context(), at); err != nil {
			t.Fatal(err)
		}
		if made, err := filepath.Glob(filepath.Join(bolt.BackupDir(path), "*.db")); err != nil || len(made) != want {
			t.Errorf("at %v there are %v, want %d", at, made, want)
		}
	}
	if says := noBackup(k.config, now); !strings.Contains(says, "no backup") {
		t.Errorf("without one it says %q", says)
	}
	backUp(now.AddDate(0, 0, 400), 1)
	if says := noBackup(k.config, now); !strings.Contains(says, "no backup") {
		t.Errorf("with one of the future it says %q", says)
	}
	backUp(now, 2)
	backUp(now.Add(time.Hour), 2) // which is soon enough
	if says := noBackup(k.config, now.Add(47*time.Hour)); says != "" {
		t.Errorf("with one of yesterday it says %q", says)
	}
	if says := noBackup(k.config, now.Add(49*time.Hour)); !strings.Contains(says, "its newest backup is of ") {
		t.Errorf("with an old one it says %q", says)
	}
	backUp(now.AddDate(0, 0, 1), 2)
	left, err := os.ReadDir(bolt.BackupDir(path))
	if err != nil || strings.HasPrefix(left[1].Name(), now.AddDate(0, 0, 400).UTC().Format("20060102")) {
		t.Errorf("the one of the future is kept: %v, %v", left, err)
	}
}

func TestReadinessTellsOfAMissingBackup(t *testing.T) {
	_, s := stateWith(t, 0)
	h := &health{store: s, noBackup: func(time.Time) string { return "there is no backup of it" }}
	if p := h.probe(t.Context(), time.Now()); !p.OK || p.Says != "can be written, but there is no backup of it" {
		t.Errorf("it says %+v", p)
	}
}

// What a wrong clock named is not what a person is told to restore.
func TestTheNewestBackupIsNotOneFromTheFuture(t *testing.T) {
	path, s := stateWith(t, 1)
	now := time.Now()
	for _, at := range []time.Time{now.AddDate(0, 0, -1), now.AddDate(0, 0, 400)} {
		if _, _, err := s.BackupNow(t.Context(), at, 7, verifyState); err != nil {
			t.Fatal(err)
		}
	}
	closeStore(t, s)
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	_, err := bolt.Open(path, bolt.Check)
	if says := provision.MessageOf(err); !strings.Contains(says, now.AddDate(0, 0, -1).UTC().Format("20060102T")) {
		t.Errorf("it says %q", says)
	}
}
