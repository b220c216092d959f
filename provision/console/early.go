package console

import (
	"context"
	"slices"
	"time"

	"github.com/chromedp/cdproto/runtime"

	"mozybot/provision"
)

// early is what a job's visit opens while an act of its waits for the console's answer: forms that do not depend on the act, and the
// customer's group popped out, whose number never changes. Each form serves once, in the page it was opened in; what it
// shows counts for no more than a look that is made after it.
type early struct {
	job   provision.JobID
	world runtime.ExecutionContextID
	name  string // of the job's group, once a look has shown it

	customer string // the number of the group whose forms were opened for step 8, "" for none
	popping  bool   // its form was told to pop out, and the window's address was not asked for yet
	groups   []groupPanel
	details  []groupDetailsPanel

	loads map[string]int // of those panels that were not given to anybody, by the mark from before

	began time.Duration // by Config.Uptime, when the newest act with something beside it began
}

// of is what was opened early for the job, nothing if that was for another one.
func (e *early) of(job provision.JobID) {
	if e.job != job {
		*e = early{job: job}
	}
}

// take gives a form that was opened early. It is not given again. One that may be saved has to be young: it also says what isn't
// typed. Of the customer's group it is the number alone that counts.
func (e *early) take(t *tab, panel string) (groupPanel, bool) {
	i := slices.IndexFunc(e.groups, func(p groupPanel) bool { return p.id == panel })
	if i < 0 || e.world != t.world {
		return groupPanel{}, false
	}
	form := e.groups[i]
	e.groups = slices.Delete(e.groups, i, i+1)
	if panel != editPanel(e.customer) && t.entered-e.began >= standingLife {
		return groupPanel{}, false
	}
	delete(e.loads, panel)
	return form, true
}

func (e *early) takeDetails(t *tab, panel string) (groupDetailsPanel, bool) {
	i := slices.IndexFunc(e.details, func(p groupDetailsPanel) bool { return p.id == panel })
	if i < 0 || e.world != t.world {
		return groupDetailsPanel{}, false
	}
	shown := e.details[i]
	e.details = slices.Delete(e.details, i, i+1)
	delete(e.loads, panel)
	return shown, true
}

// settle waits for a panel that was opened early, before somebody opens it again: an answer that is late would draw it over what is
// done there since.
func (e *early) settle(ctx context.Context, t *tab, panel string) {
	mark, loads := e.loads[panel]
	if !loads {
		return
	}
	delete(e.loads, panel)
	limited, cancel := t.limited(ctx, t.timeout)
	defer cancel()
	t.traffic.answered(limited, mark)
}

// keeps notes a form that was told to load.
func (e *early) keeps(form groupPanel) {
	e.groups = append(e.groups, form)
	e.loads[form.id] = form.load.mark
}

// beside does something while an act waits for its answer. What goes wrong with it is no trouble of the act's: whoever needs it
// opens it again.
func (e *early) beside(ctx context.Context, t *tab, do func(context.Context) error) {
	if e.world != t.world {
		*e = early{job: e.job, name: e.name, world: t.world}
	}
	if e.loads == nil {
		e.loads = map[string]int{}
	}
	e.began = t.entered
	if err := t.traffic.aside(func() error { return do(ctx) }); err != nil {
		t.say().WithError(err).Debug("Opening something early failed.")
	}
}

// openDefault opens the default group's form, for step 6.
func (e *early) openDefault(ctx context.Context, t *tab) error {
	list := userGroupListPanel{t}
	id, err := list.number(ctx, provision.DefaultGroupName)
	if err != nil || id == "" {
		return err
	}
	form, err := list.edit(ctx, id)
	if err == nil {
		e.keeps(form)
	}
	return err
}

// aheadOfID does the next thing that step 8 needs: it opens the forms of the job's group, or pops that out. The number that the
// window's address ends in is kept (see popped), and counts for the group that has it.
func (e *early) aheadOfID(ctx context.Context, t *tab) error {
	switch {
	case e.name == "" || e.popping:
		return nil
	case e.customer == "":
		return e.openCustomer(ctx, t)
	}
	return e.popOut(ctx, t)
}

// aheadOfID is early.aheadOfID, beside an act in another tab.
func (l *tabLease) aheadOfID(ctx context.Context) error {
	l.idle(ctx, func(t *tab) {
		t.early.beside(ctx, t, func(ctx context.Context) error { return t.early.aheadOfID(ctx, t) })
	})
	return nil
}

func (e *early) openCustomer(ctx context.Context, t *tab) error {
	list := userGroupListPanel{t}
	id, err := list.number(ctx, e.name)
	if err != nil || id == "" {
		return err
	}
	form, err := list.edit(ctx, id)
	if err != nil {
		return err
	}
	e.customer = id
	e.keeps(form)
	shown, err := list.details(ctx, id)
	if err == nil {
		e.details = append(e.details, shown)
		e.loads[shown.id] = shown.load.mark
	}
	return err
}

// popOut pops the group's form out if it has loaded.
func (e *early) popOut(ctx context.Context, t *tab) error {
	t.popped.begin(t)
	return t.call(ctx, "group.popOutEarly", map[string]string{"panel": editPanel(e.customer)}, &e.popping)
}

// takePopped says whether the window that is expected is that of the form. It is not given again.
func (e *early) takePopped(panel string) bool {
	is := e.popping && panel == editPanel(e.customer)
	e.popping = false
	return is
}
