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
	s := newStage(t)
	s.fault("refuse_blocks", "plan,task_card,table")
	s.open()
	s.drop(rita, "order.txt", "Example Inc.: 30 GB")
	summary := s.asked()
	s.press(amir, summary, "approve")
	s.the("progress", "10. Close the Singularity task (done)")
	s.the("result")
}

func TestRateLimitsAreRespected(t *testing.T) {
	s := newStage(t)
	s.open()
	s.drop(rita, "order.txt", "Example Inc.: 30 GB")
	summary := s.asked()
	s.fault("ratelimit", "all 3")
	s.press(amir, summary, "approve") // who the approvers are is asked at this moment, and refused twice
	s.fault("ratelimit", "chat.postMessage 2")
	s.the("result")
	s.the("progress", "all 10 steps")
	for _, key := range []string{"card", "result"} {
		if n := s.count(key); n != 1 {
			t.Errorf("there are %d messages %q", n, key)
		}
	}
}

func TestTenMinutesWithoutEditsDelayNoReply(t *testing.T) {
	s := newStage(t)
	clock := &clock{}
	s.config = func(c *bot.Config) { c.Steady = clock.now }
	s.open()
	s.drop(rita, "order.txt", "Example Inc.: 30 GB")
	summary := s.asked()
	s.fault("ratelimit", "chat.update 5 600")
	s.press(amir, summary, "approve")
	s.the("result", "204")
	s.drop(rita, "other.txt", "Beta Ltd: 20 GB")
	s.press(amir, s.the("summary", "Beta Ltd", "Approve 1 add-on"), "approve")
	s.the("result", "Beta Ltd")
	if left := s.Fault("ratelimit"); left != "chat.update 4 600" {
		t.Errorf("Slack was asked again although it had said to wait: %q is left of 5 times", left)
	}
	clock.turn(10 * time.Minute)
	s.fault("ratelimit", "")
	s.drop(rita, "third.txt", "Gamma Ltd: 20 GB")
	for _, job := range []string{"1", "2"} {
		s.until(amir, "the card of job "+job+", final", func(m message) bool {
			clock.turn(10 * time.Millisecond)      // for the limit on edits, which goes by it
			s.runner.changed(provision.JobID(job)) // the publisher's timer does not
			return m.isOf("card") && m.job() == job && strings.Contains(m.says(), "all 10 steps")
		})
	}
	s.the("card", "Gamma Ltd")
	if cards, results := s.count("card"), s.count("result"); cards != 3 || results != 2 {
		t.Errorf("there are %d cards and %d results", cards, results)
	}
}

func TestALostResponseDoesNotRepeatAMessage(t *testing.T) {
	s := newStage(t)
	s.fault("http_500", "chat.postMessage 2")
	s.open()
	s.drop(rita, "order.txt", "Example Inc.: 30 GB")
	s.asked()
	if n := s.count("summary"); n != 1 {
		t.Errorf("there are %d summaries", n)
	}
}

func TestASlackThatFailsForAWhileLosesNoOrder(t *testing.T) {
	for _, method := range []string{"files.info", "usergroups.list", "conversations.list", "auth.test"} {
		t.Run(method, func(t *testing.T) {
			s := newStage(t)
			s.config = func(c *bot.Config) { c.Requesters = []string{ritaID, "@nobody"} }
			s.fault("http_500", method+" 2")
			s.open()
			s.drop(rita, "order.txt", "Example Inc.: 30 GB")
			summary := s.asked()
			s.press(amir, summary, "approve")
			s.eventually("an answer to the click", func() bool {
				private := slices.ContainsFunc(s.sees(amir), func(m message) bool { return m.Ephemeral && strings.Contains(m.Text, "who the approvers are") })
				return private || s.count("result") == 1
			})
		})
	}
}

