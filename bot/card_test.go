package bot_test

import (
	"context"
	"strings"
	"testing"

	"github.com/slack-go/slack"

	"mozybot/provision"
)

// doneWithoutRecords provisions an order, and stops the bot having forgotten where its messages are.
func (s *stage) doneWithoutRecords() (card message) {
	s.t.Helper()
	leave := s.open()
	s.drop(rita, "order.txt", "Example Inc.: 30 GB")
	s.press(amir, s.asked(), "approve")
	s.the("result")
	card = s.the("progress", "Done, all 10 steps")
	leave()
	if _, err := s.store.Update(context.Background(), "1", func(j *provision.Job) error {
		clear(j.Messages)
		return nil
	}); err != nil {
		s.t.Fatal(err)
	}
	return card
}

func TestACardThatShowsStepsIsFoundAgain(t *testing.T) {
	s := newStage(t)
	card := s.doneWithoutRecords()
	s.open()
	s.eventually("the card is remembered", func() bool { return s.job("1").Messages["summary"].TS == card.TS })
	s.drop(rita, "next.txt", "Next Inc.: 30 GB")
	s.the("summary", "Next Inc.", "Approve 2 add-ons") // by now the first job's thread was looked at
	if cards, results := s.count("card"), s.count("result"); cards != 2 || results != 1 {
		t.Errorf("there are %d cards and %d results of two orders", cards, results)
	}
	if _, apart := s.job("1").Messages["progress"]; apart {
		t.Error("the card passes for a message with the steps apart")
	}
}

// Earlier versions posted the steps apart from the card.
func TestStepsThatWerePostedApartAreStillEdited(t *testing.T) {
	s := newStage(t)
	release := make(chan struct{})
	s.runner.at = map[provision.StepName]func(context.Context, provision.JobID) (provision.EntryKind, string){
		provision.StepGroup: func(context.Context, provision.JobID) (provision.EntryKind, string) {
			<-release
			return provision.Achieved, "Done."
		},
	}
	s.open()
	thread := s.drop(rita, "order.txt", "Example Inc.: 30 GB")
	card := s.asked()
	apart := slack.SlackMetadata{EventType: "mozy_job", EventPayload: map[string]any{"job": "1", "message": "progress"}}
	_, ts, err := s.slack("xoxb-sandbox", "").PostMessage("C0ORDERS", slack.MsgOptionText("Job 1: running", false), slack.MsgOptionTS(thread), slack.MsgOptionMetadata(apart))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.store.Update(t.Context(), "1", func(j *provision.Job) error {
		j.Messages["progress"] = provision.Message{TS: ts}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	s.press(amir, card, "approve")
	close(release)
	s.the("result")
	if steps := s.the("progress", "Done, all 10 steps"); steps.TS != ts {
		t.Errorf("the steps are at %s, not at %s", steps.TS, ts)
	}
	if now := s.the("card", "*Done*"); now.TS != card.TS || strings.Contains(now.says(), "10. Close") {
		t.Errorf("the card, now at %s and not %s, says:\n%s", now.TS, card.TS, now.says())
	}
}

func TestDetailsAreForAnybodyAndFromTheStore(t *testing.T) {
	s := newStage(t)
	s.open()
	s.drop(rita, "order.txt", "Example Inc.: 30 GB")
	card := s.asked()
	s.press(otto, card, "details")
	if said := s.modal(otto).says(); !strings.Contains(said, "change: buy 2, return 1; 867 after") || !strings.Contains(said, "instead costs $12.95 less") {
		t.Errorf("the details say:\n%s", said)
	}
	s.fill(rita, card, "edit", map[string]any{"storage_gb": "45"})
	s.the("card", "Approve 3 add-ons")
	s.press(amir, card, "details") // of the card as it was before
	if said := s.modal(amir).says(); !strings.Contains(said, "*Storage:* 45 GB") || !strings.Contains(said, "*Storage:* 30 GB → 45 GB") {
		t.Errorf("the details say:\n%s", said)
	}
}

func TestADeclinedOrderCallsItsRequester(t *testing.T) {
	s := newStage(t)
	s.open()
	s.drop(rita, "a.txt", "Alpha Ltd: 20 GB")
	s.decline(amir, s.the("summary", "Alpha Ltd", "Approve 1 add-on"))
	s.the("declined", "<@"+ritaID+">: <@"+amirID+"> declined job 1", "ordered twice")
	s.drop(rita, "b.txt", "Beta Ltd: 20 GB")
	s.decline(rita, s.the("summary", "Beta Ltd", "Approve 1 add-on"))
	s.the("card", "Declined by <@"+ritaID+">")
	s.handled()
	if n := s.count("declined"); n != 1 {
		t.Errorf("%d messages about orders that were declined", n)
	}
}
