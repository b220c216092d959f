package bot_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"mozybot/provision"
)

// killed starts a bot whose program m will kill; buried waits for that and clears it away.
func (o *office) killed(m *mortal) (buried func()) {
	m.gone = make(chan struct{})
	b, stop, ended := o.start(m)
	select {
	case <-b.Ready():
	case <-time.After(time.Minute):
		o.t.Fatal("the bot is not ready")
	}
	return func() {
		o.t.Helper()
		o.eventually("the program to be killed", m.isDead)
		stop()
		close(m.gone)
		<-ended
	}
}

func TestAJobThatWasCreatedBeforeAKillIsShownAfterIt(t *testing.T) {
	o := newOffice(t)
	buried := o.killed(&mortal{Store: o.store, dies: func(doing string, _ provision.Job) bool { return doing == "create" }})
	o.drop(rita, "order.txt", "Example Inc.: 30 GB")
	buried()
	if n := o.count("summary"); n != 0 {
		t.Fatalf("the killed program posted %d summaries", n)
	}
	o.open()
	o.asked()
	o.handled()
	if jobs, summaries := len(o.jobs()), o.count("summary"); jobs != 1 || summaries != 1 {
		t.Errorf("there are %d jobs and %d summaries", jobs, summaries)
	}
}

func TestAMessageThatWasPostedBeforeAKillIsNotPostedAgain(t *testing.T) {
	o := newOffice(t)
	buried := o.killed(&mortal{Store: o.store, hits: func(j provision.Job) bool { return j.Messages["summary"].TS != "" }})
	o.drop(rita, "order.txt", "Example Inc.: 30 GB")
	buried()
	orphan := o.asked()
	if len(o.job("1").Messages) > 0 {
		t.Fatal("the killed program remembered its message")
	}
	o.open()
	o.eventually("the message to be remembered", func() bool { return o.job("1").Messages["summary"].TS == orphan.TS })
	o.press(amir, orphan, "approve")
	o.the("result")
	for _, key := range []string{"summary", "progress", "result"} {
		if n := o.count(key); n != 1 {
			t.Errorf("there are %d messages %q", n, key)
		}
	}
}

func TestAnApprovalThatWasSavedBeforeAKillCounts(t *testing.T) {
	o := newOffice(t)
	m := &mortal{Store: o.store, dies: func(_ string, j provision.Job) bool { return j.State() == provision.Approved }}
	buried := o.killed(m)
	o.drop(rita, "order.txt", "Example Inc.: 30 GB")
	o.press(amir, o.asked(), "approve")
	buried()
	o.open()
	o.the("result")
	o.handled()
	for _, msg := range o.sees(amir) {
		if msg.Ephemeral {
			t.Errorf("the approver was told of his own click: %q", msg.Text)
		}
	}
}

func TestWhatWasNotSaidBeforeTheEndIsSaidAfterIt(t *testing.T) {
	o := newOffice(t)
	leave := o.open()
	o.drop(rita, "order.txt", "Example Inc.: 30 GB")
	o.asked()
	leave()
	now := time.Now()
	for _, change := range []func(*provision.Job) error{
		func(j *provision.Job) error {
			return j.Approve(provision.Policy{Approvers: []provision.Person{amirID}}, amirID, j.Quoted.Digest, now)
		},
		func(j *provision.Job) error { return j.Start(now) },
		func(j *provision.Job) error { j.AccountID = "555"; return j.Finish(now) },
	} {
		if _, err := o.store.Update(t.Context(), "1", change); err != nil {
			t.Fatal(err)
		}
	}
	o.open()
	o.the("result", "555")
	o.the("summary", "555")
}

func TestAnInterruptedJobGoesFirst(t *testing.T) {
	o := newOffice(t)
	atGroup := make(chan provision.JobID, 4)
	o.runner.at = map[provision.StepName]func(context.Context, provision.JobID) (provision.EntryKind, string){
		provision.StepGroup: func(ctx context.Context, id provision.JobID) (provision.EntryKind, string) {
			atGroup <- id
			<-ctx.Done() // the first job is at its group when the program ends
			return "", ""
		},
	}
	leave := o.open()
	o.drop(rita, "a.txt", "Alpha Ltd: 20 GB")
	first := o.the("summary", "Alpha Ltd", "Approve 1 add-on")
	o.drop(rita, "b.txt", "Beta Ltd: 20 GB")
	second := o.the("summary", "Beta Ltd", "Approve 1 add-on")
	o.press(amir, second, "approve")
	o.eventually("the second order to be approved", func() bool { return o.job(provision.JobID(second.job())).State() != provision.Pending })
	if id := <-atGroup; string(id) != second.job() {
		t.Fatalf("job %s runs although %s was approved", id, second.job())
	}
	o.press(amir, first, "approve")
	o.eventually("the first order to be approved", func() bool { return o.job(provision.JobID(first.job())).State() == provision.Approved })
	leave()

	o.runner.at, o.runner.order = nil, nil
	o.open()
	o.the("result", "Alpha Ltd")
	o.the("result", "Beta Ltd")
	if got := o.runner.order; len(got) != 2 || string(got[0]) != second.job() || string(got[1]) != first.job() {
		t.Errorf("the jobs ran in the order %v", got)
	}
	if o.runner.most != 1 {
		t.Errorf("%d jobs were at the console at once", o.runner.most)
	}
}

