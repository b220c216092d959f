package runbook

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/sirupsen/logrus"

	"mozybot/provision"
)

// work is one job in hand: the newest state of its record and its journal.
type work struct {
	*Runner
	job     provision.Job
	journal []provision.Entry

	evidence *provision.Evidence // of this process's acts; nil gathers nothing

	// untouched is set when the last act of this process promised that it had changed nothing. doubtful is set when an
	// earlier one of the same step did not: what it left under way may still take effect.
	untouched, doubtful bool
}

// storeError is trouble with the journal itself. The step may not be judged by it: the job goes on where it was once
// the store is back.
type storeError struct{ error }

func (e storeError) Unwrap() error { return e.error }

// askAgainError takes a job back to Pending: what would be bought is not what was approved.
type askAgainError struct {
	reading provision.Reading
	charge  provision.Money
	why     string
}

func (e *askAgainError) Error() string { return e.why }

func (r *Runner) open(ctx context.Context, id provision.JobID) (*work, error) {
	job, err := r.Journal.Job(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("opening job %s: %w", id, err)
	}
	journal, err := r.Journal.Journal(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("opening the journal of job %s: %w", id, err)
	}
	return &work{Runner: r, job: job, journal: journal}, nil
}

// settled says whether all these steps are done or skipped.
func (w *work) settled(steps []step) bool {
	for _, s := range steps {
		if !provision.Settled(w.journal, s.name) {
			return false
		}
	}
	return true
}

// take takes one step as far as it goes: to done, skipped, or a job that no longer runs. The error is the runner's own
// trouble only; everything else is written down.
func (w *work) take(ctx context.Context, s step) error {
	for try := 1; ; try++ {
		began := w.Now()
		err := w.attempt(ctx, s)
		tried := func(how provision.EntryKind) { w.Tried(s.name, how, w.Now().Sub(began)) }
		if err == nil {
			last, _ := provision.LastOf(w.journal, s.name)
			tried(last.Kind)
			return nil
		}
		if errors.As(err, new(storeError)) {
			return err
		}
		if ctx.Err() != nil { // our own shutdown, not the world's trouble
			return w.handOver(ctx, s, err)
		}
		if again := new(askAgainError); errors.As(err, &again) {
			tried(provision.Withdrawn)
			return w.askAgain(ctx, s, again)
		}
		w.Log.WithFields(logrus.Fields{"job": w.job.ID, "step": s.name, "attempt": try}).WithError(err).
			Warn("the step did not go through")
		wait, again := w.patience(s, try, err)
		if !again {
			tried(provision.Failed)
			return w.stick(ctx, s, err)
		}
		tried(provision.Deferred)
		if s.patient {
			if err := w.postpone(ctx, s, err, wait); err != nil {
				return err
			}
		}
		if err := w.Pause(ctx, wait); err != nil {
			return err
		}
	}
}

