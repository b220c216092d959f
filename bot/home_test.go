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

// goHome has a person open the app's Home tab.
func (o *office) goHome(person string) {
	o.t.Helper()
	var answer struct{ Error string }
	if status := o.call("POST", "/person/"+person+"/home", strings.NewReader("{}"), "application/json", &answer); status != 200 {
		o.t.Fatalf("opening the Home tab: %d %s", status, answer.Error)
	}
}

// home waits until a person's Home tab says all of these words.
func (o *office) home(person string, with ...string) view {
	o.t.Helper()
	var open struct{ Home view }
	o.eventually("the Home tab of "+person+" to say "+strings.Join(with, ", "), func() bool {
		if status := o.call("GET", "/person/"+person+"/views", nil, "", &open); status != 200 {
			o.t.Fatalf("looking at the views of %s: %d", person, status)
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

// pressIn has a person press a button of a view.
func (o *office) pressIn(person string, v view, action string) {
	o.t.Helper()
	value, ok := message{Blocks: v.Blocks}.button(action)
	if !ok {
		o.t.Fatalf("the view has no button %s:\n%s", action, v.says())
	}
	body, err := json.Marshal(map[string]string{"view_id": v.ID, "action_id": action, "value": value})
	if err != nil {
		o.t.Fatal(err)
	}
	var answer struct {
		Acked bool
		Error string
	}
	if status := o.call("POST", "/person/"+person+"/press", bytes.NewReader(body), "application/json", &answer); status != 200 || !answer.Acked {
		o.t.Fatalf("pressing %s: %d %+v", action, status, answer)
	}
}

// homeless is a way to a Slack that has no Home tab for some people: they have left, or the tab was switched off.
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

func TestAHomeTabThatSlackRefusesHoldsUpNoOther(t *testing.T) {
	o, way := newOffice(t), &homeless{people: []string{ritaID, ottoID}}
	log, told := logtest.NewNullLogger()
	o.config = func(c *bot.Config) {
		c.Log = log
		c.Slack = slack.New("xoxb-sandbox", slack.OptionAPIURL(o.url+"/api/"), slack.OptionAppLevelToken("xapp-sandbox"),
			slack.OptionHTTPClient(&http.Client{Timeout: 10 * time.Second, Transport: way}))
	}
	o.open()
	for _, person := range []string{rita, otto, amir} {
		o.goHome(person)
	}
	o.handled()
	o.drop(rita, "a.txt", "Alpha Ltd: 20 GB")
	o.home(amir, "Alpha Ltd", "Buy 1 add-on")
	o.eventually("the changed one to be tried anew", func() bool { return way.asked.Load() >= 3 })
	for _, e := range told.AllEntries() {
		if strings.Contains(e.Message, "trying again") {
			t.Errorf("%s: %v", e.Message, e.Data)
		}
	}
}

func TestTheHomeTabShowsWhatWaitsForWhom(t *testing.T) {
	o := newOffice(t)
	o.config = func(c *bot.Config) { c.Approvers = []string{amirID} }
	fails := true
	o.runner.at = map[provision.StepName]func(context.Context, provision.JobID) (provision.EntryKind, string){
		provision.StepGroup: func(context.Context, provision.JobID) (provision.EntryKind, string) {
			if fails {
				fails = false
				return provision.Failed, "Two groups of one name."
			}
			return provision.Achieved, "Done."
		},
	}
	leave := o.open()
	o.goHome(amir)
	first := o.home(amir, "Welcome to mozybot", "Nothing waits for you")
	if !strings.Contains(first.says(), "<#C0ORDERS>") {
		t.Errorf("the how-to does not say where to drop orders:\n%s", first.says())
	}
	o.drop(rita, "order.txt", "Example Inc.: 30 GB")
	o.home(amir, "Waiting for you (1)", "*Job 1:* 30 GB for Example Inc.", "for *$25.90*", "/archives/C0ORDERS/p")
	o.goHome(amir)
	o.goHome(rita)
	o.home(rita, "Nothing waits for you", "Waiting for others (1)", "*Job 1*")
	o.goHome(otto)
	if his := o.home(otto, "Nothing waits for you"); strings.Contains(his.says(), "Example Inc.") {
		t.Errorf("an outsider sees a customer:\n%s", his.says())
	}

	again := o.home(amir, "Waiting for you (1)")
	if strings.Contains(again.says(), "Welcome") {
		t.Error("the how-to is there on the second visit")
	}
	o.pressIn(amir, again, "approve")
	stuck := o.home(amir, "Nothing waits for you", "Stuck (1)", "Two groups of one name.")
	hers := o.home(rita, "Stuck (1)")
	if _, ok := (message{Blocks: hers.Blocks}).button("retry"); ok {
		t.Error("who may not decide has the buttons of a stuck job")
	}
	leave()
	o.open()
	o.pressIn(amir, stuck, "retry")
	o.home(amir, "The last ones", "Account ID `2041`")
	o.home(rita, "The last ones", "Account ID `2041`")
}

func TestButtonsOfTheHomeTabAnswerThere(t *testing.T) {
	o := newOffice(t)
	o.open()
	o.goHome(rita)
	o.home(rita, "Nothing waits for you")
	o.reader.read = func(context.Context, string, []byte) (provision.Order, error) {
		return provision.Order{Company: "Example Inc.", Contact: "Mister Guy"}, nil
	}
	o.drop(rita, "order.txt", "x")
	home := o.home(rita, "Waiting for you (1)", "*Missing:* the e-mail address")
	o.pressIn(rita, home, "edit")
	form := o.modal(rita)
	if errors := o.submit(rita, form, map[string]any{"email": "mguy@example.com", "storage_gb": "30"}); len(errors) > 0 {
		t.Fatalf("the form has the errors %v", errors)
	}
	o.home(rita, "Nothing waits for you", "Waiting for others (1)")

	o.goHome(amir)
	his := o.home(amir, "Waiting for you (1)")
	o.fault("http_500", "views.publish") // so that his Home tab stays as it is
	o.command(amir, "orders", "cancel 1")
	o.the("cancelled")
	o.pressIn(amir, his, "decline")
	notice := o.modal(amir)
	if notice.Callback != "notice" || !strings.Contains(notice.says(), "Job 1 is already cancelled") {
		t.Errorf("the answer is %s: %s", notice.Callback, notice.says())
	}
	o.fault("http_500", "")
	o.home(amir, "Nothing waits for you", "The last ones")
}
