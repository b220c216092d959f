package mail

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/wneessen/go-mail/smtp"

	"mozybot/provision"
	"mozybot/provision/handshake"
)

// go-mail writes the mail, but its client does not deliver it. That client continues when the context has ended, leaves
// the connection open when the log-in fails, recognizes temporary errors by their text, and reports an accepted mail as
// failed when something goes wrong after it. This package must know exactly how an attempt ended, so it drives
// go-mail's package smtp itself.

// goodbye is how long the server may take over QUIT, when nothing depends on its answer any more.
const goodbye = 5 * time.Second

// dialogue is one connection to the server, past the log-in.
type dialogue struct {
	ctx     context.Context
	addr    string
	timeout time.Duration
	redact  func(string) string // redacts the password from the server's replies
	client  *smtp.Client
	conn    net.Conn
	broken  bool        // no more commands: the server is silent, or would misunderstand
	unwatch func() bool // stops ctx from closing the connection
}

// connect dials, greets, encrypts and logs in. The caller closes the dialogue. Cancelling ctx ends it at any time.
func (m *Mailer) connect(ctx context.Context) (*dialogue, error) {
	d, err := m.connectBy(ctx, "PLAIN", "LOGIN")
	if errors.Is(err, errOffersInVain) {
		return m.connectBy(ctx, "LOGIN")
	}
	return d, err
}

// connectBy is connect by the first of these mechanisms that the server offers.
func (m *Mailer) connectBy(ctx context.Context, mechanisms ...string) (*dialogue, error) {
	d := &dialogue{ctx: ctx, addr: m.cfg.Addr, timeout: m.cfg.Timeout, redact: m.cfg.Redact}
	dialing, cancel := context.WithTimeout(ctx, m.cfg.Timeout)
	defer cancel()
	conn, err := m.dial(dialing, "tcp", m.cfg.Addr)
	if err != nil {
		return nil, d.explain(connecting, err)
	}
	d.conn = conn
	d.unwatch = context.AfterFunc(ctx, func() { _ = conn.Close() })
	if err := d.introduce(m, mechanisms); err != nil {
		d.broken = true
		d.close()
		return nil, err
	}
	return d, nil
}

func (d *dialogue) introduce(m *Mailer, mechanisms []string) error {
	secured := handshake.Config(m.host, m.cfg.RootCAs)
	if err := d.conn.SetDeadline(time.Now().Add(d.timeout)); err != nil {
		return d.explain(connecting, err)
	}
	if m.cfg.Security == provision.TLS {
		conn := tls.Client(d.conn, secured)
		if err := conn.HandshakeContext(d.ctx); err != nil {
			return d.explain(encrypting, err)
		}
		d.conn = conn
	}
	client, err := smtp.NewClient(d.conn, m.host)
	if err != nil {
		return d.explain(beingGreeted, err)
	}
	d.client = client
	takeBareReplies(client)
	_, domain, _ := strings.Cut(m.from.Address, "@")
	if err := d.step(exchange{"greeting", "the greeting"}, func() error { return client.Hello(domain) }); err != nil {
		return err
	}
	if m.cfg.Security == provision.StartTLS {
		if offered, _ := client.Extension("STARTTLS"); !offered {
			return &provision.Error{Code: provision.Changed, Message: fmt.Sprintf(
				"The mail server %s offers no encryption (STARTTLS), so nothing was sent to it. Ask whoever runs it; somebody may be in between.", d.addr)}
		}
		if err := d.step(encrypting, func() error { return client.StartTLS(secured) }); err != nil {
			return err
		}
		takeBareReplies(client)
	}
	if m.cfg.Username == "" {
		return nil
	}
	return d.logIn(m.host, m.cfg.Username, m.cfg.Password(), mechanisms)
}

// unknownMechanism is the reply to a log-in of a kind that the server doesn't have (RFC 4954).
const unknownMechanism = 504

// errOffersInVain says that the server refused a kind of log-in that it offers, while it offers another. The connection is
// over, as after every refused log-in.
var errOffersInVain = errors.New("the server doesn't have the log-in that it offers")

