package main

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"mozybot/cmd/mozybot/config"
	replica "mozybot/fixtures/sandbox/console"
	"mozybot/provision"
	"mozybot/provision/console"
)

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
	old := consoleWatch{backend: backend{reader: view{}}, config: config.Config{MozyPasswordSet: "2020-01-01", MozyPasswordMaxAge: 90}}
	r, err := old.forSummaries().Read(t.Context(), provision.Look{Plan: true})
	if err != nil || r.AddOns != 866 || len(r.Notices) != 1 || !strings.Contains(r.Notices[0], "password") {
		t.Errorf("read %+v: %v", r, err)
	}
	changed := consoleWatch{backend: backend{reader: view{provision.Errorf(provision.Changed, "The menu has no \"Change Plan\".")}},
		config: config.Config{MozyAdminRole: replica.RoleCustomer}}
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
