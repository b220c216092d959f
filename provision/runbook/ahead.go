package runbook

import (
	"context"
	"time"

	"mozybot/provision"
)

// looker is a step that looks before it does anything.
type looker interface {
	step
	// decidesBy is what it looks at; nothing when it knows already that there is nothing to do.
	decidesBy(*stepRun) provision.Look
}

// lookAhead is one look between two acts: it proves the one and is what the next step decides by. Nothing else happens in
// between but writes to the journal. It is gone with the process: after a crash the console is looked at first.
type lookAhead struct {
	look    provision.Look
	reading provision.Reading
}

// aheadLife is how old such a look may be, on a disk that takes long for the journal.
const aheadLife = 10 * time.Second

// upcoming is what the next of the steps that has anything to look at will look at.
func (r *stepRun) upcoming() provision.Look {
	for _, s := range r.rest {
		if provision.Finished(r.journal, s.name()) {
			continue
		}
		if next, looks := s.(looker); looks {
			if look := next.decidesBy(r); look != (provision.Look{}) {
				return look
			}
		}
	}
	return provision.Look{}
}

// decide is the reading that a step decides by: the one made ahead for it, or a new one.
func (r *stepRun) decide(ctx context.Context, look provision.Look) (provision.Reading, error) {
	if a := r.ahead; a != nil && a.look.Covers(look) {
		if age := r.cfg.Now().Sub(a.reading.At); age >= 0 && age < aheadLife {
			return a.reading.Only(look), nil
		}
	}
	r.ahead = nil
	return r.read(ctx, look)
}

// readAhead reads what the next step decides by together with look. When that fails, by whichever of the two, look is read
// alone: trouble with what the next step needs is the next step's.
func (r *stepRun) readAhead(ctx context.Context, look, upcoming provision.Look) (provision.Reading, error) {
	if both, ok := look.And(upcoming); ok && upcoming != (provision.Look{}) {
		if reading, err := r.readNow(ctx, both); err == nil {
			r.ahead = &lookAhead{both, reading}
			return reading.Only(look), nil
		} else if ctx.Err() != nil {
			return provision.Reading{}, err
		}
	}
	return r.readNow(ctx, look)
}

// lookOver checks the console, and reads on the way what the next step decides by.
func (r *stepRun) lookOver(ctx context.Context) error {
	look := r.upcoming()
	look.Role = r.cfg.AdminRole
	reading, err := r.readNow(ctx, look)
	if err == nil && !reading.At.IsZero() {
		r.ahead = &lookAhead{look, reading}
	}
	return err
}

// read reads the console for this step.
func (r *stepRun) read(ctx context.Context, look provision.Look) (provision.Reading, error) {
	if r.proving != nil {
		return r.readAhead(ctx, look, *r.proving)
	}
	return r.readNow(ctx, look)
}

func (r *stepRun) readNow(ctx context.Context, look provision.Look) (provision.Reading, error) {
	look.Job, look.Step = r.job.ID, r.step.name()
	if r.dry() {
		look.Change = 0 // a dry run presses no button, not even one that only asks
	}
	reading, err := r.cfg.Console.Read(ctx, look)
	r.keep(provision.EvidenceOf(err)...)
	return reading, err
}
