package provision

import (
	"encoding/json"
	"slices"
	"time"
)

// State is where a job is in its life.
type State string

// The states of a job (package provision, "A job's life").
const (
	Incomplete  State = "incomplete" // the order lacks fields, or has wrong ones
	Pending     State = "pending"    // waits for its quote or its approval
	Approved    State = "approved"   // waits for its turn at the console
	Running     State = "running"
	Done        State = "done"
	Declined    State = "declined"
	Cancelled   State = "cancelled"
	Expired     State = "expired"
	Stuck       State = "stuck"    // needs a person
	DryRunEnded State = "shadowed" // a dry run went through: nothing was done
)

// Active are the states of jobs that are not over: such jobs must never be dropped or erased.
var Active = []State{Incomplete, Pending, Approved, Running, Stuck}

// Over says whether the state is final.
func (s State) Over() bool { return !slices.Contains(Active, s) }

// givenUp says whether the state is that of an order which nobody wants any more, so that it can come in again.
func (s State) givenUp() bool { return s == Declined || s == Cancelled || s == Expired }

// Transition is one change of state, and why.
type Transition struct {
	From State     `json:"from"`
	To   State     `json:"to"`
	At   time.Time `json:"at"`
	By   Person    `json:"by"`
	Why  string    `json:"why"` // a short phrase: "approved", "the price changed"

	Changes []Change `json:"changes,omitempty"` // of an edit
}

// Status is a job's state and history. Nothing outside this package can change it.
type Status struct {
	state   State
	history []Transition
}

type statusForm struct {
	State   State        `json:"state"`
	History []Transition `json:"history"`
}

// MarshalJSON writes {"state", "history"}.
func (s Status) MarshalJSON() ([]byte, error) { return json.Marshal(statusForm{s.state, s.history}) }

// UnmarshalJSON reads what MarshalJSON wrote.
func (s *Status) UnmarshalJSON(b []byte) error {
	var form statusForm
	if err := json.Unmarshal(b, &form); err != nil {
		return err
	}
	s.state, s.history = form.State, form.History
	return nil
}

// State is the current state.
func (s Status) State() State { return s.state }

// History is every transition, oldest first. The caller must not change it.
func (s Status) History() []Transition { return s.history }

// Last is the most recent transition.
func (s Status) Last() Transition { return s.history[len(s.history)-1] }

// At is the last transition at that time, or the first one for an earlier time.
func (s Status) At(t time.Time) Transition {
	last := s.history[0]
	for _, h := range s.history {
		if !h.At.After(t) {
			last = h
		}
	}
	return last
}

// started says whether the job has started since it was last approved.
func (s Status) started() bool {
	for _, t := range slices.Backward(s.history) {
		switch t.To {
		case Running:
			return true
		case Pending:
			return false
		}
	}
	return false
}

// edits are the transitions that changed the order, oldest first.
func (s Status) edits() []Transition {
	return slices.DeleteFunc(slices.Clone(s.history), func(t Transition) bool { return len(t.Changes) == 0 })
}

// lastEditor is who edited the order last, "" when nobody has.
func (s Status) lastEditor() (by Person) {
	for _, t := range s.edits() {
		by = t.By
	}
	return by
}

// move changes the state. It leaves copies of the status as they are.
func (s *Status) move(to State, by Person, why string, now time.Time, changes ...Change) {
	s.history = append(slices.Clip(s.history), Transition{From: s.state, To: to, At: now, By: by, Why: why, Changes: changes})
	s.state = to
}
