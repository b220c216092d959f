package bolt

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"go.etcd.io/bbolt"

	"mozybot/provision"
)

// Create is described at state.Store.
func (s jobs) Create(ctx context.Context, job provision.Job) (provision.Job, error) {
	source := []byte(job.Source)
	if len(source) == 0 || len(source) > bbolt.MaxKeySize {
		return provision.Job{}, provision.Errorf(provision.Invalid, "A job needs a source of 1 to %d bytes; this one has %d.", bbolt.MaxKeySize, len(source))
	}
	var saved, earlier provision.Job
	err := s.write(ctx, "creating a job", func(tx *transaction) error {
		if key := tx.Bucket(sourcesBucket).Get(source); key != nil {
			var err error
			if earlier, err = jobAt(tx, key); err != nil {
				return err
			}
			return provision.Errorf(provision.Conflict, "This is job %s already.", earlier.ID)
		}
		n, err := tx.Bucket(jobsBucket).NextSequence()
		if err != nil {
			return err
		}
		job.ID = provision.JobID(strconv.FormatUint(n, 10))
		if err := tx.Bucket(sourcesBucket).Put(source, number(n)); err != nil {
			return err
		}
		saved, err = save(tx, n, job, nil)
		return err
	})
	if err != nil {
		return earlier, err // no job, unless that is what was in the way
	}
	return saved, nil
}

// Job is described at state.Store.
func (s jobs) Job(ctx context.Context, id provision.JobID) (provision.Job, error) {
	var job provision.Job
	err := s.read(ctx, "reading job "+strconv.Quote(string(id)), func(tx *transaction) error {
		_, found, err := find(tx, id)
		job = found
		return err
	})
	return job, err
}

// Jobs is described at state.Store.
func (s jobs) Jobs(ctx context.Context, states ...provision.State) ([]provision.Job, error) {
	jobs := []provision.Job{}
	err := s.read(ctx, "listing jobs", func(tx *transaction) error {
		if len(states) > 0 && !slices.ContainsFunc(states, provision.State.Over) {
			return tx.Bucket(activeBucket).ForEach(func(key, is []byte) error {
				if !slices.Contains(states, provision.State(is)) {
					return nil
				}
				job, err := jobAt(tx, key)
				jobs = append(jobs, job)
				return err
			})
		}
		return tx.Bucket(jobsBucket).ForEach(func(key, text []byte) error {
			job, err := decode(key, text)
			if len(states) == 0 || slices.Contains(states, job.State()) {
				jobs = append(jobs, job)
			}
			return err
		})
	})
	if err != nil {
		return nil, err
	}
	return jobs, nil
}

// Update is described at state.Store.
func (s jobs) Update(ctx context.Context, id provision.JobID, change func(*provision.Job) error, entries ...provision.Entry) (provision.Job, error) {
	var saved provision.Job
	var refusal error
	err := s.write(ctx, "updating job "+strconv.Quote(string(id)), func(tx *transaction) error {
		n, job, err := find(tx, id)
		if err != nil {
			return err
		}
		source := job.Source
		if change != nil {
			if refusal = change(&job); refusal != nil {
				return refusal
			}
			if job.ID != id || job.Source != source {
				return errors.New("a change must leave the job's id and source alone")
			}
		}
		saved, err = save(tx, n, job, entries)
		return err
	})
	if refusal != nil {
		return provision.Job{}, refusal
	}
	if err != nil {
		return provision.Job{}, err
	}
	return saved, nil
}

// Journal is described at state.Store.
func (s jobs) Journal(ctx context.Context, id provision.JobID) ([]provision.Entry, error) {
	var entries []provision.Entry
	err := s.read(ctx, "reading the journal of job "+strconv.Quote(string(id)), func(tx *transaction) error {
		n, _, err := find(tx, id)
		if err != nil {
			return err
		}
		entries, err = entriesAt(tx, number(n))
		return err
	})
	if err != nil {
		return nil, err
	}
	return entries, nil
}

// entriesAt is the journal of the job with that key.
func entriesAt(tx *transaction, job []byte) ([]provision.Entry, error) {
	entries := []provision.Entry{}
	c := tx.Bucket(journalBucket).Cursor()
	for key, text := c.Seek(job); bytes.HasPrefix(key, job); key, text = c.Next() {
		var e provision.Entry
		if err := json.Unmarshal(text, &e); err != nil {
			return nil, fmt.Errorf("entry %d: %w", len(entries)+1, err)
		}
		entries = append(entries, e)
	}
	return entries, nil
}

