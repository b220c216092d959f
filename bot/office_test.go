package bot_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/sirupsen/logrus"
	"github.com/slack-go/slack"

	"mozybot/bot"
	workspace "mozybot/fixtures/sandbox/slack"
	"mozybot/provision"
	"mozybot/state"
	"mozybot/state/bolt"
)

// office is a workspace with people in it, a store on disk, and the bot, which may come and go.
type office struct {
	*workspace.Workspace
	t     testing.TB
	url   string
	store state.Store

	reader  *reader
	console *console
	runner  *runner
	config  func(*bot.Config)
}

// clock is one that a test turns on.
type clock struct {
	mu    sync.Mutex
	ahead time.Duration
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.ahead)
}

func (c *clock) turn(by time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ahead += by
}

// everyday is the workspace of most tests, with the app in it as its manifest says.
var everyday = workspace.Config{
	Channels: []workspace.Channel{{Name: "orders"}, {Name: "general"}, {Name: "newcomers", WithoutBot: true}},
	Scopes:   manifest.OAuthConfig.Scopes.Bot,
	Events:   manifest.Settings.EventSubscriptions.BotEvents,
}

// The people of the stand-in.
const (
	rita   = "requester"
	amir   = "approver"
	otto   = "outsider"
	amirID = "U0APPROVER"
	ottoID = "U0OUTSIDER"
	ritaID = "U0REQUESTER"
)

// newOffice makes the office of one test, which then runs beside the others: they share nothing, and mostly wait.
func newOffice(t testing.TB) *office { return newOfficeIn(t, everyday) }

func newOfficeIn(t testing.TB, c workspace.Config) *office {
	t.Helper()
	if test, ok := t.(*testing.T); ok {
		test.Parallel()
	}
	o := &office{t: t, Workspace: workspace.New(c)}
	server := httptest.NewServer(o.Handler())
	o.url = server.URL
	store, err := bolt.Open(filepath.Join(t.TempDir(), "state.db"))
	if err != nil {
		t.Fatal(err)
	}
	o.store = store
	o.reader, o.console, o.runner = &reader{}, &console{}, &runner{store: store}
	t.Cleanup(func() {
		calls.add(o.Called())
		o.Close()
		server.CloseClientConnections()
		server.Close()
		if err := store.Close(); err != nil {
			t.Errorf("closing the store: %v", err)
		}
	})
	return o
}

// open has the bot come to work and waits until it is ready; close has it leave, and waits for that.
func (o *office) open() (close func()) {
	o.t.Helper()
	return o.openWith(o.store)
}

func (o *office) openWith(store state.Store) (close func()) {
	o.t.Helper()
	b, stop, ended := o.start(store)
	select {
	case <-b.Ready():
	case err := <-ended:
		o.t.Fatalf("the bot ended before it was ready: %v", err)
	case <-time.After(time.Minute):
		o.t.Fatal("the bot is not ready")
	}
	var once sync.Once
	shut := func() {
		once.Do(func() {
			stop()
			if err := <-ended; err != nil {
				o.t.Errorf("the bot ended with: %v", err)
			}
		})
	}
	o.t.Cleanup(shut)
	return shut
}

func (o *office) start(store state.Store) (b *bot.Bot, stop context.CancelFunc, ended <-chan error) {
	o.t.Helper()
	c := o.botConfig(store)
	b, err := bot.New(c)
	if err != nil {
		o.t.Fatal(err)
	}
	o.runner.changed = b.Changed
	ctx, stop := context.WithCancel(context.Background())
	end := make(chan error, 1)
	go func() { end <- b.Run(ctx) }()
	return b, stop, end
}

func (o *office) botConfig(store state.Store) bot.Config {
	log := logrus.New()
	log.SetOutput(testLog{o.t})
	log.SetLevel(logrus.DebugLevel)
	c := bot.Config{
		Slack:    o.slack("xoxb-sandbox", "xapp-sandbox"),
		Store:    store,
		Reader:   o.reader,
		Console:  o.console,
		Runner:   o.runner,
		Channels: []string{"#orders"}, Approvers: []string{"@backup-approvers", ritaID},
		Log: log,
	}
	if o.config != nil {
		o.config(&c)
	}
	return c
}

