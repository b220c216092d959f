package dispatch

import (
	"context"
	"fmt"
	"time"

	"mozybot/provision"
)

// Claims says which storage and charges at the console belong to other jobs: storage that they bought or freed and have neither
// given nor returned yet, and charges for it. Package provision decides what counts (HeldGB, PurchaseOf).
type Claims struct{ Store ClaimStore }

// ClaimStore is the part of the store that Claims reads.
type ClaimStore interface {
	journals
	Purchases(ctx context.Context, but provision.JobID, since time.Time) ([]provision.Purchase, error)
}

// Reserved are the GB Available that jobs other than this one hold.
func (c Claims) Reserved(ctx context.Context, but provision.JobID) (gb int, err error) {
	return reservedGB(ctx, c.Store, but)
}

type journals interface {
	Jobs(ctx context.Context, states ...provision.State) ([]provision.Job, error)
	Journal(ctx context.Context, id provision.JobID) ([]provision.Entry, error)
}

func reservedGB(ctx context.Context, store journals, but provision.JobID) (gb int, err error) {
	jobs, err := store.Jobs(ctx, provision.Active...)
	if err != nil {
		return 0, fmt.Errorf("looking for storage that is spoken for: %w", err)
	}
	for _, j := range jobs {
		if j.ID == but {
			continue
		}
		journal, err := store.Journal(ctx, j.ID)
		if err != nil {
			return 0, fmt.Errorf("looking for storage that is spoken for: %w", err)
		}
		gb += provision.HeldGB(j, journal)
	}
	return gb, nil
}

// Purchases are those of jobs other than this one, except jobs that were over before since: by then their charges were
// in Billing History.
func (c Claims) Purchases(ctx context.Context, but provision.JobID, since time.Time) ([]provision.Purchase, error) {
	return c.Store.Purchases(ctx, but, since)
}
