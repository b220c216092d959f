package mailbox_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	standin "mozybot/fixtures/sandbox/mailbox"
	"mozybot/provision"
	"mozybot/provision/mailbox"
)

// skipWaits advances the time instead of waiting. It returns the waits, to be read once the watcher has stopped.
func skipWaits(cfg *mailbox.Config, waited func(waits int)) *[]time.Duration {
	now := time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)
	waits := &[]time.Duration{}
	cfg.FirstWait = time.Second
	cfg.Now = func() time.Time { return now }
	cfg.Pause = func(ctx context.Context, wait time.Duration) error {
		now = now.Add(wait)
		*waits = append(*waits, wait)
		waited(len(*waits))
		return ctx.Err()
	}
	return waits
}

// inTrouble runs a watcher against a mailbox with a fault until the order in it is read, and returns what people were
// told and the waits. A persistent fault ends after 20 of them.
func inTrouble(t *testing.T, trouble, value string) (said []string, waits []time.Duration) {
	t.Helper()
	s, addr := serve(t, standin.Config{}, nil)
	if err := s.SetFault(trouble, value); err != nil {
		t.Fatal(err)
	}
	d := newIntake()
	cfg := config(addr, d)
	waited := skipWaits(&cfg, func(waits int) {
		if waits == 20 && value == "on" {
			_ = s.SetFault(trouble, "off")
		}
	})
	drop(t, s, order(1))
	stop := watch(t, cfg)
	until(t, s, "Orders done: Order 1")
	d.untilBack(t)
	stop()
	if len(d.said) != 2 || d.said[1] != "back" || strings.Contains(d.said[0], cfg.Password()) {
		t.Fatalf("people were told %q", d.said)
	}
	return d.said, *waited
}

// A server that accepts the log-in and then fails over the mails is down, too: the log-in alone is no recovery.
func TestPeopleAreToldWhenTheMailboxIsDown(t *testing.T) {
	for trouble, value := range map[string]string{"down": "on", "drop_before_move": "20"} {
		t.Run(trouble, func(t *testing.T) {
			said, waits := inTrouble(t, trouble, value)
			if !strings.Contains(said[0], "away since 08:00") {
				t.Errorf("people were told %q", said)
			}
			if slices.Max(waits) != 5*time.Minute {
				t.Errorf("waited %v", waits)
			}
		})
	}
}

// The disk is full in the moment in which the mailbox is back.
func TestThatTheMailboxIsBackIsSaidOnceItCanBe(t *testing.T) {
	s, addr := serve(t, standin.Config{}, nil)
	if err := s.SetFault("down", "on"); err != nil {
		t.Fatal(err)
	}
	d := newIntake()
	d.unsaid = 1
	cfg := config(addr, d)
	skipWaits(&cfg, func(waits int) {
		if waits == 20 {
			_ = s.SetFault("down", "off")
		}
	})
	drop(t, s, order(1))
	watch(t, cfg)
	until(t, s, "Orders done: Order 1")
	drop(t, s, order(2))
	d.untilBack(t)
}

// A wrong password locks the account when it is tried too often. A server that has too much to do is asked again soon, and
// people hear of it only when it lasts.
func TestARefusedLogIn(t *testing.T) {
	for reply, final := range map[string]bool{
		"NO [AUTHENTICATIONFAILED] Invalid credentials": true, "NO LOGIN failed.": true, "BAD Command Argument Error. 12": true,
		"NO [ALERT] Application-specific password required": true, "NO [CONTACTADMIN] Account disabled": true,
		"NO [LIMIT] LOGIN Rate limit hit": false, "NO [UNAVAILABLE] Server error - Please try again later": false, "NO [INUSE] Mailbox in use": false,
		"NO [SERVERBUG] Internal error": false, "NO [OVERQUOTA] Account exceeded bandwidth limits": false, "BAD [THROTTLED] Slow down": false,
	} {
		t.Run(reply, func(t *testing.T) {
			said, waits := troubled(t, standin.Config{}, "answer", "2 LOGIN "+reply)
			words := reply[strings.IndexAny(reply, "]O")+1:]
			wanted := []time.Duration{time.Second, 2 * time.Second}
			if final {
				wanted = []time.Duration{15 * time.Minute, 15 * time.Minute}
				if len(said) != 2 || !strings.Contains(said[0], "refused the log-in") || !strings.Contains(said[0], strings.TrimSpace(words[len(words)-5:])) {
					t.Errorf("people were told %q", said)
				}
			} else if len(said) != 0 {
				t.Errorf("people were told %q", said)
			}
			if !slices.Equal(waits, wanted) {
				t.Errorf("waited %v", waits)
			}
		})
	}
}

