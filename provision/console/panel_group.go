package console

import (
	"context"
	_ "embed"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/sirupsen/logrus"

	"mozybot/provision"
)

//go:embed panel_group.js
var groupScript string

const addGroupPanel = "user_groups-new"

func editPanel(id string) string { return "user_groups-edit_storage_pool_policy-" + id }
func showPanel(id string) string { return "user_groups-show-" + id }

// groupForm is what the forms to add and to edit a group show before anything is typed (console.md 6.2).
type groupForm struct {
	Type         string `json:"type"`
	Assigned     string `json:"assigned"`
	OffersSync   bool   `json:"offersSync"`
	OffersServer bool   `json:"offersServer"`
}

// groupWish is what a form shall say. What is nil is left as it is.
type groupWish struct {
	Panel  string  `json:"panel"`
	Name   *string `json:"name,omitempty"`
	GB     string  `json:"gb"` // Assigned
	Sync   *bool   `json:"sync,omitempty"`
	Server *bool   `json:"server,omitempty"`
}

// openAdd opens Add Group from the open list.
func (t *tab) openAdd(ctx context.Context) (groupForm, error) {
	args := map[string]string{"panel": addGroupPanel, "adds": "yes"}
	mark := t.traffic.mark()
	if err := t.call(ctx, "userGroupList.add", args, nil); err != nil {
		return groupForm{}, err
	}
	var shown groupForm
	err := t.awaitSince(ctx, mark, wait{
		what: "the panel Add Group", shown: "group.read", args: args, again: "userGroupList.addAgain", missing: "group.lacks",
	}, &shown)
	return shown, err
}

// openEdit opens a group's panel from the open list.
func (t *tab) openEdit(ctx context.Context, id string) (groupForm, error) {
	args := map[string]string{"id": id, "panel": editPanel(id)}
	mark := t.traffic.mark()
	if err := t.call(ctx, "userGroupList.edit", args, nil); err != nil {
		return groupForm{}, err
	}
	var shown groupForm
	err := t.awaitSince(ctx, mark, wait{
		what: "the panel of the group " + id, shown: "group.read", args: args, again: "userGroupList.editAgain", missing: "group.lacks",
	}, &shown)
	return shown, err
}

// saveGroup fills the open form in and saves it. It gives what the console said.
func (c *Console) saveGroup(ctx context.Context, t *tab, wish groupWish) ([]message, error) {
	if err := t.await(ctx, wait{
		what: "the Assigned box", shown: "group.fill", args: wish, again: "group.fillAgain",
	}, nil); err != nil {
		return nil, err
	}
	c.evidence.picture(ctx, t, wish.Panel, "before")
	var says []message
	err := t.do(ctx, press{
		what: "saving the group", press: "group.press", fill: "group.fill", outcome: "group.outcome", args: wish,
	}, &says)
	if err == nil {
		c.evidence.picture(ctx, t, wish.Panel, "after")
	}
	return says, err
}

// groupNow loads the list anew and gives the group of that name, nil if there is none.
func (t *tab) groupNow(ctx context.Context, name string) (*provision.Group, error) {
	if err := t.open(ctx, userGroupList); err != nil {
		return nil, err
	}
	rows, err := t.readGroups(ctx)
	if err != nil {
		return nil, err
	}
	row, err := named(rows, name)
	if row == nil || err != nil {
		return nil, err
	}
	g, err := t.group(ctx, *row)
	return &g, err
}

// AddGroup creates the customer's group (runbook step 4): type Assigned, with Sync and Server Support as given.
// Conflict when there is a group of that name; Changed, and nothing saved, when the form lacks a box that is to be
// ticked or the console refuses.
func (c *Console) AddGroup(ctx context.Context, group provision.Group) error {
	group.Name = strings.TrimSpace(group.Name) // as the console does
	return c.working.use(ctx, "adding the group", func(ctx context.Context, t *tab) error {
		return c.addGroup(ctx, t, group)
	})
}

func (c *Console) addGroup(ctx context.Context, t *tab, group provision.Group) error {
	switch there, err := t.groupNow(ctx, group.Name); {
	case err != nil:
		return err
	case there != nil:
		return groupExists(there)
	}
	form, err := t.openAdd(ctx)
	if err != nil {
		return err
	}
	if group.Sync && !form.OffersSync {
		return &lookAt{changed("The form for a new group has no box Enable Sync. Nothing was saved."), addGroupPanel}
	}
	if group.Server && !form.OffersServer {
		return &lookAt{changed("The form for a new group has no box Server Support: the server plan is not switched on in Change Plan. Nothing was saved."), addGroupPanel}
	}
	says, err := c.saveGroup(ctx, t, groupWish{
		Panel: addGroupPanel, Name: &group.Name, GB: strconv.Itoa(group.AssignedGB), Sync: &group.Sync, Server: &group.Server,
	})
	if err != nil {
		return err
	}
	there, err := t.groupNow(ctx, group.Name)
	switch {
	case err != nil:
		return uncertain("reading the new group back", err)
	case there == nil && anyError(says):
		return refusal("the new group", texts(says))
	case there == nil:
		return fmt.Errorf("the group is not in the list after saving it, and the console said %s", quoted(texts(says)))
	case anyError(says):
		return groupExists(there) // it was refused, and yet there is one: somebody was faster
	}
	wanted := group
	wanted.ID, wanted.Type, wanted.UsedGB = there.ID, provision.Assigned, there.UsedGB
	if *there != wanted {
		return changed("The new group %s was saved as %s, not as %s.", there.ID, describe(*there), describe(wanted))
	}
	about(provision.EvidenceFor(ctx), c.cfg.Log).WithFields(logrus.Fields{"group": there.ID, "gb": there.AssignedGB}).Info("Added the group.")
	return nil
}

