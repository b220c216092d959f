package dispatch

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/sirupsen/logrus"

	"mozybot/provision"
	"mozybot/provision/retry"
)

// Queue passes approved jobs to the runner: one at a time at the console, in order of approval, after those that a
// crash interrupted. The correspondence (the mail and the task) runs concurrently with the next job. It is safe for
// concurrent use.
type Queue struct {
	store     Store
	runner    Runner
	publisher Publisher
	lock      *ConsoleLock
	quotes    *Quotes
	outages   *Outages
	approvers Approvers
	expires   time.Duration
	dryRun    bool
	log       logrus.FieldLogger
	now       func() time.Time

	more             chan struct{} // holds a token while there may be a job to run
	inCorrespondence correspondence
}

func newQueue(c Config, lock *ConsoleLock, quotes *Quotes, outages *Outages) *Queue {
	return &Queue{
		store: c.Store, runner: c.Runner, publisher: c.Publisher, lock: lock, quotes: quotes, outages: outages,
		approvers: c.Approvers, expires: c.Expires, dryRun: c.DryRun, log: c.Log, now: c.Now, more: make(chan struct{}, 1),
		inCorrespondence: correspondence{jobs: map[provision.JobID]context.CancelFunc{}},
	}
}

// Signal says that there may be a job to run. It never blocks.
func (q *Queue) Signal() {
	select {
	case q.more <- struct{}{}:
	default:
	}
}

// RetryNow ends a job's wait for a mail server or a tracker that was out of reach. It is Stale when the job waits for
// neither.
func (q *Queue) RetryNow(ctx context.Context, id provision.JobID) error {
	job, err := q.store.Job(ctx, id)
	if err != nil {
		return err
	}
	journal, err := q.store.Journal(ctx, id)
	if err != nil {
		return err
	}
	waits := slices.ContainsFunc(provision.ProgressOf(job, journal), func(s provision.Progress) bool { return s.Waits })
	if job.State() != provision.Running || !waits || !q.inCorrespondence.retryNow(id) {
		return provision.Errorf(provision.Stale, "Job %s waits for nothing just now, so there is nothing to try now.", id)
	}
	return nil
}

// InCorrespondence says whether a job has left the console and still runs: at the mail or the task.
func (q *Queue) InCorrespondence(id provision.JobID) bool { return q.inCorrespondence.has(id) }

// run works until ctx is done: then no new work starts, and it returns when the current work has finished.
func (q *Queue) run(ctx context.Context) {
	var concurrent sync.WaitGroup
	defer concurrent.Wait()
	failed, looks := 0, 0
	for ctx.Err() == nil {
		job, ok, err := q.next(ctx)
		if err == nil && ok {
			err = q.atConsole(ctx, job)
		}
		if !errors.Is(err, errConsoleAway) {
			looks = 0
		}
		switch {
		case ctx.Err() != nil:
		case errors.Is(err, errConsoleAway):
			if !q.consoleIsBack(ctx) {
				q.pause(ctx, backoff.After(looks))
				looks++
			}
		case err != nil:
			failed++
			q.log.WithError(err).WithField("job", job.ID).Errorf("running jobs; trying again in %v", backoff.After(failed))
			_ = retry.Pause(ctx, backoff.After(failed)) // the loop ends with ctx
		case ok:
			failed = 0
			if q.inCorrespondence.add(job.ID) {
				concurrent.Go(func() {
					defer q.Signal()
					defer q.inCorrespondence.remove(job.ID)
					q.correspond(ctx, job.ID)
				})
			}
		default:
			select {
			case <-q.more:
			case <-ctx.Done():
			}
		}
	}
}

// pause waits for so long, or until there may be something to do.
func (q *Queue) pause(ctx context.Context, wait time.Duration) {
	over := time.NewTimer(wait)
	defer over.Stop()
	select {
	case <-over.C:
	case <-q.more:
	case <-ctx.Done():
	}
}

// errConsoleAway says that jobs wait for a console that may come back by itself.
var errConsoleAway = errors.New("the console can't be used just now")

// consoleIsBack looks whether the console can be used again, for the jobs that wait for it.
func (q *Queue) consoleIsBack(ctx context.Context) bool {
	_, err := q.quotes.read(ctx, provision.Look{Plan: true, Storage: true})
	if ctx.Err() != nil {
		return false
	}
	report := q.outages.Up(ctx, provision.PartConsole)
	if err != nil {
		report = q.outages.Down(ctx, provision.PartConsole, err)
	}
	if report != nil {
		q.log.WithError(report).Warn("recording whether the console is back")
	}
	return err == nil && report == nil
}

