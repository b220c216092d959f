package provision_test

import (
	"slices"
	"testing"

	"mozybot/provision"
)

func TestStorageIsHeldUntilItIsGivenOrReturned(t *testing.T) {
	entries := func(step provision.StepName, kinds ...provision.EntryKind) (journal []provision.Entry) {
		for _, kind := range kinds {
			journal = append(journal, provision.Entry{Step: step, Kind: kind})
		}
		return journal
	}
	buy := func(kinds ...provision.EntryKind) []provision.Entry { return entries(provision.StepBuy, kinds...) }
	settle := func(returned int, journal []provision.Entry, kinds ...provision.EntryKind) []provision.Entry {
		intent := provision.Entry{Step: provision.StepDefaultGroup, Kind: provision.Intended,
			Want: &provision.Want{Default: &provision.DefaultChange{FromGB: 15, ToGB: 5, Returned: returned}}}
		return slices.Concat(journal, []provision.Entry{intent}, entries(provision.StepDefaultGroup, kinds...))
	}
	bought := buy(provision.Intended, provision.Achieved)
	given := slices.Concat(bought, entries(provision.StepGroup, provision.Achieved))
	for _, c := range []struct {
		name      string
		journal   []provision.Entry
		gb        int
		fromSpare int // the same where the default group gives what it doesn't use, and one add-on is bought
	}{
		{"not at the purchase yet", nil, 0, 0},
		{"stuck before it meant to buy", buy(provision.Failed), 0, 0},
		{"in the middle of the purchase", buy(provision.Intended), 40, 20},
		{"stuck, and nobody knows whether it bought", buy(provision.Intended, provision.Failed), 40, 20},
		{"bought", bought, 40, 20},
		{"bought by hand before it meant to buy", buy(provision.Failed, provision.ByHand, provision.Achieved), 40, 20},
		{"asked about again: nothing was bought", buy(provision.Intended, provision.Withdrawn), 0, 0},
		{"asked about again, and stuck before it meant to buy", buy(provision.Intended, provision.Withdrawn, provision.Failed), 0, 0},
		{"in shadow", buy(provision.WouldDo), 0, 0},
		{"given to the group: the leftover waits", given, 10, 0},
		{"in the middle of the settlement: what goes back may wait already", settle(1, given), 20, 20},
		{"settled: what goes back waits", settle(1, given, provision.Achieved), 20, 20},
		{"settled, and nothing goes back", settle(0, given, provision.Achieved), 0, 0},
		{"settled, before the group has it", settle(1, bought, provision.Achieved), 20, 50},
		{"settled, with nothing bought", settle(1, buy(provision.Skipped), provision.Achieved), 20, 50},
		{"left out: the leftover is anybody's", slices.Concat(given, entries(provision.StepDefaultGroup, provision.Skipped)), 0, 0},
		{"returned", slices.Concat(settle(1, given, provision.Achieved), entries(provision.StepReturn, provision.Intended, provision.Achieved)), 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			j := pendingJob(t)
			if gb := provision.HeldGB(j, c.journal); gb != c.gb {
				t.Errorf("%d GB, want %d", gb, c.gb)
			}
			j.Quoted = &j.Quoted.Asked(provision.SpareAlways)[0]
			if gb := provision.HeldGB(j, c.journal); gb != c.fromSpare {
				t.Errorf("spare first: %d GB, want %d", gb, c.fromSpare)
			}
			if j.DryRun = true; provision.HeldGB(j, c.journal) != 0 {
				t.Error("a dry run holds storage")
			}
		})
	}
}

