package main

import (
	"crypto/ed25519"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	slackapi "github.com/slack-go/slack"

	"mozybot/fixtures/sandbox"
	"mozybot/provision"
	"mozybot/state/bolt"
)

func TestTheKeyIsMadeOnceAndIsItsUsersAlone(t *testing.T) {
	name := filepath.Join(t.TempDir(), "mozybot.db.key")
	key, err := ownKey(name)
	if err != nil {
		t.Fatal(err)
	}
	again, err := ownKey(name)
	if err != nil || !again.Equal(key) {
		t.Errorf("another key the second time, %v", err)
	}
	if info, err := os.Stat(name); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	for content, want := range map[string]string{"": "holds no key in PEM", "-----BEGIN PRIVATE KEY-----\naGVsbG8=\n-----END PRIVATE KEY-----\n": "no key that can be read"} {
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := ownKey(name); err == nil || !strings.Contains(err.Error(), want) { // and not replaced: heads of before are signed with it
			t.Errorf("a key file with %q: %v", content, err)
		}
	}
}

// headsFile signs the head of STATE as it is, as AUDIT_HEADS would have it.
func headsFile(t *testing.T, store *bolt.Store, to string) string {
	t.Helper()
	key, err := ownKey(to + ".key")
	if err != nil {
		t.Fatal(err)
	}
	head, err := store.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	signed := provision.SignHead(key, head, time.Now())
	if err := tellHead(to, signed); err != nil {
		t.Fatal(err)
	}
	return signed.Key
}

// The heads that were told outside find what the chain by itself cannot: its end cut off, and the whole of it made again.
func TestAHeadIsToldToAPipeOnlyWhileSomebodyReads(t *testing.T) {
	pipe := filepath.Join(t.TempDir(), "heads")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := tellHead(pipe, provision.SignedHead{}); err == nil {
		t.Error("told to nobody")
	}
	reader, err := os.OpenFile(pipe, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close()
	if err := tellHead(pipe, provision.SignedHead{}); err != nil {
		t.Error(err)
	}
}

func TestHeadsFromOutsideFindAnAuditThatWasMadeAgain(t *testing.T) {
	path, s := stateWith(t, 2)
	heads := filepath.Join(t.TempDir(), "heads")
	headsFile(t, s, heads)
	decline(t, s, "one more", time.Now())
	key := headsFile(t, s, heads)
	decline(t, s, "and another", time.Now())
	closeStore(t, s)
	out, errs, code := runCommand(t, "audit", "verify", "--heads", heads, "--key", key)
	wantOutcome(t, code, out, errs, exitOK, "nothing was changed", "It agrees with 2 signed heads", "signed with "+key)
	exported, _, _ := runCommand(t, "audit", "export")
	export := filepath.Join(t.TempDir(), "audit.jsonl")
	lines := strings.SplitAfter(exported, "\n")
	for name, content := range map[string]struct {
		lines int
		want  int
	}{"whole": {len(lines), exitOK}, "cut off behind the last head": {6, exitOK}, "cut off before it": {5, exitFailed}} {
		if err := os.WriteFile(export, []byte(strings.Join(lines[:content.lines], "")), 0o600); err != nil {
			t.Fatal(err)
		}
		if out, errs, code := runCommand(t, "audit", "verify", export, "--heads", heads); code != content.want {
			t.Errorf("an export that is %s: exit %d\n%s%s", name, code, out, errs)
		}
	}
	text, err := os.ReadFile(heads)
	if err != nil {
		t.Fatal(err)
	}
	for name, forged := range map[string]string{
		"is forged":                   strings.Replace(string(text), "head 4:", "head 5:", 1),
		"There is no signed head":     "head 4:\n",
		"is signed with another key:": string(text),
	} {
		if err := os.WriteFile(heads+"-forged", []byte(forged), 0o600); err != nil {
			t.Fatal(err)
		}
		out, errs, code := runCommand(t, "audit", "verify", "--heads", heads+"-forged", "--key", strings.Repeat("A", 43))
		if name != "is signed with another key:" {
			out, errs, code = runCommand(t, "audit", "verify", "--heads", heads+"-forged")
		}
		wantOutcome(t, code, out, errs, exitFailed, name)
	}
	makeAuditAgain(t, path)
	out, errs, code = runCommand(t, "audit", "verify")
	wantOutcome(t, code, out, errs, exitOK, "nothing was changed") // which is all that it can tell by itself
	out, errs, code = runCommand(t, "audit", "verify", "--heads", heads)
	wantOutcome(t, code, out, errs, exitFailed, "Record 4 isn't the one whose head was told")
}

// hasPosted makes a Slack whose channel has a head in a thread, and on the second page of its replies another one, unless that is "".
func hasPosted(t *testing.T, line, last string) {
	t.Helper()
	posted := func(line, ts string) map[string]any {
		return map[string]any{"type": "message", "user": "U0BOT", "ts": ts, "metadata": map[string]any{"event_type": "mozy_audit_head", "event_payload": map[string]any{"head": line}}}
	}
	slack := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer := map[string]any{"ok": true}
		switch method := strings.TrimPrefix(r.URL.Path, "/api/"); {
		case method == "auth.test":
			answer["user_id"] = "U0BOT"
		case method == "conversations.info":
			answer["channel"] = map[string]any{"id": "C0LAB", "name": "lab", "is_channel": true}
		case method == "conversations.history":
			answer["messages"] = []any{posted(line, "1.1")}
		case last == "":
			answer["messages"] = []any{posted(line, "1.1")}
		case r.FormValue("cursor") == "":
			answer["messages"] = []any{posted(line, "1.1"), map[string]any{"type": "message", "user": "U0OTHER", "text": "hello", "ts": "1.2"}}
			answer["has_more"], answer["response_metadata"] = true, map[string]any{"next_cursor": "page 2"}
		case r.FormValue("cursor") == "page 2":
			answer["messages"] = []any{posted(last, "1.3")}
		}
		_ = json.NewEncoder(w).Encode(answer)
	}))
	t.Cleanup(slack.Close)
	t.Setenv("SLACK_API_URL", slack.URL+"/api/")
	t.Setenv("SLACK_BOT_TOKEN", "xoxb-1")
	t.Setenv("ORDERS_CHANNEL", "C0LAB")
}

