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

func editPanel(id string) string { return "user_groups-edit_storage_pool_policy-" + id }
func showPanel(id string) string { return "user_groups-show-" + id }

// groupForm is what the forms to add and to edit a group show before anything is typed (console FACTS 6.2).
type groupForm struct {
	Type         string `json:"type"`
	Assigned     string `json:"assigned"`
	OffersSync   bool   `json:"offersSync"`
	OffersServer bool   `json:"offersServer"`
}

// groupValues are what a form shall say. What is nil is left as it is.
type groupValues struct {
	Panel  string  `json:"panel"`
	Name   *string `json:"name,omitempty"`
	GB     string  `json:"gb"` // Assigned
	Sync   *bool   `json:"sync,omitempty"`
	Server *bool   `json:"server,omitempty"`
}

// startAdd opens Add Group from the open list.
func (t *tab) startAdd(ctx context.Context) (pendingLoad, error) {
	return t.start(ctx, "userGroupList.add", wait{
		what: "the panel Add Group", shown: "group.read", args: map[string]string{"panel": addGroupPanel, "adds": "yes"},
		again: "userGroupList.addAgain", missing: "group.lacks",
	})
}

// startEdit opens a group's panel from the open list.
func (t *tab) startEdit(ctx context.Context, id string) (pendingLoad, error) {
	return t.start(ctx, "userGroupList.edit", wait{
		what: "the panel of the group " + id, shown: "group.read", args: map[string]string{"id": id, "panel": editPanel(id)},
		again: "userGroupList.editAgain", missing: "group.lacks",
	})
}

// form waits for a panel of these two kinds and reads it.
func (t *tab) form(ctx context.Context, o pendingLoad) (shown groupForm, err error) {
	err = t.finish(ctx, o, &shown)
	return shown, err
}

// startShow opens a group's details from the open list, where its name leads to them.
func (t *tab) startShow(ctx context.Context, id string) (pendingLoad, error) {
	return t.start(ctx, "userGroupList.show", wait{
		what: "the details of the group " + id, shown: "group.id", args: map[string]string{"id": id, "panel": showPanel(id)},
		again: "userGroupList.showAgain",
	})
}

func (t *tab) openEdit(ctx context.Context, id string) (groupForm, error) {
	o, err := t.startEdit(ctx, id)
	if err != nil {
		return groupForm{}, err
	}
	return t.form(ctx, o)
}

// ahead starts what the list leads to from the list as it stands, and loads the list afresh meanwhile: start gets the number
// that the group of that name has there. When the new list has another for it, or the old one none, start is called with
// what the new one has. There is no such group when the row is nil.
func (t *tab) ahead(ctx context.Context, name string, start func(id string) error) (*groupRow, error) {
	var id string
	if err := t.call(ctx, "userGroupList.numberOf", map[string]string{"name": name}, &id); err != nil {
		return nil, err
	}
	if id != "" {
		if err := start(id); err != nil {
			return nil, err
		}
	}
	row, err := t.row(ctx, name)
	if row == nil || err != nil || row.ID == id {
		return row, err
	}
	return row, start(row.ID)
}

// row loads the list afresh and gives the one row of exactly that name, nil if there is none.
func (t *tab) row(ctx context.Context, name string) (*groupRow, error) {
	if err := t.open(ctx, userGroupList); err != nil {
		return nil, err
	}
	rows, err := t.readGroups(ctx)
	if err != nil {
		return nil, err
	}
	return named(rows, name)
}

// saveGroup fills the open form in and saves it. It gives what the console said.
func (c *Console) saveGroup(ctx context.Context, t *tab, values groupValues) ([]message, error) {
	if err := t.await(ctx, wait{
		what: "the Assigned box", shown: "group.fill", args: values, again: "group.fillAgain",
	}, nil); err != nil {
		return nil, err
	}
	c.evidence.picture(ctx, t, values.Panel, "before")
	var says []message
	err := t.do(ctx, press{
		what: "saving the group", press: "group.press", fill: "group.fill", outcome: "group.outcome", args: values,
	}, &says)
	if err == nil {
		c.evidence.picture(ctx, t, values.Panel, "after")
	}
	return says, err
}

// groupNow loads the list afresh and gives the group of that name, nil if there is none.
func (t *tab) groupNow(ctx context.Context, name string) (*provision.Group, error) {
	row, err := t.row(ctx, name)
	if row == nil || err != nil {
		return nil, err
	}
	g, err := t.group(ctx, *row)
	return &g, err
}

// AddGroup creates the customer's group (runbook step 4): type Assigned, with Sync and Server Support as given.
// Conflict when there is a group of that name; Changed, and nothing saved, when the form lacks a box that is to be
// ticked or the console refuses.
func (c *Console) AddGroup(ctx context.Context, at provision.JobStep, group provision.Group) (evidence []string, err error) {
	group.Name = strings.TrimSpace(group.Name) // as the console does
	return c.working.use(ctx, at, "adding the group", func(ctx context.Context, t *tab) error {
		return c.addGroup(ctx, t, group)
	})
}

