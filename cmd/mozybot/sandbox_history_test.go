package main

import (
	"strings"
	"testing"
	"time"

	replica "mozybot/fixtures/sandbox/console"
	"mozybot/provision"
	"mozybot/provision/dispatch"
	"mozybot/state/bolt"
)

// What looks back has something to look at in a new sandbox: months of orders, a group that was raised by hand, and groups that use
// next to nothing. The audit holds all of it.
func TestTheSandboxBeginsWithSomeMonths(t *testing.T) {
	path, store := stateWith(t, 0)
	model := replica.NewModel(replica.StateWithHistory(nil))
	for range 2 { // once is enough
		if err := pastJobs(t.Context(), store, model.State(), time.Now()); err != nil {
			t.Fatal(err)
		}
	}
	double := replica.NewDouble(model)
	s, err := dispatch.NewStorage(store, double, time.Now).Report(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	bought := 0
	for _, m := range s.Months {
		bought += m.Bought
	}
	if days, known := s.Rate.Lasts(s.SpareGB()); bought != 30 || len(s.Idle) != 2 || s.SpareGB() != 12 || !known || days < 1 {
		t.Errorf("the storage is %+v", s)
	}
	d := dispatch.New(dispatch.Config{Store: store, Console: double, AdminRole: replica.RoleCustomer, Now: time.Now})
	drift, err := d.Drifts.Check(t.Context())
	if err != nil || drift.Compared != 5 || len(drift.Differences) != 1 || !strings.Contains(drift.Differences[0].Text, "has 120 GB; it had 100 GB") {
		t.Errorf("%v: differs in %+v", err, drift)
	}
	closeStore(t, store)
	opened, err := bolt.Open(path, bolt.Check)
	if err != nil {
		t.Fatal(err)
	}
	defer opened.Close()
	if _, err := opened.Verify(t.Context(), provision.Head{}); err != nil {
		t.Errorf("the audit: %v", err)
	}
}
