package console

import (
	"context"
	_ "embed"
	"slices"
	"strings"

	"mozybot/provision"
)

//go:embed panel_admins.js
var adminsScript string

var (
	searchAdmins = menuPanel{"Search Admins", "admin-search", "#admin_search"}
	listAdmins   = menuPanel{"List Admins", "admin-list", "table#tree_all"}
)

// admin finds the admin of exactly this e-mail, in whatever case, nil if there is none. The search shows no more than
// 27 characters of an e-mail, so whoever could be meant is looked at in his own panel (console.md 7.3).
func (t *tab) admin(ctx context.Context, email string) (*provision.Admin, error) {
	if err := t.open(ctx, searchAdmins); err != nil {
		return nil, err
	}
	return t.searchAdmin(ctx, email)
}

// searchAdmin is admin once the search panel is open.
func (t *tab) searchAdmin(ctx context.Context, email string) (*provision.Admin, error) {
	email = strings.TrimSpace(email)
	args := map[string]string{"email": email}
	mark := t.traffic.mark()
	if err := t.await(ctx, wait{what: "the box of Search Admins", shown: "admins.search", args: args}, nil); err != nil {
		return nil, err
	}
	var ids []string
	if err := t.awaitSince(ctx, mark, wait{
		what: "the result of Search Admins", shown: "admins.found", args: args, again: "admins.search",
	}, &ids); err != nil {
		return nil, err
	}
	for _, id := range ids {
		a, err := t.adminOf(ctx, email, id)
		if err != nil {
			return nil, err
		}
		if strings.EqualFold(a.Email, email) {
			return &a, nil
		}
	}
	return nil, nil
}

// adminPanel is what the panel of one admin shows.
type adminPanel struct {
	Name        string   `json:"name"`
	Email       string   `json:"email"`
	Groups      []string `json:"groups"`
	Roles       []string `json:"roles"`
	ShowsGroups bool     `json:"showsGroups"` // as boxes
	ShowsRoles  bool     `json:"showsRoles"`
}

// adminOf reads the panel of the admin with that number, which the search for email has found.
func (t *tab) adminOf(ctx context.Context, email, id string) (provision.Admin, error) {
	args := map[string]string{"email": email, "id": id, "panel": "admin-show-" + id}
	mark := t.traffic.mark()
	if err := t.call(ctx, "admins.open", args, nil); err != nil {
		return provision.Admin{}, err
	}
	var shown adminPanel
	panel := wait{what: "the panel of the admin " + id, shown: "admins.read", args: args, again: "admins.openAgain"}
	if err := t.awaitSince(ctx, mark, panel, &shown); err != nil {
		return provision.Admin{}, err
	}
	if !strings.EqualFold(shown.Email, email) {
		return provision.Admin{Email: shown.Email}, nil // somebody else: the rest does not matter
	}
	if !shown.ShowsGroups {
		var link bool
		mark := t.traffic.mark()
		if err := t.call(ctx, "admins.unfold", args, &link); err != nil {
			return provision.Admin{}, err
		}
		if link {
			boxes := wait{what: "the groups of the admin " + id, shown: "admins.unfolded", args: args, again: "admins.unfold"}
			if err := t.awaitSince(ctx, mark, boxes, nil); err != nil {
				return provision.Admin{}, err
			}
			if err := t.await(ctx, panel, &shown); err != nil {
				return provision.Admin{}, err
			}
		}
	}
	if !shown.ShowsGroups || !shown.ShowsRoles {
		if err := t.listedAdmin(ctx, id, &shown); err != nil {
			return provision.Admin{}, err
		}
	}
	return provision.Admin{Name: shown.Name, Email: shown.Email, Groups: shown.Groups, Roles: shown.Roles}, nil
}

// listedAdmin completes from List Admins what the admin's own panel does not show as boxes.
func (t *tab) listedAdmin(ctx context.Context, id string, a *adminPanel) error {
	if err := t.open(ctx, listAdmins); err != nil {
		return err
	}
	var row struct {
		Groups string `json:"groups"`
		Roles  string `json:"roles"`
	}
	if err := t.call(ctx, "admins.row", map[string]string{"id": id}, &row); err != nil {
		return err
	}
	var known struct{ Groups, Roles []string }
	if strings.Contains(row.Groups+row.Roles, ",") {
		// Names may have commas of their own, so it takes all names to tell where one ends.
		if err := t.open(ctx, addNewAdmin); err != nil {
			return err
		}
		if err := t.await(ctx, wait{what: "the form for a new admin", shown: "addAdmin.offers"}, &known); err != nil {
			return err
		}
	}
	if !a.ShowsGroups {
		a.Groups = apart(row.Groups, known.Groups)
	}
	if !a.ShowsRoles {
		a.Roles = apart(row.Roles, known.Roles)
	}
	return nil
}

// apart takes the names in a list like "A, B" apart: into known ones if that can be, else at the commas.
func apart(list string, known []string) []string {
	if list == "" {
		return []string{}
	}
	if !strings.Contains(list, ",") {
		return []string{list}
	}
	for _, name := range known {
		if list == name {
			return []string{name}
		}
		if rest, ok := strings.CutPrefix(list, name+", "); ok {
			if names := apart(rest, known); slices.Contains(known, names[0]) {
				return append([]string{name}, names...)
			}
		}
	}
	return strings.Split(list, ", ")
}
