package runbook

import (
	"context"
	"fmt"

	"mozybot/provision"
)

// assignDefault is step 6: what the purchase left over goes to the default group, less whole add-ons. What it decides
// here, step 7 carries out.
type assignDefault struct{}

var _ actor = assignDefault{}
var _ looker = assignDefault{}

func (assignDefault) name() provision.StepName { return provision.StepDefaultGroup }

func (d assignDefault) plan(ctx context.Context, run *stepRun) (provision.Entry, error) {
	r, share, err := readBalances(ctx, run, d.decidesBy(run))
	if err != nil {
		return provision.Entry{}, fmt.Errorf("reading Available: %w", err)
	}
	s := provision.Settle(share.OwnGB, r.AddOns, r.Default)
	switch {
	case s.Skipped == provision.NothingAvailable && share.OthersGB > 0:
		return skip("Left as it is: this job leaves nothing over. %s", othersText(share.OthersGB)), nil
	case s.Skipped != "":
		return skip("Left as it is: %s.", s.Skipped), nil
	}
	// It stays as it is when the spare storage is whole add-ons: nothing to save, only to return.
	return settleDefault(run, r, s, share.OthersGB, "All of the spare storage goes back."), nil
}

// settleDefault intends what a settlement makes of the default group. When that is what it has, the step is done, which is said
// with why.
func settleDefault(run *stepRun, r provision.Reading, s provision.Settlement, others int, why string) provision.Entry {
	s = s.AtMost(run.job.Quoted.MayReturn())
	change := provision.DefaultChange{FromGB: r.Default.AssignedGB, ToGB: s.DefaultAfter, Returned: s.Returned, OthersGB: others}
	e := intend(r, provision.Want{Default: &change})
	if change.FromGB == change.ToGB {
		e.Kind, e.Text = provision.Achieved, defaultText(change)+" "+why
	}
	return e
}

func (assignDefault) decidesBy(run *stepRun) provision.Look {
	look := balances(run)
	look.Form = provision.StepDefaultGroup
	return look
}

// balances are the figures for step 6 or 7. Both rest on the customer's group being there.
func balances(run *stepRun) provision.Look {
	look := run.customer().look()
	look.Plan, look.Storage, look.Charges = true, true, true
	return look
}

// readBalances reads them, with what else look asks for, and says how much of what is Available is this job's.
func readBalances(ctx context.Context, run *stepRun, look provision.Look) (provision.Reading, provision.Share, error) {
	group := run.customer()
	r, err := run.decide(ctx, look)
	if err == nil {
		err = r.CheckPool()
	}
	if err == nil && group.in(r) == nil {
		err = run.customerGone(nil)
	}
	if err != nil {
		return r, provision.Share{}, err
	}
	share, err := run.share(ctx, &r)
	return r, share, err
}

func othersText(gb int) string {
	return fmt.Sprintf("%s GB more are Available that aren't this order's: a colleague has bought or freed them since the quote, or another job waits for them. They stay.", provision.Thousands(gb))
}

func (assignDefault) act(ctx context.Context, run *stepRun, intent provision.Entry) ([]string, error) {
	change := intent.Want.Default
	evidence, err := run.cfg.Console.AssignDefault(ctx, run.at(), change.FromGB, change.ToGB)
	if err != nil {
		return nil, fmt.Errorf("assigning %d GB to the default group: %w", change.ToGB, err)
	}
	return evidence, nil
}

func (assignDefault) observe(ctx context.Context, run *stepRun, intent provision.Entry) (observation, error) {
	r, err := run.read(ctx, provision.Look{Storage: true})
	if err != nil {
		return observation{}, err
	}
	change := *intent.Want.Default
	switch r.Default.AssignedGB {
	case change.ToGB:
		return observation{outcome: Applied, text: defaultText(change)}, nil
	case change.FromGB:
		return observation{outcome: NotApplied, text: fmt.Sprintf("The default group still has %d GB.", change.FromGB)}, nil
	}
	return observation{outcome: Diverged, text: fmt.Sprintf("The default group has %s GB assigned; it had %s GB before, and should have %s GB.",
		provision.Thousands(r.Default.AssignedGB), provision.Thousands(change.FromGB), provision.Thousands(change.ToGB))}, nil
}

