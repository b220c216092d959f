package commands_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"mozybot/bot/blocks"
	"mozybot/bot/blocks/blockstest"
	"mozybot/commands"
	"mozybot/provision"
)

// actions records what it was asked to do. err replaces every reply, refusal the result of every act.
type actions struct {
	all          []provision.Job
	journal      []provision.Entry
	err, refusal error
	access       provision.ConsoleAccess
	replicas     string
	done         []string
}

func (d *actions) Job(_ context.Context, id provision.JobID) (provision.Job, error) {
	for _, j := range d.all {
		if j.ID == id {
			return j, d.err
		}
	}
	return provision.Job{}, errors.Join(d.err, provision.Errorf(provision.NotFound, "There is no job %s.", id))
}

func (d *actions) Jobs(_ context.Context, states ...provision.State) ([]provision.Job, error) {
	var found []provision.Job
	for _, j := range d.all {
		for _, state := range states {
			if j.State() == state {
				found = append(found, j)
			}
		}
	}
	return found, d.err
}

func (d *actions) Journal(context.Context, provision.JobID) ([]provision.Entry, error) {
	return d.journal, d.err
}

func (d *actions) does(what string) error {
	if d.refusal == nil {
		d.done = append(d.done, what)
	}
	return d.refusal
}

func (d *actions) Provision(_ context.Context, link string) (blocks.Message, error) {
	if link == "" {
		return blocks.Message{}, d.does("form")
	}
	return blocks.Private("Taken."), d.does("provision " + link)
}

func (d *actions) Cancel(_ context.Context, id provision.JobID, why string) error {
	return d.does(strings.TrimSpace("cancel " + string(id) + " " + why))
}
func (d *actions) Withdraw(_ context.Context, id provision.JobID) error {
	return d.does("withdraw " + string(id))
}
func (d *actions) Retry(_ context.Context, id provision.JobID) error {
	return d.does("retry " + string(id))
}
func (d *actions) Pause(_ context.Context, why string) error {
	return d.does(strings.TrimSpace("pause " + why))
}
func (d *actions) Resume(context.Context) error                    { return d.does("resume") }
func (d *actions) Paused(context.Context) (provision.Pause, error) { return d.access.Pause, d.err }
func (d *actions) Out(context.Context) ([]provision.Outage, error) { return nil, d.err }
func (d *actions) Drift(context.Context) (blocks.Message, error) {
	return blocks.Private("Nothing differs."), d.err
}
func (d *actions) Storage(context.Context) (blocks.Message, error) {
	return blocks.Private("17,520 GB bought."), d.err
}
func (d *actions) Spare() provision.SpareRule               { return provision.SpareAsk }
func (d *actions) Replicas(context.Context) (string, error) { return d.replicas, d.err }
func (d *actions) ConsoleAccess(context.Context) (provision.ConsoleAccess, error) {
	return d.access, d.err
}
func (d *actions) BreakLock(_ context.Context, reason string) (provision.JobID, error) {
	return "3", d.does("break " + reason)
}

func (d *actions) AuditTrail(context.Context, provision.JobID) ([]provision.Fact, error) {
	return provision.FactsOf(provision.Job{}, d.all[0], d.journal), d.err
}

func (d *actions) Ended(_ context.Context, _ time.Time, most int, states ...provision.State) ([]provision.Job, int, error) {
	all, err := d.Jobs(context.Background(), states...)
	return all[:min(most, len(all))], len(all), err
}

func (d *actions) Link(_ context.Context, j provision.Job) string {
	return "https://example.slack.com/archives/C1/p" + string(j.ID)
}

func job(id, company string, gb int) provision.Job {
	o := provision.Order{Company: company, Contact: "Mister Guy", Email: "mguy@example.com"}
	if gb > 0 {
		o.Items = []provision.Item{{Quantity: gb, Description: "1 GB Storage Server", GB: gb, Kind: provision.Storage}}
	}
	j := provision.NewJob(id, "U1", provision.Conversation{}, provision.Document{Name: "o.txt"}, o, 1000, time.Date(2026, 3, 2, 9, 30, 0, 0, time.UTC))
	j.ID = provision.JobID(id)
	return j
}

func TestTheLockNamesTheReplicas(t *testing.T) {
	d := &actions{replicas: "process 7 on host-1 leads; process 8 on host-2 stands by."}
	m, err := commands.Answer(t.Context(), d, "lock")
	if err != nil || !strings.Contains(m.Text, "No job is at the console.") || !strings.Contains(m.Text, d.replicas) || len(m.Blocks) != 2 {
		t.Errorf("got %q with %d blocks, %v", m.Text, len(m.Blocks), err)
	}
}

