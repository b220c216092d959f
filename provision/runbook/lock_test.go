package runbook_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"mozybot/provision"
)

// TestALockBrokenAtAnyMomentStopsTheJobAfterItsAct breaks the lock at every moment of a job at the console, with the
// runner told to stop, as the bot does it, and without: the job's record alone must keep the next act from beginning.
func TestALockBrokenAtAnyMomentStopsTheJobAfterItsAct(t *testing.T) {
	for _, told := range []bool{true, false} {
		moments := 0
		for n := 1; ; n++ {
			w := newWorld(t)
			ctx, stop := context.WithCancel(t.Context())
			var broken string
			count := 0
			w.on = func(moment string) error {
				if broken != "" && strings.HasPrefix(moment, "> ") && moment != "> login" {
					t.Errorf("broken at %q, it began %q all the same", broken, moment)
				}
				if count++; count != n || w.job.State() != provision.Running || provision.Finished(w.journal, provision.StepAccountID) {
					return nil
				}
				broken = fmt.Sprintf("%d: %s", n, moment)
				w.breakLock()
				if told {
					stop()
				}
				return nil
			}
			w.run(ctx)
			stop()
			if broken == "" && count >= n && n > 1 && w.job.State() == provision.Done {
				break // beyond the console
			}
			if broken == "" {
				continue // before its turn
			}
			moments++
			w.wantState(provision.Stuck)
			w.on = func(string) error { return nil }
			w.decide(provision.Retried)
			w.run(t.Context())
			w.wantDone()
			if t.Failed() {
				t.Fatalf("after the lock was broken at %s", broken)
			}
		}
		if moments < 30 {
			t.Errorf("it was broken at %d moments only", moments)
		}
	}
}

// breakLock is an approver's word, in one transaction as the store does it.
func (w *world) breakLock() {
	w.t.Helper()
	var gate provision.ConsoleAccess
	if err := gate.Take(provision.Instance{}, w.job.ID, w.now); err != nil {
		w.t.Fatal(err)
	}
	for i := range w.journal {
		gate.Follow(w.job.ID, w.journal[i:i+1])
	}
	e, err := gate.Break(policy.By(aaron, w.now), "the page hangs", &w.job)
	if err != nil {
		w.t.Fatal(err)
	}
	w.journal = append(w.journal, e)
}
