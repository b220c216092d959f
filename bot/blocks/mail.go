package blocks

import (
	"fmt"

	"github.com/slack-go/slack"

	"mozybot/provision"
)

// ByMail begins the thread of an order that came in by e-mail.
func ByMail(m provision.Mail) Message {
	from, subject := Shorten(m.From, maxValue), Shorten(m.Subject, maxValue)
	return Message{
		Text:   fmt.Sprintf("An order came in by e-mail from %s: %s", from, subject),
		Blocks: []slack.Block{section(fmt.Sprintf("*An order came in by e-mail*\nFrom: %s\nSubject: %s", from, subject)), small("Received " + When(m.At))},
	}
}

// NoOrder reports a mail without an order. why says what is wrong with each attached file.
func NoOrder(m provision.Mail, why []string) Message {
	said := fmt.Sprintf("A mail to the order mailbox isn't an order. It waits there for a person: “%s”, from %s.", Shorten(m.Subject, maxValue), Shorten(m.From, maxValue))
	if len(why) == 0 {
		return marked(said)
	}
	return Message{Text: said, Blocks: []slack.Block{section(said), small(bullets(why))}}
}

// RefusedMail reports a mail that isn't read, because of who sent it.
func RefusedMail(m provision.Mail, refusal provision.Refusal) Message {
	why := "Orders aren't taken from that address. If this is an order, ask whoever sent it, and drop its file here."
	if refusal == provision.UnsureSender {
		why = "The mail server couldn't confirm the sender, so somebody else may have sent it. If this should be an order, ask the sender, and drop its file here."
	}
	said := fmt.Sprintf("A mail to the order mailbox wasn't read, and waits there for a person: “%s”, from %s.\n%s", Shorten(m.Subject, maxValue), Shorten(m.From, maxValue), why)
	return marked(said)
}

// UnreadMail reports a mail of which nobody knows whether it is an order.
func UnreadMail(m provision.Mail) Message {
	said := fmt.Sprintf("A mail to the order mailbox %s. It waits there for a person: “%s”, from %s.\nIf it is an order, drop its file here.",
		Shorten(m.Unread, maxText/2), Shorten(m.Subject, maxValue), Shorten(m.From, maxValue))
	return marked(said)
}
