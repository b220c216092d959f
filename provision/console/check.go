package console

import (
	"context"

	"mozybot/provision"
)

// form is a panel whose controls are checked: one of our scripts says what it needs.
type form struct {
	Title  string            `json:"title"` // as people know the panel
	Panel  string            `json:"panel"`
	Script string            `json:"script"`
	Args   map[string]string `json:"args"`
}

// Check walks the panels that the steps work with and makes sure that every control they need is there, and that an
// admin can be given the role. It changes nothing. The error has code Changed and names what is missing and how it was
// looked for.
//
// Server Support is left out: whether it is offered depends on what the reseller has bought, and is part of a Reading.
func (c *Console) Check(ctx context.Context, at provision.JobStep, role string) error {
	return c.check(ctx, c.working.use, at, role)
}

// Check is Console.Check in the Reader's own tab.
func (r *Reader) Check(ctx context.Context, at provision.JobStep, role string) error {
	return r.c.check(ctx, r.c.reading.begin, at, role)
}

func (c *Console) check(ctx context.Context, use using, at provision.JobStep, role string) error {
	_, err := use(ctx, at, DoingCheck, func(ctx context.Context, t *tab) error {
		return t.check(ctx, role)
	})
	return err
}

func (t *tab) check(ctx context.Context, role string) error {
	// List Admins comes with the second lot: a browser asks a server for six things at a time.
	if err := t.open(ctx, changePlan, resourceSummary, userGroupList, billingHistory, addNewAdmin, searchAdmins); err != nil {
		return err
	}
	if err := t.complete(ctx,
		form{changePlan.Menu, changePlan.Panel, "changePlan", nil},
		form{resourceSummary.Menu, resourceSummary.Panel, "resourceSummary", nil},
		form{userGroupList.Menu, userGroupList.Panel, "userGroupList", nil},
		form{billingHistory.Menu, billingHistory.Panel, "billingHistory", nil},
		form{addNewAdmin.Menu, addNewAdmin.Panel, "addAdmin", map[string]string{"role": role}},
		form{searchAdmins.Menu, searchAdmins.Panel, "admins", map[string]string{"panel": searchAdmins.Panel}},
	); err != nil {
		return err
	}
	rows, err := t.readGroups(ctx)
	if err != nil {
		return err
	}
	def, err := defaultRow(rows)
	if err != nil {
		return err
	}
	editing, err := t.startEdit(ctx, def.ID)
	if err != nil {
		return err
	}
	adding, err := t.startAdd(ctx)
	if err != nil {
		return err
	}
	listing, err := t.startMenu(ctx, listAdmins)
	if err != nil {
		return err
	}
	// What the controls say counts as well: the label's unit, the figures, the charges.
	if _, err := t.readPlan(ctx); err != nil {
		return err
	}
	if _, _, err := t.readAvailable(ctx); err != nil {
		return err
	}
	if _, err := t.readCharges(ctx); err != nil {
		return err
	}
	if _, err := t.form(ctx, editing); err != nil {
		return err
	}
	if _, err := t.form(ctx, adding); err != nil {
		return err
	}
	if err := t.complete(ctx,
		form{"Add Group", addGroupPanel, "group", map[string]string{"panel": addGroupPanel, "adds": "yes"}},
		form{"Edit Group", editPanel(def.ID), "group", map[string]string{"panel": editPanel(def.ID)}},
	); err != nil {
		return err
	}
	if err := t.opened(ctx, listing, listAdmins); err != nil {
		return err
	}
	return t.complete(ctx, form{listAdmins.Menu, listAdmins.Panel, "admins", map[string]string{"panel": listAdmins.Panel}})
}

// complete waits until all of the forms have what they need.
func (t *tab) complete(ctx context.Context, forms ...form) error {
	err := t.await(ctx, wait{
		what: "all that is needed of its panels", shown: "complete", args: forms, missing: "incomplete",
	}, nil)
	return t.pointing(ctx, err, "lacking", forms)
}
