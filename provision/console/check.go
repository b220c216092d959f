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
	_, err := c.read(ctx, use, provision.Look{Role: role, Job: at.Job, Step: at.Step})
	return err
}

// panelCheck looks over what a reading with a role has opened.
type panelCheck struct{ *reading }

func (c panelCheck) run(ctx context.Context) error {
	if err := c.complete(ctx,
		form{changePlan.Menu, changePlan.Panel, "changePlan", nil},
		form{resourceSummary.Menu, resourceSummary.Panel, "resourceSummary", nil},
		form{userGroupList.Menu, userGroupList.Panel, "userGroupList", nil},
		form{billingHistory.Menu, billingHistory.Panel, "billingHistory", nil},
		form{addNewAdmin.Menu, addNewAdmin.Panel, "addAdmin", map[string]string{"role": c.asked.Role}},
		form{searchAdmins.Menu, searchAdmins.Panel, "admins", map[string]string{"panel": searchAdmins.Panel}},
	); err != nil {
		return err
	}
	if err := c.defaultForm(ctx); err != nil {
		return err
	}
	if err := c.figures(ctx); err != nil {
		return err
	}
	if err := c.groupForms(ctx); err != nil {
		return err
	}
	if err := c.tab.menu().opened(ctx, c.listing, listAdmins); err != nil {
		return err
	}
	return c.complete(ctx, form{listAdmins.Menu, listAdmins.Panel, "admins", map[string]string{"panel": listAdmins.Panel}})
}

// defaultForm makes sure that the default group's form is on its way.
func (c panelCheck) defaultForm(ctx context.Context) error {
	rows, err := userGroupListPanel{c.tab}.rows(ctx)
	if err != nil {
		return err
	}
	def, err := defaultRow(rows)
	if err != nil {
		return err
	}
	return c.openForms(ctx, def.ID)
}

// figures reads what the controls say, which counts as well: the label's unit, the figures, the charges.
func (c panelCheck) figures(ctx context.Context) error {
	if _, err := (changePlanPanel{c.tab}).read(ctx); err != nil {
		return err
	}
	if _, _, err := (resourceSummaryPanel{c.tab}).available(ctx); err != nil {
		return err
	}
	_, err := billingHistoryPanel{c.tab}.charges(ctx)
	return err
}

// groupForms looks at the forms that User Group List leads to: the default group's and the one for a new group.
func (c panelCheck) groupForms(ctx context.Context) error {
	if err := c.forms(ctx); err != nil {
		return err
	}
	if _, err := c.add.form(ctx); err != nil {
		return err
	}
	edit := editPanel(c.formsOf)
	return c.complete(ctx,
		form{"Add Group", c.add.id, "group", map[string]string{"panel": c.add.id, "adds": "yes"}},
		form{"Edit Group", edit, "group", map[string]string{"panel": edit}},
	)
}

// complete waits until all of the forms have what they need.
func (c panelCheck) complete(ctx context.Context, forms ...form) error {
	err := c.tab.await(ctx, wait{
		what: "all that is needed of its panels", shown: "complete", args: forms, missing: "incomplete",
	}, nil)
	return pointing(ctx, c.tab, err, "lacking", forms)
}
