package main

import (
	"context"
	"strings"
	"testing"
	"time"

	"mozybot/provision"
	"mozybot/provision/runbook"
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

// closing is a console that has let mozybot in and now answers everything with one error.
type closing struct {
	runbook.Console
	says error
}

func (c closing) Read(context.Context, provision.Look) (provision.Reading, error) {
	return provision.Reading{}, c.says
}
func (c closing) ChangePlan(context.Context, provision.PlanChange) (provision.Money, error) {
	return provision.Money{}, c.says
}
func (c closing) AddGroup(context.Context, provision.Group) error   { return c.says }
func (c closing) AssignDefault(context.Context, int, int) error     { return c.says }
func (c closing) AddAdmin(context.Context, provision.Admin) error   { return c.says }
func (c closing) AccountID(context.Context, string) (string, error) { return "", c.says }

// A session may end between any two acts, and the log-in then be refused.
func TestALogInRefusedInTheMiddleOfAJobIsNoReadiness(t *testing.T) {
	acts := map[string]func(noted) error{
		"read":           func(n noted) error { _, err := n.Read(t.Context(), provision.Look{}); return err },
		"change plan":    func(n noted) error { _, err := n.ChangePlan(t.Context(), provision.PlanChange{}); return err },
		"add group":      func(n noted) error { return n.AddGroup(t.Context(), provision.Group{}) },
		"assign default": func(n noted) error { return n.AssignDefault(t.Context(), 15, 5) },
		"add admin":      func(n noted) error { return n.AddAdmin(t.Context(), provision.Admin{}) },
		"account id":     func(n noted) error { _, err := n.AccountID(t.Context(), "Example Inc."); return err },
	}
	for name, act := range acts {
		for code, well := range map[provision.Code]bool{provision.Denied: false, provision.Changed: true, provision.Unavailable: true} {
			c := newCanary()
			c.note(nil)
			if err := act(noted{closing{says: provision.Errorf(code, "The console refused the log-in.")}, c}); provision.CodeOf(err) != code {
				t.Errorf("%s gives %v", name, err)
			}
			if p := c.last(); p.OK != well {
				t.Errorf("after %s was %s: %+v", name, code, p)
			}
		}
	}
}
