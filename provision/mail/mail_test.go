package mail_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"net"
	netmail "net/mail"
	"runtime"
	"strings"
	"testing"
	"time"

	standin "mozybot/fixtures/sandbox/mail"
	"mozybot/provision"
	"mozybot/provision/mail"
)

func TestWelcomeMail(t *testing.T) {
	server, addr := serve(t, standin.Config{}, nil)
	m := newMailer(t, plain(addr))
	for _, c := range []struct {
		name string
		edit func(*provision.Welcome)
	}{
		{"plain", func(*provision.Welcome) {}},
		{"server", func(w *provision.Welcome) { w.GB, w.Server = 1500, true }},
		{"international", func(w *provision.Welcome) {
			w.Contact, w.Company = `Zoë "Zo" Müller-Łęcka`, "Bäckerei Größe & Söhne <GmbH> 株式会社"+strings.Repeat(", sehr lang", 8)
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := welcome()
			c.edit(&w)
			if err := m.Send(t.Context(), w, atOnce); err != nil {
				t.Fatal(err)
			}
			sent := server.Outbox()
			got := sent[len(sent)-1]
			golden(t, c.name+".txt", "Subject: "+got.Subject+"\nTo: "+got.HeaderTo+"\n\n"+got.Text)
			golden(t, c.name+".html", got.HTML)
		})
	}
}

func TestHeader(t *testing.T) {
	server, addr := serve(t, standin.Config{}, nil)
	cfg := plain(addr)
	cfg.From, cfg.ReplyTo = "Bäckup Beispiel <backup@example.com>", "support@example.com"
	m := newMailer(t, cfg)
	w := welcome()
	w.Contact = "Zoë Müller"
	for range 2 {
		if err := m.Send(t.Context(), w, atOnce); err != nil {
			t.Fatal(err)
		}
	}
	sent := server.Outbox()
	if len(sent) != 2 || sent[0].MessageID != sent[1].MessageID {
		t.Fatalf("two tries of one job have to be the same mail, got %+v", sent)
	}
	got := sent[0]
	if len(got.To) != 1 || got.To[0] != w.Email {
		t.Errorf("it went to %q", got.To)
	}
	for name, want := range map[string]string{
		"From":           "=?utf-8?q?B=C3=A4ckup_Beispiel?= <backup@example.com>",
		"To":             "=?utf-8?q?Zo=C3=AB_M=C3=BCller?= <mguy@example.com>",
		"Reply-To":       "<support@example.com>",
		"Message-Id":     "<welcome.job-12.1715931000@example.com>",
		"Date":           "Fri, 17 May 2024 09:30:00 +0000",
		"Auto-Submitted": "auto-generated",
		"Mime-Version":   "1.0",
	} {
		if have := got.Header[name]; len(have) != 1 || have[0] != want {
			t.Errorf("%s: got %q, want %q", name, have, want)
		}
	}
	for name := range got.Header {
		switch name {
		case "X-Mailer", "User-Agent", "Bcc", "Cc":
			t.Errorf("the mail has a header %s", name)
		}
	}
	for line := range strings.SplitSeq(string(got.Raw), "\r\n") {
		if len(line) > 998 || strings.ContainsFunc(line, func(r rune) bool { return r > 0x7f }) {
			t.Errorf("a server may not take this line: %q", line)
		}
	}
}

func TestRefusesToSend(t *testing.T) {
	server, addr := serve(t, standin.Config{}, nil)
	m := newMailer(t, plain(addr))
	for name, edit := range map[string]func(*provision.Welcome){
		"a header in the contact":     func(w *provision.Welcome) { w.Contact = "Guy\r\nBcc: all@example.com" },
		"a header in the company":     func(w *provision.Welcome) { w.Company = "Example\nBcc: all@example.com" },
		"a header in the identity":    func(w *provision.Welcome) { w.Identity = "a>\r\nBcc: all@example.com" },
		"a second message id":         func(w *provision.Welcome) { w.Identity = "a> <b" },
		"a header in the address":     func(w *provision.Welcome) { w.Email = "mguy@example.com\r\nBcc: all@example.com" },
		"two addresses":               func(w *provision.Welcome) { w.Email = "mguy@example.com, all@example.com" },
		"a command in the address":    func(w *provision.Welcome) { w.Email = "mguy@example.com> NOTIFY=NEVER" },
		"a name around the address":   func(w *provision.Welcome) { w.Email = "Guy <mguy@example.com>" },
		"no address":                  func(w *provision.Welcome) { w.Email = "" },
		"no Account ID":               func(w *provision.Welcome) { w.AccountID = "" },
		"a line separator in a name":  func(w *provision.Welcome) { w.Contact = "Guy\u2028Bcc: all@example.com" },
		"a form feed in the company":  func(w *provision.Welcome) { w.Company = "Example\fInc." },
		"no identity":                 func(w *provision.Welcome) { w.Identity = "" },
		"an identity of other script": func(w *provision.Welcome) { w.Identity = "jöb" },
	} {
		t.Run(name, func(t *testing.T) {
			w := welcome()
			edit(&w)
			wantCode(t, m.Send(t.Context(), w, atOnce), provision.Invalid)
		})
	}
	if got := server.Outbox(); len(got) != 0 {
		t.Errorf("%d mails went out", len(got))
	}
}

