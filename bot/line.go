package bot

import (
	"context"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

// Line is how the connection to Slack is.
type Line struct {
	Up        bool      // Slack has greeted us, and the connection is not known to have ended
	Since     time.Time // it is up, or not, since then
	Heard     time.Time // when anything last came over it; Slack sends a ping at least every half minute
	Greetings int       // connections that Slack has greeted us on so far
}

// Line tells how the connection to Slack is. It may be called at any time.
func (b *Bot) Line() Line {
	b.line.mu.Lock()
	defer b.line.mu.Unlock()
	return b.line.is
}

// line follows the connection. It is safe for concurrent use.
type line struct {
	now func() time.Time

	mu sync.Mutex
	is Line
}

func newLine(now func() time.Time) *line { return &line{now: now, is: Line{Since: now()}} }

func (l *line) greeted() {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	l.is = Line{Up: true, Since: now, Heard: now, Greetings: l.is.Greetings + 1}
}

func (l *line) lost() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.is.Up {
		l.is.Up, l.is.Since = false, l.now()
	}
}

func (l *line) heard() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.is.Heard = l.now()
}

// dialer is the library's own, but that it notes what comes: the library keeps Slack's pings to itself.
func (l *line) dialer() *websocket.Dialer {
	return &websocket.Dialer{
		Proxy: http.ProxyFromEnvironment, HandshakeTimeout: 45 * time.Second,
		WriteBufferSize: 32 << 10, // Slack does not put continuation frames back together (slack.md 1.5)
		NetDialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
			conn, err := new(net.Dialer).DialContext(ctx, network, addr)
			if err != nil {
				return nil, err
			}
			return listened{conn, l}, nil
		},
	}
}

type listened struct {
	net.Conn
	line *line
}

func (c listened) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if n > 0 {
		c.line.heard()
	}
	return n, err
}
