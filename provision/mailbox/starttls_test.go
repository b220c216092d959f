package mailbox_test

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"fmt"
	"net"
	"strings"
	"testing"

	"mozybot/provision"
	"mozybot/provision/mailbox"
)

// encryptedLater has a server's connections begin in the clear, up to STARTTLS.
type encryptedLater struct {
	net.Listener
	certificate *tls.Config
}

func (l encryptedLater) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	_, _ = fmt.Fprint(c, "* OK hello\r\n")
	tag, _, _ := strings.Cut(readLine(c), " ")
	_, _ = fmt.Fprintf(c, "* OK [X-A b] in a moment\r\n%s OK begin\r\n", tag)
	return &greeted{Conn: tls.Server(c, l.certificate)}, nil
}

// readLine reads no more than a line.
func readLine(c net.Conn) string {
	var line []byte
	for b := make([]byte, 1); !bytes.HasSuffix(line, []byte("\n")); {
		if _, err := c.Read(b); err != nil {
			break
		}
		line = append(line, b...)
	}
	return string(line)
}

// greeted is a connection whose server has greeted before: it doesn't again.
type greeted struct {
	net.Conn
	once bool
}

func (g *greeted) Write(p []byte) (int, error) {
	if !g.once && bytes.HasPrefix(p, []byte("* OK ")) {
		g.once = true
		return len(p), nil
	}
	return g.Conn.Write(p)
}

// What was said in the clear counts for nothing, and a server that does not begin to encrypt is sent nothing else.
func TestServersThatDoNotBeginToEncrypt(t *testing.T) {
	for name, c := range map[string]struct {
		lines []string
		want  string
		code  provision.Code
	}{
		"a no":                        {[]string{"* OK hello", "T NO not here"}, "offers no encryption (STARTTLS), so nothing was sent to it", provision.Changed},
		"BAD":                         {[]string{"* OK hello", "T BAD unknown command"}, "offers no encryption (STARTTLS), so nothing was sent to it", provision.Changed},
		"a no for now":                {[]string{"* OK hello", "T NO [UNAVAILABLE] TLS is down"}, "refused while mozybot was encrypting: “TLS is down”", provision.Unavailable},
		"one who knows us already":    {[]string{"* PREAUTH hello"}, "offers no encryption (STARTTLS), so nothing was sent to it", provision.Changed},
		"no to everybody":             {[]string{"* BYE [UNAVAILABLE] Too many connections"}, "ended the connection while mozybot was being greeted: “Too many connections”", provision.Unavailable},
		"a farewell instead":          {[]string{"* OK hello", "* BYE going down"}, "ended the connection while mozybot was encrypting: “going down”", provision.Unavailable},
		"another protocol":            {[]string{"220 mail.example ESMTP"}, "doesn't understand, while mozybot was being greeted", provision.Unavailable},
		"an answer to something else": {[]string{"* OK hello", "X OK begin"}, "doesn't understand, while mozybot was encrypting", provision.Unavailable},
		"words in the clear behind":   {[]string{"* OK hello", "T OK begin\r\n* CAPABILITY IMAP4rev1 AUTH=PLAIN"}, "doesn't understand, while mozybot was encrypting", provision.Unavailable},
		"no end of words":             {[]string{"* OK hello", strings.Repeat("* OK wait\r\n", 200)}, "doesn't understand, while mozybot was encrypting", provision.Unavailable},
	} {
		t.Run(name, func(t *testing.T) {
			cfg := config(answering(t, c.lines...), newIntake())
			cfg.Security = provision.StartTLS
			w, err := mailbox.New(cfg)
			if err != nil {
				t.Fatal(err)
			}
			err = w.Check(t.Context())
			if provision.CodeOf(err) != c.code || !strings.Contains(provision.MessageOf(err), c.want) {
				t.Errorf("got %v (%s, %s), want %q", err, provision.MessageOf(err), provision.CodeOf(err), c.want)
			}
		})
	}
}

// Nothing of the log-in is said before the connection is encrypted.
func TestNothingButSTARTTLSIsSaidInTheClear(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	heard := make(chan string, 1)
	go func() {
		c, err := l.Accept()
		if err != nil {
			return
		}
		defer c.Close()
		_, _ = fmt.Fprint(c, "* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] hello\r\n")
		lines := bufio.NewReader(c)
		said, _ := lines.ReadString('\n')
		_, _ = fmt.Fprint(c, "T OK begin\r\n")
		first, _ := lines.ReadByte()
		heard <- fmt.Sprintf("%q then %#x", said, first)
	}()
	cfg := config(l.Addr().String(), newIntake())
	cfg.Security = provision.StartTLS
	w, err := mailbox.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Check(t.Context()); err == nil {
		t.Error("it went on without encryption")
	}
	if got, want := <-heard, `"T STARTTLS\r\n" then 0x16`; got != want { // a TLS handshake
		t.Errorf("the server heard %s, want %s", got, want)
	}
}
