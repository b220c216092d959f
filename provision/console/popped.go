package console

import (
	"context"
	"sync"
	"time"

	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

// popped watches for the windows that a tab's page opens.
type popped struct {
	mu      sync.Mutex
	opener  target.ID
	windows map[target.ID]string // addresses
	closed  map[target.ID]bool   // the browser may tell of one that is being closed
	news    chan struct{}
}

func (p *popped) expect(opener target.ID) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.opener, p.windows, p.closed, p.news = opener, map[target.ID]string{}, map[target.ID]bool{}, make(chan struct{}, 1)
}

// event takes what the browser says. It must not block.
func (p *popped) event(ev any) {
	var info *target.Info
	switch ev := ev.(type) {
	case *target.EventTargetCreated:
		info = ev.TargetInfo
	case *target.EventTargetInfoChanged:
		info = ev.TargetInfo
	default:
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.opener == "" || info.OpenerID != p.opener || info.Type != "page" || p.closed[info.TargetID] {
		return
	}
	p.windows[info.TargetID] = info.URL
	select {
	case p.news <- struct{}{}:
	default:
	}
}

// address is that of a window which has one by now; opened says whether there is a window at all.
func (p *popped) address() (address string, opened bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, address := range p.windows {
		if address != "" && address != "about:blank" {
			return address, true
		}
	}
	return "", len(p.windows) > 0
}

// open clicks what opens a window, again if the click was lost, and gives the window's address. It closes what the page has
// opened by itself before, and what it opened once it has returned: nobody needs to wait for that.
func (p *popped) open(ctx context.Context, t *tab, click func() error) (string, error) {
	closeAll(t, p.take())
	defer func() {
		opened := p.take()
		t.tasks.Go(func() { closeAll(t, opened) })
	}()
	deadline := time.Now().Add(t.timeout)
	again := time.NewTimer(0)
	defer again.Stop()
	for {
		if address, _ := p.address(); address != "" {
			return address, nil
		}
		select {
		case <-p.news:
		case <-again.C:
			if time.Now().After(deadline) {
				return "", changed("The icon to pop the panel out opens no window.")
			}
			if _, opened := p.address(); !opened {
				if err := click(); err != nil {
					return "", err
				}
			}
			again.Reset(slice)
		case <-t.life.Done():
			return "", stopped(context.Cause(t.life), t.printed.why())
		case <-ctx.Done():
			return "", context.Cause(ctx)
		}
	}
}

// take gives the windows that there are to whoever closes them. From then on they do not count.
func (p *popped) take() (windows []target.ID) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for id := range p.windows {
		windows, p.closed[id] = append(windows, id), true
	}
	clear(p.windows)
	return windows
}

func closeAll(t *tab, windows []target.ID) {
	for _, id := range windows {
		if _, err := chromedp.CallBrowser(t.life, target.CloseTarget, target.CloseTargetParams{TargetID: id}); err != nil && t.alive() {
			t.say().WithError(err).Warn("The popped-out window could not be closed.")
		}
	}
}
