package bot_test

import (
	"context"
	"strings"
	"testing"

	"mozybot/provision"
)

func (o *office) gate() provision.Gate {
	o.t.Helper()
	gate, err := o.store.Gate(o.t.Context())
	if err != nil {
		o.t.Fatal(err)
	}
	return gate
}

func TestALockIsBrokenForAReasonAndTheActInHandEndsFirst(t *testing.T) {
	o := newOffice(t)
	there, goOn := make(chan provision.JobID, 10), make(chan struct{})
	o.runner.at = map[provision.StepName]func(context.Context, provision.JobID) (provision.EntryKind, string){
		provision.StepBuy: func(_ context.Context, id provision.JobID) (provision.EntryKind, string) { // an act ends by itself
			there <- id
			<-goOn
			return provision.Achieved, "Done."
		},
	}
	o.open()
	o.drop(rita, "a.txt", "Alpha Ltd: 20 GB")
	o.press(amir, o.asked(), "approve")
	<-there
	o.drop(rita, "b.txt", "Beta Ltd: 20 GB")
	o.press(amir, o.the("summary", "Beta Ltd", "Approve 1 add-on"), "approve")
	o.the("progress", "Beta Ltd")
	o.command(otto, "orders", "lock")
	o.whispered(otto, "*Job 1* holds the console since")

	o.command(otto, "orders", "lock break I want it")
	o.whispered(otto, "Only approvers may decide this")
	o.command(amir, "orders", "lock break")
	o.whispered(amir, "needs a reason")
	if got := o.job("1").State(); got != provision.Running {
		t.Fatalf("job 1 is %s", got)
	}
	o.command(amir, "orders", "lock break the page hangs")
	o.whispered(amir, "The lock of job 1 is broken")
	o.until(otto, "the channel to be told", func(m message) bool {
		return strings.Contains(m.says(), "broke the lock of job 1 on the console: the page hangs")
	})
	o.the("stuck.1", "Alpha Ltd", "was broken: the page hangs")

	// The hand that is at the console keeps it until it is done.
	if g := o.gate(); g.Lock == nil || g.Lock.Job != "1" || len(o.runner.order) != 1 {
		t.Errorf("the lock is %+v, and the jobs %v were run", g.Lock, o.runner.order)
	}
	o.command(amir, "orders", "lock")
	o.whispered(amir, "It was stopped")
	o.command(amir, "orders", "lock break again")
	o.whispered(amir, "Job 1 is stuck, so there is nothing to stop")

	goOn <- struct{}{}
	<-there // the next job is at its purchase
	goOn <- struct{}{}
	o.the("result", "Beta Ltd")
	o.eventually("the console is free", func() bool { return o.gate().Lock == nil })
	if o.runner.most != 1 {
		t.Errorf("%d were at the console at once", o.runner.most)
	}
	journal, err := o.store.Journal(t.Context(), "1")
	if err != nil {
		t.Fatal(err)
	}
	if e, ok := provision.LastOf(journal, provision.StepBuy, provision.Broken); !ok || e.By != amirID || e.Text != "the page hangs" {
		t.Errorf("the journal has %+v", e)
	}

	o.command(amir, "orders", "retry 1")
	<-there
	goOn <- struct{}{}
	o.the("result", "Alpha Ltd")
}

func TestTheLockOfAProgramThatWasKilledIsFreed(t *testing.T) {
	o := newOffice(t)
	earlier := provision.Instance{Host: "host-1", PID: 1}
	o.drop(rita, "a.txt", "Alpha Ltd: 20 GB")
	leave := o.open()
	o.asked()
	leave()
	_, err := o.store.UpdateGate(t.Context(), func(g *provision.Gate, _ *provision.Job) ([]provision.Entry, error) {
		return nil, g.Take(earlier, "1", o.job("1").CreatedAt)
	})
	if err != nil {
		t.Fatal(err)
	}
	o.open()
	if l := o.gate().Lock; l != nil {
		t.Errorf("it is held by %+v", l)
	}
	o.press(amir, o.asked(), "approve")
	o.the("result", "Alpha Ltd")
	facts, err := o.store.Story(t.Context(), "1")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range facts {
		if f.Record.What == provision.WhatFreed {
			return
		}
	}
	t.Error("the audit does not tell of it")
}
