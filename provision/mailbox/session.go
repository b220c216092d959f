package mailbox

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"slices"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"

	"mozybot/provision"
)

const (
	maxMail = 40 << 20 // bytes; a larger mail goes to people unread, and so does one that is too costly to parse
	// mark is the keyword on mails that could not be moved. If a server has no custom keywords, it is a flag that
	// people see.
	mark imap.Flag = "$MozybotTaken"
	// quiet is how long an IDLE server may be silent: connections break unnoticed.
	quiet = 5 * time.Minute
)

// session is one connection with the folder open. It is used by one goroutine.
type session struct {
	*Watcher
	ctx     context.Context
	client  *imapclient.Client
	unwatch func() bool
	taken   imap.Flag     // what marks a mail that could not be moved
	news    chan struct{} // has a token when the server announced something new
}

// open connects, encrypts, logs in and opens the folders. The caller closes the session. Cancelling ctx breaks it.
func (w *Watcher) open(ctx context.Context) (*session, error) {
	s := &session{Watcher: w, ctx: ctx, news: make(chan struct{}, 1)}
	dialing, cancel := context.WithTimeout(ctx, w.cfg.Timeout)
	defer cancel()
	conn, err := new(net.Dialer).DialContext(dialing, "tcp", w.cfg.Addr)
	if err != nil {
		return nil, s.explain("connecting", err)
	}
	secured := &tls.Config{ServerName: w.host, RootCAs: w.cfg.RootCAs, MinVersion: tls.VersionTLS12}
	options := &imapclient.Options{TLSConfig: secured, UnilateralDataHandler: &imapclient.UnilateralDataHandler{
		Mailbox: func(data *imapclient.UnilateralDataMailbox) {
			if data.NumMessages != nil {
				select {
				case s.news <- struct{}{}:
				default:
				}
			}
		},
	}}
	hangUp := time.AfterFunc(w.cfg.Timeout, func() { _ = conn.Close() }) // a server that is silent from the beginning
	defer hangUp.Stop()
	switch w.cfg.Security {
	case provision.StartTLS:
		if s.client, err = imapclient.NewStartTLS(conn, options); err != nil {
			_ = conn.Close()
			return nil, s.explain("encrypting", err)
		}
	case provision.TLS:
		encrypted := tls.Client(conn, secured)
		if err := encrypted.HandshakeContext(dialing); err != nil {
			_ = conn.Close()
			return nil, s.explain("encrypting", err)
		}
		s.client = imapclient.New(encrypted, options)
	default:
		s.client = imapclient.New(conn, options)
	}
	s.unwatch = context.AfterFunc(ctx, func() { _ = s.client.Close() })
	if err := s.enter(); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

func (s *session) enter() error {
	if err := s.do("being greeted", s.client.WaitGreeting); err != nil {
		return err
	}
	if err := s.do("logging in", s.client.Login(s.cfg.Username, s.cfg.Password).Wait); err != nil {
		return err
	}
	for _, folder := range []string{s.cfg.DoneFolder, s.cfg.PeopleFolder} {
		err := s.do("looking for the folder "+folder, func() error {
			found, err := s.client.List("", folder, nil).Collect()
			if err == nil && len(found) == 0 {
				err = s.client.Create(folder, nil).Wait()
			}
			return err
		})
		// Without it mails are marked where they are, which is logged for each.
		if err != nil && !refused(err) {
			return err
		}
	}
	return s.do("opening the folder "+s.cfg.Folder, func() error {
		data, err := s.client.Select(s.cfg.Folder, nil).Wait()
		if err != nil {
			return err
		}
		s.taken = imap.FlagFlagged
		if slices.Contains(data.PermanentFlags, imap.FlagWildcard) || slices.Contains(data.PermanentFlags, mark) {
			s.taken = mark
		}
		return nil
	})
}

func (s *session) close() {
	s.unwatch()
	bye := time.AfterFunc(time.Second, func() { _ = s.client.Close() })
	_ = s.client.Logout().Wait() // its answer changes nothing
	bye.Stop()
	_ = s.client.Close()
}

// do runs one command within the server's time limit.
func (s *session) do(doing string, f func() error) error {
	late := time.AfterFunc(s.cfg.Timeout, func() { _ = s.client.Close() })
	defer late.Stop()
	if err := f(); err != nil {
		return s.explain(doing, err)
	}
	return nil
}

// takeAll passes on and moves every mail, one at a time. left is how many could not be handled now, for reasons other
// than the connection.
func (s *session) takeAll(ctx context.Context) (left int, err error) {
	select {
	case <-s.news: // for mails that this search finds
	default:
	}
	var uids []imap.UID
	err = s.do("looking for mails", func() error {
		found, err := s.client.UIDSearch(&imap.SearchCriteria{NotFlag: []imap.Flag{imap.FlagDeleted, s.taken}}, nil).Wait()
		if err == nil {
			uids = found.AllUIDs()
		}
		return err
	})
	if err != nil {
		return 0, err
	}
	for _, uid := range uids {
		m, gone, err := s.fetch(uid)
		if err != nil {
			return 0, err
		}
		if gone {
			continue
		}
		order := false
		switch {
		case m.automatic != "":
			s.cfg.Log.WithField("message_id", m.ID).Infof("a mail is left to people unread: %s", m.automatic)
		default:
			order, err = s.cfg.Intake.TakeMail(ctx, m.Mail)
			if ctx.Err() != nil {
				return 0, ctx.Err()
			}
			if err != nil {
				s.cfg.Log.WithError(err).WithField("message_id", m.ID).Warn("a mail could not be taken in; it stays where it is and is tried again")
				left++
				continue
			}
		}
		folder := s.cfg.PeopleFolder
		if order {
			folder = s.cfg.DoneFolder
		}
		if err := s.put(uid, folder); err != nil {
			return 0, err
		}
		s.cfg.Log.WithField("message_id", m.ID).WithField("order", order).Info("a mail was taken in")
	}
	return left, nil
}

// fetch reads a mail without marking it as read. gone says that another client has moved or deleted it.
func (s *session) fetch(uid imap.UID) (m message, gone bool, err error) {
	ask := func(options *imap.FetchOptions) (found *imapclient.FetchMessageBuffer, err error) {
		err = s.do("reading a mail", func() error {
			list, err := s.client.Fetch(imap.UIDSetNum(uid), options).Collect()
			for _, one := range list {
				if one.UID == uid {
					found = one
				}
			}
			return err
		})
		return found, err
	}
	head := &imap.FetchItemBodySection{Specifier: imap.PartSpecifierHeader, Peek: true}
	about, err := ask(&imap.FetchOptions{UID: true, RFC822Size: true, InternalDate: true, BodySection: []*imap.FetchItemBodySection{head}})
	if s.withheld(err) {
		return s.parse(nil, s.cfg.Now()), false, nil
	}
	if err != nil || about == nil {
		return message{}, about == nil, err
	}
	whole := &imap.FetchItemBodySection{Peek: true}
	if about.RFC822Size > maxMail {
		return s.parse(about.FindBodySection(head), about.InternalDate), false, nil
	}
	content, err := ask(&imap.FetchOptions{UID: true, BodySection: []*imap.FetchItemBodySection{whole}})
	if s.withheld(err) {
		return s.parse(about.FindBodySection(head), about.InternalDate), false, nil
	}
	if err != nil || content == nil {
		return message{}, content == nil, err
	}
	return s.parse(content.FindBodySection(whole), about.InternalDate), false, nil
}

// newest are the lines of one header in the newest mails of a folder.
func (s *session) newest(folder, header string) (heads []string, err error) {
	const most = 10
	err = s.do("looking at the folder "+folder, func() error {
		selected, err := s.client.Select(folder, &imap.SelectOptions{ReadOnly: true}).Wait()
		if err != nil || selected.NumMessages == 0 {
			return err
		}
		last := imap.SeqSet{{Start: max(selected.NumMessages, most) - most + 1, Stop: selected.NumMessages}}
		section := &imap.FetchItemBodySection{Specifier: imap.PartSpecifierHeader, HeaderFields: []string{header}, Peek: true}
		found, err := s.client.Fetch(last, &imap.FetchOptions{BodySection: []*imap.FetchItemBodySection{section}}).Collect()
		for _, one := range found {
			heads = append(heads, string(one.FindBodySection(section)))
		}
		return err
	})
	return heads, err
}

// withheld says that the server refuses to deliver a mail, for instance a damaged one. What is known of it goes to
// people: it must not block the mails behind it.
func (s *session) withheld(err error) bool {
	if !refused(err) || provision.CodeOf(err) == provision.Unavailable {
		return false
	}
	s.cfg.Log.WithError(err).Warn("the server will not give a mail; it is left to people unread")
	return true
}

// put moves a mail to a folder, or marks it where it is when the server refuses that.
func (s *session) put(uid imap.UID, folder string) error {
	err := s.move(imap.UIDSetNum(uid), folder)
	if !refused(err) {
		return err
	}
	s.cfg.Log.WithError(err).Warnf("a mail cannot be moved to %q; it is marked where it is", folder)
	return s.flag(imap.UIDSetNum(uid), s.taken)
}

// move moves mails. go-imap's own way around a server without MOVE deletes before it knows whether the copy was made,
// and expunges what others have deleted; this one does neither.
func (s *session) move(mails imap.UIDSet, folder string) error {
	caps := s.client.Caps()
	if caps.Has(imap.CapMove) {
		return s.do("moving a mail to "+folder, func() error { _, err := s.client.Move(mails, folder).Wait(); return err })
	}
	if err := s.do("copying a mail to "+folder, func() error { _, err := s.client.Copy(mails, folder).Wait(); return err }); err != nil {
		return err
	}
	if err := s.flag(mails, imap.FlagDeleted); err != nil {
		return err
	}
	if caps.Has(imap.CapUIDPlus) {
		return s.do("deleting a mail that was copied", s.client.UIDExpunge(mails).Close)
	}
	return s.do("deleting a mail that was copied", func() error {
		deleted, err := s.client.UIDSearch(&imap.SearchCriteria{Flag: []imap.Flag{imap.FlagDeleted}}, nil).Wait()
		if err != nil {
			return err
		}
		for _, uid := range deleted.AllUIDs() {
			if !mails.Contains(uid) {
				return nil // somebody else's, who may undo it; until then ours is hidden
			}
		}
		return s.client.Expunge().Close()
	})
}

func (s *session) flag(mails imap.UIDSet, flag imap.Flag) error {
	return s.do("marking a mail", s.client.Store(mails, &imap.StoreFlags{Op: imap.StoreFlagsAdd, Silent: true, Flags: []imap.Flag{flag}}, nil).Close)
}

// sleep waits until there may be new mails.
func (s *session) sleep(ctx context.Context) error {
	if !s.client.Caps().Has(imap.CapIdle) {
		if err := s.rest(ctx, s.cfg.Every); err != nil {
			return err
		}
		return s.do("asking for news", s.client.Noop().Wait)
	}
	var idle *imapclient.IdleCommand
	err := s.do("waiting for mails", func() (err error) { idle, err = s.client.Idle(); return err })
	if err != nil {
		return err
	}
	rested := s.rest(ctx, quiet)
	err = s.do("waiting for mails", func() error { return errors.Join(idle.Close(), idle.Wait()) })
	return errors.Join(rested, err)
}

func (s *session) rest(ctx context.Context, atMost time.Duration) error {
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

// refused says that the server understood and said no, so that the connection is as good as before.
func refused(err error) bool {
	said, ok := errors.AsType[*imap.Error](err)
	return ok && said.Type == imap.StatusResponseTypeNo
}

// explain gives an error its code and a sentence for people.
func (s *session) explain(doing string, err error) error {
	explained := &provision.Error{Code: provision.Unavailable, Err: fmt.Errorf("%s: %w", doing, err)}
	said, answered := errors.AsType[*imap.Error](err)
	_, untrusted := errors.AsType[*tls.CertificateVerificationError](err)
	_, noTLS := errors.AsType[tls.RecordHeaderError](err)
	switch {
	case s.ctx.Err() != nil:
		explained.Message = "Reading the order mailbox was called off."
	case answered && doing == "logging in" && said.Code != imap.ResponseCodeUnavailable && said.Code != imap.ResponseCodeInUse:
		explained.Code = provision.Denied
		explained.Message = fmt.Sprintf("The mail server %s refused the log-in of “%s”: %s. Check IMAP_USERNAME and IMAP_PASSWORD.", s.cfg.Addr, s.cfg.Username, provision.InQuotes(said.Text))
	case answered && doing == "encrypting":
		explained.Code = provision.Changed
		explained.Message = fmt.Sprintf("The mail server %s offers no encryption (STARTTLS), so nothing was sent to it.", s.cfg.Addr)
	case answered:
		explained.Code = provision.Changed
		explained.Message = fmt.Sprintf("The mail server %s refused while %s: %s.", s.cfg.Addr, doing, provision.InQuotes(said.Text))
		if said.Code == imap.ResponseCodeUnavailable || said.Code == imap.ResponseCodeInUse || said.Type == imap.StatusResponseTypeBye {
			explained.Code = provision.Unavailable
		}
	case untrusted:
		explained.Code = provision.Changed
		explained.Message = fmt.Sprintf("The certificate of the mail server %s cannot be trusted, so nothing was sent to it.", s.cfg.Addr)
	case noTLS:
		explained.Code = provision.Changed
		explained.Message = fmt.Sprintf("The mail server %s does not answer in TLS. Perhaps its port wants starttls instead.", s.cfg.Addr)
	default:
		explained.Message = fmt.Sprintf("The mail server %s could not be reached, or went away while %s.", s.cfg.Addr, doing)
	}
	return explained
}
