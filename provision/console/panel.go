package console

import (
	"context"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"mozybot/provision"
)

// menuPanel is a panel that the menu opens (console FACTS 1.4).
type menuPanel struct {
	Menu  string `json:"menu"`  // the link's text
	Panel string `json:"panel"` // the panel's id
	Shows string `json:"shows"` // a selector of what it shows when it has loaded
}

// path is where the panel is loaded from (console FACTS 1.2).
func (p menuPanel) path() string { return "/" + strings.ReplaceAll(p.Panel, "-", "/") }

// pendingLoad is something that was told to load and is waited for later: what else loads meanwhile costs no time.
type pendingLoad struct {
	mark int // from before the click
	wait wait
}

// start clicks what opens what w describes.
func (t *tab) start(ctx context.Context, click string, w wait) (pendingLoad, error) {
	load := t.begin(w)
	return load, t.call(ctx, click, w.args, nil)
}

// begin is for right before the click.
func (t *tab) begin(w wait) pendingLoad {
	t.peeked = nil
	return pendingLoad{t.traffic.mark(), w}
}

// finish waits until it is there, and reads it into out.
func (t *tab) finish(ctx context.Context, load pendingLoad, out any) error {
	return t.awaitSince(ctx, load.mark, load.wait, out)
}

// prefetch starts a pending load from a panel of the menu. From one that stands open already it does so early, while
// that panel loads again; else once the panel has loaded.
type prefetch struct {
	start func(ctx context.Context, early bool) (started bool, err error) // early it waits for nothing, and may come to nothing
	skip  bool                                                            // it is not wanted

	early bool // started from a panel that stood open
}

// prefetchEarly starts those whose panel stands open.
func prefetchEarly(ctx context.Context, all ...*prefetch) (err error) {
	for _, p := range all {
		if p.skip {
			continue
		}
		if p.early, err = p.start(ctx, true); err != nil {
			return err
		}
	}
	return nil
}

// prefetchRest starts those that were not started early.
func prefetchRest(ctx context.Context, all ...*prefetch) error {
	for _, p := range all {
		if p.skip || p.early {
			continue
		}
		if _, err := p.start(ctx, false); err != nil {
			return err
		}
	}
	return nil
}

// menu opens panels by their links in the page.
type menu struct{ tab *tab }

func (t *tab) menu() menu { return menu{t} }

// start tells the panels to load, side by side.
func (m menu) start(ctx context.Context, panels ...menuPanel) (pendingLoad, error) {
	names := make([]string, len(panels))
	for i, p := range panels {
		names[i] = p.Menu
	}
	load := m.tab.begin(wait{
		what: "the panel " + strings.Join(names, ", "), shown: "loaded", args: panels,
		again: "openMenuAgain", missing: "missing",
	})
	return load, m.load(ctx, panels)
}

// load clicks for all of them but those which the page has begun to load by itself since the act right before, as it does with the
// list after a group was saved: what comes is as fresh.
func (m menu) load(ctx context.Context, panels []menuPanel) error {
	type opening struct {
		menuPanel
		Comes bool `json:"comes"`
	}
	all := make([]opening, len(panels))
	for i, p := range panels {
		all[i] = opening{p, m.tab.acted > 0 && m.tab.traffic.coming(p.path(), m.tab.acted)}
	}
	m.tab.acted = 0 // another look asks for all of it itself
	return m.tab.call(ctx, "openMenu", all, nil)
}

// open loads the panels, side by side, and waits until all of them show what they should. What they show is fresh, and
// their old messages and values are gone.
func (m menu) open(ctx context.Context, panels ...menuPanel) error {
	if len(panels) == 0 {
		return nil
	}
	load, err := m.start(ctx, panels...)
	if err != nil {
		return err
	}
	return m.opened(ctx, load, panels...)
}

// have makes sure that the panels are open as they were right before, or loads them.
func (m menu) have(ctx context.Context, panels ...menuPanel) error {
	return m.open(ctx, m.tab.stands.lacks(panels...)...)
}

// opened waits for the panels that start told to load.
func (m menu) opened(ctx context.Context, load pendingLoad, panels ...menuPanel) error {
	t := m.tab
	err := pointing(ctx, t, t.finish(ctx, load, nil), "unloaded", panels)
	if provision.CodeOf(err) != provision.Changed {
		return err
	}
	// A page may get stuck. Those who tested the real console helped it by going to the dashboard, once (console FACTS 1.3).
	t.say().WithError(err).Info("Loading the console's page anew.")
	if err := m.empty(ctx); err != nil {
		return err
	}
	if load, err = m.start(ctx, panels...); err != nil {
		return err
	}
	return pointing(ctx, t, t.finish(ctx, load, nil), "unloaded", panels)
}

// empty loads the page again, without any panel. Answers that are still on their way come to nothing.
func (m menu) empty(ctx context.Context) error {
	number := m.tab.session
	if err := m.tab.load(ctx, dashboardPath); err != nil {
		return err
	}
	m.tab.session = number
	return nil
}

var gigabytesForm = regexp.MustCompile(`^(-?[\d,]+(?:\.\d+)?)(?: (GB|TB))?$`)

// gigabytes reads an amount of storage as the console writes it: "0" has no unit, and from 1024 GB on it is TB with at
// most one decimal, so that an amount is only known to lie from least to most (console FACTS 5).
func gigabytes(s string) (least, most int, err error) {
	m := gigabytesForm.FindStringSubmatch(strings.TrimSpace(s))
	if m == nil || (m[2] == "" && m[1] != "0") {
		return 0, 0, changed("“%s” is not an amount of storage as the console writes it, like 70 GB.", short(s))
	}
	whole, tenth, decimal := strings.Cut(strings.ReplaceAll(m[1], ",", ""), ".")
	n, err := strconv.Atoi(whole)
	if err != nil || n > provision.MaxGB || n < -provision.MaxGB || len(tenth) > 1 || (decimal && m[2] != "TB") {
		return 0, 0, changed("“%s” is not an amount of storage as the console writes it, like 70 GB.", short(s))
	}
	if m[2] != "TB" {
		return n, n, nil
	}
	tenths := n * 10
	if decimal {
		tenths += int(tenth[0] - '0')
	}
	// Whether it rounds to the nearest or down is not known, so both are allowed for.
	return (tenths*1024 - 512) / 10, ((tenths+1)*1024 + 9) / 10, nil
}

// whole reads a whole number from a box or a cell.
func whole(what, s string) (int, error) {
	n, err := strconv.Atoi(strings.ReplaceAll(strings.TrimSpace(s), ",", ""))
	if err != nil || n < 0 || n > provision.MaxGB {
		return 0, changed("%s should be a whole number, but is “%s”.", what, short(s))
	}
	return n, nil
}

var moneyForm = regexp.MustCompile(`-?[$€£][\d,]*\.\d{2}\b`)

// money finds the one amount in a text.
func money(what, s string) (provision.Money, error) {
	found := moneyForm.FindAllString(s, -1)
	if len(found) != 1 {
		return provision.Money{}, changed("%s should name one amount of money, but is “%s”.", what, short(s))
	}
	m, err := provision.ParseMoney(found[0])
	if err != nil {
		return provision.Money{}, fmt.Errorf("reading %s: %w", what, err)
	}
	return m, nil
}
