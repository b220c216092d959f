package bot_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"mozybot/bot"
	"mozybot/provision"
)

// impatient is a Slack that sends every event once and then forgets it, as the real one does within some minutes.
func impatient(t *testing.T) *office {
	c := everyday
	c.RetryAfter = []time.Duration{}
	return newOfficeIn(t, c)
}

func TestWhatWasDroppedWhileNoSocketWasOpenIsFoundInTheChannel(t *testing.T) {
	o := impatient(t)
	o.config = func(c *bot.Config) { c.Requesters = []string{ritaID} }
	leave := o.open()
	alpha := o.drop(rita, "a.txt", "Alpha Ltd: 20 GB", "a.png", "a picture")
	o.the("summary", "Alpha Ltd", "Approve 1 add-on")
	o.until(rita, "an answer to the picture", isUnreadable)
	o.handled()

	o.fault("no_socket", true)
	o.drop(rita, "b.txt", "Beta Ltd: 20 GB")
	o.drop(otto, "c.txt", "Gamma Ltd: 20 GB")
	o.drop(rita, "d.png", "another picture")
	o.dropUnder("orders", alpha, rita, "g.txt", "Golf Ltd: 20 GB")
	o.fault("no_socket", false)
	if golf := o.the("summary", "Golf Ltd", "Approve 1 add-on"); golf.Thread != alpha {
		t.Errorf("what was dropped as a reply is answered under %q, not %q", golf.Thread, alpha)
	}
	o.the("summary", "Beta Ltd", "Approve 1 add-on")
	o.whispered(otto, "Only requesters may bring orders")
	o.until(rita, "an answer to the other picture", func(m message) bool { return isUnreadable(m) && strings.Contains(m.Text, "d.png") })

	leave()
	o.drop(rita, "e.txt", "Echo Ltd: 20 GB")
	o.open()
	o.the("summary", "Echo Ltd", "Approve 1 add-on")
	o.fault("disconnect", "refresh_requested") // and once more nothing new
	o.drop(rita, "f.txt", "Foxtrot Ltd: 20 GB")
	o.the("summary", "Foxtrot Ltd", "Approve 1 add-on")
	o.handled()
	refused := 0
	for _, m := range o.sees(otto) {
		if m.Ephemeral {
			refused++
		}
	}
	if jobs, summaries, pictures := len(o.jobs()), o.count("summary"), o.howMany(isUnreadable); jobs != 5 || summaries != 5 || pictures != 2 || refused != 1 {
		t.Errorf("there are %d jobs, %d summaries, %d answers to pictures, and %d refusals", jobs, summaries, pictures, refused)
	}
}

func TestABotThatIsNewToAChannelLeavesOldFilesAlone(t *testing.T) {
	o := impatient(t)
	o.drop(rita, "a.txt", "Alpha Ltd: 20 GB")
	o.open()
	o.drop(rita, "b.txt", "Beta Ltd: 20 GB")
	o.the("summary", "Beta Ltd", "Approve 1 add-on")
	o.handled()
	if n := len(o.jobs()); n != 1 {
		t.Errorf("there are %d jobs", n)
	}
}

// mute opens a second socket of the same app, which takes its share of the envelopes and answers none.
func (o *office) mute() {
	o.t.Helper()
	request, err := http.NewRequest("POST", o.url+"/api/apps.connections.open", nil)
	if err != nil {
		o.t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer xapp-sandbox")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		o.t.Fatal(err)
	}
	defer response.Body.Close()
	var opened struct{ URL string }
	if err := json.NewDecoder(response.Body).Decode(&opened); err != nil {
		o.t.Fatal(err)
	}
	socket, _, err := websocket.DefaultDialer.Dial(opened.URL, nil)
	if err != nil {
		o.t.Fatal(err)
	}
	o.t.Cleanup(func() { socket.Close() })
	if _, hello, err := socket.ReadMessage(); err != nil || !strings.Contains(string(hello), `"hello"`) {
		o.t.Fatalf("the second socket was greeted with %q, %v", hello, err)
	}
	go func() {
		for {
			if _, _, err := socket.ReadMessage(); err != nil {
				return
			}
		}
	}()
}

func TestASecondSocketThatAnswersNothingLosesNoOrder(t *testing.T) {
	c := everyday
	c.AckWithin, c.RetryAfter = 200*time.Millisecond, make([]time.Duration, 20)
	o := newOfficeIn(t, c)
	o.open()
	o.mute()
	companies := []string{"Alpha Ltd", "Beta Ltd", "Gamma Ltd", "Delta Ltd"}
	for _, company := range companies {
		o.drop(rita, "order.txt", company+": 20 GB")
	}
	for _, company := range companies {
		o.the("summary", company, "Approve 1 add-on")
	}
	o.handled()
	if jobs, summaries := len(o.jobs()), o.count("summary"); jobs != 4 || summaries != 4 {
		t.Errorf("there are %d jobs and %d summaries", jobs, summaries)
	}
}

func TestADeletedQuestionIsAskedAgainByItself(t *testing.T) {
	o := newOffice(t)
	o.watched()
	o.open()
	o.drop(rita, "order.txt", "Example Inc.: 30 GB")
	summary := o.asked()
	if _, _, err := o.slack("xoxb-sandbox", "").DeleteMessage("C0ORDERS", summary.TS); err != nil {
		t.Fatal(err)
	}
	again := o.until(amir, "the summary again", func(m message) bool { return m.is() == "summary" && m.TS != summary.TS })
	o.press(amir, again, "approve")
	o.the("result")
	if n := o.count("summary"); n != 1 {
		t.Errorf("there are %d summaries", n)
	}
	if s := o.job("1").State(); s != provision.Done {
		t.Errorf("the job is %s", s)
	}
}
