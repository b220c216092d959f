package console

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"mozybot/provision"
)

// errDisagree is in the chain when two panels contradict each other.
var errDisagree = errors.New("two panels disagree")

// read makes a Reading in a leased tab.
func (c *Console) read(ctx context.Context, use using, asked provision.Look) (provision.Reading, error) {
	var r provision.Reading
	doing := DoingRead
	if asked.Role != "" {
		doing = DoingCheck
	}
	_, err := use(ctx, provision.JobStep{Job: asked.Job, Step: asked.Step}, doing, func(ctx context.Context, t *tab) error {
		var err error
		began := c.cfg.Uptime()
		if r, err = look(ctx, t, asked); errors.Is(err, errDisagree) {
			// A colleague may have been at work between two panels: that is worth a second look.
			began = c.cfg.Uptime()
			r, err = look(ctx, t, asked)
		}
		switch {
		case err == nil:
			r.At = c.cfg.Now()
			t.leave(t.stands, began)
		case errors.As(err, new(checkedError)) && provision.CodeOf(err) == provision.Changed:
			t.say().WithError(err).Warn("The console has all that is needed, but could not be read.")
			r, err = provision.Reading{}, nil
		}
		return err
	})
	if err != nil {
		return provision.Reading{}, err
	}
	return r, nil
}

// checkedError is about what a reading asks for beside the controls, which are there.
type checkedError struct{ error }

func (e checkedError) Unwrap() error { return e.error }

// look opens all panels that it needs side by side, with what these lead to, and then reads one after the other.
func look(ctx context.Context, t *tab, asked provision.Look) (provision.Reading, error) {
	r := reading{tab: t, asked: asked}
	if err := r.open(ctx); err != nil {
		return r.Reading, err
	}
	if err := r.peek(ctx); err != nil {
		return r.Reading, err
	}
	defer func() { t.peeked = nil }()
	if asked.Role != "" {
		if err := (panelCheck{&r}).run(ctx); err != nil {
			return r.Reading, err
		}
	}
	err := r.fill(ctx)
	if err != nil && asked.Role != "" {
		err = checkedError{err}
	}
	return r.Reading, err
}

// reading is a Reading in the making, in one tab.
type reading struct {
	provision.Reading
	tab   *tab
	asked provision.Look

	add     groupPanel // the form for a new group, if it is asked for
	search  adminSearch
	listing pendingLoad // of List Admins, if the console is looked over; fill reads the list after that
	early   bool        // the search began in a panel that stood open, and may be old

	formsOf   string // the number of the group whose forms are opened for the next step
	formEarly bool   // its form was opened beside the act before
}

// open loads every panel that is needed, none of which may have stood before.
func (r *reading) open(ctx context.Context) error {
	r.tab.touched()
	adding := prefetch{skip: !r.adds(), start: func(ctx context.Context, _ bool) (started bool, err error) {
		r.add, started, err = userGroupListPanel{r.tab}.add(ctx)
		return started, err
	}}
	searching := prefetch{skip: r.asked.Admin == "", start: func(ctx context.Context, early bool) (started bool, err error) {
		r.search, started, err = searchAdminsPanel{r.tab}.search(ctx, r.asked.Admin, early)
		return started, err
	}}
	if err := prefetchEarly(ctx, &adding, &searching); err != nil {
		return err
	}
	r.early = searching.early
	if err := r.openFormsEarly(ctx); err != nil {
		return err
	}
	if err := r.openMenu(ctx); err != nil {
		return err
	}
	r.settle(ctx)
	r.tab.stands.panels = r.panels()
	return prefetchRest(ctx, &adding, &searching)
}

// openMenu loads the panels of the menu. List Admins is wanted last: a browser asks a server for six things at a time.
func (r *reading) openMenu(ctx context.Context) (err error) {
	panels, menu := r.panels(), r.tab.menu()
	if len(panels) == 0 {
		return nil
	}
	load, err := menu.start(ctx, panels...)
	if err == nil && r.asked.Role != "" {
		r.listing, err = menu.start(ctx, listAdmins)
	}
	if err != nil {
		return err
	}
	return menu.opened(ctx, load, panels...)
}

// settle waits for what the page loads again by itself, as it does with the list after a group was saved: a late answer would
// draw it again while it is read. It was sent no later than what we asked for.
func (r *reading) settle(ctx context.Context) {
	limited, cancel := r.tab.limited(ctx, r.tab.quiet)
	defer cancel()
	r.tab.traffic.answered(limited, 0)
}

