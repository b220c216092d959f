package mailbox

import (
	"slices"
	"time"

	"github.com/emersion/go-imap/v2"
)

// maxTries is how often a mail has to fail alone before it is given up.
const maxTries = 5

// mailKey identifies a mail in the folder.
type mailKey struct {
	validity uint32
	uid      imap.UID
}

// trials are the mails that could not be fetched. A server that is short of something refuses them all, or the large ones, and
// for hours; so a mail is given up only when it fails alone, for long.
type trials struct {
	failing  map[mailKey]*trial
	fetched  int // mails that could be
	patience time.Duration
	now      func() time.Time
}

// trial is what is known of one of them.
type trial struct {
	tries   int
	fetched int       // mails that could be fetched before
	alone   int       // tries that failed after others could be fetched
	since   time.Time // the first of these
	message message   // what the server gave of it: its header at best
	err     error     // of the last try
}

// failed counts a try. m is what was read of the mail.
func (t *trials) failed(key mailKey, m message, err error) {
	one := t.failing[key]
	if one == nil {
		one = &trial{fetched: t.fetched}
		t.failing[key] = one
	}
	one.tries++
	one.err = err
	if m.From != "" {
		one.message = m
	}
	if !t.outlived(one) {
		return
	}
	if one.alone++; one.alone == 1 {
		one.since = t.now()
	}
}

// succeeded counts a mail that was fetched.
func (t *trials) succeeded(key mailKey) {
	delete(t.failing, key)
	t.fetched++
}

// outlived says that others could be fetched since this one failed first.
func (t *trials) outlived(one *trial) bool { return t.fetched > one.fetched }

// hopeless says that a mail keeps failing alone: not while the server gives no others.
func (t *trials) hopeless(key mailKey) bool {
	one := t.failing[key]
	if one == nil || one.alone < maxTries || t.now().Sub(one.since) < t.patience {
		return false
	}
	for _, other := range t.failing {
		if !t.outlived(other) {
			return false
		}
	}
	return true
}

func (t *trials) tries(key mailKey) int {
	if one := t.failing[key]; one != nil {
		return one.tries
	}
	return 0
}

// keep forgets all mails but these.
func (t *trials) keep(keys []mailKey) {
	for key := range t.failing {
		if !slices.Contains(keys, key) {
			delete(t.failing, key)
		}
	}
}
