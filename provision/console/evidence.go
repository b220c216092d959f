package console

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/sirupsen/logrus"
)

// evidence keeps pictures of what was done, and pictures and words of what was not as expected. An order is not worth
// less because its picture could not be taken: failures are logged and no more.
type evidence struct {
	dir    string // "": nothing is kept
	secret string // never to be written
	now    func() time.Time
	log    logrus.FieldLogger
}

// evidenceTime is how long evidence may take.
const evidenceTime = 5 * time.Second

// picture keeps a picture of the panel. moment is "before" or "after".
func (e *evidence) picture(ctx context.Context, t *tab, panel, moment string) {
	if e.dir == "" {
		return
	}
	ctx, cancel := t.limited(ctx, evidenceTime)
	defer cancel()
	if err := e.keepPicture(ctx, t, panel, e.name(panel, moment)); err != nil {
		e.log.WithError(err).Warn("Evidence could not be kept.")
	}
}

// surprise keeps what the page shows and says, also when the caller's time is over.
func (e *evidence) surprise(ctx context.Context, t *tab, what string) {
	if e.dir == "" || t == nil || !t.alive() {
		return
	}
	ctx, cancel := t.limited(context.WithoutCancel(ctx), evidenceTime)
	defer cancel()
	name := e.name(what, "surprise")
	err := errors.Join(e.keepPicture(ctx, t, "", name), e.keepWords(ctx, t, name))
	if err != nil {
		e.log.WithError(err).Warn("Evidence could not be kept.")
		return
	}
	e.log.WithField("evidence", name).Warn("The console surprised us; a picture and the page's words are kept.")
}

var unfit = regexp.MustCompile(`[^A-Za-z0-9_]+`)

func (e *evidence) name(what, moment string) string {
	what = strings.Trim(unfit.ReplaceAllString(what, "-"), "-")
	return fmt.Sprintf("%s-%s-%s", e.now().UTC().Format("20060102T150405.000"), what, moment)
}

func (e *evidence) keepPicture(ctx context.Context, t *tab, panel, name string) error {
	var frame page.Viewport
	if err := t.call(ctx, "frame", panel, &frame); err != nil {
		return fmt.Errorf("measuring %s: %w", name, err)
	}
	frame.Scale = 1
	shot, err := cdp.Call(ctx, t.target, page.CaptureScreenshot, page.CaptureScreenshotParams{
		Clip: &frame, CaptureBeyondViewport: new(true), OptimizeForSpeed: new(true),
	})
	if err != nil {
		return fmt.Errorf("taking the picture %s: %w", name, err)
	}
	return e.write(name+".png", shot.Data)
}

func (e *evidence) keepWords(ctx context.Context, t *tab, name string) error {
	var words string
	if err := t.call(ctx, "words", nil, &words); err != nil {
		return fmt.Errorf("reading the page for %s: %w", name, err)
	}
	if e.secret != "" {
		words = strings.ReplaceAll(words, e.secret, "••••••")
	}
	return e.write(name+".txt", []byte(words))
}

func (e *evidence) write(name string, b []byte) error {
	if err := os.MkdirAll(e.dir, 0o700); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(e.dir, name), b, 0o600)
}
