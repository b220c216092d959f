package socket

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"regexp"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"mozybot/provision/proxy"
)

// Status is the state of the connection to Slack.
type Status struct {
	Up        bool      // Slack has greeted us, and the connection is not known to have ended
	Since     time.Time // it is up, or not, since then
	Heard     time.Time // when anything last came over it; Slack sends a ping at least every half minute
	Greetings int       // connections that Slack has greeted us on so far
	Crowded   bool      // we have not begun, because another copy of mozybot is connected
	Ended     string    // why Slack ended the last connection, in its own word: link_disabled, too_many_websockets; "" when it did not say
}

// connection follows the connection. It is safe for concurrent use.
type connection struct {
	now func() time.Time

	mu     sync.Mutex
	status Status
}

func newConnection(now func() time.Time) *connection {
	return &connection{now: now, status: Status{Since: now()}}
}

func (c *connection) is() Status {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.status
}

func (c *connection) greeted() {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.now()
	c.status = Status{Up: true, Since: now, Heard: now, Greetings: c.status.Greetings + 1, Ended: c.status.Ended}
}

func (c *connection) crowded() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.status.Crowded = true
}

// lost: nothing reaches us until the next greeting.
func (c *connection) lost() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.status.Up {
		c.status.Up, c.status.Since = false, c.now()
	}
}

// heard notes what came. The library doesn't tell why Slack ends a connection, so that is read here; of one that comes in two
// pieces it stays unknown.
func (c *connection) heard(b []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.status.Heard = c.now()
	if found := disconnect.FindSubmatch(b); found != nil {
		c.status.Ended = string(found[1])
	}
}

// disconnect is Slack's last message on a connection (slack FACTS 3.5).
var disconnect = regexp.MustCompile(`\{"type": ?"disconnect", ?"reason": ?"(\w+)"`)

// dialer is the library's own that also notes every read, as the library doesn't report Slack's pings, and that knows every
// proxy that the calls of the Web API know. Its connections end with ctx: the library's handshake waits on without looking.
func (c *connection) dialer(ctx context.Context) *websocket.Dialer {
	return &websocket.Dialer{
		HandshakeTimeout: 45 * time.Second,
		WriteBufferSize:  32 << 10, // Slack does not put continuation frames back together (slack FACTS 1.5)
		NetDialContext: func(dialing context.Context, _, addr string) (net.Conn, error) {
			return c.listen(ctx)(proxy.Dial(dialing, "http", addr))
		},
		NetDialTLSContext: func(dialing context.Context, _, addr string) (net.Conn, error) {
			return c.listen(ctx)(dialTLS(dialing, addr))
		},
	}
}

func dialTLS(ctx context.Context, addr string) (net.Conn, error) {
	conn, err := proxy.Dial(ctx, "https", addr)
	if err != nil {
		return nil, err
	}
	host, _, _ := net.SplitHostPort(addr) // the library has put it together
	secure := tls.Client(conn, &tls.Config{ServerName: host})
	if err := secure.HandshakeContext(ctx); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return secure, nil
}

// listen notes what is read from a connection, which has to be in the clear, and ends it with ctx.
func (c *connection) listen(ctx context.Context) func(net.Conn, error) (net.Conn, error) {
	return func(conn net.Conn, err error) (net.Conn, error) {
		if err != nil {
			return nil, err
		}
		return listened{conn, c, context.AfterFunc(ctx, func() { _ = conn.Close() })}, nil
	}
}

type listened struct {
	net.Conn
	connection *connection
	unwatch    func() bool
}

func (l listened) Read(b []byte) (int, error) {
	n, err := l.Conn.Read(b)
	if n > 0 {
		l.connection.heard(b[:n])
	}
	return n, err
}

func (l listened) Close() error {
	l.unwatch()
	return l.Conn.Close()
}
