package runbook

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"mozybot/provision"
)

// buyAddOns is step 3, the one that spends money.
type buyAddOns struct{}

var _ actor = buyAddOns{}
var _ looker = buyAddOns{}

func (buyAddOns) name() provision.StepName { return provision.StepBuy }

// plan is the last look before money is spent. Whatever a person would want to know first sends the job back to be asked
// about; surroundings that merely moved do not.
func (s buyAddOns) plan(ctx context.Context, run *stepRun) (provision.Entry, error) {
	if err := provision.CheckApprovals(run.job); err != nil {
		return provision.Entry{}, err
	}
	r, err := run.decide(ctx, s.decidesBy(run))
	if err != nil {
		return provision.Entry{}, fmt.Errorf("reading the console before the purchase: %w", err)
	}
	if err := r.CheckPool(); err != nil {
		return provision.Entry{}, err
	}
	share, err := run.share(ctx, &r)
	if err != nil {
		return provision.Entry{}, err
	}
	if why := run.job.Quoted.WhyAskAgain(run.job.Order, r, share.OwnGB); why != "" {
		return provision.Entry{}, &askAgainError{reading: r, why: why}
	}
	quoted := run.job.Quoted
	if quoted.Quote.Units == 0 {
		return skip("Nothing to buy: the default group's spare storage is enough."), nil
	}
	return intendPlan(r, provision.PlanChange{From: r.AddOns, To: r.AddOns + quoted.Quote.Units, AtMost: quoted.Cost}), nil
}

func (buyAddOns) decidesBy(run *stepRun) provision.Look {
	look := provision.LookForQuote(run.job.Order)
	look.Form, look.Change = provision.StepBuy, run.job.Quoted.Quote.Units
	return look
}

func (buyAddOns) act(ctx context.Context, run *stepRun, intent provision.Entry) ([]string, error) {
	evidence, err := changePlan(ctx, run, *intent.Want.Plan)
	if over := new(provision.OverchargeError); errors.As(err, &over) {
		run.keep(provision.EvidenceOf(err)...)
		return nil, nothingChanged{askForRealAmount(ctx, run, over)}
	}
	return evidence, err
}

// changePlan is the act of steps 3 and 7.
func changePlan(ctx context.Context, run *stepRun, plan provision.PlanChange) ([]string, error) {
	var unwritten error
	_, evidence, err := run.cfg.Console.ChangePlan(ctx, run.at(), plan, func() error {
		unwritten = run.confirming(ctx)
		return unwritten
	})
	switch {
	case unwritten != nil:
		run.keep(provision.EvidenceOf(err)...)
		return nil, unwritten
	case err != nil:
		return nil, fmt.Errorf("changing the plan from %d to %d add-ons: %w", plan.From, plan.To, err)
	}
	return evidence, nil
}

// askForRealAmount reads the console once more, so that the job can be asked about with what it would really cost.
func askForRealAmount(ctx context.Context, run *stepRun, over *provision.OverchargeError) error {
	reading, err := run.read(ctx, provision.LookForQuote(run.job.Order))
	if err != nil {
		return fmt.Errorf("reading the console for the new amount: %w", err)
	}
	if reading.ReservedGB, err = reservedGB(ctx, run); err != nil {
		return err
	}
	return &askAgainError{reading: reading, charge: over.Real, why: fmt.Sprintf(
		"The console's confirmation screen asked for %s, but %s was approved, so mozybot cancelled the purchase.",
		over.Real, over.Approved)}
}

// observe wants two witnesses: the count, and a charge in Billing History that was not there when the intent was written,
// and is not known to be another job's. The count alone proves nothing, a colleague may have bought as many.
func (buyAddOns) observe(ctx context.Context, run *stepRun, intent provision.Entry) (observation, error) {
	r, err := run.read(ctx, provision.Look{Plan: true, Charges: true})
	if err != nil {
		return observation{}, err
	}
	others, err := run.otherPurchases(ctx, intent.At)
	if err != nil {
		return observation{}, err
	}
	plan := intent.Want.Plan
	all := r.BillingHistory().Since(intent.Saw.BillingHistory())
	fresh := r.BillingHistory().Unclaimed(intent.Saw.BillingHistory(), others)
	mine := chargesUpTo(fresh, plan.AtMost)
	switch {
	case r.AddOns == plan.To && len(fresh) == 1 && len(mine) == 1:
		return observation{outcome: Applied, charged: mine[0], text: fmt.Sprintf("%s now, %s before; charged %s.",
			provision.Count(plan.To, "add-on"), provision.Thousands(plan.From), mine[0].Amount)}, nil
	case r.AddOns == plan.From && len(fresh) == 0:
		return observation{outcome: NotApplied, text: fmt.Sprintf("Change Plan still shows %s, and Billing History has no new line.",
			provision.Count(r.AddOns, "add-on"))}, nil
	}
	seen := purchaseDiverged(*plan, r.AddOns, fresh, mine, len(fresh) < len(all))
	if theirs := payments(othersOf(fresh, mine)); r.AddOns == plan.To && len(theirs) > 0 {
		seen.overwrote(*plan, intent.Saw.AddOnPrice, theirs)
		seen.tryAgain = "Try again takes this order's purchase as done and continues; nothing is bought again."
	}
	return seen, nil
}

