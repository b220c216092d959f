package retry_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"mozybot/provision/retry"
)

func TestWaitsGrowToTheLimit(t *testing.T) {
	b := retry.Backoff{First: 250 * time.Millisecond, Most: time.Minute}
	for failed, want := range map[int]time.Duration{
		-1: 250 * time.Millisecond, 0: 250 * time.Millisecond, 1: 500 * time.Millisecond, 7: 32 * time.Second,
		8: time.Minute, 1000: time.Minute,
	} {
		if got := b.After(failed); got != want {
			t.Errorf("after %d failures the wait is %v, not %v", failed, got, want)
		}
	}
}

func TestAPauseEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := retry.Pause(ctx, time.Hour); !errors.Is(err, context.Canceled) {
		t.Errorf("the pause ended with %v", err)
	}
	if err := retry.Pause(t.Context(), time.Nanosecond); err != nil {
		t.Errorf("a pause that is over ended with %v", err)
	}
}
