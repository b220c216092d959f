package bot_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sirupsen/logrus"
	logtest "github.com/sirupsen/logrus/hooks/test"

	"mozybot/bot"
	"mozybot/provision"
)

func TestAWorkspaceWithoutTheNewerBlocksGetsPlainOnes(t *testing.T) {
	o := newOffice(t)
	o.fault("refuse_blocks", "plan,task_card,table")
	o.open()
	o.drop(rita, "order.txt", "Example Inc.: 30 GB")
	summary := o.the("summary", "Add-ons: 866 now; change: buy 2, return 1; 867 after")
	o.press(amir, summary, "approve")
	o.the("progress", "10. Close the Singularity task (done)")
	o.the("result")
}

func TestLimitsAreWaitedFor(t *testing.T) {
	o := newOffice(t)
	o.open()
	o.drop(rita, "order.txt", "Example Inc.: 30 GB")
	summary := o.asked()
	o.fault("ratelimit", "all 3")
	o.press(amir, summary, "approve") // who the approvers are is asked at this moment, and refused twice
	o.fault("ratelimit", "chat.postMessage 2")
	o.the("result")
	o.the("progress", "10 of 10 steps are through")
	for _, key := range []string{"summary", "progress", "result"} {
		if n := o.count(key); n != 1 {
			t.Errorf("there are %d messages %q", n, key)
		}
	}
}

func TestTenMinutesWithoutEditsHoldNoAnswerBack(t *testing.T) {
	o := newOffice(t)
	clock := &clock{}
	o.config = func(c *bot.Config) { c.Steady = clock.now }
	o.open()
	o.drop(rita, "order.txt", "Example Inc.: 30 GB")
	summary := o.asked()
	o.fault("ratelimit", "chat.update 5 600")
	o.press(amir, summary, "approve")
	o.the("result", "204")
	o.drop(rita, "other.txt", "Beta Ltd: 20 GB")
	o.press(amir, o.the("summary", "Beta Ltd", "Approve 1 add-on"), "approve")
	o.the("result", "Beta Ltd")
	if left := o.Fault("ratelimit"); left != "chat.update 4 600" {
		t.Errorf("Slack was asked again although it had said to wait: %q is left of 5 times", left)
	}
	clock.turn(10 * time.Minute)
	o.fault("ratelimit", "")
	o.drop(rita, "third.txt", "Gamma Ltd: 20 GB")
	o.until(amir, "the first job's card, final", func(m message) bool {
		return m.is() == "progress" && m.job() == "1" && strings.Contains(m.says(), "10 of 10 steps are through")
	})
	o.until(amir, "the first job's summary, final", func(m message) bool {
		return m.is() == "summary" && m.job() == "1" && strings.Contains(m.Text, "done")
	})
	if progress, results := o.count("progress"), o.count("result"); progress != 2 || results != 2 {
		t.Errorf("there are %d cards and %d results", progress, results)
	}
}

func TestAnAnswerThatWasLostIsNotAMessageTwice(t *testing.T) {
	o := newOffice(t)
	o.fault("http_500", "chat.postMessage 2")
	o.open()
	o.drop(rita, "order.txt", "Example Inc.: 30 GB")
	o.asked()
	if n := o.count("summary"); n != 1 {
		t.Errorf("there are %d summaries", n)
	}
}

func TestASlackThatFailsForAWhileLosesNoOrder(t *testing.T) {
	for _, method := range []string{"files.info", "usergroups.list", "conversations.list", "auth.test"} {
		t.Run(method, func(t *testing.T) {
			o := newOffice(t)
			o.config = func(c *bot.Config) { c.Requesters = []string{ritaID, "@nobody"} }
			o.fault("http_500", method+" 2")
			o.open()
			o.drop(rita, "order.txt", "Example Inc.: 30 GB")
			summary := o.asked()
			o.press(amir, summary, "approve")
			o.eventually("an answer to the click", func() bool {
				private := slices.ContainsFunc(o.sees(amir), func(m message) bool { return m.Ephemeral && strings.Contains(m.Text, "who the approvers are") })
				return private || o.count("result") == 1
			})
		})
	}
}

func TestADeletedMessageIsPostedAgain(t *testing.T) {
	o := newOffice(t)
	o.open()
	o.drop(rita, "order.txt", "Example Inc.: 30 GB")
	summary := o.asked()
	if _, _, err := o.slack("xoxb-sandbox", "").DeleteMessage("C0ORDERS", summary.TS); err != nil {
		t.Fatal(err)
	}
	if _, err := o.store.Update(t.Context(), "1", func(j *provision.Job) error {
		return j.Decline(provision.Policy{}, j.Requester, "declined", j.CreatedAt)
	}); err != nil {
		t.Fatal(err)
	}
	o.runner.changed("1")
	o.the("summary", "Declined by <@"+ritaID+">")
}

