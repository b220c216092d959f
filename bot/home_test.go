package bot_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	logtest "github.com/sirupsen/logrus/hooks/test"
	"github.com/slack-go/slack"

	"mozybot/bot"
	"mozybot/provision"
)

// goHome opens the app's Home tab as a person.
func (s *stage) goHome(person string) {
	s.t.Helper()
	var answer struct{ Error string }
	if status := s.call("POST", "/person/"+person+"/home", strings.NewReader("{}"), "application/json", &answer); status != 200 {
		s.t.Fatalf("opening the Home tab: %d %s", status, answer.Error)
	}
}

// home waits until a person's Home tab contains all of these words.
func (s *stage) home(person string, with ...string) view {
	s.t.Helper()
	var open struct{ Home view }
	s.eventually("the Home tab of "+person+" to say "+strings.Join(with, ", "), func() bool {
		if status := s.call("GET", "/person/"+person+"/views", nil, "", &open); status != 200 {
			s.t.Fatalf("looking at the views of %s: %d", person, status)
		}
		said := message{Blocks: open.Home.Blocks}.says()
		for _, words := range with {
			if !strings.Contains(said, words) {
				return false
			}
		}
		return said != ""
	})
	return open.Home
}

func (v view) says() string { return message{Blocks: v.Blocks}.says() }

// pressIn presses a button of a view as a person.
func (s *stage) pressIn(person string, v view, action string) {
	s.t.Helper()
	value, ok := message{Blocks: v.Blocks}.button(action)
	if !ok {
		s.t.Fatalf("the view has no button %s:\n%s", action, v.says())
	}
	body, err := json.Marshal(map[string]string{"view_id": v.ID, "action_id": action, "value": value})
	if err != nil {
		s.t.Fatal(err)
	}
	var answer struct {
		Acked bool
		Error string
	}
	if status := s.call("POST", "/person/"+person+"/press", bytes.NewReader(body), "application/json", &answer); status != 200 || !answer.Acked {
		s.t.Fatalf("pressing %s: %d %+v", action, status, answer)
	}
}

// homeless is a transport to a Slack without a Home tab for some people: they have left, or the tab is switched off.
type homeless struct {
	people []string
	asked  atomic.Int32
}

