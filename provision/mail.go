package provision

import "time"

// Mailbox is the requester of orders that come in by e-mail. Nobody in the workspace has this id, so any approver may
// approve them.
const Mailbox Person = "mailbox"

// Mail is a parsed message of the order mailbox.
type Mail struct {
	ID      string // the Message-ID, which is the same however often the mail is delivered; "" when it has none
	From    string // decoded, as are those below
	Subject string
	At      time.Time  // when it arrived
	Files   []MailFile // attached to it, less those that are never orders: pictures, signatures, invitations
	Bodies  []MailFile // what its writer wrote, in one form or in several of the same meaning
}

// MailFile is a part of a mail that may be an order.
type MailFile struct {
	Name    string
	Content []byte
}
