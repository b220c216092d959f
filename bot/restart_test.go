package bot_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"mozybot/provision"
)

// killed starts a bot whose process m kills; buried waits for that and cleans up.
func (s *stage) killed(m *killable) (buried func()) {
	m.gone = make(chan struct{})
	b, stop, ended := s.start(m)
	select {
	case <-b.Ready():
	case <-time.After(time.Minute):
		s.t.Fatal("the bot is not ready")
	}
	return func() {
		s.t.Helper()
		s.eventually("the program to be killed", m.isDead)
		stop()
		close(m.gone)
		<-ended
	}
}

func TestAJobCreatedBeforeAKillIsShownAfterwards(t *testing.T) {
	s := newStage(t)
	buried := s.killed(&killable{Store: s.store, dies: func(doing string, _ provision.Job) bool { return doing == "create" }})
	s.drop(rita, "order.txt", "Example Inc.: 30 GB")
	buried()
	if n := s.count("summary"); n != 0 {
		t.Fatalf("the killed program posted %d summaries", n)
	}
	s.open()
	s.asked()
	s.handled()
	if jobs, summaries := len(s.jobs()), s.count("summary"); jobs != 1 || summaries != 1 {
		t.Errorf("there are %d jobs and %d summaries", jobs, summaries)
	}
}

func TestAMessagePostedBeforeAKillIsNotPostedAgain(t *testing.T) {
	s := newStage(t)
	buried := s.killed(&killable{Store: s.store, hits: func(j provision.Job) bool { return j.Messages["summary"].TS != "" }})
	s.drop(rita, "order.txt", "Example Inc.: 30 GB")
	buried()
	orphan := s.asked()
	if len(s.job("1").Messages) > 0 {
		t.Fatal("the killed program remembered its message")
	}
	s.open()
	s.eventually("the message to be remembered", func() bool { return s.job("1").Messages["summary"].TS == orphan.TS })
	s.press(amir, orphan, "approve")
	s.the("result")
	for _, key := range []string{"card", "result"} {
		if n := s.count(key); n != 1 {
			t.Errorf("there are %d messages %q", n, key)
		}
	}
}

func TestAnApprovalSavedBeforeAKillCounts(t *testing.T) {
	s := newStage(t)
	m := &killable{Store: s.store, dies: func(_ string, j provision.Job) bool { return j.State() == provision.Approved }}
	buried := s.killed(m)
	s.drop(rita, "order.txt", "Example Inc.: 30 GB")
	s.press(amir, s.asked(), "approve")
	buried()
	s.open()
	s.the("result")
	s.handled()
	for _, msg := range s.sees(amir) {
		if msg.Ephemeral {
			t.Errorf("the approver was told of their own click: %q", msg.Text)
		}
	}
}

func TestUnsentMessagesAreSentAfterARestart(t *testing.T) {
	s := newStage(t)
	leave := s.open()
	s.drop(rita, "order.txt", "Example Inc.: 30 GB")
	s.asked()
	leave()
	now := time.Now()
	for _, change := range []func(*provision.Job) error{
		func(j *provision.Job) error {
			return provision.Policy{Approvers: []provision.Person{amirID}}.By(amirID, now).Approve(j, j.Quoted.Digest)
		},
		func(j *provision.Job) error { return j.Start(now) },
		func(j *provision.Job) error { j.AccountID = "555"; return j.Finish(now) },
	} {
		if _, err := s.store.Update(t.Context(), "1", change); err != nil {
			t.Fatal(err)
		}
	}
	s.open()
	s.the("result", "555")
	s.the("card", "555")
}

