package bolt

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"time"

	"mozybot/provision"
)

// Purchases is described at state.Store.
func (s jobs) Purchases(ctx context.Context, but provision.JobID, since time.Time) ([]provision.Purchase, error) {
	var all []provision.Purchase
	err := s.read(ctx, "looking for purchases", func(tx *transaction) error {
		for _, key := range mayHaveBought(tx, firstEnd(since)) {
			if strconv.FormatUint(binary.BigEndian.Uint64(key), 10) == string(but) {
				continue
			}
			entries, err := markedEntriesAt(tx, key, buyMarks)
			if err != nil {
				return err
			}
			if p, ok := provision.PurchaseOf(entries); ok {
				all = append(all, p)
			}
		}
		return ctx.Err()
	})
	if err != nil {
		return nil, err
	}
	return all, nil
}

// mayHaveBought are the keys of the jobs whose purchase may still be known: those that are not over, and those that
// ended from first on and hold the customer's data. What the console showed before a purchase is erased with that.
func mayHaveBought(tx *transaction, first []byte) [][]byte {
	return activeAnd(tx, holdingBucket, first, func([]byte) bool { return true })
}

// activeAnd are the keys of the jobs that are not over, and of those that ended from first on by a list of such: those whose value
// there counts, the last first.
func activeAnd(tx *transaction, ended, first []byte, counts func(value []byte) bool) (keys [][]byte) {
	active := tx.Bucket(activeBucket).Cursor()
	for key, _ := active.First(); key != nil; key, _ = active.Next() {
		keys = append(keys, key)
	}
	over := tx.Bucket(ended).Cursor()
	for key, value := over.Last(); key != nil && bytes.Compare(key, first) >= 0; key, value = over.Prev() {
		if counts(value) {
			keys = append(keys, key[8:])
		}
	}
	return keys
}

// marksOf are how put writes these steps in entries. A quote within a text is escaped, so no text looks like one.
func marksOf(steps ...provision.StepName) (marks [][]byte) {
	for _, step := range steps {
		marks = append(marks, fmt.Appendf(nil, `"step":%q`, step))
	}
	return marks
}

var buyMarks = marksOf(provision.StepBuy)

// markedEntriesAt are the entries about the steps with these marks in the journal of the job with that key. The others, which
// are most and the longest, are not decoded.
func markedEntriesAt(tx *transaction, job []byte, marks [][]byte) (entries []provision.Entry, err error) {
	c := tx.Bucket(journalBucket).Cursor()
	for key, text := c.Seek(job); bytes.HasPrefix(key, job); key, text = c.Next() {
		if !slices.ContainsFunc(marks, func(mark []byte) bool { return bytes.Contains(text, mark) }) {
			continue
		}
		var e provision.Entry
		if err := json.Unmarshal(text, &e); err != nil {
			return nil, fmt.Errorf("entry %d of job %d: %w", binary.BigEndian.Uint64(key[8:]), binary.BigEndian.Uint64(job), err)
		}
		entries = append(entries, e)
	}
	return entries, nil
}
