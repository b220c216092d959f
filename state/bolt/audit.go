package bolt

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"slices"
	"strconv"

	"mozybot/provision"
)

// chain adds to the audit within one transaction.
type chain struct {
	lines, trails *bucket
	head          provision.Head
}

func newChain(tx *transaction) (*chain, error) {
	head, err := headOf(tx)
	c := &chain{lines: tx.Bucket(auditBucket), trails: tx.Bucket(trailsBucket), head: head}
	c.lines.FillPercent = 0.95 // lines are only ever added at the end
	return c, err
}

func (c *chain) add(facts ...provision.Fact) error {
	for _, f := range facts {
		line, head, err := provision.Seal(c.head, f, rand.Text())
		if err != nil {
			return fmt.Errorf("record %d of the audit: %w", c.head.Seq+1, err)
		}
		seq := number(uint64(head.Seq))
		if err := c.lines.Put(seq, line); err != nil {
			return err
		}
		if f.Record.Job != "" {
			n, err := strconv.ParseUint(string(f.Record.Job), 10, 64)
			if err != nil {
				return err
			}
			if err := c.trails.Put(slices.Concat(number(n), seq), nil); err != nil {
				return err
			}
		}
		c.head = head
	}
	return nil
}

// appendFacts adds facts to the audit.
func appendFacts(tx *transaction, facts []provision.Fact) error {
	if len(facts) == 0 {
		return nil
	}
	c, err := newChain(tx)
	if err != nil {
		return err
	}
	return c.add(facts...)
}

func headOf(tx *transaction) (provision.Head, error) {
	_, line := tx.Bucket(auditBucket).Cursor().Last()
	if line == nil {
		return provision.Head{}, nil
	}
	return provision.HeadOf(line)
}

// Head is described at state.Store.
func (s audit) Head(ctx context.Context) (head provision.Head, err error) {
	err = s.read(ctx, "reading the head of the audit", func(tx *transaction) error {
		head, err = headOf(tx)
		return err
	})
	return head, err
}

// Audit is described at state.Store.
func (s audit) Audit(ctx context.Context, each func(line []byte) error) error {
	var refusal error
	err := s.read(ctx, "reading the audit", func(tx *transaction) error {
		return tx.Bucket(auditBucket).ForEach(func(_, line []byte) error {
			if refusal = each(line); refusal != nil {
				return refusal
			}
			return ctx.Err()
		})
	})
	if refusal != nil {
		return refusal
	}
	return err
}

// AuditTrail is described at state.Store.
func (s audit) AuditTrail(ctx context.Context, id provision.JobID) ([]provision.Fact, error) {
	var facts []provision.Fact
	err := s.read(ctx, "reading the audit of job "+strconv.Quote(string(id)), func(tx *transaction) error {
		n, _, err := find(tx, id)
		if err != nil {
			return err
		}
		facts, err = trailAt(tx, n)
		return err
	})
	if err != nil {
		return nil, err
	}
	return facts, nil
}

// AuditLines is described at state.Store.
func (s audit) AuditLines(ctx context.Context, id provision.JobID, each func(line []byte) error) error {
	var refusal error
	err := s.read(ctx, "reading the lines of the audit about job "+strconv.Quote(string(id)), func(tx *transaction) error {
		n, _, err := find(tx, id)
		if err != nil {
			return err
		}
		return eachLine(tx, n, func(_, line []byte) error {
			refusal = each(line)
			return refusal
		})
	})
	if refusal != nil {
		return refusal
	}
	return err
}

// trailAt are the facts about a job.
func trailAt(tx *transaction, n uint64) (facts []provision.Fact, err error) {
	err = eachLine(tx, n, func(_, line []byte) error {
		f, err := provision.Unseal(line)
		facts = append(facts, f)
		return err
	})
	return facts, err
}

// eachLine goes through the lines of the audit about a job.
func eachLine(tx *transaction, n uint64, each func(seq, line []byte) error) error {
	job, trail, lines := number(n), tx.Bucket(trailsBucket).Cursor(), tx.Bucket(auditBucket).Cursor()
	for key, _ := trail.Seek(job); bytes.HasPrefix(key, job); key, _ = trail.Next() {
		seq := key[8:]
		at, line := lines.Next() // a job's records mostly stand one behind the other
		if !bytes.Equal(at, seq) {
			at, line = lines.Seek(seq)
		}
		if !bytes.Equal(at, seq) {
			return provision.Errorf(provision.Changed, "Record %d, about job %d, is gone.", binary.BigEndian.Uint64(seq), n)
		}
		if err := each(seq, line); err != nil {
			return fmt.Errorf("line %d: %w", binary.BigEndian.Uint64(seq), err)
		}
	}
	return nil
}
