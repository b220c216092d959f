package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// passwordIs writes a password into a file, as a person or a secret's mount does.
func passwordIs(t *testing.T, file, password string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(password), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestThePasswordOfAFile(t *testing.T) {
	name := filepath.Join(t.TempDir(), "password")
	with := func(more environment) environment {
		e := environment(complete())
		delete(e, "MOZY_PASSWORD")
		e["MOZY_PASSWORD_FILE"] = name
		for k, v := range more {
			e[k] = v
		}
		return e
	}
	wrongs := func(e environment) string {
		_, wrong := usableConfig(e)
		if err := joined(wrong); err != nil {
			return err.Error()
		}
		return ""
	}
	if says := wrongs(with(nil)); !strings.Contains(says, "MOZY_PASSWORD_FILE cannot be used: ") {
		t.Errorf("a file that is not there: %q", says)
	}
	passwordIs(t, name, " \r\n")
	if says := wrongs(with(nil)); !strings.Contains(says, "is empty") {
		t.Errorf("an empty file: %q", says)
	}
	passwordIs(t, name, "\ufefffirst secret\n")
	if says := wrongs(with(nil)); !strings.Contains(says, "a byte order mark") || strings.Contains(says, "first secret") {
		t.Errorf("a byte order mark: %q", says)
	}
	passwordIs(t, name, "first secret\r\n")
	if says := wrongs(with(nil)); says != "" {
		t.Errorf("a good file: %q", says)
	}
	if says := wrongs(with(environment{"MOZY_PASSWORD": "hush"})); !strings.Contains(says, "MOZY_PASSWORD_FILE is set, and so is MOZY_PASSWORD") {
		t.Errorf("both: %q", says)
	}

	c := configOf(t, with(nil))
	password, redact := c.consolePassword(), c.redactor()
	if got := password(); got != "first secret" {
		t.Errorf("the password is %q", got)
	}
	passwordIs(t, name, "second secret\n")
	later := time.Now().Add(time.Second) // a file system may tell no two writes within a moment apart
	if err := os.Chtimes(name, later, later); err != nil {
		t.Fatal(err)
	}
	if got := password(); got != "second secret" {
		t.Errorf("after the change it is %q", got)
	}
	if said := redact("first secret, second secret"); said != redacted+", "+redacted {
		t.Errorf("a text with both says %q", said)
	}
	if err := os.Remove(name); err != nil { // between two mounts
		t.Fatal(err)
	}
	if got := password(); got != "second secret" {
		t.Errorf("without the file it is %q", got)
	}
}

// The bot starts with a password that the console refuses. The channel is told; once the right one is in the file, mozybot is
// let in by itself, and the same message says so.
func TestAChangedPasswordIsReadWithoutARestart(t *testing.T) {
	needBrowser(t)
	t.Parallel()
	s := startSandbox(t)
	right := ""
	for _, v := range s.Env() {
		if v.Name == "MOZY_PASSWORD" {
			right = v.Value
		}
	}
	file := filepath.Join(t.TempDir(), "password")
	passwordIs(t, file, "a-password-of-before\n")
	mozybot(t, s, filepath.Join(t.TempDir(), "mozybot.db"), "serve", "MOZY_PASSWORD=", "MOZY_PASSWORD_FILE="+file, "CONSOLE_CHECK_EVERY=1s")
	outages := func(words string) (all, such int) {
		for _, m := range outageMessages(t, s) {
			all++
			if strings.Contains(m.Text, words) {
				such++
			}
		}
		return all, such
	}
	until(t, "the channel is told", func() bool { _, n := outages("The console doesn't let mozybot in"); return n == 1 })
	passwordIs(t, file, right+"\n")
	until(t, "the message says that it is over", func() bool { _, n := outages("The console was out from"); return n == 1 })
	if all, _ := outages(""); all != 1 {
		t.Errorf("%d messages about one outage", all)
	}
}
