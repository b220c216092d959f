package runbook

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/sirupsen/logrus"

	"mozybot/provision"
)

// stepRun is one step being run in this process, with all its tries.
type stepRun struct {
	*jobRun
	step       step
	rest       []step // that follow in its phase
	persistent bool   // see phase

	proving *provision.Look // set while an act is proven: what the next step will look at

	// mayHaveActed: an act of this step has ended without the promise that it changed nothing, now or in a process before.
	// What it left under way may still take effect.
	mayHaveActed bool
}

func (j *jobRun) begin(s step, rest []step, persistent bool) *stepRun {
	r := &stepRun{jobRun: j, step: s, rest: rest, persistent: persistent}
	r.mayHaveActed = provision.MayHaveActed(j.journal, s.name())
	return r
}

// run takes the step as far as it goes: to done, skipped, or a job that no longer runs. The error is the runner's own
// trouble only; everything else is written down.
func (r *stepRun) run(ctx context.Context) error {
	for try := 1; ; try++ {
		began := r.cfg.Now()
		err := r.try(ctx)
		tried := func(how provision.EntryKind) { r.cfg.Tried(r.step.name(), how, r.cfg.Now().Sub(began)) }
		if err == nil {
			last, _ := provision.LastOf(r.journal, r.step.name())
			tried(last.Kind)
			return nil
		}
		if errors.As(err, new(storeError)) {
			return err
		}
		r.ahead = nil
		r.keep(provision.EvidenceOf(err)...)
		if ctx.Err() != nil { // our own shutdown, not the world's trouble
			return r.handOver(ctx, err)
		}
		if again := new(askAgainError); errors.As(err, &again) {
			tried(provision.Withdrawn)
			return r.askAgain(ctx, again)
		}
		r.log().WithField("attempt", try).WithError(err).Warn("the step failed")
		wait, again := r.retryAfter(try, err)
		if !again {
			tried(provision.Failed)
			return r.stick(ctx, err)
		}
		tried(provision.Deferred)
		if r.persistent {
			if err := r.postpone(ctx, err, wait); err != nil {
				return err
			}
		}
		if err := r.cfg.Pause(ctx, wait); err != nil {
			return err
		}
	}
}

// try makes the moves of the step that are still to be made.
func (r *stepRun) try(ctx context.Context) error {
	if r.job.DryRun {
		e, err := r.step.dryRun(ctx, r)
		if err != nil {
			return err
		}
		return r.record(ctx, e, nil)
	}
	switch s := r.step.(type) {
	case reader:
		return r.tryReader(ctx, s)
	case actor:
		return actorRun{r, s}.try(ctx)
	case sender:
		return senderRun{r, s}.try(ctx)
	}
	return fmt.Errorf("step %s is neither a reader nor an actor nor a sender", r.step.name())
}

func (r *stepRun) tryReader(ctx context.Context, s reader) error {
	f, err := s.read(ctx, r)
	if err != nil {
		return err
	}
	var change func(*provision.Job) error
	if f.accountID != "" {
		change = func(j *provision.Job) error {
			j.AccountID = f.accountID
			return nil
		}
	}
	return r.record(ctx, f.result(), change)
}

// actorRun is the run of a step that acts: it looks, writes down what it intends, acts, and proves it.
type actorRun struct {
	*stepRun
	actor actor
}

func (r actorRun) try(ctx context.Context) error {
	if lastWord(r.journal, r.step.name()).Kind == provision.ByHand {
		return r.checkByHand(ctx)
	}
	earlier, open := openIntent(r.journal, r.step.name())
	if open {
		r.ahead = nil
	}
	// What is to be done is decided before it is looked whether an earlier intent took effect: an act that takes effect late,
	// between the two, would else pass for somebody else's, and be done twice.
	plan, planErr := r.actor.plan(ctx, r.stepRun)
	// An intent that was never confirmed did nothing, whatever somebody else did meanwhile.
	if open && (r.mayHaveActed || !earlier.Confirms) {
		seen, err := r.reconcile(ctx, earlier)
		if err != nil {
			return err
		}
		if seen.outcome == Applied {
			return r.record(ctx, seen.result(), nil)
		}
	}
	if planErr != nil {
		return planErr
	}
	if err := r.record(ctx, plan, stillRunning); err != nil || plan.Kind != provision.Intended {
		return err
	}
	return r.act(ctx, plan)
}

