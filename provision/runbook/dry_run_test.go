package runbook_test

import (
	"slices"
	"strings"
	"testing"

	"mozybot/provision"
)

func TestInADryRunEveryStepSaysWhatItWouldDo(t *testing.T) {
	w := newWorld(t)
	w.job.DryRun = true
	w.run(t.Context())
	w.wantState(provision.DryRunEnded)
	if len(w.writes) != 0 || !w.taskOpen || len(w.mails) != 0 || len(w.asked) != 0 {
		t.Errorf("wrote %v, asked about changes of the plan: %v", w.writes, w.asked)
	}
	want := []string{
		"Example Inc., 30 GB, from order.pdf.",
		"Logged in; everything the steps need is there.",
		"Would buy 2 add-ons for $11.20: 866 becomes 868.",
		"Would create the group “Example Inc.” with 30 GB Assigned, Sync on, Server Support off, from the storage that was not bought.",
		"Would add the admin mguy@example.com: Mister Guy, group Example Inc., role Customer Admin. The group is not there yet.",
		"Would set the default group from 15 GB to 5 GB. Worked out: 10 GB would be Available after the purchase and the group.",
		"Would return 1 add-on: 868, as they would be after the purchase, becomes 867.",
		"Would read the Account ID of the group. There is no group, so there is no Account ID.",
		"Would send the welcome mail to mguy@example.com, with the Account ID in it.",
		"Would close task 58231, which is open.",
	}
	for i, p := range provision.ProgressOf(w.job, w.journal) {
		if p.Text != want[i] {
			t.Errorf("%s says %q, want %q", p.Name, p.Text, want[i])
		}
		if i >= 2 && (!p.DryRun || p.Status != provision.StepSkipped) {
			t.Errorf("%s is %s, in shadow: %v", p.Name, p.Status, p.DryRun)
		}
	}
	if slices.ContainsFunc(w.journal, func(e provision.Entry) bool { return e.Kind == provision.Intended }) {
		t.Error("an intent to act is in the journal")
	}
}

// The world differs from the plain case: the shadow says so, or stops where the job in earnest would.
func TestInADryRunTheSurroundingsCount(t *testing.T) {
	for _, tc := range []struct {
		name   string
		change func(*world)
		step   provision.StepName
		says   string
		state  provision.State
	}{
		{"the task is closed", func(w *world) { w.taskOpen = false }, provision.StepCloseTask, "Would do nothing: Task 58231 was closed already.", provision.DryRunEnded},
		{"no task", func(w *world) { w.brings(func(o *provision.Order) { o.Task = "" }) }, provision.StepCloseTask, "names no task", provision.DryRunEnded},
		{"the default group is shared", func(w *world) { w.def.Type = provision.Shared }, provision.StepDefaultGroup, "Would leave the default group as it is", provision.DryRunEnded},
		{"a colleague bought for an order of their own", func(w *world) { w.buys(2) }, provision.StepDefaultGroup,
			"from 15 GB to 5 GB. Worked out: 50 GB would be Available after the purchase and the group, 40 GB of them not for this order.", provision.DryRunEnded},
		{"nothing to return", func(w *world) { w.def.Type = provision.Shared }, provision.StepReturn, "Nothing would be returned.", provision.DryRunEnded},
		{"a colleague made the admin", func(w *world) { w.admin = &provision.Admin{Name: "M", Email: "mguy@example.com"} }, provision.StepBuy, "already has an admin", provision.Pending},
		{"the price rose", func(w *world) { w.price = 700 }, provision.StepBuy, "now costs $7.00", provision.Pending},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w := newWorld(t)
			tc.change(w)
			w.job.DryRun = true
			w.run(t.Context())
			w.wantState(tc.state)
			last, _ := provision.LastOf(w.journal, tc.step)
			if !strings.Contains(last.Text, tc.says) {
				t.Errorf("%s says %q, want %q", tc.step, last.Text, tc.says)
			}
			if len(w.writes) != 0 {
				t.Errorf("wrote %v", w.writes)
			}
		})
	}
}

func TestADryRunIsNeverDone(t *testing.T) {
	w := newWorld(t)
	w.job.DryRun = true
	if err := w.job.Start(monday); err != nil {
		t.Fatal(err)
	}
	w.job.AccountID = "204712"
	if err := w.job.Finish(monday); err == nil {
		t.Error("it is done")
	}
	earnest := newWorld(t)
	if err := earnest.job.Start(monday); err != nil {
		t.Fatal(err)
	}
	if err := earnest.job.EndDryRun(monday); err == nil {
		t.Error("a job in earnest ended in shadow")
	}
	earnest.job.Document.SHA256, w.job.Document.SHA256 = "ab", "ab"
	earnest.job.Order.OrderNumber, w.job.Order.OrderNumber = "7", "7"
	earnest.job.ID = "13"
	if provision.SameDocument(earnest.job, w.job) || provision.SameNumber(earnest.job, w.job) || provision.SameNumber(w.job, earnest.job) {
		t.Error("a job in shadow counts as the same order")
	}
}
