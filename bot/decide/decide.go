// Package decide handles people's decisions: buttons, forms and what is typed after /mozy. A press, a form or a command
// has one effect or none; when it has none, the person gets a private reply that says why. Rights are looked up at that
// moment.
//
// Package provision decides which changes of a job are allowed; the texts are in packages blocks and commands.
package decide

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"github.com/sirupsen/logrus"
	"github.com/slack-go/slack"

	"mozybot/bot/blocks"
	"mozybot/bot/webapi"
	"mozybot/commands"
	"mozybot/provision"
	"mozybot/provision/dispatch"
	"mozybot/state"
)

// Store is the part of the store that this package uses; package state describes it.
type Store interface {
	commands.Jobs
	Update(ctx context.Context, id provision.JobID, change func(*provision.Job) error, entries ...provision.Entry) (provision.Job, error)
	Setting(ctx context.Context, name string) (string, error)
	SetSetting(ctx context.Context, name, value string) error
}

// HomeTabs knows which Home tabs we published.
type HomeTabs interface {
	// Published says whether we recently published the Home tab with this hash to the person.
	Published(ctx context.Context, person provision.Person, hash string) (bool, error)
}

// Rights says who may do what.
type Rights interface {
	Policy(ctx context.Context, person provision.Person) (provision.Policy, error)
	MayRequest(ctx context.Context, person provision.Person) error
	Handles(ctx context.Context, person provision.Person) bool
}

// Publisher updates what people see.
type Publisher interface {
	Changed(ids ...provision.JobID)
	// Recorded waits until the message that is being sent, if any, is recorded with its job.
	Recorded()
	// ShowFile has a job's file shown in its thread, soon.
	ShowFile(ctx context.Context, id provision.JobID) error
	// ShowEvery has every picture of a job shown in its thread, soon.
	ShowEvery(ctx context.Context, id provision.JobID) error
}

// Orders changes orders that were admitted.
type Orders interface {
	Edit(ctx context.Context, policy provision.Policy, by provision.Person, id provision.JobID, was provision.Digest, fields provision.Fields) error
	ChangesNothing(ctx context.Context, policy provision.Policy, by provision.Person, id provision.JobID, was provision.Digest) error
	Reopen(ctx context.Context, policy provision.Policy, by provision.Person, id provision.JobID) error
}

// Quotes reads the console for jobs.
type Quotes interface {
	Quote(ctx context.Context, job provision.Job) error
	// Request schedules that. It never blocks.
	Request(id provision.JobID)
	// LookAfter has the console looked at once more for a job that was cancelled.
	LookAfter(id provision.JobID)
}

// Queue continues jobs.
type Queue interface {
	Signal()
	RetryNow(ctx context.Context, id provision.JobID) error
	InCorrespondence(id provision.JobID) bool
}

// Lock is the console lock and the pause.
type Lock interface {
	Paused(ctx context.Context) (provision.Pause, error)
	Pause(ctx context.Context, c dispatch.Command, why string) error
	Resume(ctx context.Context, c dispatch.Command) error
	Break(ctx context.Context, c dispatch.Command, reason string) (provision.JobID, error)
}

// Outages tells what is out.
type Outages interface {
	// Out are the outages right now, the one that hurts most first.
	Out(ctx context.Context) ([]provision.Outage, error)
	// MayApprove is nil while a job that is approved can run, else an error whose sentence says why not.
	MayApprove(ctx context.Context) error
}

// Intake makes jobs of the files and forms that people submit.
type Intake interface {
	TakeMessage(ctx context.Context, event state.Event, by provision.Person, where provision.Conversation, files []slack.File) ([]blocks.FileResult, error)
	Linked(ctx context.Context, link, here string) (provision.Conversation, []slack.File, error)
	TypedForFile(ctx context.Context, by provision.Person, where provision.Conversation, fileID, answer string, fields provision.Fields) error
	Typed(ctx context.Context, by provision.Person, where provision.Conversation, view string, fields provision.Fields) ([]blocks.FileResult, error)
}

