package main

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	slackapi "github.com/slack-go/slack"
)

// secretIs writes a secret into a file, as a person or a secret's mount does.
func secretIs(t *testing.T, file, value string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(value), 0o600); err != nil {
		t.Fatal(err)
	}
}

// fixedTime makes a file look as if it had not been written to since long ago.
func fixedTime(t *testing.T, file string) {
	t.Helper()
	old := time.Date(2024, 5, 17, 9, 30, 0, 0, time.UTC)
	if err := os.Chtimes(file, old, old); err != nil {
		t.Fatal(err)
	}
}

// secretVariables are all variables that may be in a file, each with a value that it can have.
func secretVariables() map[string]string {
	all := map[string]string{}
	for _, v := range variables() {
		if v.secret() {
			all[v.name] = map[string]string{"SLACK_APP_TOKEN": "xapp-", "SLACK_BOT_TOKEN": "xoxb-"}[v.name] + "first-of-" + v.name
		}
	}
	return all
}

// inFile is a complete environment with one secret in a file.
func inFile(name, file string) environment {
	e := with(environment{"IMAP_ADDR": "mail.example:993", "IMAP_USERNAME": "u", "IMAP_PASSWORD": "p", "SMTP_USERNAME": "u", "SMTP_PASSWORD": "p", "STATE_USERNAME": "u", "STATE_PASSWORD": "p"})
	delete(e, name)
	e[name+"_FILE"] = file
	return e
}

func TestEverySecretMayBeInAFile(t *testing.T) {
	all := secretVariables()
	for _, v := range variables() {
		if ends := strings.HasSuffix(v.name, "_TOKEN") || strings.HasSuffix(v.name, "_PASSWORD"); ends && !v.secret() {
			t.Errorf("%s is named like a secret, and config has it as a %v", v.name, v.kind)
		}
	}
	for _, name := range []string{"SLACK_APP_TOKEN", "SLACK_BOT_TOKEN", "MOZY_PASSWORD", "SMTP_PASSWORD", "IMAP_PASSWORD", "SINGULARITY_TOKEN"} {
		if all[name] == "" {
			t.Errorf("%s is no secret", name)
		}
	}
	for name, value := range all {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "secret")
			says := func(e environment) string {
				_, wrong := usableConfig(e)
				if len(wrong) == 0 {
					return ""
				}
				return joined(wrong).Error()
			}
			// one problem, told by the name of the variable that the operator set, and never with the value
			for content, want := range map[string]string{"-": "no such file", " \r\n": "the file is empty", "\ufeff" + value: "a byte order mark", `"` + value + `"`: "quotes", value + "\n" + value: "a line break"} {
				if content != "-" {
					secretIs(t, file, content)
				}
				got := says(inFile(name, file))
				if !strings.HasPrefix(got, name+"_FILE cannot be used: ") || !strings.Contains(got, want) || strings.Contains(got, "\n") || strings.Contains(got, value) {
					t.Errorf("with %q in the file: %q, want only %q", content, got, want)
				}
				_ = os.Remove(file)
			}
			secretIs(t, file, value+"\r\n")
			if got := says(inFile(name, file)); got != "" {
				t.Errorf("a good file: %q", got)
			}
			both := inFile(name, file)
			both[name] = value
			if got := says(both); !strings.HasPrefix(got, name+"_FILE is set, and so is "+name) || strings.Contains(got, "\n") {
				t.Errorf("both: %q", got)
			}
		})
	}
}

func TestASecretIsReadAgainWhenItsFileChanges(t *testing.T) {
	for name, first := range secretVariables() {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "secret")
			second := strings.Replace(first, "first", "other", 1)
			secretIs(t, file, first+"\n")
			c := configOf(t, inFile(name, file))
			v := slices.IndexFunc(variables(), func(v variable) bool { return v.name == name })
			s, redact := c.secrets()[variables()[v].field], c.redactor()
			wantNow := func(when, want string) {
				t.Helper()
				if got := s.now(); got != want {
					t.Errorf("%s it is %q, want %q", when, got, want)
				}
				if said := redact(first + ", " + second); strings.Contains(said, first) || want == second && strings.Contains(said, second) {
					t.Errorf("%s a text says %q", when, said)
				}
			}
			wantNow("at the start", first)
			secretIs(t, file, second) // as long as the first, and perhaps within the same tick of the file's clock
			wantNow("after a write", second)
			fixedTime(t, file)
			wantNow("after the file's time went back", second)
			secretIs(t, file, "")
			wantNow("while the file is being written", second)
			if err := os.Remove(file); err != nil {
				t.Fatal(err)
			}
			wantNow("without the file", second)
			// Kubernetes puts another folder in the place of the one behind a link
			mount := t.TempDir()
			for _, version := range []string{"1", "2"} {
				if err := os.Mkdir(filepath.Join(mount, version), 0o700); err != nil {
					t.Fatal(err)
				}
			}
			secretIs(t, filepath.Join(mount, "1", "secret"), second)
			secretIs(t, filepath.Join(mount, "2", "secret"), first)
			fixedTime(t, filepath.Join(mount, "1", "secret"))
			fixedTime(t, filepath.Join(mount, "2", "secret"))
			swap(t, mount, "1")
			if err := os.Symlink(filepath.Join(mount, "data", "secret"), file); err != nil {
				t.Fatal(err)
			}
			wantNow("behind the link", second)
			swap(t, mount, "2")
			wantNow("when the link was turned", first)
		})
	}
}

