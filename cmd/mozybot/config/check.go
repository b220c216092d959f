package config

import (
	"fmt"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"mozybot/bot/rights"
	"mozybot/provision"
	"mozybot/provision/mail"
	"mozybot/provision/singularity"
	"mozybot/state/etcd"
)

// What no variable shows by itself: values that are impossible together, files that are not there, and what is allowed but
// seldom meant.

// contradictions are values that are each possible, but not together. Where one of them was refused already, nothing is
// said about the rest.
func contradictions(c Config, refused map[string]bool) (wrong []Problem) {
	mind := func(ok bool, names []string, format string, args ...any) {
		if !ok && !slices.ContainsFunc(names, func(name string) bool { return refused[name] }) {
			wrong = append(wrong, Problem{names[0], fmt.Sprintf(format, args...)})
		}
	}
	smtp := []string{"SMTP_USERNAME", "SMTP_PASSWORD", "SMTP_PASSWORD_FILE"}
	mind((c.SMTPUsername == "") == (c.SMTPPassword.Now() == ""), smtp, "and SMTP_PASSWORD come together: one of them is not set.")
	mind(c.SMTPTLS != "none" || c.SMTPUsername == "", append(smtp, "SMTP_TLS"),
		"is set while SMTP_TLS is none: the password would cross the network unencrypted. Set SMTP_TLS to starttls or tls, or remove the user.")
	if c.IMAPAddr != "" {
		mind(c.IMAPUsername != "" && c.IMAPPassword.Now() != "", []string{"IMAP_ADDR", "IMAP_USERNAME", "IMAP_PASSWORD", "IMAP_PASSWORD_FILE"},
			"is set, but IMAP_USERNAME or IMAP_PASSWORD is not: the order mailbox cannot be read without.")
		mind(c.IMAPTLS != "none" || onThisMachine(c.IMAPAddr), []string{"IMAP_TLS", "IMAP_ADDR"},
			"is none, but IMAP_ADDR is another machine: the password would cross the network unencrypted. Set it to tls or starttls.")
		mind(c.IMAPFolder != c.IMAPDoneFolder && c.IMAPFolder != c.IMAPPeopleFolder, []string{"IMAP_FOLDER", "IMAP_DONE_FOLDER", "IMAP_PEOPLE_FOLDER"},
			"is also IMAP_DONE_FOLDER or IMAP_PEOPLE_FOLDER: mails must be moved out of the folder that they come to.")
	}
	mind((c.StateUsername == "") == (c.StatePassword.Now() == ""), []string{"STATE_USERNAME", "STATE_PASSWORD", "STATE_PASSWORD_FILE"},
		"and STATE_PASSWORD come together: one of them is not set.")
	mind((c.StateCert == "") == (c.StateKey == ""), []string{"STATE_CERT", "STATE_KEY"}, "and STATE_KEY come together: one of them is not set.")
	mind(c.Lease >= 2*c.ActTime, []string{"LEASE", "ACT_TIME"}, "is %v, shorter than two ACT_TIMEs of %v: a leader could begin nothing.", c.Lease, c.ActTime)
	mind(c.EvidenceDays <= int(c.Retention/(24*time.Hour)), []string{"EVIDENCE_DAYS", "RETENTION"},
		"is %d, more than the %d days of RETENTION: screenshots show customers' data, too.", c.EvidenceDays, int(c.Retention/(24*time.Hour)))
	most, known := mostApprovals(c)
	mind(!known || most >= c.Needed, []string{"APPROVALS_NEEDED", "APPROVERS", "REQUESTERS", "APPROVAL"},
		"is %d, but only %d of APPROVERS may approve any one order: name more approvers, or need fewer.", c.Needed, most)
	return wrong
}

// mostApprovals is how many people may approve an order at most, where that can be known without Slack: user groups are
// people that only Slack knows.
func mostApprovals(c Config) (most int, known bool) {
	people := func(names []string) []string {
		return slices.Compact(slices.Sorted(slices.Values(names)))
	}
	approvers, requesters := people(c.Approvers), people(c.Requesters)
	group := func(name string) bool { return !rights.IsUser(name) }
	if slices.ContainsFunc(approvers, group) {
		return 0, false
	}
	anybody := len(requesters) == 0 || c.IMAPAddr != "" || slices.ContainsFunc(requesters, group)
	if anybody || c.Approval == "self" {
		return len(approvers), true
	}
	for _, requester := range requesters {
		others := slices.DeleteFunc(slices.Clone(approvers), func(a string) bool { return a == requester })
		most = max(most, len(others))
	}
	return most, true
}

// unusable are files and folders that are not what their variables say. What was refused already is not looked at.
func unusable(c Config, refused []Problem) (wrong []Problem) {
	mind := func(name string, err error) {
		if err != nil {
			wrong = append(wrong, Problem{name, fmt.Sprintf("cannot be used: %s", provision.Sentences(err))})
		}
	}
	without := func(prefixes ...string) bool {
		return !slices.ContainsFunc(refused, func(p Problem) bool {
			return slices.ContainsFunc(prefixes, func(prefix string) bool { return strings.HasPrefix(p.Variable, prefix) })
		})
	}
	if without("SMTP_", "WELCOME_DIR", "LOGIN_URL", "MOZY_URL") {
		_, err := mail.New(c.Mail())
		mind("WELCOME_DIR", err)
	}
	if without("SINGULARITY_") {
		_, err := singularity.New(c.Tracker())
		name := "SINGULARITY_CONTRACT"
		if c.SingularityContract == "" {
			name = "SINGULARITY_TOKEN"
		}
		mind(name, err)
	}
	if _, err := c.stateTLS(); err != nil {
		wrong = append(wrong, Problem{err.Variable, err.Says})
	}
	return append(wrong, misplaced(c)...)
}

