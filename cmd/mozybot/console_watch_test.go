package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	replica "mozybot/fixtures/sandbox/console"
	"mozybot/provision"
	"mozybot/provision/console"
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

func (v view) Check(context.Context, provision.JobStep, string) error { return v.check }

func (v view) Read(_ context.Context, look provision.Look) (provision.Reading, error) {
	if look.Role != "" && v.check != nil {
		return provision.Reading{}, v.check
	}
	return provision.Reading{At: time.Now(), AddOns: 866}, nil
}

func TestASummaryNeedsAConsoleThatHasEverything(t *testing.T) {
	old := consoleWatch{backend: backend{reader: view{}}, config: config{MozyPasswordSet: "2020-01-01", MozyPasswordMaxAge: 90}}
	r, err := old.forSummaries().Read(t.Context(), provision.Look{Plan: true})
	if err != nil || r.AddOns != 866 || len(r.Notices) != 1 || !strings.Contains(r.Notices[0], "password") {
		t.Errorf("read %+v: %v", r, err)
	}
	changed := consoleWatch{backend: backend{reader: view{provision.Errorf(provision.Changed, "The menu has no \"Change Plan\".")}},
		config: config{MozyAdminRole: replica.RoleCustomer}}
	if _, err := changed.forSummaries().Read(t.Context(), provision.Look{Plan: true}); provision.CodeOf(err) != provision.Changed {
		t.Errorf("read a console that lacks something: %v", err)
	}
}

// A session may end between any two acts, and the log-in then be refused.
func TestALogInRefusedInTheMiddleOfAJobIsNoReadiness(t *testing.T) {
	const act = "adding the group"
	for _, c := range []struct {
		doing string
		code  provision.Code
		well  bool
	}{
		{act, provision.Denied, false}, {act, provision.Changed, true}, {act, provision.Unavailable, true},
		{console.DoingRead, provision.Denied, false}, {console.DoingRead, provision.Changed, true},
		{console.DoingReadID, provision.Denied, false}, {console.DoingReadID, provision.NotFound, true},
		{console.DoingLogin, provision.Denied, false}, {console.DoingLogin, provision.Unavailable, false},
		{console.DoingCheck, provision.Denied, false}, {console.DoingCheck, provision.Changed, false},
	} {
		p := newHealthProbe()
		p.observed(console.DoingCheck, nil)
		p.observed(c.doing, provision.Errorf(c.code, "The console refused the log-in."))
		if last := p.last(); last.OK != c.well {
			t.Errorf("after %s was %s: %+v", c.doing, c.code, last)
		}
		p.observed(c.doing, nil)
		if last := p.last(); last.OK != (c.well || c.doing == console.DoingCheck) {
			t.Errorf("after %s went well: %+v", c.doing, last)
		}
	}
}

// The double tells the health probe what the browser would.
func TestTheDoubleIsObservedAsTheBrowserIs(t *testing.T) {
	model := replica.NewModel(replica.StartState(nil))
	double := replica.NewDouble(model)
	var observed []string
	double.Observed = func(doing string, err error) {
		observed = append(observed, fmt.Sprintf("%s %s", doing, provision.CodeOf(err)))
	}
	ctx, nobody := t.Context(), provision.JobStep{}
	_ = double.Login(ctx, nobody)
	_ = double.Check(ctx, nobody, replica.RoleCustomer)
	_, _ = double.Read(ctx, provision.Look{Plan: true})
	_, _ = double.AccountID(ctx, nobody, "Nobody Inc.")
	_, _ = double.AssignDefault(ctx, nobody, 15, 10)
	want := []string{console.DoingLogin + " ", console.DoingCheck + " ", console.DoingRead + " ", console.DoingReadID + " not_found", "changing the default group "}
	if !slices.Equal(observed, want) {
		t.Errorf("observed %q, want %q", observed, want)
	}
}
