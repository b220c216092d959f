package console

import (
	"context"
	"errors"
	"fmt"

	"github.com/sirupsen/logrus"

	"mozybot/provision"
)

// tabLease is one tab and the right to use it, which one caller at a time has.
type tabLease struct {
	c     *Console
	lock  lock // of the right to use it
	tab   *tab
	begun int // jobs or readings in this tab
}

// visit is one use of the tab: for whom, and what was kept of the console meanwhile.
type visit struct {
	at   provision.JobStep
	log  logrus.FieldLogger
	kept []string
}

func (v *visit) keep(name string) { v.kept = append(v.kept, name) }

// using is tabLease.use or tabLease.begin.
type using func(ctx context.Context, at provision.JobStep, doing string, f func(context.Context, *tab) error) (evidence []string, err error)

func newTabLease(c *Console) *tabLease { return &tabLease{c: c, lock: newLock()} }

// use does something in the tab while logged in, and gives the names of what was kept meanwhile. When the session turns out
// to be over before anything was changed, it logs in and begins from the first: whatever f decides by, it has to read
// itself.
func (l *tabLease) use(ctx context.Context, at provision.JobStep, doing string, f func(context.Context, *tab) error) ([]string, error) {
	return l.with(ctx, at, doing, f, func(context.Context, *visit) {})
}

// try is use, or begin, for what may come to nothing: Observed is not told, and nothing is kept of it.
func (l *tabLease) try(ctx context.Context, at provision.JobStep, begins bool, f func(context.Context, *tab) error) error {
	if err := l.lock.take(ctx); err != nil {
		return err
	}
	defer l.lock.release()
	v := &visit{at: at, log: about(at, l.c.cfg.Log)}
	if begins {
		l.renew(ctx, v)
	}
	return l.attempt(ctx, v, f)
}

// idle does something with the tab while it isn't used, if there is one.
func (l *tabLease) idle(ctx context.Context, do func(*tab)) {
	if l.lock.take(ctx) != nil {
		return
	}
	defer l.lock.release()
	if l.tab != nil && l.tab.alive() {
		do(l.tab)
	}
}

// begin is use for what begins a job or is a reading by itself: what went before it in the tab is over.
func (l *tabLease) begin(ctx context.Context, at provision.JobStep, doing string, f func(context.Context, *tab) error) ([]string, error) {
	return l.with(ctx, at, doing, f, l.renew)
}

func (l *tabLease) with(ctx context.Context, at provision.JobStep, doing string, f func(context.Context, *tab) error,
	before func(context.Context, *visit)) (evidence []string, err error) {
	defer func() { l.c.cfg.Observed(doing, err) }()
	if err := l.lock.take(ctx); err != nil {
		return nil, fmt.Errorf("%s: %w", doing, err)
	}
	defer l.lock.release()
	v := &visit{at: at, log: about(at, l.c.cfg.Log)}
	before(ctx, v)
	err = l.attempt(ctx, v, f)
	if signedOut(err) {
		v.log.WithField("doing", doing).Info("The console's session was over; logging in again.")
		if err = l.attempt(ctx, v, f); signedOut(err) {
			err = changed("The console logs mozybot out while it works (%s).", doing)
		}
	}
	if err == nil {
		return v.kept, nil
	}
	if unexpected(err) {
		on := &lookAt{}
		errors.As(err, &on)
		l.c.evidence.unexpectedPage(ctx, l.tab, doing, on.panel)
	}
	return nil, provision.WithEvidence(fmt.Errorf("%s: %w", doing, l.c.redacted(err)), v.kept...)
}

// renew exchanges a tab that has been used for long: its page and its process go, and with them what they have piled up.
// The session is the browser's and stays. Without a new tab the old one serves on.
func (l *tabLease) renew(ctx context.Context, v *visit) {
	if l.tab != nil {
		l.tab.early, l.tab.lastWrite = early{}, lastWrite{}
	}
	if l.begun++; l.begun <= l.c.cfg.TabJobs || l.tab == nil || !l.tab.alive() {
		return
	}
	l.begun = 1
	fresh, err := openTab(ctx, l.c)
	if err != nil {
		v.log.WithError(err).Warn("No new tab could be opened; going on in the old one.")
		return
	}
	l.tab.shut()
	l.tab = fresh
	v.log.WithField("after", l.c.cfg.TabJobs).Info("Exchanged the browser's tab for a new one.")
}

func (l *tabLease) attempt(ctx context.Context, v *visit, f func(context.Context, *tab) error) error {
	if l.tab == nil || !l.tab.alive() {
		if err := l.reopen(ctx); err != nil {
			return err
		}
	}
	l.tab.visit.Store(v)
	if err := l.c.session.ensure(ctx, l.tab); err != nil {
		return err
	}
	l.tab.enter(l.c.cfg.Uptime())
	l.tab.early.of(v.at.Job)
	l.tab.wellAt = 0
	err := f(ctx, l.tab)
	if err == nil {
		l.tab.wellAt = l.c.cfg.Uptime()
	}
	if errors.Is(err, errRefused) && l.c.session.overtook(ctx, l.tab) {
		err = fmt.Errorf("%w while the page stood: %w", errSignedOut, err)
	}
	if errors.Is(err, errSignedOut) {
		l.tab.session = 0
	}
	return err
}

// reopen opens a tab in place of one that is no more.
func (l *tabLease) reopen(ctx context.Context) (err error) {
	if l.tab != nil {
		l.tab.shut()
	}
	l.tab, err = openTab(ctx, l.c)
	if err != nil && ctx.Err() == nil && l.c.browser.giveUp(ctx) {
		l.tab, err = openTab(ctx, l.c)
	}
	if err != nil {
		l.tab = nil
		return noBrowser(ctx, err)
	}
	l.begun = 1
	return nil
}

// clear ends the tab, once it isn't used.
func (l *tabLease) clear(ctx context.Context) error {
	if err := l.lock.take(ctx); err != nil {
		return err
	}
	defer l.lock.release()
	if l.tab != nil {
		l.tab.shut()
		l.tab = nil
	}
	return nil
}
