package orderfile

import (
	"cmp"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// ahead are processes that were started for files on their way. It is safe for concurrent use.
type ahead struct {
	mu      sync.Mutex
	waiting []*process
	atMost  time.Duration // that one waits for its file; 30 s if 0
}

// Expect starts a process for a file of that name that is on its way, a PDF's with its engine: both take as long as Slack takes to
// hand the file out. No more wait than are read at once, and none for longer than half a minute. It may come to nothing, as
// Read starts a process where none waits.
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
	if r.ahead.waiting = slices.DeleteFunc(r.ahead.waiting, (*process).ended); len(r.ahead.waiting) >= r.atOnce() {
		return
	}
	atMost := cmp.Or(r.ahead.atMost, 30*time.Second)
	s.WallClock += atMost
	p, err := r.launch(s, r.maxRSS())
	if err != nil {
		return // Read says so
	}
	r.ahead.waiting = append(r.ahead.waiting, p)
	time.AfterFunc(atMost, func() {
		if r.ahead.remove(p) {
			p.kill(nil)
		}
	})
}

// heavy are the names of the kinds that may need the PDF engine.
var heavy = []string{".pdf", ".eml", ".msg"}

func (r *Reader) atOnce() int { return cmp.Or(r.AtOnce, 2) }

// take gives a process that can read with that cache, nil if none waits.
func (a *ahead) take(cacheDir string) *process {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.waiting = slices.DeleteFunc(a.waiting, (*process).ended)
	i := slices.IndexFunc(a.waiting, func(p *process) bool { return p.setting.CacheDir == cacheDir })
	if i < 0 {
		return nil
	}
	p := a.waiting[i]
	a.waiting = slices.Delete(a.waiting, i, i+1)
	return p
}

// remove takes a process away, unless that was done.
func (a *ahead) remove(p *process) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
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
