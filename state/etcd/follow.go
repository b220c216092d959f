package etcd

import (
	"context"
	"errors"
	"fmt"
	"sync"
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

// follower keeps this replica's copy of the state up with etcd, until this replica leads.
type follower struct {
	config Config
	client *clientv3.Client
	copy   *bolt.Replica

	stop  context.CancelFunc
	ended chan struct{} // closed when follow has ended

	mu      sync.Mutex
	applied int64         // the revision that the copy has
	moved   chan struct{} // closed when applied grows, or failed is set
	failed  error         // why the copy cannot be kept up any more
}

// startFollowing fills the copy, and follows from there.
func startFollowing(ctx context.Context, c Config, client *clientv3.Client, copied *bolt.Replica) (*follower, error) {
	f := &follower{config: c, client: client, copy: copied, moved: make(chan struct{}), ended: make(chan struct{})}
	if err := f.fill(ctx); err != nil {
		return nil, err
	}
	following, stop := context.WithCancel(context.Background())
	f.stop = stop
	go f.follow(following)
	return f, nil
}

// end returns once nothing is applied any more.
func (f *follower) end() {
	f.stop()
	<-f.ended
}

// broken is why the copy cannot be kept up any more, nil while it can.
func (f *follower) broken() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.failed
}

// fill reads the state as it is at one moment.
func (f *follower) fill(ctx context.Context) error {
	p := f.config.Place
	key, end := p.key(dataKeys), clientv3.GetPrefixRangeEnd(p.key(dataKeys))
	records := 0
	for more := true; more; {
		limited, cancel := context.WithTimeout(ctx, 10*requestTime)
		page, err := f.client.Get(limited, key, clientv3.WithRange(end), clientv3.WithLimit(pageSize), clientv3.WithRev(f.applied))
		cancel()
		if err != nil {
			return explain("reading the state", err)
		}
		if f.applied == 0 {
			f.applied = page.Header.Revision
		}
		changes, err := f.config.Place.changesOf(page.Kvs)
		if err == nil {
			err = f.copy.Apply(changes)
		}
		if err != nil {
			return err
		}
		records += len(changes)
		if more = page.More; more {
			key = string(page.Kvs[len(page.Kvs)-1].Key) + "\x00"
		}
	}
	return f.mayFollow(ctx, records)
}

func (p Place) changesOf(kvs []*mvccpb.KeyValue) (changes []bolt.Change, err error) {
	for _, kv := range kvs {
		if string(kv.Key) == p.key(commitKey) {
			continue
		}
		c, ok := p.changeOf(string(kv.Key), kv.Value)
		if !ok {
			return nil, provision.Errorf(provision.Invalid, "The key %q in etcd is not one of mozybot's. Give mozybot a prefix of its own.", kv.Key)
		}
		c.Value = append([]byte{}, c.Value...) // an empty value comes as nil, which is that of a record that is dropped
		changes = append(changes, c)
	}
	return changes, nil
}

// mayFollow is the error of a state that this program does not know, or that is not whole.
func (f *follower) mayFollow(ctx context.Context, records int) error {
	written, err := f.copy.Schema(ctx)
	if err == nil {
		err = bolt.Newer(fmt.Sprintf("The state %s", f.config.Place), written, "")
	}
	switch {
	case err != nil:
		return err
	case records == 0 && !bolt.LastBackup(f.config.Copy, time.Now()).IsZero():
		return provision.Errorf(provision.Invalid,
			"The state %s is gone, but there are backups of it in %s. Put the newest back with \"mozybot restore\", or move them away to begin with an empty state.",
			f.config.Place, bolt.BackupDir(f.config.Copy))
	case written == 0 && records > 0:
		return &provision.Error{Code: provision.Invalid, Err: ErrNotWhole, Message: fmt.Sprintf(
			"The state %s is not whole: a restore did not get to its end. Run \"mozybot restore BACKUP --move-aside\" once more.", f.config.Place)}
	}
	return nil
}

// follow keeps the copy up with what the leader writes, until ctx ends.
func (f *follower) follow(ctx context.Context) {
	defer close(f.ended)
	for ctx.Err() == nil {
		err := f.watch(ctx)
		if ctx.Err() != nil {
			return
		}
		if errors.Is(err, rpctypes.ErrCompacted) || provision.CodeOf(err) == provision.Invalid {
			f.noteApplied(0, fmt.Errorf("following the state: %w", err))
			return
		}
		f.config.Log.WithError(err).Debug("following the state in etcd; trying again")
		_ = retry.Pause(ctx, 200*time.Millisecond) // the loop looks at ctx
	}
}

// watch applies the writes that come, each as a whole, until the watch breaks.
func (f *follower) watch(ctx context.Context) error {
	ctx, cancel := context.WithCancel(clientv3.WithRequireLeader(ctx))
	defer cancel()
	f.mu.Lock()
	from := f.applied + 1
	f.mu.Unlock()
	for answer := range f.client.Watch(ctx, f.config.Place.key(dataKeys), clientv3.WithPrefix(), clientv3.WithRev(from)) {
		if err := answer.Err(); err != nil {
			return err
		}
		var changes []bolt.Change
		for _, e := range answer.Events {
			changed, err := f.config.Place.changesOf([]*mvccpb.KeyValue{e.Kv})
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
		if err := f.copy.Apply(changes); err != nil {
			return err
		}
		if len(answer.Events) > 0 {
			f.noteApplied(answer.Events[len(answer.Events)-1].Kv.ModRevision, nil)
		}
	}
	return errors.New("the watch has ended")
}

// noteApplied tells those who wait for the copy.
func (f *follower) noteApplied(revision int64, failed error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.applied, f.failed = max(f.applied, revision), failed
	close(f.moved)
	f.moved = make(chan struct{})
}

// catchUp is caughtUp, for not much longer than etcd needs to tell of a write: a copy that is not told has to be read again.
func (f *follower) catchUp(ctx context.Context, revision int64) error {
	limited, cancel := context.WithTimeout(ctx, 2*requestTime)
	defer cancel()
	err := f.caughtUp(limited, revision)
	if err != nil && limited.Err() != nil && ctx.Err() == nil {
		f.noteApplied(0, errors.New("etcd does not tell what was written"))
	}
	return err
}

// caughtUp returns once the copy has everything up to that revision.
func (f *follower) caughtUp(ctx context.Context, revision int64) error {
	for {
		f.mu.Lock()
		applied, failed, moved := f.applied, f.failed, f.moved
		f.mu.Unlock()
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
