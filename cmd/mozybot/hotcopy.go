package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"syscall"
	"time"

	"github.com/sirupsen/logrus"

	"mozybot/state/bolt"
)

// The bot has its state file to itself while it runs. A command that looks at it meanwhile asks the bot for a copy, at a
// socket beside the file that only the file's owner can reach.

// copier is a store that can be copied while it is in use.
type copier interface {
	Copy(ctx context.Context, path string) error
	BackupNow(ctx context.Context, now time.Time, keep int, verify bolt.Verifier) (path string, v bolt.Verified, err error)
}

func socketOf(state string) string { return state + ".sock" }

// serveCopies answers each who connects to the socket beside file with a copy of the state, until ctx ends. Without the
// socket the bot works as well; only backup and audit then need it stopped.
func serveCopies(ctx context.Context, file string, store copier, log logrus.FieldLogger) error {
	listener, err := listenPrivately(socketOf(file))
	if err != nil {
		log.WithError(err).Warn("no copies of the state file can be asked for while the bot runs")
		return nil
	}
	return answerCopies(ctx, listener, filepath.Dir(file), store, log)
}

// answerCopies makes the copies in dir.
func answerCopies(ctx context.Context, listener net.Listener, dir string, store copier, log logrus.FieldLogger) error {
	server := &http.Server{ReadHeaderTimeout: 5 * time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := sendCopy(w, r, store, dir); err != nil {
			log.WithError(err).Error("giving a copy of the state file")
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	})}
	stop := context.AfterFunc(ctx, func() { server.Close() })
	defer stop()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serving copies of the state file: %w", err)
	}
	return nil
}

// listenPrivately makes a socket that is its owner's alone from the first moment. What an earlier run left at its place
// is removed: the state file's own lock says that it has ended.
func listenPrivately(path string) (net.Listener, error) {
	private, err := os.MkdirTemp(filepath.Dir(path), ".sock-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(private)
	made := filepath.Join(private, "s")
	listener, err := net.ListenUnix("unix", &net.UnixAddr{Name: made, Net: "unix"})
	if err != nil {
		return nil, err
	}
	listener.SetUnlinkOnClose(false)
	if err := errors.Join(os.Chmod(made, 0o600), os.Rename(made, path)); err != nil {
		return nil, errors.Join(err, listener.Close())
	}
	return removing{listener, path}, nil
}

// removing takes the socket away with the listener.
type removing struct {
	net.Listener
	path string
}

func (r removing) Close() error { return errors.Join(r.Listener.Close(), os.Remove(r.path)) }

// sendCopy copies to the disk first: a slow reader must not hold the state file's pages.
func sendCopy(w http.ResponseWriter, r *http.Request, store copier, dir string) error {
	temporary, err := os.MkdirTemp(dir, ".copy-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(temporary)
	made := filepath.Join(temporary, "state")
	if err := store.Copy(r.Context(), made); err != nil {
		return err
	}
	http.ServeFile(w, r, made)
	return nil
}

// fetchCopy asks the bot that has the file open for a copy.
func fetchCopy(ctx context.Context, state, to string) error {
	socket := socketOf(state)
	client := &http.Client{Transport: &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", socket)
	}}}
	defer client.CloseIdleConnections()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://state/", nil)
	if err != nil {
		return err
	}
	answer, err := client.Do(request)
	if err != nil {
		return fmt.Errorf("asking the bot for a copy of the state file: %w", err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		why, _ := io.ReadAll(io.LimitReader(answer.Body, 1000))
		return fmt.Errorf("the bot cannot give a copy of the state file: %s", why)
	}
	file, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(file, answer.Body) // an answer that was cut short is an error
	return errors.Join(err, file.Close())
}

// lookInto opens a state file to look at it, or a copy of it when a running bot has it open. done lets both go.
func lookInto(ctx context.Context, path string) (s *bolt.Store, done func() error, err error) {
	if _, err := os.Stat(socketOf(path)); err != nil { // no bot that would answer
		if s, err = bolt.OpenReadOnly(path, checkState); err != nil {
			return nil, nil, err
		}
		return s, s.Close, nil
	}
	dir, err := os.MkdirTemp(filepath.Dir(path), ".copy-")
	if err != nil {
		return nil, nil, fmt.Errorf("making room for a copy of the state file: %w", err)
	}
	copied := filepath.Join(dir, "state")
	err = fetchCopy(ctx, path, copied)
	switch {
	case errors.Is(err, syscall.ECONNREFUSED): // the bot was killed, and left the socket
		s, err = bolt.OpenReadOnly(path, checkState)
	case err == nil:
		s, err = bolt.OpenReadOnly(copied, checkState)
	}
	if err != nil {
		return nil, nil, errors.Join(err, os.RemoveAll(dir))
	}
	return s, func() error { return errors.Join(s.Close(), os.RemoveAll(dir)) }, nil
}
