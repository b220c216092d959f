package runbook_test

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sirupsen/logrus"

	"mozybot/provision"
	"mozybot/provision/runbook"
	"mozybot/provision/spelling"
)

var monday = time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)

const (
	rita  provision.Person = "U0REQUESTER"
	aaron provision.Person = "U0APPROVER"
)

var policy = provision.Policy{Approvers: []provision.Person{aaron}}

// killed is what a test throws where the process would die.
type killed struct{}

// world is everything outside the runner, in memory: the console, the mail server, the tracker and the journal. It
// outlives the runners that work on it, as the real ones outlive a process.
type world struct {
	t *testing.T

	addOns, base, assigned int // GB assigned to everybody but the default group and the customer
	def                    provision.Group
	group                  *provision.Group
	admin                  *provision.Admin
	charges                []provision.Charge
	price                  int64 // cents
	confirmed              int64 // what the confirmation screen asks for one add-on, if not the price
	serverOffered          bool

	mails    []string
	taskOpen bool
	notes    []string

	job     provision.Job
	journal []provision.Entry

	now   time.Time
	waits []time.Duration // between two tries

	writes   []string // every act that took effect
	asked    []int    // the changes of the plan that looks have asked about
	pictures int      // taken so far
	reserved int      // GB that other jobs have bought
	others   []provision.Purchase
	// on is called before ("> name") and after ("< name") every act, and before every write to the journal
	// ("journal step kind"), before every reading ("read") and before that of what the next step decides by ("read ahead step"); it may panic with killed, change the world, or return an error.
	on func(moment string) error
}

func newWorld(t *testing.T) *world {
	w := &world{t: t, now: monday, addOns: 866, base: 100, def: provision.Group{Name: provision.DefaultGroupName, Type: provision.Assigned, AssignedGB: 15, UsedGB: 3},
		price: 560, taskOpen: true, on: func(string) error { return nil }}
	w.assigned = w.base + 20*w.addOns - 15
	w.charges = []provision.Charge{{Date: "2026-11-01", Amount: dollars(1120)}} // one like the one to come
	w.job = provision.NewJob("test", rita, provision.Conversation{}, provision.Document{Name: "order.pdf"}, provision.Order{
		Company: "Example Inc.", Contact: "Mister Guy", Email: "mguy@example.com", Task: "58231",
		Items: []provision.Item{{Quantity: 30, Description: "1 GB Storage Server", GB: 30, Kind: provision.Storage}},
	}, provision.DefaultMaxOrderGB, monday)
	w.job.ID = "12"
	w.approve()
	return w
}

// brings replaces the job by one of another order, approved as well.
func (w *world) brings(change func(*provision.Order)) {
	order := w.job.Order
	change(&order)
	w.job = provision.NewJob("test", rita, w.job.Conversation, w.job.Document, order, provision.DefaultMaxOrderGB, monday)
	w.job.ID = "12"
	w.approve()
}

func (w *world) approve() {
	r, err := w.Read(context.Background(), provision.LookForQuote(w.job.Order))
	if err == nil {
		r.ReservedGB = w.reserved
		err = w.job.SetQuote(r)
	}
	if err == nil {
		err = policy.By(aaron, monday).Approve(&w.job, w.job.Quoted.Digest)
	}
	if err != nil {
		w.t.Fatal(err)
	}
}

func dollars(cents int64) provision.Money { return provision.Money{Symbol: "$", Cents: cents} }

func (w *world) available() int {
	used := w.assigned + w.def.AssignedGB
	if w.group != nil {
		used += w.group.AssignedGB
	}
	return w.base + 20*w.addOns - used
}

func (w *world) act(name string, do func()) error {
	if err := w.on("> " + name); err != nil {
		return err
	}
	do()
	w.writes = append(w.writes, name)
	return w.on("< " + name)
}

func (w *world) Login(context.Context, provision.JobStep) error { return w.on("> login") }

