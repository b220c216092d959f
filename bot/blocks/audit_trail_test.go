package blocks_test

import (
	"strings"
	"testing"
	"time"

	"mozybot/bot/blocks"
	"mozybot/provision"
)

var start = time.Date(2026, 3, 2, 9, 30, 0, 0, time.UTC)

// clock gives each fact its own minute.
type clock struct{ now time.Time }

func (c *clock) tick() time.Time {
	c.now = c.now.Add(time.Minute)
	return c.now
}

// record is a job with its journal, built step by step.
type record struct {
	*clock
	t       testing.TB
	job     provision.Job
	journal []provision.Entry
}

const (
	rita = provision.Person("U0RITA")
	amir = provision.Person("U0AMIR")
)

func order(gb int) provision.Order {
	return provision.Order{
		Company: "Example Inc.", Contact: "Mister Guy", Email: "mguy@example.com", OrderNumber: "SO-1007", CustomerID: "C-55", Task: "4711",
		Items: []provision.Item{{Quantity: gb, Description: "1 GB Storage Server", GB: gb, Kind: provision.Storage}},
	}
}

// sourced is an order that was read from places that begin like that.
func sourced(at string) provision.Order {
	o := order(30)
	o.Sources = map[string]provision.Source{
		provision.FieldCompany:     {Where: at + "line 7", Words: "Customer Name: Example Inc."},
		provision.FieldContact:     {Where: at + "line 8", Words: "Contact: Mister Guy"},
		provision.FieldEmail:       {Where: "the body, line 3", Words: "E-Mail mguy@example.com"},
		provision.FieldStorageGB:   {Where: at + "line 12", Words: "30 1 GB Storage Server $1.10"},
		provision.FieldTask:        {Where: at + "line 9", Words: "Ticket No.: 4711"},
		provision.FieldOrderNumber: {Where: at + "line 2", Words: "Order Number <!channel> SO-1007"},
		provision.ItemField(0):     {Where: at + "line 12", Words: "30 1 GB Storage Server $1.10"},
	}
	if strings.HasPrefix(at, "page") {
		delete(o.Sources, provision.FieldEmail)
	}
	return o
}

func consoleReading() provision.Reading {
	return provision.Reading{
		AddOns: 866, AddOnPrice: provision.Money{Symbol: "$", Cents: 1295}, BaseGB: 100, PoolGB: 100 + 20*866, ServerOffered: true,
		Default: provision.Group{Name: provision.DefaultGroupName, Type: provision.Assigned, AssignedGB: 15, UsedGB: 3},
	}
}

func begin(t testing.TB, o provision.Order) *record {
	c := &clock{start}
	s := &record{clock: c, t: t}
	s.job = provision.NewJob("test", rita, provision.Conversation{Channel: "C1", Thread: "1.1"},
		provision.Document{Name: "order-1007.pdf", Size: 52_000, SHA256: strings.Repeat("ab", 32)}, o, provision.DefaultMaxOrderGB, c.tick())
	s.job.ID = "12"
	return s
}

func asDryRun(s *record) *record {
	s.job.DryRun = true
	return s
}

func (s *record) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *record) quoted(r provision.Reading) *record {
	r.At = s.tick()
	s.must(s.job.SetQuote(r))
	return s
}

func (s *record) approved() *record {
	s.must(provision.Policy{Approvers: []provision.Person{amir}}.By(amir, s.tick()).Approve(&s.job, s.job.Quoted.Digest))
	return s
}

func (s *record) running() *record {
	s.must(s.job.Start(s.tick()))
	return s
}

func (s *record) did(step provision.StepName, kind provision.EntryKind, text string, want *provision.Want) *record {
	s.journal = append(s.journal, provision.Entry{Seq: len(s.journal) + 1, At: s.tick(), Step: step, Kind: kind, Text: text, Want: want})
	return s
}

// through takes the steps up to and with last.
func (s *record) through(last provision.StepName) *record {
	wants := map[provision.StepName]*provision.Want{
		provision.StepBuy:          {Plan: &provision.PlanChange{From: 866, To: 868}},
		provision.StepGroup:        {Group: &provision.Group{Name: "Example Inc.", Type: provision.Assigned, AssignedGB: 30}},
		provision.StepAdmin:        {Admin: &provision.Admin{Email: "mguy@example.com"}},
		provision.StepDefaultGroup: {Default: &provision.DefaultChange{FromGB: 15, ToGB: 5, Returned: 1}},
		provision.StepReturn:       {Plan: &provision.PlanChange{From: 868, To: 867}},
		provision.StepWelcomeMail:  {MessageID: "welcome.job-12"},
		provision.StepCloseTask:    {Task: "4711"},
	}
	for _, step := range provision.Steps {
		if w := wants[step]; w != nil {
			s.did(step, provision.Intended, "", w)
		}
		s.did(step, provision.Achieved, "It is done.", nil)
		if step == last {
			break
		}
	}
	return s
}

func (s *record) stuck(step provision.StepName, message string) *record {
	s.did(step, provision.Intended, "", nil)
	s.did(step, provision.Failed, message, nil)
	s.must(s.job.MarkStuck(provision.Trouble{Step: step, Code: provision.Changed, Message: message, At: s.tick()}))
	return s
}

// facts are the record's facts in the audit.
func (s *record) facts() []provision.Fact {
	facts := provision.FactsOf(provision.Job{}, s.job, s.journal)
	for i := range facts {
		facts[i].Record.Seq = 100 + i
	}
	return facts
}

// consoleAccess is the state while the job holds the console.
func (s *record) consoleAccess() (g provision.ConsoleAccess) {
	s.must(g.Take(provision.Instance{Host: "host-1", PID: 4711, Started: start}, s.job.ID, start.Add(time.Hour)))
	g.Follow(s.job.ID, s.journal)
	return g
}

// removed is the job after its customer's data was erased.
func removed(s *record) provision.Job {
	job := s.job
	s.must(job.Erase(start.AddDate(0, 3, 0)))
	return job
}

// erased is what is shown of a job after its customer's data was erased.
func erased(s *record) blocks.Message {
	facts, job := s.facts(), removed(s)
	for i, f := range facts {
		if f.Words.Text != "" {
			facts[i].Record.Words, facts[i].Words = "hash", provision.Words{}
		}
	}
	return blocks.Show(job, provision.SpareAsk, "", facts)
}

func (s *record) done() *record {
	s.job.AccountID = "204417"
	s.must(s.job.Finish(s.tick()))
	return s
}
