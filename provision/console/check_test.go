package console_test

import (
	"strings"
	"sync"
	"testing"

	"mozybot/provision"
)

const role = "Customer Admin"

// The controls that the steps need are taken off the replica's pages, all those together that are missed together.
func TestCheckNamesTheControlThatIsMissing(t *testing.T) {
	type swap struct{ was, is string } // in the pages
	for name, tt := range map[string]struct {
		swaps []swap
		names []string // nil: known in this form, too
	}{
		"what the menu's panels open with": {
			[]swap{{`id="submit_new_resources_btn"`, `id="submit"`}, {`resource_summary_storage_available`, `available`},
				{`id="new_admin_username"`, `id="new_admin_email"`}, {`id="admin_search"`, `id="search"`}},
			[]string{"Change Plan", "#submit_new_resources_btn", "Resource Summary", "#resource_summary_storage_available",
				"Add New Admin", "#new_admin_username", "Search Admins", "#admin_search"},
		},
		"the rest of the menu's panels": {
			[]swap{{`id="products_addon_70418"`, `id="plan_units"`}, {`products_exclusive_base_qty`, `base`}, {`value="Add Group"`, `value="New Group"`},
				{`<th>Amount</th>`, `<th>Sum</th>`}, {`value="Save Changes"`, `value="Create"`}, {` Customer Admin</label>`, ` Client Admin</label>`}},
			[]string{"Change Plan", "add-on box (input[id^=products_addon_])", "base quota", "User Group List", "button Add Group",
				"Billing History", "Date and Amount", "Add New Admin", "Save Changes", `role "Customer Admin"`},
		},
		"the list of admins":      {[]swap{{`<th>Role</th>`, `<th>Rights</th>`}}, []string{"List Admins", "Role"}},
		"the unit of an add-on":   {[]swap{{`20 GB add-on`, `25 GB add-on`}}, []string{"20 GB add-on", "25 GB add-on"}},
		"the figures of the plan": {[]swap{{`Current Plan</th>`, `Plan</th>`}}, []string{"current resources"}},
		"the box to switch Sync on, and the type of storage": {
			[]swap{{`id="stash"`, `id="sync"`}, {`>Assigned</option>`, `>Reserved</option>`}},
			[]string{"Add Group", "Enable Sync", "Storage Type Assigned"},
		},
		"the box for the storage":                    {[]swap{{`id="Generic_storage_assigned"`, `id="gb"`}}, []string{"box Assigned"}},
		"the icon to edit a group, as it was before": {[]swap{{`class="action edit_user_group"`, `class="action"`}}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			s, m := play(t, impatient)
			var touched sync.Map
			s.front.rewriting(func(_, body string) string {
				for _, w := range tt.swaps {
					if strings.Contains(body, w.was) {
						touched.Store(w.was, true)
					}
					body = strings.ReplaceAll(body, w.was, w.is)
				}
				return body
			})
			err := s.Check(t.Context(), role)
			for _, w := range tt.swaps {
				if _, ok := touched.Load(w.was); !ok {
					t.Errorf("the pages have no %q to take away", w.was)
				}
			}
			wrote(t, m)
			if tt.names == nil {
				if err != nil {
					t.Error(err)
				}
				return
			}
			code(t, err, provision.Changed, tt.names...)
			if says := provision.MessageOf(err); strings.ContainsAny(says, "#[") {
				t.Errorf("people read what the controls are looked for by: %s", says)
			}
		})
	}
}

func TestCheckFindsARightThatIsMissing(t *testing.T) {
	s, m := play(t, impatient, "hidden_link=List Admins")
	code(t, s.Check(t.Context(), role), provision.Changed, `no "List Admins"`)
	wrote(t, m)
}

// Whether Server Support is offered is for the order to say.
func TestCheckIsSatisfied(t *testing.T) {
	for name, faults := range map[string][]string{"with everything there": nil, "without a server plan": {"no_server_plan=on"}} {
		t.Run(name, func(t *testing.T) {
			s, m := play(t, patient, faults...)
			if err := s.Check(t.Context(), role); err != nil {
				t.Error(err)
			}
			if err := s.Reader().Check(t.Context(), provision.JobStep{}, role); err != nil {
				t.Error("in the Reader's tab:", err)
			}
			wrote(t, m)
		})
	}
}
