package bot_test

import (
	"context"
	"testing"
	"time"

	"mozybot/provision"
)

func TestTheBotToleratesClockJumps(t *testing.T) {
	t.Run("forwards, in the middle of a job: the job goes on", func(t *testing.T) {
		s := newStage(t)
		clock := s.watched()
		s.runner.at = map[provision.StepName]func(context.Context, provision.JobID) (provision.EntryKind, string){
			provision.StepGroup: func(context.Context, provision.JobID) (provision.EntryKind, string) {
				clock.turn(1000 * time.Hour)
				return provision.Achieved, "Done."
			},
		}
		s.open()
		s.drop(rita, "order.txt", "Example Inc.: 30 GB")
		s.press(amir, s.asked(), "approve")
		s.the("result", "Example Inc.")
	})
	t.Run("backwards, while an order waits: it can be approved, and nothing is said of it before its time", func(t *testing.T) {
		s := newStage(t)
		clock := s.watched()
		s.open()
		s.drop(rita, "order.txt", "Example Inc.: 30 GB")
		summary := s.asked()
		clock.turn(-1000 * time.Hour)
		s.press(amir, summary, "approve")
		s.the("result", "Example Inc.")
		for _, key := range []string{"reminder.1", "expired.1"} {
			if n := s.count(key); n > 0 {
				t.Errorf("there are %d messages %q", n, key)
			}
		}
	})
	t.Run("an hour ahead for good: what was dropped while nobody listened is still found", func(t *testing.T) {
		s := withoutRetries(t)
		clock := s.watched()
		clock.turn(time.Hour)
		leave := s.open()
		s.eventually("the channel was looked through", func() bool {
			heard, err := s.store.Setting(t.Context(), "heard")
			return err == nil && heard != ""
		})
		leave()
		s.drop(rita, "order.txt", "Example Inc.: 30 GB")
		s.open()
		s.asked()
	})
	t.Run("forwards and put right: what was dropped meanwhile is still found", func(t *testing.T) {
		s := withoutRetries(t) // Slack stops retrying
		clock := s.watched()
		leave := s.open()
		clock.turn(1000 * time.Hour)
		s.eventually("the wrong time is noted", func() bool {
			heard, err := s.store.Setting(t.Context(), "heard")
			if err != nil {
				t.Fatal(err)
			}
			at, err := time.Parse(time.RFC3339, heard)
			return err == nil && at.After(time.Now().Add(time.Hour))
		})
		leave()
		clock.turn(-1000 * time.Hour)
		s.drop(rita, "order.txt", "Example Inc.: 30 GB")
		s.open()
		s.asked()
	})
}
