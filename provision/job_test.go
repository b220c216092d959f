package provision_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"mozybot/provision"
)

const (
	rita  provision.Person = "U0REQUESTER"
	aaron provision.Person = "U0APPROVER"
	otto  provision.Person = "U0OUTSIDER"
)

var (
	monday = time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	policy = provision.Policy{Approvers: []provision.Person{aaron, rita}}
)

func reading() provision.Reading {
	return provision.Reading{At: monday, AddOns: 866, BaseGB: 100, PoolGB: 100 + 20*866,
		AddOnPrice: provision.Money{Symbol: "$", Cents: 560}, Default: balances(0, 0, 15, 3).Default}
}

func pendingJob(t *testing.T) provision.Job {
	t.Helper()
	j := provision.NewJob("slack:C1:F1", rita, provision.Conversation{Channel: "C1", Thread: "1.0"},
		provision.Document{Name: "order.pdf", SHA256: "ab"}, exampleOrder(), provision.DefaultMaxOrderGB, monday)
	j.ID = "12"
	if err := j.SetQuote(reading()); err != nil {
		t.Fatal(err)
	}
	return j
}

func wantCode(t *testing.T, err error, code provision.Code) {
	t.Helper()
	if provision.CodeOf(err) != code {
		t.Errorf("got %v (code %q), want code %q", err, provision.CodeOf(err), code)
	}
}

func TestApproval(t *testing.T) {
	t.Run("a second person approves what was shown", func(t *testing.T) {
		j := pendingJob(t)
		if err := policy.By(aaron, monday).Approve(&j, j.Quoted.Digest); err != nil {
			t.Fatal(err)
		}
		if j.State() != provision.Approved || j.Approvals[0].By != aaron || j.Quoted.Cost.String() != "$11.20" {
			t.Errorf("%s, %+v, %s", j.State(), j.Approvals, j.Quoted.Cost)
		}
	})
	t.Run("refuses the requester, unless the policy lets them", func(t *testing.T) {
		j := pendingJob(t)
		wantCode(t, policy.By(rita, monday).Approve(&j, j.Quoted.Digest), provision.Denied)
		if err := (provision.Policy{Approvers: policy.Approvers, Self: true}).By(rita, monday).Approve(&j, j.Quoted.Digest); err != nil {
			t.Error(err)
		}
	})
	t.Run("refuses an outsider", func(t *testing.T) {
		j := pendingJob(t)
		wantCode(t, policy.By(otto, monday).Approve(&j, j.Quoted.Digest), provision.Denied)
	})
	t.Run("refuses a stale approval", func(t *testing.T) {
		j := pendingJob(t)
		shown := j.Quoted.Digest
		r := reading()
		r.AddOnPrice.Cents = 570
		if err := j.SetQuote(r); err != nil {
			t.Fatal(err)
		}
		wantCode(t, policy.By(aaron, monday).Approve(&j, shown), provision.Stale)
	})
	t.Run("refuses the second click and says who was first", func(t *testing.T) {
		j := pendingJob(t)
		if err := policy.By(aaron, monday).Approve(&j, j.Quoted.Digest); err != nil {
			t.Fatal(err)
		}
		err := policy.By(aaron, monday).Approve(&j, j.Quoted.Digest)
		wantCode(t, err, provision.Stale)
		if want := "Job 12 is already approved by <@U0APPROVER>, so it can't be approved now. Nothing was changed."; err.Error() != want {
			t.Errorf("says %q", err)
		}
	})
	t.Run("does not wait for approval by whoever brought it", func(t *testing.T) {
		j := pendingJob(t)
		if err, want := policy.By(aaron, monday).Resume(&j, ""), "Job 12 isn't stuck: it waits for approval. There is nothing to try again."; err == nil || err.Error() != want {
			t.Errorf("says %q", err)
		}
	})
	t.Run("is blocked by a group or an admin that exists", func(t *testing.T) {
		j := pendingJob(t)
		r := reading()
		r.Customer = &provision.Group{ID: "204711", Name: "Example Inc.", Type: provision.Assigned, AssignedGB: 20}
		r.Admin = &provision.Admin{Name: "Mister Guy", Email: "mguy@example.com"}
		if err := j.SetQuote(r); err != nil {
			t.Fatal(err)
		}
		err := policy.By(aaron, monday).Approve(&j, j.Quoted.Digest)
		wantCode(t, err, provision.Conflict)
		if !strings.Contains(err.Error(), "204711") || !strings.Contains(err.Error(), "mguy@example.com") {
			t.Errorf("does not name both: %s", err)
		}
	})
	t.Run("is blocked by a server licence that the console cannot give", func(t *testing.T) {
		j := pendingJob(t)
		j.Order.Items = append(j.Order.Items, provision.Item{1, "Cloud Server License", 0, provision.ServerLicense})
		if err := j.SetQuote(reading()); err != nil {
			t.Fatal(err)
		}
		wantCode(t, policy.By(aaron, monday).Approve(&j, j.Quoted.Digest), provision.Conflict)
	})
}

