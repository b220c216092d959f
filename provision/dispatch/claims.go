package dispatch

import (
	"context"
	"fmt"
	"time"

	"mozybot/provision"
)

// Claims says which of what the console shows belongs to other jobs: the storage they have bought and not yet given to a
// group, and the charges that are theirs. What counts is provision's to say (BoughtGB, PurchaseOf).
type Claims struct{ Store ClaimStore }

// ClaimStore is what Claims asks the store.
type ClaimStore interface {
	Jobs(ctx context.Context, states ...provision.State) ([]provision.Job, error)
	Journal(ctx context.Context, id provision.JobID) ([]provision.Entry, error)
	Purchases(ctx context.Context, but provision.JobID, since time.Time) ([]provision.Purchase, error)
}

// Reserved are the GB that jobs other than this one have bought, or may have, and wait to give to their groups.
func (c Claims) Reserved(ctx context.Context, but provision.JobID) (gb int, err error) {
	jobs, err := c.Store.Jobs(ctx, provision.Active...)
	if err != nil {
		return 0, fmt.Errorf("looking for storage that is spoken for: %w", err)
	}
	for _, j := range jobs {
		if j.ID == but {
			continue
		}
		journal, err := c.Store.Journal(ctx, j.ID)
		if err != nil {
			return 0, fmt.Errorf("looking for storage that is spoken for: %w", err)
		}
		gb += provision.BoughtGB(j, journal)
	}
	return gb, nil
}

// Purchases are those of jobs other than this one, but for jobs that were over before since: by then their charges were
// in Billing History.
func (c Claims) Purchases(ctx context.Context, but provision.JobID, since time.Time) ([]provision.Purchase, error) {
	return c.Store.Purchases(ctx, but, since)
}
