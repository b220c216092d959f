package runbook_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"mozybot/provision"
)

// A colleague works the same console. What they do is entered as the console would, and their own storage is counted.
func (w *world) buys(n int) {
	w.addOns += n
	w.charges = append(w.charges, provision.Charge{Date: "2026-11-23", Amount: dollars(w.price).Times(n)})
}

var colleagues = []struct {
	does   string
	act    func(*world)
	addOns int // how many more there are for it in the end
}{
	{"buys as many as we", func(w *world) { w.buys(2) }, 2},
	{"buys as many as we and uses them", func(w *world) { w.buys(2); w.assigned += 40 }, 2},
	{"buys one", func(w *world) { w.buys(1) }, 1},
	{"buys five", func(w *world) { w.buys(5) }, 5},
	{"buys five and uses them", func(w *world) { w.buys(5); w.assigned += 100 }, 5},
	{"buys and returns two", func(w *world) { w.buys(2); w.addOns -= 2 }, 0},
}

// beyondUs are the moments at which a colleague's equal purchase looks like ours: between the last look and Continue, and
// until its answer is looked at.
func beyondUs(moment string) bool {
	return slices.ContainsFunc([]string{"> buy", "< buy", "> return", "< return"}, func(m string) bool { return m == moment })
}

// A colleague acts at every moment of the job, once, with and without the process dying right after. Our add-ons are bought
// once and theirs are left alone; or the job is stuck and says what it sees.
func TestTwoActorsAtOneConsole(t *testing.T) {
	var moments []string
	plain := newWorld(t)
	plain.on = func(m string) error { moments = append(moments, m); return nil }
	plain.run(t.Context())
	asked := 0
	for _, c := range colleagues {
		for i, moment := range moments {
			for _, dies := range []bool{false, true} {
				if beyondUs(moment) {
					continue
				}
				w := newWorld(t)
				n := 0
				w.on = func(string) error {
					if n++; n == i+1 {
						c.act(w)
						if dies {
							panic(killed{})
						}
					}
					return nil
				}
				if w.run(t.Context()) {
					w.run(t.Context())
				}
				if w.job.State() == provision.Stuck && moment != "journal welcome_mail result" && !strings.HasSuffix(moment, " welcome_mail") {
					asked++
				}
				w.judge(fmt.Sprintf("a colleague %s at %d, %q, dies %v", c.does, i+1, moment, dies), c.addOns)
			}
		}
	}
	t.Logf("a person was asked %d times in %d", asked, 2*len(moments)*len(colleagues))
}

// judge holds the fake's ledger against what was approved: buy 2, return at most 1.
func (w *world) judge(name string, theirs int) {
	w.t.Helper()
	count := func(act string) (n int) {
		for _, a := range w.writes {
			if a == act {
				n++
			}
		}
		return n
	}
	bought, gaveBack := count("buy"), count("return")
	if bought > 1 || gaveBack > 1 {
		w.t.Errorf("%s: bought %d times, returned %d times", name, bought, gaveBack)
	}
	if w.addOns != 866+theirs+2*bought-gaveBack {
		w.t.Errorf("%s: %d add-ons, with %d of theirs, bought %d times, returned %d times (%s, %+v)",
			name, w.addOns, theirs, bought, gaveBack, w.job.State(), w.job.Trouble)
	}
	switch w.job.State() {
	case provision.Done:
		if bought != 1 || w.group == nil || w.group.AssignedGB != 30 {
			w.t.Errorf("%s: done, bought %d times, the group is %+v", name, bought, w.group)
		}
	case provision.Stuck:
		if w.job.Trouble.Step == provision.StepBuy && !strings.Contains(w.job.Trouble.Message, "Billing History has") {
			w.t.Errorf("%s: stuck, and says %q", name, w.job.Trouble.Message)
		}
	default:
		w.t.Errorf("%s: the job is %s", name, w.job.State())
	}
}

// Between the last look and Continue only the figures tell. Where they do, a person is asked, with both facts.
func TestAColleagueInTheInstantOfContinue(t *testing.T) {
	for _, c := range colleagues {
		if c.addOns == 2 {
			continue // as many as we: see the limits in the README
		}
		for _, dies := range []bool{false, true} {
			w := newWorld(t)
			once := false
			w.on = func(m string) error {
				if m == "> buy" && !once {
					once = true
					c.act(w)
					if dies {
						panic(killed{})
					}
				}
				return nil
			}
			if w.run(t.Context()) {
				w.run(t.Context())
			}
			w.wantStuck(provision.StepBuy, "Change Plan shows", "it was 866 before", "Billing History has")
		}
	}
}

// What the program of before wrote had no word for the last certain moment: its open intent may have been carried out.
func TestAnIntentOfBeforeIsNotBoughtTwice(t *testing.T) {
	w := newWorld(t)
	w.on = func(m string) error {
		if m == "< buy" {
			panic(killed{})
		}
		return nil
	}
	w.run(t.Context())
	w.journal = slices.DeleteFunc(w.journal, func(e provision.Entry) bool { return e.Kind == provision.Confirming })
	for i := range w.journal {
		w.journal[i].Confirms = false
	}
	w.on = func(string) error { return nil }
	w.run(t.Context())
	w.wantDone()
}

// An order or its numbers that were changed in the state file meanwhile are found before money is spent.
func TestWhatWasChangedInTheFileIsNotBought(t *testing.T) {
	for name, change := range map[string]func(*provision.Job){
		"the e-mail":            func(j *provision.Job) { j.Order.Email = "else@example.com" },
		"what may be returned":  func(j *provision.Job) { *j.Quoted.ReturnAtMost = 6 },
		"the number of add-ons": func(j *provision.Job) { j.Quoted.Quote.Units = 3 },
	} {
		w := newWorld(t)
		w.on = func(m string) error {
			if m == "journal login result" {
				change(&w.job)
			}
			return nil
		}
		w.run(t.Context())
		w.wantStuck(provision.StepBuy, "is not what <@U0APPROVER> approved")
		if len(w.writes) > 0 {
			t.Errorf("with another %s it wrote %v", name, w.writes)
		}
	}
}
