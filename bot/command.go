package bot

import (
	"context"
	"slices"
	"strings"

	"github.com/slack-go/slack"

	"mozybot/bot/blocks"
	"mozybot/commands"
	"mozybot/provision"
)

// unescape undoes what Slack does to what people type.
var unescape = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&")

// onCommand answers /mozy, privately and where it was typed.
func (b *Bot) onCommand(ctx context.Context, typed slack.SlashCommand) error {
	m := blocks.Private("Please ask in a channel for orders.")
	if b.mayAsk(ctx, typed) {
		answer, err := commands.Answer(ctx, b.Store, unescape.Replace(typed.Text))
		if err != nil {
			if ctx.Err() != nil {
				return err
			}
			b.Log.WithError(err).Error("answering a command")
			answer = blocks.Private(provision.MessageOf(err))
		}
		m = answer
	}
	return b.replyAt(ctx, typed.ResponseURL, []slack.MsgOption{slack.MsgOptionText(m.Text, false), slack.MsgOptionBlocks(m.Blocks...)})
}

// mayAsk: jobs name customers, so they are told of where orders are, and elsewhere to those who handle them.
func (b *Bot) mayAsk(ctx context.Context, typed slack.SlashCommand) bool {
	if b.channels[typed.ChannelID] {
		return true
	}
	handlers, err := b.people.named(ctx, slices.Concat(b.Approvers, b.Requesters))
	if err != nil {
		b.Log.WithError(err).Warn("asking who handles orders")
	}
	return slices.Contains(handlers, provision.Person(typed.UserID))
}
