// Package retry has the waits between retries: how they grow, and how to wait without outliving a context. The caller
// decides what to retry, and how often.
package retry

import (
	"context"
	"time"
)

// Backoff is how waits grow from try to try: First, then twice as long each time, and never more than Most.
type Backoff struct{ First, Most time.Duration }

// After is the wait after so many failures in a row, counted before the one that just happened: 0 gives First.
func (b Backoff) After(failed int) time.Duration {
	wait := b.First
	for ; failed > 0 && wait < b.Most; failed-- {
		wait *= 2
	}
	return min(wait, b.Most)
}

// Pause waits for d, or returns ctx's error as soon as ctx is done.
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
