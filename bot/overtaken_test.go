package bot_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"mozybot/bot"
	"mozybot/bot/blocks"
	"mozybot/provision"
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

// heldBack is the first answer with these words, which Slack gives, and the bot waits for until it is let go: then the connection breaks.
func heldBack(t *testing.T, words string) (how oddity, given <-chan struct{}, letGo func()) {
	gives, goOn, once := make(chan struct{}), make(chan struct{}), atomic.Bool{}
	letGo = sync.OnceFunc(func() { close(goOn) })
	t.Cleanup(letGo)
	return func(answer *http.Response, body []byte) *http.Response {
		if !bytes.Contains(body, []byte(words)) || !once.CompareAndSwap(false, true) {
			return with(answer, http.StatusOK, "application/json", string(body))
		}
		close(gives)
		<-goOn
		return status(http.StatusBadGateway)(answer, nil)
	}, gives, letGo
}

// An edit arrives and its answer is lost; before it is repeated, all is as it was before it.
func TestAnEditWithALostAnswerIsTakenBack(t *testing.T) {
	s := newStage(t)
	there, goOn := s.stops(provision.StepGroup)
	s.open()
	s.drop(rita, "a.txt", "Alpha Ltd: 20 GB")
	s.press(amir, s.asked(), "approve")
	<-there
	s.drop(rita, "b.txt", "Beta Ltd: 20 GB")
	s.press(amir, s.the("summary", "Beta Ltd", "Approve 1 add-on"), "approve")
	before := s.the("progress", "Beta Ltd")
	s.handled()
	how, arrived, letGo := heldBack(t, "Beta Ltd")
	s.odd("chat.update", how, 0)
	s.command(amir, "orders", "pause")
	<-arrived
	s.the("progress", "Beta Ltd", "Waits, since mozybot is paused")
	s.command(amir, "orders", "resume")
	s.eventually("the end of the pause", func() bool { return !s.consoleAccess().Pause.On() })
	letGo()
	s.until(amir, "the card as it was", func(m message) bool { return m.TS == before.TS && m.says() == before.says() })
	goOn <- struct{}{}
	<-there
	goOn <- struct{}{}
}

func TestAHomeTabWithALostAnswerIsTakenBack(t *testing.T) {
	s := newStage(t)
	s.open()
	s.goHome(amir)
	s.home(amir, "Pause mozybot?")
	s.handled()
	how, arrived, letGo := heldBack(t, "")
	s.odd("views.publish", how, 1)
	s.command(amir, "orders", "pause")
	<-arrived
	s.home(amir, "Resume")
	s.command(amir, "orders", "resume")
	s.eventually("the end of the pause", func() bool { return !s.consoleAccess().Pause.On() })
	letGo()
	s.home(amir, "Pause mozybot?")
}

// While the log-in is tried for one person's command, another has the job tried again, and it gets stuck on something else.
func TestACommandTriesNoLaterStopAgain(t *testing.T) {
	s := newStage(t)
	trying, let := make(chan struct{}), make(chan struct{})
	s.config = func(c *bot.Config) {
		c.TryLogin = func(context.Context) error {
			close(trying)
			<-let
			return nil
		}
	}
	s.open()
	s.command(amir, "orders", "pause")
	s.ephemeral(amir, "mozybot is paused")
	s.drop(rita, "a.txt", "Alpha Ltd: 20 GB")
	s.press(amir, s.asked(), "approve")
	s.eventually("an approved job", func() bool { return s.job("1").State() == provision.Approved })
	stuckAt := func(step provision.StepName, code provision.Code) func(*provision.Job) error {
		return func(j *provision.Job) error {
			if err := j.Start(time.Now()); err != nil {
				return err
			}
			return j.MarkStuck(provision.Trouble{Step: step, Code: code, Message: "Refused.", At: time.Now()})
		}
	}
	become := func(change func(*provision.Job) error) {
		t.Helper()
		if _, err := s.store.Update(t.Context(), "1", change); err != nil {
			t.Fatal(err)
		}
	}
	become(stuckAt(provision.StepBuy, provision.Denied))
	s.command(amir, "orders", "retry 1")
	<-trying
	become(func(j *provision.Job) error {
		return provision.Policy{Approvers: []provision.Person{ritaID}}.By(ritaID, time.Now()).Resume(j, "try again")
	})
	become(stuckAt(provision.StepWelcomeMail, provision.Conflict))
	close(let)
	s.ephemeral(amir, "was tried again by somebody else meanwhile")
	if got := s.job("1").State(); got != provision.Stuck {
		t.Errorf("the job is %s", got)
	}
}

// Somebody types an order in while the reaction on its unreadable file still waits for Slack.
func TestATypedOrderTakesTheQuestionOffItsFile(t *testing.T) {
	s := newStage(t)
	way := s.overtakes("reactions.add", "name=question")
	s.open()
	ts := s.drop(rita, "a.txt", "nothing of an order")
	answer := s.until(rita, "the answer", func(m message) bool { _, can := m.button("type_in"); return can })
	s.eventually("the reaction to be on its way", func() bool { return way.asked.Load() == 1 })
	s.fill(rita, answer, "type_in", map[string]any{"company": "Typed Ltd", "contact": "Ann", "email": "ann@typed.example", "storage_gb": "30"})
	s.eventually("the reaction", func() bool { return way.answered.Load() == 1 })
	s.handled()
	s.until(rita, "the message with a reaction of its job alone", func(m message) bool {
		return m.TS == ts && len(m.Reactions) == 1 && m.Reactions[0].Name != "question"
	})
}
