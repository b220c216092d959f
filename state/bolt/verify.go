package bolt

import (
	"bytes"
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"maps"
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

// verify goes through the audit and through the jobs side by side, where it may, and then holds the one against the other.
func verify(ctx context.Context, db *bbolt.DB, noted provision.Head) (v Verified, err error) {
	err = atOneMoment(db, 1+runtime.GOMAXPROCS(0), func(all []*transaction) error {
		var mentioned map[uint64]mentions
		var chained error
		throughAudit := func() {
			chained = guarded(db.Path(), func() (err error) {
				v, mentioned, err = verifyChain(ctx, all[0], noted)
				return err
			})
		}
		jobs := all
		var working sync.WaitGroup
		if len(all) > 1 {
			jobs = all[1:]
			working.Go(throughAudit)
		} else if throughAudit(); chained != nil {
			return chained
		}
		listed, first := verifyJobs(ctx, jobs)
		if working.Wait(); chained != nil {
			return chained
		}
		v.Jobs = len(listed)
		if wrong := verifyListed(listed, mentioned); wrong.err != nil && wrong.compare(first) <= 0 {
			return wrong.err
		}
		if first.err != nil {
			return first.err
		}
		return verifyMentioned(listed, mentioned)
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

// verifyListed finds the first job that other records tell of than are listed for it.
func verifyListed(listed map[uint64]int, mentioned map[uint64]mentions) (first jobError) {
	for n, records := range listed {
		if tell := mentioned[n].count; records != unread && records != tell && (first.err == nil || n < first.job) {
			first = jobError{n, provision.Errorf(provision.Changed, "Job %d has %d records listed, but %d tell of it.", n, records, tell)}
		}
	}
	return first
}

// verifyMentioned says whether each job that a record tells of is there.
func verifyMentioned(jobs map[uint64]int, mentioned map[uint64]mentions) error {
	first := 0
	var job uint64
	for n, m := range mentioned {
		if _, there := jobs[n]; !there && (first == 0 || m.first < first) {
			first, job = m.first, n
		}
	}
	if first > 0 {
		return provision.Errorf(provision.Changed, "Record %d tells of job %d, which is not there.", first, job)
	}
	return nil
}

// verifyJobs goes through all jobs, in each transaction through some of them at the same time. It gives how many records are
// listed for each, and the error of the first job which has one: those behind it need not be in the list.
func verifyJobs(ctx context.Context, all []*transaction) (listed map[uint64]int, first jobError) {
	path, spans := all[0].DB().Path(), spansOf(all[0], 256)
	todo := make(chan span)
	found, records := make([]jobError, len(all)), make([]map[uint64]int, len(all))
	var working sync.WaitGroup
	for i, tx := range all {
		records[i] = map[uint64]int{}
		working.Go(func() {
			for s := range todo {
				if found[i].err != nil {
					continue // what comes is behind it
				}
				err := guarded(path, func() error {
					found[i] = verifySpan(ctx, tx, s, records[i])
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
	listed = records[0]
	for _, some := range records[1:] {
		maps.Copy(listed, some)
	}
	return listed, slices.MinFunc(found, jobError.compare)
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

// verifySpan notes in listed how many records are listed for each of the jobs.
func verifySpan(ctx context.Context, tx *transaction, s span, listed map[uint64]int) jobError {
	c := tx.Bucket(jobsBucket).Cursor()
	for key, text := c.Seek(number(s.first)); key != nil; key, text = c.Next() {
		n := binary.BigEndian.Uint64(key)
		if n > s.last {
			break
		}
		err := ctx.Err()
		if err == nil {
			listed[n], err = verifyJob(tx, key, text)
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

// unread are the records of a job that were not counted.
const unread = -1

// verifyJob holds one job and its journal against the records that are listed for it, and says how many these are: unread
// when the job is wrong before that.
func verifyJob(tx *transaction, key, text []byte) (listed int, err error) {
	job, entries, err := withJournal(tx, key, text)
	if err != nil {
		return unread, err
	}
	n := binary.BigEndian.Uint64(key)
	if string(job.ID) != strconv.FormatUint(n, 10) {
		return unread, provision.Errorf(provision.Changed, "Job %d calls itself %s.", n, job.ID)
	}
	facts, err := trailAt(tx, n)
	if err != nil {
		return unread, err
	}
	if is := tx.Bucket(activeBucket).Get(key); job.State().Over() != (is == nil) || is != nil && string(is) != string(job.State()) {
		return len(facts), provision.Errorf(provision.Changed, "Job %d is %s, but listed as %q among those that are not over.", n, job.State(), is)
	}
	if err := provision.CheckFacts(job, entries, facts); err != nil {
		return len(facts), err
	}
	return len(facts), provision.CheckBinding(job.ID, text, facts)
}
