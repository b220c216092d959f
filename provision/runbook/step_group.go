package runbook

import (
	"context"
	"fmt"

	"mozybot/provision"
)

// addGroup is step 4: exactly the storage ordered, Sync on, Server Support only with a Cloud Server License.
type addGroup struct{}

var _ actor = addGroup{}
var _ looker = addGroup{}

func (addGroup) name() provision.StepName { return provision.StepGroup }

func (s addGroup) plan(ctx context.Context, run *stepRun) (provision.Entry, error) {
	gb := run.job.Order.StorageGB()
	r, err := run.decide(ctx, s.decidesBy(run))
	if err == nil {
		r.ReservedGB, err = reservedGB(ctx, run)
	}
	if err != nil {
		return provision.Entry{}, fmt.Errorf("reading the groups: %w", err)
	}
	if inTheWay(run.job.Order, r) {
		return provision.Entry{}, provision.Errorf(provision.Conflict,
			"Somebody has made a group named “%s” since this order was approved (Account ID %s, %s). The storage for this order is bought and waits as Available. "+
				"Remove or rename that group and press Try again, or give it %s and press I did it by hand.",
			r.Customer.Name, r.Customer.ID, groupText(*r.Customer), groupText(*wantedGroup(run.job.Order)))
	}
	if r.AvailableGB < gb {
		return provision.Entry{}, provision.Errorf(provision.Conflict,
			"The group needs %s GB, but only %s GB are Available. Somebody has used the storage that was bought for it.",
			provision.Thousands(gb), provision.Thousands(r.AvailableGB))
	}
	return intend(r, provision.Want{Group: wantedGroup(run.job.Order)}), nil
}

// decidesBy has all figures, for the settlement after it.
func (addGroup) decidesBy(run *stepRun) provision.Look {
	return provision.Look{Plan: true, Storage: true, Charges: true, Group: run.job.Order.Company, Form: provision.StepGroup}
}

// inTheWay says whether there is a group that reads like the customer's, and isn't known to be another company's.
func inTheWay(o provision.Order, r provision.Reading) bool {
	return r.Customer != nil && r.Customer.ID != o.NotAccount
}

func wantedGroup(o provision.Order) *provision.Group {
	return &provision.Group{
		Name: o.Company, Type: provision.Assigned, AssignedGB: o.StorageGB(), Sync: true, Server: o.ServerLicense(),
	}
}

func (addGroup) act(ctx context.Context, run *stepRun, intent provision.Entry) ([]string, error) {
	evidence, err := run.cfg.Console.AddGroup(ctx, run.at(), *intent.Want.Group)
	if err != nil {
		return nil, fmt.Errorf("adding the group: %w", err)
	}
	return evidence, nil
}

func (addGroup) observe(ctx context.Context, run *stepRun, intent provision.Entry) (observation, error) {
	want := *intent.Want.Group
	r, err := run.read(ctx, provision.Look{Group: want.Name})
	if err != nil {
		return observation{}, err
	}
	if !inTheWay(run.job.Order, r) {
		return observation{outcome: NotApplied, text: fmt.Sprintf("There is no group named “%s”.", want.Name)}, nil
	}
	is := *r.Customer
	if r.GroupOf(want.Name) == nil {
		return observation{outcome: Diverged, text: fmt.Sprintf("There is no group named “%s”, but one that reads the same, “%s” (Account ID %s), with %s.", want.Name, is.Name, is.ID, groupText(is))}, nil
	}
	if is.Type == want.Type && is.AssignedGB == want.AssignedGB && is.Sync == want.Sync && is.Server == want.Server {
		return observation{outcome: Applied, text: groupText(is) + "."}, nil
	}
	return observation{outcome: Diverged, text: fmt.Sprintf("The group “%s” is there, but with %s; it should have %s.", is.Name, groupText(is), groupText(want))}, nil
}

func (s addGroup) byHand(ctx context.Context, run *stepRun) (provision.Entry, error) {
	return seenByHand(ctx, run, s, provision.Want{Group: wantedGroup(run.job.Order)})
}

// dryRun does not ask for the storage that would have been bought by now.
func (addGroup) dryRun(ctx context.Context, run *stepRun) (provision.Entry, error) {
	r, err := run.read(ctx, provision.Look{Group: run.job.Order.Company})
	if err != nil {
		return provision.Entry{}, fmt.Errorf("reading the groups: %w", err)
	}
	if inTheWay(run.job.Order, r) {
		return provision.Entry{}, provision.Errorf(provision.Conflict, "Somebody has made a group named “%s” since this order was approved (Account ID %s, %d GB).",
			r.Customer.Name, r.Customer.ID, r.Customer.AssignedGB)
	}
	want := wantedGroup(run.job.Order)
	return would(intend(r, provision.Want{Group: want}), "Would create the group “%s” with %s, from the storage that was not bought.",
		want.Name, groupText(*want)), nil
}

func groupText(g provision.Group) string {
	return fmt.Sprintf("%s GB %s, Sync %s, Server Support %s", provision.Thousands(g.AssignedGB), g.Type, onOff(g.Sync), onOff(g.Server))
}

func onOff(on bool) string {
	if on {
		return "on"
	}
	return "off"
}