// logIn logs in by the first of these mechanisms that the server offers. It is only called on an encrypted connection; the
// mechanisms check that again.
func (d *dialogue) logIn(host, username, password string, mechanisms []string) error {
	known := slices.DeleteFunc(slices.Clone(mechanisms), func(name string) bool { return !d.offers(name) })
	if len(known) == 0 {
		_, offered := d.client.Extension("AUTH")
		return provision.Errorf(provision.Changed, "The mail server %s offers no log-in that mozybot knows (PLAIN or LOGIN): %s.", d.addr, provision.InQuotes(offered))
	}
	auth := smtp.PlainAuth("", username, password, host, false)
	if known[0] == "LOGIN" {
		auth = smtp.LoginAuth(username, password, host, false)
	}
	err := d.step(exchange{"logging in", "the log-in"}, func() error { return d.client.Auth(auth) })
	reply, answered := errors.AsType[*textproto.Error](err)
	switch {
	case answered && reply.Code == unknownMechanism && len(known) > 1:
		return fmt.Errorf("%w: %w", errOffersInVain, err)
	case answered && reply.Code/100 == 5:
		return &provision.Error{Code: provision.Denied, Err: err, Message: fmt.Sprintf(
			"The mail server %s refused the log-in of “%s”: %s. If that doesn't say why, check the user and the password that mozybot is configured with.",
			d.addr, username, d.quoted(reply))}
	}
	return err
}

// offers says whether the server offers a kind of log-in, in today's form or in that of before the standard (AUTH=LOGIN).
func (d *dialogue) offers(mechanism string) bool {
	_, offered := d.client.Extension("AUTH")
	before, _ := d.client.Extension("AUTH=" + mechanism)
	return before || slices.Contains(strings.Fields(strings.ToUpper(offered)), mechanism)
}

// deliver sends one mail to all its recipients or to none: a refused recipient is reported before the mail starts.
func (d *dialogue) deliver(from string, to []string, raw []byte, messageID string, handing func() error) error {
	plain := true
	utf8, _ := d.client.Extension("SMTPUTF8")
	for _, address := range to {
		plain = plain && ascii(address)
		if !utf8 && !ascii(address) {
			return provision.Errorf(provision.Invalid, "The mail server %s cannot send to “%s”: it takes plain ASCII addresses only.", d.addr, address)
		}
	}
	// Asking for SMTPUTF8 without need could get the mail refused by a later server.
	d.client.SkipSMTPUTF8(plain)
	if err := d.step(exchange{"naming the sender", "the sender " + from}, func() error { return d.client.Mail("<" + from + ">") }); err != nil {
		return err
	}
	for _, address := range to {
		if err := d.step(exchange{"naming the recipient", "the address " + address}, func() error { return d.client.Rcpt("<" + address + ">") }); err != nil {
			return err
		}
	}
	var content io.WriteCloser
	err := d.step(exchange{"announcing the mail", "the mail"}, func() (err error) { content, err = d.client.Data(); return err })
	if err != nil {
		return err
	}
	// From here on nothing else may be written: the next command would end the mail where it stands. But no server
	// accepts it before the line that ends it.
	d.broken = true
	err = d.step(exchange{"handing the mail over", "the mail"}, func() error {
		if _, err := content.Write(raw); err != nil {
			return err
		}
		return d.client.Text.W.Flush() // so that the end of the mail travels alone
	})
	if err != nil {
		return err
	}
	if err := handing(); err != nil {
		return err
	}
	err = d.step(exchange{"waiting for the mail to be taken", "the mail"}, content.Close)
	reply, answered := errors.AsType[*textproto.Error](err)
	switch {
	case err == nil, answered && reply.Code/100 == 2:
		d.broken = false
		return nil
	case answered && (reply.Code/100 == 4 || reply.Code/100 == 5):
		d.broken = false
		return err
	default:
		return &provision.Error{Code: provision.Changed, Err: errors.Join(provision.ErrUncertain, context.Cause(d.ctx), err), Message: fmt.Sprintf(
			"The mail was handed to the mail server %s, but its answer was lost, so it may have gone out. Look for %s in the server's log before it is sent again.",
			d.addr, messageID)}
	}
}

