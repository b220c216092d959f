package dispatch

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"mozybot/provision"
)

// Storage tells where the storage is and what it cost. It changes nothing. It is safe for concurrent use.
type Storage struct {
	store   StorageStore
	console Console
	now     func() time.Time

	mu    sync.Mutex // one report at a time
	moved []provision.Movement
	until time.Time // moved has all up to then
}

// StorageStore is the part of the store that Storage reads.
type StorageStore interface {
	journals
	Movements(ctx context.Context, since time.Time) ([]provision.Movement, error)
}

// NewStorage makes a Storage; a Dispatcher has its own.
func NewStorage(store StorageStore, console Console, now func() time.Time) *Storage {
	return &Storage{store: store, console: console, now: now}
}

// clockSlack is how far back jobs that ended are read again: a clock may have been turned back meanwhile.
const clockSlack = 24 * time.Hour

// Report reads the console in one visit, and mozybot's records of a year: the first time all of them, then only those of jobs that
// were not over.
func (s *Storage) Report(ctx context.Context) (provision.StorageReport, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	moved, err := s.movements(ctx, now)
	if err != nil {
		return provision.StorageReport{}, err
	}
	ctx, stop := context.WithTimeout(ctx, driftTime)
	defer stop()
	reading, err := s.console.Read(ctx, provision.Look{Plan: true, Storage: true, Lists: true})
	if err != nil {
		return provision.StorageReport{}, fmt.Errorf("reading the console's storage: %w", err)
	}
	if reading.ReservedGB, err = reservedGB(ctx, s.store, ""); err != nil {
		return provision.StorageReport{}, err
	}
	return provision.StorageReportFrom(reading, moved, now), nil
}

func (s *Storage) movements(ctx context.Context, now time.Time) ([]provision.Movement, error) {
	since := provision.StorageSince(now)
	from := since
	if again := s.until.Add(-clockSlack); again.After(from) && !s.until.After(now) { // else the clock was ahead, and what came since was not read
		from = again
	}
	fresh, err := s.store.Movements(ctx, from)
	if err != nil {
		return nil, fmt.Errorf("listing what was bought: %w", err)
	}
	again := map[provision.JobID]bool{}
	for _, m := range fresh {
		again[m.Job] = true
	}
	s.moved = slices.DeleteFunc(s.moved, func(m provision.Movement) bool { return again[m.Job] })
	s.moved = slices.DeleteFunc(append(s.moved, fresh...), func(m provision.Movement) bool { return m.At.Before(since) })
	s.until = now
	return slices.Clone(s.moved), nil
}