func (h *homeless) RoundTrip(r *http.Request) (*http.Response, error) {
	if !strings.HasSuffix(r.URL.Path, "/views.publish") {
		return http.DefaultTransport.RoundTrip(r)
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	if !slices.ContainsFunc(h.people, func(id string) bool { return bytes.Contains(body, []byte(`"user_id":"`+id+`"`)) }) {
		return http.DefaultTransport.RoundTrip(r)
	}
	h.asked.Add(1)
	return &http.Response{StatusCode: 200, Request: r, Header: http.Header{"Content-Type": {"application/json"}},
		Body: io.NopCloser(strings.NewReader(`{"ok":false,"error":"not_enabled"}`))}, nil
}

func TestARefusedHomeTabDoesNotBlockOthers(t *testing.T) {
	s, way := newStage(t), &homeless{people: []string{ritaID, ottoID}}
	log, told := logtest.NewNullLogger()
	s.config = func(c *bot.Config) {
		c.Log = log
		c.Slack = slack.New("xoxb-sandbox", slack.OptionAPIURL(s.url+"/api/"), slack.OptionAppLevelToken("xapp-sandbox"),
			slack.OptionHTTPClient(&http.Client{Timeout: 10 * time.Second, Transport: way}))
	}
	s.open()
	for _, person := range []string{rita, otto, amir} {
		s.goHome(person)
	}
	s.handled()
	s.drop(rita, "a.txt", "Alpha Ltd: 20 GB")
	s.home(amir, "Alpha Ltd", "Buy 1 add-on")
	s.eventually("the changed one to be tried again", func() bool { return way.asked.Load() >= 3 })
	for _, e := range told.AllEntries() {
		if strings.Contains(e.Message, "trying again") {
			t.Errorf("%s: %v", e.Message, e.Data)
		}
	}
}

func TestTheHomeTabShowsEachPersonTheirJobs(t *testing.T) {
	s := newStage(t)
	s.config = func(c *bot.Config) { c.Approvers = []string{amirID} }
	fails := true
	s.runner.at = map[provision.StepName]func(context.Context, provision.JobID) (provision.EntryKind, string){
		provision.StepGroup: func(context.Context, provision.JobID) (provision.EntryKind, string) {
			if fails {
				fails = false
				return provision.Failed, "Two groups of one name."
			}
			return provision.Achieved, "Done."
		},
	}
	leave := s.open()
	s.goHome(amir)
	first := s.home(amir, "Welcome to mozybot", "Nothing waits for you")
	if !strings.Contains(first.says(), "<#C0ORDERS>") {
		t.Errorf("the how-to does not say where to drop orders:\n%s", first.says())
	}
	s.drop(rita, "order.txt", "Example Inc.: 30 GB")
	s.home(amir, "Waiting for you (1)", "*Job 1:* 30 GB for Example Inc.", "for *$25.90*", "/archives/C0ORDERS/p")
	s.goHome(amir)
	s.goHome(rita)
	s.home(rita, "Nothing waits for you", "Waiting for others (1)", "*Job 1*")
	s.goHome(otto)
	if tab := s.home(otto, "Nothing waits for you"); strings.Contains(tab.says(), "Example Inc.") {
		t.Errorf("an outsider sees a customer:\n%s", tab.says())
	}

	again := s.home(amir, "Waiting for you (1)")
	if strings.Contains(again.says(), "Welcome") {
		t.Error("the how-to is there on the second visit")
	}
	s.pressIn(amir, again, "approve")
	stuck := s.home(amir, "Nothing waits for you", "Stuck (1)", "Two groups of one name.")
	hers := s.home(rita, "Stuck (1)")
	if _, ok := (message{Blocks: hers.Blocks}).button("retry"); ok {
		t.Error("who may not decide has the buttons of a stuck job")
	}
	s.eventually("the tab is recorded", func() bool {
		visitors, err := s.store.Setting(t.Context(), "visitors")
		return err == nil && strings.Contains(visitors, stuck.Hash)
	})
	leave()
	s.open()
	s.pressIn(amir, stuck, "retry")
	s.home(amir, "Just ended", "Account ID `2041`")
	s.home(rita, "Just ended", "Account ID `2041`")
}

// Which way is used may be settled by the rule: the job still waits for whoever may approve it, with that way's numbers.
func TestTheHomeTabGoesByTheSpareRule(t *testing.T) {
	for rule, wants := range map[provision.SpareRule][]string{
		provision.SpareAlways: {"Buy 1 add-on, for *$12.95*", "Use spare storage: buy 1, $12.95"},
		provision.SpareNever:  {"for *$25.90*", "Approve 2 add-ons"},
	} {
		t.Run(string(rule), func(t *testing.T) {
			s := newStage(t)
			s.config = func(c *bot.Config) { c.Approvers, c.Spare = []string{amirID}, rule }
			s.open()
			s.goHome(amir)
			s.home(amir, "Nothing waits for you")
			s.drop(rita, "order.txt", "Example Inc.: 30 GB")
			tab := s.home(amir, append(wants, "Waiting for you (1)", "*Job 1:* 30 GB for Example Inc.")...)
			action := map[provision.SpareRule]string{provision.SpareAlways: "approve_spare", provision.SpareNever: "approve"}[rule]
			s.pressIn(amir, tab, action)
			s.home(amir, "Nothing waits for you", "*Job 1*")
			if got := s.job("1").Quoted.FromSpare; got != (rule == provision.SpareAlways) {
				t.Errorf("from the default group's spare: %v", got)
			}
		})
	}
}

func TestButtonsOfTheHomeTabReplyThere(t *testing.T) {
	s := newStage(t)
	s.open()
	s.goHome(rita)
	s.home(rita, "Nothing waits for you")
	s.reader.read = func(context.Context, string, []byte) (provision.Order, error) {
		return provision.Order{Company: "Example Inc.", Contact: "Mister Guy"}, nil
	}
	s.drop(rita, "order.txt", "x")
	home := s.home(rita, "Waiting for you (1)", "*Missing:* the e-mail address")
	s.pressIn(rita, home, "edit")
	form := s.modal(rita)
	if errors := s.submit(rita, form, map[string]any{"email": "mguy@example.com", "storage_gb": "30"}); len(errors) > 0 {
		t.Fatalf("the form has the errors %v", errors)
	}
	s.home(rita, "Nothing waits for you", "Waiting for others (1)")

	s.goHome(amir)
	tab := s.home(amir, "Waiting for you (1)")
	s.fault("http_500", "views.publish") // so that the Home tab stays as it is
	s.command(amir, "orders", "cancel 1")
	s.the("card", "Cancelled by")
	s.pressIn(amir, tab, "decline")
	notice := s.modal(amir)
	if notice.Callback != "notice" || !strings.Contains(notice.says(), "Job 1 is already cancelled") {
		t.Errorf("the answer is %s: %s", notice.Callback, notice.says())
	}
	s.fault("http_500", "")
	s.home(amir, "Nothing waits for you", "Just ended")
}

func TestFromTheHomeTabSeveralJobsAreApprovedAndMozybotIsPaused(t *testing.T) {
	s := newStage(t)
	s.config = func(c *bot.Config) { c.Approvers = []string{amirID} }
	s.open()
	s.goHome(amir)
	s.pressIn(amir, s.home(amir, "Nothing waits for you"), "pause")
	s.until(amir, "the news of the pause", func(m message) bool { return strings.Contains(m.Text, "paused mozybot") })

	s.drop(rita, "a.txt", "Alpha Ltd: 30 GB")
	s.drop(rita, "b.txt", "Beta Ltd: 30 GB")
	s.drop(rita, "c.txt", "Gamma Ltd: 30 GB")
	tab := s.home(amir, "Waiting for you (3)", "Job 1", "Job 2", "Job 3")
	s.pressIn(amir, tab, "approve_several")
	form := s.modal(amir)
	if errors := s.submit(amir, form, map[string]any{}); errors["jobs"] == "" {
		t.Errorf("an empty form has the errors %v", errors)
	}
	chosen := []string{}
	for _, option := range form.field("jobs")["options"].([]any)[:2] {
		chosen = append(chosen, option.(map[string]any)["value"].(string))
	}
	if errors := s.submit(amir, form, map[string]any{"jobs": chosen}); len(errors) > 0 {
		t.Fatalf("the form has the errors %v", errors)
	}
	tab = s.home(amir, "Waiting for you (1)", "Job 3", "Running (2)")

	s.pressIn(amir, tab, "resume")
	s.home(amir, "Waiting for you (1)", "Just ended", "*Job 1*", "*Job 2*")
	if third := s.job("3"); third.State() != provision.Pending {
		t.Errorf("what was not chosen is %s", third.State())
	}
}

// A form can be opened for three seconds. Whoever pressed is told in any case, where nothing can be shown any more.
func TestAFormThatComesTooLateIsExplained(t *testing.T) {
	s := newStage(t)
	s.open()
	s.goHome(rita)
	s.odd("views.open", word("expired_trigger_id"), 0)
	s.pressIn(rita, s.home(rita, "Nothing waits for you"), "new_order")
	s.ephemeral(rita, "in time")
}

func TestANewOrderBeginsInTheHomeTab(t *testing.T) {
	s := newStage(t)
	s.open()
	s.goHome(rita)
	s.pressIn(rita, s.home(rita, "Nothing waits for you"), "new_order")
	if errors := s.submit(rita, s.modal(rita), map[string]any{"company": "Example Inc.", "contact": "Mister Guy", "email": "mguy@example.com", "storage_gb": "30"}); len(errors) > 0 {
		t.Fatalf("the form has the errors %v", errors)
	}
	s.asked()
}
