package console

import (
	"context"
	"errors"
	"fmt"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// screenshots takes a browser's pictures: of snapshots, which it shows in a tab of its own, where no script runs, and of pages. What is not in
// front is not drawn, so it takes one picture at a time. It is safe for concurrent use.
type screenshots struct {
	browser context.Context
	turn    lock // held while a picture is taken

	tab   context.Context // where snapshots are shown; nil: another has to be opened
	leave func()          // closes it
	ready bool            // no script runs in it
}

// newScreenshots takes those of a browser, with the browser's first tab.
func newScreenshots(browser context.Context) *screenshots {
	return &screenshots{browser: browser, turn: newLock(), tab: browser, leave: func() {}}
}

// inTurn takes a picture after the one that is being taken.
func (s *screenshots) inTurn(ctx context.Context, take func() ([]byte, error)) ([]byte, error) {
	if err := s.turn.take(ctx); err != nil {
		return nil, fmt.Errorf("waiting for the picture before: %w", err)
	}
	defer s.turn.release()
	return take()
}

// page takes the picture of a part of a tab's page.
func (s *screenshots) page(ctx context.Context, of *chromedp.Target, part page.Viewport) ([]byte, error) {
	return s.inTurn(ctx, func() ([]byte, error) { return photograph(ctx, of, part, true) })
}

// snapshot takes the picture of one. A tab in which that fails may be no good any more: the next snapshot gets another.
func (s *screenshots) snapshot(ctx context.Context, of snapshot) ([]byte, error) {
	return s.inTurn(ctx, func() ([]byte, error) {
		picture, err := s.show(ctx, of)
		if err != nil && s.tab != nil {
			go s.leave() // it waits for an answer of the browser
			s.tab = nil
		}
		return picture, err
	})
}

func (s *screenshots) show(ctx context.Context, of snapshot) ([]byte, error) {
	if err := s.open(ctx); err != nil {
		return nil, err
	}
	shown := chromedp.FromContext(s.tab).Target
	tree, err := cdp.Call(ctx, shown, page.GetFrameTree, cdp.Empty{})
	if err != nil {
		return nil, err
	}
	content := page.SetDocumentContentParams{FrameID: tree.FrameTree.Frame.ID, HTML: of.HTML}
	if _, err := cdp.Call(ctx, shown, page.SetDocumentContent, content); err != nil {
		return nil, err
	}
	return photograph(ctx, shown, page.Viewport{Width: of.Width, Height: of.Height}, of.Height > windowHeight)
}

// open sees to it that there is a tab, in which no script runs.
func (s *screenshots) open(ctx context.Context) error {
	if s.tab == nil {
		tab, leave, err := newTab(ctx, s.browser)
		if err != nil {
			return err
		}
		s.tab, s.leave, s.ready = tab, leave, false
	}
	if s.ready {
		return nil
	}
	shown := chromedp.FromContext(s.tab).Target
	err := errors.Join(
		tellLess(ctx, shown),
		shown.Call(ctx, network.Disable.Method, nil, nil),
		shown.Call(ctx, emulation.SetScriptExecutionDisabled.Method, emulation.SetScriptExecutionDisabledParams{Value: true}, nil),
	)
	if err != nil {
		return fmt.Errorf("preparing the tab for pictures: %w", err)
	}
	s.ready = true
	return nil
}

// snapshot is a panel as it stood. It is without HTML where a copy would look different: scripts may not read the styles and images of
// another site.
type snapshot struct {
	HTML   string  `json:"html"`
	Width  float64 `json:"width"` // in whole pixels
	Height float64 `json:"height"`
}

// photograph takes the picture of a part of a tab's page. It lowers the quality until the picture is small, and as a last resort takes it
// at half its size. What is beyond the window takes more work: the page is laid out and painted for a larger one, and back.
func photograph(ctx context.Context, target *chromedp.Target, part page.Viewport, beyond bool) (picture []byte, err error) {
	if _, err := cdp.Call(ctx, target, page.BringToFront, cdp.Empty{}); err != nil { // what is in the background is not drawn
		return nil, fmt.Errorf("bringing it to the front: %w", err)
	}
	for _, try := range []struct {
		quality int64
		scale   float64
	}{{70, 1}, {40, 1}, {15, 1}, {15, 0.5}} {
		part.Scale = try.scale
		shot, err := cdp.Call(ctx, target, page.CaptureScreenshot, page.CaptureScreenshotParams{
			Format: page.CaptureScreenshotFormatJpeg, Quality: &try.quality, Clip: &part, CaptureBeyondViewport: &beyond,
		})
		if err != nil {
			return nil, err
		}
		if picture = shot.Data; len(picture) <= pictureSize {
			break
		}
	}
	return picture, nil
}
