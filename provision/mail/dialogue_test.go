package mail_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"mozybot/provision"
)

// script is a server with scripted answers by the first word of a command, "" to hang up. It records all that it
// receives. Over a pipe nothing is buffered, so what the client wrote before the end is exactly known.
type script struct {
	answers map[string]string
	secured *tls.Config // TLS from the first byte when set
	serving sync.WaitGroup
	heard   strings.Builder
}

func (s *script) dial(_ context.Context, _, _ string) (net.Conn, error) {
	client, server := net.Pipe()
	if s.secured != nil {
		server = tls.Server(server, s.secured)
	}
	s.serving.Go(func() { s.serve(server) })
	return client, nil
}

func (s *script) serve(conn net.Conn) {
	defer conn.Close()
	fmt.Fprint(conn, "220 mail.example.com\r\n")
	lines := bufio.NewReader(conn)
	inMail := false
	for {
		line, err := lines.ReadString('\n')
		s.heard.WriteString(line)
		if err != nil {
			return
		}
		word := strings.ToUpper(strings.Fields(line + " .")[0])
		switch {
		case inMail && line == ".\r\n":
			inMail, word = false, "END"
		case inMail:
			continue
		}
		answer, known := s.answers[word]
		switch {
		case known && answer == "":
			return
		case !known && word == "DATA":
			answer = "354 go on"
		case !known:
			answer = "250 ok"
		}
		fmt.Fprint(conn, answer+"\r\n")
		if word == "DATA" && strings.HasPrefix(answer, "354") {
			if known { // asked to continue and then hung up on
				return
			}
			inMail = true
		}
	}
}

// said is all that the client said until it was gone.
func (s *script) said() string {
	s.serving.Wait()
	return s.heard.String()
}

func TestDialogue(t *testing.T) {
	for _, c := range []struct {
		name    string
		answers map[string]string
		want    provision.Code // "" when the mail counts as sent
		unsure  bool
	}{
		{name: "taken", answers: nil},
		{name: "taken, without words", answers: map[string]string{"END": "250", "MAIL": "250", "RCPT": "250", "EHLO": "250-\r\n250"}},
		{name: "taken, in other words", answers: map[string]string{"END": "251 will forward"}},
		{name: "taken, and no goodbye", answers: map[string]string{"QUIT": ""}},
		{name: "taken, and a rude goodbye", answers: map[string]string{"QUIT": "500 what?"}},
		{name: "hung up at the sender", answers: map[string]string{"MAIL": ""}, want: provision.Unavailable},
		{name: "hung up at the recipient", answers: map[string]string{"RCPT": ""}, want: provision.Unavailable},
		{name: "hung up before the mail", answers: map[string]string{"DATA": ""}, want: provision.Unavailable},
		{name: "hung up within the mail", answers: map[string]string{"DATA": "354 go on"}, want: provision.Unavailable},
		{name: "hung up after the mail", answers: map[string]string{"END": ""}, unsure: true},
		{name: "nonsense after the mail", answers: map[string]string{"END": "perhaps"}, unsure: true},
		{name: "another question after the mail", answers: map[string]string{"END": "354 go on"}, unsure: true},
		{name: "over quota after the mail", answers: map[string]string{"END": "552 5.2.2 over quota"}, want: provision.Invalid},
		{name: "shutting down at the recipient", answers: map[string]string{"RCPT": "421 4.3.2 shutting down"}, want: provision.Unavailable},
		{name: "no greeting but a web server's", answers: map[string]string{"EHLO": "HTTP/1.1 400 Bad Request", "HELO": "HTTP/1.1 400 Bad Request"}, want: provision.Unavailable},
		{name: "shutting down after the mail", answers: map[string]string{"END": "421 shutting down"}, want: provision.Unavailable},
		{name: "refused after the mail", answers: map[string]string{"END": "550-5.7.1 no\r\n550 5.7.1 thanks"}, want: provision.Invalid},
		{name: "the sender refused", answers: map[string]string{"MAIL": "553 who?"}, want: provision.Invalid},
		{name: "the sender put off", answers: map[string]string{"MAIL": "450 busy"}, want: provision.Unavailable},
		{name: "the mail refused beforehand", answers: map[string]string{"DATA": "554 no valid recipients"}, want: provision.Invalid},
		{name: "a server that greets nobody", answers: map[string]string{"EHLO": "502 no", "HELO": "502 no"}, want: provision.Invalid},
	} {
		t.Run(c.name, func(t *testing.T) {
			server := &script{answers: c.answers}
			m := newMailer(t, plain("mail.example.com:25"))
			m.DialWith(server.dial)
			err := m.Send(t.Context(), welcome(), atOnce)
			switch {
			case c.unsure:
				wantUncertain(t, err)
			case c.want != "":
				wantCode(t, err, c.want)
			case err != nil:
				t.Errorf("got %v, want success", err)
			}
		})
	}
}

