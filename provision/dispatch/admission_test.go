package dispatch_test

import (
	"slices"
	"sync"
	"testing"
	"time"

	"mozybot/provision"
	"mozybot/provision/dispatch"
)

func TestAnUploadMakesOneJob(t *testing.T) {
	w := newWorld(t)
	first := w.admit("Alpha")
	again, fresh, err := w.Admission.Admit(t.Context(), w.orderOf("Alpha"))
	if err != nil || fresh || again.ID != first.ID {
		t.Errorf("the same upload: job %s, fresh %v, %v", again.ID, fresh, err)
	}
	elsewhere := w.orderOf("Alpha")
	elsewhere.Source = "test:another upload of the same file"
	if again, fresh, err = w.Admission.Admit(t.Context(), elsewhere); err != nil || fresh || again.ID != first.ID {
		t.Errorf("the same document: job %s, fresh %v, %v", again.ID, fresh, err)
	}
	if found, there, err := w.Admission.OfDocument(t.Context(), elsewhere.Document); err != nil || !there || found.ID != first.ID {
		t.Errorf("by its document: job %s, there %v, %v", found.ID, there, err)
	}
	if _, there, err := w.Admission.OfSource(t.Context(), "test:unknown"); err != nil || there {
		t.Errorf("an unknown source: there %v, %v", there, err)
	}
}

// Slack tells of an upload in two events. The second must not have the job shown before its numbers are there: such a
// message calls nobody, and the approvers would be called by another.
func TestAnUploadThatIsToldOfTwiceIsShownWithItsNumbers(t *testing.T) {
	w := newWorld(t)
	read := make(chan struct{})
	w.reads(func() (provision.Reading, error) {
		<-read
		return consoleReading(), nil
	})
	w.start()
	job := w.admit("Alpha")
	if _, _, err := w.Admission.Admit(t.Context(), w.orderOf("Alpha")); err != nil {
		t.Fatal(err)
	}
	if _, _, err := w.Admission.OfSource(t.Context(), "test:Alpha"); err != nil {
		t.Fatal(err)
	}
	if shown := w.shown(); len(shown) > 0 {
		t.Errorf("jobs %v are shown without their numbers", shown)
	}
	close(read)
	w.until("the job to be shown", func() bool { return slices.Contains(w.shown(), job.ID) })
	if w.job(job.ID).Quoted == nil {
		t.Error("it has no numbers")
	}
}

func TestConcurrentOrdersAreCheckedAgainstEachOther(t *testing.T) {
	w := newWorld(t)
	var together sync.WaitGroup
	for range 8 {
		together.Go(func() {
			if _, _, err := w.Admission.Admit(t.Context(), w.orderOf("Alpha")); err != nil {
				t.Error(err)
			}
		})
	}
	together.Wait()
	if jobs, err := w.store.Jobs(t.Context()); err != nil || len(jobs) != 1 {
		t.Errorf("%d jobs, %v", len(jobs), err)
	}
}

func TestASecondOrderWithTheSameNumberIsASuspectedDuplicate(t *testing.T) {
	w := newWorld(t)
	first := w.admit("Alpha")
	second := w.orderOf("Beta")
	second.Order.OrderNumber = "Alpha"
	job, _, err := w.Admission.Admit(t.Context(), second)
	if err != nil || job.SuspectedDuplicate != first.ID {
		t.Fatalf("job %s is suspected to be %q again: %v", job.ID, job.SuspectedDuplicate, err)
	}
	fields := job.Order.Fields()
	fields.OrderNumber = "B-2"
	if err := w.Admission.Edit(t.Context(), policy, rita, job.ID, job.Version(), fields); err != nil {
		t.Fatal(err)
	}
	if duplicate := w.job(job.ID).SuspectedDuplicate; duplicate != "" {
		t.Errorf("with a number of its own it is suspected to be %q again", duplicate)
	}
	if err := w.Admission.Edit(t.Context(), policy, rita, job.ID, job.Version(), fields); provision.CodeOf(err) != provision.Stale {
		t.Errorf("an edit of an earlier version: %v", err)
	}
}

