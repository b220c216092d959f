package console_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"mozybot/provision"
	"mozybot/provision/console"
	"mozybot/provision/proxy/proxytest"
)

// proxied has the environment name this proxy, for everything.
func proxied(t *testing.T, by *url.URL) {
	t.Helper()
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"} {
		t.Setenv(strings.ToLower(name), "")
		t.Setenv(name, "")
	}
	t.Setenv("ALL_PROXY", by.String())
}

// consoleAt is a Console with a browser of its own, for an address that only a proxy knows.
func consoleAt(t *testing.T, address string, roots *x509.CertPool) anyones {
	t.Helper()
	cfg, _ := config(address)
	cfg.RootCAs = roots
	c, err := console.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close(context.Background()) })
	return anyones{c}
}

// Only the proxy knows console.test, so the browser has come by it. Each kind of proxy and of address is once with a browser, and
// the other pairs of them are with our own way alone, which is what the browser goes by.
func TestTheConsoleByAProxyWithAPassword(t *testing.T) {
	needBrowser(t)
	f := newFront()
	defer f.server.Close()
	to := f.server.Listener.Addr().String()
	secure := httptest.NewTLSServer(f)
	defer secure.Close()
	roots := x509.NewCertPool()
	roots.AddCert(secure.Certificate())
	for name, tc := range map[string]struct {
		by      *proxytest.Proxy
		address string
		asked   string
		goes    func(t *testing.T, address string, roots *x509.CertPool, right func())
	}{
		"http":              {proxytest.HTTP(t, to), "http://console.test", "console.test", goesByItself},
		"socks5":            {proxytest.SOCKS5(t, to), "http://console.test:8080", "console.test:8080", f.goesInABrowser},
		"http, encrypted":   {proxytest.HTTP(t, secure.Listener.Addr().String()), "https://example.com", "example.com:443", f.goesInABrowser},
		"socks5, encrypted": {proxytest.SOCKS5(t, secure.Listener.Addr().String()), "https://example.com:8443", "example.com:8443", goesByItself},
	} {
		t.Run(name, func(t *testing.T) {
			stranger := *tc.by.URL
			stranger.User = url.UserPassword(proxytest.User, "wrong-one")
			proxied(t, &stranger)
			f.show(newModel(t))
			tc.goes(t, tc.address, roots, func() { proxied(t, tc.by.URL) })
			if len(tc.by.Asked()) == 0 {
				t.Error("the proxy was not asked")
			}
			for _, place := range tc.by.Asked() {
				if place != tc.asked {
					t.Errorf("the proxy was asked for %s", place)
				}
			}
		})
	}
}

// goesInABrowser has a browser work at the console once the proxy's password is right.
func (f *front) goesInABrowser(t *testing.T, address string, roots *x509.CertPool, right func()) {
	c := consoleAt(t, address, roots)
	err := c.Start(t.Context())
	code(t, err, provision.Unavailable)
	if err == nil || !strings.Contains(err.Error(), "proxy") && !strings.Contains(err.Error(), "socks") {
		t.Errorf("with a wrong password it says %v", err)
	}
	right()
	if err := c.Start(t.Context()); err != nil {
		t.Fatal("with the right password:", err)
	}
	if err := c.AssignDefault(t.Context(), 15, 10); err != nil {
		t.Error(err)
	}
	wrote(t, f.model(), "edit_group")
}

// goesByItself asks the console for its page of the log-in, as a browser would.
func goesByItself(t *testing.T, address string, roots *x509.CertPool, right func()) {
	by, end, err := console.RelayFor(address)
	if err != nil {
		t.Fatal(err)
	}
	defer end()
	way := &http.Transport{Proxy: http.ProxyURL(&url.URL{Scheme: "http", Host: by}), TLSClientConfig: &tls.Config{RootCAs: roots}}
	defer way.CloseIdleConnections()
	status := func() int {
		answer, err := (&http.Client{Transport: way}).Get(address + "/login/admin")
		if err != nil {
			return 0 // the tunnel was refused
		}
		defer answer.Body.Close()
		return answer.StatusCode
	}
	if got := status(); got != 0 && got != http.StatusBadGateway {
		t.Errorf("with a wrong password it answers %d", got)
	}
	right()
	if got := status(); got != http.StatusOK {
		t.Errorf("with the right password it answers %d", got)
	}
}

func TestAConsoleWithACertificateOfAPrivateAuthority(t *testing.T) {
	needBrowser(t)
	t.Parallel()
	f := newFront()
	t.Cleanup(f.server.Close)
	f.show(newModel(t))
	secure := httptest.NewTLSServer(f)
	t.Cleanup(secure.Close)
	known := x509.NewCertPool()
	known.AddCert(secure.Certificate())
	strangers := x509.NewCertPool()
	strangers.AddCert(another(t))
	address := func(host string) string { return strings.Replace(secure.URL, "127.0.0.1", host, 1) }
	for _, tc := range []struct {
		name, address string
		roots         *x509.CertPool
		says          string // "": it is worked
	}{
		{"that we are told of", secure.URL, known, ""},
		{"that nobody knows", secure.URL, nil, "SSL_CERT_FILE"},
		{"that is not the one we are told of", secure.URL, strangers, "certificate signed by unknown authority"},
		{"for another name", address("localhost"), known, "not localhost"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			err := consoleAt(t, tc.address, tc.roots).Start(t.Context())
			if tc.says == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			code(t, err, provision.Unavailable)
			if err == nil || !strings.Contains(err.Error(), tc.says) {
				t.Errorf("it says %v", err)
			}
		})
	}
}

func TestAConsoleBehindOurRelayThatSendsUsAway(t *testing.T) {
	needBrowser(t)
	t.Parallel()
	secure := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "https://elsewhere.test/", http.StatusFound)
	}))
	defer secure.Close()
	known := x509.NewCertPool()
	known.AddCert(secure.Certificate())
	err := consoleAt(t, secure.URL, known).Start(t.Context())
	code(t, err, provision.Changed, "another address")
}

// The way that the browser has to the console leads nowhere else, whoever asks.
func TestTheWayToTheConsoleLeadsNowhereElse(t *testing.T) {
	f := newFront()
	defer f.server.Close()
	to := f.server.Listener.Addr().String()
	by := proxytest.HTTP(t, to)
	proxied(t, by.URL)
	for _, tc := range []struct{ console, asked string }{
		{"http://console.test", "http://elsewhere.test/"}, {"http://console.test", "https://console.test/"},
		{"https://console.test", "https://console.test:444/"}, {"https://console.test", "http://console.test/"},
	} {
		address, end, err := console.RelayFor(tc.console)
		if err != nil {
			t.Fatal(err)
		}
		defer end()
		client := &http.Client{Transport: &http.Transport{Proxy: http.ProxyURL(&url.URL{Scheme: "http", Host: address})}}
		answer, err := client.Get(tc.asked)
		if err == nil {
			answer.Body.Close()
			if answer.StatusCode != http.StatusForbidden {
				t.Errorf("to %s, it answers %s for %s", tc.console, answer.Status, tc.asked)
			}
		} else if !strings.Contains(err.Error(), "Forbidden") {
			t.Error(err)
		}
	}
	if asked := by.Asked(); len(asked) > 0 {
		t.Errorf("the proxy was asked for %q", asked)
	}
}

// another is an authority that has issued nothing.
func another(t *testing.T) *x509.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	authority, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return authority
}
