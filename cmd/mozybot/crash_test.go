package main

import (
	"bytes"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"text/tabwriter"

	"mozybot/provision"
)

// orderTime is how long one order may take in all, with a bot that is killed on the way.
const orderTime = hangTimeout

// Every order of the crash matrix walks all ten steps: 30 GB buy two add-ons, and one goes back.
const matrixGB = 30

// The bot is killed at every moment that an order's way has, one order for each, and started again on what it left. The
// moments are those that a first order went through undisturbed, so a new step, a new write of the journal or a new
// call to the outside is covered by itself.
func TestKilledAtEveryMomentNothingIsLostAndNothingIsDoneTwice(t *testing.T) {
	t.Parallel()
	points := pointsOf(dryRun(t, way{}))
	wantEveryStepCovered(t, points, acts)
	if os.Getenv(crashFor) == "" {
		points = fewer(points)
	}
	table := newTable()
	killAt(t, way{}, points, table)
	announce(t, table.String())
}

// The same with the console's true pages in a Chromium: at each request that changes something there, and while the
// pictures of it are shown. "make crash" goes through all of them, the other tests have one order die of a purchase that was
// made without its answer being read, and of pictures that were posted without being remembered.
func TestKilledAtThePagesOfTheConsole(t *testing.T) {
	needBrowser(t)
	t.Parallel()
	table := newTable()
	if os.Getenv(crashFor) == "" {
		killIn(t, way{browser: true}, []moment{
			{name: "after console POST /resource/change_billing_plan/continue #1", step: string(provision.StepBuy)},
			{name: "after slack files.completeUploadExternal #1", step: tellingResult},
		}, table)
	} else {
		killAt(t, way{browser: true}, slices.DeleteFunc(pointsOf(dryRun(t, way{browser: true})), func(m moment) bool {
			return !strings.Contains(m.name, "console POST") && !strings.Contains(m.name, "completeUpload") && !strings.Contains(m.name, "pictures")
		}), table)
	}
	announce(t, table.String())
}

// The same with orders that come by e-mail, up to their approval: from there on all orders take one way.
func TestKilledWhileAnOrderComesByMail(t *testing.T) {
	t.Parallel()
	byMail := way{mailbox: true}
	points := pointsOf(dryRun(t, byMail))
	approved := slices.IndexFunc(points, func(m moment) bool { return strings.Contains(m.name, "receive interactive") })
	if points = points[:approved]; os.Getenv(crashFor) == "" {
		points = fewer(points)
	}
	if !slices.ContainsFunc(points, func(m moment) bool { return strings.HasPrefix(m.name, "after mailbox") }) {
		t.Error("no point is at the mailbox")
	}
	table := newTable()
	killAt(t, byMail, points, table)
	announce(t, table.String())
}

// announce prints for whoever called "make crash", and is in the way of nobody else.
func announce(t *testing.T, text string) {
	if os.Getenv(crashFor) == "" {
		t.Log("\n" + text)
		return
	}
	fmt.Printf("\n%s:\n%s\n", strings.TrimPrefix(t.Name(), "Test"), text)
}

// dryRun carries an order through and says every moment that went by.
func dryRun(t *testing.T, way way) []moment {
	t.Helper()
	w := newWorld(t, way)
	w.mustServe()
	w.bring(1, matrixGB)
	w.mustEnd()
	if j := w.judge(); len(j.wrong)+j.asked > 0 {
		t.Fatalf("without any kill, %d times a person was asked, and %q", j.asked, j.wrong)
	}
	return slices.Clone(w.fate.seen) // the bot has ended: nothing adds to it
}

// What people see of the progress, and how often, is a matter of pace: only the first of these is sure to come.
var uncertain = regexp.MustCompile(`(chat\.update|remember again).* #([2-9]|\d\d)$`)

var looking = regexp.MustCompile(` (console (login|check|read|account id)|slack files\.info|tracker GET|mail (EHLO|MAIL|RCPT|QUIT)) `)

// fewer leaves out what only "make crash" has the time for: to die while something is merely looked at, just before
// something, which is just after what came before it, and again where an order in the same step has died before.
func fewer(points []moment) []moment {
	kinds := map[string]bool{}
	return slices.DeleteFunc(points, func(m moment) bool {
		name, _, _ := strings.Cut(m.name, " #")
		kind := m.step + ": " + name
		if looking.MatchString(m.name) || strings.HasPrefix(m.name, "before ") || kinds[kind] {
			return true
		}
		kinds[kind] = true
		return false
	})
}

