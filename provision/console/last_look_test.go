package console_test

import (
	"errors"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	replica "mozybot/fixtures/sandbox/console"
	"mozybot/provision"
	"mozybot/provision/console"
)

var buyTwo = provision.PlanChange{From: 866, To: 868, AtMost: dollars(1120)}

// Continue sends a total. What a colleague buys while our confirmation stands is seen before it is pressed.
func TestAColleaguesPurchaseWhileOurConfirmationStandsIsLeftAlone(t *testing.T) {
	for name, total := range map[string]int{"five": 871, "as many as we": 868} {
		t.Run(name, func(t *testing.T) {
			s, m := play(t, patient)
			if err := m.Colleague(replica.Act{Before: replica.MomentConfirmation, Write: replica.WriteChangePlan, AddOns: number(total)}); err != nil {
				t.Fatal(err)
			}
			_, err := s.ChangePlan(t.Context(), buyTwo)
			code(t, err, provision.Stale, "Nothing was changed")
			if got := m.Plan().AddOns; got != total || len(m.Ledger()) != 1 {
				t.Errorf("%d add-ons after %d writes", got, len(m.Ledger()))
			}
			again := buyTwo
			again.From, again.To = total, total+2
			if _, err := s.ChangePlan(t.Context(), again); err != nil || m.Plan().AddOns != total+2 {
				t.Errorf("from the new count: %d add-ons, %v", m.Plan().AddOns, err)
			}
		})
	}
}

func TestWhatCannotBeWrittenDownIsNotConfirmed(t *testing.T) {
	s, m := play(t, patient)
	full := errors.New("the disk is full")
	_, _, err := s.Console.ChangePlan(t.Context(), provision.JobStep{}, buyTwo, func() error { return full })
	if !errors.Is(err, full) {
		t.Errorf("the error is %v", err)
	}
	wrote(t, m)
}

// The process, or the machine, stood still while the confirmation was shown.
func TestAConfirmationThatHasStoodForLongIsCancelled(t *testing.T) {
	var clock time.Duration
	c, f, _ := newcomer(t, func(cfg *console.Config) { cfg.Uptime = func() time.Duration { return clock } })
	stops := func() error { clock += 2 * time.Minute; return nil }
	_, _, err := c.Console.ChangePlan(t.Context(), provision.JobStep{}, buyTwo, stops)
	code(t, err, provision.Stale, "too long", "Nothing was changed")
	wrote(t, f.model())
	if _, err := c.ChangePlan(t.Context(), buyTwo); err != nil {
		t.Errorf("the next try: %v", err)
	}
	wrote(t, f.model(), replica.WriteChangePlan)
}

// What a colleague has bought stays: it is missing where storage that was to be returned is used meanwhile.
func TestAReturnLeavesWhatIsSomebodyElses(t *testing.T) {
	s, m := play(t, patient)
	for _, act := range []replica.Act{
		{Write: replica.WriteChangePlan, AddOns: number(869)},
		{Before: replica.MomentConfirmation, Write: replica.WriteEditGroup, Group: "Juniper Street Books", Assigned: number(61)},
	} {
		if err := m.Colleague(act); err != nil {
			t.Fatal(err)
		}
	}
	_, err := s.ChangePlan(t.Context(), provision.PlanChange{From: 869, To: 868, KeepGB: 40})
	code(t, err, provision.Stale, "59 GB are Available now", "Nothing was changed")
	if _, err := s.ChangePlan(t.Context(), provision.PlanChange{From: 869, To: 868, KeepGB: 39}); err != nil || m.Plan().AddOns != 868 {
		t.Errorf("%d add-ons, %v", m.Plan().AddOns, err)
	}
}

// Where the process was stopped after the last look, that is made again: none is old when Continue is pressed.
func TestNoLookIsOldWhenContinueIsPressed(t *testing.T) {
	for name, tt := range map[string]struct {
		each  time.Duration // by which the clock goes on whenever it is asked
		looks int
	}{"at once": {0, 1}, "long": {time.Second, 2}} {
		t.Run(name, func(t *testing.T) {
			var mu sync.Mutex
			var clock time.Duration
			c, f, _ := newcomer(t, func(cfg *console.Config) {
				cfg.Uptime = func() time.Duration {
					mu.Lock()
					defer mu.Unlock()
					clock += tt.each
					return clock
				}
			})
			var looks atomic.Int32
			confirming := func() error {
				f.onRequest(func(r *http.Request) {
					if r.Method == http.MethodGet && r.URL.Path == "/resource/change_billing_plan" {
						looks.Add(1)
					}
				})
				return nil
			}
			if _, _, err := c.Console.ChangePlan(t.Context(), provision.JobStep{}, buyTwo, confirming); err != nil {
				t.Fatal(err)
			}
			if int(looks.Load()) != tt.looks {
				t.Errorf("the plan was looked at %d times, want %d", looks.Load(), tt.looks)
			}
			wrote(t, f.model(), replica.WriteChangePlan)
		})
	}
}