// Config holds what this package needs. Only Letters and TryLogin may be nil.
type Config struct {
	Messages  *webapi.Messages
	Identity  *webapi.Identity
	Store     Store
	Rights    Rights
	Publisher Publisher
	Orders    Orders
	Quotes    Quotes
	Queue     Queue
	Lock      Lock
	Outages   Outages
	Drifts    Drifts
	Storage   Storage
	Intake    Intake
	HomeTabs  HomeTabs
	Letters   Letters // nil when the welcome mail cannot be looked at

	// TryLogin logs in to the console once, also where an earlier log-in was refused. nil when nothing can be tried.
	TryLogin func(ctx context.Context) error
	// Replicas says in a sentence which copy of mozybot leads and which stand by. nil when there is one alone.
	Replicas func(ctx context.Context) (string, error)

	MaxOrderGB int
	Spare      provision.SpareRule // whether the default group's spare storage is used first

	Log logrus.FieldLogger
	Now func() time.Time
}

// Decisions is shared by buttons, forms and commands: how a job is changed, and how our own messages and forms are
// recognized.
type Decisions struct {
	config Config
	own    *own

	intending sync.Mutex // held from a word about a difference until the message shows it, so that none shows less than the one before
	announced inTurn     // of the pauses and their ends
}

// New makes what Buttons, Forms and Commands share.
func New(c Config) *Decisions {
	return &Decisions{config: c, own: &own{store: c.Store, homeTabs: c.HomeTabs, publisher: c.Publisher, outages: c.Outages}}
}

// open shows a form, and remembers that it is ours.
func (d *Decisions) open(ctx context.Context, trigger string, view slack.ModalViewRequest) error {
	d.own.opening.RLock()
	defer d.own.opening.RUnlock()
	id, err := d.config.Messages.Open(ctx, trigger, view)
	if err != nil {
		return err
	}
	return d.own.opened(ctx, id)
}

// change changes a job with the rights as they are now.
func (d *Decisions) change(ctx context.Context, by provision.Person, id provision.JobID, change func(*provision.Job, provision.Policy) error, entries ...provision.Entry) error {
	policy, err := d.config.Rights.Policy(ctx, by)
	if err != nil {
		return err
	}
	_, err = d.config.Store.Update(ctx, id, func(j *provision.Job) error { return change(j, policy) }, entries...)
	return err
}

// jobAndPolicy is the job as it is now, with the rights of the person who asks about it.
func (d *Decisions) jobAndPolicy(ctx context.Context, by provision.Person, id provision.JobID) (provision.Job, provision.Policy, error) {
	job, err := d.config.Store.Job(ctx, id)
	if err != nil {
		return provision.Job{}, provision.Policy{}, err
	}
	policy, err := d.config.Rights.Policy(ctx, by)
	return job, policy, err
}

// mayDecline returns the job if the person may decline it.
func (d *Decisions) mayDecline(ctx context.Context, by provision.Person, id provision.JobID) (provision.Job, error) {
	job, policy, err := d.jobAndPolicy(ctx, by, id)
	if err != nil {
		return provision.Job{}, err
	}
	return job, policy.MayDecline(job.Requester, by)
}

// approve counts a person's approval of what they were shown.
func (d *Decisions) approve(ctx context.Context, by provision.Person, p blocks.Press) error {
	if err := d.config.Outages.MayApprove(ctx); err != nil {
		return err
	}
	return d.change(ctx, by, p.Job, func(j *provision.Job, policy provision.Policy) error {
		return policy.By(by, d.config.Now()).Approve(j, p.Digest)
	})
}

