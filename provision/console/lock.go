package console

import "context"

// lock is a mutex that is waited for no longer than a context lasts.
type lock chan struct{}

func newLock() lock { return make(lock, 1) }

// take waits for the lock, and its error is why the context ended first. A lock that is free is taken in any case.
func (l lock) take(ctx context.Context) error {
	select { // by itself, since of two that are ready any is chosen
	case l <- struct{}{}:
		return nil
	default:
	}
	select {
	case l <- struct{}{}:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (l lock) release() { <-l }
