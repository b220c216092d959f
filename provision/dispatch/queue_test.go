package dispatch_test

import (
	"context"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"mozybot/provision"
	"mozybot/provision/dispatch"
)

func TestJobsUseTheConsoleOneAtATimeInOrderOfApproval(t *testing.T) {
	w := newWorld(t)
	for _, company := range []string{"Alpha", "Beta", "Gamma"} {
		w.admit(company)
	}
	w.start()
	w.approve("2")
	w.until("job 2 at the console", func() bool { return slices.Equal(w.atConsole(), []provision.JobID{"2"}) })
	w.approve("3")
	w.approve("1")
	for _, id := range []provision.JobID{"2", "3", "1"} {
		w.becomes(id, provision.Running)
		w.letGo(id)
	}
	w.until("all jobs done", func() bool {
		done, _, err := w.store.Ended(t.Context(), time.Time{}, 10, provision.Done)
		return err == nil && len(done) == 3
	})
	if at := w.atConsole(); !slices.Equal(at, []provision.JobID{"2", "3", "1"}) || w.together != 1 {
		t.Errorf("at the console were %v, at most %d at a time", at, w.together)
	}
}

func TestTheNextJobDoesNotWaitForThePreviousMail(t *testing.T) {
	w := newWorld(t)
	w.admit("Alpha")
	w.admit("Beta")
	w.start()
	w.approve("1")
	w.becomes("1", provision.Running)
	w.until("job 1 in correspondence", func() bool { return w.Queue.InCorrespondence("1") })
	w.approve("2")
	w.becomes("2", provision.Running)
	w.letGo("2")
	w.until("job 2 done", func() bool { return w.job("2").State() == provision.Done })
	if s := w.job("1").State(); s != provision.Running {
		t.Errorf("job 1 is %s", s)
	}
}

func TestAnInterruptedJobGoesFirst(t *testing.T) {
	w := newWorld(t)
	w.admit("Alpha")
	w.admit("Beta")
	stop := w.start()
	w.approve("1")
	w.approve("2")
	w.until("job 1 at the console", func() bool { return len(w.atConsole()) == 1 })
	stop()
	if s := w.job("1").State(); s != provision.Running {
		t.Fatalf("the job that was interrupted is %s", s)
	}
	w.restart()
	w.start()
	w.until("job 1 at the console again", func() bool { return slices.Equal(w.atConsole(), []provision.JobID{"1", "1"}) })
}

func TestAPauseHoldsBackJobsThatHaveNotStarted(t *testing.T) {
	w := newWorld(t)
	w.admit("Alpha")
	w.admit("Beta")
	w.start()
	w.approve("1")
	w.until("job 1 at the console", func() bool { return len(w.atConsole()) == 1 })
	word := dispatch.Command{Decision: policy.By(amir, w.now())}
	if err := w.Lock.Pause(t.Context(), word, ""); err != nil {
		t.Fatal(err)
	}
	if err := w.Lock.Pause(t.Context(), word, ""); provision.CodeOf(err) != provision.Conflict {
		t.Errorf("a second pause: %v", err)
	}
	word.Again = true
	if err := w.Lock.Pause(t.Context(), word, ""); err != nil {
		t.Errorf("the same word after a restart: %v", err)
	}
	w.approve("2")
	w.becomes("1", provision.Running)
	w.letGo("1")
	w.until("job 1 done", func() bool { return w.job("1").State() == provision.Done })
	if at := w.atConsole(); len(at) != 1 {
		t.Errorf("at the console were %v in spite of the pause", at)
	}
	if err := w.Lock.Resume(t.Context(), dispatch.Command{Decision: policy.By(rita, w.now())}); provision.CodeOf(err) != provision.Denied {
		t.Errorf("somebody who is no approver resumed: %v", err)
	}
	if err := w.Lock.Resume(t.Context(), dispatch.Command{Decision: policy.By(eve, w.now())}); err != nil {
		t.Fatal(err)
	}
	w.until("job 2 at the console", func() bool { return len(w.atConsole()) == 2 })
}

func TestLiveJobsWaitDuringADryRun(t *testing.T) {
	w := newWorld(t)
	w.admit("Alpha")
	stop := w.start()
	w.until("the numbers", func() bool { return w.job("1").Quoted != nil })
	stop()
	w.config.DryRun = true
	w.restart()
	w.start()
	w.approve("1")
	w.admit("Beta")
	w.approve("2")
	w.until("the dry run at the console", func() bool { return len(w.atConsole()) == 1 })
	if at := w.atConsole(); at[0] != "2" {
		t.Errorf("job %s is at the console", at[0])
	}
}

