package console

import (
	"context"
	"strings"
	"testing"
	"time"

	"mozybot/provision"
)

// kept is what one process after the other is given.
type kept struct{ text string }

func (k *kept) Refused(context.Context) (string, error) { return k.text, nil }

func (k *kept) KeepRefused(_ context.Context, text string) error {
	k.text = text
	return nil
}

func TestARefusedLogInIsHeededByTheNextReplica(t *testing.T) {
	t.Parallel()
	beyond, now := &kept{}, time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	with := func(password string) *session {
		s := newSession(Config{Password: func() string { return password }, Uptime: uptime, Now: func() time.Time { return now }}, nil)
		s.kept = beyond
		return s
	}
	first := with("wrong horse")
	first.with, first.refused = "wrong horse", provision.Errorf(provision.Denied, "The console refused the log-in.")
	first.keepRefused(t.Context(), nil)
	if strings.Contains(beyond.text, "horse") || beyond.text == "" {
		t.Errorf("kept is %q", beyond.text)
	}

	next := with("wrong horse")
	if err := next.recall(t.Context()); err != nil {
		t.Fatal(err)
	}
	if provision.CodeOf(next.refused) != provision.Denied || !strings.Contains(next.refused.Error(), "refused the log-in") || next.with != "wrong horse" {
		t.Errorf("the next replica knows of %v", next.refused)
	}
	changed := with("another horse")
	if err := changed.recall(t.Context()); err != nil || changed.refused != nil {
		t.Errorf("another password is refused with %v, %v", changed.refused, err)
	}

	if err := next.allow(t.Context()); err != nil {
		t.Fatal(err)
	}
	again := with("wrong horse")
	if err := again.recall(t.Context()); err != nil || again.refused != nil {
		t.Errorf("allowed by a person, it is still refused: %v, %v", again.refused, err)
	}

	again.refused = provision.Errorf(provision.Denied, "The console refused it once more.")
	again.keepRefused(t.Context(), nil)
	now = now.Add(9 * time.Minute)
	if err := with("wrong horse").allow(t.Context()); provision.CodeOf(err) != provision.Denied || !strings.Contains(err.Error(), "10 minutes") {
		t.Errorf("the next replica tries again within ten minutes: %v", err)
	}
	now = now.Add(time.Minute)
	last := with("wrong horse")
	if err := last.allow(t.Context()); err != nil {
		t.Errorf("after ten minutes: %v", err)
	}
	if last.accepted(t.Context(), nil); beyond.text != "" {
		t.Errorf("once the console takes it, what is kept is %q", beyond.text)
	}
}
