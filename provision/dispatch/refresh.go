package dispatch

import (
	"context"
	"errors"

	"mozybot/provision"
	"mozybot/provision/retry"
)

// Moved says that the console may show other figures than before, as after a job. It never blocks.
func (q *Quotes) Moved() {
	q.moves.Add(1)
	q.lookAgain()
}

// lookAgain has the numbers on show read again.
func (q *Quotes) lookAgain() {
	select {
	case q.moved <- struct{}{}:
	default:
	}
}

// refresh reads the console whenever it may have moved, for the jobs that wait for a decision. One reading serves them all.
func (q *Quotes) refresh(ctx context.Context) {
	for failed := 0; ; {
		select {
		case <-q.moved:
		case <-ctx.Done():
			return
		}
		err := q.readForShow(ctx)
		if !temporary(err) {
			failed = 0
		} else {
			_ = retry.Pause(ctx, backoff.After(failed+2)) // the loop ends with ctx
			failed++
			q.lookAgain()
		}
		if err != nil && ctx.Err() == nil {
			q.log.WithError(err).Warn("reading the console for the numbers of jobs that wait")
		}
	}
}

func (q *Quotes) readForShow(ctx context.Context) error {
	shown, err := q.onShow(ctx)
	if err != nil || len(shown) == 0 {
		return err
	}
	if busy, err := q.busy(ctx); err != nil || busy {
		return err
	}
	found, err := q.figures(ctx, provision.Look{Plan: true, Storage: true, Charges: true}, "")
	if err != nil {
		return err
	}
	q.show(ctx, found)
	return nil
}

// show brings the numbers of all jobs that wait for a decision up to date by a look. While a job is at the console its
// figures are those of a moment in between, and the end of that job is near.
func (q *Quotes) show(ctx context.Context, found figures) {
	busy, err := q.busy(ctx)
	if err != nil || busy {
		return
	}
	shown, err := q.onShow(ctx)
	if err != nil {
		q.log.WithError(err).Warn("looking for numbers that are out of date")
		return
	}
	q.forget(shown, found)
	for _, job := range shown {
		if !job.Quoted.Outdated(found.Reading) {
			q.newest(job.ID, found)
			continue
		}
		_, err := q.store.Update(ctx, job.ID, func(j *provision.Job) error {
			switch {
			case j.State() != provision.Pending:
				return errDecided
			case !q.newest(j.ID, found):
				return errOvertaken
			}
			return j.Requote(found.Reading)
		})
		switch {
		case errors.Is(err, errDecided), errors.Is(err, errOvertaken):
		case err != nil:
			q.log.WithError(err).WithField("job", job.ID).Warn("bringing a job's numbers up to date")
		default:
			q.publisher.Changed(job.ID)
		}
	}
}

// errDecided: somebody decided about the job while the console was read.
var errDecided = errors.New("the job does not wait for a decision any more")

// onShow are the jobs whose numbers wait for a decision.
func (q *Quotes) onShow(ctx context.Context) ([]provision.Job, error) {
	jobs, err := q.store.Jobs(ctx, provision.Pending)
	if err != nil {
		return nil, err
	}
	var shown []provision.Job
	for _, j := range jobs {
		if j.Quoted != nil {
			shown = append(shown, j)
		}
	}
	return shown, nil
}

// busy says that a job is at the console, or is about to be: the figures will move again at once.
func (q *Quotes) busy(ctx context.Context) (bool, error) {
	access, err := q.store.ConsoleAccess(ctx)
	if err != nil || access.Lock != nil {
		return true, err
	}
	if access.Pause.On() {
		return false, nil
	}
	next, err := q.store.Jobs(ctx, provision.Approved)
	return len(next) > 0, err
}
