package console

import (
	"context"
	_ "embed"
	"slices"
	"strings"

	"mozybot/provision"
	"mozybot/provision/spelling"
)

//go:embed panel_admins.js
var adminsScript string

var (
	searchAdmins = menuPanel{"Search Admins", "admin-search", "#admin_search"}
	listAdmins   = menuPanel{"List Admins", "admin-list", "table#tree_all"}
)

// admin loads Search Admins afresh and finds the admin there.
func (t *tab) admin(ctx context.Context, email string) (*provision.Admin, error) {
	if err := t.open(ctx, searchAdmins); err != nil {
		return nil, err
	}
	search, err := t.startSearch(ctx, email)
	if err != nil {
		return nil, err
	}
	return t.found(ctx, email, search)
}

// startSearch searches for an e-mail in the open search panel.
func (t *tab) startSearch(ctx context.Context, email string) (pendingLoad, error) {
	args := map[string]string{"email": strings.TrimSpace(email)}
	mark := t.traffic.mark()
	err := t.await(ctx, wait{what: "the box of Search Admins", shown: "admins.search", args: args}, nil)
	return pendingLoad{mark, wait{what: "the result of Search Admins", shown: "admins.found", args: args, again: "admins.search"}}, err
}

// found finds the admin whose e-mail reads like this one in what the search gives, nil if there is none. The search shows no
// more than 27 characters of an e-mail, so whoever could be meant is looked at in a panel of their own (console FACTS 7.3).
// What that does not show as boxes is in List Admins, which loads meanwhile.
func (t *tab) found(ctx context.Context, email string, search pendingLoad) (*provision.Admin, error) {
	email = strings.TrimSpace(email)
	var ids []string
	if err := t.finish(ctx, search, &ids); err != nil || len(ids) == 0 {
		return nil, err
	}
	listing, err := t.startMenu(ctx, listAdmins)
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		shown, err := t.adminOf(ctx, email, id)
		if err == nil {
			err = t.call(ctx, "close", adminShowPanel(id), nil)
		}
		if err != nil {
			return nil, err
		}
		if !spelling.Same(shown.Email, email) {
			continue
		}
		if err := t.opened(ctx, listing, listAdmins); err != nil {
			return nil, err
		}
		if err := t.listedAdmin(ctx, id, &shown); err != nil {
			return nil, err
		}
		return &provision.Admin{Name: shown.Name, Email: shown.Email, Groups: shown.Groups, Roles: shown.Roles}, nil
	}
	return nil, t.opened(ctx, listing, listAdmins)
}

func adminShowPanel(id string) string { return "admin-show-" + id }

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
func (t *tab) adminOf(ctx context.Context, email, id string) (adminPanel, error) {
	args := map[string]string{"email": email, "id": id, "panel": adminShowPanel(id)}
	var shown adminPanel
	panel := wait{what: "the panel of the admin " + id, shown: "admins.read", args: args, again: "admins.openAgain"}
	o, err := t.start(ctx, "admins.open", panel)
	if err == nil {
		err = t.finish(ctx, o, &shown)
	}
	if err != nil || !spelling.Same(shown.Email, email) || shown.ShowsGroups {
		return shown, err // somebody else's groups do not matter
	}
	var link bool
	mark := t.traffic.mark()
	if err := t.call(ctx, "admins.unfold", args, &link); err != nil || !link {
		return shown, err
	}
	boxes := wait{what: "the groups of the admin " + id, shown: "admins.unfolded", args: args, again: "admins.unfold"}
	if err := t.awaitSince(ctx, mark, boxes, nil); err != nil {
		return shown, err
	}
	err = t.await(ctx, panel, &shown)
	return shown, err
}

// listedAdmin completes from the open List Admins what the admin's own panel does not show as boxes.
func (t *tab) listedAdmin(ctx context.Context, id string, a *adminPanel) error {
	if a.ShowsGroups && a.ShowsRoles {
		return nil
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
