package mailbox_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sirupsen/logrus"

	standin "mozybot/fixtures/sandbox/mailbox"
	"mozybot/provision"
	"mozybot/provision/mailbox"
)

// serve starts a mailbox on a free port of the loopback; secured is how its listener is to be wrapped, if at all.
func serve(t *testing.T, cfg standin.Config, secured func(net.Listener) net.Listener) (*standin.Server, string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	if secured != nil {
		l = secured(l)
	}
	cfg.Username, cfg.Password = "orders@hosting.example", `pa"55\word`
	s := standin.New(cfg)
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(l) }()
	t.Cleanup(func() {
		_ = s.Close()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return s, addr
}

// desk is who takes the mails in. An order is what has the word "order" in a file or a body.
type desk struct {
	mu      sync.Mutex
	taken   []provision.Mail
	away    bool // people know
	said    []string
	fails   int             // times that it cannot, first
	dies    func()          // called once after a mail is durable, before it is said so
	orders  map[string]bool // durable, by identity
	changed chan struct{}   // holds a token when something was said
}

func newDesk() *desk { return &desk{orders: map[string]bool{}, changed: make(chan struct{}, 1)} }

func (d *desk) TakeMail(_ context.Context, m provision.Mail) (bool, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.fails > 0 {
		d.fails--
		return false, provision.Errorf(provision.Unavailable, "Slack is away.")
	}
	d.taken = append(d.taken, m)
	order := slices.ContainsFunc(slices.Concat(m.Files, m.Bodies), func(f provision.MailFile) bool { return strings.Contains(string(f.Content), "order") })
	if order {
		d.orders[m.ID] = true
	}
	if d.dies != nil {
		defer d.dies()
		d.dies = nil
	}
	return order, nil
}

func (d *desk) MailboxAway(_ context.Context, since time.Time, why string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.away {
		d.said = append(d.said, fmt.Sprintf("away since %s: %s", since.Format("15:04"), why))
	}
	d.away = true
	return nil
}

func (d *desk) MailboxBack(context.Context) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.away {
		d.said = append(d.said, "back")
	}
	d.away = false
	select {
	case d.changed <- struct{}{}:
	default:
	}
	return nil
}

// untilBack waits until people were told that the mailbox is back, which is after its mails were taken.
func (d *desk) untilBack(t *testing.T) {
	t.Helper()
	deadline := time.After(20 * time.Second)
	for {
		d.mu.Lock()
		back := slices.Contains(d.said, "back")
		d.mu.Unlock()
		if back {
			return
		}
		select {
		case <-d.changed:
		case <-deadline:
			t.Fatalf("people were not told that the mailbox is back: %q", d.said)
		}
	}
}

func config(addr string, d *desk) mailbox.Config {
	log := logrus.New()
	log.SetOutput(io.Discard)
	return mailbox.Config{Addr: addr, Security: mailbox.None, Username: "orders@hosting.example", Password: `pa"55\word`,
		DoneFolder: "Orders done", PeopleFolder: "For people", Own: "Backup <backup@hosting.example>", Desk: d, Log: log,
		Timeout: 10 * time.Second, Every: 10 * time.Millisecond, FirstWait: time.Millisecond}
}

// watch runs a watcher until the test ends, or until the function it returns is called.
func watch(t *testing.T, cfg mailbox.Config) (stop func()) {
	t.Helper()
	w, err := mailbox.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- w.Run(ctx) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(stop)
	return stop
}

func order(n int) string {
	return fmt.Sprintf("From: Orders <orders@example.com>\r\nTo: orders@hosting.example\r\nSubject: Order %d\r\nMessage-ID: <order-%d@example.com>\r\n"+
		"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nHello\r\n"+
		"--b\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename=\"order-%d.pdf\"\r\n\r\nan order\r\n--b--\r\n", n, n, n)
}

const letter = "From: Ann <ann@example.com>\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\nMessage-ID: <hello@example.com>\r\n\r\nHow are you?\r\n"

func drop(t *testing.T, s *standin.Server, raw string) {
	t.Helper()
	if err := s.Drop([]byte(raw)); err != nil {
		t.Fatal(err)
	}
}

