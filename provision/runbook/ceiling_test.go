package runbook_test

import (
	"testing"

	"mozybot/provision"
)

// 30 GB were approved: buy 2, return 1. Whatever a colleague does between the approval and the end, no more goes back.
func TestNoMoreIsReturnedThanWasApproved(t *testing.T) {
	for _, tt := range []struct {
		name                   string
		change                 func(*world)
		addOns, kept, leftOver int
	}{
		{"a colleague bought 5 and has not used them", func(w *world) { w.addOns += 5 }, 866 + 5 + 2 - 1, 5, 100},
		{"a colleague put 100 GB into the default group", func(w *world) { w.addOns, w.def.AssignedGB = w.addOns+5, 115 }, 866 + 5 + 2 - 1, 105, 0},
		{"a job before this one filled the default group", func(w *world) { w.addOns, w.def.AssignedGB = w.addOns+1, 35 }, 866 + 1 + 2 - 1, 25, 0},
		{"a job before this one emptied it: fewer go back than approved", func(w *world) { w.assigned, w.def.AssignedGB = w.assigned+10, 5 }, 866 + 2, 15, 0},
	} {
		for _, older := range []bool{false, true} {
			w := newWorld(t)
			if older { // approved before the limit was kept
				w.job.Quoted.ReturnAtMost = nil
			}
			tt.change(w)
			w.run(t.Context())
			w.wantState(provision.Done)
			if w.addOns != tt.addOns || w.def.AssignedGB != tt.kept || w.available() != tt.leftOver {
				t.Errorf("%s: %d add-ons, %d GB in the default group, %d GB Available", tt.name, w.addOns, w.def.AssignedGB, w.available())
			}
		}
	}
}
