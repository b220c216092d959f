package runbook

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"mozybot/provision"
)

// jobRun is one job being run: the newest state of its record and its journal.
type jobRun struct {
	cfg     *Config
	job     provision.Job
	journal []provision.Entry

	evidence []string   // kept of the console, and named in no entry yet
	ahead    *lookAhead // made by the step before; nil when there is none
}

func (r *Runner) open(ctx context.Context, id provision.JobID) (*jobRun, error) {
	job, err := r.cfg.Journal.Job(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("opening job %s: %w", id, err)
	}
	journal, err := r.cfg.Journal.Journal(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("opening the journal of job %s: %w", id, err)
	}
	return &jobRun{cfg: &r.cfg, job: job, journal: journal}, nil
}

// keep notes what was kept of the console, for the next entry to name. The same names may come twice: where an error
// happened, and where the try ends by it.
func (j *jobRun) keep(names ...string) {
	for _, name := range names {
		if !slices.Contains(j.evidence, name) {
			j.evidence = append(j.evidence, name)
		}
	}
}

// storeError is trouble with the journal itself. The step may not be judged by it: the job goes on where it was once
// the store is back.
type storeError struct{ error }

func (e storeError) Unwrap() error { return e.error }

// save writes entries and a change of the job. What was kept of the console since the last time goes with the first.
func (j *jobRun) save(ctx context.Context, change func(*provision.Job) error, entries ...provision.Entry) error {
	if len(entries) > 0 {
		entries[0].Evidence, j.evidence = j.evidence, nil
	}
	job, err := j.cfg.Journal.Update(ctx, j.job.ID, change, entries...)
	if err != nil {
		return storeError{fmt.Errorf("writing the journal: %w", err)}
	}
	j.job = job
	j.journal = append(j.journal, entries...)
	j.cfg.Moved(job.ID)
	return nil
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