func TestOutcomesOfAnAttempt(t *testing.T) {
	const uncertain provision.Code = "uncertain"
	for _, c := range []struct {
		fault, value string
		want         provision.Code
		words        string // of the server, which people have to see
		taken        int    // mails the server has after the first try
		again        error  // of the second try, by code; nil when it works
	}{
		{fault: "down", value: "1", want: provision.Unavailable, words: "down for maintenance"},
		{fault: "down", value: "silent", want: provision.Unavailable},
		{fault: "greylist", value: "on", want: provision.Unavailable, words: "Greylisted"},
		{fault: "full", value: "1", want: provision.Unavailable, words: "No space left"},
		{fault: "refuse", value: "1", want: provision.Invalid, words: "No mailbox <mguy@example.com> here"},
		{fault: "refuse_data", value: "1", want: provision.Invalid, words: "looks like spam"},
		{fault: "drop_in_data", value: "1", want: uncertain},
		{fault: "drop_after_data", value: "1", want: uncertain, taken: 1},
	} {
		t.Run(c.fault+" "+c.value, func(t *testing.T) {
			server, addr := serve(t, standin.Config{}, nil)
			m := newMailer(t, plain(addr))
			setFault(t, server, c.fault, c.value)
			err := m.Send(t.Context(), welcome(), atOnce)
			if c.want == uncertain {
				wantUncertain(t, err)
			} else {
				wantCode(t, err, c.want)
			}
			if !strings.Contains(provision.MessageOf(err), c.words) {
				t.Errorf("%q does not quote %q", provision.MessageOf(err), c.words)
			}
			if got := len(server.Outbox()); got != c.taken {
				t.Errorf("the server took %d mails, want %d", got, c.taken)
			}
			if c.value == "silent" {
				setFault(t, server, c.fault, "off")
			}
			if err := m.Send(t.Context(), welcome(), atOnce); err != nil {
				t.Errorf("the second try: %v", err)
			}
		})
	}
	t.Run("nobody listens", func(t *testing.T) {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		m := newMailer(t, plain(l.Addr().String()))
		l.Close()
		wantCode(t, m.Send(t.Context(), welcome(), atOnce), provision.Unavailable)
	})
	t.Run("an answer that takes too long", func(t *testing.T) {
		server, addr := serve(t, standin.Config{}, nil)
		setFault(t, server, "slow", "60000")
		cfg := plain(addr)
		cfg.Timeout = 100 * time.Millisecond
		wantCode(t, newMailer(t, cfg).Send(t.Context(), welcome(), atOnce), provision.Unavailable)
	})
	t.Run("a last answer that takes too long", func(t *testing.T) {
		server, addr := serve(t, standin.Config{}, nil)
		setFault(t, server, "hang_after_data", "on")
		m := newMailer(t, plain(addr))
		m.DialWith(func(ctx context.Context, network, addr string) (net.Conn, error) {
			conn, err := new(net.Dialer).DialContext(ctx, network, addr)
			return overdue{conn, func() bool { return len(server.Outbox()) > 0 }}, err
		})
		wantUncertain(t, m.Send(t.Context(), welcome(), atOnce))
		if got := len(server.Outbox()); got != 1 {
			t.Errorf("the server took %d mails", got)
		}
	})
	t.Run("called off before the mail", func(t *testing.T) {
		server, addr := serve(t, standin.Config{}, nil)
		setFault(t, server, "slow", "60000")
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		cfg := plain(addr)
		cfg.Timeout = time.Hour // never what ends it
		err := newMailer(t, cfg).Send(ctx, welcome(), atOnce)
		wantCode(t, err, provision.Unavailable)
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
	})
	t.Run("called off while the server thinks about the mail", func(t *testing.T) {
		server, addr := serve(t, standin.Config{}, nil)
		setFault(t, server, "hang_after_data", "on")
		ctx, cancel := context.WithCancel(t.Context())
		result := make(chan error, 1)
		cfg := plain(addr)
		cfg.Timeout = time.Hour // never what ends it
		m := newMailer(t, cfg)
		go func() { result <- m.Send(ctx, welcome(), atOnce) }()
		for len(server.Outbox()) == 0 && len(result) == 0 {
			runtime.Gosched()
		}
		cancel()
		err := <-result
		wantUncertain(t, err)
		if !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
	})
}

