package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"mozybot/fixtures/sandbox"
	"mozybot/state/bolt"
)

// The report of a month is killed before and after everything that it does. People see one all the same, with one set of files.
func TestTheReportOfAMonthIsPostedOnceWhateverIsKilled(t *testing.T) {
	t.Parallel()
	w := newWorld(t, way{})
	if now := time.Now(); now.Day() == 1 && now.Hour() < 8 { // it is posted when people are up
		w.env = append(w.env, fateClock+"=8h")
	}
	store, err := bolt.Open(w.state(), bolt.Check)
	if err != nil {
		t.Fatal(err)
	}
	if err := store.SetSetting(t.Context(), "storage_month", "2001-01"); err != nil {
		t.Fatal(err)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	left := map[string]bool{}
	for _, what := range []string{"slack chat.postMessage", "slack files.getUploadURLExternal", "slack files.completeUploadExternal", "setting storage_month"} {
		left["before "+what], left["after "+what] = true, true
	}
	w.fate.strike(func(m moment) bool {
		name, _, _ := strings.Cut(m.name, " #")
		strikes := left[name]
		delete(left, name)
		return strikes
	})
	w.start()
	quiet := func() (bool, error) { return w.fate.quiet(), nil }
	if err := w.until(orderTime, quiet); err != nil {
		t.Fatalf("%v; not killed at %q", err, slices.Sorted(maps.Keys(left)))
	}
	if len(left) > 0 {
		t.Errorf("was not killed at %q", slices.Sorted(maps.Keys(left)))
	}
	var page struct {
		Messages []struct {
			Text  string
			Files []struct{ Name string }
		}
	}
	ask(t, w.sandbox.URL()+"/person/approver/messages?channel="+sandbox.Channel, &page)
	var seen []string
	for _, m := range page.Messages {
		seen = append(seen, fmt.Sprintf("%.8s, %d files", m.Text, len(m.Files)))
	}
	if !slices.Equal(seen, []string{"Storage:, 0 files", "The repo, 2 files"}) {
		t.Errorf("people see %q", seen)
	}
}

// state is the file that the bot keeps its state in.
func (w *world) state() string {
	w.t.Helper()
	for _, v := range w.env {
		if path, ok := strings.CutPrefix(v, "STATE="); ok {
			return path
		}
	}
	w.t.Fatal("the bot has no state file")
	return ""
}
