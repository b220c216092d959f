package webapi_test

import (
	"testing"
	"time"

	"mozybot/bot/webapi"
)

func TestAskingHowLongToWaitTakesNoCall(t *testing.T) {
	now := time.Now()
	limiter := webapi.NewRateLimiter(func() time.Time { return now })
	posts, allowed := webapi.PostsTo("C1"), 0
	for limiter.Until(posts, 0) == 0 {
		if said := limiter.Until(posts, 0); said > 0 {
			t.Fatalf("asked again, %v is to be waited", said)
		}
		if wait := limiter.Take(posts, 0); wait > 0 {
			t.Fatalf("a call that was to be allowed waits %v", wait)
		}
		allowed++
	}
	if said := limiter.Until(posts, 0); allowed != 5 || said != limiter.Take(posts, 0) || said != time.Second {
		t.Errorf("%d calls were allowed, and then %v was to be waited", allowed, said)
	}
	if said := limiter.Until(posts, 2); said != 3*time.Second {
		t.Errorf("to leave two others takes %v", said)
	}
	limiter.Close(posts, time.Minute)
	if said := limiter.Until(posts, 0); said != time.Minute {
		t.Errorf("while Slack wants none, %v is to be waited", said)
	}
}
