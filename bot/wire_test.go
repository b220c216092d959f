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

// withoutRetries is a Slack that sends every event once, as the real one does for events older than some minutes.
func withoutRetries(t *testing.T) *stage {
	c := everyday
	c.RetryAfter = []time.Duration{}
	return newStageIn(t, c)
}

func TestFilesDroppedWhileDisconnectedAreFound(t *testing.T) {
	s := withoutRetries(t)
	// An event that goes to a connection on its way out, after the new one was greeted, is found by the next look on the timer.
	s.config = func(c *bot.Config) { c.Requesters, c.Watch = []string{ritaID}, 500*time.Millisecond }
	leave := s.open()
	alpha := s.drop(rita, "a.txt", "Alpha Ltd: 20 GB", "a.png", "a picture")
	s.the("summary", "Alpha Ltd", "Approve 1 add-on")
	s.until(rita, "an answer to the picture", isUnreadable)
	s.handled()

	s.fault("no_socket", true)
	s.drop(rita, "b.txt", "Beta Ltd: 20 GB")
	s.drop(otto, "c.txt", "Gamma Ltd: 20 GB")
	s.drop(rita, "d.png", "another picture")
	s.dropUnder("orders", alpha, rita, "g.txt", "Golf Ltd: 20 GB")
	s.fault("no_socket", false)
	if golf := s.the("summary", "Golf Ltd", "Approve 1 add-on"); golf.Thread != alpha {
		t.Errorf("what was dropped as a reply is answered under %q, not %q", golf.Thread, alpha)
	}
	s.the("summary", "Beta Ltd", "Approve 1 add-on")
	s.ephemeral(otto, "Only requesters may bring orders")
	s.until(rita, "an answer to the other picture", func(m message) bool { return isUnreadable(m) && strings.Contains(m.Text, "d.png") })

	leave()
	s.drop(rita, "e.txt", "Echo Ltd: 20 GB")
	s.open()
	s.the("summary", "Echo Ltd", "Approve 1 add-on")
	s.fault("disconnect", "refresh_requested") // and once more nothing new
	s.drop(rita, "f.txt", "Foxtrot Ltd: 20 GB")
	s.the("summary", "Foxtrot Ltd", "Approve 1 add-on")
	s.handled()
	refused := 0
	for _, m := range s.sees(otto) {
		if m.Ephemeral {
			refused++
		}
	}
	if jobs, summaries, pictures := len(s.jobs()), s.count("summary"), s.howMany(isUnreadable); jobs != 5 || summaries != 5 || pictures != 2 || refused != 1 {
		t.Errorf("there are %d jobs, %d summaries, %d answers to pictures, and %d refusals", jobs, summaries, pictures, refused)
	}
}

func TestOldFilesInANewChannelAreIgnored(t *testing.T) {
	s := withoutRetries(t)
	s.drop(rita, "a.txt", "Alpha Ltd: 20 GB")
	s.open()
	s.drop(rita, "b.txt", "Beta Ltd: 20 GB")
	s.the("summary", "Beta Ltd", "Approve 1 add-on")
	s.handled()
	if n := len(s.jobs()); n != 1 {
		t.Errorf("there are %d jobs", n)
	}
}

// mute opens a second socket of the same app, which takes its share of the envelopes and answers none.
func (s *stage) mute() {
	s.t.Helper()
	request, err := http.NewRequest("POST", s.url+"/api/apps.connections.open", nil)
	if err != nil {
		s.t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer xapp-sandbox")
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		s.t.Fatal(err)
	}
	defer response.Body.Close()
	var opened struct{ URL string }
	if err := json.NewDecoder(response.Body).Decode(&opened); err != nil {
		s.t.Fatal(err)
	}
	socket, _, err := websocket.DefaultDialer.Dial(opened.URL, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { socket.Close() })
	if _, hello, err := socket.ReadMessage(); err != nil || !strings.Contains(string(hello), `"hello"`) {
		s.t.Fatalf("the second socket was greeted with %q, %v", hello, err)
	}
	go func() {
		for {
			if _, _, err := socket.ReadMessage(); err != nil {
				return
			}
		}
	}()
}

func TestASecondSilentSocketLosesNoOrder(t *testing.T) {
	c := everyday
	c.AckWithin, c.RetryAfter = 200*time.Millisecond, make([]time.Duration, 20)
	s := newStageIn(t, c)
	s.open()
	s.mute()
	companies := []string{"Alpha Ltd", "Beta Ltd", "Gamma Ltd", "Delta Ltd"}
	for _, company := range companies {
		s.drop(rita, "order.txt", company+": 20 GB")
	}
	for _, company := range companies {
		s.the("summary", company, "Approve 1 add-on")
	}
	s.handled()
	if jobs, summaries := len(s.jobs()), s.count("summary"); jobs != 4 || summaries != 4 {
		t.Errorf("there are %d jobs and %d summaries", jobs, summaries)
	}
}

func TestADeletedQuestionIsReposted(t *testing.T) {
	s := newStage(t)
	s.watched()
	s.open()
	s.drop(rita, "order.txt", "Example Inc.: 30 GB")
	summary := s.asked()
	if _, _, err := s.slack("xoxb-sandbox", "").DeleteMessage("C0ORDERS", summary.TS); err != nil {
		t.Fatal(err)
	}
	again := s.until(amir, "the summary again", func(m message) bool { return m.is() == "summary" && m.TS != summary.TS })
	s.press(amir, again, "approve")
	s.the("result")
	if n := s.count("card"); n != 1 {
		t.Errorf("there are %d summaries", n)
	}
	if got := s.job("1").State(); got != provision.Done {
		t.Errorf("the job is %s", got)
	}
}
