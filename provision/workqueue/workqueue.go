// Package workqueue has unbounded in-memory queues, for callers that must not wait. Their items stand for something in
// the store, from which they are refilled after a restart.
package workqueue

import (
	"context"
	"sync"
	"time"
)

// Queue holds items in the order they were put. It is safe for concurrent use; make it with New.
type Queue[T any] struct {
	mu    sync.Mutex
	items []T
	more  chan struct{} // has a token while there may be items
}

// New makes an empty queue.
func New[T any]() *Queue[T] { return &Queue[T]{more: make(chan struct{}, 1)} }

// Put never blocks.
func (q *Queue[T]) Put(item T) {
	q.mu.Lock()
	q.items = append(q.items, item)
	q.mu.Unlock()
	q.signal()
}

// PutAfter adds an item later, without blocking. If the program ends first, the next start refills the queues from the
// store.
func (q *Queue[T]) PutAfter(delay time.Duration, item T) {
	time.AfterFunc(delay, func() { q.Put(item) })
}

func (q *Queue[T]) signal() {
	select {
	case q.more <- struct{}{}:
	default:
	}
}

func (q *Queue[T]) take(ctx context.Context) (item T, ok bool) {
	for {
		select {
		case <-q.more:
		case <-ctx.Done():
			return item, false
		}
		q.mu.Lock()
		n := len(q.items)
		if n > 0 {
			item = q.items[0]
			q.items = q.items[1:]
		}
		q.mu.Unlock()
		if n > 1 {
			q.signal()
		}
		if n > 0 {
			return item, true
		}
	}
}

// Each runs so many workers over the items until ctx is done, and returns when they have finished.
func (q *Queue[T]) Each(ctx context.Context, workers int, do func(context.Context, T)) {
	var busy sync.WaitGroup
	for range workers {
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
