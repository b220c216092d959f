package dispatch_test

import (
	"reflect"
	"strconv"
	"testing"
	"time"

	"mozybot/provision"
	"mozybot/provision/dispatch"
)

// bought leaves a job in the store that has bought 2 add-ons, and waits to give them to its customer.
func (w *world) bought(n int) provision.JobID {
	w.Helper()
	o := provision.Order{Company: "Example Inc.", Contact: "Mister Guy", Email: "mguy@example.com",
		Items: []provision.Item{{Quantity: 30, Description: "1 GB Storage Server", GB: 30, Kind: provision.Storage}}}
	job, err := w.store.Create(w.Context(), provision.NewJob(strconv.Itoa(n), rita, provision.Conversation{}, provision.Document{}, o, 1000, w.now()))
	if err != nil {
		w.Fatal(err)
	}
	_, err = w.store.Update(w.Context(), job.ID, func(j *provision.Job) error {
		if err := j.SetQuote(consoleReading()); err != nil {
			return err
		}
		if err := policy.By(amir, w.now()).Approve(j, j.Quoted.Digest); err != nil {
			return err
		}
		return j.Start(w.now())
	}, provision.Entry{At: w.now(), Step: provision.StepBuy, Kind: provision.Intended}, provision.Entry{At: w.now(), Step: provision.StepBuy, Kind: provision.Achieved})
	if err != nil {
		w.Fatal(err)
	}
	return job.ID
}

func TestStorageIsReadFromTheConsoleAndTheRecords(t *testing.T) {
	w := newWorld(t)
	visits := 0
	w.read = func() (provision.Reading, error) {
		visits++
		r := consoleReading()
		r.AvailableGB = 45
		r.Groups = []provision.Group{r.Default, {ID: "2", Name: "Idle", Type: provision.Assigned, AssignedGB: 100, UsedGB: 9}}
		return r, nil
	}
	w.bought(1)
	got, err := w.Storage.Report(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	month := got.Months[len(got.Months)-1]
	if got.AvailableGB != 5 || got.SpareGB() != 17 || len(got.Idle) != 1 || month.Bought != 2 || month.Approved[0].By != amir || visits != 1 {
		t.Errorf("got %+v after %d visits", got, visits)
	}
	w.read = func() (provision.Reading, error) {
		return provision.Reading{}, provision.Errorf(provision.Unavailable, "The console is down.")
	}
	if _, err := w.Storage.Report(t.Context()); provision.CodeOf(err) != provision.Unavailable {
		t.Errorf("of a console that is down: %v", err)
	}
}

// A report that knows the year only reads what came since, and tells the same as one that reads all of it.
func TestStorageReadsWhatCameSince(t *testing.T) {
	w := newWorld(t)
	for n, days := range []int{0, 20, 40, 200, 170, 0} {
		w.turn(time.Duration(days) * 24 * time.Hour)
		w.bought(n)
		again, err := w.Storage.Report(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		whole, err := dispatch.New(w.config).Storage.Report(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(again.Months, whole.Months) {
			t.Errorf("after order %d: %+v, and of the whole year %+v", n, again.Months, whole.Months)
		}
	}
}

// A job that is stuck for days after its group was made tells its Account ID late.
func TestANewCustomerIsNeverAmongTheIdleGroups(t *testing.T) {
	w, name := newWorld(t), "Example Inc."
	w.read = func() (provision.Reading, error) {
		r := consoleReading()
		r.Groups = []provision.Group{r.Default, {ID: "341244", Name: name, Type: provision.Assigned, AssignedGB: 30}}
		return r, nil
	}
	noneIdle := func(when string) {
		t.Helper()
		report, err := w.Storage.Report(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if len(report.Idle) != 0 {
			t.Errorf("%s, idle are %+v", when, report.Idle)
		}
	}
	id := w.bought(1)
	update := func(change func(*provision.Job) error, entries ...provision.Entry) {
		t.Helper()
		if _, err := w.store.Update(t.Context(), id, change, entries...); err != nil {
			t.Fatal(err)
		}
	}
	update(nil, provision.Entry{At: w.now(), Step: provision.StepGroup, Kind: provision.Achieved})
	noneIdle("without an Account ID")
	w.turn(3 * 24 * time.Hour)
	noneIdle("days later")
	update(func(j *provision.Job) error { j.AccountID = "341244"; return nil })
	name = "Example Incorporated"
	noneIdle("renamed, with an Account ID")
}

// A report that was made while the clock was days ahead hides nothing from those after it.
func TestStorageIsReadAgainOnceAWrongClockIsRight(t *testing.T) {
	w := newWorld(t)
	w.turn(10 * 24 * time.Hour)
	if _, err := w.Storage.Report(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.turn(-10 * 24 * time.Hour)
	id := w.bought(1)
	w.change(id, func(j *provision.Job) {
		j.AccountID = "341244"
		if err := j.Finish(w.now()); err != nil {
			t.Error(err)
		}
	})
	w.turn(48 * time.Hour)
	got, err := w.Storage.Report(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	bought := 0
	for _, m := range got.Months {
		bought += m.Bought
	}
	if bought != 2 {
		t.Errorf("the report has %d add-ons bought, want 2", bought)
	}
}