func TestDigestFollowsWhatIsApprovedAndNothingElse(t *testing.T) {
	j := pendingJob(t)
	digest := func() provision.Digest {
		return provision.DigestOf(j.Order, j.Document, j.Quoted.Quote.Units, j.Quoted.Cost, j.Quoted.Quote.Returned)
	}
	before := digest()
	j.Order.Warnings = []string{"The font is ugly."}
	if digest() != before {
		t.Error("a warning changes the digest")
	}
	j.Order.Sources = map[string]provision.Source{provision.FieldCompany: {Where: "line 1", Words: "Company: Example Inc."}}
	if digest() != before {
		t.Error("where a field was read changes the digest")
	}
	r := reading()
	r.AddOns, r.PoolGB = 870, 100+20*870
	if err := j.SetQuote(r); err != nil || j.Quoted.Digest != before {
		t.Errorf("other surroundings change the digest (%v)", err)
	}
	for name, change := range map[string]func(){
		"company": func() { j.Order.Company += "x" }, "contact": func() { j.Order.Contact += "x" }, "e-mail": func() { j.Order.Email += "x" },
		"task": func() { j.Order.Task += "x" }, "item": func() { j.Order.Items[0].Description += "x" }, "document": func() { j.Document.SHA256 += "x" },
		"units": func() { j.Quoted.Quote.Units++ }, "return": func() { j.Quoted.Quote.Returned++ }, "price": func() { j.Quoted.Cost.Cents++ },
	} {
		before := digest()
		if change(); digest() == before {
			t.Errorf("another %s leaves the digest as it was", name)
		}
	}
}

func TestAnIncompleteOrderWaits(t *testing.T) {
	o := exampleOrder()
	o.Email = ""
	j := provision.NewJob("s", rita, provision.Conversation{}, provision.Document{}, o, provision.DefaultMaxOrderGB, monday)
	if j.State() != provision.Incomplete {
		t.Fatalf("is %s", j.State())
	}
	wantCode(t, j.SetQuote(reading()), provision.Stale)
	if err := policy.By(rita, monday).Decline(&j, "wrong file"); err != nil || j.State() != provision.Declined {
		t.Errorf("its requester cannot take it back: %v", err)
	}
}

func TestHistoryRecordsEveryTransition(t *testing.T) {
	j := pendingJob(t)
	steps := []struct {
		do   func() error
		then provision.State
	}{
		{func() error { return policy.By(aaron, monday).Approve(&j, j.Quoted.Digest) }, provision.Approved},
		{func() error { return j.Start(monday) }, provision.Running},
		{func() error {
			return j.AskAgain(reading(), provision.Money{Symbol: "$", Cents: 1200}, "The console asks $12.00.", monday)
		}, provision.Pending},
		{func() error { return policy.By(aaron, monday).Approve(&j, j.Quoted.Digest) }, provision.Approved},
		{func() error { return j.Start(monday) }, provision.Running},
		{func() error {
			return j.MarkStuck(provision.Trouble{Step: provision.StepGroup, Message: "Two of them.", At: monday})
		}, provision.Stuck},
		{func() error { return policy.By(aaron, monday).Resume(&j, "try again") }, provision.Approved},
		{func() error { return j.Start(monday) }, provision.Running},
		{func() error { j.AccountID = "204712"; return j.Finish(monday) }, provision.Done},
	}
	for i, s := range steps {
		if err := s.do(); err != nil || j.State() != s.then {
			t.Fatalf("move %d: %s, %v; want %s", i+1, j.State(), err, s.then)
		}
	}
	if j.Quoted.Cost.String() != "$12.00" {
		t.Errorf("approved for %s, not for the real amount", j.Quoted.Cost)
	}
	if n := len(j.Status.History()); n != len(steps)+1 {
		t.Errorf("%d transitions in the history", n)
	}
	for name, refuse := range map[string]error{
		"approve": policy.By(aaron, monday).Approve(&j, j.Quoted.Digest), "decline": policy.By(aaron, monday).Decline(&j, ""),
		"start": j.Start(monday), "stick": j.MarkStuck(provision.Trouble{}), "cancel": policy.By(aaron, monday).Cancel(&j, ""),
	} {
		if wantCode(t, refuse, provision.Stale); j.State() != provision.Done {
			t.Errorf("%s moved a finished job", name)
		}
	}
}

