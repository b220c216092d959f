package config

import (
	"maps"
	"reflect"
	"strings"
	"testing"
)

// with is a complete environment with some variables set otherwise.
func with(more Environment) Environment {
	all := Environment(complete())
	maps.Copy(all, more)
	return all
}

// configOf reads a configuration from these variables alone.
func configOf(t *testing.T, given Environment) Config {
	t.Helper()
	c, wrong := Read(given)
	if len(wrong) > 0 {
		t.Fatal(wrong)
	}
	return c
}

func TestEveryVariable(t *testing.T) {
	for _, v := range Variables() {
		t.Run(v.Name, func(t *testing.T) {
			t.Parallel()
			unset := with(nil)
			value := unset[v.Name]
			delete(unset, v.Name)
			want, wantWrong := Read(unset)
			for _, empty := range []string{"", " ", "\n", "\r\n"} {
				if got, wrong := Read(with(Environment{v.Name: empty})); !reflect.DeepEqual(got, want) || !reflect.DeepEqual(wrong, wantWrong) {
					t.Errorf("set to %q: %v\nnot as when it is unset: %v", empty, wrong, wantWrong)
				}
			}
			if value == "" {
				f, _ := reflect.TypeFor[Config]().FieldByName(v.field)
				if value = f.Tag.Get("default"); value == "" {
					return
				}
			}
			want, _ = Read(with(Environment{v.Name: value}))
			for _, around := range []string{value + "\n", value + "\r", value + "\r\n", " " + value, "\t" + value + "  "} {
				if got, wrong := Read(with(Environment{v.Name: around})); !reflect.DeepEqual(got, want) || len(wrong) > 0 {
					t.Errorf("set to %q: %v", around, wrong)
				}
			}
			for found, says := range map[string]string{
				`"` + value + `"`: "quotes", "'" + value + "'": "quotes", "“" + value + "”": "quotes",
				"\ufeff" + value: "byte order mark (U+FEFF) at its beginning", value + "\u00a0": "no-break space (U+00A0)", value + "\u200b": "nobody sees (U+200B)",
				value + "\nMODE=live": "line break", value + "\xfc": "no UTF-8", "${" + v.Name + "}": "reference", "$(" + v.Name + ")": "reference",
			} {
				_, wrong := Read(with(Environment{v.Name: found}))
				if len(wrong) != 1 || wrong[0].Variable != v.Name || !strings.Contains(wrong[0].Says, says) {
					t.Errorf("set to %q: %v, want one problem about %q", found, wrong, says)
				}
				if v.Secret() && !strings.HasPrefix(found, "$") && strings.Contains(Joined(wrong).Error(), value) {
					t.Errorf("set to %q, and told: %v", found, wrong)
				}
			}
		})
	}
}

func TestSecretsAreKnownByTheirNames(t *testing.T) {
	given := with(nil)
	for _, v := range Variables() {
		if v.Secret() {
			given[v.Name] = "the-secret-of-" + v.Name
		}
	}
	c, _ := Read(given)
	for _, v := range Variables() {
		if v.Secret() && c.Redactor()(given[v.Name]) != redacted {
			t.Errorf("%s is not kept out of the log", v.Name)
		}
	}
}

