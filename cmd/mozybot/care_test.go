package main

import (
	"context"
	"strings"
	"testing"
	"time"

	"mozybot/provision"
)

func TestPasswordNotice(t *testing.T) {
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	for set, want := range map[string]string{
		"":           "",
		"2026-11-23": "",
		"2026-09-09": "",                                 // 15 days left
		"2026-09-08": "expires on December 7, 2026",      // 14 days and less
		"2026-08-26": "expires on November 24, 2026",     // tomorrow
		"2026-08-24": "expired on November 22, 2026, if", // yesterday
	} {
		c := config{MozyPasswordSet: set, MozyPasswordMaxAge: 90}
		if got := c.passwordNotice(now); (want == "") != (got == "") || !strings.Contains(got, want) {
			t.Errorf("set on %q it says %q, want %q", set, got, want)
		}
	}
}

// view is a console for readings.
type view struct{ check error }

func (v view) Check(context.Context, string) error { return v.check }

func (v view) Read(context.Context, provision.Look) (provision.Reading, error) {
	return provision.Reading{AddOns: 866}, nil
}

func TestASummaryNeedsAConsoleThatHasEverything(t *testing.T) {
	old := &app{canary: newCanary(), console: backend{reader: view{}}, config: config{MozyPasswordSet: "2020-01-01", MozyPasswordMaxAge: 90}}
	r, err := old.lookingOver().Read(t.Context(), provision.Look{Plan: true})
	if err != nil || r.AddOns != 866 || len(r.Notices) != 1 || !strings.Contains(r.Notices[0], "password") {
		t.Errorf("read %+v: %v", r, err)
	}
	changed := &app{canary: newCanary(), console: backend{reader: view{provision.Errorf(provision.Changed, "The menu has no \"Change Plan\".")}}}
	if _, err := changed.lookingOver().Read(t.Context(), provision.Look{Plan: true}); provision.CodeOf(err) != provision.Changed {
		t.Errorf("read a console that lacks something: %v", err)
	}
}
