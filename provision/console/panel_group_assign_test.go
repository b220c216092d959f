package console_test

import (
	"testing"

	replica "mozybot/fixtures/sandbox/console"
	"mozybot/provision"
)

// dental is the first of the replica's customers: 250 GB assigned, no Server Support.
const dental = "118305"

func TestRaiseGroup(t *testing.T) {
	s, m := withSpace(t, patient)
	if err := s.RaiseGroup(t.Context(), provision.GroupChange{AccountID: dental, FromGB: 250, ToGB: 270}); err != nil {
		t.Fatal(err)
	}
	was := m.Groups.All()[1]
	if was.ID != dental || was.Assigned != 270 || was.Server || !was.Sync {
		t.Errorf("the console has %+v", was)
	}
	if err := s.RaiseGroup(t.Context(), provision.GroupChange{AccountID: dental, FromGB: 270, ToGB: 280, ServerOn: true}); err != nil {
		t.Fatal(err)
	}
	if is := m.Groups.All()[1]; is.Assigned != 280 || !is.Server || !is.Sync || is.Name != "Alder Creek Dental" {
		t.Errorf("the console has %+v", is)
	}
	wrote(t, m, replica.WriteChangePlan, replica.WriteEditGroup, replica.WriteEditGroup)
}

func TestRaiseGroupRefusals(t *testing.T) {
	for _, tt := range []struct {
		name   string
		fault  string
		change provision.GroupChange
		code   provision.Code
		words  []string
	}{
		{name: "another figure than was read", change: provision.GroupChange{AccountID: dental, FromGB: 240, ToGB: 270}, code: provision.Stale, words: []string{"“Alder Creek Dental” has 250 GB", "not 240"}},
		{name: "a group that is gone", change: provision.GroupChange{AccountID: "77", FromGB: 240, ToGB: 270}, code: provision.Stale, words: []string{"Account ID 77"}},
		{name: "a group without Assigned", change: provision.GroupChange{AccountID: "318244", FromGB: 0, ToGB: 20}, code: provision.Stale, words: []string{"type Shared"}},
		{name: "more than is Available", change: provision.GroupChange{AccountID: dental, FromGB: 250, ToGB: 5000}, code: provision.Changed, words: []string{"storage can only be assigned between"}},
		{name: "no box for Server Support", fault: "no_server_plan=on", change: provision.GroupChange{AccountID: dental, FromGB: 250, ToGB: 270, ServerOn: true}, code: provision.Changed, words: []string{"Server Support"}},
		{name: "a server that breaks before", fault: "http_500=on", change: provision.GroupChange{AccountID: dental, FromGB: 250, ToGB: 270}, code: provision.Unavailable},
		{name: "a server that breaks at the saving leaves it open", fault: "http_500=edit_group", change: provision.GroupChange{AccountID: dental, FromGB: 250, ToGB: 270}, code: provision.Internal},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, m := withSpace(t, patient)
			if tt.fault != "" {
				set(t, m, tt.fault)
			}
			before := len(writes(m))
			code(t, s.RaiseGroup(t.Context(), tt.change), tt.code, tt.words...)
			if got := writes(m)[before:]; len(got) > 0 {
				t.Errorf("the console was made to write %q", got)
			}
		})
	}
}

func TestReadAGroupWithItsAdmins(t *testing.T) {
	for _, fault := range []string{"admin_groups=off", "admin_groups=list", "admin_roles=boxes"} {
		t.Run(fault, func(t *testing.T) {
			s, m := play(t, patient, fault)
			// A name that holds the group's, and somebody with two groups.
			if err := m.Colleague(replica.Act{Write: replica.WriteAddGroup, Name: "Alder Creek Dental, West", Type: "Shared"}); err != nil {
				t.Fatal(err)
			}
			groups := m.Groups.All()
			for email, in := range map[string][]string{"west@aldercreek.example": {groups[len(groups)-1].ID}, "both@aldercreek.example": {groups[len(groups)-1].ID, dental}} {
				if _, err := m.Admins.Add("test", replica.AdminForm{Name: "Of " + email, Email: email, Groups: in, Roles: []string{replica.RoleCustomer}}); err != nil {
					t.Fatal(err)
				}
			}
			r, err := s.Read(t.Context(), provision.Look{GroupID: dental, GroupAdmins: true})
			if err != nil {
				t.Fatal(err)
			}
			if r.Customer == nil || r.Customer.Name != "Alder Creek Dental" || r.Customer.AssignedGB != 250 {
				t.Errorf("the group is %+v", r.Customer)
			}
			var emails []string
			for _, a := range r.GroupAdmins {
				emails = append(emails, a.Email)
			}
			if !same(emails, []string{"dana@aldercreek.example", "both@aldercreek.example"}) {
				t.Errorf("its admins are %+v", r.GroupAdmins)
			}
		})
	}
}

func TestReadTheLists(t *testing.T) {
	s, m := play(t, patient)
	r, err := s.Read(t.Context(), provision.Look{Plan: true, Storage: true, Lists: true})
	if err != nil {
		t.Fatal(err)
	}
	if want := m.Groups.All(); len(r.Groups) != len(want) || r.Groups[1].ID != dental || r.Groups[1].AssignedGB != 250 || r.Groups[1].UsedGB != 181 {
		t.Errorf("read %d groups, %+v", len(r.Groups), r.Groups)
	}
	if len(r.Admins) != 24 || r.Admins[0].Name != "Dana Whitfield" || !same(r.Admins[0].Groups, []string{"Alder Creek Dental"}) || !same(r.Admins[0].Roles, []string{replica.RoleCustomer}) {
		t.Errorf("read %d admins, %+v", len(r.Admins), r.Admins)
	}
}

// What was read right before may be gone by now, and its form with it.
func TestRaiseGroupThatAColleagueDeletedMeanwhile(t *testing.T) {
	s, m := withSpace(t, patient)
	if err := m.Colleague(replica.Act{Write: replica.WriteAddGroup, Name: "North Ltd.", Type: "Assigned", Assigned: number(20)}); err != nil {
		t.Fatal(err)
	}
	groups := m.Groups.All()
	north := groups[len(groups)-1].ID
	if _, err := s.Read(t.Context(), provision.Look{GroupID: north, Form: provision.StepGroup}); err != nil {
		t.Fatal(err)
	}
	if err := m.Colleague(replica.Act{Write: replica.WriteDeleteGroup, Group: "North Ltd."}); err != nil {
		t.Fatal(err)
	}
	code(t, s.RaiseGroup(t.Context(), provision.GroupChange{AccountID: north, FromGB: 20, ToGB: 40}), provision.Stale, "Account ID "+north)
}
