package console

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// picturing is a picture of a panel that is being taken, while the tab goes on with other panels. Whoever loads the panel again, leaves
// the page or acts waits for it, and so does the next picture, and the end of a reading.
type picturing struct {
	panel string
	over  chan struct{}
	kept  bool // once it is over
}

// pictured waits until the tab's picture is taken, if one is being taken, and says whether that was kept. It takes no longer than
// evidenceTime.
func (t *tab) pictured() (kept bool) {
	p := t.picturing
	if p == nil {
		return false
	}
	<-p.over
	t.picturing = nil
	return p.kept
}

// changes is for whoever is about to load these panels again.
func (t *tab) changes(panels ...string) {
	if t.picturing != nil && slices.Contains(panels, t.picturing.panel) {
		t.pictured()
	}
}

// apart are the panels that can be loaded at once, and the one that cannot before its picture is taken.
func (p *picturing) apart(panels []menuPanel) (now, later []menuPanel) {
	if p == nil {
		return panels, nil
	}
	i := slices.IndexFunc(panels, func(m menuPanel) bool { return m.Panel == p.panel })
	if i < 0 {
		return panels, nil
	}
	return slices.Concat(panels[:i], panels[i+1:]), panels[i : i+1]
}

// camera takes the picture of one panel, "" for the whole page. It asks the page without the tab, which is free for other things.
type camera struct {
	target *chromedp.Target
	world  runtime.ExecutionContextID
	panel  string
}

// frame is the part of the document that a picture shows.
type frame struct {
	page.Viewport
	Left   float64 `json:"left"` // how far the window is scrolled
	Top    float64 `json:"top"`
	InView bool    `json:"inView"` // the window shows all of it
	Moved  bool    `json:"moved"`  // the page has moved it meanwhile
}

// takes is how often a picture is taken of a page in which everything moves.
const takes = 10

// picture takes it in a quality that keeps it small. What else the page loads meanwhile may move the panel: then it is taken again.
func (c camera) picture(ctx context.Context) (picture []byte, err error) {
	// Tabs are opened in the background, where nothing is drawn (see browser.open).
	if _, err := cdp.Call(ctx, c.target, page.BringToFront, cdp.Empty{}); err != nil {
		return nil, fmt.Errorf("bringing it to the front: %w", err)
	}
	for range takes {
		shows, err := c.measure(ctx, "frameInView")
		if err != nil {
			return nil, err
		}
		if picture, err = c.capture(ctx, shows); err != nil {
			return nil, err
		}
		if now, err := c.measure(ctx, "frame"); err != nil || now == shows {
			return picture, err
		}
	}
	return picture, nil
}

// capture lowers the quality until the picture is small, and as a last resort takes it at half its size. What the window does not
// show takes more than twice the work: the page is laid out and painted for a larger one, and back.
func (c camera) capture(ctx context.Context, shows frame) (picture []byte, err error) {
	for _, try := range []struct {
		quality int64
		scale   float64
	}{{70, 1}, {40, 1}, {15, 1}, {15, 0.5}} {
		shows.Scale = try.scale
		shot, err := cdp.Call(ctx, c.target, page.CaptureScreenshot, page.CaptureScreenshotParams{
			Format: page.CaptureScreenshotFormatJpeg, Quality: &try.quality, Clip: &shows.Viewport, CaptureBeyondViewport: new(!shows.InView),
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

func (c camera) measure(ctx context.Context, function string) (shows frame, err error) {
	panel, err := json.Marshal(c.panel)
	if err != nil {
		return shows, err
	}
	result, err := evaluate(ctx, c.target, c.world, "panel => page."+function+"(panel)", []*runtime.CallArgument{{Value: panel}}, false)
	if err == nil {
		err = json.Unmarshal(result, &shows)
	}
	if err != nil {
		return shows, fmt.Errorf("measuring: %w", err)
	}
	return shows, nil
}
