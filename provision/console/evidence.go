package console

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/chromedp/cdproto/page"

	"mozybot/provision"
)

// evidence keeps pictures of what was done, and pictures and words of a page that was not as expected: in a folder for each
// job, under names that the visit to the console gathers. An order is not worth less because its picture could not be taken:
// failures are logged and no more.
type evidence struct {
	dir    string              // "": nothing is kept
	redact func(string) string // takes out what is never to be written
	now    func() time.Time

	mu     sync.Mutex
	newest chan struct{} // closed when the newest picture was taken, and all before it; nil when there is none
}

const (
	// evidenceTime is how long evidence may take: what a busy machine takes, as a page that was not as expected is shown once.
	evidenceTime = 15 * time.Second
	// pictureSize is what a picture should not exceed, in bytes: they all go into the thread.
	pictureSize = 60 << 10
)

// picture keeps a picture of the panel as it stands. moment is "before" or "after". It is taken beside what the tab does next, of a copy
// (see screenshots). Should that come to nothing, there is no file of its name.
func (e *evidence) picture(ctx context.Context, t *tab, panel, moment string) {
	if e.dir == "" {
		return
	}
	name := e.name(t, panel, moment) + ".jpg"
	limited, cancel := t.limited(ctx, evidenceTime)
	defer cancel()
	var of snapshot
	err := e.makeFolder(name)
	if err == nil {
		err = t.call(limited, "snapshot", panel, &of)
	}
	switch {
	case err != nil:
		e.mind(t, fmt.Errorf("taking the picture %s: %w", name, err))
	case of.HTML == "":
		e.mind(t, e.takePage(ctx, t, panel, name))
	default:
		t.visit.Load().keep(name)
		log, mark := t.say(), t.traffic.mark()
		e.after(func() {
			t.asks(mark)
			if err := e.takeSnapshot(t.screenshots, of, name); err != nil {
				log.WithError(err).Warnf("The picture %s could not be taken.", name)
			}
		})
	}
}

// drawnAfter is how long a picture waits at most for its page to ask the console for something. What leads there takes less.
const drawnAfter = 100 * time.Millisecond

// asks waits until the page asks the console for something after the mark. Then the console is waited for, and drawing a picture
// takes the processors from no other work.
func (t *tab) asks(mark int) {
	limited, cancel := t.limited(t.life, drawnAfter)
	defer cancel()
	t.traffic.until(limited, func() bool { return t.traffic.since(mark).sent > 0 })
}

func (e *evidence) takeSnapshot(by *screenshots, of snapshot, name string) error {
	ctx, cancel := context.WithTimeout(by.browser, evidenceTime)
	defer cancel()
	taken, err := by.snapshot(ctx, of)
	if err != nil {
		return err
	}
	return e.put(name, taken)
}

// after does something when all that was given before is done, beside the caller.
func (e *evidence) after(do func()) {
	e.mu.Lock()
	defer e.mu.Unlock()
	before, over := e.newest, make(chan struct{})
	e.newest = over
	go func() {
		defer close(over)
		if before != nil {
			<-before
		}
		do()
	}()
}

// taken waits until all pictures so far are kept, but not for longer than ctx.
func (e *evidence) taken(ctx context.Context) {
	e.mu.Lock()
	newest := e.newest
	e.mu.Unlock()
	if newest == nil {
		return
	}
	select {
	case <-newest:
	case <-ctx.Done():
	}
}

// unexpectedPage keeps what the page says and the panel shows, "" for the whole page, also when the caller's time is over.
func (e *evidence) unexpectedPage(ctx context.Context, t *tab, what, panel string) {
	if e.dir == "" || t == nil || !t.alive() {
		return
	}
	ctx = context.WithoutCancel(ctx)
	name := e.name(t, what, "surprise")
	e.mind(t, e.takePage(ctx, t, panel, name+".jpg"))
	e.mind(t, e.keepWords(ctx, t, name))
	t.say().WithField("evidence", name).Warn("The console surprised us; a picture and the page's words are kept.")
}

