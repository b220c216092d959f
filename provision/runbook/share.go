package runbook

import (
	"context"
	"fmt"
	"time"

	"mozybot/provision"
)

// share is how much of what the reading shows Available is this job's. It fills in what other jobs wait for.
func (r *stepRun) share(ctx context.Context, reading *provision.Reading) (share provision.Share, err error) {
	if reading.ReservedGB, err = reservedGB(ctx, r); err != nil {
		return share, err
	}
	others, err := r.otherPurchases(ctx, r.job.Quoted.Reading.At)
	if err != nil {
		return share, err
	}
	return provision.ShareOf(r.job, r.journal, others, *reading), nil
}

// reservedGB is what other jobs hold at the console and wait for.
func reservedGB(ctx context.Context, run *stepRun) (int, error) {
	gb, err := run.cfg.Claims.Reserved(ctx, run.job.ID)
	if err != nil {
		return 0, storeError{fmt.Errorf("looking for what other jobs wait for: %w", err)}
	}
	return gb, nil
}

// otherPurchases are those of other jobs since a time.
func (r *stepRun) otherPurchases(ctx context.Context, since time.Time) ([]provision.Purchase, error) {
	others, err := r.cfg.Claims.Purchases(ctx, r.job.ID, since)
	if err != nil {
		return nil, storeError{fmt.Errorf("looking for the purchases of other jobs: %w", err)}
	}
	return others, nil
}