func TestReplies(t *testing.T) {
	some := &actions{all: []provision.Job{job("3", "Alpha & Co", 30), job("11", "Beta Ltd", 0)}}
	for _, c := range []struct {
		typed string
		says  []string
	}{
		{"", []string{"/mozy help", "/mozy status [job]", "/mozy list"}},
		{"  help  me", []string{"/mozy help"}},
		{"HELP", []string{"/mozy help"}},
		{"status", []string{"1 incomplete and 1 waiting\n", "*Job 11*", "<https://example.slack.com/archives/C1/p3|Open>"}},
		{"status 3", []string{"*Job 3*, 30 GB for Alpha &amp; Co: waits for the console's numbers"}},
		{"status #3", []string{"*Job 3*"}},
		{"status job 3", []string{"*Job 3*"}},
		{"status 99", []string{"There is no job “99”", "/mozy list"}},
		{"status <@U1>", []string{"There is no job “&lt;@U1&gt;”"}},
		{"show 3", []string{"Job 3, Alpha &amp; Co, 30 GB"}},
		{"show", []string{"Which job?", "/mozy show 12"}},
		{"cancel #99", []string{"There is no job “99”"}},
		{"cancle 3", []string{"Did you mean /mozy cancel?"}},
		{"drift", []string{"Nothing differs."}},
		{"storage", []string{"17,520 GB bought."}},
		{"lock", []string{"No job is at the console."}},
		{"lock brake", []string{"no /mozy lock “brake”", "Did you mean /mozy lock break?"}},
		{"unpause", []string{"Did you mean /mozy pause?"}},
		{"list", []string{"Open jobs: 2", "*Job 11*, Beta Ltd: incomplete"}},
		{"list pending", []string{"Jobs that are pending: 1", "*Job 3*"}},
		{"list done", []string{"Jobs that are done: none."}},
		{"list pend", []string{"No job has “pend”", "Did you mean /mozy list pending?"}},
		{"list alpha &", []string{"Jobs with “alpha &amp;”: 1", "*Job 3*", "<https://example.slack.com/archives/C1/p3|Open>"}},
		{"list MGUY@example.com", []string{": 2", "*Job 3*", "*Job 11*"}},
		{"statsu", []string{"no command “statsu”", "Did you mean /mozy status?"}},
		{"l", []string{"Did you mean /mozy list?"}},
		{"xyzzyx", []string{"no command “xyzzyx”. /mozy help"}},
		{strings.Repeat("x", 5000), []string{"x…”"}},
	} {
		t.Run(c.typed[:min(len(c.typed), 20)], func(t *testing.T) {
			m, err := commands.Answer(t.Context(), some, c.typed)
			if err != nil {
				t.Fatal(err)
			}
			for _, words := range c.says {
				if !strings.Contains(m.Text, words) {
					t.Errorf("the answer does not say %q:\n%s", words, m.Text)
				}
			}
			for _, err := range blockstest.Message(m) {
				t.Error(err)
			}
		})
	}
}

func TestTheNewestJobsAreListedFirst(t *testing.T) {
	many := &actions{}
	for range 40 {
		many.all = append(many.all, job(string(rune('A'+len(many.all))), "Example Inc.", 30))
	}
	m, err := commands.Answer(t.Context(), many, "list")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(m.Text, "\n")
	if !strings.Contains(lines[1], "*Job h*") || !strings.Contains(lines[len(lines)-1], "and 30 older jobs") {
		t.Errorf("the list is:\n%s", m.Text)
	}
	for _, err := range blockstest.Message(m) {
		t.Error(err)
	}
}

func TestAnUnavailableStoreIsAnError(t *testing.T) {
	broken := &actions{err: provision.Errorf(provision.Unavailable, "The store is closed.")}
	for _, typed := range []string{"status", "status 1", "list", "show 1", "cancel 1", "retry 1", "lock"} {
		if m, err := commands.Answer(t.Context(), broken, typed); provision.CodeOf(err) != provision.Unavailable {
			t.Errorf("%q was answered %q (%v)", typed, m.Text, err)
		}
	}
}