// The job was quoted with 60 GB Available, of which another job held 20, and buys 2 add-ons for 30 GB. What is Available later is its own
// only as far as nobody else can have bought it since.
func TestWhoseTheStorageIs(t *testing.T) {
	charges := func(cents ...int64) (lines []provision.Charge) {
		for _, c := range cents {
			lines = append(lines, provision.Charge{Date: "11/23/26", Amount: provision.Money{Symbol: "$", Cents: c}})
		}
		return lines
	}
	shows := func(addOns, available, reserved int, paid ...int64) provision.Reading {
		r := reading()
		r.AddOns, r.AvailableGB, r.ReservedGB, r.Charges = addOns, available, reserved, charges(append([]int64{100}, paid...)...)
		return r
	}
	entry := func(step provision.StepName, kind provision.EntryKind, saw provision.Reading) provision.Entry {
		return provision.Entry{Step: step, Kind: kind, Saw: &saw}
	}
	bought := func(before provision.Reading) []provision.Entry {
		done := provision.Entry{Step: provision.StepBuy, Kind: provision.Achieved, Charged: provision.Money{Symbol: "$", Cents: 1120}, ChargedOn: "11/23/26"}
		intent := entry(provision.StepBuy, provision.Intended, before)
		intent.Want = &provision.Want{Plan: &provision.PlanChange{From: before.AddOns, To: before.AddOns + 2}}
		return []provision.Entry{intent, done, {Step: provision.StepGroup, Kind: provision.Achieved}}
	}
	another := provision.Purchase{AddOns: 1, Charged: provision.Money{Symbol: "$", Cents: 560}, Before: shows(866, 60, 20).BillingHistory()}
	for _, c := range []struct {
		name     string
		journal  []provision.Entry
		others   []provision.Purchase
		now      provision.Reading
		own, all int
	}{
		{"nothing has moved", nil, nil, shows(866, 60, 20), 40, 60},
		{"the other job has given it to its group", nil, nil, shows(866, 40, 0), 40, 40},
		{"and a colleague has bought", nil, nil, shows(867, 60, 0, 560), 40, 60},
		{"a colleague has bought what somebody else used", nil, nil, shows(867, 40, 0, 560), 20, 40},
		{"a colleague has bought after somebody returned as much", nil, nil, shows(866, 40, 0, 560), 20, 40},
		{"a colleague has bought for less than the label says", nil, nil, shows(868, 40, 0, 560), 0, 40},
		{"somebody has paid for anything", nil, nil, shows(866, 40, 0, 77), 20, 40},
		{"another job has bought and given", nil, []provision.Purchase{another}, shows(867, 40, 0, 560), 40, 40},
		{"another job has bought as much as a colleague", nil, []provision.Purchase{another}, shows(868, 60, 20, 560, 560), 20, 60},
		{"a group was made smaller", nil, nil, shows(866, 99, 20), 40, 99},
		{"its own purchase is its own", bought(shows(866, 60, 20)), nil, shows(868, 70, 20, 1120), 50, 70},
		{"a colleague has bought before it, and used it after it", bought(shows(867, 80, 20, 560)), nil, shows(869, 70, 20, 560, 1120), 30, 70},
		{"what a colleague used before its purchase is gone, whatever was freed later", bought(shows(866, 20, 20)), nil, shows(868, 90, 20, 1120), 10, 90},
		{"an intent of before the quote says nothing", []provision.Entry{entry(provision.StepBuy, provision.Intended, shows(866, 20, 20)), {Step: provision.StepBuy, Kind: provision.Withdrawn}}, nil, shows(866, 60, 20), 40, 60},
		{"a colleague has bought as much after it", bought(shows(866, 60, 20)), nil, shows(870, 70, 20, 1120, 1120), 10, 70},
	} {
		t.Run(c.name, func(t *testing.T) {
			j := pendingJob(t)
			if err := j.SetQuote(shows(866, 60, 20)); err != nil {
				t.Fatal(err)
			}
			if s := provision.ShareOf(j, c.journal, c.others, c.now); s.OwnGB != c.own || s.OwnGB+s.OthersGB != c.all {
				t.Errorf("%+v, want %d of %d GB", s, c.own, c.all)
			}
		})
	}
}
