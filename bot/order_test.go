package bot_test

import (
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"mozybot/bot"
	"mozybot/provision"
)

func TestAnOrderGoesFromTheFileToItsAccountID(t *testing.T) {
	s := newStage(t)
	s.open()
	dropped := s.drop(rita, "order.txt", "Example Inc.: 30 GB")

	summary := s.asked()
	if summary.Thread != dropped {
		t.Errorf("the summary is in thread %q, not under the file %q", summary.Thread, dropped)
	}
	for _, words := range []string{"Example Inc.", "mguy@example.com", "30 GB", "866", "buy 2, return 1", "867", "$25.90", "$12.95"} {
		if !strings.Contains(summary.says(), words) {
			t.Errorf("the summary does not say %q:\n%s", words, summary.says())
		}
	}
	quote, _ := summary.Metadata.Payload["quote"].(map[string]any)
	order, _ := summary.Metadata.Payload["order"].(map[string]any)
	if quote["add_ons_after"] != 867.0 || order["storage_gb"] != 30.0 {
		t.Errorf("the summary's metadata are %v", summary.Metadata.Payload)
	}

	s.press(rita, summary, "approve")
	s.ephemeral(rita, "somebody else has to approve it")
	if got := s.job("1").State(); got != provision.Pending {
		t.Fatalf("the requester's own click made the job %s", got)
	}
	for _, m := range s.sees(amir) {
		if m.Ephemeral {
			t.Errorf("the approver sees what was said to the requester: %q", m.Text)
		}
	}

	s.press(amir, summary, "approve")
	result := s.the("result")
	if result.Metadata.Payload["account_id"] != "2041" || result.Metadata.Payload["state"] != "done" || !strings.Contains(result.Text, "2041") {
		t.Errorf("the result is %q with %v", result.Text, result.Metadata.Payload)
	}
	progress := s.the("progress", "Done, all 10 steps")
	steps, _ := progress.Metadata.Payload["steps"].([]any)
	if len(steps) != 10 {
		t.Fatalf("the progress has %d steps", len(steps))
	}
	for _, s := range steps {
		if s.(map[string]any)["status"] != "done" {
			t.Errorf("a step of the finished job is %v", s)
		}
	}
	if _, ok := progress.button("approve"); ok || progress.TS != summary.TS || !strings.Contains(progress.says(), "Account ID `2041`") {
		t.Errorf("the card, now at %s and not %s, says:\n%s", progress.TS, summary.TS, progress.says())
	}
	if n := s.count("card"); n != 1 {
		t.Errorf("there are %d cards", n)
	}
	s.handled()
}

func TestAnApprovalCoversOnlyItsNumbers(t *testing.T) {
	s := newStage(t)
	s.open()
	s.drop(rita, "order.txt", "Example Inc.: 30 GB")
	before := s.asked()

	s.console.becomes(func(provision.Look) (provision.Reading, error) {
		r := consoleReading()
		r.AddOnPrice.Cents = 1500
		return r, nil
	})
	s.press(rita, before, "requote")
	after := s.the("summary", "$30.00")

	s.press(amir, before, "approve")
	s.ephemeral(amir, "have changed since this button was shown")
	if got := s.job("1").State(); got != provision.Pending {
		t.Fatalf("a stale click made the job %s", got)
	}
	s.press(amir, after, "approve")
	s.the("result")
}

func TestTwoClicksOnOneButtonHaveOneEffect(t *testing.T) {
	s := newStage(t)
	s.config = func(c *bot.Config) { c.Approvers = []string{"S0APPROVERS", ottoID} }
	s.open()
	s.drop(rita, "order.txt", "Example Inc.: 30 GB")
	summary := s.asked()

	var together sync.WaitGroup
	for _, person := range []string{amir, otto} {
		together.Go(func() { s.press(person, summary, "approve") })
	}
	together.Wait()
	s.the("result")
	s.handled()

	answers := 0
	for _, person := range []string{amir, otto} {
		for _, m := range s.sees(person) {
			if m.Ephemeral && strings.Contains(m.Text, "so it can't be approved now") {
				answers++
			}
		}
	}
	if answers != 1 {
		t.Errorf("%d people were told that they came too late, instead of one", answers)
	}
	if n := len(s.job("1").Approvals); n != 1 {
		t.Errorf("the job has %d approvals", n)
	}
	if n := len(s.runner.order); n != 1 {
		t.Errorf("the job was run %d times", n)
	}
}

