package runbook

import (
	"context"
	"fmt"
	"slices"

	"mozybot/provision"
)

// step is one of the ten: a reader, an actor or a sender.
type step interface {
	name() provision.StepName
	// dryRun is the step in a job that must change nothing: it looks and gives what it would do, as an entry of kind WouldDo,
	// or Skipped when that is nothing. A reader that does the same in every job gives its usual result.
	dryRun(context.Context, *stepRun) (provision.Entry, error)
}

// reader is a step that looks and changes nothing, and so may be done over at any time.
type reader interface {
	step
	read(context.Context, *stepRun) (found, error)
}

// found is the result of a reader.
type found struct {
	text      string
	accountID string // of the customer's group, "" where it was not looked for
	skipped   bool   // there was nothing to do
}

// result is the entry of a reader's step.
func (f found) result() provision.Entry {
	if f.skipped {
		return provision.Entry{Kind: provision.Skipped, Text: f.text}
	}
	return provision.Entry{Kind: provision.Achieved, Text: f.text}
}

// actor is a step that makes something true, which can be seen.
type actor interface {
	step
	// plan looks and decides what to make true: an entry of kind Intended with what was seen and what is wanted, or of
	// kind Skipped or Achieved when there is nothing to do.
	plan(context.Context, *stepRun) (provision.Entry, error)
	// act makes it true, once, and gives the names of what was kept of the console meanwhile.
	act(ctx context.Context, run *stepRun, intent provision.Entry) (evidence []string, err error)
	// observe looks what an intent has come to, by what can be seen alone.
	observe(ctx context.Context, run *stepRun, intent provision.Entry) (observation, error)
	// byHand looks at what a person says they did: a result with what is there now, or an error with what is not.
	byHand(context.Context, *stepRun) (provision.Entry, error)
}

// sender is a step whose effect cannot be seen afterwards. Only the other side's answer tells, and it may be lost.
type sender interface {
	step
	// plan decides what to send: an entry of kind Intended.
	plan(*stepRun) provision.Entry
	// send does it, once. It calls handing, which writes the intent down, at the last moment at which it has certainly
	// not been done, and does not go on when that fails. An error with provision.ErrUncertain says that it may have been.
	send(ctx context.Context, run *stepRun, handing func() error) error
	// sent is the result in a sentence.
	sent(*stepRun) string
	// mayHaveBeenSent asks a person about an intent that has neither an answer nor a person's word.
	mayHaveBeenSent(intent provision.Entry) error
}

// atConsole is the part of a job's runbook that the console is held for, as the job was approved. Without numbers it is a new
// customer's: its first step that needs them says that there are none.
func atConsole(j provision.Job) phase {
	var group, admin, defaultGroup step = addGroup{}, addAdmin{}, assignDefault{}
	if q := j.Quoted; q != nil && q.Growth != nil {
		group, admin = raiseGroup{}, keepAdmin{}
	}
	if q := j.Quoted; q != nil && q.FromSpare {
		defaultGroup = takeSpare{}
	}
	steps := []step{readOrder{}, logIn{}, buyAddOns{}, group, admin, defaultGroup, returnAddOns{}, readAccountID{}}
	order := provision.StepsOf(j)
	slices.SortFunc(steps, func(a, b step) int { return slices.Index(order, a.name()) - slices.Index(order, b.name()) })
	return phase{steps: steps}
}

// inCorrespondence is the rest, which holds up no other job and is the same for all.
var inCorrespondence = phase{steps: []step{sendWelcomeMail{}, closeTask{}}, persistent: true}

func correspondence(provision.Job) phase { return inCorrespondence }

// phase is a part of the runbook with one way of trying again.
type phase struct {
	steps      []step
	persistent bool // what is Unavailable is tried for hours, and the thread says so
}

// finished says whether all its steps are done or skipped.
func (p phase) finished(journal []provision.Entry) bool {
	for _, s := range p.steps {
		if !provision.Finished(journal, s.name()) {
			return false
		}
	}
	return true
}

func skip(format string, args ...any) provision.Entry {
	return provision.Entry{Kind: provision.Skipped, Text: fmt.Sprintf(format, args...)}
}

func intend(saw provision.Reading, want provision.Want) provision.Entry {
	return provision.Entry{Kind: provision.Intended, Saw: &saw, Want: &want}
}

// intendPlan intends a change of the plan, which is confirmed before anything is done.
func intendPlan(saw provision.Reading, change provision.PlanChange) provision.Entry {
	e := intend(saw, provision.Want{Plan: &change})
	e.Confirms = true
	return e
}

// would makes of a plan what a dry run tells of it.
func would(plan provision.Entry, format string, args ...any) provision.Entry {
	plan.Kind, plan.Text = provision.WouldDo, fmt.Sprintf(format, args...)
	return plan
}

// asEver is the dry run of a reader that does the same in every job.
func asEver(ctx context.Context, run *stepRun, s reader) (provision.Entry, error) {
	f, err := s.read(ctx, run)
	return f.result(), err
}

// seenByHand wants what a person did to look just as if the step had done it.
func seenByHand(ctx context.Context, run *stepRun, s actor, want provision.Want) (provision.Entry, error) {
	seen, err := s.observe(ctx, run, provision.Entry{Want: &want})
	if err != nil {
		return provision.Entry{}, err
	}
	if seen.outcome != Applied {
		return provision.Entry{}, provision.Errorf(provision.Conflict, "%s", seen.text)
	}
	return provision.Entry{Kind: provision.Achieved, Text: seen.text}, nil
}
