package main

import (
	"maps"
	"os"
	"slices"
	"testing"

	"mozybot/provision"
)

// kinds are the orders that are no new customer's in the runbook's own way: what they leave out, and the one moment that the other
// tests have the time for.
var kinds = []struct {
	name    string
	way     way
	leftOut []provision.StepName
	raises  bool // the group's step raises
	once    string
}{
	{"more for a customer who is there", way{grows: true}, []provision.StepName{provision.StepAdmin}, true, "after console raise_group #1"},
	{"spare storage first, and the rest bought", way{spare: true}, []provision.StepName{provision.StepReturn}, false, "after console edit_group #1"},
	{"spare storage alone, and add-ons returned", way{spare: true, defaultGB: 55}, []provision.StepName{provision.StepBuy}, false, "after console change_plan #1"},
	{"spare storage for a customer who is there", way{grows: true, spare: true}, []provision.StepName{provision.StepAdmin, provision.StepReturn}, true, ""},
}

// TestKilledAtEveryMoment with orders of the other kinds, from the time they have their numbers: until then all are alike.
func TestKilledWithOrdersOfEachKind(t *testing.T) {
	t.Parallel()
	for _, k := range kinds {
		t.Run(k.name, func(t *testing.T) {
			t.Parallel()
			points := []moment{{name: k.once, step: string(provision.StepGroup)}}
			if os.Getenv(crashFor) != "" {
				points = pointsOf(dryRun(t, k.way))
				does := maps.Clone(acts)
				if k.raises {
					does[provision.StepGroup] = "console " + raiseGroup
				}
				wantEveryStepCovered(t, points, does, k.leftOut...)
				points = points[slices.IndexFunc(points, func(m moment) bool { return m.step == string(provision.StepReadOrder) }):]
			} else if k.once == "" {
				return
			}
			table := newTable()
			killAt(t, k.way, points, table)
			announce(t, table.String())
		})
	}
}
