package provision_test

import (
	"testing"

	"mozybot/provision"
)

func balances(addOns, available, assigned, used int) provision.Balances {
	return provision.Balances{AddOns: addOns, AvailableGB: available,
		Default: provision.Group{Name: provision.DefaultGroupName, Type: provision.Assigned, AssignedGB: assigned, UsedGB: used}}
}

func waited(reserved int, b provision.Balances) provision.Balances {
	b.ReservedGB = reserved
	return b
}

func TestQuote(t *testing.T) {
	for _, c := range []struct {
		name     string
		gb       int
		balances provision.Balances
		want     provision.Quote
	}{
		{"20 GB buy one add-on and leave nothing", 20, balances(866, 0, 15, 3), provision.Quote{1, 866, 867, 0, 15, 15, 0, 867}},
		{"30 GB buy two, 10 are left over, 25 becomes 5", 30, balances(866, 0, 15, 3), provision.Quote{2, 866, 868, 10, 15, 5, 1, 867}},
		{"100 GB turn 866 into 871", 100, balances(866, 0, 15, 3), provision.Quote{5, 866, 871, 0, 15, 15, 0, 871}},
		{"40 in the default group return one and leave 20", 30, balances(866, 0, 30, 3), provision.Quote{2, 866, 868, 10, 30, 20, 1, 867}},
		{"exactly 20 stay", 30, balances(866, 0, 10, 3), provision.Quote{2, 866, 868, 10, 10, 20, 0, 868}},
		{"45 return two and leave 5", 30, balances(866, 20, 15, 3), provision.Quote{2, 866, 868, 10, 15, 5, 2, 866}},
		{"never below what the default group uses", 30, balances(866, 0, 15, 15), provision.Quote{2, 866, 868, 10, 15, 25, 0, 868}},
		{"used just leaves room for one", 30, balances(866, 20, 15, 6), provision.Quote{2, 866, 868, 10, 15, 25, 1, 867}},
		{"overused is left alone", 30, balances(866, 0, 15, 40), provision.Quote{2, 866, 868, 10, 15, 15, 0, 868}},
		{"a default group of nothing gets the leftover", 1, balances(0, 0, 0, 0), provision.Quote{1, 0, 1, 19, 0, 19, 0, 1}},
		{"what another job waits for is not given back", 30, waited(40, balances(866, 60, 15, 3)), provision.Quote{2, 866, 868, 10, 15, 5, 2, 866}},
		{"nor what it may have bought", 30, waited(60, balances(866, 0, 15, 3)), provision.Quote{2, 866, 868, 10, 15, 5, 1, 867}},
		{"returns no more than is owned", 30, balances(0, 100, 0, 0), provision.Quote{2, 0, 2, 10, 0, 70, 2, 0}},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := provision.NewQuote(c.gb, c.balances)
			if err != nil || got != c.want {
				t.Errorf("NewQuote(%d, %+v)\n got %+v, %v\nwant %+v", c.gb, c.balances, got, err, c.want)
			}
		})
	}
}

func TestSettleSkipsADefaultGroupThatIsNotAssigned(t *testing.T) {
	for _, typ := range []provision.StorageType{provision.Shared, provision.Limited} {
		s := provision.Settle(30, 866, provision.Group{Type: typ, UsedGB: 3})
		if s.Skipped != provision.DefaultNotAssigned || s.Returned != 0 {
			t.Errorf("%s: %+v", typ, s)
		}
	}
}

func TestQuoteRefusesFiguresOutOfRangeAllAtOnce(t *testing.T) {
	_, err := provision.NewQuote(0, balances(-1, 5, -7, provision.MaxGB+1))
	if provision.CodeOf(err) != provision.Invalid {
		t.Fatalf("got %v", err)
	}
	want := "The order's GB must be from 1 to 1,000,000,000,000, not 0. The add-ons owned must be from 0 to 1,000,000,000,000, not -1. " +
		"The default group's assigned GB must be from 0 to 1,000,000,000,000, not -7. The default group's used GB must be from 0 to 1,000,000,000,000, not 1,000,000,000,001."
	if err.Error() != want {
		t.Errorf("got  %s\nwant %s", err, want)
	}
}

