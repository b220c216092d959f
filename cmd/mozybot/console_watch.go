package main

import (
	"context"
	"fmt"
	"time"

	"github.com/sirupsen/logrus"

	"mozybot/provision"
	"mozybot/provision/retry"
)

// passwordWarning is how long before mozybot's password expires people are told.
const passwordWarning = 14 * 24 * time.Hour

// passwordNotice is what people should know about the age of mozybot's password; "" while there is nothing, or when
// nobody said how old it is. The console refuses a password past its greatest age, and a person must then set another.
func (c config) passwordNotice(now time.Time) string {
	expires := c.passwordExpires()
	if expires.IsZero() || expires.Sub(now) > passwordWarning {
		return ""
	}
	when := "expires on " + expires.Format("January 2, 2006")
	if now.After(expires) {
		when = "expired on " + expires.Format("January 2, 2006") + ", if MOZY_PASSWORD_SET is right"
	}
	return fmt.Sprintf("mozybot's console password %s. Log in to the console as mozybot, set a new one, and give it to mozybot (MOZY_PASSWORD or MOZY_PASSWORD_FILE), with its day as MOZY_PASSWORD_SET.", when)
}

// passwordExpires is the zero time when nobody said how old the password is.
func (c config) passwordExpires() time.Time {
	set, err := time.Parse(time.DateOnly, c.MozyPasswordSet)
	if err != nil { // not given; check has seen to the rest
		return time.Time{}
	}
	return set.AddDate(0, 0, c.MozyPasswordMaxAge)
}

// lookingOver reads the console for summaries. It looks the console over first: an order that could not be carried out
// must not be approved. And it says what people should know about the console beside the figures.
type lookingOver struct {
	reader
	role   string
	notice func() string
}

func (l lookingOver) Read(ctx context.Context, look provision.Look) (provision.Reading, error) {
	over := look
	over.Role = l.role
	r, err := l.reader.Read(ctx, over)
	if err == nil && r.At.IsZero() {
		r, err = l.reader.Read(ctx, look)
	}
	if notice := l.notice(); err == nil && notice != "" {
		r.Notices = append(r.Notices, notice)
	}
	return r, err
}

// consoleWatch looks after the console: that everything is there which the steps need, and that the password is not too old.
type consoleWatch struct {
	backend
	config config
	probe  *healthProbe
	log    logrus.FieldLogger
}

// forSummaries is how summaries read the console.
func (w consoleWatch) forSummaries() lookingOver {
	return lookingOver{w.reader, w.config.MozyAdminRole, func() string { return w.config.passwordNotice(time.Now()) }}
}

// watch looks the console over at the start, and whenever nobody else has for a while: that it has changed, or
// refuses the robot, should be known before an order comes. What cannot be reached is looked for every minute, and so is
// another password than the refused one.
func (w consoleWatch) watch(ctx context.Context) error {
	if err := w.start(ctx); err != nil && ctx.Err() == nil {
		w.log.WithError(err).Error("the console cannot be reached yet; orders are read and wait for it")
	}
	for ctx.Err() == nil {
		wait := w.config.ConsoleCheckEvery
		if last := w.probe.last(); last.OK && time.Since(last.Checked) < wait {
			wait -= time.Since(last.Checked)
		} else if err := w.reader.Check(ctx, provision.JobStep{}, w.config.MozyAdminRole); err != nil && ctx.Err() == nil {
			w.log.WithError(err).Warn("the console is not as it should be")
			if code := provision.CodeOf(err); code != provision.Changed { // nor does a refused log-in cost anything while it is not tried
				wait = min(wait, time.Minute)
			}
		}
		_ = retry.Pause(ctx, wait) // the loop ends with ctx
	}
	return nil
}

// warn warns once a day of the password's age.
func (w consoleWatch) warn(ctx context.Context) error {
	daily := time.NewTicker(24 * time.Hour)
	defer daily.Stop()
	for {
		if notice := w.config.passwordNotice(time.Now()); notice != "" {
			w.log.Warn(notice)
		}
		select {
		case <-daily.C:
		case <-ctx.Done():
			return nil
		}
	}
}

// tryLogin logs in to the console once, also where it refused that before, and looks it over.
func (w consoleWatch) tryLogin(ctx context.Context) error {
	if err := w.allowLogin(ctx); err != nil {
		return err
	}
	return w.reader.Check(ctx, provision.JobStep{}, w.config.MozyAdminRole)
}
