package console_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"mozybot/provision"
	"mozybot/provision/console"
)

func TestARefusedLoginIsNeverRepeated(t *testing.T) {
	for fault, words := range map[string][]string{
		"login_refused=on":      {"Incorrect email or password", "configured with"},
		"suspended=on":          {"suspended", "vendor"},
		"network_restricted=on": {"restricted to specified networks", "allowed networks"},
		"password_expired=on":   {"password has expired", "new password"},
		"locked=on":             {"lock has run out", "by itself"},
		"captcha=on":            {"CAPTCHA", "by hand"},
		"email_unverified=on":   {"address verified", "mail"},
	} {
		t.Run(fault, func(t *testing.T) {
			evidence := t.TempDir()
			c, f, hook := newcomer(t, func(cfg *console.Config) { cfg.EvidenceDir = evidence }, fault)
			code(t, c.Start(t.Context()), provision.Denied, words...)
			set(t, f.model(), strings.TrimSuffix(fault, "on")+"off") // even if it would work by now
			code(t, c.Login(t.Context()), provision.Denied, words...)
			_, err := c.Read(t.Context(), provision.Look{Plan: true})
			code(t, err, provision.Denied, words...)
			_, err = c.Reader().Read(t.Context(), provision.Look{Plan: true})
			code(t, err, provision.Denied, words...)
			_, err = c.ChangePlan(t.Context(), provision.PlanChange{From: 866, To: 867, AtMost: dollars(1e6)})
			code(t, err, provision.Denied, words...)
			if want := map[bool]int{true: 0, false: 1}[fault == "captcha=on"]; f.attempts() != want {
				t.Errorf("%d attempts, want %d", f.attempts(), want)
			}
			for _, e := range hook.AllEntries() {
				if text, _ := e.String(); strings.Contains(text, password) {
					t.Errorf("the password is in the log: %s", text)
				}
			}
			kept, _ := filepath.Glob(filepath.Join(evidence, "*.txt"))
			if len(kept) != 1 {
				t.Errorf("kept %q, want the one refusal", kept)
			}
			for _, name := range kept {
				if b, _ := os.ReadFile(name); strings.Contains(string(b), password) {
					t.Errorf("the password is in %s", name)
				}
			}
		})
	}
}

// A panel's request without a session is refused, or led to the log-in page.
func TestLogsInAgainWhenTheSessionIsOver(t *testing.T) {
	for _, answer := range []string{"expired_answer=off", "expired_answer=page"} {
		t.Run(answer, func(t *testing.T) {
			s, m := play(t, patient, answer)
			ctx := t.Context()
			for what, do := range map[string]func() error{
				"reading": func() error {
					_, err := s.Read(ctx, everything)
					return err
				},
				"reading in its own tab": func() error {
					_, err := s.Reader().Read(ctx, everything)
					return err
				},
				"changing the default group": func() error {
					from := m.Groups.All()[0].Assigned
					return s.AssignDefault(ctx, from, from-1)
				},
			} {
				before := s.front.attempts()
				set(t, m, "session_expired=1")
				if err := do(); err != nil {
					t.Errorf("%s: %v", what, err)
				}
				if n := s.front.attempts() - before; n != 1 {
					t.Errorf("%s logged in %d times", what, n)
				}
			}
		})
	}
}

func TestDoesNotLogInForEver(t *testing.T) {
	c, f, _ := newcomer(t, nil)
	if err := c.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	set(t, f.model(), "session_expired=on")
	c.AnswerWithin(2 * time.Second)
	for range 3 {
		if _, err := c.Read(t.Context(), everything); err == nil {
			t.Error("read without a session")
		}
	}
	if n := f.attempts(); n > 2 {
		t.Errorf("logged in %d times", n)
	}
}

func TestBothTabsSurviveALoginOfTheOther(t *testing.T) {
	s, m := play(t, patient)
	ctx := t.Context()
	for range 2 {
		if _, err := s.Reader().Read(ctx, everything); err != nil {
			t.Fatal(err)
		}
		set(t, m, "session_expired=1")
		if _, err := s.Reader().Read(ctx, everything); err != nil { // logs in: the worker's page has an old token now
			t.Fatal(err)
		}
		from := m.Groups.All()[0].Assigned
		if err := s.AssignDefault(ctx, from, from-1); err != nil {
			t.Fatal(err)
		}
	}
}

