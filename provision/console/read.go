package console

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"mozybot/provision"
)

// errDisagree is in the chain when two panels contradict each other.
var errDisagree = errors.New("two panels disagree")

// read makes a Reading in a leased tab.
func (c *Console) read(ctx context.Context, use using, asked provision.Look) (provision.Reading, error) {
	var r provision.Reading
	_, err := use(ctx, provision.JobStep{Job: asked.Job, Step: asked.Step}, DoingRead, func(ctx context.Context, t *tab) error {
		var err error
		if r, err = look(ctx, t, asked); errors.Is(err, errDisagree) {
			// A colleague may have been at work between two panels: that is worth a second look.
			r, err = look(ctx, t, asked)
		}
		return err
	})
	if err != nil {
		return provision.Reading{}, err
	}
	r.At = c.cfg.Now()
	return r, nil
}

// look opens all panels that it needs side by side, with what these lead to, and then reads one after the other.
func look(ctx context.Context, t *tab, asked provision.Look) (provision.Reading, error) {
	r := reading{tab: t, asked: asked}
	err := r.open(ctx)
	if err == nil {
		err = r.fill(ctx)
	}
	return r.Reading, err
}

// reading is a Reading in the making, in one tab.
type reading struct {
	provision.Reading
	tab   *tab
	asked provision.Look

	add    groupPanel // the form for a new group, if Server Support is asked for
	search adminSearch
	early  bool // the search began in a panel that stood open, and may be old
}

// open loads every panel that is needed.
func (r *reading) open(ctx context.Context) error {
	adding := prefetch{stands: "userGroupList.stands", skip: !r.asked.Server, start: func(ctx context.Context) (err error) {
		r.add, err = userGroupListPanel{r.tab}.add(ctx)
		return err
	}}
	searching := prefetch{stands: "admins.stands", skip: r.asked.Admin == "", start: func(ctx context.Context) (err error) {
		r.search, err = searchAdminsPanel{r.tab}.search(ctx, r.asked.Admin)
		return err
	}}
	if err := prefetchEarly(ctx, r.tab, &adding, &searching); err != nil {
		return err
	}
	r.early = searching.early
	if err := r.tab.menu().open(ctx, r.panels()...); err != nil {
		return err
	}
	return prefetchRest(ctx, &adding, &searching)
}

// panels are those of the menu that have to load.
func (r *reading) panels() (needed []menuPanel) {
	for _, n := range []struct {
		panel menuPanel
		when  bool
	}{
		{changePlan, r.asked.Plan || r.asked.Storage},
		{resourceSummary, r.asked.Storage},
		{userGroupList, r.asked.Storage || r.asked.Server || r.asksGroups()},
		{billingHistory, r.asked.Charges},
		{listAdmins, r.asked.GroupAdmins || r.asked.Lists},
		{searchAdmins, r.asked.Admin != "" && !r.early}, // what a search answers is fresh in any case
	} {
		if n.when {
			needed = append(needed, n.panel)
		}
	}
	return needed
}

// fill reads what is asked for. What still loads comes first, so that nothing does when a reading ends.
func (r *reading) fill(ctx context.Context) error {
	for _, part := range []struct {
		when bool
		read func(context.Context) error
	}{
		{r.asked.Server, r.server},
		{r.asked.Admin != "", r.admin},
		{r.asked.Plan || r.asked.Storage, r.plan},
		{r.asked.Storage || r.asksGroups(), r.groups},
		{r.asked.GroupAdmins || r.asked.Lists, r.listedAdmins},
		{r.asked.Charges, r.charges},
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

// server goes by the box's being there (console FACTS 6.2).
func (r *reading) server(ctx context.Context) error {
	form, err := r.add.form(ctx)
	r.ServerOffered = form.OffersServer
	return err
}

func (r *reading) admin(ctx context.Context) (err error) {
	r.Admin, err = r.search.admin(ctx)
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
	// Change Plan has the exact figures, Resource Summary the one that people look at. Over quota it shows 0
	// (console FACTS 4).
	r.AvailableGB = max(0, p.poolGB-p.usedGB)
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
	if i := slices.IndexFunc(rows, func(row groupRow) bool { return row.ID == r.asked.GroupID }); i >= 0 {
		return &rows[i], nil
	}
	if r.asked.Group == "" {
		return nil, nil
	}
	return readsAs(rows, r.asked.Group)
}

func (r *reading) charges(ctx context.Context) (err error) {
	r.Charges, err = billingHistoryPanel{r.tab}.charges(ctx)
	return err
}
