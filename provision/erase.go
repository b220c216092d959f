package provision

import (
	"slices"
	"time"
)

// Erase removes the customer's data from a job that is over: the order, the words of its document and of all messages,
// the readings of the console. It keeps what accounting needs: id, state, dates, who decided, the figures and the
// digest, the Account ID, and the hash of the document, which recognizes the same file. Its thread gets no more
// messages. Erasing twice is no error.
func (j *Job) Erase(now time.Time) error {
	if !j.State().Over() {
		return mustBe(*j, "be forgotten", Done, Declined, Cancelled, Expired, DryRunEnded)
	}
	if !j.Erased.IsZero() {
		return nil
	}
	j.Erased = now
	j.Order, j.Document.Name = Order{}, ""
	j.Problems, j.Notes, j.Trouble = nil, nil, nil
	if q := j.Quoted; q != nil {
		kept := *q
		kept.Reading.Customer, kept.Reading.Admin, kept.Reading.GroupAdmins, kept.Reading.Notices, kept.Conflicts = nil, nil, nil, nil, nil
		if q.Growth != nil {
			figures := q.Growth.withoutCustomer()
			kept.Growth = &figures
		}
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