// until waits for the mailbox to look like this: "folder: subject" of every mail.
func until(t *testing.T, s *standin.Server, want ...string) {
	t.Helper()
	slices.Sort(want)
	var got []string
	deadline := time.Now().Add(20 * time.Second)
	for time.Now().Before(deadline) {
		all, err := s.Mails()
		if err != nil {
			t.Fatal(err)
		}
		got = nil
		for _, m := range all {
			mark := ""
			if m.Marked {
				mark = ", marked"
			}
			got = append(got, m.Folder+": "+m.Subject+mark)
		}
		slices.Sort(got)
		if slices.Equal(got, want) {
			return
		}
		<-time.After(5 * time.Millisecond)
	}
	t.Fatalf("the mailbox has %q, want %q", got, want)
}

func TestMailsAreTakenInAndMovedAway(t *testing.T) {
	for name, old := range map[string]bool{"a server of today": false, "without IDLE, MOVE and UIDPLUS": true} {
		t.Run(name, func(t *testing.T) {
			s, addr := serve(t, standin.Config{Old: old}, nil)
			d := newDesk()
			drop(t, s, order(1)) // was there before
			watch(t, config(addr, d))
			until(t, s, "Orders done: Order 1")
			drop(t, s, letter)
			drop(t, s, order(2))
			until(t, s, "Orders done: Order 1", "Orders done: Order 2", "For people: Grüße")
			d.mu.Lock()
			defer d.mu.Unlock()
			if len(d.taken) != 3 || d.taken[0].ID != "order-1@example.com" || d.taken[0].From != "Orders <orders@example.com>" || d.taken[1].Subject != "Grüße" {
				t.Errorf("taken: %+v", d.taken)
			}
			if f := d.taken[0].Files; len(f) != 1 || f[0].Name != "order-1.pdf" || string(f[0].Content) != "an order" {
				t.Errorf("files: %+v", f)
			}
		})
	}
}

func TestNothingIsLostWhenThingsGoWrong(t *testing.T) {
	for _, c := range []struct {
		name, fault, value string
		old                bool
		prepare            func(*desk, *standin.Server)
		copies             int // in the folder for orders
	}{
		{name: "the desk cannot for a while", prepare: func(d *desk, _ *standin.Server) { d.fails = 3 }, copies: 1},
		{name: "the server is down at first", fault: "down", value: "3", copies: 1},
		{name: "the connection breaks in place of the move", fault: "drop_before_move", value: "2", copies: 1},
		{name: "the connection breaks after the move", fault: "drop_after_move", value: "1", copies: 1},
		{name: "the connection breaks after the copy", fault: "drop_after_move", value: "1", old: true, copies: 2},
		{name: "the connection breaks when the job is durable", prepare: func(d *desk, s *standin.Server) {
			d.dies = func() { _ = s.SetFault("hang_up", "on") }
		}, copies: 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, addr := serve(t, standin.Config{Old: c.old}, nil)
			d := newDesk()
			if c.prepare != nil {
				c.prepare(d, s)
			}
			if c.fault != "" {
				if err := s.SetFault(c.fault, c.value); err != nil {
					t.Fatal(err)
				}
			}
			drop(t, s, order(1))
			watch(t, config(addr, d))
			until(t, s, slices.Repeat([]string{"Orders done: Order 1"}, c.copies)...)
			d.mu.Lock()
			defer d.mu.Unlock()
			if len(d.orders) != 1 {
				t.Errorf("orders: %v", d.orders)
			}
		})
	}
	t.Run("a mail that cannot be moved is marked, and not taken in again", func(t *testing.T) {
		s, addr := serve(t, standin.Config{}, nil)
		d := newDesk()
		if err := s.SetFault("full", "on"); err != nil {
			t.Fatal(err)
		}
		drop(t, s, order(1))
		stop := watch(t, config(addr, d))
		until(t, s, "INBOX: Order 1, marked")
		stop()
		drop(t, s, order(2))
		watch(t, config(addr, d))
		until(t, s, "INBOX: Order 1, marked", "INBOX: Order 2, marked")
		d.mu.Lock()
		defer d.mu.Unlock()
		if len(d.taken) != 2 {
			t.Errorf("taken %d times", len(d.taken))
		}
	})
	t.Run("one mail that the desk cannot take does not hold up the next", func(t *testing.T) {
		s, addr := serve(t, standin.Config{}, nil)
		d := newDesk()
		d.fails = 1
		drop(t, s, order(1))
		drop(t, s, order(2))
		watch(t, config(addr, d))
		until(t, s, "Orders done: Order 1", "Orders done: Order 2")
		d.mu.Lock()
		defer d.mu.Unlock()
		if d.taken[0].ID != "order-2@example.com" {
			t.Errorf("the first was %s", d.taken[0].ID)
		}
	})
}

