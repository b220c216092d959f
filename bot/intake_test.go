package bot_test

import (
	"slices"
	"strings"
	"testing"

	"mozybot/bot"

	"mozybot/provision"
)

func isDuplicate(m message) bool {
	return m.Metadata != nil && m.Metadata.EventType == "mozy_duplicate"
}

// howMany messages in the channel are as wanted.
func (o *office) howMany(wanted func(message) bool) int {
	n := 0
	for _, m := range o.sees(rita) {
		if wanted(m) {
			n++
		}
	}
	return n
}

func TestAnUploadIsTakenOnceHoweverItIsTold(t *testing.T) {
	for name, events := range map[string][]string{
		"as a message": {"message.channels"}, "as file_shared": {"file_shared"}, "as both": {"message.channels", "file_shared"},
	} {
		t.Run(name, func(t *testing.T) {
			c := everyday
			c.Events = events
			o := newOfficeIn(t, c)
			o.open()
			o.drop(rita, "a.txt", "Alpha Ltd: 20 GB", "b.txt", "Beta Ltd: 45 GB", "c.png", "a picture")
			o.the("summary", "Alpha Ltd", "Approve 1 add-on")
			o.the("summary", "Beta Ltd", "Approve 3 add-ons")
			o.until(rita, "an answer to the picture", isUnreadable)
			o.handled()
			if jobs, summaries, answers := len(o.jobs()), o.count("summary"), o.howMany(isUnreadable); jobs != 2 || summaries != 2 || answers != 1 {
				t.Errorf("there are %d jobs, %d summaries and %d answers to the picture", jobs, summaries, answers)
			}
		})
	}
}

func TestAFileThatIsDroppedAgainPointsToItsJob(t *testing.T) {
	o := newOffice(t)
	o.open()
	o.drop(rita, "order.txt", "Example Inc.: 30 GB")
	summary := o.asked()
	again := o.drop(amir, "the same <file>.txt", "Example Inc.: 30 GB")
	told := o.until(amir, "an answer to the duplicate", isDuplicate)
	if told.Thread != again || !strings.Contains(told.says(), "the same &lt;file&gt;.txt was brought before: it is job 1") ||
		!strings.Contains(told.says(), "/archives/C0ORDERS/p"+strings.ReplaceAll(summary.TS, ".", "")) {
		t.Errorf("the answer in thread %q is %q", told.Thread, told.says())
	}
	o.decline(rita, summary)
	o.the("declined")
	o.drop(rita, "order.txt", "Example Inc.: 30 GB")
	o.the("summary", "Approve 2 add-ons", "Job 2")
	o.handled()
	if n := o.howMany(isDuplicate); n != 1 {
		t.Errorf("there are %d answers to duplicates", n)
	}
}

func TestTwoOfTheSameFileInOneMessageAreOneJob(t *testing.T) {
	o := newOffice(t)
	o.open()
	o.drop(rita, "a.txt", "Example Inc.: 30 GB", "b.txt", "Example Inc.: 30 GB", "c.txt", "Example Inc.: 30 GB")
	o.asked()
	o.handled()
	if jobs, told := len(o.jobs()), o.howMany(isDuplicate); jobs != 1 || told != 2 {
		t.Errorf("there are %d jobs, and %d files were answered as duplicates", jobs, told)
	}
}

func TestAnotherFileWithTheSameOrderNumberIsAskedAbout(t *testing.T) {
	o := newOffice(t)
	o.open()
	o.drop(rita, "order.txt", "Example Inc.: 30 GB")
	o.asked()
	o.drop(rita, "order-2.txt", "Example Inc.: 45 GB")
	second := o.the("summary", "*Is this another order?* Job 1 has the same order number, SO-Example Inc.")
	if _, ok := second.button("approve"); ok {
		t.Error("an order that may be another one's twin can be approved")
	}
	o.press(otto, second, "another")
	o.whispered(otto, "Only approvers may decide this")
	o.press(rita, second, "another")
	o.the("remark.1", "<@"+ritaID+"> said that this is another order than job 1")
	o.press(amir, o.the("summary", "Approve 3 add-ons"), "approve")
	o.the("result", "Job 2")
	if s := o.job("1").State(); s != provision.Pending {
		t.Errorf("the first job is %s", s)
	}
	o.drop(rita, "order-3.txt", "Third Ltd: 10 GB")
	third := o.the("summary", "Third Ltd", "Approve 1 add-on")
	o.fill(rita, third, "edit", map[string]any{"order_number": "so-example inc."})
	o.the("summary", "Third Ltd", "Job 1 has the same order number")

}

