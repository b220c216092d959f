package bolt

import (
	"bytes"
	"context"
	"encoding/binary"
	"strconv"

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
	err = s.read(ctx, "verifying the audit", func(tx *transaction) error {
		v, err = verify(ctx, tx, noted)
		return err
	})
	return v, err
}

// mentions are how many records tell of a job, and the first of them.
type mentions struct{ count, first int }

func verify(ctx context.Context, tx *transaction, noted provision.Head) (v Verified, err error) {
	var chain provision.Chain
	chain.Noted(noted)
	mentioned := map[uint64]mentions{}
	var paused provision.Record
	upgraded := false
	err = tx.Bucket(auditBucket).ForEach(func(key, line []byte) error {
		f, err := chain.Add(line)
		if err != nil {
			return err
		}
		if !bytes.Equal(key, number(uint64(f.Record.Seq))) {
			return provision.Errorf(provision.Changed, "Record %d is kept under another number.", f.Record.Seq)
		}
		switch f.Record.What {
		case provision.WhatPaused, provision.WhatResumed:
			paused = f.Record
		case provision.WhatUpgraded:
			upgraded = true
		}
		if f.Record.Job != "" {
			n, _ := strconv.ParseUint(string(f.Record.Job), 10, 64)
			m := mentioned[n]
			if m.count++; m.count == 1 {
				m.first = f.Record.Seq
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
	if err != nil {
		return v, err
	}
	err = tx.Bucket(jobsBucket).ForEach(func(key, text []byte) error {
		v.Jobs++
		n := binary.BigEndian.Uint64(key)
		if err := verifyJob(tx, key, text, mentioned[n].count); err != nil {
			return err
		}
		delete(mentioned, n)
		return ctx.Err()
	})
	if err != nil {
		return v, err
	}
	first := 0
	var job uint64
	for n, m := range mentioned {
		if first == 0 || m.first < first {
			first, job = m.first, n
		}
	}
	if first > 0 {
		return v, provision.Errorf(provision.Changed, "Record %d tells of job %d, which is not there.", first, job)
	}
	return v, nil
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
