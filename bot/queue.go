package bot

import (
	"context"
	"sync"
	"time"
)

// queue hands things from those who must not wait to those who may. It has no bound: what Slack sends has to go
// somewhere, and it is small. Safe for concurrent use.
type queue[T any] struct {
	q *waiting[T]
}

type waiting[T any] struct {
	mu    sync.Mutex
	items []T
	more  chan struct{} // holds a token while there may be items
}

func newQueue[T any]() queue[T] {
	return queue[T]{&waiting[T]{more: make(chan struct{}, 1)}}
}

// put never blocks.
func (q queue[T]) put(item T) {
	q.q.mu.Lock()
	q.q.items = append(q.q.items, item)
	q.q.mu.Unlock()
	q.wake()
}

// putAfter puts an item later. Nobody waits for it: what it stands for is in the store.
func (q queue[T]) putAfter(delay time.Duration, item T) {
	time.AfterFunc(delay, func() { q.put(item) })
}

func (q queue[T]) wake() {
	select {
	case q.q.more <- struct{}{}:
	default:
	}
}

func (q queue[T]) take(ctx context.Context) (item T, ok bool) {
	for {
		select {
		case <-q.q.more:
		case <-ctx.Done():
			return item, false
		}
		q.q.mu.Lock()
		n := len(q.q.items)
		if n > 0 {
			item = q.q.items[0]
			q.q.items = q.q.items[1:]
		}
		q.q.mu.Unlock()
		if n > 1 {
			q.wake()
		}
		if n > 0 {
			return item, true
		}
	}
}

// each has so many hands work on the items until ctx is done, and returns when all of them are back.
func (q queue[T]) each(ctx context.Context, hands int, do func(context.Context, T)) {
	var busy sync.WaitGroup
	for range hands {
		busy.Go(func() {
			for {
				item, ok := q.take(ctx)
				if !ok || ctx.Err() != nil {
					return
				}
				do(ctx, item)
			}
		})
	}
	busy.Wait()
}

// backoff is how long to wait before the next try, after so many that failed (0 for none yet).
func backoff(failed int) time.Duration {
	const first, most = 250 * time.Millisecond, time.Minute
	if failed > 8 {
		return most
	}
	return min(first<<failed, most)
}

// pause waits, or returns false when ctx is done first.
func pause(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-ctx.Done():
		return false
	}
}
