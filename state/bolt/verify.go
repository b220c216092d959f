package bolt

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"runtime"
	"slices"
	"strconv"
	"sync"

	"go.etcd.io/bbolt"

	"mozybot/provision"
)

// Verified is what Verify looked at.
type Verified struct {
	Jobs    int
	Records int
	Removed int // records whose words were removed with their customers' data
	Head    provision.Head
}

// Verify holds the audit against itself, against a head that was noted earlier (the zero Head for none), and against
// every job and its journal, as they are at one moment. Its error has code Changed and names the first record, or else
// the first job, that is not as it should be.
func (s *Store) Verify(ctx context.Context, noted provision.Head) (v Verified, err error) {
	v, err = verify(ctx, s.db, noted)
	return v, explain("verifying the audit", err)
}

func verify(ctx context.Context, db *bbolt.DB, noted provision.Head) (v Verified, err error) {
	err = atOneMoment(db, runtime.GOMAXPROCS(0), func(all []*transaction) error {
		var records map[uint64]mentions
		if v, records, err = verifyChain(ctx, all[0], noted); err != nil {
			return err
		}
		v.Jobs = all[0].Bucket(jobsBucket).Stats().KeyN
		if err := verifyJobs(ctx, all, records); err != nil {
			return err
		}
		return verifyMentioned(all[0], records)
	})
	return v, err
}

// mentions are how many records tell of a job, and the first of them.
type mentions struct{ count, first int }

func verifyChain(ctx context.Context, tx *transaction, noted provision.Head) (v Verified, mentioned map[uint64]mentions, err error) {
	var chain provision.Chain
	chain.Noted(noted)
	mentioned = map[uint64]mentions{}
	var paused provision.Record
	upgraded := false
	err = tx.Bucket(auditBucket).ForEach(func(key, line []byte) error {
		r, err := chain.AddRecord(line)
		if err != nil {
			return err
		}
		if !bytes.Equal(key, number(uint64(r.Seq))) {
			return provision.Errorf(provision.Changed, "Record %d is kept under another number.", r.Seq)
		}
		switch r.What {
		case provision.WhatPaused, provision.WhatResumed:
			paused = r
		case provision.WhatUpgraded:
			upgraded = true
		}
		if r.Job != "" {
			n, _ := strconv.ParseUint(string(r.Job), 10, 64)
			m := mentioned[n]
			if m.count++; m.count == 1 {
				m.first = r.Seq
			}
			mentioned[n] = m
		}
		return ctx.Err()
	})
	v = Verified{Records: chain.Head().Seq, Removed: chain.Removed(), Head: chain.Head()}
	if err == nil {
		err = chain.End()
	}
	if err == nil {
		err = verifyPause(tx, paused, upgraded)
	}
	return v, mentioned, err
}

// verifyMentioned says whether each job that a record tells of is there.
func verifyMentioned(tx *transaction, mentioned map[uint64]mentions) error {
	first := 0
	var job uint64
	for n, m := range mentioned {
		if tx.Bucket(jobsBucket).Get(number(n)) == nil && (first == 0 || m.first < first) {
			first, job = m.first, n
		}
	}
	if first > 0 {
		return provision.Errorf(provision.Changed, "Record %d tells of job %d, which is not there.", first, job)
	}
	return nil
}

// verifyJobs goes through all jobs, in each transaction through some of them at the same time. The error is that of the first
// job which has one.
func verifyJobs(ctx context.Context, all []*transaction, mentioned map[uint64]mentions) error {
	path, spans := all[0].DB().Path(), spansOf(all[0], 256)
	todo := make(chan span)
	found := make([]jobError, len(all))
	var working sync.WaitGroup
	for i, tx := range all {
		working.Go(func() {
			for s := range todo {
				if found[i].err != nil {
					continue // what comes is behind it
				}
				err := guarded(path, func() error {
					found[i] = verifySpan(ctx, tx, s, mentioned)
					return nil
				})
				if err != nil {
					found[i] = jobError{s.first, err}
				}
			}
		})
	}
	for _, s := range spans {
		todo <- s
	}
	close(todo)
	working.Wait()
	return slices.MinFunc(found, jobError.compare).err
}

// span is the jobs from one number to another.
type span struct{ first, last uint64 }

// spansOf are all jobs in pieces, so many in each.
func spansOf(tx *transaction, many int) (all []span) {
	c, n := tx.Bucket(jobsBucket).Cursor(), 0
	for key, _ := c.First(); key != nil; key, _ = c.Next() {
		job := binary.BigEndian.Uint64(key)
		if n%many == 0 {
			all = append(all, span{first: job})
		}
		all[len(all)-1].last = job
		n++
	}
	return all
}

// jobError is an error about a job; the zero jobError is none.
type jobError struct {
	job uint64
	err error
}

// compare puts the first job's error first, and none last.
func (e jobError) compare(other jobError) int {
	if (e.err == nil) != (other.err == nil) {
		return map[bool]int{true: 1, false: -1}[e.err == nil]
	}
	return cmp.Compare(e.job, other.job)
}

func verifySpan(ctx context.Context, tx *transaction, s span, mentioned map[uint64]mentions) jobError {
	c := tx.Bucket(jobsBucket).Cursor()
	for key, text := c.Seek(number(s.first)); key != nil; key, text = c.Next() {
		n := binary.BigEndian.Uint64(key)
		if n > s.last {
			break
		}
		err := ctx.Err()
		if err == nil {
			err = verifyJob(tx, key, text, mentioned[n].count)
		}
		if err != nil {
			return jobError{n, err}
		}
	}
	return jobError{}
}

// atOneMoment gives do transactions that all see the same state, n of them where nobody writes to the file: one of bbolt's is good
// for one goroutine. Where somebody may write it gives one, since a second could wait for a writer that waits for the first.
func atOneMoment(db *bbolt.DB, n int, do func([]*transaction) error) (err error) {
	if !db.IsReadOnly() {
		n = 1
	}
	var all []*transaction
	defer func() {
		for _, tx := range all {
			err = errors.Join(err, tx.Rollback())
		}
	}()
	for range n {
		tx, err := db.Begin(false)
		if err != nil {
			return err
		}
		all = append(all, &transaction{Tx: tx})
	}
	return do(all)
}

func verifyPause(tx *transaction, last provision.Record, upgraded bool) error {
	access, err := accessOf(tx)
	if err != nil {
		return err
	}
	return provision.CheckPause(access.Pause, last, upgraded)
}

// verifyJob holds one job and its journal against its records, of which there must be so many.
func verifyJob(tx *transaction, key, text []byte, mentioned int) error {
	job, entries, err := withJournal(tx, key, text)
	if err != nil {
		return err
	}
	n := binary.BigEndian.Uint64(key)
	if string(job.ID) != strconv.FormatUint(n, 10) {
		return provision.Errorf(provision.Changed, "Job %d calls itself %s.", n, job.ID)
	}
	facts, err := trailAt(tx, n)
	if err != nil {
		return err
	}
	if is := tx.Bucket(activeBucket).Get(key); job.State().Over() != (is == nil) || is != nil && string(is) != string(job.State()) {
		return provision.Errorf(provision.Changed, "Job %d is %s, but listed as %q among those that are not over.", n, job.State(), is)
	}
	if len(facts) != mentioned {
		return provision.Errorf(provision.Changed, "Job %d has %d records listed, but %d tell of it.", n, len(facts), mentioned)
	}
	if err := provision.CheckFacts(job, entries, facts); err != nil {
		return err
	}
	return provision.CheckBinding(job.ID, text, facts)
}