func TestAnInterruptedJobGoesFirst(t *testing.T) {
	s := newStage(t)
	atGroup := make(chan provision.JobID, 4)
	s.runner.at = map[provision.StepName]func(context.Context, provision.JobID) (provision.EntryKind, string){
		provision.StepGroup: func(ctx context.Context, id provision.JobID) (provision.EntryKind, string) {
			atGroup <- id
			<-ctx.Done() // the first job is at its group when the program ends
			return "", ""
		},
	}
	leave := s.open()
	s.drop(rita, "a.txt", "Alpha Ltd: 20 GB")
	first := s.the("summary", "Alpha Ltd", "Approve 1 add-on")
	s.drop(rita, "b.txt", "Beta Ltd: 20 GB")
	second := s.the("summary", "Beta Ltd", "Approve 1 add-on")
	s.press(amir, second, "approve")
	s.eventually("the second order to be approved", func() bool { return s.job(provision.JobID(second.job())).State() != provision.Pending })
	if id := <-atGroup; string(id) != second.job() {
		t.Fatalf("job %s runs although %s was approved", id, second.job())
	}
	s.press(amir, first, "approve")
	s.eventually("the first order to be approved", func() bool { return s.job(provision.JobID(first.job())).State() == provision.Approved })
	leave()

	s.runner.at, s.runner.order = nil, nil
	s.open()
	s.the("result", "Alpha Ltd")
	s.the("result", "Beta Ltd")
	if got := s.runner.order; len(got) != 2 || string(got[0]) != second.job() || string(got[1]) != first.job() {
		t.Errorf("the jobs ran in the order %v", got)
	}
	if s.runner.most != 1 {
		t.Errorf("%d jobs were at the console at once", s.runner.most)
	}
}

func TestJobsUseTheConsoleOneByOneAndCorrespondConcurrently(t *testing.T) {
	s := newStage(t)
	mail := make(chan struct{})
	s.runner.at = map[provision.StepName]func(context.Context, provision.JobID) (provision.EntryKind, string){
		provision.StepWelcomeMail: func(ctx context.Context, id provision.JobID) (provision.EntryKind, string) {
			if id == "1" {
				<-mail // the first job's mail server is slow
			}
			return provision.Achieved, "Sent."
		},
	}
	s.open()
	for _, company := range []string{"Alpha Ltd", "Beta Ltd"} {
		s.drop(rita, "order.txt", company+": 20 GB")
		s.press(amir, s.the("summary", company, "Approve 1 add-on"), "approve")
	}
	s.the("result", "Beta Ltd") // although the first is still at its mail
	if got := s.job("1").State(); got != provision.Running {
		t.Errorf("the first job is %s", got)
	}
	close(mail)
	s.the("result", "Alpha Ltd")
	if s.runner.most != 1 {
		t.Errorf("%d jobs were at the console at once", s.runner.most)
	}
}

func TestAJobWaitingForTheMailServerCanBeRetriedNow(t *testing.T) {
	s := newStage(t)
	tries := make(chan struct{}, 10)
	s.runner.at = map[provision.StepName]func(context.Context, provision.JobID) (provision.EntryKind, string){
		provision.StepWelcomeMail: func(ctx context.Context, id provision.JobID) (provision.EntryKind, string) {
			if tries <- struct{}{}; len(tries) > 2 {
				return provision.Achieved, "Sent."
			}
			return provision.Deferred, fmt.Sprintf("The mail server is away, says try %d.", len(tries))
		},
	}
	s.open()
	s.drop(rita, "order.txt", "Example Inc.: 30 GB")
	s.press(amir, s.asked(), "approve")
	card := s.the("progress", "says try 1.", "Try now")
	s.press(otto, card, "try_now")
	s.ephemeral(otto, "Only approvers may decide this")
	s.press(amir, card, "try_now")
	s.the("progress", "says try 2.")
	s.command(rita, "orders", "/mozy retry 1")
	s.the("result", "Example Inc.")
	if card := s.the("progress", "Sent."); strings.Contains(card.says(), "Try now") {
		t.Error("the button is still there")
	}
	s.command(amir, "orders", "/mozy retry 1")
	s.ephemeral(amir, "Job 1 isn't stuck: it is already done, approved by <@"+amirID+">")
}