func TestAServerOfAnotherProtocolIsNamed(t *testing.T) {
	server := &script{answers: map[string]string{"EHLO": "HTTP/1.1 400 Bad Request", "HELO": "HTTP/1.1 400 Bad Request"}}
	m := newMailer(t, plain("mail.example.com:25"))
	m.DialWith(server.dial)
	if err := m.Send(t.Context(), welcome(), atOnce); !strings.Contains(provision.MessageOf(err), "said something that isn't SMTP") {
		t.Error(err)
	}
}

// A server further down the road may refuse a mail that asked for SMTPUTF8, so it asks only when it must.
func TestSMTPUTF8IsOnlyRequestedWhenNeeded(t *testing.T) {
	for email, asks := range map[string]bool{"mguy@example.com": false, "zoë@example.com": true} {
		server := &script{answers: map[string]string{"EHLO": "250-mail.example.com\r\n250 SMTPUTF8"}}
		m := newMailer(t, plain("mail.example.com:25"))
		m.DialWith(server.dial)
		w := welcome()
		w.Email = email
		if err := m.Send(t.Context(), w, atOnce); err != nil {
			t.Fatal(err)
		}
		if got := strings.Contains(server.said(), "MAIL FROM:<backup@example.com> SMTPUTF8\r\n"); got != asks {
			t.Errorf("%s: asked %t, want %t: %q", email, got, asks, server.said())
		}
	}
}

func TestServerRepliesAreQuotedOnOneShortLine(t *testing.T) {
	server := &script{answers: map[string]string{"MAIL": "550-first\r\n550-" + strings.Repeat("blah ", 200) + "\r\n550 last"}}
	m := newMailer(t, plain("mail.example.com:25"))
	m.DialWith(server.dial)
	said := provision.MessageOf(m.Send(t.Context(), welcome(), atOnce))
	if !strings.Contains(said, `550 “first blah`) || !strings.HasSuffix(said, "…”.") || strings.Contains(said, "\n") || len(said) > 450 {
		t.Errorf("got %q", said)
	}
}

// A mail that breaks off must not be ended by anything sent after it: the server would accept half of it.
func TestAnIncompleteMailIsNeverTerminated(t *testing.T) {
	server := &script{}
	m := newMailer(t, plain("mail.example.com:25"))
	m.DialWith(func(ctx context.Context, network, addr string) (net.Conn, error) {
		conn, err := server.dial(ctx, network, addr)
		return &cutter{Conn: conn}, err
	})
	wantCode(t, m.Send(t.Context(), welcome(), atOnce), provision.Unavailable)
	_, content, ok := strings.Cut(server.said(), "DATA\r\n")
	if !ok || !strings.Contains(content, "Subject:") {
		t.Fatalf("the mail never began: %q", server.said())
	}
	if strings.Contains(content, "\r\n.\r\n") || strings.Contains(content, "QUIT") {
		t.Errorf("the mail was ended: %q", content)
	}
}

// The handover is confirmed when all but the end of the mail has been sent, and can still be refused.
func TestTheHandoverIsConfirmedBeforeTheServerCanAccept(t *testing.T) {
	no := errors.New("the disk is full")
	for _, answer := range []error{nil, no} {
		server := &script{}
		m := newMailer(t, plain("mail.example.com:25"))
		m.DialWith(server.dial)
		asked := 0
		err := m.Send(t.Context(), welcome(), func() error { asked++; return answer })
		if !errors.Is(err, answer) || errors.Is(err, provision.ErrUncertain) || asked != 1 {
			t.Errorf("asked %d times, then %v", asked, err)
		}
		_, content, _ := strings.Cut(server.said(), "DATA\r\n")
		if !strings.Contains(content, "Subject:") || strings.Contains(content, "\r\n.\r\n") != (answer == nil) {
			t.Errorf("after %v: the mail was %q", answer, content)
		}
	}
	t.Run("and not at all when it does not get so far", func(t *testing.T) {
		server := &script{answers: map[string]string{"RCPT": "450 greylisted"}}
		m := newMailer(t, plain("mail.example.com:25"))
		m.DialWith(server.dial)
		wantCode(t, m.Send(t.Context(), welcome(), func() error { t.Error("asked"); return nil }), provision.Unavailable)
	})
}

// cutter loses the second piece of a mail, and nothing else.
type cutter struct {
	net.Conn
	pieces int
}

