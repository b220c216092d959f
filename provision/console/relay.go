package console

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"mozybot/provision/proxy"
)

// relayConfig says which way a browser goes to the console.
type relayConfig struct {
	origin *url.URL
	roots  *x509.CertPool // authorities of our own; nil: SSL_CERT_FILE's and SSL_CERT_DIR's
	acts   *actLimit
}

// relay is the browser's way to the console where Chromium cannot go by itself: by a proxy that wants a password, which it
// would ask a person for, or to a console whose certificate comes from an authority that only SSL_CERT_FILE knows, which
// Chromium does not read; and where acts have to end in time. It listens on this machine and goes nowhere but to the console.
//
// By a proxy alone, what the browser encrypts for the console stays so. For a certificate of a private authority the relay
// stands in between: Go verifies the console's certificate by that authority, and the browser gets one that is made for
// this browser, with a key that it is told to trust. Telling Chromium to trust the authority's key itself would not do:
// it takes any chain in which such a key turns up, without verifying a signature.
type relay struct {
	origin   *url.URL
	acts     *actLimit
	addr     string
	roots    *x509.CertPool
	shown    *tls.Certificate // to the browser; nil: it verifies the console's itself
	pin      string           // of its key, as Chromium wants it
	server   *http.Server
	life     context.Context // of its connections
	end      context.CancelFunc
	forwards *httputil.ReverseProxy
	failed   atomic.Pointer[error] // why it does not reach the console; nil: it does, as far as is known
}

// start gives the relay that is needed, or nil.
func (c relayConfig) start() (*relay, error) {
	via, err := proxy.For(c.origin)
	if err != nil {
		return nil, fmt.Errorf("finding the way to the console: %w", err)
	}
	private := c.origin.Scheme == "https" && (c.roots != nil || os.Getenv("SSL_CERT_FILE") != "" || os.Getenv("SSL_CERT_DIR") != "")
	if via == nil && !private && c.acts.limit == 0 {
		return nil, nil
	}
	r := &relay{origin: c.origin, roots: c.roots, acts: c.acts}
	if private {
		if err := r.makeCertificate(); err != nil {
			return nil, fmt.Errorf("making a certificate for the browser: %w", err)
		}
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("opening the browser's way to the console: %w", err)
	}
	r.addr = listener.Addr().String()
	r.life, r.end = context.WithCancel(context.Background())
	r.forwards = &httputil.ReverseProxy{
		Rewrite:        func(p *httputil.ProxyRequest) { p.SetURL(r.origin); p.Out.Host = r.origin.Host },
		Transport:      limitedTransport{proxy.Transport(), c.acts},
		ModifyResponse: r.reached,
		ErrorHandler:   func(w http.ResponseWriter, _ *http.Request, err error) { r.fail(w, err) },
	}
	r.server = &http.Server{Handler: r, ReadHeaderTimeout: time.Minute}
	go r.server.Serve(listener) // ends with close
	return r, nil
}

func (r *relay) close() {
	r.end()
	r.server.Close()
}

// ServeHTTP takes what the browser asks a proxy for.
func (r *relay) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	secure := r.origin.Scheme == "https"
	switch {
	case r.acts.over():
		r.fail(w, errActOver)
	case q.Method == http.MethodConnect && secure && q.Host == addrOf(r.origin):
		r.tunnel(w)
	case q.Method != http.MethodConnect && !secure && q.URL.Host == r.origin.Host:
		ctx, end := context.WithCancel(q.Context())
		defer end()
		defer r.acts.connected(end)()
		r.forwards.ServeHTTP(w, q.WithContext(ctx))
	default:
		http.Error(w, "mozybot goes to its console only", http.StatusForbidden)
	}
}

