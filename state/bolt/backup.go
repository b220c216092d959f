package bolt

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"go.etcd.io/bbolt"

	"mozybot/provision"
)

const (
	backupSuffix = ".db"
	backupName   = "20060102T150405Z" + backupSuffix
)

// Backup writes the state as it is at one moment into a new file at path, while others go on reading and writing. The
// file is there whole or not at all, on disk, for its owner alone, and has been opened and verified: what Verify finds
// is an error, and no file. A file that is there already is never overwritten (fs.ErrExist).
func (s *Store) Backup(ctx context.Context, path string) (v Verified, err error) {
	return s.backup(ctx, path, func(ctx context.Context, made string) (Verified, error) {
		return VerifyFile(ctx, made, provision.Head{}, s.check)
	})
}

func (s *Store) backup(ctx context.Context, path string, verify Verifier) (v Verified, err error) {
	if _, err := os.Lstat(path); err == nil {
		return v, fmt.Errorf("writing the backup %s: %w", path, fs.ErrExist)
	}
	temporary, err := os.MkdirTemp(filepath.Dir(path), ".backup-")
	if err != nil {
		return v, fmt.Errorf("writing the backup: %w", err)
	}
	defer os.RemoveAll(temporary)
	made := filepath.Join(temporary, "state")
	var sync func() error
	err = s.read(ctx, "copying the state file", func(tx *transaction) (err error) {
		sync, err = copyTo(tx, made)
		return err
	})
	if err != nil {
		return v, err
	}
	synced := make(chan error, 1)
	go func() { synced <- sync() }() // which takes about as long as the next, and no processor
	v, err = verify(ctx, made)
	if err := <-synced; err != nil {
		return v, fmt.Errorf("writing the backup: %w", err)
	}
	if err != nil {
		return v, fmt.Errorf("verifying the backup: %w", err)
	}
	if err := publish(made, path); err != nil {
		return v, fmt.Errorf("writing the backup: %w", err)
	}
	return v, nil
}

// Copy is Backup without looking at the copy: for callers that verify it themselves.
func (s *Store) Copy(ctx context.Context, path string) error {
	return s.read(ctx, "copying the state file", func(tx *transaction) error { return copyToDisk(tx, path) })
}

// copyTo copies the file to path. The copy can be read at once, and is on disk when sync, which must be called, has returned nil.
func copyTo(tx *transaction, path string) (sync func() error, err error) {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, err
	}
	if _, err := tx.WriteTo(file); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return func() error { return errors.Join(file.Sync(), file.Close()) }, nil
}

func copyToDisk(tx *transaction, path string) error {
	sync, err := copyTo(tx, path)
	if err != nil {
		return err
	}
	return sync()
}

// BackupNow makes a backup in BackupDir, named after the time, and removes the oldest of those there until at most keep
// are left.
func (s *Store) BackupNow(ctx context.Context, now time.Time, keep int, verify Verifier) (path string, v Verified, err error) {
	dir := BackupDir(s.db.Path())
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return "", v, fmt.Errorf("making the folder for backups: %w", err)
	}
	path = filepath.Join(dir, now.UTC().Format(backupName))
	if v, err = s.backup(ctx, path, verify); err != nil {
		return "", v, err
	}
	ours, err := backupsIn(dir, now)
	for _, name := range ours[:max(0, len(ours)-keep)] {
		err = errors.Join(err, os.Remove(filepath.Join(dir, name)))
	}
	if err != nil {
		return path, v, fmt.Errorf("removing old backups: %w", err)
	}
	return path, v, nil
}

// VerifyFile opens a file to look at it and verifies it.
func VerifyFile(ctx context.Context, path string, noted provision.Head, check Checker) (v Verified, err error) {
	s, err := OpenReadOnly(path, check)
	if err != nil {
		return v, err
	}
	v, err = s.Verify(ctx, noted)
	return v, errors.Join(err, s.Close())
}

