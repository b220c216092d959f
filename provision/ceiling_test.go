package provision_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"mozybot/provision"
)

// The colleague's purchase that is Available by the time the job runs is in no sum here: however much is spare, no more
// goes back than the limit, and not a gigabyte is lost.
func TestNoMoreIsReturnedThanTheLimit(t *testing.T) {
	luck := rand.New(rand.NewPCG(14, 1))
	for range 20_000 {
		spare, addOns, limit := luck.IntN(300), luck.IntN(1000), luck.IntN(8)
		def := provision.Group{Type: provision.Assigned, AssignedGB: luck.IntN(120), UsedGB: luck.IntN(100)}
		free := provision.Settle(spare, addOns, def)
		s := free.AtMost(limit)
		if s.Returned > limit || s.Returned > free.Returned || s.Returned < min(limit, free.Returned) {
			t.Fatalf("of %d GB spare, limit %d: returns %d, the formula %d", spare, limit, s.Returned, free.Returned)
		}
		if s.Skipped == "" && s.DefaultAfter+provision.UnitGB*s.Returned != def.AssignedGB+spare {
			t.Fatalf("%d GB and %d GB spare became %d GB and %d returned", def.AssignedGB, spare, s.DefaultAfter, s.Returned)
		}
		if s.Skipped != "" && s != free {
			t.Fatalf("a step that is left out is changed by the limit: %+v", s)
		}
	}
}

// The order leaves 10 GB over. With 15 GB in the default group that returns 1, with 5 GB none, with 35 GB two.
func TestWhatMayBeReturnedIsWhatWasApproved(t *testing.T) {
	two := provision.Policy{Approvers: []provision.Person{aaron, otto}, Needed: 2}
	quoted := func(t *testing.T, j *provision.Job, defaultGB int) provision.Quoted {
		t.Helper()
		r := reading()
		r.Default.AssignedGB = defaultGB
		if err := j.SetQuote(r); err != nil {
			t.Fatal(err)
		}
		return *j.Quoted
	}
	approved := func(t *testing.T) (provision.Job, provision.Quoted) {
		t.Helper()
		j := pendingJob(t)
		q := quoted(t, &j, 15)
		if err := two.By(aaron, monday).Approve(&j, q.Digest); err != nil {
			t.Fatal(err)
		}
		return j, q
	}
	t.Run("until somebody approves it follows the numbers", func(t *testing.T) {
		j := pendingJob(t)
		one, none := quoted(t, &j, 15), quoted(t, &j, 5)
		if one.MayReturn() != 1 || none.MayReturn() != 0 || one.Digest == none.Digest {
			t.Errorf("may return %d, then %d", one.MayReturn(), none.MayReturn())
		}
	})
	t.Run("after that a lower return keeps the yes and the limit", func(t *testing.T) {
		j, was := approved(t)
		is := quoted(t, &j, 5)
		if len(j.Approvals) != 1 || is.Digest != was.Digest || is.MayReturn() != 1 || is.Quote.Returned != 0 || provision.CheckApprovals(j) != nil {
			t.Errorf("%d approvals, may return %d: %v", len(j.Approvals), is.MayReturn(), provision.CheckApprovals(j))
		}
		if again := quoted(t, &j, 15); len(j.Approvals) != 1 || again.Digest != was.Digest || provision.CheckApprovals(j) != nil {
			t.Errorf("back at the first numbers there are %d approvals", len(j.Approvals))
		}
	})
	t.Run("a higher one asks again", func(t *testing.T) {
		j, was := approved(t)
		is := quoted(t, &j, 35)
		if len(j.Approvals) != 0 || is.Digest == was.Digest || is.MayReturn() != 2 {
			t.Errorf("%d approvals, may return %d", len(j.Approvals), is.MayReturn())
		}
	})
	t.Run("a limit that was raised in the file is found", func(t *testing.T) {
		j, _ := approved(t)
		*j.Quoted.ReturnAtMost = 6
		wantCode(t, provision.CheckApprovals(j), provision.Conflict)
	})
}

// A job from before digests had a version, half approved.
func oldJob(t *testing.T) provision.Job {
	t.Helper()
	j := pendingJob(t)
	j.Quoted.ReturnAtMost = nil
	j.Quoted.Digest = provision.FirstDigestOf(j.Order, j.Document, j.Quoted.Quote.Units, j.Quoted.Cost)
	two := provision.Policy{Approvers: []provision.Person{aaron, otto}, Needed: 2}
	if err := two.By(aaron, monday).Approve(&j, j.Quoted.Digest); err != nil {
		t.Fatal(err)
	}
	return j
}

