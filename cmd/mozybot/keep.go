package main

import (
	"context"
	"os"
	"time"

	"mozybot/provision"
	"mozybot/state/bolt"
)

const (
	// keepEvery is how often the state is looked after.
	keepEvery = time.Hour
	// backupEvery is how old the newest backup may get.
	backupEvery = 24 * time.Hour
	// backupOverdue is when people are told that there is no newer one.
	backupOverdue = 2 * backupEvery
	// clockMustHold is for how long the bot must have been running, by a clock that nobody can set, before it removes
	// anything by the time of day.
	clockMustHold = 6 * time.Hour
	// eraseAtOnce is how many jobs are cleared in one transaction: others wait that long for theirs.
	eraseAtOnce = 100
)

// keep looks after the state until ctx ends: backups, what is removed because its time is up, and the audit's head, which
// is logged so that a log store has it that nobody with the state file can change.
func (a *app) keep(ctx context.Context, store copier) error {
	ticks := time.NewTicker(keepEvery)
	defer ticks.Stop()
	var clock wallClock
	started := time.Now()
	for {
		now := time.Now()
		if store != nil {
			if err := a.backUp(ctx, store, now); err != nil && ctx.Err() == nil {
				a.log.WithError(err).Error("the state file could not be backed up; \"mozybot audit verify\" looks closer")
			}
		}
		if missing := a.config.noBackup(now); missing != "" { // after the first one of a new state file is made
			a.log.Warnf("the state file is not backed up: %s", missing)
		}
		if due, sure := clock.agreed(now.Round(0), now.Sub(started)); sure {
			a.removeOld(ctx, due)
		}
		a.noteHead(ctx)
		select {
		case <-ticks.C:
		case <-ctx.Done():
			return nil
		}
	}
}

// removeOld removes the customers' data and the evidence whose time is up.
func (a *app) removeOld(ctx context.Context, due time.Time) {
	if err := a.eraseCustomers(ctx, due); err != nil && ctx.Err() == nil {
		a.log.WithError(err).Error("customers' data whose time is up could not be removed")
	}
	if err := a.purgeEvidence(ctx, due); err != nil && ctx.Err() == nil {
		a.log.WithError(err).Warn("the folder for evidence cannot be kept small")
	}
}

// backUp makes a backup when the newest one is old, or there is none but from the future.
func (a *app) backUp(ctx context.Context, store copier, now time.Time) error {
	if a.config.Backups == 0 || now.Sub(bolt.LastBackup(a.config.stateFile(), now)) < backupEvery {
		return nil
	}
	path, v, err := store.BackupNow(ctx, now, a.config.Backups)
	if path != "" {
		a.log.WithField("file", path).WithField("jobs", v.Jobs).Info("backed up the state file")
	}
	return err
}

// noBackup says that there should be a newer backup, "" when all is well.
func (c config) noBackup(now time.Time) string {
	last := bolt.LastBackup(c.stateFile(), now)
	switch {
	case c.Backups == 0 || now.Sub(last) < backupOverdue:
		return ""
	case last.IsZero():
		return "there is no backup of it"
	}
	return "its newest backup is of " + last.Format("January 2, 2006")
}

// eraseCustomers removes the customers' data from jobs that ended longer ago than RETENTION.
func (a *app) eraseCustomers(ctx context.Context, now time.Time) error {
	for all := 0; ; {
		n, err := a.store.EraseCustomers(ctx, now.Add(-a.config.Retention), eraseAtOnce, now)
		if err != nil {
			return err
		}
		if all += n; n < eraseAtOnce {
			if all > 0 {
				a.log.WithField("jobs", all).Info("removed the customers' data of jobs that ended longer ago than RETENTION")
			}
			return nil
		}
	}
}

// thisInstance is this running copy of the bot, as people find it on its machine.
func thisInstance(started time.Time) provision.Instance {
	host, err := os.Hostname()
	if err != nil {
		host = "this machine"
	}
	return provision.Instance{Host: host, PID: os.Getpid(), Started: started}
}

// noteHead logs how far the audit goes.
func (a *app) noteHead(ctx context.Context) {
	head, err := a.store.Head(ctx)
	switch {
	case err != nil && ctx.Err() == nil:
		a.log.WithError(err).Error("the head of the audit cannot be read")
	case err == nil && head.Seq > 0:
		a.log.WithField("head", head).Info("the audit's head; \"mozybot audit verify --head\" holds the state against it")
	}
}
