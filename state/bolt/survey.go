package bolt

import (
	"context"
	"errors"
	"io/fs"
	"os"

	"go.etcd.io/bbolt"

	"mozybot/provision"
)

// Surveyed is what Survey saw of a file.
type Surveyed struct {
	Verified
	Absent  bool // Open would make it
	Earlier bool // it has an earlier form, which Open would bring along; it is not verified then
}

// Survey looks at a file as Open would, and verifies it, but changes and makes nothing. Its errors are those that Open
// would give, and Verify.
func Survey(ctx context.Context, path string, check Checker) (seen Surveyed, err error) {
	switch info, err := os.Stat(path); {
	case errors.Is(err, fs.ErrNotExist):
		return Surveyed{Absent: true}, gone(path)
	case err == nil && !info.Mode().IsRegular():
		return seen, notAFile(path)
	}
	if err := inspect(path, check); err != nil {
		return seen, err
	}
	err = guarded(path, func() error {
		db, err := open(path, bbolt.Options{Timeout: openTimeout, ReadOnly: true})
		if err != nil {
			return err
		}
		err = db.View(in(func(tx *transaction) error {
			written, err := knownSchema(tx, path)
			if err != nil {
				return err
			}
			seen.Earlier = written < schema
			return err
		}))
		if err == nil && !seen.Earlier {
			seen.Verified, err = verify(ctx, db, provision.Head{})
		}
		return errors.Join(err, db.Close())
	})
	return seen, err
}
