package runbook

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/sirupsen/logrus"

	"mozybot/provision"
	"mozybot/provision/retry"
)

// Config is what a Runner works with. Everything but Claims, DryRun, Moved, Tried, Pause and Grace is needed.
type Config struct {
	Console Console
	Mailer  Mailer
	Tracker Tracker
	Journal Journal

	Claims    Claims                // of other jobs; nil for none
	DryRun    bool                  // no job acts, not even one that was made and approved in earnest
	AdminRole string                // the role a customer's admin gets (runbook step 5.5)
	Moved     func(provision.JobID) // called after every change of a job; must not block; may be nil
	// Tried is told how one try of a step ended and how long it took: Achieved, Skipped, Deferred (to be tried again by
	// itself, also at the console), Withdrawn, or Failed. It must not block; may be nil.
	Tried func(step provision.StepName, how provision.EntryKind, took time.Duration)
	Log   logrus.FieldLogger
	Now   func() time.Time
	// Pause waits so long before something is tried again, or returns early with ctx's error. Nil is retry.Pause.
	Pause func(ctx context.Context, d time.Duration) error
	// Grace is how long an act that has begun goes on after a shutdown was asked for. 0 is as long as it may take at all.
	Grace time.Duration
	// CorrespondFor is how long a mail server or a tracker that is Unavailable is tried before a person is called.
	CorrespondFor time.Duration
}

// actTimeout bounds an act with its look-back.
const actTimeout = 3 * time.Minute

// Runner carries jobs through the steps. AtConsole must not be called for two jobs at a time: there is one writer at
// the console. Correspond may run beside it.
type Runner struct{ cfg Config }

// New makes a Runner, or says what it lacks.
func New(c Config) (*Runner, error) {
	for name, missing := range map[string]bool{
		"Console": c.Console == nil, "Mailer": c.Mailer == nil, "Tracker": c.Tracker == nil, "Journal": c.Journal == nil,
		"AdminRole": c.AdminRole == "", "Log": c.Log == nil, "Now": c.Now == nil, "CorrespondFor": c.CorrespondFor <= 0,
	} {
		if missing {
			return nil, fmt.Errorf("making a runner: %s is not set", name)
		}
	}
	if c.Moved == nil {
		c.Moved = func(provision.JobID) {}
	}
	if c.Tried == nil {
		c.Tried = func(provision.StepName, provision.EntryKind, time.Duration) {}
	}
	if c.Claims == nil {
		c.Claims = noClaims{}
	}
	if c.Pause == nil {
		c.Pause = retry.Pause
	}
	if c.Grace == 0 {
		c.Grace = actTimeout
	}
	return &Runner{c}, nil
}

// AtConsole carries an approved or interrupted job through steps 1 to 8. It returns nil wherever the job came to rest:
// done there, stuck, or asked about again; an error means that the runner itself could not go on (the store, or ctx), and
// the job goes on where it was when AtConsole is called again. Cancelling ctx gives an act that has begun Grace to finish.
func (r *Runner) AtConsole(ctx context.Context, id provision.JobID) error {
	return r.run(ctx, id, atConsole)
}

// Correspond carries a job that is done at the console through steps 9 and 10, and ends it. It does not hold the
// console, and may take as long as CorrespondFor. Otherwise it is like AtConsole.
func (r *Runner) Correspond(ctx context.Context, id provision.JobID) error {
	job, err := r.open(ctx, id)
	if err != nil || !atConsole(job.job).finished(job.journal) {
		return err
	}
	if err := r.run(ctx, id, correspondence); err != nil {
		return err
	}
	if job, err = r.open(ctx, id); err != nil || job.job.State() != provision.Running || !inCorrespondence.finished(job.journal) {
		return err
	}
	return job.save(ctx, func(j *provision.Job) error {
		if j.DryRun {
			return j.EndDryRun(r.cfg.Now())
		}
		return j.Finish(r.cfg.Now())
	})
}

// run runs what is left of a phase, from the job's record as it is now.
func (r *Runner) run(ctx context.Context, id provision.JobID, of func(provision.Job) phase) error {
	job, err := r.open(ctx, id)
	if err != nil {
		return err
	}
	if job.job.State() == provision.Approved {
		if err := job.save(ctx, func(j *provision.Job) error { return j.Start(r.cfg.Now()) }); err != nil {
			return err
		}
	}
	p := of(job.job)
	for i, s := range p.steps {
		if job.job.State() != provision.Running {
			return nil
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		if provision.Finished(job.journal, s.name()) {
			continue
		}
		step := job.begin(s, p.steps[i+1:], p.persistent)
		if err := step.run(ctx); errors.Is(err, errStopped) {
			step.log().Info("the job was stopped before its next act")
			return nil
		} else if err != nil {
			return fmt.Errorf("job %s, step %s: %w", id, s.name(), err)
		}
	}
	return nil
}
