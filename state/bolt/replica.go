package bolt

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"

	"go.etcd.io/bbolt"
)

// Commit makes the changes of a transaction durable where the state is kept besides this file, before the file has them:
// all of them or none. An error undoes the transaction and comes back as it is.
type Commit func(ctx context.Context, changes []Change) error

// Replica is a Store whose file is a copy of a state that is kept elsewhere: made empty, filled and kept up by Apply, and
// written to through Commit. The copy may be lost at any time, so nothing in it waits for the disk.
type Replica struct{ *Store }

// NewReplica makes the file at path; one that an earlier run left there is removed. An error of code Conflict says that
// another process has it open.
func NewReplica(path string, check Checker, commit Commit) (*Replica, error) {
	if InUse(path) {
		return nil, inUse(path, nil)
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("removing an earlier copy of the state: %w", err)
	}
	db, err := open(path, bbolt.Options{Timeout: openTimeout, NoSync: true})
	if err != nil {
		return nil, err
	}
	if err := db.Update(in(makeBuckets)); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	s := newStore(db, check)
	s.commit = commit
	return &Replica{s}, nil
}

// Apply makes changes that were made elsewhere, all of them or none.
func (r *Replica) Apply(changes []Change) error {
	err := r.db.Update(func(tx *bbolt.Tx) error {
		for _, c := range changes {
			if err := apply(tx, c); err != nil {
				return fmt.Errorf("bucket %q, key %q: %w", c.Bucket, c.Key, err)
			}
		}
		return nil
	})
	return explain("following the state", err)
}

// Prepare lays out a state where there is none, and brings one of an earlier form along.
func (r *Replica) Prepare(ctx context.Context) error {
	return r.write(ctx, "preparing the state", func(tx *transaction) error {
		written := schemaOf(tx)
		if written == 0 {
			return layOut(tx)
		}
		if err := Newer("The state", written, ""); err != nil {
			return err
		}
		return migrate(tx, written)
	})
}

// Records hands every record of a whole file of this version to each, and the sequences of its buckets; the version comes
// last, so that what has it is whole.
func Records(path string, each func(Change) error) error {
	db, err := open(path, bbolt.Options{Timeout: openTimeout, ReadOnly: true})
	if err != nil {
		return err
	}
	err = db.View(func(tx *bbolt.Tx) error {
		for _, name := range buckets {
			if err := recordsOf(string(name), tx.Bucket(name), each); err != nil {
				return err
			}
		}
		return each(Change{string(metaBucket), string(schemaKey), strconv.AppendInt(nil, schema, 10)})
	})
	return errors.Join(err, db.Close())
}

func recordsOf(name string, b *bbolt.Bucket, each func(Change) error) error {
	if n := b.Sequence(); n > 0 {
		if err := each(Change{Bucket: name, Value: strconv.AppendUint(nil, n, 10)}); err != nil {
			return err
		}
	}
	return b.ForEach(func(key, value []byte) error {
		if name == string(metaBucket) && bytes.Equal(key, schemaKey) {
			return nil
		}
		return each(Change{name, string(key), append([]byte{}, value...)})
	})
}
