package console

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/chromedp/cdproto"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// What we run in the page: one file for all panels, one for each.
//
//go:embed page.js
var pageScript string

var scripts = strings.Join([]string{
	pageScript, sessionScript, changePlanScript, resourceSummaryScript, userGroupListScript, groupScript,
	addAdminScript, adminsScript, listedAdminsScript, billingHistoryScript,
}, "\n")

// document is what stands in a tab, and the way into it: our scripts are run there, and what they give is read.
type document struct {
	target  *chromedp.Target
	timeout time.Duration
	printed *output

	verdict context.Context // ends when the tab is found to be no good, and life with it
	end     context.CancelCauseFunc
	life    context.Context // ends when the tab is no more

	gesture bool                       // the next script runs as if a person had clicked: without one the browser opens no windows
	world   runtime.ExecutionContextID // where our scripts are in the present document; 0: nowhere
}

func (d *document) alive() bool { return d.verdict.Err() == nil && d.life.Err() == nil }

// limited gives a context that ends with the caller's, with the tab, and when the browser has had time enough.
func (d *document) limited(ctx context.Context, most time.Duration) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithTimeout(ctx, most)
	stop := context.AfterFunc(d.life, cancel)
	return ctx, func() { stop(); cancel() }
}

// broken makes of the error of a protocol command what it means: the caller has had enough, or the tab is no good.
func (d *document) broken(caller context.Context, err error) error {
	if why := context.Cause(caller); why != nil {
		return why
	}
	switch {
	case !d.alive():
	case errors.Is(err, context.DeadlineExceeded):
		d.end(fmt.Errorf("%w: it did not answer", errGone)) // it hangs: the next caller gets another tab
	case errors.Is(err, context.Canceled):
		d.end(errGone) // not by the caller: the connection to the browser is lost, and the tab has not heard of it yet
	}
	if !d.alive() {
		// A browser that is lost shows itself as a cancelled context, which is not what happened to the caller.
		return stopped(fmt.Errorf("%w: %v", errGone, err), d.printed.why())
	}
	return unavailable("the browser doesn't respond", err)
}

// call runs one of our functions in the page ("changePlan.read") with args and reads what it gives into out, which may
// be nil.
func (d *document) call(ctx context.Context, function string, args, out any) error {
	return d.run(ctx, "args => page."+function+"(args)", []any{args}, out)
}

// callOnce is call for what must not be done twice: when the document goes away under it, that is an error that
// documentGone knows.
func (d *document) callOnce(ctx context.Context, function string, args, out any) error {
	if err := d.call(ctx, "ready", nil, nil); err != nil { // else a document that went away before would pass for what the call did
		return err
	}
	return d.runOnce(ctx, "args => page."+function+"(args)", []any{args}, out)
}

// until runs one of our functions whenever the page changes, until it gives something or the time is over.
func (d *document) until(ctx context.Context, function string, args, out any, most time.Duration) (met bool, err error) {
	var result struct {
		Met   bool            `json:"met"`
		Value json.RawMessage `json:"value"`
	}
	script := "(args, ms) => page.until(page." + function + ", args, ms)"
	if err := d.run(ctx, script, []any{args, most.Milliseconds()}, &result); err != nil {
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
func (d *document) run(ctx context.Context, script string, values []any, out any) error {
	deadline := time.Now().Add(d.timeout)
	for {
		err := d.runOnce(ctx, script, values, out)
		if !documentGone(err) {
			return err
		}
		if time.Now().After(deadline) {
			return unavailable("its page loads over and over", err)
		}
	}
}

// runOnce is the only way into the page. The script is ours, the values are sent beside it.
func (d *document) runOnce(ctx context.Context, script string, values []any, out any) error {
	limited, cancel := d.limited(ctx, d.timeout+10*time.Second)
	defer cancel()
	arguments := make([]*runtime.CallArgument, len(values))
	for i, v := range values {
		b, err := json.Marshal(v)
		if err != nil {
			return fmt.Errorf("sending values to the page: %w", err)
		}
		arguments[i] = &runtime.CallArgument{Value: b}
	}
	result, err := d.try(limited, script, arguments)
	var threw *chromedp.ExceptionError
	switch {
	case documentGone(err):
		d.world = 0
		return err
	case errors.As(err, &threw):
		return thrown(threw)
	case err != nil:
		return d.broken(ctx, err)
	case out == nil || len(result) == 0:
		return nil
	}
	if err := json.Unmarshal(result, out); err != nil {
		return fmt.Errorf("reading what the page gave: %w", err)
	}
	return nil
}

// try runs the script in the present document, after putting our scripts there if they are not.
func (d *document) try(ctx context.Context, script string, arguments []*runtime.CallArgument) ([]byte, error) {
	if d.world == 0 {
		tree, err := cdp.Call(ctx, d.target, page.GetFrameTree, cdp.Empty{})
		if err != nil {
			return nil, err
		}
		made, err := cdp.Call(ctx, d.target, page.CreateIsolatedWorld, page.CreateIsolatedWorldParams{
			FrameID: tree.FrameTree.Frame.ID, WorldName: "mozybot",
		})
		if err != nil {
			return nil, err
		}
		r, err := cdp.Call(ctx, d.target, runtime.Evaluate, runtime.EvaluateParams{
			Expression: scripts, ContextID: made.ExecutionContextID,
		})
		if err != nil {
			return nil, err
		}
		if r.ExceptionDetails != nil {
			return nil, &chromedp.ExceptionError{ExceptionDetails: r.ExceptionDetails}
		}
		d.world = made.ExecutionContextID
	}
	return evaluate(ctx, d.target, d.world, script, arguments, d.gesture)
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
