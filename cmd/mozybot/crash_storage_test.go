package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
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
	var mu sync.Mutex
	left := map[string]bool{}
	for _, what := range []string{"slack chat.postMessage", "slack files.getUploadURLExternal", "slack files.completeUploadExternal", "setting storage_month"} {
		left["before "+what], left["after "+what] = true, true
	}
	toKill := func() []string {
		mu.Lock()
		defer mu.Unlock()
		return slices.Sorted(maps.Keys(left))
	}
	w.fate.strike(func(m moment) bool {
		name, _, _ := strings.Cut(m.name, " #")
		mu.Lock()
		defer mu.Unlock()
		strikes := left[name]
		delete(left, name)
		return strikes
	})
	want := []string{"Storage:, 0 files", "The repo, 2 files"}
	w.start()
	err = w.until(orderTime, func() (bool, error) {
		return len(toKill()) == 0 && len(w.inTheChannel()) >= len(want) && w.fate.quiet(), nil
	})
	if seen := w.inTheChannel(); err != nil || !slices.Equal(seen, want) {
		t.Errorf("%v; not killed at %q; people see %q", err, toKill(), seen)
	}
}

// inTheChannel are the beginnings of what people see there and in its threads, and how many files each has.
func (w *world) inTheChannel() (seen []string) {
	w.t.Helper()
	var page struct {
		Messages []struct {
			Text  string
			Files []struct{ Name string }
		}
	}
	ask(w.t, w.sandbox.URL()+"/person/approver/messages?channel="+sandbox.Channel, &page)
	for _, m := range page.Messages {
		seen = append(seen, fmt.Sprintf("%.8s, %d files", m.Text, len(m.Files)))
	}
	return seen
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
