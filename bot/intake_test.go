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

// howMany counts the messages in the channel that match.
func (s *stage) howMany(wanted func(message) bool) int {
	n := 0
	for _, m := range s.sees(rita) {
		if wanted(m) {
			n++
		}
	}
	return n
}

func TestAnUploadMakesOneJobWhicheverEventsArrive(t *testing.T) {
	for name, events := range map[string][]string{
		"as a message": {"message.channels"}, "as file_shared": {"file_shared"}, "as both": {"message.channels", "file_shared"},
	} {
		t.Run(name, func(t *testing.T) {
			c := everyday
			c.Events = events
			s := newStageIn(t, c)
			s.open()
			s.drop(rita, "a.txt", "Alpha Ltd: 20 GB", "b.txt", "Beta Ltd: 45 GB", "c.png", "a picture")
			s.the("summary", "Alpha Ltd", "Approve 1 add-on")
			s.the("summary", "Beta Ltd", "Approve 3 add-ons")
			s.until(rita, "an answer to the picture", isUnreadable)
			s.handled()
			if jobs, summaries, answers := len(s.jobs()), s.count("summary"), s.howMany(isUnreadable); jobs != 2 || summaries != 2 || answers != 1 {
				t.Errorf("there are %d jobs, %d summaries and %d answers to the picture", jobs, summaries, answers)
			}
		})
	}
}

func TestAFileDroppedAgainPointsToItsJob(t *testing.T) {
	s := newStage(t)
	s.open()
	s.drop(rita, "order.txt", "Example Inc.: 30 GB")
	summary := s.asked()
	s.eventually("the summary is recorded, so that it can be linked to", func() bool { return s.job("1").Messages[provision.MessageSummary].TS != "" })
	again := s.drop(amir, "the same <file>.txt", "Example Inc.: 30 GB")
	told := s.until(amir, "an answer to the duplicate", isDuplicate)
	if told.Thread != again || !strings.Contains(told.says(), "the same &lt;file&gt;.txt is already job 1") ||
		!strings.Contains(told.says(), "/archives/C0ORDERS/p"+strings.ReplaceAll(summary.TS, ".", "")) {
		t.Errorf("the answer in thread %q is %q", told.Thread, told.says())
	}
	s.decline(rita, summary)
	s.the("card", "Declined by")
	s.drop(rita, "order.txt", "Example Inc.: 30 GB")
	s.the("summary", "Approve 2 add-ons", "Job 2")
	s.handled()
	if n := s.howMany(isDuplicate); n != 1 {
		t.Errorf("there are %d answers to duplicates", n)
	}
}

func TestTheSameFileTwiceInOneMessageIsOneJob(t *testing.T) {
	s := newStage(t)
	s.open()
	s.drop(rita, "a.txt", "Example Inc.: 30 GB", "b.txt", "Example Inc.: 30 GB", "c.txt", "Example Inc.: 30 GB")
	s.asked()
	s.handled()
	if jobs, told := len(s.jobs()), s.howMany(isDuplicate); jobs != 1 || told != 2 {
		t.Errorf("there are %d jobs, and %d files were answered as duplicates", jobs, told)
	}
}

func TestAnotherFileWithTheSameOrderNumberIsASuspectedDuplicate(t *testing.T) {
	s := newStage(t)
	s.open()
	s.drop(rita, "order.txt", "Example Inc.: 30 GB")
	s.asked()
	s.drop(rita, "order-2.txt", "Example Inc.: 45 GB")
	second := s.the("summary", "*Is this another order?* Job 1 has the same order number, SO-Example Inc.")
	if _, ok := second.button("approve"); ok {
		t.Error("an order that may be the same as another one can be approved")
	}
	s.press(otto, second, "another")
	s.ephemeral(otto, "Only approvers may decide this")
	s.press(rita, second, "another")
	s.the("card", "<@"+ritaID+"> said that this is another order than job 1")
	s.press(amir, s.the("summary", "Approve 3 add-ons"), "approve")
	s.the("result", "Job 2")
	if got := s.job("1").State(); got != provision.Pending {
		t.Errorf("the first job is %s", got)
	}
	s.drop(rita, "order-3.txt", "Third Ltd: 10 GB")
	third := s.the("summary", "Third Ltd", "Approve 1 add-on")
	s.fill(rita, third, "edit", map[string]any{"order_number": "so-example inc."})
	s.the("summary", "Third Ltd", "Job 1 has the same order number")

}

