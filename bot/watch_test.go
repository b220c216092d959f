package bot_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"mozybot/bot"
	"mozybot/provision"
)

// watched has the bot look for jobs that wait all the time, by a clock of the test's.
func (o *office) watched() *clock {
	c := &clock{}
	before := o.config
	o.config = func(config *bot.Config) {
		if before != nil {
			before(config)
		}
		config.Now, config.Watch = c.now, 10*time.Millisecond
	}
	return c
}

func TestAPendingJobIsRemindedOfOnceAndExpires(t *testing.T) {
	o := newOffice(t)
	clock := o.watched()
	leave := o.open()
	o.drop(rita, "order.txt", "Example Inc.: 30 GB")
	summary := o.asked()
	if o.count("reminder.1") > 0 {
		t.Error("the approvers are reminded at once")
	}
	clock.turn(37 * time.Hour)
	reminder := o.the("reminder.1", "has been waiting for a decision", "It expires ")
	if !strings.Contains(reminder.Text, "<@"+amirID+">") || strings.Contains(reminder.Text, "<@"+ritaID+">") {
		t.Errorf("the reminder calls the wrong people: %q", reminder.Text)
	}
	leave()
	o.open()
	clock.turn(34 * time.Hour) // 71 in all
	o.drop(rita, "b.txt", "Beta Ltd: 20 GB")
	o.the("summary", "Beta Ltd", "Approve 1 add-on")
	if s := o.job("1").State(); s != provision.Pending || o.count("reminder.2") > 0 {
		t.Errorf("after 71 hours the job is %s, with %d second reminders", s, o.count("reminder.2"))
	}
	clock.turn(2 * time.Hour)
	expired := o.the("expired.1", "nobody decided in time")
	if s := o.job("2").State(); s != provision.Pending {
		t.Errorf("the younger job is %s", s)
	}
	o.press(amir, summary, "approve")
	o.whispered(amir, "Job 1 is already expired, so")

	o.press(otto, expired, "reopen")
	o.whispered(otto, "Only approvers may decide this")
	o.press(rita, expired, "reopen")
	o.the("remark.1", "<@"+ritaID+"> asked again")
	o.until(rita, "the expiry without its button", func(m message) bool {
		_, button := m.button("reopen")
		return m.TS == expired.TS && !button
	})
	o.press(amir, o.the("summary", "Example Inc.", "Approve 2 add-ons"), "approve")
	o.the("result", "Example Inc.")
}

func TestAnExpiredJobIsNotAskedAgainOnceItsFileIsBack(t *testing.T) {
	o := newOffice(t)
	clock := o.watched()
	o.open()
	o.drop(rita, "order.txt", "Example Inc.: 30 GB")
	o.asked()
	clock.turn(73 * time.Hour)
	expired := o.the("expired.1")
	o.drop(rita, "order.txt", "Example Inc.: 30 GB")
	o.the("summary", "Job 2", "Approve 2 add-ons")
	o.press(rita, expired, "reopen")
	o.whispered(rita, "The same file came in again since: it is job 2.")
}

func TestApproversAreCalledByNameWhileAJobIsStuck(t *testing.T) {
	o := newOffice(t)
	clock := o.watched()
	o.runner.at = map[provision.StepName]func(context.Context, provision.JobID) (provision.EntryKind, string){
		provision.StepGroup: func(context.Context, provision.JobID) (provision.EntryKind, string) {
			return provision.Failed, "Two groups of one name."
		},
	}
	o.open()
	o.drop(rita, "order.txt", "Example Inc.: 30 GB")
	o.press(amir, o.asked(), "approve")
	stuck := o.the("stuck.1", "Two groups of one name.")
	call := o.the("reminder.1", "<@"+amirID+">", "<@"+ritaID+">", "is stuck and needs one of you")
	if call.TS < stuck.TS || call.Thread != stuck.Thread {
		t.Error("the call is not below the message it speaks of")
	}
	clock.turn(50 * time.Minute)
	o.drop(rita, "b.txt", "Beta Ltd: 20 GB")
	o.the("summary", "Beta Ltd", "Approve 1 add-on")
	if o.count("reminder.2") > 0 {
		t.Error("the approvers are called again within the hour")
	}
	clock.turn(time.Hour)
	o.the("reminder.2", "<@"+amirID+">", "is still stuck")
	clock.turn(3 * time.Hour)
	o.the("reminder.3", "is still stuck")
	clock.turn(100 * time.Hour)
	if s := o.job("1").State(); s != provision.Stuck {
		t.Errorf("a stuck job became %s by itself", s)
	}
}

func TestTwoApprovalsAreNeededWhereTheConfigurationSaysSo(t *testing.T) {
	o := newOffice(t)
	o.config = func(c *bot.Config) { c.Approvers, c.Needed = []string{"@backup-approvers", ottoID}, 2 }
	o.open()
	o.drop(rita, "order.txt", "Example Inc.: 30 GB")
	summary := o.the("summary", "2 approvers other than", "(0 of 2 so far)")
	o.press(amir, summary, "approve")
	half := o.the("summary", "1 of 2 so far: <@"+amirID+">")
	o.press(amir, half, "approve")
	o.whispered(amir, "You approved job 1 before")
	if s := o.job("1").State(); s != provision.Pending {
		t.Fatalf("one person's two clicks made the job %s", s)
	}
	o.fill(rita, half, "edit", map[string]any{"email": "guy@example.com"})
	o.the("remark.1", "void")
	again := o.the("summary", "guy@example.com", "(0 of 2 so far)", "Approve 2 add-ons")
	o.press(otto, again, "approve")
	o.press(amir, o.the("summary", "1 of 2 so far: <@"+ottoID+">"), "approve")
	o.the("summary", "Approved by <@"+ottoID+">", "<@"+amirID+">")
	o.the("result")
}