func (o *office) slack(botToken, appToken string) *slack.Client {
	return slack.New(botToken, slack.OptionAPIURL(o.url+"/api/"), slack.OptionAppLevelToken(appToken),
		slack.OptionHTTPClient(&http.Client{Timeout: 10 * time.Second}))
}

// testLog keeps the bot's log for a test that fails. What comes after the test is over is dropped.
type testLog struct{ t testing.TB }

func (l testLog) Write(line []byte) (int, error) {
	if l.t.Context().Err() == nil {
		l.t.Log(strings.TrimSpace(string(line)))
	}
	return len(line), nil
}

// message is what a person sees.
type message struct {
	TS        string           `json:"ts"`
	Thread    string           `json:"thread_ts"`
	Person    string           `json:"person"`
	Text      string           `json:"text"`
	Blocks    []map[string]any `json:"blocks"`
	Files     []struct{ Name, Title string }
	Ephemeral bool `json:"ephemeral"`
	Edited    bool `json:"edited"`
	Metadata  *struct {
		EventType string         `json:"event_type"`
		Payload   map[string]any `json:"event_payload"`
	} `json:"metadata"`
}

// is says which of a job's messages this is, "summary" and so on.
func (m message) is() string {
	if m.Metadata == nil || m.Metadata.EventType != "mozy_job" {
		return ""
	}
	key, _ := m.Metadata.Payload["message"].(string)
	return key
}

func (m message) job() string {
	id, _ := m.Metadata.Payload["job"].(string)
	return id
}

// says is all the words of a message's blocks.
func (m message) says() string {
	var words []string
	var collect func(any)
	collect = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			for key, part := range v {
				if s, ok := part.(string); ok && (key == "text" || key == "title") {
					words = append(words, s)
					continue
				}
				collect(part)
			}
		case []any:
			for _, part := range v {
				collect(part)
			}
		}
	}
	for _, b := range m.Blocks {
		collect(b)
	}
	return strings.Join(words, "\n")
}

// button is the value of the message's button, and whether there is one.
func (m message) button(action string) (value string, ok bool) {
	for _, b := range m.Blocks {
		elements, _ := b["elements"].([]any)
		for _, e := range elements {
			if e, _ := e.(map[string]any); e["action_id"] == action {
				value, _ := e["value"].(string)
				return value, true
			}
		}
	}
	return "", false
}

func (o *office) call(method, path string, body io.Reader, kind string, into any) int {
	o.t.Helper()
	request, err := http.NewRequest(method, o.url+path, body)
	if err != nil {
		o.t.Fatal(err)
	}
	if kind != "" {
		request.Header.Set("Content-Type", kind)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		o.t.Fatal(err)
	}
	defer response.Body.Close()
	if err := json.NewDecoder(response.Body).Decode(into); err != nil {
		o.t.Fatalf("%s %s: %v", method, path, err)
	}
	return response.StatusCode
}

// drop has a person drop files, given as name and content in turn, in one message; it returns the message's ts.
func (o *office) drop(person string, pairs ...string) (ts string) {
	o.t.Helper()
	return o.dropIn("orders", person, pairs...)
}

func (o *office) dropIn(channel, person string, pairs ...string) (ts string) {
	o.t.Helper()
	return o.dropUnder(channel, "", person, pairs...)
}

// dropUnder drops files as a reply in a thread; "" for none.
func (o *office) dropUnder(channel, thread, person string, pairs ...string) (ts string) {
	o.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for name, value := range map[string]string{"channel": channel, "thread_ts": thread} {
		if err := form.WriteField(name, value); err != nil {
			o.t.Fatal(err)
		}
	}
	for i := 0; i < len(pairs); i += 2 {
		part, err := form.CreateFormFile("file", pairs[i])
		if err == nil {
			_, err = io.WriteString(part, pairs[i+1])
		}
		if err != nil {
			o.t.Fatal(err)
		}
	}
	if err := form.Close(); err != nil {
		o.t.Fatal(err)
	}
	var answer struct{ TS, Error string }
	if status := o.call("POST", "/person/"+person+"/files", &body, form.FormDataContentType(), &answer); status != 200 {
		o.t.Fatalf("dropping %v: %d %s", pairs, status, answer.Error)
	}
	return answer.TS
}

