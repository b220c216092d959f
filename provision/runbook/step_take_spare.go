package runbook

import (
	"context"
	"fmt"

	"mozybot/provision"
)

// takeSpare takes the place of step 6 where the default group gives what it does not use: it comes before the customer's
// group, and leaves Available what that gets, with the whole add-ons that step 7 returns.
type takeSpare struct{ assignDefault }

var _ actor = takeSpare{}
var _ looker = takeSpare{}

// decidesBy leaves the customer's group out, which is not there yet.
func (takeSpare) decidesBy(*stepRun) provision.Look {
	return provision.Look{Plan: true, Storage: true, Charges: true, Form: provision.StepDefaultGroup}
}

func (takeSpare) plan(ctx context.Context, run *stepRun) (provision.Entry, error) {
	r, share, err := spareBalances(ctx, run)
	if err != nil {
		return provision.Entry{}, fmt.Errorf("reading what the default group can give: %w", err)
	}
	gb := run.job.Order.StorageGB()
	s, fits := provision.SettleSpare(gb, share.OwnGB, r.AddOns, r.Default)
	if !fits {
		return provision.Entry{}, provision.Errorf(provision.Conflict,
			"The order needs %s GB. %s GB are Available for it, and the default group (%s, of which it uses %s GB) can't give the rest any more. "+
				"Give it more in the console, or buy more add-ons, and press Try again.",
			provision.Thousands(gb), provision.Thousands(share.OwnGB), assignedText(r.Default), provision.Thousands(r.Default.UsedGB))
	}
	return settleDefault(run, r, s, share.OthersGB, "The storage for this order is Available already."), nil
}

func assignedText(g provision.Group) string {
	return fmt.Sprintf("%s GB %s", provision.Thousands(g.AssignedGB), g.Type)
}

// spareBalances reads the figures, and how much of what is Available this job may use. The rest is colleagues' or other jobs'.
func spareBalances(ctx context.Context, run *stepRun) (r provision.Reading, share provision.Share, err error) {
	if r, err = run.decide(ctx, takeSpare{}.decidesBy(run)); err == nil {
		err = r.CheckPool()
	}
	if err == nil {
		share, err = run.share(ctx, &r)
	}
	return r, share, err
}

// byHand takes the default group as it is, if the customer's storage is Available.
func (takeSpare) byHand(ctx context.Context, run *stepRun) (provision.Entry, error) {
	r, err := balancesByHand(ctx, run)
	if err == nil {
		r.ReservedGB, err = reservedGB(ctx, run)
	}
	if err != nil {
		return provision.Entry{}, err
	}
	gb, free := run.job.Order.StorageGB(), r.FreeGB()
	if free < gb {
		return provision.Entry{}, provision.Errorf(provision.Conflict, "%s GB are Available for this order, which needs %s GB.",
			provision.Thousands(free), provision.Thousands(gb))
	}
	is := r.Default.AssignedGB
	change := provision.DefaultChange{FromGB: is, ToGB: is, OthersGB: r.ReservedGB}
	return provision.Entry{Kind: provision.Achieved, Saw: &r, Want: &provision.Want{Default: &change}, Text: defaultText(change)}, nil
}

// dryRun works out what would be Available after the purchase.
func (takeSpare) dryRun(ctx context.Context, run *stepRun) (provision.Entry, error) {
	r, share, err := spareBalances(ctx, run)
	if err != nil {
		return provision.Entry{}, fmt.Errorf("reading what the default group can give: %w", err)
	}
	units := run.job.Quoted.Quote.Units
	free := share.OwnGB + provision.UnitGB*units
	s, fits := provision.SettleSpare(run.job.Order.StorageGB(), free, r.AddOns+units, r.Default)
	if !fits {
		return skip("The default group has not enough to give by now."), nil
	}
	return wouldSettleDefault(run, r, s, share.OthersGB, free, "the purchase"), nil
}