func TestASecondClickGetsAReplyAndChangesNothing(t *testing.T) {
	s := newStage(t)
	s.open()
	s.drop(rita, "order.txt", "Example Inc.: 30 GB")
	summary := s.asked()
	s.decline(amir, summary)
	s.the("declined", "<@"+ritaID+">: <@"+amirID+"> declined job 1", "Nothing was bought", "ordered twice")
	s.press(amir, summary, "approve")
	s.ephemeral(amir, "Job 1 is already declined by <@"+amirID+">")
	s.press(rita, summary, "decline")
	s.ephemeral(rita, "so it can't be declined now")
	ended := s.the("summary", "Declined by <@"+amirID+">")
	if _, ok := ended.button("decline"); ok {
		t.Error("the declined summary still has buttons")
	}
	if len(s.runner.order) > 0 {
		t.Error("a declined job was run")
	}
}

func TestAnOutsidersClickIsRefusedPrivately(t *testing.T) {
	s := newStage(t)
	s.open()
	s.drop(rita, "order.txt", "Example Inc.: 30 GB")
	summary := s.asked()
	for _, action := range []string{"approve", "decline", "requote"} {
		s.press(otto, summary, action)
	}
	s.handled()
	refused := 0
	for _, m := range s.sees(otto) {
		if m.Ephemeral && strings.Contains(m.Text, "Only approvers may decide this") && m.Thread == summary.Thread {
			refused++
		}
	}
	if refused != 3 {
		t.Errorf("the outsider was refused %d times for 3 clicks", refused)
	}
	if got := s.job("1").State(); got != provision.Pending {
		t.Errorf("an outsider made the job %s", got)
	}
}

func TestOnlyRequestersMayOrderWhenConfigured(t *testing.T) {
	s := newStage(t)
	s.config = func(c *bot.Config) { c.Requesters = []string{ritaID} }
	s.open()
	s.drop(otto, "order.txt", "Example Inc.: 30 GB")
	s.ephemeral(otto, "Only requesters may bring orders")
	s.drop(rita, "order.txt", "Example Inc.: 30 GB")
	s.asked()
	if n := len(s.jobs()); n != 1 {
		t.Errorf("there are %d jobs", n)
	}
}

func TestARepeatedEventMakesOneJob(t *testing.T) {
	s := newStage(t)
	s.fault("duplicate_events", true)
	s.fault("late_shares", 2)
	s.open()
	s.drop(rita, "order.txt", "Example Inc.: 30 GB")
	s.asked()
	s.drop(rita, "cat.png", "not an order")
	s.until(rita, "an answer to the picture", isUnreadable)
	s.handled()
	if n := len(s.jobs()); n != 1 {
		t.Errorf("there are %d jobs", n)
	}
	if n := s.count("summary"); n != 1 {
		t.Errorf("there are %d summaries", n)
	}
	unreadable := 0
	for _, m := range s.sees(rita) {
		if isUnreadable(m) {
			unreadable++
		}
	}
	if unreadable != 1 {
		t.Errorf("the picture was answered %d times", unreadable)
	}
}

func isUnreadable(m message) bool {
	return m.Metadata != nil && m.Metadata.EventType == "mozy_unreadable"
}

func TestEveryFileOfAMessageBecomesAJob(t *testing.T) {
	s := newStage(t)
	s.open()
	thread := s.drop(rita, "a.txt", "Alpha Ltd: 20 GB", "b.txt", "Beta Ltd: 45 GB", "c.png", "a picture")
	s.the("summary", "Alpha Ltd", "Approve 1 add-on")
	s.the("summary", "Beta Ltd", "Approve 3 add-ons")
	bad := s.until(rita, "an answer to the picture", isUnreadable)
	if !strings.Contains(bad.says(), "c.png") || !strings.Contains(bad.says(), "has no line that names a product") || bad.Metadata.Payload["file_id"] == "" {
		t.Errorf("the answer to the picture is %q", bad.says())
	}
	for _, m := range s.sees(rita) {
		if m.TS != thread && m.Thread != thread {
			t.Errorf("a message is outside the thread: %q", m.Text)
		}
	}
	if n := len(s.jobs()); n != 2 {
		t.Errorf("there are %d jobs", n)
	}
}

