package bot_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"mozybot/bot"
	"mozybot/provision"
)

func TestAnEditedOrderIsQuotedAndApprovedAgain(t *testing.T) {
	s := newStage(t)
	s.open()
	s.drop(rita, "order.txt", "Example Inc.: 30 GB")
	before := s.asked()
	s.press(rita, before, "edit")
	form := s.modal(rita)
	for field, value := range map[string]string{
		"company": "Example Inc.", "contact": "Mister Guy", "email": "mguy@example.com", "storage_gb": "30",
		"task": "4711", "order_number": "SO-Example Inc.", "customer_id": "C-9",
	} {
		if form.field(field)["initial_value"] != value {
			t.Errorf("the form has %s as %v", field, form.field(field))
		}
	}
	if errors := s.submit(rita, form, map[string]any{"email": "mguy at example.com", "storage_gb": "20000"}); len(errors) != 2 ||
		!strings.Contains(errors["email"], "is not an e-mail address") || !strings.Contains(errors["storage_gb"], "MAX_ORDER_GB") {
		t.Errorf("the form has the errors %v", errors)
	}
	if got := s.job("1").Order; got.StorageGB() != 30 {
		t.Errorf("a form with errors changed the order: %+v", got)
	}
	if errors := s.submit(rita, form, map[string]any{"email": "guy@example.com", "storage_gb": "45", "server_license": "yes"}); len(errors) > 0 {
		t.Fatalf("the corrected form has the errors %v", errors)
	}
	told := s.the("card", "<@"+ritaID+"> changed the order", "mguy@example.com → guy@example.com", "30 GB → 45 GB", "*Server Support:* no → yes", "don't count")
	if told.Thread != before.Thread {
		t.Errorf("the change is told in thread %q", told.Thread)
	}
	after := s.the("summary", "Approve 3 add-ons", "guy@example.com")
	if valueOf(before, "approve") == valueOf(after, "approve") {
		t.Error("the button of the old numbers approves the new ones")
	}
	s.press(amir, after, "approve")
	s.the("result")
	s.handled()
}

func TestTwoPeopleEditingDoNotOverwriteEachOther(t *testing.T) {
	s := newStage(t)
	s.open()
	s.drop(rita, "order.txt", "Example Inc.: 30 GB")
	summary := s.asked()
	s.press(rita, summary, "edit")
	s.press(amir, summary, "edit")
	ritas, amirs := s.modal(rita), s.modal(amir)
	s.submit(amir, amirs, map[string]any{"storage_gb": "45"})
	s.the("summary", "Approve 3 add-ons")
	s.submit(rita, ritas, map[string]any{"company": "Other Inc."})
	s.ephemeral(rita, "was changed by <@"+amirID+"> while your form was open")
	if got := s.job("1").Order; got.Company != "Example Inc." || got.StorageGB() != 45 {
		t.Errorf("the order is %+v", got)
	}
	s.press(amir, s.the("summary", "Approve 3 add-ons"), "approve")
	s.ephemeral(amir, "You changed this order, so somebody else has to approve it.")
}

func TestAnIncompleteOrderIsCompletedInTheForm(t *testing.T) {
	s := newStage(t)
	s.reader.read = func(context.Context, string, []byte) (provision.Order, error) {
		return provision.Order{Company: "Example Inc.", Contact: "Mister Guy", Items: []provision.Item{{Quantity: 2, Description: "Training", Kind: provision.OtherItem}}}, nil
	}
	s.open()
	s.drop(rita, "order.txt", "x")
	summary := s.the("summary", "*Missing:*")
	s.press(otto, summary, "edit")
	s.ephemeral(otto, "Only approvers may decide this")
	s.fill(rita, summary, "edit", map[string]any{"email": "mguy@example.com", "storage_gb": "30"})
	s.press(amir, s.asked(), "approve")
	s.the("result")
	if items := s.job("1").Order.Items; len(items) != 2 || items[0].Description != "Training" {
		t.Errorf("the items are %+v", items)
	}
}

