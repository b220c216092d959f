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
	// eraseAtOnce is how many jobs are cleared in one transaction: others wait that long for theirs.
	eraseAtOnce = 100
)

// keep looks after the state until ctx ends: backups, the customers' data whose time is up, and the audit's head, which
// is logged so that a log store has it that nobody with the state file can change.
func (a *app) keep(ctx context.Context, store copier) error {
	ticks := time.NewTicker(keepEvery)
	defer ticks.Stop()
	for {
		now := time.Now()
		if store != nil {
			if err := a.backUp(ctx, store, now); err != nil && ctx.Err() == nil {
				a.log.WithError(err).Error("the state file could not be backed up; \"mozybot audit verify\" looks closer")
			}
		}
		if err := a.eraseCustomers(ctx, now); err != nil && ctx.Err() == nil {
			a.log.WithError(err).Error("customers' data whose time is up could not be removed")
		}
		a.noteHead(ctx)
		select {
		case <-ticks.C:
		case <-ctx.Done():
			return nil
		}
	}
}

// backUp makes a backup when the newest one is old enough.
func (a *app) backUp(ctx context.Context, store copier, now time.Time) error {
	if a.config.Backups == 0 || now.Sub(bolt.LastBackup(a.config.State)) < backupEvery {
		return nil
	}
	path, v, err := store.BackupNow(ctx, now, a.config.Backups)
	if path != "" {
		a.log.WithField("file", path).WithField("jobs", v.Jobs).Info("backed up the state file")
	}
	return err
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
