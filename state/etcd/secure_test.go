package etcd_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	clientv3 "go.etcd.io/etcd/client/v3"
	"go.uber.org/zap"

	cluster "mozybot/fixtures/etcd"
	"mozybot/provision"
	"mozybot/state/etcd"
)

func TestEncryptedAndWithAUser(t *testing.T) {
	t.Parallel()
	certFile, keyFile, trusted := certificate(t)
	c, err := cluster.Start(t.Context(), 1, "--cert-file="+certFile, "--key-file="+keyFile)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	secure := &tls.Config{RootCAs: trusted, MinVersion: tls.VersionTLS12}
	root, err := clientv3.New(clientv3.Config{Endpoints: []string{"https://" + c.Members[0].Addr}, TLS: secure, Logger: zap.NewNop()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { root.Close() })
	place := newPlace(c.Addrs()...)
	for _, err := range []error{
		second(root.UserAdd(t.Context(), "root", "secret")), second(root.UserGrantRole(t.Context(), "root", "root")),
		second(root.RoleAdd(t.Context(), "bot")),
		second(root.RoleGrantPermission(t.Context(), "bot", place.Prefix+"/", clientv3.GetPrefixRangeEnd(place.Prefix+"/"), clientv3.PermissionType(clientv3.PermReadWrite))),
		second(root.UserAdd(t.Context(), "mozybot", "hush")), second(root.UserGrantRole(t.Context(), "mozybot", "bot")),
		second(root.UserAdd(t.Context(), "stranger", "hush")),
		second(root.AuthEnable(t.Context())),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	as := func(user, password string) etcd.Config {
		config := configFor(t, place)
		config.TLS, config.Username, config.Password = secure, user, password
		return config
	}
	s := lead(t, as("mozybot", "hush"))
	if _, err := s.Create(t.Context(), newJob("F1")); err != nil {
		t.Error(err)
	}
	if _, err := s.Look(t.Context()); err != nil {
		t.Errorf("looking at etcd: %v", err)
	}
	wantError(t, whyNot(t, as("mozybot", "wrong")), provision.Invalid, "refuses STATE_USERNAME or STATE_PASSWORD")
	wantError(t, whyNot(t, as("stranger", "hush")), provision.Invalid, "Give them a role")
	wantError(t, whyNot(t, as("", "")), provision.Invalid, "wants a user")
	unknown := as("mozybot", "hush")
	unknown.TLS = &tls.Config{RootCAs: x509.NewCertPool(), MinVersion: tls.VersionTLS12}
	_, err = etcd.Open(t.Context(), unknown)
	wantError(t, err, provision.Unavailable, "etcd")
}

func second[T any](_ T, err error) error { return err }

// certificate is one for this machine that vouches for itself.
func certificate(t *testing.T) (certFile, keyFile string, trusted *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "etcd"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	certFile, keyFile = filepath.Join(t.TempDir(), "cert.pem"), filepath.Join(t.TempDir(), "key.pem")
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	for name, content := range map[string][]byte{certFile: text, keyFile: pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: secret})} {
		if err := os.WriteFile(name, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	trusted = x509.NewCertPool()
	trusted.AppendCertsFromPEM(text)
	return certFile, keyFile, trusted
}

// whyNot is why etcd doesn't let somebody in. On a busy machine it may take longer for their password than the store waits.
func whyNot(t *testing.T, c etcd.Config) error {
	t.Helper()
	for try := 1; ; try++ {
		s, err := etcd.Open(t.Context(), c)
		if err == nil {
			s.Close()
			return nil
		}
		if try == 20 || !strings.Contains(err.Error(), "etcd doesn't answer") {
			return err
		}
	}
}
