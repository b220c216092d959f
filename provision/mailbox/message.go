package mailbox

import (
	"bytes"
	"fmt"
	"io"
	"mime"
	"net/mail"
	"path"
	"regexp"
	"strings"
	"time"

	"github.com/jhillyerd/enmime/v2"

	"mozybot/provision"
)

// message is a mail for the intake, with the reason not to pass it on.
type message struct {
	provision.Mail
	automatic string // why no person, and no order system, sent this; "" when one did
}

// parse parses a mail as far as possible, at a bounded cost. An unreadable mail has no part with an order, and so it
// goes to people.
func (w *Watcher) parse(raw []byte, at time.Time) message {
	m := message{Mail: provision.Mail{At: at, Subject: "(no subject)", From: "an unknown sender"}}
	if head, err := mail.ReadMessage(bytes.NewReader(raw)); err == nil {
		m.ID = strings.Trim(strings.TrimSpace(head.Header.Get("Message-Id")), "<>")
		m.automatic, m.Answered = automatic(head.Header, w.cfg.Own), answered(head.Header)
		decoder := new(mime.WordDecoder)
		if subject, err := decoder.DecodeHeader(head.Header.Get("Subject")); err == nil && strings.TrimSpace(subject) != "" {
			m.Subject = subject
		}
		if shown, sender := senderOf(head.Header); shown != "" {
			m.From, m.Sender = shown, sender
			m.Vouched = sender != "" && vouched(head.Header, domainOf(sender))
		}
	}
	if laborious(raw) {
		return m
	}
	env, err := takenApart(raw)
	if err != nil {
		return m
	}
	if subject := env.GetHeader("Subject"); strings.TrimSpace(subject) != "" { // knows more character sets
		m.Subject = subject
	}
	for _, parts := range [][]*enmime.Part{env.Attachments, env.Inlines, env.OtherParts} {
		for _, p := range parts {
			if mayBeOrder(p) && !shown(p) {
				m.Files = append(m.Files, provision.MailFile{Name: nameOf(p), Content: p.Content})
			}
		}
	}
	m.Whole = raw
	if strings.TrimSpace(env.Text) != "" {
		m.Bodies = append(m.Bodies, provision.MailFile{Name: "mail.txt", Content: []byte(env.Text)})
	}
	if strings.TrimSpace(env.HTML) != "" {
		m.Bodies = append(m.Bodies, provision.MailFile{Name: "mail.html", Content: []byte(env.HTML)})
	}
	return m
}

// Limits on what a mail may cost the library that parses it in our own process.
const (
	maxHeader = 1 << 20 // bytes
	maxEdges  = 1000    // lines that may begin a part
	maxReads  = 50_000  // of 4 KB each
	maxTime   = 10 * time.Second
)

var (
	blankLine = regexp.MustCompile(`\n\r?\n`)
	edge      = regexp.MustCompile(`(?m)^--+[^\s-]`)
)

// laborious says that parsing a mail would cost far more than any order does.
func laborious(raw []byte) bool {
	return len(raw) > maxHeader && !blankLine.Match(raw[:maxHeader]) || len(edge.FindAllIndex(raw, maxEdges+1)) > maxEdges
}

// takenApart parses a mail with the library, within bounds: the library's work doubles with each level of unclosed
// parts, so that a mail of two kilobytes could keep it busy for years. As it retries after an error, only a panic stops
// it; its own panic over a hostile mail must not end us, either.
func takenApart(raw []byte) (env *enmime.Envelope, err error) {
	defer func() {
		if cause := recover(); cause != nil {
			env, err = nil, fmt.Errorf("taking a mail apart: %v", cause)
		}
	}()
	return enmime.ReadEnvelope(&bounded{bytes.NewReader(raw), maxReads, time.Now().Add(maxTime)})
}

// bounded panics when it is read too often, or for too long.
type bounded struct {
	io.Reader
	left  int
	until time.Time
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left--; b.left < 0 || time.Now().After(b.until) {
		panic("it takes far longer than any order does")
	}
	return b.Reader.Read(p)
}

// never are the type prefixes of parts that are never orders.
var never = []string{"image/", "audio/", "video/", "text/calendar", "text/vcard", "text/x-vcard", "application/pkcs7-", "application/x-pkcs7-",
	"application/pgp-", "message/delivery-status", "message/disposition-notification", "text/rfc822-headers", "multipart/"}

func mayBeOrder(p *enmime.Part) bool {
	kind := strings.ToLower(p.ContentType)
	for _, beginning := range never {
		if strings.HasPrefix(kind, beginning) {
			return false
		}
	}
	return len(p.Content) > 0
}

// shown says that a part is the writer's text, which some programs mark as inline: a body, not a file.
func shown(p *enmime.Part) bool {
	kind := strings.ToLower(p.ContentType)
	return p.FileName == "" && p.Disposition != "attachment" && (kind == "text/plain" || kind == "text/html")
}

// nameOf is a part's name without a path, which a mail may not choose.
func nameOf(p *enmime.Part) string {
	name := path.Base(strings.ReplaceAll(strings.TrimSpace(p.FileName), `\`, "/"))
	if name != "." && name != "/" && name != ".." {
		return name
	}
	if strings.EqualFold(p.ContentType, "message/rfc822") {
		return "attached.eml"
	}
	if endings, err := mime.ExtensionsByType(p.ContentType); err == nil && len(endings) > 0 {
		return "attached" + endings[0]
	}
	return "attached"
}
