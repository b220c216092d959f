package runbook_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"mozybot/provision"
)

func TestTheTenStepsFromOrderToClosedTask(t *testing.T) {
	w := newWorld(t)
	w.run(t.Context())
	w.wantDone()

	var told []string
	for _, p := range provision.ProgressOf(w.job, w.journal) {
		told = append(told, fmt.Sprintf("%s (%s): %s", p.Title, p.Status, p.Text))
	}
	want := []string{
		"Read the order (done): Example Inc., 30 GB, from order.pdf.",
		"Log in to the console (done): Logged in; everything the steps need is there.",
		"Buy 2 add-ons (done): 868 add-ons now, 866 before; charged $11.20.",
		"Create the group with 30 GB (done): 30 GB Assigned, Sync on, Server Support off.",
		"Add the customer's admin (done): Mister Guy, group Example Inc., role Customer Admin.",
		"Give the leftover to the default group (done): The default group has 5 GB now, 15 GB before.",
		"Return spare add-ons (done): 867 add-ons now, 868 before.",
		"Read the Account ID (done): Account ID 204712.",
		"Send the welcome mail (done): Sent to mguy@example.com.",
		"Close the Singularity task (done): Task 58231 is closed.",
	}
	if !slices.Equal(told, want) {
		t.Errorf("told\n%s\nwant\n%s", strings.Join(told, "\n"), strings.Join(want, "\n"))
	}
	if !slices.Equal(w.asked, []int{2, -1}) {
		t.Errorf("the looks asked ahead about these changes of the plan: %v", w.asked)
	}
	pictures := []provision.Picture{{Step: provision.StepGroup, Name: "12/1-group-before.jpg"}, {Step: provision.StepGroup, Name: "12/2-group-after.jpg"}}
	if got := provision.Pictures(w.journal); !slices.Equal(got, pictures) {
		t.Errorf("the journal has the pictures %v, want %v", got, pictures)
	}
	if want := []string{"Provisioned by mozybot, job 12. Account ID: 204712"}; !slices.Equal(w.notes, want) {
		t.Errorf("the task's notes are %q", w.notes)
	}
}

// The process dies at every moment there is, is started again, and the job ends as if nothing had been. The one act
// that leaves no trace to look at is the mail: there a person is asked, and has the last word.
func TestKilledAtAnyMomentNothingIsDoneTwice(t *testing.T) {
	killedAtAnyMoment(t, newWorld, (*world).wantDone, 40)
}

// killedAtAnyMoment does so with the job of a world, and holds each end against done.
func killedAtAnyMoment(t *testing.T, begin func(*testing.T) *world, done func(*world), least int) {
	t.Helper()
	var moments []string
	w := begin(t)
	w.on = func(m string) error { moments = append(moments, m); return nil }
	w.run(t.Context())
	done(w)
	if len(moments) < least {
		t.Fatalf("only %d moments to die at: %v", len(moments), moments)
	}
	for die := range moments {
		t.Run(fmt.Sprintf("%02d %s", die+1, moments[die]), func(t *testing.T) {
			w := begin(t)
			n := 0
			w.on = func(m string) error {
				if n++; n == die+1 {
					panic(killed{})
				}
				return nil
			}
			if !w.run(t.Context()) {
				t.Fatal("did not die")
			}
			w.run(t.Context())
			if w.job.State() == provision.Stuck {
				if !slices.Contains([]string{"> welcome_mail", "< welcome_mail", "journal welcome_mail result"}, moments[die]) {
					t.Errorf("a person is asked although no server can have the mail: %+v", w.job.Trouble)
				}
				w.wantStuck(provision.StepWelcomeMail, "welcome.job-12.")
				if len(w.mails) == 1 {
					w.decide(provision.ByHand)
				} else {
					w.decide(provision.Retried)
				}
				w.run(t.Context())
			}
			done(w)
		})
	}
}

func TestAShutdownFinishesTheActInHandAndAStartGoesOn(t *testing.T) {
	w := newWorld(t)
	ctx, stop := context.WithCancel(t.Context())
	w.on = func(m string) error {
		if m == "> group" {
			stop()
		}
		return nil
	}
	w.run(ctx)
	w.wantState(provision.Running)
	if !provision.Finished(w.journal, provision.StepGroup) || !slices.Equal(w.writes, []string{"buy", "group"}) {
		t.Errorf("wrote %v; the act in hand is recorded: %v", w.writes, provision.Finished(w.journal, provision.StepGroup))
	}
	w.run(t.Context())
	w.wantDone()
}

