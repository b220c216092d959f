package console

import (
	"context"
	"net/url"
	"time"

	"github.com/chromedp/cdproto/page"
)

// eachTab does something with every tab that is open, while nobody uses it.
func (c *Console) eachTab(do func(*tab)) {
	for _, l := range []*tabLease{c.working, c.reading, c.plans} {
		l.lock <- struct{}{}
		if l.tab != nil {
			do(l.tab)
		}
		<-l.lock
	}
}

// GiveUpAfter sets how long a page that has all its answers is waited for. A test of what never comes need not wait for
// long, and the console may still take its time for an answer on a busy machine.
func (c *Console) GiveUpAfter(quiet time.Duration) {
	c.cfg.quiet = quiet
	c.eachTab(func(t *tab) { t.quiet = quiet })
}

// AnswerWithin sets how long an answer of the console may take from now on, for a test in which none comes.
func (c *Console) AnswerWithin(timeout time.Duration) {
	c.cfg.Timeout = timeout
	c.eachTab(func(t *tab) { t.timeout = timeout })
}

// OpenTabsWithin sets how long a new tab may take from now on, for a test in which none can be opened.
func (c *Console) OpenTabsWithin(most time.Duration) {
	c.browser.lock <- struct{}{}
	defer c.browser.lock.release()
	c.browser.tabTime = most
}

// StartWithin sets how long a browser may take to answer for the first time.
func (c *Console) StartWithin(most time.Duration) { c.browser.startTime = most }

// AsNobodySpecial lets a test that runs as root see what happens to others.
func (c *Console) AsNobodySpecial() { c.browser.sandbox.root = false }

// KeepEvidenceIn sets where pictures are kept from now on; "": they are not taken.
func (c *Console) KeepEvidenceIn(dir string) { c.evidence.dir = dir }

// LeavePages lets every tab load its page afresh before it is used again, because another console is behind the address
// now. Whether we are logged in to that one, the page will show.
func (c *Console) LeavePages() { c.eachTab(func(t *tab) { t.session = 0 }) }

// Beside makes a Console that shares c's browser and nothing else: it has not logged in, and nobody refused it. A browser
// costs more than a test. Its URL must be c's, for the browser goes nowhere else, and it ends with CloseTabs.
func (c *Console) Beside(cfg Config) (*Console, error) {
	other, err := New(cfg)
	if err != nil {
		return nil, err
	}
	other.browser = c.browser
	return other, nil
}

// CloseTabs ends a Console of Beside, and leaves the browser.
func (c *Console) CloseTabs() {
	for _, l := range []*tabLease{c.working, c.reading, c.plans} {
		_ = l.clear(context.Background()) // it has no end
	}
}

// RelayFor starts the relay for a console's address, without a browser.
func RelayFor(origin string) (address string, end func(), err error) {
	u, err := url.Parse(origin)
	if err != nil {
		return "", nil, err
	}
	r, err := relayConfig{origin: u, acts: newActLimit(0, uptime)}.start()
	if err != nil {
		return "", nil, err
	}
	return r.addr, r.close, nil
}

// PictureAfter scrolls the page in which the work is done, and takes a picture of a panel in it.
func (c *Console) PictureAfter(ctx context.Context, scroll, panel string) ([]byte, error) {
	return c.working.picture(ctx, scroll, panel)
}

// PictureOfPlan takes one of the panel in which the plan is changed.
func (c *Console) PictureOfPlan(ctx context.Context) ([]byte, error) {
	return c.plans.picture(ctx, "() => 0", changePlan.Panel)
}

func (l *tabLease) picture(ctx context.Context, scroll, panel string) ([]byte, error) {
	of, err := l.snapshot(ctx, scroll, panel)
	if err != nil {
		return nil, err
	}
	return l.tab.screenshots.snapshot(ctx, of)
}

func (l *tabLease) snapshot(ctx context.Context, script, panel string) (of snapshot, err error) {
	l.lock <- struct{}{}
	defer func() { <-l.lock }()
	if err := l.tab.run(ctx, script, nil, nil); err != nil {
		return of, err
	}
	return of, l.tab.call(ctx, "snapshot", panel, &of)
}

// SnapshotAfter runs a script in the page in which the work is done, and gives the HTML that a panel is pictured from.
func (c *Console) SnapshotAfter(ctx context.Context, script, panel string) (string, error) {
	of, err := c.working.snapshot(ctx, script, panel)
	return of.HTML, err
}

// Photograph takes the picture of a panel in the page in which the work is done itself. The panel is put where a pixel begins, by which
// its lines are rounded.
func (c *Console) Photograph(ctx context.Context, panel string) ([]byte, error) {
	c.working.lock <- struct{}{}
	defer func() { <-c.working.lock }()
	const whole = `panel => {
		const root = document.getElementById(panel), {x, y} = root.getBoundingClientRect();
		root.style.position = "relative";
		[root.style.left, root.style.top] = [Math.ceil(x) - x + "px", Math.ceil(y) - y + "px"];
	}`
	if err := c.working.tab.run(ctx, whole, []any{panel}, nil); err != nil {
		return nil, err
	}
	var part page.Viewport
	if err := c.working.tab.call(ctx, "frame", panel, &part); err != nil {
		return nil, err
	}
	return c.working.tab.screenshots.page(ctx, c.working.tab.target, part)
}

// InPage runs a script beside ours in the page in which the work is done.
func (c *Console) InPage(ctx context.Context, script string, out any) error {
	c.working.lock <- struct{}{}
	defer func() { <-c.working.lock }()
	return c.working.tab.run(ctx, script, nil, out)
}

// LosePage has that page load again, and is not told. It is for somebody who has the tab.
func (c *Console) LosePage(ctx context.Context) {
	t := c.working.tab
	_, _ = evaluate(ctx, t.target, t.world, "() => { location.reload(); return new Promise(() => {}); }", nil, false)
}

// Hidden says whether the page in which the work is done is in the background.
func (c *Console) Hidden(ctx context.Context) (hidden bool, err error) {
	c.working.lock <- struct{}{}
	defer func() { <-c.working.lock }()
	err = c.working.tab.run(ctx, "() => document.hidden", nil, &hidden)
	return hidden, err
}
