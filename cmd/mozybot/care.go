package main

import (
	"context"
	"fmt"
	"time"

	"mozybot/provision"
	"mozybot/provision/console"
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

func (a *app) lookingOver() lookingOver {
	return lookingOver{a.console.reader, a.config.MozyAdminRole, func() string { return a.config.passwordNotice(time.Now()) }}
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

// watchConsole looks the console over at the start, and whenever nobody else has for a while: that it has changed, or
// refuses the robot, should be known before an order comes. What cannot be reached is looked for every minute, and so is
// another password than the refused one.
func (a *app) watchConsole(ctx context.Context) error {
	if err := a.console.start(ctx); err != nil && ctx.Err() == nil {
		a.log.WithError(err).Error("the console cannot be reached yet; orders are read and wait for it")
	}
	for ctx.Err() == nil {
		wait := a.config.ConsoleCheckEvery
		if last := a.probe.last(); last.OK && time.Since(last.Checked) < wait {
			wait -= time.Since(last.Checked)
		} else if err := a.console.reader.Check(ctx, provision.JobStep{}, a.config.MozyAdminRole); err != nil && ctx.Err() == nil {
			a.log.WithError(err).Warn("the console is not as it should be")
			if code := provision.CodeOf(err); code != provision.Changed { // nor does a refused log-in cost anything while it is not tried
				wait = min(wait, time.Minute)
			}
		}
		_ = retry.Pause(ctx, wait) // the loop ends with ctx
	}
	return nil
}

// care warns once a day of the password's age.
func (a *app) care(ctx context.Context) error {
	daily := time.NewTicker(24 * time.Hour)
	defer daily.Stop()
	for {
		if notice := a.config.passwordNotice(time.Now()); notice != "" {
			a.log.Warn(notice)
		}
		select {
		case <-daily.C:
		case <-ctx.Done():
			return nil
		}
	}
}

// purgeEvidence removes what was kept for longer than it should be; of a job that is not over, nothing.
func (a *app) purgeEvidence(ctx context.Context, now time.Time) error {
	active, err := a.store.Jobs(ctx, provision.Active...)
	if err != nil {
		return err
	}
	var keep []provision.JobID
	for _, j := range active {
		keep = append(keep, j.ID)
	}
	return console.PurgeEvidence(a.config.evidenceDir(), now.Add(-a.config.evidenceFor()), keep...)
}
