package mailbox

import (
	"context"
	"errors"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

const (
	// quiet is how long an IDLE server may be silent: connections break unnoticed.
	quiet = 5 * time.Minute
	// idleAgain is how long a server on which IDLE doesn't work is polled before it is tried again.
	idleAgain = time.Hour
	// idleTries is how often a connection may break during IDLE before that is put down to IDLE.
	idleTries = 2
)

// waits are a session's pauses between its looks at the folder.
type waits struct{ *session }

// forNews waits until there may be new mails: by IDLE where that works, else by asking.
func (s waits) forNews(ctx context.Context) error {
	if !s.client.Caps().Has(imap.CapIdle) || s.cfg.Now().Before(s.pollUntil) {
		return s.poll(ctx)
	}
	err := s.idle(ctx)
	if err == nil {
		s.idleFailed = 0
		return nil
	}
	if ctx.Err() != nil {
		return err
	}
	s.idleFailed++
	if refused(err) || s.idleFailed >= idleTries {
		s.idleFailed, s.pollUntil = 0, s.cfg.Now().Add(idleAgain)
		s.cfg.Log.WithError(err).Warnf("waiting for mails by IDLE does not work on this server; it is asked every %v instead", s.cfg.Every)
	}
	if refused(err) {
		return nil
	}
	return err
}

func (s waits) poll(ctx context.Context) error {
	if err := s.rest(ctx, s.cfg.Every); err != nil {
		return err
	}
	return s.do("asking for news", s.client.Noop().Wait)
}

func (s waits) idle(ctx context.Context) error {
	var idle *imapclient.IdleCommand
	err := s.do("waiting for mails", func() (err error) { idle, err = s.client.Idle(); return err })
	if err != nil {
		return err
	}
	rested := s.rest(ctx, quiet)
	err = s.do("waiting for mails", func() error { return errors.Join(idle.Close(), idle.Wait()) })
	return errors.Join(rested, err)
}

// rest waits for news. It ends early once, when the connection has lasted.
func (s waits) rest(ctx context.Context, atMost time.Duration) error {
	if !s.lasted() {
		atMost = min(atMost, time.Until(s.opened.Add(s.cfg.Steady)))
	}
	t := time.NewTimer(atMost)
	defer t.Stop()
	select {
	case <-s.news:
	case <-t.C:
	case <-s.client.Closed(): // the next command says why
	case <-ctx.Done():
		return ctx.Err()
	}
	return nil
}
