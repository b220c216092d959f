package console

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"slices"
	"strings"

	"mozybot/provision"
)

//go:embed panel_add_admin.js
var addAdminScript string

var addNewAdmin = menuPanel{"Add New Admin", "admin-new", "#new_admin_username"}

// adminValues are what the form shall say: exactly these groups and roles are ticked.
type adminValues struct {
	Name   string   `json:"name"`
	Email  string   `json:"email"`
	Groups []string `json:"groups"`
	Roles  []string `json:"roles"`
}

// AddAdmin creates the customer's admin (runbook step 5). The console sends a mail with a link to the address. Changed,
// and nothing saved, when the form does not offer each group and role exactly once or the console refuses; Conflict when
// the e-mail is an admin's already.
func (c *Console) AddAdmin(ctx context.Context, at provision.JobStep, admin provision.Admin) (evidence []string, err error) {
	return c.working.use(ctx, at, "adding the admin", func(ctx context.Context, t *tab) error {
		return addAdmin(ctx, t, admin)
	})
}

func addAdmin(ctx context.Context, t *tab, admin provision.Admin) error {
	panel, err := openAddNewAdmin(ctx, t)
	if err != nil {
		return err
	}
	says, err := panel.save(ctx, adminValues{
		Name: admin.Name, Email: strings.TrimSpace(admin.Email), Groups: trimmed(admin.Groups), Roles: trimmed(admin.Roles),
	})
	switch {
	case err != nil:
		return err
	case slices.ContainsFunc(says, func(m message) bool { return m.Error && strings.Contains(m.Text, "already exists") }):
		return provision.Errorf(provision.Conflict, "The console says that an account with the e-mail %s already exists.", admin.Email)
	case !anyError(says):
		return nil
	}
	switch there, err := (searchAdminsPanel{t}).reload(ctx, admin.Email); {
	case err != nil:
		return uncertain("looking for the admin that the console complained of", err)
	case there == nil:
		return refusal("the new admin", texts(says))
	}
	return fmt.Errorf("adding the admin: there is one, but the console said %s", quoted(texts(says)))
}

// addNewAdminPanel is Add New Admin, open in a tab.
type addNewAdminPanel struct{ tab *tab }

func openAddNewAdmin(ctx context.Context, t *tab) (addNewAdminPanel, error) {
	return addNewAdminPanel{t}, t.menu().have(ctx, addNewAdmin)
}

// save fills the form in and saves it, with pictures of both. It gives what the console said.
func (p addNewAdminPanel) save(ctx context.Context, values adminValues) (says []message, err error) {
	if err := p.fill(ctx, values); err != nil {
		return nil, err
	}
	p.tab.evidence.picture(ctx, p.tab, addNewAdmin.Panel, "before")
	if err := p.tab.do(ctx, press{
		what: "saving the admin", press: "addAdmin.press", fill: "addAdmin.fill", outcome: "addAdmin.outcome", args: values,
		beside: func(ctx context.Context) error {
			return errors.Join(p.tab.early.openDefault(ctx, p.tab), p.tab.early.aheadOfID(ctx, p.tab))
		},
	}, &says); err != nil {
		return nil, err
	}
	p.tab.evidence.picture(ctx, p.tab, addNewAdmin.Panel, "after")
	return says, nil
}

// fill fills the form in, unless it lacks a wanted box: then it says which.
func (p addNewAdminPanel) fill(ctx context.Context, values adminValues) error {
	var lacks []struct {
		Name  string `json:"name"`
		Area  string `json:"area"`
		Times int    `json:"times"`
	}
	if err := p.tab.await(ctx, wait{what: "the form for a new admin", shown: "addAdmin.fill", args: values}, &lacks); err != nil {
		return err
	}
	if len(lacks) == 0 {
		return nil
	}
	kinds := map[string]string{"user_groups": "group", "roles": "role"}
	words := make([]string, len(lacks))
	for i, l := range lacks {
		words[i] = fmt.Sprintf("the %s “%s” %d times", kinds[l.Area], l.Name, l.Times)
	}
	return changed("The form for a new admin should offer each group and role once, but offers %s. Nothing was saved.",
		strings.Join(words, " and "))
}

// offeredNames are the names of all groups and roles, as the form offers them.
type offeredNames struct {
	Groups []string `json:"groups"`
	Roles  []string `json:"roles"`
}

func (p addNewAdminPanel) offers(ctx context.Context) (names offeredNames, err error) {
	err = p.tab.await(ctx, wait{what: "the form for a new admin", shown: "addAdmin.offers"}, &names)
	return names, err
}

func trimmed(names []string) []string {
	all := make([]string, len(names))
	for i, n := range names {
		all[i] = strings.TrimSpace(n)
	}
	return all
}
