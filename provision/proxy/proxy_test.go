package proxy_test

import (
	"crypto/tls"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strings"
	"testing"

	"mozybot/fixtures/stalled"
	"mozybot/provision/proxy"
	"mozybot/provision/proxy/proxytest"
)

// TestMain has this machine trust httptest's certificate, which is for 127.0.0.1 and example.com.
func TestMain(m *testing.M) {
	os.Exit(func() int {
		file, err := os.CreateTemp("", "proxy-test-")
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer os.Remove(file.Name())
		server := httptest.NewTLSServer(nil)
		defer server.Close()
		err = errors.Join(pem.Encode(file, &pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}), file.Close(), os.Setenv("SSL_CERT_FILE", file.Name()))
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		return stalled.Run(m)
	}())
}

// environ has these variables and no others of a proxy's.
func environ(t *testing.T, variables map[string]string) {
	t.Helper()
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"} {
		t.Setenv(name, variables[name])
		t.Setenv(strings.ToLower(name), variables[strings.ToLower(name)])
	}
}

func TestWhichProxyIsMeant(t *testing.T) {
	for name, tc := range map[string]struct {
		environ map[string]string
		address string
		via     string // "": directly
		says    string // the error
	}{
		"none":                       {nil, "https://slack.com", "", ""},
		"for https":                  {map[string]string{"HTTPS_PROXY": "http://p:3128", "HTTP_PROXY": "http://q"}, "https://slack.com", "http://p:3128", ""},
		"for http":                   {map[string]string{"HTTPS_PROXY": "http://p:3128", "HTTP_PROXY": "http://q"}, "http://slack.com", "http://q", ""},
		"in small letters":           {map[string]string{"https_proxy": "socks5h://p"}, "https://slack.com", "socks5h://p", ""},
		"without a scheme":           {map[string]string{"HTTPS_PROXY": "p:3128"}, "https://slack.com", "http://p:3128", ""},
		"for all":                    {map[string]string{"ALL_PROXY": "socks5://p"}, "https://slack.com", "socks5://p", ""},
		"for all, in small letters":  {map[string]string{"all_proxy": "socks5://p"}, "http://slack.com", "socks5://p", ""},
		"for all others":             {map[string]string{"ALL_PROXY": "socks5://p", "HTTPS_PROXY": "https://q"}, "https://slack.com", "https://q", ""},
		"not for a host":             {map[string]string{"ALL_PROXY": "socks5://p", "NO_PROXY": "slack.com"}, "https://slack.com", "", ""},
		"not for a domain":           {map[string]string{"HTTPS_PROXY": "http://p", "NO_PROXY": ".corp.example,slack.com"}, "https://files.slack.com", "", ""},
		"not for this machine":       {map[string]string{"ALL_PROXY": "http://p"}, "http://127.0.0.1:8000", "", ""},
		"of a kind that nobody uses": {map[string]string{"HTTPS_PROXY": "socks4://svc:secret@p"}, "https://slack.com", "", `HTTPS_PROXY names a proxy of the kind "socks4"`},
		"of a kind, for all":         {map[string]string{"ALL_PROXY": "htp://p"}, "https://slack.com", "", `ALL_PROXY names a proxy of the kind "htp"`},
		"no address":                 {map[string]string{"HTTPS_PROXY": "http://svc:secret@p:port"}, "https://slack.com", "", "HTTPS_PROXY is no proxy's address"},
		"no host":                    {map[string]string{"https_proxy": "http://"}, "https://slack.com", "", "HTTPS_PROXY is no proxy's address"},
		"in quotes":                  {map[string]string{"HTTPS_PROXY": `"http://svc:secret@p"`}, "https://slack.com", "", "HTTPS_PROXY is no proxy's address"},
	} {
		t.Run(name, func(t *testing.T) {
			environ(t, tc.environ)
			u, err := url.Parse(tc.address)
			if err != nil {
				t.Fatal(err)
			}
			via, err := proxy.For(u)
			if got := fmt.Sprint(via); tc.says == "" && (err != nil || got != tc.via && (via != nil || tc.via != "")) {
				t.Errorf("by %s: %v", got, err)
			}
			if tc.says != "" && (err == nil || !strings.Contains(err.Error(), tc.says) || strings.Contains(err.Error(), "secret")) {
				t.Errorf("it says %v", err)
			}
		})
	}
}