// adds says whether the form for a new group is wanted.
func (r *reading) adds() bool {
	return r.asked.Server || r.asked.Form == provision.StepGroup || r.asked.Role != ""
}

// formGroup is the name of the group whose forms the next step works with, "" for none.
func (r *reading) formGroup() string {
	switch r.asked.Form {
	case provision.StepDefaultGroup:
		return provision.DefaultGroupName
	case provision.StepAccountID:
		return r.asked.Group
	}
	if r.asked.Role != "" {
		return provision.DefaultGroupName
	}
	return ""
}

// openFormsEarly opens those forms from the list as it stands, if it does.
func (r *reading) openFormsEarly(ctx context.Context) error {
	if r.formGroup() == "" {
		return nil
	}
	id, err := userGroupListPanel{r.tab}.number(ctx, r.formGroup())
	if err != nil || id == "" {
		return err
	}
	return r.openForms(ctx, id)
}

// openForms starts to open the forms of the group with that number. From now on they stand.
func (r *reading) openForms(ctx context.Context, id string) error {
	if id == r.formsOf {
		return nil
	}
	r.formsOf = id
	list, stands, early := userGroupListPanel{r.tab}, &r.tab.stands, &r.tab.early
	edit, opened := early.take(r.tab, editPanel(id))
	if r.formEarly = opened; !opened {
		var err error
		if edit, err = list.edit(ctx, id); err != nil {
			return err
		}
	}
	stands.groups = append(stands.groups, edit)
	if r.asked.Form != provision.StepAccountID {
		return nil
	}
	details, opened := early.takeDetails(r.tab, detailsPanel(id))
	if !opened {
		var err error
		if details, err = list.details(ctx, id); err != nil {
			return err
		}
	}
	stands.details = append(stands.details, details)
	return nil
}

// panels are those of the menu that have to load.
func (r *reading) panels() (needed []menuPanel) {
	all := r.asked.Role != ""
	for _, n := range []struct {
		panel menuPanel
		when  bool
	}{
		{changePlan, all || r.asked.Plan || r.asked.Storage},
		{resourceSummary, all || r.asked.Storage},
		{userGroupList, r.asked.Storage || r.adds() || r.asksGroups() || r.formGroup() != ""},
		{billingHistory, all || r.asked.Charges},
		{addNewAdmin, all || r.asked.Form == provision.StepAdmin},
		{listAdmins, !all && (r.asked.GroupAdmins || r.asked.Lists || r.asked.AdminMade)}, // else openMenu starts it by itself
		{searchAdmins, (all || r.asked.Admin != "") && !r.early},                          // what a search answers is fresh in any case
	} {
		if n.when {
			needed = append(needed, n.panel)
		}
	}
	return needed
}

// peek takes what is read next out of the page in one go.
func (r *reading) peek(ctx context.Context) error {
	var all []wait
	for _, part := range []struct {
		when  bool
		waits []wait
	}{
		{r.adds(), []wait{r.add.load.wait}},
		{r.asked.Admin != "", []wait{r.search.load.wait}},
		{r.asked.Plan || r.asked.Storage, []wait{planShown}},
		{r.asked.Storage, []wait{availableShown}},
		{r.asked.Storage || r.asksGroups() || r.formGroup() != "", []wait{listFilled, groupRows}},
		{r.asked.Charges, []wait{chargesShown}},
	} {
		if part.when {
			all = append(all, part.waits...)
		}
	}
	return r.tab.peek(ctx, append(all, r.tab.stands.loads()...)...)
}

// fill reads what is asked for. What still loads comes first, so that nothing does when a reading ends.
func (r *reading) fill(ctx context.Context) error {
	for _, part := range []struct {
		when bool
		read func(context.Context) error
	}{
		{r.adds(), r.addForm},
		{r.asked.Admin != "", r.admin},
		{r.asked.Plan || r.asked.Storage, r.plan},
		{r.asked.Storage || r.asksGroups() || r.formGroup() != "", r.groups},
		{r.asked.GroupAdmins || r.asked.Lists, r.listedAdmins},
		{r.asked.Charges, r.charges},
		{r.formGroup() != "", r.forms},
	} {
		if !part.when {
			continue
		}
		if err := part.read(ctx); err != nil {
			return err
		}
	}
	return nil
}