// Whoever may write in the channel could have the heads lie behind as many replies as they like.
func TestPostedHeadsAreFoundBehindManyReplies(t *testing.T) {
	_, s := stateWith(t, 2)
	heads := filepath.Join(t.TempDir(), "heads")
	headsFile(t, s, heads)
	closeStore(t, s)
	text, err := os.ReadFile(heads)
	if err != nil {
		t.Fatal(err)
	}
	line := strings.TrimSpace(string(text))
	changed := strings.Replace(line, "head 4:", "head 3:", 1)
	for name, c := range map[string]struct {
		last string
		code int
		says string
	}{
		"as it was":  {line, exitOK, "It agrees with 2 signed heads"},
		"not ours":   {changed, exitFailed, "is forged"},
		"no replies": {"", exitOK, "It agrees with 1 signed head"},
	} {
		t.Run(name, func(t *testing.T) {
			hasPosted(t, line, c.last)
			out, errs, code := runCommand(t, "audit", "verify", "--posted")
			wantOutcome(t, code, out, errs, c.code, c.says)
		})
	}
}

// In a workspace that refuses what Slack's refuses: the channel is named, as the bot takes it, and its id has to be found.
func TestTheAuditIsHeldAgainstTheHeadsInTheSandboxsSlack(t *testing.T) {
	path, s := stateWith(t, 2)
	key, err := ownKey(path + ".key")
	if err != nil {
		t.Fatal(err)
	}
	workspace := startSandbox(t)
	for _, v := range workspace.Env() {
		if strings.HasPrefix(v.Name, "SLACK_") || v.Name == "ORDERS_CHANNEL" {
			t.Setenv(v.Name, v.Value)
		}
	}
	api := slackapi.New(os.Getenv("SLACK_BOT_TOKEN"), slackapi.OptionAPIURL(os.Getenv("SLACK_API_URL")))
	thread := ""
	post := func(said string) {
		t.Helper()
		_, ts, err := api.PostMessageContext(t.Context(), sandbox.Channel, slackapi.MsgOptionText(said, false), slackapi.MsgOptionTS(thread),
			slackapi.MsgOptionMetadata(slackapi.SlackMetadata{EventType: headMetadata, EventPayload: map[string]any{"head": said}}))
		if err != nil {
			t.Fatal(err)
		}
		if thread == "" {
			thread = ts
		}
	}
	signed := func() provision.SignedHead {
		t.Helper()
		head, err := s.Head(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return provision.SignHead(key, head, time.Now())
	}

	first := signed()
	decline(t, s, "one more", time.Now())
	second := signed()
	closeStore(t, s)
	out, errs, code := runCommand(t, "audit", "verify", "--posted")
	wantOutcome(t, code, out, errs, exitFailed, "There is no head in the channel")

	post(first.String())
	post(second.String())
	out, errs, code = runCommand(t, "audit", "verify", "--posted", "--key", provision.KeyName(key.Public().(ed25519.PublicKey)))
	wantOutcome(t, code, out, errs, exitOK, "It agrees with 2 signed heads")

	makeAuditAgain(t, path)
	out, errs, code = runCommand(t, "audit", "verify", "--posted")
	wantOutcome(t, code, out, errs, exitFailed, "isn't the one whose head was told")
}

// makeAuditAgain puts another state in the place of the one there, with a chain of its own.
func makeAuditAgain(t *testing.T, path string) {
	t.Helper()
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	made, err := bolt.Open(path, bolt.Check)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"a", "b", "c", "d"} {
		decline(t, made, name, time.Now())
	}
	closeStore(t, made)
}

// The bot's own restore loses records whose heads were told, and says so in the chain.
func TestHeadsOfRecordsThatARestoreHasLostAreNoAlarm(t *testing.T) {
	path, s := stateWith(t, 1)
	backup, heads := filepath.Join(t.TempDir(), "backup.db"), filepath.Join(t.TempDir(), "heads")
	if _, err := s.Backup(t.Context(), backup); err != nil {
		t.Fatal(err)
	}
	decline(t, s, "after the backup", time.Now())
	headsFile(t, s, heads)
	closeStore(t, s)
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if _, err := bolt.Restore(t.Context(), backup, path, bolt.Check); err != nil {
		t.Fatal(err)
	}
	out, errs, code := runCommand(t, "audit", "verify", "--heads", heads)
	wantOutcome(t, code, out, errs, exitOK, "It agrees with 1 signed head")
}
