package main

import (
	"context"
	"errors"
	"time"

	"github.com/sirupsen/logrus"

	"mozybot/provision"
	"mozybot/provision/mail"
	"mozybot/provision/retry"
	"mozybot/provision/runbook"
	"mozybot/provision/singularity"
)

// What is out is found out by whoever uses it anyway; what nobody uses just now is looked at from time to time. The bot keeps
// it and tells people.

// outages passes on whether the parts work, as their uses and looks tell.
type outages struct {
	to interface { // the bot's, which keeps it and tells people
		Up(ctx context.Context, part provision.Part) error
		Down(ctx context.Context, part provision.Part, found error) error
	}
	mayAct  func() error // asked right before a mail is handed over or a task closed
	watched []*watchedPart
	log     logrus.FieldLogger
}

// report passes on how a part was found.
func (o *outages) report(ctx context.Context, part provision.Part, found error) {
	var err error
	if found == nil {
		err = o.to.Up(ctx, part)
	} else {
		err = o.to.Down(ctx, part, found)
	}
	if err != nil && ctx.Err() == nil {
		o.log.WithError(err).WithField("part", part).Warn("recording whether a part is out")
	}
}

// watchConsole passes on what the looks at the console found, until ctx ends.
func (o *outages) watchConsole(ctx context.Context, probe *healthProbe) error {
	for {
		select {
		case <-probe.looked:
			o.report(ctx, provision.PartConsole, probe.found())
		case <-ctx.Done():
			return nil
		}
	}
}

// doubtful is how soon a part is looked at again that could not be used.
const doubtful = time.Minute

// watchedPart is a part that jobs use now and then. It is safe for concurrent use.
type watchedPart struct {
	part   provision.Part
	check  func(context.Context) error // looks and changes nothing; nil where that is not possible
	report func(ctx context.Context, part provision.Part, found error)

	doubted chan struct{} // holds a token while a use has failed that no look has confirmed
}

func (o *outages) watchPart(part provision.Part, check func(context.Context) error) *watchedPart {
	w := &watchedPart{part: part, check: check, report: o.report, doubted: make(chan struct{}, 1)}
	o.watched = append(o.watched, w)
	return w
}

// used takes how a use of the part ended. Whatever answered is there, whether it agreed or not. Anything else may be about
// one mail or one task alone, and name a customer, so that is for a look to say, where one is possible.
func (w *watchedPart) used(ctx context.Context, err error) {
	switch code := provision.CodeOf(err); {
	case errors.Is(err, context.Canceled):
		return
	case code == "" || code == provision.NotFound || code == provision.Conflict || code == provision.Invalid:
		w.report(ctx, w.part, nil)
		return
	case w.check == nil:
		w.report(ctx, w.part, err)
	}
	select {
	case w.doubted <- struct{}{}:
	default:
	}
}

// watch looks at the part from time to time until ctx is done, and soon after it could not be used.
func (w *watchedPart) watch(ctx context.Context, every time.Duration) error {
	if w.check == nil {
		return nil
	}
	soon, wait := min(every, doubtful), every
	for ctx.Err() == nil {
		next := time.NewTimer(wait)
		select {
		case <-next.C:
		case <-w.doubted:
			_ = retry.Pause(ctx, soon) // the loop ends with ctx
		case <-ctx.Done():
		}
		next.Stop()
		if ctx.Err() != nil {
			break
		}
		wait = every
		limited, stop := context.WithTimeout(ctx, checkTime)
		err := w.check(limited)
		stop()
		if ctx.Err() == nil {
			w.report(ctx, w.part, err)
		}
		if err != nil {
			wait = soon
		}
	}
	return nil
}

// watchMailer is the mailer, with what its uses tell of the mail server.
func (o *outages) watchMailer(m *mail.Mailer) runbook.Mailer {
	return watchedMailer{m, o.watchPart(provision.PartMail, m.Check), o.mayAct}
}

type watchedMailer struct {
	runbook.Mailer
	part   *watchedPart
	mayAct func() error // asked at the last moment at which no server has the mail
}

// Send is described at runbook.Mailer.
func (m watchedMailer) Send(ctx context.Context, welcome provision.Welcome, handing func() error) error {
	err := m.Mailer.Send(ctx, welcome, func() error { return errors.Join(handing(), m.mayAct()) })
	m.part.used(ctx, err)
	return err
}

// watchTracker is the tracker, with what its uses tell of it.
func (o *outages) watchTracker(t *singularity.Client) runbook.Tracker {
	check := t.Check
	if !t.CanCheck() {
		check = nil
	}
	return watchedTracker{t, o.watchPart(provision.PartTracker, check), o.mayAct}
}

type watchedTracker struct {
	runbook.Tracker
	part   *watchedPart
	mayAct func() error
}

// IsOpen is described at runbook.Tracker.
func (t watchedTracker) IsOpen(ctx context.Context, task string) (bool, error) {
	open, err := t.Tracker.IsOpen(ctx, task)
	t.part.used(ctx, err)
	return open, err
}

// Close is described at runbook.Tracker.
func (t watchedTracker) Close(ctx context.Context, closing provision.Closing) error {
	if err := t.mayAct(); err != nil {
		return err
	}
	err := t.Tracker.Close(ctx, closing)
	t.part.used(ctx, err)
	return err
}
