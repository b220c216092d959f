package mailbox

import (
	"bytes"
	"net"
	"sync"
	"time"
)

// conn remembers how the server ended a connection, which go-imap doesn't tell, and ends it when the server is silent for too
// long.
type conn struct {
	net.Conn

	mu     sync.Mutex
	ended  bool   // by the network, the server or us; else go-imap gave up on what it read
	bye    string // the server's last words
	silent bool   // it was ended because nothing came any more
	heard  func() // puts off the end of a command that waits for an answer; nil: none does
}

// longestAnswer is how many times the limit for silence an answer may take that keeps coming: a large mail over a slow line is
// no server that hangs, but one byte a minute is.
const longestAnswer = 20

// await ends the connection by hangUp when nothing comes for so long. It returns what ends the waiting.
func (c *conn) await(limit time.Duration, hangUp func()) (answered func()) {
	late := time.AfterFunc(limit, func() {
		c.mu.Lock()
		c.silent = true
		c.mu.Unlock()
		hangUp()
	})
	began := time.Now()
	c.listen(func() {
		if time.Since(began) < longestAnswer*limit && late.Stop() {
			late.Reset(limit)
		}
	})
	return func() { c.listen(nil); late.Stop() }
}

func (c *conn) listen(heard func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.heard = heard
}

var byeLine = []byte("* BYE ")

// farewellIn is what the server says of the end, without its code for programs, where that is the last of what it says: a mail
// may have such a line, too.
func farewellIn(said []byte) string {
	said = bytes.TrimSuffix(said, []byte("\r\n"))
	words, ends := bytes.CutPrefix(said[bytes.LastIndexByte(said, '\n')+1:], byeLine)
	if !ends {
		return ""
	}
	if code, text, coded := bytes.Cut(words, []byte("] ")); coded && bytes.HasPrefix(code, []byte("[")) {
		words = text
	}
	return string(words)
}

func (c *conn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ended = c.ended || err != nil
	if n > 0 {
		c.bye = farewellIn(p[:n])
		if c.heard != nil {
			c.heard()
		}
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

// farewell is how the connection ended: with words, in silence, or because the server said something that isn't IMAP. A nil
// conn was never made.
func (c *conn) farewell() (bye string, silent, misunderstood bool) {
	if c == nil {
		return "", false, false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.bye, c.silent, !c.ended
}
