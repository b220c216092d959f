package console

import (
	"sync"
	"time"

	"github.com/chromedp/cdproto/page"
	"github.com/sirupsen/logrus"
)

// alerts tells the log of what a page raises. A page may raise one after the other for as long as it is open, so the same words
// are told once in a while, with how often they came meanwhile.
type alerts struct {
	mu   sync.Mutex
	text string
	told time.Time
	more int // of the same words since then
}

// sameAlert is how long the same alert isn't told again.
const sameAlert = time.Minute

func (a *alerts) raised(log logrus.FieldLogger, ev *page.EventJavascriptDialogOpening) {
	a.mu.Lock()
	defer a.mu.Unlock()
	text := short(ev.Message)
	if text == a.text && time.Since(a.told) < sameAlert {
		a.more++
		return
	}
	fields := logrus.Fields{"kind": ev.Type, "text": text}
	if text == a.text && a.more > 0 {
		fields["before"] = a.more
	}
	log.WithFields(fields).Warn("The console raised an alert; accepting it.")
	a.text, a.told, a.more = text, time.Now(), 0
}
