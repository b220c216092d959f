package dispatch_test

import (
	"cmp"
	"context"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/sirupsen/logrus"

	"mozybot/provision"
	"mozybot/provision/dispatch"
	"mozybot/state/bolt"
)

const (
	rita = provision.Person("RITA") // the requester
	amir = provision.Person("AMIR") // an approver
	eve  = provision.Person("EVE")  // another one
)

var policy = provision.Policy{Approvers: []provision.Person{amir, eve}, Needed: 1}

// world is a dispatcher with a real store, and the test's own console, runner and people.
type world struct {
	*testing.T
	config dispatch.Config
	store  *bolt.Store
	*dispatch.Dispatcher

	mu       sync.Mutex
	clock    time.Duration // how far the test has turned it
	trouble  provision.Code
	moved    chan struct{} // has a token when something may have changed
	changed  []provision.JobID
	verified []provision.JobID
	may      []provision.Person
	read     func() (provision.Reading, error)
	runs     map[provision.JobID]chan provision.State // how each job at the console ends
	at       []provision.JobID                        // the order in which they came
	busy     int                                      // that are there now
	together int                                      // that were there at most
	left     map[provision.JobID]chan struct{}        // closed when correspondence ends
}

func newWorld(t *testing.T) *world {
	t.Helper()
	store, err := bolt.Open(filepath.Join(t.TempDir(), "mozybot.db"), bolt.Check)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	w := &world{
		T: t, store: store, moved: make(chan struct{}, 1), runs: map[provision.JobID]chan provision.State{}, left: map[provision.JobID]chan struct{}{},
		read: func() (provision.Reading, error) { return consoleReading(), nil }, may: policy.Approvers,
	}
	log := logrus.New()
	log.SetOutput(t.Output())
	w.config = dispatch.Config{
		Store: store, Console: w, Runner: w, Publisher: w, Approvers: w, Instance: provision.Instance{Host: "here", PID: 1},
		MaxOrderGB: 10_000, Expires: 72 * time.Hour, Every: 5 * time.Millisecond, SummaryDelay: time.Minute, Log: log, Now: w.now,
	}
	w.Dispatcher = dispatch.New(w.config)
	return w
}

func consoleReading() provision.Reading {
	return provision.Reading{
		At: time.Now(), AddOns: 866, AddOnPrice: provision.Money{Symbol: "$", Cents: 560}, BaseGB: 100, PoolGB: 100 + 20*866,
		Default: provision.Group{ID: "1", Name: provision.DefaultGroupName, Type: provision.Assigned, AssignedGB: 15, UsedGB: 3}, ServerOffered: true,
	}
}

// start recovers and runs the dispatcher; stop ends it and waits for that.
func (w *world) start() (stop func()) {
	w.Helper()
	if err := w.Recover(w.Context()); err != nil {
		w.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		w.Dispatcher.Run(ctx)
	}()
	stop = sync.OnceFunc(func() {
		cancel()
		<-ended
	})
	w.Cleanup(stop)
	return stop
}

// restart makes a later process's dispatcher on the same store.
func (w *world) restart() {
	w.config.Instance.PID++
	w.Dispatcher = dispatch.New(w.config)
}

func (w *world) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return time.Now().Add(w.clock)
}

func (w *world) turn(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.clock += d
}

// turnTo makes it that hour of the day that it is.
func (w *world) turnTo(hour int) {
	now := w.now()
	w.turn(time.Date(now.Year(), now.Month(), now.Day(), hour, 0, 0, 0, now.Location()).Sub(now))
}

func (w *world) signal() {
	select {
	case w.moved <- struct{}{}:
	default:
	}
}

// until waits for a condition, checked whenever something may have changed.
func (w *world) until(what string, met func() bool) {
	w.Helper()
	hang := time.After(time.Minute)
	again := time.NewTicker(10 * time.Millisecond)
	defer again.Stop()
	for !met() {
		select {
		case <-w.moved:
		case <-again.C:
		case <-hang:
			w.Fatalf("waited in vain for %s", what)
		}
	}
}

func order(company, number string) provision.Order {
	return provision.Order{
		Company: company, Contact: "Mister Guy", Email: "mguy@example.com", OrderNumber: number,
		Items: []provision.Item{{Quantity: 30, Description: "1 GB Storage Server", GB: 30, Kind: provision.Storage}},
	}
}

// admit admits an order of 30 GB, with its company as its number and its document.
func (w *world) admit(company string) provision.Job {
	w.Helper()
	job, fresh, err := w.Admission.Admit(w.Context(), w.orderOf(company))
	if err != nil || !fresh {
		w.Fatalf("the order of %s: fresh %v, %v", company, fresh, err)
	}
	return job
}

