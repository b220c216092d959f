package etcd

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"time"

	"go.etcd.io/etcd/api/v3/mvccpb"
	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
	clientv3 "go.etcd.io/etcd/client/v3"

	"mozybot/provision"
	"mozybot/provision/retry"
	"mozybot/state/bolt"
)

const (
	// opsAtOnce is how many changes go into one part of a transaction. etcd takes 128 operations (--max-txn-ops) side by side, and
	// transactions within a transaction, which count by themselves.
	opsAtOnce = 96
	// partsAtMost is how many parts a transaction has: with them it may have 128 - 96 operations of its own.
	partsAtMost = 30
	// bytesAtMost is a little less than etcd takes in one request (--max-request-bytes).
	bytesAtMost = 1400 << 10
)

// commit writes the changes of a transaction to etcd: all of them or none, and only while this replica leads and nobody has written since
// its last write. It is called by one at a time.
func (s *Store) commit(ctx context.Context, changes []bolt.Change) error {
	t := s.leading()
	if t == nil {
		return provision.Errorf(provision.Unavailable, "This replica of mozybot stands by, and another one writes.")
	}
	if t.ctx.Err() != nil {
		return unwritten(ErrTermOver)
	}
	ops, err := s.config.Place.operations(changes)
	if err != nil {
		return err
	}
	began := time.Now()
	for {
		again := false
		if again, err = s.once(ctx, t, ops); !again || ctx.Err() != nil || t.left() < s.config.Act {
			break
		}
	}
	if s.wrote != nil {
		s.wrote(time.Since(began).Seconds())
	}
	return err
}

// once tries to write. It says whether that may be tried again: nothing was written, since etcd did not answer in time, and the
// term lasts.
func (s *Store) once(ctx context.Context, t *term, ops []clientv3.Op) (again bool, err error) {
	mark := rand.Text()
	wrote, err := s.attempt(ctx, t, append(slices.Clip(ops), clientv3.OpPut(s.config.Place.key(commitKey), mark))...)
	switch {
	case err == nil && wrote:
		return false, nil
	case err == nil:
		t.end(fmt.Errorf("%w: another one has written", ErrTermOver))
		return false, unwritten(ErrTermOver)
	case errors.Is(err, rpctypes.ErrNoSpace):
		return false, s.full(t, mark, explain("writing to etcd", err))
	case refused(err):
		return false, unwritten(explain("writing to etcd", err))
	}
	err = s.resolve(t, mark, err)
	return err != nil && t.ctx.Err() == nil, err
}

// attempt says whether the operations were done, which they are not when somebody else leads or has written.
func (s *Store) attempt(ctx context.Context, t *term, ops ...clientv3.Op) (bool, error) {
	limited, cancel := context.WithTimeout(ctx, requestTime)
	defer cancel()
	commit := s.config.Place.key(commitKey)
	answer, err := s.client.Txn(limited).If(t.leads(), clientv3.Compare(clientv3.ModRevision(commit), "=", s.last)).Then(ops...).Commit()
	if err != nil || !answer.Succeeded {
		return false, err
	}
	s.last = answer.Header.Revision
	return true, nil
}

// resolve finds out whether a write whose answer was lost took effect: it writes a mark of its own, which the lost write cannot come after
// since it expects what was there before. Where even that cannot be done until the lease is over, the term ends, and it stays unknown.
func (s *Store) resolve(t *term, mark string, lost error) error {
	ctx, cancel := context.WithTimeout(t.ctx, max(t.left(), 0))
	defer cancel()
	commit := s.config.Place.key(commitKey)
	var marks []string
	for {
		marks = append(marks, rand.Text())
		wrote, err := s.attempt(ctx, t, clientv3.OpPut(commit, marks[len(marks)-1]))
		if err == nil && wrote {
			return unwritten(lost)
		}
		if err == nil {
			var last *mvccpb.KeyValue
			if last, err = s.lastMark(ctx); err == nil {
				return s.resolved(t, last, mark, marks, lost)
			}
		}
		if retry.Pause(ctx, 100*time.Millisecond) != nil {
			t.end(fmt.Errorf("%w: etcd cannot be reached", ErrTermOver))
			return unknown(lost)
		}
	}
}

