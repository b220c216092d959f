package bot_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/sirupsen/logrus"
	"github.com/slack-go/slack"

	"mozybot/bot"
	"mozybot/state/bolt"
)

func TestNewNamesAllMissingParts(t *testing.T) {
	_, err := bot.New(bot.Config{})
	if err == nil {
		t.Fatal("a bot was made of nothing")
	}
	for _, part := range []string{"Slack client", "Store", "Reader", "Console", "Runner", "Log", "channel", "approver"} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("the error does not name the %s: %v", part, err)
		}
	}
}

func TestAPermanentFailureEndsTheBot(t *testing.T) {
	for _, c := range []struct {
		name   string
		config func(*stage, *bot.Config)
		fault  string
		says   []string
	}{
		{"a wrong app token", func(s *stage, c *bot.Config) { c.Slack = s.slack("xoxb-sandbox", "xapp-wrong") }, "", []string{"Socket Mode", "invalid_auth"}},
		{"a bot token for the app token", func(s *stage, c *bot.Config) { c.Slack = s.slack("xoxb-sandbox", "xoxb-sandbox") }, "", []string{"Socket Mode", "not_allowed_token_type"}},
		{"a wrong bot token", func(s *stage, c *bot.Config) { c.Slack = s.slack("xoxb-wrong", "xapp-sandbox") }, "", []string{"bot token", "invalid_auth"}},
		{"a missing scope", nil, "channels:read", []string{"listing the channels", "missing_scope"}},
		{"no channel that is there", func(_ *stage, c *bot.Config) { c.Channels = []string{"#nowhere", "C0ELSE"} }, "", []string{`"nowhere"`, `"C0ELSE"`, "invite"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStage(t)
			if c.config != nil {
				s.config = func(config *bot.Config) { c.config(s, config) }
			}
			if c.fault != "" {
				s.fault("missing_scope", c.fault)
			}
			_, stop, ended := s.start(s.store)
			defer stop()
			select {
			case err := <-ended:
				for _, words := range c.says {
					if err == nil || !strings.Contains(err.Error(), words) {
						t.Errorf("the bot ended with %v, which does not say %q", err, words)
					}
				}
			case <-time.After(time.Minute):
				t.Fatal("the bot goes on")
			}
		})
	}
}

func TestAChannelByItsIDIsFound(t *testing.T) {
	s := newStage(t)
	s.config = func(c *bot.Config) { c.Channels = []string{"C0ORDERS"} }
	s.open()
	s.drop(rita, "order.txt", "Example Inc.: 30 GB")
	s.asked()
}

func TestAPublicChannelIsJoined(t *testing.T) {
	s := newStage(t)
	s.config = func(c *bot.Config) { c.Channels = []string{"#newcomers"} }
	s.open()
	info, err := s.slack("xoxb-sandbox", "").GetConversationInfo(&slack.GetConversationInfoInput{ChannelID: "C0NEWCOMERS"})
	if err != nil {
		t.Fatal(err)
	}
	if !info.IsMember {
		t.Error("the bot is not in the channel it watches")
	}
}

// oddSlack is a Slack that misbehaves in ways the workspace can't: talk controls every socket after the hello.
func oddSlack(t testing.TB, talk func(*websocket.Conn)) *slack.Client {
	t.Helper()
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	for method, say := range map[string]map[string]any{
		"auth.test":             {"ok": true, "user_id": "U0BOT"},
		"conversations.list":    {"ok": true, "channels": []any{map[string]any{"id": "C1", "name": "orders", "is_member": true}}},
		"apps.connections.open": {"ok": true, "url": "ws" + strings.TrimPrefix(server.URL, "http") + "/socket"},
	} {
		mux.HandleFunc("/api/"+method, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			if err := json.NewEncoder(w).Encode(say); err != nil {
				t.Error(err)
			}
		})
	}
	mux.HandleFunc("/socket", func(w http.ResponseWriter, r *http.Request) {
		upgrader := websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}
		conn, err := upgrader.Upgrade(w, r, nil)
		if err != nil {
			t.Error(err)
			return
		}
		defer conn.Close()
		if err := conn.WriteMessage(websocket.TextMessage, []byte(`{"type":"hello","num_connections":1}`)); err != nil {
			return // the bot has left
		}
		talk(conn)
	})
	return slack.New("xoxb-1", slack.OptionAPIURL(server.URL+"/api/"), slack.OptionAppLevelToken("xapp-1"))
}

