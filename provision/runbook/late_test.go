package runbook_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
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

func TestAnActThatCannotBeLookedAtMayHaveTakenEffect(t *testing.T) {
	noLook := provision.Errorf(provision.Unavailable, "mozybot can't work at the console right now. Nothing was changed.")
	for name, looked := range map[string]error{"the console is away": noLook, "the time for it is over": context.DeadlineExceeded} {
		for _, act := range []string{"buy", "group", "admin", "default_group", "return"} {
			t.Run(act+", "+name, func(t *testing.T) {
				w := newWorld(t)
				away := false
				w.on = func(m string) error {
					switch {
					case m == "< "+act:
						away = true
						return errors.New("the console did not say how it went")
					case m == "read" && away:
						return looked
					}
					return nil
				}
				w.run(t.Context())
				w.wantStuck(provision.StepName(act), "was begun", "may have taken effect")
				if strings.Contains(w.job.Trouble.Message, "othing was") {
					t.Errorf("promises what nobody knows: %s", w.job.Trouble.Message)
				}
				away, w.on = false, func(string) error { return nil }
				w.decide(provision.Retried)
				w.run(t.Context())
				w.wantDone()
			})
		}
	}
	t.Run("a look that fails for a while is tried again by itself", func(t *testing.T) {
		w := newWorld(t)
		fails := 0
		w.on = func(m string) error {
			switch {
			case m == "< buy":
				fails = 2
				return context.DeadlineExceeded
			case m == "read" && fails > 0:
				fails--
				return context.DeadlineExceeded
			}
			return nil
		}
		w.run(t.Context())
		w.wantDone()
	})
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
