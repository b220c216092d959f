package bot_test

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"

	"mozybot/bot"
	"mozybot/provision"
)

// outageMessage waits for the one message about an outage that has these words.
func (s *stage) outageMessage(words string) message {
	s.t.Helper()
	return s.until(amir, "the message about the outage says "+words, func(m message) bool {
		return m.Metadata != nil && m.Metadata.EventType == "mozy_outage" && strings.Contains(m.says(), words)
	})
}

func (s *stage) card(job, what string, asks bool) message {
	s.t.Helper()
	return s.until(amir, what, func(m message) bool {
		_, has := m.button("approve")
		return m.is() == "summary" && m.job() == job && has == asks && strings.Contains(m.says(), "$")
	})
}

var refused = provision.Errorf(provision.Denied, "The console refused the log-in: “Incorrect email or password”.")

// The console refuses the log-in while an order waits: the channel, the Home tab and /mozy status say so, nothing can be
// approved, and an approver has the log-in tried again.
func TestARefusedLogInIsSeenAndTriedAgainByAnApprover(t *testing.T) {
	s := newStage(t)
	var b *bot.Bot
	var tries, lets atomic.Int32
	s.config = func(c *bot.Config) {
		c.Approvers, c.Parts = []string{amirID}, provision.Parts
		c.TryLogin = func(ctx context.Context) error {
			tries.Add(1)
			if lets.Load() == 0 {
				return refused
			}
			return b.Up(ctx, provision.PartConsole)
		}
	}
	b, stop, ended := s.start(s.store)
	<-b.Ready()
	t.Cleanup(func() { stop(); <-ended })
	s.goHome(amir)
	s.home(amir, "All is well with the console, the mail server, the task tracker and the order mailbox")
	s.drop(rita, "one.txt", "One Inc.: 30 GB")
	old := s.card("1", "the card asks", true)

	if err := b.Down(t.Context(), provision.PartConsole, refused); err != nil {
		t.Fatal(err)
	}
	told := s.outageMessage("The console doesn't let mozybot in")
	waits := s.card("1", "the card has no Approve", false)
	if !strings.Contains(waits.says(), "Nothing can be approved right now, because the console doesn't let mozybot in.") {
		t.Errorf("the card says\n%s", waits.says())
	}
	s.press(amir, old, "approve")
	s.ephemeral(amir, "Nothing can be approved right now")
	s.home(amir, "The console doesn't let mozybot in", "Waiting for you (1)")
	tab := s.home(amir, "The console doesn't let mozybot in")
	if _, has := (message{Blocks: tab.Blocks}).button("approve"); has || strings.Contains(tab.says(), "All is well") {
		t.Errorf("the Home tab says\n%s", tab.says())
	}
	s.command(amir, "orders", "status")
	s.ephemeral(amir, "The console doesn't let mozybot in")

	s.press(rita, told, "try_login") // who is no approver
	s.ephemeral(rita, "Only approvers may decide this")
	if tries.Load() != 0 {
		t.Error("anybody can have the log-in tried")
	}
	s.press(amir, told, "try_login")
	s.ephemeral(amir, "Incorrect email or password")
	lets.Store(1)
	s.press(amir, told, "try_login")
	back := s.outageMessage("The console was out from")
	if back.TS != told.TS {
		t.Error("that it is back is another message")
	}
	if tries.Load() != 2 {
		t.Errorf("tried %d times", tries.Load())
	}
	s.press(amir, s.card("1", "the card asks again", true), "approve")
	s.the("result")
	s.press(amir, told, "try_login") // as it was
	s.ephemeral(amir, "This button is of no outage that lasts")
}

// Mails and tasks wait by themselves, so an order can be approved meanwhile.
func TestWithoutAMailServerOrdersAreApproved(t *testing.T) {
	s := newStage(t)
	b := s.work(s.store)
	<-b.Ready()
	if err := b.Down(t.Context(), provision.PartMail, provision.Errorf(provision.Denied, "The mail server refused the log-in.")); err != nil {
		t.Fatal(err)
	}
	s.outageMessage("Each then stops at its welcome mail")
	s.drop(rita, "one.txt", "One Inc.: 30 GB")
	s.press(amir, s.card("1", "the card asks", true), "approve")
	s.the("result")
}

// The bot ends after the channel was told, and before that was recorded.
func TestAnOutageIsToldOnceAcrossACrash(t *testing.T) {
	s := newStage(t)
	tell := func(b *bot.Bot) {
		<-b.Ready()
		if err := b.Down(t.Context(), provision.PartConsole, refused); err != nil {
			t.Fatal(err)
		}
		s.outageMessage("The console doesn't let mozybot in")
	}
	b, stop, ended := s.start(s.store)
	tell(b)
	text, at := "", -1
	s.eventually("where people were told is recorded", func() bool {
		var err error
		if text, err = s.store.Setting(t.Context(), "outages"); err != nil {
			t.Fatal(err)
		}
		at = strings.Index(text, `,"channel"`)
		return at >= 0
	})
	stop()
	<-ended
	if err := s.store.SetSetting(t.Context(), "outages", text[:at]+"}]"); err != nil {
		t.Fatal(err)
	}
	b = s.work(s.store)
	tell(b)
	if err := b.Up(t.Context(), provision.PartConsole); err != nil {
		t.Fatal(err)
	}
	s.outageMessage("The console was out from")
	if n, _ := s.posted("The console"); n != 1 {
		t.Errorf("told %d times", n)
	}
}
