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
	return provision.Look{Group: run.job.Order.Company, Form: provision.StepAccountID}
}

func (readAccountID) read(ctx context.Context, run *stepRun) (found, error) {
	id, err := run.cfg.Console.AccountID(ctx, run.at(), run.job.Order.Company)
	if provision.CodeOf(err) == provision.NotFound {
		return found{}, groupGone(run.job.Order, err)
	}
	if err != nil {
		return found{}, fmt.Errorf("reading the Account ID: %w", err)
	}
	return found{text: fmt.Sprintf("Account ID %s.", id), accountID: id}, nil
}

func (readAccountID) dryRun(context.Context, *stepRun) (provision.Entry, error) {
	return would(provision.Entry{}, "Would read the Account ID of the group. There is no group, so there is no Account ID."), nil
}
