package statetest

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"testing"
	"time"

	"mozybot/provision"
)

func creating(t *testing.T, open Opener) {
	t.Run("gives ids from 1", func(t *testing.T) {
		s := open(t)
		for n := 1; n <= 12; n++ {
			job := create(t, s, "upload "+strconv.Itoa(n))
			if want := provision.JobID(strconv.Itoa(n)); job.ID != want {
				t.Fatalf("got id %q, want %q", job.ID, want)
			}
		}
	})
	t.Run("overrides an id that the caller made up", func(t *testing.T) {
		s := open(t)
		job := newJob("upload")
		job.ID = "77"
		saved, err := s.Create(t.Context(), job)
		if err != nil || saved.ID != "1" {
			t.Fatalf("got job %q, %v; want job 1", saved.ID, err)
		}
	})
	t.Run("keeps the whole job", func(t *testing.T) {
		s := open(t)
		want := newJob("upload")
		want.Notes = []string{"A sentence."}
		want.Messages["summary"] = provision.Message{TS: "1715931000.000200", Hash: "abc"}
		saved, err := s.Create(t.Context(), want)
		if err != nil {
			t.Fatal(err)
		}
		want.ID = "1"
		wantSame(t, saved, want)
		wantSame(t, get(t, s, "1"), want)
	})
	t.Run("returns the job that has the source already", func(t *testing.T) {
		s := open(t)
		first := create(t, s, "upload")
		update(t, s, first.ID, decline) // over, but never to be made again
		again, err := s.Create(t.Context(), newJob("upload"))
		wantCode(t, err, provision.Conflict)
		wantSame(t, again, get(t, s, first.ID))
		wantIDs(t, "all", idsOf(t, s), first.ID)
		if next := create(t, s, "another upload"); next.ID != "2" {
			t.Errorf("got id %q after a refused job, want 2", next.ID)
		}
	})
	t.Run("refuses a job without a source", func(t *testing.T) {
		s := open(t)
		_, err := s.Create(t.Context(), newJob(""))
		wantCode(t, err, provision.Invalid)
		wantIDs(t, "all", idsOf(t, s))
	})
	t.Run("knows no job that was not created", func(t *testing.T) {
		s := open(t)
		create(t, s, "upload")
		for _, id := range []provision.JobID{"2", "0", "01", "+1", " 1", "1.0", "-1", "one", "", "99999999999999999999999"} {
			_, err := s.Job(t.Context(), id)
			wantCode(t, err, provision.NotFound)
			_, err = s.Update(t.Context(), id, nil, entry(provision.Intended, ""))
			wantCode(t, err, provision.NotFound)
			_, err = s.Journal(t.Context(), id)
			wantCode(t, err, provision.NotFound)
		}
	})
}

func listing(t *testing.T, open Opener) {
	s := open(t)
	if jobs, err := s.Jobs(t.Context()); err != nil || len(jobs) != 0 {
		t.Fatalf("an empty store has %d jobs, %v", len(jobs), err)
	}
	// More than nine, so that ids in the order of text would show; every third is over, every third approved.
	var all, active, pending, approved, declined []provision.JobID
	for n := range 30 {
		id := create(t, s, "upload "+strconv.Itoa(n)).ID
		all = append(all, id)
		switch n % 3 {
		case 0:
			update(t, s, id, decline)
			declined = append(declined, id)
			continue
		case 1:
			update(t, s, id, approve)
			approved = append(approved, id)
		default:
			pending = append(pending, id)
		}
		active = append(active, id)
	}
	for _, c := range []struct {
		name   string
		states []provision.State
		want   []provision.JobID
	}{
		{"with no state given, all", nil, all},
		{"active", provision.Active, active},
		{"one state", []provision.State{provision.Approved}, approved},
		{"a state that is over", []provision.State{provision.Declined}, declined},
		{"over and not over", []provision.State{provision.Declined, provision.Pending}, merged(declined, pending)},
		{"a state given twice", []provision.State{provision.Pending, provision.Pending}, pending},
		{"a state nobody is in", []provision.State{provision.Stuck, provision.Done}, nil},
	} {
		t.Run(c.name, func(t *testing.T) { wantIDs(t, c.name, idsOf(t, s, c.states...), c.want...) })
	}
	t.Run("follows every change of state", func(t *testing.T) {
		s := open(t)
		id := create(t, s, "upload").ID
		steps := []struct {
			change func(*provision.Job) error
			state  provision.State
		}{
			{approve, provision.Approved},
			{func(j *provision.Job) error { return j.Start(now) }, provision.Running},
			{func(j *provision.Job) error { return j.MarkStuck(provision.Trouble{Message: "Both.", At: now}) }, provision.Stuck},
			{func(j *provision.Job) error { return policy.By("U-approver", now).Cancel(j, "given up") }, provision.Cancelled},
		}
		for _, step := range steps {
			update(t, s, id, step.change)
			wantIDs(t, string(step.state), idsOf(t, s, step.state), id)
			if !step.state.Over() {
				wantIDs(t, "active", idsOf(t, s, provision.Active...), id)
			}
		}
		wantIDs(t, "active", idsOf(t, s, provision.Active...))
	})
}