func TestADeletedMessageIsReposted(t *testing.T) {
	s := newStage(t)
	s.open()
	s.drop(rita, "order.txt", "Example Inc.: 30 GB")
	summary := s.asked()
	if _, _, err := s.slack("xoxb-sandbox", "").DeleteMessage("C0ORDERS", summary.TS); err != nil {
		t.Fatal(err)
	}
	if _, err := s.store.Update(t.Context(), "1", func(j *provision.Job) error {
		return provision.Policy{}.By(j.Requester, j.CreatedAt).Decline(j, "declined")
	}); err != nil {
		t.Fatal(err)
	}
	s.runner.changed("1")
	s.the("summary", "Declined by <@"+ritaID+">")
}

func TestAnOrderDroppedWhileDisconnectedIsTakenLater(t *testing.T) {
	s := newStage(t)
	leave := s.open()
	leave()
	s.drop(rita, "order.txt", "Example Inc.: 30 GB")
	s.open()
	s.asked()
	s.fault("disconnect", "refresh_requested")
	s.drop(rita, "order.txt", "Beta Ltd: 20 GB")
	s.the("summary", "Beta Ltd", "Approve 1 add-on")
}

func TestALostScopeDoesNotLoseAJob(t *testing.T) {
	s := newStage(t)
	s.open()
	s.fault("missing_scope", "chat:write")
	s.drop(rita, "order.txt", "Example Inc.: 30 GB")
	s.eventually("the job", func() bool { return len(s.jobs(provision.Pending)) == 1 })
	s.fault("missing_scope", "")
	if _, err := s.store.Update(t.Context(), "1", func(j *provision.Job) error { j.Notes = append(j.Notes, "A sentence."); return nil }); err != nil {
		t.Fatal(err)
	}
	s.runner.changed("1")
	s.the("note.1", "A sentence.")
}

func TestAnOrderThatMayNotBeReadWaitsForItsScope(t *testing.T) {
	s := newStage(t)
	log, told := logtest.NewNullLogger()
	s.config = func(c *bot.Config) { c.Log = log }
	s.open()
	s.fault("missing_scope", "files:read")
	s.drop(rita, "order.txt", "Example Inc.: 30 GB")
	s.eventually("the log naming the scope", func() bool {
		return slices.ContainsFunc(told.AllEntries(), func(e *logrus.Entry) bool {
			return strings.Contains(e.Message, "the app lacks the scope files:read")
		})
	})
	s.fault("missing_scope", "")
	s.the("summary", "Example Inc.")
}

func TestFilesMailedToSlackAreReadAsEmail(t *testing.T) {
	s := newStage(t)
	s.open()
	s.reader.read = func(_ context.Context, name string, _ []byte) (provision.Order, error) {
		return provision.Order{}, provision.Errorf(provision.Invalid, "It was read as %s.", name)
	}
	for dropped, read := range map[string]string{"Fwd order.email": "Fwd order.email.eml", "order.eml": "order.eml", "order.pdf": "order.pdf"} {
		s.drop(rita, dropped, "x")
		s.until(rita, "the answer to "+dropped, func(m message) bool {
			return isUnreadable(m) && strings.Contains(m.says(), "It was read as "+read+".")
		})
	}
}

func TestAFileThatIsNotAnOrderGetsAReply(t *testing.T) {
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
			s := newStage(t)
			tries := 0
			s.reader.read = func(_ context.Context, name string, content []byte) (provision.Order, error) {
				err := c.errs[min(tries, len(c.errs)-1)]
				tries++
				return provision.Order{}, err
			}
			s.open()
			thread := s.drop(rita, c.name, c.content)
			answer := s.until(rita, "an answer", isUnreadable)
			if !strings.Contains(answer.says(), c.says) || answer.Thread != thread {
				t.Errorf("the answer in thread %q is %q", answer.Thread, answer.says())
			}
			if strings.Contains(answer.Text+answer.says(), "<!channel>") || strings.Contains(answer.says(), "secret") {
				t.Errorf("the answer gives away too much: %q", answer.says())
			}
			s.handled()
			if tries != c.tries {
				t.Errorf("it was read %d times, not %d", tries, c.tries)
			}
		})
	}
}
