package runbook

import (
	"context"
	"fmt"

	"mozybot/provision"
)

// readAccountID is step 8: the number of the customer's group.
type readAccountID struct{}

var _ reader = readAccountID{}
var _ looker = readAccountID{}

func (readAccountID) name() provision.StepName { return provision.StepAccountID }

// decidesBy is for what it opens: it reads that itself.
func (readAccountID) decidesBy(run *stepRun) provision.Look {
	look := run.customer().look()
	look.Form = provision.StepAccountID
	return look
}

func (readAccountID) read(ctx context.Context, run *stepRun) (found, error) {
	group := run.customer()
	id, err := run.cfg.Console.AccountID(ctx, run.at(), group.name)
	if provision.CodeOf(err) == provision.NotFound || err == nil && group.id != "" && id != group.id {
		return found{}, run.customerGone(err)
	}
	if err != nil {
		return found{}, fmt.Errorf("reading the Account ID: %w", err)
	}
	return found{text: fmt.Sprintf("Account ID %s.", id), accountID: id}, nil
}

func (s readAccountID) dryRun(ctx context.Context, run *stepRun) (provision.Entry, error) {
	if run.customer().id != "" {
		return asEver(ctx, run, s)
	}
	return would(provision.Entry{}, "Would read the Account ID of the group. There is no group, so there is no Account ID."), nil
}
