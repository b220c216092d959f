package config

import (
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"path/filepath"
	"time"

	"mozybot/provision"
	"mozybot/provision/console"
	"mozybot/provision/mail"
	"mozybot/provision/mailbox"
	"mozybot/provision/namedfile"
	"mozybot/provision/singularity"
	"mozybot/state/etcd"
)

// What each part is configured with. Whoever makes it adds what no variable says.

// Console is the console's, with the folder for its pictures.
func (c Config) Console(evidence string) console.Config {
	at := console.Config{URL: c.MozyURL, Username: c.MozyUsername, Password: c.MozyPassword.Now, ChromePath: c.Chromium, Sandbox: console.Sandbox(c.ChromiumSandbox),
		EvidenceDir: evidence, Redact: c.Redactor()}
	if c.InEtcd() {
		at.ActTime = c.ActTime
	}
	return at
}

// Mail is the mail server's.
func (c Config) Mail() mail.Config {
	login := c.LoginURL
	if login == "" {
		login = c.MozyURL
	}
	return mail.Config{Addr: c.SMTPAddr, From: c.SMTPFrom, Security: provision.Security(c.SMTPTLS),
		Username: c.SMTPUsername, Password: c.SMTPPassword.Now, LoginURL: login,
		ReplyTo: c.SMTPReplyTo, CC: c.SMTPCC, BCC: c.SMTPBCC, Dir: c.WelcomeDir, Redact: c.Redactor()}
}

// Mailbox is the order mailbox's.
func (c Config) Mailbox() mailbox.Config {
	return mailbox.Config{Addr: c.IMAPAddr, Security: provision.Security(c.IMAPTLS), Username: c.IMAPUsername, Password: c.IMAPPassword.Now,
		Folder: c.IMAPFolder, DoneFolder: c.IMAPDoneFolder, PeopleFolder: c.IMAPPeopleFolder, Own: c.SMTPFrom, Redact: c.Redactor()}
}

// Tracker is the task tracker's.
func (c Config) Tracker() singularity.Config {
	return singularity.Config{URL: c.SingularityURL, Token: c.SingularityToken.Now, Contract: c.SingularityContract, Redact: c.Redactor()}
}

// Etcd is that of a state in etcd, with the file for a copy of it.
func (c Config) Etcd(copied string) (etcd.Config, error) {
	place, err := etcd.ParsePlace(c.State)
	if err != nil { // check has seen to it
		return etcd.Config{}, err
	}
	secure, wrong := c.stateTLS()
	if wrong != nil {
		return etcd.Config{}, wrong
	}
	return etcd.Config{Place: place, TLS: secure, Username: c.StateUsername, Password: c.StatePassword.Now(), Copy: copied, Lease: c.Lease, Act: c.ActTime}, nil
}

// stateTLS is how connections to etcd are encrypted, nil for not at all.
func (c Config) stateTLS() (*tls.Config, *Problem) {
	if !c.InEtcd() || c.StateCA == "" && c.StateCert == "" {
		return nil, nil
	}
	t := &tls.Config{MinVersion: tls.VersionTLS12}
	if c.StateCA != "" {
		text, err := namedfile.Read(c.StateCA)
		if err != nil {
			return nil, &Problem{"STATE_CA", fmt.Sprintf("cannot be read: %v.", err)}
		}
		if t.RootCAs = x509.NewCertPool(); !t.RootCAs.AppendCertsFromPEM(text) {
			return nil, &Problem{"STATE_CA", fmt.Sprintf("is %q, in which there is no certificate: name the file of etcd's authority, in PEM form.", c.StateCA)}
		}
	}
	if c.StateCert != "" {
		pair, err := keyPair(c.StateCert, c.StateKey)
		if err != nil {
			return nil, &Problem{"STATE_CERT", fmt.Sprintf("cannot be used with STATE_KEY: %v.", err)}
		}
		t.Certificates = []tls.Certificate{pair}
	}
	return t, nil
}

func keyPair(certificate, key string) (tls.Certificate, error) {
	shown, err := namedfile.Read(certificate)
	if err != nil {
		return tls.Certificate{}, err
	}
	secret, err := namedfile.Read(key)
	if err != nil {
		return tls.Certificate{}, err
	}
	return tls.X509KeyPair(shown, secret)
}

// InEtcd says whether STATE is in etcd.
func (c Config) InEtcd() bool { return etcd.IsPlace(c.State) }

// StateFile is the file on this machine that has the state: all of it, or a copy.
func (c Config) StateFile() string {
	if c.InEtcd() {
		return c.StateCopy
	}
	return c.State
}

// EvidenceFolder is where screenshots of the console's panels are kept.
func (c Config) EvidenceFolder() string {
	if c.EvidenceDir != "" {
		return c.EvidenceDir
	}
	return filepath.Join(filepath.Dir(c.StateFile()), "evidence")
}

// KeyFile is where the key that signs heads is; "" where STATE is no file to put it beside.
func (c Config) KeyFile() string {
	switch {
	case c.AuditKey != "":
		return c.AuditKey
	case c.InEtcd():
		return ""
	}
	return c.State + ".key"
}

// passwordWarning is how long before mozybot's password expires people are told.
const passwordWarning = 14 * 24 * time.Hour

// PasswordNotice is what people should know about the age of mozybot's password; "" while there is nothing, or when
// nobody said how old it is. The console refuses a password past its greatest age, and a person must then set another.
func (c Config) PasswordNotice(now time.Time) string {
	expires := c.PasswordExpires()
	if expires.IsZero() || expires.Sub(now) > passwordWarning {
		return ""
	}
	when := "expires on " + expires.Format("January 2, 2006")
	if now.After(expires) {
		when = "expired on " + expires.Format("January 2, 2006") + ", if MOZY_PASSWORD_SET is right"
	}
	return fmt.Sprintf("mozybot's console password %s. Log in to the console as mozybot, set a new one, and give it to mozybot (MOZY_PASSWORD or MOZY_PASSWORD_FILE), with its day as MOZY_PASSWORD_SET.", when)
}

// PasswordExpires is the zero time when nobody said how old the password is.
func (c Config) PasswordExpires() time.Time {
	set, err := time.Parse(time.DateOnly, c.MozyPasswordSet)
	if err != nil { // not given; check has seen to the rest
		return time.Time{}
	}
	return set.AddDate(0, 0, c.MozyPasswordMaxAge)
}
