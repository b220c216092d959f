package etcd

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
	clientv3 "go.etcd.io/etcd/client/v3"
	"go.etcd.io/etcd/client/v3/concurrency"

	"mozybot/provision"
	"mozybot/provision/retry"
)

// ErrTermOver is the cause with which the context of a term ends, and the error of whatever needed the lead after it: another
// replica leads by now, or may. The store has to be closed and opened again before it can lead once more.
var ErrTermOver = errors.New("this replica no longer leads")

// term is one replica's candidacy, and then its time as the leader.
type term struct {
	client *clientv3.Client
	config Config

	ctx context.Context
	end context.CancelCauseFunc

	lease    clientv3.LeaseID
	self     string // as the others see this replica
	election *concurrency.Election
	key      string // under which it was elected, and its creation revision, which only grows from leader to leader
	fence    int64

	until atomic.Int64 // when the lease ends at the latest that is certain, by sinceBoot
}

// left is how long the lease certainly lasts.
func (t *term) left() time.Duration { return time.Duration(t.until.Load()) - sinceBoot() }

// leads is the condition of a transaction that only this term's leader may make.
func (t *term) leads() clientv3.Cmp {
	return clientv3.Compare(clientv3.CreateRevision(t.key), "=", t.fence)
}

// Lead returns once this replica leads, has everything that was written before, and no act of an earlier leader can be under way
// any more. The context that it returns ends, with ErrTermOver as its cause, when it no longer leads. An error of code Invalid says
// that this program must not lead; others come from ctx or from the copy, which then has to be opened again.
func (s *Store) Lead(ctx context.Context) (context.Context, error) {
	again := retry.Backoff{First: 200 * time.Millisecond, Most: requestTime}
	for failed := 0; ; failed++ {
		t, err := s.campaign(ctx)
		switch {
		case err == nil:
			return t.ctx, nil
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case s.follower.broken() != nil || provision.CodeOf(err) == provision.Invalid:
			return nil, err
		}
		s.config.Log.WithError(err).Warn("standing by, and cannot stand for election just now; trying again")
		if err := retry.Pause(ctx, again.After(failed)); err != nil {
			return nil, err
		}
	}
}

// campaign stands for election, and takes over when it has won.
func (s *Store) campaign(ctx context.Context) (_ *term, err error) {
	t, err := s.candidate(ctx)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			t.withdraw()
		}
	}()
	waiting, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(t.ctx, cancel)() // the lease was lost while it waited
	if err := t.elect(waiting); err != nil {
		return nil, explain("standing for election", errors.Join(err, context.Cause(t.ctx)))
	}
	return t, s.takeOver(waiting, t)
}

// elect waits until the candidate is elected.
func (t *term) elect(ctx context.Context) error {
	if err := t.election.Campaign(ctx, t.self); err != nil {
		return err
	}
	t.key, t.fence = t.election.Key(), t.election.Rev()
	return nil
}

// candidate gets a lease and keeps it.
func (s *Store) candidate(ctx context.Context) (*term, error) {
	self, err := json.Marshal(s.config.Self)
	if err != nil {
		return nil, err
	}
	limited, cancel := context.WithTimeout(ctx, requestTime)
	defer cancel()
	asked := sinceBoot()
	lease, err := s.client.Grant(limited, int64(s.config.Lease/time.Second))
	if err != nil {
		return nil, explain("asking etcd for a lease", err)
	}
	session, err := concurrency.NewSession(s.client, concurrency.WithLease(lease.ID))
	if err != nil {
		return nil, explain("keeping etcd's lease", err)
	}
	session.Orphan() // it would keep the lease without saying until when
	t := &term{client: s.client, config: s.config, lease: lease.ID, self: string(self), election: concurrency.NewElection(session, s.config.Place.key(leaderKeys))}
	t.until.Store(int64(asked + s.config.Lease))
	t.ctx, t.end = context.WithCancelCause(context.Background())
	go t.keepLease()
	return t, nil
}

