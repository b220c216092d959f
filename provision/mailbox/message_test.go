package mailbox_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	standin "mozybot/fixtures/sandbox/mailbox"
)

// TestAnExpensiveMailIsNotParsed parses mails that would keep the library busy for long, or forever.
func TestAnExpensiveMailIsNotParsed(t *testing.T) {
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
			d := newIntake()
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

func TestAutomaticMailsGoToPeopleUnread(t *testing.T) {
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
		{"an automatic answer of a program of its own", head("From: a@example.com\r\nX-Autoreply: yes\r\n"), false},
		{"an absence note", head("From: a@example.com\r\nX-Precedence: auto_reply\r\n"), false},
		{"a failure at Exim", head("From: mx@example.com\r\nAuto-Submitted: auto-generated\r\nX-Failed-Recipients: b@example.com\r\n"), false},
		{"a failure at Exchange", head("From: Microsoft Outlook <ex@example.com>\r\nX-MS-Exchange-Message-Is-Ndr:\r\n"), false},
		{"a bounce from no address", head("From: MAILER-DAEMON (Mail Delivery System)\r\n"), false},
		{"a receipt", head("From: a@example.com\r\nContent-Type: multipart/report; report-type=disposition-notification; boundary=b\r\n"), false},
		{"an order whose program wants no answer", head("From: shop@example.com\r\nX-Auto-Response-Suppress: All\r\n"), true},
		{"an order that answers a mail", head("From: shop@example.com\r\nX-Auto-Response-Suppress: All\r\nIn-Reply-To: <offer@hosting.example>\r\n"), true},
		{"an order that a rule of Exchange passed on", head("From: ann@example.com\r\nAuto-Submitted: auto-generated\r\nX-MS-Exchange-Inbox-Rules-Loop: ann@example.com\r\n"), true},
		{"an order of a person at the post", head("From: \"postmaster@example.com\" <ann@example.com>\r\n"), true},
		{"a report", head("From: mail@example.com\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n"), false},
		{"our own welcome mail", "From: a@example.com\r\nSubject: x\r\nMessage-ID: <welcome.job-12.99@hosting.example>\r\n\r\nan order\r\n", false},
		{"a mail from our own address", head("From: =?utf-8?q?B?= <BACKUP@hosting.example>\r\n"), false},
		{"what an order system made by itself", head("From: shop@example.com\r\nAuto-Submitted: auto-generated\r\n"), true},
		{"a mail of a list", head("From: a@example.com\r\nPrecedence: list\r\n"), true},
		{"a mail with a return path", head("Return-Path: <a@example.com>\r\nFrom: a@example.com\r\n"), true},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, addr := serve(t, standin.Config{}, nil)
			d := newIntake()
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

// Exchange's absence notices say only that a program sent them, as mails of order systems do: such a mail is passed on, for
// people to hear of it when there is an order in it.
func TestAProgramsAnswerIsKnownAsOne(t *testing.T) {
	const answers = "In-Reply-To: <welcome.job-1.9@hosting.example>\r\nReferences: <welcome.job-1.9@hosting.example>\r\n"
	for name, c := range map[string]struct {
		lines string
		want  bool
	}{
		"Exchange":                       {answers + "Auto-Submitted: auto-generated\r\nX-Auto-Response-Suppress: All\r\n", true},
		"Exchange, without the standard": {answers + "X-Auto-Response-Suppress: All\r\nSubject: Automatische Antwort: Willkommen\r\n", true},
		"Exchange, only a suppression":   {"References: <a@b>\r\nX-Auto-Response-Suppress: DR, OOF, AutoReply\r\n", true},
		"Exchange, by a rule":            {"Auto-Submitted: auto-generated\r\nX-MS-Exchange-Inbox-Rules-Loop: bob@example.com\r\n", true},
		"in bulk":                        {answers + "Precedence: bulk\r\n", true},
		"a person's answer":              {answers, false},
		"a person's answer, as it says":  {answers + "Auto-Submitted: no\r\n", false},
		"an order system":                {"Auto-Submitted: auto-generated\r\nX-Auto-Response-Suppress: All\r\n", false},
	} {
		t.Run(name, func(t *testing.T) {
			s, addr := serve(t, standin.Config{}, nil)
			d := newIntake()
			drop(t, s, "From: Bob <bob@example.com>\r\n"+c.lines+"\r\nI am away.\r\n")
			stop := watch(t, config(addr, d))
			d.untilUp(t)
			stop()
			if d.count() != 1 || d.taken[0].Answered != c.want {
				t.Errorf("taken: %+v", d.taken)
			}
		})
	}
}

func TestPartsOfAMail(t *testing.T) {
	raw := "From: =?iso-8859-1?q?J=F6rg?= <joerg@example.com>\r\nSubject: Two\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n" +
		"--b\r\nContent-Type: multipart/alternative; boundary=a\r\n\r\n--a\r\nContent-Type: text/plain; charset=iso-8859-1\r\nContent-Disposition: inline\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nGr=FC=DFe\r\n" +
		"--a\r\nContent-Type: text/html\r\nContent-Disposition: inline\r\n\r\n<p>Hello\r\n--a--\r\n" +
		"--b\r\nContent-Type: image/png\r\nContent-Disposition: inline; filename=logo.png\r\n\r\npng\r\n" +
		"--b\r\nContent-Type: application/pdf; name=\"..\\..\\a/b.pdf\"\r\nContent-Disposition: attachment\r\nContent-Transfer-Encoding: base64\r\n\r\nYW4gb3JkZXI=\r\n" +
		"--b\r\nContent-Type: text/csv\r\nContent-Disposition: attachment; filename*=utf-8''b%C3%BC.csv\r\n\r\norder\r\n" +
		"--b\r\nContent-Type: message/rfc822\r\nContent-Disposition: attachment\r\n\r\nSubject: inner\r\n\r\norder\r\n" +
		"--b\r\nContent-Type: text/calendar\r\nContent-Disposition: attachment; filename=i.ics\r\n\r\norder\r\n--b--\r\n"
	s, addr := serve(t, standin.Config{}, nil)
	d := newIntake()
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
