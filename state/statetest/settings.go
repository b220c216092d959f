package statetest

import (
	"testing"

	"mozybot/provision"
	"mozybot/state"
)

func setting(t *testing.T, s state.Store, name string) string {
	t.Helper()
	value, err := s.Setting(t.Context(), name)
	if err != nil {
		t.Fatalf("reading the setting %q: %v", name, err)
	}
	return value
}

func set(t *testing.T, s state.Store, name, value string) {
	t.Helper()
	if err := s.SetSetting(t.Context(), name, value); err != nil {
		t.Fatalf("setting %q: %v", name, err)
	}
}

func settings(t *testing.T, newPlace func(t *testing.T) Opener) {
	t.Run("are empty until set, and the last word counts", func(t *testing.T) {
		s := newPlace(t)(t)
		if v := setting(t, s, "paused"); v != "" {
			t.Errorf("an unknown setting is %q", v)
		}
		set(t, s, "paused", "by Ann")
		set(t, s, "home", "x")
		set(t, s, "paused", "by Müller & Söhne\x00")
		if v := setting(t, s, "paused"); v != "by Müller & Söhne\x00" {
			t.Errorf("got %q", v)
		}
		set(t, s, "paused", "")
		if v, other := setting(t, s, "paused"), setting(t, s, "home"); v != "" || other != "x" {
			t.Errorf("after dropping it: %q, and the other %q", v, other)
		}
		set(t, s, "never set", "")
	})
	t.Run("outlast a restart", func(t *testing.T) {
		open := newPlace(t)
		s := open(t)
		set(t, s, "paused", "by Ann")
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if v := setting(t, open(t), "paused"); v != "by Ann" {
			t.Errorf("got %q", v)
		}
	})
	t.Run("need a name", func(t *testing.T) {
		wantCode(t, newPlace(t)(t).SetSetting(t.Context(), "", "x"), provision.Invalid)
	})
}