// cancel cancels a job unless check refuses, and has looked what it leaves behind. why may be "".
func (d *Decisions) cancel(ctx context.Context, by provision.Person, id provision.JobID, why string, check func(*provision.Job) error) error {
	err := d.change(ctx, by, id, func(j *provision.Job, policy provision.Policy) error {
		if err := check(j); err != nil {
			return err
		}
		return policy.By(by, d.config.Now()).Cancel(j, cmp.Or(why, "cancelled"))
	})
	if err == nil {
		d.config.Quotes.LookAfter(id)
	}
	return err
}

// resumeStuck continues a stuck job, because somebody wants the step tried again or did it by hand, unless check
// refuses. A log-in that was refused is tried first: while it is refused again, nothing changes.
func (d *Decisions) resumeStuck(ctx context.Context, by provision.Person, id provision.JobID, how provision.EntryKind, check func(*provision.Job) error) error {
	job, err := d.config.Store.Job(ctx, id)
	if err != nil {
		return err
	}
	entry, why := provision.Entry{At: d.config.Now(), Kind: how, By: by}, "try again"
	if how == provision.ByHand {
		why = "done by hand"
	}
	if job.Trouble != nil {
		entry.Step = job.Trouble.Step
	}
	occurrence := blocks.StuckOccurrences(job)
	resume := func(j *provision.Job, policy provision.Policy) error {
		if err := check(j); err != nil {
			return err
		}
		if j.State() == provision.Stuck && blocks.StuckOccurrences(*j) != occurrence {
			return provision.Errorf(provision.Stale, "Job %s was tried again by somebody else meanwhile, and is stuck once more. Please look at its newest message.", id)
		}
		return policy.By(by, d.config.Now()).Resume(j, why)
	}
	if t := job.Trouble; how == provision.Retried && t != nil && t.Code == provision.Denied && t.ForAll() != "" && d.config.TryLogin != nil {
		if err := d.allowed(ctx, by, job, resume); err != nil {
			return err
		}
		if err := d.config.TryLogin(ctx); err != nil {
			return err
		}
	}
	return d.change(ctx, by, id, resume, entry)
}

// allowed is nil when the person may change the job so; it tries that on a copy.
func (d *Decisions) allowed(ctx context.Context, by provision.Person, job provision.Job, change func(*provision.Job, provision.Policy) error) error {
	policy, err := d.config.Rights.Policy(ctx, by)
	if err != nil {
		return err
	}
	return change(&job, policy)
}

// retryNow ends a job's wait for a mail server or a tracker that was out of reach.
func (d *Decisions) retryNow(ctx context.Context, by provision.Person, id provision.JobID) error {
	if _, err := d.mayDecline(ctx, by, id); err != nil {
		return err
	}
	return d.config.Queue.RetryNow(ctx, id)
}

// tookEffect says whether the job's state is the result of this very action, from an earlier run. Then the thread
// already shows it.
func (d *Decisions) tookEffect(ctx context.Context, event state.Event, id provision.JobID, by provision.Person) bool {
	if !event.Recovered || id == "" {
		return false
	}
	job, err := d.config.Store.Job(ctx, id)
	if err != nil {
		return false
	}
	approved := slices.ContainsFunc(job.Approvals, func(a provision.Approval) bool { return a.By == by && !a.At.Before(event.At) })
	return approved || slices.ContainsFunc(job.Status.History(), func(h provision.Transition) bool { return h.By == by && !h.At.Before(event.At) })
}

// reply sends one person a sentence that nobody else sees.
func (d *Decisions) reply(ctx context.Context, where provision.Conversation, person provision.Person, sentence, replyTo string) error {
	return d.config.Messages.PostEphemeral(ctx, where, person, blocks.Private(sentence), replyTo)
}

// replyInThread sends one person a sentence in a job's thread: for actions in the Home tab, which cannot show replies.
func (d *Decisions) replyInThread(ctx context.Context, id provision.JobID, person provision.Person, sentence string) error {
	job, err := d.config.Store.Job(ctx, id)
	if err != nil {
		return err
	}
	return d.reply(ctx, job.Thread(), person, sentence, "")
}
