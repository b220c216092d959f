package runbook_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"mozybot/provision"
)

func TestAColleagueBetweenTwoActs(t *testing.T) {
	t.Run("buys just before our click: the purchase is worked out anew", func(t *testing.T) {
		w := newWorld(t)
		once := false
		w.on = func(m string) error {
			if m == "journal buy intent" && !once {
				once = true
				w.addOns, w.assigned = 869, w.assigned+60
				w.charges = append(w.charges, provision.Charge{Date: "2026-11-23", Amount: dollars(1680)})
			}
			return nil
		}
		w.run(t.Context())
		w.wantState(provision.Done)
		if w.addOns != 870 {
			t.Errorf("%d add-ons, want 869 + 2 - 1", w.addOns)
		}
	})
	t.Run("buys just after our click: ours is known by its charge", func(t *testing.T) {
		w := newWorld(t)
		w.on = func(m string) error {
			if m == "< buy" {
				w.addOns, w.assigned = w.addOns+3, w.assigned+60
				w.charges = append(w.charges, provision.Charge{Date: "2026-11-23", Amount: dollars(1680)})
			}
			return nil
		}
		w.run(t.Context())
		w.wantState(provision.Done)
	})
	t.Run("buys, and returns, while the answer to our click is under way: a person looks, and nothing is bought twice", func(t *testing.T) {
		for more, facts := range map[int]string{+5: "shows 873 add-ons", -1: "shows 867 add-ons"} {
			w := newWorld(t)
			buys := 0
			w.on = func(m string) error {
				if m != "< buy" {
					return nil
				}
				buys++
				w.addOns += more
				w.assigned += 20 * min(more, 0)
				w.charges = append(w.charges, provision.Charge{Date: "2026-11-23", Amount: dollars(2800)})
				return errors.New("the console shows another number of add-ons")
			}
			w.run(t.Context())
			w.wantStuck(provision.StepBuy, facts, "it was 866 before", "2 new lines: $11.20, $28.00; it should have one, of at most $11.20",
				"Try again takes $11.20 as this order's purchase")
			w.decide(provision.Retried)
			w.run(t.Context())
			w.wantState(provision.Done)
			bought, _ := provision.LastOf(w.journal, provision.StepBuy)
			if buys != 1 || bought.Charged != dollars(1120) || !strings.HasPrefix(bought.Text, "Charged $11.20. Change Plan "+facts+", 866 before: somebody else") {
				t.Errorf("with %+d it bought %d times: %+v", more, buys, bought)
			}
		}
	})
	t.Run("takes the storage that was bought for the customer: stuck before the group", func(t *testing.T) {
		w := newWorld(t)
		w.on = func(m string) error {
			if m == "< buy" {
				w.assigned += 25
			}
			return nil
		}
		w.run(t.Context())
		w.wantStuck(provision.StepGroup, "needs 30 GB", "only 15 GB")
	})
	t.Run("fills the default group between decision and act: trying again decides anew", func(t *testing.T) {
		w := newWorld(t)
		w.on = func(m string) error {
			if m == "> default_group" {
				w.def.UsedGB = 40
				return provision.Errorf(provision.Changed, "The console refused 5 GB for the default group.")
			}
			return nil
		}
		w.run(t.Context())
		w.wantStuck(provision.StepDefaultGroup, "refused 5 GB", "still has 15 GB")
		w.decide(provision.Retried)
		w.run(t.Context())
		w.wantState(provision.Done)
		if p := provision.ProgressOf(w.job, w.journal)[5]; p.Status != provision.StepSkipped || w.def.AssignedGB != 15 || w.addOns != 868 {
			t.Errorf("%+v, %d GB, %d add-ons", p, w.def.AssignedGB, w.addOns)
		}
	})
	t.Run("buys for an order of their own: that is not given back, and the thread says so", func(t *testing.T) {
		w := newWorld(t)
		w.on = func(m string) error {
			if m == "< admin" {
				w.addOns += 5
			}
			return nil
		}
		w.run(t.Context())
		w.wantState(provision.Done)
		if p := provision.ProgressOf(w.job, w.journal)[5]; !strings.Contains(p.Text, "100 GB more are Available that aren't this order's: a colleague") ||
			w.addOns != 867+5 || w.available() != 100 || w.def.AssignedGB != 5 {
			t.Errorf("%+v, %d add-ons, %d GB Available", p, w.addOns, w.available())
		}
	})
	t.Run("has a job that is stuck before its group: what was bought for it waits there", func(t *testing.T) {
		w := newWorld(t)
		w.addOns, w.reserved = w.addOns+2, 40 // 40 GB Available
		w.job = provision.NewJob("test", rita, w.job.Conversation, w.job.Document, w.job.Order, provision.DefaultMaxOrderGB, monday)
		w.job.ID = "12"
		w.approve()
		w.run(t.Context())
		w.wantState(provision.Done)
		if p := provision.ProgressOf(w.job, w.journal)[5]; !strings.Contains(p.Text, "40 GB more are Available") || w.available() != 40 || w.def.AssignedGB != 5 || w.addOns != 869 {
			t.Errorf("%+v, %d add-ons, %d GB Available", p, w.addOns, w.available())
		}
	})
	t.Run("has a job that came to be stuck before its group while ours was stuck: what was bought for it is not returned", func(t *testing.T) {
		for step, word := range map[provision.StepName]provision.EntryKind{provision.StepReturn: provision.Retried, provision.StepDefaultGroup: provision.ByHand} {
			w := newWorld(t)
			w.on = func(m string) error {
				if m == "read ahead "+string(step) {
					return provision.Errorf(provision.Changed, "The page is not as we know it.")
				}
				return nil
			}
			w.run(t.Context())
			w.wantStuck(step)
			w.assigned += w.available() // one job after us has settled what we left
			w.addOns, w.reserved = w.addOns+2, 40
			w.on = func(string) error { return nil }
			w.decide(word)
			w.run(t.Context())
			w.wantState(provision.Done)
			if w.available() != 40 || w.addOns != 870 {
				p := provision.ProgressOf(w.job, w.journal)[6]
				t.Errorf("%s, %s: %+v, %d add-ons, %d GB Available", step, word, p, w.addOns, w.available())
			}
		}
	})
	t.Run("is another job: its purchase is not taken for ours", func(t *testing.T) {
		for _, carried := range []bool{false, true} {
			w := newWorld(t)
			away := false
			w.on = func(m string) error {
				switch {
				case m == "> buy" && !carried || m == "< buy":
					away = true
					return errors.New("the console did not say how it went")
				case m == "read" && away:
					return provision.Errorf(provision.Changed, "The page is not as we know it.")
				}
				return nil
			}
			w.run(t.Context())
			w.wantStuck(provision.StepBuy)
			// It buys as much for as much, and is through before ours goes on.
			w.others = []provision.Purchase{{Charged: dollars(1120), Before: provision.BillingHistory{Lines: slices.Clone(w.charges)}}}
			w.addOns, w.assigned, w.charges = w.addOns+2, w.assigned+40, append(w.charges, provision.Charge{Date: "2026-11-23", Amount: dollars(1120)})
			w.on = func(string) error { return nil }
			w.decide(provision.Retried)
			w.run(t.Context())
			w.wantStuck(provision.StepBuy, "beside those of other jobs") // nobody was shown this before
			w.decide(provision.Retried)
			w.run(t.Context())
			w.wantState(provision.Done)
			if w.addOns != 866+2+2-1 || !slices.Equal(w.writes, allWrites) {
				t.Errorf("carried out %v: %d add-ons, wrote %v", carried, w.addOns, w.writes)
			}
		}
	})
	t.Run("is another job that had bought before ours looked: the new line is ours", func(t *testing.T) {
		w := newWorld(t)
		w.others = []provision.Purchase{{Charged: dollars(1120)}} // the line of November 1
		w.on = func(m string) error {
			if m == "< buy" {
				return errors.New("the console did not say how it went")
			}
			return nil
		}
		w.run(t.Context())
		w.wantDone()
	})
	t.Run("uses what was to be returned, and buys for an order of their own: that is not given back", func(t *testing.T) {
		w := newWorld(t)
		w.on = func(m string) error {
			if m == "journal default_group result" {
				w.assigned += w.available()
				w.addOns += 5
			}
			return nil
		}
		w.run(t.Context())
		w.wantState(provision.Done)
		if p := provision.ProgressOf(w.job, w.journal)[6]; p.Status != provision.StepSkipped || w.addOns != 873 || w.available() != 100 {
			t.Errorf("%+v, %d add-ons, %d GB Available", p, w.addOns, w.available())
		}
	})
	t.Run("buys while the answer to our return is under way: a person looks, and nothing is returned twice", func(t *testing.T) {
		for _, lost := range []bool{true, false} {
			w := newWorld(t)
			w.on = func(m string) error {
				if m != "< return" {
					return nil
				}
				w.addOns += 5
				if lost {
					return errors.New("the console shows another number of add-ons")
				}
				return nil
			}
			w.run(t.Context())
			if lost {
				w.wantStuck(provision.StepReturn, "872 add-ons with 100 GB Available", "was 868 with 20 GB", "should be 867 with 0 GB", "Try again leaves the plan as it is")
				w.decide(provision.Retried)
				w.run(t.Context())
			}
			w.wantState(provision.Done)
			if w.addOns != 872 {
				t.Errorf("%d add-ons", w.addOns)
			}
		}
	})
	t.Run("buys 5 while our Continue is under way, which takes them back: stuck, with what to buy", func(t *testing.T) {
		for act, set := range map[string]string{"buy": "873", "return": "872"} {
			w := newWorld(t)
			w.on = func(m string) error {
				if m == "< "+act { // as it looks afterwards: the count is ours, and the charge is theirs
					w.charges = append(w.charges, provision.Charge{Date: "2026-11-23", Amount: dollars(2800)})
				}
				return nil
			}
			w.run(t.Context())
			w.wantStuck(provision.StepName(act), "1 new line: $28.00", "taken their add-ons back", "set Add-ons to "+set+" to buy 5 add-ons again")
			w.on = func(string) error { return nil }
			w.decide(provision.Retried)
			w.run(t.Context())
			w.wantDone()
		}
	})
	t.Run("buys 5 right before our Continue, which then charges nothing: stuck, and nothing is bought twice", func(t *testing.T) {
		w := newWorld(t)
		once := false
		w.on = func(m string) error {
			if m == "> buy" && !once {
				once = true
				w.buys(5)
			}
			return nil
		}
		w.run(t.Context())
		w.wantStuck(provision.StepBuy, "shows 868 add-ons", "866 before", "$28.00", "set Add-ons to 873 to buy 5 add-ons again")
		w.addOns, w.charges = 873, append(w.charges, provision.Charge{Date: "2026-11-23", Amount: dollars(2800)}) // as it says
		w.decide(provision.ByHand)
		w.run(t.Context())
		w.wantState(provision.Done)
		if w.addOns != 872 || w.available() != 100 || slices.Contains(w.writes[1:], "buy") {
			t.Errorf("%d add-ons, %d GB Available, wrote %v", w.addOns, w.available(), w.writes)
		}
	})
	t.Run("removes or renames the customer's group: nothing is given back, and the thread says what is missing", func(t *testing.T) {
		for after, step := range map[string]provision.StepName{
			"< admin": provision.StepDefaultGroup, "< default_group": provision.StepReturn, "< return": provision.StepAccountID,
		} {
			w := newWorld(t)
			var gone *provision.Group
			w.on = func(m string) error {
				if m == after {
					gone, w.group = w.group, nil
				}
				return nil
			}
			w.run(t.Context())
			w.wantStuck(step, "no group named “Example Inc.” any more", "30 GB Assigned, Sync on, Server Support off")
			addOns := w.addOns
			w.group = gone
			w.on = func(string) error { return nil }
			w.decide(provision.Retried)
			w.run(t.Context())
			w.wantDone()
			if step != provision.StepAccountID && addOns != 868 {
				t.Errorf("at %s there were %d add-ons", step, addOns)
			}
		}
	})
	t.Run("uses what was to be returned: nothing is returned, and the thread says so", func(t *testing.T) {
		w := newWorld(t)
		w.on = func(m string) error {
			if m == "journal default_group result" {
				w.assigned += 20
			}
			return nil
		}
		w.run(t.Context())
		w.wantState(provision.Done)
		if p := provision.ProgressOf(w.job, w.journal)[6]; p.Status != provision.StepSkipped || !strings.Contains(p.Text, "only 0 GB are") || w.addOns != 868 {
			t.Errorf("%+v, %d add-ons", p, w.addOns)
		}
	})
}

