package runbook

import (
	"context"
	"fmt"

	"mozybot/provision"
)

// A job made in shadow goes through the steps without an act: what reads, reads, and every other step says what it would
// do. What would only be there after an earlier act is worked out, and the sentence says so.

// wouldBuy reads and decides as the purchase would.
func wouldBuy(ctx context.Context, w *work) (provision.Entry, error) {
	e, err := intendPurchase(ctx, w)
	if err != nil {
		return e, err
	}
	plan := e.Want.Plan
	e.Text = fmt.Sprintf("Would buy %s for %s: %s becomes %s.", provision.Count(plan.To-plan.From, "add-on"), plan.AtMost,
		provision.Thousands(plan.From), provision.Thousands(plan.To))
	return e, nil
}

func wouldAddGroup(ctx context.Context, w *work) (provision.Entry, error) {
	r, err := w.Console.Read(ctx, provision.Look{Group: w.job.Order.Company})
	if err != nil {
		return provision.Entry{}, fmt.Errorf("reading the groups: %w", err)
	}
	if r.Customer != nil {
		return provision.Entry{}, provision.Errorf(provision.Conflict, "Somebody has made a group named “%s” since this order was approved (Account ID %s, %d GB).",
			r.Customer.Name, r.Customer.ID, r.Customer.AssignedGB)
	}
	e := intent(r, provision.Want{Group: wantedGroup(w.job.Order)})
	e.Text = fmt.Sprintf("Would create the group “%s” with %s, from the storage that was not bought.", e.Want.Group.Name, groupText(*e.Want.Group))
	return e, nil
}

func wouldAddAdmin(ctx context.Context, w *work) (provision.Entry, error) {
	e, err := intendAdmin(ctx, w)
	if err != nil {
		return e, err
	}
	e.Text = fmt.Sprintf("Would add the admin %s: %s. The group is not there yet.", e.Want.Admin.Email, adminText(*e.Want.Admin))
	return e, nil
}

// wouldAssignDefault settles what would be Available after the purchase and the customer's group.
func wouldAssignDefault(ctx context.Context, w *work) (provision.Entry, error) {
	r, err := w.Console.Read(ctx, provision.Look{Plan: true, Storage: true})
	if err != nil {
		return provision.Entry{}, fmt.Errorf("reading Available: %w", err)
	}
	units, gb := w.job.Quoted.Quote.Units, w.job.Order.StorageGB()
	spare := r.AvailableGB + units*provision.UnitGB - gb
	s := provision.Settle(spare, r.AddOns+units, r.Default)
	if s.Skipped != "" {
		return skip("Would leave the default group as it is: %s.", s.Skipped), nil
	}
	change := provision.DefaultChange{FromGB: r.Default.AssignedGB, ToGB: s.DefaultAfter, Returned: s.Returned}
	e := intent(r, provision.Want{Default: &change})
	e.Text = fmt.Sprintf("Would set the default group from %s GB to %s GB. Worked out: %s GB would be Available after the purchase and the group.",
		provision.Thousands(change.FromGB), provision.Thousands(change.ToGB), provision.Thousands(spare))
	return e, nil
}

func wouldReturn(_ context.Context, w *work) (provision.Entry, error) {
	settled, ok := lastWanted(w.journal, provision.StepDefaultGroup)
	bought, known := lastWanted(w.journal, provision.StepBuy)
	if !ok || !known || settled.Want.Default.Returned == 0 {
		return skip("Nothing would be returned."), nil
	}
	from := bought.Want.Plan.To
	to := from - settled.Want.Default.Returned
	return provision.Entry{
		Want: &provision.Want{Plan: &provision.PlanChange{From: from, To: to}},
		Text: fmt.Sprintf("Would return %s: %s, as they would be after the purchase, becomes %s.", provision.Count(from-to, "add-on"),
			provision.Thousands(from), provision.Thousands(to)),
	}, nil
}

func wouldReadAccountID(context.Context, *work) (provision.Entry, error) {
	return provision.Entry{Text: "Would read the Account ID of the group. There is no group, so there is no Account ID."}, nil
}

func wouldSendMail(_ context.Context, w *work) (provision.Entry, error) {
	return provision.Entry{Text: fmt.Sprintf("Would send the welcome mail to %s, with the Account ID in it.", w.job.Order.Email)}, nil
}

// wouldCloseTask looks at the task.
func wouldCloseTask(ctx context.Context, w *work) (provision.Entry, error) {
	e, err := intendTask(ctx, w)
	if err != nil || e.Kind == provision.Skipped {
		return e, err
	}
	if e.Kind == provision.Achieved {
		return skip("Would do nothing: %s", e.Text), nil
	}
	e.Text = fmt.Sprintf("Would close task %s, which is open.", e.Want.Task)
	return e, nil
}
