// Package proxytest has proxies for tests. Whatever they are asked for, they connect with one place, so a name that nobody
// knows is reached by them alone. What the tests send is left to them.
package proxytest

import (
	"bufio"
	"crypto/tls"
	"encoding/base64"
	"encoding/binary"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strconv"
	"sync"
	"testing"
)

// User and Password are those that every proxy wants.
const User, Password = "svc", "proxy:pass@word"

// Proxy is one that runs.
type Proxy struct {
	URL *url.URL // with user and password

	mu    sync.Mutex
	asked []string
	open  []net.Conn
}

// Asked are the places that it was asked for, as host:port.
func (p *Proxy) Asked() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string(nil), p.asked...)
}

// drop ends all that goes through it.
func (p *Proxy) drop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, conn := range p.open {
		conn.Close()
	}
}

func (p *Proxy) note(place string, ends ...net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asked = append(p.asked, place)
	p.open = append(p.open, ends...)
}

func (p *Proxy) at(scheme, host string) {
	p.URL = &url.URL{Scheme: scheme, Host: host, User: url.UserPassword(User, Password)}
}

// HTTP is an HTTP proxy that leads to host:port.
func HTTP(t testing.TB, to string) *Proxy {
	p, server := httpProxy(t, to)
	server.Start()
	p.at("http", server.Listener.Addr().String())
	return p
}

// HTTPS is an HTTP proxy that is spoken to by TLS, with a certificate for 127.0.0.1 that is given, too.
func HTTPS(t testing.TB, to string, certificate tls.Certificate) *Proxy {
	p, server := httpProxy(t, to)
	server.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}}
	server.StartTLS()
	p.at("https", server.Listener.Addr().String())
	return p
}

func httpProxy(t testing.TB, to string) (*Proxy, *httptest.Server) {
	p := &Proxy{}
	forward := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.Out.URL.Host, r.Out.Host = to, r.In.Host
	}}
	wants := "Basic " + base64.StdEncoding.EncodeToString([]byte(User+":"+Password))
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Proxy-Authorization") != wants {
			w.Header().Set("Proxy-Authenticate", `Basic realm="proxy"`)
			w.WriteHeader(http.StatusProxyAuthRequired)
			return
		}
		if r.Method != http.MethodConnect {
			p.note(r.Host)
			forward.ServeHTTP(w, r)
			return
		}
		target, err := net.Dial("tcp", to)
		if err != nil {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		client, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			target.Close()
			return
		}
		p.note(r.Host, client, target)
		io.WriteString(client, "HTTP/1.1 200 Connection established\r\n\r\n")
		splice(client, target)
	}))
	t.Cleanup(func() { p.drop(); server.Close() })
	return p, server
}

// SOCKS5 is a SOCKS proxy (RFC 1928, RFC 1929) that leads to host:port.
func SOCKS5(t testing.TB, to string) *Proxy {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &Proxy{}
	p.at("socks5", listener.Addr().String())
	t.Cleanup(func() { listener.Close(); p.drop() })
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return // closed
			}
			go p.socks(client, to)
		}
	}()
	return p
}

func (p *Proxy) socks(client net.Conn, to string) {
	defer client.Close()
	r := bufio.NewReader(client)
	if _, ok := field(r, 1); !ok { // the ways to log in, of which one is wanted
		return
	}
	client.Write([]byte{5, 2})
	user, ok := field(r, 1)
	password, ok2 := field(r, 0)
	if !ok || !ok2 || user != User || password != Password {
		client.Write([]byte{1, 1})
		return
	}
	client.Write([]byte{1, 0})
	host, ok := field(r, 4) // a name: nobody else knows it
	port := make([]byte, 2)
	if _, err := io.ReadFull(r, port); !ok || err != nil {
		return
	}
	target, err := net.Dial("tcp", to)
	if err != nil {
		client.Write([]byte{5, 5, 0, 1, 0, 0, 0, 0, 0, 0})
		return
	}
	p.note(net.JoinHostPort(host, strconv.Itoa(int(binary.BigEndian.Uint16(port)))), client, target)
	client.Write([]byte{5, 0, 0, 1, 0, 0, 0, 0, 0, 0})
	splice(client, target)
}

// field skips some bytes and reads a text with its length before it.
func field(r *bufio.Reader, skip int) (string, bool) {
	if _, err := r.Discard(skip); err != nil {
		return "", false
	}
	n, err := r.ReadByte()
	if err != nil {
		return "", false
	}
	text := make([]byte, n)
	_, err = io.ReadFull(r, text)
	return string(text), err == nil
}

func splice(a, b net.Conn) {
	go func() { io.Copy(a, b); a.Close() }()
	io.Copy(b, a)
	b.Close()
}