// The form stands open, with the old token, while a summary's reading logs in anew.
func TestAFormSurvivesALoginOfTheOtherTab(t *testing.T) {
	for path, act := range map[string]func(context.Context, *stage) error{
		"/resource/change_billing_plan": func(ctx context.Context, s *stage) error {
			_, err := s.ChangePlan(ctx, provision.PlanChange{From: 876, To: 878, AtMost: dollars(100_000)})
			return err
		},
		"/user_groups/new": func(ctx context.Context, s *stage) error { return s.AddGroup(ctx, exampleGroup) },
	} {
		t.Run(path, func(t *testing.T) {
			s, m := withSpace(t, patient)
			ctx, before := t.Context(), s.front.attempts()
			var opened atomic.Bool
			s.front.rewriting(func(asked, body string) string {
				if asked == path && opened.CompareAndSwap(false, true) {
					set(t, m, "session_expired=1")
					if _, err := s.Reader().Read(ctx, provision.Look{Storage: true}); err != nil {
						t.Error(err)
					}
				}
				return body
			})
			if err := act(ctx, s); err != nil {
				t.Error(err)
			}
			if n := len(writes(m)); n != 2 {
				t.Errorf("%d writes, want the space and ours", n)
			}
			if n := s.front.attempts() - before; n != 1 {
				t.Errorf("logged in %d times, want once, for the reading", n)
			}
		})
	}
}

func TestALoginThatTheServerBreaksIsNoRefusal(t *testing.T) {
	for _, path := range []string{"/login/admin", "/dashboard"} {
		t.Run(path, func(t *testing.T) {
			c, f, _ := newcomer(t, nil)
			f.breaking(path)
			code(t, c.Login(t.Context()), provision.Unavailable)
			f.breaking("")
			if err := c.Login(t.Context()); err != nil {
				t.Error("not even afterwards:", err)
			}
		})
	}
}

// The address is written as no browser writes it.
func TestUnreachable(t *testing.T) {
	needBrowser(t)
	t.Parallel()
	f := newFront()
	f.show(newModel(t))
	c, _ := newConsole(strings.Replace(f.server.URL, "127.0.0.1", "LocalHost", 1))
	defer c.Close(context.Background())
	if err := c.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	f.server.Close()
	_, err := c.Read(t.Context(), everything)
	code(t, err, provision.Unavailable)
	code(t, c.AddGroup(t.Context(), exampleGroup), provision.Unavailable)
	code(t, c.Start(t.Context()), provision.Unavailable)
}

func TestAddresses(t *testing.T) {
	for address, good := range map[string]bool{
		"https://console.example.com": true, "https://console.example.com/": true, "http://127.0.0.1:8080/login": true,
		"": false, "console.example.com": false, "ftp://example.com": false, "https://": false, "://": false,
	} {
		_, err := console.New(console.Config{URL: address})
		if good != (err == nil) {
			t.Errorf("%q: %v", address, err)
		}
		if !good {
			code(t, err, provision.Invalid)
		}
	}
}

// A password that somebody has changed is tried, once; the refused one isn't tried again.
func TestAnotherPasswordIsTried(t *testing.T) {
	var given atomic.Value
	given.Store("wrong")
	c, f, _ := newcomer(t, func(cfg *console.Config) { cfg.Password = func() string { return given.Load().(string) } })
	for range 2 {
		code(t, c.Login(t.Context()), provision.Denied, "Incorrect email or password")
	}
	given.Store("wrong, too")
	for range 2 {
		code(t, c.Login(t.Context()), provision.Denied, "Incorrect email or password")
	}
	if n := f.attempts(); n != 2 {
		t.Errorf("%d attempts with two wrong passwords", n)
	}
	given.Store(password)
	if err := c.Login(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestAPersonHasARefusedLogInTriedOnce(t *testing.T) {
	var up atomic.Int64
	c, f, _ := newcomer(t, func(cfg *console.Config) {
		cfg.Uptime = func() time.Duration { return time.Duration(up.Load()) }
	}, "login_refused=on")
	allowed := func() {
		t.Helper()
		if err := c.AllowLogin(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	code(t, c.Login(t.Context()), provision.Denied)
	allowed()
	for range 2 {
		code(t, c.Login(t.Context()), provision.Denied)
	}
	if n := f.attempts(); n != 2 {
		t.Errorf("%d attempts, want the first and the one that was allowed", n)
	}
	code(t, c.AllowLogin(t.Context()), provision.Denied, "lock the account", "10 minutes")
	set(t, f.model(), "login_refused=off")
	code(t, c.Login(t.Context()), provision.Denied)
	up.Store(int64(10 * time.Minute))
	allowed()
	if err := c.Login(t.Context()); err != nil {
		t.Error(err)
	}
	allowed() // nothing is refused
}
