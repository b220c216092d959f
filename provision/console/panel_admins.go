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

// searchAdminsPanel is Search Admins, open in a tab.
type searchAdminsPanel struct{ tab *tab }

// reload loads the panel afresh and finds the admin there, nil if there is none.
func (p searchAdminsPanel) reload(ctx context.Context, email string) (*provision.Admin, error) {
	if err := p.tab.menu().open(ctx, searchAdmins); err != nil {
		return nil, err
	}
	search, _, err := p.search(ctx, email, false)
	if err != nil {
		return nil, err
	}
	return search.admin(ctx, false)
}

// search starts to search for an e-mail. Early it does so in the panel as it stands, if it can.
func (p searchAdminsPanel) search(ctx context.Context, email string, early bool) (s adminSearch, started bool, err error) {
	email = strings.TrimSpace(email)
	args := map[string]string{"email": email}
	mark := p.tab.traffic.mark()
	if early {
		err = p.tab.call(ctx, "admins.search", args, &started)
	} else {
		err = p.tab.await(ctx, wait{what: "the box of Search Admins", shown: "admins.search", args: args}, &started)
	}
	result := wait{what: "the result of Search Admins", shown: "admins.found", args: args, again: "admins.search"}
	return adminSearch{p.tab, email, pendingLoad{mark, result}}, started, err
}

// adminSearch is a search that Search Admins was told to make.
type adminSearch struct {
	tab   *tab
	email string
	load  pendingLoad
}

// admin is the one whose e-mail reads like this one in what the search gives, nil if there is none. The search
// shows no more than 27 characters of an e-mail, so whoever could be meant is looked at in a panel of their own (console
// FACTS 7.3). What that does not show as boxes is in List Admins, which loads meanwhile. listed says that List Admins was loaded
// beside the search: with a whole e-mail in the one and a plain row in the other nothing more has to be opened.
func (s adminSearch) admin(ctx context.Context, listed bool) (*provision.Admin, error) {
	var found struct {
		IDs   []string `json:"ids"`
		Email string   `json:"email"` // of the only one, "" where it may be cut
	}
	err := s.tab.finish(ctx, s.load, &found)
	ids := found.IDs
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	if listed && spelling.Same(found.Email, s.email) {
		row, err := (listAdminsPanel{s.tab}).row(ctx, ids[0])
		if err != nil {
			return nil, err
		}
		if row.plain() {
			return row.admin(found.Email), nil
		}
	}
	listing, err := s.tab.menu().start(ctx, listAdmins)
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		panel := adminPanel{s.tab, id, s.email}
		shown, err := panel.read(ctx)
		if err == nil {
			err = panel.close(ctx)
		}
		if err != nil {
			return nil, err
		}
		if !spelling.Same(shown.Email, s.email) {
			continue
		}
		if err := s.tab.menu().opened(ctx, listing, listAdmins); err != nil {
			return nil, err
		}
		if err := (listAdminsPanel{s.tab}).complete(ctx, id, &shown); err != nil {
			return nil, err
		}
		return &provision.Admin{Name: shown.Name, Email: shown.Email, Groups: shown.Groups, Roles: shown.Roles}, nil
	}
	return nil, s.tab.menu().opened(ctx, listing, listAdmins)
}

// adminPanel is the panel of one admin, to be opened from the search that has found them, or from List Admins.
type adminPanel struct {
	tab   *tab
	id    string // the admin's number
	email string // that was searched for; "" of List Admins
}

func (p adminPanel) panel() string { return "admin-show-" + p.id }

// shownAdmin is what the panel of one admin shows.
type shownAdmin struct {
	Name        string   `json:"name"`
	Email       string   `json:"email"`
	Groups      []string `json:"groups"`
	Roles       []string `json:"roles"`
	ShowsGroups bool     `json:"showsGroups"` // as boxes
	ShowsRoles  bool     `json:"showsRoles"`
}

// read opens the panel and reads it. Of somebody else than was searched for it reads no groups.
func (p adminPanel) read(ctx context.Context) (shown shownAdmin, err error) {
	args := map[string]string{"email": p.email, "id": p.id, "panel": p.panel()}
	opener := "admins"
	if p.email == "" {
		opener = "listedAdmins"
	}
	panel := wait{what: "the panel of the admin " + p.id, shown: "admins.read", args: args, again: opener + ".openAgain"}
	load, err := p.tab.start(ctx, opener+".open", panel)
	if err == nil {
		err = p.tab.finish(ctx, load, &shown)
	}
	if err != nil || p.email != "" && !spelling.Same(shown.Email, p.email) || shown.ShowsGroups {
		return shown, err
	}
	var link bool
	mark := p.tab.traffic.mark()
	if err := p.tab.call(ctx, "admins.unfold", args, &link); err != nil || !link {
		return shown, err
	}
	boxes := wait{what: "the groups of the admin " + p.id, shown: "admins.unfolded", args: args, again: "admins.unfold"}
	if err := p.tab.awaitSince(ctx, mark, boxes, nil); err != nil {
		return shown, err
	}
	err = p.tab.await(ctx, panel, &shown)
	return shown, err
}

func (p adminPanel) close(ctx context.Context) error { return p.tab.call(ctx, "close", p.panel(), nil) }

// listAdminsPanel is List Admins, open in a tab.
type listAdminsPanel struct{ tab *tab }

// adminRow is a row of the list; without a name there is none.
type adminRow struct {
	Name   string `json:"name"`
	Groups string `json:"groups"`
	Roles  string `json:"roles"`
}

func (p listAdminsPanel) row(ctx context.Context, id string) (row adminRow, err error) {
	err = p.tab.call(ctx, "admins.row", map[string]string{"id": id}, &row)
	return row, err
}

// plain says that the row can be read in one way only: one group and one role, and nothing that may be cut.
func (r adminRow) plain() bool {
	all := r.Name + r.Groups + r.Roles
	return r.Name != "" && r.Groups != "" && r.Roles != "" && !strings.ContainsAny(all, ",…") && !strings.Contains(all, "...")
}

func (r adminRow) admin(email string) *provision.Admin {
	return &provision.Admin{Name: r.Name, Email: email, Groups: []string{r.Groups}, Roles: []string{r.Roles}}
}

// complete adds what the admin's own panel does not show as boxes.
func (p listAdminsPanel) complete(ctx context.Context, id string, a *shownAdmin) error {
	if a.ShowsGroups && a.ShowsRoles {
		return nil
	}
	row, err := p.row(ctx, id)
	if err != nil {
		return err
	}
	var known offeredNames
	if strings.Contains(row.Groups+row.Roles, ",") {
		// Names may have commas of their own, so it takes all names to tell where one ends.
		form, err := openAddNewAdmin(ctx, p.tab)
		if err != nil {
			return err
		}
		if known, err = form.offers(ctx); err != nil {
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
