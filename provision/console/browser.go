package console

import (
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"runtime"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
	"github.com/sirupsen/logrus"

	"mozybot/provision"
)

// browser owns the one Chromium. It starts it when a tab is asked for, and again when it is gone. It is safe for
// concurrent use.
type browser struct {
	path      string
	origin    *url.URL      // of the console, the only place the browser may go to
	tabTime   time.Duration // how long a running browser may take to open a tab
	startTime time.Duration // how long one may take from its start to its first answer
	sandbox   sandboxing
	relay     relayConfig
	log       logrus.FieldLogger

	lock    lock     // held while it starts, opens a tab or ends; it is never waited for without a limit
	process *process // nil before the first start
	closing context.Context
	shut    context.CancelFunc
}

func newBrowser(cfg Config, origin *url.URL) *browser {
	b := &browser{
		path: cfg.ChromePath, origin: origin, tabTime: min(cfg.Timeout, tabTime), startTime: startTime,
		sandbox: sandboxing{mode: cfg.Sandbox, root: os.Geteuid() == 0, log: cfg.Log}, relay: relayConfig{origin, cfg.RootCAs, newActLimit(cfg.ActTime, cfg.Uptime)}, log: cfg.Log,
		lock: newLock(),
	}
	b.closing, b.shut = context.WithCancel(context.Background())
	return b
}

// tabTime is enough for a tab also on a machine with too much to do.
const tabTime = 10 * time.Second

// startTime is enough for a browser that is read from a slow disk on a machine with too much to do.
const startTime = 30 * time.Second

// FindChromium is the Chromium that would be used: path if it is not "", else the first of the usual names that is
// installed. The error says what to do.
func FindChromium(path string) (string, error) {
	names := []string{
		"chromium", "chromium-browser", "google-chrome", "google-chrome-stable",
		"/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/usr/bin/google-chrome-stable",
		"/snap/bin/chromium",
	}
	if runtime.GOOS == "darwin" {
		names = append(names,
			"/Applications/Chromium.app/Contents/MacOS/Chromium",
			"/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
	}
	if path != "" {
		names = []string{path}
	}
	for _, name := range names {
		if found, err := exec.LookPath(name); err == nil {
			return found, nil
		}
	}
	if path != "" {
		return "", provision.Errorf(provision.NotFound, "There is no browser that can be run at %s.", path)
	}
	return "", provision.Errorf(provision.NotFound, "No Chromium or Chrome was found. Install one, or say where it is.")
}

// acquire takes the lock. It fails when ctx ends first.
func (b *browser) acquire(ctx context.Context) error {
	if err := b.lock.take(ctx); err != nil {
		return fmt.Errorf("waiting for the browser: %w", err)
	}
	return nil
}

// running gives the running browser, starting it if need be. Call it with the lock.
func (b *browser) running(ctx context.Context) (*process, error) {
	if b.closing.Err() != nil {
		return nil, errClosed
	}
	if b.process != nil && b.process.ctx.Err() == nil {
		return b.process, nil
	}
	if b.process != nil {
		b.log.Warn("The browser is gone; starting another.")
		b.stop(ctx)
	}
	path, err := FindChromium(b.path)
	if err != nil {
		return nil, err
	}
	sweep(b.log)
	began := time.Now()
	starting, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	defer context.AfterFunc(b.closing, func() { stop(errClosed) })()
	p, err := b.sandbox.start(starting, func(sandboxed bool) (*process, error) { return b.launch(starting, path, sandboxed) })
	if err != nil {
		return nil, fmt.Errorf("starting the browser %s: %w", path, err)
	}
	b.process = p
	b.log.WithFields(logrus.Fields{"browser": path, "ms": time.Since(began).Milliseconds()}).Info("The browser runs.")
	return p, nil
}

// errClosed is for whoever comes after the end.
var errClosed = provision.Errorf(provision.Unavailable, "The console's browser was closed: mozybot is stopping.")

// open gives a new tab's context, which ends with the browser, and the browser. Snapshots are pictured in the tab that the
// browser came with: the others can be closed without it.
func (b *browser) open(ctx context.Context, listen func(any)) (context.Context, context.CancelFunc, *process, error) {
	if err := b.acquire(ctx); err != nil {
		return nil, nil, nil, err
	}
	defer b.lock.release()
	running, err := b.running(ctx)
	if err != nil {
		return nil, nil, nil, err
	}
	limited, stop := context.WithTimeout(ctx, b.tabTime)
	defer stop()
	tab, cancel, err := newTab(limited, running.ctx, chromedp.WithListener(listen))
	return tab, cancel, running, err
}

// newTab opens one in a browser. It lives until it is closed, or as long as the browser.
func newTab(ctx, browser context.Context, options ...chromedp.ContextOption) (tab context.Context, leave context.CancelFunc, err error) {
	// In the background of one window: Chromium draws only what is in front. Tabs in windows of their own were all drawn, with
	// what is around their pages, which was two fifths of what the work in the pages costs.
	made, err := cdp.Call(ctx, chromedp.FromContext(browser).Browser, target.CreateTarget,
		target.CreateTargetParams{URL: "about:blank", Background: new(true)})
	if err != nil {
		return nil, nil, fmt.Errorf("opening a tab: %w", err)
	}
	tab, leave = chromedp.NewContext(browser, append(options, chromedp.WithTargetID(made.TargetID))...)
	if err := within(ctx, leave, func() error { return chromedp.Do(tab) }); err != nil {
		go leave() // it waits for an answer of the browser
		return nil, nil, fmt.Errorf("opening a tab: %w", err)
	}
	return tab, leave, nil
}

// giveUp stops a browser that opens no tab, if there is one: it may be dead already, and one whose tabs die at their start
// never answers. The next open starts another.
func (b *browser) giveUp(ctx context.Context) bool {
	if b.acquire(ctx) != nil {
		return false
	}
	defer b.lock.release()
	if b.process == nil {
		return false
	}
	b.stop(ctx)
	return true
}

// close ends the browser and leaves nothing behind. It waits for that, but not for longer than ctx.
func (b *browser) close(ctx context.Context) {
	b.shut() // a start that is under way gives up
	if err := b.acquire(ctx); err != nil {
		b.log.WithError(err).Error("The browser was left as it is: it did not end in time.")
		return
	}
	defer b.lock.release()
	if b.process != nil {
		b.stop(ctx)
	}
}

// stop ends the browser. Call it with the lock.
func (b *browser) stop(ctx context.Context) {
	b.process.stop(ctx)
	b.process = nil
}
