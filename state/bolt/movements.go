package bolt

import (
	"context"
	"slices"
	"time"

	"mozybot/provision"
)

var movementMarks = marksOf(provision.MovementSteps...)

// Movements is described at state.Store.
func (s jobs) Movements(ctx context.Context, since time.Time) ([]provision.Movement, error) {
	var all []provision.Movement
	err := s.read(ctx, "looking for storage that was moved", func(tx *transaction) error {
		for _, key := range mayHaveMoved(tx, firstEnd(since)) {
			moved, err := movementsAt(tx, key)
			if err != nil {
				return err
			}
			all = append(all, moved...)
			if ctx.Err() != nil {
				return ctx.Err()
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return all, nil
}

// mayHaveMoved are the keys of the jobs that are not over, and of those that ended from first on after they had begun.
func mayHaveMoved(tx *transaction, first []byte) [][]byte {
	return activeAnd(tx, endedBucket, first, func(state []byte) bool {
		return slices.Contains([]provision.State{provision.Done, provision.Cancelled}, provision.State(state))
	})
}

// movementsAt are those of the job with that key. Most jobs that were never approved are not decoded.
func movementsAt(tx *transaction, key []byte) ([]provision.Movement, error) {
	entries, err := markedEntriesAt(tx, key, movementMarks)
	if err != nil || !slices.ContainsFunc(entries, func(e provision.Entry) bool { return e.Kind == provision.Achieved }) {
		return nil, err
	}
	job, err := jobAt(tx, key)
	if err != nil {
		return nil, err
	}
	return provision.Movements(job, entries), nil
}
