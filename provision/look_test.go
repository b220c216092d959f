package provision_test

import (
	"reflect"
	"testing"

	"mozybot/provision"
)

func TestTwoLooksAtOnce(t *testing.T) {
	proof := provision.Look{Plan: true, Charges: true, Job: "12", Step: provision.StepBuy}
	next := provision.Look{Storage: true, Group: "Example Inc.", Form: provision.StepGroup}
	both, ok := proof.And(next)
	want := provision.Look{Plan: true, Charges: true, Storage: true, Group: "Example Inc.", Form: provision.StepGroup, Job: "12", Step: provision.StepBuy}
	if !ok || both != want {
		t.Errorf("%v: %+v", ok, both)
	}
	if !both.Covers(proof) || !both.Covers(next) || proof.Covers(next) || next.Covers(provision.Look{Admin: "mguy@example.com"}) {
		t.Error("a look covers what it asks for, and no more")
	}
	if _, ok := next.And(provision.Look{Group: "Other Inc."}); ok {
		t.Error("one look for two groups")
	}
}

// A part of a reading is what a look at that part alone would have given.
func TestOnlyAPartOfAReading(t *testing.T) {
	all := provision.Reading{At: monday, AddOns: 866, AddOnPrice: provision.Money{Symbol: "$", Cents: 560}, BaseGB: 100, PoolGB: 17420,
		AvailableGB: 10, Default: provision.Group{Name: provision.DefaultGroupName}, ServerOffered: true,
		Charges: []provision.Charge{{Date: "2026-11-01"}}, Customer: &provision.Group{Name: "Example Inc."}, Admin: &provision.Admin{Email: "mguy@example.com"}}
	whole := provision.Look{Plan: true, Storage: true, Server: true, Charges: true, Group: "Example Inc.", Admin: "mguy@example.com"}
	if got := all.Only(whole); !reflect.DeepEqual(got, all) {
		t.Errorf("of everything there is only %+v", got)
	}
	if got, want := all.Only(provision.Look{Group: "Example Inc."}), (provision.Reading{At: monday, Customer: all.Customer}); !reflect.DeepEqual(got, want) {
		t.Errorf("of the group there is %+v", got)
	}
}
