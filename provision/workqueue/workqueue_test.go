package workqueue_test

import (
	"context"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"mozybot/provision/workqueue"
)

func TestEachItemIsProcessedOnce(t *testing.T) {
	q, ctx, done := workqueue.New[int](), t.Context(), make(chan struct{})
	ctx, stop := context.WithCancel(ctx)
	var mu sync.Mutex
	var taken []int
	go func() {
		defer close(done)
		q.Each(ctx, 4, func(_ context.Context, n int) {
			mu.Lock()
			defer mu.Unlock()
			if taken = append(taken, n); len(taken) == 100 {
				stop()
			}
		})
	}()
	for n := range 100 {
		q.Put(n)
	}
	<-done
	slices.Sort(taken)
	for n, got := range taken {
		if n != got {
			t.Fatalf("item %d was taken as %d: %v", n, got, taken)
		}
	}
}

func TestOneWorkerKeepsTheOrder(t *testing.T) {
	q := workqueue.New[int]()
	for n := range 10 {
		q.Put(n)
	}
	ctx, stop := context.WithCancel(t.Context())
	var taken []int
	q.Each(ctx, 1, func(_ context.Context, n int) {
		if taken = append(taken, n); len(taken) == 10 {
			stop()
		}
	})
	if !slices.IsSorted(taken) {
		t.Errorf("taken in the order %v", taken)
	}
}

func TestADelayedItemBecomesAvailableOnTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		q, began := workqueue.New[string](), time.Now()
		q.PutAfter(time.Hour, "late")
		ctx, stop := context.WithCancel(t.Context())
		q.Each(ctx, 1, func(context.Context, string) { stop() })
		if waited := time.Since(began); waited != time.Hour {
			t.Errorf("it came after %v", waited)
		}
	})
}
