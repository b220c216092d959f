package runbook

import (
	"context"
	"errors"
	"fmt"
	"time"

	"mozybot/provision"
)

const (
	// tries is how often something Unavailable at the console is tried in all before a person is called: whoever
	// waits behind this job waits as well.
	tries = 5
	// firstWait is before the second try; each later one is twice as long, up to longestWait.
	firstWait   = time.Second
	longestWait = 5 * time.Minute
)

// Pause waits for d, or returns early with ctx's error.
func Pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// patience says whether a step that failed so is tried once more by itself, and how long to wait before. try counts
// within this process; a patient step counts in the journal instead, so that a restart does not begin anew.
func (w *work) patience(s step, try int, err error) (wait time.Duration, again bool) {
	if code := provision.CodeOf(err); code != provision.Unavailable && code != provision.Stale {
		return 0, false
	}
	if s.observe == nil && errors.Is(err, provision.ErrUncertain) {
		return 0, false
	}
	if !s.patient {
		return backoff(try), try < tries
	}
	before, since := w.postponements(s)
	return backoff(before + 1), before == 0 || w.Now().Sub(since) < w.CorrespondFor
}

func backoff(try int) time.Duration {
	if try > 9 { // 2^9 s is beyond the longest
		return longestWait
	}
	return min(firstWait<<(try-1), longestWait)
}

// postpone writes down that nothing was changed and when the next try is. A restart relies on the first: what follows
// such an entry may begin anew, also where nothing can be looked at.
func (w *work) postpone(ctx context.Context, s step, cause error, wait time.Duration) error {
	now := w.Now()
	return w.record(ctx, provision.Entry{At: now, Step: s.name, Kind: provision.Deferred, Text: fmt.Sprintf("%s The next try is at %s UTC.",
		provision.MessageOf(cause), now.Add(wait).UTC().Format("15:04:05"))}, nil)
}

// postponements counts a step's entries of that kind since a person last spoke, and says when the first was.
func (w *work) postponements(s step) (n int, since time.Time) {
	for i := len(w.journal) - 1; i >= 0; i-- {
		e := w.journal[i]
		switch {
		case e.Step != s.name:
		case e.Kind == provision.Deferred:
			n, since = n+1, e.At
		case e.Kind != provision.Intended:
			return n, since
		}
	}
	return n, since
}

// postponed says that the step's newest entry promises that nothing of it was done.
func (w *work) postponed(s step) bool {
	last, _ := provision.LastOf(w.journal, s.name)
	return last.Kind == provision.Deferred
}

// lastWord is the step's newest entry but for its postponements: waiting changes nothing about what a person said.
func (w *work) lastWord(s step) provision.Entry {
	for i := len(w.journal) - 1; i >= 0; i-- {
		if e := w.journal[i]; e.Step == s.name && e.Kind != provision.Deferred {
			return e
		}
	}
	return provision.Entry{}
}
