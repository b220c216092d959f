package runbook

import (
	"context"
	"fmt"
	"slices"

	"mozybot/provision"
)

// intendPurchase is step 3: the last look before money is spent. Whatever a person would want to know first sends the
// job back to be asked about; surroundings that merely moved do not.
func intendPurchase(ctx context.Context, w *work) (provision.Entry, error) {
	look := provision.LookForQuote(w.job.Order)
	look.Charges = true
	r, err := w.Console.Read(ctx, look)
	if err != nil {
		return provision.Entry{}, fmt.Errorf("reading the console before the purchase: %w", err)
	}
	if err := r.CheckPool(); err != nil {
		return provision.Entry{}, err
	}
	quoted := w.job.Quoted
	if why := w.job.WhyAskAgain(r); why != "" {
		return provision.Entry{}, &askAgainError{reading: r, why: why}
	}
	return intent(r, provision.Want{Plan: &provision.PlanChange{
		From: r.AddOns, To: r.AddOns + quoted.Quote.Units, AtMost: quoted.Cost,
	}}), nil
}

func changePlan(ctx context.Context, w *work, e provision.Entry) error {
	if _, err := w.Console.ChangePlan(ctx, *e.Want.Plan); err != nil {
		return fmt.Errorf("changing the plan from %d to %d add-ons: %w", e.Want.Plan.From, e.Want.Plan.To, err)
	}
	return nil
}

// observePurchase wants two witnesses: the count, and a charge in Billing History that was not there when the intent
// was written, and is not known to be another job's. The count alone proves nothing, a colleague may have bought as many.
func observePurchase(ctx context.Context, w *work, e provision.Entry) (sight, error) {
	r, err := w.Console.Read(ctx, provision.Look{Plan: true, Charges: true})
	if err != nil {
		return sight{}, err
	}
	plan := e.Want.Plan
	others, err := w.Purchases(ctx, w.job.ID, e.At)
	if err != nil {
		return sight{}, storeError{fmt.Errorf("looking for the purchases of other jobs: %w", err)}
	}
	all := newCharges(e.Saw.Charges, r.Charges)
	fresh, beside := unclaimed(slices.Clone(all), e.Saw.Charges, others), ""
	if len(fresh) < len(all) {
		beside = " beside those of other jobs"
	}
	mine := chargesUpTo(fresh, plan.AtMost)
	switch {
	case r.AddOns == plan.To && len(fresh) == 1 && len(mine) == 1:
		return sight{finding: alreadyTrue, charged: mine[0].Amount, text: fmt.Sprintf("%s, from %s; charged %s.",
			provision.Count(plan.To, "add-on"), provision.Thousands(plan.From), mine[0].Amount)}, nil
	case r.AddOns == plan.From && len(fresh) == 0:
		return sight{finding: asBefore, text: fmt.Sprintf("Change Plan still shows %s, and Billing History has no new line.", provision.Count(r.AddOns, "add-on"))}, nil
	}
	seen := sight{
		finding: neither,
		ours:    len(mine) > 0,
		text: fmt.Sprintf("Change Plan shows %s; it was %s before, and should be %s after buying %d. Billing History has %s%s; it should have one, of at most %s.",
			provision.Count(r.AddOns, "add-on"), provision.Thousands(plan.From), provision.Thousands(plan.To), plan.To-plan.From, charged(fresh), beside, plan.AtMost),
	}
	if seen.ours { // if it is somebody else's after all, the group's step finds the storage missing: that costs nothing twice
		seen.done = fmt.Sprintf("Charged %s. Change Plan shows %s, from %s: somebody else has changed the plan, too.",
			mine[0].Amount, provision.Count(r.AddOns, "add-on"), provision.Thousands(plan.From))
		seen.again = fmt.Sprintf("Try again takes %s for this order's purchase and goes on; nothing is bought again.", mine[0].Amount)
	}
	if len(mine) == 1 {
		seen.charged = mine[0].Amount
	}
	return seen, nil
}

