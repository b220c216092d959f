package main

import (
	"context"
	"fmt"
	"time"

	"mozybot/provision"
	"mozybot/provision/console"
	"mozybot/provision/runbook"
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
	return fmt.Sprintf("mozybot's console password %s. Log in to the console as mozybot, set a new one, and give it to mozybot as MOZY_PASSWORD, with its day as MOZY_PASSWORD_SET.", when)
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
	canary *canary
	notice func() string
}

func (a *app) lookingOver() lookingOver {
	return lookingOver{a.console.reader, a.config.MozyAdminRole, a.canary, func() string { return a.config.passwordNotice(time.Now()) }}
}

// Check has the canary know what it found.
func (l lookingOver) Check(ctx context.Context, role string) error {
	err := l.reader.Check(ctx, role)
	l.canary.note(err)
	return err
}

func (l lookingOver) Read(ctx context.Context, look provision.Look) (provision.Reading, error) {
	if err := l.Check(ctx, l.role); err != nil {
		return provision.Reading{}, err
	}
	r, err := l.reader.Read(ctx, look)
	err = l.canary.refusal(err)
	if notice := l.notice(); err == nil && notice != "" {
		r.Notices = append(r.Notices, notice)
	}
	return r, err
}

// noted is the console of the steps; what its looks find is the canary's to know, too, and so is a log-in that was
// refused in the middle of a job, because the session had ended.
type noted struct {
	runbook.Console
	canary *canary
}

func (n noted) Login(ctx context.Context) error {
	err := n.Console.Login(ctx)
	if err != nil {
		n.canary.note(err)
	}
	return err
}

func (n noted) Read(ctx context.Context, look provision.Look) (provision.Reading, error) {
	r, err := n.Console.Read(ctx, look)
	return r, n.canary.refusal(err)
}

func (n noted) ChangePlan(ctx context.Context, change provision.PlanChange) (provision.Money, error) {
	charged, err := n.Console.ChangePlan(ctx, change)
	return charged, n.canary.refusal(err)
}

func (n noted) AddGroup(ctx context.Context, group provision.Group) error {
	return n.canary.refusal(n.Console.AddGroup(ctx, group))
}

func (n noted) AssignDefault(ctx context.Context, fromGB, toGB int) error {
	return n.canary.refusal(n.Console.AssignDefault(ctx, fromGB, toGB))
}

func (n noted) AddAdmin(ctx context.Context, admin provision.Admin) error {
	return n.canary.refusal(n.Console.AddAdmin(ctx, admin))
}

func (n noted) AccountID(ctx context.Context, group string) (string, error) {
	id, err := n.Console.AccountID(ctx, group)
	return id, n.canary.refusal(err)
}

func (n noted) Check(ctx context.Context, role string) error {
	err := n.Console.Check(ctx, role)
	n.canary.note(err)
	return err
}

// watchConsole looks the console over at the start, and whenever nobody else has for a while: that it has changed, or
// refuses the robot, should be known before an order comes. What cannot be reached is looked for every minute.
func (a *app) watchConsole(ctx context.Context) error {
	if err := a.console.start(ctx); err != nil && ctx.Err() == nil {
		a.log.WithError(err).Error("the console cannot be reached yet; orders are read and wait for it")
	}
	over := a.lookingOver()
	for ctx.Err() == nil {
		wait := a.config.ConsoleCheckEvery
		if last := a.canary.last(); last.OK && time.Since(last.Checked) < wait {
			wait -= time.Since(last.Checked)
		} else if err := over.Check(ctx, over.role); err != nil && ctx.Err() == nil {
			a.log.WithError(err).Warn("the console is not as it should be")
			if provision.CodeOf(err) == provision.Unavailable {
				wait = min(wait, time.Minute)
			}
		}
		_ = runbook.Pause(ctx, wait) // the loop ends with ctx
	}
	return nil
}

// care does once a day what must not be forgotten: it warns of the password's age and drops old evidence.
func (a *app) care(ctx context.Context) error {
	daily := time.NewTicker(24 * time.Hour)
	defer daily.Stop()
	for {
		if notice := a.config.passwordNotice(time.Now()); notice != "" {
			a.log.Warn(notice)
		}
		if err := a.forgetEvidence(ctx); err != nil && ctx.Err() == nil {
			a.log.WithError(err).Warn("the folder for evidence cannot be kept small")
		}
		select {
		case <-daily.C:
		case <-ctx.Done():
			return nil
		}
	}
}

// forgetEvidence removes what was kept for longer than it should be; of a job that is not over, nothing.
func (a *app) forgetEvidence(ctx context.Context) error {
	active, err := a.store.Jobs(ctx, provision.Active...)
	if err != nil {
		return err
	}
	var keep []provision.JobID
	for _, j := range active {
		keep = append(keep, j.ID)
	}
	return console.ForgetEvidence(a.config.evidenceDir(), time.Now().Add(-a.config.evidenceFor()), keep...)
}