// selfSigned is a server's certificate, and who trusts it.
func selfSigned(t *testing.T) (server *tls.Config, trusted *x509.CertPool) {
	t.Helper()
	web := httptest.NewUnstartedServer(nil)
	web.StartTLS()
	t.Cleanup(web.Close)
	trusted = x509.NewCertPool()
	trusted.AddCert(web.Certificate())
	return &tls.Config{Certificates: web.TLS.Certificates}, trusted
}

func TestEncryption(t *testing.T) {
	certificate, trusted := selfSigned(t)
	old := &tls.Config{Certificates: certificate.Certificates, MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}
	wrapped := func(l net.Listener) net.Listener { return tls.NewListener(l, certificate) }
	for _, c := range []struct {
		name     string
		server   standin.Config
		wrap     func(net.Listener) net.Listener
		security provision.Security
		roots    *x509.CertPool
		want     provision.Code
	}{
		{"from the first byte", standin.Config{}, wrapped, provision.TLS, trusted, ""},
		{"by STARTTLS", standin.Config{TLS: certificate}, nil, provision.StartTLS, trusted, ""},
		{"a certificate of nobody's", standin.Config{}, wrapped, provision.TLS, x509.NewCertPool(), provision.Changed},
		{"a certificate of nobody's, by STARTTLS", standin.Config{TLS: certificate}, nil, provision.StartTLS, x509.NewCertPool(), provision.Changed},
		{"no STARTTLS", standin.Config{}, nil, provision.StartTLS, trusted, provision.Changed},
		{"no TLS", standin.Config{}, nil, provision.TLS, trusted, provision.Changed},
		{"too old", standin.Config{}, func(l net.Listener) net.Listener { return tls.NewListener(l, old) }, provision.TLS, trusted, provision.Changed},
		{"too old, by STARTTLS", standin.Config{TLS: old}, nil, provision.StartTLS, trusted, provision.Changed},
	} {
		t.Run(c.name, func(t *testing.T) {
			s, addr := serve(t, c.server, c.wrap)
			d := newIntake()
			cfg := config(addr, d)
			cfg.Security, cfg.RootCAs = c.security, c.roots
			w, err := mailbox.New(cfg)
			if err != nil {
				t.Fatal(err)
			}
			err = w.Check(t.Context())
			if strings.HasPrefix(c.name, "too old") != strings.Contains(provision.MessageOf(err), "speaks only TLS 1.1") {
				t.Errorf("got %q", provision.MessageOf(err))
			}
			if provision.CodeOf(err) != c.want {
				t.Fatalf("got %v (%s), want %q", err, provision.CodeOf(err), c.want)
			}
			if c.want == "" {
				drop(t, s, order(1))
				watch(t, cfg)
				until(t, s, "Orders done: Order 1")
			}
		})
	}
}

func TestASilentServerTimesOut(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	cfg := config(l.Addr().String(), newIntake())
	for _, security := range []provision.Security{provision.Unsecured, provision.StartTLS, provision.TLS} {
		cfg.Security, cfg.Timeout = security, 50*time.Millisecond
		w, err := mailbox.New(cfg)
		if err != nil {
			t.Fatal(err)
		}
		if err := w.Check(t.Context()); provision.CodeOf(err) != provision.Unavailable {
			t.Errorf("%s: got %v", security, err)
		}
	}
}
