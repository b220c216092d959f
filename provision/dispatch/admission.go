package dispatch

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/sirupsen/logrus"

	"mozybot/provision"
)

// Admission makes jobs of orders, one at a time, so that each is checked against all earlier ones: the same file makes
// one job, and a repeated order number is a suspected duplicate. It is safe for concurrent use.
type Admission struct {
	store      Store
	publisher  Publisher
	quotes     *Quotes
	dryRun     bool
	maxOrderGB int
	log        logrus.FieldLogger
	now        func() time.Time

	mu sync.Mutex
}

// Order is an incoming order from any source.
type Order struct {
	Source    string // identifies the upload or mail, so that it makes one job
	Requester provision.Person
	Where     provision.Conversation // where its job is discussed; without a thread, the job starts one
	Document  provision.Document
	Order     provision.Order
}

// Admit makes a saved and published job of an order. It returns false and the existing job when the same source, or a
// file of the same content, has one already.
func (a *Admission) Admit(ctx context.Context, o Order) (job provision.Job, fresh bool, err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	made := provision.NewJob(o.Source, o.Requester, o.Where, o.Document, o.Order, a.maxOrderGB, a.now())
	made.DryRun = a.dryRun
	duplicates, err := a.store.FindDuplicates(ctx, made)
	if err != nil {
		return provision.Job{}, false, err
	}
	if is, found := first(duplicates, made, provision.SameDocument); found {
		a.known(is)
		return is, false, nil
	}
	made.SuspectedDuplicate = sameNumber(made, duplicates)
	job, err = a.store.Create(ctx, made)
	if err != nil && provision.CodeOf(err) != provision.Conflict {
		return job, false, fmt.Errorf("saving the job of %s: %w", made.Source, err)
	}
	if err != nil {
		a.known(job)
		return job, false, nil
	}
	a.log.WithField("job", job.ID).WithField("source", made.Source).WithField("state", job.State()).Info("an order became a job")
	a.quotes.publishNew(job)
	return job, true, nil
}

// OfSource is the existing job of this source; false when there is none. It is published again: the program may have
// ended before it was shown.
func (a *Admission) OfSource(ctx context.Context, source string) (provision.Job, bool, error) {
	made, err := a.store.FindDuplicates(ctx, provision.Job{Source: source})
	if err != nil || len(made) == 0 {
		return provision.Job{}, false, err
	}
	a.known(made[0])
	return made[0], true, nil
}

// OfDocument is the existing job of a file with this content; false when there is none.
func (a *Admission) OfDocument(ctx context.Context, document provision.Document) (provision.Job, bool, error) {
	this := provision.Job{Document: document, DryRun: a.dryRun}
	duplicates, err := a.store.FindDuplicates(ctx, this)
	if err != nil {
		return provision.Job{}, false, err
	}
	job, known := first(duplicates, this, provision.SameDocument)
	return job, known, nil
}

// known publishes an existing job again.
func (a *Admission) known(job provision.Job) {
	a.log.WithField("job", job.ID).Info("the order has a job already")
	a.publisher.Verify(job.ID)
	a.quotes.publish(job)
}

// Edit changes an order's fields for a person who saw its version was, and has it quoted again.
func (a *Admission) Edit(ctx context.Context, policy provision.Policy, by provision.Person, id provision.JobID, was provision.Digest, fields provision.Fields) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	edited, err := a.store.Job(ctx, id)
	if err != nil {
		return err
	}
	edited.Order.OrderNumber = fields.OrderNumber
	duplicates, err := a.store.FindDuplicates(ctx, edited)
	if err != nil {
		return err
	}
	suspected := sameNumber(edited, duplicates)
	_, err = a.store.Update(ctx, id, func(j *provision.Job) error {
		renumbered := j.Order.OrderNumber != fields.OrderNumber
		err := policy.By(by, a.now()).Edit(j, was, fields, a.maxOrderGB)
		if err == nil && renumbered {
			j.SuspectedDuplicate = suspected
		}
		return err
	})
	if err == nil {
		a.quotes.Request(id)
	}
	return err
}

// ChangesNothing records a person's word that what was not understood in the version was of an order changes nothing, and has it quoted.
func (a *Admission) ChangesNothing(ctx context.Context, policy provision.Policy, by provision.Person, id provision.JobID, was provision.Digest) error {
	_, err := a.store.Update(ctx, id, func(j *provision.Job) error {
		return policy.By(by, a.now()).ChangesNothing(j, was, a.maxOrderGB)
	})
	if err == nil {
		a.quotes.Request(id)
	}
	return err
}

// Reopen makes an expired job pending again, unless its file has come in again in the meantime.
func (a *Admission) Reopen(ctx context.Context, policy provision.Policy, by provision.Person, id provision.JobID) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	job, err := a.store.Job(ctx, id)
	if err != nil {
		return err
	}
	duplicates, err := a.store.FindDuplicates(ctx, job)
	if err != nil {
		return err
	}
	if again, found := first(duplicates, job, provision.SameDocument); found && job.State() == provision.Expired {
		return provision.Errorf(provision.Conflict, "The same file came in again since: it is job %s.", again.ID)
	}
	suspected := sameNumber(job, duplicates)
	_, err = a.store.Update(ctx, id, func(j *provision.Job) error {
		if err := policy.By(by, a.now()).Reopen(j); err != nil {
			return err
		}
		j.SuspectedDuplicate = suspected
		return nil
	})
	if err == nil {
		a.quotes.Request(id)
	}
	return err
}

// sameNumber is the job among these whose order has the same number, "" when there is none.
func sameNumber(job provision.Job, among []provision.Job) provision.JobID {
	is, _ := first(among, job, provision.SameNumber)
	return is.ID
}

// first is the first of some jobs that is the same as job; false when none is.
func first(among []provision.Job, job provision.Job, same func(job, other provision.Job) bool) (provision.Job, bool) {
	at := slices.IndexFunc(among, func(other provision.Job) bool { return same(job, other) })
	if at < 0 {
		return provision.Job{}, false
	}
	return among[at], true
}
