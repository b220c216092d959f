package dispatch

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/sirupsen/logrus"

	"mozybot/provision"
	"mozybot/provision/retry"
)

// ConsoleLock is the pause, and the lock of the job at the console. It is safe for concurrent use.
type ConsoleLock struct {
	store     Store
	publisher Publisher
	signal    func() // wakes the queue
	instance  provision.Instance
	log       logrus.FieldLogger
	now       func() time.Time

	mu     sync.Mutex
	job    provision.JobID // that is at the console in this process
	cancel context.CancelFunc
}

// Command is a person's decision about the pause or the lock.
type Command struct {
	provision.Decision
	Again bool // an earlier run may have carried it out
}

// Paused is the current pause, the zero Pause when there is none.
func (l *ConsoleLock) Paused(ctx context.Context) (provision.Pause, error) {
	access, err := l.store.ConsoleAccess(ctx)
	return access.Pause, err
}

// Pause keeps further jobs from starting; why may be "". A command that an earlier run carried out has no second effect, and undoes
// no later one.
func (l *ConsoleLock) Pause(ctx context.Context, c Command, why string) error {
	return l.setPause(ctx, c, true, func(g *provision.ConsoleAccess) error {
		if c.Again && g.Pause.By == c.By && g.Pause.At.Equal(c.At) {
			return nil
		}
		if err := g.CheckPause(c.At); c.Again && err != nil {
			return err
		}
		return g.PauseAt(c.Decision, why)
	})
}

// Resume ends the pause. A command that an earlier run carried out has no second effect, and undoes no later one.
func (l *ConsoleLock) Resume(ctx context.Context, c Command) error {
	return l.setPause(ctx, c, false, func(g *provision.ConsoleAccess) error {
		if c.Again && !g.Pause.On() {
			return nil
		}
		if err := g.CheckPause(c.At); c.Again && err != nil {
			return err
		}
		return g.Resume(c.Decision)
	})
}

func (l *ConsoleLock) setPause(ctx context.Context, c Command, on bool, change func(*provision.ConsoleAccess) error) error {
	_, err := l.store.UpdateConsoleAccess(ctx, func(g *provision.ConsoleAccess, _ *provision.Job) ([]provision.Entry, error) {
		return nil, change(g)
	})
	if err != nil {
		return err
	}
	l.log.WithField("by", c.By).WithField("paused", on).Info("paused or resumed")
	l.signal()
	waiting, err := l.store.Jobs(ctx, provision.Approved)
	if err != nil {
		return err
	}
	var ids []provision.JobID
	for _, job := range waiting {
		ids = append(ids, job.ID)
	}
	l.publisher.Changed(ids...)
	return nil
}

// Break stops the job at the console for a person's reason, and returns its id. A command that an earlier run carried
// out has no second effect, and stops no job that came to the console later.
func (l *ConsoleLock) Break(ctx context.Context, c Command, reason string) (provision.JobID, error) {
	id, err := l.brokenBefore(ctx, c)
	if err != nil {
		return "", err
	}
	if id == "" {
		_, err = l.store.UpdateConsoleAccess(ctx, func(g *provision.ConsoleAccess, holder *provision.Job) ([]provision.Entry, error) {
			if err := g.CheckLock(c.At); c.Again && err != nil {
				return nil, err
			}
			entry, err := g.Break(c.Decision, reason, holder)
			if err != nil {
				return nil, err
			}
			id = holder.ID
			return []provision.Entry{entry}, nil
		})
		if err != nil {
			return "", err
		}
		l.log.WithField("job", id).WithField("by", c.By).Warn("the lock on the console was broken")
		l.stop(id)
	}
	l.publisher.Changed(id)
	return id, nil
}

// brokenBefore is the job that this very decision stopped in an earlier run, "" for none.
func (l *ConsoleLock) brokenBefore(ctx context.Context, c Command) (provision.JobID, error) {
	if !c.Again {
		return "", nil
	}
	active, err := l.store.Jobs(ctx, provision.Active...)
	if err != nil {
		return "", err
	}
	for _, j := range active {
		if slices.ContainsFunc(j.Status.History(), func(h provision.Transition) bool {
			return h.To == provision.Stuck && h.By == c.By && h.At.Equal(c.At)
		}) {
			return j.ID, nil
		}
	}
	return "", nil
}

// free releases the lock of an earlier run that ended while holding it.
func (l *ConsoleLock) free(ctx context.Context) error {
	var left *provision.Lock
	_, err := l.store.UpdateConsoleAccess(ctx, func(g *provision.ConsoleAccess, _ *provision.Job) ([]provision.Entry, error) {
		left = g.Free(l.instance, l.now())
		return nil, nil
	})
	if err != nil {
		return fmt.Errorf("looking who held the console: %w", err)
	}
	if left != nil {
		l.log.WithField("job", left.Job).WithField("step", left.Step).Warnf("%s ended while the job held the console; it is free again", left.Holder)
	}
	return nil
}

// take gives a job the lock until leave. The returned context ends when somebody breaks the lock.
func (l *ConsoleLock) take(ctx context.Context, id provision.JobID) (context.Context, error) {
	_, err := l.store.UpdateConsoleAccess(ctx, func(g *provision.ConsoleAccess, _ *provision.Job) ([]provision.Entry, error) {
		return nil, g.Take(l.instance, id, l.now())
	})
	if err != nil {
		return nil, fmt.Errorf("taking the console: %w", err)
	}
	holding, cancel := context.WithCancel(ctx)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.job, l.cancel = id, cancel
	return holding, nil
}

// stop keeps the job from starting anything more; a running act finishes.
func (l *ConsoleLock) stop(id provision.JobID) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.job == id && l.cancel != nil {
		l.cancel()
	}
}

// leave retries until it succeeds, since no other job gets the console before. After a shutdown the next start frees
// the lock.
func (l *ConsoleLock) leave(ctx context.Context, id provision.JobID) {
	l.stop(id)
	l.mu.Lock()
	l.job, l.cancel = "", nil
	l.mu.Unlock()
	for failed := 0; ; failed++ {
		_, err := l.store.UpdateConsoleAccess(context.WithoutCancel(ctx), func(g *provision.ConsoleAccess, _ *provision.Job) ([]provision.Entry, error) {
			g.Leave(l.instance, id)
			return nil, nil
		})
		if err == nil {
			return
		}
		l.log.WithError(err).WithField("job", id).Errorf("leaving the console; trying again in %v", backoff.After(failed))
		if retry.Pause(ctx, backoff.After(failed)) != nil {
			return
		}
	}
}
