package console

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/sirupsen/logrus"

	"mozybot/provision"
)

// errSignedOut says that the console wants a log-in before it goes on. Nothing was changed.
var errSignedOut = errors.New("the console's session is over")

// errGone says that the tab or its browser is no more.
var errGone = errors.New("the browser is gone")

// about is the log of what is done for somebody: it names the job and the step.
func about(at provision.JobStep, log logrus.FieldLogger) logrus.FieldLogger {
	if at.Job == "" {
		return log
	}
	if log = log.WithField("job", at.Job); at.Step != "" {
		log = log.WithField("step", at.Step)
	}
	return log
}

// redacted takes secrets out of what people are told: a page may show whatever was typed into it.
func (c *Console) redacted(err error) error {
	var told *provision.Error
	if !errors.As(err, &told) || c.cfg.Redact(told.Message) == told.Message {
		return err
	}
	return &provision.Error{Code: told.Code, Message: c.cfg.Redact(told.Message), Err: err}
}

// unavailable promises that nothing was changed.
func unavailable(doing string, err error) error {
	return &provision.Error{
		Code:    provision.Unavailable,
		Message: fmt.Sprintf("mozybot can't work at the console right now (%s). Nothing was changed.", doing),
		Err:     err,
	}
}

// stopped is for a browser that ended while it was needed; printed is its own word on why. Nothing was changed.
func stopped(err error, printed string) error {
	if printed != "" {
		err = fmt.Errorf("%w; it printed: %s", err, short(printed))
	}
	return unavailable("the browser stopped"+remark(printed), err)
}

// remark says what to do about what a browser printed, where that is known.
func remark(printed string) string {
	if strings.Contains(strings.ToLower(printed), "font") {
		return ": its machine has no fonts. Ask operations to install some, such as Debian's fonts-dejavu-core"
	}
	return ""
}

// noBrowser is for a browser that does not start. Nothing was changed.
func noBrowser(ctx context.Context, err error) error {
	if ctx.Err() != nil || provision.CodeOf(err) != provision.Internal {
		return err
	}
	return unavailable("the browser does not start"+remark(err.Error()), err)
}

// inShort is an error that may have the first 64 KB in it that a browser printed, with only the line that says why.
func inShort(err error, why string) error {
	first, _, more := strings.Cut(err.Error(), "\n")
	if !more {
		return err
	}
	return &shortened{err, strings.TrimSpace(short(first) + " " + short(why))}
}

type shortened struct {
	err  error
	text string
}

func (e *shortened) Error() string { return e.text }
func (e *shortened) Unwrap() error { return e.err }

// unexpected says whether an error deserves a picture: the page is not as we know it, or nobody foresaw the error.
func unexpected(err error) bool {
	switch provision.CodeOf(err) {
	case provision.Changed:
		return true
	case provision.Internal:
		return !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded) &&
			!errors.As(err, new(*provision.OverchargeError))
	}
	return false
}

// lookAt is an error with the panel that its picture should show.
type lookAt struct {
	error
	panel string
}

func (e *lookAt) Unwrap() error { return e.error }

// pointing adds to a page that is not as we know it the panel that one of our functions names, if it names one.
func pointing(ctx context.Context, t *tab, err error, function string, args any) error {
	if provision.CodeOf(err) != provision.Changed {
		return err
	}
	var panel string
	if callErr := t.call(ctx, function, args, &panel); callErr != nil || panel == "" {
		return err
	}
	return &lookAt{err, panel}
}

// changed is for a page that is not as we know it.
func changed(format string, args ...any) error {
	return provision.Errorf(provision.Changed, format, args...)
}

// errRefused says that the console does not want to, and that reading back has shown so.
var errRefused = errors.New("nothing was changed")

func refusal(what string, says []string) error {
	return &provision.Error{Code: provision.Changed, Err: errRefused, Message: fmt.Sprintf("The console refused %s: %s.", what, quoted(says))}
}

// uncertain takes the code from an error that came after the click that may have changed something: whatever it was,
// the caller has to look.
func uncertain(doing string, err error) error {
	return fmt.Errorf("%s: whether it took effect is to be looked up: %w", doing, &codeless{err})
}

// signedOut says that the session was over before anything was changed.
func signedOut(err error) bool {
	return errors.Is(err, errSignedOut) && !errors.As(err, new(*codeless))
}

// codeless hides from errors.As what an error promised, and keeps the words and what errors.Is finds.
type codeless struct{ err error }

func (e *codeless) Error() string        { return e.err.Error() }
func (e *codeless) Is(target error) bool { return errors.Is(e.err, target) }

// quoted are messages of the page for people, cut to a bearable length, to stand in a sentence that ends by itself.
func quoted(says []string) string {
	for i, s := range says {
		says[i] = "“" + strings.TrimSuffix(short(s), ".") + "”"
	}
	return strings.Join(says, " and ")
}

func short(s string) string {
	const most = 300
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}
