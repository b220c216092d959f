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

// readGroups reads all pages of the open list.
func (t *tab) readGroups(ctx context.Context) ([]groupRow, error) {
	// There is always the default group.
	if err := t.await(ctx, wait{what: "the rows of User Group List", shown: "userGroupList.filled"}, nil); err != nil {
		return nil, err
	}
	var rows []groupRow
	if err := t.call(ctx, "userGroupList.read", nil, &rows); err != nil {
		return nil, err
	}
	for _, r := range rows {
		if r.ID == "" || (r.ShownID != "" && r.ShownID != r.ID) {
			return nil, changed("The group “%s” has the number %s where it is edited, but %s where it is shown.", short(r.Name), orNone(r.ID), orNone(r.ShownID))
		}
	}
	return rows, nil
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

// group reads a row's figures. The list rounds large ones to TB: of what is assigned the exact figure is in the group's
// own panel; of what is used the upper bound is taken, because nothing may be taken away from below it.
func (t *tab) group(ctx context.Context, r groupRow) (provision.Group, error) {
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
	form, err := t.openEdit(ctx, r.ID)
	if err != nil {
		return g, err
	}
	if g.AssignedGB, err = whole("The Assigned box of the group "+r.ID, form.Assigned); err != nil {
		return g, err
	}
	return g, t.call(ctx, "close", editPanel(r.ID), nil)
}

func orNone(id string) string {
	if id == "" {
		return "none"
	}
	return id
}
