package decide

import (
	"context"
	"sync"
)

// inTurn keeps what is said in the order of what was done: who pauses must not wait for Slack, and the channel must not read last what
// was so first. Safe for concurrent use.
type inTurn struct {
	mu   sync.Mutex
	last chan struct{} // closed when the last turn has ended; nil before the first
}

// turn is one's place in that order.
type turn struct{ before, over chan struct{} }

// take does something, and takes the turn that follows from its place among what others do. There is none for what fails.
func (t *inTurn) take(do func() error) (turn, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if err := do(); err != nil {
		return turn{}, err
	}
	mine := turn{before: t.last, over: make(chan struct{})}
	t.last = mine.over
	return mine, nil
}

// comes waits until those before have ended. Its error is ctx's.
func (t turn) comes(ctx context.Context) error {
	if t.before == nil {
		return nil
	}
	select {
	case <-t.before:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (t turn) end() { close(t.over) }