func TestCommandsThatAct(t *testing.T) {
	d := &actions{all: []provision.Job{job("3", "Alpha & Co", 30)}}
	for _, c := range []struct{ typed, does, says string }{
		{"cancel job 3", "cancel 3", "Job 3 is cancelled"},
		{"cancel 3 the customer  called", "cancel 3 the customer called", "Job 3 is cancelled"},
		{"withdraw 3", "withdraw 3", "You took back your approval of job 3"},
		{"pause the vendor works on it", "pause the vendor works on it", "is paused"},
		{"lock break the page  hangs", "break the page hangs", "The lock of job 3 is broken"},
		{"RETRY #3", "retry 3", "tries the step of job 3 again"},
		{"pause", "pause", "is paused"},
		{"resume", "resume", "running again"},
		{"provision", "form", ""},
		{"provision https://Example.slack.com/archives/C0ORDERS/p1700000000000100", "provision https://Example.slack.com/archives/C0ORDERS/p1700000000000100", "Taken."},
	} {
		d.done = nil
		m, err := commands.Answer(t.Context(), d, c.typed)
		if err != nil || len(d.done) != 1 || d.done[0] != c.does || !strings.Contains(m.Text, c.says) {
			t.Errorf("%q did %v and says %q (%v)", c.typed, d.done, m.Text, err)
		}
	}
	d.refusal = provision.Errorf(provision.Denied, "Only approvers may decide this.")
	for _, typed := range []string{"cancel 3", "retry 3", "pause", "resume", "provision", "provision x", "lock break it"} {
		if m, err := commands.Answer(t.Context(), d, typed); provision.CodeOf(err) != provision.Denied {
			t.Errorf("the refused %q was answered %q (%v)", typed, m.Text, err)
		}
	}
}

func TestTheLockShowsItsJobStepAndTime(t *testing.T) {
	at := time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)
	j := job("3", "Alpha & Co", 30)
	policy := provision.Policy{Approvers: []provision.Person{"U2"}}
	for _, err := range []error{
		j.SetQuote(provision.Reading{AddOns: 10, AddOnPrice: provision.Money{Symbol: "$", Cents: 100}, Default: provision.Group{Type: provision.Assigned}}),
		policy.By("U2", at).Approve(&j, j.Quoted.Digest), j.Start(at),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	d := &actions{all: []provision.Job{j}}
	answer := func() string {
		t.Helper()
		m, err := commands.Answer(t.Context(), d, "lock")
		if err != nil {
			t.Fatal(err)
		}
		return m.Text
	}
	host := provision.Instance{Host: "host-1", PID: 4711, Started: at}
	for _, err := range []error{d.access.PauseAt(policy.By("U2", at), ""), d.access.Take(host, "3", at)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if said := answer(); !strings.Contains(said, "*Job 3* has held the console since <!date^1772445600^") || !strings.Contains(said, "approved by <@U2>") ||
		!strings.Contains(said, "process 4711 on host-1") || !strings.Contains(said, "<@U2> paused mozybot") {
		t.Errorf("before its first step it says %q", said)
	}
	d.access.Follow("3", []provision.Entry{{Step: provision.StepBuy, Kind: provision.Intended, At: at.Add(time.Minute)}})
	if said := answer(); !strings.Contains(said, "at “Buy 2 add-ons” since <!date^1772445660^") {
		t.Errorf("at a step it says %q", said)
	}
	if _, err := d.access.Break(policy.By("U2", at), "the page hangs", &d.all[0]); err != nil {
		t.Fatal(err)
	}
	if said := answer(); !strings.Contains(said, "It was stopped") {
		t.Errorf("once it is broken it says %q", said)
	}
	d.access.Leave(host, "3")
	if said := answer(); !strings.Contains(said, "No job is at the console") {
		t.Errorf("at the mail it says %q", said)
	}
}

func TestShowingAJobIncludesItsAuditTrail(t *testing.T) {
	d := &actions{all: []provision.Job{job("3", "Alpha & Co", 30)}, journal: []provision.Entry{{Seq: 1, Step: provision.StepLogin, Kind: provision.Achieved, Text: "Logged in."}}}
	m, err := commands.Answer(t.Context(), d, "show 3")
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(m.Blocks)
	if err != nil {
		t.Fatal(err)
	}
	for _, words := range []string{"What was done", "sent the order", "“Log in to the console” is done: Logged in."} {
		if !strings.Contains(string(text), words) {
			t.Errorf("it does not say %q:\n%s", words, text)
		}
	}
}
