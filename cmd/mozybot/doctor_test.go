package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"mozybot/fixtures/sandbox"
	"mozybot/state/bolt"
)

// doctorIn has the doctor look at a sandbox, with some variables set otherwise. Its lines are by the name of their check;
// the last, which counts, is "sum".
func doctorIn(t *testing.T, s *sandbox.Sandbox, more ...string) (lines map[string]string, code int) {
	t.Helper()
	var out, errs bytes.Buffer
	doctor := program(t, s, filepath.Join(t.TempDir(), "mozybot.db"), "doctor", append([]string{"HEALTH_ADDR=127.0.0.1:0"}, more...)...)
	doctor.Stdout, doctor.Stderr = &out, &errs
	if err := doctor.Run(); doctor.ProcessState == nil {
		t.Fatal(err)
	}
	code = doctor.ProcessState.ExitCode()
	if errs.Len() > 0 {
		t.Errorf("it complains: %s", errs.String())
	}
	all := strings.Split(strings.TrimSpace(out.String()), "\n")
	lines = map[string]string{"sum": all[len(all)-1]}
	for _, line := range all[:len(all)-1] {
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
	lines, code := doctorIn(t, s, "APPROVERS=U0APPROVER,U0REQUESTER")
	wantLines(t, lines, map[string]string{"sum": "All is well.", "approvers to spare": "ok 1 approver to spare"})
	delete(lines, "sum")
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
		if code != exitFailed || !strings.Contains(lines["configuration"], "FAIL") || lines["sum"] != "2 problems, 0 warnings." {
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
			"browser start": "- not checked", "console log-in": "- not checked", "console panels": "- not checked", "console password": "FAIL mozybot's console password expired",
			"mail server": "SMTP_ADDR", "task tracker": "SINGULARITY_TOKEN", "Slack bot token": "ok ",
			"Slack scopes": "FAIL the token lacks files:write", "Slack app token": "FAIL SLACK_APP_TOKEN", "Slack channels": `sees no channel "elsewhere"`,
			"approvers": `no user group "@nobody"`, "approvers to spare": "- not", "sum": "10 problems, 0 warnings, 4 not checked.",
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
		if !strings.Contains(lines["console panels"], " in "+os.TempDir()+"/") && !strings.Contains(lines["console panels"], "/mozybot-doctor-") {
			t.Errorf("the picture is kept where the bot works: %s", lines["console panels"])
		}
	})
}

func TestDoctorMakesNothing(t *testing.T) {
	t.Parallel()
	s := startSandbox(t)
	for name, before := range map[string]func(t *testing.T, state string){
		"of a bot that has never run": func(*testing.T, string) {},
		"of a bot that has": func(t *testing.T, state string) {
			store, err := bolt.Open(state, bolt.Check)
			if err != nil {
				t.Fatal(err)
			}
			if err := store.Close(); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			state := filepath.Join(dir, "mozybot.db")
			before(t, state)
			was := contentOfFolder(t, dir)
			lines, code := doctorIn(t, s, "CHROMIUM=/nowhere/chromium", "STATE="+state, "CACHE_DIR="+filepath.Join(dir, "cache"))
			if now := contentOfFolder(t, dir); !reflect.DeepEqual(now, was) {
				t.Errorf("there was %v, there is %v", was, now)
			}
			wantLines(t, lines, map[string]string{"state file": "ok ", "evidence folder": "ok ", "order reader": "ok "})
			if code != exitFailed { // for the browser
				t.Errorf("exit code %d", code)
			}
		})
	}
}

