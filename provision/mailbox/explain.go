package mailbox

import (
	"errors"
	"fmt"
	"slices"

	"github.com/emersion/go-imap/v2"

	"mozybot/provision"
	"mozybot/provision/handshake"
)

// What a session was doing, where a refusal means something else than in general.
const (
	greeting   = "being greeted"
	encrypting = "encrypting"
	loggingIn  = "logging in"
)

// errMisunderstood says that go-imap gave up on what the server said.
var errMisunderstood = errors.New("it is not as the standard has it")

// refused says that the server understood and said no, so that the connection is as good as before. Some servers, Exchange
// among them, say BAD for that.
func refused(err error) bool {
	said, ok := errors.AsType[*imap.Error](err)
	return ok && (said.Type == imap.StatusResponseTypeNo || said.Type == imap.StatusResponseTypeBad)
}

// final are the response codes of a refused log-in that only a person can change (RFC 5530). A refusal without a code is final,
// too, as older servers have none and retries lock accounts. Any other code, a limit or a fault of the server, passes.
var final = []imap.ResponseCode{"", imap.ResponseCodeAlert, imap.ResponseCodeAuthenticationFailed, imap.ResponseCodeAuthorizationFailed,
	imap.ResponseCodeExpired, imap.ResponseCodePrivacyRequired, imap.ResponseCodeContactAdmin, imap.ResponseCodeNoPerm, imap.ResponseCodeCannot,
	imap.ResponseCodeClientBug, imap.ResponseCodeParse, "WEBALERT"}

// explain gives an error its code and a sentence for people. What is not known to need a person is Unavailable.
func (s *session) explain(doing string, err error) error {
	explained := &provision.Error{Code: provision.Unavailable, Err: fmt.Errorf("%s: %w", doing, err)}
	said, answered := errors.AsType[*imap.Error](err)
	bye, silent, misunderstood := s.conn.farewell()
	unencrypted := handshake.Explain(s.cfg.Addr, err)
	switch {
	case s.ctx.Err() != nil:
		explained.Message = "Reading the order mailbox was called off."
	case answered && said.Type == imap.StatusResponseTypeBye:
		explained.Message = fmt.Sprintf("The mail server %s ended the connection while mozybot was %s: %s.", s.cfg.Addr, doing, s.inQuotes(said.Text))
	case answered && doing == loggingIn && slices.Contains(final, said.Code):
		explained.Code = provision.Denied
		explained.Message = fmt.Sprintf("The mail server %s refused the log-in of “%s”: %s. Check IMAP_USERNAME and IMAP_PASSWORD.", s.cfg.Addr, s.cfg.Username, s.inQuotes(said.Text))
	case answered && doing == encrypting && slices.Contains(final, said.Code):
		explained.Code = provision.Changed
		explained.Message = fmt.Sprintf("The mail server %s offers no encryption (STARTTLS), so nothing was sent to it.", s.cfg.Addr)
	case answered:
		explained.Message = fmt.Sprintf("The mail server %s refused while mozybot was %s: %s.", s.cfg.Addr, doing, s.inQuotes(said.Text))
	case unencrypted != "":
		explained.Code, explained.Message = provision.Changed, unencrypted
	case bye != "":
		explained.Message = fmt.Sprintf("The mail server %s ended the connection while mozybot was %s: %s.", s.cfg.Addr, doing, s.inQuotes(bye))
	case silent && doing != greeting:
		explained.Message = fmt.Sprintf("The mail server %s did not answer in time while mozybot was %s.", s.cfg.Addr, doing)
	case misunderstood:
		explained.Err = fmt.Errorf("%s: %w: %w", doing, errMisunderstood, err)
		explained.Message = fmt.Sprintf("The mail server %s said something that mozybot doesn't understand, while mozybot was %s. Is it one for IMAP?", s.cfg.Addr, doing)
	case doing == greeting && s.cfg.Security != provision.TLS:
		explained.Message = fmt.Sprintf("The mail server %s could not be reached, or did not greet. Perhaps its port wants IMAP_TLS=tls.", s.cfg.Addr)
	default:
		explained.Message = fmt.Sprintf("The mail server %s could not be reached, or went away while mozybot was %s.", s.cfg.Addr, doing)
	}
	return explained
}

// inQuotes are the server's words, on one line, shortened and without our password.
func (w *Watcher) inQuotes(words string) string {
	return provision.InQuotes(provision.Clip(w.cfg.Redact(words), 300))
}