func TestAMailThatTheServerWithholdsDoesNotHoldUpTheNext(t *testing.T) {
	s, addr := serve(t, standin.Config{}, nil)
	if err := s.SetFault("withhold", "1"); err != nil {
		t.Fatal(err)
	}
	d := newDesk()
	drop(t, s, order(1))
	drop(t, s, order(2))
	watch(t, config(addr, d))
	until(t, s, "For people: Order 1", "Orders done: Order 2")
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.said) != 0 || len(d.taken) != 2 || len(d.taken[0].Files) != 0 {
		t.Errorf("people were told %q; taken: %+v", d.said, d.taken)
	}
}

// TestALaboriousMailIsNotTakenApart has mails that would keep the library for long, or for ever.
func TestALaboriousMailIsNotTakenApart(t *testing.T) {
	const head = "From: a@example.com\r\nSubject: x\r\nMessage-ID: <x@example.com>\r\n"
	nested := head
	for level := range 40 {
		nested += fmt.Sprintf("Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n", level, level)
	}
	for name, raw := range map[string]string{
		"parts within parts": nested + "Content-Type: text/plain\r\n\r\nan order\r\n",
		"a great many parts": head + "Content-Type: multipart/mixed; boundary=b\r\n\r\n" + strings.Repeat("--b\r\nContent-Disposition: attachment\r\n\r\nan order\r\n", 2000),
		"an endless header":  head + strings.Repeat("X-Mailer: "+strings.Repeat("x", 990)+"\r\n", 1100) + "\r\nan order\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			s, addr := serve(t, standin.Config{}, nil)
			d := newDesk()
			drop(t, s, raw)
			watch(t, config(addr, d))
			until(t, s, "For people: x")
			d.mu.Lock()
			defer d.mu.Unlock()
			if m := d.taken[0]; m.From != "a@example.com" || len(m.Files)+len(m.Bodies) != 0 {
				t.Errorf("taken: %d files and %d bodies from %s", len(m.Files), len(m.Bodies), m.From)
			}
		})
	}
}

// Whoever has deleted a mail without expunging may think better of it.
func TestOthersDeletionsAreLeftAlone(t *testing.T) {
	s, addr := serve(t, standin.Config{Old: true}, nil)
	drop(t, s, letter)
	if err := s.Flag("hello@example.com", `\Deleted`); err != nil {
		t.Fatal(err)
	}
	drop(t, s, order(1))
	watch(t, config(addr, newDesk()))
	until(t, s, "Orders done: Order 1")
	if err := s.Unflag("hello@example.com", `\Deleted`); err != nil {
		t.Errorf("the other mail is gone: %v", err)
	}
}

func TestWhatNobodyWroteGoesToPeopleUnread(t *testing.T) {
	head := func(lines string) string {
		return lines + "Subject: x\r\nMessage-ID: <x@example.com>\r\n\r\nan order\r\n"
	}
	for _, c := range []struct {
		name, raw string
		taken     bool
	}{
		{"an automatic answer", head("From: a@example.com\r\nAuto-Submitted: auto-replied\r\n"), false},
		{"an automatic answer with a parameter", head("From: a@example.com\r\nAuto-Submitted: auto-replied; owner-email=a@example.com\r\n"), false},
		{"an answer of an older program", head("From: a@example.com\r\nPrecedence: auto_reply\r\n"), false},
		{"a bounce", head("From: MAILER-DAEMON@example.com\r\n"), false},
		{"a bounce by its return path", head("Return-Path: <>\r\nFrom: mail@example.com\r\n"), false},
		{"a report", head("From: mail@example.com\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n"), false},
		{"our own welcome mail", "From: a@example.com\r\nSubject: x\r\nMessage-ID: <welcome.job-12.99@hosting.example>\r\n\r\nan order\r\n", false},
		{"a mail from our own address", head("From: =?utf-8?q?B?= <BACKUP@hosting.example>\r\n"), false},
		{"what an order system made by itself", head("From: shop@example.com\r\nAuto-Submitted: auto-generated\r\n"), true},
		{"a mail of a list", head("From: a@example.com\r\nPrecedence: list\r\n"), true},
		{"a mail with a return path", head("Return-Path: <a@example.com>\r\nFrom: a@example.com\r\n"), true},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, addr := serve(t, standin.Config{}, nil)
			d := newDesk()
			drop(t, s, c.raw)
			watch(t, config(addr, d))
			folder := "For people: x"
			if c.taken {
				folder = "Orders done: x"
			}
			until(t, s, folder)
			d.mu.Lock()
			defer d.mu.Unlock()
			if (len(d.taken) > 0) != c.taken {
				t.Errorf("taken: %+v", d.taken)
			}
		})
	}
}