func TestADryRunWithAnEditedNumberIsASuspectedDuplicateOfDryRunsAlone(t *testing.T) {
	w := newWorld(t)
	live := w.admit("Alpha")
	w.config.DryRun = true
	w.restart()
	first, second := w.admit("Beta"), w.admit("Gamma")
	renumber := func(number string) provision.JobID {
		t.Helper()
		job := w.job(second.ID)
		fields := job.Order.Fields()
		fields.OrderNumber = number
		if err := w.Admission.Edit(t.Context(), policy, rita, job.ID, job.Version(), fields); err != nil {
			t.Fatal(err)
		}
		return w.job(job.ID).SuspectedDuplicate
	}
	if duplicate := renumber("Alpha"); duplicate != "" {
		t.Errorf("a dry run is suspected to be job %s again, which is live as %s", duplicate, live.ID)
	}
	if duplicate := renumber("Beta"); duplicate != first.ID {
		t.Errorf("it is suspected to be %q again, want %s", duplicate, first.ID)
	}
}

func TestAnExpiredJobIsNotReopenedOnceItsFileHasANewJob(t *testing.T) {
	w := newWorld(t)
	old := w.admit("Alpha")
	if _, err := w.store.Update(t.Context(), old.ID, func(j *provision.Job) error { return j.Expire(w.now()) }); err != nil {
		t.Fatal(err)
	}
	again := w.orderOf("Alpha")
	again.Source = "test:dropped again"
	if _, fresh, err := w.Admission.Admit(t.Context(), again); err != nil || !fresh {
		t.Fatalf("what nobody decided on is no duplicate: fresh %v, %v", fresh, err)
	}
	if err := w.Admission.Reopen(t.Context(), policy, rita, old.ID); provision.CodeOf(err) != provision.Conflict {
		t.Errorf("reopened beside its like: %v", err)
	}
	other := w.admit("Beta")
	if _, err := w.store.Update(t.Context(), other.ID, func(j *provision.Job) error { return j.Expire(w.now()) }); err != nil {
		t.Fatal(err)
	}
	if err := w.Admission.Reopen(t.Context(), policy, rita, other.ID); err != nil || w.job(other.ID).State() != provision.Pending {
		t.Errorf("reopened, it is %s: %v", w.job(other.ID).State(), err)
	}
}

func TestAnUnreachableConsoleIsRetriedAndARefusalIsNot(t *testing.T) {
	w := newWorld(t)
	tries := 0
	w.reads(func() (provision.Reading, error) {
		if tries++; tries < 3 {
			return provision.Reading{}, provision.Errorf(provision.Unavailable, "The console does not answer.")
		}
		return provision.Reading{}, provision.Errorf(provision.Denied, "The console refused the log-in.")
	})
	w.start()
	w.admit("Alpha")
	w.until("the refusal", func() bool { return w.unread("1") == "The console refused the log-in." })
	entries, err := w.store.Journal(t.Context(), "1")
	if err != nil || len(entries) != 2 {
		t.Errorf("two reasons are kept as %d entries: %v", len(entries), err)
	}
	w.reads(func() (provision.Reading, error) { return consoleReading(), nil })
	if err := w.Quotes.Quote(t.Context(), w.job("1")); err != nil || w.job("1").Quoted == nil {
		t.Errorf("a person had it looked at again: %v", err)
	}
}

func TestAQuoteForAnOlderVersionOfTheOrderIsDropped(t *testing.T) {
	w := newWorld(t)
	job := w.admit("Alpha")
	w.reads(func() (provision.Reading, error) {
		fields := job.Order.Fields()
		fields.StorageGB = 50
		if err := w.Admission.Edit(t.Context(), policy, rita, job.ID, job.Version(), fields); err != nil {
			t.Error(err)
		}
		return consoleReading(), nil
	})
	if err := w.Quotes.Quote(t.Context(), job); err != nil || w.job(job.ID).Quoted != nil {
		t.Errorf("the edited order has the numbers of the one before: %v", err)
	}
	w.reads(func() (provision.Reading, error) { return consoleReading(), nil })
	w.start()
	w.until("its own numbers", func() bool { return w.job(job.ID).Quoted != nil })
	if units := w.job(job.ID).Quoted.Quote.Units; units != 3 {
		t.Errorf("50 GB are quoted as %d add-ons", units)
	}
}

