package console

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/chromedp/cdproto"
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

// What we run in the page: one file for all panels, one for each.
//
//go:embed page.js
var pageScript string

var scripts = strings.Join([]string{
	pageScript, sessionScript, changePlanScript, resourceSummaryScript, userGroupListScript, groupScript,
	addAdminScript, adminsScript, listedAdminsScript, billingHistoryScript,
}, "\n")

// tab is one tab of the browser, used by one caller at a time.
type tab struct {
	log         logrus.FieldLogger
	origin      string
	timeout     time.Duration
	quiet       time.Duration
	traffic     *traffic
	popped      popped
	target      *chromedp.Target
	relay       *relay // nil: the browser goes to the console by itself
	printed     *output
	screenshots *screenshots
	mayAct      func() error
	acts        *actLimit

	verdict context.Context // ends when the tab is found to be no good, and life with it
	end     context.CancelCauseFunc
	life    context.Context // ends when the tab is no more
	close   context.CancelFunc
	tasks   sync.WaitGroup // alerts being accepted, windows being closed

	visit atomic.Pointer[visit] // for whom the tab is used

	gesture bool                       // the next script runs as if a person had clicked: without one the browser opens no windows
	world   runtime.ExecutionContextID // where our scripts are in the present document; 0: nowhere
	session int                        // the log-in that the present document belongs to; 0: none

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
	t := &tab{log: cfg.Log, origin: cfg.URL, timeout: cfg.Timeout, quiet: cfg.quiet, mayAct: c.mayAct, acts: c.browser.relay.acts, traffic: newTraffic(cfg.URL)}
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

func (t *tab) alive() bool { return t.verdict.Err() == nil && t.life.Err() == nil }

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
		t.say().WithFields(logrus.Fields{"kind": ev.Type, "text": short(ev.Message)}).Warn("The console raised an alert; accepting it.")
		t.tasks.Go(func() {
			_, err := cdp.Call(t.life, t.target, page.HandleJavaScriptDialog, page.HandleJavaScriptDialogParams{Accept: true})
			if err != nil && t.alive() {
				t.say().WithError(err).Warn("The alert could not be accepted.")
			}
		})
	}
}

// limited gives a context that ends with the caller's, with the tab, and when the browser has had time enough.
func (t *tab) limited(ctx context.Context, most time.Duration) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithTimeout(ctx, most)
	stop := context.AfterFunc(t.life, cancel)
	return ctx, func() { stop(); cancel() }
}

