package mailbox_test

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	standin "mozybot/fixtures/sandbox/mailbox"
	"mozybot/provision"
	"mozybot/provision/mailbox"
)

// troubled runs a watcher against a mailbox with a fault until the order in it is done, and returns what people were told
// and the waits.
func troubled(t *testing.T, server standin.Config, fault, value string) (said []string, waits []time.Duration) {
	t.Helper()
	s, addr := serve(t, server, nil)
	setFault(t, s, fault, value)
	d := newIntake()
	cfg := config(addr, d)
	waited := skipWaits(&cfg, func(int) {})
	drop(t, s, order(1))
	stop := watch(t, cfg)
	until(t, s, "Orders done: Order 1")
	d.untilUp(t)
	stop()
	return d.said, *waited
}

func setFault(t *testing.T, s *standin.Server, name, value string) {
	t.Helper()
	if err := s.SetFault(name, value); err != nil {
		t.Fatal(err)
	}
}

// untilUp waits until the mailbox was called well, whether or not it was called down.
func (d *intake) untilUp(t *testing.T) {
	t.Helper()
	select {
	case <-d.changed:
	case <-time.After(hangTimeout):
		t.Fatal("the mailbox was never called well")
	}
}

// unread is what people were told of mails that were not read.
func (d *intake) unread() (all []string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, m := range d.taken {
		if m.Unread != "" {
			all = append(all, m.Subject+" "+m.Unread)
		}
	}
	return all
}

func TestAMailThatIsRefusedForAWhileIsTakenLater(t *testing.T) {
	for name, value := range map[string]string{
		"Exchange throttles": "3 FETCH NO Server Unavailable. 15", "over quota": "3 FETCH NO [OVERQUOTA] Account exceeded command or bandwidth limits.",
		"a server bug": "3 FETCH NO [SERVERBUG] Internal error", "BAD": "3 FETCH BAD Command Argument Error. 11", "nothing": "6 FETCH OK completed",
		"no search": "2 SEARCH NO Server Unavailable. 15", "the folder does not open": "2 SELECT NO Server Unavailable. 15",
		"not connected": "2 SELECT BAD User is authenticated but not connected.",
	} {
		t.Run(name, func(t *testing.T) {
			if said, _ := troubled(t, standin.Config{}, "answer", value); len(said) != 0 {
				t.Errorf("people were told %q", said)
			}
		})
	}
	t.Run("the connection breaks in the middle", func(t *testing.T) {
		if said, _ := troubled(t, standin.Config{}, "cut_in_mail", "2"); len(said) != 0 {
			t.Errorf("people were told %q", said)
		}
	})
}

// While no mail can be fetched, it is the mailbox that can't be read: nothing is said of the mail.
func TestAServerThatGivesNoMailIsDown(t *testing.T) {
	s, addr := serve(t, standin.Config{}, nil)
	setFault(t, s, "answer", "FETCH NO Server Unavailable. 15")
	d := newIntake()
	cfg := config(addr, d)
	waits := skipWaits(&cfg, func(waits int) {
		if waits == 20 {
			_ = s.SetFault("answer", "off")
		}
	})
	drop(t, s, order(1))
	drop(t, s, order(2))
	stop := watch(t, cfg)
	until(t, s, "Orders done: Order 1", "Orders done: Order 2")
	d.untilBack(t)
	stop()
	if len(d.said) != 2 || !strings.Contains(d.said[0], "“Server Unavailable. 15”") || len(d.unread()) != 0 {
		t.Errorf("people were told %q and %q", d.said, d.unread())
	}
	if slices.Max(*waits) != 5*time.Minute {
		t.Errorf("waited %v", *waits)
	}
}