func TestABrokenLockStopsTheJobAndFreesTheConsole(t *testing.T) {
	w := newWorld(t)
	w.admit("Alpha")
	w.admit("Beta")
	w.start()
	w.approve("1")
	w.until("job 1 at the console", func() bool { return len(w.atConsole()) == 1 })
	w.approve("2")
	word := dispatch.Command{Decision: policy.By(eve, w.now())}
	if _, err := w.Lock.Break(t.Context(), word, " "); provision.CodeOf(err) != provision.Invalid {
		t.Errorf("without a reason: %v", err)
	}
	id, err := w.Lock.Break(t.Context(), word, "the page stands still")
	if err != nil || id != "1" {
		t.Fatalf("broke the lock of job %q: %v", id, err)
	}
	if s := w.job("1").State(); s != provision.Stuck {
		t.Errorf("the job is %s", s)
	}
	w.until("job 2 at the console", func() bool { return slices.Equal(w.atConsole(), []provision.JobID{"1", "2"}) })
	word.Again = true
	if id, err := w.Lock.Break(t.Context(), word, "the page stands still"); err != nil || id != "1" {
		t.Errorf("the same word after a restart stopped job %q: %v", id, err)
	}
	if s := w.job("2").State(); s != provision.Running {
		t.Errorf("the next job is %s", s)
	}
}

func TestAKilledProcessLosesItsLock(t *testing.T) {
	w := newWorld(t)
	w.admit("Alpha")
	earlier := provision.Instance{Host: "here", PID: 99}
	_, err := w.store.UpdateConsoleAccess(t.Context(), func(g *provision.ConsoleAccess, _ *provision.Job) ([]provision.Entry, error) {
		return nil, g.Take(earlier, "1", w.now())
	})
	if err != nil {
		t.Fatal(err)
	}
	w.start()
	if access, err := w.store.ConsoleAccess(t.Context()); err != nil || access.Lock != nil {
		t.Errorf("the lock is %v, %v", access.Lock, err)
	}
}

func TestOnlyAWaitingJobCanBeRetriedNow(t *testing.T) {
	w := newWorld(t)
	w.admit("Alpha")
	w.start()
	w.approve("1")
	w.becomes("1", provision.Running)
	w.until("job 1 in correspondence", func() bool { return w.Queue.InCorrespondence("1") })
	if err := w.Queue.RetryNow(t.Context(), "1"); provision.CodeOf(err) != provision.Stale {
		t.Errorf("a job that waits for nothing was tried now: %v", err)
	}
	_, err := w.store.Update(t.Context(), "1", nil, provision.Entry{At: w.now(), Step: provision.StepWelcomeMail, Kind: provision.Deferred, Text: "Later."})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Queue.RetryNow(t.Context(), "1"); err != nil {
		t.Errorf("a job that waits was not tried now: %v", err)
	}
	w.letGo("1")
	w.until("job 1 done", func() bool { return w.job("1").State() == provision.Done })
}

func TestALapsedApprovalMustBeGivenAgain(t *testing.T) {
	for name, c := range map[string]struct {
		meanwhile func(w *world)
		note      string
	}{
		"an approver who is one no more": {
			func(w *world) { w.approverIs(eve) }, "isn't an approver any more",
		},
		"an approval that waited for weeks": {
			func(w *world) { w.turn(73 * time.Hour) }, "has waited for longer than approvals hold",
		},
		"an order that was changed in the state file": {
			func(w *world) {
				w.change("1", func(j *provision.Job) { j.Order.Email = "thief@example.net" })
			}, "is not what <@AMIR> approved",
		},
		"numbers that were changed in the state file": {
			func(w *world) { w.change("1", func(j *provision.Job) { j.Quoted.Quote.Units = 50 }) }, "is not what <@AMIR> approved",
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.admit("Alpha")
			w.start()
			if err := w.Lock.Pause(t.Context(), dispatch.Command{Decision: policy.By(amir, w.now())}, ""); err != nil {
				t.Fatal(err)
			}
			w.approve("1")
			c.meanwhile(w)
			if err := w.Lock.Resume(t.Context(), dispatch.Command{Decision: policy.By(amir, w.now())}); err != nil {
				t.Fatal(err)
			}
			w.until("the job to be asked about again", func() bool { j := w.job("1"); return j.State() == provision.Pending && j.Quoted != nil })
			job := w.job("1")
			if len(w.atConsole()) > 0 || len(job.Approvals) > 0 {
				t.Errorf("the job was at the console, or has the approvals %v", job.Approvals)
			}
			if len(job.Notes) != 1 || !strings.Contains(job.Notes[0], c.note) {
				t.Errorf("the thread is told %q", job.Notes)
			}
		})
	}
}

func TestAStartedJobKeepsItsApproval(t *testing.T) {
	w := newWorld(t)
	w.admit("Alpha")
	w.start()
	w.approve("1")
	w.becomes("1", provision.Stuck)
	w.until("the job to be stuck", func() bool { return w.job("1").State() == provision.Stuck })
	w.turn(1000 * time.Hour)
	w.approverIs(eve)
	w.change("1", func(j *provision.Job) {
		if err := (provision.Policy{Approvers: []provision.Person{eve}}).By(eve, w.now()).Resume(j, "try again"); err != nil {
			t.Error(err)
		}
	})
	w.Queue.Signal()
	w.until("the job at the console again", func() bool { return len(w.atConsole()) == 2 })
}

// listing is a store that calls listed between the listing of jobs to run and its use.
type listing struct {
	dispatch.Store
	listed func([]provision.Job)
}