// next is the next job to run. It is errConsoleAway when there are only such as would get stuck right now.
func (q *Queue) next(ctx context.Context) (provision.Job, bool, error) {
	// Asked before the store: a job whose correspondence ends in between is listed as running, and is left out.
	leftConsole := q.inCorrespondence.all()
	jobs, err := q.store.Jobs(ctx, provision.Approved, provision.Running)
	if err != nil {
		return provision.Job{}, false, fmt.Errorf("looking for the next job: %w", err)
	}
	paused, err := q.lock.Paused(ctx)
	if err != nil {
		return provision.Job{}, false, err
	}
	jobs = slices.DeleteFunc(jobs, func(j provision.Job) bool {
		return leftConsole[j.ID] || paused.On() && j.State() == provision.Approved || q.dryRun && !j.DryRun
	})
	jobs, err = q.startable(ctx, jobs)
	if err != nil || len(jobs) == 0 {
		return provision.Job{}, false, err
	}
	return slices.MinFunc(jobs, inRunOrder), true, nil
}

// startable leaves out the jobs that would only get stuck if they began now. One that a person had tried again is theirs to
// try, and one that a crash interrupted may have left the console.
func (q *Queue) startable(ctx context.Context, jobs []provision.Job) ([]provision.Job, error) {
	begins := func(j provision.Job) bool { return j.State() == provision.Approved && !j.Resumed() }
	if !slices.ContainsFunc(jobs, begins) {
		return jobs, nil
	}
	held := q.outages.MayStart(ctx)
	code := provision.CodeOf(held)
	if held == nil {
		return jobs, nil
	}
	if code == provision.Internal {
		return nil, held
	}
	jobs = slices.DeleteFunc(jobs, begins)
	if len(jobs) == 0 && code == provision.Unavailable {
		return nil, errConsoleAway
	}
	return jobs, nil
}

// inRunOrder compares jobs: those that a crash interrupted come first, then the earliest approval.
func inRunOrder(x, y provision.Job) int {
	if a, b := x.State() == provision.Running, y.State() == provision.Running; a != b {
		if a {
			return -1
		}
		return 1
	}
	return provision.CompareTurns(x, y)
}

// atConsole runs a job at the console under the lock.
func (q *Queue) atConsole(ctx context.Context, job provision.Job) error {
	defer q.publisher.Changed(job.ID)
	// The job may get past what kept all others, or get stuck on it.
	q.outages.recheck(ctx)
	defer q.outages.recheck(ctx)
	if lapsed, err := q.lapse(ctx, job); err != nil || lapsed {
		return err
	}
	holding, err := q.lock.take(ctx, job.ID)
	if err != nil {
		return err
	}
	defer q.quotes.Moved()
	defer q.lock.leave(ctx, job.ID)
	if err := q.recordAhead(ctx, job); err != nil {
		return err
	}
	q.log.WithField("job", job.ID).Info("at the console")
	ran := q.runner.AtConsole(holding, job.ID)
	if holding.Err() != nil && ctx.Err() == nil { // somebody broke the lock
		return nil
	}
	after, err := q.store.Job(ctx, job.ID)
	if err == nil && after.State().Over() { // cancelled just before it started
		return nil
	}
	if err := errors.Join(ran, err); err != nil {
		return err
	}
	if after.State() == provision.Approved {
		return fmt.Errorf("job %s came back from the console as it went", job.ID)
	}
	if t := after.Trouble; t != nil && t.Code == provision.Unavailable { // the next job would get stuck as well
		return q.outages.Down(ctx, provision.PartConsole, provision.Errorf(t.Code, "%s", t.Message))
	}
	return nil
}

// recordAhead notes which jobs were at the console since the job's numbers were read, for whoever compares those with the
// outcome.
func (q *Queue) recordAhead(ctx context.Context, job provision.Job) error {
	if job.State() != provision.Approved || job.Quoted == nil {
		return nil
	}
	ahead, err := q.ranSince(ctx, job.Quoted.Reading.At)
	if err != nil {
		return fmt.Errorf("looking which jobs ran before job %s: %w", job.ID, err)
	}
	if len(ahead) == 0 {
		return nil
	}
	_, err = q.store.Update(ctx, job.ID, func(j *provision.Job) error {
		j.RanFirst = ahead
		return nil
	})
	return err
}