func TestVariables(t *testing.T) {
	for _, c := range []struct {
		name  string
		given Environment
		want  string // the only problem, "" for none
	}{
		{"an empty part of a list", Environment{"APPROVERS": "U0A,,@ops, "}, ""},
		{"a list of nothing", Environment{"APPROVERS": " , "}, "APPROVERS is not set: who may approve"},
		{"quotes around a part of a list", Environment{"ORDERS_CHANNEL": `orders, "lab"`}, `ORDERS_CHANNEL is "lab" with the quotes`},
		{"quotes that belong to an address", Environment{"SMTP_FROM": `"Example Backup" <backup@example.com>`}, ""},
		{"quotes in a password", Environment{"MOZY_PASSWORD": `a"b'c$`}, ""},
		{"a comment behind the value", Environment{"MOZY_ADMIN_ROLE": "Customer Admin # ours"}, "a comment behind a value becomes a part of it"},
		{"a hash in a channel and in a password", Environment{"ORDERS_CHANNEL": "orders, #lab", "MOZY_PASSWORD": "one # two"}, ""},
		{"a number in another form", Environment{"MAX_ORDER_GB": "010"}, ""},
		{"a number with a unit", Environment{"MAX_ORDER_GB": "500 GB"}, `MAX_ORDER_GB is "500 GB", which isn't a whole number: `},
		{"a number that is too large", Environment{"BACKUPS": "99999999999999999999"}, "isn't a whole number"},
		{"a time span without a unit", Environment{"APPROVAL_EXPIRES": "72"}, `APPROVAL_EXPIRES is "72", which isn't a time span like 90m or 24h`},
		{"a time span in days", Environment{"RETENTION": "90d"}, "an hour is the longest unit"},
		{"letters that look like others", Environment{"APPROVAL": "second\u2011person"}, `APPROVAL is "second\u2011person": it must be`},
		{"an account in an address", Environment{"MOZY_URL": "https://bot:hush-hush@console.example"}, `MOZY_URL is "https://(secret)@console.example": it must have no user`},
		{"a token in a wrong place", Environment{"MODE": "xoxb-123-abc"}, `MODE is "(secret)": it must be live or dry-run`},
		{"~", Environment{"EVIDENCE_DIR": "~/evidence"}, "only a shell knows"},
		{"no port", Environment{"IMAP_ADDR": "mail.example", "IMAP_USERNAME": "u", "IMAP_PASSWORD": "p"}, `IMAP_ADDR is "mail.example": it must be host:port`},
		{"no host", Environment{"SMTP_ADDR": ":587"}, `SMTP_ADDR is ":587": it must be host:port`},
		{"a port that is none", Environment{"SMTP_ADDR": "mail.example:70000"}, "SMTP_ADDR is"},
		{"an address of the web", Environment{"SMTP_ADDR": "smtp://mail.example:587"}, "SMTP_ADDR is"},
		{"a health address without a port", Environment{"HEALTH_ADDR": "127.0.0.1"}, `HEALTH_ADDR is "127.0.0.1": it must be host:port`},
		{"a health address that is a port", Environment{"HEALTH_ADDR": "8760"}, "HEALTH_ADDR is"},
		{"a health address without a host", Environment{"HEALTH_ADDR": ":8760"}, ""},
		{"health nowhere", Environment{"HEALTH_ADDR": "-"}, ""},
		{"a copy to nobody", Environment{"SMTP_CC": "ann@example.com, nobody"}, `SMTP_CC is "nobody": it must be an e-mail address`},
		{"a log-in address that is none", Environment{"LOGIN_URL": "example.com/login"}, "LOGIN_URL is"},
		{"a day that is none", Environment{"MOZY_PASSWORD_SET": "2026-02-30"}, `MOZY_PASSWORD_SET is "2026-02-30": it must be a day`},
		{"a level that hides errors", Environment{"LOG_LEVEL": "panic"}, `LOG_LEVEL is "panic"`},
		{"a level in capitals", Environment{"LOG_LEVEL": "INFO"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, wrong := Read(with(c.given))
			wantProblem(t, wrong, c.want)
		})
	}
}

func TestValuesThatAreImpossibleTogether(t *testing.T) {
	for _, c := range []struct {
		name  string
		given Environment
		want  string
	}{
		{"a user without a password", Environment{"SMTP_USERNAME": "bot"}, "SMTP_USERNAME and SMTP_PASSWORD come together"},
		{"a password that would be seen", Environment{"SMTP_USERNAME": "bot", "SMTP_PASSWORD": "p", "SMTP_TLS": "none"}, "SMTP_USERNAME is set while SMTP_TLS is none"},
		{"a mailbox without its user", Environment{"IMAP_ADDR": "mail.example:993"}, "IMAP_ADDR is set, but IMAP_USERNAME or IMAP_PASSWORD is not"},
		{"a mailbox whose password would be seen", Environment{"IMAP_ADDR": "mail.example:143", "IMAP_USERNAME": "u", "IMAP_PASSWORD": "p", "IMAP_TLS": "none"}, "IMAP_TLS is none"},
		{"a mailbox on this machine", Environment{"IMAP_ADDR": "[::1]:143", "IMAP_USERNAME": "u", "IMAP_PASSWORD": "p", "IMAP_TLS": "none"}, ""},
		{"mails that stay where they are", Environment{"IMAP_ADDR": "mail.example:993", "IMAP_USERNAME": "u", "IMAP_PASSWORD": "p", "IMAP_PEOPLE_FOLDER": "INBOX"}, "IMAP_FOLDER is also"},
		{"a password that was refused already", Environment{"IMAP_ADDR": "mail.example:993", "IMAP_USERNAME": "u", "IMAP_PASSWORD": `"p"`}, "IMAP_PASSWORD stands in quotes"},
		{"evidence that outlives the customers' data", Environment{"EVIDENCE_DAYS": "91"}, "EVIDENCE_DAYS is 91, more than the 90 days"},
		{"evidence for ever", Environment{"EVIDENCE_DAYS": "2000000000"}, "EVIDENCE_DAYS is 2000000000"},
		{"more approvals than approvers", Environment{"APPROVERS": "U0A,U0B,U0A", "APPROVALS_NEEDED": "3"}, "APPROVALS_NEEDED is 3, but only 2"},
		{"a group may be anybody", Environment{"APPROVERS": "U0A,@ops", "APPROVALS_NEEDED": "3"}, ""},
		{"nobody but the requester", Environment{"APPROVERS": "U0A", "REQUESTERS": "U0A"}, "APPROVALS_NEEDED is 1, but only 0"},
		{"nobody but the requester, who may", Environment{"APPROVERS": "U0A", "REQUESTERS": "U0A", "APPROVAL": "self"}, ""},
		{"one for the other", Environment{"APPROVERS": "U0A,U0B", "REQUESTERS": "U0A,U0B"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, wrong := Read(with(c.given))
			wantProblem(t, wrong, c.want)
		})
	}
}

