package console_test

import (
	"slices"
	"testing"
	"time"

	replica "mozybot/fixtures/sandbox/console"
	"mozybot/provision"
	"mozybot/provision/console"
)

// paths are what the console was asked for since the first n requests, without what belongs to any page.
func paths(f *front, n int) (all []string) {
	for _, r := range f.requests()[n:] {
		all = append(all, r.method+" "+r.path)
	}
	return all
}

// What a reading has loaded for the act that follows at once is not loaded again.
func TestAnActGoesByTheReadingRightBeforeIt(t *testing.T) {
	s, m := withSpace(t, patient)
	ctx := t.Context()
	look := provision.Look{Storage: true, Group: exampleGroup.Name, Form: provision.StepGroup}
	if _, err := s.Read(ctx, look); err != nil {
		t.Fatal(err)
	}
	n := len(s.front.requests())
	if err := s.AddGroup(ctx, exampleGroup); err != nil {
		t.Fatal(err)
	}
	if asked := paths(s.front, n); asked[0] != "POST /user_groups/create" || slices.Contains(asked, "GET /user_groups/new") {
		t.Errorf("the act asked for %q", asked)
	}
	// The page loads the list again by itself, and an act that begins meanwhile goes by that.
	const shown = `async () => {
		while (!document.getElementById("user_groups-list").textContent.includes("Example Inc.")) await new Promise((done) => setTimeout(done, 10));
	}`
	if err := s.InPage(ctx, shown, nil); err != nil {
		t.Fatal(err)
	}
	n = len(s.front.requests())
	code(t, s.AddGroup(ctx, exampleGroup), provision.Conflict, exampleGroup.Name) // after an act nothing counts
	if asked := paths(s.front, n); !slices.Contains(asked, "GET /user_groups/list") {
		t.Errorf("the second act asked for %q", asked)
	}
	wrote(t, m, replica.WriteChangePlan, replica.WriteAddGroup)
}

// The process, or the machine, stood still between the reading and the act.
func TestAReadingThatIsNotRightBeforeAnActDoesNotCount(t *testing.T) {
	var clock time.Duration
	c, f, _ := newcomer(t, func(cfg *console.Config) { cfg.Uptime = func() time.Duration { return clock } })
	look := provision.Look{Plan: true, Storage: true, Form: provision.StepDefaultGroup}
	if _, err := c.Read(t.Context(), look); err != nil {
		t.Fatal(err)
	}
	if err := f.model().Colleague(replica.Act{Write: replica.WriteEditGroup, Group: provision.DefaultGroupName, Assigned: number(12)}); err != nil {
		t.Fatal(err)
	}
	clock += time.Minute
	code(t, c.AssignDefault(t.Context(), 15, 5), provision.Stale, "12", "15")
}

// What is returned has to be Available when Continue is pressed.
func TestStorageThatIsUsedWhileOurConfirmationStandsIsNotReturned(t *testing.T) {
	s, m := withSpace(t, patient) // 876 add-ons, of which 200 GB are Available
	if err := m.Colleague(replica.Act{Before: replica.MomentConfirmation, Write: replica.WriteAddGroup, Name: "Quick Co", Assigned: number(190)}); err != nil {
		t.Fatal(err)
	}
	_, err := s.ChangePlan(t.Context(), provision.PlanChange{From: 876, To: 875, AtMost: dollars(0)})
	code(t, err, provision.Stale, "10 GB are Available", "Nothing was changed")
	if got := m.Plan().AddOns; got != 876 {
		t.Errorf("%d add-ons", got)
	}
}