func TestTheShortcutProvisionsAMessagesFiles(t *testing.T) {
	o := newOffice(t)
	o.config = func(c *bot.Config) { c.Requesters = []string{ritaID, amirID} }
	o.open()
	t.Run("from elsewhere, with a thread of its own", func(t *testing.T) {
		ts := o.dropIn("general", otto, "a.txt", "Alpha Ltd: 20 GB", "b.txt", "Beta Ltd: 45 GB", "c.png", "a picture")
		o.shortcut(rita, "general", ts)
		answer := o.whisperedIn("general", rita, "a.txt is job 1 in <#C0ORDERS>")
		if !strings.Contains(answer.Text, "b.txt is job 2") || !strings.Contains(answer.Text, "c.png could not be read as an order") {
			t.Errorf("the answer is %q", answer.Text)
		}
		summary := o.the("summary", "Alpha Ltd", "Approve 1 add-on")
		if summary.Thread != "" || o.job("1").Requester != ritaID {
			t.Errorf("the summary is in thread %q, for %s", summary.Thread, o.job("1").Requester)
		}
		o.press(amir, summary, "approve")
		if result := o.the("result", "Alpha Ltd"); result.Thread != summary.TS {
			t.Errorf("the result is in thread %q, not under the summary %q", result.Thread, summary.TS)
		}
		o.shortcut(amir, "general", ts)
		o.whisperedIn("general", amir, "a.txt is job 1")
		if n := len(o.jobs()); n != 2 {
			t.Errorf("there are %d jobs", n)
		}
		if n := o.howMany(isUnreadable); n != 1 {
			t.Errorf("the picture was answered %d times", n)
		}
	})
	t.Run("of a message without any", func(t *testing.T) {
		said := o.the("result", "Alpha Ltd")
		o.shortcut(rita, "orders", said.TS)
		o.whispered(rita, "There is no file at that message")
	})
	t.Run("for those who may bring orders", func(t *testing.T) {
		ts := o.dropIn("general", otto, "d.txt", "Delta Ltd: 20 GB")
		o.shortcut(otto, "general", ts)
		o.whisperedIn("general", otto, "Only requesters may bring orders")
	})
	t.Run("where the bot may look", func(t *testing.T) {
		ts := o.dropIn("newcomers", rita, "e.txt", "Echo Ltd: 20 GB")
		o.shortcut(rita, "newcomers", ts)
		o.eventually("an answer", func() bool {
			return slices.ContainsFunc(o.seesIn("newcomers", rita), func(m message) bool {
				return m.Ephemeral && strings.Contains(m.Text, "e.txt: Slack does not show mozybot this file")
			})
		})
	})
}

func TestASummaryThatBeginsItsThreadIsFoundAfterAKill(t *testing.T) {
	o := newOffice(t)
	buried := o.killed(&mortal{Store: o.store, hits: func(j provision.Job) bool { return j.Messages["summary"].TS != "" }})
	ts := o.dropIn("general", rita, "order.txt", "Example Inc.: 30 GB")
	o.shortcut(rita, "general", ts)
	buried()
	orphan := o.asked()
	o.open()
	o.eventually("the message to be remembered", func() bool { return o.job("1").Messages["summary"].TS == orphan.TS })
	o.press(amir, orphan, "approve")
	o.the("result")
	if n := o.count("summary"); n != 1 {
		t.Errorf("there are %d summaries", n)
	}
}