// boughtByHand wants what the next step needs: the storage for the customer's group.
func boughtByHand(ctx context.Context, w *work) (provision.Entry, error) {
	r, err := w.Console.Read(ctx, provision.Look{Plan: true, Storage: true})
	if err != nil {
		return provision.Entry{}, err
	}
	if gb := w.job.Order.StorageGB(); r.AvailableGB < gb {
		return provision.Entry{}, provision.Errorf(provision.Conflict, "The order needs %s GB, but only %s GB are Available.",
			provision.Thousands(gb), provision.Thousands(r.AvailableGB))
	}
	return provision.Entry{Saw: &r, Text: fmt.Sprintf("%s, %s GB Available.", provision.Count(r.AddOns, "add-on"), provision.Thousands(r.AvailableGB))}, nil
}

// newCharges are the lines of now that were not there before. Lines are compared as a bag, because a long history may
// be shown in part.
func newCharges(before, now []provision.Charge) []provision.Charge {
	had := map[provision.Charge]int{}
	for _, c := range before {
		had[c]++
	}
	var fresh []provision.Charge
	for _, c := range now {
		if had[c] > 0 {
			had[c]--
			continue
		}
		fresh = append(fresh, c)
	}
	return fresh
}

// unclaimed are the fresh charges without those of other jobs. A purchase that was charged before saw was read is in there,
// and none of them is its.
func unclaimed(fresh, saw []provision.Charge, others []provision.Purchase) []provision.Charge {
	for _, p := range others {
		its := func(c provision.Charge) bool { return c.Amount == p.Charged }
		if slices.ContainsFunc(newCharges(p.Before, saw), its) {
			continue
		}
		if i := slices.IndexFunc(fresh, its); i >= 0 {
			fresh = slices.Delete(fresh, i, i+1)
		}
	}
	return fresh
}

func chargesUpTo(charges []provision.Charge, limit provision.Money) []provision.Charge {
	var fit []provision.Charge
	for _, c := range charges {
		if c.Amount.Cents > 0 && !c.Amount.Exceeds(limit) {
			fit = append(fit, c)
		}
	}
	return fit
}

func charged(fresh []provision.Charge) string {
	if len(fresh) == 0 {
		return "no new line"
	}
	text := provision.Count(len(fresh), "new line") + ":"
	for i, c := range fresh {
		if i > 0 {
			text += ","
		}
		text += " " + c.Amount.String()
	}
	return text
}

// intendDefault is step 6. What it decides here, step 7 carries out.
func intendDefault(ctx context.Context, w *work) (provision.Entry, error) {
	r, err := readToSettle(ctx, w, provision.Look{})
	if err != nil {
		return provision.Entry{}, fmt.Errorf("reading Available: %w", err)
	}
	reserved, err := reservedGB(ctx, w)
	if err != nil {
		return provision.Entry{}, err
	}
	others := min(othersGB(w, r.AvailableGB)+reserved, r.AvailableGB)
	s := provision.Settle(r.AvailableGB-others, r.AddOns, r.Default)
	switch {
	case s.Skipped == provision.NothingAvailable && others > 0:
		return skip("Left as it is: this job leaves nothing over. %s", othersText(others)), nil
	case s.Skipped != "":
		return skip("Left as it is: %s.", s.Skipped), nil
	}
	change := provision.DefaultChange{FromGB: r.Default.AssignedGB, ToGB: s.DefaultAfter, Returned: s.Returned, OthersGB: others}
	e := intent(r, provision.Want{Default: &change})
	if change.FromGB == change.ToGB { // the spare storage is whole add-ons: nothing to save, only to return
		e.Kind, e.Text = provision.Achieved, defaultText(change)+" All of the spare storage goes back."
	}
	return e, nil
}

// readToSettle reads the books for step 6 or 7, and what else look asks for. Both rest on the customer's group being there.
func readToSettle(ctx context.Context, w *work, look provision.Look) (provision.Reading, error) {
	look.Plan, look.Storage, look.Group = true, true, w.job.Order.Company
	r, err := w.Console.Read(ctx, look)
	if err == nil {
		err = r.CheckPool()
	}
	if err == nil && r.Customer == nil {
		err = groupGone(w, nil)
	}
	return r, err
}

// reservedGB is what other jobs have bought and wait to give to their groups.
func reservedGB(ctx context.Context, w *work) (int, error) {
	gb, err := w.Reserved(ctx, w.job.ID)
	if err != nil {
		return 0, storeError{fmt.Errorf("looking for what other jobs have bought: %w", err)}
	}
	return gb, nil
}

