package dispatch_test

import (
	"testing"

	"mozybot/provision"
)

func TestACancelledJobIsLookedAtOnceMoreWhereItsEndIsNotKnown(t *testing.T) {
	for name, begun := range map[string]bool{"it may have bought": true, "it never began to": false} {
		t.Run(name, func(t *testing.T) {
			w, _ := oneAtTheConsole(t)
			var journal []provision.Entry
			if begun {
				want := &provision.Want{Plan: &provision.PlanChange{From: 866, To: 868}}
				journal = append(journal, provision.Entry{At: w.now(), Step: provision.StepBuy, Kind: provision.Intended, Want: want},
					provision.Entry{At: w.now(), Step: provision.StepBuy, Kind: provision.Confirming})
			}
			if _, err := w.store.Update(t.Context(), "1", nil, journal...); err != nil {
				t.Fatal(err)
			}
			w.becomes("1", provision.Stuck)
			w.until("job 1 stuck", func() bool { return w.job("1").State() == provision.Stuck })
			if _, err := w.store.Update(t.Context(), "1", func(j *provision.Job) error {
				return provision.Policy{Approvers: []provision.Person{"U0AMIR"}}.By("U0AMIR", w.now()).Cancel(j, "cancelled")
			}); err != nil {
				t.Fatal(err)
			}
			w.Quotes.LookAfter("1")
			w.admit("Gamma") // is quoted after that
			w.until("another job quoted", func() bool { return w.job("3").Quoted != nil })
			seen := func() (provision.Seen, bool) {
				journal, err := w.store.Journal(t.Context(), "1")
				if err != nil {
					t.Fatal(err)
				}
				is, _, looked := provision.SeenAfter(journal, provision.StepBuy)
				return is, looked
			}
			if !begun {
				if _, looked := seen(); looked {
					t.Error("the console was looked at for nothing")
				}
				return
			}
			w.until("the console was looked at", func() bool { _, looked := seen(); return looked })
			if is, _ := seen(); is != provision.SeenUndone {
				t.Errorf("866 add-ons are %v", is)
			}
		})
	}
}
