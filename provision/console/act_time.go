package console

import (
	"errors"
	"net"
	"net/http"
	"sync"
	"time"
)

// actLimit ends acts in time. A browser that was suspended with a press in it would send what was pressed whenever it wakes up, and by
// then somebody else may work the console. So the browser goes by the relay, which lets nothing through once an act's time is up: also
// a connection that the browser opens to send it again is refused. Whoever waits for the answer finds the connections ended, and looks.
type actLimit struct {
	limit  time.Duration // 0: an act takes as long as it takes
	uptime func() time.Duration

	mu    sync.Mutex
	acts  map[*act]time.Duration // until when, by uptime
	ends  map[int]func()         // of the connections that there are
	count int
}

func newActLimit(limit time.Duration, uptime func() time.Duration) *actLimit {
	return &actLimit{limit: limit, uptime: uptime, acts: map[*act]time.Duration{}, ends: map[int]func(){}}
}

var errActOver = errors.New("the time for this act was up, so the browser was cut off")

// act is one press that changes something, until its answer is there.
type act struct {
	of    *actLimit
	timer *time.Timer
}

// begin begins an act. It is done right before it is asked whether one may act.
func (l *actLimit) begin() *act {
	a := &act{of: l}
	a.again()
	return a
}

// again gives the act its whole time once more, for a press that was lost.
func (a *act) again() {
	if a.of.limit == 0 {
		return
	}
	a.end()
	a.of.mu.Lock()
	defer a.of.mu.Unlock()
	a.of.acts[a] = a.of.uptime() + a.of.limit
	a.timer = time.AfterFunc(a.of.limit, a.of.cut)
}

func (a *act) end() {
	a.of.mu.Lock()
	defer a.of.mu.Unlock()
	if delete(a.of.acts, a); a.timer != nil {
		a.timer.Stop()
	}
}

// over says whether an act in hand has taken its time.
func (l *actLimit) over() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.uptime()
	for _, until := range l.acts {
		if now >= until {
			return true
		}
	}
	return false
}

// cut ends the connections if an act's time is up.
func (l *actLimit) cut() {
	if !l.over() {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, end := range l.ends {
		end()
	}
}

// connected has end called when the time of an act is up.
func (l *actLimit) connected(end func()) (ended func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.count++
	n := l.count
	l.ends[n] = end
	return func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		delete(l.ends, n)
	}
}

// limitedConn is a connection to the console.
type limitedConn struct {
	net.Conn
	acts *actLimit
}

func (c limitedConn) Write(b []byte) (int, error) {
	if c.acts.over() {
		c.Close()
		return 0, errActOver
	}
	return c.Conn.Write(b)
}

// limitedTransport carries requests to the console.
type limitedTransport struct {
	http.RoundTripper
	acts *actLimit
}

func (t limitedTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	if t.acts.over() {
		return nil, errActOver
	}
	return t.RoundTripper.RoundTrip(r)
}