func TestShutdownFinishesTheCurrentWork(t *testing.T) {
	s := newStage(t)
	begun, mayEnd := make(chan struct{}), make(chan struct{})
	s.runner.at = map[provision.StepName]func(context.Context, provision.JobID) (provision.EntryKind, string){
		provision.StepCloseTask: func(context.Context, provision.JobID) (provision.EntryKind, string) {
			close(begun)
			<-mayEnd
			return provision.Achieved, "Closed."
		},
	}
	_, stop, ended := s.start(s.store)
	s.drop(rita, "order.txt", "Example Inc.: 30 GB")
	s.press(amir, s.asked(), "approve")
	<-begun
	stop()
	select {
	case err := <-ended:
		t.Fatalf("the bot left (%v) while a step was in hand", err)
	default:
	}
	close(mayEnd)
	if err := <-ended; err != nil {
		t.Errorf("the bot ended with: %v", err)
	}
	if m := s.the("progress"); !strings.Contains(m.Text, "Example Inc.") {
		t.Errorf("the progress says %q", m.Text)
	}
}

// A running job's card is edited every few seconds, and Slack may ask for more patience. Neither keeps the card from saying at
// the end how the job stands.
func TestShutdownLeavesTheCardAsTheJobStands(t *testing.T) {
	for what, answer := range map[string]oddity{"just edited": nil, "too many edits": limited("1")} {
		t.Run(what, func(t *testing.T) {
			s := newStage(t)
			mayBuy, bought := make(chan struct{}), make(chan struct{})
			s.runner.at = map[provision.StepName]func(context.Context, provision.JobID) (provision.EntryKind, string){
				provision.StepBuy: func(context.Context, provision.JobID) (provision.EntryKind, string) {
					<-mayBuy
					return provision.Achieved, "Bought two."
				},
				provision.StepGroup: func(ctx context.Context, _ provision.JobID) (provision.EntryKind, string) {
					close(bought)
					<-ctx.Done()
					return "", ""
				},
			}
			_, stop, ended := s.start(s.store)
			s.drop(rita, "order.txt", "Example Inc.: 30 GB")
			s.press(amir, s.asked(), "approve")
			s.the("progress", "Example Inc.")
			s.odd("chat.update", answer, 1)
			close(mayBuy)
			<-bought
			stop()
			if err := <-ended; err != nil {
				t.Errorf("the bot ended with: %v", err)
			}
			s.the("progress", "Bought two.")
		})
	}
}

func TestAnUnreadableFileGetsOneReplyAcrossAKill(t *testing.T) {
	s := newStage(t)
	buried := s.killed(&killable{Store: s.store, dies: func(doing string, _ provision.Job) bool { return doing == "handled" }})
	s.drop(rita, "cat.png", "not an order")
	buried()
	s.open()
	s.handled()
	answers := 0
	for _, m := range s.sees(rita) {
		if isUnreadable(m) {
			answers++
		}
	}
	if answers != 1 {
		t.Errorf("the file was answered %d times", answers)
	}
}

func TestAFailedRunnerIsCalledAgain(t *testing.T) {
	for _, step := range []provision.StepName{provision.StepBuy, provision.StepWelcomeMail} {
		t.Run(string(step), func(t *testing.T) {
			s := newStage(t)
			tries := 0
			s.runner.at = map[provision.StepName]func(context.Context, provision.JobID) (provision.EntryKind, string){
				step: func(context.Context, provision.JobID) (provision.EntryKind, string) {
					if tries++; tries == 1 {
						return "", "" // the store is out of order, say
					}
					return provision.Achieved, "Done."
				},
			}
			s.open()
			s.drop(rita, "order.txt", "Example Inc.: 30 GB")
			s.press(amir, s.asked(), "approve")
			s.the("result")
		})
	}
}
