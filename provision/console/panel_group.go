package console

import (
	"context"
	_ "embed"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"mozybot/provision"
)

//go:embed panel_group.js
var groupScript string

const addGroupPanel = "user_groups-new"

func editPanel(id string) string    { return "user_groups-edit_storage_pool_policy-" + id }
func detailsPanel(id string) string { return "user_groups-show-" + id }

// groupForm is what the forms to add and to edit a group show before anything is typed (console FACTS 6.2).
type groupForm struct {
	Type         string `json:"type"`
	Assigned     string `json:"assigned"`
	OffersSync   bool   `json:"offersSync"`
	OffersServer bool   `json:"offersServer"`
}

// groupValues are what a form shall say. What is nil is left as it is.
type groupValues struct {
	Panel  string  `json:"panel"` // save says which
	Name   *string `json:"name,omitempty"`
	GB     string  `json:"gb"` // Assigned
	Sync   *bool   `json:"sync,omitempty"`
	Server *bool   `json:"server,omitempty"`
}

// groupPanel is a form for a group in a tab: Add Group, or the group's own.
type groupPanel struct {
	tab    *tab
	id     string // the panel's
	load   pendingLoad
	beside func(context.Context) error // see press
}

// form is what the panel shows, once it has opened.
func (p groupPanel) form(ctx context.Context) (shown groupForm, err error) {
	err = p.tab.finish(ctx, p.load, &shown)
	return shown, err
}

// save fills the form in and saves it, with pictures of both. It gives what the console said.
func (p groupPanel) save(ctx context.Context, values groupValues) ([]message, error) {
	values.Panel = p.id
	if err := p.tab.await(ctx, wait{
		what: "the Assigned box", shown: "group.fill", args: values, again: "group.fillAgain",
	}, nil); err != nil {
		return nil, err
	}
	p.tab.evidence.picture(ctx, p.tab, p.id, "before")
	var says []message
	err := p.tab.do(ctx, press{
		what: "saving the group", press: "group.press", fill: "group.fill", outcome: "group.outcome", args: values, beside: p.beside,
	}, &says)
	if err == nil {
		p.tab.evidence.picture(ctx, p.tab, p.id, "after")
	}
	return says, err
}

// digitsAtTheEnd of a web address, behind which only marks may stand.
var digitsAtTheEnd = regexp.MustCompile(`(\d+)[/#&]?$`)

// popOut pops the panel out, unless that was done early, and gives the digits at the end of the new window's address.
func (p groupPanel) popOut(ctx context.Context) (string, error) {
	if !p.tab.early.takePopped(p.id) {
		p.tab.popped.begin(p.tab)
	}
	// What the page wants to open is known without a window, which costs more than a panel. One is opened where that is not enough.
	defer func() { p.tab.gesture = false }()
	address, err := p.tab.popped.open(ctx, p.tab, func() error {
		err := p.tab.call(ctx, "group.popOut", map[string]string{"panel": p.id}, nil)
		p.tab.gesture = true
		return err
	})
	if err != nil {
		return "", fmt.Errorf("popping the panel out: %w", err)
	}
	found := digitsAtTheEnd.FindStringSubmatch(address)
	if found == nil {
		return "", changed("The address of the popped-out panel does not end in a number: %s", short(address))
	}
	return found[1], nil
}

// close takes the panel off the page, which would else grow with every customer.
func (p groupPanel) close(ctx context.Context) error { return p.tab.call(ctx, "close", p.id, nil) }

// groupDetailsPanel shows a group in a tab, without a form.
type groupDetailsPanel struct {
	tab  *tab
	id   string // the panel's
	load pendingLoad
}

// number is the ID that the details show, once they have opened; "" if they show none.
func (p groupDetailsPanel) number(ctx context.Context) (shown string, err error) {
	err = p.tab.finish(ctx, p.load, &shown)
	return shown, err
}

// AddGroup creates the customer's group (runbook step 4): type Assigned, with Sync and Server Support as given.
// Conflict when there is a group of that name; Changed, and nothing saved, when the form lacks a box that is to be
// ticked or the console refuses.
func (c *Console) AddGroup(ctx context.Context, at provision.JobStep, group provision.Group) (evidence []string, err error) {
	group.Name = strings.TrimSpace(group.Name) // as the console does
	return c.working.use(ctx, at, "adding the group", func(ctx context.Context, t *tab) error {
		return addGroup(ctx, t, group)
	})
}

func addGroup(ctx context.Context, t *tab, group provision.Group) error {
	list := userGroupListPanel{t}
	if err := t.peekStanding(ctx); err != nil {
		return err
	}
	add, there, err := addUnlessThere(ctx, list, group.Name)
	switch {
	case err != nil:
		return err
	case there != nil:
		return groupExists(there)
	}
	form, err := add.form(ctx)
	if err != nil {
		return err
	}
	if group.Sync && !form.OffersSync {
		return &lookAt{changed("The form for a new group has no box Enable Sync. Nothing was saved."), addGroupPanel}
	}
	if group.Server && !form.OffersServer {
		return &lookAt{changed("The form for a new group has no box Server Support: the server plan is not switched on in Change Plan. Nothing was saved."), addGroupPanel}
	}
	says, err := add.save(ctx, groupValues{
		Name: &group.Name, GB: strconv.Itoa(group.AssignedGB), Sync: &group.Sync, Server: &group.Server,
	})
	if err != nil || !anyError(says) {
		return err
	}
	switch there, err := list.groupNow(ctx, byName(group.Name)); {
	case err != nil:
		return uncertain("looking for the group that the console complained of", err)
	case there == nil:
		return refusal("the new group", texts(says))
	default:
		return groupExists(there) // it was refused, and yet there is one: somebody was faster
	}
}

