package bot_test

import (
	"context"
	"testing"
	"time"

	"mozybot/provision"
)

func TestAClockThatJumps(t *testing.T) {
	t.Run("forwards, in the middle of a job: the job goes on", func(t *testing.T) {
		o := newOffice(t)
		clock := o.watched()
		o.runner.at = map[provision.StepName]func(context.Context, provision.JobID) (provision.EntryKind, string){
			provision.StepGroup: func(context.Context, provision.JobID) (provision.EntryKind, string) {
				clock.turn(1000 * time.Hour)
				return provision.Achieved, "Done."
			},
		}
		o.open()
		o.drop(rita, "order.txt", "Example Inc.: 30 GB")
		o.press(amir, o.asked(), "approve")
		o.the("result", "Example Inc.")
	})
	t.Run("backwards, while an order waits: it can be approved, and nothing is said of it before its time", func(t *testing.T) {
		o := newOffice(t)
		clock := o.watched()
		o.open()
		o.drop(rita, "order.txt", "Example Inc.: 30 GB")
		summary := o.asked()
		clock.turn(-1000 * time.Hour)
		o.press(amir, summary, "approve")
		o.the("result", "Example Inc.")
		for _, key := range []string{"reminder.1", "expired.1"} {
			if n := o.count(key); n > 0 {
				t.Errorf("there are %d messages %q", n, key)
			}
		}
	})
	t.Run("forwards and put right: what was dropped meanwhile is still found", func(t *testing.T) {
		o := impatient(t) // Slack gives up telling
		clock := o.watched()
		leave := o.open()
		clock.turn(1000 * time.Hour)
		o.eventually("the wrong time is noted", func() bool {
			heard, err := o.store.Setting(t.Context(), "heard")
			if err != nil {
				t.Fatal(err)
			}
			at, err := time.Parse(time.RFC3339, heard)
			return err == nil && at.After(time.Now().Add(time.Hour))
		})
		leave()
		clock.turn(-1000 * time.Hour)
		o.drop(rita, "order.txt", "Example Inc.: 30 GB")
		o.open()
		o.asked()
	})
}