// othersGB is how much more is Available than was there before the purchase and than this job leaves over. Whoever bought
// it while the job ran needs it, and returning an add-on gives no money back.
func othersGB(w *work, available int) int {
	bought, ok := provision.LastOf(w.journal, provision.StepBuy, provision.Intended)
	_, byHand := provision.LastOf(w.journal, provision.StepBuy, provision.ByHand)
	if !ok || byHand || bought.Saw == nil || bought.Want == nil || bought.Want.Plan == nil {
		return 0
	}
	plan := bought.Want.Plan
	return max(0, available-(bought.Saw.AvailableGB+provision.UnitGB*(plan.To-plan.From)-w.job.Order.StorageGB()))
}

func othersText(gb int) string {
	return fmt.Sprintf("%s GB more are Available, bought by a colleague while this job ran or for a job that waits for its group; they stay.", provision.Thousands(gb))
}

func assignDefault(ctx context.Context, w *work, e provision.Entry) error {
	if err := w.Console.AssignDefault(ctx, e.Want.Default.FromGB, e.Want.Default.ToGB); err != nil {
		return fmt.Errorf("assigning %d GB to the default group: %w", e.Want.Default.ToGB, err)
	}
	return nil
}

func observeDefault(ctx context.Context, w *work, e provision.Entry) (sight, error) {
	r, err := w.Console.Read(ctx, provision.Look{Storage: true})
	if err != nil {
		return sight{}, err
	}
	change := *e.Want.Default
	switch r.Default.AssignedGB {
	case change.ToGB:
		return sight{finding: alreadyTrue, text: defaultText(change)}, nil
	case change.FromGB:
		return sight{finding: asBefore, text: fmt.Sprintf("The default group still has %d GB.", change.FromGB)}, nil
	}
	return sight{finding: neither, text: fmt.Sprintf("The default group has %s GB assigned; it had %s GB before, and should have %s GB.",
		provision.Thousands(r.Default.AssignedGB), provision.Thousands(change.FromGB), provision.Thousands(change.ToGB))}, nil
}

// defaultByHand takes the default group as it is; whole add-ons that are Available then are the next step's to return.
func defaultByHand(ctx context.Context, w *work) (provision.Entry, error) {
	r, err := w.Console.Read(ctx, provision.Look{Plan: true, Storage: true})
	if err != nil {
		return provision.Entry{}, err
	}
	reserved, err := reservedGB(ctx, w)
	if err != nil {
		return provision.Entry{}, err
	}
	is, others := r.Default.AssignedGB, min(reserved, r.AvailableGB)
	change := provision.DefaultChange{FromGB: is, ToGB: is, Returned: (r.AvailableGB - others) / provision.UnitGB, OthersGB: others}
	return provision.Entry{Saw: &r, Want: &provision.Want{Default: &change}, Text: defaultText(change)}, nil
}

func defaultText(c provision.DefaultChange) string {
	text := fmt.Sprintf("The default group has %s GB, from %s GB.", provision.Thousands(c.ToGB), provision.Thousands(c.FromGB))
	if c.FromGB == c.ToGB {
		text = fmt.Sprintf("The default group stays at %s GB.", provision.Thousands(c.ToGB))
	}
	if c.OthersGB > 0 {
		text += " " + othersText(c.OthersGB)
	}
	return text
}

