package bolt

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"go.etcd.io/bbolt"

	"mozybot/provision"
)

// ConsoleAccess is described at state.Store.
func (s *Store) ConsoleAccess(ctx context.Context) (gate provision.ConsoleAccess, err error) {
	err = s.read(ctx, "reading the gate", func(tx *bbolt.Tx) error {
		gate, err = gateOf(tx)
		return err
	})
	return gate, err
}

// UpdateConsoleAccess is described at state.Store.
func (s *Store) UpdateConsoleAccess(ctx context.Context, change func(*provision.ConsoleAccess, *provision.Job) ([]provision.Entry, error)) (provision.ConsoleAccess, error) {
	var gate provision.ConsoleAccess
	var refusal error
	err := s.write(ctx, "updating the gate", func(tx *bbolt.Tx) error {
		var err error
		if gate, err = gateOf(tx); err != nil {
			return err
		}
		var n uint64
		var holder *provision.Job
		if l := gate.Lock; l != nil {
			var job provision.Job
			if n, job, err = find(tx, l.Job); err != nil {
				return fmt.Errorf("the job at the console: %w", err)
			}
			holder = &job
		}
		entries, err := change(&gate, holder)
		if err != nil {
			refusal = err
			return err
		}
		if err := put(tx.Bucket(metaBucket), accessKey, gate); err != nil {
			return err
		}
		if err := appendFacts(tx, gate.Facts()); err != nil {
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
		gate, err = gateOf(tx) // without what only this change knew
		return err
	})
	if refusal != nil {
		return provision.ConsoleAccess{}, refusal
	}
	if err != nil {
		return provision.ConsoleAccess{}, err
	}
	return gate, nil
}

func gateOf(tx *bbolt.Tx) (gate provision.ConsoleAccess, err error) {
	if text := tx.Bucket(metaBucket).Get(accessKey); text != nil {
		if err = json.Unmarshal(text, &gate); err != nil {
			err = fmt.Errorf("the record of the gate: %w", err)
		}
	}
	return gate, err
}

// follow keeps the lock's step in line with a job's journal.
func follow(tx *bbolt.Tx, id provision.JobID, entries []provision.Entry) error {
	if len(entries) == 0 {
		return nil
	}
	gate, err := gateOf(tx)
	if err != nil || !gate.Follow(id, entries) {
		return err
	}
	return put(tx.Bucket(metaBucket), accessKey, gate)
}
