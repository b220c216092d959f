package etcd

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	clientv3 "go.etcd.io/etcd/client/v3"

	"mozybot/provision"
	"mozybot/provision/retry"
	"mozybot/state/bolt"
)

// ErrNotWhole is the error of a state that a restore has begun and not ended.
var ErrNotWhole = errors.New("the state is not whole")

// Restore puts the state of a backup into etcd, verified and marked as bolt.Restore does it. No replica may run meanwhile, not even as a
// standby (Conflict). A state that is there is in the way (fs.ErrExist), unless it may be replaced. c.Copy names the folder for what is needed
// on the way.
func Restore(ctx context.Context, backup string, c Config, replace bool) (v bolt.Verified, err error) {
	client, err := connect(ctx, c)
	if err != nil {
		return v, err
	}
	defer client.Close()
	if err := survey(ctx, client, c.Place); err != nil {
		return v, err
	}
	if err := os.MkdirAll(filepath.Dir(c.Copy), 0o700); err != nil {
		return v, fmt.Errorf("making room for the backup: %w", err)
	}
	dir, err := os.MkdirTemp(filepath.Dir(c.Copy), ".restore-")
	if err != nil {
		return v, fmt.Errorf("making room for the backup: %w", err)
	}
	defer os.RemoveAll(dir)
	r := &restoring{Store: &Store{config: c, client: client}}
	if err := r.begin(ctx, replace); err != nil {
		return v, err
	}
	defer r.term.withdraw()
	made := filepath.Join(dir, "state")
	if v, err = bolt.Restore(ctx, backup, made, c.Check); err != nil {
		return v, err
	}
	if err := r.clear(ctx); err != nil {
		return v, err
	}
	return v, r.write(ctx, made)
}

// restoring is a store that leads, so that no other can meanwhile, to fill what is empty.
type restoring struct {
	*Store
	waiting []bolt.Change
	size    int
}

// begin has this process lead, unless another one stands for election.
func (r *restoring) begin(ctx context.Context, replace bool) error {
	if leader, _, err := r.Replicas(ctx); err != nil {
		return err
	} else if leader.Host != "" {
		return provision.Errorf(provision.Conflict, "The state is in use by %s. Stop every replica first.", leader)
	}
	limited, cancel := context.WithTimeout(ctx, requestTime)
	defer cancel()
	there, err := r.client.Get(limited, r.config.Place.key(dataKeys), clientv3.WithPrefix(), clientv3.WithCountOnly())
	if err != nil {
		return explain("looking whether there is a state", err)
	}
	if there.Count > 0 && !replace {
		return fmt.Errorf("restoring to %s: %w", r.config.Place, fs.ErrExist)
	}
	t, err := r.candidate(ctx)
	if err != nil {
		return err
	}
	if err := t.elect(limited); err != nil {
		t.withdraw()
		return explain("keeping replicas from starting meanwhile", err)
	}
	r.term = t
	return nil
}

// clear drops the state that is there.
func (r *restoring) clear(ctx context.Context) error {
	_, err := r.term.fenced(ctx, clientv3.OpDelete(r.config.Place.key(dataKeys), clientv3.WithPrefix()))
	return err
}

// write writes every record of the file. The version of its form is the last: without it, the state is not whole.
func (r *restoring) write(ctx context.Context, file string) error {
	err := bolt.Records(file, func(c bolt.Change) error {
		r.waiting, r.size = append(r.waiting, c), r.size+len(c.Key)+len(c.Value)
		if len(r.waiting) < opsAtOnce && r.size < bytesAtMost/2 {
			return nil
		}
		return r.flush(ctx)
	})
	if err != nil {
		return err
	}
	return r.flush(ctx, clientv3.OpPut(r.config.Place.key(commitKey), rand.Text()), clientv3.OpPut(r.config.Place.key(termKey), ""))
}

// flush writes what waits, a second time when the answer is lost: it is the same then.
func (r *restoring) flush(ctx context.Context, more ...clientv3.Op) error {
	ops, err := r.config.Place.operations(r.waiting)
	for try := 0; err == nil; try++ {
		if _, err = r.term.fenced(ctx, append(ops, more...)...); err == nil {
			r.waiting, r.size = nil, 0
			return nil
		}
		if try == 5 || errors.Is(err, ErrTermOver) {
			return err
		}
		err = retry.Pause(ctx, requestTime/4)
	}
	return err
}