// before has the process die before an act, changes the world, and starts it again: what the step then observes is
// exactly what the change made.
func before(t *testing.T, act string, change func(w *world)) *world {
	t.Helper()
	w := newWorld(t)
	w.on = func(m string) error {
		if m == "> "+act {
			panic(killed{})
		}
		return nil
	}
	if !w.run(t.Context()) {
		t.Fatalf("never came to %s", act)
	}
	w.on = func(string) error { return nil }
	change(w)
	w.run(t.Context())
	return w
}

func TestEachStepTellsTheOutcomesApart(t *testing.T) {
	charge := provision.Charge{Date: "2026-11-23", Amount: dollars(1120)}
	for _, c := range []struct {
		step     provision.StepName
		applied  func(*world)
		diverged func(*world)
		facts    []string // both of them, as the thread shows them
	}{
		{provision.StepBuy,
			func(w *world) {
				w.addOns, w.charges, w.writes = 868, append(w.charges, charge), append(w.writes, "buy")
			},
			func(w *world) { w.addOns = 868 }, // somebody's count without a charge
			[]string{"868 add-ons", "866 before", "should be 868", "no new line"}},
		{provision.StepGroup,
			func(w *world) {
				w.group, w.writes = &provision.Group{ID: "204712", Name: "Example Inc.", Type: provision.Assigned, AssignedGB: 30, Sync: true}, append(w.writes, "group")
			},
			func(w *world) {
				w.group = &provision.Group{ID: "204712", Name: "Example Inc.", Type: provision.Assigned, AssignedGB: 20}
			},
			[]string{"20 GB Assigned, Sync off", "should have 30 GB Assigned, Sync on"}},
		{provision.StepAdmin,
			func(w *world) {
				w.admin, w.writes = &provision.Admin{Name: "Mister Guy", Email: "mguy@example.com", Groups: []string{"Example Inc."}, Roles: []string{"Customer Admin"}}, append(w.writes, "admin")
			},
			func(w *world) { w.admin = &provision.Admin{Name: "Mister Guy", Email: "mguy@example.com"} },
			[]string{"group none, role none", "group Example Inc., role Customer Admin"}},
		{provision.StepDefaultGroup,
			func(w *world) { w.def.AssignedGB, w.writes = 5, append(w.writes, "default_group") },
			func(w *world) { w.def.AssignedGB = 12 },
			[]string{"has 12 GB", "had 15 GB", "should have 5 GB"}},
		{provision.StepReturn,
			func(w *world) { w.addOns, w.writes = 867, append(w.writes, "return") },
			func(w *world) { w.addOns, w.assigned = 866, w.assigned-20 }, // somebody else's return
			[]string{"shows 866 add-ons with 0 GB Available", "was 868 with 20 GB", "should be 867 with 0 GB"}},
		{provision.StepCloseTask,
			func(w *world) { w.taskOpen, w.writes = false, append(w.writes, "close_task") }, nil, nil},
	} {
		t.Run(string(c.step)+" not applied", func(t *testing.T) { before(t, string(c.step), func(*world) {}).wantDone() })
		t.Run(string(c.step)+" applied", func(t *testing.T) { before(t, string(c.step), c.applied).wantDone() })
		if c.diverged != nil { // a task is open or closed: there is no third
			t.Run(string(c.step)+" diverged", func(t *testing.T) {
				w := before(t, string(c.step), c.diverged)
				w.wantStuck(c.step, c.facts...)
			})
		}
		t.Run(string(c.step)+" unknown", func(t *testing.T) {
			w := before(t, string(c.step), func(w *world) {
				w.on = func(m string) error {
					if m == "read" || m == "look at task" {
						return provision.Errorf(provision.Changed, "The page is not as we know it.")
					}
					return nil
				}
			})
			w.wantStuck(c.step, "was begun", "may have taken effect", "not as we know it")
			w.on = func(string) error { return nil }
			w.decide(provision.Retried)
			w.run(t.Context())
			w.wantDone()
		})
	}
	t.Run("the mail's is always unknown", func(t *testing.T) {
		w := before(t, "welcome_mail", func(*world) {})
		w.wantStuck(provision.StepWelcomeMail, "cannot tell whether the mail went out")
	})
}

