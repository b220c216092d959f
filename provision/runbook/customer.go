package runbook

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"mozybot/provision"
)

// intendGroup is step 4: exactly the storage ordered, Sync on, Server Support only with a Cloud Server License.
func intendGroup(ctx context.Context, w *work) (provision.Entry, error) {
	gb := w.job.Order.StorageGB()
	r, err := w.Console.Read(ctx, provision.Look{Storage: true, Group: w.job.Order.Company})
	if err != nil {
		return provision.Entry{}, fmt.Errorf("reading the groups: %w", err)
	}
	if r.Customer != nil {
		return provision.Entry{}, provision.Errorf(provision.Conflict,
			"Somebody has made a group named “%s” since this order was approved (Account ID %s, %s). The storage for this order is bought and waits as Available. "+
				"Remove or rename that group and press Try again, or give it %s and press I did it by hand.",
			r.Customer.Name, r.Customer.ID, groupText(*r.Customer), groupText(*wantedGroup(w.job.Order)))
	}
	if r.AvailableGB < gb {
		return provision.Entry{}, provision.Errorf(provision.Conflict,
			"The group needs %s GB, but only %s GB are Available. Somebody has used the storage that was bought for it.",
			provision.Thousands(gb), provision.Thousands(r.AvailableGB))
	}
	return intent(r, provision.Want{Group: wantedGroup(w.job.Order)}), nil
}

func wantedGroup(o provision.Order) *provision.Group {
	return &provision.Group{
		Name: o.Company, Type: provision.Assigned, AssignedGB: o.StorageGB(), Sync: true, Server: o.ServerLicense(),
	}
}

func addGroup(ctx context.Context, w *work, e provision.Entry) error {
	if err := w.Console.AddGroup(ctx, *e.Want.Group); err != nil {
		return fmt.Errorf("adding the group: %w", err)
	}
	return nil
}

func observeGroup(ctx context.Context, w *work, e provision.Entry) (sight, error) {
	want := *e.Want.Group
	r, err := w.Console.Read(ctx, provision.Look{Group: want.Name})
	if err != nil {
		return sight{}, err
	}
	if r.Customer == nil {
		return sight{finding: asBefore, text: fmt.Sprintf("There is no group named “%s”.", want.Name)}, nil
	}
	is := *r.Customer
	if is.Type == want.Type && is.AssignedGB == want.AssignedGB && is.Sync == want.Sync && is.Server == want.Server {
		return sight{finding: alreadyTrue, text: groupText(is) + "."}, nil
	}
	return sight{finding: neither, text: fmt.Sprintf("The group “%s” is there, but with %s; it should have %s.", is.Name, groupText(is), groupText(want))}, nil
}

func groupByHand(ctx context.Context, w *work) (provision.Entry, error) {
	return seenByHand(ctx, w, observeGroup, provision.Want{Group: wantedGroup(w.job.Order)})
}

// seenByHand wants what a person did to look just as if the step had done it.
func seenByHand(ctx context.Context, w *work, observe func(context.Context, *work, provision.Entry) (sight, error), want provision.Want) (provision.Entry, error) {
	seen, err := observe(ctx, w, provision.Entry{Want: &want})
	if err != nil {
		return provision.Entry{}, err
	}
	if seen.finding != alreadyTrue {
		return provision.Entry{}, provision.Errorf(provision.Conflict, "%s", seen.text)
	}
	return provision.Entry{Text: seen.text}, nil
}

// groupGone is for a step that rests on the customer's group and finds none of that name. Going on would give back storage
// that was bought for it.
func groupGone(w *work, cause error) error {
	want := wantedGroup(w.job.Order)
	return &provision.Error{Code: provision.Conflict, Err: cause, Message: fmt.Sprintf(
		"The console has no group named “%s” any more, although this job has seen to it: somebody has renamed or removed it. "+
			"Name it so again, or make it anew with %s, and press Try again.", want.Name, groupText(*want))}
}

func groupText(g provision.Group) string {
	return fmt.Sprintf("%s GB %s, Sync %s, Server Support %s", provision.Thousands(g.AssignedGB), g.Type, onOff(g.Sync), onOff(g.Server))
}

func onOff(on bool) string {
	if on {
		return "on"
	}
	return "off"
}

// intendAdmin is step 5.
func intendAdmin(ctx context.Context, w *work) (provision.Entry, error) {
	o := w.job.Order
	r, err := w.Console.Read(ctx, provision.Look{Admin: o.Email})
	if err != nil {
		return provision.Entry{}, fmt.Errorf("reading the admins: %w", err)
	}
	if r.Admin != nil {
		return provision.Entry{}, provision.Errorf(provision.Conflict,
			"Somebody has made an admin with the e-mail %s since this order was approved (%s). Remove that admin and press Try again, or make it %s and press I did it by hand.",
			r.Admin.Email, adminText(*r.Admin), adminText(*wantedAdmin(w)))
	}
	return intent(r, provision.Want{Admin: wantedAdmin(w)}), nil
}

func wantedAdmin(w *work) *provision.Admin {
	o := w.job.Order
	return &provision.Admin{Name: o.Contact, Email: o.Email, Groups: []string{o.Company}, Roles: []string{w.AdminRole}}
}

func addAdmin(ctx context.Context, w *work, e provision.Entry) error {
	if err := w.Console.AddAdmin(ctx, *e.Want.Admin); err != nil {
		return fmt.Errorf("adding the admin: %w", err)
	}
	return nil
}

func observeAdmin(ctx context.Context, w *work, e provision.Entry) (sight, error) {
	want := *e.Want.Admin
	r, err := w.Console.Read(ctx, provision.Look{Admin: want.Email})
	if err != nil {
		return sight{}, err
	}
	if r.Admin == nil {
		return sight{finding: asBefore, text: fmt.Sprintf("Among the reseller's admins there is none with the e-mail %s.", want.Email)}, nil
	}
	is := *r.Admin
	if is.Name == want.Name && slices.Equal(is.Groups, want.Groups) && slices.Equal(is.Roles, want.Roles) {
		return sight{finding: alreadyTrue, text: adminText(is) + "."}, nil
	}
	return sight{finding: neither, text: fmt.Sprintf("The admin %s is there, but as %s; it should be %s.", is.Email, adminText(is), adminText(want))}, nil
}

func adminByHand(ctx context.Context, w *work) (provision.Entry, error) {
	return seenByHand(ctx, w, observeAdmin, provision.Want{Admin: wantedAdmin(w)})
}

func adminText(a provision.Admin) string {
	return fmt.Sprintf("%s, group %s, role %s", a.Name, orNone(a.Groups), orNone(a.Roles))
}

func orNone(names []string) string {
	if len(names) == 0 {
		return "none"
	}
	return strings.Join(names, " and ")
}

// readAccountID is step 8.
func readAccountID(ctx context.Context, w *work) (string, func(*provision.Job) error, error) {
	id, err := w.Console.AccountID(ctx, w.job.Order.Company)
	if provision.CodeOf(err) == provision.NotFound {
		return "", nil, groupGone(w, err)
	}
	if err != nil {
		return "", nil, fmt.Errorf("reading the Account ID: %w", err)
	}
	return fmt.Sprintf("Account ID %s.", id), func(j *provision.Job) error {
		j.AccountID = id
		return nil
	}, nil
}