// contentOfFolder is what is in a folder, with the time of each last change.
func contentOfFolder(t *testing.T, dir string) map[string]string {
	t.Helper()
	found := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		found[path] = fmt.Sprint(info.Mode(), info.ModTime())
		if entry.Type().IsRegular() {
			content, err := os.ReadFile(path)
			found[path] += string(content)
			return err
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestDoctorLooksAtFilesAndAddresses(t *testing.T) {
	t.Parallel()
	s := startSandbox(t)
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { taken.Close() })
	go func() { // not what a bot says
		for conn, err := taken.Accept(); err == nil; conn, err = taken.Accept() {
			conn.Close()
		}
	}()
	dir := t.TempDir()
	for name, content := range map[string]string{"damaged.db": "not a database", "file": ""} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	backups := bolt.BackupDir(filepath.Join(dir, "gone.db"))
	if err := os.Mkdir(backups, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(backups, "20260101T000000Z.db"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	long := filepath.Join(dir, strings.Repeat("long/", 30), "mozybot.db")
	for _, c := range []struct {
		name  string
		given []string
		want  map[string]string
	}{
		{"a file where the folder should be", []string{"STATE=" + dir + "/file/mozybot.db"}, map[string]string{"state file": "FAIL", "evidence folder": "FAIL EVIDENCE_DIR"}},
		{"a damaged state file", []string{"STATE=" + dir + "/damaged.db"}, map[string]string{"state file": "FAIL The file " + dir + "/damaged.db is not a state file"}},
		{"a state file that is gone", []string{"STATE=" + dir + "/gone.db"}, map[string]string{"state file": "is gone, but there are backups of it"}},
		{"a path too long for a socket", []string{"STATE=" + long}, map[string]string{"state file": "warn the path"}},
		{"somebody else at the health address", []string{"HEALTH_ADDR=" + taken.Addr().String()}, map[string]string{"health address": "FAIL HEALTH_ADDR: something else listens"}},
		{"a health address of another machine", []string{"HEALTH_ADDR=192.0.2.1:80"}, map[string]string{"health address": "FAIL HEALTH_ADDR: "}},
		{"a health address for everybody", []string{"HEALTH_ADDR=:0"}, map[string]string{"health address": "ok ", "configuration": "warn HEALTH_ADDR is :0, which answers everybody"}},
		{"no health address", []string{"HEALTH_ADDR=-"}, map[string]string{"health address": "ok nowhere"}},
		{"a mistyped name", []string{"MAILBOX_SENDER=example.com"}, map[string]string{"configuration": `warn "MAILBOX_SENDER" is no variable of mozybot's`}},
		{"a password that expires soon", []string{"MOZY_PASSWORD_SET=" + time.Now().AddDate(0, 0, -85).Format(time.DateOnly)}, map[string]string{"console password": "warn mozybot's console password expires on"}},
		{"one approver", nil, map[string]string{"approvers to spare": "warn only one person may approve: orders wait"}},
		{"one approver of their own orders", []string{"APPROVAL=self"}, map[string]string{"approvers to spare": "warn only one person may approve, their own orders, too"}},
		{"one approver in a group", []string{"APPROVERS=@backup-approvers"}, map[string]string{"approvers to spare": "warn only one person may approve: orders wait"}},
		{"as many approvers as are needed", []string{"APPROVERS=U0APPROVER,U0REQUESTER", "APPROVALS_NEEDED=2"}, map[string]string{"approvers to spare": "warn every approver has to approve every order"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			lines, _ := doctorIn(t, s, append(c.given, "CHROMIUM=/nowhere/chromium")...)
			wantLines(t, lines, c.want)
		})
	}
}

func TestWarningsAloneAreNoProblem(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	f := findings{w: &out}
	f.report("a", "x", nil)
	f.report("b", "", errors.Join(warning("one"), warning("another")))
	f.report("c", "", errLater)
	f.sum()
	if want := "ok    a: x\nwarn  b: one another\n-     c: not checked: mend what it needs first\n0 problems, 1 warning, 1 not checked.\n"; out.String() != want {
		t.Errorf("got\n%swant\n%s", out.String(), want)
	}
	f.report("d", "", errors.Join(warning("one"), errors.New("other")))
	if f.problems != 1 {
		t.Errorf("an error beside a warning is counted as %d problems", f.problems)
	}
}
