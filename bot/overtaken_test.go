package bot_test

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"mozybot/bot"
	"mozybot/bot/blocks"
)

// overtaken is a transport on which the first call of a kind is on its way until another was made, or for a second.
type overtaken struct {
	method, says    string // of the calls that count; says is in their bodies
	another         chan struct{}
	asked, answered atomic.Int32
}

// overtakes has the calls of a method with such a body overtake one another.
func (s *stage) overtakes(method, says string) *overtaken {
	way, before := &overtaken{method: method, says: says, another: make(chan struct{})}, s.config
	s.config = func(c *bot.Config) {
		if before != nil {
			before(c)
		}
		c.Slack = slack.New("xoxb-sandbox", slack.OptionAPIURL(s.url+"/api/"), slack.OptionAppLevelToken("xapp-sandbox"),
			slack.OptionHTTPClient(&http.Client{Timeout: 10 * time.Second, Transport: way}))
	}
	return way
}

func (o *overtaken) RoundTrip(r *http.Request) (*http.Response, error) {
	if !strings.HasSuffix(r.URL.Path, "/"+o.method) || !o.counts(r) {
		return http.DefaultTransport.RoundTrip(r)
	}
	defer o.answered.Add(1)
	switch o.asked.Add(1) {
	case 1:
		select {
		case <-o.another:
		case <-time.After(time.Second):
		}
	case 2:
		defer close(o.another)
	}
	return http.DefaultTransport.RoundTrip(r)
}

func (o *overtaken) counts(r *http.Request) bool {
	body, err := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	return err == nil && bytes.Contains(body, []byte(o.says))
}

func TestAHomeTabOnItsWayHidesNoLaterOne(t *testing.T) {
	s := newStage(t)
	way := s.overtakes("views.publish", "")
	s.open()
	s.goHome(amir)
	s.eventually("the first view to be on its way", func() bool { return way.asked.Load() == 1 })
	s.drop(rita, "a.txt", "Alpha Ltd: 20 GB")
	s.eventually("both views to be published", func() bool { return way.answered.Load() >= 2 })
	s.handled()
	s.home(amir, "Alpha Ltd")
}

func TestTheChannelReadsLastWhatIsSo(t *testing.T) {
	s := newStage(t)
	way := s.overtakes("chat.postMessage", "mozy_paused")
	s.open()
	s.command(amir, "orders", "pause")
	s.eventually("the first word to be on its way", func() bool { return way.asked.Load() == 1 })
	s.command(amir, "orders", "resume")
	s.eventually("the end of the pause", func() bool { return !s.consoleAccess().Pause.On() })
	s.eventually("both to be said", func() bool { return way.answered.Load() == 2 })
	var said []string
	for _, m := range s.sees(rita) {
		if m.Metadata != nil && m.Metadata.EventType == "mozy_paused" {
			said = append(said, m.Text)
		}
	}
	if len(said) != 2 || !strings.Contains(said[1], "resumed") {
		t.Errorf("the channel reads %q", said)
	}
}

func TestTwoWordsAboutDifferencesAreBothShown(t *testing.T) {
	s := newStage(t)
	noon := &clock{}
	now := time.Now()
	noon.turn(time.Date(now.Year(), now.Month(), now.Day(), 12, 0, 0, 0, now.Location()).Sub(now))
	s.config = func(c *bot.Config) { c.Now = noon.now }
	leave := s.open()
	for _, name := range []string{"Alpha Ltd", "Beta Ltd"} { // whose groups are gone
		s.drop(rita, name+".txt", name+": 20 GB")
		s.press(amir, s.the("summary", name, "Approve 1 add-on"), "approve")
		s.the("result", name)
	}
	leave()
	if err := s.store.SetSetting(t.Context(), "drift_day", "2000-01-01"); err != nil {
		t.Fatal(err)
	}
	way := s.overtakes("chat.update", "differs")
	s.open()
	differs := s.until(amir, "what differs", func(m message) bool { return len(m.differences()) == 2 })
	for n, key := range differs.differences() {
		s.pressValue(amir, differs.TS, blocks.ActionIntended, key)
		s.eventually("the edit to be on its way", func() bool { return n > 0 || way.asked.Load() == 1 })
	}
	s.eventually("both edits", func() bool { return way.answered.Load() == 2 })
	s.until(amir, "the message without a difference", func(m message) bool {
		return m.TS == differs.TS && strings.Contains(m.Text+m.says(), "Nothing differs")
	})
}

// differences are those that a message asks about.
func (m message) differences() (keys []string) {
	for _, b := range m.Blocks {
		if button, _ := b["accessory"].(map[string]any); button["action_id"] == blocks.ActionIntended {
			key, _ := button["value"].(string)
			keys = append(keys, key)
		}
	}
	return keys
}