func (l *listing) Jobs(ctx context.Context, states ...provision.State) ([]provision.Job, error) {
	jobs, err := l.Store.Jobs(ctx, states...)
	if slices.Equal(states, []provision.State{provision.Approved, provision.Running}) {
		l.listed(jobs)
	}
	return jobs, err
}

func TestAJobThatEndsWhileTheQueueLooksIsNotTakenToTheConsoleAgain(t *testing.T) {
	w := newWorld(t)
	var finish sync.Once
	w.config.Store = &listing{Store: w.store, listed: func(jobs []provision.Job) {
		if len(jobs) == 0 || !w.Queue.InCorrespondence("1") {
			return
		}
		finish.Do(func() { // job 1 is in the list, and is done before the queue reads on
			w.letGo("1")
			for w.Queue.InCorrespondence("1") {
				runtime.Gosched()
			}
		})
	}}
	w.restart()
	w.admit("Alpha")
	w.admit("Beta")
	w.start()
	w.approve("1")
	w.becomes("1", provision.Running)
	w.until("job 1 done", func() bool { return w.job("1").State() == provision.Done })
	w.approve("2")
	w.becomes("2", provision.Running)
	w.letGo("2")
	w.until("job 2 done", func() bool { return w.job("2").State() == provision.Done })
	if at := w.atConsole(); !slices.Equal(at, []provision.JobID{"1", "2"}) {
		t.Errorf("at the console were %v", at)
	}
}

// What an earlier run was still telling the channel of when it ended is done again after the restart.
func TestADecisionOfAnEarlierRunUndoesNoLaterOne(t *testing.T) {
	pause := func(w *world, d dispatch.Command) error { return w.Lock.Pause(w.Context(), d, "") }
	resume := func(w *world, d dispatch.Command) error { return w.Lock.Resume(w.Context(), d) }
	type word struct {
		by  provision.Person
		say func(*world, dispatch.Command) error
	}
	for name, c := range map[string]struct {
		before []word
		again  int // which of them the restart repeats
		stale  bool
		paused bool
	}{
		"a pause, resumed since":                  {before: []word{{amir, pause}, {eve, resume}}, again: 0, stale: true},
		"a pause that holds":                      {before: []word{{amir, pause}}, again: 0, paused: true},
		"a pause, resumed and paused since":       {before: []word{{amir, pause}, {eve, resume}, {eve, pause}}, again: 0, stale: true, paused: true},
		"the end of a pause, paused since":        {before: []word{{amir, pause}, {eve, resume}, {amir, pause}}, again: 1, stale: true, paused: true},
		"the end of a pause":                      {before: []word{{amir, pause}, {eve, resume}}, again: 1},
		"the end of a pause that was not got to":  {before: []word{{amir, pause}, {eve, nil}}, again: 1},
		"a pause that was not got to":             {before: []word{{amir, nil}}, again: 0, paused: true},
		"a pause that was not got to, and an end": {before: []word{{eve, pause}, {amir, nil}, {eve, resume}}, again: 1, stale: true},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			var decided []dispatch.Command
			for _, b := range c.before {
				w.turn(time.Minute)
				d := dispatch.Command{Decision: policy.By(b.by, w.now())}
				decided = append(decided, d)
				if b.say == nil {
					continue
				}
				if err := b.say(w, d); err != nil {
					t.Fatal(err)
				}
			}
			again := decided[c.again]
			again.Again = true
			say := c.before[c.again].say
			if say == nil {
				say = map[provision.Person]func(*world, dispatch.Command) error{amir: pause, eve: resume}[again.By]
			}
			err := say(w, again)
			if stale := provision.CodeOf(err) == provision.Stale; stale != c.stale || err != nil && !stale {
				t.Errorf("the repeat gives %v", err)
			}
			if p, err := w.Lock.Paused(t.Context()); err != nil || p.On() != c.paused {
				t.Errorf("paused is %+v, %v", p, err)
			}
		})
	}
}

func TestABreakOfAnEarlierRunStopsNoLaterJob(t *testing.T) {
	w := newWorld(t)
	w.admit("Alpha")
	w.admit("Beta")
	w.start()
	w.approve("1")
	w.until("job 1 at the console", w.wasAtConsole("1"))
	word := dispatch.Command{Decision: policy.By(eve, w.now())}
	if _, err := w.Lock.Break(t.Context(), word, "the page stands still"); err != nil {
		t.Fatal(err)
	}
	w.change("1", func(j *provision.Job) {
		if err := policy.By(amir, w.now()).Cancel(j, "not any more"); err != nil {
			t.Error(err)
		}
	})
	w.approve("2")
	w.until("job 2 at the console", w.wasAtConsole("1", "2"))
	word.Again = true
	if id, err := w.Lock.Break(t.Context(), word, "the page stands still"); provision.CodeOf(err) != provision.Stale {
		t.Errorf("after a restart it stopped job %q: %v", id, err)
	}
	if s := w.job("2").State(); s != provision.Running {
		t.Errorf("job 2 is %s", s)
	}
}
