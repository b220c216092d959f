package bot_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"mozybot/bot"
	"mozybot/provision"
)

// from is a mail with an order, vouched for by the receiving server or not.
func from(sender string, vouched bool) provision.Mail {
	m := aMail("from-"+sender, "order.txt", "Example Inc.: 30 GB")
	m.From, m.Sender, m.Vouched = sender, sender, vouched
	return m
}

func TestAnApproverDoesNotApproveTheirOwnMail(t *testing.T) {
	for _, c := range []struct {
		name   string
		needed int
	}{{"one approval", 1}, {"two approvals", 2}} {
		t.Run(c.name, func(t *testing.T) {
			s := newStage(t)
			s.config = func(b *bot.Config) { b.Needed, b.Approvers = c.needed, []string{amirID, ritaID, ottoID} }
			if !s.take(s.work(s.store), from("amir@example.com", true)) {
				t.Fatal("the order was not found")
			}
			summary := s.asked()
			if got := s.job("1"); got.Requester != amirID {
				t.Errorf("the order is from %s", got.Requester)
			}
			if !strings.Contains(summary.says(), "<@"+amirID+"> may not approve their own order") {
				t.Errorf("the summary says\n%s", summary.says())
			}
			for i, approver := range []string{rita, otto}[:c.needed] {
				s.press(amir, summary, "approve")
				s.eventually("they are told each time", func() bool { return s.toldOwn(amir) > i })
				if got := s.job("1"); len(got.Approvals) != i || got.State() != provision.Pending {
					t.Errorf("%d approvals, %s", len(got.Approvals), got.State())
				}
				s.press(approver, summary, "approve")
				s.eventually("it counts", func() bool { return len(s.job("1").Approvals) > i })
			}
			s.the("result")
		})
	}
}

// toldOwn is how often a person was told that an order is their own.
func (s *stage) toldOwn(person string) (n int) {
	for _, m := range s.sees(person) {
		if m.Ephemeral && strings.Contains(m.Text, "You sent this order, so somebody else has to approve it.") {
			n++
		}
	}
	return n
}

func TestWhoBroughtAMailedOrder(t *testing.T) {
	for _, c := range []struct {
		name  string
		mail  provision.Mail
		fault string // what the token lacks
		want  provision.Person
	}{
		{"a person of the workspace", from("rita@example.com", true), "", ritaID},
		{"a person whose mail may be forged", from("amir@example.com", false), "", provision.Mailbox},
		{"nobody in the workspace", from("orders@shop.example", true), "", provision.Mailbox},
		{"the bot itself", from("mozy@example.com", true), "", provision.Mailbox},
		{"no clear sender", from("", true), "", provision.Mailbox},
		{"a person, with an app of before the scope", from("amir@example.com", true), "users:read.email", provision.Mailbox},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStage(t)
			if c.fault != "" {
				s.fault("missing_scope", c.fault)
			}
			if !s.take(s.work(s.store), c.mail) {
				t.Fatal("the order was not found")
			}
			s.asked()
			if got := s.job("1").Requester; got != c.want {
				t.Errorf("brought by %q, want %q", got, c.want)
			}
		})
	}
}

// While Slack does not say whose an address is, an order is nobody's: taken for the mailbox's, its sender could approve it.
func TestAMailWaitsUntilSlackSaysWhoseItIs(t *testing.T) {
	for name, fault := range map[string]string{"ratelimit": "users.lookupByEmail", "http_500": "users.lookupByEmail"} {
		t.Run(name, func(t *testing.T) {
			s := newStage(t)
			b := s.work(s.store)
			<-b.Ready()
			s.fault(name, fault)
			before := len(s.sees(amir))
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			if order, err := b.TakeMail(ctx, from("amir@example.com", true)); err == nil || ctx.Err() != nil {
				t.Fatalf("an order: %t, %v", order, err)
			}
			if len(s.jobs()) != 0 || len(s.sees(amir)) != before {
				t.Errorf("%d jobs, %d messages", len(s.jobs()), len(s.sees(amir))-before)
			}
			s.fault(name, "")
			if !s.take(b, from("amir@example.com", true)) || s.job("1").Requester != amirID {
				t.Errorf("afterwards the jobs are %+v", s.jobs())
			}
		})
	}
}

func TestWhoHasAnAddressIsAskedOnceForManyMails(t *testing.T) {
	s := newStage(t)
	clock := &clock{}
	s.config = func(c *bot.Config) { c.Steady = clock.now }
	b := s.work(s.store)
	if !s.take(b, from("rita@example.com", true)) {
		t.Fatal("the order was not found")
	}
	s.fault("http_500", "users.lookupByEmail 1")
	again := from("rita@example.com", true)
	again.ID, again.Files[0].Content = "another", []byte("Beta Ltd: 20 GB")
	if !s.take(b, again) || s.Fault("http_500") != "users.lookupByEmail 1" {
		t.Error("Slack was asked again")
	}
	clock.turn(time.Minute)
	again.ID, again.Files[0].Content = "a third", []byte("Gamma Ltd: 20 GB")
	if !s.take(b, again) || s.Fault("http_500") != "" {
		t.Error("what Slack said is still remembered after a minute")
	}
	for _, j := range s.jobs() {
		if j.Requester != ritaID {
			t.Errorf("job %s is from %s", j.ID, j.Requester)
		}
	}
}

func TestMailsOfStrangersAreLeftToPeople(t *testing.T) {
	for _, c := range []struct {
		name string
		mail provision.Mail
		told string // "" when it is an order
	}{
		{"a stranger", from("eve@evil.example", true), "Orders aren't taken from that address."},
		{"somebody who may be forged", from("amir@example.com", false), "The mail server couldn't confirm the sender"},
		{"nobody to be made out", from("", false), "Orders aren't taken from that address."},
		{"somebody on the list", from("amir@example.com", true), ""},
		{"somebody of a domain on the list", from("orders@shop.example", true), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := newStage(t)
			s.config = func(b *bot.Config) { b.Senders = provision.Senders{"amir@example.com", "shop.example"} }
			read := 0
			s.reader.read = func(ctx context.Context, name string, content []byte) (provision.Order, error) {
				read++
				return (&reader{}).Read(ctx, name, content)
			}
			b := s.work(s.store)
			for range 2 { // delivered twice
				if got := s.take(b, c.mail); got != (c.told == "") {
					t.Fatalf("an order: %t", got)
				}
			}
			if c.told == "" {
				s.asked()
				return
			}
			if n, _ := s.posted(c.told); n != 1 || read != 0 || len(s.jobs()) != 0 {
				t.Errorf("told %d times, read %d times, %d jobs", n, read, len(s.jobs()))
			}
		})
	}
}
