package console

import (
	"context"
	"slices"
	"time"

	"github.com/chromedp/cdproto/runtime"
)

// standing is what a reading has just loaded in its tab. An act that follows at once goes by that and does not load it again.
// The zero standing is nothing.
type standing struct {
	panels  []menuPanel
	groups  []groupPanel
	details []groupDetailsPanel

	at    time.Duration // by Config.Uptime, when it was begun to load
	world runtime.ExecutionContextID
}

// standingLife is how long it counts. What takes longer has seen a slow console or disk, or the process or the machine stopped.
const standingLife = 10 * time.Second

// leave notes what a reading has loaded, for whoever uses the tab next.
func (t *tab) leave(s standing, began time.Duration) {
	s.at, s.world = began, t.world
	t.left = s
}

// enter begins a use of the tab: what was left counts for this one only, and while it is young.
func (t *tab) enter(uptime time.Duration) {
	t.stands, t.left, t.entered, t.peeked = t.left, standing{}, uptime, nil
	if age := uptime - t.stands.at; age > standingLife || t.stands.world != t.world {
		t.stands = standing{}
	}
}

// peekStanding takes out of the page in one go what the groups' list and forms say that stand.
func (t *tab) peekStanding(ctx context.Context) error {
	var all []wait
	if t.stands.has(userGroupList) {
		all = append(all, listFilled, groupRows)
	}
	return t.peek(ctx, append(all, t.stands.loads()...)...)
}

// touched says that something is being changed: nothing that stood before counts any more.
func (t *tab) touched() { t.stands = standing{} }

func (s standing) has(p menuPanel) bool { return slices.Contains(s.panels, p) }

// lacks are those of the panels that do not stand.
func (s standing) lacks(panels ...menuPanel) (missing []menuPanel) {
	for _, p := range panels {
		if !s.has(p) {
			missing = append(missing, p)
		}
	}
	return missing
}

// loads are what the forms and details have to show.
func (s standing) loads() (all []wait) {
	for _, edit := range s.groups {
		all = append(all, edit.load.wait)
	}
	for _, details := range s.details {
		all = append(all, details.load.wait)
	}
	return all
}

// group is the form with that panel id.
func (s standing) group(id string) (groupPanel, bool) {
	i := slices.IndexFunc(s.groups, func(p groupPanel) bool { return p.id == id })
	if i < 0 {
		return groupPanel{}, false
	}
	return s.groups[i], true
}

func (s standing) groupDetails(id string) (groupDetailsPanel, bool) {
	i := slices.IndexFunc(s.details, func(p groupDetailsPanel) bool { return p.id == id })
	if i < 0 {
		return groupDetailsPanel{}, false
	}
	return s.details[i], true
}