func TestAMailThatAloneCannotBeFetchedIsLeftToPeople(t *testing.T) {
	s, addr := serve(t, standin.Config{}, nil)
	setFault(t, s, "damaged", "1")
	d := newIntake()
	cfg := config(addr, d)
	waits := skipWaits(&cfg, func(int) {})
	drop(t, s, order(1))
	drop(t, s, order(2))
	stop := watch(t, cfg)
	until(t, s, "For people: Order 1", "Orders done: Order 2")
	stop()
	if len(d.said) != 0 || !slices.Equal(d.unread(), []string{`(no subject) could not be fetched from the server, which says “The mail is damaged”`}) {
		t.Errorf("people were told %q and %q", d.said, d.unread())
	}
	if total := sum(*waits); total < 15*time.Minute {
		t.Errorf("it was given up after %v", total)
	}
}

func sum(waits []time.Duration) (total time.Duration) {
	for _, wait := range waits {
		total += wait
	}
	return total
}

// A mail that breaks the connection each time must not keep the others from being read.
func TestAMailThatBreaksTheConnectionComesLast(t *testing.T) {
	s, addr := serve(t, standin.Config{}, nil)
	setFault(t, s, "cut_in_mail", "1")
	d := newIntake()
	drop(t, s, order(1))
	drop(t, s, order(2))
	watch(t, config(addr, d))
	until(t, s, "Orders done: Order 1", "Orders done: Order 2")
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.taken[0].ID != "order-2@example.com" {
		t.Errorf("the first was %s", d.taken[0].ID)
	}
}

// A server may name IDLE and refuse it, or hang up at it. Then it is asked for news instead.
func TestIDLEThatDoesNotWork(t *testing.T) {
	for _, reply := range []string{"BAD IDLE not allowed now", "NO not here", "OK done already", "hang up"} {
		t.Run(reply, func(t *testing.T) {
			s, addr := serve(t, standin.Config{}, nil)
			setFault(t, s, "answer", "IDLE "+reply)
			d := newIntake()
			cfg := config(addr, d)
			waits := skipWaits(&cfg, func(int) {})
			stop := watch(t, cfg)
			for n := range 3 {
				drop(t, s, order(n))
				until(t, s, []string{"Orders done: Order 0", "Orders done: Order 1", "Orders done: Order 2"}[:n+1]...)
			}
			stop()
			if len(d.said) != 0 || len(*waits) > 2 {
				t.Errorf("people were told %q after %d connections", d.said, 1+len(*waits))
			}
		})
	}
}

// A connection that ends as soon as the mails are read is no sign that the mailbox is well.
func TestTheMailboxIsCalledWellOnceItHasLasted(t *testing.T) {
	s, addr := serve(t, standin.Config{}, nil)
	setFault(t, s, "answer", "3 LOGIN NO failed | NOOP hang up | IDLE hang up")
	d := newIntake()
	cfg := config(addr, d)
	cfg.Steady = time.Hour
	enough := make(chan struct{})
	waits := skipWaits(&cfg, func(waits int) {
		if waits == 12 {
			close(enough)
		}
	})
	stop := watch(t, cfg)
	<-enough
	stop()
	if len(d.said) != 1 || !strings.Contains(d.said[0], "refused the log-in") {
		t.Errorf("people were told %q", d.said)
	}
	if slices.Max((*waits)[3:]) != 5*time.Minute {
		t.Errorf("waited %v", *waits)
	}
}

func TestBADWhereNOIsMeant(t *testing.T) {
	const bad = " BAD Command Argument Error. 11"
	for value, want := range map[string]string{
		"CREATE" + bad: "INBOX: Order 1, marked", "LIST" + bad: "Orders done: Order 1", "MOVE" + bad: "INBOX: Order 1, marked", "IDLE" + bad: "Orders done: Order 1",
	} {
		t.Run(value, func(t *testing.T) {
			s, addr := serve(t, standin.Config{}, nil)
			setFault(t, s, "answer", value)
			d := newIntake()
			drop(t, s, order(1))
			stop := watch(t, config(addr, d))
			until(t, s, want)
			stop()
			if len(d.said) != 0 {
				t.Errorf("people were told %q", d.said)
			}
		})
	}
}

