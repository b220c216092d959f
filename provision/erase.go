package provision

import (
	"crypto/sha256"
	"slices"
	"strings"
	"time"
)

// Erase removes the customer's data from a job that is over: the order, the words of its document and of all messages,
// the readings of the console. It keeps what accounting needs: id, state, dates, who decided, the figures and the
// digest, the Account ID, and the hash of the document, which recognizes the same file. Its thread gets no more
// messages. Erasing twice is no error.
func (j *Job) Erase(now time.Time) error {
	if !j.State().Over() {
		return j.must("be forgotten", Done, Declined, Cancelled, Expired, DryRunEnded)
	}
	if !j.Erased.IsZero() {
		return nil
	}
	j.Erased = now
	j.Order, j.Document.Name = Order{}, ""
	j.Problems, j.Notes, j.Trouble = nil, nil, nil
	if q := j.Quoted; q != nil {
		kept := *q
		kept.Reading.Customer, kept.Reading.Admin, kept.Reading.Notices, kept.Conflicts = nil, nil, nil, nil
		j.Quoted = &kept
	}
	history := slices.Clone(j.Status.history)
	for i := range history {
		history[i].Why, history[i].Changes = "", nil
	}
	j.Status.history = history
	return nil
}

// Erased is the entry without the customer's data; the figures of a write to the console stay.
func (e Entry) Erased() Entry {
	return Entry{Seq: e.Seq, At: e.At, Step: e.Step, Kind: e.Kind, By: e.By, Want: e.Want.anonymous(), Charged: e.Charged, ChargedOn: e.ChargedOn, Untouched: e.Untouched}
}

// DedupeKeys are fingerprints of the document and of the order number, by which possible duplicates are found.
// SameDocument and SameNumber then decide.
func (j Job) DedupeKeys() [][sha256.Size]byte {
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
