package provision

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// ConsoleAccess controls the approved jobs' access to the console: the pause, and the lock of the job that is there.
// There is one for all jobs. Only its methods change it.
type ConsoleAccess struct {
	Pause   Pause     `json:"pause,omitzero"`
	Resumed time.Time `json:"resumed,omitzero"` // when the last pause was ended
	Lock    *Lock     `json:"lock,omitempty"`   // nil while no job is at the console

	facts []Fact // of the changes since it was read
}

// Facts are those of the changes since it was read, for the audit.
func (g ConsoleAccess) Facts() []Fact { return g.facts }

// Pause keeps further jobs from starting: approved jobs wait, and the running one finishes. The zero Pause is none.
type Pause struct {
	By  Person    `json:"by"`
	At  time.Time `json:"at"`
	Why string    `json:"why,omitempty"` // in the words of whoever paused; "" without a reason
}

// On says whether there is a pause.
func (p Pause) On() bool { return p.By != "" }

// Lock is the one writer at the console.
type Lock struct {
	Holder Instance  `json:"holder"`
	Job    JobID     `json:"job"`
	Since  time.Time `json:"since"`
	Step   StepName  `json:"step,omitempty"` // the one the job is at, by its journal; "" before its first
	StepAt time.Time `json:"step_at,omitzero"`
}

// Instance is one running copy of the bot. Two are never equal, also when a later one has the number of an earlier.
type Instance struct {
	Host    string    `json:"host"`
	PID     int       `json:"pid"`
	Started time.Time `json:"started"`
}

// String is how people find it: "process 4711 on host-1".
func (i Instance) String() string { return fmt.Sprintf("process %d on %s", i.PID, i.Host) }

func (i Instance) is(other Instance) bool {
	return i.Host == other.Host && i.PID == other.PID && i.Started.Equal(other.Started)
}

// PauseAt begins a pause. why may be "".
func (g *ConsoleAccess) PauseAt(d Decision, why string) error {
	if err := d.Policy.mayDecide(d.By); err != nil {
		return err
	}
	if g.Pause.On() {
		return Errorf(Conflict, "mozybot is paused already, by <@%s>.", g.Pause.By)
	}
	g.Pause = Pause{By: d.By, At: d.At, Why: why}
	g.record(WhatPaused, d, why)
	return nil
}

// Resume ends the pause there is.
func (g *ConsoleAccess) Resume(d Decision) error {
	if err := d.Policy.mayDecide(d.By); err != nil {
		return err
	}
	if !g.Pause.On() {
		return Errorf(Conflict, "mozybot is not paused.")
	}
	g.Pause, g.Resumed = Pause{}, d.At
	g.record(WhatResumed, d, "")
	return nil
}

// CheckPause is Stale for a decision of an earlier run about the pause, if somebody has paused or resumed since then.
func (g *ConsoleAccess) CheckPause(decided time.Time) error {
	switch {
	case g.Pause.At.After(decided):
		return overtaken(fmt.Sprintf("<@%s> has paused it", g.Pause.By))
	case g.Resumed.After(decided):
		return overtaken("somebody has resumed it")
	}
	return nil
}

// CheckLock is Stale for a decision of an earlier run about the lock, if a job has taken it since then.
func (g *ConsoleAccess) CheckLock(decided time.Time) error {
	if g.Lock != nil && g.Lock.Since.After(decided) {
		return overtaken(fmt.Sprintf("job %s has come to the console", g.Lock.Job))
	}
	return nil
}

func overtaken(since string) error {
	return Errorf(Stale, "mozybot was restarted before it answered this, and %s since. Nothing was changed.", since)
}

// Take gives the job the lock. Taking it again is no error; while another job has it, it is a Conflict.
func (g *ConsoleAccess) Take(holder Instance, job JobID, now time.Time) error {
	if l := g.Lock; l != nil && (l.Job != job || !l.Holder.is(holder)) {
		return Errorf(Conflict, "Job %s holds the console, by %s.", l.Job, l.Holder)
	}
	if g.Lock == nil {
		g.Lock = &Lock{Holder: holder, Job: job, Since: now}
	}
	return nil
}

// Leave releases the lock if the job has it.
func (g *ConsoleAccess) Leave(holder Instance, job JobID) {
	if l := g.Lock; l != nil && l.Job == job && l.Holder.is(holder) {
		g.Lock = nil
	}
}

// Free releases the lock of a holder that has ended, which is any but me: the store is open to one instance at a time.
// It returns the released lock, nil for none.
func (g *ConsoleAccess) Free(me Instance, now time.Time) *Lock {
	left := g.Lock
	if left == nil || left.Holder.is(me) {
		return nil
	}
	g.Lock = nil
	g.facts = append(g.facts, Fact{Record{What: WhatFreed, Job: left.Job, Step: left.Step, At: now, By: Mozybot}, Words{}})
	return left
}

// Follow updates the lock's step from entries added to a job's journal. It says whether anything changed.
func (g *ConsoleAccess) Follow(id JobID, entries []Entry) bool {
	if g.Lock == nil || g.Lock.Job != id || len(entries) == 0 {
		return false
	}
	last := entries[len(entries)-1]
	step := last.Step
	if i := slices.Index(Steps, step); i >= 0 && i < slices.Index(Steps, StepAccountID) && (last.Kind == Achieved || last.Kind == Skipped) {
		step = Steps[i+1]
	}
	if step == g.Lock.Step {
		return false
	}
	l := *g.Lock
	l.Step, l.StepAt = step, last.At
	g.Lock = &l
	return true
}

// Break takes the console from the job that holds it, for a person's reason. The job is stuck from now on and starts
// nothing more; a running act first finishes, verifies and records its result (another act meanwhile could double it),
// and only then does the next job get the console. holder is the job of the lock; the entry belongs in its journal.
func (g *ConsoleAccess) Break(d Decision, reason string, holder *Job) (Entry, error) {
	if err := d.Policy.mayDecide(d.By); err != nil {
		return Entry{}, err
	}
	reason = strings.TrimSpace(reason)
	switch {
	case reason == "":
		return Entry{}, Errorf(Invalid, "Breaking the lock needs a reason, which people read in the job's thread: type it behind /mozy lock break.")
	case g.Lock == nil || holder == nil:
		return Entry{}, Errorf(Stale, "Nobody holds the console, so there is no lock to break.")
	case holder.State() != Running:
		return Entry{}, Errorf(Stale, "Job %s is %s, so there is nothing to stop. The console is free once its last act has ended.", holder.ID, holder.State())
	}
	step := g.Lock.Step
	if step == "" {
		step = Steps[0]
	}
	why := "The lock on the console was broken: " + reason
	holder.Trouble = &Trouble{Step: step, Code: Conflict, Message: why, At: d.At}
	holder.Status.move(Stuck, d.By, why, d.At)
	return Entry{At: d.At, Step: step, Kind: Broken, By: d.By, Text: reason}, nil
}

func (g *ConsoleAccess) record(what What, d Decision, why string) {
	g.facts = append(g.facts, Fact{Record: Record{What: what, At: d.At, By: d.By}, Words: Words{Text: why}})
}
