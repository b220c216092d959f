package console

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"mozybot/provision"
)

// RaiseGroup gives the group of that number another figure, and switches Server Support on if asked to. Stale when the group
// is gone, does not have change.FromGB, or is not of type Assigned any more; Changed when the console refuses, or offers no
// Server Support.
func (c *Console) RaiseGroup(ctx context.Context, at provision.JobStep, change provision.GroupChange) (evidence []string, err error) {
	doing := fmt.Sprintf("raising the group %s from %d to %d GB", change.AccountID, change.FromGB, change.ToGB)
	return c.working.use(ctx, at, doing, func(ctx context.Context, t *tab) error {
		return raiseGroup(ctx, t, change)
	})
}

func raiseGroup(ctx context.Context, t *tab, change provision.GroupChange) error {
	list := userGroupListPanel{t}
	t.touched() // a list that was read right before may lead to the form of a group that is gone by now
	row, err := list.now(ctx, byNumber(change.AccountID))
	if err != nil {
		return err
	}
	if row == nil {
		return provision.Errorf(provision.Stale, "The console has no group with the Account ID %s now.", change.AccountID)
	}
	edit, err := list.edit(ctx, row.ID)
	if err != nil {
		return err
	}
	what := fmt.Sprintf("the group “%s”", short(row.Name))
	values := groupValues{GB: strconv.Itoa(change.ToGB)}
	if change.ServerOn {
		values.Server = &change.ServerOn
	}
	return assign(ctx, edit, what, change.FromGB, values, func() (*provision.Group, error) {
		return list.groupNow(ctx, byNumber(change.AccountID))
	})
}

func sentenceCase(s string) string { return strings.ToUpper(s[:1]) + s[1:] }

// assign saves another figure for a group that has fromGB, if anything is to change; Stale when it has not. Where the console
// complains, now tells what it made of it.
func assign(ctx context.Context, edit groupPanel, what string, fromGB int, values groupValues, now func() (*provision.Group, error)) error {
	form, err := edit.form(ctx)
	if err != nil {
		return err
	}
	if form.Type != string(provision.Assigned) {
		return provision.Errorf(provision.Stale, "%s is of type %s now, not Assigned.", sentenceCase(what), short(form.Type))
	}
	has, err := whole("The Assigned box of "+what, form.Assigned)
	if err != nil {
		return err
	}
	if has != fromGB {
		return provision.Errorf(provision.Stale, "%s has %s GB assigned now, not %s.",
			sentenceCase(what), provision.Thousands(has), provision.Thousands(fromGB))
	}
	if values == (groupValues{GB: strconv.Itoa(fromGB)}) {
		return nil
	}
	if values.Server != nil && !form.OffersServer {
		return &lookAt{changed("The form of %s has no box Server Support: the server plan is not switched on in Change Plan. Nothing was saved.", what), edit.id}
	}
	says, err := edit.save(ctx, values)
	if err != nil || !anyError(says) {
		return err
	}
	switch is, err := now(); {
	case err != nil:
		return uncertain(fmt.Sprintf("looking at %s that the console complained of", what), err)
	case is != nil && is.AssignedGB == fromGB:
		return refusal(fmt.Sprintf("%s GB for %s", values.GB, what), texts(says))
	}
	return fmt.Errorf("changing %s from %d to %s GB: the console said %s", what, fromGB, values.GB, quoted(texts(says)))
}
