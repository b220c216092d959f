package bot_test

import (
	"context"
	"strings"
	"testing"

	"mozybot/provision"
)

func (s *stage) consoleAccess() provision.ConsoleAccess {
	s.t.Helper()
	access, err := s.store.ConsoleAccess(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	return access
}

func TestBreakingTheLockNeedsAReasonAndLetsTheActFinish(t *testing.T) {
	s := newStage(t)
	there, goOn := make(chan provision.JobID, 10), make(chan struct{})
	s.runner.at = map[provision.StepName]func(context.Context, provision.JobID) (provision.EntryKind, string){
		provision.StepBuy: func(_ context.Context, id provision.JobID) (provision.EntryKind, string) { // an act is never interrupted
			there <- id
			<-goOn
			return provision.Achieved, "Done."
		},
	}
	s.open()
	s.drop(rita, "a.txt", "Alpha Ltd: 20 GB")
	s.press(amir, s.asked(), "approve")
	<-there
	s.drop(rita, "b.txt", "Beta Ltd: 20 GB")
	s.press(amir, s.the("summary", "Beta Ltd", "Approve 1 add-on"), "approve")
	s.the("progress", "Beta Ltd")
	s.command(otto, "orders", "lock")
	s.ephemeral(otto, "*Job 1* has held the console since")

	s.command(otto, "orders", "lock break I want it")
	s.ephemeral(otto, "Only approvers may decide this")
	s.command(amir, "orders", "lock break")
	s.ephemeral(amir, "needs a reason")
	if got := s.job("1").State(); got != provision.Running {
		t.Fatalf("job 1 is %s", got)
	}
	s.command(amir, "orders", "lock break the page hangs")
	s.ephemeral(amir, "The lock of job 1 is broken")
	s.until(otto, "the channel to be told", func(m message) bool {
		return strings.Contains(m.says(), "broke the lock of job 1 on the console: the page hangs")
	})
	s.the("stuck.1", "Alpha Ltd", "was broken: the page hangs")

	// A running act keeps the console until it is done.
	if g := s.consoleAccess(); g.Lock == nil || g.Lock.Job != "1" || len(s.runner.order) != 1 {
		t.Errorf("the lock is %+v, and the jobs %v were run", g.Lock, s.runner.order)
	}
	s.command(amir, "orders", "lock")
	s.ephemeral(amir, "It was stopped")
	s.command(amir, "orders", "lock break again")
	s.ephemeral(amir, "Job 1 is stuck, so there is nothing to stop")

	goOn <- struct{}{}
	<-there // the next job is at its purchase
	goOn <- struct{}{}
	s.the("result", "Beta Ltd")
	s.eventually("the console is free", func() bool { return s.consoleAccess().Lock == nil })
	if s.runner.most != 1 {
		t.Errorf("%d were at the console at once", s.runner.most)
	}
	journal, err := s.store.Journal(t.Context(), "1")
	if err != nil {
		t.Fatal(err)
	}
	if e, ok := provision.LastOf(journal, provision.StepBuy, provision.Broken); !ok || e.By != amirID || e.Text != "the page hangs" {
		t.Errorf("the journal has %+v", e)
	}

	s.command(amir, "orders", "retry 1")
	<-there
	goOn <- struct{}{}
	s.the("result", "Alpha Ltd")
}

func TestAKilledBotLosesItsLock(t *testing.T) {
	s := newStage(t)
	earlier := provision.Instance{Host: "host-1", PID: 1}
	s.drop(rita, "a.txt", "Alpha Ltd: 20 GB")
	leave := s.open()
	s.asked()
	leave()
	_, err := s.store.UpdateConsoleAccess(t.Context(), func(g *provision.ConsoleAccess, _ *provision.Job) ([]provision.Entry, error) {
		return nil, g.Take(earlier, "1", s.job("1").CreatedAt)
	})
	if err != nil {
		t.Fatal(err)
	}
	s.open()
	if l := s.consoleAccess().Lock; l != nil {
		t.Errorf("it is held by %+v", l)
	}
	s.press(amir, s.asked(), "approve")
	s.the("result", "Alpha Ltd")
	facts, err := s.store.AuditTrail(t.Context(), "1")
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