func wantProblem(t *testing.T, wrong []Problem, want string) {
	t.Helper()
	if want == "" && len(wrong) > 0 || want != "" && (len(wrong) != 1 || !strings.Contains(wrong[0].Error(), want)) {
		t.Errorf("%v\nwant the problem %q", wrong, want)
	}
}

func TestVariablesOfOtherNames(t *testing.T) {
	t.Run("are named where one is missing", func(t *testing.T) {
		for _, name := range []string{"\ufeffMOZY_URL", "mozy_url", "MOZY-URL", "export MOZY_URL", " MOZY_URL", "MOZI_URL"} {
			given := with(Environment{name: "https://console.example"})
			delete(given, "MOZY_URL")
			_, wrong := Read(given)
			if len(wrong) != 1 || !strings.HasPrefix(wrong[0].Error(), "MOZY_URL is not set, but ") {
				t.Errorf("%q: %v", name, wrong)
			}
		}
	})
	t.Run("are warned of where nothing is missing", func(t *testing.T) {
		given := with(Environment{"MAILBOX_SENDER": "example.com", "PATH": "/bin", "STATS": "1", "SMTP_PORT": "25", "HOSTNAME": "bot"})
		c, wrong := Read(given)
		got := c.Warnings(given)
		if len(wrong) > 0 || len(got) != 1 || got[0] != `"MAILBOX_SENDER" is no variable of mozybot's and does nothing; MAILBOX_SENDERS is` {
			t.Errorf("%v\n%q", wrong, got)
		}
	})
}

func TestConfigurationThatIsSeldomMeant(t *testing.T) {
	for name, c := range map[string]struct {
		given Environment
		want  string
	}{
		"all is well":              {nil, ""},
		"open to the network":      {Environment{"HEALTH_ADDR": ":9090"}, "HEALTH_ADDR is :9090, which answers everybody"},
		"open by its zeros":        {Environment{"HEALTH_ADDR": "[::]:9090"}, "HEALTH_ADDR is [::]:9090"},
		"a network of one's own":   {Environment{"HEALTH_ADDR": "10.0.0.7:9090"}, ""},
		"a mailbox without a host": {Environment{"MAILBOX_SENDERS": "example.com"}, "without IMAP_ADDR there is no order mailbox"},
		"a day to come":            {Environment{"MOZY_PASSWORD_SET": "2999-01-01"}, "a day still to come"},
		"mails unencrypted":        {Environment{"SMTP_TLS": "none"}, "SMTP_TLS is none"},
		"a console unencrypted":    {Environment{"MOZY_URL": "http://console.example"}, "MOZY_URL begins with http:"},
		"a console on this one":    {Environment{"MOZY_URL": "http://127.0.0.1:8751"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			given := with(c.given)
			read, wrong := Read(given)
			got := strings.Join(read.Warnings(given), "\n")
			if len(wrong) > 0 || (c.want == "") != (got == "") || !strings.Contains(got, c.want) || strings.Contains(got, "\n") {
				t.Errorf("%v\nwarns %q, want %q", wrong, got, c.want)
			}
		})
	}
}
