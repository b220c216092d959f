// Package proxy is the way out of a network that lets nothing out by itself: HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY,
// read alike for everything that mozybot speaks to over the web. A proxy may be of the kind http, https, socks5 or socks5h,
// each with a user and password.
//
// net/http goes by a proxy without help, and is only told which: [FromEnvironment]. [Dial] is for what is no request of
// net/http's, a browser's connection or a websocket. What is sent over them is left to others.
package proxy

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/base64"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"time"

	"golang.org/x/net/http/httpproxy"
	socks "golang.org/x/net/proxy"
)

// answerTime is how long a proxy may take to connect us.
const answerTime = 30 * time.Second

// FromEnvironment is the proxy for a request; nil: none. It is http.ProxyFromEnvironment that knows ALL_PROXY, too, which
// stands in for the other two where they are not set.
func FromEnvironment(r *http.Request) (*url.URL, error) { return For(r.URL) }

// For is the proxy for an address; nil: none. The error names a proxy that cannot be used.
func For(u *url.URL) (*url.URL, error) {
	s := settings()
	for _, address := range []string{s.HTTPProxy, s.HTTPSProxy} {
		if address != "" && !isAddress(address) { // it would be taken for none
			return nil, fmt.Errorf("%s is no proxy's address, like http://proxy.example.com:3128", variableOf(address)) // not quoted: it may hold a password
		}
	}
	via, err := s.ProxyFunc()(u)
	if via == nil || err != nil {
		return nil, err
	}
	if _, known := ports[via.Scheme]; !known {
		return nil, fmt.Errorf("%s names a proxy of the kind %q, which mozybot cannot use: it must be http, https, socks5 or socks5h",
			variableOf(chosen(s, u)), via.Scheme)
	}
	return via, nil
}

func chosen(s *httpproxy.Config, u *url.URL) string {
	if u.Scheme == "https" {
		return s.HTTPSProxy
	}
	return s.HTTPProxy
}

// variableOf is where a proxy's address was found.
func variableOf(address string) string {
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"} {
		if os.Getenv(name) == address || os.Getenv(strings.ToLower(name)) == address {
			return name
		}
	}
	return "HTTP_PROXY, HTTPS_PROXY or ALL_PROXY"
}

// Misread are the entries of NO_PROXY that no address is ever held against, though no one is told so: they are written as for
// another program.
func Misread() (entries []string) {
	for _, place := range strings.Split(settings().NoProxy, ",") {
		place = strings.TrimSpace(place)
		_, _, err := net.ParseCIDR(place)
		if err != nil && place != "*" && strings.ContainsAny(strings.TrimPrefix(place, "*."), "*/; \t\r\n\"'") {
			entries = append(entries, place)
		}
	}
	return entries
}

// isAddress says whether a proxy's address can be read; a scheme may be missing.
func isAddress(address string) bool {
	if !strings.Contains(address, "://") {
		address = "http://" + address
	}
	u, err := url.Parse(address)
	return err == nil && u.Host != ""
}

// Secrets are the passwords of the environment's proxies.
func Secrets() []string {
	var secrets []string
	s := settings()
	for _, address := range []string{s.HTTPProxy, s.HTTPSProxy} {
		if u, err := url.Parse(address); err == nil && u.User != nil {
			if password, set := u.User.Password(); set {
				secrets = append(secrets, password)
			}
		}
	}
	return secrets
}

func settings() *httpproxy.Config {
	c := httpproxy.FromEnvironment()
	all := os.Getenv("ALL_PROXY")
	if all == "" {
		all = os.Getenv("all_proxy")
	}
	if c.HTTPProxy == "" {
		c.HTTPProxy = all
	}
	if c.HTTPSProxy == "" {
		c.HTTPSProxy = all
	}
	return c
}

// Transport is http.DefaultTransport by these proxies.
func Transport() *http.Transport {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.Proxy = FromEnvironment
	return t
}

// Dial connects to host:port as net/http would for an address of that scheme: directly, or by the proxy that is meant for
// it.
func Dial(ctx context.Context, scheme, addr string) (net.Conn, error) {
	via, err := For(&url.URL{Scheme: scheme, Host: addr})
	if err != nil {
		return nil, err
	}
	if via == nil {
		return new(net.Dialer).DialContext(ctx, "tcp", addr)
	}
	ctx, cancel := context.WithTimeout(ctx, answerTime)
	defer cancel()
	var conn net.Conn
	if via.Scheme == "http" || via.Scheme == "https" {
		conn, err = tunnel(ctx, via, addr)
	} else {
		conn, err = throughSOCKS(ctx, via, addr)
	}
	if err != nil {
		return nil, fmt.Errorf("connecting to %s by the proxy %s: %w", addr, via.Host, err)
	}
	return conn, nil
}

// ports are the kinds of proxies, with the ports they have when none is named.
var ports = map[string]string{"http": "80", "https": "443", "socks5": "1080", "socks5h": "1080"}

func hostPort(via *url.URL) string {
	port := via.Port()
	if port == "" {
		port = ports[via.Scheme]
	}
	return net.JoinHostPort(via.Hostname(), port)
}

func throughSOCKS(ctx context.Context, via *url.URL, addr string) (net.Conn, error) {
	var auth *socks.Auth
	if via.User != nil {
		password, _ := via.User.Password()
		auth = &socks.Auth{User: via.User.Username(), Password: password}
	}
	d, err := socks.SOCKS5("tcp", hostPort(via), auth, nil)
	if err != nil {
		return nil, err
	}
	return d.(socks.ContextDialer).DialContext(ctx, "tcp", addr)
}

// tunnel has an HTTP proxy connect us (RFC 9110, 9.3.6).
func tunnel(ctx context.Context, via *url.URL, addr string) (_ net.Conn, err error) {
	conn, err := reach(ctx, via)
	if err != nil {
		return nil, err
	}
	// Until it is connected the connection ends with ctx.
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	defer func() {
		if !stop() && err == nil {
			err = context.Cause(ctx)
		}
		if err != nil {
			conn.Close()
		}
	}()
	request := &http.Request{Method: http.MethodConnect, URL: &url.URL{Opaque: addr}, Host: addr, Header: http.Header{}}
	if via.User != nil {
		password, _ := via.User.Password()
		request.Header.Set("Proxy-Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(via.User.Username()+":"+password)))
	}
	if err := request.Write(conn); err != nil {
		return nil, err
	}
	read := bufio.NewReader(conn)
	answer, err := http.ReadResponse(read, request)
	if err != nil {
		return nil, err
	}
	if answer.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("it answers %s", answer.Status)
	}
	return begun{conn, read}, nil
}

// reach connects to an HTTP proxy itself.
func reach(ctx context.Context, via *url.URL) (net.Conn, error) {
	if via.Scheme == "https" {
		return (&tls.Dialer{}).DialContext(ctx, "tcp", hostPort(via))
	}
	return new(net.Dialer).DialContext(ctx, "tcp", hostPort(via))
}

// begun is a connection of which something was read already.
type begun struct {
	net.Conn
	read io.Reader
}

func (b begun) Read(p []byte) (int, error) { return b.read.Read(p) }