// addForm goes by the box's being there (console FACTS 6.2).
func (r *reading) addForm(ctx context.Context) error {
	form, err := r.add.form(ctx)
	r.ServerOffered = r.asked.Server && form.OffersServer
	r.tab.stands.groups = append(r.tab.stands.groups, r.add)
	return err
}

// forms waits until those that were opened for the next step are there.
func (r *reading) forms(ctx context.Context) error {
	for _, edit := range r.tab.stands.groups {
		if _, err := edit.form(ctx); err != nil {
			return err
		}
	}
	for _, details := range r.tab.stands.details {
		if _, err := details.number(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (r *reading) admin(ctx context.Context) (err error) {
	r.Admin, err = r.search.admin(ctx, r.asked.AdminMade)
	if r.early && provision.CodeOf(err) == provision.Changed {
		r.Admin, err = searchAdminsPanel{r.tab}.reload(ctx, r.asked.Admin)
	}
	return err
}

func (r *reading) plan(ctx context.Context) error {
	p, err := changePlanPanel{r.tab}.read(ctx)
	if err != nil {
		return err
	}
	if r.asked.Plan {
		r.AddOns, r.AddOnPrice, r.BaseGB, r.PoolGB = p.addOns, p.price, p.baseGB, p.poolGB
	}
	if !r.asked.Storage {
		return nil
	}
	// Change Plan has the exact figures, Resource Summary the one that people look at.
	r.AvailableGB = p.availableGB()
	least, most, err := resourceSummaryPanel{r.tab}.available(ctx)
	if err != nil {
		return err
	}
	if r.AvailableGB < least || r.AvailableGB > most {
		return &provision.Error{Code: provision.Changed, Err: errDisagree, Message: fmt.Sprintf(
			"The console's books do not agree: Resource Summary shows %s GB Available, but Change Plan %s GB of which %s are used.",
			between(least, most), provision.Thousands(p.poolGB), provision.Thousands(p.usedGB))}
	}
	return nil
}

func between(least, most int) string {
	if least == most {
		return provision.Thousands(least)
	}
	return provision.Thousands(least) + " to " + provision.Thousands(most)
}

func (r *reading) groups(ctx context.Context) error {
	list := userGroupListPanel{r.tab}
	rows, err := list.rows(ctx)
	if err != nil {
		return err
	}
	if err := r.openFormsOf(ctx, rows); err != nil {
		return err
	}
	if r.asked.Storage {
		row, err := defaultRow(rows)
		if err != nil {
			return err
		}
		if r.Default, err = list.group(ctx, *row); err != nil {
			return err
		}
	}
	if r.asked.Lists {
		for _, row := range rows {
			g, err := list.group(ctx, row)
			if err != nil {
				return err
			}
			r.Groups = append(r.Groups, g)
		}
	}
	row, err := r.customerIn(rows)
	if row == nil || err != nil {
		return err
	}
	if row.ID == r.asked.GroupID || row.Name == strings.TrimSpace(r.asked.Group) {
		r.tab.early.name = row.Name
	}
	g, err := list.group(ctx, *row)
	r.Customer = &g
	return err
}

// asksGroups says whether a group other than the default one is asked for.
func (r *reading) asksGroups() bool {
	return r.asked.GroupID != "" || r.asked.Group != "" || r.asked.Lists
}

// customerIn is the row of the group that is asked for: of that number, else of that name; nil if there is none.
func (r *reading) customerIn(rows []groupRow) (*groupRow, error) {
	if row := numbered(rows, r.asked.GroupID); row != nil || r.asked.Group == "" {
		return row, nil
	}
	return readsAs(rows, r.asked.Group)
}

// openFormsOf opens the forms of the group as the new list has it. When there is none, the next step says so.
func (r *reading) openFormsOf(ctx context.Context, rows []groupRow) error {
	if r.formGroup() == "" {
		return nil
	}
	row, err := named(rows, r.formGroup())
	if row == nil || err != nil {
		return err
	}
	if least, most, err := gigabytes(row.Value); err == nil && least != most && r.formEarly {
		// The exact figure is in the form alone, so that has to be as new as the list.
		r.formsOf, r.tab.stands.groups = "", nil
	}
	return r.openForms(ctx, row.ID)
}

func (r *reading) charges(ctx context.Context) (err error) {
	r.Charges, err = billingHistoryPanel{r.tab}.charges(ctx)
	return err
}
