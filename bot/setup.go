package bot

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"mozybot/bot/blocks"
	"mozybot/bot/webapi"
	"mozybot/provision"
	"mozybot/provision/retry"
)

const (
	// metadataSetup is of the message that names what is wrong with the configured channels and people.
	metadataSetup = "mozy_setup"
	// namedFor is how long that message is not repeated by another start.
	namedFor = 24 * time.Hour
)

// Missing says of each configured channel that is not there why not.
func (b *Bot) Missing() []error { return b.identity.Missing() }

// watchSetup names the configured channels and people that are not in Slack, in the log and in the first channel, and then
// looks for the channels from time to time, until ctx is done. It names channels that are closed to us later, too.
func (b *Bot) watchSetup(ctx context.Context) {
	b.nameWrong(ctx)
	named := len(b.Missing())
	ticks := time.NewTicker(lookBackEvery * b.config.Watch)
	defer ticks.Stop()
	for {
		select {
		case <-ticks.C:
		case <-ctx.Done():
			return
		}
		found, err := b.identity.FindMissing(ctx, b.config.Slack)
		if err != nil && ctx.Err() == nil {
			b.config.Log.WithError(err).Info("looking for the channels that are missing")
		}
		for _, channel := range found {
			b.config.Log.WithField("channel", channel).Info("a channel that was missing is there; orders are taken in it")
		}
		missing := len(b.Missing())
		if missing > named {
			b.nameWrong(ctx)
		}
		named = missing
	}
}

func (b *Bot) nameWrong(ctx context.Context) {
	var wrong []string
	for _, missing := range b.identity.Missing() {
		wrong = append(wrong, fmt.Sprintf("ORDERS_CHANNEL: %v.", missing))
	}
	for _, one := range wrong {
		b.config.Log.Error(one)
	}
	nobody, err := b.nobody(ctx)
	if err != nil && ctx.Err() == nil {
		b.config.Log.WithError(err).Warn("looking whether the approvers and requesters are in Slack" + webapi.LackedScope(err))
	}
	for _, one := range nobody {
		b.config.Log.Error(one)
	}
	if wrong = append(wrong, nobody...); len(wrong) == 0 || ctx.Err() != nil {
		return
	}
	says := strings.Join(wrong, "\n")
	_, err = b.messages.SayOnce(ctx, webapi.Post{
		Where: provision.Conversation{Channel: b.identity.First()}, Message: blocks.SetupWrong(wrong),
		Metadata: slack.SlackMetadata{EventType: metadataSetup, EventPayload: map[string]any{"says": says}},
	}, b.config.Now().Add(-namedFor), func(payload map[string]any) bool { return payload["says"] == says })
	if err != nil && ctx.Err() == nil {
		b.config.Log.WithError(err).Warn("telling the channel what is wrong with its configuration")
	}
}

// nobody is rights.Nobody's, asked until Slack answers.
func (b *Bot) nobody(ctx context.Context) ([]string, error) {
	for failed := 0; ; failed++ {
		found, err := b.rights.Nobody(ctx)
		if err == nil || webapi.KindOf(err) == webapi.ForPeople || webapi.KindOf(err) == webapi.Final {
			return found, err
		}
		if err := retry.Pause(ctx, webapi.Wait(failed, err)); err != nil {
			return nil, err
		}
	}
}
