package console_test

import (
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/sirupsen/logrus"

	replica "mozybot/fixtures/sandbox/console"
	"mozybot/provision"
	"mozybot/provision/console"
	"mozybot/provision/runbook"
)

var _ runbook.Console = (*console.Console)(nil)

var everything = provision.Look{Plan: true, Storage: true, Server: true, Charges: true, Group: "Example Inc.", Admin: "mguy@example.com"}

var exampleGroup = provision.Group{Name: "Example Inc.", Type: provision.Assigned, AssignedGB: 30, Sync: true, Server: true}

var exampleAdmin = provision.Admin{
	Name: "Mister Guy", Email: "mguy@example.com", Groups: []string{"Example Inc."}, Roles: []string{"Customer Admin"},
}

// walk does everything that an order of 30 GB needs, and reads before and after. It gives what it read after.
func walk(t *testing.T, c anyones) provision.Reading {
	t.Helper()
	ctx := t.Context()
	before, err := c.Read(ctx, everything)
	if err != nil {
		t.Fatal("reading before:", err)
	}
	if before.AddOns != 866 || before.AvailableGB != 0 || before.Customer != nil || before.Admin != nil {
		t.Errorf("before: %+v", before)
	}
	charged, err := c.ChangePlan(ctx, provision.PlanChange{From: 866, To: 868, AtMost: dollars(1120)})
	if err != nil {
		t.Fatal("buying:", err)
	}
	if charged != dollars(1120) {
		t.Errorf("charged %s", charged)
	}
	if err := c.AddGroup(ctx, exampleGroup); err != nil {
		t.Fatal("adding the group:", err)
	}
	if err := c.AddAdmin(ctx, exampleAdmin); err != nil {
		t.Fatal("adding the admin:", err)
	}
	if err := c.AssignDefault(ctx, 15, 5); err != nil {
		t.Fatal("changing the default group:", err)
	}
	if back, err := c.ChangePlan(ctx, provision.PlanChange{From: 868, To: 867}); err != nil || back.Known() {
		t.Fatal("returning:", back, err)
	}
	id, err := c.AccountID(ctx, "Example Inc.")
	if err != nil {
		t.Fatal("reading the Account ID:", err)
	}
	after, err := c.Read(ctx, everything)
	if err != nil {
		t.Fatal("reading after:", err)
	}
	wantGroup := exampleGroup
	wantGroup.ID = id
	if after.AddOns != 867 || after.AvailableGB != 0 || after.Default.AssignedGB != 5 ||
		after.Customer == nil || *after.Customer != wantGroup || len(after.Charges) != len(before.Charges)+1 {
		t.Errorf("after: %+v, customer %+v", after, after.Customer)
	}
	if a := after.Admin; a == nil || a.Name != "Mister Guy" || !slices.Equal(a.Groups, exampleAdmin.Groups) || !slices.Equal(a.Roles, exampleAdmin.Roles) {
		t.Errorf("admin after: %+v", a)
	}
	return after
}

// The replica has a double that answers from the same rules without pages: what is read at the end is what it says.
func TestWalksAllSteps(t *testing.T) {
	for _, faults := range []string{
		"", "stray_alert=on stuck_loading=on welcome_dialog=invitation overdue=on dialect=on",
		// What nobody knows of the console, one way and another.
		"on_mark=check popout=query blank_type=Limited admin_groups=link duplicate_names_accepted=on bad_input=disabled below_assigned=on",
		"on_mark=yes paging=7 blank_type=Assigned admin_groups=list list_stays=on lost_clicks=100 welcome_dialog=on",
	} {
		t.Run(faults, func(t *testing.T) {
			s, m := play(t, newlyIn, strings.Fields(faults)...)
			got := walk(t, s.anyones)
			wrote(t, m, allWrites...)
			want, err := replica.NewDouble(m).Read(t.Context(), everything)
			if err != nil {
				t.Fatal(err)
			}
			got.At = want.At
			if !reflect.DeepEqual(got, want) {
				t.Errorf("the pages say  %+v\nthe rules say %+v", got, want)
			}
			if strings.HasPrefix(faults, "stray_alert") && !logged(s, "alert") {
				t.Error("the alert's text is not in the log")
			}
		})
	}
}

func logged(s *stage, words string) bool {
	return slices.ContainsFunc(s.log.AllEntries(), func(e *logrus.Entry) bool { return strings.Contains(e.Message, words) })
}

func TestWorksWithoutEvidence(t *testing.T) {
	nowhere := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(nowhere, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	c, _, hook := newcomer(t, func(cfg *console.Config) { cfg.EvidenceDir = nowhere })
	if err := c.AssignDefault(t.Context(), 15, 10); err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(hook.AllEntries(), func(e *logrus.Entry) bool { return e.Level == logrus.WarnLevel }) {
		t.Error("nobody said that the evidence was not kept")
	}
}

// Whatever click is lost, also one that would have changed something, is made again; one that was not lost never is.
func TestPressesWhatWasLostAndNothingElse(t *testing.T) {
	t.Run("every button loses its first click", func(t *testing.T) {
		s, m := play(t, patient)
		s.front.rewriting(func(path, body string) string {
			if path != "/dashboard" {
				return body
			}
			return strings.Replace(body, "</body>", `<script>
				const lost = new Set();
				document.addEventListener("click", event => {
					const button = event.target.closest("input[type=button], input[type=submit], button");
					const name = button && (button.value || button.textContent).trim();
					if (!name || lost.has(name)) return;
					lost.add(name);
					event.stopImmediatePropagation();
					event.preventDefault();
				}, true);
			</script></body>`, 1)
		})
		if err := s.Start(t.Context()); err != nil { // the page with the script in it
			t.Fatal(err)
		}
		walk(t, s.anyones)
		wrote(t, m, allWrites...)
	})
	t.Run("every answer takes its time", func(t *testing.T) {
		s, m := play(t, patient)
		set(t, m, "latency=1000")
		if err := s.AssignDefault(t.Context(), 15, 10); err != nil {
			t.Fatal(err)
		}
		wrote(t, m, replica.WriteEditGroup)
	})
}

// The console's pages may tell others what is clicked, which the browser's gate refuses, and open windows of their own.
func TestIsNotMisledByWhatThePageDoesForItself(t *testing.T) {
	s, m := play(t, patient, "latency=150") // the page says something else first
	s.front.rewriting(func(path, body string) string {
		return strings.Replace(body, "</body>", `<script>
			document.addEventListener("click", () => window.open("/news/999999"), {once: true});
			document.addEventListener("click", () => fetch("http://statistics.example.com/login/click", {method: "POST", mode: "no-cors"}));
		</script></body>`, 1)
	})
	if err := s.Start(t.Context()); err != nil { // the page with the script in it
		t.Fatal(err)
	}
	walk(t, s.anyones)
	wrote(t, m, allWrites...)
}
