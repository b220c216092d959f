package webapi

import (
	"context"
	"fmt"

	"github.com/slack-go/slack"

	"mozybot/provision"
)

// React puts an emoji of ours on the message that starts a conversation. The caller has taken it from the rate limiter. It is
// no error when the emoji is there, or the message is not.
func (m *Messages) React(ctx context.Context, where provision.Conversation, emoji string) error {
	err := m.slack.AddReactionContext(ctx, emoji, slack.NewRefToMessage(where.Channel, where.Thread))
	return m.reacted(err, "adding", emoji, "already_reacted", "message_not_found", "too_many_reactions")
}

// Unreact takes an emoji of ours off again. It is no error when it is not there.
func (m *Messages) Unreact(ctx context.Context, where provision.Conversation, emoji string) error {
	err := m.slack.RemoveReactionContext(ctx, emoji, slack.NewRefToMessage(where.Channel, where.Thread))
	return m.reacted(err, "removing", emoji, "no_reaction", "message_not_found")
}

// ReactInTurn is React for whoever has not taken it from the rate limiter.
func (m *Messages) ReactInTurn(ctx context.Context, where provision.Conversation, emoji string) error {
	if err := m.limiter.Wait(ctx, Reactions); err != nil {
		return err
	}
	return m.React(ctx, where, emoji)
}

func (m *Messages) reacted(err error, doing, emoji string, harmless ...string) error {
	for _, code := range harmless {
		if ErrorCode(err) == code {
			return nil
		}
	}
	if wait := RetryAfter(err); wait > 0 {
		m.limiter.Close(Reactions, wait)
	}
	if err != nil {
		return fmt.Errorf("%s the reaction %s: %w", doing, emoji, err)
	}
	return nil
}
