package mailbox

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/emersion/go-imap/v2"

	"mozybot/provision"
)

// maxMail is in bytes. A larger mail goes to people unread, and so does one that is too costly to parse.
const maxMail = 40 << 20

// errNothing says that the server answered, but without the mail.
var errNothing = errors.New("the server gave nothing of the mail")

// takeAll passes on and moves every mail, one at a time. left is how many could not be handled now, for reasons other
// than the connection.
func (s *session) takeAll(ctx context.Context) (left int, err error) {
	uids, err := s.waiting()
	if err != nil {
		return 0, err
	}
	var withheld error
	before := s.trials.fetched
	for _, uid := range uids {
		m, err := s.obtain(uid)
		switch {
		case refused(err) || errors.Is(err, errNothing):
			left++
			if s.withheld(uid, err) {
				withheld = err
			}
			continue
		case err != nil:
			return 0, err
		}
		taken, err := s.take(ctx, uid, m)
		if err != nil {
			return 0, err
		}
		if !taken {
			left++
		}
	}
	if s.trials.fetched == before && withheld != nil {
		return 0, withheld
	}
	return left, nil
}

// withheld says whether a mail that wasn't given may be a sign that the server gives none.
func (s *session) withheld(uid imap.UID, err error) bool {
	key := s.key(uid)
	if errors.Is(err, errNothing) && s.trials.tries(key) == 1 { // it may have been deleted just now
		return false
	}
	s.cfg.Log.WithError(err).Warn("the server does not give a mail; it is asked again")
	return !s.trials.outlived(s.trials.failing[key])
}

// waiting finds the mails to take: those that failed before come last, as they may break the connection.
func (s *session) waiting() (uids []imap.UID, err error) {
	select {
	case <-s.news: // for mails that this search finds
	default:
	}
	uids, err = s.search()
	if refused(err) && s.taken == mark { // some servers search for their own flags only
		s.taken = imap.FlagFlagged
		uids, err = s.search()
	}
	if err != nil {
		return nil, err
	}
	var keys []mailKey
	for _, uid := range uids {
		keys = append(keys, s.key(uid))
	}
	s.trials.keep(keys)
	uids = slices.DeleteFunc(uids, func(uid imap.UID) bool { return s.immovable[s.key(uid)] })
	slices.SortStableFunc(uids, func(a, b imap.UID) int { return s.trials.tries(s.key(a)) - s.trials.tries(s.key(b)) })
	return uids, nil
}

func (s *session) search() (uids []imap.UID, err error) {
	err = s.do("looking for mails", func() error {
		found, err := s.client.UIDSearch(&imap.SearchCriteria{NotFlag: []imap.Flag{imap.FlagDeleted, s.taken}}, nil).Wait()
		if err == nil {
			uids = found.AllUIDs()
		}
		return err
	})
	return uids, err
}

func (s *session) key(uid imap.UID) mailKey { return mailKey{s.validity, uid} }

// obtain fetches a mail. One that keeps failing alone is made up of what is known of it, for people.
func (s *session) obtain(uid imap.UID) (message, error) {
	key := s.key(uid)
	if s.trials.hopeless(key) {
		return s.unfetched(key, s.trials.failing[key]), nil
	}
	m, err := s.fetch(uid)
	switch {
	case err == nil:
		s.trials.succeeded(key)
	case s.ctx.Err() == nil:
		s.trials.failed(key, m, err)
	}
	return m, err
}

// unfetched is the message about a mail that the server never handed over.
func (s *session) unfetched(key mailKey, t *trial) message {
	s.cfg.Log.WithError(t.err).WithField("message_id", t.message.ID).Warn("the server gives other mails, but not this one; it is left to people unread")
	m := t.message
	if m.From == "" {
		m = s.parse(nil, s.cfg.Now())
	}
	if m.ID == "" {
		m.ID = fmt.Sprintf("unfetched.%d.%d", key.validity, key.uid)
	}
	m.Unread = "could not be fetched from the server"
	if said, ok := errors.AsType[*imap.Error](t.err); ok {
		m.Unread += ", which says " + s.inQuotes(said.Text)
	}
	return m
}

// take passes a mail on and moves it. It returns false when the mail has to stay for now.
func (s *session) take(ctx context.Context, uid imap.UID, m message) (taken bool, err error) {
	log, order := s.cfg.Log.WithField("message_id", m.ID), false
	if m.automatic != "" {
		log.Infof("a mail is left to people unread: %s", m.automatic)
	} else {
		order, err = s.cfg.Intake.TakeMail(ctx, m.Mail)
		if ctx.Err() != nil {
			return false, ctx.Err()
		}
		if err != nil {
			log.WithError(err).Warn("a mail could not be taken in; it stays where it is and is tried again")
			return false, nil
		}
	}
	folder := s.cfg.PeopleFolder
	if order {
		folder = s.cfg.DoneFolder
	}
	if err := s.put(uid, folder); err != nil {
		return false, err
	}
	log.WithField("order", order).Info("a mail was taken in")
	return true, nil
}

// fetch reads a mail without marking it as read. After an error, the message has what could be read of its header.
func (s *session) fetch(uid imap.UID) (message, error) {
	head, err := s.ask(uid, &imap.FetchOptions{UID: true, RFC822Size: !s.bare, InternalDate: !s.bare}, imap.PartSpecifierHeader)
	if err != nil {
		s.bare = s.bare || errors.Is(err, errMisunderstood) // next time: go-imap gives up over a date or a size in another form
		return message{}, err
	}
	if head.at.IsZero() {
		head.at = s.cfg.Now()
	}
	whole := given{size: head.size}
	if head.size <= maxMail {
		whole, err = s.ask(uid, &imap.FetchOptions{UID: true}, imap.PartSpecifierNone)
	}
	m := s.parse(head.content, head.at)
	switch {
	case err != nil:
		return m, err
	case whole.size > maxMail:
		m.Unread = fmt.Sprintf("is larger than %d MB", maxMail>>20)
		return m, nil
	}
	return s.parse(whole.content, head.at), nil
}

// ask fetches a part of a mail. The server may refuse and give it all the same (RFC 2180, 4.1.2), and may agree and give
// nothing, also because another client has deleted the mail.
func (s *session) ask(uid imap.UID, options *imap.FetchOptions, part imap.PartSpecifier) (found given, err error) {
	options.BodySection = []*imap.FetchItemBodySection{{Specifier: part, Peek: true}}
	s.beside.begin()
	err = s.do("reading a mail", func() error {
		all, err := collect(s.client.Fetch(imap.UIDSetNum(uid), options))
		for _, one := range append(all, s.beside.end()...) {
			if one.uid == uid {
				found.add(one)
			}
		}
		return err
	})
	switch {
	case found.given() && (err == nil || refused(err)):
		return found, nil
	case err != nil:
		return given{}, err
	}
	return given{}, &provision.Error{Code: provision.Unavailable, Err: errNothing, Message: fmt.Sprintf("The mail server %s gives nothing of a mail that it lists.", s.cfg.Addr)}
}
