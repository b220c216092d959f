package config

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// withEnvironment sets exactly these variables of ours for one test.
func withEnvironment(t *testing.T, set map[string]string) {
	t.Helper()
	for _, v := range Variables() {
		name := v.Name
		t.Setenv(name, set[name]) // so that it is put back afterwards
		if _, ok := set[name]; !ok {
			if err := os.Unsetenv(name); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func complete() map[string]string {
	return map[string]string{
		"SLACK_APP_TOKEN": "xapp-1", "SLACK_BOT_TOKEN": "xoxb-1", "ORDERS_CHANNEL": "orders, C0LAB", "APPROVERS": "U0A,@ops",
		"MOZY_URL": "https://console.example", "MOZY_USERNAME": "bot@example.com", "MOZY_PASSWORD": "hush",
		"SMTP_ADDR": "mail.example:587", "SMTP_FROM": "backup@example.com", "SINGULARITY_URL": "https://tasks.example", "SINGULARITY_TOKEN": "task-token",
	}
}

func TestConfiguration(t *testing.T) {
	t.Run("is complete with what is needed and fills the rest in", func(t *testing.T) {
		withEnvironment(t, complete())
		c, err := Load()
		if err != nil {
			t.Fatal(err)
		}
		if c.SlackAPIURL != "https://slack.com/api/" || c.MaxOrderGB != 10_000 || c.MozyAdminRole != "Customer Admin" || len(c.OrdersChannel) != 2 {
			t.Errorf("%+v", c)
		}
	})
	t.Run("names everything that is missing, with what it is for", func(t *testing.T) {
		withEnvironment(t, nil)
		_, err := Load()
		for name := range complete() {
			if err == nil || !strings.Contains(err.Error(), name+" is not set: ") {
				t.Errorf("%s is not named in\n%v", name, err)
			}
		}
	})
	t.Run("names everything that is wrong, all at once", func(t *testing.T) {
		wrong := complete()
		for name, value := range map[string]string{
			"SLACK_APP_TOKEN": "xoxb-1", "SLACK_BOT_TOKEN": "xapp-1", "SLACK_API_URL": "https://slack.com", "APPROVAL": "anybody", "APPROVALS_NEEDED": "0", "MAILBOX_SENDERS": "example.com,nobody", "APPROVAL_EXPIRES": "5m",
			"MAX_ORDER_GB": "lots", "MOZY_PASSWORD_SET": "yesterday", "MOZY_PASSWORD_MAX_AGE": "0", "MOZY_URL": "console.example/login", "SMTP_TLS": "maybe", "LOG_LEVEL": "loud", "LOG_FORMAT": "xml", "SINGULARITY_URL": "ftp://x", "SMTP_ADDR": "nohost", "SMTP_FROM": "not an address",
		} {
			wrong[name] = value
		}
		withEnvironment(t, wrong)
		_, err := Load()
		for name, value := range wrong {
			if value == complete()[name] {
				continue
			}
			if err == nil || strings.Count("\n"+err.Error(), "\n"+name+" ") != 1 {
				t.Errorf("%s=%s is not named once in\n%v", name, value, err)
			}
		}
	})
	t.Run("every variable says what it is for", func(t *testing.T) {
		var text bytes.Buffer
		if err := Describe(&text); err != nil {
			t.Fatal(err)
		}
		for _, v := range Variables() {
			if v.Desc == "" || !strings.Contains(text.String(), "  "+v.Name+" ") {
				t.Errorf("%s has no description", v.Name)
			}
		}
	})
	t.Run("no secret can be logged", func(t *testing.T) {
		withEnvironment(t, complete())
		c, err := Load()
		if err != nil {
			t.Fatal(err)
		}
		var text bytes.Buffer
		c.Logger(&text).WithField("url", "https://x/?token=xoxb-1").Error("the password is hush")
		if s := text.String(); strings.Contains(s, "xoxb-1") || strings.Contains(s, "hush") || !strings.Contains(s, "(secret)") {
			t.Errorf("logged %s", s)
		}
	})
}

// A name may be that of anything; the start must neither wait for it nor keep what it gives.
func TestAVariableThatNamesNoPlainFileIsRefused(t *testing.T) {
	dir := t.TempDir()
	pipe := filepath.Join(dir, "welcome.txt")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ variable, value, says string }{
		{"MOZY_PASSWORD_FILE", pipe, "nobody writes into it"},
		{"SINGULARITY_TOKEN_FILE", "/dev/zero", "larger than"},
		{"SINGULARITY_CONTRACT", pipe, "nobody writes into it"},
		{"WELCOME_DIR", dir, "nobody writes into it"},
		{"AUDIT_HEADS", dir, "which is a folder"},
		{"AUDIT_KEY", dir, "which is a folder"},
	} {
		t.Run(c.variable, func(t *testing.T) {
			given := complete()
			given[c.variable] = c.value
			if secret, isFile := strings.CutSuffix(c.variable, "_FILE"); isFile {
				delete(given, secret)
			}
			withEnvironment(t, given)
			if _, err := Load(); err == nil || !strings.Contains(err.Error(), c.variable+" ") || !strings.Contains(err.Error(), c.says) {
				t.Errorf("%v", err)
			}
		})
	}
}
