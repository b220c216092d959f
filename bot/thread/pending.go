package thread

import (
	"sync"
	"time"

	"mozybot/provision"
)

// pending is the set of jobs whose threads need an update. Safe for concurrent use.
type pending struct {
	more chan struct{} // has a token while there may be such jobs

	mu       sync.Mutex
	dirty    map[provision.JobID]mark
	marks    int                      // so far
	begun    map[provision.JobID]bool // their threads had an update, and go on
	failures map[provision.JobID]int  // since the last success
	unsure   map[provision.JobID]bool // messages may have been sent without being recorded
}

// mark says that a job's thread needs an update.
type mark struct {
	at     time.Time // the earliest time for it
	number int       // of the marks in the order in which they were made
}

func newPending() *pending {
	return &pending{
		dirty: map[provision.JobID]mark{}, begun: map[provision.JobID]bool{}, failures: map[provision.JobID]int{}, unsure: map[provision.JobID]bool{},
		more: make(chan struct{}, 1),
	}
}

// changed marks a job. However often it is marked, its thread is updated once, with the newest state.
func (p *pending) changed(id provision.JobID) { p.changedAt(id, time.Time{}) }

func (p *pending) changedAt(id provision.JobID, at time.Time) {
	p.mu.Lock()
	was, marked := p.dirty[id]
	switch {
	case !marked:
		p.marks++
		p.dirty[id] = mark{at, p.marks}
	case at.Before(was.at):
		p.dirty[id] = mark{at, was.number}
	}
	p.mu.Unlock()
	select {
	case p.more <- struct{}{}:
	default:
	}
}

// next takes the marked job whose turn it is, or says how long until there is one. A job whose thread had no update goes before all
// others, as somebody waits for its first message; else the one goes first that has been marked for longest.
func (p *pending) next(now time.Time) (id provision.JobID, wait time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	wait = time.Hour
	for other, m := range p.dirty {
		switch {
		case m.at.After(now):
			wait = min(wait, m.at.Sub(now))
		case id == "" || p.goesBefore(other, id):
			id = other
		}
	}
	delete(p.dirty, id)
	return id, wait
}

// until takes all jobs whose turn comes up to that time, in the order of next.
func (p *pending) until(last time.Time) (ids []provision.JobID) {
	for {
		id, _ := p.next(last)
		if id == "" {
			return ids
		}
		ids = append(ids, id)
	}
}

func (p *pending) goesBefore(a, b provision.JobID) bool {
	if p.begun[a] != p.begun[b] {
		return p.begun[b]
	}
	return p.dirty[a].number < p.dirty[b].number
}

// hasBegun says that a job's thread has had an update, and whether others will follow: what is over is forgotten, for there is
// no end of it.
func (p *pending) hasBegun(id provision.JobID, goesOn bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !goesOn {
		delete(p.begun, id)
		return
	}
	p.begun[id] = true
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
