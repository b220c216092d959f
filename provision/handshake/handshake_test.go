package handshake_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"io"
	"math/big"
	"net"
	"strings"
	"testing"
	"time"

	"mozybot/provision/handshake"
)

// certificate is one for these names, valid from and until, signed by itself; trusted is a pool with it.
func certificate(t *testing.T, from, until time.Time, names ...string) (cert tls.Certificate, trusted *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "mail"}, DNSNames: names, NotBefore: from, NotAfter: until,
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign}
	raw, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(raw)
	if err != nil {
		t.Fatal(err)
	}
	trusted = x509.NewCertPool()
	trusted.AddCert(parsed)
	return tls.Certificate{Certificate: [][]byte{raw}, PrivateKey: key}, trusted
}

// shake is the error of a client that wants mail.example.com, against whatever serves the other end.
func shake(t *testing.T, roots *x509.CertPool, serve func(net.Conn)) error {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		theirs, err := l.Accept()
		if err != nil {
			return
		}
		defer theirs.Close()
		serve(theirs)
	}()
	ours, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer ours.Close()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	return tls.Client(ours, handshake.Config("mail.example.com", roots)).HandshakeContext(ctx)
}

func TestExplain(t *testing.T) {
	now := time.Now()
	good, trusted := certificate(t, now.Add(-time.Hour), now.Add(time.Hour), "mail.example.com")
	expired, trustedExpired := certificate(t, now.Add(-48*time.Hour), now.Add(-24*time.Hour), "mail.example.com")
	early, trustedEarly := certificate(t, now.Add(24*time.Hour), now.Add(48*time.Hour), "mail.example.com")
	other, trustedOther := certificate(t, now.Add(-time.Hour), now.Add(time.Hour), "web.example.com", "www.example.com")
	server := func(c *tls.Config) func(net.Conn) {
		return func(conn net.Conn) {
			if tls.Server(conn, c).Handshake() == nil {
				_, _ = io.Copy(io.Discard, conn)
			}
		}
	}
	for name, c := range map[string]struct {
		roots *x509.CertPool
		serve func(net.Conn)
		want  string // "" when it may pass
	}{
		"old":           {trusted, server(&tls.Config{Certificates: []tls.Certificate{good}, MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}), "speaks only TLS 1.1"},
		"older":         {trusted, server(&tls.Config{Certificates: []tls.Certificate{good}, MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS10}), "speaks only TLS 1.0"},
		"nobody's":      {x509.NewCertPool(), server(&tls.Config{Certificates: []tls.Certificate{good}}), "doesn't know who signed it"},
		"another's":     {trustedOther, server(&tls.Config{Certificates: []tls.Certificate{other}}), "isn't for “mail.example.com”, but for “web.example.com, www.example.com”"},
		"expired":       {trustedExpired, server(&tls.Config{Certificates: []tls.Certificate{expired}}), "it expired on " + now.Add(-24*time.Hour).UTC().Format(time.DateOnly)},
		"not yet valid": {trustedEarly, server(&tls.Config{Certificates: []tls.Certificate{early}}), "isn't valid before"},
		"an alert": {trusted, server(&tls.Config{GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return nil, nil }, CipherSuites: []uint16{}, MaxVersion: tls.VersionTLS12}),
			"refuses to encrypt"},
		"no TLS": {trusted, func(conn net.Conn) {
			go io.Copy(io.Discard, conn)
			_, _ = io.WriteString(conn, "220 mail.example.com\r\n")
		}, "does not answer in TLS"}, //nolint:errcheck
		"it hangs up": {trusted, func(conn net.Conn) { _, _ = conn.Read(make([]byte, 10)) }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			err := shake(t, c.roots, c.serve)
			if err == nil {
				t.Fatal("the handshake was made")
			}
			if said := handshake.Explain("mail.example.com:465", err); (said == "") != (c.want == "") || !strings.Contains(said, c.want) {
				t.Errorf("%v: got %q, want %q", err, said, c.want)
			}
		})
	}
	t.Run("a good server", func(t *testing.T) {
		if err := shake(t, trusted, server(&tls.Config{Certificates: []tls.Certificate{good}})); err != nil {
			t.Error(err)
		}
	})
}
