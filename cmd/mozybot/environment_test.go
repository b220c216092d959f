package main

import (
	"maps"
	"reflect"
	"strings"
	"testing"
)

// with is a complete environment with some variables set otherwise.
func with(more environment) environment {
	all := environment(complete())
	maps.Copy(all, more)
	return all
}

func TestEveryVariable(t *testing.T) {
	for _, v := range variables() {
		t.Run(v.name, func(t *testing.T) {
			t.Parallel()
			unset := with(nil)
			value := unset[v.name]
			delete(unset, v.name)
			want, wantWrong := readConfig(unset)
			for _, empty := range []string{"", " ", "\n", "\r\n"} {
				if got, wrong := readConfig(with(environment{v.name: empty})); !reflect.DeepEqual(got, want) || !reflect.DeepEqual(wrong, wantWrong) {
					t.Errorf("set to %q: %v\nnot as when it is unset: %v", empty, wrong, wantWrong)
				}
			}
			if value == "" {
				f, _ := reflect.TypeFor[config]().FieldByName(v.field)
				if value = f.Tag.Get("default"); value == "" {
					return
				}
			}
			want, _ = readConfig(with(environment{v.name: value}))
			for _, around := range []string{value + "\n", value + "\r", value + "\r\n", " " + value, "\t" + value + "  "} {
				if got, wrong := readConfig(with(environment{v.name: around})); !reflect.DeepEqual(got, want) || len(wrong) > 0 {
					t.Errorf("set to %q: %v", around, wrong)
				}
			}
			for found, says := range map[string]string{
				`"` + value + `"`: "quotes", "'" + value + "'": "quotes", "“" + value + "”": "quotes",
				"\ufeff" + value: "byte order mark (U+FEFF) at its beginning", value + "\u00a0": "no-break space (U+00A0)", value + "\u200b": "nobody sees (U+200B)",
				value + "\nMODE=live": "line break", value + "\xfc": "no UTF-8", "${" + v.name + "}": "reference", "$(" + v.name + ")": "reference",
			} {
				_, wrong := readConfig(with(environment{v.name: found}))
				if len(wrong) != 1 || wrong[0].variable != v.name || !strings.Contains(wrong[0].says, says) {
					t.Errorf("set to %q: %v, want one problem about %q", found, wrong, says)
				}
				if v.secret() && !strings.HasPrefix(found, "$") && strings.Contains(joined(wrong).Error(), value) {
					t.Errorf("set to %q, and told: %v", found, wrong)
				}
			}
		})
	}
}

func TestSecretsAreKnownByTheirNames(t *testing.T) {
	given := with(nil)
	for _, v := range variables() {
		if v.secret() {
			given[v.name] = "the-secret-of-" + v.name
		}
	}
	c, _ := readConfig(given)
	for _, v := range variables() {
		if v.secret() && c.redactor()(given[v.name]) != redacted {
			t.Errorf("%s is not kept out of the log", v.name)
		}
	}
}