func pointsOf(moments []moment) []moment {
	return slices.DeleteFunc(slices.Clone(moments), func(m moment) bool { return m.step == "" || uncertain.MatchString(m.name) })
}

// acts are what each step does on the outside.
var acts = map[provision.StepName]string{
	provision.StepBuy: "console change_plan", provision.StepGroup: "console add_group", provision.StepAdmin: "console add_admin",
	provision.StepDefaultGroup: "console edit_group", provision.StepReturn: "console change_plan",
	provision.StepWelcomeMail: "mail handed over", provision.StepCloseTask: "tracker POST",
}

// wantEveryStepCovered holds the points against the runbook: of each step the result is a point to die before and
// after, and of each that acts the intent too, and the act itself as the outside sees it.
func wantEveryStepCovered(t *testing.T, points []moment, acts map[provision.StepName]string, leftOut ...provision.StepName) {
	t.Helper()
	has := func(step, name string) bool {
		return slices.ContainsFunc(points, func(m moment) bool { return m.step == step && strings.HasPrefix(m.name, name) })
	}
	for _, step := range provision.Steps {
		act, end := acts[step], provision.Achieved
		if slices.Contains(leftOut, step) {
			act, end = "", provision.Skipped
		}
		moments := []string{fmt.Sprintf("journal %s %s", step, end)}
		if acts := has(string(step), fmt.Sprintf("before journal %s %s", step, provision.Intended)); acts != (act != "") {
			t.Errorf("the step %s acts on the outside: %v; the points for that are missing or superfluous", step, acts)
		}
		if act != "" {
			moments = append(moments, fmt.Sprintf("journal %s %s", step, provision.Intended), act)
		}
		for _, m := range moments {
			for _, when := range []string{"before ", "after "} {
				if !has(string(step), when+m) {
					t.Errorf("the step %s has no point %q", step, when+m)
				}
			}
		}
	}
}

// killAt has an order for each point, several of them going on side by side in worlds of their own. It waits for all.
func killAt(t *testing.T, way way, points []moment, table *table) {
	t.Run("killed", func(t *testing.T) {
		for _, p := range points {
			t.Run(p.name, func(t *testing.T) {
				t.Parallel()
				killIn(t, way, []moment{p}, table)
			})
		}
	})
}

// killIn has one order, whose bot is killed at each of these points.
func killIn(t *testing.T, way way, points []moment, table *table) {
	w := newWorld(t, way)
	w.fate.strike(func(m moment) bool {
		return slices.ContainsFunc(points, func(p moment) bool { return p.name == m.name })
	})
	w.mustServe()
	w.bring(1, matrixGB)
	w.mustEnd()
	j := w.judge()
	table.add(points[0].step, w.fate.kills, j)
	for _, wrong := range j.wrong {
		t.Error(wrong)
	}
	if w.fate.kills != len(points) {
		t.Errorf("it died %d times at %v", w.fate.kills, points)
	}
}

// table counts how the kills ended, by the part of an order's way. It is safe for concurrent use.
type table struct {
	mu    sync.Mutex
	parts []string // in order
	rows  map[string]*row
}

type row struct{ points, kills, duplicates, losses, asked int }

func newTable() *table {
	parts := []string{receivingAnEvent, takingTheOrder}
	for _, s := range provision.Steps {
		parts = append(parts, string(s))
	}
	return &table{parts: append(parts, telling, tellingResult), rows: map[string]*row{}}
}

func (t *table) add(part string, kills int, j judgement) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.rows[part] == nil {
		t.rows[part] = &row{}
	}
	r := t.rows[part]
	r.points, r.kills, r.asked = r.points+1, r.kills+kills, r.asked+j.asked
	r.duplicates, r.losses = r.duplicates+j.duplicates, r.losses+j.losses
}

func (t *table) String() string {
	var text bytes.Buffer
	w := tabwriter.NewWriter(&text, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "killed while\tpoints\tkills\tduplicates\tlosses\tasked a person\t")
	var sum row
	line := func(part string, r row) {
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%d\t%d\t\n", part, r.points, r.kills, r.duplicates, r.losses, r.asked)
	}
	for _, part := range t.parts {
		r := t.rows[part]
		if r == nil {
			continue
		}
		line(strings.ReplaceAll(part, "_", " "), *r)
		sum.points, sum.kills, sum.asked = sum.points+r.points, sum.kills+r.kills, sum.asked+r.asked
		sum.duplicates, sum.losses = sum.duplicates+r.duplicates, sum.losses+r.losses
	}
	line("in all", sum)
	_ = w.Flush() // into memory
	return text.String()
}
