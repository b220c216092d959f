package bot_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"mozybot/bot"
	"mozybot/provision"
)

// watched makes the bot look for waiting jobs all the time, by the test's clock.
func (s *stage) watched() *clock {
	c := &clock{}
	before := s.config
	s.config = func(config *bot.Config) {
		if before != nil {
			before(config)
		}
		config.Now, config.Watch = c.now, 10*time.Millisecond
	}
	return c
}

func TestAPendingJobIsRemindedOnceAndExpires(t *testing.T) {
	s := newStage(t)
	clock := s.watched()
	leave := s.open()
	s.drop(rita, "order.txt", "Example Inc.: 30 GB")
	summary := s.asked()
	if s.count("reminder.1") > 0 {
		t.Error("the approvers are reminded at once")
	}
	if !strings.Contains(summary.says(), "<@"+amirID+">: please approve") || summary.Edited {
		t.Errorf("the summary (edited: %v) calls nobody: %q", summary.Edited, summary.says())
	}
	clock.turn(37 * time.Hour)
	reminder := s.the("reminder.1", "has been waiting for a decision", "It expires ")
	if !strings.Contains(reminder.Text, "<@"+amirID+">") || strings.Contains(reminder.Text, "<@"+ritaID+">") {
		t.Errorf("the reminder calls the wrong people: %q", reminder.Text)
	}
	leave()
	s.open()
	clock.turn(34 * time.Hour) // 71 in all
	s.drop(rita, "b.txt", "Beta Ltd: 20 GB")
	s.the("summary", "Beta Ltd", "Approve 1 add-on")
	if got := s.job("1").State(); got != provision.Pending || s.count("reminder.2") > 0 {
		t.Errorf("after 71 hours the job is %s, with %d second reminders", got, s.count("reminder.2"))
	}
	clock.turn(2 * time.Hour)
	expired := s.the("card", "nobody decided in time")
	if got := s.job("2").State(); got != provision.Pending {
		t.Errorf("the younger job is %s", got)
	}
	s.press(amir, summary, "approve")
	s.ephemeral(amir, "Job 1 is already expired, so")

	s.press(otto, expired, "reopen")
	s.ephemeral(otto, "Only approvers may decide this")
	s.press(rita, expired, "reopen")
	s.the("card", "<@"+ritaID+"> asked again")
	s.until(rita, "the card without that button", func(m message) bool {
		_, button := m.button("reopen")
		return m.TS == expired.TS && !button
	})
	s.press(amir, s.the("summary", "Example Inc.", "Approve 2 add-ons"), "approve")
	s.the("result", "Example Inc.")
}

func TestAnExpiredJobCannotBeReopenedOnceItsFileIsBack(t *testing.T) {
	s := newStage(t)
	clock := s.watched()
	s.open()
	s.drop(rita, "order.txt", "Example Inc.: 30 GB")
	s.asked()
	clock.turn(73 * time.Hour)
	expired := s.the("card", "Expired")
	s.drop(rita, "order.txt", "Example Inc.: 30 GB")
	s.the("summary", "Job 2", "Approve 2 add-ons")
	s.press(rita, expired, "reopen")
	s.ephemeral(rita, "The same file came in again since: it is job 2.")
}

func TestApproversAreMentionedWhileAJobIsStuck(t *testing.T) {
	s := newStage(t)
	clock := s.watched()
	s.runner.at = map[provision.StepName]func(context.Context, provision.JobID) (provision.EntryKind, string){
		provision.StepGroup: func(context.Context, provision.JobID) (provision.EntryKind, string) {
			return provision.Failed, "Two groups of one name."
		},
	}
	s.open()
	s.drop(rita, "order.txt", "Example Inc.: 30 GB")
	s.press(amir, s.asked(), "approve")
	stuck := s.the("stuck.1", "Two groups of one name.", "<@"+amirID+">", "<@"+ritaID+">", "please decide")
	if stuck.Edited {
		t.Error("the mention came with an edit, which calls nobody")
	}
	clock.turn(50 * time.Minute)
	s.drop(rita, "b.txt", "Beta Ltd: 20 GB")
	s.the("summary", "Beta Ltd", "Approve 1 add-on")
	if s.count("reminder.1") > 0 {
		t.Error("the approvers are called again within the hour")
	}
	clock.turn(time.Hour)
	s.the("reminder.1", "<@"+amirID+">", "is still stuck")
	clock.turn(3 * time.Hour)
	s.the("reminder.2", "is still stuck")
	clock.turn(100 * time.Hour)
	if got := s.job("1").State(); got != provision.Stuck {
		t.Errorf("a stuck job became %s by itself", got)
	}
}

func TestTwoApprovalsAreNeededWhenConfigured(t *testing.T) {
	s := newStage(t)
	s.config = func(c *bot.Config) { c.Approvers, c.Needed = []string{"@backup-approvers", ottoID}, 2 }
	s.open()
	s.drop(rita, "order.txt", "Example Inc.: 30 GB")
	summary := s.the("summary", "please approve (0 of 2 so far).")
	s.press(amir, summary, "approve")
	half := s.the("summary", "1 of 2 so far: <@"+amirID+">")
	s.press(amir, half, "approve")
	s.ephemeral(amir, "You approved job 1 before")
	if got := s.job("1").State(); got != provision.Pending {
		t.Fatalf("one person's two clicks made the job %s", got)
	}
	s.fill(rita, half, "edit", map[string]any{"email": "guy@example.com"})
	s.the("card", "don't count")
	again := s.the("summary", "guy@example.com", "(0 of 2 so far)", "Approve 2 add-ons")
	s.press(otto, again, "approve")
	s.press(amir, s.the("summary", "1 of 2 so far: <@"+ottoID+">"), "approve")
	s.the("result")
	s.press(amir, s.the("card", "Done"), "details")
	if said := s.modal(amir).says(); !strings.Contains(said, "Approved by <@"+ottoID+">") || !strings.Contains(said, "Approved by <@"+amirID+">") {
		t.Errorf("the details do not name both: %s", said)
	}
}

func TestApproversAreCalledWhenTheNumbersComeLate(t *testing.T) {
	s := newStage(t)
	s.config = func(c *bot.Config) { c.SummaryDelay = 10 * time.Millisecond }
	release := make(chan struct{})
	s.console.becomes(func(provision.Look) (provision.Reading, error) {
		<-release
		return consoleReading(), nil
	})
	s.open()
	s.drop(rita, "order.txt", "Example Inc.: 30 GB")
	s.the("summary", "The console is being read")
	close(release)
	call := s.the("reminder.1", "<@"+amirID+">", "waits for your approval")
	if summary := s.asked(); call.Thread != summary.Thread && call.Thread != summary.TS {
		t.Error("the call is in another thread")
	}
}
