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
	"time"

	"mozybot/provision"
)

// evidence keeps pictures of what was done, and pictures and words of a page that was not as expected: in a folder for each
// job, under names that the visit to the console gathers. An order is not worth less because its picture could not be taken:
// failures are logged and no more.
type evidence struct {
	dir    string              // "": nothing is kept
	redact func(string) string // takes out what is never to be written
	now    func() time.Time
}

const (
	// evidenceTime is how long evidence may take.
	evidenceTime = 5 * time.Second
	// pictureSize is what a picture should not exceed, in bytes: they all go into the thread.
	pictureSize = 60 << 10
)

// picture keeps a picture of the panel. moment is "before" or "after".
func (e *evidence) picture(ctx context.Context, t *tab, panel, moment string) {
	if e.dir != "" {
		e.takePicture(ctx, t, panel, e.name(t, panel, moment))
	}
}

// pictureBeside is picture beside what the tab does next. What changes the panel waits for it (see picturing). Should it come to
// nothing, there is no file of its name.
func (e *evidence) pictureBeside(ctx context.Context, t *tab, panel, moment string) {
	if e.dir == "" {
		return
	}
	name := e.name(t, panel, moment) + ".jpg"
	if e.beginPicture(ctx, t, panel, name) {
		t.visit.Load().keep(name)
	}
}

// unexpectedPage keeps what the page says and the panel shows, "" for the whole page, also when the caller's time is over.
func (e *evidence) unexpectedPage(ctx context.Context, t *tab, what, panel string) {
	if e.dir == "" || t == nil || !t.alive() {
		return
	}
	ctx = context.WithoutCancel(ctx)
	name := e.name(t, what, "surprise")
	_ = t.call(ctx, "ready", nil, nil) // the document may be another one by now
	e.takePicture(ctx, t, panel, name)
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

func (e *evidence) takePicture(ctx context.Context, t *tab, panel, name string) {
	name += ".jpg"
	if e.beginPicture(ctx, t, panel, name) && t.pictured() {
		t.visit.Load().keep(name)
	}
}

// beginPicture says whether a picture is being taken now.
func (e *evidence) beginPicture(ctx context.Context, t *tab, panel, name string) bool {
	t.pictured()
	err := os.MkdirAll(filepath.Dir(e.file(name)), 0o700)
	if err == nil {
		err = t.prepared(ctx)
	}
	if err != nil {
		e.mind(t, fmt.Errorf("taking the picture %s: %w", name, err))
		return false
	}
	p := &picturing{panel: panel, over: make(chan struct{})}
	t.picturing = p
	shot := camera{t.target, t.world, panel}
	limited, cancel := t.limited(context.WithoutCancel(ctx), evidenceTime)
	t.tasks.Go(func() {
		defer close(p.over)
		defer cancel()
		picture, err := shot.picture(limited)
		if err == nil {
			err = os.WriteFile(e.file(name), picture, 0o600)
		}
		if p.kept = err == nil; !p.kept {
			e.mind(t, fmt.Errorf("taking the picture %s: %w", name, err))
		}
	})
	return true
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
	if err := os.MkdirAll(filepath.Dir(e.file(name)), 0o700); err != nil {
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
