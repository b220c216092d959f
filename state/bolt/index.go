package bolt

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"slices"
	"time"

	"mozybot/provision"
)

// index keeps every list of jobs in step with the changes of one. before is the zero Job for one that is new to them.
func index(tx *transaction, key []byte, before, after provision.Job) error {
	dedupe := tx.Bucket(dedupeBucket)
	was, is := provision.DedupeKeys(before), provision.DedupeKeys(after)
	for _, m := range was {
		if !slices.Contains(is, m) {
			if err := dedupe.Delete(slices.Concat(m[:], key)); err != nil {
				return err
			}
		}
	}
	for _, m := range is {
		if !slices.Contains(was, m) {
			if err := dedupe.Put(slices.Concat(m[:], key), nil); err != nil {
				return err
			}
		}
	}
	if before.ID != "" && before.State() == after.State() && before.Erased.Equal(after.Erased) {
		return nil
	}
	active, ended, holding := tx.Bucket(activeBucket), tx.Bucket(endedBucket), tx.Bucket(holdingBucket)
	if before.ID != "" && before.State().Over() {
		if err := ended.Delete(endKey(before, key)); err != nil {
			return err
		}
		if err := holding.Delete(endKey(before, key)); err != nil {
			return err
		}
	}
	if !after.State().Over() {
		return active.Put(key, []byte(after.State()))
	}
	if err := active.Delete(key); err != nil {
		return err
	}
	if after.Erased.IsZero() {
		if err := holding.Put(endKey(after, key), nil); err != nil {
			return err
		}
	}
	return ended.Put(endKey(after, key), []byte(after.State()))
}

// endKey orders jobs that are over by when they ended.
func endKey(job provision.Job, key []byte) []byte {
	return slices.Concat(number(uint64(max(0, job.Status.Last().At.UnixNano()))), key)
}

// firstEnd is where the jobs that ended at that time or later begin.
func firstEnd(since time.Time) []byte {
	if since.IsZero() {
		return nil
	}
	return number(uint64(max(0, since.UnixNano())))
}

// Ended is described at state.Store.
func (s jobs) Ended(ctx context.Context, since time.Time, most int, states ...provision.State) (newest []provision.Job, total int, err error) {
	newest = []provision.Job{}
	first := firstEnd(since)
	err = s.read(ctx, "listing jobs that are over", func(tx *transaction) error {
		c := tx.Bucket(endedBucket).Cursor()
		for key, is := c.Last(); key != nil && bytes.Compare(key, first) >= 0; key, is = c.Prev() {
			if len(states) > 0 && !slices.Contains(states, provision.State(is)) {
				continue
			}
			if total++; total > most {
				continue
			}
			job, err := jobAt(tx, key[8:])
			if err != nil {
				return err
			}
			newest = append(newest, job)
		}
		return nil
	})
	if err != nil {
		return nil, 0, err
	}
	return newest, total, nil
}

// FindDuplicates is described at state.Store.
func (s jobs) FindDuplicates(ctx context.Context, job provision.Job) ([]provision.Job, error) {
	jobs := []provision.Job{}
	err := s.read(ctx, "looking for jobs that are alike", func(tx *transaction) error {
		var keys [][]byte
		if key := tx.Bucket(sourcesBucket).Get([]byte(job.Source)); key != nil {
			keys = append(keys, key)
		}
		c := tx.Bucket(dedupeBucket).Cursor()
		for _, m := range provision.DedupeKeys(job) {
			for key, _ := c.Seek(m[:]); bytes.HasPrefix(key, m[:]); key, _ = c.Next() {
				keys = append(keys, key[len(m):])
			}
		}
		slices.SortFunc(keys, bytes.Compare)
		for _, key := range slices.CompactFunc(keys, bytes.Equal) {
			found, err := jobAt(tx, key)
			if err != nil {
				return err
			}
			jobs = append(jobs, found)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return jobs, nil
}

// EraseCustomers is described at state.Store.
func (s jobs) EraseCustomers(ctx context.Context, ended time.Time, most int, now time.Time) (int, error) {
	var keys [][]byte
	err := s.write(ctx, "erasing customers' data", func(tx *transaction) error {
		limit := number(uint64(max(0, ended.UnixNano())))
		c := tx.Bucket(holdingBucket).Cursor()
		for key, _ := c.First(); key != nil && len(keys) < most && bytes.Compare(key[:8], limit) < 0; key, _ = c.Next() {
			keys = append(keys, bytes.Clone(key[8:]))
		}
		for _, key := range keys {
			if err := erase(tx, key, now); err != nil {
				return fmt.Errorf("job %d: %w", binary.BigEndian.Uint64(key), err)
			}
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	return len(keys), nil
}

// erase removes the customer's data of one job: from its record, its journal, and beside its lines of the audit.
func erase(tx *transaction, key []byte, now time.Time) error {
	job, err := jobAt(tx, key)
	if err != nil {
		return err
	}
	if err := job.Erase(now); err != nil {
		return err
	}
	entries, err := entriesAt(tx, key)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if err := put(tx.Bucket(journalBucket), slices.Concat(key, number(uint64(e.Seq))), e.Erased()); err != nil {
			return err
		}
	}
	n := binary.BigEndian.Uint64(key)
	lines := tx.Bucket(auditBucket)
	bare := map[string][]byte{} // a bucket must not be changed while it is walked
	err = eachLine(tx, n, func(seq, line []byte) error {
		without, err := provision.WithoutWords(line)
		bare[string(seq)] = without
		return err
	})
	if err != nil {
		return err
	}
	for seq, line := range bare {
		if err := lines.Put([]byte(seq), line); err != nil {
			return err
		}
	}
	_, err = save(tx, n, job, nil)
	return err
}
