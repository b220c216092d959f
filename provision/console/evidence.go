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
	newest chan struct{} // closed when the newest picture is kept, and all before it; nil when there is none
}

const (
	// evidenceTime is how long evidence may take.
	evidenceTime = 5 * time.Second
	// pictureSize is what a picture should not exceed, in bytes: they all go into the thread.
	pictureSize = 60 << 10
)

// picture keeps a picture of the panel as it stands. moment is "before" or "after". It is drawn beside what the tab does next, from a copy
// (see renderer). Should that come to nothing, there is no file of its name.
func (e *evidence) picture(ctx context.Context, t *tab, panel, moment string) {
	if e.dir == "" {
		return
	}
	name := e.name(t, panel, moment) + ".jpg"
	var of snapshot
	err := e.makeFolder(name)
	if err == nil {
		err = t.call(ctx, "copy", panel, &of)
	}
	if err != nil {
		e.mind(t, fmt.Errorf("taking the picture %s: %w", name, err))
		return
	}
	if of.HTML == "" {
		e.mind(t, e.photograph(ctx, t, panel, name))
		return
	}
	t.visit.Load().keep(name)
	file, log := e.file(name), t.say()
	e.inTurn(func() {
		drawn, err := t.renderer.draw(of)
		if err == nil {
			err = os.WriteFile(file, drawn, 0o600)
		}
		if err != nil {
			log.WithError(err).Warnf("The picture %s could not be drawn.", name)
		}
	})
}

// inTurn does something after all that was given before, beside the caller.
func (e *evidence) inTurn(do func()) {
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

// settled waits until all pictures so far are kept, but not for longer than ctx.
func (e *evidence) settled(ctx context.Context) {
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
	e.mind(t, e.photograph(ctx, t, panel, name+".jpg"))
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

// photograph keeps a picture of the page itself.
func (e *evidence) photograph(ctx context.Context, t *tab, panel, name string) error {
	limited, cancel := t.limited(ctx, evidenceTime)
	defer cancel()
	part := page.Viewport{Scale: 1}
	if err := t.call(limited, "frame", panel, &part); err != nil {
		return fmt.Errorf("taking the picture %s: %w", name, err)
	}
	taken, err := photograph(limited, t.target, &part)
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

func (e *evidence) makeFolder(name string) error {
	return os.MkdirAll(filepath.Dir(e.file(name)), 0o700)
}

func (e *evidence) write(t *tab, name string, b []byte) error {
	if err := e.makeFolder(name); err != nil {
		return err
	}
	if err := os.WriteFile(e.file(name), b, 0o600); err != nil {
		return err
	}
	t.visit.Load().keep(name)
	return nil
}

func (e *evidence) file(name string) string { return filepath.Join(e.dir, filepath.FromSlash(name)) }

var evidenceName = regexp.MustCompile(`^\d{8}T\d{6}\.\d{3}-.*\.(jpg|txt)$`)

// PurgeEvidence removes what was kept below dir before the time, but for that of the jobs in keep, and folders of jobs
// that are empty then. Whatever else is in there stays.
func PurgeEvidence(dir string, before time.Time, keep ...provision.JobID) error {
	var failed []error
	var folders []string
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
			if file != dir {
				folders = append(folders, file)
			}
			return nil
		case !evidenceName.MatchString(entry.Name()):
			return nil
		}
		kept, err := time.Parse("20060102T150405.000", entry.Name()[:len("20060102T150405.000")])
		if err == nil && kept.Before(before) {
			failed = append(failed, os.Remove(file))
		}
		return nil
	})
	for _, folder := range folders {
		if left, err := os.ReadDir(folder); err == nil && len(left) == 0 {
			failed = append(failed, os.Remove(folder))
		}
	}
	if err := errors.Join(append(failed, err)...); err != nil {
		return fmt.Errorf("forgetting old evidence: %w", err)
	}
	return nil
}