func TestTheShortcutProvisionsAMessagesFiles(t *testing.T) {
	s := newStage(t)
	s.config = func(c *bot.Config) { c.Requesters = []string{ritaID, amirID} }
	s.open()
	t.Run("from elsewhere, with a thread of its own", func(t *testing.T) {
		ts := s.dropIn("general", otto, "a.txt", "Alpha Ltd: 20 GB", "b.txt", "Beta Ltd: 45 GB", "c.png", "a picture")
		s.shortcut(rita, "general", ts)
		answer := s.ephemeralIn("general", rita, "a.txt is job 1 in <#C0ORDERS>")
		if !strings.Contains(answer.Text, "b.txt is job 2") || !strings.Contains(answer.Text, "No job was made of c.png") {
			t.Errorf("the answer is %q", answer.Text)
		}
		summary := s.the("summary", "Alpha Ltd", "Approve 1 add-on")
		if summary.Thread != "" || s.job("1").Requester != ritaID {
			t.Errorf("the summary is in thread %q, for %s", summary.Thread, s.job("1").Requester)
		}
		s.press(amir, summary, "approve")
		if result := s.the("result", "Alpha Ltd"); result.Thread != summary.TS {
			t.Errorf("the result is in thread %q, not under the summary %q", result.Thread, summary.TS)
		}
		s.shortcut(amir, "general", ts)
		s.ephemeralIn("general", amir, "a.txt is job 1")
		if n := len(s.jobs()); n != 2 {
			t.Errorf("there are %d jobs", n)
		}
		if n := s.howMany(isUnreadable); n != 1 {
			t.Errorf("the picture was answered %d times", n)
		}
	})
	t.Run("of a message without any", func(t *testing.T) {
		said := s.the("result", "Alpha Ltd")
		s.shortcut(rita, "orders", said.TS)
		s.ephemeral(rita, "There is no file at that message")
	})
	t.Run("for those who may bring orders", func(t *testing.T) {
		ts := s.dropIn("general", otto, "d.txt", "Delta Ltd: 20 GB")
		s.shortcut(otto, "general", ts)
		s.ephemeralIn("general", otto, "Only requesters may bring orders")
	})
	t.Run("where the bot may look", func(t *testing.T) {
		ts := s.dropIn("newcomers", rita, "e.txt", "Echo Ltd: 20 GB")
		s.shortcut(rita, "newcomers", ts)
		s.eventually("an answer", func() bool {
			return slices.ContainsFunc(s.seesIn("newcomers", rita), func(m message) bool {
				return m.Ephemeral && strings.Contains(m.Text, "e.txt: Slack does not show mozybot this file")
			})
		})
	})
}

func TestASummaryThatStartsItsThreadIsFoundAfterAKill(t *testing.T) {
	s := newStage(t)
	buried := s.killed(&killable{Store: s.store, hits: func(j provision.Job) bool { return j.Messages["summary"].TS != "" }})
	ts := s.dropIn("general", rita, "order.txt", "Example Inc.: 30 GB")
	s.shortcut(rita, "general", ts)
	buried()
	orphan := s.asked()
	s.open()
	s.eventually("the message to be remembered", func() bool { return s.job("1").Messages["summary"].TS == orphan.TS })
	s.press(amir, orphan, "approve")
	s.the("result")
	if n := s.count("card"); n != 1 {
		t.Errorf("there are %d summaries", n)
	}
}
