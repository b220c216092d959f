package intake

import (
	"context"
	"sync"
)

// keyedMutex is a mutex per name. Safe for concurrent use.
type keyedMutex struct {
	mu   sync.Mutex
	held map[string]chan struct{} // closed when it is unlocked
}

func newKeyedMutex() *keyedMutex { return &keyedMutex{held: map[string]chan struct{}{}} }

// lock waits for the name; unlock must be called at the end. The error is ctx's.
func (k *keyedMutex) lock(ctx context.Context, name string) (unlock func(), err error) {
	for {
		k.mu.Lock()
		busy, taken := k.held[name]
		if !taken {
			mine := make(chan struct{})
			k.held[name] = mine
			k.mu.Unlock()
			return func() {
				k.mu.Lock()
				delete(k.held, name)
				k.mu.Unlock()
				close(mine)
			}, nil
		}
		k.mu.Unlock()
		select {
		case <-busy:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
}