// byHand takes the default group as it is; whole add-ons that are Available then are the next step's to return.
func (assignDefault) byHand(ctx context.Context, run *stepRun) (provision.Entry, error) {
	r, err := balancesByHand(ctx, run)
	if err != nil {
		return provision.Entry{}, err
	}
	is, was := r.Default.AssignedGB, run.job.Quoted.Quote.DefaultBefore
	if before, ok := provision.LastWanted(run.journal, provision.StepDefaultGroup); ok {
		was = before.Want.Default.FromGB
	}
	takenOff := min(max(0, was-is), r.AvailableGB) // by hand, and Available now: nobody bought it
	before := r
	before.AvailableGB -= takenOff
	share, err := run.share(ctx, &before)
	if err != nil {
		return provision.Entry{}, err
	}
	r.ReservedGB = before.ReservedGB
	spare := (share.OwnGB + takenOff) / provision.UnitGB
	change := provision.DefaultChange{FromGB: is, ToGB: is, Returned: min(spare, run.job.Quoted.MayReturn()), OthersGB: share.OthersGB}
	return provision.Entry{Kind: provision.Achieved, Saw: &r, Want: &provision.Want{Default: &change}, Text: defaultText(change)}, nil
}

// balancesByHand reads the balances that a person left.
func balancesByHand(ctx context.Context, run *stepRun) (provision.Reading, error) {
	return run.read(ctx, provision.Look{Plan: true, Storage: true, Charges: true})
}

// dryRun works out what would be Available after the purchase and the customer's group.
func (assignDefault) dryRun(ctx context.Context, run *stepRun) (provision.Entry, error) {
	r, err := run.read(ctx, provision.Look{Plan: true, Storage: true, Charges: true})
	if err != nil {
		return provision.Entry{}, fmt.Errorf("reading Available: %w", err)
	}
	share, err := run.share(ctx, &r)
	if err != nil {
		return provision.Entry{}, err
	}
	units, gb := run.job.Quoted.Quote.Units, run.job.Order.StorageGB()
	spare := share.OwnGB + units*provision.UnitGB - gb
	s := provision.Settle(spare, r.AddOns+units, r.Default)
	if s.Skipped != "" {
		return skip("Would leave the default group as it is: %s.", s.Skipped), nil
	}
	return wouldSettleDefault(run, r, s, share.OthersGB, spare, "the purchase and the group"), nil
}

// wouldSettleDefault is settleDefault in a dry run, where free GB would be Available for this job after something.
func wouldSettleDefault(run *stepRun, r provision.Reading, s provision.Settlement, others, free int, after string) provision.Entry {
	plan := settleDefault(run, r, s, others, "")
	change := plan.Want.Default
	if others > 0 {
		after += fmt.Sprintf(", %s GB of them not for this order", provision.Thousands(others))
	}
	return would(plan, "Would set the default group from %s GB to %s GB. Worked out: %s GB would be Available after %s.",
		provision.Thousands(change.FromGB), provision.Thousands(change.ToGB), provision.Thousands(free+others), after)
}

func defaultText(c provision.DefaultChange) string {
	text := fmt.Sprintf("The default group has %s GB now, %s GB before.", provision.Thousands(c.ToGB), provision.Thousands(c.FromGB))
	if c.FromGB == c.ToGB {
		text = fmt.Sprintf("The default group stays at %s GB.", provision.Thousands(c.ToGB))
	}
	if c.OthersGB > 0 {
		text += " " + othersText(c.OthersGB)
	}
	return text
}