func TestAnUpgradeDisturbsNoOpenJob(t *testing.T) {
	j := oldJob(t)
	if strings.Contains(string(j.Quoted.Digest), ":") || provision.CheckApprovals(j) != nil || j.Quoted.MayReturn() != j.Quoted.Quote.Returned {
		t.Fatalf("%s: %v, may return %d", j.Quoted.Digest, provision.CheckApprovals(j), j.Quoted.MayReturn())
	}
	limit := j.Quoted.MayReturn()
	r := reading()
	if err := j.SetQuote(r); err != nil || len(j.Approvals) != 1 || provision.CheckApprovals(j) != nil || j.Quoted.MayReturn() != limit {
		t.Errorf("quoted again it has %d approvals (%v), may return %d, not %d", len(j.Approvals), err, j.Quoted.MayReturn(), limit)
	}
	r.Default.AssignedGB += 20 * (limit + 2)
	if err := j.SetQuote(r); err != nil || len(j.Approvals) != 0 || !strings.HasPrefix(string(j.Quoted.Digest), "2:") {
		t.Errorf("with more to return it has %d approvals (%v) for %s", len(j.Approvals), err, j.Quoted.Digest)
	}
	j = oldJob(t)
	j.Order.Email = "else@example.com"
	wantCode(t, provision.CheckApprovals(j), provision.Conflict)
}

// Nobody pressed anything: what people have agreed to is not taken from them by a reading.
func TestABackgroundReadingVoidsNoApproval(t *testing.T) {
	two := provision.Policy{Approvers: []provision.Person{aaron, otto}, Needed: 2}
	j := pendingJob(t)
	if err := two.By(aaron, monday).Approve(&j, j.Quoted.Digest); err != nil {
		t.Fatal(err)
	}
	was := *j.Quoted
	for name, move := range map[string]func(*provision.Reading){
		"the price":     func(r *provision.Reading) { r.AddOnPrice.Cents++ },
		"a larger back": func(r *provision.Reading) { r.Default.AssignedGB += 100 },
	} {
		r := reading()
		r.At = was.Reading.At.Add(1)
		move(&r)
		if err := j.Requote(r); err != nil || len(j.Approvals) != 1 || j.Quoted.Digest != was.Digest {
			t.Errorf("%s: %v, %d approvals", name, err, len(j.Approvals))
		}
	}
	r := reading()
	r.At = was.Reading.At.Add(1)
	r.AddOns, r.PoolGB = r.AddOns+5, r.PoolGB+5*provision.UnitGB
	if err := j.Requote(r); err != nil || len(j.Approvals) != 1 || j.Quoted.Quote.AddOnsBefore != r.AddOns {
		t.Errorf("other add-ons: %v, %d approvals, %+v", err, len(j.Approvals), j.Quoted.Quote)
	}
}

// Two orders wait; the first one runs, and the numbers of the second are renewed while somebody presses its button.
func TestAPressOnTheEarlierCardAgreesToWhatThatCardSaid(t *testing.T) {
	quoted := func(defaultGB int) (provision.Job, provision.Quoted) {
		j := pendingJob(t)
		r := reading()
		r.Default.AssignedGB = defaultGB
		if err := j.SetQuote(r); err != nil {
			t.Fatal(err)
		}
		return j, *j.Quoted
	}
	_, one := quoted(15)
	_, none := quoted(5)
	for name, c := range map[string]struct {
		now     int // GB of the default group
		pressed provision.Quoted
		returns int
	}{
		"less goes back now":                           {5, one, 0},
		"more would go back now, and only as much may": {15, none, 0},
	} {
		j, _ := quoted(c.now)
		if err := policy.By(aaron, monday).Approve(&j, c.pressed.Digest); err != nil || j.State() != provision.Approved {
			t.Errorf("%s: %s, %v", name, j.State(), err)
			continue
		}
		if q := j.Quoted; q.MayReturn() != c.pressed.MayReturn() || q.Quote.Returned != c.returns || provision.CheckApprovals(j) != nil {
			t.Errorf("%s: may return %d, returns %d, agreed: %v", name, q.MayReturn(), q.Quote.Returned, provision.CheckApprovals(j))
		}
		if q := j.Quoted.Quote; q.AddOnsAfter != q.AddOnsAfterPurchase-q.Returned || q.DefaultAfter+provision.UnitGB*q.Returned != q.DefaultBefore+q.LeftoverGB {
			t.Errorf("%s: the numbers do not add up: %+v", name, q)
		}
	}
	t.Run("not to another price", func(t *testing.T) {
		j, _ := quoted(5)
		r := reading()
		r.AddOnPrice.Cents++
		if err := j.SetQuote(r); err != nil {
			t.Fatal(err)
		}
		wantCode(t, policy.By(aaron, monday).Approve(&j, one.Digest), provision.Stale)
	})
	t.Run("not beside somebody's approval of the later card", func(t *testing.T) {
		j, later := quoted(5)
		two := provision.Policy{Approvers: []provision.Person{aaron, otto}, Needed: 2}
		if err := two.By(aaron, monday).Approve(&j, later.Digest); err != nil {
			t.Fatal(err)
		}
		wantCode(t, two.By(otto, monday).Approve(&j, one.Digest), provision.Stale)
	})
}
