package dispatch_test

import (
	"slices"
	"sync/atomic"
	"testing"

	"mozybot/provision"
)

// approved admits and approves an order.
func (w *world) approved(company string) provision.JobID {
	w.Helper()
	job := w.admit(company)
	w.until("the numbers of "+company, func() bool { return w.job(job.ID).Quoted != nil })
	w.approve(job.ID)
	return job.ID
}

func (w *world) wasAtConsole(want ...provision.JobID) func() bool {
	return func() bool { return slices.Equal(w.atConsole(), want) }
}

func (w *world) triedAgain(id provision.JobID) {
	w.Helper()
	w.change(id, func(j *provision.Job) {
		if err := policy.By(amir, w.now()).Resume(j, "try again"); err != nil {
			w.Error(err)
		}
	})
	w.Queue.Signal()
}

// A job that begins while the console is out would only get stuck. One that a person had tried again is tried.
func TestApprovedJobsWaitForAConsoleThatIsOut(t *testing.T) {
	w := newWorld(t)
	w.start()
	first := w.approved("Alpha")
	w.becomes(first, provision.Stuck)
	w.until("job 1 to be stuck", func() bool { return w.job(first).State() == provision.Stuck })
	w.admit("Beta")
	w.until("the numbers of Beta", func() bool { return w.job("2").Quoted != nil })
	w.down(provision.PartConsole, denied)
	w.approve("2")

	w.triedAgain(first)
	w.until("job 1 at the console again", w.wasAtConsole("1", "1"))
	w.becomes(first, provision.Stuck)
	w.until("job 1 to be stuck again", func() bool { return w.job(first).State() == provision.Stuck })
	w.triedAgain(first)
	w.until("job 1 at the console for the third time, and job 2 never", w.wasAtConsole("1", "1", "1"))
	w.becomes(first, provision.Stuck)

	w.up(provision.PartConsole)
	w.until("job 2 at the console", w.wasAtConsole("1", "1", "1", "2"))
}

// A console that was out of reach is looked for while jobs wait, and nobody else need say that it is back.
func TestApprovedJobsGoOnByThemselvesOnceTheConsoleAnswers(t *testing.T) {
	w := newWorld(t)
	w.start()
	w.admit("Alpha")
	w.until("the numbers of Alpha", func() bool { return w.job("1").Quoted != nil })
	var looks atomic.Int32
	w.reads(func() (provision.Reading, error) {
		if looks.Add(1) <= 3 {
			return provision.Reading{}, away
		}
		return consoleReading(), nil
	})
	w.down(provision.PartConsole, away)
	w.approve("1")
	w.until("job 1 at the console", w.wasAtConsole("1"))
	if n := looks.Load(); n < 4 {
		t.Errorf("it began after %d looks", n)
	}
}

// The first that finds the console out of reach is stuck; those behind it need not be.
func TestWhatAJobCouldNotReachTheNextOneLooksForFirst(t *testing.T) {
	w := newWorld(t)
	w.start()
	first, second := w.approved("Alpha"), w.approved("Beta")
	w.until("job 1 at the console", w.wasAtConsole(first))
	back := make(chan struct{})
	w.reads(func() (provision.Reading, error) {
		<-back
		return consoleReading(), nil
	})
	w.getsStuckOn(provision.Unavailable)
	w.becomes(first, provision.Stuck)
	w.until("the look at the console", func() bool { return provision.CodeOf(w.Outages.MayStart(t.Context())) == provision.Unavailable })
	if at := w.atConsole(); !slices.Equal(at, []provision.JobID{first}) {
		t.Errorf("at the console were %v", at)
	}
	close(back)
	w.until("job 2 at the console", w.wasAtConsole(first, second))
}
