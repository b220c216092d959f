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
	o := newOffice(t)
	o.open()
	dropped := o.drop(rita, "order.txt", "Example Inc.: 30 GB")

	summary := o.asked()
	if summary.Thread != dropped {
		t.Errorf("the summary is in thread %q, not under the file %q", summary.Thread, dropped)
	}
	for _, words := range []string{"Example Inc.", "mguy@example.com", "30 GB", "866", "buy 2, return 1", "867", "10 GB less", "$25.90", "$12.95"} {
		if !strings.Contains(summary.says(), words) {
			t.Errorf("the summary does not say %q:\n%s", words, summary.says())
		}
	}
	quote, _ := summary.Metadata.Payload["quote"].(map[string]any)
	order, _ := summary.Metadata.Payload["order"].(map[string]any)
	if quote["add_ons_after"] != 867.0 || order["storage_gb"] != 30.0 {
		t.Errorf("the summary's metadata are %v", summary.Metadata.Payload)
	}

	o.press(rita, summary, "approve")
	o.whispered(rita, "somebody else has to approve it")
	if s := o.job("1").State(); s != provision.Pending {
		t.Fatalf("the requester's own click made the job %s", s)
	}
	for _, m := range o.sees(amir) {
		if m.Ephemeral {
			t.Errorf("the approver sees what was said to the requester: %q", m.Text)
		}
	}

	o.press(amir, summary, "approve")
	result := o.the("result")
	if result.Metadata.Payload["account_id"] != "2041" || result.Metadata.Payload["state"] != "done" || !strings.Contains(result.Text, "2041") {
		t.Errorf("the result is %q with %v", result.Text, result.Metadata.Payload)
	}
	progress := o.the("progress", "done; 10 of 10 steps are through")
	steps, _ := progress.Metadata.Payload["steps"].([]any)
	if len(steps) != 10 {
		t.Fatalf("the progress has %d steps", len(steps))
	}
	for _, s := range steps {
		if s.(map[string]any)["status"] != "done" {
			t.Errorf("a step of the finished job is %v", s)
		}
	}
	decided := o.the("summary", "Approved by <@"+amirID+">", "2041")
	if _, ok := decided.button("approve"); ok {
		t.Error("the summary still has its Approve button")
	}
	o.handled()
}

func TestAnApprovalIsForTheNumbersItWasGivenFor(t *testing.T) {
	o := newOffice(t)
	o.open()
	o.drop(rita, "order.txt", "Example Inc.: 30 GB")
	before := o.asked()

	o.console.becomes(func(provision.Look) (provision.Reading, error) {
		r := books()
		r.AddOnPrice.Cents = 1500
		return r, nil
	})
	o.press(rita, before, "requote")
	after := o.the("summary", "$30.00")

	o.press(amir, before, "approve")
	o.whispered(amir, "have changed since this button was shown")
	if s := o.job("1").State(); s != provision.Pending {
		t.Fatalf("a stale click made the job %s", s)
	}
	o.press(amir, after, "approve")
	o.the("result")
}

func TestTwoPeopleAtOneButtonHaveOneEffect(t *testing.T) {
	o := newOffice(t)
	o.config = func(c *bot.Config) { c.Approvers = []string{"S0APPROVERS", ottoID} }
	o.open()
	o.drop(rita, "order.txt", "Example Inc.: 30 GB")
	summary := o.asked()

	var together sync.WaitGroup
	for _, person := range []string{amir, otto} {
		together.Go(func() { o.press(person, summary, "approve") })
	}
	together.Wait()
	o.the("result")
	o.handled()

	answers := 0
	for _, person := range []string{amir, otto} {
		for _, m := range o.sees(person) {
			if m.Ephemeral && strings.Contains(m.Text, "so it cannot be approved now") {
				answers++
			}
		}
	}
	if answers != 1 {
		t.Errorf("%d people were told that they came too late, instead of one", answers)
	}
	if n := len(o.job("1").Approvals); n != 1 {
		t.Errorf("the job has %d approvals", n)
	}
	if n := len(o.runner.order); n != 1 {
		t.Errorf("the job was run %d times", n)
	}
}

