package statetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"mozybot/provision"
	"mozybot/state"
)

// verified is the audit as a whole, which must be in order and agree with every job.
func verified(t *testing.T, s state.Store) []provision.Fact {
	t.Helper()
	var chain provision.Chain
	var all []provision.Fact
	err := s.Audit(t.Context(), func(line []byte) error {
		f, err := chain.Add(line)
		all = append(all, f)
		return err
	})
	if err == nil {
		err = chain.End()
	}
	if err != nil {
		t.Fatalf("the audit: %v", err)
	}
	if head, err := s.Head(t.Context()); err != nil || head != chain.Head() {
		t.Errorf("the head is said to be %v (%v), and is %v", head, err, chain.Head())
	}
	jobs, err := s.Jobs(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, j := range jobs {
		if err := provision.CheckFacts(j, entriesOf(t, s, j.ID), story(t, s, j.ID)); err != nil {
			t.Error(err)
		}
	}
	return all
}

func story(t *testing.T, s state.Store, id provision.JobID) []provision.Fact {
	t.Helper()
	facts, err := s.AuditTrail(t.Context(), id)
	if err != nil {
		t.Fatalf("reading the story of job %s: %v", id, err)
	}
	return facts
}

func whats(facts []provision.Fact) (all []provision.What) {
	for _, f := range facts {
		all = append(all, f.Record.What)
	}
	return all
}

func audit(t *testing.T, open Opener) {
	t.Run("tells what every change was, and nothing of a refused one", func(t *testing.T) {
		s := open(t)
		first, second := create(t, s, "one").ID, create(t, s, "two").ID
		update(t, s, first, approve, entry(provision.Intended, "first"))
		no := errors.New("no")
		if _, err := s.Update(t.Context(), first, func(j *provision.Job) error { j.AccountID = "1"; return no }, entry(provision.Achieved, "never")); !errors.Is(err, no) {
			t.Fatal(err)
		}
		update(t, s, second, decline)
		update(t, s, first, func(j *provision.Job) error { j.Notes = append(j.Notes, "a sentence"); return nil })

		wantSame(t, whats(verified(t, s)), []string{"state", "state", "intent", "approval", "state", "state", "bound"})
		wantSame(t, whats(story(t, s, first)), []string{"state", "intent", "approval", "state", "bound"})
		approval := story(t, s, first)[2].Record
		if approval.By != "U-approver" || approval.Digest != get(t, s, first).Quoted.Digest || approval.Policy == nil {
			t.Errorf("of the approval it tells %+v", approval)
		}
		if said := story(t, s, second)[1].Words.Text; said != "not needed" {
			t.Errorf("the reason is %q", said)
		}
	})
	t.Run("is empty at first, and tells nothing of unknown jobs", func(t *testing.T) {
		s := open(t)
		if all := verified(t, s); len(all) != 0 {
			t.Errorf("it has %d lines", len(all))
		}
		_, err := s.AuditTrail(t.Context(), "1")
		wantCode(t, err, provision.NotFound)
	})
	t.Run("gives up when its reader does", func(t *testing.T) {
		s := open(t)
		create(t, s, "one")
		create(t, s, "two")
		enough, n := errors.New("enough"), 0
		err := s.Audit(t.Context(), func([]byte) error { n++; return enough })
		if !errors.Is(err, enough) || n != 1 {
			t.Errorf("got %v after %d lines", err, n)
		}
	})
}

func consoleAccess(t *testing.T, open Opener) {
	me := provision.Instance{Host: "host", PID: 1, Started: now}
	accessOf := func(t *testing.T, s state.Store) provision.ConsoleAccess {
		t.Helper()
		g, err := s.ConsoleAccess(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return g
	}
	change := func(t *testing.T, s state.Store, do func(*provision.ConsoleAccess, *provision.Job) ([]provision.Entry, error)) {
		t.Helper()
		if _, err := s.UpdateConsoleAccess(t.Context(), do); err != nil {
			t.Fatal(err)
		}
	}
	take := func(id provision.JobID) func(*provision.ConsoleAccess, *provision.Job) ([]provision.Entry, error) {
		return func(g *provision.ConsoleAccess, _ *provision.Job) ([]provision.Entry, error) {
			return nil, g.Take(me, id, now)
		}
	}
	running := func(t *testing.T, s state.Store) provision.JobID {
		id := create(t, s, "upload").ID
		update(t, s, id, approve)
		update(t, s, id, func(j *provision.Job) error { return j.Start(now) })
		return id
	}

	t.Run("keeps a pause, with its record", func(t *testing.T) {
		s := open(t)
		wantSame(t, accessOf(t, s), provision.ConsoleAccess{})
		change(t, s, func(g *provision.ConsoleAccess, holder *provision.Job) ([]provision.Entry, error) {
			if holder != nil {
				t.Error("somebody is at the console")
			}
			return nil, g.PauseAt(policy.By("U-approver", now), "")
		})
		if p := accessOf(t, s).Pause; p.By != "U-approver" || !p.At.Equal(now) {
			t.Errorf("the pause is %+v", p)
		}
		wantSame(t, whats(verified(t, s)), []string{"paused"})
	})
	t.Run("changes nothing when the change is refused", func(t *testing.T) {
		s := open(t)
		_, err := s.UpdateConsoleAccess(t.Context(), func(g *provision.ConsoleAccess, _ *provision.Job) ([]provision.Entry, error) {
			if err := g.PauseAt(policy.By("U-approver", now), ""); err != nil {
				t.Error(err)
			}
			return nil, provision.Errorf(provision.Denied, "No.")
		})
		wantCode(t, err, provision.Denied)
		wantSame(t, accessOf(t, s), provision.ConsoleAccess{})
		if all := verified(t, s); len(all) != 0 {
			t.Errorf("the audit has %d lines", len(all))
		}
	})
	t.Run("does not take back what was changed as its caller gave up", func(t *testing.T) {
		s := open(t)
		ctx, cancel := context.WithCancel(t.Context())
		g, err := s.UpdateConsoleAccess(ctx, func(g *provision.ConsoleAccess, _ *provision.Job) ([]provision.Entry, error) {
			cancel()
			return nil, g.PauseAt(policy.By("U-approver", now), "")
		})
		if saved := accessOf(t, s); (err == nil) != saved.Pause.On() || g.Pause.On() != saved.Pause.On() {
			t.Errorf("it was told %v and %+v, but saved is %+v", err, g, saved)
		}
	})
	t.Run("has the lock follow the journal of its job", func(t *testing.T) {
		s := open(t)
		id, other := running(t, s), create(t, s, "other").ID
		change(t, s, take(id))
		update(t, s, other, nil, provision.Entry{Step: provision.StepReturn, At: now})
		update(t, s, id, nil, entry(provision.Intended, ""))
		if l := accessOf(t, s).Lock; l == nil || l.Job != id || l.Step != provision.StepBuy {
			t.Errorf("the lock is %+v", l)
		}
	})
	t.Run("has the job at the console change with it, or not at all", func(t *testing.T) {
		s := open(t)
		id := running(t, s)
		change(t, s, take(id))
		breaking := func(reason string) error {
			_, err := s.UpdateConsoleAccess(t.Context(), func(g *provision.ConsoleAccess, holder *provision.Job) ([]provision.Entry, error) {
				e, err := g.Break(policy.By("U-approver", now), reason, holder)
				return []provision.Entry{e}, err
			})
			return err
		}
		wantCode(t, breaking(""), provision.Invalid)
		if got := get(t, s, id).State(); got != provision.Running {
			t.Errorf("the job is %s", got)
		}
		if err := breaking("the page hangs"); err != nil {
			t.Fatal(err)
		}
		if got := get(t, s, id).State(); got != provision.Stuck {
			t.Errorf("the job is %s", got)
		}
		if e := entriesOf(t, s, id); len(e) != 1 || e[0].Kind != provision.Broken {
			t.Errorf("the journal has %+v", e)
		}
		all := verified(t, s)
		wantSame(t, whats(all[len(all)-2:]), []string{"broken", "state"})
	})
	t.Run("refuses entries when nobody is at the console", func(t *testing.T) {
		s := open(t)
		_, err := s.UpdateConsoleAccess(t.Context(), func(*provision.ConsoleAccess, *provision.Job) ([]provision.Entry, error) {
			return []provision.Entry{entry(provision.Broken, "")}, nil
		})
		if err == nil {
			t.Error("they were taken")
		}
	})
}

func forgetting(t *testing.T, open Opener) {
	ended := func(t *testing.T, s state.Store, source string, at time.Time) provision.JobID {
		id := create(t, s, source).ID
		update(t, s, id, func(j *provision.Job) error {
			return policy.By("U-requester", at).Decline(j, "Müller does not need it")
		},
			entry(provision.Achieved, "30 GB for Müller & Söhne."))
		return id
	}
	forget := func(t *testing.T, s state.Store, before time.Time, most, want int) {
		t.Helper()
		n, err := s.EraseCustomers(t.Context(), before, most, now.Add(time.Hour))
		if err != nil || n != want {
			t.Errorf("forgot %d (%v), want %d", n, err, want)
		}
	}
	t.Run("is for jobs that ended before then, the oldest first", func(t *testing.T) {
		s := open(t)
		late := ended(t, s, "late", now.Add(3*time.Minute))
		early := ended(t, s, "early", now.Add(time.Minute))
		middle := ended(t, s, "middle", now.Add(2*time.Minute))
		waiting := create(t, s, "waiting").ID
		forgotten := func(want ...provision.JobID) {
			t.Helper()
			var got []provision.JobID
			for _, id := range []provision.JobID{late, early, middle, waiting} {
				if j := get(t, s, id); !j.Erased.IsZero() {
					got = append(got, id)
					if j.Order.Company != "" || entriesOf(t, s, id)[0].Text != "" || story(t, s, id)[0].Words.Text != "" {
						t.Errorf("job %s still names the customer", id)
					}
				}
			}
			wantIDs(t, "forgotten", got, want...)
		}
		forget(t, s, now.Add(time.Minute), 10, 0)
		forget(t, s, now.Add(3*time.Minute), 1, 1)
		forgotten(early)
		forget(t, s, now.Add(3*time.Minute), 10, 1)
		forgotten(early, middle)
		forget(t, s, now.Add(24*time.Hour), 10, 1)
		forgotten(late, early, middle)
		forget(t, s, now.Add(24*time.Hour), 10, 0)
		verified(t, s)
		if j := get(t, s, waiting); j.Order.Company == "" {
			t.Error("a job that waits was forgotten")
		}
	})
	t.Run("leaves what its document is known by, and nothing of the order number", func(t *testing.T) {
		s := open(t)
		job := newJob("upload")
		job.Order.OrderNumber = "SO-1"
		first, err := s.Create(t.Context(), job)
		if err != nil {
			t.Fatal(err)
		}
		update(t, s, first.ID, decline)
		forget(t, s, now.Add(time.Minute), 10, 1)
		wantDuplicates(t, s, provision.Job{Source: "upload"}, first.ID)
		wantDuplicates(t, s, provision.Job{Document: job.Document}, first.ID)
		wantDuplicates(t, s, provision.Job{Order: job.Order})
	})
}

func wantDuplicates(t *testing.T, s state.Store, job provision.Job, want ...provision.JobID) {
	t.Helper()
	alike, err := s.FindDuplicates(t.Context(), job)
	if err != nil {
		t.Fatal(err)
	}
	var ids []provision.JobID
	for _, j := range alike {
		ids = append(ids, j.ID)
	}
	wantIDs(t, "alike", ids, want...)
}

func finding(t *testing.T, open Opener) {
	t.Run("jobs that are over, the last one first", func(t *testing.T) {
		s := open(t)
		var ids []provision.JobID
		for n, at := range []int{2, 5, 1, 4} {
			id := create(t, s, string(rune('a'+n))).ID
			ids = append(ids, id)
			update(t, s, id, func(j *provision.Job) error {
				return policy.By("U-requester", now.Add(time.Duration(at)*time.Minute)).Decline(j, "not needed")
			})
		}
		expired := create(t, s, "expired").ID
		update(t, s, expired, func(j *provision.Job) error { return j.Expire(now.Add(3 * time.Minute)) })
		create(t, s, "waiting")
		for _, c := range []struct {
			since  time.Time
			most   int
			states []provision.State
			total  int
			want   []provision.JobID
		}{
			{time.Time{}, 10, nil, 5, []provision.JobID{ids[1], ids[3], expired, ids[0], ids[2]}},
			{time.Time{}, 2, nil, 5, []provision.JobID{ids[1], ids[3]}},
			{now.Add(3 * time.Minute), 10, nil, 3, []provision.JobID{ids[1], ids[3], expired}},
			{time.Time{}, 1, []provision.State{provision.Expired, provision.Done}, 1, []provision.JobID{expired}},
			{time.Time{}, 10, []provision.State{provision.Done}, 0, nil},
		} {
			jobs, total, err := s.Ended(t.Context(), c.since, c.most, c.states...)
			if err != nil || total != c.total {
				t.Errorf("%+v: %d in all, %v", c, total, err)
			}
			var got []provision.JobID
			for _, j := range jobs {
				got = append(got, j.ID)
			}
			wantIDs(t, "ended", got, c.want...)
		}
		update(t, s, expired, func(j *provision.Job) error { return policy.By("U-requester", now.Add(time.Hour)).Reopen(j) })
		if _, total, err := s.Ended(t.Context(), time.Time{}, 0); err != nil || total != 4 {
			t.Errorf("after one came back %d are over, %v", total, err)
		}
	})
	t.Run("jobs that are alike, by source, document and number, also after an edit", func(t *testing.T) {
		s := open(t)
		make := func(source, sha, number string) provision.JobID {
			job := newJob(source)
			job.Document.SHA256, job.Order.OrderNumber = sha, number
			made, err := s.Create(t.Context(), job)
			if err != nil {
				t.Fatal(err)
			}
			return made.ID
		}
		one, two, three := make("a", "aa", "SO-1"), make("b", "bb", " so-1"), make("c", "aa", "")
		wantDuplicates(t, s, provision.Job{Source: "b"}, two)
		wantDuplicates(t, s, provision.Job{Document: provision.Document{SHA256: "aa"}}, one, three)
		wantDuplicates(t, s, provision.Job{Order: provision.Order{OrderNumber: "so-1 "}}, one, two)
		wantDuplicates(t, s, get(t, s, one), one, two, three)
		wantDuplicates(t, s, provision.Job{Source: "z", Document: provision.Document{SHA256: "zz"}, Order: provision.Order{OrderNumber: "SO"}})
		wantDuplicates(t, s, provision.Job{})
		update(t, s, two, func(j *provision.Job) error {
			f := j.Order.Fields()
			f.OrderNumber = "SO-9"
			return policy.By("U-requester", now).Edit(j, j.Version(), f, provision.DefaultMaxOrderGB)
		})
		wantDuplicates(t, s, provision.Job{Order: provision.Order{OrderNumber: "SO-1"}}, one)
		wantDuplicates(t, s, provision.Job{Order: provision.Order{OrderNumber: "so-9"}}, two)
	})
}
