package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"mozybot/cmd/mozybot/config"
	"mozybot/state/bolt"
	"mozybot/state/etcd"
)

// stateVariables are those that commands need which look at the state.
var stateVariables = []string{"STATE", "STATE_CA", "STATE_CERT", "STATE_KEY", "STATE_USERNAME", "STATE_PASSWORD", "STATE_PASSWORD_FILE", "LEASE", "ACT_TIME"}

// lookIntoState opens the state to look at it, also while bots run. done lets it go.
func lookIntoState(ctx context.Context, c config.Config) (s *bolt.Store, done func() error, err error) {
	if !c.InEtcd() {
		return lookInto(ctx, c.State)
	}
	store, done, err := openCopy(ctx, c)
	if err != nil {
		return nil, nil, err
	}
	return store.Store, done, nil
}

// openCopy opens the state in etcd as a replica does, with a copy of its own. done lets both go.
func openCopy(ctx context.Context, c config.Config) (s *etcd.Store, done func() error, err error) {
	dir, err := os.MkdirTemp("", "mozybot-copy-")
	if err != nil {
		return nil, nil, fmt.Errorf("making room for a copy of the state: %w", err)
	}
	e, err := etcdOf(c, filepath.Join(dir, "state"), c.Logger(io.Discard))
	if err == nil {
		s, err = etcd.Open(ctx, e)
	}
	if err != nil {
		return nil, nil, errors.Join(err, os.RemoveAll(dir))
	}
	return s, func() error { return errors.Join(s.Close(), os.RemoveAll(dir)) }, nil
}

// restoreShared puts a backup into etcd.
func restoreShared(ctx context.Context, c config.Config, file string, aside bool, stdout, stderr io.Writer) error {
	e, err := etcdOf(c, c.StateCopy, c.Logger(stderr))
	if err != nil {
		return err
	}
	moved := ""
	if aside {
		if moved, err = backUpAside(ctx, c); err != nil {
			return err
		}
	}
	shown := showProgress(stderr, "Verifying and restoring "+sized(file))
	v, err := etcd.Restore(ctx, file, e, aside)
	shown()
	switch {
	case errors.Is(err, fs.ErrExist):
		return fmt.Errorf("there is a state at %s. Have it backed up and replaced with --move-aside", c.State)
	case err != nil:
		return err
	}
	if moved != "" {
		fmt.Fprintf(stdout, "The state that was there is now %s.\n", moved)
	}
	fmt.Fprintf(stdout, "Restored %s to %s, and verified it.\n%s", file, c.State, summaryOf(v))
	s, done, err := lookIntoState(ctx, c)
	if err != nil {
		return err
	}
	return printJobsOf(ctx, s, done, stdout)
}

// backUpAside backs the state up that is to be replaced, beside the copy; "" when a restore before has left none that is whole.
func backUpAside(ctx context.Context, c config.Config) (path string, err error) {
	s, done, err := lookIntoState(ctx, c)
	if errors.Is(err, etcd.ErrNotWhole) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	path = c.StateCopy + ".before-" + time.Now().UTC().Format("20060102T150405Z")
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return "", errors.Join(err, done())
	}
	if written, err := s.Schema(ctx); err != nil || written == 0 { // there is none
		return "", errors.Join(err, done())
	}
	_, err = s.Backup(ctx, path)
	return path, errors.Join(err, done())
}