// intendReturn is step 7: whole add-ons that step 6 left Available go back. The storage must still be there: a
// colleague may have used it meanwhile, and then nothing is returned.
func intendReturn(ctx context.Context, w *work) (provision.Entry, error) {
	decided, ok := provision.LastOf(w.journal, provision.StepDefaultGroup)
	if !ok || decided.Kind == provision.Skipped {
		return skip("Nothing to return."), nil
	}
	settled, _ := lastWanted(w.journal, provision.StepDefaultGroup)
	n := settled.Want.Default.Returned
	if n == 0 {
		return skip("Nothing to return: the default group keeps it all."), nil
	}
	r, err := readToSettle(ctx, w, provision.Look{Charges: true})
	if err != nil {
		return provision.Entry{}, fmt.Errorf("reading the plan before the return: %w", err)
	}
	reserved, err := reservedGB(ctx, w)
	if err != nil {
		return provision.Entry{}, err
	}
	// Ours was there when step 6 looked. What was bought since is not ours, also when ours is gone.
	since := provision.UnitGB * (r.AddOns - settled.Saw.AddOns)
	if free := max(0, r.AvailableGB-max(0, reserved, since)); free < provision.UnitGB*n || r.AddOns < n {
		beside := ""
		if free < r.AvailableGB {
			beside = fmt.Sprintf(" beside the %s GB that were bought by a colleague or for other jobs", provision.Thousands(r.AvailableGB-free))
		}
		return skip("Not returned: %s would need %d GB Available, and only %s GB are%s. Somebody has used them meanwhile.",
			provision.Count(n, "add-on"), provision.UnitGB*n, provision.Thousands(free), beside), nil
	}
	return intent(r, provision.Want{Plan: &provision.PlanChange{
		From: r.AddOns, To: r.AddOns - n, AtMost: provision.Money{Symbol: w.job.Quoted.UnitPrice.Symbol},
	}}), nil
}

// observeReturn wants the count to have fallen by n and Available by 20n: one of the two alone may be a colleague's. Where
// others have moved them nobody can tell ours by its mark, so it counts as done and nothing is returned twice: a spare
// add-on too many costs less than one that a colleague needs. A purchase of theirs shows in Billing History alone when our
// Continue, which sends a total, took it back.
func observeReturn(ctx context.Context, w *work, e provision.Entry) (sight, error) {
	r, err := w.Console.Read(ctx, provision.Look{Plan: true, Storage: true, Charges: true})
	if err != nil {
		return sight{}, err
	}
	plan := e.Want.Plan
	available := e.Saw.AvailableGB - provision.UnitGB*(plan.From-plan.To)
	theirs := slices.DeleteFunc(newCharges(e.Saw.Charges, r.Charges), func(c provision.Charge) bool { return c.Amount.Cents <= 0 })
	fell := r.AddOns == plan.To && r.AvailableGB == available
	switch {
	case fell && len(theirs) == 0:
		return sight{finding: alreadyTrue, text: fmt.Sprintf("%s, from %s.", provision.Count(plan.To, "add-on"), provision.Thousands(plan.From))}, nil
	case r.AddOns == plan.From && r.AvailableGB == e.Saw.AvailableGB:
		return sight{finding: asBefore, text: fmt.Sprintf("Change Plan still shows %s.", provision.Count(r.AddOns, "add-on"))}, nil
	}
	seen := sight{finding: neither, ours: true, again: "Try again leaves the plan as it is and goes on."}
	seen.text = fmt.Sprintf("Change Plan shows %s with %s GB Available; before the return it was %s with %s GB, and should be %s with %s GB.",
		provision.Count(r.AddOns, "add-on"), provision.Thousands(r.AvailableGB),
		provision.Thousands(plan.From), provision.Thousands(e.Saw.AvailableGB),
		provision.Thousands(plan.To), provision.Thousands(available))
	seen.done = fmt.Sprintf("Change Plan shows %s, from %s: somebody else has changed the plan or the storage, too.",
		provision.Count(r.AddOns, "add-on"), provision.Thousands(plan.From))
	if fell {
		lost := fmt.Sprintf("Billing History has %s: somebody bought in that very moment, and their add-ons seem to have gone with ours. Please tell them.", charged(theirs))
		seen.text += " " + lost
		seen.done = fmt.Sprintf("%s, from %s. %s", provision.Count(plan.To, "add-on"), provision.Thousands(plan.From), lost)
	}
	return seen, nil
}

func returnByHand(ctx context.Context, w *work) (provision.Entry, error) {
	r, err := w.Console.Read(ctx, provision.Look{Plan: true})
	if err != nil {
		return provision.Entry{}, err
	}
	return provision.Entry{Saw: &r, Text: fmt.Sprintf("Change Plan shows %s.", provision.Count(r.AddOns, "add-on"))}, nil
}

// lastWanted is the entry with what a step last set out to make true, whether it had to act for it or not.
func lastWanted(journal []provision.Entry, step provision.StepName) (provision.Entry, bool) {
	for i := len(journal) - 1; i >= 0; i-- {
		if journal[i].Step == step && journal[i].Want != nil {
			return journal[i], true
		}
	}
	return provision.Entry{}, false
}
