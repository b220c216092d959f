package console_test

import (
	"slices"
	"strings"
	"testing"

	replica "mozybot/fixtures/sandbox/console"
	"mozybot/provision"
)

// toSettle makes the customer's group and admin for the job, and leaves its visit where the default group is to be changed. Each act is
// looked at as the runbook does.
func (s *stage) toSettle(t *testing.T) {
	t.Helper()
	c, ctx := s.Console, t.Context()
	look := func(l provision.Look) {
		t.Helper()
		l.Job, l.Step = job77.Job, job77.Step
		if _, err := c.Read(ctx, l); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.Login(ctx, job77); err != nil {
		t.Fatal(err)
	}
	look(provision.Look{Group: exampleGroup.Name, Form: provision.StepGroup})
	if _, err := c.AddGroup(ctx, job77, exampleGroup); err != nil {
		t.Fatal(err)
	}
	look(provision.Look{Group: exampleGroup.Name, Admin: exampleAdmin.Email, Form: provision.StepAdmin})
	if _, err := c.AddAdmin(ctx, job77, exampleAdmin); err != nil {
		t.Fatal(err)
	}
	look(provision.Look{Group: exampleGroup.Name, Admin: exampleAdmin.Email, AdminMade: true, Plan: true, Storage: true, Form: provision.StepDefaultGroup})
}

// settle changes the default group, and looks at what step 8 goes by.
func (s *stage) settle(t *testing.T, looks bool) {
	t.Helper()
	if _, err := s.Console.AssignDefault(t.Context(), job77, 15, 5); err != nil {
		t.Fatal(err)
	}
	if !looks {
		return
	}
	look := provision.Look{Storage: true, Group: exampleGroup.Name, Form: provision.StepAccountID, Job: job77.Job, Step: job77.Step}
	if _, err := s.Console.Read(t.Context(), look); err != nil {
		t.Fatal(err)
	}
}

func idOf(m *replica.Model, name string) string {
	for _, g := range m.Groups.All() {
		if g.Name == name {
			return g.ID
		}
	}
	return ""
}

// The number is read while the acts before it wait for their answers: step 8 itself asks the console nothing.
func TestTheAccountIDIsReadBesideTheActsBefore(t *testing.T) {
	s, m := withSpace(t, patient)
	s.toSettle(t)
	s.settle(t, true)
	asked := len(s.front.requests())
	id, err := s.Console.AccountID(t.Context(), job77, exampleGroup.Name)
	if err != nil || id == "" || id != idOf(m, exampleGroup.Name) {
		t.Fatalf("the Account ID is %q, %v", id, err)
	}
	for _, r := range s.front.requests()[asked:] {
		if !strings.HasPrefix(r.path, "/assets/") {
			t.Errorf("step 8 asked for %s", r.path)
		}
	}
}

// Whatever a colleague makes of the groups after the number was read, it is the number of the group that has the customer's name
// now, and never another group's.
func TestTheAccountIDIsNeverAnotherGroups(t *testing.T) {
	customer := exampleGroup.Name
	rename := func(from, to string) replica.Act {
		return replica.Act{Write: replica.WriteEditGroup, Group: from, Name: to}
	}
	add := replica.Act{Write: replica.WriteAddGroup, Name: customer, Type: "Shared"}
	remove := []replica.Act{{Write: replica.WriteDeleteAdmin, Email: exampleAdmin.Email}, {Write: replica.WriteDeleteGroup, Group: customer}}
	const sooner, meanwhile, later = "before the default group is saved", "while it is saved", "after it was saved"
	for _, tt := range []struct {
		moment, does string
		acts         []replica.Act
	}{
		{sooner, "renames it and makes another", []replica.Act{rename(customer, "Example Incorporated"), add}},
		{sooner, "makes one whose name looks the same", []replica.Act{{Write: replica.WriteAddGroup, Name: "Example  Inc.", Type: "Shared"}}},
		{meanwhile, "exchanges the names of two", []replica.Act{rename(customer, "X"), rename("Alder Creek Dental", customer), rename("X", "Alder Creek Dental")}},
		{meanwhile, "deletes it", remove},
		{later, "renames it", []replica.Act{rename(customer, "Example Incorporated")}},
		{later, "deletes it and makes it again", append(slices.Clip(remove), add)},
	} {
		t.Run(tt.moment+" a colleague "+tt.does, func(t *testing.T) {
			s, m := withSpace(t, patient)
			s.toSettle(t)
			happens := func(before string) {
				for _, a := range tt.acts {
					a.Before = before
					if err := m.Colleague(a); err != nil {
						t.Fatal(err)
					}
				}
			}
			switch tt.moment {
			case sooner:
				happens("")
			case meanwhile:
				happens(replica.WriteEditGroup)
			}
			s.settle(t, tt.moment != later)
			if tt.moment == later {
				happens("")
			}
			id, err := s.Console.AccountID(t.Context(), job77, customer)
			now := idOf(m, customer)
			if now == "" {
				code(t, err, provision.NotFound)
			} else if err != nil || id != now {
				t.Errorf("the Account ID is %q, but the group has %q: %v", id, now, err)
			}
		})
	}
}