func TestEntriesThatAreWrittenForAnotherProgram(t *testing.T) {
	environ(t, map[string]string{"NO_PROXY": "localhost, 127.0.0.1,*.corp.example,.example.com,10.0.0.0/8,[::1]:8080,fd00::/8,*,http://console.example.com,10.*,169.254/16,a.example;b.example"})
	want := []string{"http://console.example.com", "10.*", "169.254/16", "a.example;b.example"}
	if got := proxy.Misread(); !slices.Equal(got, want) {
		t.Errorf("misread %q, want %q", got, want)
	}
}

func TestThroughEachKindOfProxy(t *testing.T) {
	there := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, "hello") }))
	defer there.Close()
	trusting := &tls.Config{ServerName: "example.com"}
	to := there.Listener.Addr().String()
	for _, p := range []*proxytest.Proxy{proxytest.HTTP(t, to), proxytest.HTTPS(t, to, there.TLS.Certificates[0]), proxytest.SOCKS5(t, to)} {
		t.Run(p.URL.Scheme, func(t *testing.T) {
			environ(t, map[string]string{"ALL_PROXY": p.URL.String()})
			conn, err := proxy.Dial(t.Context(), "https", "console.test:443")
			if err != nil {
				t.Fatal(err)
			}
			defer conn.Close()
			if err := tls.Client(conn, trusting).HandshakeContext(t.Context()); err != nil {
				t.Error(err)
			}
			transport := proxy.Transport()
			transport.TLSClientConfig = trusting
			answer, err := (&http.Client{Transport: transport}).Get("https://console.test/")
			if err != nil {
				t.Fatal(err)
			}
			answer.Body.Close()
			if want := []string{"console.test:443", "console.test:443"}; !slices.Equal(p.Asked(), want) {
				t.Errorf("the proxy was asked for %q, want %q", p.Asked(), want)
			}
			if got := proxy.Secrets(); !slices.Contains(got, proxytest.Password) {
				t.Errorf("the secrets are %q", got)
			}
			stranger := *p.URL
			stranger.User = url.UserPassword(proxytest.User, "wrong-one")
			environ(t, map[string]string{"ALL_PROXY": stranger.String()})
			if _, err := proxy.Dial(t.Context(), "https", "console.test:443"); err == nil || strings.Contains(err.Error(), "wrong-one") || !strings.Contains(err.Error(), p.URL.Host) {
				t.Errorf("with a wrong password: %v", err)
			}
		})
	}
}

// A certificate for another name keeps us from an https proxy before it hears the password.
func TestAProxyThatIsNotWhoItSaysItIs(t *testing.T) {
	there := httptest.NewTLSServer(http.NotFoundHandler())
	defer there.Close()
	p := proxytest.HTTPS(t, there.Listener.Addr().String(), there.TLS.Certificates[0])
	environ(t, map[string]string{"ALL_PROXY": strings.Replace(p.URL.String(), "127.0.0.1", "localhost", 1)})
	if _, err := proxy.Dial(t.Context(), "https", "console.test:443"); err == nil || !strings.Contains(err.Error(), "certificate") {
		t.Errorf("it says %v", err)
	}
}

func TestAProxyThatIsNotThere(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	gone := listener.Addr().String()
	listener.Close()
	for _, kind := range []string{"http", "https", "socks5"} {
		environ(t, map[string]string{"ALL_PROXY": kind + "://" + gone})
		if _, err := proxy.Dial(t.Context(), "https", "console.test:443"); err == nil || !strings.Contains(err.Error(), "by the proxy "+gone) {
			t.Errorf("%s: it says %v", kind, err)
		}
	}
}