// handOver leaves a step to the next start, which sees its intent and looks. Where nothing can be looked at, it has to be
// told what we know: that nothing was changed.
func (w *work) handOver(ctx context.Context, s step, cause error) error {
	if s.observe == nil && w.untouched {
		e := provision.Entry{Step: s.name, Kind: provision.Deferred, Text: provision.MessageOf(cause) + " The next try is after the restart."}
		if err := w.record(context.WithoutCancel(ctx), e, nil); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// attempt makes the moves of a step that are still to be made.
func (w *work) attempt(ctx context.Context, s step) error {
	if w.job.Shadow && s.would != nil {
		e, err := s.would(ctx, w)
		if err != nil {
			return err
		}
		if e.Step = s.name; e.Kind != provision.Skipped {
			e.Kind = provision.WouldDo
		}
		return w.record(ctx, e, nil)
	}
	if s.do != nil {
		text, change, err := s.do(ctx, w)
		if err != nil {
			return err
		}
		return w.record(ctx, provision.Entry{Step: s.name, Kind: provision.Achieved, Text: text}, change)
	}
	last := w.lastWord(s)
	if last.Kind == provision.ByHand {
		return w.believe(ctx, s)
	}
	// What is to be done is decided before it is looked what became of an intent that has no result yet: an act that takes
	// effect late, between the two, would else pass for somebody else's, and be done twice.
	intent, err := s.intend(ctx, w)
	if earlier, begun := provision.LastOf(w.journal, s.name, provision.Intended); begun && last.Kind != provision.Withdrawn {
		seen, err := w.pickUp(ctx, s, earlier)
		if err != nil {
			return err
		}
		if seen.finding == alreadyTrue {
			return w.record(ctx, seen.achieved(s.name), nil)
		}
	}
	if err != nil {
		return err
	}
	intent.Step = s.name
	if s.observe == nil && intent.Kind == provision.Intended { // the act writes it down
		return w.act(ctx, s, intent)
	}
	if err := w.record(ctx, intent, stillRunning); err != nil || intent.Kind != provision.Intended {
		return err
	}
	return w.act(ctx, s, intent)
}

// pickUp looks what became of an intent that has no result yet: it is already true, or else nothing of it was done, and
// what was decided anew stands, for the surroundings may have moved since it was written. An error is for when a person
// has to decide.
func (w *work) pickUp(ctx context.Context, s step, intent provision.Entry) (sight, error) {
	last := w.lastWord(s)
	anew := sight{finding: asBefore}
	if s.observe == nil {
		if last.Kind == provision.Retried || w.postponed(s) {
			return anew, nil
		}
		return sight{}, s.unknown(intent)
	}
	w.doubtful = w.doubtful || !w.untouched
	seen, err := s.observe(ctx, w, intent)
	if err != nil {
		if w.doubtful {
			err = s.unseen(err, nil)
		}
		return sight{}, fmt.Errorf("looking at what was done before: %w", err)
	}
	switch {
	case seen.finding != neither:
		return seen, nil
	case w.untouched && !w.doubtful: // a promise
		return anew, nil
	case last.Kind == provision.Retried && w.shown(s, seen):
		if seen.ours {
			seen.finding = alreadyTrue
			return seen, nil
		}
		return anew, nil
	}
	return sight{}, seen.conflict(nil)
}

// shown says whether a person who spoke last was shown these very facts, and not another trouble or older ones.
func (w *work) shown(s step, seen sight) bool {
	failed, _ := provision.LastOf(w.journal, s.name, provision.Failed)
	return failed.Text == seen.facts()
}

// facts are what is and what should be, with what trying again comes to.
func (s sight) facts() string { return strings.TrimSpace(s.text + " " + s.again) }

// achieved is the result of a step that is done.
func (s sight) achieved(step provision.StepName) provision.Entry {
	return provision.Entry{Step: step, Kind: provision.Achieved, Text: cmp.Or(s.done, s.text), Charged: s.charged}
}

// conflict calls a person, with both facts.
func (s sight) conflict(cause error) error {
	return &provision.Error{Code: provision.Conflict, Message: s.facts(), Err: cause}
}

// unseen is for an act that could not be looked at afterwards. What the look promises it promises for itself only.
func (s step) unseen(looked, acted error) error {
	code, why := provision.CodeOf(looked), provision.MessageOf(looked)
	if !s.patient && (code == provision.Unavailable || code == provision.Internal) { // Internal: its time was over, say
		code, why = provision.Unavailable, "The console cannot be looked at just now."
	}
	return &provision.Error{Code: code, Err: errors.Join(looked, acted), Message: "This step was begun, and what became of it could not be looked at: it may have taken effect. " + why}
}

// believe settles a step that a person did by hand; who he is stands in the journal before. The step never acts on such a
// word; it looks whether what the next steps rest on is there.
func (w *work) believe(ctx context.Context, s step) error {
	e := provision.Entry{Text: "Cannot be looked up."}
	if s.byHand != nil {
		var err error
		if e, err = s.byHand(ctx, w); err != nil {
			return fmt.Errorf("looking at what was done by hand: %w", err)
		}
	}
	e.Step, e.Kind = s.name, cmp.Or(e.Kind, provision.Achieved)
	e.Text = "Done by hand. " + e.Text
	return w.record(ctx, e, nil)
}

// act acts on an intent that is written down, looks, and writes the result. It is through within Grace of a shutdown, or
// cut off: then the intent is left without a result. What is known is written down however late it is.
func (w *work) act(ctx context.Context, s step, intent provision.Entry) error {
	if w.job.Shadow || w.Shadow {
		return fmt.Errorf("%s was about to act in shadow, which is a mistake of ours; nothing was done", s.name)
	}
	written := context.WithoutCancel(ctx)
	ctx, cancel := w.outlasting(ctx, s)
	defer cancel()

	actErr := s.act(ctx, w, intent)
	w.untouched = changedNothing(actErr)
	if w.untouched {
		if over := new(provision.OverchargeError); errors.As(actErr, &over) {
			return w.overcharged(ctx, s, over)
		}
		return actErr
	}
	if s.observe == nil {
		if actErr != nil {
			return actErr
		}
		return w.record(written, sight{text: s.success(w, intent)}.achieved(s.name), nil)
	}
	seen, err := s.observe(ctx, w, intent)
	switch {
	case err != nil:
		return fmt.Errorf("looking at what became of it: %w", s.unseen(err, actErr))
	case seen.finding == alreadyTrue, seen.ours && actErr == nil:
		return w.record(written, seen.achieved(s.name), nil)
	case seen.finding == neither:
		return seen.conflict(actErr)
	case actErr == nil:
		return provision.Errorf(provision.Changed, "It was taken without complaint, but nothing has changed. %s", seen.text)
	case provision.CodeOf(actErr) == provision.Internal: // no promise, but we have looked: nothing was changed
		return &provision.Error{Code: provision.Unavailable, Message: "It did not go through, and nothing has changed.", Err: actErr}
	}
	return &provision.Error{Code: provision.CodeOf(actErr), Message: provision.MessageOf(actErr) + " " + seen.text, Err: actErr}
}

// outlasting is the context of an act: a shutdown leaves it Grace.
func (w *work) outlasting(ctx context.Context, s step) (context.Context, context.CancelFunc) {
	log := w.Log.WithFields(logrus.Fields{"job": w.job.ID, "step": s.name})
	act, cancel := context.WithTimeout(context.WithoutCancel(ctx), actTimeout)
	stop := context.AfterFunc(ctx, func() {
		log.Infof("stopping: the act in hand has %v to finish", w.Grace)
		grace := time.NewTimer(w.Grace)
		defer grace.Stop()
		select {
		case <-grace.C:
			log.Warn("stopping: the act did not finish in time; the next start looks at what became of it")
			cancel()
		case <-act.Done():
		}
	})
	return act, func() { stop(); cancel() }
}

// changedNothing says whether an act's error promises that nothing was changed (see the ports).
func changedNothing(err error) bool {
	switch provision.CodeOf(err) {
	case provision.Unavailable, provision.Stale:
		return !errors.Is(err, provision.ErrUncertain)
	}
	return errors.As(err, new(*provision.OverchargeError))
}

// overcharged reads the console anew, so that the job can be asked about with the real amount. That is only for the
// purchase: a return that costs something is for a person to look at.
func (w *work) overcharged(ctx context.Context, s step, over *provision.OverchargeError) error {
	if s.name != provision.StepBuy {
		return &provision.Error{Code: provision.Conflict, Err: over, Message: fmt.Sprintf(
			"The console's confirmation screen asks for %s to return storage, which should cost nothing. It was cancelled; nothing was returned and nothing was paid. "+
				"I did it by hand goes on with the plan as it is.", over.Real)}
	}
	reading, err := w.Console.Read(ctx, provision.LookForQuote(w.job.Order))
	if err != nil {
		return fmt.Errorf("reading the console for the new amount: %w", err)
	}
	return &askAgainError{reading: reading, charge: over.Real, why: fmt.Sprintf(
		"The console's confirmation screen asked for %s, but %s was approved. The purchase was cancelled; nothing was bought. Please approve the real amount.",
		over.Real, over.Approved)}
}

// errStopped: somebody stopped the job, which broke its lock on the console, between one act and the next.
var errStopped = errors.New("the job was stopped meanwhile")

// stillRunning keeps an intent from being written, and with that an act from being begun, for a job that was stopped.
func stillRunning(j *provision.Job) error {
	if j.State() != provision.Running {
		return errStopped
	}
	return nil
}

// unlessStopped changes a job that is still running. What an act came to is written down in any case.
func unlessStopped(change func(*provision.Job) error) func(*provision.Job) error {
	return func(j *provision.Job) error {
		if stillRunning(j) != nil {
			return nil
		}
		return change(j)
	}
}

// askAgain takes the job back to Pending. The log-in is void with it: however long the answer takes, the console is
// looked over again before the first write.
func (w *work) askAgain(ctx context.Context, s step, again *askAgainError) error {
	now := w.Now()
	return w.save(ctx, unlessStopped(func(j *provision.Job) error {
		return j.AskAgain(again.reading, again.charge, again.why, now)
	}), provision.Entry{At: now, Step: s.name, Kind: provision.Withdrawn, Text: again.why},
		provision.Entry{At: now, Step: provision.StepLogin, Kind: provision.Withdrawn})
}

// stick stops the job at this step and leaves it to a person.
func (w *work) stick(ctx context.Context, s step, cause error) error {
	now := w.Now()
	trouble := provision.Trouble{Step: s.name, Code: provision.CodeOf(cause), Message: provision.MessageOf(cause), At: now}
	w.Log.WithFields(logrus.Fields{"job": w.job.ID, "step": s.name, "code": trouble.Code}).WithError(cause).
		Error("the job is stuck and waits for a person")
	// What cannot be looked up has its act's own word for it, or none.
	failed := provision.Entry{At: now, Step: s.name, Kind: provision.Failed, Text: trouble.Message,
		Untouched: s.observe == nil && s.act != nil && !errors.Is(cause, provision.ErrUncertain)}
	trouble.Untouched = provision.Untouched(append(slices.Clip(w.journal), failed), s.name)
	return w.record(ctx, failed, unlessStopped(func(j *provision.Job) error { return j.Stick(trouble) }))
}

// record adds an entry to the journal, with the change of the job that belongs to it.
func (w *work) record(ctx context.Context, e provision.Entry, change func(*provision.Job) error) error {
	if e.At.IsZero() {
		e.At = w.Now()
	}
	w.Log.WithFields(logrus.Fields{"job": w.job.ID, "step": e.Step, "kind": e.Kind}).Info("journal")
	return w.save(ctx, change, e)
}

// save writes entries and a change of the job. What was kept of the console since the last time goes with the first.
func (w *work) save(ctx context.Context, change func(*provision.Job) error, entries ...provision.Entry) error {
	if len(entries) > 0 {
		entries[0].Evidence = w.evidence.Take()
	}
	job, err := w.Journal.Update(ctx, w.job.ID, change, entries...)
	if err != nil {
		return storeError{fmt.Errorf("writing the journal: %w", err)}
	}
	w.job = job
	w.journal = append(w.journal, entries...)
	w.Moved(job.ID)
	return nil
}
