package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"mozybot/fixtures/sandbox"
	"mozybot/provision"
	"mozybot/state"
)

// oddProxy stands before Slack, and answers the methods in odd itself.
type oddProxy struct {
	*httptest.Server
	forward http.Handler // to Slack

	mu  sync.Mutex
	odd map[string]http.HandlerFunc
}

// proxied puts a proxy before the sandbox's Slack; api is the address of the Web API behind it.
func proxied(t *testing.T, s *sandbox.Sandbox) (p *oddProxy, api string) {
	t.Helper()
	slack, err := url.Parse(valueOf(s, "SLACK_API_URL"))
	if err != nil {
		t.Fatal(err)
	}
	p = &oddProxy{odd: map[string]http.HandlerFunc{}}
	p.forward = &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(&url.URL{Scheme: slack.Scheme, Host: slack.Host})
		r.Out.Host = r.In.Host // files and sockets have this address, too
	}}
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		odd := p.odd[strings.TrimPrefix(r.URL.Path, "/api/")]
		p.mu.Unlock()
		if odd != nil {
			odd(w, r)
			return
		}
		p.forward.ServeHTTP(w, r)
	}))
	t.Cleanup(func() {
		p.CloseClientConnections()
		p.Close()
	})
	return p, p.URL + "/api/"
}

// answers has the proxy answer a method; nil has Slack answer it.
func (p *oddProxy) answers(method string, with http.HandlerFunc) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.odd[method] = with
}

func refuses(code string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"ok":false,"error":%q}`, code)
	}
}

func valueOf(s *sandbox.Sandbox, name string) string {
	for _, v := range s.Env() {
		if v.Name == name {
			return v.Value
		}
	}
	return ""
}

// served is the bot as serve makes it, with the console's double.
type served struct {
	t     *testing.T
	app   *app
	store state.Store
	log   *lines
}

func serveWith(t *testing.T, s *sandbox.Sandbox, more map[string]string) *served {
	t.Helper()
	variables := map[string]string{"STATE": filepath.Join(t.TempDir(), "mozybot.db"), "LOG_LEVEL": "info", "HEALTH_ADDR": "-"}
	for _, v := range s.Env() {
		if v.Name != "HEALTH_ADDR" {
			variables[v.Name] = v.Value
		}
	}
	for name, value := range more {
		variables[name] = value
	}
	c, log := configOf(t, variables), &lines{}
	store, err := openStore(t.Context(), c, c.Logger(io.Discard))
	if err != nil {
		t.Fatal(err)
	}
	a, err := newApp(c, store, openDouble(s), c.Logger(log))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- a.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("running the bot: %v", err)
		}
		if err := a.Close(); err != nil {
			t.Errorf("closing the bot: %v", err)
		}
	})
	return &served{t, a, store, log}
}

// slack is what /readyz says of Slack.
func (b *served) slack() part {
	b.t.Helper()
	w := httptest.NewRecorder()
	b.app.insight().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/readyz", nil))
	var r readiness
	if err := json.Unmarshal(w.Body.Bytes(), &r); err != nil {
		b.t.Fatal(err)
	}
	return r.Slack
}

func (b *served) jobs() int {
	b.t.Helper()
	jobs, err := b.store.Jobs(b.t.Context(), provision.Pending)
	if err != nil {
		b.t.Fatal(err)
	}
	return len(jobs)
}

func TestARefusedTokenIsNamedAndWaitedFor(t *testing.T) {
	t.Parallel()
	for _, code := range []string{"token_revoked", "account_inactive", "invalid_auth", "org_login_required"} {
		t.Run(code, func(t *testing.T) {
			t.Parallel()
			s := startSandbox(t)
			proxy, api := proxied(t, s)
			b := serveWith(t, s, map[string]string{"SLACK_API_URL": api})
			until(t, "Slack is well", func() bool { return b.slack().OK })
			proxy.answers("files.info", refuses(code))
			dropOrder(t, s, "example-inc.pdf")
			const why = "Slack does not accept SLACK_BOT_TOKEN ("
			until(t, "readiness ends", func() bool { p := b.slack(); return !p.OK && strings.Contains(p.Says, why+code) })
			until(t, "people hear of it", func() bool { return b.log.count("a file that could not be taken") == 1 })
			if n := b.log.count(why); n != 1 {
				t.Errorf("the log names it %d times", n)
			}
			proxy.answers("files.info", nil)
			until(t, "the order is a job", func() bool { return b.jobs() == 1 })
			if p := b.slack(); !p.OK {
				t.Errorf("readiness stays away: %+v", p)
			}
		})
	}
}

func TestAChannelThatIsGoneLeavesTheBotReady(t *testing.T) {
	t.Parallel()
	s := startSandbox(t)
	b := serveWith(t, s, map[string]string{"ORDERS_CHANNEL": "old-orders," + sandbox.Channel})
	until(t, "Slack is well", func() bool { return b.slack().OK })
	if says := b.slack().Says; !strings.Contains(says, `no channel "old-orders"`) {
		t.Errorf("it says %q", says)
	}
	dropOrder(t, s, "example-inc.pdf")
	until(t, "the order is a job", func() bool { return b.jobs() == 1 })
}