// What a colleague does between our look and our act, the console's own rules or the next look show. Nothing is lost by it.
func TestAColleagueAfterOurLook(t *testing.T) {
	t.Run("takes the storage that was bought for the customer: the console refuses the group", func(t *testing.T) {
		w := newWorld(t)
		w.on = func(m string) error {
			if m == "journal buy result" {
				w.assigned += 25
			}
			return nil
		}
		w.run(t.Context())
		w.wantStuck(provision.StepGroup, "refused the new group", "no group named")
	})
	t.Run("buys for an order of their own: that is not given back", func(t *testing.T) {
		w := newWorld(t)
		w.on = func(m string) error {
			if m == "journal admin result" {
				w.addOns += 5
			}
			return nil
		}
		w.run(t.Context())
		w.wantState(provision.Done)
		if w.addOns != 867+5 || w.available() != 100 || w.def.AssignedGB != 5 {
			t.Errorf("%d add-ons, %d GB Available, %d GB in the default group", w.addOns, w.available(), w.def.AssignedGB)
		}
	})
	t.Run("removes or renames the customer's group: what was bought for it stays, and the thread says what is missing", func(t *testing.T) {
		for after, step := range map[string]provision.StepName{
			"journal admin result": provision.StepReturn, "journal default_group result": provision.StepAccountID, "journal return result": provision.StepAccountID,
		} {
			w := newWorld(t)
			var gone *provision.Group
			w.on = func(m string) error {
				if m == after {
					gone, w.group = w.group, nil
				}
				return nil
			}
			w.run(t.Context())
			w.wantStuck(step, "no group named “Example Inc.” any more", "30 GB Assigned, Sync on, Server Support off")
			if w.available() < 30 {
				t.Errorf("gone at %q: only %d GB are Available for it", after, w.available())
			}
			w.group = gone
			w.on = func(string) error { return nil }
			w.decide(provision.Retried)
			w.run(t.Context())
			w.wantDone()
		}
	})
	t.Run("a look that is old is made again", func(t *testing.T) {
		w := newWorld(t)
		w.on = func(m string) error {
			if m == "journal buy result" {
				w.assigned += 25
				w.now = w.now.Add(time.Minute)
			}
			return nil
		}
		w.run(t.Context())
		w.wantStuck(provision.StepGroup, "needs 30 GB", "only 15 GB")
	})
}

// Between two acts there is one look, and before the first.
func TestOneLookBetweenTwoActs(t *testing.T) {
	w := newWorld(t)
	var looks, acts []string
	w.on = func(m string) error {
		switch {
		case m == "read":
			looks = append(looks, "read")
		case strings.HasPrefix(m, "> "):
			acts = append(acts, m)
		}
		return nil
	}
	w.run(t.Context())
	w.wantDone()
	if len(looks) != 6 {
		t.Errorf("%d looks for %q", len(looks), acts)
	}
}
