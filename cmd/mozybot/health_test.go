package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"mozybot/bot/socket"
	"mozybot/provision"
)

// readyz asks a bot how it is.
func readyz(t *testing.T, addr string) (found readiness, status int) {
	t.Helper()
	r, err := http.Get("http://" + addr + "/readyz")
	if err != nil {
		return readiness{}, 0 // it does not listen yet
	}
	defer r.Body.Close()
	if err := json.NewDecoder(r.Body).Decode(&found); err != nil {
		t.Fatal(err)
	}
	return found, r.StatusCode
}

// One thing after another that the bot cannot do without is taken away and given back. The log of its start begins with the
// version, and says when orders will be carried out.
func TestReadyIsWhatSlackTheConsoleAndTheDiskSay(t *testing.T) {
	needBrowser(t)
	t.Parallel()
	s := startSandbox(t)
	addr, log := freeAddr(t), &lines{}
	mozybotIn(t, s, log, nil, filepath.Join(t.TempDir(), "mozybot.db"), "serve", "HEALTH_ADDR="+addr, "CONSOLE_CHECK_EVERY=1s", "LOG_LEVEL=info")
	health := func(args ...string) (said string, code int) {
		t.Helper()
		var out, errs bytes.Buffer
		code = run(t.Context(), append([]string{"health", "--addr", addr}, args...), &out, &errs)
		return out.String() + errs.String(), code
	}
	consoleIs := func(well float64) {
		t.Helper()
		_, values := scrape(t, addr)
		if got := values["mozybot_console_well"]; got != well || values["mozybot_console_checked_timestamp_seconds"] <= 0 {
			t.Errorf("the metrics say %v of the console, want %v, and that it was looked at at %v", got, well, values["mozybot_console_checked_timestamp_seconds"])
		}
	}
	ready := func() {
		t.Helper()
		until(t, "the bot is ready, and says so", func() bool {
			_, status := readyz(t, addr)
			said, code := health()
			return status == http.StatusOK && code == exitOK && !strings.Contains(said, "not")
		})
	}
	ready()
	until(t, "the log says that it is ready", func() bool { return log.have("ready, live: orders are taken from") })
	consoleIs(1)
	if first, _, _ := strings.Cut(log.all(), "\n"); !strings.Contains(first, "mozybot ") || !strings.Contains(first, "starts") {
		t.Errorf("the log begins with %q", first)
	}
	for _, tc := range []struct {
		on, fault, value string
		broken           func(readiness) part
		says             string
	}{
		{"slack", "no_socket", "true", func(r readiness) part { return r.Slack }, "not connected to Slack"},
		{"console", "changed_page", "on", func(r readiness) part { return r.Console }, "add-on box"},
		{"console", "http_500", "on", func(r readiness) part { return r.Console }, "can't work at the console"},
	} {
		started := time.Now()
		if err := s.SetFault(tc.on, tc.fault, tc.value); err != nil {
			t.Fatal(err)
		}
		// Alone: on a busy machine a write may be slow for a moment, which makes it not ready as well.
		until(t, tc.fault+" takes its own part away, and no other", func() bool {
			found, status := readyz(t, addr)
			p, well := tc.broken(found), 0
			for _, p := range found.parts() {
				if p.OK {
					well++
				}
			}
			return status == http.StatusServiceUnavailable && well == 2 &&
				!p.OK && strings.Contains(p.Says, tc.says) && !p.Since.Before(started.Add(-time.Second))
		})
		if tc.on == "console" {
			consoleIs(0)
		}
		if said, code := health(); code != exitFailed || !strings.Contains(said, tc.says) {
			t.Errorf("%s: health says %q and exits %d", tc.fault, said, code)
		}
		if said, code := health("--live"); code != exitOK || said != "alive\n" {
			t.Errorf("%s: health --live says %q and exits %d", tc.fault, said, code)
		}
		if err := s.SetFault(tc.on, tc.fault, "off"); err != nil {
			t.Fatal(err)
		}
		if tc.fault != "http_500" { // what cannot be reached is looked for again after a minute
			ready()
		}
	}
}

// disk is a state file whose writes end as the test says.
type disk func(ctx context.Context) error

func (d disk) SetSetting(ctx context.Context, _, _ string) error { return d(ctx) }

