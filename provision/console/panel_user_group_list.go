package console

import (
	"context"
	_ "embed"
	"fmt"
	"slices"
	"strings"

	"mozybot/provision"
	"mozybot/provision/spelling"
)

//go:embed panel_user_group_list.js
var userGroupListScript string

var userGroupList = menuPanel{"User Group List", "user_groups-list", "table.user_group_list"}

// groupRow is a row of the list as it is written (console FACTS 6.1).
type groupRow struct {
	ID      string `json:"id"`      // from the link to edit it
	ShownID string `json:"shownID"` // from the link to its details, "" if there is none
	Name    string `json:"name"`
	Sync    bool   `json:"sync"`
	Server  bool   `json:"server"`
	Type    string `json:"type"`
	Value   string `json:"value"`
	Used    string `json:"used"`
}

// userGroupListPanel is User Group List, open in a tab.
type userGroupListPanel struct{ tab *tab }

var (
	listFilled = wait{what: "the rows of User Group List", shown: "userGroupList.filled"}
	groupRows  = wait{shown: "userGroupList.read"}
)

// rows are those of all pages of the list.
func (p userGroupListPanel) rows(ctx context.Context) ([]groupRow, error) {
	// There is always the default group.
	if err := p.tab.await(ctx, listFilled, nil); err != nil {
		return nil, err
	}
	var rows []groupRow
	gave, err := p.tab.peeked.gave(groupRows.shown, nil, &rows)
	if err == nil && !gave {
		err = p.tab.call(ctx, groupRows.shown, nil, &rows)
	}
	if err != nil {
		return nil, err
	}
	for _, r := range rows {
		if r.ID == "" || (r.ShownID != "" && r.ShownID != r.ID) {
			return nil, changed("The group “%s” has the number %s where it is edited, but %s where it is shown.", short(r.Name), orNone(r.ID), orNone(r.ShownID))
		}
	}
	return rows, nil
}

// rowFinder finds the row of a group; nil when there is none.
type rowFinder func([]groupRow) (*groupRow, error)

func byName(name string) rowFinder {
	return func(rows []groupRow) (*groupRow, error) { return named(rows, name) }
}

func byNumber(id string) rowFinder {
	return func(rows []groupRow) (*groupRow, error) { return numbered(rows, id), nil }
}

// numbered is the row of the group with that number, nil if there is none.
func numbered(rows []groupRow, id string) *groupRow {
	if i := slices.IndexFunc(rows, func(r groupRow) bool { return r.ID == id }); i >= 0 {
		return &rows[i]
	}
	return nil
}

// named is the one row of exactly that name, nil if there is none. Two are one too many to choose from.
func named(rows []groupRow, name string) (*groupRow, error) {
	var found *groupRow
	for i, r := range rows {
		if r.Name != strings.TrimSpace(name) {
			continue
		}
		if found != nil {
			return nil, changed("The console has two groups named “%s”: %s and %s.", name, found.ID, r.ID)
		}
		found = &rows[i]
	}
	return found, nil
}

// readsAs is the row that a reader takes for that name: the one of exactly that name, else the first that only looks like it.
func readsAs(rows []groupRow, name string) (*groupRow, error) {
	row, err := named(rows, name)
	if row != nil || err != nil {
		return row, err
	}
	at := slices.IndexFunc(rows, func(r groupRow) bool { return spelling.Same(r.Name, name) })
	if at < 0 {
		return nil, nil
	}
	return &rows[at], nil
}

// defaultRow is the one row of the default group.
func defaultRow(rows []groupRow) (*groupRow, error) {
	row, err := named(rows, provision.DefaultGroupName)
	if err == nil && row == nil {
		err = noDefaultGroup()
	}
	return row, err
}

// now gives the row that is looked for, nil if there is none. The list is loaded before unless it was right before.
func (p userGroupListPanel) now(ctx context.Context, find rowFinder) (*groupRow, error) {
	if err := p.tab.menu().have(ctx, userGroupList); err != nil {
		return nil, err
	}
	rows, err := p.rows(ctx)
	if err != nil {
		return nil, err
	}
	return find(rows)
}

// number is what the list has for a name as it stands, even if it is old; "" when it does not show that.
func (p userGroupListPanel) number(ctx context.Context, name string) (id string, err error) {
	err = p.tab.call(ctx, "userGroupList.numberOf", map[string]string{"name": name}, &id)
	return id, err
}

