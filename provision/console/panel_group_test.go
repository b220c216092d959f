package console_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	replica "mozybot/fixtures/sandbox/console"
	"mozybot/provision"
)

func number(n int) *int { return &n }

// withSpace gives a replica where a group can have storage.
func withSpace(t testing.TB, how manner, faults ...string) (*stage, *replica.Model) {
	t.Helper()
	s, m := play(t, how)
	if err := m.Colleague(replica.Act{Write: replica.WriteChangePlan, AddOns: number(876)}); err != nil {
		t.Fatal(err)
	}
	set(t, m, faults...)
	return s, m
}

func TestAddGroupTakesAnyName(t *testing.T) {
	s, m := withSpace(t, patient)
	for _, name := range []string{
		`Smith, Jones & "Sons" O'Hara <script>alert(1)</script>`, "Pop-Up Bäckerei 🥐  Groß %^^&&&%$$# ${name}`x` C:\\Users\\); DROP",
	} {
		t.Run(name, func(t *testing.T) {
			want := provision.Group{Name: name, Type: provision.Assigned, AssignedGB: 7, Sync: true}
			if err := s.AddGroup(t.Context(), want); err != nil {
				t.Fatal(err)
			}
			groups := m.Groups.All()
			got := groups[len(groups)-1]
			if got.Name != name || got.Type != replica.Assigned || got.Assigned != 7 || !got.Sync || got.Server {
				t.Errorf("the console has %+v", got)
			}
			id, err := s.AccountID(t.Context(), name)
			if err != nil || id != got.ID {
				t.Errorf("the Account ID is %q, not %q: %v", id, got.ID, err)
			}
			admin := provision.Admin{
				Name: name, Email: "admin" + got.ID + "@example.com", Groups: []string{name}, Roles: []string{"Customer Admin"},
			}
			if err := s.AddAdmin(t.Context(), admin); err != nil {
				t.Error(err)
			}
			r, err := s.Read(t.Context(), provision.Look{Group: name, Admin: admin.Email})
			if err != nil || r.Customer == nil || r.Customer.ID != id || r.Admin == nil || len(r.Admin.Groups) != 1 || r.Admin.Groups[0] != name {
				t.Errorf("reading gives %+v, %+v: %v", r.Customer, r.Admin, err)
			}
		})
	}
}

func TestAddGroupRefusals(t *testing.T) {
	for _, tt := range []struct {
		name    string
		fault   string
		group   provision.Group
		rewrite func(path, body string) string
		code    provision.Code
		words   []string
	}{
		{name: "no box for Sync", fault: "no_sync=on", group: exampleGroup, code: provision.Changed, words: []string{"Enable Sync"}},
		{name: "no box for Server Support", fault: "no_server_plan=on", group: exampleGroup, code: provision.Changed, words: []string{"Server Support"}},
		{
			name:  "more than is Available",
			group: provision.Group{Name: "Example Inc.", Type: provision.Assigned, AssignedGB: 500, Sync: true},
			code:  provision.Changed, words: []string{"storage can only be assigned between"},
		},
		{
			name:  "a name that is there",
			group: provision.Group{Name: "O'Hara & Daughters", Type: provision.Assigned, AssignedGB: 5, Sync: true},
			code:  provision.Conflict, words: []string{"O'Hara & Daughters", "240 GB"},
		},
		{name: "a server that breaks before", fault: "http_500=on", group: exampleGroup, code: provision.Unavailable},
		{name: "a server that breaks at the saving leaves it open", fault: "http_500=add_group", group: exampleGroup, code: provision.Internal},
		{name: "a session that ends at the saving leaves it open", fault: "session_expired=add_group", group: exampleGroup, code: provision.Internal},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, m := withSpace(t, patient)
			if tt.fault != "" {
				set(t, m, tt.fault)
			}
			before := len(writes(m))
			code(t, s.AddGroup(t.Context(), tt.group), tt.code, tt.words...)
			if got := writes(m)[before:]; len(got) > 0 {
				t.Errorf("the console was made to write %q", got)
			}
		})
	}
}

func TestAddGroupMeetsAColleague(t *testing.T) {
	for _, faults := range [][]string{nil, {"duplicate_names_accepted=on"}} {
		t.Run(strings.Join(faults, ""), func(t *testing.T) {
			s, m := withSpace(t, patient, faults...)
			if err := m.Colleague(replica.Act{
				Before: replica.WriteAddGroup, Write: replica.WriteAddGroup, Name: "Example Inc.", Assigned: number(3),
			}); err != nil {
				t.Fatal(err)
			}
			err := s.AddGroup(t.Context(), exampleGroup)
			if faults == nil {
				code(t, err, provision.Conflict, "Example Inc.")
				return
			}
			// Both were accepted: whoever reads back must be told that there are two.
			if err != nil {
				t.Error(err)
			}
			_, err = s.Read(t.Context(), provision.Look{Group: "Example Inc."})
			code(t, err, provision.Changed, "two groups")
		})
	}
}