// reconcile looks whether an intent without a result took effect: it is Applied, or else NotApplied and what was planned since
// stands, for the surroundings may have moved since it was written. An error is for when a person has to decide.
func (r actorRun) reconcile(ctx context.Context, intent provision.Entry) (observation, error) {
	seen, err := r.look(ctx, intent)
	switch seen.outcome {
	case Applied, NotApplied:
		return seen, nil
	case Unknown:
		if r.mayHaveActed {
			err = r.unseen(err, nil)
		}
		return observation{}, fmt.Errorf("looking at what was done before: %w", err)
	}
	if !r.mayHaveActed { // all acts have promised so: it is somebody else's doing
		return observation{outcome: NotApplied}, nil
	}
	if name := r.step.name(); lastWord(r.journal, name).Kind != provision.Retried || !wasShown(r.journal, name, seen) {
		return observation{}, seen.conflict(nil)
	}
	if seen.outcome = NotApplied; seen.ours {
		seen.outcome = Applied
	}
	return seen, nil
}

// look observes. The error says why the outcome is Unknown.
func (r actorRun) look(ctx context.Context, intent provision.Entry) (observation, error) {
	seen, err := r.actor.observe(ctx, r.stepRun, intent)
	if err != nil {
		return observation{outcome: Unknown}, err
	}
	return seen, nil
}

// prove looks what the act came to, and when the next step follows, at what that one will want to know.
func (r actorRun) prove(ctx context.Context, intent provision.Entry, ahead bool) (observation, error) {
	if ahead {
		next := r.upcoming()
		r.proving = &next
		defer func() { r.proving = nil }()
	}
	return r.look(ctx, intent)
}

// act acts on an intent that is written down, looks, and writes the result. It ends within Grace of a shutdown, or is cut
// off: then the intent is left without a result. What is known is written down however late it is.
func (r actorRun) act(ctx context.Context, intent provision.Entry) error {
	if err := r.mustNotBeDry(); err != nil {
		return err
	}
	stopping, written := ctx, context.WithoutCancel(ctx)
	ctx, cancel := r.outlasting(ctx)
	defer cancel()

	r.ahead = nil
	evidence, actErr := r.actor.act(ctx, r.stepRun, intent)
	r.keep(append(evidence, provision.EvidenceOf(actErr)...)...)
	if changedNothing(actErr) || actErr != nil && intent.Confirms && !confirmed(r.journal, r.step.name()) {
		return r.nothingDone(written, actErr)
	}
	r.mayHaveActed = true
	seen, lookErr := r.prove(ctx, intent, actErr == nil && stopping.Err() == nil)
	switch {
	case seen.outcome == Unknown:
		return fmt.Errorf("looking whether it took effect: %w", r.unseen(lookErr, actErr))
	case seen.outcome == Applied, seen.ours && actErr == nil && !seen.asks:
		return r.record(written, seen.result(), nil)
	case seen.outcome == Diverged:
		return seen.conflict(actErr)
	}
	return notApplied(seen, actErr)
}

// nothingDone ends an act that has changed nothing. Where the journal has it confirmed, it is taken back there: nobody else's
// charge may be taken for its own.
func (r actorRun) nothingDone(ctx context.Context, cause error) error {
	if confirmed(r.journal, r.step.name()) && !r.mayHaveActed {
		if err := r.record(ctx, provision.Entry{Kind: provision.Withdrawn, Text: provision.MessageOf(cause)}, nil); err != nil {
			return err
		}
	}
	if changedNothing(cause) || provision.CodeOf(cause) != provision.Internal || errors.As(cause, new(storeError)) {
		return cause
	}
	return &provision.Error{Code: provision.Unavailable, Message: "It failed, and nothing has changed.", Err: cause}
}

// unseen is for an act that could not be looked at afterwards. What the look promises it promises for itself only.
func (r actorRun) unseen(looked, acted error) error {
	code, why := provision.CodeOf(looked), provision.MessageOf(looked)
	if !r.persistent && (code == provision.Unavailable || code == provision.Internal) { // Internal: its time was over, say
		code, why = provision.Unavailable, "The console cannot be looked at just now."
	}
	return &provision.Error{Code: code, Err: errors.Join(looked, acted), Message: "This step was begun and may have taken effect; it could not be looked at. " + why}
}