func TestAnOrderDroppedWhileNoSocketIsOpenIsTakenLater(t *testing.T) {
	o := newOffice(t)
	leave := o.open()
	leave()
	o.drop(rita, "order.txt", "Example Inc.: 30 GB")
	o.open()
	o.asked()
	o.fault("disconnect", "refresh_requested")
	o.drop(rita, "order.txt", "Beta Ltd: 20 GB")
	o.the("summary", "Beta Ltd", "Approve 1 add-on")
}

func TestALostScopeIsNoReasonToForgetAJob(t *testing.T) {
	o := newOffice(t)
	o.open()
	o.fault("missing_scope", "chat:write")
	o.drop(rita, "order.txt", "Example Inc.: 30 GB")
	o.eventually("the job", func() bool { return len(o.jobs(provision.Pending)) == 1 })
	o.fault("missing_scope", "")
	if _, err := o.store.Update(t.Context(), "1", func(j *provision.Job) error { j.Note("A sentence."); return nil }); err != nil {
		t.Fatal(err)
	}
	o.runner.changed("1")
	o.the("note.1", "A sentence.")
}

func TestAnOrderThatMayNotBeReadWaitsForItsScope(t *testing.T) {
	o := newOffice(t)
	log, told := logtest.NewNullLogger()
	o.config = func(c *bot.Config) { c.Log = log }
	o.open()
	o.fault("missing_scope", "files:read")
	o.drop(rita, "order.txt", "Example Inc.: 30 GB")
	o.eventually("the log naming the scope", func() bool {
		return slices.ContainsFunc(told.AllEntries(), func(e *logrus.Entry) bool {
			return strings.Contains(e.Message, "the app lacks the scope files:read")
		})
	})
	o.fault("missing_scope", "")
	o.the("summary", "Example Inc.")
}

func TestWhatWasMailedIntoSlackIsReadAsAnEmail(t *testing.T) {
	o := newOffice(t)
	o.open()
	o.reader.read = func(_ context.Context, name string, _ []byte) (provision.Order, error) {
		return provision.Order{}, provision.Errorf(provision.Invalid, "It was read as %s.", name)
	}
	for dropped, read := range map[string]string{"Fwd order.email": "Fwd order.email.eml", "order.eml": "order.eml", "order.pdf": "order.pdf"} {
		o.drop(rita, dropped, "x")
		o.until(rita, "the answer to "+dropped, func(m message) bool {
			return isUnreadable(m) && strings.Contains(m.says(), "It was read as "+read+".")
		})
	}
}

func TestAFileThatIsNoOrderIsAnswered(t *testing.T) {
	for _, c := range []struct {
		name, content string
		errs          []error // of one try after the other; the last stays
		says          string
		tries         int
	}{
		{"too-large.pdf", strings.Repeat("x", 20_000_001), nil, "larger than 20 MB", 0},
		{"broken.pdf", "x", []error{provision.Errorf(provision.Invalid, "The file has no text.")}, "The file has no text.", 1},
		{"late.pdf", "x", []error{context.DeadlineExceeded, provision.Errorf(provision.Invalid, "It is a picture.")}, "It is a picture.", 2},
		{"never.pdf", "x", []error{provision.Errorf(provision.Unavailable, "No reader could be started.")}, "No reader could be started.", 6},
		{"<!channel>.pdf", "x", []error{provision.Errorf(provision.Internal, "secret detail")}, "Something went wrong inside mozybot", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := newOffice(t)
			tries := 0
			o.reader.read = func(_ context.Context, name string, content []byte) (provision.Order, error) {
				err := c.errs[min(tries, len(c.errs)-1)]
				tries++
				return provision.Order{}, err
			}
			o.open()
			thread := o.drop(rita, c.name, c.content)
			answer := o.until(rita, "an answer", isUnreadable)
			if !strings.Contains(answer.says(), c.says) || answer.Thread != thread {
				t.Errorf("the answer in thread %q is %q", answer.Thread, answer.says())
			}
			if strings.Contains(answer.Text+answer.says(), "<!channel>") || strings.Contains(answer.says(), "secret") {
				t.Errorf("the answer gives away too much: %q", answer.says())
			}
			o.handled()
			if tries != c.tries {
				t.Errorf("it was read %d times, not %d", tries, c.tries)
			}
		})
	}
}
