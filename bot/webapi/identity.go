package webapi

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/sirupsen/logrus"
	"github.com/slack-go/slack"

	"mozybot/provision/retry"
)

// Identity is who we are in the workspace, and which channels are ours. It knows neither until Introduce has returned;
// from then on it never changes, and is safe for concurrent use.
type Identity struct {
	me       string
	channels map[string]bool
	first    string
}

// Me is our own user id.
func (i *Identity) Me() string { return i.me }

// Known says whether Introduce has found out who we are.
func (i *Identity) Known() bool { return i.channels != nil }

// Ours says whether orders are taken in a channel.
func (i *Identity) Ours(channel string) bool { return i.channels[channel] }

// Channels are the ids of our channels.
func (i *Identity) Channels() []string { return slices.Sorted(maps.Keys(i.channels)) }

// First is the channel for jobs that come from elsewhere: the first one configured.
func (i *Identity) First() string { return i.first }

// Introduce finds out who we are and which of the wanted channels, by name or id, are ours. It tries again while an
// error is Temporary; any other error is returned, with every missing channel.
func (i *Identity) Introduce(ctx context.Context, client *slack.Client, wanted []string, log logrus.FieldLogger) error {
	for failed := 0; ; failed++ {
		err := i.ask(ctx, client, wanted)
		switch {
		case err == nil || ctx.Err() != nil:
			return nil
		case !Temporary(err):
			return err
		}
		wait := Wait(failed, err)
		log.WithError(err).Warnf("Slack does not tell us who we are; trying again in %v", wait)
		if retry.Pause(ctx, wait) != nil {
			return nil
		}
	}
}

func (i *Identity) ask(ctx context.Context, client *slack.Client, wanted []string) error {
	me, err := client.AuthTestContext(ctx)
	if err != nil {
		return fmt.Errorf("asking Slack who we are with the bot token: %w", err)
	}
	all, err := conversations(ctx, client)
	if err != nil {
		return fmt.Errorf("listing the channels: %w", err)
	}
	found, first := map[string]bool{}, ""
	var unknown []error
	for _, name := range wanted {
		id, err := findChannel(ctx, client, all, strings.TrimPrefix(strings.TrimSpace(name), "#"))
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
	i.me, i.channels, i.first = me.UserID, found, first
	return nil
}

func conversations(ctx context.Context, client *slack.Client) ([]slack.Channel, error) {
	var all []slack.Channel
	ask := slack.GetConversationsParameters{Limit: 1000, ExcludeArchived: true, Types: []string{"public_channel", "private_channel"}}
	for {
		some, next, err := client.GetConversationsContext(ctx, &ask)
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

// findChannel is the id of a channel given by name or id. We join it if we can, since otherwise no order in it would
// reach us.
func findChannel(ctx context.Context, client *slack.Client, all []slack.Channel, wanted string) (string, error) {
	for _, c := range all {
		if c.ID != wanted && c.Name != wanted {
			continue
		}
		if c.IsMember {
			return c.ID, nil
		}
		if _, _, _, err := client.JoinConversationContext(ctx, c.ID); err != nil {
			return "", fmt.Errorf("joining the channel %q (or invite the bot there with /invite): %w", wanted, err)
		}
		return c.ID, nil
	}
	return "", fmt.Errorf("the channel %q is not among those the bot can see: check the name, and invite the bot if it is private", wanted)
}
