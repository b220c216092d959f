package config

import (
	"crypto/x509"
	"fmt"
	"net/url"
	"os"
	"strings"
	"time"

	"mozybot/provision/namedfile"
	"mozybot/provision/proxy"
)

// Variables that are not mozybot's own, and that it rests on all the same. Go, Chromium and the system pass over what they
// can't use of them, or fail much later.

// surroundings are what is wrong with them.
func surroundings(c Config, given Environment) (wrong []Problem) {
	mind := func(name string, ok bool, format string, args ...any) {
		if !ok {
			wrong = append(wrong, Problem{name, fmt.Sprintf(format, args...)})
		}
	}
	for _, address := range []string{c.SlackAPIURL, c.MozyURL, c.SingularityURL} {
		if u, err := url.Parse(address); err == nil && len(wrong) == 0 { // one reason is enough for all three
			if _, err := proxy.For(u); err != nil {
				name, says, _ := strings.Cut(err.Error(), " ")
				mind(name, false, "%s", says)
			}
		}
	}
	if name := given["SSL_CERT_FILE"]; name != "" {
		content, err := namedfile.Read(name)
		mind("SSL_CERT_FILE", err == nil, "cannot be used: %v", err)
		mind("SSL_CERT_FILE", err != nil || x509.NewCertPool().AppendCertsFromPEM(content), "is %+q, which holds no certificate in PEM.", clipped(name))
	}
	temp := os.TempDir()
	made, err := os.MkdirTemp(temp, "mozybot-start-")
	mind("TMPDIR", err == nil, "cannot be used: order files and the browser need a folder for temporary files. %v", err)
	if err == nil {
		err = os.Remove(made)
		mind("TMPDIR", err == nil, "cannot be used: %v", err)
	}
	return wrong
}

// surroundingWarnings are about those that are passed over.
func surroundingWarnings(given Environment) (all []string) {
	for _, place := range proxy.Misread() {
		all = append(all, fmt.Sprintf("NO_PROXY has %+q, which no address is ever held against: write hosts, domains and networks as console.example.com, .example.com and 10.0.0.0/8, separated by commas", clipped(place)))
	}
	zone := strings.TrimPrefix(given["TZ"], ":")
	if _, err := time.LoadLocation(zone); err != nil && !strings.HasPrefix(zone, "/") {
		all = append(all, fmt.Sprintf("TZ is %+q, a time zone that this machine doesn't know, so times are in UTC; install tzdata, or write it as Europe/Berlin", clipped(zone)))
	}
	return all
}
