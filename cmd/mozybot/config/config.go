// Package config is what mozybot is configured with: every variable of the environment with its default and its rule, all that
// is wrong or seldom meant said at once, secrets that no log shows, and each part's own configuration made of it.
//
// It makes none of the parts and connects to nothing; package main does.
package config

import (
	"errors"
	"fmt"
	"io"
	netmail "net/mail"
	"net/url"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/sirupsen/logrus"

	"mozybot/provision"
	"mozybot/provision/mailbox"
)

// Config is the whole environment of "mozybot serve"; environment.go reads it. The tag need marks what it cannot do without,
// and desc says what a variable is for: here, in error messages and in "mozybot serve -h".
type Config struct {
	SlackAppToken Secret `env:"SLACK_APP_TOKEN" need:"true" desc:"Slack's app-level token, xapp-…, with the scope connections:write"`
	SlackBotToken Secret `env:"SLACK_BOT_TOKEN" need:"true" desc:"Slack's bot token, xoxb-…"`
	SlackAPIURL   string `env:"SLACK_API_URL" default:"https://slack.com/api/" desc:"where Slack's Web API is; ends in /api/"`

	Mode string `env:"MODE" default:"live" desc:"live, or dry-run (also: shadow): everything but the acts; each step says what it would do, and nothing is bought, created, mailed or closed"`

	OrdersChannel []string `env:"ORDERS_CHANNEL" need:"true" desc:"the channels where orders are dropped, by id (C0…) or name, separated by commas"`
	Approvers     []string `env:"APPROVERS" need:"true" desc:"who may approve: user ids (U0…) and user groups (@handle or S0…), separated by commas"`
	Approval      string   `env:"APPROVAL" default:"second-person" desc:"second-person: the approver is not the requester; self: they may be"`
	Needed        int      `env:"APPROVALS_NEEDED" default:"1" desc:"how many approvers have to say yes to the same numbers"`
	Spare         string   `env:"SPARE" default:"ask" desc:"the default group's spare storage before buying: ask (a second button), always, or never (the runbook's own way)"`
	Report        string   `env:"REPORT" default:"monthly" desc:"monthly: the storage and what it cost is posted into the first of ORDERS_CHANNEL at the start of each month; or never"`
	Requesters    []string `env:"REQUESTERS" desc:"who may bring orders, likewise; everybody in the channels when empty"`

	Expires time.Duration `env:"APPROVAL_EXPIRES" default:"72h" desc:"how long an order waits for its approval; people are reminded once, after half of it"`

	MaxOrderGB int `env:"MAX_ORDER_GB" default:"10000" desc:"an order of more GB than this is refused before anyone approves it"`

	MozyURL            string        `env:"MOZY_URL" need:"true" desc:"the console's origin, https://host"`
	MozyUsername       string        `env:"MOZY_USERNAME" need:"true" desc:"the e-mail the bot logs in to the console with"`
	MozyPassword       Secret        `env:"MOZY_PASSWORD" need:"true" desc:"its password"`
	MozyPasswordSet    string        `env:"MOZY_PASSWORD_SET" desc:"the day the password was set, like 2026-11-23; people are then told before it expires"`
	MozyPasswordMaxAge int           `env:"MOZY_PASSWORD_MAX_AGE" default:"90" desc:"how many days the console lets a password live"`
	MozyAdminRole      string        `env:"MOZY_ADMIN_ROLE" default:"Customer Admin" desc:"the role a customer's admin gets"`
	ConsoleCheckEvery  time.Duration `env:"CONSOLE_CHECK_EVERY" default:"15m" desc:"how often the console is looked over when no order has it looked at; readiness and metrics tell what was found"`
	Chromium           string        `env:"CHROMIUM" desc:"the browser's program, Chromium or Chrome but not their headless shell; found by its usual names when empty"`
	ChromiumSandbox    string        `env:"CHROMIUM_SANDBOX" default:"auto" desc:"Chromium's sandbox: auto uses it where the machine allows it and says so where not; on, or off"`
	EvidenceDir        string        `env:"EVIDENCE_DIR" desc:"where screenshots of the console's panels are kept; beside STATE when empty"`
	EvidenceDays       int           `env:"EVIDENCE_DAYS" default:"0" desc:"how many days they are kept; as long as RETENTION with 0"`

	SMTPAddr     string   `env:"SMTP_ADDR" need:"true" desc:"the mail server for the welcome mail, host:port"`
	SMTPFrom     string   `env:"SMTP_FROM" need:"true" desc:"the welcome mail's sender; in \"Name <address>\" the name signs the mail"`
	SMTPTLS      string   `env:"SMTP_TLS" default:"starttls" desc:"starttls, tls, or none; with none there is no log-in"`
	SMTPUsername string   `env:"SMTP_USERNAME" desc:"the mail server's user, if it wants one"`
	SMTPPassword Secret   `env:"SMTP_PASSWORD" desc:"its password"`
	SMTPReplyTo  string   `env:"SMTP_REPLY_TO" desc:"where a customer's answer to the welcome mail goes; to its sender when empty"`
	SMTPCC       []string `env:"SMTP_CC" desc:"who gets a copy of every welcome mail, separated by commas"`
	SMTPBCC      []string `env:"SMTP_BCC" desc:"who gets a hidden copy, likewise"`
	WelcomeDir   string   `env:"WELCOME_DIR" desc:"a folder with welcome.txt, welcome.html, more-storage.txt or more-storage.html, templates that take the place of the built-in mails"`
	LoginURL     string   `env:"LOGIN_URL" desc:"the log-in address the welcome mail names; MOZY_URL when empty"`

	IMAPAddr         string `env:"IMAP_ADDR" desc:"the mail server of the mailbox that orders come to, host:port; without it there is none"`
	IMAPUsername     string `env:"IMAP_USERNAME" desc:"its user"`
	IMAPPassword     Secret `env:"IMAP_PASSWORD" desc:"its password"`
	IMAPTLS          string `env:"IMAP_TLS" default:"tls" desc:"tls, starttls, or none, which is for a server on the same machine"`
	IMAPFolder       string `env:"IMAP_FOLDER" default:"INBOX" desc:"the folder that orders come to; they are posted into the first of ORDERS_CHANNEL"`
	IMAPDoneFolder   string `env:"IMAP_DONE_FOLDER" default:"Orders done" desc:"the folder that mails with an order are moved to once they have a job; made when missing"`
	IMAPPeopleFolder string `env:"IMAP_PEOPLE_FOLDER" default:"For people" desc:"the folder that all other mails are moved to"`

	MailboxSenders []string `env:"MAILBOX_SENDERS" desc:"whose mails are orders: addresses and domains, separated by commas, and only if the mail server confirms the sender; everybody's when empty"`

	SingularityURL      string `env:"SINGULARITY_URL" need:"true" desc:"the task tracker's address"`
	SingularityToken    Secret `env:"SINGULARITY_TOKEN" need:"true" desc:"its API token"`
	SingularityContract string `env:"SINGULARITY_CONTRACT" desc:"a JSON file that says how to ask the tracker; a plain contract is built in"`

	CorrespondFor time.Duration `env:"CORRESPOND_FOR" default:"24h" desc:"how long a mail server or a tracker that is down, or asks for later, is tried before a person is called"`

	ShutdownGrace time.Duration `env:"SHUTDOWN_GRACE" default:"30s" desc:"how long an act in hand may go on after SIGTERM; whatever stops the bot must wait 15s longer"`

	Retention time.Duration `env:"RETENTION" default:"2160h" desc:"how long customers' data is kept, in jobs that are over and in screenshots (2160h are 90 days); ids, dates, figures and hashes stay"`

	State      string `env:"STATE" default:"data/mozybot.db" desc:"the file that must survive a restart; or for several replicas etcd://host:2379,host:2379/prefix, a state in etcd"`
	AuditKey   string `env:"AUDIT_KEY" desc:"the file with the key that signs the audit's heads, made when missing; beside STATE when empty"`
	AuditHeads string `env:"AUDIT_HEADS" desc:"where each head of the audit is told beside Slack: a file that lines are added to, or syslog"`
	Backups    int    `env:"BACKUPS" default:"7" desc:"how many of its daily backups are kept beside it; 0 makes none"`

	StateCopy     string        `env:"STATE_COPY" default:"data/mozybot-copy.db" desc:"with a state in etcd: the file with which this replica follows it; may be lost; backups and evidence lie beside it"`
	StateCA       string        `env:"STATE_CA" desc:"with a state in etcd: the file with its certificate authority, for TLS"`
	StateCert     string        `env:"STATE_CERT" desc:"the certificate file that mozybot shows etcd, if it wants one"`
	StateKey      string        `env:"STATE_KEY" desc:"the file with its key"`
	StateUsername string        `env:"STATE_USERNAME" desc:"etcd's user, if it wants one"`
	StatePassword Secret        `env:"STATE_PASSWORD" desc:"its password"`
	Lease         time.Duration `env:"LEASE" default:"12s" desc:"with a state in etcd: how long a leader that etcd no longer hears from is waited for; at least two ACT_TIMEs"`
	ActTime       time.Duration `env:"ACT_TIME" default:"5s" desc:"with a state in etcd: how long one press at the console, or one mail, may take until another replica takes over"`

	CacheDir           string `env:"CACHE_DIR" desc:"where compiled code for reading PDFs is kept; may be lost; the user's cache folder when empty, or one in TMPDIR where that can't be used"`
	HealthAddr         string `env:"HEALTH_ADDR" default:"127.0.0.1:8760" desc:"where /livez, /readyz and /metrics answer; - for nowhere; without a host, like :8760, to everybody who can reach the machine"`
	RequireConfinement bool   `env:"REQUIRE_CONFINEMENT" default:"false" desc:"true: don't run where the process that reads order files can't be kept from files, the network and other programs"`
	LogLevel           string `env:"LOG_LEVEL" default:"info" desc:"debug, info, warn or error"`
	LogFormat          string `env:"LOG_FORMAT" default:"text" desc:"text or json"`
}

