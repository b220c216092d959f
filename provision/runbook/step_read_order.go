package runbook

import (
	"context"
	"fmt"

	"mozybot/provision"
)

// readOrder is step 1: the order was read when it was dropped, and what was read then is what was approved.
type readOrder struct{}

var _ reader = readOrder{}

func (readOrder) name() provision.StepName { return provision.StepReadOrder }

func (readOrder) read(_ context.Context, run *stepRun) (found, error) {
	o := run.job.Order
	return found{text: fmt.Sprintf("%s, %s GB, from %s.", o.Company, provision.Thousands(o.StorageGB()), run.job.Document.Name)}, nil
}

func (s readOrder) dryRun(ctx context.Context, run *stepRun) (provision.Entry, error) {
	return asEver(ctx, run, s)
}
