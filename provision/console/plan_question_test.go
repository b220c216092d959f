package console_test

import (
	"strings"
	"sync/atomic"
	"testing"
	"time"

	replica "mozybot/fixtures/sandbox/console"
	"mozybot/provision"
	"mozybot/provision/console"
)

// beforeBuying is the look that buying two add-ons is decided by.
var beforeBuying = provision.Look{Plan: true, Storage: true, Charges: true, Form: provision.StepBuy, Change: 2, Job: job77.Job, Step: job77.Step}

// asked are the paths of Change Plan that the console was asked for, each behind its method.
func asked(log []request) (all []string) {
	for _, r := range log {
		if strings.Contains(r.path, "change_billing_plan") {
			all = append(all, r.method+" "+r.path)
		}
	}
	return all
}

const (
	panelLoads = "GET /resource/change_billing_plan"
	submits    = "POST /resource/change_billing_plan"
	continues  = "POST /resource/change_billing_plan/continue"
)

// count is how often one of them is among them.
func count(all []string, one string) (n int) {
	for _, s := range all {
		if s == one {
			n++
		}
	}
	return n
}

// Submit only asks. It is pressed beside the look that decides, and what is left of the change is the last look and Continue.
func TestTheConfirmationIsAskedForBesideTheLook(t *testing.T) {
	c, f, _ := newcomer(t, func(cfg *console.Config) { cfg.Uptime = func() time.Duration { return time.Hour } }) // no look grows old
	m := f.model()
	if _, err := c.Read(t.Context(), beforeBuying); err != nil {
		t.Fatal(err)
	}
	before := f.requests()
	if got := asked(before); count(got, submits) != 1 || count(got, continues) != 0 {
		t.Errorf("beside the look it asked for %q", got)
	}
	wrote(t, m)
	charged, _, err := c.Console.ChangePlan(t.Context(), job77, buyTwo, func() error { return nil })
	if err != nil || charged != dollars(1120) {
		t.Fatalf("charged %v, %v", charged, err)
	}
	if got := asked(f.requests()[len(before):]); count(got, panelLoads) != 1 || count(got, submits) != 0 || count(got, continues) != 1 {
		t.Errorf("the change asked for %q", got)
	}
	wrote(t, m, replica.WriteChangePlan)

	t.Run("and the next in the form as Continue has left it", func(t *testing.T) {
		already := len(f.requests())
		back := beforeBuying
		back.Form, back.Change = provision.StepReturn, -1
		if _, err := c.Read(t.Context(), back); err != nil {
			t.Fatal(err)
		}
		if _, _, err := c.Console.ChangePlan(t.Context(), job77, provision.PlanChange{From: 868, To: 867}, func() error { return nil }); err != nil {
			t.Fatal(err)
		}
		if got := asked(f.requests()[already:]); count(got, submits) != 1 || count(got, panelLoads) != 2 {
			t.Errorf("it asked for %q", got)
		}
		if n := m.Plan().AddOns; n != 867 {
			t.Errorf("there are %d add-ons", n)
		}
	})
}

// A question that was brought about beside a look serves the change that follows at once, and no other.
func TestAQuestionThatDoesNotFitIsAskedAgain(t *testing.T) {
	for name, tt := range map[string]struct {
		meanwhile func(*testing.T, *replica.Model)
		change    provision.PlanChange
		job       provision.JobID
		after     time.Duration
		stale     string
	}{
		"a colleague bought before the change": {meanwhile: colleagueHas(870), change: buyTwo, stale: "870 add-ons now"},
		"a colleague bought, and it is known":  {meanwhile: colleagueHas(870), change: provision.PlanChange{From: 870, To: 872, AtMost: dollars(1120)}},
		"another number was decided":           {change: provision.PlanChange{From: 866, To: 867, AtMost: dollars(560)}},
		"another job's":                        {change: buyTwo, job: "78"},
		"it stands since before a slow disk":   {change: buyTwo, after: 20 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			var uptime atomic.Int64
			c, f, _ := newcomer(t, func(cfg *console.Config) { cfg.Uptime = func() time.Duration { return time.Duration(uptime.Load()) } })
			m := f.model()
			if _, err := c.Console.Read(t.Context(), beforeBuying); err != nil {
				t.Fatal(err)
			}
			if tt.meanwhile != nil {
				tt.meanwhile(t, m)
			}
			uptime.Add(int64(tt.after))
			at := job77
			if tt.job != "" {
				at.Job = tt.job
			}
			ledger, already := len(m.Ledger()), len(f.requests())
			_, _, err := c.Console.ChangePlan(t.Context(), at, tt.change, func() error { return nil })
			got := asked(f.requests()[already:])
			if tt.stale != "" {
				code(t, err, provision.Stale, tt.stale)
				if count(got, continues) != 0 || len(m.Ledger()) != ledger {
					t.Errorf("it asked for %q", got)
				}
				return
			}
			if err != nil || m.Plan().AddOns != tt.change.To {
				t.Errorf("%d add-ons, %v", m.Plan().AddOns, err)
			}
			if count(got, submits) != 1 || count(got, continues) != 1 {
				t.Errorf("it asked for %q", got)
			}
		})
	}
}

func colleagueHas(addOns int) func(*testing.T, *replica.Model) {
	return func(t *testing.T, m *replica.Model) {
		if err := m.Colleague(replica.Act{Write: replica.WriteChangePlan, AddOns: number(addOns)}); err != nil {
			t.Fatal(err)
		}
	}
}

// Trouble with the question is the change's, which asks again: the look is none the worse.
func TestALookDoesNotSufferFromItsQuestion(t *testing.T) {
	s, m := play(t, watched)
	refused := beforeBuying
	refused.Change = 1_000_000
	if r, err := s.Read(t.Context(), refused); err != nil || r.AddOns != 866 {
		t.Fatalf("%d add-ons, %v", r.AddOns, err)
	}
	_, names, err := s.Console.ChangePlan(t.Context(), job77, buyTwo, func() error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if strings.Contains(name, "surprise") {
			t.Errorf("of the refusal of what was only asked ahead, %s is kept", name)
		}
	}
	wrote(t, m, replica.WriteChangePlan)
}
