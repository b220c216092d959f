package statetest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"mozybot/provision"
	"mozybot/state"
)

// together has many goroutines at one store.
func together(t *testing.T, open Opener) {
	const workers, rounds = 8, 5

	t.Run("no update is lost", func(t *testing.T) {
		s := open(t)
		id := create(t, s, "upload").ID
		crowd(workers, func(worker int) {
			for range rounds {
				_, err := s.Update(t.Context(), id, func(j *provision.Job) error {
					j.Notes = append(j.Notes, strconv.Itoa(len(j.Notes))) // wrong unless it sees the newest state
					return nil
				}, entry(provision.Intended, "one"), entry(provision.Achieved, "two"))
				if err != nil {
					t.Error(err)
				}
				if _, err := s.Job(t.Context(), id); err != nil {
					t.Error(err)
				}
			}
		})
		notes := get(t, s, id).Notes
		if len(notes) != workers*rounds {
			t.Fatalf("got %d notes, want %d", len(notes), workers*rounds)
		}
		for i, note := range notes {
			if note != strconv.Itoa(i) {
				t.Fatalf("note %d saw %s others", i, note)
			}
		}
		entries := entriesOf(t, s, id)
		if len(entries) != 2*workers*rounds {
			t.Fatalf("got %d entries, want %d", len(entries), 2*workers*rounds)
		}
		for i, e := range entries {
			if want := []string{"one", "two"}[i%2]; e.Seq != i+1 || e.Text != want {
				t.Fatalf("entry %d: got seq %d and %q, want %q", i+1, e.Seq, e.Text, want)
			}
		}
	})
	t.Run("one click of many wins", func(t *testing.T) {
		s := open(t)
		id := create(t, s, "upload").ID
		var won, late atomic.Int32
		crowd(workers, func(int) {
			switch _, err := s.Update(t.Context(), id, approve); {
			case err == nil:
				won.Add(1)
			case provision.CodeOf(err) == provision.Stale:
				late.Add(1)
			default:
				t.Error(err)
			}
		})
		if won.Load() != 1 || late.Load() != workers-1 {
			t.Errorf("%d clicks won and %d were too late", won.Load(), late.Load())
		}
		if got := get(t, s, id); len(got.Approvals) != 1 {
			t.Errorf("the job has %d approvals", len(got.Approvals))
		}
	})
	t.Run("one upload makes one job", func(t *testing.T) {
		s := open(t)
		var made atomic.Int32
		crowd(workers, func(int) {
			for n := range rounds {
				source := "upload " + strconv.Itoa(n)
				job, err := s.Create(t.Context(), newJob(source))
				switch {
				case err == nil:
					made.Add(1)
				case provision.CodeOf(err) != provision.Conflict:
					t.Error(err)
				}
				if job.Source != source || job.ID == "" {
					t.Errorf("got job %q of source %q, want %q", job.ID, job.Source, source)
				}
			}
		})
		if got := idsOf(t, s); made.Load() != rounds || len(got) != rounds {
			t.Errorf("%d were told that they made a job, and there are %v; want %d", made.Load(), got, rounds)
		}
	})
	t.Run("one event is taken once", func(t *testing.T) {
		s := open(t)
		var fresh atomic.Int32
		crowd(workers, func(int) {
			for n := range rounds {
				is, err := s.Receive(t.Context(), newEvent(fmt.Sprint("Ev", n), now))
				if err != nil {
					t.Error(err)
				}
				if is {
					fresh.Add(1)
				}
			}
		})
		list, err := s.Unhandled(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if fresh.Load() != rounds || len(list) != rounds {
			t.Errorf("%d were fresh and %d wait, want %d", fresh.Load(), len(list), rounds)
		}
	})
}

// crowd has n workers start at once and waits for all of them.
func crowd(n int, work func(worker int)) {
	var all sync.WaitGroup
	start := make(chan struct{})
	for worker := range n {
		all.Go(func() {
			<-start
			work(worker)
		})
	}
	close(start)
	all.Wait()
}

func restart(t *testing.T, newPlace func(t *testing.T) Opener) {
	open := newPlace(t)
	s := open(t)
	first, second, third := create(t, s, "a").ID, create(t, s, "b").ID, create(t, s, "c").ID
	update(t, s, first, decline, entry(provision.Skipped, "over"))
	update(t, s, second, approve, entry(provision.Intended, "one"), entry(provision.Achieved, "two"))
	receive(t, s, "handled", now)
	receive(t, s, "waits", now)
	receive(t, s, "waits too", now)
	handled(t, s, "handled")
	before, err := s.Jobs(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatalf("closing: %v", err)
	}

	s = open(t)
	after, err := s.Jobs(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	wantSame(t, after, before)
	wantIDs(t, "active", idsOf(t, s, provision.Active...), second, third)
	if got := texts(entriesOf(t, s, second)); !slices.Equal(got, []string{"one", "two"}) {
		t.Errorf("the journal has %q", got)
	}
	wantUnhandled(t, s, "waits", "waits too")
	for _, key := range []string{"handled", "waits"} {
		if receive(t, s, key, now) {
			t.Errorf("the event %q was taken again", key)
		}
	}
	// And everything goes on where it was.
	if _, err := s.Create(t.Context(), newJob("a")); provision.CodeOf(err) != provision.Conflict {
		t.Errorf("creating a job of a known source: %v", err)
	}
	if next := create(t, s, "d").ID; next != "4" {
		t.Errorf("the next job is %s, want 4", next)
	}
	update(t, s, second, nil, entry(provision.Intended, "three"))
	if got := entriesOf(t, s, second); len(got) != 3 || got[2].Seq != 3 {
		t.Errorf("the journal goes on with %+v", got)
	}
	receive(t, s, "new", now)
	wantUnhandled(t, s, "waits", "waits too", "new")

	other := newPlace(t)(t)
	wantIDs(t, "another place", idsOf(t, other))
}

func closed(t *testing.T, open Opener) {
	// Every method but Close, each with what it is called on.
	methods := map[string]func(context.Context, state.Store) error{
		"Create": func(ctx context.Context, s state.Store) error { _, err := s.Create(ctx, newJob("new")); return err },
		"Job":    func(ctx context.Context, s state.Store) error { _, err := s.Job(ctx, "1"); return err },
		"Jobs":   func(ctx context.Context, s state.Store) error { _, err := s.Jobs(ctx); return err },
		"Update": func(ctx context.Context, s state.Store) error {
			_, err := s.Update(ctx, "1", decline, entry(provision.Intended, ""))
			return err
		},
		"Journal": func(ctx context.Context, s state.Store) error { _, err := s.Journal(ctx, "1"); return err },
		"Ended":   func(ctx context.Context, s state.Store) error { _, _, err := s.Ended(ctx, now, 1); return err },
		"Alike": func(ctx context.Context, s state.Store) error {
			_, err := s.FindDuplicates(ctx, newJob("upload"))
			return err
		},
		"ConsoleAccess": func(ctx context.Context, s state.Store) error { _, err := s.ConsoleAccess(ctx); return err },
		"UpdateConsoleAccess": func(ctx context.Context, s state.Store) error {
			_, err := s.UpdateConsoleAccess(ctx, func(g *provision.ConsoleAccess, _ *provision.Job) ([]provision.Entry, error) {
				return nil, g.PauseAt(policy.By("U-approver", now), "")
			})
			return err
		},
		"EraseCustomers": func(ctx context.Context, s state.Store) error {
			_, err := s.EraseCustomers(ctx, now, 1, now)
			return err
		},
		"Story": func(ctx context.Context, s state.Store) error { _, err := s.AuditTrail(ctx, "1"); return err },
		"Audit": func(ctx context.Context, s state.Store) error { return s.Audit(ctx, func([]byte) error { return nil }) },
		"Head":  func(ctx context.Context, s state.Store) error { _, err := s.Head(ctx); return err },
		"Receive": func(ctx context.Context, s state.Store) error {
			_, err := s.Receive(ctx, newEvent("new", now))
			return err
		},
		"Unhandled": func(ctx context.Context, s state.Store) error { _, err := s.Unhandled(ctx); return err },
		"Handled":   func(ctx context.Context, s state.Store) error { return s.Handled(ctx, "old") },
		"Forget":    func(ctx context.Context, s state.Store) error { return s.PurgeEvents(ctx, now) },
		"Setting":   func(ctx context.Context, s state.Store) error { _, err := s.Setting(ctx, "paused"); return err },
		"SetSetting": func(ctx context.Context, s state.Store) error {
			return s.SetSetting(ctx, "paused", "x")
		},
	}
	t.Run("a cancelled context changes nothing", func(t *testing.T) {
		s := open(t)
		create(t, s, "upload")
		receive(t, s, "old", now)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		for name, method := range methods {
			if err := method(ctx, s); !errors.Is(err, context.Canceled) {
				t.Errorf("%s: got %v, want context.Canceled", name, err)
			}
		}
		wantIDs(t, "pending", idsOf(t, s, provision.Pending), "1")
		wantUnhandled(t, s, "old")
		if got := entriesOf(t, s, "1"); len(got) != 0 {
			t.Errorf("the journal has %d entries", len(got))
		}
	})
	t.Run("a closed store is unavailable", func(t *testing.T) {
		s := open(t)
		create(t, s, "upload")
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		for name, method := range methods {
			if err := method(t.Context(), s); provision.CodeOf(err) != provision.Unavailable {
				t.Errorf("%s: got %v, want an error of code unavailable", name, err)
			}
		}
	})
}
