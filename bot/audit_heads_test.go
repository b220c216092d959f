package bot_test

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"io"
	"net/http"
	"net/url"
	"path"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"mozybot/bot"
	"mozybot/provision"
	"mozybot/state"
	"mozybot/state/bolt"
)

// heads sets the stage's bots to sign with a key, and turns the clock.
func (s *stage) heads(key ed25519.PrivateKey) *clock {
	c := s.watched()
	before := s.config
	s.config = func(cfg *bot.Config) {
		before(cfg)
		cfg.SignHead = func(h provision.Head, at time.Time) (provision.SignedHead, error) {
			return provision.SignHead(key, h, at), nil
		}
	}
	return c
}

// headsPosted waits for so many heads, and gives them in their order.
func (s *stage) headsPosted(n int) (all []message) {
	s.t.Helper()
	s.eventually("the heads to be posted", func() bool {
		all = nil
		for _, m := range s.sees(amir) {
			if m.Metadata != nil && m.Metadata.EventType == "mozy_audit_head" {
				all = append(all, m)
			}
		}
		return len(all) == n
	})
	return all
}

func (s *stage) alarms() (all []message) {
	s.t.Helper()
	for _, m := range s.sees(amir) {
		if m.Metadata != nil && m.Metadata.EventType == "mozy_audit_replaced" {
			all = append(all, m)
		}
	}
	return all
}

func signingKey(name string) ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed([]byte(strings.Repeat(name, ed25519.SeedSize)))
}

// anotherStore has the same jobs as nobody made: a chain that was made again.
func anotherStore(t *testing.T, jobs int) state.Store {
	t.Helper()
	store, err := bolt.Open(filepath.Join(t.TempDir(), "other.db"), bolt.Check)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	for n := range jobs {
		makeJob(t, store, "made again "+strings.Repeat("x", n))
	}
	return store
}

func makeJob(t *testing.T, store state.Store, source string) {
	t.Helper()
	j := provision.NewJob(source, ritaID, provision.Conversation{}, provision.Document{SHA256: source}, provision.Order{Company: "Example Inc."}, 1000, time.Now())
	if _, err := store.Create(t.Context(), j); err != nil {
		t.Fatal(err)
	}
}

// Once a day the head is a new line in a thread of its own, signed. A restart, and a day without anything new, change nothing about
// the lines that are there.
func TestTheAuditsHeadIsPostedOnceADay(t *testing.T) {
	s := newStage(t)
	clock := s.heads(signingKey("a"))
	makeJob(t, s.store, "one")
	leave := s.open()
	first := s.headsPosted(1)[0]
	clock.turn(25 * time.Hour)
	s.headsPosted(2)
	leave()
	clock.turn(25 * time.Hour)
	s.open()
	for i, m := range s.headsPosted(3) {
		h, ok := provision.ParseSignedHead(m.says())
		switch {
		case i > 0 && m.Thread != first.TS:
			t.Errorf("head %d is not in the thread of the first", i+1)
		case m.Edited:
			t.Errorf("head %d was edited", i+1)
		case !ok || !h.Genuine() || h.Head.Seq < 1:
			t.Errorf("head %d says\n%s", i+1, m.says())
		}
	}
	clock.turn(31 * 24 * time.Hour) // a new thread, or this one would grow for years
	if m := s.headsPosted(4)[3]; m.Thread != "" && m.Thread != m.TS {
		t.Errorf("a month later it is still the first thread")
	}
	if all := s.alarms(); len(all) > 0 {
		t.Errorf("the channel is told\n%s", all[0].says())
	}
}

// asks counts how often Slack is asked for what.
type asks struct {
	mu    sync.Mutex
	asked map[string]int // by the method and its thread
}

func (a *asks) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	form, _ := url.ParseQuery(string(body))
	a.mu.Lock()
	defer a.mu.Unlock()
	a.asked[path.Base(r.URL.Path)+" "+form.Get("ts")]++
	return http.DefaultTransport.RoundTrip(r)
}

func (a *asks) times(what string) int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.asked[what]
}

// looks counts how often it was looked whether a head is due: each look asks the clock.
type looks struct{ n atomic.Int32 }

func (l *looks) at(now func() time.Time) func() time.Time {
	return func() time.Time {
		if by, _, _, ok := runtime.Caller(1); ok && strings.HasSuffix(runtime.FuncForPC(by).Name(), ".(*auditHeads).run") {
			l.n.Add(1)
		}
		return now()
	}
}

