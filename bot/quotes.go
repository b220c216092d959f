package bot

import (
	"context"
	"errors"
	"time"

	"mozybot/provision"
)

const (
	// How long one reading of the console may take.
	readingTime = 2 * time.Minute
	// A summary waits so long for its numbers before it is posted without them.
	patience = time.Second
	// stepSummary marks journal entries about the reading for a summary, which is before the ten steps.
	stepSummary provision.StepName = "summary"
)

// attempt is a job that waits for its quote, with the tries that failed so far.
type attempt struct {
	job    provision.JobID
	failed int
}

// present has a new job shown: at once when nothing is to be waited for, else with its numbers if they come soon.
func (b *Bot) present(job provision.Job) {
	if job.State() != provision.Pending {
		b.Changed(job.ID)
		return
	}
	b.unquoted.put(attempt{job: job.ID})
	time.AfterFunc(patience, func() { b.Changed(job.ID) })
}

// makeQuotes reads the console for jobs without a quote until each has one. Only a console out of reach is tried
// again by itself; anything else, like a refused log-in, waits for a person who presses Look again.
func (b *Bot) makeQuotes(ctx context.Context) error {
	b.unquoted.each(ctx, 3, func(ctx context.Context, a attempt) {
		log := b.Log.WithField("job", a.job)
		job, err := b.Store.Job(ctx, a.job)
		if err == nil && (job.State() != provision.Pending || job.Quoted != nil) {
			return
		}
		if err == nil {
			err = b.quote(ctx, job)
		}
		if ctx.Err() != nil {
			return
		}
		if err != nil {
			log.WithError(err).Warn("reading the console for a summary")
			if err := b.recordUnread(ctx, a.job, err, provision.EvidenceOf(err)); err != nil {
				log.WithError(err).Error("recording that the console could not be read")
			}
			if passing(err) {
				b.unquoted.putAfter(backoff(a.failed+2), attempt{a.job, a.failed + 1})
			}
		}
		b.Changed(a.job)
	})
	return nil
}

// quote gives a pending job new numbers from one reading of the console.
func (b *Bot) quote(ctx context.Context, job provision.Job) error {
	ctx, stop := context.WithTimeout(ctx, readingTime)
	defer stop()
	look := provision.LookForQuote(job.Order)
	look.Job = job.ID
	reading, err := b.Console.Read(ctx, look)
	if err != nil {
		return err
	}
	if err := reading.CheckPool(); err != nil {
		return err
	}
	_, err = b.Store.Update(ctx, job.ID, func(j *provision.Job) error {
		if j.Version() != job.Version() {
			return errEdited
		}
		return j.SetQuote(reading)
	})
	if errors.Is(err, errEdited) {
		return nil
	}
	return err
}

// errEdited: the order was changed while the console was read for it as it was. Whoever changed it has it read again.
var errEdited = errors.New("the order was changed meanwhile")

// recordUnread keeps why a job has no numbers, for the summary to say, and what the console showed. The same reason is
// kept once.
func (b *Bot) recordUnread(ctx context.Context, id provision.JobID, why error, evidence []string) error {
	journal, err := b.Store.Journal(ctx, id)
	if err != nil {
		return err
	}
	text := provision.MessageOf(why)
	if errors.Is(why, context.DeadlineExceeded) {
		text = "The console did not answer in time."
	}
	if last, ok := provision.LastOf(journal, stepSummary); ok && last.Text == text {
		return nil
	}
	_, err = b.Store.Update(ctx, id, nil, provision.Entry{At: b.Now(), Step: stepSummary, Kind: provision.Failed, Text: text, Evidence: evidence})
	return err
}

// unreadReason is what recordUnread kept.
func unreadReason(journal []provision.Entry) string {
	last, _ := provision.LastOf(journal, stepSummary)
	return last.Text
}
