package dispatch

import (
	"context"
	"fmt"

	"mozybot/provision"
)

// LookAfter has the console looked at once more for a job that was cancelled, if it may have changed something there: people
// then read what is to be undone, and not what may be. It never blocks.
func (q *Quotes) LookAfter(id provision.JobID) { q.cancelled.Put(id) }

func (q *Quotes) lookAfterCancelled(ctx context.Context) {
	q.cancelled.Each(ctx, 1, func(ctx context.Context, id provision.JobID) {
		if err := q.lookAfter(ctx, id); err != nil && ctx.Err() == nil {
			q.log.WithError(err).WithField("job", id).Warn("looking at the console after a job was cancelled; people are told to look")
		}
	})
}

func (q *Quotes) lookAfter(ctx context.Context, id provision.JobID) error {
	job, err := q.store.Job(ctx, id)
	if err != nil {
		return err
	}
	journal, err := q.store.Journal(ctx, id)
	if err != nil || job.State() != provision.Cancelled || len(provision.Uncertain(journal)) == 0 {
		return err
	}
	ctx, stop := context.WithTimeout(ctx, readingTime)
	defer stop()
	look := provision.LookForQuote(job.Order)
	look.Job = id
	reading, err := q.console.Read(ctx, look)
	if err != nil {
		return fmt.Errorf("reading the console: %w", err)
	}
	reading.Charges, reading.OlderCharges = nil, nil // many lines, which nobody asks for
	if _, err := q.store.Update(ctx, id, nil, provision.Entry{At: q.now(), Kind: provision.Looked, Saw: &reading}); err != nil {
		return err
	}
	q.publisher.Changed(id)
	return nil
}
