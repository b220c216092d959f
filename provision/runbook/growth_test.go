package runbook_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"mozybot/provision"
)

// grown is a world in which Example Inc. has a group of 30 GB, and 20 GB more are ordered and approved.
func grown(t *testing.T) *world { return grownBy(t, 20, false) }

func grownBy(t *testing.T, gb int, license bool) *world {
	w := newWorld(t)
	w.group = &provision.Group{ID: "341244", Name: "Example Inc.", Type: provision.Assigned, AssignedGB: 30, UsedGB: 12, Sync: true}
	w.assigned -= 30
	w.admin = &provision.Admin{Name: "Mister Guy", Email: "mguy@example.com", Groups: []string{"Example Inc."}, Roles: []string{"Customer Admin"}}
	w.serverOffered = true
	w.brings(func(o *provision.Order) {
		o.For, o.AccountID, o.Contact, o.Email = provision.ForExisting, "341244", "", ""
		o.Items = []provision.Item{{Quantity: gb, Description: "1 GB Storage Server", GB: gb, Kind: provision.Storage}}
		if license {
			o.Items = append(o.Items, provision.Item{Quantity: 1, Description: "Cloud Server License", Kind: provision.ServerLicense})
		}
	})
	return w
}

func (w *world) wantGrown() {
	w.t.Helper()
	w.wantState(provision.Done)
	if w.addOns != 867 || w.group.AssignedGB != 50 || w.def.AssignedGB != 15 || w.available() != 0 || w.job.AccountID != "341244" {
		w.t.Errorf("ends with %d add-ons, %+v, %d GB in the default group, %d GB Available, Account ID %q", w.addOns, w.group, w.def.AssignedGB, w.available(), w.job.AccountID)
	}
	if want := []string{"buy", "group", "welcome_mail", "close_task"}; !slices.Equal(w.writes, want) {
		w.t.Errorf("wrote %v, want each once: %v", w.writes, want)
	}
}

func TestMoreStorageFromOrderToClosedTask(t *testing.T) {
	w := grownBy(t, 30, true)
	w.run(t.Context())
	w.wantState(provision.Done)
	want := []string{
		"Read the order (done): Example Inc., 30 GB, from order.pdf.",
		"Log in to the console (done): Logged in; everything the steps need is there.",
		"Buy 2 add-ons (done): 868 add-ons now, 866 before; charged $11.20.",
		"Raise the group from 30 to 60 GB (done): 60 GB now, 30 GB before, Server Support on.",
		"Add the customer's admin (skipped): The group has its admin, mguy@example.com: none is added.",
		"Give the leftover to the default group (done): The default group has 5 GB now, 15 GB before.",
		"Return spare add-ons (done): 867 add-ons now, 868 before.",
		"Read the Account ID (done): Account ID 341244.",
		"Send the mail about the new storage (done): Sent to mguy@example.com.",
		"Close the Singularity task (done): Task 58231 is closed.",
	}
	if told := w.told(); !slices.Equal(told, want) {
		t.Errorf("told\n%s\nwant\n%s", strings.Join(told, "\n"), strings.Join(want, "\n"))
	}
}

func (w *world) told() (told []string) {
	for _, p := range provision.ProgressOf(w.job, w.journal) {
		told = append(told, fmt.Sprintf("%s (%s): %s", p.Title, p.Status, p.Text))
	}
	return told
}

func TestKilledAtAnyMomentNoGroupIsRaisedTwice(t *testing.T) {
	killedAtAnyMoment(t, grown, (*world).wantGrown, 25)
}

func TestAGroupThatIsNotAsApprovedAsks(t *testing.T) {
	t.Run("before anything is bought", func(t *testing.T) {
		w := grown(t)
		w.group.AssignedGB, w.assigned = 40, w.assigned-10
		w.run(t.Context())
		w.wantState(provision.Pending)
		if len(w.writes) > 0 || w.job.Quoted.Growth.ToGB != 60 {
			t.Errorf("wrote %v, asks about %+v", w.writes, w.job.Quoted.Growth)
		}
	})
	t.Run("after the purchase", func(t *testing.T) {
		w := grown(t)
		w.on = func(m string) error {
			if m == "< buy" {
				w.group.AssignedGB, w.assigned = 40, w.assigned-10
			}
			return nil
		}
		w.run(t.Context())
		w.wantStuck(provision.StepGroup, "40 GB Assigned", "it had 30 GB when this order was approved", "should have 50 GB")
		w.group.AssignedGB, w.assigned = 60, w.assigned+10 // a person settles it
		w.on = func(string) error { return nil }
		w.decide(provision.ByHand)
		w.run(t.Context())
		w.wantState(provision.Done)
	})
	t.Run("gone after the purchase", func(t *testing.T) {
		w := grown(t)
		w.on = func(m string) error {
			if m == "< buy" {
				w.group.ID = "7"
			}
			return nil
		}
		w.run(t.Context())
		w.wantStuck(provision.StepGroup, "no group “Example Inc.” with the Account ID 341244")
	})
	t.Run("changed while the process was dead", func(t *testing.T) {
		w := grown(t)
		w.on = func(m string) error {
			if m == "> group" {
				panic(killed{})
			}
			return nil
		}
		w.run(t.Context())
		w.on = func(string) error { return nil }
		w.group.AssignedGB, w.assigned = 45, w.assigned-15
		w.run(t.Context())
		w.wantStuck(provision.StepGroup, "45 GB", "it had 30 GB", "should have 50 GB")
	})
}

