package dispatch_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"mozybot/provision"
	"mozybot/provision/dispatch"
)

// ledger is a store of jobs that have bought: their units, and what their journals say.
type ledger struct {
	jobs     []provision.Job
	journals map[provision.JobID][]provision.Entry
	err      error
}

func (l ledger) Jobs(_ context.Context, states ...provision.State) ([]provision.Job, error) {
	if !slices.Equal(states, provision.Active) {
		return nil, errors.New("only jobs that are not over have storage to give to a group")
	}
	return l.jobs, nil
}

func (l ledger) Journal(_ context.Context, id provision.JobID) ([]provision.Entry, error) {
	return l.journals[id], l.err
}

func (l ledger) Purchases(_ context.Context, but provision.JobID, since time.Time) ([]provision.Purchase, error) {
	return []provision.Purchase{{Charged: provision.Money{Symbol: string(but), Cents: since.Unix()}}}, l.err
}

func bought(id provision.JobID, units int) provision.Job {
	order := provision.Order{Items: []provision.Item{{Quantity: 20 * units, GB: 20 * units, Kind: provision.Storage}}}
	return provision.Job{ID: id, Order: order, Quoted: &provision.Quoted{Quote: provision.Quote{Units: units}}}
}

func TestStorageIsReservedUntilItsGroupHasIt(t *testing.T) {
	buy := func(k provision.EntryKind) provision.Entry { return provision.Entry{Step: provision.StepBuy, Kind: k} }
	l := ledger{
		jobs: []provision.Job{bought("1", 1), bought("2", 2), bought("3", 4), bought("4", 8), bought("5", 16)},
		journals: map[provision.JobID][]provision.Entry{
			"1": {buy(provision.Intended)}, // may have bought
			"2": {buy(provision.Intended), buy(provision.Achieved)},
			"3": {buy(provision.Intended), buy(provision.Withdrawn)},
			"4": {buy(provision.Achieved), {Step: provision.StepGroup, Kind: provision.Achieved}},
		},
	}
	claims := dispatch.Claims{Store: l}
	for but, want := range map[provision.JobID]int{"5": 60, "1": 40, "2": 20} {
		if gb, err := claims.Reserved(t.Context(), but); err != nil || gb != want {
			t.Errorf("beside job %s %d GB are reserved (%v), want %d", but, gb, err, want)
		}
	}
	l.err = errors.New("the disk is gone")
	if _, err := (dispatch.Claims{Store: l}).Reserved(t.Context(), "5"); !errors.Is(err, l.err) {
		t.Errorf("got %v, want the store's error", err)
	}
}

func TestPurchasesComeFromTheStore(t *testing.T) {
	got, err := (dispatch.Claims{Store: ledger{}}).Purchases(t.Context(), "7", time.Unix(42, 0))
	if err != nil || len(got) != 1 || got[0].Charged != (provision.Money{Symbol: "7", Cents: 42}) {
		t.Errorf("got %+v, %v", got, err)
	}
}
