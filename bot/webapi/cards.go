package webapi

import (
	"context"

	"mozybot/bot/blocks"
	"mozybot/provision"
)

// JobStore is the part of the store that Cards reads.
type JobStore interface {
	Job(ctx context.Context, id provision.JobID) (provision.Job, error)
}

// Cards are the addresses of the cards of the jobs whose work differs by now; of a job that can't be read it has none.
func (m *Messages) Cards(ctx context.Context, store JobStore, differences []provision.Difference) blocks.Links {
	links := blocks.Links{}
	for _, f := range differences {
		if _, known := links[f.Job]; known || f.Job == "" {
			continue
		}
		if job, err := store.Job(ctx, f.Job); err == nil {
			links[f.Job] = m.Link(ctx, job)
		}
	}
	return links
}
