package runbook_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sirupsen/logrus"

	"mozybot/provision"
	"mozybot/provision/runbook"
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

	writes []string // every act that took effect
	// on is called before ("> name") and after ("< name") every act, and before every write to the journal
	// ("journal step kind"); it may panic with killed, change the world, or return an error.
	reserved int // GB that other jobs have bought
	on       func(moment string) error
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

func (w *world) approve() {
	r, err := w.Read(context.Background(), provision.LookForQuote(w.job.Order))
	if err == nil {
		err = w.job.SetQuote(r)
	}
	if err == nil {
		err = w.job.Approve(policy, aaron, w.job.Quoted.Digest, monday)
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

func (w *world) Login(context.Context) error { return w.on("> login") }

func (w *world) Check(_ context.Context, role string) error { return w.on("check " + role) }

func (w *world) Read(_ context.Context, look provision.Look) (provision.Reading, error) {
	r := provision.Reading{At: monday}
	if err := w.on("read"); err != nil {
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
	if look.Group != "" && w.group != nil && w.group.Name == look.Group {
		g := *w.group
		r.Customer = &g
	}
	if look.Admin != "" && w.admin != nil && w.admin.Email == look.Admin {
		a := *w.admin
		r.Admin = &a
	}
	return r, nil
}

func (w *world) ChangePlan(_ context.Context, c provision.PlanChange) (provision.Money, error) {
	name := "buy"
	if c.To < c.From {
		name = "return"
	}
	if w.addOns != c.From {
		return provision.Money{}, provision.Errorf(provision.Stale, "The box shows %d, not %d.", w.addOns, c.From)
	}
	each := w.price
	if w.confirmed != 0 {
		each = w.confirmed
	}
	var charge provision.Money
	if c.To > c.From {
		charge = dollars(each).Times(c.To - c.From)
		if charge.Exceeds(c.AtMost) {
			return provision.Money{}, &provision.OverchargeError{Approved: c.AtMost, Real: charge}
		}
	}
	return charge, w.act(name, func() {
		w.addOns = c.To
		if charge.Known() {
			w.charges = append(w.charges, provision.Charge{Date: "2026-11-23", Amount: charge})
		}
	})
}

func (w *world) AddGroup(ctx context.Context, g provision.Group) error {
	kept := provision.EvidenceFor(ctx)
	kept.Add(string(kept.Job()) + "/group-before.jpg")
	defer kept.Add(string(kept.Job()) + "/group-after.jpg")
	return w.act("group", func() {
		g.ID = "204712"
		w.group = &g
	})
}

func (w *world) AddAdmin(_ context.Context, a provision.Admin) error {
	return w.act("admin", func() { w.admin = &a })
}

func (w *world) AssignDefault(_ context.Context, from, to int) error {
	if w.def.AssignedGB != from {
		return provision.Errorf(provision.Stale, "The box shows %d, not %d.", w.def.AssignedGB, from)
	}
	return w.act("default_group", func() { w.def.AssignedGB = to })
}

func (w *world) AccountID(context.Context, string) (string, error) {
	if w.group == nil {
		return "", provision.Errorf(provision.NotFound, "The console has no such group.")
	}
	return w.group.ID, w.on("> account_id")
}

func (w *world) Send(_ context.Context, m provision.Welcome) error {
	return w.act("welcome_mail", func() { w.mails = append(w.mails, m.Identity) })
}

func (w *world) IsOpen(context.Context, string) (bool, error) {
	return w.taskOpen, w.on("look at task")
}

func (w *world) Close(_ context.Context, c provision.Closing) error {
	return w.act("close_task", func() { w.taskOpen, w.notes = false, append(w.notes, c.Note) })
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
		Reserved: func(context.Context, provision.JobID) (int, error) { return w.reserved, nil },
		Now:      func() time.Time { return w.now }, CorrespondFor: 24 * time.Hour,
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
	if err := w.job.Resume(policy, aaron, string(kind), monday); err != nil {
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

func TestTheTenStepsFromOrderToClosedTask(t *testing.T) {
	w := newWorld(t)
	w.run(t.Context())
	w.wantDone()

	var told []string
	for _, p := range provision.ProgressOf(w.job, w.journal) {
		told = append(told, fmt.Sprintf("%s (%s): %s", p.Title, p.Status, p.Text))
	}
	want := []string{
		"Read the order (done): Example Inc., 30 GB, from order.pdf.",
		"Log in to the console (done): Logged in; everything the steps need is there.",
		"Buy 2 add-ons (done): 868 add-ons, from 866; charged $11.20.",
		"Create the group with 30 GB (done): 30 GB Assigned, Sync on, Server Support off.",
		"Add the customer's admin (done): Mister Guy, group Example Inc., role Customer Admin.",
		"Give the leftover to the default group (done): The default group has 5 GB, from 15 GB.",
		"Return spare add-ons (done): 867 add-ons, from 868.",
		"Read the Account ID (done): Account ID 204712.",
		"Send the welcome mail (done): Sent to mguy@example.com.",
		"Close the Singularity task (done): Task 58231 is closed.",
	}
	if !slices.Equal(told, want) {
		t.Errorf("told\n%s\nwant\n%s", strings.Join(told, "\n"), strings.Join(want, "\n"))
	}
	pictures := []provision.Picture{{Step: provision.StepGroup, Name: "12/group-before.jpg"}, {Step: provision.StepGroup, Name: "12/group-after.jpg"}}
	if got := provision.Pictures(w.journal); !slices.Equal(got, pictures) {
		t.Errorf("the journal has the pictures %v, want %v", got, pictures)
	}
	if want := []string{"Provisioned by mozybot, job 12. Account ID: 204712"}; !slices.Equal(w.notes, want) {
		t.Errorf("the task's notes are %q", w.notes)
	}
}

// The process dies at every moment there is, is started again, and the job ends as if nothing had been. The one act
// that leaves no trace to look at is the mail: there a person is asked, and has the last word.
func TestKilledAtAnyMomentNothingIsDoneTwice(t *testing.T) {
	var moments []string
	w := newWorld(t)
	w.on = func(m string) error { moments = append(moments, m); return nil }
	w.run(t.Context())
	w.wantDone()
	if len(moments) < 40 {
		t.Fatalf("only %d moments to die at: %v", len(moments), moments)
	}
	for die := range moments {
		t.Run(fmt.Sprintf("%02d %s", die+1, moments[die]), func(t *testing.T) {
			w := newWorld(t)
			n := 0
			w.on = func(m string) error {
				if n++; n == die+1 {
					panic(killed{})
				}
				return nil
			}
			if !w.run(t.Context()) {
				t.Fatal("did not die")
			}
			w.run(t.Context())
			if w.job.State() == provision.Stuck {
				w.wantStuck(provision.StepWelcomeMail, "welcome.job-12.")
				if len(w.mails) == 1 {
					w.decide(provision.ByHand)
				} else {
					w.decide(provision.Retried)
				}
				w.run(t.Context())
			}
			w.wantDone()
		})
	}
}

func TestAShutdownFinishesTheActInHandAndAStartGoesOn(t *testing.T) {
	w := newWorld(t)
	ctx, stop := context.WithCancel(t.Context())
	w.on = func(m string) error {
		if m == "> group" {
			stop()
		}
		return nil
	}
	w.run(ctx)
	w.wantState(provision.Running)
	if !provision.Settled(w.journal, provision.StepGroup) || !slices.Equal(w.writes, []string{"buy", "group"}) {
		t.Errorf("wrote %v; the act in hand is recorded: %v", w.writes, provision.Settled(w.journal, provision.StepGroup))
	}
	w.run(t.Context())
	w.wantDone()
}

// before has the process die before an act, changes the world, and starts it again: what the step then observes is
// exactly what the change made.
func before(t *testing.T, act string, change func(w *world)) *world {
	t.Helper()
	w := newWorld(t)
	w.on = func(m string) error {
		if m == "> "+act {
			panic(killed{})
		}
		return nil
	}
	if !w.run(t.Context()) {
		t.Fatalf("never came to %s", act)
	}
	w.on = func(string) error { return nil }
	change(w)
	w.run(t.Context())
	return w
}

func TestEachStepObservesThreeOutcomes(t *testing.T) {
	charge := provision.Charge{Date: "2026-11-23", Amount: dollars(1120)}
	for _, c := range []struct {
		step    provision.StepName
		already func(*world)
		neither func(*world)
		facts   []string // both of them, as the thread shows them
	}{
		{provision.StepBuy,
			func(w *world) {
				w.addOns, w.charges, w.writes = 868, append(w.charges, charge), append(w.writes, "buy")
			},
			func(w *world) { w.addOns = 868 }, // somebody's count without a charge
			[]string{"868 add-ons", "866 before", "should be 868", "no new line"}},
		{provision.StepGroup,
			func(w *world) {
				w.group, w.writes = &provision.Group{ID: "204712", Name: "Example Inc.", Type: provision.Assigned, AssignedGB: 30, Sync: true}, append(w.writes, "group")
			},
			func(w *world) {
				w.group = &provision.Group{ID: "204712", Name: "Example Inc.", Type: provision.Assigned, AssignedGB: 20}
			},
			[]string{"20 GB Assigned, Sync off", "should have 30 GB Assigned, Sync on"}},
		{provision.StepAdmin,
			func(w *world) {
				w.admin, w.writes = &provision.Admin{Name: "Mister Guy", Email: "mguy@example.com", Groups: []string{"Example Inc."}, Roles: []string{"Customer Admin"}}, append(w.writes, "admin")
			},
			func(w *world) { w.admin = &provision.Admin{Name: "Mister Guy", Email: "mguy@example.com"} },
			[]string{"group none, role none", "group Example Inc., role Customer Admin"}},
		{provision.StepDefaultGroup,
			func(w *world) { w.def.AssignedGB, w.writes = 5, append(w.writes, "default_group") },
			func(w *world) { w.def.AssignedGB = 12 },
			[]string{"has 12 GB", "had 15 GB", "should have 5 GB"}},
		{provision.StepReturn,
			func(w *world) { w.addOns, w.writes = 867, append(w.writes, "return") },
			func(w *world) { w.addOns, w.assigned = 866, w.assigned-20 }, // somebody else's return
			[]string{"shows 866 add-ons with 0 GB Available", "was 868 with 20 GB", "should be 867 with 0 GB"}},
		{provision.StepCloseTask,
			func(w *world) { w.taskOpen, w.writes = false, append(w.writes, "close_task") }, nil, nil},
	} {
		t.Run(string(c.step)+" as before", func(t *testing.T) { before(t, string(c.step), func(*world) {}).wantDone() })
		t.Run(string(c.step)+" already true", func(t *testing.T) { before(t, string(c.step), c.already).wantDone() })
		if c.neither != nil { // a task is open or closed: there is no third
			t.Run(string(c.step)+" neither", func(t *testing.T) {
				w := before(t, string(c.step), c.neither)
				w.wantStuck(c.step, c.facts...)
			})
		}
	}
}

func TestWhatWasApprovedIsWhatIsBought(t *testing.T) {
	t.Run("another price asks again, with nothing bought", func(t *testing.T) {
		w := newWorld(t)
		w.price = 660
		w.run(t.Context())
		w.wantState(provision.Pending)
		if len(w.writes) > 0 || w.job.Quoted.Cost != dollars(1320) || !strings.Contains(w.job.Notes[0], "$6.60, not $5.60") {
			t.Errorf("wrote %v, asks for %s, says %q", w.writes, w.job.Quoted.Cost, w.job.Notes)
		}
	})
	t.Run("a confirmation screen above the approval is cancelled, and its amount can be approved", func(t *testing.T) {
		w := newWorld(t)
		w.confirmed = 610
		w.run(t.Context())
		w.wantState(provision.Pending)
		if len(w.writes) > 0 || w.job.Quoted.Cost != dollars(1220) {
			t.Fatalf("wrote %v, asks for %s", w.writes, w.job.Quoted.Cost)
		}
		checked := 0
		w.on = func(m string) error {
			if m == "check Customer Admin" {
				checked++
			}
			return nil
		}
		defer func() {
			if checked != 1 {
				t.Errorf("the console was looked over %d times before the second purchase", checked)
			}
		}()
		if err := w.job.Approve(policy, aaron, w.job.Quoted.Digest, monday); err != nil {
			t.Fatal(err)
		}
		w.run(t.Context())
		w.wantDone()
	})
	t.Run("a return that would cost something is cancelled, and is not asked about as a purchase", func(t *testing.T) {
		w := newWorld(t)
		w.on = func(m string) error {
			if m == "> return" {
				return &provision.OverchargeError{Approved: dollars(0), Real: dollars(300)}
			}
			return nil
		}
		w.run(t.Context())
		w.wantStuck(provision.StepReturn, "$3.00 to return storage", "nothing was returned")
		w.decide(provision.ByHand)
		w.run(t.Context())
		w.wantState(provision.Done)
	})
	t.Run("a group made meanwhile asks again", func(t *testing.T) {
		w := newWorld(t)
		w.group = &provision.Group{ID: "204700", Name: "Example Inc.", Type: provision.Assigned}
		w.run(t.Context())
		w.wantState(provision.Pending)
		if len(w.writes) > 0 || len(w.job.Quoted.Conflicts) != 1 {
			t.Errorf("wrote %v, conflicts %q", w.writes, w.job.Quoted.Conflicts)
		}
	})
	t.Run("surroundings that moved are no reason to ask", func(t *testing.T) {
		w := newWorld(t)
		w.addOns, w.assigned, w.def.AssignedGB = 870, w.assigned+80+8, 7
		w.run(t.Context())
		w.wantState(provision.Done)
		if w.addOns != 872 || w.def.AssignedGB != 17 {
			t.Errorf("%d add-ons, %d GB in the default group", w.addOns, w.def.AssignedGB)
		}
		if p := provision.ProgressOf(w.job, w.journal)[6]; p.Status != provision.StepSkipped || p.Text == "" {
			t.Errorf("the thread does not say why nothing is returned: %+v", p)
		}
	})
}

func TestAColleagueBetweenTwoActs(t *testing.T) {
	t.Run("buys just before our click: the purchase is worked out anew", func(t *testing.T) {
		w := newWorld(t)
		once := false
		w.on = func(m string) error {
			if m == "journal buy intent" && !once {
				once = true
				w.addOns, w.assigned = 869, w.assigned+60
				w.charges = append(w.charges, provision.Charge{Date: "2026-11-23", Amount: dollars(1680)})
			}
			return nil
		}
		w.run(t.Context())
		w.wantState(provision.Done)
		if w.addOns != 870 {
			t.Errorf("%d add-ons, want 869 + 2 - 1", w.addOns)
		}
	})
	t.Run("buys just after our click: ours is known by its charge", func(t *testing.T) {
		w := newWorld(t)
		w.on = func(m string) error {
			if m == "< buy" {
				w.addOns, w.assigned = w.addOns+3, w.assigned+60
				w.charges = append(w.charges, provision.Charge{Date: "2026-11-23", Amount: dollars(1680)})
			}
			return nil
		}
		w.run(t.Context())
		w.wantState(provision.Done)
	})
	t.Run("buys, and returns, while the answer to our click is under way: a person looks, and nothing is bought twice", func(t *testing.T) {
		for more, facts := range map[int]string{+5: "shows 873 add-ons", -1: "shows 867 add-ons", 0: "shows 868 add-ons"} {
			w := newWorld(t)
			buys := 0
			w.on = func(m string) error {
				if m != "< buy" {
					return nil
				}
				buys++
				w.addOns += more
				w.assigned += 20 * min(more, 0)
				w.charges = append(w.charges, provision.Charge{Date: "2026-11-23", Amount: dollars(2800)})
				return errors.New("the console shows another number of add-ons")
			}
			w.run(t.Context())
			w.wantStuck(provision.StepBuy, facts, "it was 866 before", "2 new lines: $11.20, $28.00; it should have one, of at most $11.20",
				"Try again takes $11.20 for this order's purchase")
			w.decide(provision.Retried)
			w.run(t.Context())
			w.wantState(provision.Done)
			bought, _ := provision.LastOf(w.journal, provision.StepBuy)
			if buys != 1 || bought.Charged != dollars(1120) || !strings.HasPrefix(bought.Text, "Charged $11.20. Change Plan "+facts+", from 866: somebody else") {
				t.Errorf("with %+d it bought %d times: %+v", more, buys, bought)
			}
		}
	})
	t.Run("takes the storage that was bought for the customer: stuck before the group", func(t *testing.T) {
		w := newWorld(t)
		w.on = func(m string) error {
			if m == "journal buy result" {
				w.assigned += 25
			}
			return nil
		}
		w.run(t.Context())
		w.wantStuck(provision.StepGroup, "needs 30 GB", "only 15 GB")
	})
	t.Run("fills the default group between decision and act: trying again decides anew", func(t *testing.T) {
		w := newWorld(t)
		w.on = func(m string) error {
			if m == "> default_group" {
				w.def.UsedGB = 40
				return provision.Errorf(provision.Changed, "The console refused 5 GB for the default group.")
			}
			return nil
		}
		w.run(t.Context())
		w.wantStuck(provision.StepDefaultGroup, "refused 5 GB", "still has 15 GB")
		w.decide(provision.Retried)
		w.run(t.Context())
		w.wantState(provision.Done)
		if p := provision.ProgressOf(w.job, w.journal)[5]; p.Status != provision.StepSkipped || w.def.AssignedGB != 15 || w.addOns != 868 {
			t.Errorf("%+v, %d GB, %d add-ons", p, w.def.AssignedGB, w.addOns)
		}
	})
	t.Run("buys for an order of his own: that is not given back, and the thread says so", func(t *testing.T) {
		w := newWorld(t)
		w.on = func(m string) error {
			if m == "journal admin result" {
				w.addOns += 5
			}
			return nil
		}
		w.run(t.Context())
		w.wantState(provision.Done)
		if p := provision.ProgressOf(w.job, w.journal)[5]; !strings.Contains(p.Text, "100 GB more are Available, bought by a colleague") ||
			w.addOns != 867+5 || w.available() != 100 || w.def.AssignedGB != 5 {
			t.Errorf("%+v, %d add-ons, %d GB Available", p, w.addOns, w.available())
		}
	})
	t.Run("has a job that is stuck before its group: what was bought for it waits there", func(t *testing.T) {
		w := newWorld(t)
		w.addOns, w.reserved = w.addOns+2, 40 // 40 GB Available
		w.job = provision.NewJob("test", rita, w.job.Conversation, w.job.Document, w.job.Order, provision.DefaultMaxOrderGB, monday)
		w.job.ID = "12"
		w.approve()
		w.run(t.Context())
		w.wantState(provision.Done)
		if p := provision.ProgressOf(w.job, w.journal)[5]; !strings.Contains(p.Text, "40 GB more are Available") || w.available() != 40 || w.def.AssignedGB != 5 || w.addOns != 869 {
			t.Errorf("%+v, %d add-ons, %d GB Available", p, w.addOns, w.available())
		}
	})
	t.Run("buys while the answer to our return is under way: a person looks, and nothing is returned twice", func(t *testing.T) {
		for _, lost := range []bool{true, false} {
			w := newWorld(t)
			w.on = func(m string) error {
				if m != "< return" {
					return nil
				}
				w.addOns += 5
				if lost {
					return errors.New("the console shows another number of add-ons")
				}
				return nil
			}
			w.run(t.Context())
			if lost {
				w.wantStuck(provision.StepReturn, "872 add-ons with 100 GB Available", "was 868 with 20 GB", "should be 867 with 0 GB", "Try again leaves the plan as it is")
				w.decide(provision.Retried)
				w.run(t.Context())
			}
			w.wantState(provision.Done)
			if w.addOns != 872 {
				t.Errorf("%d add-ons", w.addOns)
			}
		}
	})
	t.Run("buys between our Submit and our Continue, which takes it back: the thread says whom to tell", func(t *testing.T) {
		w := newWorld(t)
		w.on = func(m string) error {
			if m == "< return" {
				w.charges = append(w.charges, provision.Charge{Date: "2026-11-23", Amount: dollars(2800)})
			}
			return nil
		}
		w.run(t.Context())
		w.wantState(provision.Done)
		if p := provision.ProgressOf(w.job, w.journal)[6]; !strings.Contains(p.Text, "1 new line: $28.00") || !strings.Contains(p.Text, "tell them") {
			t.Errorf("%+v", p)
		}
	})
	t.Run("removes or renames the customer's group: nothing is given back, and the thread says what is missing", func(t *testing.T) {
		for after, step := range map[string]provision.StepName{
			"journal admin result": provision.StepDefaultGroup, "journal default_group result": provision.StepReturn, "journal return result": provision.StepAccountID,
		} {
			w := newWorld(t)
			var gone *provision.Group
			w.on = func(m string) error {
				if m == after {
					gone, w.group = w.group, nil
				}
				return nil
			}
			w.run(t.Context())
			w.wantStuck(step, "no group named “Example Inc.” any more", "30 GB Assigned, Sync on, Server Support off")
			addOns := w.addOns
			w.group = gone
			w.on = func(string) error { return nil }
			w.decide(provision.Retried)
			w.run(t.Context())
			w.wantDone()
			if step != provision.StepAccountID && addOns != 868 {
				t.Errorf("at %s there were %d add-ons", step, addOns)
			}
		}
	})
	t.Run("uses what was to be returned: nothing is returned, and the thread says so", func(t *testing.T) {
		w := newWorld(t)
		w.on = func(m string) error {
			if m == "journal default_group result" {
				w.assigned += 20
			}
			return nil
		}
		w.run(t.Context())
		w.wantState(provision.Done)
		if p := provision.ProgressOf(w.job, w.journal)[6]; p.Status != provision.StepSkipped || !strings.Contains(p.Text, "only 0 GB are") || w.addOns != 868 {
			t.Errorf("%+v, %d add-ons", p, w.addOns)
		}
	})
}

func TestTroubleWithAnAct(t *testing.T) {
	passing := provision.Errorf(provision.Unavailable, "The console cannot be reached.")
	t.Run("what is unavailable for a while is tried again", func(t *testing.T) {
		for _, act := range allWrites {
			w := newWorld(t)
			fails := 2
			w.on = func(m string) error {
				if m == "> "+act && fails > 0 {
					fails--
					return passing
				}
				return nil
			}
			w.run(t.Context())
			w.wantDone()
		}
	})
	t.Run("what stays unavailable calls a person", func(t *testing.T) {
		w := newWorld(t)
		tried := 0
		w.on = func(m string) error {
			if m == "> group" {
				tried++
				return passing
			}
			return nil
		}
		w.run(t.Context())
		w.wantStuck(provision.StepGroup, "cannot be reached")
		if tried != 5 {
			t.Errorf("tried %d times", tried)
		}
		var kept []string
		for _, e := range w.journal {
			if e.Step == provision.StepGroup {
				kept = append(kept, e.Evidence...)
			}
		}
		if len(kept) != 2*tried {
			t.Errorf("of what was kept of %d tries, the journal names %q", tried, kept)
		}
	})
	t.Run("an answer lost on the way back is looked up, not repeated", func(t *testing.T) {
		for _, act := range []string{"buy", "group", "admin", "default_group", "return", "close_task"} {
			w := newWorld(t)
			w.on = func(m string) error {
				if m == "< "+act {
					return errors.New("connection reset")
				}
				return nil
			}
			w.run(t.Context())
			w.wantDone()
		}
	})
	t.Run("a mail that nobody knows about asks a person, who has the last word", func(t *testing.T) {
		w := newWorld(t)
		w.on = func(m string) error {
			if m == "< welcome_mail" {
				return &provision.Error{Code: provision.Conflict, Message: "The connection was lost after the mail was handed over.", Err: provision.ErrUncertain}
			}
			return nil
		}
		w.run(t.Context())
		w.wantStuck(provision.StepWelcomeMail, "connection was lost")
		w.decide(provision.ByHand)
		w.run(t.Context())
		w.wantDone()
	})
	t.Run("a mail that was refused is known not to have gone out, unless an earlier one may have", func(t *testing.T) {
		w := newWorld(t)
		refused := provision.Errorf(provision.Invalid, "The mail server refused: 550.")
		answer := error(refused)
		w.on = func(m string) error {
			if m == "> welcome_mail" {
				return answer
			}
			return nil
		}
		w.run(t.Context())
		w.wantStuck(provision.StepWelcomeMail, "550")
		if !w.job.Trouble.Untouched || !provision.Untouched(w.journal, provision.StepWelcomeMail) {
			t.Error("nobody can tell that the mail did not go out")
		}
		answer = &provision.Error{Code: provision.Conflict, Message: "The connection was lost.", Err: provision.ErrUncertain}
		w.decide(provision.Retried)
		w.run(t.Context())
		answer = refused
		w.decide(provision.Retried)
		w.run(t.Context())
		w.wantStuck(provision.StepWelcomeMail, "550")
		if w.job.Trouble.Untouched || provision.Untouched(w.journal, provision.StepWelcomeMail) {
			t.Error("the mail that may have gone out is forgotten")
		}
	})
	t.Run("a refused log-in is tried once", func(t *testing.T) {
		w := newWorld(t)
		tried := 0
		w.on = func(m string) error {
			if m == "> login" {
				tried++
				return provision.Errorf(provision.Denied, "The console refused the log-in.")
			}
			return nil
		}
		w.run(t.Context())
		w.wantStuck(provision.StepLogin, "refused the log-in")
		if tried != 1 {
			t.Errorf("tried %d times", tried)
		}
	})
	t.Run("a console that is not as we know it stops the job before anything is bought", func(t *testing.T) {
		w := newWorld(t)
		gone := provision.Errorf(provision.Changed, "The panel \"Add New Admin\" has no box Email.")
		w.on = func(m string) error {
			if m == "check Customer Admin" {
				return gone
			}
			return nil
		}
		w.run(t.Context())
		w.wantStuck(provision.StepLogin, "no box Email")
		if len(w.writes) > 0 || w.job.Trouble.Code != provision.Changed {
			t.Errorf("wrote %v, trouble %+v", w.writes, w.job.Trouble)
		}
		w.on = func(string) error { return nil }
		w.decide(provision.Retried)
		w.run(t.Context())
		w.wantDone()
	})
	t.Run("a journal that cannot be written leaves the job where it was", func(t *testing.T) {
		w := newWorld(t)
		full := errors.New("no space left on device")
		w.on = func(m string) error {
			if m == "journal group intent" {
				return full
			}
			return nil
		}
		log := logrus.New()
		log.SetOutput(io.Discard)
		r, err := runbook.New(runbook.Config{Console: w, Mailer: w, Tracker: w, Journal: w, AdminRole: "Customer Admin", Log: log,
			Now: time.Now, CorrespondFor: time.Hour})
		if err != nil {
			t.Fatal(err)
		}
		if err := r.AtConsole(t.Context(), "12"); !errors.Is(err, full) {
			t.Errorf("got %v", err)
		}
		w.wantState(provision.Running)
		w.on = func(string) error { return nil }
		w.run(t.Context())
		w.wantDone()
	})
}

func TestAPersonsWordOnAStuckJob(t *testing.T) {
	stuck := func(t *testing.T) *world {
		w := before(t, "buy", func(w *world) { w.addOns, w.assigned = 869, w.assigned+60 }) // a colleague bought 3 and used them
		w.wantStuck(provision.StepBuy)
		return w
	}
	t.Run("try again looks anew", func(t *testing.T) {
		w := stuck(t)
		w.decide(provision.Retried)
		w.run(t.Context())
		w.wantState(provision.Done)
		if w.addOns != 870 {
			t.Errorf("%d add-ons, want 869 + 2 - 1", w.addOns)
		}
	})
	t.Run("done by hand never acts, and is believed only as far as it can be seen", func(t *testing.T) {
		w := stuck(t)
		w.decide(provision.ByHand)
		w.run(t.Context())
		w.wantStuck(provision.StepBuy, "needs 30 GB, but only 0 GB are Available")
		w.addOns += 2 // now it is true
		w.decide(provision.ByHand)
		w.run(t.Context())
		w.wantState(provision.Done)
		if slices.Contains(w.writes, "buy") {
			t.Error("bought although a person had")
		}
	})
	t.Run("each step done by hand goes on from what is there", func(t *testing.T) {
		for step, byHand := range map[string]func(*world){
			"group": func(w *world) {
				w.group = &provision.Group{ID: "204712", Name: "Example Inc.", Type: provision.Assigned, AssignedGB: 30, Sync: true}
			},
			"admin": func(w *world) {
				w.admin = &provision.Admin{Name: "Mister Guy", Email: "mguy@example.com", Groups: []string{"Example Inc."}, Roles: []string{"Customer Admin"}}
			},
			"default_group": func(w *world) { w.def.AssignedGB = 5 },
			"return":        func(w *world) { w.addOns = 867 },
			"close_task":    func(w *world) { w.taskOpen = false },
		} {
			w := newWorld(t)
			w.on = func(m string) error {
				if m == "> "+step {
					return provision.Errorf(provision.Changed, "The page is not as we know it.")
				}
				return nil
			}
			w.run(t.Context())
			w.wantStuck(provision.StepName(step))
			byHand(w)
			w.decide(provision.ByHand)
			w.run(t.Context())
			w.wantState(provision.Done)
			if w.addOns != 867 || w.def.AssignedGB != 5 || slices.Contains(w.writes, step) {
				t.Errorf("%s: %d add-ons, %d GB in the default group, wrote %v", step, w.addOns, w.def.AssignedGB, w.writes)
			}
		}
	})
}

func TestStepsThatHaveNothingToDoSaySo(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*world)
		step   int
		says   string
	}{
		{"nothing Available", func(w *world) { w.job.Order.Items[0] = provision.Item{Quantity: 40, GB: 40, Kind: provision.Storage} }, 5, "nothing is Available"},
		{"a Shared default group", func(w *world) { w.def.Type = provision.Shared }, 5, "not of type Assigned"},
		{"no task", func(w *world) { w.job.Order.Task = "" }, 9, "names no task"},
		{"a task closed already", func(w *world) { w.taskOpen = false }, 9, "closed already"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			c.change(w)
			w.run(t.Context())
			w.wantState(provision.Done)
			if p := provision.ProgressOf(w.job, w.journal)[c.step]; !strings.Contains(p.Text, c.says) {
				t.Errorf("says %q", p.Text)
			}
		})
	}
}
