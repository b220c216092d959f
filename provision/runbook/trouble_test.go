package runbook_test

import (
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/sirupsen/logrus"

	"mozybot/provision"
	"mozybot/provision/runbook"
)

func TestTroubleWithAnAct(t *testing.T) {
	passing := provision.Errorf(provision.Unavailable, "The console cannot be reached.")
	t.Run("what is unavailable for a while is tried again", func(t *testing.T) {
		for _, act := range allWrites {
			w := newWorld(t)
			fails := 2
			w.on = func(m string) error {
				if m == "> "+act && fails > 0 {
					fails--
					return passing
				}
				return nil
			}
			w.run(t.Context())
			w.wantDone()
		}
	})
	t.Run("what stays unavailable calls a person", func(t *testing.T) {
		w := newWorld(t)
		tried := 0
		w.on = func(m string) error {
			if m == "> group" {
				tried++
				return passing
			}
			return nil
		}
		w.run(t.Context())
		w.wantStuck(provision.StepGroup, "cannot be reached")
		if tried != 5 {
			t.Errorf("tried %d times", tried)
		}
		var kept []string
		for _, e := range w.journal {
			if e.Step == provision.StepGroup {
				kept = append(kept, e.Evidence...)
			}
		}
		if len(kept) != 2*tried {
			t.Errorf("of what was kept of %d tries, the journal names %q", tried, kept)
		}
	})
	t.Run("an answer lost on the way back is looked up, not repeated", func(t *testing.T) {
		for _, act := range []string{"buy", "group", "admin", "default_group", "return", "close_task"} {
			w := newWorld(t)
			w.on = func(m string) error {
				if m == "< "+act {
					return errors.New("connection reset")
				}
				return nil
			}
			w.run(t.Context())
			w.wantDone()
		}
	})
	t.Run("a mail that nobody knows about asks a person, who has the last word", func(t *testing.T) {
		w := newWorld(t)
		w.on = func(m string) error {
			if m == "< welcome_mail" {
				return &provision.Error{Code: provision.Conflict, Message: "The connection was lost after the mail was handed over.", Err: provision.ErrUncertain}
			}
			return nil
		}
		w.run(t.Context())
		w.wantStuck(provision.StepWelcomeMail, "connection was lost")
		w.decide(provision.ByHand)
		w.run(t.Context())
		w.wantDone()
	})
	t.Run("a mail that was refused is known not to have gone out, unless an earlier one may have", func(t *testing.T) {
		w := newWorld(t)
		refused := provision.Errorf(provision.Invalid, "The mail server refused: 550.")
		answer := error(refused)
		w.on = func(m string) error {
			if m == "> welcome_mail" {
				return answer
			}
			return nil
		}
		w.run(t.Context())
		w.wantStuck(provision.StepWelcomeMail, "550")
		if !w.job.Trouble.Untouched || !provision.Untouched(w.journal, provision.StepWelcomeMail) {
			t.Error("nobody can tell that the mail did not go out")
		}
		answer = &provision.Error{Code: provision.Conflict, Message: "The connection was lost.", Err: provision.ErrUncertain}
		w.decide(provision.Retried)
		w.run(t.Context())
		answer = refused
		w.decide(provision.Retried)
		w.run(t.Context())
		w.wantStuck(provision.StepWelcomeMail, "550")
		if w.job.Trouble.Untouched || provision.Untouched(w.journal, provision.StepWelcomeMail) {
			t.Error("the mail that may have gone out is forgotten")
		}
	})
	t.Run("a refused log-in is tried once", func(t *testing.T) {
		w := newWorld(t)
		tried := 0
		w.on = func(m string) error {
			if m == "> login" {
				tried++
				return provision.Errorf(provision.Denied, "The console refused the log-in.")
			}
			return nil
		}
		w.run(t.Context())
		w.wantStuck(provision.StepLogin, "refused the log-in")
		if tried != 1 {
			t.Errorf("tried %d times", tried)
		}
	})
	t.Run("a console that is not as we know it stops the job before anything is bought", func(t *testing.T) {
		w := newWorld(t)
		gone := provision.Errorf(provision.Changed, "The panel \"Add New Admin\" has no box Email.")
		w.on = func(m string) error {
			if m == "check Customer Admin" {
				return gone
			}
			return nil
		}
		w.run(t.Context())
		w.wantStuck(provision.StepLogin, "no box Email")
		if len(w.writes) > 0 || w.job.Trouble.Code != provision.Changed {
			t.Errorf("wrote %v, trouble %+v", w.writes, w.job.Trouble)
		}
		w.on = func(string) error { return nil }
		w.decide(provision.Retried)
		w.run(t.Context())
		w.wantDone()
	})
	t.Run("a journal that cannot be written leaves the job where it was", func(t *testing.T) {
		w := newWorld(t)
		full := errors.New("no space left on device")
		w.on = func(m string) error {
			if m == "journal group intent" {
				return full
			}
			return nil
		}
		log := logrus.New()
		log.SetOutput(io.Discard)
		r, err := runbook.New(runbook.Config{Console: w, Mailer: w, Tracker: w, Journal: w, AdminRole: "Customer Admin", Log: log,
			Now: time.Now, CorrespondFor: time.Hour})
		if err != nil {
			t.Fatal(err)
		}
		if err := r.AtConsole(t.Context(), "12"); !errors.Is(err, full) {
			t.Errorf("got %v", err)
		}
		w.wantState(provision.Running)
		w.on = func(string) error { return nil }
		w.run(t.Context())
		w.wantDone()
	})
}

