// Package mailbox watches the mailbox that orders come to (runbook step 1), by IMAP.
//
// Every new mail is passed to an Intake, which makes durable jobs of the orders in it; only then is the mail moved: to
// one folder when there was an order in it, else to another, for people. A mail that was passed on but not moved is
// passed on again, and the intake recognizes it. So no order is lost, and none is made twice. Automatic replies,
// bounces and our own mails go to the people's folder unread.
//
// Mail servers refuse what they offer, and say no when they mean later. So a refusal is tried again, with longer and
// longer waits, unless it can only be ended by a person; and a mail is only given up when others can be read and it can't.
//
// Beside a mail stands whether the receiving server vouches for its sender (RFC 8601). What follows from that, and what a
// mail says, is up to the intake. This package never sends anything, so no mail loop is possible.
package mailbox

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/mail"
	"strings"
	"time"

	"github.com/sirupsen/logrus"

	"mozybot/provision"
	"mozybot/provision/retry"
)

// Intake handles new mails.
type Intake interface {
	// TakeMail returns true once every order in the mail is durable, and false when it has none, or could not be read
	// (Mail.Unread), and people have been told. After an error the mail stays, and is passed on again later.
	TakeMail(ctx context.Context, m provision.Mail) (order bool, err error)
	// MailboxDown reports since when the mailbox cannot be read, and why; MailboxUp reports its recovery. Both report
	// an outage once, also across restarts.
	MailboxDown(ctx context.Context, since time.Time, why string) error
	MailboxUp(ctx context.Context) error
}

// Config is what a Watcher needs to know.
type Config struct {
	Addr         string             // of the mail server, host:port
	Security     provision.Security // TLS, mostly port 993, when empty; Unsecured only on the same machine
	Username     string
	Password     func() string // as it is now, asked before every log-in
	Folder       string        // where orders come in; INBOX when empty
	DoneFolder   string        // where mails with an order go; made when it is missing
	PeopleFolder string        // where all other mails go; made when it is missing
	Own          string        // the address that our own mails come from: none of them is an order

	Intake Intake
	Log    logrus.FieldLogger
	Redact func(string) string // removes secrets from the server's words; nil removes nothing

	RootCAs   *x509.CertPool // who vouches for the server; the system's when nil
	Timeout   time.Duration  // how long the server may be silent over an answer; a minute when 0
	Every     time.Duration  // how often to poll a server that sends no notifications; a minute when 0
	Unheard   time.Duration  // how long the mailbox, or a single mail, may be out of reach before people are told; 15 minutes when 0
	Steady    time.Duration  // how long a connection has to last before the mailbox counts as well; a minute when 0
	Now       func() time.Time
	Pause     func(ctx context.Context, d time.Duration) error // waits, or returns early with ctx's error
	FirstWait time.Duration                                    // before the second try, doubled with each; a second when 0
}

// The longest waits between two tries: for a server that is down, and for one that refused the log-in, as fast retries
// lock accounts.
const (
	longestWait = 5 * time.Minute
	refusedWait = 15 * time.Minute
)

// Watcher watches one folder. Run it once.
type Watcher struct {
	cfg  Config
	host string

	down   time.Time // since when no mails can be read; the zero time while they can
	failed int       // tries since a connection lasted

	trials    trials
	immovable map[mailKey]bool // mails that were taken, and can be neither moved nor marked

	idleFailed int       // how often waiting by IDLE failed in a row
	pollUntil  time.Time // IDLE isn't used before
	nameless   bool      // the server hung up when it was told our name
	bare       bool      // mails are asked for without their dates and sizes, which go-imap could not read
}

// New checks the configuration; it does not connect. Its errors have code Invalid.
func New(cfg Config) (*Watcher, error) {
	w := &Watcher{cfg: cfg, trials: trials{failing: map[mailKey]*trial{}}, immovable: map[mailKey]bool{}}
	var port string
	var err error
	if w.host, port, err = net.SplitHostPort(cfg.Addr); err != nil || w.host == "" || port == "" {
		return nil, provision.Errorf(provision.Invalid, "The order mailbox's address “%s” is not of the form host:port.", cfg.Addr)
	}
	switch cfg.Security {
	case "":
		w.cfg.Security = provision.TLS
	case provision.TLS, provision.StartTLS:
	case provision.Unsecured:
		if ip := net.ParseIP(w.host); w.host != "localhost" && (ip == nil || !ip.IsLoopback()) {
			return nil, provision.Errorf(provision.Invalid, "The order mailbox's password would cross the network unencrypted. Choose tls or starttls.")
		}
	default:
		return nil, provision.Errorf(provision.Invalid, "The order mailbox's security is “%s”; it can be tls, starttls or none.", cfg.Security)
	}
	if cfg.Username == "" || cfg.Password == nil || cfg.Password() == "" {
		return nil, provision.Errorf(provision.Invalid, "The order mailbox needs a user and a password.")
	}
	if cfg.Folder == "" {
		w.cfg.Folder = "INBOX"
	}
	if cfg.DoneFolder == "" || cfg.PeopleFolder == "" || w.cfg.Folder == cfg.DoneFolder || w.cfg.Folder == cfg.PeopleFolder {
		return nil, provision.Errorf(provision.Invalid, "The order mailbox needs three folders: one where orders come in, and two others for what is done and for what people have to look at.")
	}
	if a, err := mail.ParseAddress(cfg.Own); err == nil {
		w.cfg.Own = a.Address
	}
	if cfg.Intake == nil || cfg.Log == nil {
		return nil, errors.New("making the watcher of the order mailbox: it needs an Intake and a Log")
	}
	for d, otherwise := range map[*time.Duration]time.Duration{&w.cfg.Timeout: time.Minute, &w.cfg.Every: time.Minute,
		&w.cfg.Unheard: 15 * time.Minute, &w.cfg.Steady: time.Minute, &w.cfg.FirstWait: time.Second} {
		if *d <= 0 {
			*d = otherwise
		}
	}
	if cfg.Redact == nil {
		w.cfg.Redact = func(text string) string { return text }
	}
	if cfg.Now == nil {
		w.cfg.Now = time.Now
	}
	w.trials.now, w.trials.patience = w.cfg.Now, w.cfg.Unheard
	if cfg.Pause == nil {
		w.cfg.Pause = retry.Pause
	}
	return w, nil
}

