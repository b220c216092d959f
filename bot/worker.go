package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"mozybot/provision"
)

// wake tells the worker that there may be a job to run. It never blocks.
func (b *Bot) wake() {
	select {
	case b.awake <- struct{}{}:
	default:
	}
}

// work takes approved jobs to the runner: one at a time at the console, in the order of approval, and those that a
// crash interrupted first. What comes after the console runs beside the next job. When ctx is done no new work begins,
// and work returns when what is in hand has been put down.
func (b *Bot) work(ctx context.Context) error {
	var beside sync.WaitGroup
	defer beside.Wait()
	failed := 0
	for ctx.Err() == nil {
		job, ok, err := b.next(ctx)
		if err == nil && ok {
			err = b.atConsole(ctx, job)
		}
		switch {
		case ctx.Err() != nil:
		case err != nil:
			failed++
			b.Log.WithError(err).WithField("job", job.ID).Errorf("running jobs; trying again in %v", backoff(failed))
			pause(ctx, backoff(failed))
		case ok:
			failed = 0
			if b.away.add(job.ID) {
				beside.Go(func() {
					defer b.wake()
					defer b.away.remove(job.ID)
					b.correspond(ctx, job.ID)
				})
			}
		default:
			select {
			case <-b.awake:
			case <-ctx.Done():
			}
		}
	}
	return nil
}

// next is the job whose turn it is.
func (b *Bot) next(ctx context.Context) (provision.Job, bool, error) {
	jobs, err := b.Store.Jobs(ctx, provision.Approved, provision.Running)
	if err != nil {
		return provision.Job{}, false, fmt.Errorf("looking for the next job: %w", err)
	}
	paused, err := b.paused(ctx)
	if err != nil {
		return provision.Job{}, false, err
	}
	jobs = slices.DeleteFunc(jobs, func(j provision.Job) bool {
		return b.away.has(j.ID) || paused.On() && j.State() == provision.Approved || b.Shadow && !j.Shadow
	})
	if len(jobs) == 0 {
		return provision.Job{}, false, nil
	}
	return slices.MinFunc(jobs, func(x, y provision.Job) int {
		if a, b := x.State() == provision.Running, y.State() == provision.Running; a != b {
			if a {
				return -1
			}
			return 1
		}
		return x.ApprovedAt().Compare(y.ApprovedAt())
	}), true, nil
}

// atConsole has a job at the console, which it holds meanwhile.
func (b *Bot) atConsole(ctx context.Context, job provision.Job) error {
	defer b.Changed(job.ID)
	if err := b.takeConsole(ctx, job.ID); err != nil {
		return err
	}
	defer b.leaveConsole(ctx, job.ID)
	b.Log.WithField("job", job.ID).Info("at the console")
	working, stop := context.WithCancel(ctx)
	defer stop()
	b.atWork.begin(job.ID, stop)
	defer b.atWork.end()
	ran := b.Runner.AtConsole(working, job.ID)
	if working.Err() != nil && ctx.Err() == nil { // somebody broke the lock
		return nil
	}
	after, err := b.Store.Job(ctx, job.ID)
	if err == nil && after.State().Over() { // cancelled just before its turn
		return nil
	}
	if err := errors.Join(ran, err); err != nil {
		return err
	}
	if after.State() == provision.Approved {
		return fmt.Errorf("job %s came back from the console as it went", job.ID)
	}
	return nil
}

// correspond does the rest of a job that is through at the console; a job that is stuck or asked about again has none.
func (b *Bot) correspond(ctx context.Context, id provision.JobID) {
	log := b.Log.WithField("job", id)
	for failed := 0; ctx.Err() == nil; failed++ {
		waiting, hurry := context.WithCancel(ctx)
		b.away.waits(id, hurry)
		err := b.finish(waiting, id)
		hurried := waiting.Err() != nil
		hurry()
		if err == nil || ctx.Err() != nil {
			return
		}
		if hurried { // somebody pressed Try now: the runner goes on where it waited
			log.Info("somebody had the job tried now")
			continue
		}
		log.WithError(err).Errorf("finishing a job; trying again in %v", backoff(failed))
		pause(ctx, backoff(failed))
	}
}

func (b *Bot) finish(ctx context.Context, id provision.JobID) error {
	defer b.Changed(id)
	job, err := b.Store.Job(ctx, id)
	if err != nil || job.State() != provision.Running {
		return err
	}
	if err := b.Runner.Correspond(ctx, id); err != nil {
		return err
	}
	if job, err = b.Store.Job(ctx, id); err == nil && job.State() == provision.Running {
		return fmt.Errorf("job %s is still running although its last steps came back", id)
	}
	return err
}

// working is a set of jobs, each with what has it not wait any longer. Safe for concurrent use.
type working struct {
	mu   sync.Mutex
	jobs map[provision.JobID]context.CancelFunc
}

func (w *working) add(id provision.JobID) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.jobs == nil {
		w.jobs = map[provision.JobID]context.CancelFunc{}
	}
	if _, had := w.jobs[id]; had {
		return false
	}
	w.jobs[id] = nil
	return true
}

func (w *working) waits(id provision.JobID, hurry context.CancelFunc) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.jobs[id] = hurry
}

// hurry has the job not wait any longer; false when it is not among them.
func (w *working) hurry(id provision.JobID) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	hurry := w.jobs[id]
	if hurry != nil {
		hurry()
	}
	return hurry != nil
}

func (w *working) remove(id provision.JobID) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.jobs, id)
}

func (w *working) has(id provision.JobID) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	_, has := w.jobs[id]
	return has
}
