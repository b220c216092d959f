package etcd

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.etcd.io/etcd/api/v3/mvccpb"
	"go.etcd.io/etcd/api/v3/v3rpc/rpctypes"
	clientv3 "go.etcd.io/etcd/client/v3"

	"mozybot/provision"
	"mozybot/provision/retry"
	"mozybot/state/bolt"
)

// pageSize is how many records are read at once when the copy is filled: some megabytes.
const pageSize = 1000

// fill reads the state as it is at one moment.
func (s *Store) fill(ctx context.Context) error {
	p := s.config.Place
	key, end := p.key(dataKeys), clientv3.GetPrefixRangeEnd(p.key(dataKeys))
	records := 0
	for more := true; more; {
		limited, cancel := context.WithTimeout(ctx, 10*requestTime)
		page, err := s.client.Get(limited, key, clientv3.WithRange(end), clientv3.WithLimit(pageSize), clientv3.WithRev(s.applied))
		cancel()
		if err != nil {
			return explain("reading the state", err)
		}
		if s.applied == 0 {
			s.applied = page.Header.Revision
		}
		changes, err := s.changesOf(page.Kvs)
		if err == nil {
			err = s.Apply(changes)
		}
		if err != nil {
			return err
		}
		records += len(changes)
		if more = page.More; more {
			key = string(page.Kvs[len(page.Kvs)-1].Key) + "\x00"
		}
	}
	return s.mayFollow(ctx, records)
}

func (s *Store) changesOf(kvs []*mvccpb.KeyValue) (changes []bolt.Change, err error) {
	for _, kv := range kvs {
		if string(kv.Key) == s.config.Place.key(commitKey) {
			continue
		}
		c, ok := s.config.Place.changeOf(string(kv.Key), kv.Value)
		if !ok {
			return nil, provision.Errorf(provision.Invalid, "The key %q in etcd is not one of mozybot's. Give mozybot a prefix of its own.", kv.Key)
		}
		c.Value = append([]byte{}, c.Value...) // an empty value comes as nil, which is that of a record that is dropped
		changes = append(changes, c)
	}
	return changes, nil
}

// mayFollow is the error of a state that this program does not know, or that is not whole.
func (s *Store) mayFollow(ctx context.Context, records int) error {
	written, err := s.Schema(ctx)
	if err == nil {
		err = bolt.Newer(fmt.Sprintf("The state %s", s.config.Place), written, "")
	}
	switch {
	case err != nil:
		return err
	case records == 0 && !bolt.LastBackup(s.config.Copy, time.Now()).IsZero():
		return provision.Errorf(provision.Invalid,
			"The state %s is gone, but there are backups of it in %s. Put the newest back with \"mozybot restore\", or move them away to begin with an empty state.",
			s.config.Place, bolt.BackupDir(s.config.Copy))
	case written == 0 && records > 0:
		return &provision.Error{Code: provision.Invalid, Err: ErrNotWhole, Message: fmt.Sprintf(
			"The state %s is not whole: a restore did not get to its end. Run \"mozybot restore BACKUP --move-aside\" once more.", s.config.Place)}
	}
	return nil
}

// follow keeps the copy up with what the leader writes, until ctx ends.
func (s *Store) follow(ctx context.Context) {
	defer close(s.followed)
	for ctx.Err() == nil {
		err := s.watch(ctx)
		if ctx.Err() != nil {
			return
		}
		if errors.Is(err, rpctypes.ErrCompacted) || provision.CodeOf(err) == provision.Invalid {
			s.noteApplied(0, fmt.Errorf("following the state: %w", err))
			return
		}
		s.config.Log.WithError(err).Debug("following the state in etcd; trying again")
		_ = retry.Pause(ctx, 200*time.Millisecond) // the loop looks at ctx
	}
}

// watch applies the writes that come, each as a whole, until the watch breaks.
func (s *Store) watch(ctx context.Context) error {
	ctx, cancel := context.WithCancel(clientv3.WithRequireLeader(ctx))
	defer cancel()
	s.mu.Lock()
	from := s.applied + 1
	s.mu.Unlock()
	for answer := range s.client.Watch(ctx, s.config.Place.key(dataKeys), clientv3.WithPrefix(), clientv3.WithRev(from)) {
		if err := answer.Err(); err != nil {
			return err
		}
		var changes []bolt.Change
		for _, e := range answer.Events {
			changed, err := s.changesOf([]*mvccpb.KeyValue{e.Kv})
			if err != nil {
				return err
			}
			for _, c := range changed {
				if e.Type == mvccpb.Event_DELETE {
					c.Value = nil
				}
				changes = append(changes, c)
			}
		}
		if err := s.Apply(changes); err != nil {
			return err
		}
		if len(answer.Events) > 0 {
			s.noteApplied(answer.Events[len(answer.Events)-1].Kv.ModRevision, nil)
		}
	}
	return errors.New("the watch has ended")
}

// noteApplied tells those who wait for the copy.
func (s *Store) noteApplied(revision int64, failed error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.applied, s.failed = max(s.applied, revision), failed
	close(s.moved)
	s.moved = make(chan struct{})
}

// catchUp is caughtUp, for not much longer than etcd needs to tell of a write: a copy that is not told has to be read again.
func (s *Store) catchUp(ctx context.Context, revision int64) error {
	limited, cancel := context.WithTimeout(ctx, 2*requestTime)
	defer cancel()
	err := s.caughtUp(limited, revision)
	if err != nil && limited.Err() != nil && ctx.Err() == nil {
		s.noteApplied(0, errors.New("etcd does not tell what was written"))
	}
	return err
}

// caughtUp returns once the copy has everything up to that revision.
func (s *Store) caughtUp(ctx context.Context, revision int64) error {
	for {
		s.mu.Lock()
		applied, failed, moved := s.applied, s.failed, s.moved
		s.mu.Unlock()
		switch {
		case failed != nil:
			return &provision.Error{Code: provision.Unavailable, Err: failed, Message: "This replica's copy of the state is out of step with etcd and has to be read again."}
		case applied >= revision:
			return nil
		}
		select {
		case <-moved:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}
