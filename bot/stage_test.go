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
	"mozybot/bot/webapi"
	workspace "mozybot/fixtures/sandbox/slack"
	"mozybot/provision"
	"mozybot/state"
	"mozybot/state/bolt"
)

// stage is a workspace with people, a store on disk, and the bot, which can be stopped and restarted.
type stage struct {
	*workspace.Workspace
	t     testing.TB
	url   string
	store state.Store

	reader  *reader
	console *console
	runner  *runner
	config  func(*bot.Config)
	between spoiler // the bot and the workspace

	looks sync.Map // the last of each path
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

	AckWithin: time.Minute, // a busy machine may need longer than Slack's 3 s; it only ends a test that hangs
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

// newStage makes the stage of one test, which then runs in parallel: tests share nothing, and mostly wait.
func newStage(t testing.TB) *stage { return newStageIn(t, everyday) }

func newStageIn(t testing.TB, c workspace.Config) *stage {
	t.Helper()
	if test, ok := t.(*testing.T); ok {
		test.Parallel()
	}
	s := &stage{t: t, Workspace: workspace.New(c)}
	server := httptest.NewServer(s.Handler())
	s.url = server.URL
	store, err := bolt.Open(filepath.Join(t.TempDir(), "state.db"), bolt.Check)
	if err != nil {
		t.Fatal(err)
	}
	s.store = store
	s.reader, s.console, s.runner = &reader{}, &console{}, &runner{store: store}
	t.Cleanup(func() {
		calls.add(s.Called())
		s.Close()
		server.CloseClientConnections()
		server.Close()
		if err := store.Close(); err != nil {
			t.Errorf("closing the store: %v", err)
		}
	})
	return s
}

// open starts the bot and waits until it is ready; close stops it and waits for that.
func (s *stage) open() (close func()) {
	s.t.Helper()
	return s.openWith(s.store)
}

func (s *stage) openWith(store state.Store) (close func()) {
	s.t.Helper()
	b, stop, ended := s.start(store)
	select {
	case <-b.Ready():
	case err := <-ended:
		s.t.Fatalf("the bot ended before it was ready: %v", err)
	case <-time.After(time.Minute):
		s.t.Fatal("the bot is not ready")
	}
	var once sync.Once
	shut := func() {
		once.Do(func() {
			stop()
			if err := <-ended; err != nil {
				s.t.Errorf("the bot ended with: %v", err)
			}
		})
	}
	s.t.Cleanup(shut)
	return shut
}

func (s *stage) start(store state.Store) (b *bot.Bot, stop context.CancelFunc, ended <-chan error) {
	s.t.Helper()
	c := s.botConfig(store)
	b, err := bot.New(c)
	if err != nil {
		s.t.Fatal(err)
	}
	s.runner.changed = func(id provision.JobID) { b.Changed(id) }
	ctx, stop := context.WithCancel(context.Background())
	end := make(chan error, 1)
	go func() { end <- b.Run(ctx) }()
	return b, stop, end
}

func (s *stage) botConfig(store state.Store) bot.Config {
	log := logrus.New()
	log.SetOutput(testLog{s.t})
	log.SetLevel(logrus.DebugLevel)
	client, there := s.slackAnd("xoxb-sandbox", "xapp-sandbox")
	c := bot.Config{
		Slack: client, SlackTime: there.Time,
		Store:    store,
		Reader:   s.reader,
		Console:  s.console,
		Runner:   s.runner,
		Channels: []string{"#orders"}, Approvers: []string{"@backup-approvers", ritaID},
		SummaryDelay: time.Minute, // however slow the machine, a summary comes with its numbers where there are any
		Log:          log,
	}
	if s.config != nil {
		s.config(&c)
	}
	return c
}

func (s *stage) slack(botToken, appToken string) *slack.Client {
	client, _ := s.slackAnd(botToken, appToken)
	return client
}

// slackAnd is a client with the transport that it uses.
func (s *stage) slackAnd(botToken, appToken string) (*slack.Client, *webapi.Transport) {
	log := logrus.New()
	log.SetOutput(testLog{s.t})
	strict := webapi.NewTransport(&s.between, s.url+"/api/", time.Now, log)
	return slack.New(botToken, slack.OptionAPIURL(s.url+"/api/"), slack.OptionAppLevelToken(appToken),
		slack.OptionHTTPClient(&http.Client{Timeout: time.Minute, Transport: strict})), strict
}

// testLog shows the bot's log when a test fails. Lines after the end of the test are dropped.
type testLog struct{ t testing.TB }

func (l testLog) Write(line []byte) (int, error) {
	if l.t.Context().Err() == nil {
		l.t.Log(strings.TrimSpace(string(line)))
	}
	return len(line), nil
}

func (s *stage) fault(name string, value any) {
	s.t.Helper()
	if err := s.SetFault(name, value); err != nil {
		s.t.Fatal(err)
	}
}

func (s *stage) job(id provision.JobID) provision.Job {
	s.t.Helper()
	j, err := s.store.Job(context.Background(), id)
	if err != nil {
		s.t.Fatal(err)
	}
	return j
}

func (s *stage) jobs(states ...provision.State) []provision.Job {
	s.t.Helper()
	all, err := s.store.Jobs(context.Background(), states...)
	if err != nil {
		s.t.Fatal(err)
	}
	return all
}

// handled waits until no stored event is left.
func (s *stage) handled() {
	s.t.Helper()
	s.eventually("all events to be handled", func() bool {
		left, err := s.store.Unhandled(context.Background())
		return err == nil && len(left) == 0
	})
}