// attend runs a bot against an odd Slack until the test ends.
func attend(t testing.TB, client *slack.Client, log *logrus.Logger) {
	t.Helper()
	store, err := bolt.Open(filepath.Join(t.TempDir(), "state.db"), bolt.Check)
	if err != nil {
		t.Fatal(err)
	}
	b, err := bot.New(bot.Config{
		Slack: client, Store: store, Reader: &reader{}, Console: &console{}, Runner: &runner{},
		Channels: []string{"orders"}, Approvers: []string{amirID}, Log: log,
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- b.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := errors.Join(<-ended, store.Close()); err != nil {
			t.Error(err)
		}
	})
}

// What is not acknowledged is sent again and again, even if the library cannot read it.
func TestUnknownMessagesAreAcknowledged(t *testing.T) {
	acked := make(chan string, 3)
	client := oddSlack(t, func(conn *websocket.Conn) {
		for _, message := range []string{
			`{"envelope_id":"e1","type":"events_api","payload":{"type":"event_callback","event_id":"Ev1","event":{"type":"no_such_event"}}}`,
			`{"envelope_id":"e2","type":"interactive","payload":["not","an","object"]}`,
			`{"envelope_id":"e3","type":"no_such_type","payload":{}}`,
		} {
			if err := conn.WriteMessage(websocket.TextMessage, []byte(message)); err != nil {
				t.Error(err)
			}
		}
		for {
			var ack struct {
				EnvelopeID string `json:"envelope_id"`
			}
			if err := conn.ReadJSON(&ack); err != nil {
				return // the bot has left
			}
			acked <- ack.EnvelopeID
		}
	})
	attend(t, client, quiet())
	want := map[string]bool{"e1": true, "e2": true, "e3": true}
	for len(want) > 0 {
		select {
		case id := <-acked:
			delete(want, id)
		case <-time.After(time.Minute):
			t.Fatalf("not acknowledged: %v", want)
		}
	}
}

func TestShortConnectionsAreRetriedSlowly(t *testing.T) {
	for reason, says := range map[string]string{
		"too_many_websockets": "other copies", "link_disabled": "Socket Mode is switched off", "refresh_requested": "is Socket Mode switched on",
	} {
		t.Run(reason, func(t *testing.T) {
			t.Parallel()
			client := oddSlack(t, func(conn *websocket.Conn) {
				_ = conn.WriteMessage(websocket.TextMessage, []byte(`{"type":"disconnect","reason":"`+reason+`","debug_info":{"host":"a"}}`))
			})
			log := quiet()
			warned := make(chan string, 100)
			log.AddHook(hook(func(e *logrus.Entry) { warned <- e.Message }))
			attend(t, client, log)
			deadline := time.After(time.Minute)
			for {
				select {
				case message := <-warned:
					if !strings.Contains(message, "before connecting again") {
						continue
					}
					if !strings.Contains(message, says) {
						t.Errorf("the log says %q", message)
					}
					return
				case <-deadline:
					t.Fatal("the bot goes on connecting without a pause")
				}
			}
		})
	}
}

func quiet() *logrus.Logger {
	log := logrus.New()
	log.SetOutput(io.Discard)
	return log
}

// hook sees every warning.
type hook func(*logrus.Entry)

func (h hook) Levels() []logrus.Level     { return []logrus.Level{logrus.WarnLevel} }
func (h hook) Fire(e *logrus.Entry) error { h(e); return nil }