func TestAnIncompleteOrderSaysWhatIsMissing(t *testing.T) {
	s := newStage(t)
	s.reader.read = func(context.Context, string, []byte) (provision.Order, error) {
		return provision.Order{Company: "<!channel> & Sons", Contact: "A. Sons"}, nil
	}
	s.open()
	s.drop(rita, "order.txt", "x")
	summary := s.the("summary", "*Missing:* the e-mail address and the storage in GB.")
	if !strings.Contains(summary.says(), "&lt;!channel&gt; &amp; Sons") || strings.Contains(summary.Text+summary.says(), "<!channel>") {
		t.Errorf("the company's name is not shown as text:\n%s", summary.says())
	}
	if _, ok := summary.button("approve"); ok {
		t.Error("an incomplete order can be approved")
	}
	s.decline(rita, summary)
	s.the("card", "Declined by <@"+ritaID+">")
}

func TestAHugeOrderIsStillShown(t *testing.T) {
	s := newStage(t)
	s.reader.read = func(context.Context, string, []byte) (provision.Order, error) {
		order := provision.Order{Company: strings.Repeat("<Long> & ", 28), Contact: "Mister Guy", Email: "mguy@example.com"}
		for range 100 {
			order.Items = append(order.Items, provision.Item{Quantity: 1, Description: strings.Repeat("1 GB Storage Server ", 10), GB: 1, Kind: provision.Storage})
			order.Warnings = append(order.Warnings, strings.Repeat("Please look. ", 50))
		}
		return order, nil
	}
	s.open()
	s.drop(rita, "order.txt", "x")
	summary := s.asked()
	order, _ := summary.Metadata.Payload["order"].(map[string]any)
	if order["storage_gb"] != 100.0 || order["email"] != "mguy@example.com" {
		t.Errorf("the order in the metadata is %v", order)
	}
	s.press(amir, summary, "approve")
	s.the("result")
}

func TestAnUnreachableConsoleIsReadLater(t *testing.T) {
	s := newStage(t)
	s.console.becomes(func(provision.Look) (provision.Reading, error) {
		return provision.Reading{}, provision.Errorf(provision.Unavailable, "The console does not answer.")
	})
	leave := s.open()
	s.drop(rita, "order.txt", "Example Inc.: 30 GB")
	s.the("summary", "The console could not be read", "The console does not answer.")
	leave()
	s.open()
	s.console.becomes(nil)
	s.asked()
	if n := s.count("summary"); n != 1 {
		t.Errorf("there are %d summaries", n)
	}
}

func TestARefusedLogInWaitsForAPerson(t *testing.T) {
	s := newStage(t)
	readings := make(chan provision.Look, 10)
	s.console.becomes(func(look provision.Look) (provision.Reading, error) {
		readings <- look
		return provision.Reading{}, provision.Errorf(provision.Denied, "The console refused the log-in.")
	})
	s.open()
	s.drop(rita, "order.txt", "Example Inc.: 30 GB")
	summary := s.the("summary", "The console refused the log-in.")
	want := provision.Look{Plan: true, Storage: true, Server: true, Charges: true, Group: "Example Inc.", Admin: "mguy@example.com", Job: "1"}
	if look := <-readings; look != want {
		t.Errorf("the console was asked for %+v", look)
	}
	if len(readings) > 0 {
		t.Error("the log-in was tried again without anybody asking")
	}
	s.console.becomes(nil)
	s.press(rita, summary, "requote")
	s.asked()
}

func TestAConflictBlocksTheApprovalUntilItIsResolved(t *testing.T) {
	s := newStage(t)
	s.console.becomes(func(provision.Look) (provision.Reading, error) {
		r := consoleReading()
		r.Customer = &provision.Group{ID: "77", Name: "Example Inc.", Type: provision.Assigned, AssignedGB: 20}
		return r, nil
	})
	s.open()
	s.drop(rita, "order.txt", "Example Inc.: 30 GB")
	summary := s.the("summary", "Is this more storage for Example Inc.", "Account ID 77")
	if _, ok := summary.button("approve"); ok {
		t.Error("a job with a conflict can be approved")
	}
	s.console.becomes(nil)
	s.press(amir, summary, "requote")
	s.asked()
}

