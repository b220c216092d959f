package console_test

import (
	"fmt"
	"slices"
	"testing"

	replica "mozybot/fixtures/sandbox/console"
	"mozybot/provision"
)

// Among a thousand groups over ten pages the customer's is the one of exactly that name, on the last page, and nearly the
// same names stand beside it. Before there is one, people see one that reads the same. make pairs looks among five thousand.
func TestFindsTheGroupAmongThousands(t *testing.T) {
	thousand := 1000
	if whole() {
		thousand = 5000
	}
	s, _ := play(t, patient)
	state := replica.StartState(nil)
	state.Plan.AddOns += 2
	for i := range thousand {
		state.Groups = append(state.Groups, replica.Group{Name: fmt.Sprintf("Customer %04d Ltd", i), Type: replica.Shared})
	}
	for _, name := range []string{"zoo supplies ltd", "Zoo Supplies Ltd.", "Zoo  Supplies Ltd", "Zoo Supplies", "Zoo Supplies Ltd 2"} {
		state.Groups = append(state.Groups, replica.Group{Name: name, Type: replica.Shared})
	}
	m := replica.NewModel(state)
	set(t, m, fmt.Sprint("paging=", thousand/10))
	s.front.swap(m)

	group := provision.Group{Name: "Zoo Supplies Ltd", Type: provision.Assigned, AssignedGB: 30, Sync: true}
	look := provision.Look{Storage: true, Group: group.Name, Admin: "zoe@example.com"}
	r, err := s.Read(t.Context(), look)
	if err != nil || r.Default.AssignedGB != 15 || r.AvailableGB != 40 || r.GroupOf(group.Name) != nil || r.Customer == nil {
		t.Fatalf("read %+v, customer %+v: %v", r, r.Customer, err)
	}
	if err := s.AddGroup(t.Context(), group); err != nil {
		t.Fatal(err)
	}
	admin := provision.Admin{Name: "Zoe", Email: "zoe@example.com", Groups: []string{group.Name}, Roles: []string{role}}
	if err := s.AddAdmin(t.Context(), admin); err != nil {
		t.Fatal(err)
	}
	all := m.Groups.All()
	group.ID = all[len(all)-1].ID
	if id, err := s.AccountID(t.Context(), group.Name); err != nil || id != group.ID {
		t.Errorf("the Account ID is %q, not %q: %v", id, group.ID, err)
	}
	r, err = s.Read(t.Context(), look)
	if err != nil || r.Customer == nil || *r.Customer != group || r.Admin == nil || !slices.Equal(r.Admin.Groups, admin.Groups) {
		t.Errorf("read %+v, customer %+v, admin %+v: %v", r, r.Customer, r.Admin, err)
	}
	wrote(t, m, replica.WriteAddGroup, replica.WriteAddAdmin)
}

// Half a second a request is a slow console, not a broken one: nothing is pressed twice, nothing given up.
func TestWorksWithASlowConsole(t *testing.T) {
	s, m := play(t, patient)
	set(t, m, "latency=500")
	o := newJob(t, s, m, thirty(false))
	o.quote()
	if err := o.approve(); err != nil {
		t.Fatal(err)
	}
	o.carry()
	o.is(provision.Done)
	o.honest()
	wrote(t, m, allWrites...)
}

// The session runs out just when the money is to be spent: one new log-in, a new look, and one purchase.
func TestASessionThatEndsBeforeThePurchase(t *testing.T) {
	s, m := play(t, patient)
	o := newJob(t, s, m, thirty(false))
	o.quote()
	if err := o.approve(); err != nil {
		t.Fatal(err)
	}
	set(t, m, "session_expired=change_plan")
	before := s.front.attempts()
	o.carry()
	o.is(provision.Done)
	o.honest()
	if n := s.front.attempts() - before; n != 1 {
		t.Errorf("logged in %d times more", n)
	}
}
