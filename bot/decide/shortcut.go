package decide

import (
	"context"

	"github.com/sirupsen/logrus"
	"github.com/slack-go/slack"

	"mozybot/bot/blocks"
	"mozybot/provision"
	"mozybot/state"
)

// shortcutProvision is "Provision this order" in a message's menu.
const shortcutProvision = "provision_message"

// OnShortcut handles "Provision this order" on a message with files.
func (f *Forms) OnShortcut(ctx context.Context, event state.Event, callback slack.InteractionCallback) error {
	by := provision.Person(callback.User.ID)
	where := provision.Conversation{Channel: callback.Channel.ID, Thread: callback.Message.ThreadTimestamp}
	if where.Thread == "" {
		where.Thread = callback.Message.Timestamp
	}
	if callback.CallbackID != shortcutProvision { // an older manifest's, or somebody added it to the app
		f.config.Log.WithFields(logrus.Fields{"by": by, "shortcut": callback.CallbackID}).Warn("a shortcut that mozybot doesn't know was used")
		answer := blocks.Private("mozybot doesn't know this shortcut. To make a job of a message's files, choose *Provision this order*.")
		return f.config.Messages.PostEphemeral(ctx, where, by, answer, callback.ResponseURL)
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
