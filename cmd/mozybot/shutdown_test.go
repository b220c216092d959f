package main

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"mozybot/fixtures/sandbox"
	replica "mozybot/fixtures/sandbox/console"
	"mozybot/provision"
	"mozybot/state/bolt"
)

// The bot is asked to stop while it buys. Ctrl-C reaches everything in its process group; the browser must live on.
func TestAskedToStopInTheMiddleOfAnAct(t *testing.T) {
	needBrowser(t)
	t.Parallel()
	for _, tc := range []struct {
		name     string
		held     func(*testing.T, *sandbox.Sandbox) (variables []string, release func())
		grace    string
		twice    bool // the signal is given again once the first was heard
		recorded bool // the purchase has its result when the bot is gone
		code     int  // -1: ended by the signal
	}{
		{"it finishes and records the act", heldPage, "3m", false, true, exitOK},
		{"it hands over an act that takes too long", heldPage, "1s", false, false, exitOK},
		{"it ends at once when it is asked twice", heldCall, "1h", true, false, -1},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			s := startSandbox(t)
			state := filepath.Join(t.TempDir(), "mozybot.db")
			heard := &lines{}
			variables, release := tc.held(t, s)
			bot := mozybotIn(t, s, heard, &syscall.SysProcAttr{Setpgid: true}, state, "serve", append(variables, "LOG_LEVEL=info", "SHUTDOWN_GRACE="+tc.grace)...)
			th := dropOrder(t, s, "harbour-books.txt")
			th.says("waits for approval")
			th.press("approve", "waits for approval")
			until(t, "the console has taken the purchase", func() bool { return ledger(t, s)["all"] == 1 })
			ask := func(how syscall.Signal) {
				t.Helper()
				if err := syscall.Kill(-bot.Process.Pid, how); err != nil {
					t.Fatal(err)
				}
			}
			ask(syscall.SIGINT)
			until(t, "it says what it waits for", func() bool { return heard.have("the act in hand has") })
			if tc.twice {
				ask(syscall.SIGTERM) // what a shell runs in the background ignores Ctrl-C unless it listens for it
			}
			if tc.recorded {
				release()
			}
			if code := exitCode(t, bot); code != tc.code {
				t.Errorf("exit code %d, want %d", code, tc.code)
			}
			if got := recorded(t, state); got != tc.recorded {
				t.Errorf("the purchase is recorded: %v, want %v", got, tc.recorded)
			}
			if n := ledger(t, s)["all"]; n != 1 {
				t.Errorf("%d writes, want the one in hand", n)
			}
			mozybot(t, s, state, "serve", withoutBrowser(t, s)...) // it finishes what the one with the browser began
			th.says("is done. The Account ID of Harbour Books is")
			wantProvisioned(t, s, "Harbour Books")
			if got := ledger(t, s); got["change_plan"] != 2 || got["all"] != 5 {
				t.Errorf("the console's ledger has %v", got)
			}
		})
	}
}

// heldPage has a bot work in a browser, to which the purchase is not answered until it is released.
func heldPage(t *testing.T, s *sandbox.Sandbox) (variables []string, release func()) {
	t.Helper()
	console, release := held(t, s, "/resource/change_billing_plan/continue")
	return []string{"MOZY_URL=" + console}, release
}

// heldCall has it work at the double, to which likewise.
func heldCall(t *testing.T, s *sandbox.Sandbox) (variables []string, release func()) {
	t.Helper()
	released := make(chan struct{})
	release = sync.OnceFunc(func() { close(released) })
	t.Cleanup(release)
	f := newFate()
	f.bot = new(exec.Cmd) // to be alive is all that is asked of it
	f.holds = func(what string) {
		if what == answerTo+"console "+replica.WriteChangePlan {
			<-released
		}
	}
	return doubleUnder(t, s, f), release
}

// held stands in front of the console and answers no request after one for that path, until it is released.
func held(t *testing.T, s *sandbox.Sandbox, after string) (address string, release func()) {
	t.Helper()
	to, err := url.Parse(s.ConsoleURL())
	if err != nil {
		t.Fatal(err)
	}
	var holds atomic.Bool
	released := make(chan struct{})
	release = sync.OnceFunc(func() { close(released) })
	proxy := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(to); r.Out.Host = r.In.Host },
		ModifyResponse: func(r *http.Response) error {
			if r.Request.URL.Path == after {
				holds.Store(true)
			}
			return nil
		},
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if holds.Load() {
			select {
			case <-released:
			case <-r.Context().Done():
				return
			}
		}
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(func() { release(); server.Close() })
	return server.URL, release
}

// recorded says whether the one job's journal has the result of its purchase; the intent must be there in any case.
func recorded(t *testing.T, state string) bool {
	t.Helper()
	store, err := bolt.Open(state, bolt.Check)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	ctx, cancel := context.WithTimeout(t.Context(), hangTimeout)
	defer cancel()
	jobs, err := store.Jobs(ctx)
	if err != nil || len(jobs) != 1 {
		t.Fatalf("%d jobs, %v", len(jobs), err)
	}
	journal, err := store.Journal(ctx, jobs[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	if _, intended := provision.LastOf(journal, provision.StepBuy, provision.Intended); !intended || jobs[0].State() != provision.Running {
		t.Errorf("the job is %s, the purchase intended: %v", jobs[0].State(), intended)
	}
	return provision.Finished(journal, provision.StepBuy)
}

// lines is what a program has said so far. It is safe for concurrent use.
type lines struct {
	mu   sync.Mutex
	said bytes.Buffer
}

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.said.Write(b)
}

func (l *lines) all() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.said.String()
}

func (l *lines) count(words string) int { return strings.Count(l.all(), words) }

func (l *lines) have(words string) bool { return l.count(words) > 0 }
