package runbook_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"testing"
	"time"

	"github.com/sirupsen/logrus"

	"mozybot/provision"
	"mozybot/provision/runbook"
)

var greylisted = provision.Errorf(provision.Unavailable, "The mail server asks to try again later.")

// failing lets an act fail so many times (-1 for ever) and does nothing else.
func failing(act string, times int, err error) func(string) error {
	return func(m string) error {
		if m != act || times == 0 {
			return nil
		}
		times--
		return err
	}
}

func TestWhatIsOutOfReachForHours(t *testing.T) {
	t.Run("is tried until it is there, at growing intervals", func(t *testing.T) {
		for _, act := range []string{"> welcome_mail", "> close_task", "look at task"} {
			w := newWorld(t)
			w.on = failing(act, 60, greylisted)
			w.run(t.Context())
			w.wantDone()
			if first := []time.Duration{time.Second, 2 * time.Second, 4 * time.Second}; len(w.waits) != 60 || !slices.Equal(w.waits[:3], first) {
				t.Errorf("%s: waited %v", act, w.waits)
			}
			if longest := slices.Max(w.waits); longest != 5*time.Minute || w.now.Sub(monday) < 4*time.Hour {
				t.Errorf("%s: waited %v at most, %v in all", act, longest, w.now.Sub(monday))
			}
		}
	})
	t.Run("calls a person after a day, and a person's word begins a new one", func(t *testing.T) {
		w := newWorld(t)
		w.on = failing("> welcome_mail", -1, greylisted)
		w.run(t.Context())
		w.wantStuck(provision.StepWelcomeMail, "try again later")
		if took := w.now.Sub(monday); took < 24*time.Hour || took > 24*time.Hour+10*time.Minute {
			t.Errorf("gave up after %v", took)
		}
		again := len(w.waits)
		w.decide(provision.Retried)
		w.run(t.Context())
		w.wantStuck(provision.StepWelcomeMail)
		if took := w.now.Sub(monday); took < 48*time.Hour || w.waits[again] != time.Second {
			t.Errorf("gave up after %v, the first pause was %v", took, w.waits[again])
		}
	})
	t.Run("is told while it lasts", func(t *testing.T) {
		w := newWorld(t)
		told := ""
		w.on = func(m string) error {
			switch {
			case m == "> welcome_mail":
				return greylisted
			case m == "pause" && len(w.waits) == 3:
				p := provision.ProgressOf(w.job, w.journal)[8]
				told = fmt.Sprintf("%s: %s Next: %s", p.Status, p.Text, p.Next.UTC().Format("15:04:05"))
				panic(killed{})
			}
			return nil
		}
		w.run(t.Context())
		if want := "running: The mail server asks to try again later. Next: 08:00:07"; told != want {
			t.Errorf("told %q, want %q", told, want)
		}
	})
	t.Run("outlives the process: the day goes on, and nothing is done twice", func(t *testing.T) {
		w := newWorld(t)
		w.on = func(m string) error {
			if m == "pause" && len(w.waits)%7 == 0 {
				panic(killed{})
			}
			return failing("> welcome_mail", -1, greylisted)(m)
		}
		for w.run(t.Context()) {
		}
		w.wantStuck(provision.StepWelcomeMail)
		if took := w.now.Sub(monday); took > 24*time.Hour+10*time.Minute {
			t.Errorf("gave up after %v", took)
		}
		w.on = func(string) error { return nil }
		w.decide(provision.Retried)
		w.run(t.Context())
		w.wantDone()
	})
	t.Run("a process that dies in a later try asks a person about the mail", func(t *testing.T) {
		w := newWorld(t)
		w.on = func(m string) error {
			if m != "> welcome_mail" {
				return nil
			}
			if len(w.waits) == 2 {
				panic(killed{})
			}
			return greylisted
		}
		if !w.run(t.Context()) {
			t.Fatal("it was not killed")
		}
		w.on = func(string) error { return nil }
		w.run(t.Context())
		w.wantStuck(provision.StepWelcomeMail, "cannot tell whether the mail went out")
	})
	t.Run("what nobody knows is never tried again by itself", func(t *testing.T) {
		w := newWorld(t)
		w.on = failing("< welcome_mail", 1, &provision.Error{Code: provision.Unavailable, Message: "Lost.", Err: provision.ErrUncertain})
		w.run(t.Context())
		w.wantStuck(provision.StepWelcomeMail, "Lost.")
		if len(w.mails) != 1 {
			t.Errorf("%d mails", len(w.mails))
		}
	})
	t.Run("a person's word is not forgotten over it", func(t *testing.T) {
		w := newWorld(t)
		w.on = failing("> close_task", 1, provision.Errorf(provision.Denied, "No right to close."))
		w.run(t.Context())
		w.wantStuck(provision.StepCloseTask)
		w.taskOpen = false
		w.decide(provision.ByHand)
		w.on = failing("look at task", 3, greylisted)
		w.run(t.Context())
		w.wantState(provision.Done)
		if last := provision.ProgressOf(w.job, w.journal)[9].Text; last != "Done by hand. Task 58231 is closed." {
			t.Errorf("says %q", last)
		}
	})
	t.Run("a shutdown does not wait for it", func(t *testing.T) {
		w := newWorld(t)
		ctx, stop := context.WithCancel(t.Context())
		w.on = func(m string) error {
			if m == "journal welcome_mail deferred" {
				stop()
			}
			return failing("> welcome_mail", -1, greylisted)(m)
		}
		log := logrus.New()
		log.SetOutput(io.Discard)
		r, err := runbook.New(runbook.Config{Console: w, Mailer: w, Tracker: w, Journal: w, AdminRole: "Customer Admin", Log: log,
			Now: time.Now, CorrespondFor: 24 * time.Hour})
		if err != nil {
			t.Fatal(err)
		}
		if err := r.AtConsole(ctx, "12"); err != nil {
			t.Fatal(err)
		}
		if err := r.Correspond(ctx, "12"); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
		w.wantState(provision.Running)
	})
}