func TestASecondClickIsAnsweredAndChangesNothing(t *testing.T) {
	o := newOffice(t)
	o.open()
	o.drop(rita, "order.txt", "Example Inc.: 30 GB")
	summary := o.asked()
	o.decline(amir, summary)
	o.the("declined", "Nothing was bought", "ordered twice")
	o.press(amir, summary, "approve")
	o.whispered(amir, "Job 1 is already declined by <@"+amirID+">")
	o.press(rita, summary, "decline")
	o.whispered(rita, "so it cannot be declined now")
	ended := o.the("summary", "Declined by <@"+amirID+">")
	if _, ok := ended.button("decline"); ok {
		t.Error("the declined summary still has buttons")
	}
	if len(o.runner.order) > 0 {
		t.Error("a declined job was run")
	}
}

func TestAnOutsidersClickIsRefusedPrivately(t *testing.T) {
	o := newOffice(t)
	o.open()
	o.drop(rita, "order.txt", "Example Inc.: 30 GB")
	summary := o.asked()
	for _, action := range []string{"approve", "decline", "requote"} {
		o.press(otto, summary, action)
	}
	o.handled()
	refused := 0
	for _, m := range o.sees(otto) {
		if m.Ephemeral && strings.Contains(m.Text, "Only approvers may decide this") && m.Thread == summary.Thread {
			refused++
		}
	}
	if refused != 3 {
		t.Errorf("the outsider was refused %d times for 3 clicks", refused)
	}
	if s := o.job("1").State(); s != provision.Pending {
		t.Errorf("an outsider made the job %s", s)
	}
}

func TestOnlyRequestersBringOrdersWhereTheyAreNamed(t *testing.T) {
	o := newOffice(t)
	o.config = func(c *bot.Config) { c.Requesters = []string{ritaID} }
	o.open()
	o.drop(otto, "order.txt", "Example Inc.: 30 GB")
	o.whispered(otto, "Only requesters may bring orders")
	o.drop(rita, "order.txt", "Example Inc.: 30 GB")
	o.asked()
	if n := len(o.jobs()); n != 1 {
		t.Errorf("there are %d jobs", n)
	}
}

