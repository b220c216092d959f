package console

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/css"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/inspector"
	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/sirupsen/logrus"
)

// tab is one tab of the browser, used by one caller at a time.
type tab struct {
	document

	log         logrus.FieldLogger
	origin      string
	quiet       time.Duration
	traffic     *traffic
	alerts      alerts
	popped      popped
	relay       *relay // nil: the browser goes to the console by itself
	evidence    *evidence
	screenshots *screenshots
	mayAct      func() error
	acts        *actLimit

	close context.CancelFunc
	tasks sync.WaitGroup // alerts being accepted, windows being closed

	visit atomic.Pointer[visit] // for whom the tab is used

	session int // the log-in that the present document belongs to; 0: none

	stands    standing         // from the use before this one
	left      standing         // for the next use
	lastWrite lastWrite        // until something is loaded after it
	early     early            // for later uses of the same job's
	question  standingQuestion // for the change of the plan that follows
	peeked    peeked           // for the reading under way

	entered time.Duration // by Config.Uptime, when the present use of the tab began
	wellAt  time.Duration // when the use before ended without an error; 0 for none
}

func openTab(ctx context.Context, c *Console) (*tab, error) {
	cfg := c.cfg
	t := &tab{
		document: document{timeout: cfg.Timeout}, log: cfg.Log, origin: cfg.URL, quiet: cfg.quiet, evidence: c.evidence,
		mayAct: c.mayAct, acts: c.browser.relay.acts, traffic: newTraffic(cfg.URL),
	}
	t.verdict, t.end = context.WithCancelCause(context.Background()) // before the first event can come
	life, closeTab, running, err := c.browser.open(ctx, t.event)
	if err != nil {
		return nil, err
	}
	target := chromedp.FromContext(life).Target
	t.target, t.close, t.relay, t.printed, t.screenshots = target, closeTab, running.relay, running.printed, running.screenshots
	t.popped.expect(target.TargetID)
	life, die := context.WithCancelCause(life)
	t.life = life
	context.AfterFunc(t.verdict, func() { die(context.Cause(t.verdict)) })
	err = errors.Join(
		tellLess(ctx, target),
		// Else the browser keeps each answer's body for us.
		target.Call(ctx, network.Enable.Method, network.EnableParams{MaxTotalBufferSize: new(int64(0)), MaxResourceBufferSize: new(int64(0))}, nil),
	)
	if err != nil {
		t.shut()
		return nil, fmt.Errorf("preparing a tab: %w", err)
	}
	return t, nil
}

// say is the log of whoever uses the tab.
func (t *tab) say() logrus.FieldLogger {
	if v := t.visit.Load(); v != nil {
		return v.log
	}
	return t.log
}

// shut ends the tab and waits for what it started.
func (t *tab) shut() {
	t.end(errGone)
	t.close()
	t.tasks.Wait()
}

// event runs on the goroutine that reads the browser's messages and must not wait for one.
func (t *tab) event(ev any) {
	t.traffic.event(ev)
	if t.popped.event(ev) {
		t.tasks.Go(func() { closeAll(t, t.popped.take()) })
	}
	switch ev := ev.(type) {
	case *page.EventWindowOpen:
		t.popped.asked(ev.URL)
	case *inspector.EventTargetCrashed:
		t.end(fmt.Errorf("%w: its tab crashed", errGone))
	case *page.EventJavascriptDialogOpening:
		// Alerts may come after any menu click and block the page until they are answered (console FACTS 1.4). None of
		// them is ours to refuse: nothing that we click asks before it deletes.
		t.alerts.raised(t.say(), ev)
		t.tasks.Go(func() {
			_, err := cdp.Call(t.life, t.target, page.HandleJavaScriptDialog, page.HandleJavaScriptDialogParams{Accept: true})
			if err != nil && t.alive() {
				t.say().WithError(err).Warn("The alert could not be accepted.")
			}
		})
	}
}

// tellLess has the browser tell nothing of a tab that chromedp wants for queries of its own, which we do not use: it mirrors the whole
// document for them.
func tellLess(ctx context.Context, tab *chromedp.Target) (err error) {
	for _, off := range []string{css.Disable.Method, dom.Disable.Method, cdplog.Disable.Method, runtime.Disable.Method} {
		err = errors.Join(err, tab.Call(ctx, off, nil, nil))
	}
	return err
}

// load goes to a path of the console and waits for the page.
func (t *tab) load(ctx context.Context, path string) error {
	doing := "opening " + path
	t.world, t.session, t.wellAt, t.lastWrite, t.peeked = 0, 0, 0, lastWrite{}, nil
	limited, cancel := t.limited(ctx, t.timeout)
	defer cancel()
	navigate := chromedp.NavigateResponse(t.origin + path)
	answer, err := navigate(limited, t.target)
	for n := 0; n < 3 && errors.Is(err, chromedp.ErrPageLoad) && strings.Contains(err.Error(), "ERR_ABORTED"); n++ {
		// The page went elsewhere by itself in that moment, as it goes to the log-in when the session is over.
		answer, err = navigate(limited, t.target)
	}
	switch {
	case errors.Is(err, chromedp.ErrPageLoad) && (strings.Contains(err.Error(), "ERR_PROXY_CONNECTION_FAILED") || t.relay.refuses(err)):
		return changed("The console sent mozybot away to another address. It only works at %s.", t.origin)
	case errors.Is(err, chromedp.ErrPageLoad) && strings.Contains(err.Error(), "ERR_CERT_AUTHORITY_INVALID"):
		return unavailable(doing, fmt.Errorf("%w: Chromium does not know who issued the console's certificate; %s", err, nameAuthority))
	case errors.Is(err, chromedp.ErrPageLoad):
		return unavailable(doing, errors.Join(err, t.relay.why()))
	case err != nil && ctx.Err() == nil && t.alive() && limited.Err() != nil:
		return unavailable(doing, errors.New("the page did not load in time"))
	case err != nil:
		return t.broken(ctx, err)
	case answer != nil && answer.Status >= 500:
		return unavailable(doing, errors.Join(fmt.Errorf("HTTP status %d", answer.Status), t.relay.why()))
	case answer != nil && answer.Status == 404:
		return changed("The console has no page %s.", path)
	}
	var where string
	if err := t.call(ctx, "session.where", nil, &where); err != nil {
		return err
	}
	if where != t.origin {
		return changed("The console sent mozybot away to %s. It only works at %s.", where, t.origin)
	}
	return nil
}
