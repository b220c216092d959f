package orderfile

import (
	"cmp"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// ahead are processes that were started for files to come. It is safe for concurrent use.
type ahead struct {
	mu      sync.Mutex
	waiting []*process
	idle    *process      // one of these, with the PDF engine started, that waits for no file in particular
	atMost  time.Duration // that one waits for an expected file; 30 s if 0
	settle  time.Duration // from a PDF to the start of an idle one; 1 s if 0
}

// Expect has a process wait for a file of that name that is on its way, a PDF's with its engine started: both take as long as Slack
// takes to hand the file out. No more wait than are read at once, and none for longer than half a minute. It may come to
// nothing, as Read starts a process where none waits.
func (r *Reader) Expect(name string) {
	s := r.setting("")
	if kind := strings.ToLower(filepath.Ext(name)); r.CacheDir != "" && slices.Contains(heavy, kind) {
		if !r.warm.Load() {
			return // Read compiles the engine first, which takes longer
		}
		s.CacheDir, s.Ahead = r.CacheDir, kind == ".pdf"
	}
	r.ahead.mu.Lock()
	defer r.ahead.mu.Unlock()
	if idle := r.ahead.idle; idle != nil && !idle.ended() && s.Ahead {
		r.ahead.idle = nil
		return
	}
	s.Wait = cmp.Or(r.ahead.atMost, 30*time.Second)
	r.wait(s)
}

// expectAnother has a process wait for the next PDF, started when what came of this one has had the processors to itself.
func (r *Reader) expectAnother() {
	if r.StandBy == 0 {
		return
	}
	s := r.setting(r.CacheDir)
	s.Ahead, s.Wait = true, r.StandBy
	time.AfterFunc(cmp.Or(r.ahead.settle, time.Second), func() {
		r.ahead.mu.Lock()
		defer r.ahead.mu.Unlock()
		if idle := r.ahead.idle; idle == nil || idle.ended() {
			r.ahead.idle = r.wait(s)
		}
	})
}

// wait starts a process that waits for its file, where there is room for one. The caller holds the lock.
func (r *Reader) wait(s setting) *process {
	if r.ahead.waiting = slices.DeleteFunc(r.ahead.waiting, (*process).ended); len(r.ahead.waiting) >= r.atOnce() {
		return nil
	}
	p, err := r.launch(s)
	if err != nil {
		return nil // Read says so
	}
	r.ahead.waiting = append(r.ahead.waiting, p)
	time.AfterFunc(s.Wait, func() {
		if r.ahead.remove(p) {
			p.kill(nil)
		}
	})
	return p
}

// heavy are the names of the kinds that may need the PDF engine.
var heavy = []string{".pdf", ".eml", ".msg"}

func (r *Reader) atOnce() int { return cmp.Or(r.AtOnce, 2) }

// take gives a process that can read with that cache, the idle one last; nil if none waits.
func (a *ahead) take(cacheDir string) *process {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.waiting = slices.DeleteFunc(a.waiting, (*process).ended)
	var taken *process
	for _, p := range a.waiting {
		if p.setting.CacheDir == cacheDir && (taken == nil || taken == a.idle) {
			taken = p
		}
	}
	if taken != nil {
		a.without(taken)
	}
	return taken
}

// remove takes a process away, unless that was done.
func (a *ahead) remove(p *process) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.without(p)
}

func (a *ahead) without(p *process) bool {
	if a.idle == p {
		a.idle = nil
	}
	before := len(a.waiting)
	a.waiting = slices.DeleteFunc(a.waiting, func(w *process) bool { return w == p })
	return len(a.waiting) < before
}

func (p *process) ended() bool {
	select {
	case <-p.over:
		return true
	default:
		return false
	}
}
