package runbook

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"mozybot/provision"
)

// addAdmin is step 5: who may log in for the customer.
type addAdmin struct{}

var _ actor = addAdmin{}
var _ looker = addAdmin{}

func (addAdmin) name() provision.StepName { return provision.StepAdmin }

func (s addAdmin) plan(ctx context.Context, run *stepRun) (provision.Entry, error) {
	r, err := run.decide(ctx, s.decidesBy(run))
	if err != nil {
		return provision.Entry{}, fmt.Errorf("reading the admins: %w", err)
	}
	want := wantedAdmin(run)
	if r.Admin != nil {
		return provision.Entry{}, provision.Errorf(provision.Conflict,
			"Somebody has made an admin with the e-mail %s since this order was approved (%s). Remove that admin and press Try again, or make it %s and press I did it by hand.",
			r.Admin.Email, adminText(*r.Admin), adminText(*want))
	}
	return intend(r, provision.Want{Admin: want}), nil
}

func (addAdmin) decidesBy(run *stepRun) provision.Look {
	return provision.Look{Admin: run.job.Order.Email, Form: provision.StepAdmin}
}

func wantedAdmin(run *stepRun) *provision.Admin {
	o := run.job.Order
	return &provision.Admin{Name: o.Contact, Email: o.Email, Groups: []string{o.Company}, Roles: []string{run.cfg.AdminRole}}
}

func (addAdmin) act(ctx context.Context, run *stepRun, intent provision.Entry) ([]string, error) {
	evidence, err := run.cfg.Console.AddAdmin(ctx, run.at(), *intent.Want.Admin)
	if err != nil {
		return nil, fmt.Errorf("adding the admin: %w", err)
	}
	return evidence, nil
}

func (addAdmin) observe(ctx context.Context, run *stepRun, intent provision.Entry) (observation, error) {
	want := *intent.Want.Admin
	r, err := run.read(ctx, provision.Look{Admin: want.Email, AdminMade: true})
	if err != nil {
		return observation{}, err
	}
	if r.Admin == nil {
		return observation{outcome: NotApplied, text: fmt.Sprintf("Among the reseller's admins there is none with the e-mail %s.", want.Email)}, nil
	}
	is := *r.Admin
	if !strings.EqualFold(is.Email, want.Email) {
		return observation{outcome: Diverged, text: fmt.Sprintf("There is no admin with the e-mail %s, but one whose e-mail only reads the same: %s.", want.Email, adminText(is))}, nil
	}
	if is.Name == want.Name && slices.Equal(is.Groups, want.Groups) && slices.Equal(is.Roles, want.Roles) {
		return observation{outcome: Applied, text: adminText(is) + "."}, nil
	}
	return observation{outcome: Diverged, text: fmt.Sprintf("The admin %s is there, but as %s; it should be %s.", is.Email, adminText(is), adminText(want))}, nil
}

func (s addAdmin) byHand(ctx context.Context, run *stepRun) (provision.Entry, error) {
	return seenByHand(ctx, run, s, provision.Want{Admin: wantedAdmin(run)})
}

func (s addAdmin) dryRun(ctx context.Context, run *stepRun) (provision.Entry, error) {
	e, err := s.plan(ctx, run)
	if err != nil {
		return e, err
	}
	return would(e, "Would add the admin %s: %s. The group is not there yet.", e.Want.Admin.Email, adminText(*e.Want.Admin)), nil
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
