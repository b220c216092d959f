package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"time"

	"github.com/sirupsen/logrus"

	"mozybot/bot/thread/sheet"
	"mozybot/cmd/mozybot/config"
	"mozybot/provision"
	"mozybot/provision/retry"
)

// lookingOver reads the console for summaries. It looks the console over first: an order that could not be carried out
// must not be approved. And it says what people should know about the console beside the figures.
type lookingOver struct {
	reader
	role   string
	notice func() string
}

func (l lookingOver) Read(ctx context.Context, look provision.Look) (provision.Reading, error) {
	over := look
	over.Role = l.role
	r, err := l.reader.Read(ctx, over)
	if err == nil && r.At.IsZero() {
		r, err = l.reader.Read(ctx, look)
	}
	if notice := l.notice(); err == nil && notice != "" {
		r.Notices = append(r.Notices, notice)
	}
	return r, err
}

// consoleWatch looks after the console: that everything is there which the steps need, and that the password is not too old.
type consoleWatch struct {
	backend
	config config.Config
	probe  *healthProbe
	log    logrus.FieldLogger
}

// forSummaries is how summaries read the console.
func (w consoleWatch) forSummaries() lookingOver {
	return lookingOver{w.reader, w.config.MozyAdminRole, func() string { return w.config.PasswordNotice(time.Now()) }}
}

// evidence is what was kept of the console's pages. A job names its pictures a moment before they are there: who opens one waits for it.
func (w consoleWatch) evidence() fs.FS {
	kept := os.DirFS(w.config.EvidenceFolder())
	if w.pictured == nil {
		return kept
	}
	return awaited{kept, w.pictured}
}

// awaited has a file that is not there waited for.
type awaited struct {
	files fs.FS
	wait  func(context.Context)
}

// awaitedFor is how long somebody who wants to see a picture waits for it.
const awaitedFor = 5 * time.Second

// Open opens the named file, if need be once it is there.
func (a awaited) Open(name string) (fs.File, error) {
	file, err := a.files.Open(name)
	if !errors.Is(err, fs.ErrNotExist) {
		return file, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), awaitedFor)
	defer cancel()
	a.wait(ctx)
	return a.files.Open(name)
}

// drawing draws sheets of pictures once these are there.
func (w consoleWatch) drawing(draw func(context.Context, []sheet.Row) ([]byte, int, error)) func(context.Context, []sheet.Row) ([]byte, int, error) {
	if w.pictured == nil {
		return draw
	}
	return func(ctx context.Context, rows []sheet.Row) (jpg []byte, missed int, err error) {
		w.pictured(ctx)
		return draw(ctx, rows)
	}
}

// watch looks the console over at the start, and whenever nobody else has for a while: that it has changed, or
// refuses the robot, should be known before an order comes. What cannot be reached is looked for every minute, and so is
// another password than the refused one.
func (w consoleWatch) watch(ctx context.Context) error {
	if err := w.start(ctx); err != nil && ctx.Err() == nil {
		w.log.WithError(err).Error("the console cannot be reached yet; orders are read and wait for it")
	}
	for ctx.Err() == nil {
		wait := w.config.ConsoleCheckEvery
		if last := w.probe.last(); last.OK && time.Since(last.Checked) < wait {
			wait -= time.Since(last.Checked)
		} else if err := w.reader.Check(ctx, provision.JobStep{}, w.config.MozyAdminRole); err != nil && ctx.Err() == nil {
			w.log.WithError(err).Warn("the console is not as it should be")
			if code := provision.CodeOf(err); code != provision.Changed { // nor does a refused log-in cost anything while it is not tried
				wait = min(wait, time.Minute)
			}
		}
		_ = retry.Pause(ctx, wait) // the loop ends with ctx
	}
	return nil
}

// warn warns once a day of the password's age.
func (w consoleWatch) warn(ctx context.Context) error {
	daily := time.NewTicker(24 * time.Hour)
	defer daily.Stop()
	for {
		if notice := w.config.PasswordNotice(time.Now()); notice != "" {
			w.log.Warn(notice)
		}
		select {
		case <-daily.C:
		case <-ctx.Done():
			return nil
		}
	}
}

// tryLogin logs in to the console once, also where it refused that before, and looks it over.
func (w consoleWatch) tryLogin(ctx context.Context) error {
	if err := w.allowLogin(ctx); err != nil {
		return err
	}
	return w.reader.Check(ctx, provision.JobStep{}, w.config.MozyAdminRole)
}
