// Package etcd keeps the state in an etcd cluster that somebody else runs, for several replicas of mozybot: one of them leads
// and writes, the others stand by.
//
// Nothing of it is home-made: the election, the leases and the order of writes are etcd's. What follows from that, and from how it
// is used:
//
//   - A write is one transaction of etcd's. It compares the key by which the leader was elected, whose creation revision is the fencing
//     token, and the key of the write before. A replica that led once, and does not know that it no longer does, is refused.
//   - When the answer to a write is lost, a second transaction finds out, or makes it impossible: the write has happened or has
//     not when the method returns. Only a leader that cannot reach etcd until its lease is over does not learn it; its term is over then.
//   - Every replica has the state in a file of package bolt, follows etcd with it, and reads there. So a read costs etcd
//     nothing, a standby has everything in hand, and both stores run the same code for everything but this.
//   - The records are those of package bolt under the keys PREFIX/data/BUCKET/KEY, far smaller than etcd's limits.
//   - The leader may act as long as its lease lasts by a clock that also counts while the machine is suspended, less the time that an act
//     may take (MayAct). Its successor waits that time before it begins, unless the leader resigned.
//
// The package does not compact or defragment etcd, which may be others' too; it says when that is due (Look).
package etcd

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/sirupsen/logrus"
	clientv3 "go.etcd.io/etcd/client/v3"
	"go.uber.org/zap"

	"mozybot/provision"
	"mozybot/state"
	"mozybot/state/bolt"
)

// Config is what a Store works with.
type Config struct {
	Place              Place
	TLS                *tls.Config // nil for none
	Username, Password string      // "" for none

	Copy  string       // the file that the state is followed with; may be lost
	Check bolt.Checker // of backups
	Self  Replica      // as the others see this one
	Lease time.Duration
	Act   time.Duration // how long an act may take
	Log   logrus.FieldLogger
}

// requestTime is how long etcd has for one answer. Slack waits for 3 s.
const requestTime = 2 * time.Second

// Store is a state.Store. Until Lead has returned, it stands by: it can be read, and refuses to write.
type Store struct {
	*bolt.Replica
	config Config
	client *clientv3.Client

	wrote func(seconds float64) // told of each write; may be nil

	closing sync.Once
	closed  error

	follower *follower

	mu   sync.Mutex
	term *term // while this replica leads
	last int64 // the revision of the last write; of whoever writes, which is one at a time
}

var _ state.Store = (*Store)(nil)

// Open connects to etcd, fills the copy, and follows what the leader writes. An error of code Unavailable says that etcd cannot be worked
// with just now; Invalid, that it has to be mended first; Conflict, that another process uses the copy.
func Open(ctx context.Context, c Config) (_ *Store, err error) {
	if c.Lease < 2*c.Act {
		return nil, provision.Errorf(provision.Invalid, "A lease of %v is too short: it has to last for two acts of up to %v each, so at least %v.", c.Lease, c.Act, 2*c.Act)
	}
	client, err := connect(ctx, c)
	if err != nil {
		return nil, err
	}
	s := &Store{config: c, client: client}
	defer func() {
		if err != nil {
			err = errors.Join(err, client.Close())
		}
	}()
	if err := survey(ctx, client, c.Place); err != nil {
		return nil, err
	}
	if s.Replica, err = bolt.NewReplica(c.Copy, c.Check, s.commit); err != nil {
		return nil, err
	}
	if s.follower, err = startFollowing(ctx, c, client, s.Replica); err != nil {
		return nil, errors.Join(err, s.Replica.Close())
	}
	return s, nil
}

func connect(ctx context.Context, c Config) (*clientv3.Client, error) {
	client, err := clientv3.New(clientv3.Config{
		Endpoints: c.Place.Endpoints(c.TLS != nil), TLS: c.TLS, Username: c.Username, Password: c.Password,
		DialTimeout: requestTime, DialKeepAliveTime: 10 * time.Second, DialKeepAliveTimeout: requestTime,
		Context: context.WithoutCancel(ctx), Logger: zap.NewNop(),
	})
	if err != nil {
		return nil, explain("connecting to etcd", err)
	}
	return client, nil
}

// Measure has wrote told how long etcd takes for each write. It is to be called before Lead, and wrote must not block.
func (s *Store) Measure(wrote func(seconds float64)) { s.wrote = wrote }

// Close ends this replica's term, if it leads, and lets etcd and the copy go. Closing twice is no error.
func (s *Store) Close() error {
	s.closing.Do(func() {
		if t := s.live(); t != nil {
			t.withdraw()
		}
		s.follower.end()
		if err := errors.Join(s.Replica.Close(), s.client.Close()); err != nil {
			s.closed = fmt.Errorf("closing the state: %w", err)
		}
	})
	return s.closed
}

// EraseCustomers is described at state.Store. It takes a transaction for each job: that of many would be larger than etcd takes.
func (s *Store) EraseCustomers(ctx context.Context, ended time.Time, most int, now time.Time) (int, error) {
	for all := range most {
		n, err := s.Replica.EraseCustomers(ctx, ended, 1, now)
		if n == 0 || err != nil {
			return all, err
		}
	}
	return most, nil
}
