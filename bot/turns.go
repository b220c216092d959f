package bot

import (
	"context"
	"sync"
)

// turns lets one at a time work on what has the same name, and others beside it. Safe for concurrent use.
type turns struct {
	mu    sync.Mutex
	taken map[string]chan struct{} // closed when the turn is over
}

func newTurns() *turns { return &turns{taken: map[string]chan struct{}{}} }

// take waits for the turn at a name; over must be called at its end. ok is false when ctx is done first.
func (t *turns) take(ctx context.Context, name string) (over func(), ok bool) {
	for {
		t.mu.Lock()
		busy, taken := t.taken[name]
		if !taken {
			mine := make(chan struct{})
			t.taken[name] = mine
			t.mu.Unlock()
			return func() {
				t.mu.Lock()
				delete(t.taken, name)
				t.mu.Unlock()
				close(mine)
			}, true
		}
		t.mu.Unlock()
		select {
		case <-busy:
		case <-ctx.Done():
			return nil, false
		}
	}
}