// addUnlessThere starts to open the form for a new group, and gives the group of that name instead if there is one.
func addUnlessThere(ctx context.Context, list userGroupListPanel, name string) (add groupPanel, there *provision.Group, err error) {
	adding := prefetch{start: func(ctx context.Context, _ bool) (started bool, err error) {
		add, started, err = list.add(ctx)
		return started, err
	}}
	if err := prefetchEarly(ctx, &adding); err != nil {
		return add, nil, err
	}
	there, err = list.groupNow(ctx, byName(name))
	if there != nil || err != nil {
		return add, there, err
	}
	err = prefetchRest(ctx, &adding)
	return add, nil, err
}

func groupExists(g *provision.Group) error {
	return provision.Errorf(provision.Conflict, "The console already has a group named “%s”: Account ID %s, %s.", g.Name, g.ID, describe(*g))
}

func describe(g provision.Group) string {
	on := map[bool]string{true: "on", false: "off"}
	return fmt.Sprintf("%s %d GB, Sync %s, Server Support %s", g.Type, g.AssignedGB, on[g.Sync], on[g.Server])
}

// AssignDefault gives the default group another figure (runbook step 6). Stale when it does not have fromGB, or is not
// of type Assigned any more; Changed when the console refuses.
func (c *Console) AssignDefault(ctx context.Context, at provision.JobStep, fromGB, toGB int) (evidence []string, err error) {
	doing := fmt.Sprintf("changing the default group from %d to %d GB", fromGB, toGB)
	return c.working.use(ctx, at, doing, func(ctx context.Context, t *tab) error {
		return assignDefault(ctx, t, fromGB, toGB)
	})
}

func assignDefault(ctx context.Context, t *tab, fromGB, toGB int) error {
	list := userGroupListPanel{t}
	if err := t.peekStanding(ctx); err != nil {
		return err
	}
	var edit groupPanel
	row, err := list.nowAfter(ctx, provision.DefaultGroupName, func(id string) (err error) {
		edit, err = list.edit(ctx, id)
		return err
	})
	if err != nil {
		return err
	}
	if row == nil {
		return noDefaultGroup()
	}
	edit.beside = func(ctx context.Context) error { return t.early.aheadOfID(ctx, t) }
	return assign(ctx, edit, "the default group", fromGB, groupValues{GB: strconv.Itoa(toGB)}, func() (*provision.Group, error) {
		return list.groupNow(ctx, byName(provision.DefaultGroupName))
	})
}

func noDefaultGroup() error {
	return changed("The console has no group named “%s”.", provision.DefaultGroupName)
}

// AccountID is the number of the group of exactly this name (runbook step 8): the one at the end of the address of its
// popped-out panel. The panel's own id and the ID in the group's details must agree. NotFound when there is no such
// group. The panel of that number may have been popped out early, beside an act of the same job's visit.
func (c *Console) AccountID(ctx context.Context, at provision.JobStep, group string) (string, error) {
	var id string
	_, err := c.working.use(ctx, at, DoingReadID, func(ctx context.Context, t *tab) (err error) {
		if err := t.peekStanding(ctx); err != nil {
			return err
		}
		id, err = accountID(ctx, userGroupListPanel{t}, group)
		return err
	})
	return id, err
}

func accountID(ctx context.Context, list userGroupListPanel, name string) (string, error) {
	var edit groupPanel
	var details groupDetailsPanel
	row, err := list.nowAfter(ctx, name, func(id string) (err error) {
		if edit, err = list.edit(ctx, id); err == nil {
			details, err = list.details(ctx, id)
		}
		return err
	})
	if err != nil {
		return "", err
	}
	if row == nil {
		return "", provision.Errorf(provision.NotFound, "The console has no group named “%s”.", name)
	}
	if _, err := edit.form(ctx); err != nil {
		return "", err
	}
	early := list.tab.early.popping
	popped, err := edit.popOut(ctx)
	if early && (err != nil || popped != row.ID) { // the page may have opened another window since
		popped, err = edit.popOut(ctx)
	}
	if err != nil {
		return "", err
	}
	if popped != row.ID {
		return "", changed("The address of the group's popped-out panel ends in %s, but the panel itself has the number %s.", popped, row.ID)
	}
	if row.ShownID != "" {
		shown, err := details.number(ctx)
		if err != nil {
			return "", err
		}
		if shown != "" && shown != row.ID {
			return "", changed("The details of the group show the ID %s, but its panel has the number %s.", short(shown), row.ID)
		}
	}
	return row.ID, list.tab.call(ctx, "closeAll", []string{edit.id, details.id}, nil)
}