func groupExists(g *provision.Group) error {
	return provision.Errorf(provision.Conflict, "The console already has a group named %q: Account ID %s, %s.", g.Name, g.ID, describe(*g))
}

func describe(g provision.Group) string {
	on := map[bool]string{true: "on", false: "off"}
	return fmt.Sprintf("%s %d GB, Sync %s, Server Support %s", g.Type, g.AssignedGB, on[g.Sync], on[g.Server])
}

// AssignDefault gives the default group another figure (runbook step 6). Stale when it does not have fromGB, or is not
// of type Assigned any more; Changed when the console refuses.
func (c *Console) AssignDefault(ctx context.Context, fromGB, toGB int) error {
	doing := fmt.Sprintf("changing the default group from %d to %d GB", fromGB, toGB)
	return c.working.use(ctx, doing, func(ctx context.Context, t *tab) error {
		return c.assignDefault(ctx, t, fromGB, toGB)
	})
}

func (c *Console) assignDefault(ctx context.Context, t *tab, fromGB, toGB int) error {
	there, err := t.defaultGroup(ctx)
	if err != nil {
		return err
	}
	form, err := t.openEdit(ctx, there.ID)
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
	says, err := c.saveGroup(ctx, t, groupWish{Panel: editPanel(there.ID), GB: strconv.Itoa(toGB)})
	if err != nil {
		return err
	}
	now, err := t.defaultGroup(ctx)
	switch {
	case err != nil:
		return uncertain("reading the default group back", err)
	case now.AssignedGB == toGB:
		about(provision.EvidenceFor(ctx), c.cfg.Log).WithFields(logrus.Fields{"from": fromGB, "to": toGB}).Info("Changed the default group.")
		return nil
	case now.AssignedGB == fromGB && anyError(says):
		return refusal(fmt.Sprintf("%d GB for the default group", toGB), texts(says))
	}
	return fmt.Errorf("the default group has %d GB after changing %d to %d, and the console said %s",
		now.AssignedGB, fromGB, toGB, quoted(texts(says)))
}

// defaultGroup loads the list anew and gives the default group.
func (t *tab) defaultGroup(ctx context.Context) (provision.Group, error) {
	g, err := t.groupNow(ctx, provision.DefaultGroupName)
	if err == nil && g == nil {
		err = changed("The console has no group named %q.", provision.DefaultGroupName)
	}
	if err != nil {
		return provision.Group{}, err
	}
	return *g, nil
}

// AccountID is the number of the group of exactly this name (runbook step 8): the one at the end of the address of its
// popped-out panel. The panel's own id and the ID in the group's details must agree. NotFound when there is no such
// group.
func (c *Console) AccountID(ctx context.Context, group string) (string, error) {
	var id string
	err := c.working.use(ctx, "reading the Account ID", func(ctx context.Context, t *tab) error {
		var err error
		id, err = t.accountID(ctx, group)
		return err
	})
	return id, err
}

func (t *tab) accountID(ctx context.Context, name string) (string, error) {
	if err := t.open(ctx, userGroupList); err != nil {
		return "", err
	}
	rows, err := t.readGroups(ctx)
	if err != nil {
		return "", err
	}
	row, err := named(rows, name)
	if err != nil {
		return "", err
	}
	if row == nil {
		return "", provision.Errorf(provision.NotFound, "The console has no group named %q.", name)
	}
	if _, err := t.openEdit(ctx, row.ID); err != nil {
		return "", err
	}
	popped, err := t.popOut(ctx, editPanel(row.ID))
	if err != nil {
		return "", err
	}
	if popped != row.ID {
		return "", changed("The popped-out panel of the group ends in %q, but the panel itself has the number %s.", popped, row.ID)
	}
	if row.ShownID == "" {
		return row.ID, nil
	}
	args := map[string]string{"id": row.ID, "panel": showPanel(row.ID)}
	mark := t.traffic.mark()
	if err := t.call(ctx, "userGroupList.show", args, nil); err != nil {
		return "", err
	}
	var shown string
	if err := t.awaitSince(ctx, mark, wait{
		what: "the details of the group " + row.ID, shown: "group.id", args: args, again: "userGroupList.showAgain",
	}, &shown); err != nil {
		return "", err
	}
	if shown != "" && shown != row.ID {
		return "", changed("The details of the group show the ID %q, but its panel has the number %s.", short(shown), row.ID)
	}
	return row.ID, nil
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
		return "", changed("The address of the popped-out panel does not end in a number: %q.", short(address))
	}
	return found[1], nil
}
