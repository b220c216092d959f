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
		if err := policy.By(amir, w.now()).Approve(j, j.Quoted.Digest); err != nil {
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

// grows has another order give a customer so many GB more. It is at its mail: the group has them.
func (w *world) grows(account string, fromGB, byGB int, entries ...provision.Entry) provision.JobID {
	w.Helper()
	ctx := w.Context()
	o := provision.Order{Company: "Example Inc.", For: provision.ForExisting, AccountID: account,
		Items: []provision.Item{{Quantity: byGB, Description: "1 GB Storage Server", GB: byGB, Kind: provision.Storage}}}
	job, err := w.store.Create(ctx, provision.NewJob("more", rita, provision.Conversation{}, provision.Document{SHA256: "more"}, o, 1000, w.now()))
	if err != nil {
		w.Fatal(err)
	}
	_, err = w.store.Update(ctx, job.ID, func(j *provision.Job) error {
		r := consoleReading()
		r.Customer = &provision.Group{ID: account, Name: "Example Inc.", Type: provision.Assigned, AssignedGB: fromGB, Sync: true}
		r.GroupAdmins = []provision.Admin{{Name: "Mister Guy", Email: "mguy@example.com", Groups: []string{"Example Inc."}}}
		if err := j.SetQuote(r); err != nil {
			return err
		}
		if err := policy.By(amir, w.now()).Approve(j, j.Quoted.Digest); err != nil {
			return err
		}
		return j.Start(w.now())
	}, entries...)
	if err != nil {
		w.Fatal(err)
	}
	return job.ID
}

func (w *world) finishes(id provision.JobID) {
	w.Helper()
	w.change(id, func(j *provision.Job) {
		j.AccountID = "341244"
		if err := j.Finish(w.now()); err != nil {
			w.Error(err)
		}
	})
}

// What a job has changed before it is done, or while the console is read, is no difference.
func TestMozybotsOwnChangesAreNoDrift(t *testing.T) {
	plan := func(step provision.StepName, from, to int, at time.Time) []provision.Entry {
		return []provision.Entry{
			{At: at, Step: step, Kind: provision.Intended, Want: &provision.Want{Plan: &provision.PlanChange{From: from, To: to}}},
			{At: at, Step: step, Kind: provision.Achieved},
		}
	}
	for name, c := range map[string]struct {
		before, during func(w *world)
		addOns         int
		groupGB        int
		differs        int
	}{
		"a group that a job at its mail has raised": {
			before: func(w *world) { w.grows("341244", 30, 20) }, addOns: 866, groupGB: 50},
		"a group that somebody else raised": {addOns: 866, groupGB: 50, differs: 1},
		"a job that ends while the console is read": {
			before: func(w *world) { w.grows("341244", 30, 20) }, during: func(w *world) { w.finishes("2") }, addOns: 866, groupGB: 50},
		"add-ons that a job at its mail has returned": {
			before: func(w *world) { w.grows("341244", 30, 20, plan(provision.StepReturn, 866, 865, w.now())...) }, addOns: 865, groupGB: 50},
		"add-ons that somebody else returned": {addOns: 865, groupGB: 30, differs: 1},
		"add-ons that a job buys once they are read": {
			during: func(w *world) {
				w.turn(time.Second)
				w.grows("341244", 30, 20, plan(provision.StepBuy, 866, 867, w.now())...)
			}, addOns: 866, groupGB: 30},
		"a job at the console": {
			during: func(w *world) {
				_, err := w.store.UpdateConsoleAccess(w.Context(), func(g *provision.ConsoleAccess, _ *provision.Job) ([]provision.Entry, error) {
					return nil, g.Take(provision.Instance{Host: "here"}, "1", w.now())
				})
				if err != nil {
					w.Error(err)
				}
			}, addOns: 865, groupGB: 30},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.provisioned("341244")
			if _, err := w.store.Update(t.Context(), "1", nil, plan(provision.StepBuy, 864, 866, w.now())...); err != nil {
				t.Fatal(err)
			}
			if c.before != nil {
				w.turn(time.Minute)
				c.before(w)
			}
			w.turn(time.Minute)
			w.read = func() (provision.Reading, error) {
				if c.during != nil {
					c.during(w)
					c.during = nil
				}
				r := consoleReading()
				r.AddOns, r.PoolGB = c.addOns, r.BaseGB+provision.UnitGB*c.addOns
				r.Groups = []provision.Group{{ID: "341244", Name: "Example Inc.", Type: provision.Assigned, AssignedGB: c.groupGB, Sync: true}}
				r.Admins = []provision.Admin{{Name: "Mister Guy", Groups: []string{"Example Inc."}, Roles: []string{""}}}
				return r, nil
			}
			if now, err := w.Drifts.Check(t.Context()); err != nil || len(now.Open()) != c.differs {
				t.Errorf("%v: %+v", err, now.Open())
			}
		})
	}
}

func TestAWordAboutADifferenceOutlivesAJobForTheSameCustomer(t *testing.T) {
	w := newWorld(t)
	w.provisioned("341244") // whose group is gone
	first, err := w.Drifts.Check(t.Context())
	if err != nil || len(first.Open()) != 1 {
		t.Fatalf("%v: %+v", err, first)
	}
	if _, err := w.Drifts.Intend(t.Context(), policy, amir, first.Differences[0].Key); err != nil {
		t.Fatal(err)
	}
	id := w.grows("341244", 30, 20)
	w.turn(time.Minute)
	for _, when := range []string{"while the job runs", "once it is cancelled"} {
		if now, err := w.Drifts.Check(t.Context()); err != nil || len(now.Open()) != 0 || len(now.Differences) != 1 {
			t.Errorf("%s: %v, %+v", when, err, now.Differences)
		}
		w.change(id, func(j *provision.Job) {
			if err := j.MarkStuck(provision.Trouble{Step: provision.StepGroup, Message: "Gone.", At: w.now()}); err == nil {
				_ = policy.By(amir, w.now()).Cancel(j, "")
			}
		})
		w.turn(time.Minute)
	}
}