func (e *evidence) mind(t *tab, err error) {
	if err != nil {
		t.say().WithError(err).Warn("Evidence could not be kept.")
	}
}

var unfit = regexp.MustCompile(`[^A-Za-z0-9_]+`)

// name is unique, sorts by time, and begins with the job's folder when there is a job.
func (e *evidence) name(t *tab, what, moment string) string {
	fit := func(s string) string { return strings.Trim(unfit.ReplaceAllString(s, "-"), "-") }
	name := fmt.Sprintf("%s-%s-%s", e.now().UTC().Format("20060102T150405.000"), fit(what), moment)
	return path.Join(fit(string(t.visit.Load().at.Job)), name)
}

// takePage keeps a picture of the page itself.
func (e *evidence) takePage(ctx context.Context, t *tab, panel, name string) error {
	limited, cancel := t.limited(ctx, evidenceTime)
	defer cancel()
	var part page.Viewport
	if err := t.call(limited, "frame", panel, &part); err != nil {
		return fmt.Errorf("taking the picture %s: %w", name, err)
	}
	taken, err := t.screenshots.page(limited, t.target, part)
	if err != nil {
		return fmt.Errorf("taking the picture %s: %w", name, err)
	}
	return e.write(t, name, taken)
}

func (e *evidence) keepWords(ctx context.Context, t *tab, name string) error {
	limited, cancel := t.limited(ctx, evidenceTime)
	defer cancel()
	var words string
	if err := t.call(limited, "words", nil, &words); err != nil {
		return fmt.Errorf("reading the page for %s: %w", name, err)
	}
	return e.write(t, name+".txt", []byte(e.redact(words)))
}

func (e *evidence) write(t *tab, name string, b []byte) error {
	err := e.put(name, b)
	if err == nil {
		t.visit.Load().keep(name)
	}
	return err
}

// put keeps a file, whole or not at all: somebody may be waiting for it to be there.
func (e *evidence) put(name string, b []byte) error {
	if err := e.makeFolder(name); err != nil {
		return err
	}
	file := e.file(name)
	if err := os.WriteFile(file+half, b, 0o600); err != nil {
		return err
	}
	return os.Rename(file+half, file)
}

func (e *evidence) makeFolder(name string) error {
	return os.MkdirAll(filepath.Dir(e.file(name)), 0o700)
}

// half is behind the name of a file that is not whole yet.
const half = ".part"

func (e *evidence) file(name string) string { return filepath.Join(e.dir, filepath.FromSlash(name)) }

var evidenceName = regexp.MustCompile(`^\d{8}T\d{6}\.\d{3}-.*\.(jpg|txt)(\.part)?$`)

// PurgeEvidence removes what was kept below dir before the time, but for that of the jobs in keep, and folders of jobs
// that are empty then. Whatever else is in there stays.
func PurgeEvidence(dir string, before time.Time, keep ...provision.JobID) error {
	var failed []error
	var folders []string // which had some, for others may have theirs there
	err := filepath.WalkDir(dir, func(file string, entry fs.DirEntry, err error) error {
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil
		case err != nil:
			failed = append(failed, err)
			return nil
		case entry.IsDir():
			if filepath.Dir(file) == filepath.Clean(dir) && slices.Contains(keep, provision.JobID(entry.Name())) {
				return fs.SkipDir
			}
			return nil
		case !evidenceName.MatchString(entry.Name()):
			return nil
		}
		kept, err := time.Parse("20060102T150405.000", entry.Name()[:len("20060102T150405.000")])
		if err == nil && kept.Before(before) {
			failed = append(failed, os.Remove(file))
			folders = append(folders, filepath.Dir(file))
		}
		return nil
	})
	for _, folder := range slices.Compact(folders) {
		if folder == filepath.Clean(dir) {
			continue
		}
		if left, err := os.ReadDir(folder); err == nil && len(left) == 0 {
			failed = append(failed, os.Remove(folder))
		}
	}
	if err := errors.Join(append(failed, err)...); err != nil {
		return fmt.Errorf("forgetting old evidence: %w", err)
	}
	return nil
}
