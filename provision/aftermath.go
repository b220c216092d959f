package provision

import "slices"

// AtConsole are the steps that change something at the console, in the order they run.
var AtConsole = []StepName{StepBuy, StepGroup, StepAdmin, StepDefaultGroup, StepReturn}

// Uncertain lists the steps of a job that may have changed something at the console, without a result that says so.
func Uncertain(journal []Entry) []StepName {
	var found []StepName
	for _, step := range AtConsole {
		if !Finished(journal, step) && MayHaveActed(journal, step) {
			found = append(found, step)
		}
	}
	return found
}

// Seen is what a later reading of the console shows of a step whose result is not known.
type Seen int

// What can be seen of a step.
const (
	SeenUnclear Seen = iota // neither as before nor as wanted: somebody else may have changed it, too
	SeenDone                // it is as the step wanted it
	SeenUndone              // it is as it was before the step
)

// SeenAfter is what the console shows of a step after the job was cancelled, and the reading; false when nobody has looked
// since.
func SeenAfter(journal []Entry, step StepName) (Seen, Reading, bool) {
	looked, ok := LastOf(journal, "", Looked)
	intent, begun := LastOf(journal, step, Intended)
	if !ok || looked.Saw == nil || !begun || intent.Want == nil || !slices.Contains(AtConsole, step) {
		return SeenUnclear, Reading{}, false
	}
	return intent.Want.seenIn(*looked.Saw), *looked.Saw, true
}

// seenIn holds what a step wanted against a reading.
func (w Want) seenIn(r Reading) Seen {
	either := func(done, undone bool) Seen {
		switch {
		case done:
			return SeenDone
		case undone:
			return SeenUndone
		}
		return SeenUnclear
	}
	switch {
	case w.Plan != nil:
		return either(r.AddOns == w.Plan.To, r.AddOns == w.Plan.From)
	case w.Group != nil:
		return either(r.Customer != nil && r.Customer.AssignedGB == w.Group.AssignedGB, r.Customer == nil)
	case w.Raised != nil:
		is := 0
		if r.Customer != nil && r.Customer.ID == w.Raised.AccountID {
			is = r.Customer.AssignedGB
		}
		return either(is == w.Raised.ToGB, is == w.Raised.FromGB)
	case w.Admin != nil:
		return either(r.Admin != nil, r.Admin == nil)
	case w.Default != nil:
		return either(r.Default.AssignedGB == w.Default.ToGB, r.Default.AssignedGB == w.Default.FromGB)
	}
	return SeenUnclear
}
