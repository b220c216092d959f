// Package state keeps what must survive a restart: the jobs and their journals, the audit of them, the access to
// the console, the Slack events that were acknowledged but not yet acted on, and a few settings of the bot's own. It holds the
// contract only; package bolt fulfils it with one file, and package statetest is the suite that any other backend has to
// pass.
//
// It knows nothing of what the records mean: which change of a job is allowed is provision's to say, and what an event
// asks for is the bot's.
package state

import (
	"context"
	"time"

	"mozybot/provision"
)

// Store is the contract. Every method is one transaction: when it returns nil, the change is on disk; when it returns
// an error, nothing has changed. All methods are safe for concurrent use. What they return belongs to the caller.
//
// Errors have a code of provision: NotFound for an unknown job, Conflict for a second job of one source, Unavailable
// when the store is closed. An error that the caller's own function returned comes back as it is.
//
// Whatever changes a job, its journal or the access to the console is in the audit when the method returns: the store has
// provision derive the facts from what was there before and after, and writes them in the same transaction.
type Store interface {
	Jobs
	Audit
	Inbox
	Settings

	// Close lets the store go, once the transactions under way have ended. Closing twice is no error.
	Close() error
}

// Jobs are the part of the contract that keeps jobs, their journals, and who may work at the console.
type Jobs interface {
	// Create saves a new job and gives it its id, the next whole number from 1; ids are never used twice. If there is
	// a job of the same Source already, it returns that one with an error of code Conflict. A Source of "" is Invalid.
	Create(ctx context.Context, job provision.Job) (provision.Job, error)

	// Job is the job of that id.
	Job(ctx context.Context, id provision.JobID) (provision.Job, error)

	// Jobs are the jobs in any of these states, by id from the lowest; with no state given, all jobs. Asking for
	// states that are not over takes time in the number of such jobs only.
	Jobs(ctx context.Context, states ...provision.State) ([]provision.Job, error)

	// Ended are at most so many of the jobs that are over, in any of these states, and ended at that time or later: the
	// one that ended last comes first. With no state given, in any. total is how many there are.
	Ended(ctx context.Context, since time.Time, most int, states ...provision.State) (newest []provision.Job, total int, err error)

	// FindDuplicates are the jobs, by id from the lowest, that a job of this Source, document or order number may be the same
	// order as; provision's SameDocument and SameNumber judge them. It takes time in the number of such jobs only.
	FindDuplicates(ctx context.Context, job provision.Job) ([]provision.Job, error)

	// Update has change work on a copy of the job, then saves it and appends the entries to its journal. Updates of
	// one job happen one after another, so change sees the newest state and may refuse it by returning an error.
	// change must not call the store. Changing the id or the source is an error, and saves nothing. A nil change only
	// appends. New approvals get their numbers (provision.Approvals.Numbered), which grow from one to the next over all
	// jobs. Of Billing History an entry keeps what decides: see provision.Entry.Condensed.
	Update(ctx context.Context, id provision.JobID, change func(*provision.Job) error, entries ...provision.Entry) (provision.Job, error)

	// Journal is all that was appended for a job, oldest first, with Seq counting from 1.
	Journal(ctx context.Context, id provision.JobID) ([]provision.Entry, error)

	// Purchases are what provision.PurchaseOf finds in the journals of all jobs but one: of those that are not over, by id
	// from the lowest, and of those that ended at that time or later, the one that ended last first. It takes time in the
	// number of such jobs that still hold the customer's data: an erased journal has no purchase to find.
	Purchases(ctx context.Context, but provision.JobID, since time.Time) ([]provision.Purchase, error)

	// Movements are all that provision.Movements finds of all jobs that are not over, by id from the lowest, and of those that
	// ended at that time or later, the one that ended last first. It takes time in the number of such jobs.
	Movements(ctx context.Context, since time.Time) ([]provision.Movement, error)

	// EraseCustomers removes the customers' data (provision.Job.Forget, Entry.Forgotten, WithoutWords) from at most so
	// many of the jobs that ended before then, those that ended first, and says from how many.
	EraseCustomers(ctx context.Context, ended time.Time, most int, now time.Time) (int, error)

	// ConsoleAccess is who has the console and whether jobs are paused; the zero ConsoleAccess until it is first changed.
	ConsoleAccess(ctx context.Context) (provision.ConsoleAccess, error)

	// UpdateConsoleAccess has change work on copies of it and of the job that holds its lock (nil when none does), then
	// saves both, with the entries that change returns in that job's journal. Otherwise it is like Update, which for
	// its part keeps the lock's step in line with the entries it appends.
	UpdateConsoleAccess(ctx context.Context, change func(*provision.ConsoleAccess, *provision.Job) ([]provision.Entry, error)) (provision.ConsoleAccess, error)
}

// Audit is the part that reads the chained record of what happened; the other parts write it.
type Audit interface {
	// AuditTrail are a job's facts in the audit, oldest first.
	AuditTrail(ctx context.Context, id provision.JobID) ([]provision.Fact, error)

	// AuditLines hands each line of the audit about a job to each, from the first. An error of each ends it and comes back as
	// it is; each must not keep the line.
	AuditLines(ctx context.Context, id provision.JobID, each func(line []byte) error) error

	// Audit hands each line of the audit to each, from the first, as it is at one moment; each must not keep it. An
	// error of each ends it and comes back as it is.
	Audit(ctx context.Context, each func(line []byte) error) error

	// Head is how far the audit goes; the zero Head when it is empty.
	Head(ctx context.Context) (provision.Head, error)
}

// Inbox is the part that keeps Slack's events from their acknowledgement until they are acted on.
type Inbox interface {
	// Receive saves an event before it is acknowledged. It says false, and saves nothing, when an event of that key
	// was received before, handled or not. A key of "" is Invalid.
	Receive(ctx context.Context, event Event) (fresh bool, err error)

	// Unhandled are the events received and not handled yet, in the order they were received.
	Unhandled(ctx context.Context) ([]Event, error)

	// Handled drops an event's payload and keeps its key, so that the same event is not taken again. It is no error
	// to say it twice, or of a key that is not known.
	Handled(ctx context.Context, key string) error

	// PurgeEvents drops the keys of handled events received before then. Slack repeats an event for some minutes, so a
	// day is plenty.
	PurgeEvents(ctx context.Context, before time.Time) error
}

// Settings is the part that keeps values under names. Who uses which names is the bot's affair.
type Settings interface {
	// Setting is the value kept under a name: "" when none was.
	Setting(ctx context.Context, name string) (string, error)

	// SetSetting keeps value under a name, instead of what was there; "" drops it. A name of "" is Invalid.
	SetSetting(ctx context.Context, name, value string) error
}

// Event is something that Slack told us, in its own words.
type Event struct {
	Key     string    `json:"key"`  // what makes it the same event: Slack's event_id, or the envelope's id
	Kind    string    `json:"kind"` // "events_api", "interactive", "slash_commands"
	At      time.Time `json:"at"`   // when it was received
	Payload []byte    `json:"payload"`

	// What follows is of this run alone, and no store keeps it.
	Recovered bool `json:"-"` // left by an earlier run, which may have done all of it but saying so
	Tries     int  `json:"-"` // that failed so far
}
