// Package bot is mozybot's presence in Slack: it takes order files from the channel, shows what they cost and change,
// takes decisions by button, and tells the thread what becomes of every job.
//
// Three rules hold it together. An event is stored before it is acknowledged and worked on afterwards, so nothing that
// Slack was told we have is lost (socket.go, desk.go). Everything shown is worked out from the store and compared with
// what was sent, so saying it again is harmless and a restart needs no memory (thread.go). And whatever changes a job
// goes through provision's own methods inside one transaction of the store, so two people at one button have one effect.
//
// It decides nothing about jobs, which is provision's to do; it carries out no step, which is the runner's; and it
// reads no file and no console itself. The messages' words are package blocks', the slash command's package commands'.
package bot

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sirupsen/logrus"
	"github.com/slack-go/slack"

	"mozybot/provision"
	"mozybot/state"
)

// Reader turns the content of a file into an order. An error with code Unavailable makes the bot try again; any other
// is told in the thread by its message. It is safe for concurrent use.
type Reader interface {
	Read(ctx context.Context, name string, content []byte) (provision.Order, error)
}

// Console reads the vendor's admin console for a quote. It is safe for concurrent use, and may be used while a job runs.
type Console interface {
	Read(ctx context.Context, look provision.Look) (provision.Reading, error)
}

// Runner carries jobs out. Both methods return nil when the job ended up somewhere that its life allows, stuck and
// asked about again included, and an error only when the runner itself could not go on; the job is then tried again
// later. When ctx is done they stop at the next safe place.
type Runner interface {
	// AtConsole takes an approved or running job through the steps at the console. It is called for one job at a time.
	AtConsole(ctx context.Context, id provision.JobID) error
	// Correspond does what is left after the console: the welcome mail and the task. It runs beside other jobs.
	Correspond(ctx context.Context, id provision.JobID) error
}

// Config is what a Bot is made of.
type Config struct {
	Slack   *slack.Client // with both tokens, and a timeout on its HTTP client
	Store   state.Store
	Reader  Reader
	Console Console
	Runner  Runner
	Letters Letters // nil when the welcome mail cannot be looked at

	Channels     []string // where orders are taken: names or ids
	Approvers    []string // who may say yes: user ids, user-group ids, @handles of user groups
	Requesters   []string // who may bring orders, likewise; empty for everybody in the channels
	SelfApproval bool     // the requester may approve too, if he is an approver
	Needed       int      // how many approvals a job needs; 0 for one

	Expires    time.Duration // how long a job waits for its decision; 0 for DefaultExpires
	Watch      time.Duration // how often to look for jobs that wait too long; 0 for a minute
	Shadow     bool          // new jobs are in shadow, and no other job goes on
	MaxOrderGB int           // 0 for provision.DefaultMaxOrderGB

	// Received is told of every event how long after it came it was on disk, and how long after it was acknowledged; or of
	// the error that kept it from one of them. It must not block; may be nil.
	Received func(kind string, stored, acknowledged time.Duration, err error)

	Instance provision.Instance // which running copy this is, for the lock on the console

	Evidence fs.FS // where the pictures that the journals name are; nil: none are shown

	Log logrus.FieldLogger
	Now func() time.Time // nil for time.Now

	// Steady measures how long to wait, and never jumps as the time of day may; nil for time.Now.
	Steady func() time.Time
}

// DefaultExpires is how long a job waits for its decision unless APPROVAL_EXPIRES says otherwise.
const DefaultExpires = 72 * time.Hour

func (c Config) check() error {
	var missing []error
	for _, part := range []struct {
		name   string
		absent bool
	}{
		{"a Slack client", c.Slack == nil},
		{"a Store", c.Store == nil},
		{"a Reader", c.Reader == nil},
		{"a Console", c.Console == nil},
		{"a Runner", c.Runner == nil},
		{"a Log", c.Log == nil},
		{"at least one channel", len(c.Channels) == 0},
		{"at least one approver", len(c.Approvers) == 0},
	} {
		if part.absent {
			missing = append(missing, fmt.Errorf("making the bot: it needs %s", part.name))
		}
	}
	return errors.Join(missing...)
}

