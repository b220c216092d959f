package singularity_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"mozybot/fixtures/sandbox/tracker"
	"mozybot/provision"
	"mozybot/provision/runbook"
	"mozybot/provision/singularity"
)

var _ runbook.Tracker = (*singularity.Client)(nil)

const token = "s3cret-t0ken"

// serve starts a tracker on a free port of the loopback.
func serve(t *testing.T) (*tracker.Server, string) {
	s := tracker.New(tracker.Config{Token: token})
	web := httptest.NewServer(s.Handler())
	t.Cleanup(web.Close)
	return s, web.URL
}

// always is a token that never changes.
func always(token string) func() string { return func() string { return token } }

func newClient(t *testing.T, url string) *singularity.Client {
	t.Helper()
	c, err := singularity.New(singularity.Config{URL: url, Token: always(token), Timeout: time.Minute, Redact: strings.NewReplacer(token, "(secret)").Replace})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func setFault(t *testing.T, s *tracker.Server, name, value string) {
	t.Helper()
	if err := s.SetFault(name, value); err != nil {
		t.Fatal(err)
	}
}

// wantCode also checks that no error contains the token and each has a message for people.
func wantCode(t *testing.T, err error, code provision.Code, words ...string) {
	t.Helper()
	if err == nil || provision.CodeOf(err) != code {
		t.Fatalf("got %v (%s), want code %s", err, provision.CodeOf(err), code)
	}
	if strings.Contains(err.Error(), token) {
		t.Errorf("%q tells the token", err)
	}
	said := provision.MessageOf(err)
	if said == "" || strings.Contains(said, "\n") {
		t.Errorf("%q is nothing to tell people", said)
	}
	for _, w := range words {
		if !strings.Contains(said, w) {
			t.Errorf("%q does not say %q", said, w)
		}
	}
}

func TestClosesATaskOnce(t *testing.T) {
	server, url := serve(t)
	c := newClient(t, url+"/") // people end addresses with a slash or not
	ctx := t.Context()
	if open, err := c.IsOpen(ctx, "5512"); err != nil || !open {
		t.Fatalf("got %t, %v; want an open task", open, err)
	}
	const note = "Account ID 341208 <Bäckerei> & \"Söhne\"\nmozybot, job 12"
	for range 2 {
		if err := c.Close(ctx, provision.Closing{Task: "5512", Note: note}); err != nil {
			t.Fatal(err)
		}
	}
	if open, err := c.IsOpen(ctx, "5512"); err != nil || open {
		t.Errorf("got %t, %v; want a closed task", open, err)
	}
	got := server.Tasks()
	if len(got) != 1 || got[0].Status != "closed" || !slices.Equal(got[0].Notes, []string{note}) {
		t.Errorf("the tracker has %+v", got)
	}
}

func TestTaskNumbers(t *testing.T) {
	server, url := serve(t)
	c := newClient(t, url)
	numbers := []string{"1", "OPS-5512", "#5512", "5512?x=1", "50%", "a b", "Ü7", "..."}
	for _, number := range numbers {
		if err := c.Close(t.Context(), provision.Closing{Task: number, Note: "done"}); err != nil {
			t.Errorf("%q: %v", number, err)
		}
	}
	var got []string
	for _, task := range server.Tasks() {
		got = append(got, task.ID)
	}
	if !slices.Equal(got, numbers) {
		t.Errorf("the tracker was asked about %q", got)
	}
	for _, number := range []string{"", ".", "..", "../me", "1/close", "1\n2", strings.Repeat("1", 65)} {
		_, err := c.IsOpen(t.Context(), number)
		wantCode(t, err, provision.Invalid)
		wantCode(t, c.Close(t.Context(), provision.Closing{Task: number, Note: "done"}), provision.Invalid)
	}
}

func TestRefusalsOfTheTracker(t *testing.T) {
	for _, f := range []struct {
		fault string
		want  provision.Code
		words string
	}{
		{"down", provision.Unavailable, "down for maintenance"},
		{"wrong_token", provision.Denied, "Make a new one"},
		{"forbidden", provision.Denied, "the right to read and close"},
		{"missing", provision.NotFound, "no such task"},
		{"login_page", provision.Changed, "log-in page"},
	} {
		t.Run(f.fault, func(t *testing.T) {
			server, url := serve(t)
			c := newClient(t, url)
			setFault(t, server, f.fault, "on")
			_, err := c.IsOpen(t.Context(), "5512")
			wantCode(t, err, f.want, f.words)
			wantCode(t, c.Close(t.Context(), provision.Closing{Task: "5512", Note: "done"}), f.want, f.words)
			if f.fault != "missing" { // which is about tasks alone
				wantCode(t, c.Check(t.Context()), f.want)
			}
			setFault(t, server, f.fault, "off")
			if err := c.Close(t.Context(), provision.Closing{Task: "5512", Note: "done"}); err != nil {
				t.Errorf("once it was over: %v", err)
			}
		})
	}
	t.Run("a colleague was faster", func(t *testing.T) {
		server, url := serve(t)
		c := newClient(t, url)
		setFault(t, server, "already_closed", "on")
		if open, err := c.IsOpen(t.Context(), "5512"); err != nil || open {
			t.Errorf("got %t, %v", open, err)
		}
		if err := c.Close(t.Context(), provision.Closing{Task: "5512", Note: "done"}); err != nil {
			t.Error(err)
		}
		if got := server.Tasks()[0].Notes; !slices.Equal(got, []string{"Closed by a colleague."}) {
			t.Errorf("the notes are %q", got)
		}
	})
	t.Run("a lost answer may be asked for again", func(t *testing.T) {
		server, url := serve(t)
		c := newClient(t, url)
		setFault(t, server, "lost_answer", "1")
		wantCode(t, c.Close(t.Context(), provision.Closing{Task: "5512", Note: "done"}), provision.Unavailable)
		if err := c.Close(t.Context(), provision.Closing{Task: "5512", Note: "done"}); err != nil {
			t.Error(err)
		}
		if got := server.Tasks()[0].Notes; len(got) != 1 {
			t.Errorf("the notes are %q", got)
		}
	})
}

func TestOutOfReach(t *testing.T) {
	t.Run("nobody listens", func(t *testing.T) {
		web := httptest.NewServer(nil)
		url := web.URL
		web.Close()
		c := newClient(t, url)
		_, err := c.IsOpen(t.Context(), "5512")
		wantCode(t, err, provision.Unavailable)
		wantCode(t, c.Check(t.Context()), provision.Unavailable)
	})
	t.Run("an answer that takes too long", func(t *testing.T) {
		server, url := serve(t)
		setFault(t, server, "slow", "60000")
		c, err := singularity.New(singularity.Config{URL: url, Token: always(token), Timeout: 50 * time.Millisecond})
		if err != nil {
			t.Fatal(err)
		}
		_, err = c.IsOpen(t.Context(), "5512")
		wantCode(t, err, provision.Unavailable)
	})
	t.Run("called off", func(t *testing.T) {
		_, url := serve(t)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := newClient(t, url).IsOpen(ctx, "5512")
		wantCode(t, err, provision.Unavailable)
		if !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
	})
}

// Trackers that behave unlike the stand-in.
func TestUnexpectedResponses(t *testing.T) {
	for _, c := range []struct {
		name   string
		status int
		body   string
		want   provision.Code
		words  []string
	}{
		{"another task", 200, `{"id": "5513", "status": "open"}`, provision.Changed, []string{"“5513”"}},
		{"another status", 200, `{"id": "5512", "status": "resolved"}`, provision.Changed, []string{"“resolved”"}},
		{"an endless answer", 200, `{"id": "` + strings.Repeat("5", 2<<20) + `"}`, provision.Changed, []string{"longer than"}},
		{"half an answer", 200, `{"id": "5512", "sta`, provision.Changed, nil},
		{"too many requests", 429, `{"error": "slow down"}`, provision.Unavailable, []string{"slow down"}},
		{"a client that was too slow", 408, `{"error": "timeout"}`, provision.Unavailable, []string{"timeout"}},
		{"no task, but a page", 404, `<!doctype html><h1>Not found</h1>`, provision.NotFound, []string{"or is not at this address", "404 with a web page"}},
		{"a gateway", 502, `<h1>Bad gateway</h1>`, provision.Unavailable, []string{"502"}},
		{"a bad request", 400, `{"error": "no such field"}`, provision.Invalid, []string{"no such field"}},
		{"a redirect", 302, ``, provision.Changed, []string{"302"}},
		{"the token said back", 401, `{"error": "the token ` + token + ` is\nunknown"}`, provision.Denied, []string{"the token (secret) is unknown"}},
		{"a long complaint", 400, `{"error": "` + strings.Repeat("blah ", 500) + `"}`, provision.Invalid, []string{"blah …"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Location", "/login")
				w.WriteHeader(c.status)
				_, _ = io.WriteString(w, c.body)
			}))
			defer web.Close()
			client := newClient(t, web.URL)
			_, err := client.IsOpen(t.Context(), "5512")
			wantCode(t, err, c.want, c.words...)
			wantCode(t, client.Close(t.Context(), provision.Closing{Task: "5512", Note: "done"}), c.want, c.words...)
		})
	}
	t.Run("a byte order mark", func(t *testing.T) {
		web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprint(w, "\ufeff"+`{"id": "5512", "status": "open"}`)
		}))
		defer web.Close()
		if open, err := newClient(t, web.URL).IsOpen(t.Context(), "5512"); !open || err != nil {
			t.Errorf("open: %v, %v", open, err)
		}
	})
	t.Run("a task that stays open", func(t *testing.T) {
		web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprint(w, `{"id": "5512", "status": "open"}`)
		}))
		defer web.Close()
		wantCode(t, newClient(t, web.URL).Close(t.Context(), provision.Closing{Task: "5512", Note: "done"}), provision.Changed, "left it open")
	})
	t.Run("a conflict about something else", func(t *testing.T) {
		web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPost {
				w.WriteHeader(http.StatusConflict)
				fmt.Fprint(w, `{"error": "it has open subtasks"}`)
				return
			}
			fmt.Fprint(w, `{"id": "5512", "status": "open"}`)
		}))
		defer web.Close()
		wantCode(t, newClient(t, web.URL).Close(t.Context(), provision.Closing{Task: "5512", Note: "done"}), provision.Conflict, "open subtasks")
	})
}

