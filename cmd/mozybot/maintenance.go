package main

import (
	"context"
	"time"

	"github.com/sirupsen/logrus"

	"mozybot/cmd/mozybot/config"
	"mozybot/provision"
	"mozybot/provision/console"
	"mozybot/state"
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

// maintenance looks after what the bot keeps: backups, what is removed because its time is up, and the audit's head, which is
// logged so that a log store has it that nobody with the state file can change.
type maintenance struct {
	config config.Config
	store  state.Store
	file   copier // nil for a store in memory, which has no file to copy
	log    logrus.FieldLogger
}

// run does so until ctx ends.
func (m maintenance) run(ctx context.Context) error {
	ticks := time.NewTicker(keepEvery)
	defer ticks.Stop()
	var clock wallClock
	started := time.Now()
	for {
		now := time.Now()
		if m.file != nil {
			if err := m.backUp(ctx, now); err != nil && ctx.Err() == nil {
				m.log.WithError(err).Error("the state file could not be backed up; \"mozybot audit verify\" looks closer")
			}
		}
		if missing := noBackup(m.config, now); missing != "" { // after the first one of a new state file is made
			m.log.Warnf("the state file is not backed up: %s", missing)
		}
		if due, sure := clock.agreed(now.Round(0), now.Sub(started)); sure {
			m.removeOld(ctx, due)
		}
		m.noteHead(ctx)
		select {
		case <-ticks.C:
		case <-ctx.Done():
			return nil
		}
	}
}

// removeOld removes the customers' data and the evidence whose time is up.
func (m maintenance) removeOld(ctx context.Context, due time.Time) {
	if err := m.eraseCustomers(ctx, due); err != nil && ctx.Err() == nil {
		m.log.WithError(err).Error("customers' data whose time is up could not be removed")
	}
	if err := m.purgeEvidence(ctx, due); err != nil && ctx.Err() == nil {
		m.log.WithError(err).Warn("the folder for evidence cannot be kept small")
	}
}

// backUp makes a backup when the newest one is old, or there is none but from the future.
func (m maintenance) backUp(ctx context.Context, now time.Time) error {
	if m.config.Backups == 0 || now.Sub(bolt.LastBackup(m.config.StateFile(), now)) < backupEvery {
		return nil
	}
	path, v, err := m.file.BackupNow(ctx, now, m.config.Backups, verifyState)
	if path != "" {
		m.log.WithField("file", path).WithField("jobs", v.Jobs).Info("backed up the state file")
	}
	return err
}

// noBackup says that there should be a newer backup, "" when all is well.
func noBackup(c config.Config, now time.Time) string {
	last := bolt.LastBackup(c.StateFile(), now)
	switch {
	case c.Backups == 0 || now.Sub(last) < backupOverdue:
		return ""
	case last.IsZero():
		return "there is no backup of it"
	}
	return "its newest backup is of " + last.Format("January 2, 2006")
}

// eraseCustomers removes the customers' data from jobs that ended longer ago than RETENTION.
func (m maintenance) eraseCustomers(ctx context.Context, now time.Time) error {
	for all := 0; ; {
		n, err := m.store.EraseCustomers(ctx, now.Add(-m.config.Retention), eraseAtOnce, now)
		if err != nil {
			return err
		}
		if all += n; n < eraseAtOnce {
			if all > 0 {
				m.log.WithField("jobs", all).Info("removed the customers' data of jobs that ended longer ago than RETENTION")
			}
			return nil
		}
	}
}

// purgeEvidence removes what was kept for longer than it should be; of a job that is not over, nothing.
func (m maintenance) purgeEvidence(ctx context.Context, now time.Time) error {
	active, err := m.store.Jobs(ctx, provision.Active...)
	if err != nil {
		return err
	}
	var keep []provision.JobID
	for _, j := range active {
		keep = append(keep, j.ID)
	}
	return console.PurgeEvidence(m.config.EvidenceFolder(), now.Add(-m.config.EvidenceFor()), keep...)
}

// noteHead logs how far the audit goes.
func (m maintenance) noteHead(ctx context.Context) {
	head, err := m.store.Head(ctx)
	switch {
	case err != nil && ctx.Err() == nil:
		m.log.WithError(err).Error("the head of the audit cannot be read")
	case err == nil && head.Seq > 0:
		m.log.WithField("head", head).Info("the audit's head; \"mozybot audit verify --head\" holds the state against it")
	}
}
