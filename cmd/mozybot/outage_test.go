package main

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"mozybot/fixtures/sandbox"
	"mozybot/provision"
	"mozybot/provision/retry"
)

// outageMessages are the messages about outages in the channel.
func outageMessages(t *testing.T, s *sandbox.Sandbox) (found []posted) {
	t.Helper()
	var page struct{ Messages []posted }
	ask(t, s.URL()+"/person/approver/messages?channel="+sandbox.Channel, &page)
	for _, m := range page.Messages {
		if m.Metadata.EventType == "mozy_outage" {
			found = append(found, m)
		}
	}
	return found
}

// A mail server that refuses the log-in and a tracker that refuses the token are found while nothing is sent, and told in one
// message each, which says when it is over.
func TestAnOutageIsFoundWhileNothingIsInFlight(t *testing.T) {
	t.Parallel()
	s := startSandbox(t)
	if err := s.SetFault("tracker", "wrong_token", "on"); err != nil {
		t.Fatal(err)
	}
	mozybot(t, s, filepath.Join(t.TempDir(), "mozybot.db"), "serve", append(withoutBrowser(t, s), "CONSOLE_CHECK_EVERY=1s")...)
	says := func(words string) func() bool {
		return func() bool {
			found := outageMessages(t, s)
			return len(found) == 1 && strings.Contains(found[0].Text, words)
		}
	}
	until(t, "the channel is told", says("The task tracker doesn't let mozybot in"))
	if err := s.SetFault("tracker", "wrong_token", "off"); err != nil {
		t.Fatal(err)
	}
	until(t, "the message says that it is over", says("The task tracker was out from"))
}

// What answers is there; what doesn't is looked at soon; and what may be about one mail alone is for that look to say.
func TestWhatAUseTellsOfAPart(t *testing.T) {
	for name, c := range map[string]struct {
		used, looked error
		want         []provision.Code // as reported, within a minute and a half
	}{
		"it worked":                        {nil, nil, []provision.Code{""}},
		"it refused one mail":              {provision.Errorf(provision.Invalid, "No such user."), nil, []provision.Code{""}},
		"it was away, and is back":         {provision.Errorf(provision.Unavailable, "Away."), nil, []provision.Code{""}},
		"it refused something, and let in": {provision.Errorf(provision.Changed, "Odd."), nil, []provision.Code{""}},
		"it refuses mozybot":               {provision.Errorf(provision.Denied, "No."), provision.Errorf(provision.Denied, "No."), []provision.Code{provision.Denied}},
		"the bot ends":                     {context.Canceled, nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var mu sync.Mutex
				var got []provision.Code
				w := &watchedPart{part: provision.PartMail, check: func(context.Context) error { return c.looked }, doubted: make(chan struct{}, 1),
					report: func(_ context.Context, _ provision.Part, found error) {
						mu.Lock()
						defer mu.Unlock()
						got = append(got, provision.CodeOf(found))
					}}
				ctx, stop := context.WithCancel(t.Context())
				ended := make(chan struct{})
				go func() {
					defer close(ended)
					_ = w.watch(ctx, time.Hour)
				}()
				w.used(ctx, c.used)
				_ = retry.Pause(ctx, 90*time.Second) // one look, as the next one is an hour later, or a minute
				stop()
				<-ended
				if !slices.Equal(got, c.want) {
					t.Errorf("reported %q, want %q", got, c.want)
				}
			})
		})
	}
}
