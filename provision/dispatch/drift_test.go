package dispatch_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"mozybot/provision"
)

// provisioned leaves a job that is done in the store.
func (w *world) provisioned(account string) {
	w.Helper()
	ctx := w.Context()
	o := provision.Order{Company: "Example Inc.", Contact: "Mister Guy", Email: "mguy@example.com",
		Items: []provision.Item{{Quantity: 30, Description: "1 GB Storage Server", GB: 30, Kind: provision.Storage}}}
	job, err := w.store.Create(ctx, provision.NewJob("test", rita, provision.Conversation{}, provision.Document{}, o, 1000, w.now()))
	if err != nil {
		w.Fatal(err)
	}
	_, err = w.store.Update(ctx, job.ID, func(j *provision.Job) error {
		if err := j.SetQuote(consoleReading()); err != nil {
			return err
		}
		if err := j.Approve(policy, amir, j.Quoted.Digest, w.now()); err != nil {
			return err
		}
		if err := j.Start(w.now()); err != nil {
			return err
		}
		j.AccountID = account
		return j.Finish(w.now())
	})
	if err != nil {
		w.Fatal(err)
	}
}

func TestTheConsoleIsComparedWithWhatWasProvisioned(t *testing.T) {
	w := newWorld(t)
	group := provision.Group{ID: "341244", Name: "Example Inc.", Type: provision.Assigned, AssignedGB: 30, Sync: true}
	w.read = func() (provision.Reading, error) {
		r := consoleReading()
		r.Groups = []provision.Group{group}
		r.Admin = &provision.Admin{Name: "Mrs Guy", Email: "mguy@example.com", Groups: []string{"Example Inc."}, Roles: []string{""}}
		return r, nil
	}
	check := func(open int, news bool) provision.Drift {
		t.Helper()
		told := false
		err := w.Drifts.Nightly(t.Context(), func(provision.Drift, string) error { told = true; return nil })
		if err != nil || told != news {
			t.Fatalf("%v: told %v", err, told)
		}
		now, err := w.Drifts.Check(t.Context())
		if err != nil || len(now.Open()) != open || now.HasNews() {
			t.Fatalf("%v: %+v", err, now)
		}
		w.turn(24 * time.Hour)
		return now
	}
	w.turnTo(4)
	check(0, false) // nothing was provisioned
	w.provisioned("341244")
	check(0, false) // the admin has another name in the list, and their e-mail finds them
	group.AssignedGB = 40
	first := check(1, true)
	if second := check(1, false); !second.Differences[0].Since.Equal(first.Differences[0].Since) {
		t.Errorf("seen since %v, and first at %v", second.Differences[0].Since, first.Differences[0].Since)
	}
	w.restart()
	if _, err := w.Drifts.Intend(t.Context(), policy, amir, first.Differences[0].Key); err != nil {
		t.Fatal(err)
	}
	check(0, false)
	group.AssignedGB = 45
	check(1, true)
}

func TestTheConsoleIsComparedOnceANight(t *testing.T) {
	w := newWorld(t)
	w.provisioned("341244") // whose group is gone
	died := errors.New("the process died")
	told := 0
	night := func(ctx context.Context, err error) {
		_ = w.Drifts.Nightly(ctx, func(provision.Drift, string) error { told++; return err })
	}
	want := func(n int, why string) {
		t.Helper()
		if told != n {
			t.Fatalf("told %d times, want %d: %s", told, n, why)
		}
	}
	w.turnTo(12)
	night(t.Context(), nil)
	want(0, "a first day has nothing to compare")
	w.turn(24 * time.Hour)
	w.turnTo(1)
	night(t.Context(), nil)
	want(0, "people may still be at work")
	w.turnTo(4)
	dying, die := context.WithCancel(t.Context())
	_ = w.Drifts.Nightly(dying, func(provision.Drift, string) error { told++; die(); return died })
	want(1, "the night has begun")
	night(t.Context(), died)
	want(2, "a process that died begins it again")
	night(t.Context(), nil)
	want(2, "what could not be told waits for the next night")
	w.turn(24 * time.Hour)
	night(t.Context(), nil)
	night(t.Context(), nil)
	want(3, "then it is told, once")
	w.turn(24 * time.Hour)
	night(t.Context(), nil)
	want(3, "nothing new differs")
}