func TestVariables(t *testing.T) {
	for _, c := range []struct {
		name  string
		given environment
		want  string // the only problem, "" for none
	}{
		{"an empty part of a list", environment{"APPROVERS": "U0A,,@ops, "}, ""},
		{"a list of nothing", environment{"APPROVERS": " , "}, "APPROVERS is not set: who may approve"},
		{"quotes around a part of a list", environment{"ORDERS_CHANNEL": `orders, "lab"`}, `ORDERS_CHANNEL is "lab" with the quotes`},
		{"quotes that belong to an address", environment{"SMTP_FROM": `"Example Backup" <backup@example.com>`}, ""},
		{"quotes in a password", environment{"MOZY_PASSWORD": `a"b'c$`}, ""},
		{"a comment behind the value", environment{"MOZY_ADMIN_ROLE": "Customer Admin # ours"}, "a comment behind a value becomes a part of it"},
		{"a hash in a channel and in a password", environment{"ORDERS_CHANNEL": "orders, #lab", "MOZY_PASSWORD": "one # two"}, ""},
		{"a number in another form", environment{"MAX_ORDER_GB": "010"}, ""},
		{"a number with a unit", environment{"MAX_ORDER_GB": "500 GB"}, `MAX_ORDER_GB is "500 GB", which isn't a whole number: `},
		{"a number that is too large", environment{"BACKUPS": "99999999999999999999"}, "isn't a whole number"},
		{"a time span without a unit", environment{"APPROVAL_EXPIRES": "72"}, `APPROVAL_EXPIRES is "72", which isn't a time span like 90m or 24h`},
		{"a time span in days", environment{"RETENTION": "90d"}, "an hour is the longest unit"},
		{"letters that look like others", environment{"APPROVAL": "second\u2011person"}, `APPROVAL is "second\u2011person": it must be`},
		{"an account in an address", environment{"MOZY_URL": "https://bot:hush-hush@console.example"}, `MOZY_URL is "https://(secret)@console.example": it must have no user`},
		{"a token in a wrong place", environment{"MODE": "xoxb-123-abc"}, `MODE is "(secret)": it must be live or dry-run`},
		{"~", environment{"EVIDENCE_DIR": "~/evidence"}, "only a shell knows"},
		{"no port", environment{"IMAP_ADDR": "mail.example", "IMAP_USERNAME": "u", "IMAP_PASSWORD": "p"}, `IMAP_ADDR is "mail.example": it must be host:port`},
		{"no host", environment{"SMTP_ADDR": ":587"}, `SMTP_ADDR is ":587": it must be host:port`},
		{"a port that is none", environment{"SMTP_ADDR": "mail.example:70000"}, "SMTP_ADDR is"},
		{"an address of the web", environment{"SMTP_ADDR": "smtp://mail.example:587"}, "SMTP_ADDR is"},
		{"a health address without a port", environment{"HEALTH_ADDR": "127.0.0.1"}, `HEALTH_ADDR is "127.0.0.1": it must be host:port`},
		{"a health address that is a port", environment{"HEALTH_ADDR": "8760"}, "HEALTH_ADDR is"},
		{"a health address without a host", environment{"HEALTH_ADDR": ":8760"}, ""},
		{"health nowhere", environment{"HEALTH_ADDR": "-"}, ""},
		{"a copy to nobody", environment{"SMTP_CC": "ann@example.com, nobody"}, `SMTP_CC is "nobody": it must be an e-mail address`},
		{"a log-in address that is none", environment{"LOGIN_URL": "example.com/login"}, "LOGIN_URL is"},
		{"a day that is none", environment{"MOZY_PASSWORD_SET": "2026-02-30"}, `MOZY_PASSWORD_SET is "2026-02-30": it must be a day`},
		{"a level that hides errors", environment{"LOG_LEVEL": "panic"}, `LOG_LEVEL is "panic"`},
		{"a level in capitals", environment{"LOG_LEVEL": "INFO"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, wrong := readConfig(with(c.given))
			wantProblem(t, wrong, c.want)
		})
	}
}

func TestValuesThatAreImpossibleTogether(t *testing.T) {
	for _, c := range []struct {
		name  string
		given environment
		want  string
	}{
		{"a user without a password", environment{"SMTP_USERNAME": "bot"}, "SMTP_USERNAME and SMTP_PASSWORD come together"},
		{"a password that would be seen", environment{"SMTP_USERNAME": "bot", "SMTP_PASSWORD": "p", "SMTP_TLS": "none"}, "SMTP_USERNAME is set while SMTP_TLS is none"},
		{"a mailbox without its user", environment{"IMAP_ADDR": "mail.example:993"}, "IMAP_ADDR is set, but IMAP_USERNAME or IMAP_PASSWORD is not"},
		{"a mailbox whose password would be seen", environment{"IMAP_ADDR": "mail.example:143", "IMAP_USERNAME": "u", "IMAP_PASSWORD": "p", "IMAP_TLS": "none"}, "IMAP_TLS is none"},
		{"a mailbox on this machine", environment{"IMAP_ADDR": "[::1]:143", "IMAP_USERNAME": "u", "IMAP_PASSWORD": "p", "IMAP_TLS": "none"}, ""},
		{"mails that stay where they are", environment{"IMAP_ADDR": "mail.example:993", "IMAP_USERNAME": "u", "IMAP_PASSWORD": "p", "IMAP_PEOPLE_FOLDER": "INBOX"}, "IMAP_FOLDER is also"},
		{"a password that was refused already", environment{"IMAP_ADDR": "mail.example:993", "IMAP_USERNAME": "u", "IMAP_PASSWORD": `"p"`}, "IMAP_PASSWORD stands in quotes"},
		{"evidence that outlives the customers' data", environment{"EVIDENCE_DAYS": "91"}, "EVIDENCE_DAYS is 91, more than the 90 days"},
		{"evidence for ever", environment{"EVIDENCE_DAYS": "2000000000"}, "EVIDENCE_DAYS is 2000000000"},
		{"more approvals than approvers", environment{"APPROVERS": "U0A,U0B,U0A", "APPROVALS_NEEDED": "3"}, "APPROVALS_NEEDED is 3, but only 2"},
		{"a group may be anybody", environment{"APPROVERS": "U0A,@ops", "APPROVALS_NEEDED": "3"}, ""},
		{"nobody but the requester", environment{"APPROVERS": "U0A", "REQUESTERS": "U0A"}, "APPROVALS_NEEDED is 1, but only 0"},
		{"nobody but the requester, who may", environment{"APPROVERS": "U0A", "REQUESTERS": "U0A", "APPROVAL": "self"}, ""},
		{"one for the other", environment{"APPROVERS": "U0A,U0B", "REQUESTERS": "U0A,U0B"}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, wrong := readConfig(with(c.given))
			wantProblem(t, wrong, c.want)
		})
	}
}

