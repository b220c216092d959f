package bot

import (
	"context"
	"math"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"mozybot/provision"
)

const (
	// Jobs that ended within this time may still have something unsaid when the bot starts.
	unsaidFor = 7 * 24 * time.Hour
	// How long the last words may take after everything else has stopped.
	lastWordsTime = 5 * time.Second
	// What only a person can mend (an archived channel, a missing right) is tried again this often.
	hopeless = 5 * time.Minute
)

// threads knows which jobs have something to be said. Safe for concurrent use.
type threads struct {
	plain atomic.Bool // the workspace refuses the newer blocks

	mu     sync.Mutex
	dirty  map[provision.JobID]time.Time // and not before when
	tries  map[provision.JobID]int       // that failed since the last success
	unsure map[provision.JobID]bool      // messages may have been sent that are not remembered
	woken  chan struct{}
}

func newThreads() *threads {
	return &threads{
		dirty: map[provision.JobID]time.Time{}, tries: map[provision.JobID]int{}, unsure: map[provision.JobID]bool{},
		woken: make(chan struct{}, 1),
	}
}

// changed marks a job: as many marks as there may be, it is brought up to date once, with its newest state.
func (t *threads) changed(id provision.JobID) { t.changedAt(id, time.Time{}) }

func (t *threads) changedAt(id provision.JobID, at time.Time) {
	t.mu.Lock()
	if was, marked := t.dirty[id]; !marked || at.Before(was) {
		t.dirty[id] = at
	}
	t.mu.Unlock()
	select {
	case t.woken <- struct{}{}:
	default:
	}
}

// due takes the marked jobs whose time has come, lowest number first, or says how long until the next.
func (t *threads) due(now time.Time) (ids []provision.JobID, wait time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	wait = time.Hour
	for id, at := range t.dirty {
		if at.After(now) {
			wait = min(wait, at.Sub(now))
			continue
		}
		ids = append(ids, id)
		delete(t.dirty, id)
	}
	slices.SortFunc(ids, func(a, b provision.JobID) int {
		if d := len(a) - len(b); d != 0 {
			return d
		}
		return strings.Compare(string(a), string(b))
	})
	return ids, wait
}

func (t *threads) doubt(id provision.JobID) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.unsure[id] = true
}

func (t *threads) trust(id provision.JobID) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.unsure, id)
}

func (t *threads) doubted(id provision.JobID) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.unsure[id]
}

// tried counts failures in a row; ok starts anew.
func (t *threads) tried(id provision.JobID, ok bool) (failed int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if ok {
		delete(t.tries, id)
		return 0
	}
	t.tries[id]++
	return t.tries[id]
}

// speak brings threads up to date until ctx is done. It alone writes into them, so nothing is said twice at once.
func (b *Bot) speak(ctx context.Context) error {
	b.recall(ctx)
	for ctx.Err() == nil {
		ids, wait := b.threads.due(b.Steady())
		for _, id := range ids {
			if ctx.Err() != nil {
				b.Changed(id) // for the last words
				continue
			}
			b.bringSoon(ctx, id)
		}
		if len(ids) > 0 {
			continue
		}
		t := time.NewTimer(wait)
		select {
		case <-b.threads.woken:
		case <-t.C:
		case <-ctx.Done():
		}
		t.Stop()
	}
	return nil
}

// bringSoon brings one thread up to date and marks the job again when something remains.
func (b *Bot) bringSoon(ctx context.Context, id provision.JobID) {
	again, err := b.bring(ctx, id)
	switch {
	case err != nil && ctx.Err() != nil:
		b.Changed(id)
	case err != nil:
		failed := b.threads.tried(id, false)
		wait := max(backoff(failed), retryAfter(err))
		log := b.Log.WithError(err).WithField("job", id)
		if slackSays(err) != "" && !passing(err) {
			wait = hopeless
			log.Error("Slack does not let us write into a thread; a person has to look")
		} else {
			log.Warnf("bringing a thread up to date; trying again in %v", wait)
		}
		b.threads.changedAt(id, b.Steady().Add(wait))
	case again > 0:
		b.threads.changedAt(id, b.Steady().Add(again))
	default:
		b.threads.tried(id, true)
	}
}

// recall marks jobs that ended lately: the last thing about them may not have been said.
func (b *Bot) recall(ctx context.Context) {
	jobs, _, err := b.Store.Ended(ctx, b.Now().Add(-unsaidFor), math.MaxInt)
	if err != nil {
		if ctx.Err() == nil {
			b.Log.WithError(err).Error("looking for finished jobs with something unsaid")
		}
		return
	}
	for _, job := range jobs {
		b.threads.doubt(job.ID)
		b.Changed(job.ID)
	}
}

// lastWords says what is left to say when everything else has stopped, but not for long: what remains is said after
// the next start.
func (b *Bot) lastWords(ctx context.Context) {
	if b.channels == nil { // we never got to know Slack
		return
	}
	ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), lastWordsTime)
	defer stop()
	ids, _ := b.threads.due(b.Steady().Add(lastWordsTime))
	for _, id := range ids {
		if ctx.Err() != nil {
			return
		}
		if _, err := b.bring(ctx, id); err != nil {
			b.Log.WithError(err).WithField("job", id).Info("not said before the end; it is said after the next start")
		}
	}
}
