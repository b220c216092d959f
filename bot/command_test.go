package bot_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"mozybot/bot"
	"mozybot/bot/blocks"
	"mozybot/provision"
	"mozybot/state"
)

// upload chooses a file in a modal as a person, where it is not shared with anyone; it returns the file's id.
func (s *stage) upload(person, name, content string) string {
	s.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	err := form.WriteField("unshared", "1")
	if err == nil {
		var part io.Writer
		if part, err = form.CreateFormFile("file", name); err == nil {
			_, err = io.WriteString(part, content)
		}
	}
	if err != nil || form.Close() != nil {
		s.t.Fatal(err)
	}
	var answer struct{ Files []string }
	if status := s.call("POST", "/person/"+person+"/files", &body, form.FormDataContentType(), &answer); status != 200 || len(answer.Files) != 1 {
		s.t.Fatalf("uploading %s: %d %v", name, status, answer)
	}
	return answer.Files[0]
}

// failsAtGroup fails the group's step so many times, and then succeeds.
func (s *stage) failsAtGroup(times int, why string) {
	s.runner.at = map[provision.StepName]func(context.Context, provision.JobID) (provision.EntryKind, string){
		provision.StepGroup: func(context.Context, provision.JobID) (provision.EntryKind, string) {
			if times--; times < 0 {
				return provision.Achieved, "The group is there."
			}
			return provision.Failed, why
		},
	}
}

// stops makes the runner wait at a step until the test lets it continue.
func (s *stage) stops(step provision.StepName) (there <-chan provision.JobID, goOn chan<- struct{}) {
	at, on := make(chan provision.JobID, 10), make(chan struct{})
	s.runner.at = map[provision.StepName]func(context.Context, provision.JobID) (provision.EntryKind, string){
		step: func(ctx context.Context, id provision.JobID) (provision.EntryKind, string) {
			at <- id
			select {
			case <-on:
			case <-ctx.Done():
				return "", ""
			}
			return provision.Achieved, "Done."
		},
	}
	return at, on
}

func TestProvisioningByCommand(t *testing.T) {
	s := newStage(t)
	s.open()
	t.Run("an order that is typed in", func(t *testing.T) {
		s.command(rita, "orders", "provision")
		form := s.modal(rita)
		if errors := s.submit(rita, form, nil); len(errors) != 1 || errors["file"] == "" {
			t.Errorf("an empty form has the errors %v", errors)
		}
		if errors := s.submit(rita, form, map[string]any{"company": "Alpha Ltd"}); len(errors) != 3 || errors["contact"] == "" {
			t.Errorf("a half-filled form has the errors %v", errors)
		}
		if errors := s.submit(rita, form, map[string]any{"company": "Alpha Ltd", "contact": "A", "email": "a@example.com", "storage_gb": "20"}); len(errors) > 0 {
			t.Fatalf("the form has the errors %v", errors)
		}
		s.ephemeral(rita, "Your order is job 1 in <#C0ORDERS>")
		summary := s.the("summary", "Alpha Ltd", "Approve 1 add-on")
		if summary.Thread != "" {
			t.Errorf("the summary is in thread %q", summary.Thread)
		}
		s.press(amir, summary, "approve")
		if result := s.the("result", "Alpha Ltd"); result.Thread != summary.TS {
			t.Errorf("the result is in thread %q", result.Thread)
		}
	})
	t.Run("a file that is dropped into the form", func(t *testing.T) {
		s.command(amir, "general", "provision")
		form, file := s.modal(amir), s.upload(amir, "b.txt", "Beta Ltd: 45 GB")
		if errors := s.submit(amir, form, map[string]any{"file": []string{file}, "company": "Beta Ltd"}); !strings.Contains(errors["file"], "not both") {
			t.Errorf("a form with both has the errors %v", errors)
		}
		if errors := s.submit(amir, form, map[string]any{"file": []string{file}, "company": ""}); len(errors) > 0 {
			t.Fatalf("the form has the errors %v", errors)
		}
		s.ephemeralIn("general", amir, "b.txt is job 2 in <#C0ORDERS>")
		s.the("summary", "Beta Ltd", "Approve 3 add-ons")
	})
	t.Run("the files of a message", func(t *testing.T) {
		ts := s.dropIn("general", otto, "c.txt", "Gamma Ltd: 20 GB")
		s.command(amir, "general", "provision https://example.slack.com/archives/C0GENERAL/p"+strings.ReplaceAll(ts, ".", ""))
		s.ephemeralIn("general", amir, "c.txt is job 3 in <#C0ORDERS>")
		s.the("summary", "Gamma Ltd", "Approve 1 add-on")
	})
	t.Run("but no message of another channel, and no other address", func(t *testing.T) {
		ts := s.dropIn("general", otto, "d.txt", "Delta Ltd: 20 GB")
		s.command(rita, "orders", "provision https://example.slack.com/archives/C0GENERAL/p"+strings.ReplaceAll(ts, ".", ""))
		s.ephemeral(rita, "That message is in another channel")
		s.command(rita, "orders", "provision https://example.com/order.pdf")
		s.ephemeral(rita, "This isn't a link to a message")
		s.command(rita, "orders", "provision https://example.slack.com/archives/C0ORDERS/p1700000000000100")
		s.ephemeral(rita, "There is no message at that address")
		if n := len(s.jobs()); n != 3 {
			t.Errorf("there are %d jobs", n)
		}
	})
}

