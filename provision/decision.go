package provision

import (
	"slices"
	"strings"
	"time"
)

// Decision is what a person decides: by which policy, who, and when. Its methods are all that people may decide about a job,
// refused with Denied where it is not theirs to decide, and with Stale where somebody was there first. What mozybot does by
// itself are Job's own methods.
type Decision struct {
	Policy Policy
	By     Person
	At     time.Time // when it was given: identifies a repeat after a restart
}

// By is a person's decision under the policy.
func (p Policy) By(person Person, at time.Time) Decision { return Decision{p, person, at} }

// Approve counts one person's approval of digest; the last one needed makes the job Approved. It is refused with Denied
// (not this person's to give), Stale (the numbers have changed since the button was shown, or the job has moved on) or
// Conflict.
func (d Decision) Approve(j *Job, digest Digest) error {
	if j.State() != Pending {
		return tooLate(*j, "approved")
	}
	if err := d.Policy.MayApprove(*j, d.By); err != nil {
		return err
	}
	asked := j.Quoted
	if asked != nil && len(j.Approvals) == 0 {
		asked = asked.askedAbout(digest, d.Policy.Spare, j.Order, j.Document)
	}
	if asked == nil || asked.Digest != digest {
		return Errorf(Stale, "The numbers of job %s have changed since this button was shown. Please look at the new ones.", j.ID)
	}
	if j.SuspectedDuplicate != "" {
		return Errorf(Conflict, "Job %s cannot be approved before somebody says that it is another order than job %s.", j.ID, j.SuspectedDuplicate)
	}
	if len(j.Quoted.Conflicts) > 0 {
		return Errorf(Conflict, "Job %s cannot be approved: %s", j.ID, strings.Join(j.Quoted.Conflicts, " "))
	}
	if slices.ContainsFunc(j.Approvals, func(a Approval) bool { return a.By == d.By }) {
		return Errorf(Stale, "You approved job %s before. It waits for somebody else's approval, too.", j.ID)
	}
	j.Quoted = asked
	// Approvals of people who are no longer approvers don't count.
	j.Approvals = append(d.Policy.stillGiven(j.Approvals), Approval{By: d.By, At: d.At, Digest: digest, Policy: &d.Policy})
	if len(j.Approvals) >= d.Policy.Needed {
		j.Status.move(Approved, d.By, "approved", d.At)
	}
	return nil
}

// Decline ends the job.
func (d Decision) Decline(j *Job, why string) error {
	if !slices.Contains([]State{Incomplete, Pending}, j.State()) {
		return tooLate(*j, "declined")
	}
	if err := d.Policy.MayDecline(j.Requester, d.By); err != nil {
		return err
	}
	j.Status.move(Declined, d.By, why, d.At)
	return nil
}

// Resume takes a stuck job back to the queue, at its old place. why is "try again" or "done by hand"; the journal keeps
// what a person claims to have done, and the step verifies it.
func (d Decision) Resume(j *Job, why string) error {
	if j.State() != Stuck {
		return Errorf(Stale, "Job %s isn't stuck: it %s. There is nothing to try again.", j.ID, whereItIs(*j))
	}
	if err := d.Policy.MayUnstick(d.By); err != nil {
		return err
	}
	j.Trouble = nil
	j.Status.move(Approved, d.By, why, d.At)
	return nil
}

// Withdraw takes back what a person has given while the job still waits: their approval, or the order that they brought.
// An order without enough approvals waits for them again; an order that is withdrawn is cancelled.
func (d Decision) Withdraw(j *Job) error {
	if !slices.Contains([]State{Incomplete, Pending, Approved}, j.State()) || j.Status.started() {
		return tooLate(*j, "withdrawn")
	}
	left := j.Approvals.without(d.By)
	switch {
	case len(left) < len(j.Approvals):
		if j.Approvals = left; len(left) == 0 && j.Quoted != nil { // both ways are open again
			own := j.Quoted.by(false)
			j.Quoted = &own
		}
		j.Status.move(Pending, d.By, "took their approval back", d.At)
	case d.By == j.Requester:
		j.Status.move(Cancelled, d.By, "withdrew the order", d.At)
	default:
		return Errorf(Denied, "You have neither approved job %s nor sent its order, so there is nothing of yours to withdraw.", j.ID)
	}
	return nil
}

// Cancel ends a job that is not at the console. The requester and the approvers may cancel a waiting job, only
// approvers an approved one. What a stuck job has done stays done; the thread lists it.
func (d Decision) Cancel(j *Job, why string) error {
	var err error
	switch j.State() {
	case Incomplete, Pending:
		err = d.Policy.MayDecline(j.Requester, d.By)
	case Approved, Stuck:
		err = d.Policy.MayUnstick(d.By)
	case Running:
		err = Errorf(Stale, "Job %s is running and cannot be cancelled now. When it gets stuck it can be.", j.ID)
	default:
		err = tooLate(*j, "cancelled")
	}
	if err != nil {
		return err
	}
	j.Status.move(Cancelled, d.By, why, d.At)
	return nil
}