func wantProblem(t *testing.T, wrong []problem, want string) {
	t.Helper()
	if want == "" && len(wrong) > 0 || want != "" && (len(wrong) != 1 || !strings.Contains(wrong[0].Error(), want)) {
		t.Errorf("%v\nwant the problem %q", wrong, want)
	}
}

func TestVariablesOfOtherNames(t *testing.T) {
	t.Run("are named where one is missing", func(t *testing.T) {
		for _, name := range []string{"\ufeffMOZY_URL", "mozy_url", "MOZY-URL", "export MOZY_URL", " MOZY_URL", "MOZI_URL"} {
			given := with(environment{name: "https://console.example"})
			delete(given, "MOZY_URL")
			_, wrong := readConfig(given)
			if len(wrong) != 1 || !strings.HasPrefix(wrong[0].Error(), "MOZY_URL is not set, but ") {
				t.Errorf("%q: %v", name, wrong)
			}
		}
	})
	t.Run("are warned of where nothing is missing", func(t *testing.T) {
		given := with(environment{"MAILBOX_SENDER": "example.com", "PATH": "/bin", "STATS": "1", "SMTP_PORT": "25", "HOSTNAME": "bot"})
		c, wrong := readConfig(given)
		got := c.warnings(given)
		if len(wrong) > 0 || len(got) != 1 || got[0] != `"MAILBOX_SENDER" is no variable of mozybot's and does nothing; MAILBOX_SENDERS is` {
			t.Errorf("%v\n%q", wrong, got)
		}
	})
}

func TestConfigurationThatIsSeldomMeant(t *testing.T) {
	for name, c := range map[string]struct {
		given environment
		want  string
	}{
		"all is well":              {nil, ""},
		"open to the network":      {environment{"HEALTH_ADDR": ":9090"}, "HEALTH_ADDR is :9090, which answers everybody"},
		"open by its zeros":        {environment{"HEALTH_ADDR": "[::]:9090"}, "HEALTH_ADDR is [::]:9090"},
		"a network of one's own":   {environment{"HEALTH_ADDR": "10.0.0.7:9090"}, ""},
		"a mailbox without a host": {environment{"MAILBOX_SENDERS": "example.com"}, "without IMAP_ADDR there is no order mailbox"},
		"a day to come":            {environment{"MOZY_PASSWORD_SET": "2999-01-01"}, "a day still to come"},
		"mails unencrypted":        {environment{"SMTP_TLS": "none"}, "SMTP_TLS is none"},
		"a console unencrypted":    {environment{"MOZY_URL": "http://console.example"}, "MOZY_URL begins with http:"},
		"a console on this one":    {environment{"MOZY_URL": "http://127.0.0.1:8751"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			given := with(c.given)
			read, wrong := readConfig(given)
			got := strings.Join(read.warnings(given), "\n")
			if len(wrong) > 0 || (c.want == "") != (got == "") || !strings.Contains(got, c.want) || strings.Contains(got, "\n") {
				t.Errorf("%v\nwarns %q, want %q", wrong, got, c.want)
			}
		})
	}
}

func TestServeNamesWhatIsWrongAndShowsNoSecret(t *testing.T) {
	folder := t.TempDir()
	withEnvironment(t, with(environment{"STATE": folder, "MODE": `"live"`, "SLACK_BOT_TOKEN": "'xoxb-1-the-secret'", "WELCOME_DIR": folder + "/none", "SINGULARITY_CONTRACT": folder + "/none.json"}))
	_, stderr, code := runCommand(t, "serve")
	for _, want := range []string{`MODE is "live" with the quotes`, "SLACK_BOT_TOKEN stands in quotes", "STATE is", "which is a folder", "WELCOME_DIR cannot be used", "SINGULARITY_CONTRACT cannot be used"} {
		if !strings.Contains(stderr, want) {
			t.Errorf("nothing says %q", want)
		}
	}
	if code != exitUsage || strings.Contains(stderr, "the-secret") {
		t.Errorf("exit code %d\n%s", code, stderr)
	}
}

func TestCommandsDoNotTakeAnotherStateThanTheOneMeant(t *testing.T) {
	withEnvironment(t, environment{"STATE": `"/data/mozybot.db"`})
	for _, line := range [][]string{{"backup", t.TempDir() + "/b.db"}, {"restore", "b.db"}, {"audit", "verify"}, {"audit", "export"}} {
		if _, stderr, code := runCommand(t, line...); code != exitFailed || !strings.Contains(stderr, "STATE is ") {
			t.Errorf("%v: exit code %d\n%s", line, code, stderr)
		}
	}
}