// full finds out whether a write for which etcd had too little room took effect: the one that fills it does, with the same answer.
// With that answer nothing of it is under way any more, so a look decides. It is repeated until the lease is over, as in resolve.
func (s *Store) full(t *term, mark string, refusal error) error {
	ctx, cancel := context.WithTimeout(t.ctx, max(t.left(), 0))
	defer cancel()
	for {
		last, err := s.lastMark(ctx)
		switch {
		case err == nil && (last == nil && s.last == 0 || last != nil && last.ModRevision == s.last):
			return unwritten(refusal)
		case err == nil:
			return s.resolved(t, last, mark, nil, refusal)
		}
		if retry.Pause(ctx, 100*time.Millisecond) != nil {
			t.end(fmt.Errorf("%w: etcd is full and does not say what it has written", ErrTermOver))
			return unknown(refusal)
		}
	}
}

// lastMark is what was written with the last write, nil before the first one.
func (s *Store) lastMark(ctx context.Context) (*mvccpb.KeyValue, error) {
	limited, cancel := context.WithTimeout(ctx, requestTime)
	defer cancel()
	answer, err := s.client.Get(limited, s.config.Place.key(commitKey))
	if err != nil || len(answer.Kvs) == 0 {
		return nil, err
	}
	return answer.Kvs[0], nil
}

// resolved judges by the last mark that was written. Where it is another leader's, that one may have written after ours.
func (s *Store) resolved(t *term, last *mvccpb.KeyValue, mark string, marks []string, lost error) error {
	if last != nil {
		switch value := string(last.Value); {
		case value == mark:
			s.last = last.ModRevision
			return nil
		case slices.Contains(marks, value): // one whose answer was lost, too
			s.last = last.ModRevision
			return unwritten(lost)
		}
	}
	t.end(fmt.Errorf("%w: another one has written", ErrTermOver))
	return unknown(lost)
}

// operations are the changes as etcd takes them.
func (p Place) operations(changes []bolt.Change) ([]clientv3.Op, error) {
	size := 0
	var parts []clientv3.Op
	for part := range slices.Chunk(changes, opsAtOnce) {
		var ops []clientv3.Op
		for _, c := range part {
			key := p.keyOf(c)
			size += len(key) + len(c.Value) + 32
			if c.Value == nil {
				ops = append(ops, clientv3.OpDelete(key))
			} else {
				ops = append(ops, clientv3.OpPut(key, string(c.Value)))
			}
		}
		parts = append(parts, clientv3.OpTxn(nil, ops, nil))
	}
	if size > bytesAtMost || len(parts) > partsAtMost {
		return nil, provision.Errorf(provision.Invalid, "This is more than etcd takes in one transaction: %d records with %d bytes.", len(changes), size)
	}
	return parts, nil
}

// refused says whether etcd has answered that it did not write; of anything else nobody knows.
func refused(err error) bool {
	for _, no := range []error{rpctypes.ErrRequestTooLarge, rpctypes.ErrTooManyOps, rpctypes.ErrDuplicateKey, rpctypes.ErrPermissionDenied,
		rpctypes.ErrInvalidAuthToken, rpctypes.ErrAuthOldRevision, rpctypes.ErrUserEmpty, rpctypes.ErrTooManyRequests, rpctypes.ErrCorrupt, rpctypes.ErrNoLeader} {
		if errors.Is(err, no) {
			return true
		}
	}
	return false
}

// unwritten is the error of a write that has changed nothing.
func unwritten(cause error) error {
	return &provision.Error{Code: provision.Unavailable, Err: cause, Message: "mozybot cannot write its state to etcd, so nothing was changed. It goes on by itself when etcd answers."}
}

// unknown is the error of a write that may have taken effect or not: the term ended before that was found out, or another replica has
// written since.
func unknown(cause error) error {
	return &provision.Error{Code: provision.Unavailable, Err: errors.Join(ErrTermOver, cause),
		Message: "mozybot couldn't find out whether etcd has saved this. It continues with what etcd has, so look at that before you do it again."}
}
