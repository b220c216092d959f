package dispatch

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/sirupsen/logrus"

	"mozybot/provision"
)

// stuckCalls is when the approvers of a stuck job are mentioned, counted from when it got stuck. After the last of
// these it is once a day. The first call is CallAtOnce's; a minute later it is made up for.
var stuckCalls = []time.Duration{time.Minute, time.Hour, 4 * time.Hour, 24 * time.Hour}

// Reminders reminds people of jobs that wait for them, and expires what nobody decides. It is safe for concurrent use.
type Reminders struct {
	store        Store
	publisher    Publisher
	approvers    Approvers
	selfApproval bool
	expires      time.Duration
	every        time.Duration
	log          logrus.FieldLogger
	now          func() time.Time
}

func (r *Reminders) run(ctx context.Context) {
	ticks := time.NewTicker(r.every)
	defer ticks.Stop()
	for {
		if err := r.lookAfter(ctx); err != nil && ctx.Err() == nil {
			r.log.WithError(err).Error("looking after jobs that wait for people")
		}
		select {
		case <-ticks.C:
		case <-ctx.Done():
			return
		}
	}
}

func (r *Reminders) lookAfter(ctx context.Context) error {
	jobs, err := r.store.Jobs(ctx, provision.Incomplete, provision.Pending, provision.Stuck)
	if err != nil {
		return err
	}
	for _, job := range jobs {
		moved, err := r.lookAt(ctx, job)
		if err != nil && !errors.Is(err, errMoved) {
			r.log.WithError(err).WithField("job", job.ID).Warn("looking after a job that waits")
		}
		if moved && err == nil {
			r.publisher.Changed(job.ID)
		}
	}
	return nil
}

// lookAt reminds people of a job that has waited long, or expires one that has waited too long; false when neither is
// due.
func (r *Reminders) lookAt(ctx context.Context, job provision.Job) (moved bool, err error) {
	now := r.now()
	waited := now.Sub(job.Status.Last().At)
	switch {
	case job.State() == provision.Stuck:
		if waited < nextStuckCall(job.Reminders.Since(job.Status.Last().At)) {
			return false, nil
		}
		_, err = r.call(ctx, job, "")
	case waited >= r.expires:
		_, err = r.store.Update(ctx, job.ID, func(j *provision.Job) error {
			if !j.Status.Last().At.Equal(job.Status.Last().At) { // somebody did something just now
				return errMoved
			}
			return j.Expire(now)
		})
	case waited >= r.expires/2 && !remindedSince(job, job.Status.Last().At.Add(r.expires/2)):
		_, err = r.call(ctx, job, "")
	default:
		return false, nil
	}
	return true, err
}

// errMoved: the job changed between the check and the update.
var errMoved = provision.Errorf(provision.Stale, "The job went on meanwhile.")

// nextStuckCall is how long a job is stuck before the approvers are mentioned again, after so many calls.
func nextStuckCall(called int) time.Duration {
	if last := len(stuckCalls) - 1; called > last {
		return stuckCalls[last] + time.Duration(called-last)*24*time.Hour
	}
	return stuckCalls[called]
}

func remindedSince(job provision.Job, since time.Time) bool {
	n := len(job.Reminders)
	return n > 0 && !job.Reminders[n-1].At.Before(since)
}

// CallAtOnce records who is called for a job that just got stuck or can now be approved, before its thread is updated:
// in is the message that will mention them, "" for one of its own. Of any other job that waits for people its requester
// knows, but nobody knows of one that came by mail. When that fails, the job is returned unchanged, and they are called later.
func (r *Reminders) CallAtOnce(ctx context.Context, job provision.Job, in string) (provision.Job, error) {
	unseen := job.Requester == provision.Mailbox && (job.State() == provision.Incomplete || job.State() == provision.Pending && job.Quoted != nil)
	if job.State() != provision.Stuck && !job.Approvable() && !unseen || !job.Uncalled() {
		return job, nil
	}
	called, err := r.call(ctx, job, in)
	if err != nil && ctx.Err() == nil { // the thread matters more
		r.log.WithError(err).WithField("job", job.ID).Warn("calling the approvers")
		return job, nil
	}
	return called, err
}

// call records who is reminded of a job; the thread then mentions them.
func (r *Reminders) call(ctx context.Context, job provision.Job, in string) (provision.Job, error) {
	called, nobody, err := r.whoIsNeeded(ctx, job)
	if err != nil {
		return job, err
	}
	return r.store.Update(ctx, job.ID, func(j *provision.Job) error {
		if len(j.Reminders) != len(job.Reminders) || j.State() != job.State() {
			return errMoved
		}
		if err := j.Remind(called, in, r.now()); err != nil {
			return err
		}
		j.Reminders[len(j.Reminders)-1].Nobody = nobody
		return nil
	})
}

// whoIsNeeded: a stuck or approvable job needs its approvers; any other needs its requester to correct the order, or the
// approvers where that is nobody. When nobody is left who may approve, the people involved must act.
func (r *Reminders) whoIsNeeded(ctx context.Context, job provision.Job) (called []provision.Person, nobody bool, err error) {
	if job.State() != provision.Stuck && !job.Approvable() && job.Requester != provision.Mailbox {
		return []provision.Person{job.Requester}, false, nil
	}
	called, err = r.approvers.Approvers(ctx)
	if err != nil && len(called) == 0 {
		return nil, false, err
	}
	slices.Sort(called)
	called = slices.DeleteFunc(slices.Compact(called), func(p provision.Person) bool {
		given := slices.ContainsFunc(job.Approvals, func(a provision.Approval) bool { return a.By == p })
		return job.State() == provision.Pending && (given || !r.selfApproval && slices.Contains(job.Involved(), p))
	})
	if len(called) == 0 {
		return job.Involved(), true, nil
	}
	return r.approvers.Mentioned(ctx, called), false, nil
}
