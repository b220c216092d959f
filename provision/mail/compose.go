package mail

import (
	"bytes"
	"fmt"
	"net/mail"
	"slices"
	"strings"

	gomail "github.com/wneessen/go-mail"

	"mozybot/provision"
)

// letter is the rendered mail, without its envelope.
type letter struct{ subject, text, html string }

// write renders the templates.
func (m *Mailer) write(w provision.Welcome) (letter, error) {
	if err := check(w); err != nil {
		return letter{}, err
	}
	gb := func(n int) string { return provision.Thousands(n) + " GB" }
	in := words{Welcome: w, Storage: gb(w.GB), Before: gb(w.BeforeGB), Added: gb(w.GB - w.BeforeGB), LoginURL: m.cfg.LoginURL, Sender: m.from.Name}
	if in.Sender == "" {
		in.Sender = m.from.Address
	}
	return m.templates[mailOf(w)].fill(in)
}

// compose returns the whole mail, ready to be sent.
func (m *Mailer) compose(w provision.Welcome) ([]byte, error) {
	l, err := m.write(w)
	if err != nil {
		return nil, err
	}
	msg := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	msg.FromMailAddress(m.from)
	msg.ToMailAddress(&mail.Address{Name: w.Contact, Address: w.Email})
	if len(m.cc) > 0 {
		msg.CcMailAddress(m.cc...)
	}
	if m.replyTo != nil {
		msg.ReplyToMailAddress(m.replyTo)
	}
	msg.Subject(l.subject)
	msg.SetDateWithValue(m.cfg.Now())
	msg.SetGenHeader(gomail.HeaderMessageID, m.messageID(w))
	msg.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: answering machines keep quiet
	msg.SetBodyString(gomail.TypeTextPlain, l.text)
	msg.AddAlternativeString(gomail.TypeTextHTML, l.html)
	var raw bytes.Buffer
	if _, err := msg.WriteTo(&raw); err != nil {
		return nil, fmt.Errorf("writing the welcome mail: %w", err)
	}
	return raw.Bytes(), nil
}

// Preview is the text of the mail to this customer, for people to check before anything is bought: without an Account
// ID, the mail says so in its place. It sends nothing.
func (m *Mailer) Preview(w provision.Welcome) (string, error) {
	if w.AccountID == "" {
		w.AccountID = "(not known yet)"
	}
	l, err := m.write(w)
	if err != nil {
		return "", fmt.Errorf("previewing the welcome mail: %w", err)
	}
	var head strings.Builder
	line := func(name string, people ...*mail.Address) {
		var shown []string
		for _, a := range people {
			switch {
			case a == nil:
			case a.Name == "":
				shown = append(shown, a.Address)
			default:
				shown = append(shown, a.Name+" <"+a.Address+">")
			}
		}
		if len(shown) > 0 {
			fmt.Fprintf(&head, "%s: %s\n", name, strings.Join(shown, ", "))
		}
	}
	line("From", m.from)
	line("To", &mail.Address{Name: w.Contact, Address: w.Email})
	line("Cc", m.cc...)
	line("Bcc", m.bcc...)
	line("Reply-To", m.replyTo)
	return fmt.Sprintf("%sSubject: %s\n\n%s", head.String(), l.subject, l.text), nil
}

// recipients are all who get the mail, the customer first, each once.
func (m *Mailer) recipients(w provision.Welcome) []string {
	all := []string{w.Email}
	for _, a := range slices.Concat(m.cc, m.bcc) {
		if !slices.Contains(all, a.Address) {
			all = append(all, a.Address)
		}
	}
	return all
}

// messageID is the same for every try of one job.
func (m *Mailer) messageID(w provision.Welcome) string {
	_, domain, _ := strings.Cut(m.from.Address, "@")
	return "<" + w.Identity + "@" + domain + ">"
}

// check refuses text that would become a header of its own, and a mail that would not help its reader. A validated
// order has neither.
func check(w provision.Welcome) error {
	if a, err := mail.ParseAddress(w.Email); err != nil || a.Address != w.Email {
		return provision.Errorf(provision.Invalid, "%s is not an e-mail address, so no welcome mail can be sent.", provision.InQuotes(w.Email))
	}
	for _, field := range []struct{ name, value string }{
		{"contact's name", w.Contact}, {"company's name", w.Company}, {"Account ID", w.AccountID}, {"mail's identity", w.Identity},
	} {
		if field.value == "" {
			return provision.Errorf(provision.Invalid, "The %s is missing, so no welcome mail can be sent.", field.name)
		}
		if strings.ContainsFunc(field.value, func(r rune) bool { return r < ' ' || r == 0x7f || r == '\u2028' || r == '\u2029' }) {
			return provision.Errorf(provision.Invalid, "The %s %s holds a line break or another invisible character, so no welcome mail can be sent.", field.name, provision.InQuotes(field.value))
		}
	}
	if !ascii(w.Identity) || strings.ContainsAny(w.Identity, " <>@") {
		return provision.Errorf(provision.Invalid, "The mail's identity “%s” cannot be a part of a Message-ID.", w.Identity)
	}
	return nil
}

func ascii(s string) bool { return !strings.ContainsFunc(s, func(r rune) bool { return r > 0x7f }) }
