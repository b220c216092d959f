package console

import (
	"context"
	_ "embed"
	"slices"
	"strings"

	"mozybot/provision"
)

//go:embed panel_listed_admins.js
var listedAdminsScript string

// listedAdmin is a row of List Admins as it is written.
type listedAdmin struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Groups string `json:"groups"`
	Roles  string `json:"roles"`
}

// listedAdmins reads List Admins: everybody in it, or with their e-mails those of the customer's group.
func (r *reading) listedAdmins(ctx context.Context) error {
	var rows []listedAdmin
	if err := r.tab.call(ctx, "listedAdmins.rows", nil, &rows); err != nil {
		return err
	}
	if r.asked.Lists {
		r.everybody(rows)
	}
	if !r.asked.GroupAdmins || r.Customer == nil {
		return nil
	}
	for _, row := range rows {
		if !strings.Contains(row.Groups, r.Customer.Name) {
			continue
		}
		admin, err := r.adminListed(ctx, row.ID)
		if err != nil {
			return err
		}
		if slices.Contains(admin.Groups, r.Customer.Name) {
			r.GroupAdmins = append(r.GroupAdmins, admin)
		}
	}
	return nil
}

// everybody takes the rows as they are: the list shows no e-mails.
func (r *reading) everybody(rows []listedAdmin) {
	var groups []string
	for _, g := range r.Groups {
		groups = append(groups, g.Name)
	}
	for _, row := range rows {
		r.Admins = append(r.Admins, provision.Admin{Name: row.Name, Groups: apart(row.Groups, groups), Roles: apart(row.Roles, nil)})
	}
}

// adminListed opens the panel of one admin of the list.
func (r *reading) adminListed(ctx context.Context, id string) (provision.Admin, error) {
	panel := adminPanel{tab: r.tab, id: id}
	shown, err := panel.read(ctx)
	if err == nil {
		err = (listAdminsPanel{r.tab}).complete(ctx, id, &shown)
	}
	if err == nil {
		err = panel.close(ctx)
	}
	return provision.Admin{Name: shown.Name, Email: shown.Email, Groups: shown.Groups, Roles: shown.Roles}, err
}