// keepLease renews the lease until the term ends, and ends the term once the lease may be over.
func (t *term) keepLease() {
	every := t.config.Lease / 5
	for {
		if retry.Pause(t.ctx, every) != nil {
			return
		}
		limited, cancel := context.WithTimeout(t.ctx, every)
		asked := sinceBoot()
		answer, err := t.client.KeepAliveOnce(limited, t.lease)
		cancel()
		if err == nil && answer.TTL > 0 {
			t.until.Store(int64(asked + min(t.config.Lease, time.Duration(answer.TTL)*time.Second)))
			continue
		}
		if errors.Is(err, rpctypes.ErrLeaseNotFound) || t.left() <= 0 {
			t.until.Store(0)
			t.end(fmt.Errorf("%w: its lease is over", ErrTermOver))
			return
		}
	}
}

// takeOver makes the elected replica the leader.
func (s *Store) takeOver(ctx context.Context, t *term) error {
	p := s.config.Place
	answer, err := t.fenced(ctx, clientv3.OpGet(p.key(commitKey)), clientv3.OpGet(p.key(termKey)))
	if err != nil {
		return err
	}
	if last := answer.Responses[1].GetResponseRange().Kvs; len(last) > 0 && len(last[0].Value) > 0 {
		s.config.Log.WithField("leader", string(last[0].Value)).Infof("leading after a replica that did not resign; its last act is given %v to end", s.config.Act)
		if err := retry.Pause(ctx, s.config.Act); err != nil {
			return err
		}
	}
	var last int64
	if kvs := answer.Responses[0].GetResponseRange().Kvs; len(kvs) > 0 {
		last = kvs[0].ModRevision
	}
	if err := s.follower.catchUp(ctx, last); err != nil {
		return err
	}
	if _, err := t.fenced(ctx, clientv3.OpPut(p.key(termKey), t.self)); err != nil {
		return err
	}
	s.follower.end() // from now on the copy has what is written here before etcd's watch would tell
	s.mu.Lock()
	s.term, s.last = t, last
	s.mu.Unlock()
	return s.Prepare(ctx)
}

// fenced does something while its replica leads.
func (t *term) fenced(ctx context.Context, ops ...clientv3.Op) (*clientv3.TxnResponse, error) {
	limited, cancel := context.WithTimeout(ctx, requestTime)
	defer cancel()
	answer, err := t.client.Txn(limited).If(t.leads()).Then(ops...).Commit()
	switch {
	case err != nil:
		return nil, explain("asking etcd as the leader", err)
	case !answer.Succeeded:
		return nil, ErrTermOver
	}
	return answer, nil
}

// leading is the term of this replica, also once it is over; nil while it stands by.
func (s *Store) leading() *term {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.term
}

// live is the term of this replica while it lasts, else nil.
func (s *Store) live() *term {
	if t := s.leading(); t != nil && t.ctx.Err() == nil {
		return t
	}
	return nil
}

// MayAct is nil while an act that begins now is over before another replica can begin one. It is to be asked right before the
// act. Its error has code Unavailable: nothing was done.
func (s *Store) MayAct() error {
	t := s.live()
	if t == nil || t.left() < s.config.Act {
		return &provision.Error{Code: provision.Unavailable, Err: ErrTermOver,
			Message: "Another replica of mozybot may be leading by now, so this one did nothing."}
	}
	return nil
}

// LeaseLeft is how long this replica certainly leads, 0 while it stands by.
func (s *Store) LeaseLeft() time.Duration {
	t := s.live()
	if t == nil {
		return 0
	}
	return max(0, t.left())
}

// Term is the fencing token of this replica's term, which grows from leader to leader; 0 while it stands by.
func (s *Store) Term() int64 {
	t := s.live()
	if t == nil {
		return 0
	}
	return t.fence
}

// Resign lets another replica lead at once. It says that nothing of this one's is under way: after Close alone the next leader gives its
// last act time to end.
func (s *Store) Resign() {
	t := s.live()
	if t == nil || t.left() <= 0 {
		return
	}
	if _, err := t.fenced(context.Background(), clientv3.OpPut(s.config.Place.key(termKey), "")); err != nil {
		s.config.Log.WithError(err).Warn("resigning: the next leader waits a little longer")
	}
	t.withdraw()
}

// withdraw ends a term or a candidacy, and its lease with it.
func (t *term) withdraw() {
	t.until.Store(0)
	t.end(ErrTermOver)
	limited, cancel := context.WithTimeout(context.Background(), requestTime)
	defer cancel()
	if _, err := t.client.Revoke(limited, t.lease); err != nil && !errors.Is(err, rpctypes.ErrLeaseNotFound) {
		t.config.Log.WithError(err).Debug("giving a lease back; it ends by itself")
	}
}