// Load reads the environment and says everything that is wrong with it at once.
func Load() (Config, error) {
	c, wrong := Usable(Process())
	return c, Joined(wrong)
}

// Usable is Read with a look at the files that are named.
func Usable(given Environment) (Config, []Problem) {
	c, wrong := Read(given)
	return c, append(append(wrong, unusable(c, wrong)...), surroundings(c, given)...)
}

// Some is for commands that need no more than the named variables: what is wrong with the rest is for serve and
// doctor to say.
func Some(names ...string) (Config, error) {
	c, wrong := Read(Process())
	return c, Joined(slices.DeleteFunc(wrong, func(p Problem) bool { return !slices.Contains(names, p.Variable) }))
}

// Joined is one error of all that is wrong, nil for nothing.
func Joined(wrong []Problem) error {
	var all []error
	for _, p := range wrong {
		all = append(all, p)
	}
	return errors.Join(all...)
}

// check holds the values that are there against what they may be.
func check(c Config) []error {
	var wrong []error
	mind := func(ok bool, format string, args ...any) {
		if ok {
			return
		}
		for i, a := range args {
			if value, is := a.(string); is {
				args[i] = clipped(withoutTokens(value))
			}
		}
		wrong = append(wrong, fmt.Errorf(strings.ReplaceAll(format, "%q", "%+q"), args...)) // letters that look like others are spelled out
	}
	mind(begins(c.SlackAppToken, "xapp-"), "SLACK_APP_TOKEN does not begin with xapp-: it is the app-level token of \"Basic Information\", not the bot token")
	mind(begins(c.SlackBotToken, "xoxb-"), "SLACK_BOT_TOKEN does not begin with xoxb-: it is the \"Bot User OAuth Token\" of \"OAuth & Permissions\"")
	mind(strings.HasSuffix(c.SlackAPIURL, "/api/"), "SLACK_API_URL is %q: it must end in /api/", c.SlackAPIURL)
	for _, a := range []struct{ name, value string }{{"SLACK_API_URL", c.SlackAPIURL}, {"MOZY_URL", c.MozyURL}, {"SINGULARITY_URL", c.SingularityURL}, {"LOGIN_URL", c.LoginURL}} {
		u, err := url.Parse(a.value)
		mind(a.value == "" || err == nil && u.Host != "" && (u.Scheme == "http" || u.Scheme == "https"), "%s is %q: it must be an http or https address", a.name, a.value)
		mind(err != nil || u.User == nil, "%s is %q: it must have no user or password in it", a.name, a.value)
	}
	if u, err := url.Parse(c.MozyURL); err == nil && u.Host != "" {
		mind(strings.Trim(u.Path, "/") == "" && u.RawQuery == "", "MOZY_URL is %q: it must be an origin, scheme and host only", c.MozyURL)
	}
	mind(c.Mode == "live" || c.DryRun(), "MODE is %q: it must be live or dry-run", c.Mode)
	mind(c.Approval == "second-person" || c.Approval == "self", "APPROVAL is %q: it must be second-person or self", c.Approval)
	mind(c.Needed > 0, "APPROVALS_NEEDED is %d: it must be at least 1", c.Needed)
	mind(c.Spare == "ask" || c.Spare == "always" || c.Spare == "never", "SPARE is %q: it must be ask, always or never", c.Spare)
	mind(c.Report == "monthly" || c.Report == "never", "REPORT is %q: it must be monthly or never", c.Report)
	mind(c.Expires >= time.Hour, "APPROVAL_EXPIRES is %v: it must be at least 1h", c.Expires)
	mind(c.ChromiumSandbox == "auto" || c.ChromiumSandbox == "on" || c.ChromiumSandbox == "off", "CHROMIUM_SANDBOX is %q: it must be auto, on or off", c.ChromiumSandbox)
	mind(c.SMTPTLS == "starttls" || c.SMTPTLS == "tls" || c.SMTPTLS == "none", "SMTP_TLS is %q: it must be starttls, tls or none", c.SMTPTLS)
	for _, a := range []struct{ name, value string }{{"SMTP_ADDR", c.SMTPAddr}, {"IMAP_ADDR", c.IMAPAddr}} {
		host, port, ok := hostAndPort(a.value)
		mind(a.value == "" || ok && host != "" && port > 0, "%s is %q: it must be host:port, like mail.example.com:587", a.name, a.value)
	}
	_, _, ok := hostAndPort(c.HealthAddr)
	mind(ok || c.HealthAddr == "-", "HEALTH_ADDR is %q: it must be host:port, like 127.0.0.1:8760, or - for nowhere", c.HealthAddr)
	for _, a := range []struct {
		name   string
		values []string
	}{{"SMTP_FROM", []string{c.SMTPFrom}}, {"SMTP_REPLY_TO", []string{c.SMTPReplyTo}}, {"SMTP_CC", c.SMTPCC}, {"SMTP_BCC", c.SMTPBCC}} {
		for _, value := range a.values {
			address, err := netmail.ParseAddress(value)
			mind(value == "" || err == nil && isASCII(address.Address), "%s is %q: it must be an e-mail address, like \"Example Backup <backup@example.com>\"", a.name, value)
		}
	}
	if c.MozyPasswordSet != "" {
		_, err := time.Parse(time.DateOnly, c.MozyPasswordSet)
		mind(err == nil, "MOZY_PASSWORD_SET is %q: it must be a day like 2026-11-23", c.MozyPasswordSet)
	}
	checkShared(c, mind)
	mind(c.MozyPasswordMaxAge > 0, "MOZY_PASSWORD_MAX_AGE is %d: it must be at least 1", c.MozyPasswordMaxAge)
	mind(c.Retention >= 24*time.Hour, "RETENTION is %v: it must be at least 24h", c.Retention)
	mind(c.EvidenceDays >= 0, "EVIDENCE_DAYS is %d: it must be at least 0", c.EvidenceDays)
	mind(c.Backups >= 0, "BACKUPS is %d: it must be at least 0", c.Backups)
	mind(c.IMAPTLS == "starttls" || c.IMAPTLS == "tls" || c.IMAPTLS == "none", "IMAP_TLS is %q: it must be tls, starttls or none", c.IMAPTLS)
	_, err := mailbox.ParseSenders(c.MailboxSenders)
	mind(err == nil, "MAILBOX_SENDERS is %q: %v", strings.Join(c.MailboxSenders, ","), err)
	mind(c.MaxOrderGB > 0 && c.MaxOrderGB <= provision.MaxGB, "MAX_ORDER_GB is %d: it must be from 1 to %d", c.MaxOrderGB, provision.MaxGB)
	mind(c.ConsoleCheckEvery >= time.Second, "CONSOLE_CHECK_EVERY is %v: it must be at least 1s", c.ConsoleCheckEvery)
	mind(c.ShutdownGrace >= time.Second, "SHUTDOWN_GRACE is %v: it must be at least 1s", c.ShutdownGrace)
	mind(c.CorrespondFor > 0, "CORRESPOND_FOR is %v: it must be more than nothing, like 24h or 90m", c.CorrespondFor)
	level, err := logrus.ParseLevel(c.LogLevel)
	mind(err == nil && level >= logrus.ErrorLevel && level <= logrus.DebugLevel, "LOG_LEVEL is %q: it must be debug, info, warn or error", c.LogLevel)
	mind(c.LogFormat == "text" || c.LogFormat == "json", "LOG_FORMAT is %q: it must be text or json", c.LogFormat)
	return wrong
}

