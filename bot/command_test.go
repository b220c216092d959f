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

// upload has a person choose a file in a modal, where it is not shared with anybody; it returns the file's id.
func (o *office) upload(person, name, content string) string {
	o.t.Helper()
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
		o.t.Fatal(err)
	}
	var answer struct{ Files []string }
	if status := o.call("POST", "/person/"+person+"/files", &body, form.FormDataContentType(), &answer); status != 200 || len(answer.Files) != 1 {
		o.t.Fatalf("uploading %s: %d %v", name, status, answer)
	}
	return answer.Files[0]
}

// failsAtGroup has the group's step fail so many times, and then be done.
func (o *office) failsAtGroup(times int, why string) {
	o.runner.at = map[provision.StepName]func(context.Context, provision.JobID) (provision.EntryKind, string){
		provision.StepGroup: func(context.Context, provision.JobID) (provision.EntryKind, string) {
			if times--; times < 0 {
				return provision.Achieved, "The group is there."
			}
			return provision.Failed, why
		},
	}
}

// stops has the runner wait at a step until the test lets it go on.
func (o *office) stops(step provision.StepName) (there <-chan provision.JobID, goOn chan<- struct{}) {
	at, on := make(chan provision.JobID, 10), make(chan struct{})
	o.runner.at = map[provision.StepName]func(context.Context, provision.JobID) (provision.EntryKind, string){
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
	o := newOffice(t)
	o.open()
	t.Run("an order that is typed in", func(t *testing.T) {
		o.command(rita, "orders", "provision")
		form := o.modal(rita)
		if errors := o.submit(rita, form, nil); len(errors) != 1 || errors["file"] == "" {
			t.Errorf("an empty form has the errors %v", errors)
		}
		if errors := o.submit(rita, form, map[string]any{"company": "Alpha Ltd"}); len(errors) != 3 || errors["contact"] == "" {
			t.Errorf("a half-filled form has the errors %v", errors)
		}
		if errors := o.submit(rita, form, map[string]any{"company": "Alpha Ltd", "contact": "A", "email": "a@example.com", "storage_gb": "20"}); len(errors) > 0 {
			t.Fatalf("the form has the errors %v", errors)
		}
		o.whispered(rita, "Your order is job 1 in <#C0ORDERS>")
		summary := o.the("summary", "Alpha Ltd", "Approve 1 add-on")
		if summary.Thread != "" {
			t.Errorf("the summary is in thread %q", summary.Thread)
		}
		o.press(amir, summary, "approve")
		if result := o.the("result", "Alpha Ltd"); result.Thread != summary.TS {
			t.Errorf("the result is in thread %q", result.Thread)
		}
	})
	t.Run("a file that is dropped into the form", func(t *testing.T) {
		o.command(amir, "general", "provision")
		form, file := o.modal(amir), o.upload(amir, "b.txt", "Beta Ltd: 45 GB")
		if errors := o.submit(amir, form, map[string]any{"file": []string{file}, "company": "Beta Ltd"}); !strings.Contains(errors["file"], "not both") {
			t.Errorf("a form with both has the errors %v", errors)
		}
		if errors := o.submit(amir, form, map[string]any{"file": []string{file}, "company": ""}); len(errors) > 0 {
			t.Fatalf("the form has the errors %v", errors)
		}
		o.whisperedIn("general", amir, "b.txt is job 2 in <#C0ORDERS>")
		o.the("summary", "Beta Ltd", "Approve 3 add-ons")
	})
	t.Run("the files of a message", func(t *testing.T) {
		ts := o.dropIn("general", otto, "c.txt", "Gamma Ltd: 20 GB")
		o.command(amir, "general", "provision https://example.slack.com/archives/C0GENERAL/p"+strings.ReplaceAll(ts, ".", ""))
		o.whisperedIn("general", amir, "c.txt is job 3 in <#C0ORDERS>")
		o.the("summary", "Gamma Ltd", "Approve 1 add-on")
	})
	t.Run("but no message of another channel, and no other address", func(t *testing.T) {
		ts := o.dropIn("general", otto, "d.txt", "Delta Ltd: 20 GB")
		o.command(rita, "orders", "provision https://example.slack.com/archives/C0GENERAL/p"+strings.ReplaceAll(ts, ".", ""))
		o.whispered(rita, "That message is in another channel")
		o.command(rita, "orders", "provision https://example.com/order.pdf")
		o.whispered(rita, "This is no link to a message")
		o.command(rita, "orders", "provision https://example.slack.com/archives/C0ORDERS/p1700000000000100")
		o.whispered(rita, "There is no message at that address")
		if n := len(o.jobs()); n != 3 {
			t.Errorf("there are %d jobs", n)
		}
	})
}

func TestPausingHoldsApprovedJobsBackAcrossARestart(t *testing.T) {
	o := newOffice(t)
	there, goOn := o.stops(provision.StepBuy)
	leave := o.open()
	o.drop(rita, "a.txt", "Alpha Ltd: 20 GB")
	o.press(amir, o.the("summary", "Alpha Ltd", "Approve 1 add-on"), "approve")
	<-there
	o.command(rita, "orders", "lock")
	o.whispered(rita, "*Job 1* holds the console")

	o.command(otto, "orders", "pause")
	o.whispered(otto, "Only approvers may decide this")
	o.command(amir, "orders", "pause")
	o.until(rita, "an announcement", func(m message) bool {
		return !m.Ephemeral && m.Thread == "" && strings.Contains(m.Text, "<@"+amirID+"> paused mozybot")
	})
	o.command(amir, "orders", "pause")
	o.whispered(amir, "mozybot is paused already, by <@"+amirID+">")
	o.drop(rita, "b.txt", "Beta Ltd: 20 GB")
	o.press(amir, o.the("summary", "Beta Ltd", "Approve 1 add-on"), "approve")
	o.the("progress", "Beta Ltd: waits, since mozybot is paused")
	close(goOn)
	o.the("result", "Alpha Ltd") // the running job finishes
	leave()

	o.open()
	o.command(rita, "orders", "status")
	o.whispered(rita, "<@"+amirID+"> paused mozybot")
	if s := o.job("2").State(); s != provision.Approved {
		t.Errorf("the second job is %s during the pause", s)
	}
	o.command(amir, "orders", "resume")
	o.the("result", "Beta Ltd")
	o.until(rita, "an announcement", func(m message) bool {
		return !m.Ephemeral && strings.Contains(m.Text, "<@"+amirID+"> had mozybot go on")
	})
	o.command(amir, "orders", "resume")
	o.whispered(amir, "mozybot is not paused.")
}

func TestCancellingAndRetryingByCommand(t *testing.T) {
	o := newOffice(t)
	o.config = func(c *bot.Config) { c.Approvers = []string{amirID} }
	o.failsAtGroup(1, "Two groups of one name.")
	o.open()
	dropped := o.drop(rita, "a.txt", "Alpha Ltd: 20 GB")
	o.asked()
	o.command(otto, "orders", "cancel 1")
	o.whispered(otto, "Only approvers may decide this")
	o.command(rita, "orders", "cancel job #1")
	o.whispered(rita, "Job 1 is cancelled")
	o.the("cancelled", "Nothing was bought")
	o.command(rita, "orders", "cancel 1")
	o.whispered(rita, "Job 1 is already cancelled")
	o.shortcut(rita, "orders", dropped)
	o.whispered(rita, "a.txt is job 1 (cancelled) in <#C0ORDERS>. To order it anew, drop the file again.")
	o.drop(rita, "a.txt", "Alpha Ltd: 20 GB")
	o.until(rita, "another summary", func(m message) bool { return m.is() == "summary" && m.job() == "2" })

	o.drop(rita, "b.txt", "Beta Ltd: 20 GB")
	o.press(amir, o.the("summary", "Beta Ltd", "Approve 1 add-on"), "approve")
	o.the("stuck.1")
	o.command(rita, "orders", "retry 3")
	o.whispered(rita, "Only approvers may decide this")
	o.command(amir, "orders", "retry 3")
	o.the("stuck.1", "<@"+amirID+"> decided", "try again")
	o.the("result", "Beta Ltd")
	o.command(amir, "orders", "retry 3")
	o.whispered(amir, "Job 3 is already done")
	o.command(rita, "orders", "show 3")
	o.whispered(rita, "Job 3, Beta Ltd, 20 GB: done")
}

// unanswered is a way to Slack on which a command's answer is lost so many times.
type unanswered struct {
	left atomic.Int32
}

func (u *unanswered) RoundTrip(r *http.Request) (*http.Response, error) {
	if strings.HasPrefix(r.URL.Path, "/commands/") && u.left.Add(-1) >= 0 {
		return nil, errors.New("the connection was reset")
	}
	return http.DefaultTransport.RoundTrip(r)
}

func TestACommandHasOneEffectAlsoWhenItsAnswerIsLost(t *testing.T) {
	stuckOnce := func(t *testing.T) *office {
		o := newOffice(t)
		o.failsAtGroup(2, "Two groups of one name.") // a third try would get through
		return o
	}
	begin := func(o *office) {
		o.drop(rita, "a.txt", "Alpha Ltd: 20 GB")
		o.press(amir, o.asked(), "approve")
		o.the("stuck.1")
		o.handled()
	}
	stuckTwice := func(o *office) {
		o.t.Helper()
		o.the("stuck.2", "Two groups of one name")
		o.handled()
		if j := o.job("1"); j.State() != provision.Stuck || blocks.SpellsOf(j) != 2 {
			o.t.Errorf("the job is %s after %d stops", j.State(), blocks.SpellsOf(j))
		}
	}
	t.Run("on its way", func(t *testing.T) {
		o, way := stuckOnce(t), &unanswered{}
		o.config = func(c *bot.Config) {
			c.Slack = slack.New("xoxb-sandbox", slack.OptionAPIURL(o.url+"/api/"), slack.OptionAppLevelToken("xapp-sandbox"),
				slack.OptionHTTPClient(&http.Client{Timeout: 10 * time.Second, Transport: way}))
		}
		o.open()
		begin(o)
		way.left.Store(4)
		o.command(amir, "orders", "retry 1")
		stuckTwice(o)
	})
	t.Run("with the program", func(t *testing.T) {
		o := stuckOnce(t)
		leave := o.open()
		begin(o)
		typed := time.Now()
		o.command(amir, "orders", "retry 1")
		stuckTwice(o)
		leave()
		payload, err := json.Marshal(map[string]string{"command": "/mozy", "text": "retry 1", "user_id": amirID, "channel_id": "C0ORDERS"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := o.store.Receive(t.Context(), state.Event{Key: "the same", Kind: "slash_commands", At: typed, Payload: payload}); err != nil {
			t.Fatal(err)
		}
		o.open()
		stuckTwice(o)
	})
}

func TestAnApprovedJobIsCancelledWhileItWaitsItsTurn(t *testing.T) {
	o := newOffice(t)
	o.open()
	o.command(amir, "orders", "pause")
	o.whispered(amir, "mozybot is paused")
	o.drop(rita, "a.txt", "Alpha Ltd: 20 GB")
	o.press(amir, o.asked(), "approve")
	o.the("progress", "paused")
	o.command(amir, "orders", "cancel 1")
	o.the("cancelled", "Nothing was bought")
	o.command(amir, "orders", "resume")
	o.drop(rita, "b.txt", "Beta Ltd: 20 GB")
	o.press(amir, o.the("summary", "Beta Ltd", "Approve 1 add-on"), "approve")
	o.the("result", "Beta Ltd")
	if len(o.runner.order) != 1 {
		t.Errorf("the jobs %v were run", o.runner.order)
	}
}
