package bot

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/slack-go/slack"
)

// introduce finds out who we are and which channels are ours. What passes is tried again; what will not is returned.
func (b *Bot) introduce(ctx context.Context) error {
	for failed := 0; ; failed++ {
		err := b.lookAround(ctx)
		switch {
		case err == nil || ctx.Err() != nil:
			return nil
		case !passing(err):
			return err
		}
		wait := max(backoff(failed), retryAfter(err))
		b.Log.WithError(err).Warnf("Slack does not tell us who we are; trying again in %v", wait)
		if !pause(ctx, wait) {
			return nil
		}
	}
}

func (b *Bot) lookAround(ctx context.Context) error {
	me, err := b.Slack.AuthTestContext(ctx)
	if err != nil {
		return fmt.Errorf("asking Slack who we are with the bot token: %w", err)
	}
	all, err := b.conversations(ctx)
	if err != nil {
		return fmt.Errorf("listing the channels: %w", err)
	}
	found, first := map[string]bool{}, ""
	var unknown []error
	for _, wanted := range b.Channels {
		id, err := b.findChannel(ctx, all, strings.TrimPrefix(strings.TrimSpace(wanted), "#"))
		if err != nil {
			unknown = append(unknown, err)
			continue
		}
		if found[id] = true; first == "" {
			first = id
		}
	}
	if err := errors.Join(unknown...); err != nil {
		return err
	}
	b.me, b.channels, b.first = me.UserID, found, first
	return nil
}

func (b *Bot) conversations(ctx context.Context) ([]slack.Channel, error) {
	var all []slack.Channel
	ask := slack.GetConversationsParameters{Limit: 1000, ExcludeArchived: true, Types: []string{"public_channel", "private_channel"}}
	for {
		some, next, err := b.Slack.GetConversationsContext(ctx, &ask)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
		if next == "" {
			return all, nil
		}
		ask.Cursor = next
	}
}

// findChannel is the id of a channel given by name or id. We join it when we may and are not in it yet: without that
// no order in it would reach us.
func (b *Bot) findChannel(ctx context.Context, all []slack.Channel, wanted string) (string, error) {
	for _, c := range all {
		if c.ID != wanted && c.Name != wanted {
			continue
		}
		if c.IsMember {
			return c.ID, nil
		}
		if _, _, _, err := b.Slack.JoinConversationContext(ctx, c.ID); err != nil {
			return "", fmt.Errorf("joining the channel %q (or invite the bot there with /invite): %w", wanted, err)
		}
		return c.ID, nil
	}
	return "", fmt.Errorf("the channel %q is not among those the bot can see: check the name, and invite the bot if it is private", wanted)
}
