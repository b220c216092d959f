package bolt

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"time"

	"go.etcd.io/bbolt"
	bbolterrors "go.etcd.io/bbolt/errors"

	"mozybot/provision"
)

// openTimeout is how long to wait for another process to let the file go: long enough for one that is just stopping, and for one
// that was started by its owner and has not begun to run, on a machine with too much to do. Until then it has its owner's files.
const openTimeout = 5 * time.Second

// Open opens the file at path, which the folder must be there for. A file of an earlier version is brought along, and a
// copy of it as it was is kept in BackupDir. A new one is made only where there was none: not when there are backups of
// one, and not in place of one that is empty or damaged. check looks through a file that
// was there, and later through every backup; every record of a job that is not over is read as well.
//
// Errors of code Conflict say that another process has the file open; those of code Invalid, that this program cannot
// work with it, and what to do.
func Open(path string, check Checker) (*Store, error) {
	made := false
	switch info, err := os.Stat(path); {
	case errors.Is(err, fs.ErrNotExist):
		if made, err = create(path); err != nil {
			return nil, err
		}
	case err != nil:
		return nil, fmt.Errorf("opening the state file: %w", err)
	case !info.Mode().IsRegular():
		return nil, notAFile(path)
	case info.Mode().Perm()&0o077 != 0: // it names customers
		if err := os.Chmod(path, 0o600); err != nil {
			return nil, fmt.Errorf("keeping the state file to its owner: %w", err)
		}
	}
	if !made {
		if err := inspect(path, check); err != nil {
			return nil, err
		}
	}
	var s *Store
	err := guarded(path, func() error {
		db, err := open(path, bbolt.Options{Timeout: openTimeout})
		if err != nil {
			return err
		}
		if err := db.Update(in(func(tx *transaction) error { return prepare(tx, path) })); err != nil {
			return errors.Join(err, db.Close())
		}
		s = newStore(db, check)
		if s.opened, err = os.Stat(path); err != nil {
			return errors.Join(fmt.Errorf("opening the state file: %w", err), db.Close())
		}
		return nil
	})
	return s, err
}

// OpenReadOnly opens a file to look at it, while no other process writes to it. It must have the form of this version. An
// error of code NotFound says that there is none.
func OpenReadOnly(path string, check Checker) (*Store, error) {
	if err := inspect(path, check); err != nil {
		return nil, err
	}
	var s *Store
	err := guarded(path, func() error {
		db, err := open(path, bbolt.Options{Timeout: openTimeout, ReadOnly: true})
		if err != nil {
			return err
		}
		err = db.View(in(func(tx *transaction) error {
			if written := schemaOf(tx); written != schema {
				return provision.Errorf(provision.Invalid, "The state file %s has the form of another version of mozybot (%d; this one knows %d). Open it once with \"mozybot serve\" of this version.", path, written, schema)
			}
			return nil
		}))
		if err != nil {
			return errors.Join(err, db.Close())
		}
		s = newStore(db, check)
		return nil
	})
	return s, err
}

// create makes a new file, whole or not at all: what a crash leaves of it must not be taken for a state file.
// It says whether it did: another process may have been quicker.
func create(path string) (made bool, err error) {
	if err := gone(path); err != nil {
		return false, err
	}
	temporary, err := os.MkdirTemp(filepath.Dir(path), ".new-")
	if err != nil {
		return false, fmt.Errorf("making the state file %q: %w", path, err)
	}
	defer os.RemoveAll(temporary)
	unnamed := filepath.Join(temporary, "state")
	db, err := open(unnamed, bbolt.Options{})
	if err != nil {
		return false, err
	}
	if err := errors.Join(db.Update(in(layOut)), db.Close()); err != nil {
		return false, err
	}
	err = publish(unnamed, path)
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return false, fmt.Errorf("making the state file %q: %w", path, err)
	}
	return err == nil, nil
}

// notAFile is the error of something whose mode is not ours to change, and that may not even end.
func notAFile(path string) error {
	return provision.Errorf(provision.Invalid, "No state can be kept in %s: it is a folder, a device or a pipe. Name a file.", path)
}

// gone is the error of a file that is not there and must not be made: there are backups of one, or a link to it.
func gone(path string) error {
	if there, err := os.Readlink(path); err == nil {
		return provision.Errorf(provision.Invalid, "The state file %s is a link to %s, where nothing is. Is its disk there? To begin with an empty file, name that one.", path, there)
	}
	newest := newestBackup(path)
	if newest == "" {
		return nil
	}
	return provision.Errorf(provision.Invalid, "The state file %s is gone, but there are backups of it: %s is the newest. Put it back with \"mozybot restore %s\", or move the backups away to begin with an empty file.", path, newest, newest)
}