// begins says whether a secret that was given begins so.
func begins(s Secret, with string) bool {
	value := s.Now()
	return value == "" || strings.HasPrefix(value, with)
}

// EvidenceFor is how long screenshots are kept.
func (c Config) EvidenceFor() time.Duration {
	if c.EvidenceDays == 0 {
		return c.Retention
	}
	return time.Duration(c.EvidenceDays) * 24 * time.Hour
}

// Describe prints every variable with its default and what it is for.
func Describe(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, v := range Variables() {
		value := v.fallback
		switch {
		case v.Needed:
			value = "needed"
		case value == "":
			value = "-"
		}
		fmt.Fprintf(t, "  %s\t%s\t%s\n", v.Name, value, v.Desc)
	}
	return t.Flush()
}

// DryRun says whether nothing is to be changed anywhere.
func (c Config) DryRun() bool { return c.Mode == "dry-run" || c.Mode == "shadow" }

// Rules are where orders are taken and who approves them, for the log.
func (c Config) Rules() string {
	mode, where := "live", strings.Join(c.OrdersChannel, ", ")
	if c.DryRun() {
		mode = "a dry run, which changes nothing"
	} else if c.IMAPAddr != "" {
		where += " and the order mailbox " + c.IMAPUsername
	}
	own := "not for their own orders"
	if c.Approval == "self" {
		own = "also for their own orders"
	}
	return fmt.Sprintf("ready, %s: orders are taken from %s; %s may approve, %s, and each order needs %d of them",
		mode, where, strings.Join(c.Approvers, ", "), own, c.Needed)
}
