package main

import (
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"mozybot/fixtures/sandbox"
	"mozybot/fixtures/sandbox/console"
)

// night starts the bot at four in the morning, so many nights from now, and lets it do what it does then.
func (w *world) night(n int) {
	w.t.Helper()
	now := time.Now()
	four := time.Date(now.Year(), now.Month(), now.Day()+n, 4, 0, 0, 0, now.Location())
	day := w.env
	w.env = append(slices.Clone(day), fmt.Sprintf("%s=%v", fateClock, four.Sub(now)))
	defer func() { w.env = day }()
	from := w.fate.passed()
	w.mustServe()
	err := w.until(orderTime, func() (bool, error) {
		through := slices.ContainsFunc(w.fate.since(from), func(m moment) bool { return strings.HasPrefix(m.name, "after setting drift_day") })
		return through && !w.fate.dead(), nil
	})
	if err == nil {
		err = w.settle()
	}
	if err != nil {
		w.t.Fatal(err)
	}
}

// driftNews are the messages about what differs.
func (w *world) driftNews() (found []message) {
	w.t.Helper()
	var page struct{ Messages []message }
	if err := w.people.get(w.t.Context(), w.people.url+"/person/approver/messages?channel="+sandbox.Channel, &page); err != nil {
		w.t.Fatal(err)
	}
	for _, m := range page.Messages {
		if m.Metadata.EventType == "mozy_drift" {
			found = append(found, m)
		}
	}
	return found
}

func (w *world) colleague(act console.Act) {
	w.t.Helper()
	if err := w.sandbox.Model.Colleague(act); err != nil {
		w.t.Fatalf("%s %s: %v", act.Write, act.Group, err)
	}
}

func (w *world) wantDriftNews(n int, when string) []message {
	w.t.Helper()
	found := w.driftNews()
	if len(found) != n {
		w.t.Fatalf("%s: %d messages about what differs, want %d", when, len(found), n)
	}
	return found
}

// Each night something else differs, and the bot is killed at another moment of its comparison. The channel reads of each once.
func TestKilledAtNightTheDriftIsToldOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, way{})
	w.mustServe()
	w.bring(1, matrixGB)
	w.mustEnd()
	w.night(1)
	w.wantDriftNews(0, "nothing differs")
	points := []string{"after setting drift ", "after slack chat.postMessage "}
	if os.Getenv(crashFor) != "" {
		points = []string{"before console read ", "after console read ", "before setting drift ", "after setting drift ", "before slack chat.postMessage ",
			"after slack chat.postMessage ", "before setting drift_day ", "after setting drift_day "}
	}
	for i, point := range points {
		gb := 29 - i
		w.colleague(console.Act{Write: console.WriteEditGroup, Group: w.orders[0].company, Assigned: &gb})
		killed := false
		w.fate.strike(func(m moment) bool {
			strikes := !killed && strings.HasPrefix(m.name, point)
			killed = killed || strikes
			return strikes
		})
		w.night(2 + i)
		if !killed {
			t.Errorf("it never came to the point %q", point)
		}
		news := w.wantDriftNews(1+i, "killed "+point)
		if told := news[i].Text; !strings.Contains(told, fmt.Sprintf("The group has %d GB; it had 30 GB.", gb)) {
			t.Errorf("killed %s it tells %q", point, told)
		}
	}
	w.night(2 + len(points))
	w.wantDriftNews(len(points), "nothing new differs")
}

// Whatever a person has changed at the console is in the one message of the next night.
func TestEachDifferenceIsFoundAtNight(t *testing.T) {
	t.Parallel()
	w := newWorld(t, way{licensed: true})
	w.mustServe()
	const customers = 6
	for n := range customers {
		w.bring(n+1, matrixGB)
	}
	w.mustEnd()
	w.night(1)
	w.wantDriftNews(0, "nothing differs")
	group := func(n int) string { return w.orders[n-1].company }
	off, gb, limit, all := false, 20, 40, w.sandbox.Model.Plan().AddOns-2
	for _, act := range []console.Act{
		{Write: console.WriteDeleteAdmin, Email: w.orders[0].email},
		{Write: console.WriteDeleteGroup, Group: group(1)},
		{Write: console.WriteEditGroup, Group: group(2), Name: "Sample Example 2"},
		{Write: console.WriteEditGroup, Group: group(3), Assigned: &gb},
		{Write: console.WriteEditGroup, Group: group(4), Type: "Limited", Limit: &limit, Sync: &off, Server: &off},
		{Write: console.WriteDeleteAdmin, Email: w.orders[4].email},
		{Write: console.WriteDeleteAdmin, Email: w.orders[5].email},
		{Write: console.WriteAddAdmin, Name: "Mister Guy", Email: w.orders[5].email, Groups: []string{group(3)}, Roles: []string{console.RoleRoot}},
		{Write: console.WriteChangePlan, AddOns: &all},
	} {
		w.colleague(act)
	}
	w.fault("books", "on")
	w.night(2)
	said := string(w.wantDriftNews(1, "everything differs")[0].Blocks)
	var shown any
	if err := json.Unmarshal([]byte(said), &shown); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"The group is gone.",
		"The group is called “Sample Example 2” now.",
		"The group has 20 GB; it had 30 GB.",
		"The group is of type Limited; it had 30 GB Assigned.",
		"Sync is switched off.",
		"Server Support is switched off.",
		"The admin " + w.orders[4].email + " is gone.",
		"The admin " + w.orders[5].email + " is not in the group any more, but in the group “" + group(3) + "”.",
		"The admin " + w.orders[5].email + " has the role " + console.RoleRoot + ", not Customer Admin.",
		"Somebody has returned 2.",
		"The console's books do not add up",
	} {
		if !strings.Contains(fmt.Sprint(shown), want) {
			t.Errorf("does not tell that %q", want)
		}
	}
	w.night(3)
	w.wantDriftNews(1, "nothing new differs")
}

// fault has the console misbehave.
func (w *world) fault(name, value string) {
	w.t.Helper()
	if err := w.sandbox.Model.SetFault(name, value); err != nil {
		w.t.Fatal(err)
	}
}
