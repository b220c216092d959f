package console

import (
	"context"
	"strings"
	"sync"
	"time"

	"github.com/chromedp/cdproto/target"
	"github.com/chromedp/chromedp"
)

// popped watches for the windows that a tab's page opens.
type popped struct {
	mu      sync.Mutex
	opener  target.ID
	windows map[target.ID]bool // that are open
	closed  map[target.ID]bool // the browser may tell of one that is being closed
	news    chan struct{}

	expected bool   // a window was asked for
	first    string // the first address since that one had or was asked for
}

func (p *popped) expect(opener target.ID) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.opener, p.windows, p.closed, p.news = opener, map[target.ID]bool{}, map[target.ID]bool{}, make(chan struct{}, 1)
}

// event takes what the browser says. It must not block. It is true when there is a window that has served: its address is known.
func (p *popped) event(ev any) (served bool) {
	var info *target.Info
	switch ev := ev.(type) {
	case *target.EventTargetCreated:
		info = ev.TargetInfo
	case *target.EventTargetInfoChanged:
		info = ev.TargetInfo
	default:
		return false
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.opener == "" || info.OpenerID != p.opener || info.Type != "page" || p.closed[info.TargetID] {
		return false
	}
	p.windows[info.TargetID] = true
	p.has(strings.TrimPrefix(info.URL, "about:blank"))
	return p.expected && p.first != ""
}

// asked takes the address that the page wants to open a window at, which is known before there is one. Where it has no number the
// window may lead to one that has.
func (p *popped) asked(address string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.expected && digitsAtTheEnd.MatchString(address) {
		p.has(address)
	}
}

// has takes an address, "" for none yet, and tells whoever waits for one. Call it with the lock.
func (p *popped) has(address string) {
	if p.first == "" {
		p.first = address
	}
	select {
	case p.news <- struct{}{}:
	default:
	}
}

// address is that of a window which has had one; opened says whether there is a window at all.
func (p *popped) address() (address string, opened bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.first, len(p.windows) > 0
}

// begin expects a window, and closes what the page has opened by itself before.
func (p *popped) begin(t *tab) {
	closeAll(t, p.take())
	p.mu.Lock()
	defer p.mu.Unlock()
	p.expected, p.first = true, ""
}

// open gives the address of the window that is expected. Where there is none it clicks what opens it, again if the click was lost.
// Windows are closed once an address is known, or when it has returned: there is no need to wait for that.
func (p *popped) open(ctx context.Context, t *tab, click func() error) (string, error) {
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
