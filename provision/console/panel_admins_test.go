package console_test

import (
	"fmt"
	"slices"
	"testing"

	replica "mozybot/fixtures/sandbox/console"
	"mozybot/provision"
)

func TestAddAdminRefusals(t *testing.T) {
	for _, tt := range []struct {
		name   string
		fault  string
		change func(*provision.Admin)
		code   provision.Code
		words  []string
	}{
		{name: "a role that is not offered", fault: "no_customer_role=on", code: provision.Changed, words: []string{"role", "Customer Admin"}},
		{
			name: "a group that is not offered", change: func(a *provision.Admin) { a.Groups = []string{"Example Inc"} },
			code: provision.Changed, words: []string{"group", "Example Inc"},
		},
		{
			name: "an e-mail that is there", change: func(a *provision.Admin) { a.Email = "DANA@aldercreek.example" },
			code: provision.Conflict, words: []string{"DANA@aldercreek.example"},
		},
		{
			name: "an e-mail of another partner's admin", change: func(a *provision.Admin) { a.Email = "taken@example.org" },
			code: provision.Conflict,
		},
		{
			name: "no e-mail at all", change: func(a *provision.Admin) { a.Email = "nobody" },
			code: provision.Changed,
		},
		{name: "a server that breaks before", fault: "http_500=on", code: provision.Unavailable},
		{name: "a server that breaks at the saving leaves it open", fault: "http_500=add_admin", code: provision.Internal},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, m := play(t, patient)
			if tt.fault != "" {
				set(t, m, tt.fault)
			}
			admin := exampleAdmin
			admin.Groups = []string{"Alder Creek Dental"}
			if tt.change != nil {
				tt.change(&admin)
			}
			code(t, s.AddAdmin(t.Context(), admin), tt.code, tt.words...)
			wrote(t, m)
		})
	}
}

func TestAddAdminTellsGroupsFromRoles(t *testing.T) {
	s, m := withSpace(t, patient)
	ctx := t.Context()
	// A group that is named as a role is, and one that is named nearly so.
	for _, name := range []string{"Customer Admin", "Customer Admin 2"} {
		if err := s.AddGroup(ctx, provision.Group{Name: name, Type: provision.Assigned, AssignedGB: 1, Sync: true}); err != nil {
			t.Fatal(err)
		}
	}
	want := provision.Admin{Name: "Mister Guy", Email: "mguy@example.com", Groups: []string{"Customer Admin"}, Roles: []string{"Customer Admin"}}
	if err := s.AddAdmin(ctx, want); err != nil {
		t.Fatal(err)
	}
	all := m.Snapshot().Admins
	got := all[len(all)-1]
	if !slices.Equal(got.Groups, want.Groups) || !slices.Equal(got.Roles, want.Roles) {
		t.Errorf("the console has %+v", got)
	}
}

func TestReadAdmin(t *testing.T) {
	s, m := play(t, patient)
	// Three whose addresses look the same where they are cut, and one that is a beginning of another.
	group := m.Groups.All()[1]
	for i, email := range []string{
		"a.very.long.address.of.somebody@example.com", "a.very.long.address.of.someone@example.com",
		"a.very.long.address.of.somebody@example.co", "guy@example.com", "mguy@example.com", "ann@example.net\u200b",
	} {
		_, err := m.Admins.Add("test", replica.AdminForm{Name: fmt.Sprint("Person ", i), Email: email, Groups: []string{group.ID}, Roles: []string{replica.RoleCustomer}})
		if err != nil {
			t.Fatal(err)
		}
	}
	for email, want := range map[string]string{
		"a.very.long.address.of.someone@example.com": "Person 1",
		"A.Very.Long.Address.of.Somebody@Example.CO": "Person 2",
		"guy@example.com":             "Person 3",
		"mguy@example.com":            "Person 4",
		"ann@example.net":             "Person 5", // what the console's own search gives
		"uy@example.com":              "",
		"a.very.long.address.of.some": "",
		`"quoted"@example.com`:        "",
	} {
		for _, made := range []bool{false, true} {
			r, err := s.Read(t.Context(), provision.Look{Admin: email, AdminMade: made})
			switch {
			case err != nil:
				t.Fatal(err)
			case want == "" && r.Admin != nil:
				t.Errorf("%s: found %+v", email, r.Admin)
			case want != "" && (r.Admin == nil || r.Admin.Name != want || !slices.Equal(r.Admin.Groups, []string{group.Name}) || !slices.Equal(r.Admin.Roles, []string{replica.RoleCustomer})):
				t.Errorf("%s, made %v: found %+v", email, made, r.Admin)
			}
		}
	}
	// The root admin has no row in List Admins.
	if r, err := s.Read(t.Context(), provision.Look{Admin: replica.Operator, AdminMade: true}); err != nil || r.Admin == nil || r.Admin.Name != "Olive Operator" {
		t.Errorf("the root admin is %+v, %v", r.Admin, err)
	}
}

// An admin's groups are boxes behind a link (console FACTS 7.3): in the page all the time, or only once the link was clicked.
// Without any, List Admins is asked, where names with commas are hard to tell apart.
func TestReadAdminInTwoGroups(t *testing.T) {
	for _, fault := range []string{"admin_groups=off", "admin_groups=link", "admin_groups=list", "admin_roles=boxes"} {
		t.Run(fault, func(t *testing.T) {
			s, m := play(t, patient, fault)
			if err := m.Colleague(replica.Act{Write: replica.WriteAddGroup, Name: "Bäckerei, Groß", Type: "Shared"}); err != nil {
				t.Fatal(err)
			}
			groups := []string{"Alder Creek Dental", "Bäckerei, Groß"}
			if err := m.Colleague(replica.Act{Write: replica.WriteEditAdmin, Email: "dana@aldercreek.example", Groups: groups}); err != nil {
				t.Fatal(err)
			}
			for _, made := range []bool{false, true} {
				r, err := s.Read(t.Context(), provision.Look{Admin: "dana@aldercreek.example", AdminMade: made})
				if err != nil {
					t.Fatal(err)
				}
				if a := r.Admin; a == nil || !same(a.Groups, groups) || !slices.Equal(a.Roles, []string{"Customer Admin"}) {
					t.Errorf("read %+v", a)
				}
			}
			wrote(t, m, replica.WriteAddGroup, replica.WriteEditAdmin)
		})
	}
}

// Somebody's name may read like the e-mail that is looked for.
func TestAnAdminNamedAsAnEmailIsNotWhoHasIt(t *testing.T) {
	s, m := play(t, patient)
	group := m.Groups.All()[1]
	form := replica.AdminForm{Name: "mguy@example.com", Email: "other@example.com", Groups: []string{group.ID}, Roles: []string{replica.RoleCustomer}}
	if _, err := m.Admins.Add("test", form); err != nil {
		t.Fatal(err)
	}
	if r, err := s.Read(t.Context(), provision.Look{Admin: "mguy@example.com", AdminMade: true}); err != nil || r.Admin != nil {
		t.Errorf("found %+v, %v", r.Admin, err)
	}
}

// same says whether the names are the same, in whatever order.
func same(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}