// ranSince are the jobs that changed the console's figures after a time, by number.
func (q *Queue) ranSince(ctx context.Context, since time.Time) ([]provision.JobID, error) {
	jobs, err := q.store.Jobs(ctx, provision.Running, provision.Stuck)
	if err != nil {
		return nil, err
	}
	ended, _, err := q.store.Ended(ctx, since, maxAhead, provision.Done, provision.Cancelled)
	if err != nil {
		return nil, err
	}
	var ran []provision.JobID
	for _, job := range append(jobs, ended...) {
		journal, err := q.store.Journal(ctx, job.ID)
		if err != nil {
			return nil, err
		}
		if provision.MovedBalances(journal, since) {
			ran = append(ran, job.ID)
		}
	}
	slices.SortFunc(ran, func(x, y provision.JobID) int { // numbers without leading zeros
		return cmp.Or(cmp.Compare(len(x), len(y)), cmp.Compare(x, y))
	})
	return ran, nil
}

// maxAhead bounds how many jobs that are over are looked at for one that starts.
const maxAhead = 20

// lapse makes a job pending again if its approvals no longer hold when it is about to start; false when they do.
func (q *Queue) lapse(ctx context.Context, job provision.Job) (bool, error) {
	if job.State() != provision.Approved {
		return false, nil
	}
	approvers, unasked := q.approvers.Approvers(ctx)
	why := provision.Policy{Approvers: approvers}.WhyLapsed(job, q.expires, q.now())
	switch {
	case why == "":
		return false, nil
	case unasked != nil && provision.CheckApprovals(job) == nil: // an approver may be missing because their group could not be read
		return false, fmt.Errorf("asking who may approve job %s: %w", job.ID, unasked)
	}
	_, err := q.store.Update(ctx, job.ID, func(j *provision.Job) error { return j.Lapse(why, q.now()) })
	if err != nil {
		return false, fmt.Errorf("asking again about job %s: %w", job.ID, err)
	}
	q.log.WithField("job", job.ID).Warnf("not begun, and asked about again: %s", why)
	q.quotes.Request(job.ID)
	return true, nil
}

// correspond finishes a job that is done at the console; a job that is stuck or pending again has nothing left.
func (q *Queue) correspond(ctx context.Context, id provision.JobID) {
	log := q.log.WithField("job", id)
	for failed := 0; ctx.Err() == nil; failed++ {
		waiting, retryNow := context.WithCancel(ctx)
		q.inCorrespondence.waits(id, retryNow)
		err := q.finish(waiting, id)
		again := waiting.Err() != nil
		retryNow()
		if err == nil || ctx.Err() != nil {
			return
		}
		if again { // somebody pressed Try now: the runner continues where it waited
			log.Info("somebody had the job tried now")
			continue
		}
		log.WithError(err).Errorf("finishing a job; trying again in %v", backoff.After(failed))
		_ = retry.Pause(ctx, backoff.After(failed)) // the loop ends with ctx
	}
}

func (q *Queue) finish(ctx context.Context, id provision.JobID) error {
	defer q.publisher.Changed(id)
	job, err := q.store.Job(ctx, id)
	if err != nil || job.State() != provision.Running {
		return err
	}
	if err := q.runner.Correspond(ctx, id); err != nil {
		return err
	}
	if job, err = q.store.Job(ctx, id); err == nil && job.State() == provision.Running {
		return fmt.Errorf("job %s is still running although its last steps came back", id)
	}
	return err
}

// correspondence is the set of jobs at the mail or the task, each with a func that ends its wait. Safe for concurrent
// use.
type correspondence struct {
	mu   sync.Mutex
	jobs map[provision.JobID]context.CancelFunc
}

func (c *correspondence) add(id provision.JobID) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, had := c.jobs[id]; had {
		return false
	}
	c.jobs[id] = nil
	return true
}

func (c *correspondence) waits(id provision.JobID, retryNow context.CancelFunc) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.jobs[id] = retryNow
}

// retryNow ends the job's wait; false when the job is not in the set. One that has only just come in is about to be tried.
func (c *correspondence) retryNow(id provision.JobID) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	retryNow, in := c.jobs[id]
	if retryNow != nil {
		retryNow()
	}
	return in
}

func (c *correspondence) remove(id provision.JobID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.jobs, id)
}

func (c *correspondence) all() map[provision.JobID]bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	all := make(map[provision.JobID]bool, len(c.jobs))
	for id := range c.jobs {
		all[id] = true
	}
	return all
}

func (c *correspondence) has(id provision.JobID) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, has := c.jobs[id]
	return has
}