// fromSpare makes the job of a world one that was approved to take the default group's spare storage first.
func fromSpare(t *testing.T, w *world) *world {
	t.Helper()
	return fromSpareBeside(t, w, 0)
}

// fromSpareBeside is fromSpare where so much of what is Available was known to be another job's.
func fromSpareBeside(t *testing.T, w *world, reserved int) *world {
	t.Helper()
	order := w.job.Order
	w.job = provision.NewJob("test", rita, w.job.Conversation, w.job.Document, order, provision.DefaultMaxOrderGB, monday)
	w.job.ID = "12"
	r, err := w.Read(t.Context(), provision.LookForQuote(order))
	r.ReservedGB = reserved
	if err == nil {
		err = w.job.SetQuote(r)
	}
	if err != nil {
		t.Fatal(err)
	}
	ways := w.job.Quoted.Asked(provision.SpareAlways)
	if !ways[0].FromSpare {
		t.Fatalf("nothing is spare: %+v", w.def)
	}
	if err := (provision.Policy{Approvers: policy.Approvers, Spare: provision.SpareAlways}).By(aaron, monday).Approve(&w.job, ways[0].Digest); err != nil {
		t.Fatal(err)
	}
	return w
}

// wantSpared holds the end against the same example: 866 becomes 867 and 15 becomes 5, for half the money.
func (w *world) wantSpared() {
	w.t.Helper()
	w.wantState(provision.Done)
	if w.addOns != 867 || w.def.AssignedGB != 5 || w.available() != 0 || w.group.AssignedGB != 30 || w.charges[len(w.charges)-1].Amount != dollars(560) {
		w.t.Errorf("ends with %d add-ons, %d GB in the default group, %d GB Available, %+v, charged %v", w.addOns, w.def.AssignedGB, w.available(), w.group, w.charges)
	}
	if want := []string{"buy", "default_group", "group", "admin", "welcome_mail", "close_task"}; !slices.Equal(w.writes, want) {
		w.t.Errorf("wrote %v, want each once: %v", w.writes, want)
	}
}

func TestSpareStorageFirst(t *testing.T) {
	w := fromSpare(t, newWorld(t))
	w.run(t.Context())
	w.wantSpared()
	want := []string{
		"Buy 1 add-on (done): 867 add-ons now, 866 before; charged $5.60.",
		"Take the default group's spare storage (done): The default group has 5 GB now, 15 GB before.",
		"Create the group with 30 GB (done): 30 GB Assigned, Sync on, Server Support off.",
		"Add the customer's admin (done): Mister Guy, group Example Inc., role Customer Admin.",
		"Return spare add-ons (skipped): Nothing to return: the default group keeps it all.",
	}
	if told := w.told()[2:7]; !slices.Equal(told, want) {
		t.Errorf("told\n%s\nwant\n%s", strings.Join(told, "\n"), strings.Join(want, "\n"))
	}
}

func TestKilledAtAnyMomentSpareStorageIsTakenOnce(t *testing.T) {
	killedAtAnyMoment(t, func(t *testing.T) *world { return fromSpare(t, newWorld(t)) }, (*world).wantSpared, 35)
}

func TestKilledAtAnyMomentAnExistingCustomerGetsSpareStorageOnce(t *testing.T) {
	plenty := func(t *testing.T) *world {
		w := grown(t)
		w.def.AssignedGB, w.assigned = 75, w.assigned-60
		return fromSpare(t, w)
	}
	killedAtAnyMoment(t, plenty, func(w *world) {
		w.t.Helper()
		w.wantState(provision.Done)
		// 75 GB less 20 are 55, of which two add-ons go back
		if w.addOns != 864 || w.def.AssignedGB != 15 || w.group.AssignedGB != 50 || w.available() != 0 {
			w.t.Errorf("ends with %d add-ons, %d GB in the default group, %+v, %d GB Available", w.addOns, w.def.AssignedGB, w.group, w.available())
		}
		if want := []string{"default_group", "group", "return", "welcome_mail", "close_task"}; !slices.Equal(w.writes, want) {
			w.t.Errorf("wrote %v, want %v", w.writes, want)
		}
	}, 25)
}

