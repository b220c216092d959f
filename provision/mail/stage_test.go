package mail_test

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"flag"
	"net"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	standin "mozybot/fixtures/sandbox/mail"
	"mozybot/provision"
	"mozybot/provision/mail"
	"mozybot/provision/runbook"
)

var _ runbook.Mailer = (*mail.Mailer)(nil)

var update = flag.Bool("update", false, "write the golden files again")

// serve starts a mail server on a free port of the loopback; secured is wraps its listener; may be nil.
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

func plain(addr string) mail.Config {
	return mail.Config{Addr: addr, Security: provision.Unsecured, From: "Example Backup <backup@example.com>", LoginURL: "https://console.example.com/login",
		Timeout: time.Minute, Now: func() time.Time { return time.Date(2024, 5, 17, 9, 30, 0, 0, time.UTC) }}
}

// always is a password that never changes.
func always(password string) func() string { return func() string { return password } }

func newMailer(t *testing.T, cfg mail.Config) *mail.Mailer {
	t.Helper()
	m, err := mail.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func welcome() provision.Welcome {
	return provision.Welcome{Identity: "welcome.job-12.1715931000", Contact: "Mister Guy", Email: "mguy@example.com",
		Company: "Example Inc.", AccountID: "341208", GB: 30, Sync: true}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s has changed (-update writes it again); got:\n%s", path, got)
	}
}

// atOnce is for callers with nothing to record before the handover.
func atOnce() error { return nil }

func wantCode(t *testing.T, err error, code provision.Code) {
	t.Helper()
	if err == nil || provision.CodeOf(err) != code {
		t.Fatalf("got %v (%s), want code %s", err, provision.CodeOf(err), code)
	}
	if errors.Is(err, provision.ErrUncertain) {
		t.Errorf("the end is certain, but got %v", err)
	}
	if provision.MessageOf(err) == "" {
		t.Error("there is nothing to tell people")
	}
}

// overdue is a connection whose time is up as soon as the mail was ended and the server has it.
type overdue struct {
	net.Conn
	taken func() bool
}

func (c overdue) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	if string(p) == ".\r\n" {
		for !c.taken() {
			runtime.Gosched()
		}
		return n, errors.Join(err, c.SetDeadline(time.Now()))
	}
	return n, err
}

func wantUncertain(t *testing.T, err error) {
	t.Helper()
	if !errors.Is(err, provision.ErrUncertain) || provision.CodeOf(err) == provision.Unavailable {
		t.Fatalf("got %v (%s), want an uncertain end", err, provision.CodeOf(err))
	}
	if !strings.Contains(provision.MessageOf(err), "<welcome.job-12.1715931000@example.com>") {
		t.Errorf("%q does not name the mail", provision.MessageOf(err))
	}
}

func setFault(t *testing.T, s *standin.Server, name, value string) {
	t.Helper()
	if err := s.SetFault(name, value); err != nil {
		t.Fatal(err)
	}
}

// certificate is one for 127.0.0.1, and the pool that trusts it.
func certificate(t *testing.T) (*tls.Config, *x509.CertPool) {
	t.Helper()
	web := httptest.NewTLSServer(nil)
	t.Cleanup(web.Close)
	pool := x509.NewCertPool()
	pool.AddCert(web.Certificate())
	return &tls.Config{Certificates: web.TLS.Certificates}, pool
}