func (c *cutter) Write(p []byte) (int, error) {
	if c.pieces > 0 || strings.Contains(string(p), "Subject:") {
		c.pieces++
	}
	if c.pieces == 2 {
		return 0, errors.New("the cable was pulled")
	}
	return c.Conn.Write(p)
}

// An attacker in between can remove STARTTLS from the server's offers, and must not get the password that way.
func TestNoPasswordInTheClear(t *testing.T) {
	for _, security := range []provision.Security{provision.StartTLS, provision.TLS} {
		server := &script{answers: map[string]string{"EHLO": "250-mail.example.com\r\n250 AUTH PLAIN LOGIN", "AUTH": "235 welcome"}}
		cfg := plain("localhost:25") // where go-mail itself would not mind
		cfg.Security, cfg.Username, cfg.Password, cfg.Timeout = security, "mozybot", always("pa55word"), 200*time.Millisecond
		m := newMailer(t, cfg)
		m.DialWith(server.dial)
		if err := m.Send(t.Context(), welcome(), atOnce); err == nil {
			t.Error("the mail was sent")
		}
		if said := server.said(); strings.Contains(said, "AUTH") || strings.Contains(said, "pa55word") {
			t.Errorf("%s: it said %q", security, said)
		}
	}
}

// A log-in is refused for many reasons, and the server's words are all that tells them apart.
func TestARefusedLogInIsToldInTheServersWords(t *testing.T) {
	secured, pool := certificate(t)
	for answer, want := range map[string]struct {
		code provision.Code
		said string
	}{
		"535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant. Visit https://aka.ms/smtp_auth_disabled": {provision.Denied,
			"535 “5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant. Visit https://aka.ms/smtp_auth_disabled”"},
		"534-5.7.9 Application-specific password required. Learn more at\r\n534 5.7.9 https://support.example/ a1": {provision.Denied,
			"534 “5.7.9 Application-specific password required. Learn more at https://support.example/ a1”"},
		"535 wrong: AHUAcGE1NXdvcmQ=, that is pa55word": {provision.Denied, "535 “wrong: AHUAcGE1NXdvcmQ=, that is (secret)”"},
		"454 4.7.0 Temporary authentication failure":    {provision.Unavailable, "454 “4.7.0 Temporary authentication failure”"},
		"421 4.7.0 Too many log-ins":                    {provision.Unavailable, "421 “4.7.0 Too many log-ins”"},
	} {
		server := &script{answers: map[string]string{"EHLO": "250-mail\r\n250 AUTH PLAIN", "AUTH": answer}, secured: secured}
		cfg := plain("example.com:465")
		cfg.Security, cfg.RootCAs, cfg.Username, cfg.Password = provision.TLS, pool, "u", always("pa55word")
		cfg.Redact = func(text string) string { return strings.ReplaceAll(text, "pa55word", "(secret)") }
		m := newMailer(t, cfg)
		m.DialWith(server.dial)
		err := m.Check(t.Context())
		wantCode(t, err, want.code)
		if said := provision.MessageOf(err); !strings.Contains(said, want.said) {
			t.Errorf("%q does not quote %q", said, want.said)
		}
	}
}

// Servers write what they offer in several ways, and some offer PLAIN without having it.
func TestKindsOfLogIn(t *testing.T) {
	secured, pool := certificate(t)
	for name, c := range map[string]struct {
		offered, auth string
		want          provision.Code
	}{
		"as the standard has it":     {"AUTH PLAIN LOGIN", "235 welcome", ""},
		"in lower case":              {"AUTH login plain", "235 welcome", ""},
		"as before the standard":     {"AUTH=PLAIN", "235 welcome", ""},
		"PLAIN is offered in vain":   {"AUTH PLAIN LOGIN", "504 5.7.4 Unrecognized authentication type", provision.Denied},
		"only what we don't know":    {"AUTH XOAUTH2 NTLM", "235 welcome", provision.Changed},
		"not one, after all of them": {"SIZE 100", "235 welcome", provision.Changed},
	} {
		t.Run(name, func(t *testing.T) {
			server := &script{answers: map[string]string{"EHLO": "250-mail\r\n250 " + c.offered, "AUTH": c.auth}, secured: secured}
			cfg := plain("example.com:465")
			cfg.Security, cfg.RootCAs, cfg.Username, cfg.Password = provision.TLS, pool, "u", always("pa55word")
			m := newMailer(t, cfg)
			m.DialWith(server.dial)
			err := m.Check(t.Context())
			if provision.CodeOf(err) != c.want {
				t.Errorf("got %v", err)
			}
			if said := server.said(); strings.HasPrefix(c.auth, "504") && !strings.Contains(said, "AUTH LOGIN") {
				t.Errorf("LOGIN wasn't tried: %q", said)
			}
		})
	}
}