func TestAPauseHoldsApprovedJobsAcrossARestart(t *testing.T) {
	s := newStage(t)
	there, goOn := s.stops(provision.StepBuy)
	leave := s.open()
	s.drop(rita, "a.txt", "Alpha Ltd: 20 GB")
	s.press(amir, s.the("summary", "Alpha Ltd", "Approve 1 add-on"), "approve")
	<-there
	s.command(rita, "orders", "lock")
	s.ephemeral(rita, "*Job 1* has held the console")

	s.command(otto, "orders", "pause")
	s.ephemeral(otto, "Only approvers may decide this")
	s.command(amir, "orders", "pause")
	s.until(rita, "an announcement", func(m message) bool {
		return !m.Ephemeral && m.Thread == "" && strings.Contains(m.Text, "<@"+amirID+"> paused mozybot")
	})
	s.command(amir, "orders", "pause")
	s.ephemeral(amir, "mozybot is paused already, by <@"+amirID+">")
	s.drop(rita, "b.txt", "Beta Ltd: 20 GB")
	s.press(amir, s.the("summary", "Beta Ltd", "Approve 1 add-on"), "approve")
	s.the("progress", "Beta Ltd", "Waits, since mozybot is paused")
	close(goOn)
	s.the("result", "Alpha Ltd") // the running job finishes
	leave()

	s.open()
	s.command(rita, "orders", "status")
	s.ephemeral(rita, "<@"+amirID+"> paused mozybot")
	if got := s.job("2").State(); got != provision.Approved {
		t.Errorf("the second job is %s during the pause", got)
	}
	s.command(amir, "orders", "resume")
	s.the("result", "Beta Ltd")
	s.until(rita, "an announcement", func(m message) bool {
		return !m.Ephemeral && strings.Contains(m.Text, "<@"+amirID+"> resumed mozybot")
	})
	s.command(amir, "orders", "resume")
	s.ephemeral(amir, "mozybot is not paused.")
}

func TestCancellingAndRetryingByCommand(t *testing.T) {
	s := newStage(t)
	s.config = func(c *bot.Config) { c.Approvers = []string{amirID} }
	s.failsAtGroup(1, "Two groups of one name.")
	s.open()
	dropped := s.drop(rita, "a.txt", "Alpha Ltd: 20 GB")
	s.asked()
	s.command(otto, "orders", "cancel 1")
	s.ephemeral(otto, "Only approvers may decide this")
	s.command(rita, "orders", "cancel job #1")
	s.ephemeral(rita, "Job 1 is cancelled")
	s.the("card", "Cancelled by", "Nothing was bought")
	s.command(rita, "orders", "cancel 1")
	s.ephemeral(rita, "Job 1 is already cancelled")
	s.shortcut(rita, "orders", dropped)
	s.ephemeral(rita, "a.txt is job 1 (cancelled) in <#C0ORDERS>. To order it again, drop the file again.")
	s.drop(rita, "a.txt", "Alpha Ltd: 20 GB")
	s.until(rita, "another summary", func(m message) bool { return m.is() == "summary" && m.job() == "2" })

	s.drop(rita, "b.txt", "Beta Ltd: 20 GB")
	s.press(amir, s.the("summary", "Beta Ltd", "Approve 1 add-on"), "approve")
	s.the("stuck.1")
	s.command(rita, "orders", "retry 3")
	s.ephemeral(rita, "Only approvers may decide this")
	s.command(amir, "orders", "retry 3")
	s.the("stuck.1", "<@"+amirID+"> had it tried again")
	s.the("result", "Beta Ltd")
	s.command(amir, "orders", "retry 3")
	s.ephemeral(amir, "Job 3 isn't stuck: it is already done")
	s.command(rita, "orders", "show 3")
	s.ephemeral(rita, "Job 3, Beta Ltd, 20 GB: done")
}