// press has a person press a button of a message as they have it before them, even if it was edited since.
func (o *office) press(person string, m message, action string) {
	o.t.Helper()
	value, ok := m.button(action)
	if !ok {
		o.t.Fatalf("the message %q has no button %s", m.Text, action)
	}
	o.fault("stale_clicks", true)
	body, err := json.Marshal(map[string]string{"channel": "orders", "ts": m.TS, "action_id": action, "value": value})
	if err != nil {
		o.t.Fatal(err)
	}
	var answer struct {
		OK, Acked bool
		Error     string
	}
	if status := o.call("POST", "/person/"+person+"/press", bytes.NewReader(body), "application/json", &answer); status != 200 || !answer.Acked {
		o.t.Fatalf("pressing %s: %d %+v", action, status, answer)
	}
}

// view is a modal or a Home tab that a person has open.
type view struct {
	ID       string           `json:"id"`
	Callback string           `json:"callback_id"`
	Blocks   []map[string]any `json:"blocks"`
}

// modal waits until a person has a modal open and returns the topmost.
func (o *office) modal(person string) view {
	o.t.Helper()
	var open struct{ Views []view }
	o.eventually("a modal", func() bool {
		if status := o.call("GET", "/person/"+person+"/views", nil, "", &open); status != 200 {
			o.t.Fatalf("looking at the views of %s: %d", person, status)
		}
		return len(open.Views) > 0
	})
	return open.Views[len(open.Views)-1]
}

// field is an element of a view, by its action_id.
func (v view) field(name string) map[string]any {
	for _, b := range v.Blocks {
		if e, _ := b["element"].(map[string]any); e["action_id"] == name {
			return e
		}
	}
	return nil
}

// submit has a person fill a modal in and send it; it returns the errors at the fields.
func (o *office) submit(person string, v view, values map[string]any) (errors map[string]string) {
	o.t.Helper()
	body, err := json.Marshal(map[string]any{"view_id": v.ID, "values": values})
	if err != nil {
		o.t.Fatal(err)
	}
	var answer struct {
		OK, Acked bool
		Error     string
		Errors    map[string]string
	}
	if status := o.call("POST", "/person/"+person+"/submit", bytes.NewReader(body), "application/json", &answer); status != 200 {
		o.t.Fatalf("sending the form %s: %d %s", v.Callback, status, answer.Error)
	}
	return answer.Errors
}

// fill presses a button that opens a modal, fills the modal in and sends it, which must be taken.
func (o *office) fill(person string, m message, action string, values map[string]any) {
	o.t.Helper()
	o.press(person, m, action)
	if errors := o.submit(person, o.modal(person), values); len(errors) > 0 {
		o.t.Fatalf("the form of %s has errors: %v", action, errors)
	}
}

// decline has a person say no for a reason.
func (o *office) decline(person string, m message) {
	o.t.Helper()
	o.fill(person, m, "decline", map[string]any{"reason": "ordered twice"})
}

// command has a person type /mozy and some words.
func (o *office) command(person, channel, text string) {
	o.t.Helper()
	body, _ := json.Marshal(map[string]string{"channel": channel, "text": text})
	var answer struct{ Error string }
	if status := o.call("POST", "/person/"+person+"/command", bytes.NewReader(body), "application/json", &answer); status != 200 {
		o.t.Fatalf("typing %q: %d %s", text, status, answer.Error)
	}
}

