package console

import (
	"context"
	"errors"
	"fmt"
	"time"

	"mozybot/provision"
)

// slice is how long the page is left alone before the wire is asked why it does not show what it should.
const slice = 800 * time.Millisecond

// wait is something that the page should come to show.
type wait struct {
	what  string // for people: "the Change Plan panel"
	shown string // the function that gives it
	args  any
	// again does over what may have been lost: a click made right after loading is (console FACTS 1.3). It must be
	// harmless to do twice. "" where it is not.
	again string
	// missing gives a sentence on what is not there, and what it was looked for by. "" for a general sentence.
	missing string
}

// await waits for what w describes, which may be a while with a slow console, and finds out why when it does not come:
// errSignedOut, Unavailable, or Changed when everything was answered and the page is still not as we know it.
func (t *tab) await(ctx context.Context, w wait, out any) error {
	return t.awaitSince(ctx, t.traffic.mark(), w, out)
}

// awaitSince is await for what comes of a click: the mark is from before it. Otherwise what the click sent would not
// count as on its way, and the click as lost.
func (t *tab) awaitSince(ctx context.Context, mark int, w wait, out any) error {
	if gave, err := t.peeked.gave(w.shown, w.args, out); gave || err != nil {
		return err
	}
	deadline := time.Now().Add(t.timeout)
	atMost := 100 * time.Millisecond
	var quiet time.Duration // with nothing left to be answered
	for {
		began := time.Now()
		met, err := t.until(ctx, w.shown, w.args, out, atMost)
		looked := min(time.Since(began), atMost) // a machine with too much to do takes longer, which says nothing of the page
		atMost = min(2*atMost, slice)
		if met || err != nil {
			return err
		}
		s := t.traffic.since(mark)
		if err := t.signedIn(ctx, s); err != nil {
			return err
		}
		if s.waiting == 0 && s.failure != "" {
			return unavailable("waiting for "+w.what, errors.New(s.failure))
		}
		if s.waiting == 0 {
			quiet += looked
		}
		if quiet > t.quiet || time.Now().After(deadline) {
			return w.overdue(ctx, t, s)
		}
		if s.waiting == 0 && w.again != "" {
			if err := t.call(ctx, w.again, w.args, nil); err != nil {
				return err
			}
		}
	}
}

func (t *tab) signedIn(ctx context.Context, s observation) error {
	if !s.loggedIn {
		return errSignedOut
	}
	var out bool
	if err := t.call(ctx, "session.out", nil, &out); err != nil {
		return err
	}
	if out {
		return errSignedOut
	}
	return nil
}

// overdue says why the page has not come to show it.
func (w wait) overdue(ctx context.Context, t *tab, s observation) error {
	if s.waiting > 0 {
		return unavailable("waiting for "+w.what, errors.New("the console did not answer in time"))
	}
	absent := &provision.Error{Code: provision.Changed, Message: fmt.Sprintf("The console does not show %s.", w.what)}
	if w.missing != "" {
		var missing struct{ Says, By string }
		if err := t.call(ctx, w.missing, w.args, &missing); err != nil {
			return err
		}
		if missing.Says != "" {
			absent.Message, absent.Err = missing.Says, fmt.Errorf("looked for by %s", missing.By)
		}
	}
	if s.refused != "" {
		absent.Message += fmt.Sprintf(" (It answered %s.)", s.refused)
	}
	return absent
}

// press makes the click that changes something, and waits for the console's answer to it. The click is repeated only
// while it is certain to have been lost, that is while nothing at all was sent. press is a function that checks the form
// and clicks in one go, and gives false when the form does not say what it should: fill then does it over.
type press struct {
	what      string // for people: "saving the group"
	press     string
	fill      string
	outcome   string
	args      any
	signingIn bool // standing before the log-in form means nothing
	// before is asked right before each click: after an error it isn't made. It may take time. nil: nothing.
	before func(context.Context) error
	// beside is done once, while the answer is waited for: what it asks for is no part of the act. nil: nothing.
	beside func(context.Context) error
}

