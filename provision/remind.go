package provision

import (
	"slices"
	"time"
)

// Reminder is one call for the people a job waits for.
type Reminder struct {
	At     time.Time `json:"at"`
	Called []Person  `json:"called"` // a user group of Slack may stand for its members
	// In is the job's message that mentions them, by its key among Messages; "" for a message of its own.
	In string `json:"in,omitempty"`
	// Nobody says that there was no approver to call; then those involved are.
	Nobody bool `json:"nobody,omitempty"`
}

// Reminders are those of one job, oldest first.
type Reminders []Reminder

// CalledIn are the people whom the job's message of that key mentions.
func (all Reminders) CalledIn(key string) []Person {
	var called []Person
	for _, r := range all {
		if r.In == key && key != "" {
			called = r.Called
		}
	}
	return called
}

// NobodyIn says whether the job's message of that key was sent while there was no approver to call.
func (all Reminders) NobodyIn(key string) bool {
	nobody := false
	for _, r := range all {
		if r.In == key && key != "" {
			nobody = r.Nobody
		}
	}
	return nobody
}

// Since is how many there were from then on.
func (all Reminders) Since(then time.Time) int {
	n := 0
	for _, r := range all {
		if !r.At.Before(then) {
			n++
		}
	}
	return n
}

// waiting are the states in which a job waits for people.
var waiting = []State{Incomplete, Pending, Stuck}

// Remind records a call for the people a job waits for, in the message of that key or, with "", in one of its own.
func (j *Job) Remind(called []Person, in string, now time.Time) error {
	if err := mustBe(*j, "call for anybody", waiting...); err != nil {
		return err
	}
	j.Reminders = append(slices.Clip(j.Reminders), Reminder{At: now, Called: called, In: in})
	return nil
}

// Uncalled says whether nobody was called yet for what the job waits for: since it got stuck, was asked about again or
// was opened again, or since it can be approved at all. An edit calls nobody a second time.
func (j Job) Uncalled() bool {
	last := j.Status.Last()
	if j.Reminders.Since(last.At) > 0 {
		return false
	}
	return last.To == Stuck || last.From != Pending || !slices.ContainsFunc(j.Reminders, func(r Reminder) bool { return j.Status.At(r.At).To == Pending })
}

// Expire ends a job that nobody decided in time. Nothing was bought.
func (j *Job) Expire(now time.Time) error {
	if err := mustBe(*j, "expire", Incomplete, Pending); err != nil {
		return err
	}
	j.Status.move(Expired, Mozybot, "nobody decided in time", now)
	return nil
}

// Reopen makes an expired job pending again, for new numbers. Anyone who may decline it may do that.
func (d Decision) Reopen(j *Job) error {
	if j.State() != Expired {
		return Errorf(Stale, "Nobody needs to ask again: job %s %s.", j.ID, whereItIs(*j))
	}
	if err := d.Policy.MayDecline(j.Requester, d.By); err != nil {
		return err
	}
	if !j.Erased.IsZero() {
		return Errorf(Stale, "The order of job %s was removed by now. Please drop its file again.", j.ID)
	}
	j.Quoted, j.Approvals = nil, nil
	j.Status.move(waitingState(j.Order, j.Problems), d.By, "asked again", d.At)
	return nil
}