// broken makes of the error of a protocol command what it means: the caller has had enough, or the tab is no good.
func (t *tab) broken(caller context.Context, err error) error {
	if why := context.Cause(caller); why != nil {
		return why
	}
	switch {
	case !t.alive():
	case errors.Is(err, context.DeadlineExceeded):
		t.end(fmt.Errorf("%w: it did not answer", errGone)) // it hangs: the next caller gets another tab
	case errors.Is(err, context.Canceled):
		t.end(errGone) // not by the caller: the connection to the browser is lost, and the tab has not heard of it yet
	}
	if !t.alive() {
		// A browser that is lost shows itself as a cancelled context, which is not what happened to the caller.
		return stopped(fmt.Errorf("%w: %v", errGone, err), t.printed.why())
	}
	return unavailable("the browser doesn't respond", err)
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

// call runs one of our functions in the page ("changePlan.read") with args and reads what it gives into out, which may
// be nil.
func (t *tab) call(ctx context.Context, function string, args, out any) error {
	return t.run(ctx, "args => page."+function+"(args)", []any{args}, out)
}

// callOnce is call for what must not be done twice: when the document goes away under it, that is an error that
// documentGone knows.
func (t *tab) callOnce(ctx context.Context, function string, args, out any) error {
	if err := t.call(ctx, "ready", nil, nil); err != nil { // else a document that went away before would pass for what the call did
		return err
	}
	return t.runOnce(ctx, "args => page."+function+"(args)", []any{args}, out)
}

// until runs one of our functions whenever the page changes, until it gives something or the time is over.
func (t *tab) until(ctx context.Context, function string, args, out any, most time.Duration) (met bool, err error) {
	var result struct {
		Met   bool            `json:"met"`
		Value json.RawMessage `json:"value"`
	}
	script := "(args, ms) => page.until(page." + function + ", args, ms)"
	if err := t.run(ctx, script, []any{args, most.Milliseconds()}, &result); err != nil {
		return false, err
	}
	if result.Met && out != nil {
		if err := json.Unmarshal(result.Value, out); err != nil {
			return false, fmt.Errorf("reading what %s gave: %w", function, err)
		}
	}
	return result.Met, nil
}

// run is for what may be done twice: when the document goes away under it, it goes on in the next one. A page that loads
// itself over and over, as a waiting room does, is not followed for ever.
func (t *tab) run(ctx context.Context, script string, values []any, out any) error {
	deadline := time.Now().Add(t.timeout)
	for {
		err := t.runOnce(ctx, script, values, out)
		if !documentGone(err) {
			return err
		}
		if time.Now().After(deadline) {
			return unavailable("its page loads over and over", err)
		}
	}
}

// runOnce is the only way into the page. The script is ours, the values are sent beside it.
func (t *tab) runOnce(ctx context.Context, script string, values []any, out any) error {
	limited, cancel := t.limited(ctx, t.timeout+10*time.Second)
	defer cancel()
	arguments := make([]*runtime.CallArgument, len(values))
	for i, v := range values {
		b, err := json.Marshal(v)
		if err != nil {
			return fmt.Errorf("sending values to the page: %w", err)
		}
		arguments[i] = &runtime.CallArgument{Value: b}
	}
	result, err := t.try(limited, script, arguments)
	var threw *chromedp.ExceptionError
	switch {
	case documentGone(err):
		t.world = 0
		return err
	case errors.As(err, &threw):
		return thrown(threw)
	case err != nil:
		return t.broken(ctx, err)
	case out == nil || len(result) == 0:
		return nil
	}
	if err := json.Unmarshal(result, out); err != nil {
		return fmt.Errorf("reading what the page gave: %w", err)
	}
	return nil
}

// try runs the script in the present document, after putting our scripts there if they are not.
func (t *tab) try(ctx context.Context, script string, arguments []*runtime.CallArgument) ([]byte, error) {
	if t.world == 0 {
		tree, err := cdp.Call(ctx, t.target, page.GetFrameTree, cdp.Empty{})
		if err != nil {
			return nil, err
		}
		made, err := cdp.Call(ctx, t.target, page.CreateIsolatedWorld, page.CreateIsolatedWorldParams{
			FrameID: tree.FrameTree.Frame.ID, WorldName: "mozybot",
		})
		if err != nil {
			return nil, err
		}
		r, err := cdp.Call(ctx, t.target, runtime.Evaluate, runtime.EvaluateParams{
			Expression: scripts, ContextID: made.ExecutionContextID,
		})
		if err != nil {
			return nil, err
		}
		if r.ExceptionDetails != nil {
			return nil, &chromedp.ExceptionError{ExceptionDetails: r.ExceptionDetails}
		}
		t.world = made.ExecutionContextID
	}
	return evaluate(ctx, t.target, t.world, script, arguments, t.gesture)
}

// evaluate runs a script where ours are.
func evaluate(ctx context.Context, target *chromedp.Target, world runtime.ExecutionContextID, script string, arguments []*runtime.CallArgument, gesture bool) ([]byte, error) {
	r, err := cdp.Call(ctx, target, runtime.CallFunctionOn, runtime.CallFunctionOnParams{
		FunctionDeclaration: script,
		Arguments:           arguments,
		ExecutionContextID:  world,
		AwaitPromise:        new(true),
		ReturnByValue:       new(true),
		UserGesture:         &gesture,
	})
	if err != nil {
		return nil, err
	}
	if r.ExceptionDetails != nil {
		return nil, &chromedp.ExceptionError{ExceptionDetails: r.ExceptionDetails}
	}
	return r.Result.Value, nil
}

// documentGone says that a command met a document that is no more. The protocol has words for it but no code of its own.
func documentGone(err error) bool {
	var e *cdproto.Error
	if !errors.As(err, &e) {
		return false
	}
	for _, words := range []string{
		"Cannot find context", "Execution context was destroyed", "Promise was collected",
		"Inspected target navigated", "No frame for given id", "uniqueContextId not found",
	} {
		if strings.Contains(e.Message, words) {
			return true
		}
	}
	return false
}

// thrown is what a script of ours threw: an UnexpectedPage is for people, the rest are our mistakes.
func thrown(e *chromedp.ExceptionError) error {
	text := e.Text
	if e.Exception != nil {
		text = e.Exception.Description
	}
	if words, ok := strings.CutPrefix(text, "UnexpectedPage: "); ok {
		words, _, _ = strings.Cut(words, "\n    at ")
		return changed("%s", short(words))
	}
	return fmt.Errorf("a script of ours stopped in the page: %s", short(text))
}
