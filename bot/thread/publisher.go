// Package thread keeps the threads of jobs true: it works out from the store what each should hold, compares that with
// what was sent, and posts or edits what differs, at Slack's pace. Saying it again is harmless, so a restart needs no
// memory.
//
// What the messages say is package blocks'; when a job changes is for others to tell it, by Changed.
package thread

import (
	"context"
	"io/fs"
	"math"
	"time"

	"github.com/sirupsen/logrus"

	"mozybot/bot/webapi"
	"mozybot/provision"
	"mozybot/provision/workqueue"
)

const (
	// Jobs that ended within this time may still have something unsaid when the bot starts.
	recentlyEnded = 7 * 24 * time.Hour
	// How long Flush may take after everything else has stopped.
	flushTime = 5 * time.Second
	// What only a person can mend (an archived channel, a missing right) is tried again this often.
	permanentFailure = 5 * time.Minute
	// restoreEvery is how many times Config.Every passes between two looks at whether messages with buttons are still there.
	restoreEvery = 10
)

// Store is what of the store this package uses; package state describes it.
type Store interface {
	Job(ctx context.Context, id provision.JobID) (provision.Job, error)
	Jobs(ctx context.Context, states ...provision.State) ([]provision.Job, error)
	Ended(ctx context.Context, since time.Time, most int, states ...provision.State) (newest []provision.Job, total int, err error)
	Journal(ctx context.Context, id provision.JobID) ([]provision.Entry, error)
	Update(ctx context.Context, id provision.JobID, change func(*provision.Job) error, entries ...provision.Entry) (provision.Job, error)
}

// Pauses tells whether mozybot is paused.
type Pauses interface {
	Paused(ctx context.Context) (provision.Pause, error)
}

// Reminders notes who is called for a job that just got stuck.
type Reminders interface {
	CallAtOnce(ctx context.Context, job provision.Job) (provision.Job, error)
}

// Config is what a Publisher is made of. Everything but Pictures is needed.
type Config struct {
	Store       Store
	Messages    *webapi.Messages
	Files       *webapi.Files
	Identity    *webapi.Identity
	RateLimiter *webapi.RateLimiter
	Pauses      Pauses
	Reminders   Reminders
	Pictures    fs.FS // where the pictures that the journals name are; nil: none are shown

	SelfApproval bool // for the summary's words, like the next three
	Needed       int
	Preview      bool
	Expires      time.Duration

	Every  time.Duration // how often to look for messages that were deleted is restoreEvery times this
	Now    func() time.Time
	Steady func() time.Time // never jumps, as the time of day may
	Log    logrus.FieldLogger
}

// Publisher writes into the threads of jobs. Changed and Verify may be called at any time; Run alone writes, so nothing
// is said twice at once.
type Publisher struct {
	config   Config
	messages *webapi.Messages
	store    Store
	log      logrus.FieldLogger
	pending  *pending
	pictures *workqueue.Queue[attempt]
}

// New makes a Publisher. It writes nothing before Run.
func New(c Config) *Publisher {
	return &Publisher{config: c, messages: c.Messages, store: c.Store, log: c.Log, pending: newPending(), pictures: workqueue.New[attempt]()}
}

// Changed has the threads of jobs brought up to date soon. It never blocks.
func (p *Publisher) Changed(ids ...provision.JobID) {
	for _, id := range ids {
		p.pending.changed(id)
	}
}

// Verify says that messages of a job may have been sent that are not remembered: they are looked for before anything is
// posted. It never blocks.
func (p *Publisher) Verify(id provision.JobID) { p.pending.verify(id) }

// Run brings threads up to date until ctx is done.
func (p *Publisher) Run(ctx context.Context) {
	p.requeueRecent(ctx)
	for ctx.Err() == nil {
		ids, wait := p.pending.due(p.config.Steady())
		for _, id := range ids {
			if ctx.Err() != nil {
				p.Changed(id) // for Flush
				continue
			}
			p.publish(ctx, id)
		}
		if len(ids) > 0 {
			continue
		}
		t := time.NewTimer(wait)
		select {
		case <-p.pending.more:
		case <-t.C:
		case <-ctx.Done():
		}
		t.Stop()
	}
}

// publish brings one thread up to date and marks the job again when something remains.
func (p *Publisher) publish(ctx context.Context, id provision.JobID) {
	again, err := p.reconcile(ctx, id)
	switch {
	case err != nil && ctx.Err() != nil:
		p.Changed(id)
	case err != nil:
		wait := webapi.Wait(p.pending.failed(id), err)
		log := p.log.WithError(err).WithField("job", id)
		if webapi.ErrorCode(err) != "" && !webapi.Temporary(err) {
			wait = permanentFailure
			log.Error("Slack does not let us write into a thread; a person has to look")
		} else {
			log.Warnf("bringing a thread up to date; trying again in %v", wait)
		}
		p.pending.changedAt(id, p.config.Steady().Add(wait))
	case again > 0:
		p.pending.changedAt(id, p.config.Steady().Add(again))
	default:
		p.pending.succeeded(id)
	}
}

// requeueRecent marks jobs that ended lately: the last thing about them may not have been said.
func (p *Publisher) requeueRecent(ctx context.Context) {
	jobs, _, err := p.store.Ended(ctx, p.config.Now().Add(-recentlyEnded), math.MaxInt)
	if err != nil {
		if ctx.Err() == nil {
			p.log.WithError(err).Error("looking for finished jobs with something unsaid")
		}
		return
	}
	for _, job := range jobs {
		p.Verify(job.ID)
		p.Changed(job.ID)
	}
}

// Flush says what is left to say when Run has returned and everything else has stopped, but not for long: what remains
// is said after the next start.
func (p *Publisher) Flush(ctx context.Context) {
	if !p.config.Identity.Known() { // we never got to know Slack
		return
	}
	ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), flushTime)
	defer stop()
	ids, _ := p.pending.due(p.config.Steady().Add(flushTime))
	for _, id := range ids {
		if ctx.Err() != nil {
			return
		}
		if _, err := p.reconcile(ctx, id); err != nil {
			p.log.WithError(err).WithField("job", id).Info("not said before the end; it is said after the next start")
		}
	}
}
