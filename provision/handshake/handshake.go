// Package handshake encrypts the connections to mail servers, and says in a sentence for people why that failed.
//
// Its sentences tell what to change, as a handshake that failed for the server's version or its certificate fails every
// time. When to try again, and what is said over the connection, is up to the caller.
package handshake

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"
	"time"

	"mozybot/provision"
)

// OldVersion is the error for a server that speaks no TLS newer than this.
type OldVersion uint16

func (v OldVersion) Error() string {
	return "the server speaks only " + tls.VersionName(uint16(v))
}

// Config is for a client of that host; roots vouch for it, the system's when nil.
//
// It offers versions that are too old and hangs up on them, before anything is sent: a server that isn't offered them
// answers with an alert that may mean anything.
func Config(host string, roots *x509.CertPool) *tls.Config {
	return &tls.Config{ServerName: host, RootCAs: roots, MinVersion: tls.VersionTLS10, VerifyConnection: func(state tls.ConnectionState) error {
		if state.Version < tls.VersionTLS12 {
			return OldVersion(state.Version)
		}
		return nil
	}}
}

// Explain says why the handshake with a mail server failed, when that will not pass; else it returns "": the server went
// away, or isn't to blame.
func Explain(addr string, err error) string {
	if version, ok := errors.AsType[OldVersion](err); ok {
		return fmt.Sprintf("The mail server %s speaks only %s, which is not safe any more, so nothing was sent to it. Ask whoever runs it for TLS 1.2 or newer.",
			addr, tls.VersionName(uint16(version)))
	}
	if untrusted, ok := errors.AsType[*tls.CertificateVerificationError](err); ok {
		return fmt.Sprintf("The certificate of the mail server %s cannot be trusted, so nothing was sent to it: %s", addr, distrust(untrusted.Err))
	}
	if _, ok := errors.AsType[tls.RecordHeaderError](err); ok {
		return fmt.Sprintf("The mail server %s does not answer in TLS. Perhaps its port wants starttls instead.", addr)
	}
	if alert := alertOf(err); alert != "" {
		return fmt.Sprintf("The mail server %s refuses to encrypt the connection: %s. Ask whoever runs it; TLS 1.2 or newer is needed.", addr, provision.InQuotes(alert))
	}
	return ""
}

// distrust says what is wrong with a certificate, and who can mend it.
func distrust(err error) string {
	const askThem = "Ask whoever runs it; somebody may be in between."
	if name, ok := errors.AsType[x509.HostnameError](err); ok {
		return fmt.Sprintf("it isn't for “%s”, but for %s. Check the address. %s", name.Host, quotedNames(name.Certificate), askThem)
	}
	if invalid, ok := errors.AsType[x509.CertificateInvalidError](err); ok && invalid.Reason == x509.Expired {
		if invalid.Cert != nil && time.Now().Before(invalid.Cert.NotBefore) {
			return fmt.Sprintf("it isn't valid before %s. Check this machine's clock. %s", invalid.Cert.NotBefore.Format(time.DateOnly), askThem)
		}
		if invalid.Cert != nil {
			return fmt.Sprintf("it expired on %s. %s", invalid.Cert.NotAfter.Format(time.DateOnly), askThem)
		}
	}
	if _, ok := errors.AsType[x509.UnknownAuthorityError](err); ok {
		return "this machine doesn't know who signed it. If it is your own authority, name its certificate in SSL_CERT_FILE. " + askThem
	}
	return fmt.Sprintf("%s. %s", strings.TrimPrefix(err.Error(), "x509: "), askThem)
}

// quotedNames are the first names that a certificate is for.
func quotedNames(c *x509.Certificate) string {
	names := slices.Clone(c.DNSNames)
	for _, ip := range c.IPAddresses {
		names = append(names, ip.String())
	}
	if len(names) == 0 {
		return "nobody by name"
	}
	return provision.InQuotes(provision.Clip(strings.Join(names, ", "), 100))
}

// alertOf is the alert with which the server ended the handshake for good; "" when there was none, or when it may pass.
func alertOf(err error) string {
	const internalError = tls.AlertError(80)
	op, ok := errors.AsType[*net.OpError](err)
	if !ok || op.Op != "remote error" || op.Err.Error() == internalError.Error() { // crypto/tls keeps its alerts' type to itself
		return ""
	}
	return strings.TrimPrefix(op.Err.Error(), "tls: ")
}