func TestSecurity(t *testing.T) {
	const username, password = "mozybot", "pa55word\x01'\""
	secured, pool := certificate(t)
	old := &tls.Config{Certificates: secured.Certificates, MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}
	users := standin.Config{TLS: secured, Username: username, Password: password}
	wrapped := func(l net.Listener) net.Listener { return tls.NewListener(l, secured) }
	for _, c := range []struct {
		name    string
		server  standin.Config
		wrap    func(net.Listener) net.Listener
		edit    func(*mail.Config)
		want    provision.Code // "" when the mail is taken
		mention string
	}{
		{name: "starttls", server: users, edit: func(c *mail.Config) { c.Security = provision.StartTLS }},
		{name: "starttls is the default", server: users, edit: func(c *mail.Config) { c.Security = "" }},
		{name: "tls", server: users, wrap: wrapped, edit: func(c *mail.Config) { c.Security = provision.TLS }},
		{name: "a server without starttls", server: standin.Config{}, edit: func(c *mail.Config) { c.Security = provision.StartTLS },
			want: provision.Changed, mention: "no encryption"},
		{name: "a certificate of somebody else", server: users, edit: func(c *mail.Config) { c.Security, c.RootCAs = provision.StartTLS, nil },
			want: provision.Changed, mention: "cannot be trusted"},
		{name: "a certificate of somebody else, tls", server: users, wrap: wrapped, edit: func(c *mail.Config) { c.Security, c.RootCAs = provision.TLS, nil },
			want: provision.Changed, mention: "cannot be trusted"},
		{name: "a server that speaks only old TLS", server: standin.Config{TLS: old}, edit: func(c *mail.Config) {},
			want: provision.Changed, mention: "speaks only TLS 1.1"},
		{name: "a server that speaks only old TLS, tls", server: users, wrap: func(l net.Listener) net.Listener { return tls.NewListener(l, old) },
			edit: func(c *mail.Config) { c.Security = provision.TLS }, want: provision.Changed, mention: "speaks only TLS 1.1"},
		{name: "starttls where tls is spoken", server: users, wrap: wrapped, edit: func(c *mail.Config) { c.Timeout = 100 * time.Millisecond },
			want: provision.Unavailable, mention: "SMTP_TLS=tls"},
		{name: "tls where starttls is spoken", server: users, edit: func(c *mail.Config) { c.Security = provision.TLS },
			want: provision.Changed, mention: "starttls"},
		{name: "a wrong password", server: users, edit: func(c *mail.Config) { c.Security, c.Password = provision.StartTLS, always("wr0ng") },
			want: provision.Denied, mention: "“mozybot”"},
		{name: "a server without log-in", server: standin.Config{TLS: secured}, edit: func(c *mail.Config) { c.Security = provision.StartTLS },
			want: provision.Changed, mention: "no log-in"},
		{name: "a log-in that was forgotten", server: users, edit: func(c *mail.Config) { c.Security, c.Username, c.Password = provision.StartTLS, "", nil },
			want: provision.Invalid, mention: "Please log in first"},
	} {
		t.Run(c.name, func(t *testing.T) {
			server, addr := serve(t, c.server, c.wrap)
			cfg := plain(addr)
			cfg.RootCAs, cfg.Username, cfg.Password, cfg.Security = pool, username, always(password), provision.StartTLS
			c.edit(&cfg)
			m := newMailer(t, cfg)
			err := m.Send(t.Context(), welcome(), atOnce)
			if c.want == "" {
				if err != nil || len(server.Outbox()) != 1 {
					t.Fatalf("got %v and %d mails", err, len(server.Outbox()))
				}
				if err := m.Check(t.Context()); err != nil || len(server.Outbox()) != 1 {
					t.Errorf("Check: got %v and %d mails", err, len(server.Outbox()))
				}
				return
			}
			wantCode(t, err, c.want)
			if !strings.Contains(provision.MessageOf(err), c.mention) {
				t.Errorf("%q does not mention %q", provision.MessageOf(err), c.mention)
			}
			for _, secret := range []string{password, "wr0ng"} {
				if strings.Contains(err.Error(), secret) {
					t.Errorf("%q tells the password", err)
				}
			}
			if c.mention != "Please log in first" { // which only comes up once there is a mail
				wantCode(t, m.Check(t.Context()), c.want)
			}
			if got := len(server.Outbox()); got != 0 {
				t.Errorf("%d mails were taken", got)
			}
		})
	}
}

