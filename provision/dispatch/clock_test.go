package dispatch_test

import (
	"slices"
	"testing"
	"time"

	"mozybot/provision"
)

func TestAClockThatIsTurnedBackDoesNotReorderTheQueue(t *testing.T) {
	w := newWorld(t)
	ids := []provision.JobID{"2", "3", "1"}
	for _, company := range []string{"Alpha", "Beta", "Gamma"} {
		w.admit(company)
	}
	stop := w.start()
	w.until("all quoted", func() bool {
		return !slices.ContainsFunc(ids, func(id provision.JobID) bool { return w.job(id).Quoted == nil })
	})
	stop()
	for _, id := range ids {
		w.approve(id)
		w.turn(-48 * time.Hour)
	}
	w.restart()
	w.start()
	for _, id := range ids {
		w.becomes(id, provision.Running)
		w.letGo(id)
	}
	w.until("all jobs done", func() bool {
		done, _, err := w.store.Ended(t.Context(), time.Time{}, 10, provision.Done)
		return err == nil && len(done) == 3
	})
	if at := w.atConsole(); !slices.Equal(at, ids) {
		t.Errorf("at the console were %v, approved in the order %v", at, ids)
	}
}
