package bolt

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"mozybot/provision"
)

// ConsoleAccess is described at state.Store.
func (s jobs) ConsoleAccess(ctx context.Context) (access provision.ConsoleAccess, err error) {
	err = s.read(ctx, "reading the access to the console", func(tx *transaction) error {
		access, err = accessOf(tx)
		return err
	})
	return access, err
}

// UpdateConsoleAccess is described at state.Store.
func (s jobs) UpdateConsoleAccess(ctx context.Context, change func(*provision.ConsoleAccess, *provision.Job) ([]provision.Entry, error)) (provision.ConsoleAccess, error) {
	var access provision.ConsoleAccess
	var refusal error
	err := s.write(ctx, "updating the access to the console", func(tx *transaction) error {
		var err error
		if access, err = accessOf(tx); err != nil {
			return err
		}
		var n uint64
		var holder *provision.Job
		if l := access.Lock; l != nil {
			var job provision.Job
			if n, job, err = find(tx, l.Job); err != nil {
				return fmt.Errorf("the job at the console: %w", err)
			}
			holder = &job
		}
		entries, err := change(&access, holder)
		if err != nil {
			refusal = err
			return err
		}
		if err := put(tx.Bucket(metaBucket), accessKey, access); err != nil {
			return err
		}
		if err := appendFacts(tx, access.Facts()); err != nil {
			return err
		}
		switch {
		case holder != nil:
			if _, err = save(tx, n, *holder, entries); err != nil {
				return err
			}
		case len(entries) > 0:
			return errors.New("there are entries, but no job at the console")
		}
		access, err = accessOf(tx) // without what only this change knew
		return err
	})
	if refusal != nil {
		return provision.ConsoleAccess{}, refusal
	}
	if err != nil {
		return provision.ConsoleAccess{}, err
	}
	return access, nil
}

func accessOf(tx *transaction) (access provision.ConsoleAccess, err error) {
	if text := tx.Bucket(metaBucket).Get(accessKey); text != nil {
		if err = json.Unmarshal(text, &access); err != nil {
			err = fmt.Errorf("the record of the access to the console: %w", err)
		}
	}
	return access, err
}

// follow keeps the lock's step in line with a job's journal.
func follow(tx *transaction, id provision.JobID, entries []provision.Entry) error {
	if len(entries) == 0 {
		return nil
	}
	access, err := accessOf(tx)
	if err != nil || !access.Follow(id, entries) {
		return err
	}
	return put(tx.Bucket(metaBucket), accessKey, access)
}