func TestHealthOfEachPart(t *testing.T) {
	introduced := make(chan struct{})
	close(introduced)
	good := newHealthProbe()
	good.note(nil)
	synctest.Test(t, func(t *testing.T) {
		up := socket.Status{Up: true, Since: time.Now(), Heard: time.Now()}
		h := &health{introduced: introduced, connection: func() socket.Status { return up }, console: good, store: disk(func(context.Context) error { return nil })}
		token, gone := "", []error(nil)
		h.refused = func() (string, time.Time) { return token, up.Since }
		h.missing = func() []error { return gone }
		if r := h.look(t.Context()); !r.Ready {
			t.Fatalf("all is well, but %+v", r)
		}
		gone = []error{errors.New(`the channel "old-orders" is archived`)}
		if r := h.look(t.Context()); !r.Ready || !strings.Contains(r.Slack.Says, `"old-orders" is archived`) {
			t.Errorf("one channel of several is gone: %+v", r)
		}
		token = "Slack does not accept SLACK_BOT_TOKEN (token_revoked)"
		if r := h.look(t.Context()); r.Ready || r.Slack.OK || !strings.Contains(r.Slack.Says, "SLACK_BOT_TOKEN (token_revoked)") {
			t.Errorf("the token is refused: %+v", r)
		}
		token, gone = "", nil

		time.Sleep(59 * time.Second) // nothing comes from Slack
		if r := h.look(t.Context()); !r.Ready {
			t.Errorf("a minute is not over: %+v", r)
		}
		time.Sleep(2 * time.Second)
		if r := h.look(t.Context()); r.Ready || r.Slack.OK || !strings.Contains(r.Slack.Says, "nothing came for 1m1s") || !r.Slack.Since.Equal(up.Heard) {
			t.Errorf("the line is dead: %+v", r)
		}
		up.Heard = time.Now()

		full := time.Now()
		h.store = disk(func(context.Context) error { return errors.New("no space left on device") })
		h.look(t.Context())
		time.Sleep(5 * time.Second)
		if r := h.look(t.Context()); r.Ready || !strings.Contains(r.State.Says, "no space left") || !r.State.Since.Equal(full) {
			t.Errorf("the disk is full: %+v", r)
		}
		gate := make(chan struct{})
		h.store = disk(func(context.Context) error { <-gate; return nil })
		for range 2 { // the second does not pile up behind the first
			if r := h.look(t.Context()); r.Ready || !strings.Contains(r.State.Says, "longer than 2s") {
				t.Errorf("the disk hangs: %+v", r)
			}
		}
		close(gate)
		synctest.Wait()
		if r := h.look(t.Context()); !r.Ready {
			t.Errorf("all is well again, but %+v", r)
		}
	})
}

func TestTheHealthProbeKnowsSinceWhen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newHealthProbe()
		if p := c.last(); p.OK || p.Says != "not looked at yet" {
			t.Errorf("at the start: %+v", p)
		}
		broke := provision.Errorf(provision.Changed, "The panel has no box.")
		time.Sleep(time.Second)
		began := time.Now()
		c.note(nil)
		time.Sleep(time.Second)
		c.note(nil)
		if p := c.last(); !p.OK || !p.Since.Equal(began) || !p.Checked.Equal(began.Add(time.Second)) {
			t.Errorf("well since %v: %+v", began, p)
		}
		c.note(broke)
		failed := time.Now()
		time.Sleep(time.Second)
		c.note(broke)
		c.note(context.Canceled)
		if p := c.last(); p.OK || !p.Since.Equal(failed) || p.Says != "The panel has no box." {
			t.Errorf("broken since %v: %+v", failed, p)
		}
	})
}

func TestHealthAsksWhereTheBotAnswers(t *testing.T) {
	bot := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "alive") }))
	t.Cleanup(bot.Close)
	for _, tc := range []struct {
		addr string
		code int
		says string
	}{
		{strings.TrimPrefix(bot.URL, "http://"), exitOK, "alive"},
		{"-", exitFailed, "answers nowhere"},
	} {
		t.Setenv("HEALTH_ADDR", tc.addr)
		var said bytes.Buffer
		if code := run(t.Context(), []string{"health", "--live"}, &said, &said); code != tc.code || !strings.Contains(said.String(), tc.says) {
			t.Errorf("with HEALTH_ADDR=%s: exit %d, %q", tc.addr, code, said.String())
		}
	}
}

// healthOfChild names the address that a child process is to ask.
const healthOfChild = "MOZYBOT_TEST_HEALTH"

// Go reads the variables of proxies once, so a child process has them.
func TestHealthIsAskedPastEveryProxy(t *testing.T) {
	if addr := os.Getenv(healthOfChild); addr != "" {
		var said bytes.Buffer
		if code := run(t.Context(), []string{"health", "--live", "--addr", addr}, &said, &said); code != exitOK {
			t.Error(said.String())
		}
		return
	}
	bot := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "alive") }))
	t.Cleanup(bot.Close)
	_, port, err := net.SplitHostPort(bot.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	for _, host := range []string{"", "0.0.0.0", "127.0.0.1"} {
		child := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$")
		child.Env = append(os.Environ(), healthOfChild+"="+host+":"+port, "HTTP_PROXY=http://127.0.0.1:9", "NO_PROXY=")
		if said, err := child.CombinedOutput(); err != nil {
			t.Errorf("at %q: %v\n%s", host, err, said)
		}
	}
}
