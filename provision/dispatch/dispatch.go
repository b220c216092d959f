// Package dispatch brings jobs from an order to the runner: it admits orders and checks them for duplicates, reads the
// console for quotes, runs approved jobs at the console one at a time in order of approval, and reminds people of jobs
// that wait for them. It owns the console lock and the pause, and knows which of the systems around are out.
//
// It doesn't know Slack: it reports changes to a Publisher, and people's decisions come with the Policy that applies to
// them. Package provision decides what a job may do, and the Runner how a step is done.
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

// Store is the part of the store that this package uses; package state describes it.
type Store interface {
	Create(ctx context.Context, job provision.Job) (provision.Job, error)
	Job(ctx context.Context, id provision.JobID) (provision.Job, error)
	Jobs(ctx context.Context, states ...provision.State) ([]provision.Job, error)
	FindDuplicates(ctx context.Context, job provision.Job) ([]provision.Job, error)
	Update(ctx context.Context, id provision.JobID, change func(*provision.Job) error, entries ...provision.Entry) (provision.Job, error)
	Ended(ctx context.Context, since time.Time, most int, states ...provision.State) (newest []provision.Job, total int, err error)
	Journal(ctx context.Context, id provision.JobID) ([]provision.Entry, error)
	Movements(ctx context.Context, since time.Time) ([]provision.Movement, error)
	ConsoleAccess(ctx context.Context) (provision.ConsoleAccess, error)
	UpdateConsoleAccess(ctx context.Context, change func(*provision.ConsoleAccess, *provision.Job) ([]provision.Entry, error)) (provision.ConsoleAccess, error)
	Setting(ctx context.Context, name string) (string, error)
	SetSetting(ctx context.Context, name, value string) error
}

// Console reads the vendor's admin console for a quote. It is safe for concurrent use, and may be used while a job runs.
type Console interface {
	Read(ctx context.Context, look provision.Look) (provision.Reading, error)
}

// Runner carries jobs out. Both methods return nil when the job reached any valid state, including stuck and pending
// again, and an error only when the runner itself could not continue; the job is then tried again later. When ctx is
// done they stop at the next safe place.
type Runner interface {
	// AtConsole takes an approved or running job through the steps at the console. It is called for one job at a time.
	AtConsole(ctx context.Context, id provision.JobID) error
	// Correspond does what is left after the console: the welcome mail and the task. It runs concurrently with other
	// jobs.
	Correspond(ctx context.Context, id provision.JobID) error
}

// Publisher keeps people informed. Its methods never block and may be called at any time.
type Publisher interface {
	// Changed says that these jobs have changed; with none, that only the pause or an outage has.
	Changed(ids ...provision.JobID)
	// Verify says that messages about a job may have been sent without being recorded.
	Verify(id provision.JobID)
}

// Approvers are the people who may approve right now. With an error it still returns those that are known.
type Approvers interface {
	Approvers(ctx context.Context) ([]provision.Person, error)
	// Mentioned is how these people are called: some of them together, where they have a name for that.
	Mentioned(ctx context.Context, called []provision.Person) []provision.Person
}

// Config holds what a Dispatcher needs. Only the numbers may be zero.
type Config struct {
	Store     Store
	Console   Console
	Runner    Runner
	Publisher Publisher
	Approvers Approvers

	Instance     provision.Instance // this running copy, for the console lock
	DryRun       bool               // new jobs are dry runs, and no other job continues
	SelfApproval bool               // requesters may approve their own orders, so they are reminded too
	MaxOrderGB   int                // larger orders are refused
	AdminRole    string             // what customers' admins are given

	Expires time.Duration // how long a job waits for its decision
	Every   time.Duration // how often jobs that wait too long are looked for

	SummaryDelay time.Duration // how long a summary waits for its numbers before it is posted without them; 0 for DefaultSummaryDelay

	Log logrus.FieldLogger
	Now func() time.Time
}

// DefaultSummaryDelay is longer than the console takes to be read, most of the time, and short enough for somebody who just
// dropped a file.
const DefaultSummaryDelay = 3 * time.Second

// Dispatcher wires the parts of this package. Make it with New and run it once.
type Dispatcher struct {
	Admission *Admission
	Quotes    *Quotes
	Queue     *Queue
	Lock      *ConsoleLock
	Outages   *Outages
	Reminders *Reminders
	Drifts    *Drifts
	Storage   *Storage

	store     Store
	publisher Publisher
}

// backoff is used while something cannot be done.
var backoff = retry.Backoff{First: 250 * time.Millisecond, Most: time.Minute}

// New makes a Dispatcher.
func New(c Config) *Dispatcher {
	quotes := newQuotes(c)
	lock := &ConsoleLock{store: c.Store, publisher: c.Publisher, instance: c.Instance, log: c.Log, now: c.Now}
	outages := &Outages{store: c.Store, publisher: c.Publisher, quotes: quotes, log: c.Log, now: c.Now, failing: map[provision.Part]time.Time{}}
	queue := newQueue(c, lock, quotes, outages)
	lock.signal, outages.signal = queue.Signal, queue.Signal
	return &Dispatcher{
		Admission: &Admission{store: c.Store, publisher: c.Publisher, quotes: quotes, dryRun: c.DryRun, maxOrderGB: c.MaxOrderGB, log: c.Log, now: c.Now},
		Quotes:    quotes,
		Queue:     queue,
		Lock:      lock,
		Outages:   outages,
		Reminders: &Reminders{
			store: c.Store, publisher: c.Publisher, approvers: c.Approvers, selfApproval: c.SelfApproval,
			expires: c.Expires, every: c.Every, log: c.Log, now: c.Now,
		},
		Drifts:  &Drifts{store: c.Store, console: c.Console, role: c.AdminRole, now: c.Now},
		Storage: NewStorage(c.Store, c.Console, c.Now),
		store:   c.Store, publisher: c.Publisher,
	}
}

// Recover continues what an earlier run left: it frees the console lock, quotes jobs without numbers, and publishes
// what may not have been sent. Call it once, before Run.
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
			d.Quotes.Request(job.ID)
		}
	}
	d.Quotes.Moved()
	d.publisher.Changed() // somebody may not have been told of an outage, or of its end
	d.Outages.recheck(ctx)
	return nil
}

// Run works until ctx is done, and returns when the current work has finished.
func (d *Dispatcher) Run(ctx context.Context) {
	var work sync.WaitGroup
	for _, part := range []func(context.Context){d.Quotes.run, d.Queue.run, d.Reminders.run} {
		work.Go(func() { part(ctx) })
	}
	work.Wait()
}

// temporary says that retrying the console is likely to succeed.
func temporary(err error) bool {
	return provision.CodeOf(err) == provision.Unavailable || errors.Is(err, context.DeadlineExceeded)
}
