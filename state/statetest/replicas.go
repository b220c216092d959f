package statetest

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"mozybot/provision"
	"mozybot/state"
)

// Replica is a store that several processes share. Until Lead has returned it stands by: it can be read, and refuses to write.
type Replica interface {
	state.Store
	Lead(ctx context.Context) (term context.Context, err error)
	MayAct() error
}

// Shared is one place that several replicas share.
type Shared struct {
	// Open opens another replica there. It closes it when the test is over.
	Open func(t *testing.T) Replica
	// Depose takes the lead from the replica that has it, behind its back.
	Depose func(t *testing.T)
}

// RunReplicas states what any store that several processes share must do, besides Run.
func RunReplicas(t *testing.T, newPlace func(t *testing.T) Shared) {
	t.Run("a standby reads what the leader writes, and writes nothing", func(t *testing.T) {
		p := newPlace(t)
		leader, standby := p.Open(t), p.Open(t)
		lead(t, leader)
		job := create(t, leader, "F1")
		await(t, "the standby has the job", func() error { _, err := standby.Job(t.Context(), job.ID); return err })
		_, err := standby.Create(t.Context(), newJob("F2"))
		wantCode(t, err, provision.Unavailable)
		if standby.MayAct() == nil {
			t.Error("the standby may act")
		}
		if err := leader.MayAct(); err != nil {
			t.Errorf("the leader may not act: %v", err)
		}
	})
	t.Run("the next leader has all that was written, and goes on with it", func(t *testing.T) {
		p := newPlace(t)
		first, second := p.Open(t), p.Open(t)
		lead(t, first)
		for i := range 20 {
			update(t, first, create(t, first, fmt.Sprint("F", i)).ID, decline, entry(provision.Intended, "bought"))
		}
		head, err := first.Head(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if err := first.Close(); err != nil {
			t.Fatal(err)
		}
		lead(t, second)
		if after, err := second.Head(t.Context()); err != nil || after != head {
			t.Errorf("the audit's head is %v, %v; it was %v", after, err, head)
		}
		if job := create(t, second, "another"); job.ID != "21" {
			t.Errorf("the next job is %s", job.ID)
		}
		if again, err := second.Create(t.Context(), newJob("F3")); provision.CodeOf(err) != provision.Conflict || again.ID != "4" {
			t.Errorf("the same source is job %q, %v", again.ID, err)
		}
	})
	t.Run("a deposed leader's write is refused, and not merged", func(t *testing.T) {
		p := newPlace(t)
		old, next := p.Open(t), p.Open(t)
		term := lead(t, old)
		job := create(t, old, "F1")
		p.Depose(t)
		lead(t, next)
		update(t, next, job.ID, decline)
		_, err := old.Update(t.Context(), job.ID, nil, entry(provision.Intended, "too late"))
		wantCode(t, err, provision.Unavailable)
		_, err = old.Create(t.Context(), newJob("F2"))
		wantCode(t, err, provision.Unavailable)
		if fresh, err := old.Receive(t.Context(), state.Event{Key: "Ev1", At: now}); err == nil || fresh {
			t.Errorf("it took an event: %v, %v", fresh, err)
		}
		<-term.Done()
		if old.MayAct() == nil {
			t.Error("it may still act")
		}
		if entries := entriesOf(t, next, job.ID); len(entries) != 0 {
			t.Errorf("the journal has %v", entries)
		}
		wantIDs(t, "in the end", idsOf(t, next), job.ID)
	})
	t.Run("one leads at a time", func(t *testing.T) {
		p := newPlace(t)
		first, second := p.Open(t), p.Open(t)
		lead(t, first)
		led := make(chan error, 1)
		go func() {
			_, err := second.Lead(t.Context())
			led <- err
		}()
		create(t, first, "F1")
		select {
		case err := <-led:
			t.Fatalf("the second leads beside the first: %v", err)
		default:
		}
		if err := first.Close(); err != nil {
			t.Fatal(err)
		}
		if err := <-led; err != nil {
			t.Fatal(err)
		}
		create(t, second, "F2")
	})
}

func lead(t *testing.T, s Replica) context.Context {
	t.Helper()
	term, err := s.Lead(t.Context())
	if err != nil {
		t.Fatalf("leading: %v", err)
	}
	return term
}

// await looks until it is so.
func await(t *testing.T, what string, look func() error) {
	t.Helper()
	ticks := time.NewTicker(5 * time.Millisecond)
	defer ticks.Stop()
	patience, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	for {
		err := look()
		if err == nil {
			return
		}
		select {
		case <-ticks.C:
		case <-patience.Done():
			t.Fatal(errors.Join(fmt.Errorf("waiting until %s", what), err))
		}
	}
}
