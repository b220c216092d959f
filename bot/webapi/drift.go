package webapi

import (
	"context"

	"mozybot/bot/blocks"
	"mozybot/provision"
)

// JobStore is the part of the store that Drift reads.
type JobStore interface {
	Job(ctx context.Context, id provision.JobID) (provision.Job, error)
}

// Drift is the message about what differs, with the addresses of the cards of the jobs that it names; of a job that can't be
// read it has none.
func (m *Messages) Drift(ctx context.Context, store JobStore, d provision.Drift) blocks.Message {
	links, open := blocks.Links{}, d.Open()
	for _, f := range open[:min(len(open), blocks.MaxDifferences)] {
		if _, known := links[f.Job]; known || f.Job == "" {
			continue
		}
		if job, err := store.Job(ctx, f.Job); err == nil {
			links[f.Job] = m.Link(ctx, job)
		}
	}
	return blocks.Drift(d, links)
}
