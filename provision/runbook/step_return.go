package runbook

import (
	"context"
	"errors"
	"fmt"

	"mozybot/provision"
)

// returnAddOns is step 7: whole add-ons that step 6 left Available go back. The storage must still be there: a colleague
// may have used it meanwhile, and then nothing is returned.
type returnAddOns struct{}

var _ actor = returnAddOns{}
var _ looker = returnAddOns{}

func (returnAddOns) name() provision.StepName { return provision.StepReturn }

func (s returnAddOns) plan(ctx context.Context, run *stepRun) (provision.Entry, error) {
	decided, ok := provision.LastOf(run.journal, provision.StepDefaultGroup)
	if !ok || decided.Kind == provision.Skipped {
		return skip("Nothing to return."), nil
	}
	settlement, _ := provision.LastWanted(run.journal, provision.StepDefaultGroup)
	n := settlement.Want.Default.Returned
	if n == 0 {
		return skip("Nothing to return: the default group keeps it all."), nil
	}
	r, share, err := readBalances(ctx, run, s.decidesBy(run))
	if err != nil {
		return provision.Entry{}, fmt.Errorf("reading the plan before the return: %w", err)
	}
	if share.OwnGB < provision.UnitGB*n || r.AddOns < n {
		beside := ""
		if share.OthersGB > 0 {
			beside = fmt.Sprintf(" beside the %s GB that a colleague has bought or freed, or that other jobs wait for", provision.Thousands(share.OthersGB))
		}
		return skip("Not returned: %s would need %d GB Available, and only %s GB are%s. Somebody has used them meanwhile.",
			provision.Count(n, "add-on"), provision.UnitGB*n, provision.Thousands(share.OwnGB), beside), nil
	}
	return intendPlan(r, provision.PlanChange{
		From: r.AddOns, To: r.AddOns - n, KeepGB: share.OthersGB, AtMost: provision.Money{Symbol: run.job.Quoted.UnitPrice.Symbol},
	}), nil
}

func (returnAddOns) decidesBy(run *stepRun) provision.Look {
	settlement, ok := provision.LastWanted(run.journal, provision.StepDefaultGroup)
	if !ok || settlement.Want.Default.Returned == 0 {
		return provision.Look{}
	}
	look := balances(run)
	look.Form, look.Change = provision.StepReturn, -settlement.Want.Default.Returned
	return look
}

// act lowers the plan. A return that costs something is for a person to look at.
func (returnAddOns) act(ctx context.Context, run *stepRun, intent provision.Entry) ([]string, error) {
	evidence, err := changePlan(ctx, run, *intent.Want.Plan)
	if over := new(provision.OverchargeError); errors.As(err, &over) {
		return provision.EvidenceOf(err), nothingChanged{&provision.Error{Code: provision.Conflict, Err: over, Message: fmt.Sprintf(
			"The console's confirmation screen asks for %s to return storage, which should cost nothing. It was cancelled; nothing was returned and nothing was paid. "+
				"I did it by hand continues with the plan as it is.", over.Real)}}
	}
	return evidence, err
}

// observe wants the count to have fallen by n and Available by 20n: one of the two alone may be a colleague's. Where
// others have moved them ours has no mark of its own, so it counts as done and nothing is returned twice: a spare add-on
// too many costs less than one that a colleague needs. A purchase of theirs shows in Billing History alone when our
// Continue, which sends a total, took it back.
func (returnAddOns) observe(ctx context.Context, run *stepRun, intent provision.Entry) (observation, error) {
	r, err := run.read(ctx, provision.Look{Plan: true, Storage: true, Charges: true})
	if err != nil {
		return observation{}, err
	}
	plan := intent.Want.Plan
	available := intent.Saw.AvailableGB - provision.UnitGB*(plan.From-plan.To)
	theirs := payments(r.BillingHistory().Since(intent.Saw.BillingHistory()))
	fell := r.AddOns == plan.To && r.AvailableGB == available
	switch {
	case fell && len(theirs) == 0:
		return observation{outcome: Applied, text: fmt.Sprintf("%s now, %s before.", provision.Count(plan.To, "add-on"), provision.Thousands(plan.From))}, nil
	case r.AddOns == plan.From && r.AvailableGB == intent.Saw.AvailableGB && len(theirs) == 0: // else theirs may stand for ours
		return observation{outcome: NotApplied, text: fmt.Sprintf("Change Plan still shows %s.", provision.Count(r.AddOns, "add-on"))}, nil
	}
	seen := observation{outcome: Diverged, ours: true, tryAgain: "Try again leaves the plan as it is and continues."}
	seen.text = fmt.Sprintf("Change Plan shows %s with %s GB Available; before the return it was %s with %s GB, and should be %s with %s GB.",
		provision.Count(r.AddOns, "add-on"), provision.Thousands(r.AvailableGB),
		provision.Thousands(plan.From), provision.Thousands(intent.Saw.AvailableGB),
		provision.Thousands(plan.To), provision.Thousands(available))
	seen.done = fmt.Sprintf("Change Plan shows %s, %s before: somebody else changed the plan or the storage, too.",
		provision.Count(r.AddOns, "add-on"), provision.Thousands(plan.From))
	if fell {
		seen.overwrote(*plan, intent.Saw.AddOnPrice, theirs)
	}
	return seen, nil
}

func (returnAddOns) byHand(ctx context.Context, run *stepRun) (provision.Entry, error) {
	r, err := run.read(ctx, provision.Look{Plan: true})
	if err != nil {
		return provision.Entry{}, err
	}
	return provision.Entry{Kind: provision.Achieved, Saw: &r, Text: fmt.Sprintf("Change Plan shows %s.", provision.Count(r.AddOns, "add-on"))}, nil
}

func (returnAddOns) dryRun(_ context.Context, run *stepRun) (provision.Entry, error) {
	settlement, ok := provision.LastWanted(run.journal, provision.StepDefaultGroup)
	if !ok || settlement.Want.Default.Returned == 0 {
		return skip("Nothing would be returned."), nil
	}
	from := settlement.Saw.AddOns + run.job.Quoted.Quote.Units
	to := from - settlement.Want.Default.Returned
	plan := provision.Entry{Want: &provision.Want{Plan: &provision.PlanChange{From: from, To: to}}}
	return would(plan, "Would return %s: %s, as they would be after the purchase, becomes %s.", provision.Count(from-to, "add-on"),
		provision.Thousands(from), provision.Thousands(to)), nil
}
