package decide

import (
	"context"
	"fmt"

	"github.com/slack-go/slack"

	"mozybot/bot/blocks"
	"mozybot/provision"
	"mozybot/state"
)

// shortcutProvision is "Provision this order" in a message's menu.
const shortcutProvision = "provision_message"

// OnShortcut handles "Provision this order" on a message with files.
func (f *Forms) OnShortcut(ctx context.Context, event state.Event, callback slack.InteractionCallback) error {
	if callback.CallbackID != shortcutProvision {
		return fmt.Errorf("taking the shortcut %q, which is none of ours", callback.CallbackID)
	}
	by := provision.Person(callback.User.ID)
	where := provision.Conversation{Channel: callback.Channel.ID, Thread: callback.Message.ThreadTimestamp}
	if where.Thread == "" {
		where.Thread = callback.Message.Timestamp
	}
	var answer blocks.Message
	results, err := f.config.Intake.TakeMessage(ctx, event, by, where, callback.Message.Files)
	switch {
	case err != nil && ctx.Err() != nil:
		return err
	case err != nil:
		f.config.Log.WithError(err).WithField("by", by).Info("a shortcut was used without effect")
		answer = blocks.Private(provision.MessageOf(err))
	default:
		answer = blocks.FileResults(results)
	}
	return f.config.Messages.PostEphemeral(ctx, where, by, answer, callback.ResponseURL)
}
