package mailbox

import (
	"github.com/emersion/go-imap/v2"
)

// put moves a mail to a folder, or marks it where it is when the server refuses that. A mail that can't even be marked, as
// in a folder that is only for reading, is remembered.
func (s *session) put(uid imap.UID, folder string) error {
	err := s.move(imap.UIDSetNum(uid), s.folders.names[folder])
	if !refused(err) {
		return err
	}
	s.cfg.Log.WithError(err).Warnf("a mail cannot be moved to %q; it is marked where it is", s.folders.names[folder])
	err = s.flag(imap.UIDSetNum(uid), s.taken)
	if !refused(err) {
		return err
	}
	s.cfg.Log.WithError(err).Warn("a mail cannot be marked as taken, either; it is passed on again after the next start")
	s.immovable[s.key(uid)] = true
	return nil
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
