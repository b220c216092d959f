package dispatch_test

import (
	"context"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"mozybot/provision"
)

// owning has the console show so many add-ons, by a reading of this moment.
func (w *world) owning(addOns *atomic.Int64) {
	w.reads(func() (provision.Reading, error) {
		r := consoleReading()
		r.AddOns = int(addOns.Load())
		r.PoolGB = r.BaseGB + provision.UnitGB*r.AddOns
		return r, nil
	})
}

func (w *world) showing(id provision.JobID, addOns int) func() bool {
	return func() bool { q := w.job(id).Quoted; return q != nil && q.Quote.AddOnsBefore == addOns }
}

// oneAtTheConsole has two jobs that were quoted with 866 add-ons; the first one is at the console.
func oneAtTheConsole(t *testing.T) (w *world, addOns *atomic.Int64) {
	w, addOns = newWorld(t), &atomic.Int64{}
	addOns.Store(866)
	w.owning(addOns)
	w.admit("Alpha")
	w.admit("Beta")
	w.start()
	w.until("both quoted", func() bool { return w.showing("1", 866)() && w.showing("2", 866)() })
	w.approve("1")
	w.until("job 1 at the console", func() bool { return slices.Equal(w.atConsole(), []provision.JobID{"1"}) })
	return w, addOns
}

func TestWhatWaitsIsQuotedAgainWhenAJobHasLeftTheConsole(t *testing.T) {
	w, addOns := oneAtTheConsole(t)
	addOns.Store(867)
	w.becomes("1", provision.Running)
	w.until("job 2 with the new numbers", w.showing("2", 867))
	if q := w.job("2").Quoted; q.Quote.AddOnsAfterPurchase != 869 {
		t.Errorf("job 2 shows %+v", q.Quote)
	}
	w.letGo("1")
}

func TestAReadingForOneJobServesAllThatWait(t *testing.T) {
	w := newWorld(t)
	var addOns atomic.Int64
	addOns.Store(866)
	w.owning(&addOns)
	w.admit("Alpha")
	w.start()
	w.until("job 1 quoted", w.showing("1", 866))
	addOns.Store(900) // a colleague bought
	w.admit("Beta")
	w.until("both with the new numbers", func() bool { return w.showing("1", 900)() && w.showing("2", 900)() })
}

func TestNumbersInTheMiddleOfAJobAreNotShownToOthers(t *testing.T) {
	w, addOns := oneAtTheConsole(t)
	addOns.Store(868) // bought, and one of them not returned yet
	w.admit("Gamma")
	w.until("job 3 quoted", w.showing("3", 868))
	if !w.showing("2", 866)() {
		t.Errorf("job 2 shows %+v", w.job("2").Quoted.Quote)
	}
	addOns.Store(867)
	w.becomes("1", provision.Running)
	w.until("the others with the final numbers", func() bool { return w.showing("2", 867)() && w.showing("3", 867)() })
	w.letGo("1")
}

func TestAJobKnowsWhichJobsRanSinceItsNumbersWereRead(t *testing.T) {
	w := newWorld(t)
	w.admit("Alpha")
	w.admit("Beta")
	w.start()
	w.approve("1")
	w.until("job 1 at the console", func() bool { return slices.Equal(w.atConsole(), []provision.JobID{"1"}) })
	w.approve("2")
	_, err := w.store.Update(t.Context(), "1", nil,
		provision.Entry{At: w.now(), Step: provision.StepBuy, Kind: provision.Intended},
		provision.Entry{At: w.now().Add(time.Nanosecond), Step: provision.StepBuy, Kind: provision.Achieved})
	if err != nil {
		t.Fatal(err)
	}
	w.becomes("1", provision.Running)
	w.until("job 2 at the console", func() bool { return len(w.atConsole()) == 2 })
	if ran := w.job("2").RanFirst; !slices.Equal(ran, []provision.JobID{"1"}) {
		t.Errorf("before job 2 ran %v", ran)
	}
	if ran := w.job("1").RanFirst; ran != nil {
		t.Errorf("before job 1 ran %v", ran)
	}
	w.becomes("2", provision.Running)
	w.letGo("1")
	w.letGo("2")
}

// held has the next reading that is asked for begin and stand still until it is let go; what it reads is of the moment when it
// began. Those after it are quick.
func (w *world) held(addOns *atomic.Int64) (began <-chan struct{}, letGo func()) {
	w.owning(addOns)
	w.mu.Lock()
	quick := w.read
	w.mu.Unlock()
	var asked atomic.Int64
	begins, goOn := make(chan struct{}), make(chan struct{})
	w.reads(func() (provision.Reading, error) {
		r, err := quick()
		if asked.Add(1) == 1 {
			close(begins)
			<-goOn
		}
		return r, err
	})
	return begins, func() { close(goOn) }
}

func TestASlowLookAtTheConsoleHidesNoLaterOne(t *testing.T) {
	w := newWorld(t)
	var addOns atomic.Int64
	addOns.Store(866)
	job := w.admit("Alpha")
	looked := make(chan error, 1)
	began, letGo := w.held(&addOns)
	go func() { looked <- w.Quotes.Quote(context.Background(), job) }()
	<-began
	addOns.Store(870) // a colleague bought
	if err := w.Quotes.Quote(t.Context(), job); err != nil {
		t.Fatal(err)
	}
	letGo()
	if err := <-looked; err != nil || !w.showing("1", 870)() {
		t.Errorf("%v: job 1 shows %+v", err, w.job("1").Quoted.Quote)
	}
}

// A job that is new has no numbers yet when those of the others are renewed.
func TestALookThatBeganWhileAJobWasAtTheConsoleIsMadeAgain(t *testing.T) {
	w, addOns := oneAtTheConsole(t)
	addOns.Store(868) // bought, and one of them not returned yet
	began, letGo := w.held(addOns)
	w.admit("Gamma")
	<-began
	addOns.Store(867)
	w.becomes("1", provision.Running)
	w.until("job 2 with the final numbers", w.showing("2", 867))
	letGo()
	w.until("job 3 with the final numbers", w.showing("3", 867))
	w.letGo("1")
}

func TestNumbersAreRenewedThoughTheClockWasSetBack(t *testing.T) {
	w := newWorld(t)
	var addOns atomic.Int64
	addOns.Store(866)
	w.owning(&addOns)
	w.admit("Alpha")
	w.start()
	w.until("job 1 quoted", w.showing("1", 866))
	w.change("1", func(j *provision.Job) { j.Quoted.Reading.At = j.Quoted.Reading.At.Add(time.Hour) })
	addOns.Store(867)
	w.Quotes.Moved()
	w.until("job 1 with the new numbers", w.showing("1", 867))
}
