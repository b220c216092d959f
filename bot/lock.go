package bot

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"mozybot/bot/blocks"
	"mozybot/provision"
)

// metadataLock marks the message that tells of a broken lock.
const metadataLock = "mozy_lock"

// freeConsole takes the console back from an earlier run that ended while it held it.
func (b *Bot) freeConsole(ctx context.Context) error {
	var left *provision.Lock
	_, err := b.Store.UpdateGate(ctx, func(g *provision.Gate, _ *provision.Job) ([]provision.Entry, error) {
		left = g.Free(b.Instance, b.Now())
		return nil, nil
	})
	if err != nil {
		return fmt.Errorf("looking who held the console: %w", err)
	}
	if left != nil {
		b.Log.WithField("job", left.Job).WithField("step", left.Step).Warnf("%s ended while the job held the console; it is free again", left.Holder)
	}
	return nil
}

func (b *Bot) takeConsole(ctx context.Context, id provision.JobID) error {
	_, err := b.Store.UpdateGate(ctx, func(g *provision.Gate, _ *provision.Job) ([]provision.Entry, error) {
		return nil, g.Take(b.Instance, id, b.Now())
	})
	if err != nil {
		return fmt.Errorf("taking the console: %w", err)
	}
	return nil
}

// leaveConsole insists, since no other job can take the console before. What a shutdown leaves, the next start frees.
func (b *Bot) leaveConsole(ctx context.Context, id provision.JobID) {
	for failed := 0; ; failed++ {
		_, err := b.Store.UpdateGate(context.WithoutCancel(ctx), func(g *provision.Gate, _ *provision.Job) ([]provision.Entry, error) {
			g.Leave(b.Instance, id)
			return nil, nil
		})
		if err == nil {
			return
		}
		b.Log.WithError(err).WithField("job", id).Errorf("leaving the console; trying again in %v", backoff(failed))
		if !pause(ctx, backoff(failed)) {
			return
		}
	}
}

// breakLock stops the job at the console for somebody who says why, and has the channels told. The same command again,
// after a restart, has no second effect.
func (b *Bot) breakLock(ctx context.Context, t task, by provision.Person, reason string) (provision.JobID, error) {
	policy, err := b.policy(ctx, by)
	if err != nil {
		return "", err
	}
	id, err := b.brokenBy(ctx, t, by)
	if err != nil {
		return "", err
	}
	if id == "" {
		_, err = b.Store.UpdateGate(ctx, func(g *provision.Gate, holder *provision.Job) ([]provision.Entry, error) {
			entry, err := g.Break(policy, by, reason, holder, t.event.At)
			if err != nil {
				return nil, err
			}
			id = holder.ID
			return []provision.Entry{entry}, nil
		})
		if err != nil {
			return "", err
		}
		b.Log.WithField("job", id).WithField("by", by).Warn("the lock on the console was broken")
		b.atWork.stop(id)
	}
	b.Changed(id)
	return id, b.announce(ctx, t, blocks.LockBroken(by, id, reason), metadataLock)
}

// brokenBy is the job that this very command stopped in an earlier run, "" when it did not.
func (b *Bot) brokenBy(ctx context.Context, t task, by provision.Person) (provision.JobID, error) {
	if !t.recovered {
		return "", nil
	}
	active, err := b.Store.Jobs(ctx, provision.Active...)
	if err != nil {
		return "", err
	}
	for _, j := range active {
		if slices.ContainsFunc(j.History(), func(h provision.Transition) bool {
			return h.To == provision.Stuck && h.By == by && h.At.Equal(t.event.At)
		}) {
			return j.ID, nil
		}
	}
	return "", nil
}

// atWork is the job that is at the console in this process, and how to stop it. Safe for concurrent use.
type atWork struct {
	mu     sync.Mutex
	job    provision.JobID
	cancel context.CancelFunc
}

func (w *atWork) begin(id provision.JobID, cancel context.CancelFunc) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.job, w.cancel = id, cancel
}

func (w *atWork) end() { w.begin("", nil) }

// stop has the job begin nothing more; an act in hand ends by itself.
func (w *atWork) stop(id provision.JobID) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.job == id && w.cancel != nil {
		w.cancel()
	}
}
