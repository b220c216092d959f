package mailbox

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"slices"
	"strings"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
	"github.com/emersion/go-sasl"

	"mozybot/provision"
	"mozybot/provision/handshake"
)

// mark is the keyword on mails that could not be moved. If a server has no custom keywords, it is a flag that people
// see.
const mark imap.Flag = "$MozybotTaken"

// session is one connection with the folder open. It is used by one goroutine.
type session struct {
	*Watcher
	ctx      context.Context
	conn     *conn
	client   *imapclient.Client
	unwatch  func() bool
	opened   time.Time
	folders  *folders
	validity uint32        // UIDs are those of other mails when this is another
	taken    imap.Flag     // what marks a mail that could not be moved
	news     chan struct{} // has a token when the server announced something new
	beside   *beside
}

// purpose is what a session is opened for.
type purpose bool

const (
	looking purpose = false
	making  purpose = true // folders that are missing are made
)

// open connects, encrypts, logs in and opens the folders. The caller closes the session. Cancelling ctx breaks it.
func (w *Watcher) open(ctx context.Context, purpose purpose) (*session, error) {
	s := &session{Watcher: w, ctx: ctx, news: make(chan struct{}, 1), beside: &beside{}}
	s.folders = &folders{session: s, names: map[string]string{}}
	dialing, cancel := context.WithTimeout(ctx, w.cfg.Timeout)
	defer cancel()
	dialed, err := new(net.Dialer).DialContext(dialing, "tcp", w.cfg.Addr)
	if err != nil {
		return nil, s.explain("connecting", err)
	}
	s.conn = &conn{Conn: dialed}
	secured := handshake.Config(w.host, w.cfg.RootCAs)
	options := &imapclient.Options{UnilateralDataHandler: &imapclient.UnilateralDataHandler{
		Mailbox: func(data *imapclient.UnilateralDataMailbox) {
			if data.NumMessages != nil {
				select {
				case s.news <- struct{}{}:
				default:
				}
			}
		},
		Fetch: s.beside.take,
	}}
	hangUp := time.AfterFunc(w.cfg.Timeout, func() { _ = dialed.Close() }) // a server that is silent from the beginning
	defer hangUp.Stop()
	doing, lines := "", newSpoken(s.conn)
	switch w.cfg.Security {
	case provision.StartTLS:
		doing, err = startTLS(dialing, s.conn, secured)
		lines.greeted, lines.line = true, []byte("* OK encrypted\r\n") // go-imap waits to be greeted, and then asks what the server can
	case provision.TLS:
		encrypted := tls.Client(dialed, secured)
		doing, err = encrypting, encrypted.HandshakeContext(dialing)
		s.conn.Conn = encrypted
	}
	if err != nil {
		_ = dialed.Close()
		return nil, s.explain(doing, err)
	}
	s.client = imapclient.New(lines, options)
	s.unwatch = context.AfterFunc(ctx, func() { _ = s.client.Close() })
	if err := s.enter(purpose); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

func (s *session) enter(purpose purpose) error {
	if err := s.do(greeting, s.client.WaitGreeting); err != nil {
		return err
	}
	if err := s.logIn(); err != nil {
		return err
	}
	if err := s.nameOurselves(); err != nil {
		return err
	}
	for _, folder := range []string{s.cfg.DoneFolder, s.cfg.PeopleFolder} {
		if err := s.folders.find(folder, purpose); err != nil {
			return err
		}
	}
	if err := s.openFolder(); err != nil {
		return err
	}
	s.opened = time.Now()
	return nil
}

func (s *session) logIn() error {
	if s.client.State() != imap.ConnStateNotAuthenticated { // the server knows us without
		return nil
	}
	caps := s.client.Caps()
	if !caps.Has(imap.CapLoginDisabled) {
		return s.do(loggingIn, s.client.Login(s.cfg.Username, s.cfg.Password()).Wait)
	}
	if !caps.Has(imap.AuthCap(sasl.Plain)) {
		return provision.Errorf(provision.Changed, "The mail server %s offers no log-in that mozybot knows (LOGIN or PLAIN): %s.",
			s.cfg.Addr, provision.InQuotes(strings.Join(caps.AuthMechanisms(), " ")))
	}
	return s.do(loggingIn, func() error { return s.client.Authenticate(sasl.NewPlainClient("", s.cfg.Username, s.cfg.Password())) })
}

// nameOurselves says which program this is. Some servers open no folder for one that doesn't.
func (s *session) nameOurselves() error {
	if s.nameless || !s.client.Caps().Has(imap.CapID) {
		return nil
	}
	err := s.do("telling it its name", func() error {
		_, err := s.client.ID(&imap.IDData{Name: "mozybot", Version: "1", Vendor: "mozybot"}).Wait()
		return err
	})
	if err != nil && !refused(err) {
		s.nameless = true // next time; go-imap, too, gives up over some of the names that servers answer with
		return err
	}
	return nil
}

// openFolder opens the folder that orders come to.
func (s *session) openFolder() error {
	err := s.do("opening the folder "+s.cfg.Folder, func() error {
		data, err := s.client.Select(s.cfg.Folder, nil).Wait()
		if err != nil {
			return err
		}
		s.validity, s.taken = data.UIDValidity, imap.FlagFlagged
		if slices.Contains(data.PermanentFlags, imap.FlagWildcard) || slices.Contains(data.PermanentFlags, mark) {
			s.taken = mark
		}
		return nil
	})
	if !refused(err) {
		return err
	}
	list, asked := s.client.List("", s.cfg.Folder, nil).Collect()
	if asked == nil && len(list) == 0 {
		return &provision.Error{Code: provision.Changed, Err: err, Message: fmt.Sprintf("The mail server %s has no folder “%s” for us. Check IMAP_FOLDER.", s.cfg.Addr, s.cfg.Folder)}
	}
	return err
}

// lasted says that the connection has been good for long enough to rely on the mailbox.
func (s *session) lasted() bool { return time.Since(s.opened) >= s.cfg.Steady }

func (s *session) close() {
	s.unwatch()
	bye := time.AfterFunc(time.Second, func() { _ = s.client.Close() })
	_ = s.client.Logout().Wait() // its answer changes nothing
	bye.Stop()
	_ = s.client.Close()
}

// do runs one command, and ends the connection when the server is silent over it for too long.
func (s *session) do(doing string, f func() error) error {
	defer s.conn.await(s.cfg.Timeout, func() { _ = s.client.Close() })()
	if err := f(); err != nil {
		return s.explain(doing, err)
	}
	return nil
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
		found, err := collect(s.client.Fetch(last, &imap.FetchOptions{BodySection: []*imap.FetchItemBodySection{section}}))
		for _, one := range found {
			heads = append(heads, string(one.content))
		}
		return err
	})
	return heads, err
}
