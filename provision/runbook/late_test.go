package runbook_test

import (
	"errors"
	"fmt"
	"testing"

	"mozybot/provision"
)

// An act whose answer did not come, and that the console carries out much later.
func TestAnActThatTakesEffectLate(t *testing.T) {
	for _, act := range []string{"buy", "group", "admin", "default_group", "return"} {
		for reads := range 6 {
			t.Run(fmt.Sprintf("%s, before the reading %d after it", act, reads), func(t *testing.T) {
				w := newWorld(t)
				begun, seen := false, 0
				land := func() {}
				w.on = func(m string) error {
					switch {
					case m == "> "+act && !begun:
						begun = true
						land = w.late(act)
						return errors.New("the console did not say how it went")
					case m == "read" && begun:
						if seen++; seen == reads+1 {
							land()
						}
					}
					return nil
				}
				w.run(t.Context())
				w.wantDone()
			})
		}
	}
}

func TestAPromiseHoldsForItsOwnActOnly(t *testing.T) {
	w := newWorld(t)
	acts, intents := 0, 0
	land := func() {}
	w.on = func(m string) error {
		switch m {
		case "> buy":
			if acts++; acts == 1 {
				land = w.late("buy")
				return errors.New("the console did not say how it went")
			}
		case "journal buy intent":
			if intents++; intents == 2 { // the next act will find other figures, and promise that it did nothing
				land()
				w.addOns, w.assigned = w.addOns+3, w.assigned+60
				w.charges = append(w.charges, provision.Charge{Date: "2026-11-23", Amount: dollars(1680)})
			}
		}
		return nil
	}
	w.run(t.Context())
	w.wantStuck(provision.StepBuy, "shows 871 add-ons", "2 new lines: $11.20, $16.80", "nothing is bought again")
	w.decide(provision.Retried)
	w.run(t.Context())
	w.wantState(provision.Done)
	if w.addOns != 870 {
		t.Errorf("%d add-ons, want 866 + 2 + 3 - 1", w.addOns)
	}
}

// late is what becomes of an act that is under way, once, if nobody has done the same meanwhile.
func (w *world) late(act string) func() {
	return map[string]func(){
		"buy": func() {
			if w.addOns == 866 {
				w.addOns, w.charges, w.writes = 868, append(w.charges, provision.Charge{Date: "2026-11-23", Amount: dollars(1120)}), append(w.writes, act)
			}
		},
		"group": func() {
			if w.group == nil {
				w.group = &provision.Group{ID: "204712", Name: "Example Inc.", Type: provision.Assigned, AssignedGB: 30, Sync: true}
				w.writes = append(w.writes, act)
			}
		},
		"admin": func() {
			if w.admin == nil {
				w.admin = &provision.Admin{Name: "Mister Guy", Email: "mguy@example.com", Groups: []string{"Example Inc."}, Roles: []string{"Customer Admin"}}
				w.writes = append(w.writes, act)
			}
		},
		"default_group": func() {
			if w.def.AssignedGB == 15 {
				w.def.AssignedGB, w.writes = 5, append(w.writes, act)
			}
		},
		"return": func() {
			if w.addOns == 868 {
				w.addOns, w.writes = 867, append(w.writes, act)
			}
		},
	}[act]
}