// Run watches until ctx is done, and returns nil then. Every failure is retried.
func (w *Watcher) Run(ctx context.Context) error {
	for ctx.Err() == nil {
		err := w.watch(ctx)
		if ctx.Err() != nil {
			break
		}
		wait := w.trouble(ctx, err)
		w.cfg.Log.WithError(err).Warnf("the order mailbox is out of reach; trying again in %v", wait)
		if w.cfg.Pause(ctx, wait) != nil {
			break
		}
	}
	return nil
}

// Check connects, logs in and opens the folder as Run would, and changes nothing.
func (w *Watcher) Check(ctx context.Context) error {
	s, err := w.open(ctx, looking)
	if err != nil {
		return fmt.Errorf("checking the order mailbox: %w", err)
	}
	s.close()
	return nil
}

// Stamped counts the newest mails of the folders, and those of them for which the receiving server says who sent them. It
// changes nothing.
func (w *Watcher) Stamped(ctx context.Context) (stamped, mails int, err error) {
	s, err := w.open(ctx, looking)
	if err != nil {
		return 0, 0, fmt.Errorf("looking at the newest mails: %w", err)
	}
	defer s.close()
	for _, folder := range []string{w.cfg.Folder, s.folders.names[w.cfg.DoneFolder], s.folders.names[w.cfg.PeopleFolder]} {
		heads, err := s.newest(folder, results)
		if refused(err) { // it could not be made: mails are marked where they are
			continue
		}
		if err != nil {
			return 0, 0, fmt.Errorf("looking at the newest mails: %w", err)
		}
		mails += len(heads)
		for _, head := range heads {
			if strings.Contains(strings.ToLower(head), strings.ToLower(results)+":") {
				stamped++
			}
		}
	}
	return stamped, mails, nil
}

// watch is one connection, from the log-in until it breaks.
func (w *Watcher) watch(ctx context.Context) error {
	s, err := w.open(ctx, making)
	if err != nil {
		return err
	}
	defer s.close()
	for failed, well := 0, false; ; {
		left, err := s.takeAll(ctx)
		if err != nil {
			return err
		}
		w.down = time.Time{}
		if !well && s.lasted() { // until then, it may be one of many connections that end as soon as they are used
			well = w.recovered(ctx)
		}
		if left > 0 {
			failed++
			if err := w.cfg.Pause(ctx, w.wait(failed, time.Minute)); err != nil {
				return err
			}
			continue
		}
		failed = 0
		if err := (waits{s}).forNews(ctx); err != nil {
			return err
		}
	}
}

// wait is how long to wait after so many tries that failed, at least one.
func (w *Watcher) wait(failed int, longest time.Duration) time.Duration {
	return retry.Backoff{First: w.cfg.FirstWait, Most: longest}.After(failed - 1)
}

// trouble records a failure, reports it when it has lasted long enough, and returns how long to wait.
func (w *Watcher) trouble(ctx context.Context, err error) time.Duration {
	now := w.cfg.Now()
	if w.down.IsZero() {
		w.down = now
	}
	w.failed++
	lasting := provision.CodeOf(err) != provision.Unavailable // it needs a person
	if lasting || now.Sub(w.down) >= w.cfg.Unheard {
		w.mind(ctx, w.cfg.Intake.MailboxDown(ctx, w.down, provision.MessageOf(err)))
	}
	if provision.CodeOf(err) == provision.Denied {
		return refusedWait
	}
	return w.wait(w.failed, longestWait)
}

// recovered says whether that is recorded: else people would read for as long as the connection lasts that there is none.
func (w *Watcher) recovered(ctx context.Context) bool {
	w.failed = 0
	err := w.cfg.Intake.MailboxUp(ctx)
	w.mind(ctx, err)
	return err == nil
}

func (w *Watcher) mind(ctx context.Context, err error) {
	if err != nil && ctx.Err() == nil {
		w.cfg.Log.WithError(err).Warn("telling people about the order mailbox")
	}
}
