package statetest

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"mozybot/provision"
	"mozybot/state"
)

func movements(t *testing.T, open Opener) {
	t.Run("are those of jobs that are not over, and of those that ended since", func(t *testing.T) {
		s := open(t)
		going, early, late := moving(t, s, "going", now), moving(t, s, "early", now), moving(t, s, "late", now)
		endMovedAt(t, s, late, now.Add(2*time.Hour))
		endMovedAt(t, s, early, now.Add(time.Hour))
		wantMovements(t, s, time.Time{}, going, late, early)
		wantMovements(t, s, now, going, late, early)
	})
	t.Run("are all of such a job, also those from before that time", func(t *testing.T) {
		s := open(t)
		going, ended, before := moving(t, s, "going", now.Add(-time.Hour)), moving(t, s, "ended", now.Add(-time.Hour)), moving(t, s, "before", now)
		endMovedAt(t, s, before, now.Add(time.Hour))
		endMovedAt(t, s, ended, now.Add(3*time.Hour))
		wantMovements(t, s, now.Add(2*time.Hour), going, ended)
	})
	t.Run("have the figures and who approved them, also once the customer's data is erased", func(t *testing.T) {
		s := open(t)
		id := moving(t, s, "one", now)
		endMovedAt(t, s, id, now.Add(time.Hour))
		want := []string{"buy 2 for $19.98 by [U-approver]", "give 30", "return 1"}
		for range 2 {
			all, err := s.Movements(t.Context(), time.Time{})
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, m := range all {
				switch {
				case m.Bought > 0:
					got = append(got, fmt.Sprintf("buy %d for %v by %v", m.Bought, m.Cost, m.ApprovedBy))
				case m.Returned > 0:
					got = append(got, fmt.Sprintf("return %d", m.Returned))
				default:
					got = append(got, fmt.Sprintf("give %d", m.GivenGB))
				}
			}
			wantSame(t, got, want)
			if _, err := s.EraseCustomers(t.Context(), now.AddDate(1, 0, 0), 10, now.AddDate(1, 0, 0)); err != nil {
				t.Fatal(err)
			}
		}
	})
	t.Run("of a job that bought nothing are none", func(t *testing.T) {
		s := open(t)
		update(t, s, create(t, s, "waits").ID, approve)
		update(t, s, create(t, s, "declined").ID, decline)
		wantMovements(t, s, time.Time{})
	})
}

// moving is a job that has bought 2 add-ons, given its customer 30 GB and returned 1.
func moving(t *testing.T, s state.Store, source string, at time.Time) provision.JobID {
	t.Helper()
	id := create(t, s, source).ID
	update(t, s, id, approve)
	of := func(step provision.StepName, kind provision.EntryKind, want *provision.Want) provision.Entry {
		return provision.Entry{At: at, Step: step, Kind: kind, Want: want, Text: `It says "step":"return".`}
	}
	plan := func(from, to int) *provision.Want {
		return &provision.Want{Plan: &provision.PlanChange{From: from, To: to}}
	}
	update(t, s, id, func(j *provision.Job) error { return j.Start(now.Add(time.Minute)) },
		of(provision.StepLogin, provision.Achieved, nil),
		of(provision.StepBuy, provision.Intended, plan(866, 868)), of(provision.StepBuy, provision.Achieved, nil),
		of(provision.StepGroup, provision.Intended, nil), of(provision.StepGroup, provision.Achieved, nil),
		of(provision.StepReturn, provision.Intended, plan(868, 867)), of(provision.StepReturn, provision.Achieved, nil))
	return id
}

func endMovedAt(t *testing.T, s state.Store, id provision.JobID, at time.Time) {
	t.Helper()
	update(t, s, id, func(j *provision.Job) error { j.AccountID = "341244"; return j.Finish(at) })
}

// wantMovements holds the answer against the jobs expected, in order, and against their whole journals.
func wantMovements(t *testing.T, s state.Store, since time.Time, jobs ...provision.JobID) {
	t.Helper()
	got, err := s.Movements(t.Context(), since)
	if err != nil {
		t.Fatalf("looking for movements: %v", err)
	}
	var want []provision.Movement
	for _, id := range jobs {
		want = append(want, provision.Movements(get(t, s, id), entriesOf(t, s, id))...)
	}
	same := func(a, b provision.Movement) bool {
		return a.Job == b.Job && a.At.Equal(b.At) && a.Bought == b.Bought && a.Returned == b.Returned && a.GivenGB == b.GivenGB &&
			a.Account == b.Account && a.Group == b.Group && a.Cost == b.Cost && slices.Equal(a.ApprovedBy, b.ApprovedBy)
	}
	if !slices.EqualFunc(got, want, same) || len(got) != 3*len(jobs) {
		t.Errorf("since %v: got %+v, want %+v", since, got, want)
	}
}

func auditLines(t *testing.T, open Opener) {
	t.Run("are a job's own, from the first", func(t *testing.T) {
		s := open(t)
		first, second := create(t, s, "one").ID, create(t, s, "two").ID
		update(t, s, first, approve)
		update(t, s, second, decline)
		var all, of [][]byte
		keep := func(into *[][]byte) func([]byte) error {
			return func(line []byte) error { *into = append(*into, bytes.Clone(line)); return nil }
		}
		if err := errors.Join(s.Audit(t.Context(), keep(&all)), s.AuditLines(t.Context(), first, keep(&of))); err != nil {
			t.Fatal(err)
		}
		mine := slices.DeleteFunc(all, func(line []byte) bool {
			f, err := provision.Unseal(line)
			return err != nil || f.Record.Job != first
		})
		if len(of) != 3 || !slices.EqualFunc(of, mine, bytes.Equal) {
			t.Errorf("got %q, want %q", of, mine)
		}
	})
	t.Run("of an unknown job are not found", func(t *testing.T) {
		wantCode(t, open(t).AuditLines(t.Context(), "1", func([]byte) error { return nil }), provision.NotFound)
	})
	t.Run("end when their reader gives up", func(t *testing.T) {
		s := open(t)
		id := create(t, s, "one").ID
		update(t, s, id, decline)
		enough, n := errors.New("enough"), 0
		if err := s.AuditLines(t.Context(), id, func([]byte) error { n++; return enough }); !errors.Is(err, enough) || n != 1 {
			t.Errorf("got %v after %d lines", err, n)
		}
	})
}
