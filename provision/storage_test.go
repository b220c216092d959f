package provision_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"mozybot/provision"
)

func dollars(cents int64) provision.Money { return provision.Money{Symbol: "$", Cents: cents} }

// movingJob is a job of 30 GB that two people approved: 2 add-ons to buy for $11.20, 1 to return.
func movingJob() provision.Job {
	return provision.Job{ID: "7", Approvals: provision.Approvals{{By: "U1"}, {By: "U2"}, {By: "U1"}}, Quoted: &provision.Quoted{
		Quote: provision.Quote{Units: 2, LeftoverGB: 10, Returned: 1}, UnitPrice: dollars(560), Cost: dollars(1120)}}
}

func TestMovements(t *testing.T) {
	at := time.Date(2026, 11, 2, 9, 0, 0, 0, time.UTC)
	entry := func(step provision.StepName, kind provision.EntryKind, change func(*provision.Entry)) provision.Entry {
		e := provision.Entry{At: at, Step: step, Kind: kind}
		if change != nil {
			change(&e)
		}
		return e
	}
	wants := func(from, to int) func(*provision.Entry) {
		return func(e *provision.Entry) { e.Want = &provision.Want{Plan: &provision.PlanChange{From: from, To: to}} }
	}
	saw := func(addOns int) func(*provision.Entry) {
		return func(e *provision.Entry) { e.Saw = &provision.Reading{AddOns: addOns} }
	}
	charged := func(e *provision.Entry) { e.Charged = dollars(1198) }
	const buy, group, giveBack = provision.StepBuy, provision.StepGroup, provision.StepReturn
	for _, c := range []struct {
		name    string
		journal []provision.Entry
		want    string
	}{
		{"nothing was begun", nil, ""},
		{"nothing was done yet", []provision.Entry{entry(buy, provision.Intended, wants(866, 868))}, ""},
		{"all of it, as planned", []provision.Entry{
			entry(buy, provision.Intended, wants(866, 868)), entry(buy, provision.Achieved, charged), entry(group, provision.Achieved, nil),
			entry(giveBack, provision.Intended, wants(868, 867)), entry(giveBack, provision.Achieved, nil)},
			"buy 2 for $11.98 by [U1 U2]; give 30; return 1"},
		{"what the charge was isn't known", []provision.Entry{entry(buy, provision.Intended, wants(866, 868)), entry(buy, provision.Achieved, nil)},
			"buy 2 for $11.20 by [U1 U2]"},
		{"another number was approved in the end", []provision.Entry{
			entry(buy, provision.Intended, wants(866, 867)), entry(buy, provision.Withdrawn, nil),
			entry(buy, provision.Intended, wants(870, 872)), entry(buy, provision.Achieved, nil)},
			"buy 2 for $11.20 by [U1 U2]"},
		{"a person bought one of the two", []provision.Entry{entry(buy, provision.Intended, wants(866, 868)), entry(buy, provision.Achieved, saw(867))},
			"buy 1 for $5.60 by [U1 U2]"},
		{"a person bought, and a colleague many more", []provision.Entry{entry(buy, provision.Intended, wants(866, 868)), entry(buy, provision.Achieved, saw(900))},
			"buy 2 for $11.20 by [U1 U2]"},
		{"a person bought before it was tried", []provision.Entry{entry(buy, provision.Achieved, saw(868))}, "buy 2 for $11.20 by [U1 U2]"},
		{"a person left the plan as it was", []provision.Entry{entry(giveBack, provision.Intended, wants(868, 867)), entry(giveBack, provision.Achieved, saw(868))},
			"return 0"},
		{"nothing had to be bought or returned", []provision.Entry{
			entry(buy, provision.Skipped, nil), entry(group, provision.Achieved, nil), entry(giveBack, provision.Skipped, nil)}, "give 30"},
		{"a dry run's", []provision.Entry{entry(buy, provision.WouldDo, wants(866, 868)), entry(group, provision.WouldDo, nil)}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := movesOf(provision.Movements(movingJob(), c.journal)); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
	t.Run("of a job without numbers are none", func(t *testing.T) {
		if got := provision.Movements(provision.Job{}, []provision.Entry{entry(buy, provision.Achieved, nil)}); got != nil {
			t.Errorf("got %+v", got)
		}
	})
}

func movesOf(all []provision.Movement) string {
	var list []string
	for _, m := range all {
		switch {
		case m.Bought > 0:
			list = append(list, fmt.Sprintf("buy %d for %s by %v", m.Bought, m.Cost, m.ApprovedBy))
		case m.GivenGB > 0:
			list = append(list, fmt.Sprintf("give %d", m.GivenGB))
		default:
			list = append(list, fmt.Sprintf("return %d", m.Returned))
		}
	}
	return strings.Join(list, "; ")
}

// today is in the evening where people are, and the next month already in Greenwich.
var today = time.Date(2026, 11, 30, 22, 0, 0, 0, time.FixedZone("", -5*60*60))

func ago(days int) time.Time { return today.AddDate(0, 0, -days) }

func TestStorageReportCountsByMonth(t *testing.T) {
	moved := []provision.Movement{
		{Job: "1", At: today.AddDate(0, -14, 0), Bought: 50, Cost: dollars(28000)}, // longer ago than is told
		{Job: "2", At: time.Date(2026, 9, 1, 4, 30, 0, 0, time.UTC), Bought: 1, Cost: dollars(560), ApprovedBy: []provision.Person{"U1"}},
		{Job: "3", At: ago(1), Bought: 2, Cost: dollars(1120), ApprovedBy: []provision.Person{"U2", "U1"}},
		{Job: "3", At: ago(1), GivenGB: 30},
		{Job: "3", At: ago(1), Returned: 1},
		{Job: "4", At: today, Bought: 1, Cost: provision.Money{Symbol: "€", Cents: 500}, ApprovedBy: []provision.Person{"U1"}},
		{Job: "4", At: today, GivenGB: 20},
	}
	var got []string
	for _, m := range provision.StorageReportFrom(provision.Reading{}, moved, today).Months {
		got = append(got, m.Name()+": "+m.Says(func(p provision.Person) string { return string(p) }))
	}
	want := []string{
		"August 2026: 1 add-on bought (20 GB) for $5.60, nothing returned; customers got 0 GB. Approved by U1 (1 order, $5.60).",
		"September 2026: nothing bought, nothing returned.",
		"October 2026: nothing bought, nothing returned.",
		"November 2026: 3 add-ons bought (60 GB) for $11.20 + €5.00, 1 returned (20 GB); customers got 50 GB. Approved by U1 (2 orders, $11.20 + €5.00), U2 (1 order, $11.20).",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestAMonthSaysWhatIsKnown(t *testing.T) {
	for _, c := range []struct {
		moved provision.Movement
		want  string
	}{
		{provision.Movement{At: today, Returned: 3}, "nothing bought, 3 add-ons returned (60 GB); customers got 0 GB."},
		{provision.Movement{At: today, Bought: 2, ApprovedBy: []provision.Person{"U1"}},
			"2 add-ons bought (40 GB) for an unknown price, nothing returned; customers got 0 GB. Approved by U1 (1 order, an unknown price)."},
	} {
		month := provision.StorageReportFrom(provision.Reading{}, []provision.Movement{c.moved}, today).Months[0]
		if got := month.Says(func(p provision.Person) string { return string(p) }); got != c.want {
			t.Errorf("says %q, want %q", got, c.want)
		}
	}
}

func TestStorageReportGoesBackAYear(t *testing.T) {
	since := provision.StorageSince(today)
	moved := []provision.Movement{{At: since.Add(-time.Second), Bought: 1}, {At: since, Bought: 2}}
	months := provision.StorageReportFrom(provision.Reading{}, moved, today).Months
	if len(months) != 12 || months[0].Bought != 2 || months[0].Name() != "December 2025" {
		t.Errorf("got %+v", months)
	}
}

func TestStorageReportOfTheConsole(t *testing.T) {
	assigned := func(name string, gb, used int) provision.Group {
		return provision.Group{ID: "1", Name: name, Type: provision.Assigned, AssignedGB: gb, UsedGB: used}
	}
	def := assigned(provision.DefaultGroupName, 15, 1)
	r := provision.Reading{AddOns: 10, BaseGB: 100, PoolGB: 300, AvailableGB: 25, ReservedGB: 20, Default: def, Groups: []provision.Group{
		def, assigned("Tenth", 100, 10), assigned("Less", 50, 4), assigned("Em\u200bp\u202ety", 80, 0), assigned("Full", 20, 20),
		{Name: "Shared", Type: provision.Shared, UsedGB: 10}, assigned("Nothing", 0, 0)}}
	s := provision.StorageReportFrom(r, nil, today)
	var idle []string
	for _, g := range s.Idle {
		idle = append(idle, g.Name)
	}
	if s.BoughtGB != 300 || s.AssignedGB != 250 || s.UsedGB != 45 || s.AvailableGB != 5 || s.SpareGB() != 19 || !slices.Equal(idle, []string{"Empty", "Less"}) {
		t.Errorf("got %+v, spare %d, idle %v", s, s.SpareGB(), idle)
	}
	if len(s.Months) != 1 || !reflect.DeepEqual(s.Months[0], provision.Month{Begins: s.Months[0].Begins}) {
		t.Errorf("without a job: %+v", s.Months)
	}
}

// A customer who has just come uses nothing yet.
func TestAGroupIsGivenAMonthBeforeItIsIdle(t *testing.T) {
	r := provision.Reading{Groups: []provision.Group{{ID: "341244", Name: "Example Inc.", Type: provision.Assigned, AssignedGB: 30}}}
	for days, want := range map[int]int{1: 0, 29: 0, 31: 1} {
		moved := []provision.Movement{{At: ago(days), GivenGB: 30, Account: "341244"}}
		if s := provision.StorageReportFrom(r, moved, today); len(s.Idle) != want {
			t.Errorf("after %d days %d groups are idle, want %d", days, len(s.Idle), want)
		}
	}
}

// While its Account ID is not known, a group goes by its name.
func TestANewGroupIsNotIdleBeforeItsAccountIDIsKnown(t *testing.T) {
	r := provision.Reading{Groups: []provision.Group{{ID: "341244", Name: "Example Inc.", Type: provision.Assigned, AssignedGB: 30}}}
	job := provision.Job{ID: "1", Order: provision.Order{Company: "Example Inc."}, Quoted: &provision.Quoted{}}
	job.Quoted.Quote.Units, job.Quoted.Quote.LeftoverGB = 2, 10
	journal := []provision.Entry{{At: ago(2), Step: provision.StepGroup, Kind: provision.Achieved}}
	if s := provision.StorageReportFrom(r, provision.Movements(job, journal), today); len(s.Idle) != 0 {
		t.Errorf("idle are %+v", s.Idle)
	}
}

func TestRateOfStorage(t *testing.T) {
	given := func(days, gb int) provision.Movement { return provision.Movement{At: ago(days), GivenGB: gb} }
	for _, c := range []struct {
		name  string
		moved []provision.Movement
		says  string
	}{
		{"nothing was ever given", nil, "There is no rate yet"},
		{"the first order is a week old", []provision.Movement{given(7, 100)}, "There is no rate yet"},
		{"a month of orders", []provision.Movement{given(30, 20), given(2, 10)}, "got 30 GB in the last 30 days. At this rate the spare would last 12 days."},
		{"older orders count as time alone", []provision.Movement{given(200, 500), given(90, 70), given(89, 40), given(1, 5)},
			"got 45 GB in the last 90 days. At this rate the spare would last 24 days."},
		{"nothing lately", []provision.Movement{given(200, 500)}, "no storage in the last 90 days, so there is no rate"},
		{"so much that the spare is gone in a day", []provision.Movement{given(90, 1), given(3, 5000)}, "At this rate the spare would not last a day."},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := provision.Reading{Default: provision.Group{Type: provision.Assigned, AssignedGB: 15, UsedGB: 3}}
			said := strings.Join(provision.StorageReportFrom(r, c.moved, today).Summary(), " ")
			if !strings.Contains(said, c.says) || !strings.Contains(said, "12 GB are spare: 0 GB Available, and 12 of the default group's 15 GB unused.") {
				t.Errorf("says %q", said)
			}
		})
	}
}
