package mailbox

import (
	"bytes"
	"net"
	"sync"
)

// conn remembers how the server ended a connection, which go-imap doesn't tell.
type conn struct {
	net.Conn

	mu    sync.Mutex
	ended bool   // by the network, the server or us; else go-imap gave up on what it read
	bye   string // the server's last words
}

var byeLine = []byte("* BYE ")

func (c *conn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ended = c.ended || err != nil
	if line, ok := bytes.CutPrefix(p[:n], byeLine); ok {
		line, _, _ = bytes.Cut(line, []byte("\r\n"))
		c.bye = string(line)
	}
	return n, err
}

func (c *conn) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ended = c.ended || err != nil
	return n, err
}

// farewell is how the connection ended: with words, or because the server said something that isn't IMAP. A nil conn was
// never made.
func (c *conn) farewell() (bye string, misunderstood bool) {
	if c == nil {
		return "", false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.bye, !c.ended
}
