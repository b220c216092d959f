package console_test

import (
	"errors"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	replica "mozybot/fixtures/sandbox/console"
	"mozybot/provision"
)

func TestChangePlanRefusals(t *testing.T) {
	buy := provision.PlanChange{From: 866, To: 868, AtMost: dollars(1120)}
	for _, tt := range []struct {
		name    string
		fault   string
		change  provision.PlanChange
		rewrite func(path, body string) string
		code    provision.Code
		words   []string
	}{
		{
			name: "another number than was told is stale", change: provision.PlanChange{From: 860, To: 862, AtMost: dollars(1120)},
			code: provision.Stale, words: []string{"866", "860"},
		},
		{
			name: "a number that the console does not take", change: provision.PlanChange{From: 866, To: 90_000_000, AtMost: dollars(1e15)},
			code: provision.Changed, words: []string{"90000000"},
		},
		{
			name: "less than is used", change: provision.PlanChange{From: 866, To: 1},
			code: provision.Changed, words: []string{"currently using more storage"},
		},
		{
			name: "no payment", fault: "payment_refused=on", change: buy,
			code: provision.Changed, words: []string{"payment information"},
		},
		{
			name: "a charge that is not shown", change: buy,
			rewrite: func(_, body string) string { return strings.ReplaceAll(body, "charge_summary", "something_else") },
			code:    provision.Changed, words: []string{"does not say"},
		},
		{
			name: "a charge that cannot be read", change: buy,
			rewrite: func(_, body string) string { return strings.ReplaceAll(body, "$11.20", "about $11") },
			code:    provision.Changed, words: []string{"about $11"},
		},
		{
			name: "another unit than 20 GB", change: buy,
			rewrite: func(_, body string) string { return strings.ReplaceAll(body, "20 GB add-on,", "50 GB add-on,") },
			code:    provision.Changed, words: []string{"50 GB add-on"},
		},
		{
			name: "a server that breaks before", fault: "http_500=on", change: buy,
			code: provision.Unavailable,
		},
		{
			name: "a server that breaks at the purchase leaves it open", fault: "http_500=change_plan", change: buy,
			code: provision.Internal,
		},
		{
			name: "a session that ends at the purchase leaves it open", fault: "session_expired=change_plan", change: buy,
			code: provision.Internal,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, m := play(t, patient)
			if tt.fault != "" {
				set(t, m, tt.fault)
			}
			s.front.rewriting(tt.rewrite)
			charged, err := s.ChangePlan(t.Context(), tt.change)
			code(t, err, tt.code, tt.words...)
			if charged.Known() {
				t.Errorf("charged %s", charged)
			}
			wrote(t, m)
		})
	}
}

// The console refuses a Submit that reached it twice. Its second answer comes while the plan is looked at again: the number
// in it is ours, and nobody has changed the plan.
func TestChangePlanDoesNotTakeALateAnswerForThePlan(t *testing.T) {
	s, _ := play(t, patient)
	var refusals atomic.Int32
	looking := make(chan struct{})
	look := sync.OnceFunc(func() { close(looking) })
	submits := func() (n int) {
		for _, r := range s.front.requests() {
			if r.method == http.MethodPost {
				n++
			}
		}
		return n
	}
	const submit = "post_module('resource-change_billing_plan', '/resource/change_billing_plan')"
	s.front.rewriting(func(_, body string) string {
		switch {
		case !strings.Contains(body, submit):
		case strings.Contains(body, `value="90000000"`):
			if refusals.Add(1) == 2 {
				<-looking
			}
		case refusals.Load() > 0:
			look()
			for tick := time.Tick(5 * time.Millisecond); submits() < 2; {
				<-tick
			}
		}
		return strings.ReplaceAll(body, submit, submit+"; "+submit)
	})
	_, err := s.ChangePlan(t.Context(), provision.PlanChange{From: 866, To: 90_000_000, AtMost: dollars(1e15)})
	code(t, err, provision.Changed, "90000000")
}

func TestChangePlanNeverPaysMoreThanApproved(t *testing.T) {
	for _, tt := range []struct {
		name, fault string
		atMost      provision.Money
		real        string
	}{
		{"another price than the label's", "price=6.10", dollars(1120), "$12.20"},
		{"taxes", "tax=8.25", dollars(1120), "$12.12"},
		{"another currency", "", provision.Money{Symbol: "€", Cents: 999999}, "$11.20"},
		{"nothing approved", "", provision.Money{}, "$11.20"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, m := play(t, patient)
			if tt.fault != "" {
				set(t, m, tt.fault)
			}
			_, err := s.ChangePlan(t.Context(), provision.PlanChange{From: 866, To: 868, AtMost: tt.atMost})
			var over *provision.OverchargeError
			if !errors.As(err, &over) {
				t.Fatalf("the error is %v", err)
			}
			if over.Real.String() != tt.real || over.Approved != tt.atMost {
				t.Errorf("real %s, approved %s", over.Real, over.Approved)
			}
			wrote(t, m)

			t.Run("and pays what is approved then", func(t *testing.T) {
				charged, err := s.ChangePlan(t.Context(), provision.PlanChange{From: 866, To: 868, AtMost: over.Real})
				if err != nil || charged != over.Real {
					t.Errorf("charged %s: %v", charged, err)
				}
				wrote(t, m, replica.WriteChangePlan)
			})
		})
	}
}

func TestChangePlanPaysLessToo(t *testing.T) {
	s, m := play(t, patient, "pro_rata=37.50")
	charged, err := s.ChangePlan(t.Context(), provision.PlanChange{From: 866, To: 868, AtMost: dollars(1120)})
	if err != nil || charged != dollars(420) {
		t.Errorf("charged %s: %v", charged, err)
	}
	wrote(t, m, replica.WriteChangePlan)
}

func TestChangePlanDoesNotKnowWhatALostAnswerSaid(t *testing.T) {
	s, m := play(t, patient, "lost_answer=change_plan")
	_, err := s.ChangePlan(t.Context(), provision.PlanChange{From: 866, To: 868, AtMost: dollars(1120)})
	code(t, err, provision.Internal, "whether it took effect")
	wrote(t, m, replica.WriteChangePlan)
	r, err := s.Read(t.Context(), provision.Look{Plan: true})
	if err != nil || r.AddOns != 868 {
		t.Errorf("looking then shows %d: %v", r.AddOns, err)
	}
}

func TestChangePlanLeavesAnUnknownPageAlone(t *testing.T) {
	for _, fault := range []string{"changed_page=on", "hidden_link=Change Plan"} {
		t.Run(fault, func(t *testing.T) {
			s, m := play(t, impatient, fault)
			_, err := s.ChangePlan(t.Context(), provision.PlanChange{From: 866, To: 868, AtMost: dollars(1120)})
			code(t, err, provision.Changed, "Change Plan")
			wrote(t, m)
		})
	}
}

func TestChangePlanIsNotMisledByWhatSomebodyElseDid(t *testing.T) {
	s, m := play(t, patient)
	ctx := t.Context()
	if _, err := s.Read(ctx, provision.Look{Plan: true}); err != nil { // the panel stays open with 866 in its box
		t.Fatal(err)
	}
	bought := 870
	if err := m.Colleague(replica.Act{Write: replica.WriteChangePlan, AddOns: &bought}); err != nil {
		t.Fatal(err)
	}
	_, err := s.ChangePlan(ctx, provision.PlanChange{From: 866, To: 868, AtMost: dollars(1120)})
	code(t, err, provision.Stale, "870", "866")
	if got := m.Plan().AddOns; got != 870 {
		t.Errorf("%d add-ons", got)
	}
}
