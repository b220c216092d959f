package provision_test

import (
	"slices"
	"strings"
	"testing"

	"mozybot/provision"
)

// typed is a job's order as its form shows it, with changes.
func typed(j provision.Job, change func(*provision.Fields)) provision.Fields {
	f := j.Order.Fields()
	change(&f)
	return f
}

func TestEditing(t *testing.T) {
	larger := func(f *provision.Fields) { f.StorageGB = 45; f.Email = "guy@example.com" }
	t.Run("voids the quote and the approvals and says what changed", func(t *testing.T) {
		j := pendingJob(t)
		shown := j.Quoted.Digest
		if err := policy.By(rita, monday).Edit(&j, j.Version(), typed(j, larger), provision.DefaultMaxOrderGB); err != nil {
			t.Fatal(err)
		}
		if j.State() != provision.Pending || j.Quoted != nil || j.Order.StorageGB() != 45 || j.Order.Email != "guy@example.com" {
			t.Errorf("%s, %+v, %+v", j.State(), j.Quoted, j.Order)
		}
		want := []provision.Change{
			{Field: provision.FieldEmail, From: "mguy@example.com", To: "guy@example.com"},
			{Field: provision.FieldStorageGB, From: "30 GB", To: "45 GB"},
		}
		if got := j.Status.Last(); got.By != rita || len(got.Changes) != 2 || got.Changes[0] != want[0] || got.Changes[1] != want[1] {
			t.Errorf("the history says %+v", got)
		}
		if err := j.SetQuote(reading()); err != nil || j.Quoted.Quote.Units != 3 {
			t.Errorf("the new quote: %+v, %v", j.Quoted, err)
		}
		wantCode(t, policy.By(aaron, monday).Approve(&j, shown), provision.Stale)
	})
	t.Run("leaves the other items of the order alone", func(t *testing.T) {
		j := pendingJob(t)
		training := provision.Item{Quantity: 2, Description: "Training", Kind: provision.OtherItem}
		j.Order.Items = append([]provision.Item{j.Order.Items[0]}, training)
		read := provision.Source{Where: "line 6", Words: "2 Training"}
		j.Order.Sources = map[string]provision.Source{provision.ItemField(0): {Where: "line 5"}, provision.ItemField(1): read, provision.FieldEmail: {Where: "line 2"}}
		for _, change := range []func(*provision.Fields){
			larger, func(f *provision.Fields) { f.ServerLicense = true }, func(f *provision.Fields) { f.ServerLicense = false },
		} {
			if err := policy.By(rita, monday).Edit(&j, j.Version(), typed(j, change), provision.DefaultMaxOrderGB); err != nil {
				t.Fatal(err)
			}
		}
		if len(j.Order.Items) != 2 || j.Order.Items[1] != training || j.Order.Items[0].GB != 45 || j.Order.ServerLicense() {
			t.Errorf("the items are %+v", j.Order.Items)
		}
		if got := j.Order.Sources; len(got) != 1 || got[provision.ItemField(1)] != read {
			t.Errorf("what is left was read from %+v", got)
		}
	})
	t.Run("answers the questions, even where nothing else changes", func(t *testing.T) {
		j := pendingJob(t)
		answered := j.Version()
		j.Order.Questions = []provision.Question{{Field: provision.FieldStorageGB, Text: "Is it ordered?", Quote: "on hold"}}
		if j.Order.Complete() || j.Version() == answered {
			t.Error("an order with a question is complete, or its digest does not cover the question")
		}
		if err := policy.By(rita, monday).Edit(&j, j.Version(), j.Order.Fields(), provision.DefaultMaxOrderGB); err != nil {
			t.Fatal(err)
		}
		if !j.Order.Complete() || j.State() != provision.Pending || j.Version() != answered {
			t.Errorf("%s, %+v", j.State(), j.Order.Questions)
		}
		if changes := j.Status.Last().Changes; len(changes) != 1 || changes[0].Field != provision.FieldQuestions {
			t.Errorf("the history says %+v", changes)
		}
		wantCode(t, policy.By(rita, monday).Approve(&j, ""), provision.Denied)
	})
	t.Run("takes a person's word that what was not understood changes nothing", func(t *testing.T) {
		j := pendingJob(t)
		answered, lines := j.Version(), j.Order.Items
		asks := func(asRead bool) {
			j.Order.Questions = []provision.Question{
				{Field: provision.FieldStorageGB, Text: "Does it change the order?", Quote: "The dog is well again.", AsRead: true},
				{Field: provision.FieldStorageGB, Text: "Does it change the order?", Quote: "Bramble sends her regards.", AsRead: asRead},
			}
		}
		asks(false) // one of them is no such question
		wantCode(t, policy.By(rita, monday).ChangesNothing(&j, j.Version(), provision.DefaultMaxOrderGB), provision.Stale)
		asks(true)
		wantCode(t, policy.By(rita, monday).ChangesNothing(&j, answered, provision.DefaultMaxOrderGB), provision.Stale)
		wantCode(t, policy.By("U0OTTO", monday).ChangesNothing(&j, j.Version(), provision.DefaultMaxOrderGB), provision.Denied)
		if err := policy.By(rita, monday).ChangesNothing(&j, j.Version(), provision.DefaultMaxOrderGB); err != nil {
			t.Fatal(err)
		}
		if j.State() != provision.Pending || j.Version() != answered || !slices.Equal(j.Order.Items, lines) {
			t.Errorf("the job is %s, with %+v", j.State(), j.Order)
		}
		if told := strings.Join(j.Order.Warnings, " "); !strings.Contains(told, "“The dog is well again.” “Bramble sends her regards.”") {
			t.Errorf("whoever approves reads %q", told)
		}
		if changes := j.Status.Last().Changes; len(changes) != 1 || changes[0].Field != provision.FieldQuestions {
			t.Errorf("the history says %+v", changes)
		}
		wantCode(t, policy.By(rita, monday).Approve(&j, ""), provision.Denied)
		wantCode(t, policy.By(rita, monday).ChangesNothing(&j, j.Version(), provision.DefaultMaxOrderGB), provision.Stale)
	})
	t.Run("leaves the storage's own lines when its size is the same", func(t *testing.T) {
		j := pendingJob(t)
		before := j.Order.Items[0]
		if err := policy.By(rita, monday).Edit(&j, j.Version(), typed(j, func(f *provision.Fields) { f.Company = "Other" }), provision.DefaultMaxOrderGB); err != nil {
			t.Fatal(err)
		}
		if j.Order.Items[0] != before {
			t.Errorf("%+v became %+v", before, j.Order.Items[0])
		}
	})
	t.Run("completes an incomplete order, or makes it one again", func(t *testing.T) {
		o := exampleOrder()
		o.Email = ""
		j := provision.NewJob("s", rita, provision.Conversation{}, provision.Document{}, o, provision.DefaultMaxOrderGB, monday)
		for _, c := range []struct {
			email string
			then  provision.State
		}{{"mguy@", provision.Incomplete}, {"mguy@example.com", provision.Pending}, {"", provision.Incomplete}} {
			err := policy.By(rita, monday).Edit(&j, j.Version(), typed(j, func(f *provision.Fields) { f.Email = c.email }), provision.DefaultMaxOrderGB)
			if err != nil || j.State() != c.then {
				t.Errorf("with the e-mail %q it is %s, %v", c.email, j.State(), err)
			}
		}
	})
	t.Run("is for those who may decline, and whoever did it does not approve", func(t *testing.T) {
		j := pendingJob(t)
		wantCode(t, policy.By(otto, monday).Edit(&j, j.Version(), typed(j, larger), provision.DefaultMaxOrderGB), provision.Denied)
		if err := policy.By(aaron, monday).Edit(&j, j.Version(), typed(j, larger), provision.DefaultMaxOrderGB); err != nil {
			t.Fatal(err)
		}
		if err := j.SetQuote(reading()); err != nil {
			t.Fatal(err)
		}
		wantCode(t, policy.By(aaron, monday).Approve(&j, j.Quoted.Digest), provision.Denied)
		if err := (provision.Policy{Approvers: policy.Approvers, Self: true}).By(aaron, monday).Approve(&j, j.Quoted.Digest); err != nil {
			t.Error(err)
		}
	})
	t.Run("refuses a form that is older than another edit, and one without a change", func(t *testing.T) {
		j := pendingJob(t)
		was, form := j.Version(), typed(j, larger)
		if err := policy.By(rita, monday).Edit(&j, was, form, provision.DefaultMaxOrderGB); err != nil {
			t.Fatal(err)
		}
		err := policy.By(aaron, monday).Edit(&j, was, form, provision.DefaultMaxOrderGB)
		if wantCode(t, err, provision.Stale); !strings.Contains(err.Error(), "<@U0REQUESTER>") {
			t.Errorf("does not say who was first: %v", err)
		}
		for _, then := range []error{j.SetQuote(reading()), policy.By(aaron, monday).Approve(&j, j.Quoted.Digest), j.Start(monday), j.AskAgain(reading(), provision.Money{}, "why", monday)} {
			if then != nil {
				t.Fatal(then)
			}
		}
		if err := policy.By(aaron, monday).Edit(&j, was, form, provision.DefaultMaxOrderGB); err == nil || !strings.Contains(err.Error(), "<@U0REQUESTER>") {
			t.Errorf("once it was asked about again, it does not say who was first: %v", err)
		}
		wantCode(t, policy.By(rita, monday).Edit(&j, j.Version(), form, provision.DefaultMaxOrderGB), provision.Invalid)
	})
	t.Run("comes too late once the job is approved", func(t *testing.T) {
		j := pendingJob(t)
		if err := policy.By(aaron, monday).Approve(&j, j.Quoted.Digest); err != nil {
			t.Fatal(err)
		}
		wantCode(t, policy.By(rita, monday).Edit(&j, j.Version(), typed(j, larger), provision.DefaultMaxOrderGB), provision.Stale)
	})
}

func TestFaultsNameTheirFields(t *testing.T) {
	good := exampleOrder().Fields()
	for field, spoil := range map[string]func(*provision.Fields){
		provision.FieldCompany:   func(f *provision.Fields) { f.Company = strings.Repeat("x", 256) },
		provision.FieldContact:   func(f *provision.Fields) { f.Contact = "A\nB" },
		provision.FieldEmail:     func(f *provision.Fields) { f.Email = "Guy <guy@example.com>" },
		provision.FieldStorageGB: func(f *provision.Fields) { f.StorageGB = provision.DefaultMaxOrderGB + 1 },
	} {
		f := good
		if spoil(&f); len(f.Faults(provision.DefaultMaxOrderGB)) != 1 || f.Faults(provision.DefaultMaxOrderGB)[0].Field != field {
			t.Errorf("%s: %+v", field, f.Faults(provision.DefaultMaxOrderGB))
		}
	}
	if faults := good.Faults(provision.DefaultMaxOrderGB); len(faults) > 0 {
		t.Errorf("a good order has %+v", faults)
	}
	if faults := (provision.Fields{}).Faults(provision.DefaultMaxOrderGB); len(faults) != 4 {
		t.Errorf("an empty form has %+v", faults)
	}
}