// notApplied is for an act that has ended, and of which nothing is seen.
func notApplied(seen observation, actErr error) error {
	switch provision.CodeOf(actErr) {
	case "":
		return provision.Errorf(provision.Changed, "It was taken without complaint, but nothing has changed. %s", seen.text)
	case provision.Internal: // no promise, but we have looked
		return &provision.Error{Code: provision.Unavailable, Message: "It failed, and nothing has changed.", Err: actErr}
	}
	return &provision.Error{Code: provision.CodeOf(actErr), Message: provision.MessageOf(actErr) + " " + seen.text, Err: actErr}
}

// checkByHand ends a step that a person did by hand; who did is in the journal before. The step never acts on such a
// word; it looks whether what the next steps rest on is there.
func (r actorRun) checkByHand(ctx context.Context) error {
	e, err := r.actor.byHand(ctx, r.stepRun)
	if err != nil {
		return fmt.Errorf("looking at what was done by hand: %w", err)
	}
	e.Text = "Done by hand. " + e.Text
	return r.record(ctx, e, nil)
}

// senderRun is the run of a step that sends: what was handed over is never sent again without a person's word.
type senderRun struct {
	*stepRun
	sender sender
}

func (r senderRun) try(ctx context.Context) error {
	if lastWord(r.journal, r.step.name()).Kind == provision.ByHand {
		return r.record(ctx, provision.Entry{Kind: provision.Achieved, Text: "Done, by a person's word: mozybot can't look it up."}, nil)
	}
	if last := lastWord(r.journal, r.step.name()); last.Kind == provision.Restored {
		return &provision.Error{Code: provision.Conflict, Err: provision.ErrUncertain, Message: last.Text}
	}
	intent := r.sender.plan(r.stepRun)
	if earlier, open := openIntent(r.journal, r.step.name()); open && sentBefore(r.journal, r.step.name()) == Unknown {
		return r.sender.mayHaveBeenSent(earlier)
	}
	if err := r.mustNotBeDry(); err != nil {
		return err
	}
	written := context.WithoutCancel(ctx)
	ctx, cancel := r.outlasting(ctx)
	defer cancel()
	if err := r.sender.send(ctx, r.stepRun, func() error { return r.record(ctx, intent, stillRunning) }); err != nil {
		return err
	}
	return r.record(written, provision.Entry{Kind: provision.Achieved, Text: r.sender.sent(r.stepRun)}, nil)
}

// sentBefore is what is known of a sender's open intent: NotApplied when a person says to try again, or when the step's
// newest entry promises that nothing was sent; else Unknown.
func sentBefore(journal []provision.Entry, step provision.StepName) Outcome {
	last, _ := provision.LastOf(journal, step)
	if last.Kind == provision.Deferred || lastWord(journal, step).Kind == provision.Retried {
		return NotApplied
	}
	return Unknown
}

// openIntent is the step's last intent, while it has neither a result nor was withdrawn.
func openIntent(journal []provision.Entry, step provision.StepName) (provision.Entry, bool) {
	last, begun := provision.LastOf(journal, step, provision.Intended, provision.Withdrawn)
	return last, begun && last.Kind == provision.Intended
}

// wasShown says whether a person who spoke last was shown these very facts, and not another trouble or older ones.
func wasShown(journal []provision.Entry, step provision.StepName, seen observation) bool {
	failed, _ := provision.LastOf(journal, step, provision.Failed)
	return failed.Text == seen.facts()
}

// confirming writes down that the act is about to be confirmed.
func (r *stepRun) confirming(ctx context.Context) error {
	return r.record(ctx, provision.Entry{Kind: provision.Confirming}, stillRunning)
}

// confirmed says whether the newest intent was.
func confirmed(journal []provision.Entry, step provision.StepName) bool {
	last, _ := provision.LastOf(journal, step, provision.Intended, provision.Confirming)
	return last.Kind == provision.Confirming
}

func (r *stepRun) dry() bool { return r.job.DryRun || r.cfg.DryRun }

// mustNotBeDry is the last guard before an act.
func (r *stepRun) mustNotBeDry() error {
	if r.dry() {
		return fmt.Errorf("%s was about to act in a dry run, which is a mistake of ours; nothing was done", r.step.name())
	}
	return nil
}

