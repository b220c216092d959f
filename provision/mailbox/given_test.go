package mailbox_test

import (
	"fmt"
	"net"
	"regexp"
	"strings"
	"testing"
	"time"

	standin "mozybot/fixtures/sandbox/mailbox"
	"mozybot/provision"
)

// rewritten changes what passes over a server's connections: what the client says, and what the server answers.
type rewritten struct {
	net.Listener
	said, answered func([]byte) []byte
}

func (l *rewritten) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	return rewrittenConn{c, l}, err
}

type rewrittenConn struct {
	net.Conn
	by *rewritten
}

func (c rewrittenConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	return copy(p, c.by.said(p[:n])), err
}

func (c rewrittenConn) Write(p []byte) (int, error) {
	if _, err := c.Conn.Write(c.by.answered(p)); err != nil {
		return 0, err
	}
	return len(p), nil
}

func TestWhatServersGiveInOtherForms(t *testing.T) {
	for name, c := range map[string]struct{ said, instead, answered, by string }{
		"a mail without a date":           {answered: `INTERNALDATE "[^"]*"`, by: "INTERNALDATE NIL"},
		"a date that names its zone":      {answered: `INTERNALDATE "([^"]*) [^" ]*"`, by: `INTERNALDATE "$1 GMT"`},
		"a size that is none":             {answered: `RFC822.SIZE \d+`, by: "RFC822.SIZE -1"},
		"neither date nor size":           {answered: `(INTERNALDATE "[^"]*"|RFC822.SIZE \d+) ?`, by: ""},
		"flags that somebody has set":     {answered: `\* 1 FETCH \(UID`, by: "* 1 FETCH (UID 1 FLAGS (\\Seen))\r\n* 1 FETCH (UID"},
		"flags without the UID":           {answered: `\* 1 FETCH \(UID`, by: "* 1 FETCH (FLAGS (\\Seen))\r\n* 1 FETCH (UID"},
		"no search for words of our own":  {said: "UNKEYWORD", instead: "NOKEYWORD"},
		"flags that are no words":         {answered: `\* FLAGS \(`, by: "* FLAGS (Lab]el \"Junk mail\" \xe4rger "},
		"marks that are no words":         {answered: `\[PERMANENTFLAGS \(`, by: "[PERMANENTFLAGS (Lab]el \"Junk mail\" \xe4rger "},
		"such flags of a mail":            {answered: `\* 1 FETCH \(UID`, by: "* 1 FETCH (FLAGS (\\Seen Lab]el) UID"},
		"lines that mean nothing to us":   {answered: `\* FLAGS`, by: "\r\n* XYZ foo\r\n* NO [ALERT] full\r\n* BAD clock\r\n* OK [X-A \"a]b\"] x\r\n* FLAGS"},
		"numbers out of all bounds":       {answered: `\* FLAGS`, by: "* OK [UIDNEXT 4294967296] next\r\n* OK [UIDVALIDITY 13961230310123] valid\r\n* FLAGS"},
		"a mail in two answers, in order": {answered: `\* 1 FETCH \(UID 1 (INTERNALDATE "[^"]*" RFC822.SIZE \d+) `, by: "* 1 FETCH (UID 1 $1)\r\n* 1 FETCH (UID 1 "},
	} {
		change := func(pattern, by string) func([]byte) []byte {
			found := regexp.MustCompile(pattern)
			return func(b []byte) []byte {
				if pattern == "" {
					return b
				}
				return found.ReplaceAll(b, []byte(by))
			}
		}
		for _, security := range []provision.Security{provision.Unsecured, provision.StartTLS} {
			t.Run(fmt.Sprint(name, ", ", security), func(t *testing.T) {
				certificate, trusted := selfSigned(t)
				s, addr := serve(t, standin.Config{}, func(l net.Listener) net.Listener {
					if security == provision.StartTLS {
						l = encryptedLater{l, certificate}
					}
					return &rewritten{l, change(c.said, c.instead), change(c.answered, c.by)}
				})
				cfg := config(addr, newIntake())
				cfg.Security, cfg.RootCAs = security, trusted
				skipWaits(&cfg, func(int) {})
				drop(t, s, order(1))
				watch(t, cfg)
				until(t, s, "Orders done: Order 1")
			})
		}
	}
}

// literal is a part of a mail as servers give it.
func literal(section, text string) string {
	return fmt.Sprintf("BODY[%s] {%d}\r\n%s", section, len(text), text)
}

func TestAMailIsTakenHoweverItIsGiven(t *testing.T) {
	raw := order(1)
	head, _, _ := strings.Cut(raw, "\r\n\r\n")
	head += "\r\n\r\n"
	first, whole := "* 1 FETCH (UID 7 "+literal("HEADER", head)+")", "* 1 FETCH (UID 7 "+literal("", raw)+")"
	for name, c := range map[string]struct {
		first, whole string // the answers when the header and the whole are asked for
		status       string
		unread       string // what people are told of it
	}{
		"as most servers do":                  {first, whole, "OK done", ""},
		"with a no":                           {first, whole, "NO Some messages could not be fetched", ""},
		"with its UID at the end":             {"* 1 FETCH (RFC822.SIZE 500 " + literal("HEADER", head) + " UID 7)", "* 1 FETCH (" + literal("", raw) + " UID 7)", "OK done", ""},
		"among news of its flags":             {first, "* 1 FETCH (UID 7 FLAGS (\\Seen))\r\n" + whole + "\r\n* 1 FETCH (UID 7 FLAGS ())", "OK done", ""},
		"larger than the server has said":     {first, "* 1 FETCH (UID 7 " + literal("", raw+strings.Repeat("x", 40<<20)) + ")", "OK done", "is larger than 40 MB"},
		"larger, and with its UID at the end": {first, "* 1 FETCH (" + literal("", raw+strings.Repeat("x", 40<<20)) + " UID 7)", "OK done", "is larger than 40 MB"},
	} {
		t.Run(name, func(t *testing.T) {
			d := newIntake()
			watch(t, config(answering(t, "* PREAUTH [CAPABILITY IMAP4rev1] hello",
				"* LIST () \"/\" \"Orders done\"\r\nT1 OK done", "* LIST () \"/\" \"For people\"\r\nT2 OK done", "* 1 EXISTS\r\nT3 OK [READ-WRITE] open", "* SEARCH 7\r\nT4 OK done",
				c.first+"\r\nT5 "+c.status, c.whole+"\r\nT6 "+c.status), d))
			deadline := time.Now().Add(hangTimeout)
			for d.count() == 0 && time.Now().Before(deadline) {
				<-time.After(5 * time.Millisecond)
			}
			d.mu.Lock()
			defer d.mu.Unlock()
			if len(d.taken) == 0 || d.taken[0].ID != "order-1@example.com" || d.taken[0].Unread != c.unread || len(d.taken[0].Files) != 1 && c.unread == "" || d.taken[0].At.IsZero() {
				t.Errorf("taken: %+v", d.taken)
			}
		})
	}
}
