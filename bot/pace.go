package bot

import (
	"context"
	"sync"
	"time"
)

// pace keeps us within Slack's limits (slack.md 8): about one chat.update a second over all jobs, one
// chat.postMessage a second in a channel, a hundred views.publish a minute, each with a small burst. Safe for concurrent use.
type pace struct {
	now func() time.Time

	mu      sync.Mutex
	buckets map[string]*bucket
}

// bucket fills up at its rate; a call takes one out.
type bucket struct {
	perSecond, most, level float64
	at                     time.Time // when level was right
	closed                 time.Time // until then nothing goes: Slack said so
}

// limit names a bucket.
type limit string

const updates limit = "chat.update"

// spare is what updates that may be left out leave for those that may not.
const spare = 2

func postsTo(channel string) limit { return limit("chat.postMessage " + channel) }

func newPace(now func() time.Time) *pace { return &pace{now: now, buckets: map[string]*bucket{}} }

func (p *pace) bucket(l limit, now time.Time) *bucket {
	k, ok := p.buckets[string(l)]
	if !ok {
		k = &bucket{perSecond: 1, most: 5, level: 5, at: now}
		switch l {
		case updates:
			k = &bucket{perSecond: 50.0 / 60, most: 8, level: 8, at: now}
		case publishes:
			k = &bucket{perSecond: 100.0 / 60, most: 20, level: 20, at: now}
		}
		p.buckets[string(l)] = k
	}
	k.level = min(k.most, k.level+k.perSecond*now.Sub(k.at).Seconds())
	k.at = now
	return k
}

// take takes one call if keep others remain after it, or says how long to wait before asking again.
func (p *pace) take(l limit, keep float64) (wait time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	k := p.bucket(l, now)
	if wait := k.closed.Sub(now); wait > 0 {
		return wait
	}
	if lacking := 1 + keep - k.level; lacking > 0 {
		return time.Duration(lacking / k.perSecond * float64(time.Second))
	}
	k.level--
	return 0
}

// wait takes one call as soon as there is one; false when ctx is done first.
func (p *pace) wait(ctx context.Context, l limit) bool {
	for {
		wait := p.take(l, 0)
		if wait <= 0 {
			return true
		}
		if !pause(ctx, wait) {
			return false
		}
	}
}

// close stops a kind of call for as long as Slack asked.
func (p *pace) close(l limit, d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := p.now()
	k := p.bucket(l, now)
	k.closed, k.level = now.Add(d), 0
}