// othersOf are the fresh charges without the newest that may be ours.
func othersOf(fresh, mine []provision.Charge) []provision.Charge {
	if len(mine) == 0 {
		return fresh
	}
	i := slices.Index(fresh, mine[len(mine)-1])
	return slices.Concat(fresh[:i], fresh[i+1:])
}

// overwrote makes it a person's: the plan is what our Continue set, which sends a total, and Billing History has what somebody
// else paid for meanwhile.
func (o *observation) overwrote(plan provision.PlanChange, price provision.Money, theirs []provision.Charge) {
	var sum int64
	for _, c := range theirs {
		sum += c.Amount.Cents
	}
	taken := fmt.Sprintf("A colleague bought meanwhile (%s), and our Continue seems to have taken their add-ons back.", charged(theirs))
	o.ours, o.asks = true, true
	o.done = fmt.Sprintf("%s now, %s before. %s", provision.Count(plan.To, "add-on"), provision.Thousands(plan.From), taken)
	o.text += " " + taken + " Please ask them."
	if price.Cents > 0 && sum > 0 && sum%price.Cents == 0 {
		n := int(sum / price.Cents)
		o.text += fmt.Sprintf(" If they are missing, open *Change Plan*, set Add-ons to %s to buy %s again, and press *I did it by hand* here.",
			provision.Thousands(plan.To+n), provision.Count(n, "add-on"))
	}
}

// purchaseDiverged has the facts of a purchase that is neither there nor plainly not there. mine are the fresh charges that
// may be ours.
func purchaseDiverged(plan provision.PlanChange, addOns int, fresh, mine []provision.Charge, others bool) observation {
	beside := ""
	if others {
		beside = " beside those of other jobs"
	}
	seen := observation{outcome: Diverged, ours: len(mine) > 0, text: fmt.Sprintf(
		"Change Plan shows %s; it was %s before, and should be %s after buying %d. Billing History has %s%s; it should have one, of at most %s.",
		provision.Count(addOns, "add-on"), provision.Thousands(plan.From), provision.Thousands(plan.To), plan.To-plan.From, charged(fresh), beside, plan.AtMost)}
	if seen.ours { // if it is somebody else's after all, the group's step finds the storage missing: that costs nothing twice
		seen.done = fmt.Sprintf("Charged %s. Change Plan shows %s, %s before: somebody else changed the plan, too.",
			mine[0].Amount, provision.Count(addOns, "add-on"), provision.Thousands(plan.From))
		seen.tryAgain = fmt.Sprintf("Try again takes %s as this order's purchase and continues; nothing is bought again.", mine[0].Amount)
	}
	if len(mine) == 1 {
		seen.charged = mine[0]
	}
	return seen
}

// byHand wants what the next step needs: the storage for the customer's group.
func (buyAddOns) byHand(ctx context.Context, run *stepRun) (provision.Entry, error) {
	r, err := run.read(ctx, provision.Look{Plan: true, Storage: true, Charges: true})
	if err == nil {
		r.ReservedGB, err = reservedGB(ctx, run)
	}
	if err != nil {
		return provision.Entry{}, err
	}
	gb := run.job.Order.StorageGB()
	if q := run.job.Quoted; q.FromSpare { // the default group gives the rest
		gb = min(gb, provision.UnitGB*q.Quote.Units)
	}
	if r.AvailableGB < gb {
		shows := provision.Count(r.AddOns, "add-on")
		if intent, ok := provision.LastWanted(run.journal, provision.StepBuy); ok && r.AddOns < intent.Want.Plan.To {
			shows += fmt.Sprintf(", not %s", provision.Thousands(intent.Want.Plan.To))
		}
		return provision.Entry{}, provision.Errorf(provision.Conflict, "Change Plan shows %s, and %s GB are Available; the order needs %s GB.",
			shows, provision.Thousands(r.AvailableGB), provision.Thousands(gb))
	}
	return provision.Entry{Kind: provision.Achieved, Saw: &r, Text: fmt.Sprintf("%s, %s GB Available.",
		provision.Count(r.AddOns, "add-on"), provision.Thousands(r.AvailableGB))}, nil
}

func (s buyAddOns) dryRun(ctx context.Context, run *stepRun) (provision.Entry, error) {
	e, err := s.plan(ctx, run)
	if err != nil || e.Kind == provision.Skipped {
		return e, err
	}
	plan := e.Want.Plan
	return would(e, "Would buy %s for %s: %s becomes %s.", provision.Count(plan.To-plan.From, "add-on"), plan.AtMost,
		provision.Thousands(plan.From), provision.Thousands(plan.To)), nil
}
