package bot

import (
	"context"
	"fmt"
	"time"

	"github.com/sirupsen/logrus"
	"github.com/slack-go/slack"

	"mozybot/bot/webapi"
	"mozybot/provision"
	"mozybot/provision/dispatch"
)

// metadataDrift is of the message about what differs at the console.
const metadataDrift = "mozy_drift"

// driftNews compares the console every night with what was provisioned, and tells the first channel when something new differs.
type driftNews struct {
	drifts   *dispatch.Drifts
	store    webapi.JobStore
	messages *webapi.Messages
	identity *webapi.Identity
	every    time.Duration
	log      logrus.FieldLogger
}

func (n *driftNews) run(ctx context.Context) {
	ticks := time.NewTicker(n.every)
	defer ticks.Stop()
	for {
		if err := n.drifts.Nightly(ctx, func(now provision.Drift, night string) error { return n.tell(ctx, now, night) }); err != nil && ctx.Err() == nil {
			n.log.WithError(err).Warn("comparing the console with what was provisioned; trying again tomorrow, or by /mozy drift")
		}
		select {
		case <-ticks.C:
		case <-ctx.Done():
			return
		}
	}
}

// tell tells the channel, unless it has read of this night before.
func (n *driftNews) tell(ctx context.Context, now provision.Drift, night string) error {
	post := webapi.Post{
		Where: provision.Conversation{Channel: n.identity.First()}, Message: n.messages.Drift(ctx, n.store, now),
		Metadata: slack.SlackMetadata{EventType: metadataDrift, EventPayload: map[string]any{"at": now.At.UTC().Format(time.RFC3339), "night": night}},
	}
	told := func(payload map[string]any) bool { return payload["night"] == night }
	err := webapi.Retry(ctx, func() error {
		_, err := n.messages.SayOnce(ctx, post, now.At.Add(-24*time.Hour), told)
		return err
	})
	if err != nil {
		return fmt.Errorf("telling what differs: %w", err)
	}
	return nil
}
