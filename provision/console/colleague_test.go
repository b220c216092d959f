package console_test

import (
	"slices"
	"strings"
	"testing"

	replica "mozybot/fixtures/sandbox/console"
	"mozybot/provision"
)

func yes() *bool {
	on := true
	return &on
}

// between is what a colleague does at the same console right before one of our writes, and what becomes of our job.
type between struct {
	name   string
	before string
	acts   []replica.Act
	ends   provision.State
	says   []string // why it does not go on, with both facts
}

var betweens = []between{
	{name: "buys as many as we while our confirmation is open", before: replica.MomentConfirmation,
		acts: []replica.Act{{Write: replica.WriteChangePlan, AddOns: number(868)}}, ends: provision.Done},
	{name: "buys 3 while our Continue is under way", before: replica.WriteChangePlan, acts: []replica.Act{{Write: replica.WriteChangePlan, AddOns: number(869)}},
		ends: provision.Stuck, says: []string{"868 add-ons", "866 before", "$16.80"}},
	{name: "buys 10 and uses them before our group", before: replica.WriteAddGroup, acts: []replica.Act{
		{Write: replica.WriteChangePlan, AddOns: number(878)}, {Write: replica.WriteAddGroup, Name: "Bigger Co", Assigned: number(200)}},
		ends: provision.Done},
	{name: "takes the storage that we bought", before: replica.WriteAddGroup, acts: []replica.Act{{Write: replica.WriteAddGroup, Name: "Quick Co", Assigned: number(40)}},
		ends: provision.Stuck, says: []string{"between 0 and 0 GB", "no group named “Example Inc.”"}},
	{name: "makes the group that we are about to make, otherwise", before: replica.WriteAddGroup,
		acts: []replica.Act{{Write: replica.WriteAddGroup, Name: "Example Inc.", Assigned: number(20)}},
		ends: provision.Stuck, says: []string{"20 GB Assigned, Sync off", "30 GB Assigned, Sync on"}},
	{name: "makes the very group that we are about to make", before: replica.WriteAddGroup,
		acts: []replica.Act{{Write: replica.WriteAddGroup, Name: "Example Inc.", Assigned: number(30), Sync: yes()}},
		ends: provision.Done},
	{name: "changes the group that we have made", before: replica.WriteAddAdmin,
		acts: []replica.Act{{Write: replica.WriteEditGroup, Group: "Example Inc.", Name: "Example Incorporated"}},
		ends: provision.Stuck, says: []string{"Example Inc."}},
	{name: "deletes the group that we have made", before: replica.WriteAddAdmin, acts: []replica.Act{{Write: replica.WriteDeleteGroup, Group: "Example Inc."}},
		ends: provision.Stuck, says: []string{"Example Inc."}},
	{name: "adds an admin of that e-mail to nothing", before: replica.WriteAddAdmin,
		acts: []replica.Act{{Write: replica.WriteAddAdmin, Name: "Mister Guy", Email: "MGuy@example.com"}},
		ends: provision.Stuck, says: []string{"group none, role none", "group Example Inc., role Customer Admin"}},
	{name: "adds the very admin", before: replica.WriteAddAdmin,
		acts: []replica.Act{{Write: replica.WriteAddAdmin, Name: "Mister Guy", Email: "mguy@example.com", Groups: []string{"Example Inc."}, Roles: []string{role}}},
		ends: provision.Done},
	{name: "gives the default group more", before: replica.WriteEditGroup,
		acts: []replica.Act{{Write: replica.WriteEditGroup, Group: provision.DefaultGroupName, Assigned: number(25)}},
		ends: provision.Done}, // the console takes the last word; what was asked for is so, and nothing is lost
	{name: "lets customers fill the default group", before: replica.WriteEditGroup,
		acts: []replica.Act{{Write: "store", Group: provision.DefaultGroupName, Used: number(14)}},
		ends: provision.Stuck, says: []string{"between 14 and", "still has 15 GB"}},
	{name: "deletes the group at the end", before: replica.WriteEditGroup, acts: []replica.Act{{Write: replica.WriteDeleteGroup, Group: "Example Inc."}},
		ends: provision.Stuck, says: []string{"no group named"}},
}

// A colleague works the same console between any two of our acts. The job goes on, or stops with both facts; what is
// written is written once, and the books add up.
func TestAColleagueBetweenOurActs(t *testing.T) {
	onPages := []string{"buys 3 while", "adds an admin"} // the others' pages are in the tests of each panel
	for _, tt := range betweens {
		t.Run(tt.name, func(t *testing.T) {
			m := newModel(t)
			double := replica.NewDouble(m)
			tt.happens(t, newJobAt(t, double, double, m, thirty(false)))
		})
		if slices.ContainsFunc(onPages, func(begins string) bool { return strings.HasPrefix(tt.name, begins) }) {
			t.Run(tt.name+", on the pages", func(t *testing.T) {
				s, m := play(t, patient)
				tt.happens(t, newJob(t, s, m, thirty(false)))
			})
		}
	}
}

func (b between) happens(t *testing.T, o *office) {
	o.quote()
	if err := o.approve(); err != nil {
		t.Fatal(err)
	}
	for _, a := range b.acts {
		a.Before = b.before
		if err := o.m.Colleague(a); err != nil {
			t.Fatal(err)
		}
	}
	o.carry()
	theirs := 0
	for _, e := range o.m.Ledger() {
		if e.Session == replica.ColleagueSession {
			theirs++
		}
	}
	if wanted := len(slices.DeleteFunc(slices.Clone(b.acts), func(a replica.Act) bool { return a.Write == "store" })); theirs != wanted {
		t.Fatalf("the colleague did %d of %d things", theirs, wanted)
	}
	o.is(b.ends, b.says...)
	o.honest()
	t.Logf("%s: %s", o.job.State(), o.job.Status.Last().Why)
}