func TestFollowsTheContract(t *testing.T) {
	var heard []string
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		heard = append(heard, strings.TrimSpace(fmt.Sprint(r.Method, " ", r.URL.EscapedPath(), " ", r.Header.Get("Authorization"), " ", string(body))))
		fmt.Fprint(w, `{"id": "a b", "status": "closed"}`)
	}))
	defer web.Close()
	c := newClient(t, web.URL+"/tracker")
	if err := errors.Join(c.Check(t.Context()), c.Close(t.Context(), provision.Closing{Task: "a b", Note: `say "done"`})); err != nil {
		t.Fatal(err)
	}
	if _, err := c.IsOpen(t.Context(), "a b"); err != nil {
		t.Fatal(err)
	}
	want := []string{
		"GET /tracker/api/me Bearer " + token,
		"POST /tracker/api/tasks/a%20b/close Bearer " + token + ` {"note":"say \"done\""}`,
		"GET /tracker/api/tasks/a%20b Bearer " + token,
		"GET /tracker/api/tasks/a%20b Bearer " + token,
	}
	if !slices.Equal(heard, want) {
		t.Errorf("the tracker heard\n%s\nwant\n%s", strings.Join(heard, "\n"), strings.Join(want, "\n"))
	}
}

func TestCheck(t *testing.T) {
	server, url := serve(t)
	if err := newClient(t, url).Check(t.Context()); err != nil || len(server.Tasks()) != 0 {
		t.Errorf("got %v and %d tasks", err, len(server.Tasks()))
	}
}

func TestNew(t *testing.T) {
	for name, cfg := range map[string]singularity.Config{
		"no address":                         {Token: always(token)},
		"no web address":                     {URL: "ftp://tasks.example.com", Token: always(token)},
		"no host":                            {URL: "https:///api", Token: always(token)},
		"a user in the address":              {URL: "https://user:" + token + "@tasks.example.com", Token: always(token)},
		"a password that breaks the address": {URL: "https://user:" + token + "%zz@tasks.example.com", Token: always(token)},
		"no token":                           {URL: "https://tasks.example.com"},
		"a token of two lines":               {URL: "https://tasks.example.com", Token: always(token + "\nX-Other: 1")},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := singularity.New(cfg)
			wantCode(t, err, provision.Invalid)
		})
	}
}
