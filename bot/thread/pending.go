package thread

import (
	"slices"
	"strings"
	"sync"
	"time"

	"mozybot/provision"
)

// pending is the set of jobs whose threads need an update. Safe for concurrent use.
type pending struct {
	more chan struct{} // has a token while there may be such jobs

	mu       sync.Mutex
	dirty    map[provision.JobID]time.Time // the earliest time for it
	failures map[provision.JobID]int       // since the last success
	unsure   map[provision.JobID]bool      // messages may have been sent without being recorded
}

func newPending() *pending {
	return &pending{
		dirty: map[provision.JobID]time.Time{}, failures: map[provision.JobID]int{}, unsure: map[provision.JobID]bool{},
		more: make(chan struct{}, 1),
	}
}

// changed marks a job. However often it is marked, its thread is updated once, with the newest state.
func (p *pending) changed(id provision.JobID) { p.changedAt(id, time.Time{}) }

func (p *pending) changedAt(id provision.JobID, at time.Time) {
	p.mu.Lock()
	if was, marked := p.dirty[id]; !marked || at.Before(was) {
		p.dirty[id] = at
	}
	p.mu.Unlock()
	select {
	case p.more <- struct{}{}:
	default:
	}
}

// due takes the marked jobs that are due, lowest number first, or says how long until the next.
func (p *pending) due(now time.Time) (ids []provision.JobID, wait time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	wait = time.Hour
	for id, at := range p.dirty {
		if at.After(now) {
			wait = min(wait, at.Sub(now))
			continue
		}
		ids = append(ids, id)
		delete(p.dirty, id)
	}
	slices.SortFunc(ids, func(a, b provision.JobID) int {
		if d := len(a) - len(b); d != 0 {
			return d
		}
		return strings.Compare(string(a), string(b))
	})
	return ids, wait
}

func (p *pending) verify(id provision.JobID) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.unsure[id] = true
}

func (p *pending) verified(id provision.JobID) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.unsure, id)
}

func (p *pending) isUnsure(id provision.JobID) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.unsure[id]
}

// failed counts a failure and says how many there were in a row.
func (p *pending) failed(id provision.JobID) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.failures[id]++
	return p.failures[id]
}

func (p *pending) succeeded(id provision.JobID) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.failures, id)
}