func updating(t *testing.T, open Opener) {
	t.Run("saves what change made of the job", func(t *testing.T) {
		s := open(t)
		id := create(t, s, "upload").ID
		want := get(t, s, id)
		if err := approve(&want); err != nil {
			t.Fatal(err)
		}
		saved := update(t, s, id, approve)
		want.Approvals = want.Approvals.Numbered(nil, saved.Approvals[0].Seq)
		wantSame(t, saved, want)
		wantSame(t, get(t, s, id), want)
	})
	t.Run("changes nothing when change refuses", func(t *testing.T) {
		s := open(t)
		id := create(t, s, "upload").ID
		before := update(t, s, id, nil, entry(provision.Intended, "kept"))
		refusal := errors.New("no")
		_, err := s.Update(t.Context(), id, func(j *provision.Job) error {
			if err := approve(j); err != nil {
				t.Error(err)
			}
			j.Notes = append(j.Notes, "never said")
			return refusal
		}, entry(provision.Achieved, "never happened"))
		if err != refusal { // the very error, not one that wraps it
			t.Errorf("got error %v, want the one that change returned", err)
		}
		wantSame(t, get(t, s, id), before)
		if got := texts(entriesOf(t, s, id)); !slices.Equal(got, []string{"kept"}) {
			t.Errorf("the journal has %q after a refused change", got)
		}
		wantIDs(t, "pending", idsOf(t, s, provision.Pending), id)
	})
	t.Run("refuses to change the id or the source", func(t *testing.T) {
		s := open(t)
		id := create(t, s, "upload").ID
		before := get(t, s, id)
		for _, change := range []func(*provision.Job) error{
			func(j *provision.Job) error { j.ID = "2"; return nil },
			func(j *provision.Job) error { j.Source = "another"; return nil },
		} {
			if _, err := s.Update(t.Context(), id, change, entry(provision.Intended, "")); err == nil {
				t.Error("the change was accepted")
			}
		}
		wantSame(t, get(t, s, id), before)
		if got := entriesOf(t, s, id); len(got) != 0 {
			t.Errorf("the journal has %d entries", len(got))
		}
	})
	t.Run("goes on after a change that panicked", func(t *testing.T) {
		s := open(t)
		id := create(t, s, "upload").ID
		before := get(t, s, id)
		func() {
			defer func() {
				if recover() == nil {
					t.Error("the panic was swallowed")
				}
			}()
			_, _ = s.Update(t.Context(), id, func(j *provision.Job) error { j.Notes = append(j.Notes, "half"); panic("our mistake") })
		}()
		wantSame(t, get(t, s, id), before)
		update(t, s, id, decline)
	})
	t.Run("hands out jobs that belong to the caller", func(t *testing.T) {
		s := open(t)
		mine := newJob("upload")
		saved, err := s.Create(t.Context(), mine)
		if err != nil {
			t.Fatal(err)
		}
		var kept *provision.Job
		updated := update(t, s, saved.ID, func(j *provision.Job) error { kept = j; return approve(j) })
		listed, err := s.Jobs(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		scribble(&mine)
		scribble(kept)
		if saved.Order.Items[0].Description == "scribbled" || updated.Order.Items[0].Description == "scribbled" {
			t.Error("what was returned is shared with what was given")
		}
		want := get(t, s, saved.ID)
		if want.Order.Items[0].Description == "scribbled" {
			t.Error("what was given is shared with the store")
		}
		for _, j := range []*provision.Job{&saved, &updated, &listed[0]} {
			scribble(j)
			wantSame(t, get(t, s, saved.ID), want)
		}
	})
}

// scribble overwrites whatever a job could share with another copy of it.
func scribble(j *provision.Job) {
	j.Order.Items[0].Description = "scribbled"
	j.Messages["scribbled"] = provision.Message{}
	for i := range j.Approvals {
		j.Approvals[i].By = "scribbled"
	}
	for i := range j.Status.History() {
		j.Status.History()[i].Why = "scribbled"
	}
	if j.Quoted != nil {
		j.Quoted.Reading.AddOns = -1
	}
}

func journal(t *testing.T, open Opener) {
	t.Run("numbers its entries from 1 and keeps them whole", func(t *testing.T) {
		s := open(t)
		id := create(t, s, "upload").ID
		if got := entriesOf(t, s, id); len(got) != 0 {
			t.Fatalf("a new job has %d entries", len(got))
		}
		seen := &provision.Reading{At: now, AddOns: 866, AddOnPrice: provision.Money{Symbol: "€", Cents: 1099}}
		first := provision.Entry{Seq: 99, At: now, Step: provision.StepBuy, Kind: provision.Intended, Saw: seen,
			Want: &provision.Want{Plan: &provision.PlanChange{From: 866, To: 868, AtMost: provision.Money{Symbol: "€", Cents: 2198}}}}
		second := provision.Entry{At: now, Step: provision.StepBuy, Kind: provision.ByHand, By: "U-approver", Text: "Bought <2> & done."}
		update(t, s, id, nil, first, second)
		update(t, s, id, nil)
		third := entry(provision.Achieved, "third")
		update(t, s, id, approve, third)

		want := []provision.Entry{first, second, third}
		for i := range want {
			want[i].Seq = i + 1
		}
		wantSame(t, entriesOf(t, s, id), want)
	})
	t.Run("keeps the jobs apart", func(t *testing.T) {
		s := open(t)
		// Neighbours on both sides, written in turns: a store that looks for the newest entry in the wrong place
		// numbers them wrongly.
		ids := []provision.JobID{create(t, s, "a").ID, create(t, s, "b").ID, create(t, s, "c").ID}
		for n := 1; n <= 20; n++ {
			for _, id := range ids {
				update(t, s, id, nil, entry(provision.Intended, fmt.Sprintf("%s/%d", id, n)))
			}
		}
		for _, id := range ids {
			for i, e := range entriesOf(t, s, id) {
				if want := fmt.Sprintf("%s/%d", id, i+1); e.Text != want || e.Seq != i+1 {
					t.Fatalf("entry %d of job %s: got %q with seq %d, want %q", i+1, id, e.Text, e.Seq, want)
				}
			}
			if got := len(entriesOf(t, s, id)); got != 20 {
				t.Errorf("job %s has %d entries, want 20", id, got)
			}
		}
	})
	t.Run("hands out entries that belong to the caller", func(t *testing.T) {
		s := open(t)
		id := create(t, s, "upload").ID
		e := entry(provision.Intended, "mine")
		e.Saw = &provision.Reading{AddOns: 866}
		update(t, s, id, nil, e)
		e.Saw.AddOns = -1
		entriesOf(t, s, id)[0].Saw.AddOns = -1
		if got := entriesOf(t, s, id)[0].Saw.AddOns; got != 866 {
			t.Errorf("the journal now says %d", got)
		}
	})
}

// wantSame compares records by their JSON: it has every field, and a time is the same in whatever zone.
func wantSame(t *testing.T, got, want any) {
	t.Helper()
	if g, w := plain(t, got), plain(t, want); !reflect.DeepEqual(g, w) {
		t.Errorf("got  %v\nwant %v", g, w)
	}
}

func plain(t *testing.T, record any) any {
	t.Helper()
	text, err := json.Marshal(record)
	if err != nil {
		t.Fatal(err)
	}
	var p any
	if err := json.Unmarshal(text, &p); err != nil {
		t.Fatal(err)
	}
	return p
}

func texts(entries []provision.Entry) []string {
	var said []string
	for _, e := range entries {
		said = append(said, e.Text)
	}
	return said
}

// merged puts two lists of ids into one by number.
func merged(a, b []provision.JobID) []provision.JobID {
	all := slices.Concat(a, b)
	slices.SortFunc(all, func(x, y provision.JobID) int {
		m, _ := strconv.Atoi(string(x))
		n, _ := strconv.Atoi(string(y))
		return m - n
	})
	return all
}

// condensing is what keeps a journal from growing with all the purchases there ever were.
func condensing(t *testing.T, open Opener) {
	s := open(t)
	id := create(t, s, "upload").ID
	e := entry(provision.Intended, "")
	e.Saw = &provision.Reading{At: now}
	for _, date := range []string{"05/14/24", "05/15/24", "05/16/24", "05/17/24"} {
		e.Saw.Charges = append(e.Saw.Charges, provision.Charge{Date: date, Amount: provision.Money{Symbol: "$", Cents: 100}})
	}
	update(t, s, id, nil, e)
	kept := entriesOf(t, s, id)[0].Saw
	if len(kept.Charges) != 2 || kept.OlderCharges == nil || kept.OlderCharges.Count != 2 {
		t.Errorf("the journal keeps %+v and %+v", kept.Charges, kept.OlderCharges)
	}
	if len(e.Saw.Charges) != 4 {
		t.Error("the entry that was given was changed")
	}
	facts, err := s.AuditTrail(t.Context(), id)
	if saw := facts[len(facts)-1].Words.Saw; err != nil || saw == nil || len(saw.Charges) != 2 {
		t.Errorf("the audit keeps %+v, %v", saw, err)
	}
}

// numbering is what the queue goes by: a clock may be turned back.
func numbering(t *testing.T, open Opener) {
	s := open(t)
	first, second := create(t, s, "first").ID, create(t, s, "second").ID
	approve := func(id provision.JobID, at time.Time) provision.Job {
		return update(t, s, id, func(j *provision.Job) error {
			j.Approvals = append(j.Approvals, provision.Approval{By: "U-approver", At: at})
			return nil
		})
	}
	one, other := approve(first, now), approve(second, now.Add(-time.Hour))
	if provision.CompareTurns(one, other) >= 0 || one.Approvals[0].Seq == 0 {
		t.Errorf("approved first %+v, then %+v", one.Approvals, other.Approvals)
	}
	again := update(t, s, first, func(j *provision.Job) error { j.Notes = append(j.Notes, "A sentence."); return nil })
	if again.Approvals[0].Seq != one.Approvals[0].Seq {
		t.Errorf("its number was %d and is %d", one.Approvals[0].Seq, again.Approvals[0].Seq)
	}
}
