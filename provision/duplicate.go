package provision

import (
	"crypto/sha256"
	"fmt"
	"strings"
)

// SameDocument says whether j was made of the same file as another job, which was not given up.
func SameDocument(j, other Job) bool {
	return mayRepeat(j, other) && j.Document.SHA256 != "" && j.Document.SHA256 == other.Document.SHA256
}

// SameNumber says whether j's order has the same order number as another job's, which was not given up.
func SameNumber(j, other Job) bool {
	number := sameNumber(j.Order.OrderNumber)
	return mayRepeat(j, other) && number != "" && number == sameNumber(other.Order.OrderNumber)
}

// mayRepeat says whether j can be the order of the other job come in again. Dry runs are only compared with dry runs.
func mayRepeat(j, other Job) bool {
	return j.ID != other.ID && j.DryRun == other.DryRun && !other.State().givenUp()
}

// IsAnother records a person's word that this order is not the other job's, despite its number.
func (d Decision) IsAnother(j *Job, other JobID) error {
	if err := d.Policy.MayEdit(*j, d.By); err != nil {
		return err
	}
	if j.SuspectedDuplicate == "" || j.SuspectedDuplicate != other {
		return Errorf(Stale, "The question whether this is the order of job %s is settled already. Nothing was changed.", other)
	}
	j.SuspectedDuplicate = ""
	j.Status.move(waitingState(j.Order, j.Problems), d.By, fmt.Sprintf("said that this is another order than job %s", other), d.At)
	return nil
}

// DedupeKeys are fingerprints of the document and of the order number, by which possible duplicates are found.
// SameDocument and SameNumber then decide.
func DedupeKeys(j Job) [][sha256.Size]byte {
	var keys [][sha256.Size]byte
	for _, m := range []struct{ kind, value string }{{"document", j.Document.SHA256}, {"number", sameNumber(j.Order.OrderNumber)}} {
		if m.value != "" {
			keys = append(keys, sha256.Sum256([]byte(m.kind+"\x00"+m.value)))
		}
	}
	return keys
}

// sameNumber normalizes an order number, so that equal ones compare equal.
func sameNumber(number string) string { return strings.ToUpper(visible(number)) }
