// Package mail sends the welcome mail (runbook step 9) to a mail server, by SMTP.
//
// A customer must not be welcomed twice, and a mail cannot be looked up afterwards. So this package is exact about how
// an attempt ended: certainly not accepted and worth another try (provision.Unavailable), refused permanently (any
// other code), or unknown (provision.ErrUncertain). Every try of one job carries the same Message-ID, by which a person
// can find the mail in the server's log.
//
// The mail's text is in templates/, or in files that replace them. The server does the delivery, and bounces go to the
// sender's mailbox.
package mail

import (
	"context"
	"crypto/x509"
	"fmt"
	"net"
	"net/mail"
	"net/url"
	"time"

	"mozybot/provision"
)

// defaultTimeout is long, as servers that scan a mail for viruses take their time to answer, and giving up on the last
// answer costs a person's attention.
const defaultTimeout = 2 * time.Minute

// Config is what a Mailer needs to know.
type Config struct {
	Addr     string             // of the mail server, host:port
	Security provision.Security // StartTLS, mostly port 587, when empty; with Unsecured there is no log-in
	Username string             // empty, as its password then: no log-in
	Password func() string      // as it is now, asked before every log-in; nil for none
	From     string             // the sender, like "Example Backup <backup@example.com>"; the name signs the mail
	ReplyTo  string             // where answers go; to the sender when empty
	CC, BCC  []string           // who gets a copy, seen by the customer or not; refused copies stop the whole mail
	Dir      string             // the folder with welcome.txt and welcome.html to replace the built-in ones; "" for none
	LoginURL string             // where the customer logs in to the console

	// Redact removes secrets from the server's replies before anyone sees them; nil removes nothing.
	Redact func(string) string

	RootCAs *x509.CertPool   // who vouches for the server; the system's when nil
	Timeout time.Duration    // for every answer of the server; two minutes when 0
	Now     func() time.Time // for the Date; time.Now when nil
}

// Mailer sends welcome mails, each over a connection of its own. It is safe for concurrent use.
type Mailer struct {
	cfg       Config
	host      string
	from      *mail.Address
	replyTo   *mail.Address // nil: none
	cc, bcc   []*mail.Address
	templates templates
	dial      func(ctx context.Context, network, addr string) (net.Conn, error)
}

// New checks the configuration and the templates; it does not connect. Its errors have code Invalid.
func New(cfg Config) (*Mailer, error) {
	if cfg.Redact == nil {
		cfg.Redact = func(text string) string { return text }
	}
	if cfg.Password == nil {
		cfg.Password = func() string { return "" }
	}
	m := &Mailer{cfg: cfg, dial: new(net.Dialer).DialContext}
	var port string
	var err error
	if m.host, port, err = net.SplitHostPort(cfg.Addr); err != nil || m.host == "" || port == "" {
		return nil, provision.Errorf(provision.Invalid, "The mail server's address “%s” is not of the form host:port.", cfg.Addr)
	}
	switch cfg.Security {
	case "":
		m.cfg.Security = provision.StartTLS
	case provision.StartTLS, provision.TLS:
	case provision.Unsecured:
		if cfg.Username != "" || cfg.Password() != "" {
			return nil, provision.Errorf(provision.Invalid, "The mail server's password would cross the network unencrypted. Choose starttls or tls, or configure no user.")
		}
	default:
		return nil, provision.Errorf(provision.Invalid, "The mail server's security is “%s”; it can be starttls, tls or none.", cfg.Security)
	}
	if (cfg.Username == "") != (cfg.Password() == "") {
		return nil, provision.Errorf(provision.Invalid, "The mail server's user and password come together: one of them is missing.")
	}
	if m.from, err = ours(cfg.From); err != nil {
		return nil, err
	}
	if cfg.ReplyTo != "" {
		if m.replyTo, err = ours(cfg.ReplyTo); err != nil {
			return nil, err
		}
	}
	for list, addresses := range map[*[]*mail.Address][]string{&m.cc: cfg.CC, &m.bcc: cfg.BCC} {
		for _, address := range addresses {
			a, err := ours(address)
			if err != nil {
				return nil, err
			}
			*list = append(*list, a)
		}
	}
	if u, err := url.Parse(cfg.LoginURL); err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") {
		return nil, provision.Errorf(provision.Invalid, "The log-in address “%s” is not a web address.", cfg.LoginURL)
	}
	if cfg.Timeout <= 0 {
		m.cfg.Timeout = defaultTimeout
	}
	if cfg.Now == nil {
		m.cfg.Now = time.Now
	}
	if m.templates, err = readTemplates(cfg.Dir); err != nil {
		return nil, err
	}
	if err := m.tryTemplates(); err != nil {
		return nil, err
	}
	return m, nil
}

// ours reads one of our own addresses, which every server can take: plain ASCII.
func ours(address string) (*mail.Address, error) {
	a, err := mail.ParseAddress(address)
	if err != nil || !ascii(a.Address) {
		return nil, provision.Errorf(provision.Invalid, "The mail's sender, answers and copies need addresses like \"Example Backup <backup@example.com>\", but “%s” is none.", address)
	}
	return a, nil
}

// Send hands the welcome mail to the server. It is described at runbook's Mailer port.
func (m *Mailer) Send(ctx context.Context, welcome provision.Welcome, handing func() error) error {
	raw, err := m.compose(welcome)
	if err != nil {
		return err
	}
	d, err := m.connect(ctx)
	if err != nil {
		return fmt.Errorf("sending the welcome mail: %w", err)
	}
	defer d.close()
	if err := d.deliver(m.from.Address, m.recipients(welcome), raw, m.messageID(welcome), handing); err != nil {
		return fmt.Errorf("sending the welcome mail: %w", err)
	}
	return nil
}

// Check connects and logs in as Send would, and sends nothing.
func (m *Mailer) Check(ctx context.Context) error {
	d, err := m.connect(ctx)
	if err != nil {
		return fmt.Errorf("checking the mail server: %w", err)
	}
	d.close()
	return nil
}
