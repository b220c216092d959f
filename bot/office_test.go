package bot_test

import (
	"context"
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
	store, err := bolt.Open(filepath.Join(t.TempDir(), "state.db"), bolt.Check)
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

func (o *office) fault(name string, value any) {
	o.t.Helper()
	if err := o.SetFault(name, value); err != nil {
		o.t.Fatal(err)
	}
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
