package console

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"runtime"
	"sync"
	"time"

	cdpbrowser "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/chromedp"
	"github.com/sirupsen/logrus"

	"mozybot/provision"
)

// browser owns the one Chromium. It starts it when a tab is asked for, and again when it is gone. It is safe for
// concurrent use.
type browser struct {
	path    string
	origin  *url.URL      // of the console, the only place the browser may go to
	tabTime time.Duration // how long a running browser may take to open a tab
	log     logrus.FieldLogger

	mu      sync.Mutex
	ctx     context.Context // of the running browser; nil before the first start
	cancel  context.CancelFunc
	scratch *scratch
	closed  bool
}

// tabTime is enough for a tab also on a machine with too much to do.
const tabTime = 10 * time.Second

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

// running gives the context of the running browser, starting it if need be. Call it with mu held.
func (b *browser) running(ctx context.Context) (context.Context, error) {
	if b.closed {
		return nil, provision.Errorf(provision.Unavailable, "The console's browser was closed: mozybot is stopping.")
	}
	if b.ctx != nil && b.ctx.Err() == nil {
		return b.ctx, nil
	}
	if b.ctx != nil {
		b.log.Warn("The browser is gone; starting another.")
		b.stop(ctx)
	}
	path, err := FindChromium(b.path)
	if err != nil {
		return nil, err
	}
	sweep(b.log)
	scratch, err := newScratch()
	if err != nil {
		return nil, err
	}
	began := time.Now()
	allocator, cancelAllocator := chromedp.NewExecAllocator(context.Background(), flags(path, b.origin, scratch)...)
	browserCtx, cancelBrowser := chromedp.NewContext(allocator,
		chromedp.WithLogf(b.log.Debugf), chromedp.WithErrorf(b.log.Debugf))
	b.ctx, b.scratch = browserCtx, scratch
	b.cancel = func() { cancelBrowser(); cancelAllocator() }
	// The browser lives as long as the context of the first call, so the caller's cannot be used for it.
	start := func() error {
		if err := chromedp.Do(browserCtx); err != nil {
			return err
		}
		return chromedp.FromContext(browserCtx).Browser.Call(browserCtx, cdpbrowser.CommandSetDownloadBehavior,
			cdpbrowser.SetDownloadBehaviorParams{Behavior: cdpbrowser.SetDownloadBehaviorBehaviorDeny}, nil)
	}
	if err := within(ctx, b.cancel, start); err != nil {
		b.stop(ctx)
		return nil, fmt.Errorf("starting the browser %s: %w", path, err)
	}
	b.log.WithFields(logrus.Fields{"browser": path, "ms": time.Since(began).Milliseconds()}).Info("The browser runs.")
	return b.ctx, nil
}

// open gives a new tab's context, which ends with the browser, and its target. The tab that the browser came with stays
// empty: the others can be closed without it.
func (b *browser) open(ctx context.Context, listen func(any)) (context.Context, context.CancelFunc, *chromedp.Target, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	running, err := b.running(ctx)
	if err != nil {
		return nil, nil, nil, err
	}
	tab, cancel := chromedp.NewContext(running, chromedp.WithListener(listen))
	limited, stop := context.WithTimeout(ctx, b.tabTime)
	defer stop()
	if err := within(limited, cancel, func() error { return chromedp.Do(tab) }); err != nil {
		cancel()
		return nil, nil, nil, fmt.Errorf("opening a tab: %w", err)
	}
	return tab, cancel, chromedp.FromContext(tab).Target, nil
}

// giveUp stops a browser that opens no tab, if there is one: it may be dead already, and one whose tabs die at their start
// never answers. The next open starts another.
func (b *browser) giveUp(ctx context.Context) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.ctx == nil {
		return false
	}
	b.stop(ctx)
	return true
}

// close ends the browser and leaves nothing behind. It waits for that.
func (b *browser) close(ctx context.Context) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed = true
	if b.ctx != nil {
		b.stop(ctx)
	}
}

// stop asks the browser to end, and ends it if it does not listen. Call it with mu held, and once for a browser.
func (b *browser) stop(ctx context.Context) {
	if b.ctx.Err() == nil {
		polite, cancel := context.WithTimeout(b.ctx, 5*time.Second)
		stop := context.AfterFunc(ctx, cancel)
		if err := chromedp.Cancel(polite); err != nil {
			b.log.WithError(err).Debug("The browser did not end by itself.")
		}
		stop()
		cancel()
	}
	b.cancel() // waits for the process
	b.ctx = nil
	if err := b.scratch.remove(); err != nil {
		b.log.WithError(err).Warn("The browser's temporary files could not be removed.")
	}
}

// within runs a call that cannot take ctx, and abandons it when ctx ends first.
func within(ctx context.Context, abandon func(), call func() error) error {
	done := make(chan error, 1)
	go func() { done <- call() }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
		abandon()
		return errors.Join(ctx.Err(), <-done)
	}
}

func flags(path string, origin *url.URL, scratch *scratch) []chromedp.ExecAllocatorOption {
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path),
		chromedp.ModifyCmdFunc(ownGroup),
		chromedp.NoInheritEnv, // our environment is full of secrets, and each of its processes would have it
		chromedp.Env("TMPDIR="+scratch.dir, "HOME="+scratch.dir, "PATH="+os.Getenv("PATH")),
		chromedp.UserDataDir(scratch.profile()),
		chromedp.DisableGPU,
		chromedp.WindowSize(1280, 1024),
		chromedp.Flag("lang", "en-US"), // the console picks its language by it
		// The first two are chromedp's own, which this replaces. The others are pages of the address bar that nobody sees:
		// half of what a start costs.
		chromedp.Flag("disable-features", "Translate,BlinkGenPropertyTrees,WebUIOmniboxPopup,WebUIOmniboxAimPopup"),
		chromedp.Flag("disable-quic", true),
		chromedp.Flag("disable-component-update", true),
		chromedp.Flag("disable-domain-reliability", true),
		chromedp.Flag("disable-component-extensions-with-background-pages", true),
		chromedp.Flag("disable-save-password-bubble", true),
		// No page is kept on disk: the cache has nowhere to be.
		chromedp.Flag("disk-cache-dir", os.DevNull),
		chromedp.Flag("disk-cache-size", "1"),
		chromedp.Flag("media-cache-size", "1"),
	)
	options = append(options, egressProxy(origin)...)
	if os.Getuid() == 0 || inContainer() {
		// Chromium's own sandbox needs rights that root lacks there and containers rarely give.
		options = append(options, chromedp.NoSandbox)
	}
	return options
}

func inContainer() bool {
	for _, sign := range []string{"/.dockerenv", "/run/.containerenv"} {
		if _, err := os.Stat(sign); err == nil {
			return true
		}
	}
	return os.Getenv("container") != ""
}
