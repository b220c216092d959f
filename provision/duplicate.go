package provision

import (
	"fmt"
	"time"
)

// counts says whether a job counts when another is held against it: one that was given up does not.
func (j Job) counts() bool {
	switch j.State() {
	case Declined, Cancelled, Expired:
		return false
	}
	return true
}

// SameDocument says whether both jobs were made of the same file, and the other one was not given up. What was made in
// shadow is no order, so it counts among its like only.
func (j Job) SameDocument(other Job) bool {
	return other.counts() && j.DryRun == other.DryRun && j.Document.SHA256 != "" && j.Document.SHA256 == other.Document.SHA256
}

// SameNumber says whether both orders have the same order number, and the other job was not given up, both in earnest or
// both in shadow.
func (j Job) SameNumber(other Job) bool {
	number := sameNumber(j.Order.OrderNumber)
	return other.counts() && j.DryRun == other.DryRun && j.ID != other.ID && number != "" && number == sameNumber(other.Order.OrderNumber)
}

// SuspectDuplicate has people asked whether this is the order of that job come in again; "" takes the question back. Nothing is
// approved while it stands.
func (j *Job) SuspectDuplicate(other JobID) { j.SuspectedDuplicate = other }

// IsAnother is somebody's word that this is another order than the one of job other, in spite of its number.
func (j *Job) IsAnother(policy Policy, by Person, other JobID, now time.Time) error {
	if err := j.MayEdit(policy, by); err != nil {
		return err
	}
	if j.SuspectedDuplicate == "" || j.SuspectedDuplicate != other {
		return Errorf(Stale, "The question whether this is the order of job %s is settled already. Nothing was changed.", other)
	}
	j.SuspectedDuplicate = ""
	j.move(j.waits(), by, fmt.Sprintf("said that this is another order than job %s", other), now)
	return nil
}