func TestWhatIsInAMail(t *testing.T) {
	raw := "From: =?iso-8859-1?q?J=F6rg?= <joerg@example.com>\r\nSubject: Two\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" +
		"--b\r\nContent-Type: multipart/alternative; boundary=a\r\n\r\n--a\r\nContent-Type: text/plain; charset=iso-8859-1\r\nContent-Disposition: inline\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nGr=FC=DFe\r\n" +
		"--a\r\nContent-Type: text/html\r\nContent-Disposition: inline\r\n\r\n<p>Hello\r\n--a--\r\n" +
		"--b\r\nContent-Type: image/png\r\nContent-Disposition: inline; filename=logo.png\r\n\r\npng\r\n" +
		"--b\r\nContent-Type: application/pdf; name=\"..\\..\\a/b.pdf\"\r\nContent-Disposition: attachment\r\nContent-Transfer-Encoding: base64\r\n\r\nYW4gb3JkZXI=\r\n" +
		"--b\r\nContent-Type: text/csv\r\nContent-Disposition: attachment; filename*=utf-8''b%C3%BC.csv\r\n\r\norder\r\n" +
		"--b\r\nContent-Type: message/rfc822\r\nContent-Disposition: attachment\r\n\r\nSubject: inner\r\n\r\norder\r\n" +
		"--b\r\nContent-Type: text/calendar\r\nContent-Disposition: attachment; filename=i.ics\r\n\r\norder\r\n--b--\r\n"
	s, addr := serve(t, standin.Config{}, nil)
	d := newDesk()
	drop(t, s, raw)
	watch(t, config(addr, d))
	until(t, s, "Orders done: Two")
	d.mu.Lock()
	defer d.mu.Unlock()
	m := d.taken[0]
	var names []string
	for _, f := range m.Files {
		names = append(names, f.Name)
	}
	if want := []string{"b.pdf", "bü.csv", "attached.eml"}; !slices.Equal(names, want) {
		t.Errorf("files %q, want %q", names, want)
	}
	if m.From != "Jörg <joerg@example.com>" || m.ID != "" || len(m.Bodies) != 2 || strings.TrimSpace(string(m.Bodies[0].Content)) != "Grüße" || m.At.IsZero() {
		t.Errorf("got %+v", m)
	}
}

// hurry has the time pass at each wait instead of waiting. It gives the waits, to be read once the watcher has stopped.
func hurry(cfg *mailbox.Config, waited func(waits int)) *[]time.Duration {
	now := time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	waits := &[]time.Duration{}
	cfg.FirstWait = time.Second
	cfg.Now = func() time.Time { return now }
	cfg.Pause = func(ctx context.Context, wait time.Duration) error {
		now = now.Add(wait)
		*waits = append(*waits, wait)
		waited(len(*waits))
		return ctx.Err()
	}
	return waits
}

func TestPeopleAreToldWhenTheMailboxIsAway(t *testing.T) {
	s, addr := serve(t, standin.Config{}, nil)
	d := newDesk()
	cfg := config(addr, d)
	waits := hurry(&cfg, func(waits int) {
		if waits == 20 {
			_ = s.SetFault("down", "off")
		}
	})
	if err := s.SetFault("down", "on"); err != nil {
		t.Fatal(err)
	}
	drop(t, s, order(1))
	stop := watch(t, cfg)
	until(t, s, "Orders done: Order 1")
	d.untilBack(t)
	stop()
	if len(d.said) != 2 || !strings.Contains(d.said[0], "away since 08:00") || d.said[1] != "back" {
		t.Errorf("people were told %q", d.said)
	}
	if slices.Max(*waits) != 5*time.Minute {
		t.Errorf("waited %v", *waits)
	}
}

// A server that lets us in and then breaks down over the mails is away, too: the log-in alone is no recovery.
func TestPeopleAreToldWhenTheMailsCannotBeRead(t *testing.T) {
	s, addr := serve(t, standin.Config{}, nil)
	if err := s.SetFault("drop_before_move", "20"); err != nil {
		t.Fatal(err)
	}
	d := newDesk()
	cfg := config(addr, d)
	waits := hurry(&cfg, func(int) {})
	drop(t, s, order(1))
	stop := watch(t, cfg)
	until(t, s, "Orders done: Order 1")
	d.untilBack(t)
	stop()
	if len(d.said) != 2 || !strings.Contains(d.said[0], "away since 08:00") || d.said[1] != "back" {
		t.Errorf("people were told %q", d.said)
	}
	if slices.Max(*waits) != 5*time.Minute {
		t.Errorf("waited %v", *waits)
	}
}

