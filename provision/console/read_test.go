package console_test

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"

	replica "mozybot/fixtures/sandbox/console"
	"mozybot/provision"
)

func TestReadFillsOnlyWhatIsAskedFor(t *testing.T) {
	s, m := play(t, patient)
	for name, tt := range map[string]struct {
		look provision.Look
		want func(provision.Reading) bool
	}{
		"nothing": {provision.Look{}, func(r provision.Reading) bool {
			return r.AddOns == 0 && r.Default.ID == "" && r.Charges == nil && !r.ServerOffered && !r.At.IsZero()
		}},
		"the plan": {provision.Look{Plan: true}, func(r provision.Reading) bool {
			return r.AddOns == 866 && r.AddOnPrice == dollars(560) && r.BaseGB == 200 && r.PoolGB == 17520 && r.CheckPool() == nil &&
				r.Default.ID == "" && r.Charges == nil
		}},
		"the storage": {provision.Look{Storage: true}, func(r provision.Reading) bool {
			return r.AddOns == 0 && r.PoolGB == 0 && r.AvailableGB == 0 && r.Default == provision.Group{
				ID: "104882", Name: provision.DefaultGroupName, Type: provision.Assigned, AssignedGB: 15, UsedGB: 3, Sync: true, Server: true,
			}
		}},
		"the server": {provision.Look{Server: true}, func(r provision.Reading) bool { return r.ServerOffered && r.AddOns == 0 }},
		"the charges": {provision.Look{Charges: true}, func(r provision.Reading) bool {
			return len(r.Charges) == 6 && r.Charges[0].Date < r.Charges[5].Date && r.Charges[5].Amount.Cents == 500560
		}},
		"a group": {provision.Look{Group: " Cedar & Stone Architects "}, func(r provision.Reading) bool {
			return r.Customer != nil && r.Customer.AssignedGB == 2000 && r.Customer.UsedGB >= 1640 && r.Customer.Server && r.AddOns == 0
		}},
		"a group of type Limited": {provision.Look{Group: "Evaluation"}, func(r provision.Reading) bool {
			return r.Customer != nil && r.Customer.Type == provision.Limited && r.Customer.AssignedGB == 0
		}},
		"a group that only reads the same": {provision.Look{Group: "cedar & stone architects"}, func(r provision.Reading) bool {
			return r.GroupOf("cedar & stone architects") == nil && r.Customer != nil && r.Customer.Name == "Cedar & Stone Architects"
		}},
		"no such group": {provision.Look{Group: "Cedar & Stone"}, func(r provision.Reading) bool { return r.Customer == nil }},
	} {
		t.Run(name, func(t *testing.T) {
			r, err := s.Read(t.Context(), tt.look)
			if err != nil || !tt.want(r) {
				t.Errorf("read %+v, customer %+v: %v", r, r.Customer, err)
			}
		})
	}
	wrote(t, m)
}

func TestReadIsExactWhereTheConsoleRounds(t *testing.T) {
	s, m := play(t, patient)
	ctx := t.Context()
	if err := m.Colleague(replica.Act{Write: replica.WriteChangePlan, AddOns: number(1000)}); err != nil {
		t.Fatal(err)
	}
	r, err := s.Read(ctx, provision.Look{Storage: true})
	if err != nil || r.AvailableGB != 2680 {
		t.Errorf("Available is %d: %v", r.AvailableGB, err)
	}
	if err := m.Colleague(replica.Act{Write: replica.WriteEditGroup, Group: provision.DefaultGroupName, Assigned: number(1511)}); err != nil {
		t.Fatal(err)
	}
	if err := m.Colleague(replica.Act{Write: "store", Group: provision.DefaultGroupName, Used: number(1301)}); err != nil {
		t.Fatal(err)
	}
	r, err = s.Read(ctx, provision.Look{Storage: true})
	if err != nil || r.Default.AssignedGB != 1511 || r.AvailableGB != 1184 {
		t.Errorf("the default group has %d, Available is %d: %v", r.Default.AssignedGB, r.AvailableGB, err)
	}
	// What is used is only shown in TB: never less than it is, and within one tenth.
	if u := r.Default.UsedGB; u < 1301 || u > 1301+1024/5 {
		t.Errorf("the default group uses %d", u)
	}
}

func TestReadFollowsWhatChanges(t *testing.T) {
	s, m := play(t, patient)
	look := provision.Look{Plan: true, Storage: true, Server: true, Charges: true}
	if _, err := s.Read(t.Context(), look); err != nil {
		t.Fatal(err)
	}
	if err := m.Colleague(replica.Act{Write: replica.WriteChangePlan, AddOns: number(867)}); err != nil {
		t.Fatal(err)
	}
	set(t, m, "default_shared=on", "no_server_plan=on")
	r, err := s.Read(t.Context(), look)
	if err != nil || r.AddOns != 867 || r.Default.Type != provision.Shared || r.ServerOffered || len(r.Charges) != 7 {
		t.Errorf("read %+v: %v", r, err)
	}
}