func TestSpareStorageThatIsGone(t *testing.T) {
	t.Run("asks again before anything is bought", func(t *testing.T) {
		w := fromSpare(t, newWorld(t))
		w.def.UsedGB = 6
		w.run(t.Context())
		w.wantState(provision.Pending)
		if len(w.writes) > 0 || w.job.Quoted.FromSpare {
			t.Errorf("wrote %v, asks about %+v", w.writes, w.job.Quoted)
		}
	})
	t.Run("is never what another job waits for", func(t *testing.T) {
		w := newWorld(t)
		w.addOns, w.reserved = 867, 20
		w = fromSpare(t, w) // Available shows 20 GB, and they alone would do
		if w.job.Quoted.Quote.Units != 0 {
			t.Fatalf("buys %d", w.job.Quoted.Quote.Units)
		}
		w.run(t.Context())
		w.wantState(provision.Pending)
		if len(w.writes) > 0 {
			t.Errorf("wrote %v", w.writes)
		}
	})
	t.Run("after the purchase calls a person", func(t *testing.T) {
		w := fromSpare(t, newWorld(t))
		w.on = func(m string) error {
			if m == "< buy" {
				w.def.UsedGB = 12
			}
			return nil
		}
		w.run(t.Context())
		w.wantStuck(provision.StepDefaultGroup, "needs 30 GB", "20 GB are Available", "15 GB Assigned, of which it uses 12 GB")
		w.addOns++ // bought by hand
		w.on = func(string) error { return nil }
		w.decide(provision.Retried)
		w.run(t.Context())
		w.wantState(provision.Stuck) // a colleague's 20 GB are not this job's, until somebody says so
		w.def.AssignedGB = 5
		w.decide(provision.ByHand)
		w.run(t.Context())
		w.wantState(provision.Done)
	})
}

// What was another job's when this one was quoted is no room for what a colleague buys later.
func TestSpareStorageIsNotWhatAColleagueBought(t *testing.T) {
	for name, meanwhile := range map[string]func(*world){
		"while the other job waits still":  func(w *world) { w.addOns++ },
		"after the other job has given it": func(w *world) { w.addOns, w.assigned, w.reserved = w.addOns+1, w.assigned+60, 0 },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.addOns, w.reserved = w.addOns+3, 60
			w = fromSpareBeside(t, w, 60)
			w.on = func(m string) error {
				if m == "read ahead buy" {
					meanwhile(w)
					w.on = func(string) error { return nil }
				}
				return nil
			}
			w.run(t.Context())
			w.wantState(provision.Done)
			if w.def.AssignedGB != 5 || w.group.AssignedGB != 30 || w.available() != w.reserved+20 {
				t.Errorf("ends with %d GB in the default group, %+v, %d GB Available, of which another job waits for %d",
					w.def.AssignedGB, w.group, w.available(), w.reserved)
			}
		})
	}
}

// The same in the runbook's own way: what was another job's at the quote is given to its group, and a colleague buys as much.
func TestTheLeftoverIsNotWhatAColleagueBought(t *testing.T) {
	for _, moment := range []string{"read ahead buy", "< buy", "< group", "< admin"} {
		w := newWorld(t)
		w.addOns, w.reserved = w.addOns+3, 60
		w.job = provision.NewJob("test", rita, w.job.Conversation, w.job.Document, w.job.Order, provision.DefaultMaxOrderGB, monday)
		w.job.ID = "12"
		w.approve()
		if q := w.job.Quoted; q.MayReturn() != 1 || q.Quote.DefaultAfter != 5 {
			t.Fatalf("shows %+v", q.Quote)
		}
		w.on = func(m string) error {
			if m == moment {
				w.assigned, w.reserved = w.assigned+60, 0
				w.buys(3)
				w.on = func(string) error { return nil }
			}
			return nil
		}
		w.run(t.Context())
		w.wantState(provision.Done)
		if w.available() != 60 || w.def.AssignedGB != 5 || w.addOns != 866+3+3+2-1 {
			t.Errorf("at %q: ends with %d add-ons, %d GB Available, %d GB in the default group", moment, w.addOns, w.available(), w.def.AssignedGB)
		}
	}
}

// Whatever the books are, both ways end with what was approved, and nobody's storage is taken.
func TestBothWaysKeepTheBooks(t *testing.T) {
	luck := rand.New(rand.NewPCG(19, 3))
	for range 300 {
		used := luck.IntN(40)
		begin := func() *world {
			w := newWorld(t)
			w.def.AssignedGB, w.def.UsedGB = used+luck.IntN(90), used
			w.assigned = w.base + 20*w.addOns - w.def.AssignedGB
			return w
		}
		w := begin()
		gb := 1 + luck.IntN(90)
		w.brings(func(o *provision.Order) {
			o.Items = []provision.Item{{Quantity: gb, Description: "1 GB Storage Server", GB: gb, Kind: provision.Storage}}
		})
		if w.job.Quoted.Other == nil {
			continue
		}
		fromSpare(t, w)
		q := w.job.Quoted.Quote
		w.run(t.Context())
		w.wantState(provision.Done)
		if w.addOns != q.AddOnsAfter || w.def.AssignedGB != q.DefaultAfter || w.available() != 0 || w.def.AssignedGB < used {
			t.Fatalf("%d GB, quote %+v: ends with %d add-ons, %+v, %d GB Available", gb, q, w.addOns, w.def, w.available())
		}
	}
}
