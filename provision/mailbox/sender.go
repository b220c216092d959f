package mailbox

import (
	"fmt"
	"mime"
	"net/mail"
	"regexp"
	"strings"

	"golang.org/x/net/html/charset"

	"mozybot/provision"
	"mozybot/provision/spelling"
)

var hostname = regexp.MustCompile(`^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]*[a-z0-9])?$`)

// ParseSenders reads a list of addresses and domains. Its errors say which entry is neither.
func ParseSenders(list []string) (provision.Senders, error) {
	var senders provision.Senders
	for _, entry := range list {
		entry = strings.TrimSpace(entry)
		local, domain, whole := strings.Cut(entry, "@")
		if !whole {
			local, domain = "", entry
		}
		sender := spelling.ASCII(domain)
		if local != "" {
			sender = normal(local, domain)
		}
		if !hostname.MatchString(domainOf(sender)) || strings.ContainsFunc(entry, provision.Invisible) {
			return nil, fmt.Errorf("%q is neither an e-mail address nor a domain", entry)
		}
		senders = append(senders, sender)
	}
	return senders, nil
}

// normal is an address in the form of provision.Mail.Sender, "" when it is none to go by.
func normal(local, domain string) string {
	if local == "" || domain == "" || strings.ContainsAny(local+domain, "@ \"") || strings.ContainsFunc(local+domain, provision.Invisible) {
		return ""
	}
	return strings.ToLower(local) + "@" + spelling.ASCII(domain)
}

// addresses reads a header whatever its character set.
var addresses = mail.AddressParser{WordDecoder: &mime.WordDecoder{CharsetReader: charset.NewReaderLabel}}

// senderOf is who a mail claims to be from: as it is shown, and in the form of provision.Mail.Sender, which is "" unless
// there is exactly one.
func senderOf(h mail.Header) (shown, sender string) {
	fields := h["From"]
	if len(fields) == 0 {
		return "", ""
	}
	from, err := addresses.ParseList(fields[0])
	if err != nil || len(from) == 0 {
		return "", ""
	}
	if shown = from[0].Address; from[0].Name != "" {
		shown = from[0].Name + " <" + from[0].Address + ">"
	}
	if len(fields) > 1 || len(from) > 1 {
		return shown, ""
	}
	local, domain, _ := strings.Cut(from[0].Address, "@")
	return shown, normal(local, domain)
}