// publish gives a file that is whole its name, unless there is one of that name, and has that survive a crash.
func publish(temporary, path string) error {
	err := os.Link(temporary, path)
	if _, there := os.Lstat(path); err != nil && errors.Is(there, fs.ErrNotExist) { // not every file system has links
		err = os.Rename(temporary, path)
	}
	if err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

func syncDir(name string) error {
	dir, err := os.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

func open(path string, o bbolt.Options) (*bbolt.DB, error) {
	db, err := bbolt.Open(path, 0o600, &o)
	switch {
	case errors.Is(err, bbolterrors.ErrTimeout):
		return nil, inUse(path, err)
	case errors.As(err, new(*fs.PathError)):
		return nil, fmt.Errorf("opening the state file %q: %w", path, err)
	case err != nil:
		return nil, damaged(path, err)
	}
	return db, nil
}

func inUse(path string, err error) error {
	return &provision.Error{Code: provision.Conflict, Err: err, Message: fmt.Sprintf(
		"The state file %s is in use, most likely by a second instance of mozybot. Stop that one, or give this one a file of its own.", path)}
}

// missing names the file from the root: a path of STATE may count from a folder that the reader does not think of.
func missing(path string) error {
	if whole, err := filepath.Abs(path); err == nil {
		path = whole
	}
	return provision.Errorf(provision.NotFound, "There is no state file %s.", path)
}

// inspect looks through the file without changing it, before bbolt trusts it.
func inspect(path string, check Checker) error {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return missing(path)
	}
	if err != nil {
		return fmt.Errorf("opening the state file: %w", err)
	}
	if info.Size() == 0 {
		return damaged(path, errors.New("it is empty"))
	}
	return guarded(path, func() error {
		db, err := open(path, bbolt.Options{Timeout: openTimeout, ReadOnly: true})
		if err != nil {
			return err
		}
		err = db.View(in(func(tx *transaction) error {
			if info.Size() < tx.Size() {
				return damaged(path, fmt.Errorf("it ends after %d of %d bytes", info.Size(), tx.Size()))
			}
			if err := check(path); errors.Is(err, errNotWhole) {
				return damaged(path, err)
			} else if err != nil {
				return err
			}
			if written := schemaOf(tx); written != schema { // prepare's to judge
				return nil
			}
			if err := checkLive(tx); err != nil {
				return damaged(path, err)
			}
			return nil
		}))
		return errors.Join(err, db.Close())
	})
}

// checkLive reads whatever the bot goes on with: the jobs that are not over with their journals, the access to the console, the end of
// the audit.
func checkLive(tx *transaction) error {
	for _, name := range buckets {
		if tx.Bucket(name) == nil {
			return fmt.Errorf("its bucket %q is not there", name)
		}
	}
	if _, err := accessOf(tx); err != nil {
		return err
	}
	if _, err := headOf(tx); err != nil {
		return err
	}
	return tx.Bucket(activeBucket).ForEach(func(key, _ []byte) error {
		if len(key) != 8 {
			return fmt.Errorf("its list of jobs has the key %x", key)
		}
		if _, err := jobAt(tx, key); err != nil {
			return err
		}
		_, err := entriesAt(tx, key)
		return err
	})
}

// damaged says that a file cannot be worked with, and what to do.
func damaged(path string, why error) error {
	todo := "Put a backup of it in its place with \"mozybot restore BACKUP\", or name another file."
	if newest := newestBackup(path); newest != "" {
		todo = fmt.Sprintf("Its newest backup is %s: put it back with \"mozybot restore %s\".", newest, newest)
	}
	return &provision.Error{Code: provision.Invalid, Err: why, Message: fmt.Sprintf(
		"The file %s is not a state file of mozybot, or it is damaged. Nothing was changed. %s", path, todo)}
}

// guarded has a fault or a panic on a damaged file, which bbolt maps into memory, be an error. The file stays locked by
// this process then.
func guarded(path string, f func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if cause := recover(); cause != nil {
			err = damaged(path, fmt.Errorf("%v", cause))
		}
	}()
	return f()
}

// BackupDir is where the backups that mozybot makes by itself lie: a folder beside the state file.
func BackupDir(path string) string { return path + ".backups" }

// newestBackup is the newest file in BackupDir, "" when there is none. Those of one version are named after the time, so
// that the last by name is the newest. One named after a time to come was made while the clock was wrong: it counts when
// there is no other, and files kept from before an upgrade when there is nothing else at all.
func newestBackup(path string) string {
	dir := BackupDir(path)
	if names, err := backupsIn(dir, time.Now()); err == nil && len(names) > 0 {
		return filepath.Join(dir, names[len(names)-1])
	}
	entries, err := os.ReadDir(dir) // sorted by name
	if err != nil {
		return ""
	}
	old := ""
	for _, e := range entries {
		if strings.HasSuffix(e.Name(), backupSuffix) {
			old = filepath.Join(dir, e.Name())
		}
	}
	return old
}

// backupsIn are the names of the backups in a folder that are named after a time, oldest first. Those from the future come
// before all others.
func backupsIn(dir string, now time.Time) ([]string, error) {
	entries, err := os.ReadDir(dir) // sorted by name
	if err != nil {
		return nil, err
	}
	var future, past []string
	for _, e := range entries {
		made, err := time.Parse(backupName, e.Name())
		switch {
		case err != nil:
		case made.After(now):
			future = append(future, e.Name())
		default:
			past = append(past, e.Name())
		}
	}
	return append(future, past...), nil
}

// InUse says whether another process has the file open to write to it.
func InUse(path string) bool {
	db, err := bbolt.Open(path, 0o600, &bbolt.Options{Timeout: openTimeout, ReadOnly: true})
	if err == nil {
		err = db.Close()
	}
	return errors.Is(err, bbolterrors.ErrTimeout)
}

// LastBackup is when the newest of the backups in BackupDir was made, the zero time when there is none but from the future.
func LastBackup(path string, now time.Time) time.Time {
	names, err := backupsIn(BackupDir(path), now)
	if err != nil || len(names) == 0 {
		return time.Time{}
	}
	made, err := time.Parse(backupName, names[len(names)-1])
	if err != nil || made.After(now) {
		return time.Time{}
	}
	return made
}
