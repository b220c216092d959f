package mail

import (
	"bytes"
	"embed"
	"fmt"
	htmltemplate "html/template"
	"io"
	"net/mail"
	"strings"
	"text/template"

	gomail "github.com/wneessen/go-mail"

	"mozybot/provision"
)

//go:embed templates
var files embed.FS

// templates are the mail in its two forms. The text has the subject beside it, as a template of its own.
type templates struct {
	text *template.Template
	html *htmltemplate.Template
}

// words is what the templates may use.
type words struct {
	provision.Welcome
	Storage  string // "1,000 GB"
	LoginURL string
	Sender   string // who signs
}

func parseTemplates() (templates, error) {
	text, err := template.New("welcome.txt").Option("missingkey=error").ParseFS(files, "templates/welcome.txt")
	if err != nil {
		return templates{}, fmt.Errorf("reading the welcome mail's text: %w", err)
	}
	html, err := htmltemplate.New("welcome.html").Option("missingkey=error").ParseFS(files, "templates/welcome.html")
	if err != nil {
		return templates{}, fmt.Errorf("reading the welcome mail's HTML: %w", err)
	}
	return templates{text, html}, nil
}

// compose writes the whole mail, ready to go over the wire.
func (m *Mailer) compose(w provision.Welcome) ([]byte, error) {
	if err := check(w); err != nil {
		return nil, err
	}
	in := words{Welcome: w, Storage: provision.Thousands(w.GB) + " GB", LoginURL: m.cfg.LoginURL, Sender: m.from.Name}
	if in.Sender == "" {
		in.Sender = m.from.Address
	}
	var subject, text, html strings.Builder
	for _, part := range []struct {
		to      *strings.Builder
		execute func(w io.Writer, name string, data any) error
		name    string
	}{
		{&subject, m.templates.text.ExecuteTemplate, "subject"},
		{&text, m.templates.text.ExecuteTemplate, "welcome.txt"},
		{&html, m.templates.html.ExecuteTemplate, "welcome.html"},
	} {
		if err := part.execute(part.to, part.name, in); err != nil {
			return nil, fmt.Errorf("writing the welcome mail's %s: %w", part.name, err)
		}
	}
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	msg.FromMailAddress(m.from)
	msg.ToMailAddress(&mail.Address{Name: w.Contact, Address: w.Email})
	if m.replyTo != nil {
		msg.ReplyToMailAddress(m.replyTo)
	}
	msg.Subject(subject.String())
	msg.SetDateWithValue(m.cfg.Now())
	msg.SetGenHeader(gomail.HeaderMessageID, m.messageID(w))
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: answering machines keep quiet
	msg.SetBodyString(gomail.TypeTextPlain, text.String())
	msg.AddAlternativeString(gomail.TypeTextHTML, html.String())
	var raw bytes.Buffer
	if _, err := msg.WriteTo(&raw); err != nil {
		return nil, fmt.Errorf("writing the welcome mail: %w", err)
	}
	return raw.Bytes(), nil
}

// messageID is the same for every try of one job.
func (m *Mailer) messageID(w provision.Welcome) string {
	_, domain, _ := strings.Cut(m.from.Address, "@")
	return "<" + w.Identity + "@" + domain + ">"
}

// check refuses what must not get into a mail: text that would become a header of its own, and a mail that would not
// help its reader. An order that was validated has neither.
func check(w provision.Welcome) error {
	if a, err := mail.ParseAddress(w.Email); err != nil || a.Address != w.Email {
		return provision.Errorf(provision.Invalid, "%q is not an e-mail address, so no welcome mail can be sent.", w.Email)
	}
	for _, field := range []struct{ name, value string }{
		{"contact's name", w.Contact}, {"company's name", w.Company}, {"Account ID", w.AccountID}, {"mail's identity", w.Identity},
	} {
		if field.value == "" {
			return provision.Errorf(provision.Invalid, "The %s is missing, so no welcome mail can be sent.", field.name)
		}
		if strings.ContainsFunc(field.value, func(r rune) bool { return r < ' ' || r == 0x7f || r == '\u2028' || r == '\u2029' }) {
			return provision.Errorf(provision.Invalid, "The %s %q holds a line break or another invisible character, so no welcome mail can be sent.", field.name, field.value)
		}
	}
	if !ascii(w.Identity) || strings.ContainsAny(w.Identity, " <>@") {
		return provision.Errorf(provision.Invalid, "The mail's identity %q cannot be a part of a Message-ID.", w.Identity)
	}
	return nil
}

func ascii(s string) bool { return !strings.ContainsFunc(s, func(r rune) bool { return r > 0x7f }) }
