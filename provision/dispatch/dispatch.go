// Package dispatch brings jobs from an order to the runner: it admits orders and holds them against those before, has the
// console read for their quotes, lets approved jobs to the console one at a time and in the order of approval, and calls
// for people where a job waits for them. It has the console's lock and the pause.
//
// It knows no Slack: what has changed it tells a Publisher, and people's decisions come with the Policy that holds for
// them. What a job may do is provision's to decide, and how a step is done is the Runner's.
package dispatch

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/sirupsen/logrus"

	"mozybot/provision"
	"mozybot/provision/retry"
)

// Store is what of the store this package uses; package state describes it.
type Store interface {
	Create(ctx context.Context, job provision.Job) (provision.Job, error)
	Job(ctx context.Context, id provision.JobID) (provision.Job, error)
	Jobs(ctx context.Context, states ...provision.State) ([]provision.Job, error)
	FindDuplicates(ctx context.Context, job provision.Job) ([]provision.Job, error)
	Update(ctx context.Context, id provision.JobID, change func(*provision.Job) error, entries ...provision.Entry) (provision.Job, error)
	Journal(ctx context.Context, id provision.JobID) ([]provision.Entry, error)
	ConsoleAccess(ctx context.Context) (provision.ConsoleAccess, error)
	UpdateConsoleAccess(ctx context.Context, change func(*provision.ConsoleAccess, *provision.Job) ([]provision.Entry, error)) (provision.ConsoleAccess, error)
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

// Publisher tells people. Its methods never block and may be called at any time.
type Publisher interface {
	// Changed says that something about these jobs is to be shown; with none, that only the pause has changed.
	Changed(ids ...provision.JobID)
	// Verify says that messages about a job may have been sent that are not remembered.
	Verify(id provision.JobID)
}

// Approvers are the people who may approve, at this moment. With an error it returns those that are known all the same.
type Approvers interface {
	Approvers(ctx context.Context) ([]provision.Person, error)
}

// Config is what a Dispatcher is made of. Everything but the numbers is needed.
type Config struct {
	Store     Store
	Console   Console
	Runner    Runner
	Publisher Publisher
	Approvers Approvers

	Instance     provision.Instance // which running copy this is, for the lock on the console
	DryRun       bool               // new jobs are dry runs, and no other job goes on
	SelfApproval bool               // requesters may approve their own orders, so they are called for them
	MaxOrderGB   int                // an order of more is refused

	Expires time.Duration // how long a job waits for its decision
	Every   time.Duration // how often jobs that wait too long are looked for

	Log logrus.FieldLogger
	Now func() time.Time
}

// Dispatcher is the whole of it, in its parts. Make it with New and run it once.
type Dispatcher struct {
	Admission *Admission
	Quotes    *Quotes
	Queue     *Queue
	Lock      *ConsoleLock
	Reminders *Reminders

	store     Store
	publisher Publisher
}

// backoff is how the waits grow while something cannot be done.
var backoff = retry.Backoff{First: 250 * time.Millisecond, Most: time.Minute}

// New makes a Dispatcher.
func New(c Config) *Dispatcher {
	quotes := newQuotes(c)
	lock := &ConsoleLock{store: c.Store, publisher: c.Publisher, instance: c.Instance, log: c.Log, now: c.Now}
	queue := newQueue(c, lock, quotes)
	lock.signal = queue.Signal
	return &Dispatcher{
		Admission: &Admission{store: c.Store, publisher: c.Publisher, quotes: quotes, dryRun: c.DryRun, maxOrderGB: c.MaxOrderGB, log: c.Log, now: c.Now},
		Quotes:    quotes,
		Queue:     queue,
		Lock:      lock,
		Reminders: &Reminders{
			store: c.Store, publisher: c.Publisher, approvers: c.Approvers, selfApproval: c.SelfApproval,
			expires: c.Expires, every: c.Every, log: c.Log, now: c.Now,
		},
		store: c.Store, publisher: c.Publisher,
	}
}

// Recover takes up what an earlier run left: the console's lock is freed, jobs without numbers are quoted, and all that
// may be unsaid is published. Call it once, before Run.
func (d *Dispatcher) Recover(ctx context.Context) error {
	if err := d.Lock.free(ctx); err != nil {
		return err
	}
	jobs, err := d.store.Jobs(ctx, provision.Active...)
	if err != nil {
		return fmt.Errorf("looking for jobs to go on with: %w", err)
	}
	for _, job := range jobs {
		d.publisher.Verify(job.ID)
		d.publisher.Changed(job.ID)
		if job.State() == provision.Pending && job.Quoted == nil {
			d.Quotes.Put(job.ID)
		}
	}
	return nil
}

// Run works until ctx is done, and returns when what is in hand has been put down.
func (d *Dispatcher) Run(ctx context.Context) {
	var work sync.WaitGroup
	for _, part := range []func(context.Context){d.Quotes.run, d.Queue.run, d.Reminders.run} {
		work.Go(func() { part(ctx) })
	}
	work.Wait()
}

// temporary says that an error of the console's will likely go away by itself.
func temporary(err error) bool {
	return provision.CodeOf(err) == provision.Unavailable || errors.Is(err, context.DeadlineExceeded)
}