func TestPeopleAreRemindedOfAJobThatWaitsForThem(t *testing.T) {
	w := newWorld(t)
	w.admit("Alpha")
	w.start()
	w.until("the numbers", func() bool { return w.job("1").Quoted != nil })
	w.turn(37 * time.Hour)
	w.until("the reminder", func() bool { return len(w.job("1").Reminders) == 1 })
	if called := w.job("1").Reminders[0].Called; len(called) != 2 || called[0] != amir || called[1] != eve {
		t.Errorf("called are %v", called)
	}
	w.turn(36 * time.Hour)
	w.until("the expiry", func() bool { return w.job("1").State() == provision.Expired })
	if n := len(w.job("1").Reminders); n != 1 {
		t.Errorf("people were called %d times", n)
	}
}

func TestApproversAreRemindedOfAStuckJobLessAndLessOften(t *testing.T) {
	w := newWorld(t)
	w.admit("Alpha")
	w.start()
	w.approve("1")
	w.becomes("1", provision.Stuck)
	w.until("job 1 stuck", func() bool { return w.job("1").State() == provision.Stuck })
	for n, wait := range []time.Duration{time.Minute, time.Hour, 3 * time.Hour, 20 * time.Hour, 24 * time.Hour} {
		w.turn(wait)
		w.until("another call", func() bool { return len(w.job("1").Reminders) == n+1 })
	}
	if job, err := w.Reminders.CallAtOnce(t.Context(), w.job("1"), "stuck.1"); err != nil || len(job.Reminders) != 5 {
		t.Errorf("somebody was called once more: %d, %v", len(job.Reminders), err)
	}
}

func TestApproversAreCalledOnceForAnOrderAndAgainForAnotherAmount(t *testing.T) {
	w := newWorld(t)
	w.admit("Alpha")
	callAtOnce := func(in string) provision.Job {
		t.Helper()
		job, err := w.Reminders.CallAtOnce(t.Context(), w.job("1"), in)
		if err != nil {
			t.Fatal(err)
		}
		return job
	}
	if job := callAtOnce("summary"); len(job.Reminders) != 0 {
		t.Errorf("called before there are numbers: %+v", job.Reminders)
	}
	stop := w.start()
	w.until("the numbers", func() bool { return w.job("1").Quoted != nil })
	stop()
	if job := callAtOnce("summary"); !slices.Equal(job.Reminders.CalledIn("summary"), []provision.Person{amir, eve}) {
		t.Errorf("called are %+v", job.Reminders)
	}
	edited := w.job("1").Order.Fields()
	edited.Contact = "Somebody Else"
	if err := w.Admission.Edit(t.Context(), policy, rita, "1", w.job("1").Version(), edited); err != nil {
		t.Fatal(err)
	}
	if job := callAtOnce(""); len(job.Reminders) != 1 {
		t.Errorf("an edit calls again: %+v", job.Reminders)
	}
	w.start()
	w.approve("1")
	w.until("job 1 at the console", func() bool { return len(w.atConsole()) == 1 })
	w.change("1", func(j *provision.Job) {
		r := consoleReading()
		if err := j.AskAgain(r, provision.Money{Symbol: "$", Cents: 1212}, "It costs more.", w.now()); err != nil {
			t.Error(err)
		}
	})
	if job := callAtOnce("note.1"); !slices.Equal(job.Reminders.CalledIn("note.1"), []provision.Person{amir, eve}) || len(job.Reminders) != 2 {
		t.Errorf("called are %+v", job.Reminders)
	}
	w.becomes("1", provision.Running)
}

// unread is why a job has no quote.
func (w *world) unread(id provision.JobID) string {
	w.Helper()
	journal, err := w.store.Journal(w.Context(), id)
	if err != nil {
		w.Fatal(err)
	}
	return dispatch.UnreadReason(journal)
}