func TestAServerThatWantsToKnowWhoWeAre(t *testing.T) {
	if said, _ := troubled(t, standin.Config{}, "id_first", "on"); len(said) != 0 {
		t.Errorf("people were told %q", said)
	}
}

func TestFoldersBelowTheInbox(t *testing.T) {
	s, addr := serve(t, standin.Config{Below: true}, nil)
	drop(t, s, order(1))
	drop(t, s, letter)
	stop := watch(t, config(addr, newIntake()))
	until(t, s, "INBOX/Orders done: Order 1", "INBOX/For people: Grüße")
	stop()
	drop(t, s, order(2)) // the folders are there now
	watch(t, config(addr, newIntake()))
	until(t, s, "INBOX/Orders done: Order 1", "INBOX/Orders done: Order 2", "INBOX/For people: Grüße")
}

func TestAFolderThatIsOnlyForReading(t *testing.T) {
	s, addr := serve(t, standin.Config{}, nil)
	setFault(t, s, "answer", "MOVE NO [NOPERM] Read-only | STORE NO [NOPERM] Read-only")
	d := newIntake()
	drop(t, s, order(1))
	stop := watch(t, config(addr, d))
	d.untilUp(t)
	drop(t, s, order(2))
	deadline := time.Now().Add(hangTimeout)
	for d.count() < 2 && time.Now().Before(deadline) {
		<-time.After(5 * time.Millisecond)
	}
	stop()
	if d.count() != 2 || len(d.orders) != 2 || len(d.said) != 0 {
		t.Errorf("%d mails were taken, and people were told %q", d.count(), d.said)
	}
}

func (d *intake) count() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.taken)
}

func TestCheckChangesNothing(t *testing.T) {
	s, addr := serve(t, standin.Config{}, nil)
	setFault(t, s, "answer", "CREATE hang up")
	w, err := mailbox.New(config(addr, newIntake()))
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Check(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestAFolderThatIsNotThere(t *testing.T) {
	_, addr := serve(t, standin.Config{}, nil)
	cfg := config(addr, newIntake())
	cfg.Folder = "Ordres"
	w, err := mailbox.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Check(t.Context()); provision.CodeOf(err) != provision.Changed || !strings.Contains(provision.MessageOf(err), "no folder “Ordres”") {
		t.Errorf("got %v", err)
	}
}

// A server's words may repeat what it was told, and be long.
func TestTheServersWordsAreShortAndWithoutSecrets(t *testing.T) {
	s, addr := serve(t, standin.Config{}, nil)
	setFault(t, s, "answer", "LOGIN BAD what is this: LOGIN orders@hosting.example s3cret "+strings.Repeat("blah ", 200))
	cfg := config(addr, newIntake())
	cfg.Redact = func(text string) string { return strings.ReplaceAll(text, "s3cret", "(secret)") }
	w, err := mailbox.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	if said := provision.MessageOf(w.Check(t.Context())); !strings.Contains(said, "(secret)") || len(said) > 500 {
		t.Errorf("got %q", said)
	}
}

// Where LOGIN is switched off, the password goes by PLAIN, which is the other one that every server knows.
func TestLogInByPLAIN(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	heard := make(chan string, 1)
	go func() {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		fmt.Fprint(conn, "* OK [CAPABILITY IMAP4rev1 LOGINDISABLED AUTH=PLAIN] hello\r\n")
		line, _ := bufio.NewReader(conn).ReadString('\n')
		heard <- line
	}()
	w, err := mailbox.New(config(l.Addr().String(), newIntake()))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), hangTimeout)
	defer cancel()
	_ = w.Check(ctx) // the server hangs up
	if line := <-heard; !strings.Contains(line, "AUTHENTICATE PLAIN") {
		t.Errorf("it said %q", line)
	}
}