// What only reads the same is found where nothing is exactly the same, so that people see it before they approve. It is
// nobody's own: its Account ID is not given.
func TestReadFindsWhatReadsTheSame(t *testing.T) {
	s, m := play(t, patient)
	for _, name := range []string{"Exam\u200bple Inc.", "Mu\u0308ller Verlag", "NORTH LTD."} {
		if err := m.Colleague(replica.Act{Write: replica.WriteAddGroup, Name: name, Type: "Shared"}); err != nil {
			t.Fatal(err)
		}
	}
	for asked, want := range map[string]string{
		"Example Inc.": "Exam\u200bple Inc.", "M\u00fcller Verlag": "Mu\u0308ller Verlag", "North Ltd.": "NORTH LTD.", "Muller Verlag": "",
	} {
		t.Run(asked, func(t *testing.T) {
			r, err := s.Read(t.Context(), provision.Look{Group: asked})
			switch {
			case err != nil:
				t.Fatal(err)
			case want == "" && r.Customer != nil:
				t.Errorf("read %+v", r.Customer)
			case want != "" && (r.Customer == nil || r.Customer.Name != want || r.GroupOf(asked) != nil):
				t.Errorf("read %+v", r.Customer)
			}
			_, err = s.AccountID(t.Context(), asked)
			code(t, err, provision.NotFound)
		})
	}
	t.Run("the exact one comes first", func(t *testing.T) {
		if err := m.Colleague(replica.Act{Write: replica.WriteAddGroup, Name: "North Ltd.", Type: "Shared"}); err != nil {
			t.Fatal(err)
		}
		r, err := s.Read(t.Context(), provision.Look{Group: "North Ltd."})
		if err != nil || r.GroupOf("North Ltd.") == nil {
			t.Errorf("read %+v, %v", r.Customer, err)
		}
	})
}

func TestReadNoticesBooksThatDoNotAgree(t *testing.T) {
	s, _ := play(t, patient, "books=on")
	r, err := s.Read(t.Context(), provision.Look{Plan: true})
	if err != nil || r.CheckPool() == nil {
		t.Errorf("read %+v: %v", r, err)
	}
	s.front.rewriting(func(_, body string) string {
		return strings.Replace(body, `id="resource_summary_storage_available">0<`, `id="resource_summary_storage_available">7 GB<`, 1)
	})
	set(t, s.front.model(), "books=off")
	_, err = s.Read(t.Context(), provision.Look{Storage: true})
	code(t, err, provision.Changed, "7 GB Available", "17,520")
}

func TestReadFailures(t *testing.T) {
	t.Run("a server that breaks", func(t *testing.T) {
		s, m := play(t, patient)
		set(t, m, "http_500=on")
		_, err := s.Read(t.Context(), everything)
		code(t, err, provision.Unavailable)
		set(t, m, "http_500=off")
		if _, err := s.Read(t.Context(), everything); err != nil {
			t.Error("not even afterwards:", err)
		}
	})
	t.Run("a link that is missing", func(t *testing.T) {
		s, _ := play(t, impatient, "hidden_link=Billing History")
		_, err := s.Read(t.Context(), provision.Look{Charges: true})
		code(t, err, provision.Changed, `no "Billing History"`)
	})
	t.Run("a caller who has had enough", func(t *testing.T) {
		s, _ := play(t, patient)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := s.Read(ctx, everything)
		if err == nil || ctx.Err() == nil {
			t.Error("the reading went on")
		}
		if _, err := s.Read(t.Context(), everything); err != nil {
			t.Error("not even the next one:", err)
		}
	})
}

// Two readings begin whenever the job sends something.
func TestReaderReadsWhileAJobRuns(t *testing.T) {
	s, m := play(t, patient)
	reader := s.Reader()
	sent := [2]chan struct{}{make(chan struct{}, 1), make(chan struct{}, 1)}
	s.front.onRequest(func(r *http.Request) {
		for _, c := range sent {
			if r.Method == http.MethodPost && len(c) == 0 {
				c <- struct{}{}
			}
		}
	})
	var readings sync.WaitGroup
	for _, c := range sent {
		readings.Go(func() {
			for range c {
				r, err := reader.Read(t.Context(), everything)
				if err != nil || r.AddOns < 866 || r.AddOns > 868 {
					t.Errorf("read %+v: %v", r, err)
				}
			}
		})
	}
	walk(t, s.anyones)
	s.front.onRequest(func(*http.Request) {})
	for _, c := range sent {
		close(c)
	}
	readings.Wait()
	wrote(t, m, allWrites...)
}
