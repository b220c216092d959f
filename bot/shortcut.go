package bot

import (
	"context"
	"fmt"

	"github.com/slack-go/slack"

	"mozybot/bot/blocks"
	"mozybot/provision"
)

// shortcutProvision is "Provision this order" in a message's menu.
const shortcutProvision = "provision_message"

// onShortcut takes the files of a message that somebody pointed at.
func (b *Bot) onShortcut(ctx context.Context, t task, callback slack.InteractionCallback) error {
	if callback.CallbackID != shortcutProvision {
		return fmt.Errorf("taking the shortcut %q, which is none of ours", callback.CallbackID)
	}
	by := provision.Person(callback.User.ID)
	where := provision.Conversation{Channel: callback.Channel.ID, Thread: callback.Message.ThreadTimestamp}
	if where.Thread == "" {
		where.Thread = callback.Message.Timestamp
	}
	var answer blocks.Message
	became, err := b.takeMessage(ctx, t, by, where, callback.Message.Files)
	switch {
	case err != nil && ctx.Err() != nil:
		return err
	case err != nil:
		b.Log.WithError(err).WithField("by", by).Info("a shortcut was used without effect")
		answer = blocks.Private(provision.MessageOf(err))
	default:
		answer = blocks.Brought(became)
	}
	return b.whisper(ctx, where, by, answer, callback.ResponseURL)
}

// takeMessage makes a job of each file of a message, and says what became of them. Jobs from elsewhere than a channel
// for orders begin a thread of their own in the first of those.
func (b *Bot) takeMessage(ctx context.Context, t task, by provision.Person, where provision.Conversation, files []slack.File) ([]blocks.Bringing, error) {
	if len(files) == 0 {
		return nil, provision.Errorf(provision.Invalid, "There is no file at that message, so there is no order to provision.")
	}
	if err := b.mayBring(ctx, by); err != nil {
		return nil, err
	}
	if !b.channels[where.Channel] {
		where = provision.Conversation{Channel: b.first}
	}
	var became []blocks.Bringing
	for _, f := range files {
		one, err := b.takeOne(ctx, dropped{file: &f, by: by, where: where, at: t.event.At})
		if err != nil {
			return nil, err
		}
		became = append(became, one)
	}
	return became, nil
}

// takeOne makes a job of one file of a message that somebody pointed at.
func (b *Bot) takeOne(ctx context.Context, d dropped) (became blocks.Bringing, err error) {
	over, ok := b.turns.take(ctx, d.file.ID)
	if !ok {
		return became, ctx.Err()
	}
	defer over()
	became = blocks.Bringing{File: d.file.Name, Channel: d.where.Channel}
	file, err := b.fileInfo(ctx, d.file.ID)
	if notThere(err) {
		became.Hidden = true
		return became, nil
	}
	if err != nil {
		return became, err
	}
	d.file = file
	became.File = file.Name
	became.Job, err = b.takeFile(ctx, d, false)
	return became, err
}

// isAnother takes somebody's word that an order is another one, in spite of its number.
func (b *Bot) isAnother(ctx context.Context, c click) error {
	return b.decide(ctx, c.by, c.press.Job, func(j *provision.Job, policy provision.Policy) error {
		return j.IsAnother(policy, c.by, c.press.Twin, b.Now())
	})
}
