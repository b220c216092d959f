package console

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"sync"

	"github.com/chromedp/cdproto/network"
)

// traffic watches what one tab asks of the console. It is the witness for the questions that the page cannot answer:
// was a click lost (nothing was sent), is an answer still to come, and could anything have been changed at all (only if
// something other than a GET was sent).
type traffic struct {
	origin string // of the console; what goes elsewhere does not get there, and says nothing about panels

	mu       sync.Mutex
	n        int // requests so far
	asides   int // see aside
	requests map[network.RequestID]*request
	news     chan struct{} // closed and replaced at every event
}

func newTraffic(origin string) *traffic {
	return &traffic{origin: origin, requests: map[network.RequestID]*request{}, news: make(chan struct{})}
}

type request struct {
	n       int
	write   bool
	beside  bool // something that may change something waited for its answer when it was sent
	aside   bool
	path    string
	done    bool
	status  int
	failure string
}

// observation is what went over the wire since a mark.
type observation struct {
	sent     int    // requests
	writes   int    // requests that may have changed something
	waiting  int    // requests that are not answered yet
	saving   int    // and among them those that may change something
	failure  string // of a request that failed at the server or on the way, "" if none did
	refused  string // of a request that the server answered with another 4xx
	loggedIn bool   // false: an answer said or led to the log-in
}

// mark is a point in time for since.
func (t *traffic) mark() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	const remembered = 200 // far more than one act sends
	for id, r := range t.requests {
		if r.done && r.n < t.n-remembered {
			delete(t.requests, id)
		}
	}
	return t.n
}

// saved waits until nothing that was sent since the mark and may change something is waiting for an answer, or ctx ends.
func (t *traffic) saved(ctx context.Context, mark int) {
	t.until(ctx, func() bool { return t.since(mark).saving == 0 })
}

// answered waits until nothing at all that was sent since the mark is waiting for an answer, or ctx ends.
func (t *traffic) answered(ctx context.Context, mark int) {
	t.until(ctx, func() bool { return t.since(mark).waiting == 0 })
}

func (t *traffic) until(ctx context.Context, over func() bool) {
	for {
		t.mu.Lock()
		news := t.news
		t.mu.Unlock()
		if over() {
			return
		}
		select {
		case <-news:
		case <-ctx.Done():
			return
		}
	}
}

// changed is the number of the newest request since the mark that may have changed something.
func (t *traffic) changed(mark int) (newest int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, r := range t.requests {
		if r.n > mark && r.write {
			newest = max(newest, r.n)
		}
	}
	return newest
}

// coming says whether the page waits for an answer from path that it has asked for after the request of that number was answered.
func (t *traffic) coming(path string, after int) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, r := range t.requests {
		if r.path == path && r.n > after && !r.beside && !r.write && !r.done {
			return true
		}
	}
	return false
}

// aside has what the page asks for meanwhile left out of what an act has sent (see acted).
func (t *traffic) aside(do func() error) error {
	count := func(n int) {
		t.mu.Lock()
		defer t.mu.Unlock()
		t.asides += n
	}
	count(1)
	defer count(-1)
	return do()
}

// since is what went over the wire since the mark.
func (t *traffic) since(mark int) observation {
	return t.observe(mark, func(*request) bool { return true })
}

// acted is the same without what was asked for aside.
func (t *traffic) acted(mark int) observation {
	return t.observe(mark, func(r *request) bool { return !r.aside })
}

func (t *traffic) observe(mark int, counts func(*request) bool) observation {
	t.mu.Lock()
	defer t.mu.Unlock()
	s := observation{loggedIn: true}
	for _, r := range t.requests {
		if r.n <= mark || !counts(r) {
			continue
		}
		s.sent++
		if r.write {
			s.writes++
		}
		switch {
		case !r.done:
			s.waiting++
			if r.write {
				s.saving++
			}
		case r.failure != "":
			s.failure = fmt.Sprintf("%s: %s", r.path, r.failure)
		case r.status >= 500:
			s.failure = fmt.Sprintf("%s: HTTP status %d", r.path, r.status)
		case r.status >= 400:
			s.refused = fmt.Sprintf("%s: HTTP status %d", r.path, r.status)
		}
		if r.status == 401 || strings.HasPrefix(r.path, "/login/") {
			s.loggedIn = false
		}
	}
	return s
}

// saving says whether something that may change something waits for its answer. Call it with the lock.
func (t *traffic) saving() bool {
	for _, r := range t.requests {
		if r.write && !r.done {
			return true
		}
	}
	return false
}

// event takes what the browser says. It is called in the order of the events and must not block.
func (t *traffic) event(ev any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	defer func() {
		close(t.news)
		t.news = make(chan struct{})
	}()
	switch ev := ev.(type) {
	case *network.EventRequestWillBeSent:
		switch ev.Type {
		case network.ResourceTypeDocument, network.ResourceTypeXHR, network.ResourceTypeFetch:
		default:
			return // pictures and the like say nothing about panels
		}
		r := t.requests[ev.RequestID]
		if r == nil {
			if !strings.HasPrefix(ev.Request.URL, t.origin+"/") {
				return
			}
			t.n++
			r = &request{n: t.n, beside: t.saving()}
			t.requests[ev.RequestID] = r
		}
		// A redirect goes on under the same id: it stays a write if it began as one.
		r.write = r.write || !(ev.Request.Method == "GET" || ev.Request.Method == "HEAD")
		r.path = pathOf(ev.Request.URL)
		r.aside = r.aside || t.asides > 0 && !r.write
	case *network.EventResponseReceived:
		if r := t.requests[ev.RequestID]; r != nil {
			r.status = int(ev.Response.Status)
		}
	case *network.EventLoadingFinished:
		if r := t.requests[ev.RequestID]; r != nil {
			r.done = true
		}
	case *network.EventLoadingFailed:
		if r := t.requests[ev.RequestID]; r != nil {
			r.done = true
			if !ev.Canceled {
				r.failure = ev.ErrorText
			}
		}
	}
}

func pathOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Path
}
