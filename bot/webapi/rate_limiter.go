package webapi

import (
	"context"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"mozybot/provision/retry"
)

// RateLimiter keeps calls within Slack's limits (slack FACTS 8): about one chat.update a second over all jobs, one
// chat.postMessage a second in a channel, a hundred views.publish a minute, each with a small burst. Safe for concurrent use.
type RateLimiter struct {
	now func() time.Time

	mu     sync.Mutex
	limits map[Limit]*bucket
}

// bucket is the token bucket of one kind of call.
type bucket struct {
	*rate.Limiter
	closed time.Time // no calls until then, as Slack asked
}

// Limit names a kind of call.
type Limit string

// The limits that are not a channel's.
const (
	Updates   Limit = "chat.update"
	Publishes Limit = "views.publish"
	Reactions Limit = "reactions.add" // and reactions.remove, which come in pairs
)

// PostsTo is the limit of new messages in a channel.
func PostsTo(channel string) Limit { return Limit("chat.postMessage " + channel) }

// NewRateLimiter makes a RateLimiter. now must be monotonic.
func NewRateLimiter(now func() time.Time) *RateLimiter {
	return &RateLimiter{now: now, limits: map[Limit]*bucket{}}
}

func (p *RateLimiter) limit(l Limit) *bucket {
	known, ok := p.limits[l]
	if !ok {
		perMinute, burst := 60.0, 5
		switch l {
		case Updates, Reactions:
			perMinute, burst = 50, 8
		case Publishes:
			perMinute, burst = 100, 20
		}
		known = &bucket{Limiter: rate.NewLimiter(rate.Limit(perMinute/60), burst)}
		p.limits[l] = known
	}
	return known
}

// Take allows one call if keep others remain after it, or says how long to wait before asking again.
func (p *RateLimiter) Take(l Limit, keep int) (wait time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now, limit := p.now(), p.limit(l)
	if wait := limit.until(now, keep); wait > 0 {
		return wait
	}
	limit.AllowN(now, 1)
	return 0
}

// Until is how long Take would say to wait, 0 where it would allow a call. It takes none.
func (p *RateLimiter) Until(l Limit, keep int) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.limit(l).until(p.now(), keep)
}

func (b *bucket) until(now time.Time, keep int) time.Duration {
	if wait := b.closed.Sub(now); wait > 0 {
		return wait
	}
	lacking := float64(1+keep) - b.TokensAt(now)
	return time.Duration(max(0, lacking) / float64(b.Limit()) * float64(time.Second))
}

// Wait blocks until a call is allowed. Its error is ctx's.
func (p *RateLimiter) Wait(ctx context.Context, l Limit) error {
	for {
		wait := p.Take(l, 0)
		if wait <= 0 {
			return nil
		}
		if err := retry.Pause(ctx, wait); err != nil {
			return err
		}
	}
}

// Close blocks a kind of call for as long as Slack asked.
func (p *RateLimiter) Close(l Limit, d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now, limit := p.now(), p.limit(l)
	limit.closed = now.Add(d)
	if left := int(limit.TokensAt(now)); left > 0 {
		limit.AllowN(now, left)
	}
}