func TestAnEventThatComesTwiceMakesOneJob(t *testing.T) {
	o := newOffice(t)
	o.fault("duplicate_events", true)
	o.fault("late_shares", 2)
	o.open()
	o.drop(rita, "order.txt", "Example Inc.: 30 GB")
	o.asked()
	o.drop(rita, "cat.png", "not an order")
	o.until(rita, "an answer to the picture", isUnreadable)
	o.handled()
	if n := len(o.jobs()); n != 1 {
		t.Errorf("there are %d jobs", n)
	}
	if n := o.count("summary"); n != 1 {
		t.Errorf("there are %d summaries", n)
	}
	unreadable := 0
	for _, m := range o.sees(rita) {
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

func TestEveryFileOfAMessageIsAJobOfItsOwn(t *testing.T) {
	o := newOffice(t)
	o.open()
	thread := o.drop(rita, "a.txt", "Alpha Ltd: 20 GB", "b.txt", "Beta Ltd: 45 GB", "c.png", "a picture")
	o.the("summary", "Alpha Ltd", "Approve 1 add-on")
	o.the("summary", "Beta Ltd", "Approve 3 add-ons")
	bad := o.until(rita, "an answer to the picture", isUnreadable)
	if !strings.Contains(bad.says(), "c.png") || !strings.Contains(bad.says(), "has no line that names a product") || bad.Metadata.Payload["file_id"] == "" {
		t.Errorf("the answer to the picture is %q", bad.says())
	}
	for _, m := range o.sees(rita) {
		if m.TS != thread && m.Thread != thread {
			t.Errorf("a message is outside the thread: %q", m.Text)
		}
	}
	if n := len(o.jobs()); n != 2 {
		t.Errorf("there are %d jobs", n)
	}
}

func TestAnIncompleteOrderSaysWhatIsMissing(t *testing.T) {
	o := newOffice(t)
	o.reader.read = func(context.Context, string, []byte) (provision.Order, error) {
		return provision.Order{Company: "<!channel> & Sons", Contact: "A. Sons"}, nil
	}
	o.open()
	o.drop(rita, "order.txt", "x")
	summary := o.the("summary", "*Missing:* the e-mail address and the storage in GB.")
	if !strings.Contains(summary.says(), "&lt;!channel&gt; &amp; Sons") || strings.Contains(summary.Text+summary.says(), "<!channel>") {
		t.Errorf("the company's name is not shown as text:\n%s", summary.says())
	}
	if _, ok := summary.button("approve"); ok {
		t.Error("an incomplete order can be approved")
	}
	o.decline(rita, summary)
	o.the("declined")
}

func TestAnEnormousOrderIsStillShown(t *testing.T) {
	o := newOffice(t)
	o.reader.read = func(context.Context, string, []byte) (provision.Order, error) {
		order := provision.Order{Company: strings.Repeat("<Long> & ", 28), Contact: "Mister Guy", Email: "mguy@example.com"}
		for range 100 {
			order.Items = append(order.Items, provision.Item{Quantity: 1, Description: strings.Repeat("1 GB Storage Server ", 10), GB: 1, Kind: provision.Storage})
			order.Warnings = append(order.Warnings, strings.Repeat("Please look. ", 50))
		}
		return order, nil
	}
	o.open()
	o.drop(rita, "order.txt", "x")
	summary := o.asked()
	order, _ := summary.Metadata.Payload["order"].(map[string]any)
	if order["storage_gb"] != 100.0 || order["email"] != "mguy@example.com" {
		t.Errorf("the order in the metadata is %v", order)
	}
	o.press(amir, summary, "approve")
	o.the("result")
}

func TestAConsoleOutOfReachIsReadLater(t *testing.T) {
	o := newOffice(t)
	o.console.becomes(func(provision.Look) (provision.Reading, error) {
		return provision.Reading{}, provision.Errorf(provision.Unavailable, "The console does not answer.")
	})
	leave := o.open()
	o.drop(rita, "order.txt", "Example Inc.: 30 GB")
	o.the("summary", "The console could not be read", "The console does not answer.")
	leave()
	o.open()
	o.console.becomes(nil)
	o.asked()
	if n := o.count("summary"); n != 1 {
		t.Errorf("there are %d summaries", n)
	}
}

func TestARefusedLogInWaitsForAPerson(t *testing.T) {
	o := newOffice(t)
	readings := make(chan provision.Look, 10)
	o.console.becomes(func(look provision.Look) (provision.Reading, error) {
		readings <- look
		return provision.Reading{}, provision.Errorf(provision.Denied, "The console refused the log-in.")
	})
	o.open()
	o.drop(rita, "order.txt", "Example Inc.: 30 GB")
	summary := o.the("summary", "The console refused the log-in.")
	want := provision.Look{Plan: true, Storage: true, Server: true, Group: "Example Inc.", Admin: "mguy@example.com"}
	if look := <-readings; look != want {
		t.Errorf("the console was asked for %+v", look)
	}
	if len(readings) > 0 {
		t.Error("the log-in was tried again without anybody asking")
	}
	o.console.becomes(nil)
	o.press(rita, summary, "requote")
	o.asked()
}

func TestAConflictBlocksTheApprovalUntilItIsSettled(t *testing.T) {
	o := newOffice(t)
	o.console.becomes(func(provision.Look) (provision.Reading, error) {
		r := books()
		r.Customer = &provision.Group{ID: "77", Name: "Example Inc.", Type: provision.Assigned, AssignedGB: 20}
		return r, nil
	})
	o.open()
	o.drop(rita, "order.txt", "Example Inc.: 30 GB")
	summary := o.the("summary", "cannot be approved as it stands", "Account ID 77")
	if _, ok := summary.button("approve"); ok {
		t.Error("a job with a conflict can be approved")
	}
	o.console.becomes(nil)
	o.press(amir, summary, "requote")
	o.asked()
}

func TestAChangedPurchaseIsAskedAboutAgain(t *testing.T) {
	o := newOffice(t)
	o.runner.at = map[provision.StepName]func(context.Context, provision.JobID) (provision.EntryKind, string){
		provision.StepBuy: func(ctx context.Context, id provision.JobID) (provision.EntryKind, string) {
			delete(o.runner.at, provision.StepBuy)
			_, err := o.store.Update(ctx, id, func(j *provision.Job) error {
				return j.AskAgain(books(), provision.Money{Symbol: "$", Cents: 2771}, "The console would charge $27.71.", time.Now())
			})
			if err != nil {
				t.Error(err)
			}
			return "", ""
		},
	}
	o.open()
	o.drop(rita, "order.txt", "Example Inc.: 30 GB")
	first := o.asked()
	o.press(amir, first, "approve")
	again := o.the("summary", "Asked again", "$27.71")
	o.the("note.1", "The console would charge $27.71.")
	if old, _ := first.button("approve"); old == valueOf(again, "approve") {
		t.Error("the new question has the button of the old one")
	}
	if n := len(o.job("1").Approvals); n != 0 {
		t.Errorf("%d approvals are left for the new numbers", n)
	}
	o.press(amir, again, "approve")
	o.the("result")
}

func valueOf(m message, action string) string {
	value, _ := m.button(action)
	return value
}

func TestAStuckJobHasThreeDoors(t *testing.T) {
	for _, c := range []struct {
		action string
		kind   provision.EntryKind // what the journal keeps of it
		state  provision.State
	}{
		{"retry", provision.Retried, provision.Done},
		{"by_hand", provision.ByHand, provision.Done},
		{"cancel", "", provision.Cancelled},
	} {
		t.Run(c.action, func(t *testing.T) {
			o := newOffice(t)
			o.failsAtGroup(2, "The page shows 30 GB; 31 GB were expected.")
			o.open()
			o.drop(rita, "order.txt", "Example Inc.: 30 GB")
			o.press(amir, o.asked(), "approve")
			first := o.the("stuck.1", "The page shows 30 GB; 31 GB were expected.")
			o.press(otto, first, c.action)
			o.whispered(otto, "Only approvers may decide this")

			o.press(amir, first, "retry")
			second := o.the("stuck.2")
			o.press(amir, first, c.action)
			o.whispered(amir, "about an earlier stop of job 1")
			o.press(amir, second, c.action)
			o.eventually("the end of the job", func() bool { return o.job("1").State() == c.state })
			o.the("stuck.1", "<@"+amirID+"> decided")
			o.handled()
			journal, err := o.store.Journal(t.Context(), "1")
			if err != nil {
				t.Fatal(err)
			}
			if c.kind != "" {
				if e, ok := provision.LastOf(journal, provision.StepGroup, c.kind); !ok || e.By != amirID {
					t.Errorf("the journal does not say who decided: %+v", journal)
				}
			} else {
				o.the("cancelled", "To undo it", "Buy 2 add-ons")
			}
		})
	}
}

func TestCommandsAreAnsweredPrivately(t *testing.T) {
	o := newOffice(t)
	o.open()
	o.drop(rita, "order.txt", "Example & Sons: 30 GB")
	o.asked()
	for _, c := range []struct{ typed, answer string }{
		{"", "/mozy status [job]"},
		{"help", "/mozy list"},
		{"status", "Jobs that are not over:* 1 pending"},
		{"status 1", "*Job 1*, 30 GB for Example &amp; Sons: waits for approval"},
		{"STATUS job #9", "There is no job “9”"},
		{"list stuck", "Jobs that are stuck: none."},
		{"lst", "Did you mean /mozy list?"},
		{"list pnding", "Did you mean /mozy list pending?"},
		{"<!channel>", "There is no command “&lt;!channel&gt;”"},
	} {
		o.command(rita, "orders", c.typed)
		o.whispered(rita, c.answer)
	}
	for person, answer := range map[string]string{otto: "Please ask in a channel for orders.", amir: "Example &amp; Sons"} {
		o.command(person, "general", "list")
		o.eventually("an answer elsewhere", func() bool {
			return slices.ContainsFunc(o.seesIn("general", person), func(m message) bool { return m.Ephemeral && strings.Contains(m.Text, answer) })
		})
	}
}
