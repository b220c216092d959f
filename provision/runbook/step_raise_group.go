package runbook

import (
	"context"
	"fmt"

	"mozybot/provision"
)

// raiseGroup takes the place of step 4 for a customer who has a group: it gets the storage ordered on top of what was read
// when the order was approved, and Server Support with a Cloud Server License.
type raiseGroup struct{}

var _ actor = raiseGroup{}
var _ looker = raiseGroup{}

func (raiseGroup) name() provision.StepName { return provision.StepGroup }

func (raiseGroup) plan(ctx context.Context, run *stepRun) (provision.Entry, error) {
	e, err := planRaise(ctx, run)
	if err != nil {
		return e, err
	}
	if gb := run.job.Order.StorageGB(); e.Saw.AvailableGB < gb {
		return e, provision.Errorf(provision.Conflict,
			"The group needs %s GB more, but only %s GB are Available. Somebody has used the storage that was bought for it.",
			provision.Thousands(gb), provision.Thousands(e.Saw.AvailableGB))
	}
	return e, nil
}

// planRaise wants the group as it was when the order was approved: the figures were agreed to, and not the difference.
func planRaise(ctx context.Context, run *stepRun) (provision.Entry, error) {
	group, change := run.customer(), run.job.Quoted.Growth.Change()
	r, err := run.decide(ctx, raiseGroup{}.decidesBy(run))
	if err == nil {
		r.ReservedGB, err = reservedGB(ctx, run)
	}
	if err != nil {
		return provision.Entry{}, fmt.Errorf("reading the groups: %w", err)
	}
	is := group.in(r)
	switch {
	case is == nil:
		return provision.Entry{}, run.customerGone(nil)
	case is.Type != provision.Assigned || is.AssignedGB != change.FromGB:
		return provision.Entry{}, provision.Errorf(provision.Conflict,
			"The group “%s” has %s now; it had %s GB when this order was approved, and should have %s GB. The storage for this order is bought and waits as Available. "+
				"Set Assigned to what is right and press I did it by hand, or back to %s GB and press Try again.",
			is.Name, groupText(*is), provision.Thousands(change.FromGB), provision.Thousands(change.ToGB), provision.Thousands(change.FromGB))
	}
	return intend(r, provision.Want{Raised: &change}), nil
}

func (raiseGroup) decidesBy(run *stepRun) provision.Look {
	return balances(run)
}

func (raiseGroup) act(ctx context.Context, run *stepRun, intent provision.Entry) ([]string, error) {
	evidence, err := run.cfg.Console.RaiseGroup(ctx, run.at(), *intent.Want.Raised)
	if err != nil {
		return nil, fmt.Errorf("raising the group: %w", err)
	}
	return evidence, nil
}

// observe goes by the number alone: the same one twice makes no difference.
func (raiseGroup) observe(ctx context.Context, run *stepRun, intent provision.Entry) (observation, error) {
	group, change := run.customer(), *intent.Want.Raised
	r, err := run.read(ctx, group.look())
	if err != nil {
		return observation{}, err
	}
	is := group.in(r)
	if is == nil {
		return observation{}, run.customerGone(nil)
	}
	switch {
	case is.AssignedGB == change.ToGB && (is.Server || !change.ServerOn):
		return observation{outcome: Applied, text: fmt.Sprintf("%s GB now, %s GB before, Server Support %s.",
			provision.Thousands(change.ToGB), provision.Thousands(change.FromGB), onOff(is.Server))}, nil
	case is.AssignedGB == change.FromGB:
		return observation{outcome: NotApplied, text: fmt.Sprintf("The group “%s” still has %s GB.", is.Name, provision.Thousands(change.FromGB))}, nil
	}
	return observation{outcome: Diverged, text: fmt.Sprintf("The group “%s” has %s; it had %s GB before, and should have %s GB%s.",
		is.Name, groupText(*is), provision.Thousands(change.FromGB), provision.Thousands(change.ToGB), withServer(change))}, nil
}

func withServer(change provision.GroupChange) string {
	if change.ServerOn {
		return " with Server Support"
	}
	return ""
}

// byHand wants at least what was ordered: a person may have set what is right by now.
func (s raiseGroup) byHand(ctx context.Context, run *stepRun) (provision.Entry, error) {
	group, change := run.customer(), run.job.Quoted.Growth.Change()
	r, err := run.read(ctx, group.look())
	if err != nil {
		return provision.Entry{}, err
	}
	is := group.in(r)
	switch {
	case is == nil:
		return provision.Entry{}, run.customerGone(nil)
	case is.AssignedGB < change.ToGB, change.ServerOn && !is.Server:
		return provision.Entry{}, provision.Errorf(provision.Conflict, "The group “%s” has %s; it should have %s GB%s.",
			is.Name, groupText(*is), provision.Thousands(change.ToGB), withServer(change))
	}
	return provision.Entry{Kind: provision.Achieved, Saw: &r, Text: groupText(*is) + "."}, nil
}

// dryRun does not ask for the storage that would have been bought by now.
func (raiseGroup) dryRun(ctx context.Context, run *stepRun) (provision.Entry, error) {
	e, err := planRaise(ctx, run)
	if err != nil {
		return e, err
	}
	change := e.Want.Raised
	return would(e, "Would raise the group “%s” from %s GB to %s GB%s, from the storage that was not bought.",
		run.customer().name, provision.Thousands(change.FromGB), provision.Thousands(change.ToGB), withServer(*change)), nil
}

// keepAdmin takes the place of step 5 for a customer who has a group: their admin stays.
type keepAdmin struct{}

var _ reader = keepAdmin{}

func (keepAdmin) name() provision.StepName { return provision.StepAdmin }

func (keepAdmin) read(_ context.Context, run *stepRun) (found, error) {
	return found{text: fmt.Sprintf("The group has its admin, %s: none is added.", run.job.Quoted.Growth.Email), skipped: true}, nil
}

func (s keepAdmin) dryRun(ctx context.Context, run *stepRun) (provision.Entry, error) {
	return asEver(ctx, run, s)
}
