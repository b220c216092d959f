package mailbox_test

import (
	"context"
	"fmt"
	"io"
	"net"
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

// serve starts a mailbox on a free port of the loopback; secured is wraps its listener; may be nil.
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

// always is a password that never changes.
func always(password string) func() string { return func() string { return password } }

// intake is a fake Intake. A mail is an order if it has the word "order" in a file or a body.
type intake struct {
	mu      sync.Mutex
	taken   []provision.Mail
	down    bool // people were told
	said    []string
	fails   int             // how often it fails first
	unsaid  int             // how often it can't record first that the mailbox is back
	dies    func()          // called once after a mail is durable, before TakeMail returns
	orders  map[string]bool // durable, by identity
	changed chan struct{}   // holds a token when something was said
}

func newIntake() *intake { return &intake{orders: map[string]bool{}, changed: make(chan struct{}, 1)} }

func (d *intake) TakeMail(_ context.Context, m provision.Mail) (bool, error) {
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

func (d *intake) MailboxDown(_ context.Context, since time.Time, why string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.down {
		d.said = append(d.said, fmt.Sprintf("away since %s: %s", since.Format("15:04"), why))
	}
	d.down = true
	return nil
}

func (d *intake) MailboxUp(context.Context) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.unsaid > 0 {
		d.unsaid--
		return provision.Errorf(provision.Unavailable, "The disk is full.")
	}
	if d.down {
		d.said = append(d.said, "back")
	}
	d.down = false
	select {
	case d.changed <- struct{}{}:
	default:
	}
	return nil
}

// hangTimeout is how long anything may take: so long that it only ends a test that hangs.
const hangTimeout = time.Minute

// untilBack waits until the mailbox is reported up again, which is after its mails were taken.
func (d *intake) untilBack(t *testing.T) {
	t.Helper()
	deadline := time.After(hangTimeout)
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

func config(addr string, d *intake) mailbox.Config {
	log := logrus.New()
	log.SetOutput(io.Discard)
	return mailbox.Config{Addr: addr, Security: provision.Unsecured, Username: "orders@hosting.example", Password: always(`pa"55\word`),
		DoneFolder: "Orders done", PeopleFolder: "For people", Own: "Backup <backup@hosting.example>", Intake: d, Log: log,
		Timeout: hangTimeout, Every: 10 * time.Millisecond, Steady: time.Nanosecond, FirstWait: time.Millisecond}
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
	deadline := time.Now().Add(hangTimeout)
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
