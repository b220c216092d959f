package console_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	replica "mozybot/fixtures/sandbox/console"
	"mozybot/provision"
)

var allWrites = []string{replica.WriteChangePlan, replica.WriteAddGroup, replica.WriteAddAdmin, replica.WriteEditGroup, replica.WriteChangePlan}

func TestAJobPaysNoMoreThanWasApproved(t *testing.T) {
	t.Run("and asks for what a tax makes of it", func(t *testing.T) {
		const real = "$12.12"
		s, m := play(t, watched, "tax=8.25")
		o := newJob(t, s, m, thirty(false))
		o.quote()
		if err := o.approve(); err != nil {
			t.Fatal(err)
		}
		o.carry()
		o.is(provision.Pending, real, "$11.20", "cancelled the purchase")
		if len(m.Ledger()) > 0 || o.job.Quoted.Cost.String() != real || len(o.job.Approvals) > 0 {
			t.Fatalf("wrote %v, asks for %s, approved by %v", m.Ledger(), o.job.Quoted.Cost, o.job.Approvals)
		}
		if pictures := provision.Pictures(o.journal); len(pictures) != 1 || !strings.HasSuffix(pictures[0].Name, "-cancelled.jpg") {
			t.Errorf("the pictures of what was cancelled are %v", pictures)
		}

		if err := o.approve(); err != nil {
			t.Fatal(err)
		}
		o.carry()
		o.is(provision.Done)
		o.honest()
		if got := o.ours(); !slices.Equal(got, allWrites) {
			t.Errorf("wrote %q", got)
		}
		bills := m.Snapshot().Billing
		if bills[0].Amount != real {
			t.Errorf("charged %+v", bills[0])
		}
	})
	t.Run("and asks again when the price rose after the approval", func(t *testing.T) {
		s, m := play(t, watched)
		o := newJob(t, s, m, thirty(false))
		o.quote()
		if err := o.approve(); err != nil {
			t.Fatal(err)
		}
		set(t, m, "tier=Silver") // $6.60 on the label
		o.carry()
		o.is(provision.Pending, "$6.60", "$5.60")
		if len(m.Ledger()) > 0 || o.job.Quoted.Cost != dollars(1320) {
			t.Errorf("wrote %v, asks for %s", m.Ledger(), o.job.Quoted.Cost)
		}
	})
}

func TestServerSupportThatIsNotOfferedStopsBeforeAnythingIsBought(t *testing.T) {
	t.Run("it cannot be approved", func(t *testing.T) {
		s, m := play(t, patient, "no_server_plan=on")
		o := newJob(t, s, m, thirty(true))
		o.quote()
		code(t, o.approve(), provision.Conflict, "Cloud Server License", "no Server Support")
	})
	t.Run("and when it went away after the approval the job asks again", func(t *testing.T) {
		s, m := play(t, patient)
		o := newJob(t, s, m, thirty(true))
		o.quote()
		if err := o.approve(); err != nil {
			t.Fatal(err)
		}
		set(t, m, "no_server_plan=on")
		o.carry()
		o.is(provision.Pending, "no Server Support")
		if len(m.Ledger()) > 0 || len(o.job.Quoted.Conflicts) != 1 {
			t.Errorf("wrote %v, conflicts %q", m.Ledger(), o.job.Quoted.Conflicts)
		}
		set(t, m, "no_server_plan=off")
		o.quote()
		if err := o.approve(); err != nil {
			t.Fatal(err)
		}
		o.carry()
		o.is(provision.Done)
		o.honest()
	})
	t.Run("and when it goes away between the purchase and the group, the job is stuck and says so", func(t *testing.T) {
		s, m := play(t, impatient)
		o := newJob(t, s, m, thirty(true))
		o.quote()
		if err := o.approve(); err != nil {
			t.Fatal(err)
		}
		s.front.onRequest(func(*http.Request) {
			if len(m.Ledger()) == 1 {
				if err := m.SetFault("no_server_plan", "on"); err != nil {
					t.Error(err)
				}
			}
		})
		o.carry()
		o.is(provision.Stuck, "no box Server Support")
		o.honest()
	})
}

// Submit is pressed while the console is still looked over. What only the last of its panels shows is known before Continue.
func TestWhatTheLookOverShowsLastComesBeforeTheMoney(t *testing.T) {
	approved := func(t *testing.T) (*stage, *office) {
		s, m := play(t, impatient)
		o := newJob(t, s, m, thirty(false))
		o.quote()
		if err := o.approve(); err != nil {
			t.Fatal(err)
		}
		return s, o
	}
	t.Run("a panel has changed", func(t *testing.T) {
		s, o := approved(t)
		s.front.rewriting(func(path, body string) string {
			if path == "/admin/list" {
				return strings.Replace(body, "<th>Role</th>", "<th>Rights</th>", 1)
			}
			return body
		})
		o.carry()
		o.is(provision.Stuck, "List Admins", "Role")
		wrote(t, o.m)
		if got := asked(s.front.requests()); count(got, submits) != 1 || count(got, continues) != 0 {
			t.Errorf("it asked for %q", got)
		}
		s.front.rewriting(nil)
		o.retry()
		o.carry()
		o.is(provision.Done)
		o.honest()
	})
	t.Run("a colleague buys", func(t *testing.T) {
		s, o := approved(t)
		bought := false
		s.front.onRequest(func(r *http.Request) {
			if r.URL.Path != "/admin/list" || bought {
				return
			}
			bought = true
			if err := o.m.Colleague(replica.Act{Write: replica.WriteChangePlan, AddOns: number(871)}); err != nil {
				t.Error(err)
			}
		})
		o.carry()
		o.is(provision.Done)
		o.honest()
		if got := o.m.Plan().AddOns; got != 872 { // 871 and 2, and 1 returned
			t.Errorf("%d add-ons", got)
		}
	})
}
