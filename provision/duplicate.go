package provision

import (
	"fmt"
	"time"
)

// counts says whether a job can have duplicates: one that was declined, cancelled or expired has none.
func (j Job) counts() bool {
	switch j.State() {
	case Declined, Cancelled, Expired:
		return false
	}
	return true
}

// SameDocument says whether both jobs were made of the same file, and the other one was not given up. Dry runs are only
// compared with dry runs.
func (j Job) SameDocument(other Job) bool {
	return other.counts() && j.DryRun == other.DryRun && j.Document.SHA256 != "" && j.Document.SHA256 == other.Document.SHA256
}

// SameNumber says whether both orders have the same order number, and the other job was not given up. Dry runs are only
// compared with dry runs.
func (j Job) SameNumber(other Job) bool {
	number := sameNumber(j.Order.OrderNumber)
	return other.counts() && j.DryRun == other.DryRun && j.ID != other.ID && number != "" && number == sameNumber(other.Order.OrderNumber)
}

// SuspectDuplicate asks people whether this order is the other job's, come in again; "" withdraws the question. Nothing
// is approved while it is open.
func (j *Job) SuspectDuplicate(other JobID) { j.SuspectedDuplicate = other }

// IsAnother records a person's word that this order is not the other job's, despite its number.
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
