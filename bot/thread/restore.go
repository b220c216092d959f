package thread

import (
	"context"
	"time"

	"mozybot/provision"
)

// Restore reposts deleted messages that ask for a decision, until ctx is done.
func (p *Publisher) Restore(ctx context.Context) {
	ticks := time.NewTicker(restoreEvery * p.config.Every)
	defer ticks.Stop()
	for {
		p.restore(ctx)
		select {
		case <-ticks.C:
		case <-ctx.Done():
			return
		}
	}
}

func (p *Publisher) restore(ctx context.Context) {
	jobs, err := p.store.Jobs(ctx, provision.Incomplete, provision.Pending, provision.Stuck)
	if err != nil {
		if ctx.Err() == nil {
			p.log.WithError(err).Error("looking for jobs whose messages may be gone")
		}
		return
	}
	for _, job := range jobs {
		asking := provision.MessageSummary
		if job.State() == provision.Stuck {
			journal, err := p.store.Journal(ctx, job.ID)
			if err != nil {
				p.log.WithError(err).WithField("job", job.ID).Warn("looking which message of a job may be gone")
				continue
			}
			asking = stuckKey(lastStuck(job, journal).First)
		}
		if ts := job.Messages[asking].TS; ts != "" && p.messages.Deleted(ctx, job.Conversation.Channel, ts) {
			p.log.WithField("job", job.ID).Infof("somebody deleted the message %q; it is posted again", asking)
			p.repost(ctx, job.ID, asking, ts)
		}
	}
}

// repost deletes the record of a message, so that it is posted again.
func (p *Publisher) repost(ctx context.Context, id provision.JobID, key, ts string) {
	_, err := p.store.Update(ctx, id, func(j *provision.Job) error {
		if j.Messages[key].TS == ts {
			delete(j.Messages, key)
		}
		return nil
	})
	if err != nil {
		p.log.WithError(err).WithField("job", id).Warn("dropping where a deleted message was")
		return
	}
	p.Changed(id)
}
