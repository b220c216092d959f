package console

import (
	"context"
	"errors"
	"fmt"

	"mozybot/provision"
)

// errDisagree is in the chain when two panels contradict each other.
var errDisagree = errors.New("two panels disagree")

// read makes a Reading in a leased tab.
func (c *Console) read(ctx context.Context, use using, look provision.Look) (provision.Reading, error) {
	var r provision.Reading
	_, err := use(ctx, provision.JobStep{Job: look.Job, Step: look.Step}, DoingRead, func(ctx context.Context, t *tab) error {
		var err error
		if r, err = t.look(ctx, look); errors.Is(err, errDisagree) {
			// A colleague may have been at work between two panels: that is worth a second look.
			r, err = t.look(ctx, look)
		}
		return err
	})
	if err != nil {
		return provision.Reading{}, err
	}
	r.At = c.cfg.Now()
	return r, nil
}

// look opens all panels that it needs side by side, with what these lead to, and then reads one after the other.
func (t *tab) look(ctx context.Context, look provision.Look) (provision.Reading, error) {
	var r provision.Reading
	adding := prefetch{stands: "userGroupList.stands", start: t.startAdd, skip: !look.Server}
	search := prefetch{stands: "admins.stands", skip: look.Admin == "", start: func(ctx context.Context) (pendingLoad, error) {
		return t.startSearch(ctx, look.Admin)
	}}
	if err := t.prefetchEarly(ctx, &adding, &search); err != nil {
		return r, err
	}
	needs := []struct {
		panel menuPanel
		when  bool
	}{
		{changePlan, look.Plan || look.Storage},
		{resourceSummary, look.Storage},
		{userGroupList, look.Storage || look.Server || look.Group != ""},
		{billingHistory, look.Charges},
		{searchAdmins, look.Admin != "" && !search.early}, // what a search answers is fresh in any case
	}
	var panels []menuPanel
	for _, n := range needs {
		if n.when {
			panels = append(panels, n.panel)
		}
	}
	if err := t.open(ctx, panels...); err != nil {
		return r, err
	}
	if err := prefetchRest(ctx, &adding, &search); err != nil {
		return r, err
	}
	// What still loads comes first, so that nothing does when a reading ends.
	for _, part := range []struct {
		when bool
		read func(context.Context, provision.Look, *provision.Reading) error
	}{
		{look.Server, func(ctx context.Context, _ provision.Look, r *provision.Reading) error {
			// The box's being there is what counts (console FACTS 6.2).
			form, err := t.form(ctx, adding.load)
			r.ServerOffered = form.OffersServer
			return err
		}},
		{look.Admin != "", func(ctx context.Context, _ provision.Look, r *provision.Reading) (err error) {
			r.Admin, err = t.found(ctx, look.Admin, search.load)
			if search.early && provision.CodeOf(err) == provision.Changed {
				r.Admin, err = t.admin(ctx, look.Admin) // by a panel loaded afresh
			}
			return err
		}},
		{look.Plan || look.Storage, t.lookAtPlan},
		{look.Storage || look.Group != "", t.lookAtGroups},
		{look.Charges, t.lookAtCharges},
	} {
		if !part.when {
			continue
		}
		if err := part.read(ctx, look, &r); err != nil {
			return r, err
		}
	}
	return r, nil
}

func (t *tab) lookAtPlan(ctx context.Context, look provision.Look, r *provision.Reading) error {
	p, err := t.readPlan(ctx)
	if err != nil {
		return err
	}
	if look.Plan {
		r.AddOns, r.AddOnPrice, r.BaseGB, r.PoolGB = p.addOns, p.price, p.baseGB, p.poolGB
	}
	if !look.Storage {
		return nil
	}
	// Change Plan has the exact figures, Resource Summary the one that people look at. Over quota it shows 0
	// (console FACTS 4).
	r.AvailableGB = max(0, p.poolGB-p.usedGB)
	least, most, err := t.readAvailable(ctx)
	if err != nil {
		return err
	}
	if r.AvailableGB < least || r.AvailableGB > most {
		return &provision.Error{Code: provision.Changed, Err: errDisagree, Message: fmt.Sprintf(
			"The console's books do not agree: Resource Summary shows %s GB Available, but Change Plan %s GB of which %s are used.",
			between(least, most), provision.Thousands(p.poolGB), provision.Thousands(p.usedGB))}
	}
	return nil
}

func between(least, most int) string {
	if least == most {
		return provision.Thousands(least)
	}
	return provision.Thousands(least) + " to " + provision.Thousands(most)
}

func (t *tab) lookAtGroups(ctx context.Context, look provision.Look, r *provision.Reading) error {
	rows, err := t.readGroups(ctx)
	if err != nil {
		return err
	}
	if look.Storage {
		row, err := defaultRow(rows)
		if err != nil {
			return err
		}
		if r.Default, err = t.group(ctx, *row); err != nil {
			return err
		}
	}
	if look.Group == "" {
		return nil
	}
	row, err := readsAs(rows, look.Group)
	if row == nil || err != nil {
		return err
	}
	g, err := t.group(ctx, *row)
	r.Customer = &g
	return err
}

func (t *tab) lookAtCharges(ctx context.Context, _ provision.Look, r *provision.Reading) (err error) {
	r.Charges, err = t.readCharges(ctx)
	return err
}