// tunnel connects the browser with the console, once that is reached.
func (r *relay) tunnel(w http.ResponseWriter) {
	console, err := r.dial()
	if err != nil {
		r.fail(w, err)
		return
	}
	r.failed.Store(nil)
	defer console.Close()
	browser, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		r.fail(w, err)
		return
	}
	defer browser.Close()
	if _, err := io.WriteString(browser, "HTTP/1.1 200 OK\r\n\r\n"); err != nil {
		return // the browser has gone
	}
	if verified, ok := console.(*tls.Conn); ok {
		browser = tls.Server(browser, &tls.Config{Certificates: []tls.Certificate{*r.shown}, NextProtos: spoken(verified)})
	}
	end := func() { browser.Close(); console.Close() }
	defer context.AfterFunc(r.life, end)()
	defer r.acts.connected(end)()
	splice(browser, limitedConn{console, r.acts})
}

// dial reaches the console: with a certificate to show, also its encryption, verified.
func (r *relay) dial() (net.Conn, error) {
	ctx, cancel := context.WithTimeout(r.life, reachTime)
	defer cancel()
	conn, err := proxy.Dial(ctx, r.origin.Scheme, addrOf(r.origin))
	if err != nil || r.shown == nil {
		return conn, err
	}
	secure := tls.Client(conn, &tls.Config{ServerName: r.origin.Hostname(), RootCAs: r.roots, NextProtos: []string{"h2", "http/1.1"}})
	if err := secure.HandshakeContext(ctx); err != nil {
		conn.Close()
		if errors.As(err, new(x509.UnknownAuthorityError)) {
			err = fmt.Errorf("%w; %s", err, nameAuthority)
		}
		return nil, err
	}
	return secure, nil
}

// reachTime is how long it may take to reach the console.
const reachTime = 30 * time.Second

const nameAuthority = "name the file with the certificate of the console's authority in SSL_CERT_FILE"

// spoken is what the console wants to speak, which the browser must then, too.
func spoken(c *tls.Conn) []string {
	if p := c.ConnectionState().NegotiatedProtocol; p != "" {
		return []string{p}
	}
	return []string{"http/1.1"}
}

// fail tells the browser that the console was not reached, and keeps why for people: without that it would pass for another
// address that was asked for (see refuses).
func (r *relay) fail(w http.ResponseWriter, err error) {
	if r.acts.over() {
		err = errActOver
	}
	if r.life.Err() == nil {
		r.failed.Store(&err)
	}
	http.Error(w, "the console was not reached", http.StatusBadGateway)
}

// why is the reason that the console is not reached for; nil: none is known.
func (r *relay) why() error {
	if r == nil {
		return nil
	}
	if err := r.failed.Load(); err != nil {
		return *err
	}
	return nil
}

// reached keeps a page of the proxy's from being taken for the console's.
func (r *relay) reached(answer *http.Response) error {
	if answer.StatusCode == http.StatusProxyAuthRequired {
		return fmt.Errorf("the proxy answers %s", answer.Status)
	}
	r.failed.Store(nil)
	return nil
}

// refuses says that the browser asked the relay for another address than the console's.
func (r *relay) refuses(err error) bool {
	return r != nil && r.why() == nil && strings.Contains(err.Error(), "ERR_TUNNEL_CONNECTION_FAILED")
}

// makeCertificate makes the certificate that this one browser is shown and told to trust by its key.
func (r *relay) makeCertificate() error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: r.origin.Hostname()}, DNSNames: []string{r.origin.Hostname()},
		NotBefore: time.Now().Add(-24 * time.Hour), NotAfter: time.Now().AddDate(10, 0, 0), // as long as the browser lives
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return err
	}
	public, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		return err
	}
	hash := sha256.Sum256(public)
	r.shown = &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}
	r.pin = base64.StdEncoding.EncodeToString(hash[:])
	return nil
}

// splice carries what comes from each to the other, until either has ended.
func splice(a, b net.Conn) {
	ended := make(chan struct{}, 2)
	carry := func(to, from net.Conn) {
		_, _ = io.Copy(to, from) // however it ends, it has ended
		ended <- struct{}{}
	}
	go carry(a, b)
	go carry(b, a)
	<-ended
	a.Close()
	b.Close()
	<-ended
}

// addrOf is where an origin is dialed.
func addrOf(origin *url.URL) string {
	port := origin.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[origin.Scheme]
	}
	return net.JoinHostPort(origin.Hostname(), port)
}
