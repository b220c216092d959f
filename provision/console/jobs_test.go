package console_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	replica "mozybot/fixtures/sandbox/console"
	"mozybot/provision"
	"mozybot/provision/runbook"
)

// office is all that a job needs beside the console: its journal, a mail server and a tracker, in memory.
type office struct {
	t       testing.TB
	reader  reader
	m       *replica.Model
	runner  *runbook.Runner
	job     provision.Job
	journal []provision.Entry
	mails   int
	open    bool // the task
}

var policy = provision.Policy{Approvers: []provision.Person{"U0APPROVER"}}

// thirty is an order that walks all ten steps: 2 add-ons, 10 GB left over, 1 add-on returned.
func thirty(licensed bool) provision.Order {
	o := provision.Order{Company: "Example Inc.", Contact: "Mister Guy", Email: "mguy@example.com", Task: "58231",
		Items: []provision.Item{{Quantity: 30, Description: "1 GB Storage Server", GB: 30, Kind: provision.Storage}}}
	if licensed {
		o.Items = append(o.Items, provision.Item{Quantity: 1, Description: "Cloud Server License", Kind: provision.ServerLicense})
	}
	return o
}

type reader interface {
	Read(context.Context, provision.Look) (provision.Reading, error)
}

// newJob is a job on the stage, which the runner carries through the driver's pages.
func newJob(t testing.TB, s *stage, m *replica.Model, order provision.Order) *office {
	t.Helper()
	return newJobAt(t, s.Console, s.Reader(), m, order)
}

func newJobAt(t testing.TB, at runbook.Console, reads reader, m *replica.Model, order provision.Order) *office {
	t.Helper()
	o := &office{t: t, reader: reads, m: m, open: true}
	o.job = provision.NewJob("test", "U0REQUESTER", provision.Conversation{}, provision.Document{Name: "order.txt"}, order,
		provision.DefaultMaxOrderGB, time.Now())
	o.job.ID = "12"
	var err error
	if o.runner, err = runbook.New(runbook.Config{
		Console: at, Mailer: o, Tracker: o, Journal: o, AdminRole: role, Log: quiet(), Now: time.Now,
		Pause: func(ctx context.Context, _ time.Duration) error { return ctx.Err() }, CorrespondFor: time.Hour,
	}); err != nil {
		t.Fatal(err)
	}
	return o
}

// quote reads the console for the summary, through the Reader as the bot does.
func (o *office) quote() {
	o.t.Helper()
	r, err := o.reader.Read(o.t.Context(), provision.LookForQuote(o.job.Order))
	if err == nil {
		err = o.job.SetQuote(r)
	}
	if err != nil {
		o.t.Fatal("quoting:", err)
	}
}

func (o *office) approve() error {
	return policy.By("U0APPROVER", time.Now()).Approve(&o.job, o.job.Quoted.Digest)
}

// carry has the runner go as far as it can.
func (o *office) carry() {
	o.t.Helper()
	for _, part := range []func(context.Context, provision.JobID) error{o.runner.AtConsole, o.runner.Correspond} {
		if err := part(o.t.Context(), o.job.ID); err != nil {
			o.t.Fatal(err)
		}
	}
}

// retry is a person's word on a stuck job.
func (o *office) retry() {
	o.t.Helper()
	o.journal = append(o.journal, provision.Entry{Step: o.job.Trouble.Step, Kind: provision.Retried, By: "U0APPROVER"})
	if err := policy.By("U0APPROVER", time.Now()).Resume(&o.job, "try again"); err != nil {
		o.t.Fatal(err)
	}
}

func (o *office) Job(context.Context, provision.JobID) (provision.Job, error) { return o.job, nil }

func (o *office) Journal(context.Context, provision.JobID) ([]provision.Entry, error) {
	return slices.Clone(o.journal), nil
}