// answering is the address of a server that says these lines: the first to greet, then one for each line it hears. At the
// end it hangs up.
func answering(t *testing.T, lines ...string) (addr string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for conn, err := l.Accept(); err == nil; conn, err = l.Accept() {
			heard := bufio.NewReader(conn)
			for i, line := range lines {
				if i > 0 {
					_, _ = heard.ReadString('\n')
				}
				_, _ = fmt.Fprint(conn, line+"\r\n")
			}
			if !strings.HasPrefix(lines[len(lines)-1], "* BYE") {
				_, _ = heard.ReadString('\n')
			}
			conn.Close()
		}
	}()
	return l.Addr().String()
}

// A connection that ends is told in the server's words, if it had any.
func TestHowAConnectionEnded(t *testing.T) {
	const hello = "* OK [CAPABILITY IMAP4rev1] hello"
	for name, c := range map[string]struct {
		lines []string
		want  string
	}{
		"the port of another protocol":   {[]string{"+OK POP3 server ready"}, "doesn't understand, while mozybot was being greeted"},
		"another protocol that is busy":  {[]string{"421 Server is busy, try again later."}, "doesn't understand, while mozybot was being greeted"},
		"no to everybody":                {[]string{"* BYE [UNAVAILABLE] Too many connections"}, "ended the connection while mozybot was being greeted: “Too many connections”"},
		"a farewell in the middle":       {[]string{hello, "* BYE [UNAVAILABLE] Connection is closed. 13"}, "ended the connection while mozybot was logging in: “Connection is closed. 13”"},
		"a farewell behind an answer":    {[]string{hello, "T1 OK Logged in\r\n* BYE Too many sessions"}, "ended the connection while mozybot was looking for the folder Orders done: “Too many sessions”"},
		"a blank too many":               {[]string{hello, "*  5 EXISTS"}, "doesn't understand, while mozybot was logging in"},
		"the end without a word":         {[]string{hello}, "went away while mozybot was logging in"},
		"a word of the log-in repeated":  {[]string{hello, "* BYE bad: LOGIN orders@hosting.example s3cret"}, "(secret)"},
		"a name that go-imap won't read": {[]string{"* PREAUTH [CAPABILITY IMAP4rev1 ID] hello", "* ID (\"name\" NIL)\r\nT1 OK done"}, "doesn't understand, while mozybot was telling it its name"},
	} {
		t.Run(name, func(t *testing.T) {
			cfg := config(answering(t, c.lines...), newIntake())
			cfg.Redact = func(text string) string { return strings.ReplaceAll(text, "s3cret", "(secret)") }
			w, err := mailbox.New(cfg)
			if err != nil {
				t.Fatal(err)
			}
			err = w.Check(t.Context())
			if provision.CodeOf(err) != provision.Unavailable || !strings.Contains(provision.MessageOf(err), c.want) {
				t.Errorf("got %v (%s), want %q", err, provision.MessageOf(err), c.want)
			}
		})
	}
}

// A server may say no to a FETCH, as another client has deleted some mail, and give this one all the same.
// trickling has a server whose mails come in pieces, with a while between them.
type trickling struct {
	net.Listener
	every time.Duration
}

func (l trickling) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	return trickle{c, l.every}, err
}

type trickle struct {
	net.Conn
	every time.Duration
}

func (c trickle) Write(p []byte) (written int, err error) {
	const piece = 1000
	for err == nil && written < len(p) {
		if written > 0 {
			<-time.After(c.every)
		}
		var n int
		n, err = c.Conn.Write(p[written:min(written+piece, len(p))])
		written += n
	}
	return written, err
}

// A large mail over a slow line takes longer than a server may be silent.
func TestAMailThatComesSlowlyIsTaken(t *testing.T) {
	s, addr := serve(t, standin.Config{}, func(l net.Listener) net.Listener { return trickling{l, 50 * time.Millisecond} })
	d := newIntake()
	cfg := config(addr, d)
	cfg.Timeout = time.Second
	drop(t, s, order(1)+strings.Repeat(strings.Repeat("x", 70)+"\r\n", 500)) // 36 pieces
	watch(t, cfg)
	until(t, s, "Orders done: Order 1")
}