// checkLaws checks what must hold for every quote.
func checkLaws(t *testing.T, gb int, b provision.Balances) provision.Quote {
	t.Helper()
	q, err := provision.NewQuote(gb, b)
	if err != nil {
		t.Fatalf("%d GB, %+v: %v", gb, b, err)
	}
	fail := func(law string) { t.Errorf("%s: %d GB, %+v gives %+v", law, gb, b, q) }

	if 20*q.Units < gb || 20*(q.Units-1) >= gb {
		fail("as many add-ons as are needed, and not one more")
	}
	if q.LeftoverGB != 20*q.Units-gb {
		fail("the leftover is what the purchase leaves")
	}
	if q.AddOnsAfterPurchase != q.AddOnsBefore+q.Units || q.AddOnsAfter != q.AddOnsAfterPurchase-q.Returned {
		fail("the add-ons add up")
	}
	if q.Returned < 0 || q.AddOnsAfter < 0 {
		fail("nothing is returned that is not owned")
	}
	// Conservation: what the pool gains is the customer's, the default group's, or still Available.
	spare := b.AvailableGB + q.LeftoverGB
	availableAfter := spare
	if q.Returned > 0 || q.DefaultAfter != q.DefaultBefore {
		availableAfter = 0
	}
	if 20*(q.AddOnsAfter-q.AddOnsBefore) != gb+(q.DefaultAfter-q.DefaultBefore)+(availableAfter-b.AvailableGB) {
		fail("conservation")
	}
	if q.DefaultAfter < q.DefaultBefore && q.DefaultAfter < b.Default.UsedGB {
		fail("the default group is never taken below what it uses")
	}
	if q.Returned > 0 && (q.DefaultAfter < b.Default.UsedGB || q.DefaultAfter < 1) {
		fail("a return leaves what is used")
	}
	if spare > 0 && q.DefaultAfter > 20 && q.DefaultAfter-20 >= b.Default.UsedGB && availableAfter == 0 && q.AddOnsAfter > 0 {
		fail("no whole unit stays that could go back")
	}
	return q
}

func TestQuoteLaws(t *testing.T) {
	for gb := 1; gb <= 81; gb++ {
		for available := 0; available <= 61; available += 3 {
			for assigned := 0; assigned <= 45; assigned += 5 {
				for used := 0; used <= 50; used += 7 {
					b := balances(866, available, assigned, used)
					q := checkLaws(t, gb, b)
					if more := checkLaws(t, gb+1, b); more.Units < q.Units || more.AddOnsAfterPurchase < q.AddOnsAfterPurchase {
						t.Errorf("monotone in GB: %d GB gives %+v, one more %+v", gb, q, more)
					}
				}
			}
		}
	}
}

func FuzzQuote(f *testing.F) {
	f.Add(30, 866, 0, 15, 3)
	f.Add(provision.MaxGB, provision.MaxGB, provision.MaxGB, provision.MaxGB, 0)
	f.Add(-1, 1<<62, -1<<63, 1<<63-1, 20)
	f.Fuzz(func(t *testing.T, gb, addOns, available, assigned, used int) {
		b := balances(addOns, available, assigned, used)
		if _, err := provision.NewQuote(gb, b); err != nil {
			if provision.CodeOf(err) != provision.Invalid {
				t.Errorf("an odd refusal: %v", err)
			}
			return
		}
		checkLaws(t, gb, b)
	})
}

func BenchmarkQuote(b *testing.B) {
	for b.Loop() {
		if _, err := provision.NewQuote(30, balances(866, 0, 15, 3)); err != nil {
			b.Fatal(err)
		}
	}
}