func TestAChangedPurchaseNeedsANewApproval(t *testing.T) {
	s := newStage(t)
	s.runner.at = map[provision.StepName]func(context.Context, provision.JobID) (provision.EntryKind, string){
		provision.StepBuy: func(ctx context.Context, id provision.JobID) (provision.EntryKind, string) {
			delete(s.runner.at, provision.StepBuy)
			_, err := s.store.Update(ctx, id, func(j *provision.Job) error {
				return j.AskAgain(consoleReading(), provision.Money{Symbol: "$", Cents: 2771}, "The console would charge $27.71.", time.Now())
			})
			if err != nil {
				t.Error(err)
			}
			return "", ""
		},
	}
	s.open()
	s.drop(rita, "order.txt", "Example Inc.: 30 GB")
	first := s.asked()
	s.press(amir, first, "approve")
	again := s.the("summary", "Asked again", "$27.71")
	s.the("note.1", "The console would charge $27.71.")
	if old, _ := first.button("approve"); old == valueOf(again, "approve") {
		t.Error("the new question has the button of the old one")
	}
	if n := len(s.job("1").Approvals); n != 0 {
		t.Errorf("%d approvals are left for the new numbers", n)
	}
	s.press(amir, again, "approve")
	s.the("result")
}

func valueOf(m message, action string) string {
	value, _ := m.button(action)
	return value
}

func TestAStuckJobOffersThreeChoices(t *testing.T) {
	for _, c := range []struct {
		action  string
		kind    provision.EntryKind // the journal's entry
		state   provision.State
		decided string // what the message says of it
	}{
		{"retry", provision.Retried, provision.Done, "had it tried again"},
		{"by_hand", provision.ByHand, provision.Done, "did it by hand"},
		{"cancel", "", provision.Cancelled, "cancelled the job"},
	} {
		t.Run(c.action, func(t *testing.T) {
			s := newStage(t)
			s.failsAtGroup(2, "The page shows 30 GB; 31 GB were expected.")
			s.open()
			s.drop(rita, "order.txt", "Example Inc.: 30 GB")
			s.press(amir, s.asked(), "approve")
			first := s.the("stuck.1", "The page shows 30 GB; 31 GB were expected.")
			s.press(otto, first, c.action)
			s.ephemeral(otto, "Only approvers may decide this")

			s.press(amir, first, "retry")
			second := s.the("stuck.1", "<@"+amirID+"> had it tried again", "but: The page shows 30 GB")
			if second.TS != first.TS {
				t.Error("the step failed again, and another message says so")
			}
			s.press(amir, first, c.action)
			s.ephemeral(amir, "about an earlier stop of job 1")
			s.press(amir, second, c.action)
			s.eventually("the end of the job", func() bool { return s.job("1").State() == c.state })
			s.the("stuck.1", "<@"+amirID+"> "+c.decided)
			if n := s.count("stuck.2"); n > 0 {
				t.Errorf("there are %d more messages", n)
			}
			s.handled()
			journal, err := s.store.Journal(t.Context(), "1")
			if err != nil {
				t.Fatal(err)
			}
			if c.kind != "" {
				if e, ok := provision.LastOf(journal, provision.StepGroup, c.kind); !ok || e.By != amirID {
					t.Errorf("the journal does not say who decided: %+v", journal)
				}
			} else {
				s.the("card", "To undo it", "Buy 2 add-ons")
			}
		})
	}
}

func TestCommandsGetPrivateReplies(t *testing.T) {
	s := newStage(t)
	s.open()
	s.drop(rita, "order.txt", "Example & Sons: 30 GB")
	s.asked()
	for _, c := range []struct{ typed, answer string }{
		{"", "/mozy status [job]"},
		{"help", "/mozy list"},
		{"status", "Open jobs:* 1 waiting"},
		{"status 1", "*Job 1*, 30 GB for Example &amp; Sons: waits for approval"},
		{"STATUS job #9", "There is no job “9”"},
		{"list stuck", "Jobs that are stuck: none."},
		{"lst", "Did you mean /mozy list?"},
		{"list pnding", "Did you mean /mozy list pending?"},
		{"<!channel>", "There is no command “&lt;!channel&gt;”"},
	} {
		s.command(rita, "orders", c.typed)
		s.ephemeral(rita, c.answer)
	}
	for person, answer := range map[string]string{otto: "Please ask in a channel for orders.", amir: "Example &amp; Sons"} {
		s.command(person, "general", "list")
		s.eventually("an answer elsewhere", func() bool {
			return slices.ContainsFunc(s.seesIn("general", person), func(m message) bool { return m.Ephemeral && strings.Contains(m.Text, answer) })
		})
	}
}