// shortcut has a person choose "Provision this order" from a message's menu.
func (o *office) shortcut(person, channel, ts string) {
	o.t.Helper()
	body, _ := json.Marshal(map[string]string{"channel": channel, "ts": ts, "callback_id": "provision_message"})
	var answer struct{ Error string }
	if status := o.call("POST", "/person/"+person+"/shortcut", bytes.NewReader(body), "application/json", &answer); status != 200 {
		o.t.Fatalf("using the shortcut: %d %s", status, answer.Error)
	}
}

func (o *office) fault(name string, value any) {
	o.t.Helper()
	if err := o.SetFault(name, value); err != nil {
		o.t.Fatal(err)
	}
}

// sees is all that a person sees in the channel.
func (o *office) sees(person string) []message {
	o.t.Helper()
	return o.seesIn("orders", person)
}

func (o *office) seesIn(channel, person string) []message {
	o.t.Helper()
	var answer struct{ Messages []message }
	if status := o.call("GET", "/person/"+person+"/messages?channel="+channel, nil, "", &answer); status != 200 {
		o.t.Fatalf("looking as %s: %d", person, status)
	}
	return answer.Messages
}

// until waits for the first message that a person sees and that is as wanted.
func (o *office) until(person, what string, wanted func(message) bool) message {
	o.t.Helper()
	var found message
	o.eventually("a message: "+what, func() bool {
		for _, m := range o.sees(person) {
			if wanted(m) {
				found = m
				return true
			}
		}
		return false
	})
	return found
}

// eventually waits for a condition.
func (o *office) eventually(what string, holds func() bool) {
	o.t.Helper()
	deadline := time.NewTimer(time.Minute)
	defer deadline.Stop()
	look := time.NewTicker(10 * time.Millisecond)
	defer look.Stop()
	for !holds() {
		select {
		case <-look.C:
		case <-deadline.C:
			o.t.Fatalf("waited in vain for %s; the thread is:\n%s", what, o.transcript())
		}
	}
}

func (o *office) transcript() string {
	var out strings.Builder
	for _, m := range o.sees(rita) {
		fmt.Fprintf(&out, "%s %s [%s] %s\n", m.TS, m.Person, m.is(), m.Text)
	}
	return out.String()
}

// the waits for a job's message of this kind that says all of these words.
func (o *office) the(key string, with ...string) message {
	o.t.Helper()
	return o.until(amir, key+" "+strings.Join(with, " "), func(m message) bool {
		if m.is() != key {
			return false
		}
		for _, words := range with {
			if !strings.Contains(m.Text+"\n"+m.says(), words) {
				return false
			}
		}
		return true
	})
}

// asked waits for a summary that can be approved.
func (o *office) asked() message {
	o.t.Helper()
	return o.until(amir, "a summary with an Approve button", func(m message) bool {
		_, ok := m.button("approve")
		return ok
	})
}

// whispered waits for a private answer to a person that has these words.
func (o *office) whispered(person, words string) message {
	o.t.Helper()
	return o.whisperedIn("orders", person, words)
}

func (o *office) whisperedIn(channel, person, words string) (found message) {
	o.t.Helper()
	o.eventually("a private answer with "+words, func() bool {
		for _, m := range o.seesIn(channel, person) {
			if m.Ephemeral && strings.Contains(m.Text, words) {
				found = m
				return true
			}
		}
		return false
	})
	return found
}

// count is how many messages of a job's kind there are.
func (o *office) count(key string) int {
	n := 0
	for _, m := range o.sees(amir) {
		if m.is() == key {
			n++
		}
	}
	return n
}

func (o *office) job(id provision.JobID) provision.Job {
	o.t.Helper()
	j, err := o.store.Job(context.Background(), id)
	if err != nil {
		o.t.Fatal(err)
	}
	return j
}

func (o *office) jobs(states ...provision.State) []provision.Job {
	o.t.Helper()
	all, err := o.store.Jobs(context.Background(), states...)
	if err != nil {
		o.t.Fatal(err)
	}
	return all
}

// handled waits until no stored event is left.
func (o *office) handled() {
	o.t.Helper()
	o.eventually("all events to be handled", func() bool {
		left, err := o.store.Unhandled(context.Background())
		return err == nil && len(left) == 0
	})
}