// close sends QUIT if that makes sense, and closes the connection.
func (d *dialogue) close() {
	if !d.broken && d.client.UpdateDeadline(goodbye) == nil {
		_ = d.client.Quit() // its answer changes nothing
	}
	d.unwatch()
	_ = d.conn.Close()
}

// exchange is one of the dialogue's, with what the server takes in it or refuses.
type exchange struct{ doing, what string }

var (
	connecting   = exchange{"connecting", "the connection"}
	beingGreeted = exchange{"being greeted", "the connection"}
	encrypting   = exchange{"encrypting", "the encryption"}
)

// step runs one exchange within the server's time limit.
func (d *dialogue) step(x exchange, do func() error) error {
	err := d.client.UpdateDeadline(d.timeout)
	if err == nil {
		err = do()
	}
	if err == nil {
		return nil
	}
	if _, answered := errors.AsType[*textproto.Error](err); !answered {
		d.broken = true
	}
	return d.explain(x, err)
}

// explain gives an error from before the handover its code.
func (d *dialogue) explain(x exchange, err error) error {
	explained := &provision.Error{Code: provision.Unavailable, Err: fmt.Errorf("%s: %w", x.doing, err)}
	reply, answered := errors.AsType[*textproto.Error](err)
	untrusted := handshake.Explain(d.addr, err)
	odd, isOdd := errors.AsType[textproto.ProtocolError](err)
	switch {
	case d.ctx.Err() != nil:
		explained.Message = "Sending was called off before the mail was handed over."
		explained.Err = fmt.Errorf("%s: %w", x.doing, errors.Join(context.Cause(d.ctx), err))
	case answered && reply.Code/100 == 5:
		explained.Code = provision.Invalid
		explained.Message = fmt.Sprintf("The mail server %s refused %s: %s.", d.addr, x.what, d.quoted(reply))
	case answered && reply.Code/100 == 4:
		explained.Message = fmt.Sprintf("The mail server %s doesn't take %s right now: %s.", d.addr, x.what, d.quoted(reply))
	case untrusted != "":
		explained.Code, explained.Message = provision.Changed, untrusted
	case x == beingGreeted && errors.Is(err, os.ErrDeadlineExceeded):
		explained.Message = fmt.Sprintf("The mail server %s took the connection and said nothing. Perhaps its port wants SMTP_TLS=tls.", d.addr)
	case isOdd:
		explained.Message = fmt.Sprintf("The mail server %s said something that isn't SMTP: %s. Nothing was sent. Check SMTP_ADDR.", d.addr, provision.InQuotes(d.redact(string(odd))))
	case x == connecting:
		explained.Message = fmt.Sprintf("The mail server %s can't be reached.", d.addr)
	default:
		explained.Message = fmt.Sprintf("The mail server %s broke off the connection. Nothing was sent.", d.addr)
	}
	return explained
}

// quoted is the server's reply on one line, shortened, with the password redacted. Its status, which stands before every
// line (5.7.1), is there once.
func (d *dialogue) quoted(reply *textproto.Error) string {
	lines := strings.Split(reply.Msg, "\n")
	status, _, _ := strings.Cut(strings.TrimSpace(lines[0]), " ")
	if enhanced.MatchString(status) {
		for i := range lines[1:] {
			lines[i+1] = strings.TrimPrefix(strings.TrimSpace(lines[i+1]), status)
		}
	}
	words := d.redact(strings.Join(strings.Fields(strings.Join(lines, " ")), " "))
	return fmt.Sprintf("%d “%s”", reply.Code, provision.Clip(words, 300))
}

var enhanced = regexp.MustCompile(`^[245]\.\d{1,3}\.\d{1,3}$`)
