// Package blocks renders domain values as Block Kit. Its functions are pure: the same values always give the same
// message, so a message can be rendered again at any time and compared with what was sent.
//
// What comes from an order or a person is escaped and, where Slack has a limit, visibly shortened, in one place
// (text.go). Nothing is conveyed by color or emoji alone. Who gets a message, where it goes and when it is sent again
// is package bot's business.
package blocks

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/slack-go/slack"

	"mozybot/provision"
)

// Message is one message, ready to be sent.
type Message struct {
	Text   string        // for notifications and screen readers, and for clients that show no blocks
	Blocks []slack.Block // what people see
	Plain  []slack.Block // the same in blocks that every workspace knows; nil when Blocks are such
}

// Hash identifies what people see of the message.
func (m Message) Hash() (string, error) {
	face, err := json.Marshal([]any{m.Text, m.Blocks})
	if err != nil {
		return "", fmt.Errorf("writing a message: %w", err)
	}
	sum := sha256.Sum256(face)
	return hex.EncodeToString(sum[:8]), nil
}

// The action_ids of our buttons. Other programs press them, so they do not change.
const (
	ActionApprove = "approve"
	ActionDecline = "decline"
	ActionRequote = "requote" // read the console again for a job that waits
	ActionPreview = "preview_mail"
	ActionAnother = "another" // it is another order than the one with the same number

	ActionChangesNothing = "changes_nothing" // what was not understood

	ActionApproveSpare = "approve_spare" // with the default group's spare storage first
	ActionMoreFor      = "more_for"      // it is more storage for the group that was found
	ActionNewCustomer  = "new_customer"  // it is not
	ActionEdit         = "edit"          // open the form with the order
	ActionReopen       = "reopen"        // of an expired job: ask again
	ActionTypeIn       = "type_in"       // open an empty form for a file that could not be read; its value is the file's id
	ActionRetry        = "retry"         // of a stuck job: try the step again
	ActionByHand       = "by_hand"       // of a stuck job: somebody did the step
	ActionCancel       = "cancel"        // of a stuck job: give it up
	ActionTryNow       = "try_now"       // of a running job that waits for a mail server or a tracker

	ActionTryLogin = "try_login" // of an outage: log in to the console once more

	// Of the Home tab, about no job in particular.
	ActionNewOrder       = "new_order"
	ActionApproveSeveral = "approve_several"
	ActionPause          = "pause"
	ActionResume         = "resume"
	ActionDetails        = "details"       // open a modal with everything about a job
	ActionPictures       = "show_pictures" // post every picture of the console
	ActionMore           = "more"          // a menu; the chosen option's value is an action_id and its button's value
)

// ofNoJob are the actions whose buttons carry no value.
var ofNoJob = []string{ActionNewOrder, ActionApproveSeveral, ActionPause, ActionResume, ActionTryLogin}

// Press is a button's value: the job, and which version of it the person was looking at.
type Press struct {
	Job                provision.JobID
	Digest             provision.Digest // of approve: what the person agrees to; of changes_nothing: the order's version
	Occurrence         int              // of retry, by_hand and cancel: which stuck occurrence, from 1
	SuspectedDuplicate provision.JobID  // of another: the job it is not
	File               string           // of type_in, instead of a job: Slack's id
	Key                string           // of drift_intended and post_storage, instead of a job: the difference or the report
	Account            string           // of more_for and new_customer: the Account ID that was asked about, "" for none
}

// Value is the press in the form a button carries: "12:<digest>", "12:<occurrence>" or "12:<other job>".
func (p Press) Value() string {
	if p.Account != "" {
		return fmt.Sprintf("%s:%s", p.Job, p.Account)
	}
	if p.SuspectedDuplicate != "" {
		return fmt.Sprintf("%s:%s", p.Job, p.SuspectedDuplicate)
	}
	if p.Occurrence > 0 {
		return fmt.Sprintf("%s:%d", p.Job, p.Occurrence)
	}
	return fmt.Sprintf("%s:%s", p.Job, p.Digest)
}

// ParsePress reads what Value wrote on a button of that action.
func ParsePress(action, value string) (Press, error) {
	switch {
	case action == ActionTypeIn:
		return Press{File: value}, nil
	case action == ActionIntended, action == ActionPostStorage:
		return Press{Key: value}, nil
	case slices.Contains(ofNoJob, action):
		return Press{}, nil
	}
	job, rest, ok := strings.Cut(value, ":")
	if !ok || job == "" {
		return Press{}, fmt.Errorf("reading the value %q of a button: it has no job", value)
	}
	p := Press{Job: provision.JobID(job)}
	switch action {
	case ActionRetry, ActionByHand, ActionCancel:
		occurrence, err := strconv.Atoi(rest)
		if err != nil {
			return Press{}, fmt.Errorf("reading the value %q of a button: %w", value, err)
		}
		p.Occurrence = occurrence
	case ActionMoreFor, ActionNewCustomer:
		p.Account = rest
	case ActionAnother:
		p.SuspectedDuplicate = provision.JobID(rest)
	default:
		p.Digest = provision.Digest(rest)
	}
	return p, nil
}

// menu holds buttons that few people press. Slack sends the menu's action_id with any of them, so each option carries its
// own; Chosen reads it.
func menu(buttons ...*slack.ButtonBlockElement) *slack.OverflowBlockElement {
	var options []*slack.OptionBlockObject
	for _, b := range buttons {
		options = append(options, slack.NewOptionBlockObject(b.ActionID+" "+b.Value, b.Text, nil))
	}
	return slack.NewOverflowBlockElement(ActionMore, options...)
}

// Chosen is the button that was pressed, also in a menu.
func Chosen(pressed slack.BlockAction) (action, value string) {
	if pressed.ActionID != ActionMore {
		return pressed.ActionID, pressed.Value
	}
	action, value, _ = strings.Cut(pressed.SelectedOption.Value, " ")
	return action, value
}

func header(text string) slack.Block {
	return slack.NewHeaderBlock(plain(escape(text, maxHeader)))
}

// marked is a message of one paragraph in Slack's markup.
func marked(text string) Message { return Message{Text: text, Blocks: []slack.Block{section(text)}} }

// section takes text that is already safe: its variable parts went through Shorten.
func section(text string) slack.Block {
	return slack.NewSectionBlock(mrkdwn(text), nil, nil)
}

func small(text string) slack.Block {
	return slack.NewContextBlock("", mrkdwn(text))
}

func button(action, label, description, value string, style slack.Style) *slack.ButtonBlockElement {
	b := slack.NewButtonBlockElement(action, value, plain(escape(label, maxButton))).WithStyle(style)
	b.AccessibilityLabel = escape(description, maxButton)
	return b
}

// confirmation asks before a button does something irreversible.
func confirmation(title, text, yes string) *slack.ConfirmationBlockObject {
	return slack.NewConfirmationBlockObject(plain(cutAt(title, maxConfirmTitle)), mrkdwn(cutAt(text, maxConfirm)),
		plain(cutAt(yes, maxConfirmButton)), plain("Not yet"))
}

func mrkdwn(text string) *slack.TextBlockObject {
	// Verbatim: nothing in an order becomes a link, a channel or a mention.
	return slack.NewTextBlockObject(slack.MarkdownType, text, false, true)
}

func plain(text string) *slack.TextBlockObject {
	return slack.NewTextBlockObject(slack.PlainTextType, text, false, false)
}
