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
		if err := n.nightly(ctx); err != nil && ctx.Err() == nil {
			n.log.WithError(err).Warn("comparing the console with what was provisioned; trying again tomorrow, or by /mozy drift")
		}
		select {
		case <-ticks.C:
		case <-ctx.Done():
			return
		}
	}
}

func (n *driftNews) nightly(ctx context.Context) error {
	due, err := n.drifts.Due(ctx)
	if err != nil || !due {
		return err
	}
	now, before, err := n.drifts.Check(ctx)
	if err != nil || !now.HasNewsAfter(before) {
		return err
	}
	post := webapi.Post{
		Where: provision.Conversation{Channel: n.identity.First()}, Message: n.messages.Drift(ctx, n.store, now),
		Metadata: slack.SlackMetadata{EventType: metadataDrift, EventPayload: map[string]any{"at": now.At.UTC().Format(time.RFC3339)}},
	}
	if err := webapi.Retry(ctx, func() error { _, err := n.messages.Say(ctx, post); return err }); err != nil {
		return fmt.Errorf("telling what differs: %w", err)
	}
	return nil
}