// withJournal is the job of that record, and its journal.
func withJournal(tx *transaction, key, text []byte) (provision.Job, []provision.Entry, error) {
	job, err := decode(key, text)
	if err != nil {
		return provision.Job{}, nil, err
	}
	entries, err := entriesAt(tx, key)
	if err != nil {
		return provision.Job{}, nil, fmt.Errorf("the journal of job %s: %w", job.ID, err)
	}
	return job, entries, nil
}

// record appends entries to a job's journal and returns them as they are kept, with their numbers.
func record(tx *transaction, n uint64, entries []provision.Entry) ([]provision.Entry, error) {
	journal := tx.Bucket(journalBucket)
	entries = slices.Clone(entries)
	seq := lastSeq(journal, n)
	for i := range entries {
		seq++
		entries[i] = entries[i].Condensed()
		entries[i].Seq = int(seq)
		if err := put(journal, slices.Concat(number(n), number(seq)), entries[i]); err != nil {
			return nil, fmt.Errorf("journal entry %d: %w", seq, err)
		}
	}
	return entries, nil
}

// lastSeq is the number of the newest entry of a job, 0 when there is none.
func lastSeq(journal *bucket, n uint64) uint64 {
	c := journal.Cursor()
	key, _ := c.Seek(number(n + 1))
	if key == nil { // no later job has entries
		key, _ = c.Last()
	} else {
		key, _ = c.Prev()
	}
	if !bytes.HasPrefix(key, number(n)) {
		return 0
	}
	return binary.BigEndian.Uint64(key[8:])
}

// save writes a job and what is added to its journal, and with them all that follows: the indexes, the lock's step, the
// audit. It returns the job as it will be read, which shares nothing with the one given.
func save(tx *transaction, n uint64, job provision.Job, entries []provision.Entry) (after provision.Job, err error) {
	key := number(n)
	var before provision.Job
	was := slices.Clone(tx.Bucket(jobsBucket).Get(key))
	if was != nil {
		if before, err = decode(key, was); err != nil {
			return after, err
		}
	}
	if len(job.Approvals) > 0 {
		head, err := headOf(tx)
		if err != nil {
			return after, err
		}
		job.Approvals = job.Approvals.Numbered(before.Approvals, head.Seq+1)
	}
	if err := put(tx.Bucket(jobsBucket), key, job); err != nil {
		return after, err
	}
	if after, err = jobAt(tx, key); err != nil {
		return after, err
	}
	if err := index(tx, key, before, after); err != nil {
		return after, err
	}
	if entries, err = record(tx, n, entries); err != nil {
		return after, err
	}
	if err := follow(tx, job.ID, entries); err != nil {
		return after, err
	}
	changed, err := bind(was, tx.Bucket(jobsBucket).Get(key), !before.Erased.Equal(after.Erased))
	if err != nil {
		return after, err
	}
	return after, appendFacts(tx, provision.Bind(provision.FactsOf(before, after, entries), after, changed, time.Now()))
}

// bind is what a change of a job's record binds to the audit: what is another now, or all of it when the words beside its
// earlier records are gone.
func bind(was, is []byte, all bool) (provision.Binding, error) {
	bound, err := provision.BindingOf(is)
	if err != nil || was == nil || all {
		return bound, err
	}
	earlier, err := provision.BindingOf(was)
	return bound.Since(earlier), err
}

// find is the job of an id, and its number.
func find(tx *transaction, id provision.JobID) (uint64, provision.Job, error) {
	n, err := strconv.ParseUint(string(id), 10, 64)
	if err != nil || strconv.FormatUint(n, 10) != string(id) || tx.Bucket(jobsBucket).Get(number(n)) == nil {
		return 0, provision.Job{}, provision.Errorf(provision.NotFound, "There is no job %q.", string(id))
	}
	job, err := jobAt(tx, number(n))
	return n, job, err
}

func jobAt(tx *transaction, key []byte) (provision.Job, error) {
	return decode(key, tx.Bucket(jobsBucket).Get(key))
}

func decode(key, text []byte) (provision.Job, error) {
	var job provision.Job
	if err := json.Unmarshal(text, &job); err != nil {
		return provision.Job{}, fmt.Errorf("the record of job %d: %w", binary.BigEndian.Uint64(key), err)
	}
	return job, nil
}