func (c *Console) addGroup(ctx context.Context, t *tab, group provision.Group) error {
	form, there, err := t.formToAdd(ctx, group.Name)
	switch {
	case err != nil:
		return err
	case there != nil:
		return groupExists(there)
	}
	if group.Sync && !form.OffersSync {
		return &lookAt{changed("The form for a new group has no box Enable Sync. Nothing was saved."), addGroupPanel}
	}
	if group.Server && !form.OffersServer {
		return &lookAt{changed("The form for a new group has no box Server Support: the server plan is not switched on in Change Plan. Nothing was saved."), addGroupPanel}
	}
	says, err := c.saveGroup(ctx, t, groupValues{
		Panel: addGroupPanel, Name: &group.Name, GB: strconv.Itoa(group.AssignedGB), Sync: &group.Sync, Server: &group.Server,
	})
	if err != nil || !anyError(says) {
		return err
	}
	switch there, err := t.groupNow(ctx, group.Name); {
	case err != nil:
		return uncertain("looking for the group that the console complained of", err)
	case there == nil:
		return refusal("the new group", texts(says))
	default:
		return groupExists(there) // it was refused, and yet there is one: somebody was faster
	}
}

// formToAdd opens the form for a new group, and looks meanwhile whether there is a group of that name.
func (t *tab) formToAdd(ctx context.Context, name string) (groupForm, *provision.Group, error) {
	adding := prefetch{stands: "userGroupList.stands", start: t.startAdd}
	if err := t.prefetchEarly(ctx, &adding); err != nil {
		return groupForm{}, nil, err
	}
	there, err := t.groupNow(ctx, name)
	if there != nil || err != nil {
		return groupForm{}, there, err
	}
	if err := prefetchRest(ctx, &adding); err != nil {
		return groupForm{}, nil, err
	}
	form, err := t.form(ctx, adding.load)
	return form, nil, err
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
		return c.assignDefault(ctx, t, fromGB, toGB)
	})
}

func (c *Console) assignDefault(ctx context.Context, t *tab, fromGB, toGB int) error {
	var editing pendingLoad
	row, err := t.ahead(ctx, provision.DefaultGroupName, func(id string) (err error) {
		editing, err = t.startEdit(ctx, id)
		return err
	})
	if err != nil {
		return err
	}
	if row == nil {
		return noDefaultGroup()
	}
	form, err := t.form(ctx, editing)
	if err != nil {
		return err
	}
	if form.Type != string(provision.Assigned) {
		return provision.Errorf(provision.Stale, "The default group is of type %s now, not Assigned.", short(form.Type))
	}
	has, err := whole("The Assigned box of the default group", form.Assigned)
	if err != nil {
		return err
	}
	if has != fromGB {
		return provision.Errorf(provision.Stale, "The default group has %s GB assigned now, not %s.",
			provision.Thousands(has), provision.Thousands(fromGB))
	}
	if toGB == fromGB {
		return nil
	}
	says, err := c.saveGroup(ctx, t, groupValues{Panel: editPanel(row.ID), GB: strconv.Itoa(toGB)})
	if err != nil || !anyError(says) {
		return err
	}
	switch now, err := t.groupNow(ctx, provision.DefaultGroupName); {
	case err != nil:
		return uncertain("looking at the default group that the console complained of", err)
	case now != nil && now.AssignedGB == fromGB:
		return refusal(fmt.Sprintf("%d GB for the default group", toGB), texts(says))
	}
	return fmt.Errorf("changing the default group from %d to %d GB: the console said %s", fromGB, toGB, quoted(texts(says)))
}

func noDefaultGroup() error {
	return changed("The console has no group named “%s”.", provision.DefaultGroupName)
}

// AccountID is the number of the group of exactly this name (runbook step 8): the one at the end of the address of its
// popped-out panel. The panel's own id and the ID in the group's details must agree. NotFound when there is no such
// group.
func (c *Console) AccountID(ctx context.Context, at provision.JobStep, group string) (string, error) {
	var id string
	_, err := c.working.use(ctx, at, DoingReadID, func(ctx context.Context, t *tab) error {
		var err error
		id, err = t.accountID(ctx, group)
		return err
	})
	return id, err
}

func (t *tab) accountID(ctx context.Context, name string) (string, error) {
	var editing, showing pendingLoad
	row, err := t.ahead(ctx, name, func(id string) (err error) {
		if editing, err = t.startEdit(ctx, id); err == nil {
			showing, err = t.startShow(ctx, id)
		}
		return err
	})
	if err != nil {
		return "", err
	}
	if row == nil {
		return "", provision.Errorf(provision.NotFound, "The console has no group named “%s”.", name)
	}
	if _, err := t.form(ctx, editing); err != nil {
		return "", err
	}
	popped, err := t.popOut(ctx, editPanel(row.ID))
	if err != nil {
		return "", err
	}
	if popped != row.ID {
		return "", changed("The address of the group's popped-out panel ends in %s, but the panel itself has the number %s.", popped, row.ID)
	}
	if err := t.call(ctx, "close", editPanel(row.ID), nil); err != nil {
		return "", err
	}
	if row.ShownID == "" {
		return row.ID, nil
	}
	var shown string
	if err := t.finish(ctx, showing, &shown); err != nil {
		return "", err
	}
	if shown != "" && shown != row.ID {
		return "", changed("The details of the group show the ID %s, but its panel has the number %s.", short(shown), row.ID)
	}
	return row.ID, t.call(ctx, "close", showPanel(row.ID), nil)
}

// digitsAtTheEnd of a web address, behind which only marks may stand.
var digitsAtTheEnd = regexp.MustCompile(`(\d+)[/#&]?$`)

// popOut pops the panel out and gives the digits at the end of the new window's address.
func (t *tab) popOut(ctx context.Context, panel string) (string, error) {
	address, err := t.popped.open(ctx, t, func() error {
		return t.call(ctx, "group.popOut", map[string]string{"panel": panel}, nil)
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