func swap(t *testing.T, mount, version string) {
	t.Helper()
	link := filepath.Join(mount, "data")
	if err := errors.Join(os.Symlink(version, link+"-new"), os.Rename(link+"-new", link)); err != nil {
		t.Fatal(err)
	}
}

func TestAConfigurationIsPrintedWithoutItsSecrets(t *testing.T) {
	file := filepath.Join(t.TempDir(), "secret")
	secretIs(t, file, "hush-hush")
	c := configOf(t, inFile("MOZY_PASSWORD", file))
	for _, form := range []string{"%v", "%+v", "%#v", "%s"} {
		for _, s := range append(slices.Collect(maps.Values(secretVariables())), "hush-hush", "xoxb-1", "task-token") {
			if said := fmt.Sprintf(form, c); strings.Contains(said, s) {
				t.Errorf("%s prints %s", form, s)
			}
		}
	}
}

func TestTheLogHearsOfAFileThatChangesOrGoes(t *testing.T) {
	file := filepath.Join(t.TempDir(), "secret")
	secretIs(t, file, "first secret")
	s := configOf(t, inFile("SMTP_PASSWORD", file)).SMTPPassword
	wantNews := func(want string) {
		t.Helper()
		if says, _ := s.file.news(); says != want {
			t.Errorf("the news are %q, want %q", says, want)
		}
	}
	wantNews("")
	secretIs(t, file, "second secret")
	_ = s.now() // somebody else noticed it first
	wantNews("SMTP_PASSWORD_FILE was read again")
	wantNews("")
	secretIs(t, file, "first secret") // an old one comes back
	wantNews("SMTP_PASSWORD_FILE was read again")
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	wantNews("SMTP_PASSWORD_FILE can't be read any more; the value that it had counts meanwhile")
	wantNews("")
	secretIs(t, file, "first secret")
	wantNews("SMTP_PASSWORD_FILE was read again")
}

// Slack's library keeps the tokens that it was given, and writes them into a header for one method and into the form for
// another.
func TestSlackIsAskedWithTheTokenOfTheFile(t *testing.T) {
	var asked []string
	slack := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, fmt.Sprintf("%s %s%s %s", strings.TrimPrefix(r.URL.Path, "/api/"), r.Header.Get("Authorization"), r.FormValue("token"), r.FormValue("text")))
		fmt.Fprint(w, `{"ok": true, "url": "wss://x.example/"}`)
	}))
	defer slack.Close()
	bot, app := filepath.Join(t.TempDir(), "bot"), filepath.Join(t.TempDir(), "app")
	secretIs(t, bot, "xoxb-1")
	secretIs(t, app, "xapp-1")
	e := inFile("SLACK_BOT_TOKEN", bot)
	delete(e, "SLACK_APP_TOKEN")
	e["SLACK_APP_TOKEN_FILE"], e["SLACK_API_URL"] = app, slack.URL+"/api/"
	api := configOf(t, e).slack(http.DefaultTransport)
	ask := func() {
		t.Helper()
		asked = nil
		_, err1 := api.AuthTestContext(t.Context())
		_, _, err2 := api.PostMessageContext(t.Context(), "C0", slackapi.MsgOptionText("the token xoxb-1 & more", false))
		_, _, err3 := api.StartSocketModeContext(t.Context())
		if err := errors.Join(err1, err2, err3); err != nil {
			t.Fatal(err)
		}
	}
	want := func(bot, app string) {
		t.Helper()
		text := "the token xoxb-1 & more" // a person's words stay as they are
		if got := strings.Join(asked, "\n"); got != "auth.test "+bot+" \nchat.postMessage "+bot+" "+text+"\napps.connections.open Bearer "+app+" " {
			t.Errorf("asked\n%s", got)
		}
	}
	ask()
	want("xoxb-1", "xapp-1")
	secretIs(t, bot, "xoxb-2/&=")
	secretIs(t, app, "xapp-2")
	ask()
	want("xoxb-2/&=", "xapp-2")
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
	secretIs(t, file, "a-password-of-before\n")
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
	secretIs(t, file, right+"\n")
	until(t, "the message says that it is over", func() bool { _, n := outages("The console was out from"); return n == 1 })
	if all, _ := outages(""); all != 1 {
		t.Errorf("%d messages about one outage", all)
	}
}
