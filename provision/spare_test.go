package provision_test

import (
	"math/rand/v2"
	"testing"

	"mozybot/provision"
)

func TestSpareFirst(t *testing.T) {
	for _, c := range []struct {
		name     string
		gb       int
		balances provision.Balances
		reserved int
		saves    bool
		want     provision.Quote
	}{
		{"12 GB are spare, so 18 of 30 are bought", 30, balances(866, 0, 15, 3), 0, true, provision.Quote{1, 866, 867, -10, 15, 5, 0, 867}},
		{"the default group has it all", 30, balances(866, 0, 40, 3), 0, true, provision.Quote{0, 866, 866, -30, 40, 10, 0, 866}},
		{"what it keeps beyond 20 goes back", 30, balances(866, 0, 100, 3), 0, true, provision.Quote{0, 866, 866, -30, 100, 10, 3, 863}},
		{"what is Available counts, too", 30, balances(866, 18, 15, 3), 0, true, provision.Quote{0, 866, 866, -30, 15, 3, 0, 866}},
		{"but not what another job waits for", 30, balances(866, 18, 15, 3), 18, true, provision.Quote{1, 866, 867, -10, 15, 5, 0, 867}},
		{"8 GB save no add-on of 30", 30, balances(866, 0, 11, 3), 0, false, provision.Quote{}},
		{"a group that uses all it has gives nothing", 30, balances(866, 0, 15, 15), 0, false, provision.Quote{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.balances.ReservedGB = c.reserved
			got, saves, err := provision.NewSpareQuote(c.gb, c.balances)
			if err != nil || saves != c.saves || saves && got != c.want {
				t.Errorf("got %+v, %v, %v\nwant %+v, %v", got, saves, err, c.want, c.saves)
			}
		})
	}
}

// Whatever the books are: no gigabyte is lost, nobody's storage is taken, and nothing costs more than the runbook's own way.
func TestSpareFirstKeepsTheBooks(t *testing.T) {
	luck := rand.New(rand.NewPCG(19, 2))
	offers := 0
	for range 50_000 {
		b := balances(luck.IntN(1000), luck.IntN(60), luck.IntN(150), luck.IntN(150))
		gb, reserved := 1+luck.IntN(200), luck.IntN(40)
		b.ReservedGB = reserved
		own, err := provision.NewQuote(gb, b)
		if err != nil {
			t.Fatal(err)
		}
		q, saves, err := provision.NewSpareQuote(gb, b)
		if err != nil {
			t.Fatal(err)
		}
		if !saves {
			spare := max(0, b.Default.AssignedGB-b.Default.UsedGB) + max(0, b.AvailableGB-reserved)
			if byHand := (max(0, gb-spare) + 19) / 20; byHand < own.Units && b.Default.AssignedGB >= b.Default.UsedGB {
				t.Fatalf("%d GB of %+v, %d reserved: %d add-ons would do, and are not offered", gb, b, reserved, byHand)
			}
			continue
		}
		offers++
		before := b.Default.AssignedGB + max(0, b.AvailableGB-reserved)
		after := q.DefaultAfter + gb - 20*q.Units + 20*q.Returned
		switch {
		case before != after:
			t.Fatalf("%d GB of %+v, %d reserved: %d GB became %d (%+v)", gb, b, reserved, before, after, q)
		case q.DefaultAfter < b.Default.UsedGB:
			t.Fatalf("%d GB of %+v leave the default group less than it uses: %+v", gb, b, q)
		case q.Units >= own.Units || q.Units < 0:
			t.Fatalf("%d GB of %+v buy %d, the runbook %d", gb, b, q.Units, own.Units)
		case q.Units > 0 && q.Returned > 0:
			t.Fatalf("%d GB of %+v buy and return: %+v", gb, b, q)
		case q.AddOnsAfter < 0 || q.AddOnsAfter != b.AddOns+q.Units-q.Returned:
			t.Fatalf("%d GB of %+v end with %d add-ons: %+v", gb, b, q.AddOnsAfter, q)
		}
	}
	if offers < 10_000 {
		t.Errorf("only %d of the books had something to spare", offers)
	}
}

func TestTheWayIsPartOfTheApproval(t *testing.T) {
	under := func(rule provision.SpareRule) provision.Policy {
		return provision.Policy{Approvers: []provision.Person{aaron, otto}, Needed: 2, Spare: rule}
	}
	t.Run("the second button buys only the rest", func(t *testing.T) {
		j := pendingJob(t)
		ways := j.Quoted.Asked(provision.SpareAsk)
		if len(ways) != 2 || ways[0].FromSpare || ways[0].Digest == ways[1].Digest || ways[1].Cost.String() != "$5.60" {
			t.Fatalf("asks about %+v", ways)
		}
		if err := under(provision.SpareAsk).By(aaron, monday).Approve(&j, ways[1].Digest); err != nil {
			t.Fatal(err)
		}
		wantCode(t, under(provision.SpareAsk).By(otto, monday).Approve(&j, ways[0].Digest), provision.Stale)
		if err := under(provision.SpareAsk).By(otto, monday).Approve(&j, ways[1].Digest); err != nil {
			t.Fatal(err)
		}
		if q := j.Quoted; !q.FromSpare || q.Quote.Units != 1 || j.State() != provision.Approved {
			t.Errorf("%s: %+v", j.State(), q)
		}
		if err := provision.CheckApprovals(j); err != nil {
			t.Error(err)
		}
		own := *j.Quoted
		own.FromSpare = false
		j.Quoted = &own
		if provision.CheckApprovals(j) == nil {
			t.Error("a way that nobody approved is taken")
		}
	})
	t.Run("a yes stays for its way while the console is read again", func(t *testing.T) {
		j := pendingJob(t)
		if err := under(provision.SpareAsk).By(aaron, monday).Approve(&j, j.Quoted.Asked("")[1].Digest); err != nil {
			t.Fatal(err)
		}
		r := reading()
		r.AddOns, r.PoolGB = r.AddOns+1, r.PoolGB+20
		if err := j.SetQuote(r); err != nil || len(j.Approvals) != 1 || !j.Quoted.FromSpare {
			t.Errorf("%v: %d approvals, %+v", err, len(j.Approvals), j.Quoted)
		}
		r.Default.AssignedGB = 5
		if err := j.SetQuote(r); err != nil || len(j.Approvals) != 0 || j.Quoted.FromSpare {
			t.Errorf("nothing is spare any more: %v, %d approvals, %+v", err, len(j.Approvals), j.Quoted)
		}
	})
	t.Run("taken back, both ways are open again", func(t *testing.T) {
		j := pendingJob(t)
		if err := under(provision.SpareAsk).By(aaron, monday).Approve(&j, j.Quoted.Asked("")[1].Digest); err != nil {
			t.Fatal(err)
		}
		if err := (provision.Decision{By: aaron, At: monday}).Withdraw(&j); err != nil || j.Quoted.FromSpare || len(j.Quoted.Asked("")) != 2 {
			t.Errorf("%v: %+v", err, j.Quoted)
		}
	})
	t.Run("never and always ask about one way", func(t *testing.T) {
		j := pendingJob(t)
		own, spare := j.Quoted.Asked("")[0], j.Quoted.Asked("")[1]
		wantCode(t, under(provision.SpareNever).By(aaron, monday).Approve(&j, spare.Digest), provision.Stale)
		wantCode(t, under(provision.SpareAlways).By(aaron, monday).Approve(&j, own.Digest), provision.Stale)
		if err := under(provision.SpareAlways).By(aaron, monday).Approve(&j, spare.Digest); err != nil {
			t.Error(err)
		}
	})
}