// nowAfter starts what the list leads to from the list as it stands, and loads the list afresh meanwhile, unless it was right
// before: start gets the number that the group of that name has there. When the new list has another for it, or the old one
// none, or start failed there, it is called with what the new one has. There is no such group when the row is nil.
func (p userGroupListPanel) nowAfter(ctx context.Context, name string, start func(id string) error) (*groupRow, error) {
	if p.tab.stands.has(userGroupList) {
		row, err := p.now(ctx, byName(name))
		if row == nil || err != nil {
			return row, err
		}
		return row, start(row.ID)
	}
	id, err := p.number(ctx, name)
	if err != nil {
		return nil, err
	}
	started := id != "" && start(id) == nil // a group that has just gone says nothing of the list as it is now
	row, err := p.now(ctx, byName(name))
	if row == nil || err != nil || started && row.ID == id {
		return row, err
	}
	return row, start(row.ID)
}

// groupNow gives the group that is looked for, nil if there is none, from the list as it is now.
func (p userGroupListPanel) groupNow(ctx context.Context, find rowFinder) (*provision.Group, error) {
	row, err := p.now(ctx, find)
	if row == nil || err != nil {
		return nil, err
	}
	g, err := p.group(ctx, *row)
	return &g, err
}

// group reads a row's figures. The list rounds large ones to TB: of what is assigned the exact figure is in the group's
// own panel; of what is used the upper bound is taken, because nothing may be taken away from below it.
func (p userGroupListPanel) group(ctx context.Context, r groupRow) (provision.Group, error) {
	g := provision.Group{ID: r.ID, Name: r.Name, Type: provision.StorageType(r.Type), Sync: r.Sync, Server: r.Server}
	var err error
	if _, g.UsedGB, err = gigabytes(r.Used); err != nil {
		return g, fmt.Errorf("reading what the group %s uses: %w", r.ID, err)
	}
	if g.Type != provision.Assigned {
		return g, nil
	}
	least, most, err := gigabytes(r.Value)
	if err != nil {
		return g, fmt.Errorf("reading what is assigned to the group %s: %w", r.ID, err)
	}
	if g.AssignedGB = most; least == most {
		return g, nil
	}
	edit, err := p.edit(ctx, r.ID)
	if err != nil {
		return g, err
	}
	form, err := edit.form(ctx)
	if err != nil {
		return g, err
	}
	g.AssignedGB, err = whole("The Assigned box of the group "+r.ID, form.Assigned)
	if _, wanted := p.tab.stands.group(edit.id); wanted || err != nil {
		return g, err
	}
	return g, edit.close(ctx)
}

// add starts to open the form for a new group, unless it was opened right before. started is false where the list cannot be clicked in.
func (p userGroupListPanel) add(ctx context.Context) (form groupPanel, started bool, err error) {
	if form, stands := p.tab.stands.group(addGroupPanel); stands {
		return form, true, nil
	}
	load := p.tab.begin(wait{
		what: "the panel Add Group", shown: "group.read", args: map[string]string{"panel": addGroupPanel, "adds": "yes"},
		again: "userGroupList.addAgain", missing: "group.lacks",
	})
	err = p.tab.call(ctx, "userGroupList.add", nil, &started)
	return groupPanel{tab: p.tab, id: addGroupPanel, load: load}, started, err
}

// edit starts to open the form of the group with that number, unless it was opened right before.
func (p userGroupListPanel) edit(ctx context.Context, id string) (groupPanel, error) {
	if form, stands := p.tab.stands.group(editPanel(id)); stands {
		return form, nil
	}
	p.tab.early.settle(ctx, p.tab, editPanel(id))
	load, err := p.tab.start(ctx, "userGroupList.edit", wait{
		what: "the panel of the group " + id, shown: "group.read", args: map[string]string{"id": id, "panel": editPanel(id)},
		again: "userGroupList.editAgain", missing: "group.lacks",
	})
	return groupPanel{tab: p.tab, id: editPanel(id), load: load}, err
}

// details starts to open a group's details, where its name leads to them, unless they were opened right before.
func (p userGroupListPanel) details(ctx context.Context, id string) (groupDetailsPanel, error) {
	if shown, stands := p.tab.stands.groupDetails(detailsPanel(id)); stands {
		return shown, nil
	}
	p.tab.early.settle(ctx, p.tab, detailsPanel(id))
	load, err := p.tab.start(ctx, "userGroupList.show", wait{
		what: "the details of the group " + id, shown: "group.id", args: map[string]string{"id": id, "panel": detailsPanel(id)},
		again: "userGroupList.showAgain",
	})
	return groupDetailsPanel{p.tab, detailsPanel(id), load}, err
}

func orNone(id string) string {
	if id == "" {
		return "none"
	}
	return id
}
