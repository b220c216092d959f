package provision

import (
	"slices"
	"strings"
	"time"
)

// Mailbox is the requester of orders that come in by e-mail from an address that is nobody's in the workspace, or that the
// mail server doesn't vouch for. Nobody has this id, so any approver may approve them.
const Mailbox Person = "mailbox"

// Mail is a parsed message of the order mailbox.
type Mail struct {
	ID      string // the Message-ID, which is the same however often the mail is delivered; "" when it has none
	From    string // decoded, as are those below
	Subject string
	At      time.Time  // when it arrived
	Files   []MailFile // attached to it, less those that are never orders: pictures, signatures, invitations
	Bodies  []MailFile // what its writer wrote, in one form or in several of the same meaning
	Whole   []byte     // the mail as it came, to read what it carries against what its writer says; nil when it could not be parsed

	// Unread is why nothing of the mail but its header is here, as the end of "The mail …"; "" when it is as it came.
	Unread string
	// Answered says that a program sent the mail as an answer. Absence notices are like that, and order systems may be: it is
	// nobody's business only when there is nothing in it.
	Answered bool

	// Sender is the address in From, in lower case and with its domain in ASCII; "" when there isn't exactly one. Anybody can
	// write anything there: it is believed only when the receiving server vouches for it.
	Sender  string
	Vouched bool
}

// Believed is the sender's address if the receiving server vouches for it, else "".
func (m Mail) Believed() string {
	if !m.Vouched {
		return ""
	}
	return m.Sender
}

// MailFile is a part of a mail that may be an order.
type MailFile struct {
	Name    string
	Content []byte
}

// MailOrder is an order in a mail, read against what its writer says there.
type MailOrder struct {
	SHA256 string // of the file that it stands in; "" for the mail's own text
	Order  Order
}

// Senders says whose mails are orders: addresses, and domains with everybody in them, in the form of Mail.Sender. Empty, it
// is everybody's.
type Senders []string

// Refusal is why a mail isn't taken for an order, whatever is in it.
type Refusal string

// The refusals.
const (
	UnknownSender Refusal = "the sender isn't on the list"
	UnsureSender  Refusal = "the sender is on the list, but may be forged"
)

// Refuse says why a mail isn't taken for an order, "" when it is. One that claims to be from a listed sender counts only
// when the receiving server vouches for that.
func (s Senders) Refuse(m Mail) Refusal {
	switch {
	case len(s) == 0:
		return ""
	case !s.lists(m.Sender):
		return UnknownSender
	case !m.Vouched:
		return UnsureSender
	}
	return ""
}

func (s Senders) lists(address string) bool {
	_, domain, _ := strings.Cut(address, "@")
	return domain != "" && (slices.Contains(s, address) || slices.Contains(s, domain))
}