func (w *world) Read(_ context.Context, look provision.Look) (provision.Reading, error) {
	r := provision.Reading{At: monday}
	if look.Change != 0 {
		w.asked = append(w.asked, look.Change)
	}
	if look.Role != "" {
		if err := w.on("check " + look.Role); err != nil {
			return r, err
		}
	}
	if look.Form != "" {
		if err := w.on("read ahead " + string(look.Form)); err != nil {
			return r, err
		}
	}
	if err := w.on("read"); look.Role != "" && provision.CodeOf(err) == provision.Changed {
		return provision.Reading{}, nil
	} else if err != nil {
		return r, err
	}
	if look.Plan {
		r.AddOns, r.BaseGB, r.PoolGB, r.AddOnPrice = w.addOns, w.base, w.base+20*w.addOns, dollars(w.price)
	}
	if look.Storage {
		r.AvailableGB, r.Default = w.available(), w.def
	}
	r.ServerOffered = look.Server && w.serverOffered
	if look.Charges {
		r.Charges = slices.Clone(w.charges)
	}
	if w.group != nil && (look.GroupID != "" && w.group.ID == look.GroupID || look.Group != "" && spelling.Same(w.group.Name, look.Group)) {
		g := *w.group
		r.Customer = &g
	}
	if look.GroupAdmins && w.admin != nil {
		r.GroupAdmins = []provision.Admin{*w.admin}
	}
	if look.Admin != "" && w.admin != nil && spelling.Same(w.admin.Email, look.Admin) {
		a := *w.admin
		r.Admin = &a
	}
	return r, nil
}

func (w *world) ChangePlan(_ context.Context, _ provision.JobStep, c provision.PlanChange, confirming func() error) (provision.Money, []string, error) {
	name := "buy"
	if c.To < c.From {
		name = "return"
	}
	if w.addOns != c.From {
		return provision.Money{}, nil, provision.Errorf(provision.Stale, "The box shows %d, not %d.", w.addOns, c.From)
	}
	each := w.price
	if w.confirmed != 0 {
		each = w.confirmed
	}
	var charge provision.Money
	if c.To > c.From {
		charge = dollars(each).Times(c.To - c.From)
		if charge.Exceeds(c.AtMost) {
			return provision.Money{}, nil, &provision.OverchargeError{Approved: c.AtMost, Real: charge}
		}
	}
	if err := w.on("confirmation " + name); err != nil {
		return provision.Money{}, nil, err
	}
	if err := confirming(); err != nil {
		return provision.Money{}, nil, err
	}
	if w.addOns != c.From { // the look beside the confirmation
		return provision.Money{}, nil, provision.Errorf(provision.Stale, "A colleague made it %d.", w.addOns)
	}
	if c.To < c.From && w.available() < 20*(c.From-c.To)+c.KeepGB {
		return provision.Money{}, nil, provision.Errorf(provision.Stale, "A colleague has left %d GB Available.", w.available())
	}
	return charge, nil, w.act(name, func() {
		charge := dollars(each).Times(max(0, c.To-w.addOns)) // by what is there now: Continue sends a total
		w.addOns = c.To
		if charge.Cents > 0 {
			w.charges = append(w.charges, provision.Charge{Date: "2026-11-23", Amount: charge})
		}
	})
}

func (w *world) AddGroup(_ context.Context, at provision.JobStep, g provision.Group) ([]string, error) {
	if w.available() < g.AssignedGB {
		return nil, provision.Errorf(provision.Changed, "The console refused the new group: storage can only be assigned between 0 and %d GB.", w.available())
	}
	pictures := []string{w.picture(at, "before"), w.picture(at, "after")}
	err := w.act("group", func() {
		g.ID = "204712"
		w.group = &g
	})
	if err != nil {
		return nil, provision.WithEvidence(err, pictures...)
	}
	return pictures, nil
}

func (w *world) RaiseGroup(_ context.Context, _ provision.JobStep, c provision.GroupChange) ([]string, error) {
	if w.group.ID != c.AccountID || w.group.AssignedGB != c.FromGB {
		return nil, provision.Errorf(provision.Stale, "The box shows %d, not %d.", w.group.AssignedGB, c.FromGB)
	}
	if more := c.ToGB - c.FromGB; more > w.available() {
		w.t.Errorf("the console refuses %d GB more, with %d Available", more, w.available())
	}
	return nil, w.act("group", func() { w.group.AssignedGB, w.group.Server = c.ToGB, w.group.Server || c.ServerOn })
}

// picture is the name of a picture: no two have the same.
func (w *world) picture(at provision.JobStep, moment string) string {
	w.pictures++
	return fmt.Sprintf("%s/%d-%s-%s.jpg", at.Job, w.pictures, at.Step, moment)
}

func (w *world) AddAdmin(_ context.Context, _ provision.JobStep, a provision.Admin) ([]string, error) {
	return nil, w.act("admin", func() { w.admin = &a })
}

func (w *world) AssignDefault(_ context.Context, _ provision.JobStep, from, to int) ([]string, error) {
	if w.def.AssignedGB != from {
		return nil, provision.Errorf(provision.Stale, "The box shows %d, not %d.", w.def.AssignedGB, from)
	}
	return nil, w.act("default_group", func() { w.def.AssignedGB = to })
}