// outlasting is the context of an act: a shutdown leaves it Grace.
func (r *stepRun) outlasting(ctx context.Context) (context.Context, context.CancelFunc) {
	log := r.log()
	act, cancel := context.WithTimeout(context.WithoutCancel(ctx), actTimeout)
	stop := context.AfterFunc(ctx, func() {
		log.Infof("stopping: the act in hand has %v to finish", r.cfg.Grace)
		grace := time.NewTimer(r.cfg.Grace)
		defer grace.Stop()
		select {
		case <-grace.C:
			log.Warn("stopping: the act did not finish in time; the next start looks whether it took effect")
			cancel()
		case <-act.Done():
		}
	})
	return act, func() { stop(); cancel() }
}

// nothingChanged is an act's error that promises so, whatever its code.
type nothingChanged struct{ error }

func (e nothingChanged) Unwrap() error { return e.error }

// changedNothing says whether an act's error promises that nothing was changed (see the ports).
func changedNothing(err error) bool {
	switch provision.CodeOf(err) {
	case provision.Unavailable, provision.Stale:
		return !errors.Is(err, provision.ErrUncertain)
	}
	return errors.As(err, new(nothingChanged)) || errors.As(err, new(*provision.OverchargeError))
}

// handOver leaves a step to the next start, which sees its intent and looks. Where nothing can be looked at, it has to be
// told what we know: that nothing was changed.
func (r *stepRun) handOver(ctx context.Context, cause error) error {
	if _, sends := r.step.(sender); sends && changedNothing(cause) {
		e := provision.Entry{Kind: provision.Deferred, Text: provision.MessageOf(cause) + " The next try is after the restart."}
		if err := r.record(context.WithoutCancel(ctx), e, nil); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// askAgainError takes a job back to Pending: what would be bought is not what was approved.
type askAgainError struct {
	reading provision.Reading
	charge  provision.Money
	why     string
}

func (e *askAgainError) Error() string { return e.why }

// askAgain takes the job back to Pending. The log-in is void with it: however long the answer takes, the console is
// looked over again before the first write.
func (r *stepRun) askAgain(ctx context.Context, again *askAgainError) error {
	now := r.cfg.Now()
	return r.save(ctx, unlessStopped(func(j *provision.Job) error {
		return j.AskAgain(again.reading, again.charge, again.why, now)
	}), provision.Entry{At: now, Step: r.step.name(), Kind: provision.Withdrawn, Text: again.why},
		provision.Entry{At: now, Step: provision.StepLogin, Kind: provision.Withdrawn})
}

// stick stops the job at this step and leaves it to a person.
func (r *stepRun) stick(ctx context.Context, cause error) error {
	now := r.cfg.Now()
	trouble := provision.Trouble{Step: r.step.name(), Code: provision.CodeOf(cause), Message: provision.MessageOf(cause), At: now}
	r.log().WithField("code", trouble.Code).WithError(cause).Error("the job is stuck and waits for a person")
	// What cannot be looked up has its own word for it, or none.
	_, sends := r.step.(sender)
	failed := provision.Entry{At: now, Step: r.step.name(), Kind: provision.Failed, Text: trouble.Message,
		Untouched: sends && !errors.Is(cause, provision.ErrUncertain)}
	trouble.Untouched = provision.Untouched(append(slices.Clip(r.journal), failed), r.step.name())
	return r.record(ctx, failed, unlessStopped(func(j *provision.Job) error { return j.MarkStuck(trouble) }))
}

func (r *stepRun) at() provision.JobStep {
	return provision.JobStep{Job: r.job.ID, Step: r.step.name()}
}

func (r *stepRun) log() logrus.FieldLogger {
	return r.cfg.Log.WithFields(logrus.Fields{"job": r.job.ID, "step": r.step.name()})
}

// record adds an entry of this step to the journal, with the change of the job that belongs to it.
func (r *stepRun) record(ctx context.Context, e provision.Entry, change func(*provision.Job) error) error {
	e.Step = r.step.name()
	if e.At.IsZero() {
		e.At = r.cfg.Now()
	}
	r.log().WithField("kind", e.Kind).Info("journal")
	return r.save(ctx, change, e)
}