func TestWhatWasNotUnderstoodChangesNothing(t *testing.T) {
	asks := func(context.Context, string, []byte) (provision.Order, error) {
		o := provision.Order{Company: "Example Inc.", Contact: "Mister Guy", Email: "mguy@example.com",
			Items: []provision.Item{{Quantity: 30, Description: "1 GB Storage Server", GB: 30, Kind: provision.Storage}}}
		o.Questions = []provision.Question{{Field: provision.FieldStorageGB, Text: "Does it change the order?", Quote: "The dog is well again.", AsRead: true}}
		return o, nil
	}
	t.Run("and then another person approves the order", func(t *testing.T) {
		s := newStage(t)
		s.reader.read = asks
		s.open()
		s.drop(rita, "order.txt", "x")
		summary := s.the("summary", "The dog is well again.", "Does any of this change the order?")
		s.press(otto, summary, "changes_nothing")
		s.ephemeral(otto, "Only approvers may decide this")
		s.press(rita, summary, "changes_nothing")
		pending := s.the("summary", "Approve 2 add-ons", "The dog is well again.")
		s.press(amir, summary, "changes_nothing") // from a screen that was not refreshed
		s.ephemeral(amir, "Nothing of that is asked any more")
		s.press(amir, pending, "approve")
		s.the("result")
		if got := s.job("1").Involved(); len(got) != 1 || got[0] != ritaID {
			t.Errorf("involved are %v", got)
		}
	})
	t.Run("but not on the word of the only one who could approve it", func(t *testing.T) {
		s := newStage(t)
		s.config = func(c *bot.Config) { c.Approvers = []string{amirID} }
		s.reader.read = asks
		s.open()
		s.drop(rita, "order.txt", "x")
		summary := s.the("summary", "Does any of this change the order?")
		s.press(amir, summary, "changes_nothing")
		s.ephemeral(amir, "no other approver is left")
		if j := s.job("1"); j.State() != provision.Incomplete {
			t.Errorf("the job is %s", j.State())
		}
	})
}

func TestAnUnreadableFileCanBeTypedIn(t *testing.T) {
	s := newStage(t)
	s.config = func(c *bot.Config) { c.Requesters = []string{ritaID} }
	s.open()
	thread := s.drop(rita, "scan.pdf", "a picture of an order")
	answer := s.until(rita, "an answer to the scan", isUnreadable)
	s.shows(thread, "question")
	s.press(otto, answer, "type_in")
	s.ephemeral(otto, "Only requesters may bring orders")
	s.fill(rita, answer, "type_in", map[string]any{
		"company": "Example Inc.", "contact": "Mister Guy", "email": "mguy@example.com", "storage_gb": "30", "task": "4711",
	})
	summary := s.asked()
	if summary.Thread != thread {
		t.Errorf("the summary is in thread %q", summary.Thread)
	}
	s.until(rita, "the end of the file", func(m message) bool {
		_, button := m.button("type_in")
		return m.TS == answer.TS && !button && strings.Contains(m.Text, "<@"+ritaID+"> typed it in: it is job 1")
	})
	s.shows(thread, "hourglass_flowing_sand")
	if d := s.job("1").Document; d.Name != "scan.pdf" || len(d.SHA256) != 64 {
		t.Errorf("the job's document is %+v", d)
	}
	s.fill(rita, answer, "type_in", map[string]any{"company": "Twice", "contact": "A", "email": "a@example.com", "storage_gb": "10"})
	s.handled()
	if n := len(s.jobs()); n != 1 {
		t.Errorf("one file became %d jobs", n)
	}
}

func TestAQuoteForAnOlderVersionDoesNotCount(t *testing.T) {
	s := newStage(t)
	s.config = func(c *bot.Config) { c.SummaryDelay = 10 * time.Millisecond }
	asked, answer := make(chan string, 10), make(chan struct{})
	s.console.becomes(func(look provision.Look) (provision.Reading, error) {
		if asked <- look.Group; look.Group == "Example Inc." {
			<-answer
		}
		return consoleReading(), nil
	})
	s.open()
	s.drop(rita, "order.txt", "Example Inc.: 30 GB")
	summary := s.the("summary", "is being read for the numbers")
	s.fill(rita, summary, "edit", map[string]any{"company": "Other Inc."})
	s.asked()
	for company := range asked {
		if company == "Other Inc." {
			break
		}
	}
	quoted := s.job("1").Quoted
	close(answer)
	s.handled()
	if now := s.job("1").Quoted; now == nil || !now.Reading.At.Equal(quoted.Reading.At) {
		t.Error("the reading for the older order replaced the newer one")
	}
}
