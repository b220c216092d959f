package mailbox

import (
	"io"
	"sync"
	"time"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

// given is what a server gave of a mail.
type given struct {
	uid     imap.UID
	size    int64 // of the whole mail, or of more of it than is read
	at      time.Time
	content []byte
}

// given says that the server gave a part of the mail itself.
func (g given) given() bool { return len(g.content) > 0 || g.size > maxMail }

// add takes what another answer about the same mail has. A server may give a mail in several, and tell of its flags in between
// (RFC 3501, 7.4.2).
func (g *given) add(more given) {
	g.uid = more.uid
	g.size = max(g.size, more.size)
	if !more.at.IsZero() {
		g.at = more.at
	}
	if len(more.content) > 0 {
		g.content = more.content
	}
}

// beside are answers about mails that go-imap takes for news: all but the first about a mail, and those with the UID behind the
// mail itself.
type beside struct {
	mu    sync.Mutex
	asked bool
	all   []given
}

func (b *beside) begin() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.asked, b.all = true, nil
}

// take is go-imap's handler, in a goroutine of its own. go-imap reads on only when a mail's content has been read here, so by
// the end of the command mu is held for each answer that has some.
func (b *beside) take(mail *imapclient.FetchMessageData) {
	b.mu.Lock()
	defer b.mu.Unlock()
	one, err := collectOne(mail)
	if err == nil && b.asked {
		b.all = append(b.all, one)
	}
}

func (b *beside) end() []given {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.asked = false
	return b.all
}

// collect is what the server gives, mail by mail. go-imap's own takes the first half of a mail for all of it when the
// connection breaks, and reads on beside the connection's reader.
func collect(cmd *imapclient.FetchCommand) (all []given, err error) {
	for mail := cmd.Next(); mail != nil; mail = cmd.Next() {
		one, err := collectOne(mail)
		if err != nil {
			return all, err // nothing may be read any more
		}
		all = append(all, one)
	}
	return all, cmd.Close()
}

func collectOne(mail *imapclient.FetchMessageData) (one given, err error) {
	for item := mail.Next(); item != nil; item = mail.Next() {
		switch item := item.(type) {
		case imapclient.FetchItemDataUID:
			one.uid = item.UID
		case imapclient.FetchItemDataRFC822Size:
			one.size = max(one.size, item.Size)
		case imapclient.FetchItemDataInternalDate:
			one.at = item.Time
		case imapclient.FetchItemDataBodySection:
			if item.Literal == nil { // NIL
				continue
			}
			if one.content, err = read(item.Literal); err != nil {
				return one, err
			}
			one.size = max(one.size, item.Literal.Size())
		}
	}
	return one, nil
}

// read is what a literal holds, nothing if that is more than maxMail: the size that a server tells beforehand may be wrong, and
// what it sends has to be read to its end.
func read(literal imap.LiteralReader) (content []byte, err error) {
	var n int64
	if literal.Size() > maxMail {
		n, err = io.Copy(io.Discard, literal)
	} else {
		content, err = io.ReadAll(literal)
		n = int64(len(content))
	}
	if err == nil && n < literal.Size() {
		err = io.ErrUnexpectedEOF
	}
	return content, err
}