func TestJobsRunOneByOneAndCorrespondBeside(t *testing.T) {
	o := newOffice(t)
	mail := make(chan struct{})
	o.runner.at = map[provision.StepName]func(context.Context, provision.JobID) (provision.EntryKind, string){
		provision.StepWelcomeMail: func(ctx context.Context, id provision.JobID) (provision.EntryKind, string) {
			if id == "1" {
				<-mail // a slow mail server, for the first job
			}
			return provision.Achieved, "Sent."
		},
	}
	o.open()
	for _, company := range []string{"Alpha Ltd", "Beta Ltd"} {
		o.drop(rita, "order.txt", company+": 20 GB")
		o.press(amir, o.the("summary", company, "Approve 1 add-on"), "approve")
	}
	o.the("result", "Beta Ltd") // although the first is still at its mail
	if s := o.job("1").State(); s != provision.Running {
		t.Errorf("the first job is %s", s)
	}
	close(mail)
	o.the("result", "Alpha Ltd")
	if o.runner.most != 1 {
		t.Errorf("%d jobs were at the console at once", o.runner.most)
	}
}

func TestAJobThatWaitsForTheMailServerIsTriedNowWhenSomebodyAsks(t *testing.T) {
	o := newOffice(t)
	tries := make(chan struct{}, 10)
	o.runner.at = map[provision.StepName]func(context.Context, provision.JobID) (provision.EntryKind, string){
		provision.StepWelcomeMail: func(ctx context.Context, id provision.JobID) (provision.EntryKind, string) {
			if tries <- struct{}{}; len(tries) > 2 {
				return provision.Achieved, "Sent."
			}
			return provision.Deferred, fmt.Sprintf("The mail server is away, says try %d.", len(tries))
		},
	}
	o.open()
	o.drop(rita, "order.txt", "Example Inc.: 30 GB")
	o.press(amir, o.asked(), "approve")
	card := o.the("progress", "says try 1.", "Try now")
	o.press(otto, card, "try_now")
	o.whispered(otto, "Only approvers may decide this")
	o.press(amir, card, "try_now")
	o.the("progress", "says try 2.")
	o.command(rita, "orders", "/mozy retry 1")
	o.the("result", "Example Inc.")
	if card := o.the("progress", "Sent."); strings.Contains(card.says(), "Try now") {
		t.Error("the button is still there")
	}
	o.command(amir, "orders", "/mozy retry 1")
	o.whispered(amir, "Job 1 is already done, approved by <@"+amirID+">")
}

func TestLeavingPutsTheWorkInHandDownFirst(t *testing.T) {
	o := newOffice(t)
	begun, mayEnd := make(chan struct{}), make(chan struct{})
	o.runner.at = map[provision.StepName]func(context.Context, provision.JobID) (provision.EntryKind, string){
		provision.StepCloseTask: func(context.Context, provision.JobID) (provision.EntryKind, string) {
			close(begun)
			<-mayEnd
			return provision.Achieved, "Closed."
		},
	}
	_, stop, ended := o.start(o.store)
	o.drop(rita, "order.txt", "Example Inc.: 30 GB")
	o.press(amir, o.asked(), "approve")
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
	if m := o.the("progress"); !strings.Contains(m.Text, "Example Inc.") {
		t.Errorf("the progress says %q", m.Text)
	}
}

func TestAnUnreadableFileIsAnsweredOnceAcrossAKill(t *testing.T) {
	o := newOffice(t)
	buried := o.killed(&mortal{Store: o.store, dies: func(doing string, _ provision.Job) bool { return doing == "handled" }})
	o.drop(rita, "cat.png", "not an order")
	buried()
	o.open()
	o.handled()
	answers := 0
	for _, m := range o.sees(rita) {
		if isUnreadable(m) {
			answers++
		}
	}
	if answers != 1 {
		t.Errorf("the file was answered %d times", answers)
	}
}

func TestARunnerThatCannotGoOnIsCalledAgain(t *testing.T) {
	for _, step := range []provision.StepName{provision.StepBuy, provision.StepWelcomeMail} {
		t.Run(string(step), func(t *testing.T) {
			o := newOffice(t)
			tries := 0
			o.runner.at = map[provision.StepName]func(context.Context, provision.JobID) (provision.EntryKind, string){
				step: func(context.Context, provision.JobID) (provision.EntryKind, string) {
					if tries++; tries == 1 {
						return "", "" // the store is out of order, say
					}
					return provision.Achieved, "Done."
				},
			}
			o.open()
			o.drop(rita, "order.txt", "Example Inc.: 30 GB")
			o.press(amir, o.asked(), "approve")
			o.the("result")
		})
	}
}