// Where the thread is is noted, and it is read when another head is due, not at every look.
func TestTheThreadOfTheHeadsIsSoughtOnceAndReadWhenOneIsDue(t *testing.T) {
	s := newStage(t)
	clock := s.heads(signingKey("a"))
	makeJob(t, s.store, "one")
	leave := s.open()
	thread := s.headsPosted(1)[0].TS
	leave()
	if err := s.store.SetSetting(t.Context(), "audit_heads", ""); err != nil {
		t.Fatal(err)
	}
	before, slackAsked, looked := s.config, &asks{asked: map[string]int{}}, &looks{}
	s.config = func(c *bot.Config) {
		before(c)
		c.Now, c.Watch = looked.at(c.Now), 3*time.Millisecond
		c.Slack = slack.New("xoxb-sandbox", slack.OptionAPIURL(s.url+"/api/"), slack.OptionAppLevelToken("xapp-sandbox"),
			slack.OptionHTTPClient(&http.Client{Timeout: 10 * time.Second, Transport: slackAsked}))
	}
	s.open()
	s.eventually("the thread to be noted", func() bool {
		noted, err := s.store.Setting(t.Context(), "audit_heads")
		return err == nil && noted == "C0ORDERS"+" "+thread
	})
	first := looked.n.Load()
	s.eventually("three more looks", func() bool { return looked.n.Load() >= first+3 })
	if n := slackAsked.times("conversations.replies " + thread); n != 1 {
		t.Errorf("the thread was read %d times", n)
	}
	clock.turn(25 * time.Hour)
	s.headsPosted(2)
}

// Whoever has the state can make the whole chain again, and drop what the state knows of the thread. The channel has the head.
func TestAReplacedAuditIsFoundByWhatSlackHas(t *testing.T) {
	for _, c := range []struct {
		name   string
		jobs   int
		key    string
		before func(t *testing.T, store state.Store)
		want   string
	}{
		{name: "an empty one", jobs: 0, key: "a", want: "has fewer now"},
		{name: "one with fewer records", jobs: 1, key: "a", want: "has fewer now"},
		{name: "one with more records", jobs: 5, key: "a", want: "Record 2 isn't the one that it was then."},
		{name: "another key", jobs: 5, key: "b", want: "Record 2 isn't"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStage(t)
			s.heads(signingKey("a"))
			makeJob(t, s.store, "one")
			makeJob(t, s.store, "two")
			leave := s.open()
			s.headsPosted(1)
			leave()
			s.heads(signingKey(c.key))
			leave = s.openWith(anotherStore(t, c.jobs))
			s.eventually("the channel to be told", func() bool { return len(s.alarms()) == 1 })
			leave()
			s.openWith(anotherStore(t, c.jobs)) // and told once, whoever starts it again
			s.headsPosted(1)
			all := s.alarms()
			if len(all) != 1 || all[0].Thread != "" || !strings.Contains(all[0].says(), c.want) || !strings.Contains(all[0].says(), "mozybot audit verify") {
				t.Errorf("%d alarms; the first says\n%s", len(all), all[0].says())
			}
		})
	}
}

// The same record under another key is told as what it is.
func TestAnotherKeyIsTold(t *testing.T) {
	s := newStage(t)
	s.heads(signingKey("a"))
	makeJob(t, s.store, "one")
	leave := s.open()
	s.headsPosted(1)
	leave()
	s.heads(signingKey("b"))
	s.open()
	s.eventually("the channel to be told", func() bool { return len(s.alarms()) == 1 })
	if says := s.alarms()[0].says(); !strings.Contains(says, "another key") || strings.Contains(says, "changed or replaced") {
		t.Errorf("it says\n%s", says)
	}
}

// A backup takes the audit back, and its record says so: the channel is told of that, and not of a break-in.
func TestARestoredAuditExplainsItself(t *testing.T) {
	s := newStage(t)
	s.heads(signingKey("a"))
	dir := t.TempDir()
	makeJob(t, s.store, "one")
	backup := filepath.Join(dir, "backup.db")
	if _, err := s.store.(*bolt.Store).Backup(t.Context(), backup); err != nil {
		t.Fatal(err)
	}
	makeJob(t, s.store, "two")
	makeJob(t, s.store, "three")
	leave := s.open()
	s.headsPosted(1)
	leave()
	path := filepath.Join(dir, "state.db")
	if _, err := bolt.Restore(t.Context(), backup, path, bolt.Check); err != nil {
		t.Fatal(err)
	}
	restored, err := bolt.Open(path, bolt.Check)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = restored.Close() })
	s.openWith(restored)
	s.eventually("the channel to be told", func() bool { return len(s.alarms()) == 1 })
	if says := s.alarms()[0].says(); !strings.Contains(says, "was restored from the backup backup.db") || strings.Contains(says, "changed or replaced") {
		t.Errorf("it says\n%s", says)
	}
}

// A head that cannot be signed is not posted, and the bot goes on.
func TestWithoutItsKeyTheBotPostsNoHead(t *testing.T) {
	s := newStage(t)
	s.heads(signingKey("a"))
	before, asked := s.config, make(chan struct{}, 100)
	s.config = func(cfg *bot.Config) {
		before(cfg)
		cfg.SignHead = func(provision.Head, time.Time) (provision.SignedHead, error) {
			asked <- struct{}{}
			return provision.SignedHead{}, errors.New("no key")
		}
	}
	makeJob(t, s.store, "one")
	s.open()
	<-asked
	<-asked // it is tried again, so the first try has ended
	s.headsPosted(0)
}