func TestATenantThatHasSMTPSwitchedOff(t *testing.T) {
	secured, pool := certificate(t)
	server, addr := serve(t, standin.Config{TLS: secured, Username: "u", Password: "pa55word"}, nil)
	setFault(t, server, "login_refused", "535 5.7.139 SmtpClientAuthentication is disabled for the Tenant.")
	cfg := plain(addr)
	cfg.Security, cfg.RootCAs, cfg.Username, cfg.Password = provision.StartTLS, pool, "u", always("pa55word")
	err := newMailer(t, cfg).Send(t.Context(), welcome(), atOnce)
	wantCode(t, err, provision.Denied)
	if said := provision.MessageOf(err); !strings.Contains(said, "535 “5.7.139 SmtpClientAuthentication is disabled for the Tenant.”") {
		t.Errorf("got %q", said)
	}
}

func TestInternationalAddresses(t *testing.T) {
	w := welcome()
	w.Email = "zoë@example.com"
	t.Run("are taken where the server can", func(t *testing.T) {
		server, addr := serve(t, standin.Config{}, nil)
		if err := newMailer(t, plain(addr)).Send(t.Context(), w, atOnce); err != nil || server.Outbox()[0].To[0] != w.Email {
			t.Errorf("got %v", err)
		}
	})
	t.Run("are refused where it cannot", func(t *testing.T) {
		server, addr := serve(t, standin.Config{ASCIIOnly: true}, nil)
		wantCode(t, newMailer(t, plain(addr)).Send(t.Context(), w, atOnce), provision.Invalid)
		if got := len(server.Outbox()); got != 0 {
			t.Errorf("%d mails were taken", got)
		}
	})
}

func TestNew(t *testing.T) {
	for name, edit := range map[string]func(*mail.Config){
		"an address without a port":   func(c *mail.Config) { c.Addr = "mail.example.com" },
		"an address without a host":   func(c *mail.Config) { c.Addr = ":25" },
		"an unknown security":         func(c *mail.Config) { c.Security = "maybe" },
		"a password in the clear":     func(c *mail.Config) { c.Username, c.Password = "u", always("p") },
		"a user without a password":   func(c *mail.Config) { c.Security, c.Username = provision.TLS, "u" },
		"a sender that is no address": func(c *mail.Config) { c.From = "Example Backup" },
		"a sender of other script":    func(c *mail.Config) { c.From = "bäckup@example.com" },
		"no sender":                   func(c *mail.Config) { c.From = "" },
		"answers to nowhere":          func(c *mail.Config) { c.ReplyTo = "nowhere" },
		"no log-in address":           func(c *mail.Config) { c.LoginURL = "" },
		"a log-in address for shells": func(c *mail.Config) { c.LoginURL = "javascript:alert(1)" },
	} {
		t.Run(name, func(t *testing.T) {
			cfg := plain("127.0.0.1:25")
			edit(&cfg)
			_, err := mail.New(cfg)
			wantCode(t, err, provision.Invalid)
		})
	}
}

func TestSignsWithTheAddressWhenTheSenderHasNoName(t *testing.T) {
	server, addr := serve(t, standin.Config{}, nil)
	cfg := plain(addr)
	cfg.From = "backup@example.com"
	if err := newMailer(t, cfg).Send(t.Context(), welcome(), atOnce); err != nil {
		t.Fatal(err)
	}
	if text := server.Outbox()[0].Text; !strings.HasSuffix(text, "Kind regards\nbackup@example.com\n") {
		t.Errorf("got %s", text)
	}
}

func TestTheMailIsReadByTheStandardLibrary(t *testing.T) {
	server, addr := serve(t, standin.Config{}, nil)
	if err := newMailer(t, plain(addr)).Send(t.Context(), welcome(), atOnce); err != nil {
		t.Fatal(err)
	}
	parsed, err := netmail.ReadMessage(bytes.NewReader(server.Outbox()[0].Raw))
	if err != nil {
		t.Fatal(err)
	}
	to, err := parsed.Header.AddressList("To")
	if err != nil || len(to) != 1 || to[0].Name != "Mister Guy" || to[0].Address != "mguy@example.com" {
		t.Errorf("got %v, %v", to, err)
	}
}
