package statetest

import (
	"bytes"
	"fmt"
	"slices"
	"testing"
	"time"

	"mozybot/provision"
	"mozybot/state"
)

func newEvent(key string, at time.Time) state.Event {
	return state.Event{Key: key, Kind: "events_api", At: at, Payload: []byte(`{"of": "` + key + "\"}\x00\xff")}
}

func receive(t *testing.T, s state.Store, key string, at time.Time) (fresh bool) {
	t.Helper()
	fresh, err := s.Receive(t.Context(), newEvent(key, at))
	if err != nil {
		t.Fatalf("receiving %q: %v", key, err)
	}
	return fresh
}

func handled(t *testing.T, s state.Store, keys ...string) {
	t.Helper()
	for _, key := range keys {
		if err := s.Handled(t.Context(), key); err != nil {
			t.Fatalf("handling %q: %v", key, err)
		}
	}
}

func forget(t *testing.T, s state.Store, before time.Time) {
	t.Helper()
	if err := s.PurgeEvents(t.Context(), before); err != nil {
		t.Fatalf("forgetting: %v", err)
	}
}

func wantUnhandled(t *testing.T, s state.Store, keys ...string) {
	t.Helper()
	list, err := s.Unhandled(t.Context())
	if err != nil {
		t.Fatalf("listing events: %v", err)
	}
	var got []string
	for _, e := range list {
		got = append(got, e.Key)
	}
	if !slices.Equal(got, keys) {
		t.Errorf("unhandled: got %q, want %q", got, keys)
	}
}

func events(t *testing.T, open Opener) {
	t.Run("come back whole, in the order they were received", func(t *testing.T) {
		s := open(t)
		wantUnhandled(t, s)
		var keys []string
		for n := range 12 { // keys and times both run against the order
			key := fmt.Sprintf("Ev%02d", 99-n)
			if !receive(t, s, key, now.Add(-time.Duration(n)*time.Second)) {
				t.Fatalf("%q is not fresh", key)
			}
			keys = append(keys, key)
		}
		wantUnhandled(t, s, keys...)
		list, err := s.Unhandled(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		want := newEvent("Ev99", now)
		if got := list[0]; got.Kind != want.Kind || !got.At.Equal(want.At) || !bytes.Equal(got.Payload, want.Payload) {
			t.Errorf("got %+v, want %+v", got, want)
		}
	})
	t.Run("are taken once", func(t *testing.T) {
		s := open(t)
		receive(t, s, "Ev1", now)
		if receive(t, s, "Ev1", now.Add(time.Minute)) {
			t.Error("an event that waits was taken again")
		}
		wantUnhandled(t, s, "Ev1")
		handled(t, s, "Ev1")
		if receive(t, s, "Ev1", now.Add(5*time.Minute)) {
			t.Error("an event that was handled was taken again")
		}
		wantUnhandled(t, s)
	})
	t.Run("are done when handled, and may be handled twice", func(t *testing.T) {
		s := open(t)
		for _, key := range []string{"a", "b", "c"} {
			receive(t, s, key, now)
		}
		handled(t, s, "b", "b", "never received")
		wantUnhandled(t, s, "a", "c")
		receive(t, s, "d", now)
		handled(t, s, "a")
		wantUnhandled(t, s, "c", "d")
	})
	t.Run("are forgotten once handled and old", func(t *testing.T) {
		s := open(t)
		receive(t, s, "old", now.Add(-time.Hour))
		receive(t, s, "old, waiting", now.Add(-time.Hour))
		receive(t, s, "just then", now)
		receive(t, s, "new", now.Add(time.Hour))
		handled(t, s, "old", "just then", "new")
		forget(t, s, now)
		for key, fresh := range map[string]bool{"old": true, "old, waiting": false, "just then": false, "new": false} {
			if got := receive(t, s, key, now); got != fresh {
				t.Errorf("%q: fresh is %t, want %t", key, got, fresh)
			}
		}
		wantUnhandled(t, s, "old, waiting", "old")
	})
	t.Run("need a key", func(t *testing.T) {
		s := open(t)
		fresh, err := s.Receive(t.Context(), newEvent("", now))
		wantCode(t, err, provision.Invalid)
		if fresh {
			t.Error("fresh beside an error")
		}
		wantUnhandled(t, s)
	})
}