func (w *world) orderOf(company string) dispatch.Order {
	return dispatch.Order{
		Source: "test:" + company, Requester: rita, Where: provision.Conversation{Channel: "C", Thread: "1"},
		Document: provision.Document{Name: company + ".pdf", SHA256: company}, Order: order(company, company),
	}
}

// approve approves a job's numbers as soon as it has some.
func (w *world) approve(id provision.JobID) {
	w.Helper()
	w.until("the numbers of job "+string(id), func() bool { return w.job(id).Quoted != nil })
	_, err := w.store.Update(w.Context(), id, func(j *provision.Job) error { return policy.By(amir, w.now()).Approve(j, j.Quoted.Digest) })
	if err != nil {
		w.Fatal(err)
	}
	w.Queue.Signal()
}

func (w *world) job(id provision.JobID) provision.Job {
	w.Helper()
	j, err := w.store.Job(context.Background(), id)
	if err != nil {
		w.Fatal(err)
	}
	return j
}

func (w *world) atConsole() []provision.JobID {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.at)
}

// becomes makes the job at the console, now or later, leave it in a state; running continues with the correspondence.
func (w *world) becomes(id provision.JobID, state provision.State) { w.runOf(id) <- state }

func (w *world) runOf(id provision.JobID) chan provision.State {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.runs[id] == nil {
		w.runs[id] = make(chan provision.State, 1)
	}
	return w.runs[id]
}

// getsStuckOn sets what jobs get stuck on from now on; on something of their own in the beginning.
func (w *world) getsStuckOn(code provision.Code) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.trouble = code
}

func (w *world) stuckOn() provision.Code {
	w.mu.Lock()
	defer w.mu.Unlock()
	return cmp.Or(w.trouble, provision.Conflict)
}

func (w *world) letGo(id provision.JobID) { close(w.leaving(id)) }

func (w *world) leaving(id provision.JobID) chan struct{} {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.left[id] == nil {
		w.left[id] = make(chan struct{})
	}
	return w.left[id]
}

// Read is dispatch.Console's.
func (w *world) Read(context.Context, provision.Look) (provision.Reading, error) {
	w.mu.Lock()
	read := w.read
	w.mu.Unlock()
	return read()
}

func (w *world) reads(read func() (provision.Reading, error)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.read = read
}

// AtConsole is dispatch.Runner's.
func (w *world) AtConsole(ctx context.Context, id provision.JobID) error {
	if w.job(id).State() == provision.Approved {
		if _, err := w.store.Update(context.Background(), id, func(j *provision.Job) error { return j.Start(w.now()) }); err != nil {
			return err
		}
	}
	w.mu.Lock()
	w.at = append(w.at, id)
	w.busy++
	w.together = max(w.together, w.busy)
	w.mu.Unlock()
	defer func() {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.busy--
	}()
	w.signal()
	select {
	case state := <-w.runOf(id):
		if state != provision.Stuck {
			return nil
		}
		_, err := w.store.Update(context.Background(), id, func(j *provision.Job) error {
			return j.MarkStuck(provision.Trouble{Step: provision.StepBuy, Code: w.stuckOn(), Message: "Stuck.", At: w.now()})
		})
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Correspond is dispatch.Runner's.
func (w *world) Correspond(ctx context.Context, id provision.JobID) error {
	w.signal()
	select {
	case <-w.leaving(id):
	case <-ctx.Done():
		return ctx.Err()
	}
	_, err := w.store.Update(context.Background(), id, func(j *provision.Job) error {
		j.AccountID = "341244"
		return j.Finish(w.now())
	})
	return err
}

// Changed is dispatch.Publisher's.
func (w *world) Changed(ids ...provision.JobID) {
	w.mu.Lock()
	w.changed = append(w.changed, ids...)
	w.mu.Unlock()
	w.signal()
}

// shown are the jobs that were published, as often as they were.
func (w *world) shown() []provision.JobID {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.changed)
}

// Verify is dispatch.Publisher's.
func (w *world) Verify(id provision.JobID) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.verified = append(w.verified, id)
}

// Mentioned is dispatch.Approvers'.
func (w *world) Mentioned(_ context.Context, called []provision.Person) []provision.Person {
	return called
}

// Approvers is dispatch.Approvers'.
func (w *world) Approvers(context.Context) ([]provision.Person, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.may), nil
}

// approverIs has these be the only approvers from now on.
func (w *world) approverIs(people ...provision.Person) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.may = people
}

// change changes a job in a way that no caller may.
func (w *world) change(id provision.JobID, change func(*provision.Job)) {
	w.Helper()
	_, err := w.store.Update(w.Context(), id, func(j *provision.Job) error {
		change(j)
		return nil
	})
	if err != nil {
		w.Fatal(err)
	}
}