func (w *world) AccountID(context.Context, provision.JobStep, string) (string, error) {
	if w.group == nil {
		return "", provision.Errorf(provision.NotFound, "The console has no such group.")
	}
	return w.group.ID, w.on("> account_id")
}

func (w *world) Send(_ context.Context, m provision.Welcome, handing func() error) error {
	if err := w.on("greet the mail server"); err != nil {
		return err
	}
	if err := handing(); err != nil {
		return err
	}
	return w.act("welcome_mail", func() { w.mails = append(w.mails, m.Identity) })
}

func (w *world) IsOpen(context.Context, string) (bool, error) {
	return w.taskOpen, w.on("look at task")
}

func (w *world) Close(_ context.Context, c provision.Closing) error {
	return w.act("close_task", func() { w.taskOpen, w.notes = false, append(w.notes, c.Note) })
}

func (w *world) Reserved(context.Context, provision.JobID) (int, error) { return w.reserved, nil }

func (w *world) Purchases(context.Context, provision.JobID, time.Time) ([]provision.Purchase, error) {
	return w.others, nil
}

func (w *world) Job(context.Context, provision.JobID) (provision.Job, error) { return w.job, nil }

func (w *world) Journal(context.Context, provision.JobID) ([]provision.Entry, error) {
	return slices.Clone(w.journal), nil
}

func (w *world) Update(_ context.Context, _ provision.JobID, change func(*provision.Job) error, entries ...provision.Entry) (provision.Job, error) {
	for _, e := range entries {
		if err := w.on(fmt.Sprintf("journal %s %s", e.Step, e.Kind)); err != nil {
			return w.job, err
		}
	}
	job := w.job
	if change != nil {
		if err := change(&job); err != nil {
			return w.job, err
		}
	}
	w.job = job
	w.journal = append(w.journal, entries...)
	return job, nil
}

// run starts a runner, as a new process would, and lets it go as far as it can. It says whether it was killed.
func (w *world) run(ctx context.Context) (dead bool) {
	w.t.Helper()
	defer func() {
		if r := recover(); r != nil {
			if _, ok := r.(killed); !ok {
				panic(r)
			}
			dead = true
		}
	}()
	log := logrus.New()
	log.SetOutput(io.Discard)
	r, err := runbook.New(runbook.Config{
		Console: w, Mailer: w, Tracker: w, Journal: w, AdminRole: "Customer Admin", Log: log,
		Claims: w, Now: func() time.Time { return w.now }, CorrespondFor: 24 * time.Hour,
		Pause: func(_ context.Context, d time.Duration) error {
			w.now = w.now.Add(d)
			w.waits = append(w.waits, d)
			return w.on("pause")
		},
	})
	if err != nil {
		w.t.Fatal(err)
	}
	for _, part := range []func(context.Context, provision.JobID) error{r.AtConsole, r.Correspond} {
		if err := part(ctx, "12"); err != nil && ctx.Err() == nil {
			w.t.Fatal(err)
		}
	}
	return false
}

// decide is a person's word on a stuck job.
func (w *world) decide(kind provision.EntryKind) {
	w.t.Helper()
	w.journal = append(w.journal, provision.Entry{Step: w.job.Trouble.Step, Kind: kind, By: aaron})
	if err := policy.By(aaron, monday).Resume(&w.job, string(kind)); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) wantState(s provision.State) {
	w.t.Helper()
	if w.job.State() != s {
		w.t.Fatalf("the job is %s (%+v), want %s", w.job.State(), w.job.Trouble, s)
	}
}

var allWrites = []string{"buy", "group", "admin", "default_group", "return", "welcome_mail", "close_task"}

// wantDone holds the end against the design's example: 866 becomes 867, 25 becomes 5, each thing once.
func (w *world) wantDone() {
	w.t.Helper()
	w.wantState(provision.Done)
	if w.addOns != 867 || w.def.AssignedGB != 5 || w.available() != 0 || w.job.AccountID != "204712" {
		w.t.Errorf("ends with %d add-ons, %d GB in the default group, %d GB Available, Account ID %q", w.addOns, w.def.AssignedGB, w.available(), w.job.AccountID)
	}
	if !slices.Equal(w.writes, allWrites) {
		w.t.Errorf("wrote %v, want each once: %v", w.writes, allWrites)
	}
}

func (w *world) wantStuck(step provision.StepName, says ...string) {
	w.t.Helper()
	w.wantState(provision.Stuck)
	if w.job.Trouble.Step != step {
		w.t.Errorf("stuck at %s, want %s", w.job.Trouble.Step, step)
	}
	for _, s := range says {
		if !strings.Contains(w.job.Trouble.Message, s) {
			w.t.Errorf("says %q, without %q", w.job.Trouble.Message, s)
		}
	}
}