func (o *office) Update(_ context.Context, _ provision.JobID, change func(*provision.Job) error, entries ...provision.Entry) (provision.Job, error) {
	job := o.job
	if change != nil {
		if err := change(&job); err != nil {
			return o.job, err
		}
	}
	o.job, o.journal = job, append(o.journal, entries...)
	return job, nil
}

func (o *office) Send(_ context.Context, _ provision.Welcome, handing func() error) error {
	o.mails++
	return handing()
}

func (o *office) IsOpen(context.Context, string) (bool, error) { return o.open, nil }

func (o *office) Close(context.Context, provision.Closing) error {
	o.open = false
	return nil
}

// is fails the test unless the job is in the state; says is what its trouble or last note must say.
func (o *office) is(state provision.State, says ...string) {
	o.t.Helper()
	if o.job.State() != state {
		o.t.Fatalf("the job is %s (%s), want %s", o.job.State(), o.job.Status.Last().Why, state)
	}
	for _, s := range says {
		if !strings.Contains(o.job.Status.Last().Why, s) {
			o.t.Errorf("it says %q, without %q", o.job.Status.Last().Why, s)
		}
	}
}

// ours are the writes of the ledger that the robot made.
func (o *office) ours() (names []string) {
	for _, e := range o.m.Ledger() {
		if e.Session != replica.ColleagueSession {
			names = append(names, e.Write)
		}
	}
	return names
}

// honest holds the books against conservation and the ledger against "each write once": a purchase, a return, and one of
// each other kind at most.
func (o *office) honest() {
	o.t.Helper()
	b := o.m.Snapshot()
	used := 0
	for _, g := range b.Groups {
		if g.Type == replica.Assigned {
			used += g.Assigned
		} else {
			used += g.Used
		}
	}
	if b.PoolGB != b.BaseGB+20*b.AddOns || b.PoolGB != used+b.Available {
		o.t.Errorf("the books do not add up: %d add-ons, pool %d, used %d, Available %d", b.AddOns, b.PoolGB, used, b.Available)
	}
	counts := map[string]int{}
	for _, e := range o.m.Ledger() {
		if e.Session == replica.ColleagueSession {
			continue
		}
		name := e.Write
		if before, ok := e.Before.(replica.Plan); ok {
			name = "buy"
			if e.After.(replica.Plan).AddOns < before.AddOns {
				name = "return"
			}
		}
		if counts[name]++; counts[name] > 1 {
			o.t.Errorf("%s was written %d times", name, counts[name])
		}
	}
	if o.mails > 1 {
		o.t.Errorf("%d welcome mails", o.mails)
	}
	if o.job.State() == provision.Stuck && (o.job.Trouble.Message == "" || o.job.Trouble.Step == "") {
		o.t.Errorf("stuck without a reason: %+v", o.job.Trouble)
	}
	if o.job.State() == provision.Done {
		o.provisioned()
	}
}

// provisioned holds a finished job against the order: the group, its admin and nothing else.
func (o *office) provisioned() {
	o.t.Helper()
	b := o.m.Snapshot()
	order := o.job.Order
	want := fmt.Sprintf("%d GB, Sync true, Server %v, ID %s", order.StorageGB(), order.ServerLicense(), o.job.AccountID)
	found := false
	for _, g := range b.Groups {
		if g.Name == order.Company {
			found = true
			if is := fmt.Sprintf("%d GB, Sync %v, Server %v, ID %s", g.Assigned, g.Sync, g.Server, g.ID); is != want {
				o.t.Errorf("the group has %s, want %s", is, want)
			}
		}
	}
	admins := 0
	for _, a := range b.Admins {
		if a.Email == order.Email {
			admins++
			if !slices.Equal(a.Groups, []string{order.Company}) || !slices.Equal(a.Roles, []string{role}) {
				o.t.Errorf("the admin is %+v", a)
			}
		}
	}
	if !found || admins != 1 || o.mails != 1 || o.open {
		o.t.Errorf("group there %v, %d admins, %d mails, task open %v", found, admins, o.mails, o.open)
	}
}