func TestAddGroupIsNotMisledByOldMessages(t *testing.T) {
	s, m := withSpace(t, patient)
	ctx := t.Context()
	tooMuch := exampleGroup
	tooMuch.AssignedGB = 5000
	for range 2 {
		code(t, s.AddGroup(ctx, tooMuch), provision.Changed)
		if err := s.AddGroup(ctx, provision.Group{Name: exampleGroup.Name + string(rune('0'+len(m.Groups.All()))), Type: provision.Assigned, AssignedGB: 1, Sync: true}); err != nil {
			t.Fatal(err)
		}
	}
}

func TestAddGroupDoesNotKnowWhatALostAnswerSaid(t *testing.T) {
	s, m := withSpace(t, patient, "lost_answer=add_group")
	code(t, s.AddGroup(t.Context(), exampleGroup), provision.Internal, "whether it took effect")
	r, err := s.Read(t.Context(), provision.Look{Group: exampleGroup.Name})
	if err != nil || r.Customer == nil || r.Customer.AssignedGB != 30 {
		t.Errorf("looking then shows %+v: %v", r.Customer, err)
	}
	wrote(t, m, replica.WriteChangePlan, replica.WriteAddGroup)
}

func TestAssignDefault(t *testing.T) {
	for _, tt := range []struct {
		name     string
		fault    string
		from, to int
		code     provision.Code
		words    []string
		wrote    []string
	}{
		{name: "changes it", from: 15, to: 5, wrote: []string{replica.WriteEditGroup}},
		{name: "down to what is used", from: 15, to: 3, wrote: []string{replica.WriteEditGroup}},
		{name: "not below", from: 15, to: 2, code: provision.Changed, words: []string{"between 3 and"}},
		{name: "not above what is Available", from: 15, to: 16, code: provision.Changed, words: []string{"storage can only be assigned"}},
		{name: "not from another figure", from: 20, to: 5, code: provision.Stale, words: []string{"15", "20"}},
		{name: "not when it is Shared", fault: "default_shared=on", from: 15, to: 5, code: provision.Stale, words: []string{"Shared"}},
		{name: "leaves it open when the server breaks", fault: "http_500=edit_group", from: 15, to: 5, code: provision.Internal},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, m := play(t, patient)
			if tt.fault != "" {
				set(t, m, tt.fault)
			}
			code(t, s.AssignDefault(t.Context(), tt.from, tt.to), tt.code, tt.words...)
			wrote(t, m, tt.wrote...)
		})
	}
}

// Else the page would grow with every customer.
func TestClosesThePanelsOfRecords(t *testing.T) {
	s, m := play(t, watched)
	ctx := t.Context()
	groups := m.Groups.All()
	for _, g := range groups[1:4] {
		if id, err := s.AccountID(ctx, g.Name); err != nil || id != g.ID {
			t.Errorf("%s: %q, not %q: %v", g.Name, id, g.ID, err)
		}
	}
	if r, err := s.Read(ctx, provision.Look{Admin: "dana@aldercreek.example"}); err != nil || r.Admin == nil {
		t.Fatal(r.Admin, err)
	}
	set(t, m, "popout=none")
	_, err := s.AccountID(ctx, groups[4].Name)
	code(t, err, provision.Changed)
	page := ""
	for _, name := range provision.EvidenceOf(err) {
		if strings.HasSuffix(name, ".txt") {
			b, err := os.ReadFile(filepath.Join(s.evidence, filepath.FromSlash(name)))
			if err != nil {
				t.Fatal(err)
			}
			page = string(b)
		}
	}
	for words, want := range map[string]int{"External ID:": 1, "Edit " + groups[4].Name: 1, "Edit " + groups[1].Name: 0, "Add/remove user groups": 0} {
		if n := strings.Count(page, words); n != want {
			t.Errorf("the page has %q %d times, want %d", words, n, want)
		}
	}
}

func TestAccountID(t *testing.T) {
	const known = "118305"
	for _, tt := range []struct {
		name, fault, group string
		code               provision.Code
		words              []string
	}{
		{name: "from the path", group: "Alder Creek Dental"},
		{name: "from the query", group: "Alder Creek Dental", fault: "popout=query"},
		{name: "on a later page", group: "Alder Creek Dental", fault: "paging=1"},
		{name: "of no group", group: "Alder Creek", code: provision.NotFound},
		{name: "without an icon", group: "Alder Creek Dental", fault: "popout=none", code: provision.Changed, words: []string{"pop"}},
		{name: "that the details contradict", group: "Alder Creek Dental", fault: "details_id=on", code: provision.Changed, words: []string{known}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, m := play(t, patient)
			if tt.fault != "" {
				set(t, m, tt.fault)
			}
			id, err := s.AccountID(t.Context(), tt.group)
			code(t, err, tt.code, tt.words...)
			if tt.code == "" && id != known {
				t.Errorf("got %q", id)
			}
			wrote(t, m)
		})
	}
}