// unanswered is a transport to Slack that loses a command's reply so many times.
type unanswered struct {
	left atomic.Int32
}

func (u *unanswered) RoundTrip(r *http.Request) (*http.Response, error) {
	if strings.HasPrefix(r.URL.Path, "/commands/") && u.left.Add(-1) >= 0 {
		return nil, errors.New("the connection was reset")
	}
	return http.DefaultTransport.RoundTrip(r)
}

func TestACommandHasOneEffectEvenWhenItsReplyIsLost(t *testing.T) {
	stuckOnce := func(t *testing.T) *stage {
		s := newStage(t)
		s.failsAtGroup(2, "Two groups of one name.") // a third try would get through
		return s
	}
	begin := func(s *stage) {
		s.drop(rita, "a.txt", "Alpha Ltd: 20 GB")
		s.press(amir, s.asked(), "approve")
		s.the("stuck.1")
		s.handled()
	}
	stuckTwice := func(s *stage) {
		s.t.Helper()
		s.the("stuck.1", "had it tried again", "but: Two groups of one name")
		s.handled()
		if j := s.job("1"); j.State() != provision.Stuck || blocks.StuckOccurrences(j) != 2 {
			s.t.Errorf("the job is %s after %d stops", j.State(), blocks.StuckOccurrences(j))
		}
	}
	t.Run("on its way", func(t *testing.T) {
		s, way := stuckOnce(t), &unanswered{}
		s.config = func(c *bot.Config) {
			c.Slack = slack.New("xoxb-sandbox", slack.OptionAPIURL(s.url+"/api/"), slack.OptionAppLevelToken("xapp-sandbox"),
				slack.OptionHTTPClient(&http.Client{Timeout: 10 * time.Second, Transport: way}))
		}
		s.open()
		begin(s)
		way.left.Store(4)
		s.command(amir, "orders", "retry 1")
		stuckTwice(s)
	})
	t.Run("with the program", func(t *testing.T) {
		s := stuckOnce(t)
		leave := s.open()
		begin(s)
		typed := time.Now()
		s.command(amir, "orders", "retry 1")
		stuckTwice(s)
		leave()
		payload, err := json.Marshal(map[string]string{"command": "/mozy", "text": "retry 1", "user_id": amirID, "channel_id": "C0ORDERS"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.store.Receive(t.Context(), state.Event{Key: "the same", Kind: "slash_commands", At: typed, Payload: payload}); err != nil {
			t.Fatal(err)
		}
		s.open()
		stuckTwice(s)
	})
}

func TestAnApprovedJobCanBeCancelledWhileQueued(t *testing.T) {
	s := newStage(t)
	s.open()
	s.command(amir, "orders", "pause")
	s.ephemeral(amir, "mozybot is paused")
	s.drop(rita, "a.txt", "Alpha Ltd: 20 GB")
	s.press(amir, s.asked(), "approve")
	s.the("progress", "paused")
	s.command(amir, "orders", "cancel 1")
	s.the("card", "Cancelled by", "Nothing was bought")
	s.command(amir, "orders", "resume")
	s.drop(rita, "b.txt", "Beta Ltd: 20 GB")
	s.press(amir, s.the("summary", "Beta Ltd", "Approve 1 add-on"), "approve")
	s.the("result", "Beta Ltd")
	if len(s.runner.order) != 1 {
		t.Errorf("the jobs %v were run", s.runner.order)
	}
}

func TestWhatWaitsIsTakenBackByWhoeverGaveIt(t *testing.T) {
	s := newStage(t)
	s.open()
	s.command(amir, "orders", "pause while the vendor works on it")
	s.until(rita, "the pause and its reason", func(m message) bool { return strings.Contains(m.Text, "“while the vendor works on it”") })
	s.drop(rita, "order.txt", "Example Inc.: 30 GB")
	s.press(amir, s.asked(), "approve")
	s.eventually("an approved job", func() bool { return s.job("1").State() == provision.Approved })

	s.command(otto, "orders", "withdraw 1")
	s.ephemeral(otto, "neither approved job 1 nor sent its order")
	s.command(amir, "orders", "withdraw 1")
	s.ephemeral(amir, "You took back your approval of job")
	s.eventually("a job without its approval", func() bool { j := s.job("1"); return j.State() == provision.Pending && len(j.Approvals) == 0 })
	s.command(rita, "orders", "withdraw 1")
	s.eventually("a withdrawn order", func() bool { return s.job("1").State() == provision.Cancelled })
	s.command(amir, "orders", "withdraw 1")
	s.ephemeral(amir, "Job 1 is already cancelled")
}
