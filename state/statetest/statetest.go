// Package statetest is the contract of state.Store as a test suite. Every backend runs it; a backend's own tests are
// for what is its own: its files, its locks, its speed.
package statetest

import (
	"slices"
	"strings"
	"testing"
	"time"

	"mozybot/provision"
	"mozybot/state"
)

// Opener opens the store that lies in one place. Opening it again, once it was closed, is what a restart does. It
// closes the store when the test is over and fails the test when it cannot open it.
type Opener func(t *testing.T) state.Store

// Run states what any store must do. newPlace makes an empty place for a store; the stores of two places know nothing
// of each other.
func Run(t *testing.T, newPlace func(t *testing.T) Opener) {
	open := func(t *testing.T) state.Store { return newPlace(t)(t) }
	t.Run("creating", func(t *testing.T) { creating(t, open) })
	t.Run("listing", func(t *testing.T) { listing(t, open) })
	t.Run("updating", func(t *testing.T) { updating(t, open) })
	t.Run("the journal", func(t *testing.T) { journal(t, open) })
	t.Run("condensing", func(t *testing.T) { condensing(t, open) })
	t.Run("numbering approvals", func(t *testing.T) { numbering(t, open) })
	t.Run("the audit", func(t *testing.T) { audit(t, open) })
	t.Run("the access to the console", func(t *testing.T) { consoleAccess(t, open) })
	t.Run("finding", func(t *testing.T) { finding(t, open) })
	t.Run("purchases", func(t *testing.T) { purchases(t, open) })
	t.Run("movements", func(t *testing.T) { movements(t, open) })
	t.Run("the audit of a job", func(t *testing.T) { auditLines(t, open) })
	t.Run("forgetting customers", func(t *testing.T) { forgetting(t, open) })
	t.Run("events", func(t *testing.T) { events(t, open) })
	t.Run("settings", func(t *testing.T) { settings(t, newPlace) })
	t.Run("at the same time", func(t *testing.T) { together(t, open) })
	t.Run("across a restart", func(t *testing.T) { restart(t, newPlace) })
	t.Run("closed or cancelled", func(t *testing.T) { closed(t, open) })
}

// now is the clock of all tests, with a fraction of a second and a zone, both of which a store has to keep.
var now = time.Date(2024, 5, 17, 9, 30, 0, 123456789, time.FixedZone("CEST", 2*60*60))

var policy = provision.Policy{Approvers: []provision.Person{"U-approver"}}

// newJob is an order that waits for its quote.
func newJob(source string) provision.Job {
	return provision.NewJob(source, "U-requester",
		provision.Conversation{Channel: "C1", Thread: "1715931000.000100"},
		provision.Document{Name: "order.pdf", Size: 4711, SHA256: strings.Repeat("ab", 32)},
		provision.Order{
			Company: "Müller & Söhne <GmbH>", Contact: "Mister Guy", Email: "mguy@example.com", Task: "5512",
			Items: []provision.Item{{Quantity: 30, Description: "1 GB Storage Server", GB: 30, Kind: provision.Storage}},
		}, provision.DefaultMaxOrderGB, now)
}

func create(t *testing.T, s state.Store, source string) provision.Job {
	t.Helper()
	job, err := s.Create(t.Context(), newJob(source))
	if err != nil {
		t.Fatalf("creating %q: %v", source, err)
	}
	return job
}

func get(t *testing.T, s state.Store, id provision.JobID) provision.Job {
	t.Helper()
	job, err := s.Job(t.Context(), id)
	if err != nil {
		t.Fatalf("reading job %s: %v", id, err)
	}
	return job
}

func update(t *testing.T, s state.Store, id provision.JobID, change func(*provision.Job) error, entries ...provision.Entry) provision.Job {
	t.Helper()
	job, err := s.Update(t.Context(), id, change, entries...)
	if err != nil {
		t.Fatalf("updating job %s: %v", id, err)
	}
	return job
}

func entriesOf(t *testing.T, s state.Store, id provision.JobID) []provision.Entry {
	t.Helper()
	entries, err := s.Journal(t.Context(), id)
	if err != nil {
		t.Fatalf("reading the journal of job %s: %v", id, err)
	}
	return entries
}

func idsOf(t *testing.T, s state.Store, states ...provision.State) []provision.JobID {
	t.Helper()
	jobs, err := s.Jobs(t.Context(), states...)
	if err != nil {
		t.Fatalf("listing the jobs in %v: %v", states, err)
	}
	ids := []provision.JobID{}
	for _, j := range jobs {
		ids = append(ids, j.ID)
	}
	return ids
}

func decline(j *provision.Job) error { return policy.By("U-requester", now).Decline(j, "not needed") }

// approve is what a quote and an approver's click make of a pending job.
func approve(j *provision.Job) error {
	reading := provision.Reading{
		At: now, AddOns: 866, AddOnPrice: provision.Money{Symbol: "$", Cents: 999}, BaseGB: 80, PoolGB: 17400, ServerOffered: true,
		Default: provision.Group{ID: "1", Name: provision.DefaultGroupName, Type: provision.Assigned, AssignedGB: 15, UsedGB: 3},
	}
	if err := j.SetQuote(reading); err != nil {
		return err
	}
	return policy.By("U-approver", now.Add(time.Minute)).Approve(j, j.Quoted.Digest)
}

func entry(kind provision.EntryKind, text string) provision.Entry {
	return provision.Entry{At: now, Step: provision.StepBuy, Kind: kind, Text: text}
}

// wantIDs compares ids, which come in order.
func wantIDs(t *testing.T, what string, got []provision.JobID, want ...provision.JobID) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: got jobs %v, want %v", what, got, want)
	}
}

func wantCode(t *testing.T, err error, want provision.Code) {
	t.Helper()
	if err == nil {
		t.Fatalf("got no error, want one of code %s", want)
	}
	if got := provision.CodeOf(err); got != want {
		t.Fatalf("got code %s, want %s: %v", got, want, err)
	}
}
