package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mozybot/fixtures/sandbox"
	"mozybot/state/bolt"
)

// doctorIn has the doctor look at a sandbox, with some variables set otherwise.
func doctorIn(t *testing.T, s *sandbox.Sandbox, more ...string) (lines map[string]string, code int) {
	t.Helper()
	var out, errs bytes.Buffer
	doctor := program(t, s, filepath.Join(t.TempDir(), "mozybot.db"), "doctor", more...)
	doctor.Stdout, doctor.Stderr = &out, &errs
	if err := doctor.Run(); doctor.ProcessState == nil {
		t.Fatal(err)
	}
	code = doctor.ProcessState.ExitCode()
	if errs.Len() > 0 {
		t.Errorf("it complains: %s", errs.String())
	}
	lines = map[string]string{}
	for _, line := range strings.Split(strings.TrimSpace(out.String()), "\n") {
		if len(line) < 6 {
			t.Fatalf("the line %q is too short", line)
		}
		name, found, _ := strings.Cut(line[6:], ": ")
		lines[name] = strings.TrimSpace(line[:6]) + " " + found
	}
	t.Log(out.String())
	return lines, code
}

func wantLines(t *testing.T, lines map[string]string, want map[string]string) {
	t.Helper()
	for name, words := range want {
		if !strings.Contains(lines[name], words) {
			t.Errorf("%s: %q, want %q", name, lines[name], words)
		}
	}
}

func TestDoctorFindsAllWell(t *testing.T) {
	needBrowser(t)
	t.Parallel()
	s := startSandbox(t)
	lines, code := doctorIn(t, s)
	for name, line := range lines {
		if !strings.HasPrefix(line, "ok ") {
			t.Errorf("%s: %s", name, line)
		}
	}
	if code != exitOK || len(lines) < 14 {
		t.Errorf("exit code %d after %d lines", code, len(lines))
	}
	if n := ledger(t, s)["all"]; n != 0 {
		t.Errorf("the console took %d writes", n)
	}
}

func TestDoctorLooksForWhatMailedOrdersNeed(t *testing.T) {
	t.Parallel()
	s := startSandbox(t)
	if err := s.SetFault("slack", "missing_scope", "users:read.email"); err != nil {
		t.Fatal(err)
	}
	wants := func(want string, more ...string) {
		t.Helper()
		lines, _ := doctorIn(t, s, append(more, "CHROMIUM=/nowhere/chromium")...)
		wantLines(t, lines, map[string]string{"order mailbox": want, "Slack scopes": "FAIL the token lacks users:read.email: add them"})
	}
	const mail = "From: Ann <ann@example.com>\nSubject: x\n\nHello\n"
	wants("ok ")
	wants("no mail yet", "MAILBOX_SENDERS=example.com")
	post(t, s, mail)
	wants("everybody's mails are orders")
	wants("FAIL MAILBOX_SENDERS: the mail server says of none of the newest mails (1) who sent it", "MAILBOX_SENDERS=example.com")
	post(t, s, "Authentication-Results: mail.sandbox.example; dmarc=pass header.from=example.com\n"+mail)
	wants("says of 1 of the 2 newest mails who sent it", "MAILBOX_SENDERS=example.com")
}

func TestDoctorFindsWhatIsWrong(t *testing.T) {
	needBrowser(t)
	t.Parallel()
	t.Run("nothing is configured", func(t *testing.T) {
		t.Parallel()
		s := startSandbox(t)
		lines, code := doctorIn(t, s, "MOZY_URL=", "APPROVAL=perhaps")
		if code != exitFailed || !strings.Contains(lines["configuration"], "FAIL") || len(lines) != 2 {
			t.Errorf("exit code %d: %v", code, lines)
		}
	})
	t.Run("all around the console", func(t *testing.T) {
		t.Parallel()
		s := startSandbox(t)
		for _, f := range [][3]string{{"mail", "down", "on"}, {"tracker", "wrong_token", "on"}, {"slack", "missing_scope", "files:write"}} {
			if err := s.SetFault(f[0], f[1], f[2]); err != nil {
				t.Fatal(err)
			}
		}
		state := filepath.Join(t.TempDir(), "used.db")
		store, err := bolt.Open(state, bolt.Check)
		if err != nil {
			t.Fatal(err)
		}
		defer store.Close()
		file := filepath.Join(t.TempDir(), "file")
		if err := os.WriteFile(file, nil, 0o600); err != nil {
			t.Fatal(err)
		}
		lines, code := doctorIn(t, s, "STATE="+state, "HEALTH_ADDR=127.0.0.1:1", "EVIDENCE_DIR="+file, "CHROMIUM=/nowhere/chromium",
			"MOZY_PASSWORD_SET=2020-01-01", "ORDERS_CHANNEL=orders,elsewhere", "APPROVERS=@nobody", "SLACK_APP_TOKEN=xapp-wrong")
		if code != exitFailed {
			t.Errorf("exit code %d", code)
		}
		wantLines(t, lines, map[string]string{
			"state file": "FAIL The state file", "evidence folder": "FAIL EVIDENCE_DIR", "browser": "FAIL There is no browser",
			"console log-in": "- not checked", "console panels": "- not checked", "console password": "FAIL mozybot's console password expired",
			"mail server": "SMTP_ADDR", "task tracker": "SINGULARITY_TOKEN", "Slack bot token": "ok ",
			"Slack scopes": "FAIL the token lacks files:write", "Slack app token": "FAIL SLACK_APP_TOKEN", "Slack channels": `sees no channel "elsewhere"`,
			"approvers": `no user group "@nobody"`,
		})
	})
	t.Run("a bot token that is none, and a console that lets nobody in", func(t *testing.T) {
		t.Parallel()
		s := startSandbox(t)
		if err := s.SetFault("console", "suspended", "on"); err != nil {
			t.Fatal(err)
		}
		lines, _ := doctorIn(t, s, "SLACK_BOT_TOKEN=xoxb-wrong", "APPROVERS=@backup-approvers", "APPROVALS_NEEDED=3")
		wantLines(t, lines, map[string]string{
			"Slack bot token": "FAIL SLACK_BOT_TOKEN", "Slack scopes": "- not", "Slack channels": "- not", "approvers": "- not",
			"console log-in": "suspended", "console panels": "- not checked",
		})
	})
	t.Run("a console that changed, and too few approvers", func(t *testing.T) {
		t.Parallel()
		s := startSandbox(t)
		if err := s.SetFault("console", "no_customer_role", "on"); err != nil {
			t.Fatal(err)
		}
		lines, _ := doctorIn(t, s, "APPROVERS=@backup-approvers", "APPROVALS_NEEDED=7")
		wantLines(t, lines, map[string]string{
			"console log-in": "ok ", "console panels": `FAIL The panel "Add New Admin" has no role "Customer Admin"`, "approvers": "an order needs 7",
		})
		wantLines(t, lines, map[string]string{
			"console panels": "-surprise.jpg and doctor/",
		})
	})
}
