package runbook

import (
	"context"
	"errors"
	"time"

	"mozybot/provision"
	"mozybot/provision/retry"
)

// tries is how often something Unavailable at the console is tried in all before a person is called: whoever waits behind
// this job waits as well.
const tries = 5

var backoff = retry.Backoff{First: time.Second, Most: 5 * time.Minute}

// retryAfter says whether a step that failed so is tried once more by itself, and how long to wait before. try counts
// within this process; in correspondence the journal counts instead, so that a restart does not begin from the first.
func (r *stepRun) retryAfter(try int, err error) (wait time.Duration, again bool) {
	if code := provision.CodeOf(err); code != provision.Unavailable && code != provision.Stale {
		return 0, false
	}
	if _, sends := r.step.(sender); sends && errors.Is(err, provision.ErrUncertain) {
		return 0, false
	}
	if !r.persistent {
		return backoff.After(try - 1), try < tries
	}
	before, since := postponements(r.journal, r.step.name())
	return backoff.After(before), before == 0 || r.cfg.Now().Sub(since) < r.cfg.CorrespondFor
}

// postpone writes down that nothing was changed and when the next try is. A restart relies on the first: what follows
// such an entry may begin from the start, also where nothing can be looked at.
func (r *stepRun) postpone(ctx context.Context, cause error, wait time.Duration) error {
	now := r.cfg.Now()
	return r.record(ctx, provision.Entry{At: now, Kind: provision.Deferred, Text: provision.MessageOf(cause), Next: now.Add(wait)}, nil)
}

// postponements counts a step's entries of that kind since a person last spoke, and says when the first was.
func postponements(journal []provision.Entry, step provision.StepName) (n int, since time.Time) {
	for i := len(journal) - 1; i >= 0; i-- {
		e := journal[i]
		switch {
		case e.Step != step:
		case e.Kind == provision.Deferred:
			n, since = n+1, e.At
		case e.Kind != provision.Intended:
			return n, since
		}
	}
	return n, since
}

// lastWord is the step's newest entry but for its postponements: waiting changes nothing about what a person said.
func lastWord(journal []provision.Entry, step provision.StepName) provision.Entry {
	for i := len(journal) - 1; i >= 0; i-- {
		if e := journal[i]; e.Step == step && e.Kind != provision.Deferred {
			return e
		}
	}
	return provision.Entry{}
}
