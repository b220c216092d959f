package provision_test

import (
	"testing"

	"mozybot/provision"
)

func TestPurchasedStorageIsReservedUntilItsGroupHasIt(t *testing.T) {
	buy := func(kinds ...provision.EntryKind) (journal []provision.Entry) {
		for _, kind := range kinds {
			journal = append(journal, provision.Entry{Step: provision.StepBuy, Kind: kind})
		}
		return journal
	}
	group := provision.Entry{Step: provision.StepGroup, Kind: provision.Achieved}
	for _, c := range []struct {
		name    string
		journal []provision.Entry
		gb      int
	}{
		{"not at the purchase yet", nil, 0},
		{"stuck before it meant to buy", buy(provision.Failed), 0},
		{"in the middle of the purchase", buy(provision.Intended), 40},
		{"stuck, and nobody knows whether it bought", buy(provision.Intended, provision.Failed), 40},
		{"bought", buy(provision.Intended, provision.Achieved), 40},
		{"bought by hand before it meant to buy", buy(provision.Failed, provision.ByHand, provision.Achieved), 40},
		{"asked about again: nothing was bought", buy(provision.Intended, provision.Withdrawn), 0},
		{"asked about again, and stuck before it meant to buy", buy(provision.Intended, provision.Withdrawn, provision.Failed), 0},
		{"given to the group", append(buy(provision.Intended, provision.Achieved), group), 0},
		{"in shadow", buy(provision.WouldDo), 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			if gb := provision.BoughtGB(pendingJob(t), c.journal); gb != c.gb {
				t.Errorf("%d GB, want %d", gb, c.gb)
			}
		})
	}
}
