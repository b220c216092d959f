package statetest

import (
	"math"
	"slices"
	"strconv"
	"testing"
	"time"

	"mozybot/provision"
	"mozybot/state"
)

func purchases(t *testing.T, open Opener) {
	t.Run("are those of jobs that are not over, and of those that ended since", func(t *testing.T) {
		s := open(t)
		going := bought(t, s, 1, provision.Achieved)
		early, late := bought(t, s, 2, provision.Achieved), bought(t, s, 3, provision.Achieved)
		endAt(t, s, late, now.Add(2*time.Minute))
		endAt(t, s, early, now.Add(time.Minute))
		wantPurchases(t, s, "", time.Time{}, 1, 3, 2)
		wantPurchases(t, s, "", now.Add(time.Minute), 1, 3, 2)
		wantPurchases(t, s, "", now.Add(time.Minute+1), 1, 3)
		wantPurchases(t, s, "", now.Add(time.Hour), 1)
		wantPurchases(t, s, going, time.Time{}, 3, 2)
		wantPurchases(t, s, late, time.Time{}, 1, 2)
	})
	t.Run("may be older than since: what counts is when the job ended", func(t *testing.T) {
		s := open(t)
		long := bought(t, s, 1, provision.Achieved)
		update(t, s, long, nil, provision.Entry{At: now.AddDate(1, 0, 0), Step: provision.StepGroup, Kind: provision.Failed, Text: `It says "step":"buy".`})
		endAt(t, s, long, now.AddDate(1, 0, 0))
		wantPurchases(t, s, "", now.AddDate(0, 6, 0), 1)
	})
	t.Run("do not depend on clocks that jumped", func(t *testing.T) {
		s := open(t)
		back := bought(t, s, 1, provision.Achieved) // at now
		endAt(t, s, back, now.Add(-time.Hour))
		ahead := bought(t, s, 2, provision.Achieved)
		endAt(t, s, ahead, now.Add(time.Hour))
		wantPurchases(t, s, "", now.Add(-time.Hour), 2, 1)
		wantPurchases(t, s, "", now, 2)
	})
	t.Run("are known by their charge, and by what was there before", func(t *testing.T) {
		s := open(t)
		bought(t, s, 1, provision.Intended)
		bought(t, s, 2, provision.Withdrawn)
		bought(t, s, 3, provision.ByHand)
		update(t, s, create(t, s, "no intent").ID, nil, charged(4, provision.Achieved))
		twice := bought(t, s, 5, provision.Achieved)
		update(t, s, twice, nil, charged(6, provision.Intended), charged(7, provision.Achieved))
		wantPurchases(t, s, "", time.Time{}, 7)
		got, err := s.Purchases(t.Context(), "", time.Time{})
		if err != nil || !slices.Equal(got[0].Before.Lines, charged(6, provision.Intended).Saw.Charges) {
			t.Errorf("got %+v, %v", got, err)
		}
	})
	t.Run("are unknown once the customer's data is erased", func(t *testing.T) {
		s := open(t)
		erased, kept := bought(t, s, 1, provision.Achieved), bought(t, s, 2, provision.Achieved)
		endAt(t, s, erased, now)
		endAt(t, s, kept, now.Add(time.Minute))
		if n, err := s.EraseCustomers(t.Context(), now.Add(time.Second), 10, now.Add(time.Hour)); err != nil || n != 1 {
			t.Fatalf("erased %d, %v", n, err)
		}
		wantPurchases(t, s, "", time.Time{}, 2)
	})
	t.Run("of a job that came back", func(t *testing.T) {
		s := open(t)
		id := bought(t, s, 1, provision.Achieved)
		update(t, s, id, func(j *provision.Job) error { return j.Expire(now) })
		update(t, s, id, func(j *provision.Job) error { return policy.By("U-requester", now).Reopen(j) })
		wantPurchases(t, s, "", now.Add(time.Hour), 1)
	})
}

// charged is an entry about a purchase of so many dollars.
func charged(dollars int64, kind provision.EntryKind) provision.Entry {
	e := entry(kind, "")
	switch amount := (provision.Money{Symbol: "$", Cents: 100 * dollars}); kind {
	case provision.Intended:
		e.Saw = &provision.Reading{At: now, Charges: []provision.Charge{{Date: "05/17/24", Amount: amount}}}
	case provision.Achieved:
		e.Charged = amount
	}
	return e
}

// bought is a job that set out to buy for so many dollars, and how that ended.
func bought(t *testing.T, s state.Store, dollars int64, how provision.EntryKind) provision.JobID {
	t.Helper()
	id := create(t, s, "bought for "+strconv.FormatInt(dollars, 10)).ID
	update(t, s, id, nil, entry(provision.Skipped, "another step's"), charged(dollars, provision.Intended), charged(dollars, how))
	return id
}

func endAt(t *testing.T, s state.Store, id provision.JobID, at time.Time) {
	t.Helper()
	update(t, s, id, func(j *provision.Job) error { return policy.By("U-requester", at).Decline(j, "not needed") })
}

// wantPurchases holds the answer against the dollars expected, in order, and against every journal that there is.
func wantPurchases(t *testing.T, s state.Store, but provision.JobID, since time.Time, dollars ...int64) {
	t.Helper()
	all, err := s.Purchases(t.Context(), but, since)
	if err != nil {
		t.Fatalf("looking for purchases: %v", err)
	}
	got := amounts(all)
	if !slices.Equal(got, dollars) {
		t.Errorf("but job %q, since %v: got %v, want %v", but, since, got, dollars)
	}
	if want := amounts(purchasesInJournals(t, s, but, since)); !slices.Equal(got, want) {
		t.Errorf("but job %q, since %v: got %v, the journals have %v", but, since, got, want)
	}
}

func amounts(all []provision.Purchase) (dollars []int64) {
	for _, p := range all {
		dollars = append(dollars, p.Charged.Cents/100)
	}
	return dollars
}

// purchasesInJournals reads every journal that could have one.
func purchasesInJournals(t *testing.T, s state.Store, but provision.JobID, since time.Time) (all []provision.Purchase) {
	t.Helper()
	jobs, err := s.Jobs(t.Context(), provision.Active...)
	if err != nil {
		t.Fatal(err)
	}
	ended, _, err := s.Ended(t.Context(), since, math.MaxInt)
	if err != nil {
		t.Fatal(err)
	}
	for _, j := range append(jobs, ended...) {
		if p, ok := provision.PurchaseOf(entriesOf(t, s, j.ID)); ok && j.ID != but {
			all = append(all, p)
		}
	}
	return all
}
