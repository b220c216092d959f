package commands_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"mozybot/commands"
	"mozybot/provision"
)

// jobs is a store with these jobs in it; err replaces every answer.
type jobs struct {
	all []provision.Job
	err error
}

func (s jobs) Job(_ context.Context, id provision.JobID) (provision.Job, error) {
	for _, j := range s.all {
		if j.ID == id {
			return j, s.err
		}
	}
	return provision.Job{}, errors.Join(s.err, provision.Errorf(provision.NotFound, "There is no job %s.", id))
}

func (s jobs) Jobs(_ context.Context, states ...provision.State) ([]provision.Job, error) {
	var found []provision.Job
	for _, j := range s.all {
		for _, state := range states {
			if j.State() == state {
				found = append(found, j)
			}
		}
	}
	return found, s.err
}

func (s jobs) Journal(context.Context, provision.JobID) ([]provision.Entry, error) { return nil, s.err }

func job(id, company string, gb int) provision.Job {
	o := provision.Order{Company: company, Contact: "Mister Guy", Email: "mguy@example.com"}
	if gb > 0 {
		o.Items = []provision.Item{{Quantity: gb, Description: "1 GB Storage Server", GB: gb, Kind: provision.Storage}}
	}
	j := provision.NewJob(id, "U1", provision.Conversation{}, provision.Document{Name: "o.txt"}, o, 1000, time.Date(2026, 3, 2, 9, 30, 0, 0, time.UTC))
	j.ID = provision.JobID(id)
	return j
}

func TestAnswers(t *testing.T) {
	some := jobs{all: []provision.Job{job("3", "Alpha & Co", 30), job("11", "Beta Ltd", 0)}}
	for _, c := range []struct {
		typed string
		says  []string
	}{
		{"", []string{"/mozy help", "/mozy status [job]", "/mozy list"}},
		{"  help  me", []string{"/mozy help"}},
		{"HELP", []string{"/mozy help"}},
		{"status", []string{"1 incomplete and 1 pending"}},
		{"status 3", []string{"*Job 3*, 30 GB for Alpha &amp; Co: waits for approval"}},
		{"status #3", []string{"*Job 3*"}},
		{"status job 3", []string{"*Job 3*"}},
		{"status 99", []string{"There is no job “99”", "/mozy list"}},
		{"status <@U1>", []string{"There is no job “&lt;@u1&gt;”"}},
		{"list", []string{"Jobs that are not over: 2", "*Job 11*, Beta Ltd: incomplete"}},
		{"list pending", []string{"Jobs that are pending: 1", "*Job 3*"}},
		{"list done", []string{"Jobs that are done: none."}},
		{"list pend", []string{"no state “pend”", "Did you mean /mozy list pending?"}},
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
			for _, err := range m.Check() {
				t.Error(err)
			}
		})
	}
}

func TestTheNewestJobsAreListedFirst(t *testing.T) {
	var many jobs
	for range 40 {
		many.all = append(many.all, job(string(rune('A'+len(many.all))), "Example Inc.", 30))
	}
	m, err := commands.Answer(t.Context(), many, "list")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(m.Text, "\n")
	if !strings.Contains(lines[1], "*Job h*") || !strings.Contains(lines[len(lines)-1], "and 25 older jobs") {
		t.Errorf("the list is:\n%s", m.Text)
	}
	for _, err := range m.Check() {
		t.Error(err)
	}
}

func TestAStoreThatCannotBeAskedIsAnError(t *testing.T) {
	broken := jobs{err: provision.Errorf(provision.Unavailable, "The store is closed.")}
	for _, typed := range []string{"status", "status 1", "list"} {
		if m, err := commands.Answer(t.Context(), broken, typed); provision.CodeOf(err) != provision.Unavailable {
			t.Errorf("%q was answered %q (%v)", typed, m.Text, err)
		}
	}
}