func TestARefusedLogInIsToldAtOnceAndNotHurried(t *testing.T) {
	s, addr := serve(t, standin.Config{}, nil)
	if err := s.SetFault("login_refused", "2"); err != nil {
		t.Fatal(err)
	}
	d := newDesk()
	cfg := config(addr, d)
	waits := hurry(&cfg, func(int) {})
	drop(t, s, order(1))
	stop := watch(t, cfg)
	until(t, s, "Orders done: Order 1")
	d.untilBack(t)
	stop()
	if len(d.said) != 2 || !strings.Contains(d.said[0], "refused the log-in") || strings.Contains(d.said[0], cfg.Password) {
		t.Errorf("people were told %q", d.said)
	}
	if !slices.Equal(*waits, []time.Duration{15 * time.Minute, 15 * time.Minute}) {
		t.Errorf("waited %v", *waits)
	}
}

func TestEncryption(t *testing.T) {
	web := httptest.NewUnstartedServer(nil) // for its certificate
	web.StartTLS()
	t.Cleanup(web.Close)
	certificate := &tls.Config{Certificates: web.TLS.Certificates}
	trusted := x509.NewCertPool()
	trusted.AddCert(web.Certificate())
	wrapped := func(l net.Listener) net.Listener { return tls.NewListener(l, certificate) }
	for _, c := range []struct {
		name     string
		server   standin.Config
		wrap     func(net.Listener) net.Listener
		security mailbox.Security
		roots    *x509.CertPool
		want     provision.Code
	}{
		{"from the first byte", standin.Config{}, wrapped, mailbox.TLS, trusted, ""},
		{"by STARTTLS", standin.Config{TLS: certificate}, nil, mailbox.StartTLS, trusted, ""},
		{"a certificate of nobody's", standin.Config{}, wrapped, mailbox.TLS, x509.NewCertPool(), provision.Changed},
		{"a certificate of nobody's, by STARTTLS", standin.Config{TLS: certificate}, nil, mailbox.StartTLS, x509.NewCertPool(), provision.Changed},
		{"no STARTTLS", standin.Config{}, nil, mailbox.StartTLS, trusted, provision.Changed},
		{"no TLS", standin.Config{}, nil, mailbox.TLS, trusted, provision.Changed},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, addr := serve(t, c.server, c.wrap)
			d := newDesk()
			cfg := config(addr, d)
			cfg.Security, cfg.RootCAs = c.security, c.roots
			cfg.Timeout = 2 * time.Second
			w, err := mailbox.New(cfg)
			if err != nil {
				t.Fatal(err)
			}
			err = w.Check(t.Context())
			if provision.CodeOf(err) != c.want {
				t.Fatalf("got %v (%s), want %q", err, provision.CodeOf(err), c.want)
			}
			if c.want == "" {
				drop(t, s, order(1))
				watch(t, cfg)
				until(t, s, "Orders done: Order 1")
			}
		})
	}
}

func TestASilentServerIsGivenUp(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	cfg := config(l.Addr().String(), newDesk())
	for _, security := range []mailbox.Security{mailbox.None, mailbox.StartTLS, mailbox.TLS} {
		cfg.Security, cfg.Timeout = security, 50*time.Millisecond
		w, err := mailbox.New(cfg)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Check(t.Context()); provision.CodeOf(err) != provision.Unavailable {
			t.Errorf("%s: got %v", security, err)
		}
	}
}

func TestNew(t *testing.T) {
	for name, edit := range map[string]func(*mailbox.Config){
		"no port":                   func(c *mailbox.Config) { c.Addr = "mail.example.com" },
		"a password in the clear":   func(c *mailbox.Config) { c.Addr = "mail.example.com:143" },
		"a word it does not know":   func(c *mailbox.Config) { c.Security = "ssl" },
		"no password":               func(c *mailbox.Config) { c.Password = "" },
		"orders go where they came": func(c *mailbox.Config) { c.DoneFolder = "INBOX" },
		"no folder for people":      func(c *mailbox.Config) { c.PeopleFolder = "" },
	} {
		t.Run(name, func(t *testing.T) {
			cfg := config("127.0.0.1:143", newDesk())
			edit(&cfg)
			_, err := mailbox.New(cfg)
			if told := new(provision.Error); !errors.As(err, &told) || told.Code != provision.Invalid {
				t.Errorf("got %v", err)
			}
		})
	}
}
