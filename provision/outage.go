package provision

import "time"

// Part is one of the systems that mozybot works with.
type Part string

// The parts, in the order in which an outage of them hurts. Their names are stored.
const (
	PartConsole Part = "console"
	PartMail    Part = "mail"    // the server that takes the welcome mail
	PartTracker Part = "tracker" // where tasks are closed
	PartMailbox Part = "mailbox" // where orders come by e-mail
)

// Parts are all of them.
var Parts = []Part{PartConsole, PartMail, PartTracker, PartMailbox}

// patience is how long a part may be out of reach before that is an outage. Jobs at the console get stuck within seconds;
// mails and tasks wait by themselves, and mail servers are restarted now and then.
var patience = map[Part]time.Duration{
	PartConsole: 2 * time.Minute, PartMail: 15 * time.Minute, PartTracker: 15 * time.Minute, PartMailbox: 15 * time.Minute,
}

// Outage is a time in which a part could not be used, and that people are told about.
type Outage struct {
	Part  Part      `json:"part"`
	Since time.Time `json:"since"`
	Until time.Time `json:"until,omitzero"` // zero while the part is out
	Code  Code      `json:"code,omitempty"` // Unavailable, which passes by itself, or what a person has to put right
	Why   string    `json:"why,omitempty"`  // in sentences that people may read

	Channel string  `json:"channel,omitempty"` // where people were told
	Message Message `json:"message,omitzero"`  // and by which message
}

// OutageOf is the outage of a part that has been failing with err since then; false while that may be passing trouble.
// What doesn't pass by itself is an outage at once.
func OutageOf(part Part, since time.Time, err error, now time.Time) (Outage, bool) {
	o := Outage{Part: part, Since: since, Code: CodeOf(err), Why: MessageOf(err)}
	if o.Code == Internal { // mostly that something took too long
		o.Code = Unavailable
	}
	return o, o.Code != Unavailable || now.Sub(since) >= patience[part]
}

// Over says whether the part is back.
func (o Outage) Over() bool { return !o.Until.IsZero() }

// Is says whether both are the same outage, however much is known of it.
func (o Outage) Is(other Outage) bool { return o.Part == other.Part && o.Since.Equal(other.Since) }

// ConsoleOut is the outage among these that keeps jobs from running at the console; false when there is none.
func ConsoleOut(all []Outage) (Outage, bool) {
	for _, o := range all {
		if o.Part == PartConsole && !o.Over() {
			return o, true
		}
	}
	return Outage{}, false
}

// MayRun is nil unless the console is out: a job approved now would only get stuck.
func MayRun(all []Outage) error {
	o, out := ConsoleOut(all)
	if !out {
		return nil
	}
	what := "the console doesn't let mozybot in"
	switch o.Code {
	case Unavailable:
		what = "the console can't be reached"
	case Changed:
		what = "the console lacks something that mozybot needs"
	}
	return Errorf(Unavailable, "Nothing can be approved right now, because %s. The order is kept, and Approve comes back by itself.", what)
}
