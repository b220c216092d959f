package console

import (
	"context"
	"fmt"
	"sync"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/css"
	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/cdproto/emulation"
	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// renderer draws the pictures of panels, one after the other: in the tab that the browser came with, from a copy of the panel as it
// stood at one moment. The page itself needs not stand still for that, nor be drawn at all.
type renderer struct {
	tab context.Context
	one *sync.Mutex
}

// newRenderer is the one of a browser's first tab, in which no script of the console's runs.
func newRenderer(tab context.Context) (renderer, error) {
	target := chromedp.FromContext(tab).Target
	for _, off := range []string{css.Disable.Method, dom.Disable.Method, cdplog.Disable.Method, runtime.Disable.Method, network.Disable.Method} {
		if err := target.Call(tab, off, nil, nil); err != nil {
			return renderer{}, fmt.Errorf("preparing the tab for pictures: %w", err)
		}
	}
	err := target.Call(tab, emulation.SetScriptExecutionDisabled.Method, emulation.SetScriptExecutionDisabledParams{Value: true}, nil)
	if err != nil {
		return renderer{}, fmt.Errorf("preparing the tab for pictures: %w", err)
	}
	return renderer{tab, &sync.Mutex{}}, nil
}

// snapshot is a panel as it stood. It is without HTML where the page has styles or images of another site, which no script may read: a copy
// without them would look different.
type snapshot struct {
	HTML   string `json:"html"`
	Width  int64  `json:"width"`
	Height int64  `json:"height"`
}

// draw gives the picture of a copy, in a quality that keeps it small.
func (r renderer) draw(of snapshot) ([]byte, error) {
	r.one.Lock()
	defer r.one.Unlock()
	ctx, cancel := context.WithTimeout(r.tab, evidenceTime)
	defer cancel()
	target := chromedp.FromContext(r.tab).Target
	tree, err := cdp.Call(ctx, target, page.GetFrameTree, cdp.Empty{})
	if err != nil {
		return nil, err
	}
	size := emulation.SetDeviceMetricsOverrideParams{Width: of.Width, Height: of.Height, DeviceScaleFactor: 1}
	if _, err := cdp.Call(ctx, target, emulation.SetDeviceMetricsOverride, size); err != nil {
		return nil, err
	}
	content := page.SetDocumentContentParams{FrameID: tree.FrameTree.Frame.ID, HTML: of.HTML}
	if _, err := cdp.Call(ctx, target, page.SetDocumentContent, content); err != nil {
		return nil, err
	}
	return photograph(ctx, target, nil)
}

// photograph takes the picture of what a tab shows, or of a part of its page. It lowers the quality until the picture is small.
func photograph(ctx context.Context, target *chromedp.Target, part *page.Viewport) (picture []byte, err error) {
	if _, err := cdp.Call(ctx, target, page.BringToFront, cdp.Empty{}); err != nil { // what is in the background is not drawn
		return nil, fmt.Errorf("bringing it to the front: %w", err)
	}
	for _, quality := range []int64{70, 40, 15} {
		shot, err := cdp.Call(ctx, target, page.CaptureScreenshot, page.CaptureScreenshotParams{
			Format: page.CaptureScreenshotFormatJpeg, Quality: &quality, Clip: part, CaptureBeyondViewport: new(part != nil),
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
