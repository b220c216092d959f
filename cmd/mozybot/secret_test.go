package main

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	slackapi "github.com/slack-go/slack"

	"mozybot/cmd/mozybot/config"
)

// secretIs writes a secret into a file, as a person or a secret's mount does.
func secretIs(t *testing.T, file, value string) {
	t.Helper()
	if err := os.WriteFile(file, []byte(value), 0o600); err != nil {
		t.Fatal(err)
	}
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
	e := with(config.Environment{"SLACK_BOT_TOKEN_FILE": bot, "SLACK_APP_TOKEN_FILE": app, "SLACK_API_URL": slack.URL + "/api/"})
	delete(e, "SLACK_BOT_TOKEN")
	delete(e, "SLACK_APP_TOKEN")
	api := slackClient(configOf(t, e), http.DefaultTransport)
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