// do gives into out what the console said, nil if it kept silent. An error before anything was sent has its code; after
// that it has none, because only looking can tell.
func (t *tab) do(ctx context.Context, p press, out any) error {
	t.touched()
	mark := t.traffic.mark()
	deadline := time.Now().Add(t.timeout)
	everClicked := false
	act := t.acts.begin()
	defer act.end()
	defer func() { t.lastWrite = lastWrite{t.traffic.changed(mark), t.entered} }()
	for {
		if err := p.due(ctx, t, act); err != nil {
			if everClicked {
				return uncertain(p.what, err)
			}
			return err
		}
		clicked, answered, err := p.once(ctx, t, deadline)
		everClicked = everClicked || clicked
		s := t.traffic.acted(mark)
		switch {
		case s.writes > 0 && err != nil:
			return uncertain(p.what, err)
		case s.writes > 0:
			return p.answer(ctx, t, mark, deadline, out)
		case provision.CodeOf(err) == provision.Unavailable:
			return uncertain(p.what, err) // the browser went away, and with it the witness of what was sent
		case err != nil:
			return err
		case answered: // by the page itself
			_, err = t.until(ctx, p.outcome, p.args, out, slice)
			return err
		case !time.Now().After(deadline):
		case everClicked:
			return unavailable(p.what, errors.New("the button does nothing"))
		default:
			return changed("The form does not keep what is typed into it (%s). Nothing was saved.", p.what)
		}
		if !p.signingIn {
			if err := t.signedIn(ctx, s); err != nil {
				return err
			}
		}
	}
}

// due says why the click must not be made now. The act's time begins after what before takes.
func (p press) due(ctx context.Context, t *tab, act *act) error {
	if p.before != nil {
		act.end() // a look goes by the same browser
		if err := p.before(ctx); err != nil {
			return err
		}
	}
	act.again()
	return t.mayAct()
}

// wroteWithin is how soon a click shows on the wire, unless it was lost or the page looks something up first.
const wroteWithin = 50 * time.Millisecond

// wrote waits a moment until something was sent since the mark that may change something.
func (t *tab) wrote(ctx context.Context, mark int) bool {
	limited, cancel := t.limited(ctx, wroteWithin)
	defer cancel()
	wrote := func() bool { return t.traffic.acted(mark).writes > 0 }
	t.traffic.until(limited, wrote)
	return wrote()
}

// once clicks once and waits until it shows: the page says something, or something that may change something is sent.
// When nothing at all was sent for a while, the click was lost. Something else that was sent (the form may look
// something up first) only means to wait longer.
func (p press) once(ctx context.Context, t *tab, deadline time.Time) (clicked, answered bool, err error) {
	mark := t.traffic.mark()
	err = t.callOnce(ctx, p.press, p.args, &clicked)
	if documentGone(err) {
		clicked, err = true, nil // that may well be the click's doing
	}
	if err != nil {
		return false, false, err
	}
	if !clicked {
		_, err := t.until(ctx, p.fill, p.args, nil, slice)
		return false, false, err
	}
	if t.wrote(ctx, mark) {
		if p.beside != nil {
			t.early.beside(ctx, t, p.beside)
		}
		return true, false, nil
	}
	for {
		answered, err = t.until(ctx, p.outcome, p.args, nil, slice)
		s := t.traffic.acted(mark)
		if err != nil || answered || s.sent == 0 || s.writes > 0 || time.Now().After(deadline) {
			return true, answered, err
		}
	}
}

// answer waits until all that may have changed something is answered and the page says what came of it. What the page said
// before the answer may be an old message drawn again, and does not count. What the page then loads again by itself is not
// waited for: whoever reads back loads it anyway.
func (p press) answer(ctx context.Context, t *tab, mark int, deadline time.Time, out any) error {
	for {
		limited, cancel := t.limited(ctx, time.Until(deadline))
		t.traffic.saved(limited, mark)
		cancel()
		met, err := t.until(ctx, p.outcome, p.args, out, slice)
		s := t.traffic.acted(mark)
		switch {
		case err != nil:
			return uncertain(p.what, err)
		case s.saving > 0 && !time.Now().After(deadline):
			continue
		case s.failure != "":
			return uncertain(p.what, errors.New(s.failure))
		case !s.loggedIn && !p.signingIn:
			return uncertain(p.what, errSignedOut)
		case met:
			return nil
		case s.refused != "":
			return uncertain(p.what, errors.New(s.refused))
		case time.Now().After(deadline):
			return uncertain(p.what, errors.New("the console did not say how it went"))
		}
	}
}