// Restore puts a verified copy of the file backup at path, where no file may be (fs.ErrExist). A backup of an earlier
// version is brought along. The audit says that it was restored, and jobs that are not over ask a person before they do
// what nobody could look up (provision.Job.Restore).
func Restore(ctx context.Context, backup, path string, check Checker) (v Verified, err error) {
	if _, err := os.Lstat(path); err == nil {
		return v, fmt.Errorf("restoring %s: %w", path, fs.ErrExist)
	}
	if err := inspect(backup, check); err != nil {
		return v, err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return v, fmt.Errorf("making the folder of the state file: %w", err)
	}
	temporary, err := os.MkdirTemp(filepath.Dir(path), ".restore-")
	if err != nil {
		return v, fmt.Errorf("restoring %s: %w", path, err)
	}
	defer os.RemoveAll(temporary)
	made := filepath.Join(temporary, "state")
	err = guarded(backup, func() error {
		db, err := open(backup, bbolt.Options{Timeout: openTimeout, ReadOnly: true})
		if err != nil {
			return err
		}
		return errors.Join(db.View(in(func(tx *transaction) error { return copyToDisk(tx, made) })), db.Close())
	})
	if err != nil {
		return v, err
	}
	s, err := Open(made, check)
	if err != nil {
		return v, err
	}
	if err := errors.Join(s.markRestored(ctx, filepath.Base(backup), time.Now()), s.Close()); err != nil {
		return v, err
	}
	if v, err = VerifyFile(ctx, made, provision.Head{}, check); err != nil {
		return v, err
	}
	return v, publish(made, path)
}

// markRestored writes into the audit, and into the jobs that are not over, that this state is that of a backup.
func (s *Store) markRestored(ctx context.Context, backup string, now time.Time) error {
	return s.write(ctx, "noting that a backup was restored", func(tx *transaction) error {
		head, err := headOf(tx)
		if err != nil {
			return err
		}
		if err := appendFacts(tx, []provision.Fact{provision.RestoredFact(backup, head, now)}); err != nil {
			return err
		}
		var keys [][]byte // a bucket must not be changed while it is walked
		err = tx.Bucket(activeBucket).ForEach(func(key, _ []byte) error {
			keys = append(keys, bytes.Clone(key))
			return nil
		})
		if err != nil {
			return err
		}
		asOf, err := writtenAt(tx, head)
		for _, key := range keys {
			if err == nil {
				err = restoreJob(tx, key, asOf, now)
			}
		}
		return err
	})
}

// writtenAt is when the record of that head was written.
func writtenAt(tx *transaction, head provision.Head) (time.Time, error) {
	line := tx.Bucket(auditBucket).Get(number(uint64(head.Seq)))
	if line == nil {
		return time.Time{}, nil
	}
	last, err := provision.Unseal(line)
	return last.Record.At, err
}

func restoreJob(tx *transaction, key []byte, asOf, now time.Time) error {
	job, journal, err := withJournal(tx, key, tx.Bucket(jobsBucket).Get(key))
	if err != nil {
		return err
	}
	entries := job.Restore(journal, asOf, now)
	_, err = save(tx, binary.BigEndian.Uint64(key), job, entries)
	return err
}

// keepOld keeps a copy of a file of an earlier version before it is brought along: the way back from an upgrade.
func keepOld(tx *transaction, path string, version int) error {
	dir := BackupDir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	made := filepath.Join(dir, fmt.Sprintf("version-%d-%s", version, time.Now().UTC().Format(backupName)))
	half := made + ".half" // which nobody takes for a backup
	defer os.Remove(half)
	if err := copyToDisk(tx, half); err != nil {
		return fmt.Errorf("keeping a copy: %w", err)
	}
	if err := os.Rename(half, made); err != nil {
		return fmt.Errorf("keeping a copy: %w", err)
	}
	return syncDir(dir)
}