// Bot is one instance of the Slack app. Make it with New and run it once.
type Bot struct {
	Config

	ready   chan struct{}
	greeted sync.Once

	greetings chan struct{} // holds a token when Slack has said hello
	connected atomic.Bool   // Slack reaches us, as far as we know, and what it could not deliver is found
	line      *line         // how the connection is

	inbox    queue[envelope] // what Slack sent and nobody stored yet
	orders   queue[task]     // stored events that may take long: files
	clicks   queue[task]     // stored events that somebody waits for
	unquoted queue[attempt]  // jobs that wait for their quote
	pictures queue[attempt]  // jobs that may have pictures to show
	threads  *threads        // what is to be said, and what was
	pace     *pace           // Slack's limits on saying it
	awake    chan struct{}   // tells the worker that there may be work
	people   *people         // who is in which user group
	turns    *turns          // at one file
	homes    *homes          // the Home tabs
	atWork   atWork          // the job that is at the console
	away     working         // jobs that have left the console and are still going on
	taking   sync.Mutex      // held while a new or edited order is held against all others

	me       string          // our own user id; set once, before any event is worked on
	channels map[string]bool // ids; likewise
	first    string          // of them: where jobs go that come from elsewhere
}

// New makes a Bot, or says everything that is missing at once.
func New(c Config) (*Bot, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Steady == nil {
		c.Steady = time.Now
	}
	if c.Received == nil {
		c.Received = func(string, time.Duration, time.Duration, error) {}
	}
	if c.MaxOrderGB == 0 {
		c.MaxOrderGB = provision.DefaultMaxOrderGB
	}
	if c.Expires == 0 {
		c.Expires = DefaultExpires
	}
	if c.Watch == 0 {
		c.Watch = time.Minute
	}
	return &Bot{
		Config: c, line: newLine(c.Now), ready: make(chan struct{}), greetings: make(chan struct{}, 1), awake: make(chan struct{}, 1),
		inbox: newQueue[envelope](), orders: newQueue[task](), clicks: newQueue[task](), unquoted: newQueue[attempt](), pictures: newQueue[attempt](),
		threads: newThreads(), pace: newPace(c.Steady), people: newPeople(c.Slack), turns: newTurns(), homes: newHomes(),
	}, nil
}

// Ready is closed once Slack has said hello and the bot knows its channels.
func (b *Bot) Ready() <-chan struct{} { return b.ready }

// Changed has the thread of a job, and the Home tabs, brought up to date soon. It never blocks and may be called at any time, also
// before Run.
func (b *Bot) Changed(id provision.JobID) {
	b.threads.changed(id)
	b.homes.mark()
}

// Run works until ctx is done, and then returns nil once everything in hand has been put down. It returns an error
// when Slack refuses us for good or the configuration cannot work, which trying again would not mend.
func (b *Bot) Run(ctx context.Context) error {
	left, err := b.Store.Unhandled(ctx)
	if err != nil {
		return fmt.Errorf("looking for events that were left: %w", err)
	}
	if err := b.freeConsole(ctx); err != nil {
		return err
	}
	if err := b.resume(ctx); err != nil {
		return err
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var work sync.WaitGroup
	start := func(part func(context.Context) error) {
		work.Go(func() {
			if err := part(ctx); err != nil {
				stop(err)
			}
		})
	}
	hello := make(chan struct{})
	start(func(ctx context.Context) error { return b.listen(ctx, hello) })
	start(b.store)
	start(func(ctx context.Context) error {
		if err := b.introduce(ctx); err != nil || ctx.Err() != nil {
			return err
		}
		for _, event := range left {
			b.hand(task{event: event, recovered: true})
		}
		for _, part := range []func(context.Context) error{b.takeOrders, b.takeClicks, b.makeQuotes, b.showPictures, b.speak, b.work, b.watch, b.catchUp, b.showHomes, b.forget} {
			start(part)
		}
		select {
		case <-hello:
			close(b.ready)
		case <-ctx.Done():
		}
		return nil
	})
	work.Wait()
	b.lastWords(ctx)
	if err := context.Cause(ctx); !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return nil
}

// resume has the jobs of an earlier run taken up again: quotes that were not made, and all that was not said.
func (b *Bot) resume(ctx context.Context) error {
	jobs, err := b.Store.Jobs(ctx, provision.Active...)
	if err != nil {
		return fmt.Errorf("looking for jobs to go on with: %w", err)
	}
	for _, job := range jobs {
		b.threads.doubt(job.ID)
		b.Changed(job.ID)
		if job.State() == provision.Pending && job.Quoted == nil {
			b.unquoted.put(attempt{job: job.ID})
		}
	}
	return nil
}

// forget drops the keys of old events once an hour. Slack repeats an event for minutes; a day is plenty.
func (b *Bot) forget(ctx context.Context) error {
	ticks := time.NewTicker(time.Hour)
	defer ticks.Stop()
	for {
		if err := b.Store.Forget(ctx, b.Now().Add(-24*time.Hour)); err != nil && ctx.Err() == nil {
			b.Log.WithError(err).Warn("forgetting old events")
		}
		select {
		case <-ticks.C:
		case <-ctx.Done():
			return nil
		}
	}
}
