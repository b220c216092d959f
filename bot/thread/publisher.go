// Package thread keeps jobs' threads up to date: it renders from the store what each should hold, compares that with
// what was sent, and posts or edits the difference within Slack's limits. Repeating this is harmless, so nothing needs
// to survive a restart.
//
// Package blocks renders the messages; whoever changes a job calls Changed.
package thread

import (
	"context"
	"io/fs"
	"math"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sirupsen/logrus"

	"mozybot/bot/thread/sheet"
	"mozybot/bot/webapi"
	"mozybot/provision"
	"mozybot/provision/retry"
)

const (
	// Jobs that ended this recently may still have unsent messages when the bot starts.
	recentlyEnded = 7 * 24 * time.Hour
	// How long Flush may take.
	flushTime = 5 * time.Second
	// What only a person can fix (an archived channel, a missing scope) is retried this often.
	permanentFailure = 5 * time.Minute
	// restoreEvery is how many Config.Every intervals pass between two checks for deleted messages.
	restoreEvery = 10
)

// Store is the part of the store that this package uses; package state describes it.
type Store interface {
	Job(ctx context.Context, id provision.JobID) (provision.Job, error)
	Jobs(ctx context.Context, states ...provision.State) ([]provision.Job, error)
	Ended(ctx context.Context, since time.Time, most int, states ...provision.State) (newest []provision.Job, total int, err error)
	Journal(ctx context.Context, id provision.JobID) ([]provision.Entry, error)
	AuditLines(ctx context.Context, id provision.JobID, each func(line []byte) error) error
	Update(ctx context.Context, id provision.JobID, change func(*provision.Job) error, entries ...provision.Entry) (provision.Job, error)
}

// Pauses tells whether mozybot is paused.
type Pauses interface {
	Paused(ctx context.Context) (provision.Pause, error)
}

// Outages tells whether anything can be approved.
type Outages interface {
	// MayApprove is nil while a job that is approved can run, else an error whose sentence says why not.
	MayApprove(ctx context.Context) error
}

// Reminders records who is called for a job that just got stuck or can now be approved.
type Reminders interface {
	CallAtOnce(ctx context.Context, job provision.Job, in string) (provision.Job, error)
}

// Drawing draws pictures on one sheet, as sheet.Draw does with those in Config.Pictures.
type Drawing func(ctx context.Context, rows []sheet.Row) (jpg []byte, missed int, err error)

// Config holds what a Publisher needs. Only Pictures may be nil.
type Config struct {
	Store       Store
	Messages    *webapi.Messages
	Files       *webapi.Files
	Identity    *webapi.Identity
	RateLimiter *webapi.RateLimiter
	Pauses      Pauses
	Outages     Outages
	Reminders   Reminders
	Posted      func() // is told that a message was posted, so that others can link to it; it never blocks
	Pictures    fs.FS  // the pictures that the journals name; nil: none are shown
	Draw        Drawing
	ConsoleURL  string // where people look when a job is stuck; "" when they know

	SelfApproval bool // for the card's words, like the next three
	Needed       int
	Spare        provision.SpareRule
	Preview      bool
	Expires      time.Duration

	Every  time.Duration // deleted messages are looked for every restoreEvery times this
	Now    func() time.Time
	Steady func() time.Time // never jumps, as the time of day may
	Log    logrus.FieldLogger
}

// Publisher writes into jobs' threads. Changed and Verify may be called at any time; only Run writes, so nothing is
// posted twice.
type Publisher struct {
	album    *Album
	config   Config
	messages *webapi.Messages
	store    Store
	log      logrus.FieldLogger
	pending  *pending

	// These are for Run and then Flush alone.
	edited  map[provision.JobID]time.Time // when a running job's card was
	doubted map[string]bool               // by ts: messages with an edit whose answer was lost, so that they may show another state than the recorded one
	ending  bool                          // what is written now is the last of this run

	noReactions atomic.Bool // Slack does not let us: the app was installed without the scope
	sending     sync.Mutex  // held from sending a message until it is recorded: people may press before that
}

// New makes a Publisher, which writes nothing before Run.
func New(c Config) *Publisher {
	return &Publisher{album: newAlbum(c), config: c, messages: c.Messages, store: c.Store, log: c.Log, pending: newPending(), edited: map[provision.JobID]time.Time{},
		doubted: map[string]bool{}}
}

// Album shows in the same threads what is no message of ours.
func (p *Publisher) Album() *Album { return p.album }

// Changed schedules an update of the jobs' threads. It never blocks.
func (p *Publisher) Changed(ids ...provision.JobID) {
	for _, id := range ids {
		p.pending.changed(id)
	}
}

// Verify says that messages of a job may have been sent without being recorded: the thread is searched for them before
// anything is posted. It never blocks.
func (p *Publisher) Verify(id provision.JobID) { p.pending.verify(id) }

// Recorded waits until the message that is being sent, if any, is recorded with its job.
func (p *Publisher) Recorded() {
	p.sending.Lock()
	defer p.sending.Unlock()
}

// Run updates threads until ctx is done.
func (p *Publisher) Run(ctx context.Context) {
	p.requeueRecent(ctx)
	for ctx.Err() == nil {
		id, wait := p.pending.next(p.config.Steady())
		if id != "" {
			p.publish(ctx, id)
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

// publish updates one thread and marks the job again when something remains.
func (p *Publisher) publish(ctx context.Context, id provision.JobID) {
	again, err := p.reconcile(ctx, id)
	switch {
	case err != nil && ctx.Err() != nil:
		p.Changed(id)
	case err != nil:
		wait := webapi.Wait(p.pending.failed(id), err)
		log := p.log.WithError(err).WithField("job", id)
		switch {
		case webapi.ErrorCode(err) == "" || webapi.KindOf(err) == webapi.Passing:
			log.Warnf("bringing a thread up to date; trying again in %v", wait)
		case webapi.KindOf(err) == webapi.OfToken: // the log names it, once
		default:
			wait = permanentFailure
			log.Error("Slack does not let us write into a thread; a person has to look")
		}
		p.pending.changedAt(id, p.config.Steady().Add(wait))
	case again > 0:
		p.pending.changedAt(id, p.config.Steady().Add(again))
	default:
		p.pending.succeeded(id)
	}
}

// requeueRecent marks jobs that ended recently: their last message may not have been sent.
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

// Flush sends what is left after Run has returned and everything else has stopped, within a time limit: the rest is
// sent after the next start. It waits for Slack's limits but not for a card's pace, and tries once what fails.
func (p *Publisher) Flush(ctx context.Context) {
	if !p.config.Identity.Known() { // we never connected to Slack
		return
	}
	p.ending = true
	ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), flushTime)
	defer stop()
	end := p.config.Steady().Add(flushTime)
	p.Changed(p.pending.until(end)...) // what was to be written soon is written now
	for {
		now := p.config.Steady()
		id, wait := p.pending.next(now)
		if id != "" {
			p.publishLast(ctx, id)
		} else if now.Add(wait).After(end) || retry.Pause(ctx, wait) != nil {
			return
		}
	}
}

// publishLast updates one thread and marks the job again while a limit holds something back.
func (p *Publisher) publishLast(ctx context.Context, id provision.JobID) {
	again, err := p.reconcile(ctx, id)
	if err != nil {
		p.log.WithError(err).WithField("job", id).Info("not said before the end; it is said after the next start")
	} else if again > 0 {
		p.pending.changedAt(id, p.config.Steady().Add(again))
	}
}
