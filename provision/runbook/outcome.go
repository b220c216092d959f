package runbook

import (
	"cmp"
	"strings"

	"mozybot/provision"
)

// Outcome is what a look shows of an intent.
type Outcome int

// The outcomes. Unknown is what an intent is before anybody has looked.
const (
	Unknown    Outcome = iota // it could not be looked at, or never can be
	NotApplied                // nothing of it has happened
	Applied                   // it is done
	Diverged                  // something else has happened: a person must look
)

// observation is an outcome with its facts.
type observation struct {
	outcome Outcome
	text    string           // whole sentences: what is true now and, when it is not what was wanted, what should be
	charged provision.Charge // the line in Billing History

	// Of a Diverged one only:
	ours     bool   // the step's own mark is there although others have moved the surroundings
	asks     bool   // a person has to know of it before the job goes on, also when it is ours
	tryAgain string // what trying again comes to, unless that is simply the act
	done     string // the result where it counts as ours
}

// facts are what is and what should be, with what trying again comes to.
func (o observation) facts() string { return strings.TrimSpace(o.text + " " + o.tryAgain) }

// result is the entry of a step that is done.
func (o observation) result() provision.Entry {
	return provision.Entry{Kind: provision.Achieved, Text: cmp.Or(o.done, o.text),
		Charged: o.charged.Amount, ChargedOn: o.charged.Date}
}

// conflict calls a person, with both facts.
func (o observation) conflict(cause error) error {
	return &provision.Error{Code: provision.Conflict, Message: o.facts(), Err: cause}
}
