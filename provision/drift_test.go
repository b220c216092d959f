package provision_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"mozybot/provision"
)

// doneJob is a job that went through, as the store has it.
func doneJob(t *testing.T, o provision.Order, r provision.Reading, account string) provision.Job {
	t.Helper()
	j := jobOf(o)
	if err := j.SetQuote(r); err != nil {
		t.Fatal(err)
	}
	if err := policy.By(aaron, monday).Approve(&j, j.Quoted.Digest); err != nil {
		t.Fatal(err)
	}
	if err := j.Start(monday); err != nil {
		t.Fatal(err)
	}
	j.AccountID = account
	if err := j.Finish(monday.Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	return j
}

func TestDrift(t *testing.T) {
	licensed := exampleOrder()
	licensed.Items = append(slices.Clone(licensed.Items), provision.Item{Quantity: 1, Description: "Cloud Server License", Kind: provision.ServerLicense})
	offers := reading()
	offers.ServerOffered = true
	jobs := []provision.Job{doneJob(t, licensed, offers, "341244")}
	left := provision.Plan{Job: "12", AddOns: 867}
	console := func() provision.Reading {
		r := reading()
		r.AddOns, r.PoolGB = 867, 100+20*867
		r.Groups = []provision.Group{{ID: "1", Name: provision.DefaultGroupName}, {ID: "341244", Name: "Example Inc.", Type: provision.Assigned, AssignedGB: 30, Sync: true, Server: true}}
		r.Admins = []provision.Admin{{Name: "Mister Guy", Groups: []string{"Example Inc."}, Roles: []string{"Customer Admin"}}}
		return r
	}
	for _, c := range []struct {
		name   string
		change func(*provision.Reading)
		says   []string
	}{
		{"nothing differs", func(*provision.Reading) {}, nil},
		{"more is used", func(r *provision.Reading) { r.Groups[1].UsedGB = 29 }, nil},
		{"the group is gone", func(r *provision.Reading) { r.Groups = r.Groups[:1] }, []string{"The group is gone."}},
		{"renamed", func(r *provision.Reading) { r.Groups[1].Name, r.Admins[0].Groups[0] = "Example AG", "Example AG" }, []string{"called “Example AG” now"}},
		{"other GB", func(r *provision.Reading) { r.Groups[1].AssignedGB = 40 }, []string{"has 40 GB; it had 30 GB"}},
		{"another type", func(r *provision.Reading) { r.Groups[1].Type = provision.Shared }, []string{"of type Shared"}},
		{"Sync off", func(r *provision.Reading) { r.Groups[1].Sync = false }, []string{"Sync is switched off"}},
		{"Server Support off", func(r *provision.Reading) { r.Groups[1].Server = false }, []string{"Server Support is switched off"}},
		{"admin gone", func(r *provision.Reading) { r.Admins = nil }, []string{"admin mguy@example.com is gone"}},
		{"admin with another name", func(r *provision.Reading) { r.Admins[0].Name, r.Admins[0].Email = "Mrs Guy", "MGUY@example.com" }, nil},
		{"admin with other groups", func(r *provision.Reading) { r.Admins[0].Groups = []string{"Other"} }, []string{"not in the group any more, but in the group “Other”"}},
		{"admin gone, and two others of that name", func(r *provision.Reading) {
			r.Admins = []provision.Admin{{Name: "Mister Guy", Groups: []string{"Other"}}, {Name: "Mister Guy", Groups: []string{"Another"}}}
		}, []string{"admin mguy@example.com is gone"}},
		{"admin with another role", func(r *provision.Reading) { r.Admins[0].Roles = nil }, []string{"role none, not Customer Admin"}},
		{"add-ons returned elsewhere", func(r *provision.Reading) { r.AddOns, r.PoolGB = 865, 100+20*865 }, []string{"865 add-ons; job 12 left 867. Somebody has returned 2."}},
		{"add-ons bought elsewhere", func(r *provision.Reading) { r.AddOns, r.PoolGB = 870, 100+20*870 }, nil},
		{"a pool that does not add up", func(r *provision.Reading) { r.PoolGB++ }, []string{"books do not add up"}},
		{"two at once", func(r *provision.Reading) { r.Groups[1].AssignedGB, r.Groups[1].Sync = 10, false }, []string{"has 10 GB", "Sync"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := console()
			c.change(&r)
			found := provision.DriftFrom(provision.Customers(jobs), left, r, "Customer Admin")
			if len(found) != len(c.says) {
				t.Fatalf("finds %+v", found)
			}
			for i, want := range c.says {
				if !strings.Contains(found[i].Text, want) {
					t.Errorf("says %q, without %q", found[i].Text, want)
				}
			}
		})
	}
	t.Run("what has grown since is compared with what it became", func(t *testing.T) {
		o, r := growthOrder(), exampleInc()
		grown := doneJob(t, o, r, "341244")
		now := console()
		now.Groups[1].AssignedGB = 50
		if found := provision.DriftFrom(provision.Customers(append(jobs, grown)), left, now, "Customer Admin"); len(found) > 0 {
			t.Errorf("finds %+v", found)
		}
	})
	t.Run("without the customer's data only figures are compared", func(t *testing.T) {
		j := doneJob(t, licensed, offers, "341244")
		if err := j.Erase(monday.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		r := console()
		r.Groups[1].Name, r.Groups[1].AssignedGB, r.Admins = "Example AG", 45, nil
		found := provision.DriftFrom(provision.Customers([]provision.Job{j}), left, r, "Customer Admin")
		if text, _ := json.Marshal(found); len(found) != 1 || !strings.Contains(found[0].Text, "45 GB; it had 30 GB") || strings.Contains(string(text), "Example") {
			t.Errorf("finds %s", text)
		}
	})
}

func TestDriftRemembersSinceWhenAndWhatPeopleSaid(t *testing.T) {
	a := provision.Provisioned{Account: "1", GB: 30}
	at := func(gb int) []provision.Difference {
		r := provision.Reading{Groups: []provision.Group{{ID: "1", Type: provision.Assigned, AssignedGB: gb}}}
		return provision.DriftFrom([]provision.Provisioned{a}, provision.Plan{}, r, "")
	}
	first := provision.Drift{}.After(at(40), 1, monday)
	if untold := first.After(at(40), 1, monday.Add(time.Hour)); !first.HasNews() || !untold.HasNews() {
		t.Errorf("%+v, then %+v", first, untold)
	}
	later := first.After(at(45), 1, monday.Add(time.Hour))
	if later.Told(first); !later.HasNews() {
		t.Error("what was found while the channel was told counts as told")
	}
	first.Told(first)
	second := first.After(at(40), 1, monday.Add(24*time.Hour))
	if !second.Differences[0].Since.Equal(monday) || second.HasNews() {
		t.Errorf("%+v", second)
	}
	key := second.Differences[0].Key
	wantCode(t, second.Intend(policy, otto, key), provision.Denied)
	if err := second.Intend(policy, aaron, key); err != nil || len(second.Open()) != 0 {
		t.Errorf("%v, %+v", err, second.Open())
	}
	wantCode(t, second.Intend(policy, rita, key), provision.Stale)
	wantCode(t, second.Intend(policy, rita, "other"), provision.Stale)
	if third := second.After(at(40), 1, monday.Add(48*time.Hour)); len(third.Open()) != 0 {
		t.Error("what was called intended is asked about again")
	}
	if third := second.After(at(45), 1, monday.Add(48*time.Hour)); len(third.Open()) != 1 || !third.HasNews() {
		t.Error("another figure is not asked about")
	}
}

// People's words about differences are kept by these keys.
func TestDriftKeysStayWhatTheyAre(t *testing.T) {
	r := provision.Reading{AddOns: 865, PoolGB: 17401, Groups: []provision.Group{{ID: "1", Type: provision.Assigned, AssignedGB: 40}}}
	var keys []string
	for _, d := range provision.DriftFrom([]provision.Provisioned{{Account: "1", GB: 30}, {Account: "2"}}, provision.Plan{Job: "12", AddOns: 867}, r, "") {
		keys = append(keys, d.Account+" "+string(d.Job)+" "+d.Key)
	}
	want := []string{"1  1-gb-d59eced1", "2  2-gone-e3b0c442", "  books-pool-2efeb038", " 12 books-add-ons-8b6cd7c4"}
	if !slices.Equal(keys, want) {
		t.Errorf("got %q, want %q", keys, want)
	}
}

func TestAnAdminOfTwoGroupsIsLookedUpOnce(t *testing.T) {
	guy := provision.Admin{Name: "Mister Guy", Email: "mguy@example.com"}
	made := []provision.Provisioned{{Account: "1", Admin: guy}, {Account: "2", Admin: guy}}
	r := provision.Reading{Groups: []provision.Group{{ID: "1", Name: "Example Inc."}, {ID: "2", Name: "Example AG"}}}
	if got := provision.ToLookUp(made, r, "Customer Admin"); !slices.Equal(got, []string{guy.Email}) {
		t.Errorf("looks up %q", got)
	}
}