func TestCancelling(t *testing.T) {
	pending := pendingJob(t)
	approved := pendingJob(t)
	if err := policy.By(aaron, monday).Approve(&approved, approved.Quoted.Digest); err != nil {
		t.Fatal(err)
	}
	running := approved
	if err := running.Start(monday); err != nil {
		t.Fatal(err)
	}
	stuck := running
	if err := stuck.MarkStuck(provision.Trouble{Step: provision.StepBuy, Message: "Odd.", At: monday}); err != nil {
		t.Fatal(err)
	}
	done := running
	if done.AccountID = "204"; done.Finish(monday) != nil {
		t.Fatal("cannot finish")
	}
	alone := provision.Policy{Approvers: []provision.Person{aaron}}
	for _, c := range []struct {
		name string
		job  provision.Job
		by   provision.Person
		code provision.Code
	}{
		{"a pending job by its requester", pending, rita, ""},
		{"a pending job by an approver", pending, aaron, ""},
		{"a pending job by an outsider", pending, otto, provision.Denied},
		{"an approved job by its requester", approved, rita, provision.Denied},
		{"an approved job by an approver", approved, aaron, ""},
		{"a running job", running, aaron, provision.Stale},
		{"a stuck job by its requester", stuck, rita, provision.Denied},
		{"a stuck job by an approver", stuck, aaron, ""},
		{"a finished job", done, aaron, provision.Stale},
	} {
		t.Run(c.name, func(t *testing.T) {
			wantCode(t, alone.By(c.by, monday).Cancel(&c.job, "cancelled"), c.code)
			if cancelled := c.job.State() == provision.Cancelled; cancelled != (c.code == "") {
				t.Errorf("it is %s", c.job.State())
			}
		})
	}
}

func TestANewReadingKeepsTheRealChargeOnceItIsKnown(t *testing.T) {
	j := pendingJob(t)
	real := provision.Money{Symbol: "$", Cents: 1220}
	for _, do := range []error{
		policy.By(aaron, monday).Approve(&j, j.Quoted.Digest), j.Start(monday), j.AskAgain(reading(), real, "It asks $12.20.", monday), j.SetQuote(reading()),
	} {
		if do != nil {
			t.Fatal(do)
		}
	}
	if j.Quoted.Cost != real {
		t.Errorf("costs %s after another look, so the next run would be asked for more again", j.Quoted.Cost)
	}
	r := reading()
	r.AddOnPrice.Cents = 500
	if err := j.SetQuote(r); err != nil || j.Quoted.Cost.Cents != 1000 {
		t.Errorf("another price starts anew: %s, %v", j.Quoted.Cost, err)
	}
}

func TestAJobRoundTripsThroughJSON(t *testing.T) {
	j := pendingJob(t)
	if err := policy.By(aaron, monday).Approve(&j, j.Quoted.Digest); err != nil {
		t.Fatal(err)
	}
	b, err := json.Marshal(j)
	if err != nil {
		t.Fatal(err)
	}
	var back provision.Job
	if err := json.Unmarshal(b, &back); err != nil {
		t.Fatal(err)
	}
	if back.State() != provision.Approved || !reflect.DeepEqual(back.Status.History(), j.Status.History()) || back.Quoted.Digest != j.Quoted.Digest {
		t.Errorf("came back as %+v", back)
	}
}