func TestAPersonsWordOnAStuckJob(t *testing.T) {
	stuck := func(t *testing.T) *world {
		w := before(t, "buy", func(w *world) { w.addOns, w.assigned = 869, w.assigned+60 }) // a colleague bought 3 and used them
		w.wantStuck(provision.StepBuy)
		return w
	}
	t.Run("try again looks anew", func(t *testing.T) {
		w := stuck(t)
		w.decide(provision.Retried)
		w.run(t.Context())
		w.wantState(provision.Done)
		if w.addOns != 870 {
			t.Errorf("%d add-ons, want 869 + 2 - 1", w.addOns)
		}
	})
	t.Run("done by hand never acts, and is believed only as far as it can be seen", func(t *testing.T) {
		w := stuck(t)
		w.decide(provision.ByHand)
		w.run(t.Context())
		w.wantStuck(provision.StepBuy, "Change Plan shows 869 add-ons, and 0 GB are Available; the order needs 30 GB.")
		w.addOns += 2 // now it is true
		w.decide(provision.ByHand)
		w.run(t.Context())
		w.wantState(provision.Done)
		if slices.Contains(w.writes, "buy") {
			t.Error("bought although a person had")
		}
	})
	t.Run("each step done by hand goes on from what is there", func(t *testing.T) {
		for step, byHand := range map[string]func(*world){
			"group": func(w *world) {
				w.group = &provision.Group{ID: "204712", Name: "Example Inc.", Type: provision.Assigned, AssignedGB: 30, Sync: true}
			},
			"admin": func(w *world) {
				w.admin = &provision.Admin{Name: "Mister Guy", Email: "mguy@example.com", Groups: []string{"Example Inc."}, Roles: []string{"Customer Admin"}}
			},
			"default_group": func(w *world) { w.def.AssignedGB = 5 },
			"return":        func(w *world) { w.addOns = 867 },
			"close_task":    func(w *world) { w.taskOpen = false },
		} {
			w := newWorld(t)
			w.on = func(m string) error {
				if m == "> "+step {
					return provision.Errorf(provision.Changed, "The page is not as we know it.")
				}
				return nil
			}
			w.run(t.Context())
			w.wantStuck(provision.StepName(step))
			byHand(w)
			w.decide(provision.ByHand)
			w.run(t.Context())
			w.wantState(provision.Done)
			if w.addOns != 867 || w.def.AssignedGB != 5 || slices.Contains(w.writes, step) {
				t.Errorf("%s: %d add-ons, %d GB in the default group, wrote %v", step, w.addOns, w.def.AssignedGB, w.writes)
			}
		}
	})
}

func TestATaskThatTheTrackerDoesNotKnowEndsWithAPersonsWord(t *testing.T) {
	w := newWorld(t)
	w.on = func(m string) error {
		if m == "look at task" {
			return provision.Errorf(provision.NotFound, "It answered 404.")
		}
		return nil
	}
	w.run(t.Context())
	w.wantStuck(provision.StepCloseTask, "has no task "+w.job.Order.Task, "press I did it by hand")
	w.decide(provision.ByHand)
	w.run(t.Context())
	w.wantState(provision.Done)
	last := provision.ProgressOf(w.job, w.journal)[9]
	if last.Status != provision.StepSkipped || !strings.Contains(last.Text, "Done by hand") || !strings.Contains(last.Text, "has no task") {
		t.Errorf("%s: %q", last.Status, last.Text)
	}
}

func TestStepsThatHaveNothingToDoSaySo(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*world)
		step   int
		says   string
	}{
		{"nothing Available", func(w *world) {
			w.brings(func(o *provision.Order) { o.Items = []provision.Item{{Quantity: 40, GB: 40, Kind: provision.Storage}} })
		}, 5, "nothing is Available"},
		{"a Shared default group", func(w *world) { w.def.Type = provision.Shared }, 5, "not of type Assigned"},
		{"no task", func(w *world) { w.brings(func(o *provision.Order) { o.Task = "" }) }, 9, "names no task"},
		{"a task closed already", func(w *world) { w.taskOpen = false }, 9, "closed already"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			c.change(w)
			w.run(t.Context())
			w.wantState(provision.Done)
			if p := provision.ProgressOf(w.job, w.journal)[c.step]; !strings.Contains(p.Text, c.says) {
				t.Errorf("says %q", p.Text)
			}
		})
	}
}
