package console

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"sync"
	"syscall"
	"time"

	cdpbrowser "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/chromedp"
	"github.com/sirupsen/logrus"
)

const (
	// politeTime is how long a browser may take to end when it is asked to.
	politeTime = 3 * time.Second
	// killTime is how long its processes may take to be gone after they were killed.
	killTime = 5 * time.Second
)

// The window that pages are laid out for, in pixels: what one of 1280x1024 leaves beside its strip of tabs and its toolbar.
const windowWidth, windowHeight = 1280, 937

// errNoAnswer says that a program was started and never spoke to us.
var errNoAnswer = errors.New("it was started and did not answer in time")

// process is one Chromium that was started, with what it needs around it.
type process struct {
	ctx     context.Context // ends with it
	end     func()          // ends it and waits for that, once: chromedp would wait for ever the second time
	up      bool            // it has answered
	scratch *scratch
	relay   *relay // nil: it goes to the console by itself
	printed *output
	log     logrus.FieldLogger

	screenshots *screenshots
}

// launch starts one. It leaves nothing behind when it fails, and it fails when ctx ends or the browser says nothing.
func (b *browser) launch(ctx context.Context, path string, sandboxed bool) (_ *process, err error) {
	scratch, err := newScratch()
	if err != nil {
		return nil, err
	}
	p := &process{scratch: scratch, end: func() {}, printed: &output{}, log: b.log}
	defer func() {
		if err != nil {
			p.stop(ctx)
		}
	}()
	if err := scratch.makeProfile(); err != nil {
		return nil, err
	}
	if p.relay, err = b.relay.start(); err != nil {
		return nil, err
	}
	p.prepare(flags(path, b.origin, scratch, p.relay, sandboxed))
	limited, cancel := context.WithTimeoutCause(ctx, b.startTime, fmt.Errorf("%w (%v)", errNoAnswer, b.startTime))
	defer cancel()
	if err := within(limited, p.end, p.greet); err != nil {
		return nil, inShort(err, p.printed.why())
	}
	p.up = true
	return p, nil
}

// prepare makes the context in which the browser starts at its first use. The browser lives as long as the context of that
// first call, so the caller's cannot be used for it.
func (p *process) prepare(options []chromedp.ExecAllocatorOption) {
	allocator, cancelAllocator := chromedp.NewExecAllocator(context.Background(), append(options, chromedp.CombinedOutput(p.printed))...)
	ctx, cancelBrowser := chromedp.NewContext(allocator, chromedp.WithLogf(p.log.Debugf), chromedp.WithErrorf(p.log.Debugf))
	p.ctx = ctx
	p.end = sync.OnceFunc(func() { cancelBrowser(); cancelAllocator() })
}

// greet starts the browser and speaks to it for the first time.
func (p *process) greet() error {
	if err := chromedp.Do(p.ctx); err != nil {
		return err
	}
	p.screenshots = newScreenshots(p.ctx)
	return chromedp.FromContext(p.ctx).Browser.Call(p.ctx, cdpbrowser.CommandSetDownloadBehavior,
		cdpbrowser.SetDownloadBehaviorParams{Behavior: cdpbrowser.SetDownloadBehaviorBehaviorDeny}, nil)
}

// stop asks the browser to end, ends it if it does not listen, and clears away what it had. It is bounded, whatever the
// browser does.
func (p *process) stop(ctx context.Context) {
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		p.ask(ctx)
		p.end()
	}()
	limit := time.NewTimer(politeTime + killTime)
	defer limit.Stop()
	select {
	case <-ended:
	case <-limit.C:
		p.log.Error("The browser could not be ended, and is left behind.")
	}
	if p.relay != nil {
		p.relay.close()
	}
	if err := p.scratch.remove(); err != nil {
		p.log.WithError(err).Warn("The browser's temporary files could not be removed.")
	}
}

// ask asks a browser that answers to end by itself.
func (p *process) ask(ctx context.Context) {
	if !p.up || p.ctx.Err() != nil {
		return
	}
	polite, cancel := context.WithTimeout(p.ctx, politeTime)
	defer cancel()
	defer context.AfterFunc(ctx, cancel)()
	if err := chromedp.Cancel(polite); err != nil {
		p.log.WithError(err).Debug("The browser did not end by itself.")
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
	}
	go abandon()
	limit := time.NewTimer(killTime)
	defer limit.Stop()
	select {
	case <-done: // what it says comes of being abandoned
	case <-limit.C:
	}
	return context.Cause(ctx)
}

// inGroup has the browser in a process group of its own, which keeps Ctrl-C from it while it is needed for the act in hand,
// and ends the whole group: CHROMIUM may be a script with the browser as its child.
func inGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = groupAttributes()
	cmd.Cancel = func() error {
		err := syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		if errors.Is(err, syscall.ESRCH) {
			return os.ErrProcessDone
		}
		return err
	}
}

func flags(path string, origin *url.URL, scratch *scratch, by *relay, sandboxed bool) []chromedp.ExecAllocatorOption {
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path),
		chromedp.ModifyCmdFunc(inGroup),
		chromedp.NoInheritEnv, // our environment is full of secrets, and each of its processes would have it
		chromedp.Env("TMPDIR="+scratch.dir, "HOME="+scratch.dir, "PATH="+os.Getenv("PATH")),
		chromedp.UserDataDir(scratch.profile()),
		chromedp.DisableGPU,
		chromedp.Flag("disable-popup-blocking", false), // see groupPanel.popOut
		// A kiosk's window has no strip of tabs and no toolbar: those would be drawn, too, at each step of a loading tab's spinner. It
		// fills the screen, which has to be as large.
		chromedp.Flag("kiosk", true),
		chromedp.Flag("screen-info", fmt.Sprintf("{%dx%d}", windowWidth, windowHeight)),
		chromedp.WindowSize(windowWidth, windowHeight),
		chromedp.Flag("no-sandbox", !sandboxed), // chromedp would decide by who we are
		chromedp.Flag("lang", "en-US"),          // the console picks its language by it
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
	return append(options, egressProxy(origin, by)...)
}