// misplaced are folders where a file has to be.
func misplaced(c Config) (wrong []Problem) {
	for _, f := range []struct{ variable, name, like string }{{"STATE", c.State, "mozybot.db"}, {"AUDIT_KEY", c.AuditKey, "mozybot.key"}, {"AUDIT_HEADS", c.AuditHeads, "heads"}} {
		info, err := os.Stat(f.name)
		if f.name == "" || f.name == "syslog" || f.variable == "STATE" && c.InEtcd() {
			continue
		}
		if err == nil && info.IsDir() || strings.HasSuffix(f.name, string(filepath.Separator)) {
			wrong = append(wrong, Problem{f.variable, fmt.Sprintf("is %q, which is a folder: name a file in it, like %s.", f.name, filepath.Join(f.name, f.like))})
		}
	}
	return wrong
}

// Warnings are about what is possible and seldom meant.
func (c Config) Warnings(given Environment) (all []string) {
	warn := func(when bool, format string, args ...any) {
		if when {
			all = append(all, fmt.Sprintf(format, args...))
		}
	}
	all = append(given.misnamed(), surroundingWarnings(given)...)
	warn(c.IMAPAddr == "" && (c.IMAPUsername != "" || c.IMAPPassword.Now() != "" || len(c.MailboxSenders) > 0),
		"IMAP_USERNAME, IMAP_PASSWORD or MAILBOX_SENDERS is set, but without IMAP_ADDR there is no order mailbox")
	day, err := time.Parse(time.DateOnly, c.MozyPasswordSet)
	warn(err == nil && day.After(time.Now().AddDate(0, 0, 1)), "MOZY_PASSWORD_SET is %s, a day still to come", c.MozyPasswordSet)
	warn(openHealth(c), "HEALTH_ADDR is %s, which answers everybody who can reach this machine; 127.0.0.1:8760 answers this machine alone", c.HealthAddr)
	all = append(all, sharedWarnings(c)...)
	warn(c.SMTPTLS == "none" && !onThisMachine(c.SMTPAddr), "SMTP_TLS is none: customers' mails cross the network unencrypted")
	for _, a := range []struct{ name, value string }{{"SLACK_API_URL", c.SlackAPIURL}, {"MOZY_URL", c.MozyURL}, {"SINGULARITY_URL", c.SingularityURL}} {
		u, err := url.Parse(a.value)
		warn(err == nil && u.Scheme == "http" && !onThisMachine(u.Host), "%s begins with http: its secret crosses the network unencrypted", a.name)
	}
	return all
}

// openHealth says whether HEALTH_ADDR names no interface, which is all of them.
func openHealth(c Config) bool {
	host, _, ok := hostAndPort(c.HealthAddr)
	ip := net.ParseIP(host)
	return ok && (host == "" || ip != nil && ip.IsUnspecified())
}

// hostAndPort splits an address. The host may be empty, and the port is a number.
func hostAndPort(address string) (host string, port int, ok bool) {
	host, digits, err := net.SplitHostPort(address)
	if err != nil || strings.ContainsAny(host, " /") {
		return "", 0, false
	}
	port, err = strconv.Atoi(digits)
	return host, port, err == nil && port >= 0 && port <= 65535
}

// onThisMachine says whether an address, with or without a port, never leaves this machine.
func onThisMachine(address string) bool {
	host, _, ok := hostAndPort(address)
	if !ok {
		host = strings.Trim(address, "[]")
	}
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func isASCII(text string) bool {
	return !strings.ContainsFunc(text, func(r rune) bool { return r > unicode.MaxASCII })
}

// checkShared minds the variables of a state in etcd by themselves.
func checkShared(c Config, mind func(ok bool, format string, args ...any)) {
	if c.InEtcd() {
		_, err := etcd.ParsePlace(c.State)
		mind(err == nil, "STATE is %q: %v", c.State, err)
	}
	mind(c.Lease >= 2*time.Second && c.Lease%time.Second == 0, "LEASE is %v: it must be whole seconds, at least 2s", c.Lease)
	mind(c.ActTime >= time.Second, "ACT_TIME is %v: it must be at least 1s", c.ActTime)
}

// sharedWarnings are about what is possible with a state in etcd, or without one, and seldom meant.
func sharedWarnings(c Config) (all []string) {
	if !c.InEtcd() {
		if c.StateCA != "" || c.StateCert != "" || c.StateUsername != "" {
			all = append(all, "STATE_CA, STATE_CERT or STATE_USERNAME is set, but STATE is a file")
		}
		return all
	}
	place, err := etcd.ParsePlace(c.State)
	if err != nil {
		return nil
	}
	for _, host := range place.Hosts {
		if c.StateCA == "" && c.StateCert == "" && !onThisMachine(host) {
			all = append(all, "STATE_CA is not set: the state, with customers' data, crosses the network to etcd unencrypted")
			break
		}
	}
	if len(place.Hosts) == 2 {
		all = append(all, "STATE names two members of etcd: two lose their quorum as soon as one is gone; three outlive one")
	}
	return all
}