// A colleague's group or admin that only reads like the customer's is not the one that the step was to make, whatever else
// it has.
func TestWhatOnlyReadsTheSameIsNotOurs(t *testing.T) {
	group := provision.Group{ID: "204712", Type: provision.Assigned, AssignedGB: 30, Sync: true}
	admin := provision.Admin{Name: "Mister Guy", Groups: []string{"Example Inc."}, Roles: []string{"Customer Admin"}}
	for name, change := range map[string]func(*world){
		"a group in capitals":              func(w *world) { group.Name = "EXAMPLE INC."; w.group = &group },
		"a group with an invisible letter": func(w *world) { group.Name = "Exam\u200bple Inc."; w.group = &group },
		"an admin with an invisible one":   func(w *world) { admin.Email = "mguy@exam\u200bple.com"; w.admin = &admin },
	} {
		step := provision.StepGroup
		if strings.HasPrefix(name, "an admin") {
			step = provision.StepAdmin
		}
		t.Run(name+" made during the step", func(t *testing.T) { before(t, string(step), change).wantStuck(step) })
		t.Run(name+" made after the approval", func(t *testing.T) {
			w := newWorld(t)
			w.on = func(m string) error {
				if m == "> buy" {
					change(w)
				}
				return nil
			}
			w.run(t.Context())
			w.wantStuck(step, "since this order was approved")
		})
	}
	t.Run("a group that is renamed before the settlement", func(t *testing.T) {
		before(t, string(provision.StepDefaultGroup), func(w *world) {
			w.group.Name = "Example inc."
		}).wantStuck(provision.StepDefaultGroup, "no group named “Example Inc.” any more")
	})
}

func TestWhatWasApprovedIsWhatIsBought(t *testing.T) {
	t.Run("another price asks again, with nothing bought", func(t *testing.T) {
		w := newWorld(t)
		w.price = 660
		w.run(t.Context())
		w.wantState(provision.Pending)
		if len(w.writes) > 0 || w.job.Quoted.Cost != dollars(1320) || !strings.Contains(w.job.Notes[0], "$6.60, not $5.60") {
			t.Errorf("wrote %v, asks for %s, says %q", w.writes, w.job.Quoted.Cost, w.job.Notes)
		}
	})
	t.Run("a confirmation screen above the approval is cancelled, and its amount can be approved", func(t *testing.T) {
		w := newWorld(t)
		w.confirmed = 610
		w.run(t.Context())
		w.wantState(provision.Pending)
		if len(w.writes) > 0 || w.job.Quoted.Cost != dollars(1220) {
			t.Fatalf("wrote %v, asks for %s", w.writes, w.job.Quoted.Cost)
		}
		checked := 0
		w.on = func(m string) error {
			if m == "check Customer Admin" {
				checked++
			}
			return nil
		}
		defer func() {
			if checked != 1 {
				t.Errorf("the console was looked over %d times before the second purchase", checked)
			}
		}()
		if err := policy.By(aaron, monday).Approve(&w.job, w.job.Quoted.Digest); err != nil {
			t.Fatal(err)
		}
		w.run(t.Context())
		w.wantDone()
	})
	t.Run("a return that would cost something is cancelled, and is not asked about as a purchase", func(t *testing.T) {
		w := newWorld(t)
		w.on = func(m string) error {
			if m == "> return" {
				return &provision.OverchargeError{Approved: dollars(0), Real: dollars(300)}
			}
			return nil
		}
		w.run(t.Context())
		w.wantStuck(provision.StepReturn, "$3.00 to return storage", "nothing was returned")
		w.decide(provision.ByHand)
		w.run(t.Context())
		w.wantState(provision.Done)
	})
	t.Run("a group made meanwhile asks again", func(t *testing.T) {
		w := newWorld(t)
		w.group = &provision.Group{ID: "204700", Name: "Example Inc.", Type: provision.Assigned}
		w.run(t.Context())
		w.wantState(provision.Pending)
		if len(w.writes) > 0 || len(w.job.Quoted.Conflicts) != 1 {
			t.Errorf("wrote %v, conflicts %q", w.writes, w.job.Quoted.Conflicts)
		}
	})
	t.Run("surroundings that moved are no reason to ask", func(t *testing.T) {
		w := newWorld(t)
		w.addOns, w.assigned, w.def.AssignedGB = 870, w.assigned+80+8, 7
		w.run(t.Context())
		w.wantState(provision.Done)
		if w.addOns != 872 || w.def.AssignedGB != 17 {
			t.Errorf("%d add-ons, %d GB in the default group", w.addOns, w.def.AssignedGB)
		}
		if p := provision.ProgressOf(w.job, w.journal)[6]; p.Status != provision.StepSkipped || p.Text == "" {
			t.Errorf("the thread does not say why nothing is returned: %+v", p)
		}
	})
}
