package console

import (
	"context"
	_ "embed"
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
		return c.addAdmin(ctx, t, admin)
	})
}

func (c *Console) addAdmin(ctx context.Context, t *tab, admin provision.Admin) error {
	if err := t.open(ctx, addNewAdmin); err != nil {
		return err
	}
	values := adminValues{Name: admin.Name, Email: strings.TrimSpace(admin.Email), Groups: trimmed(admin.Groups), Roles: trimmed(admin.Roles)}
	if err := t.checkLabels(ctx, values); err != nil {
		return err
	}
	if err := t.await(ctx, wait{what: "the form for a new admin", shown: "addAdmin.fill", args: values}, nil); err != nil {
		return err
	}
	c.evidence.picture(ctx, t, addNewAdmin.Panel, "before")
	var says []message
	if err := t.do(ctx, press{
		what: "saving the admin", press: "addAdmin.press", fill: "addAdmin.fill", outcome: "addAdmin.outcome", args: values,
	}, &says); err != nil {
		return err
	}
	c.evidence.picture(ctx, t, addNewAdmin.Panel, "after")
	if slices.ContainsFunc(says, func(m message) bool { return m.Error && strings.Contains(m.Text, "already exists") }) {
		return provision.Errorf(provision.Conflict, "The console says that an account with the e-mail %s already exists.", admin.Email)
	}
	if !anyError(says) {
		return nil
	}
	switch there, err := t.admin(ctx, admin.Email); {
	case err != nil:
		return uncertain("looking for the admin that the console complained of", err)
	case there == nil:
		return refusal("the new admin", texts(says))
	}
	return fmt.Errorf("adding the admin: there is one, but the console said %s", quoted(texts(says)))
}

// checkLabels says which of the wanted boxes the form lacks.
func (t *tab) checkLabels(ctx context.Context, values adminValues) error {
	var lacks []struct {
		Name  string `json:"name"`
		Area  string `json:"area"`
		Times int    `json:"times"`
	}
	if err := t.await(ctx, wait{what: "the form for a new admin", shown: "addAdmin.lacks", args: values}, &lacks); err != nil {
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

func trimmed(names []string) []string {
	all := make([]string, len(names))
	for i, n := range names {
		all[i] = strings.TrimSpace(n)
	}
	return all
}
