package bot

import (
	"context"
	"fmt"

	"github.com/slack-go/slack"

	"mozybot/bot/blocks"
	"mozybot/provision"
)

// metadataPaused marks the message that tells of a pause or its end.
const metadataPaused = "mozy_paused"

// paused is the pause there is, the zero Pause when there is none.
func (b *Bot) paused(ctx context.Context) (provision.Pause, error) {
	gate, err := b.Store.Gate(ctx)
	return gate.Pause, err
}

// setPause begins or ends a pause and has the channels told. The same command again, after a restart, has no second
// effect.
func (b *Bot) setPause(ctx context.Context, t task, by provision.Person, on bool) error {
	policy, err := b.policy(ctx, by)
	if err != nil {
		return err
	}
	_, err = b.Store.UpdateGate(ctx, func(g *provision.Gate, _ *provision.Job) ([]provision.Entry, error) {
		this := provision.Pause{By: by, At: t.event.At}
		switch {
		case t.recovered && on && g.Pause.By == by && g.Pause.At.Equal(this.At), t.recovered && !on && !g.Pause.On():
			return nil, nil // an earlier run did it
		case on:
			return nil, g.PauseAt(policy, by, this.At)
		}
		return nil, g.Resume(policy, by, this.At)
	})
	if err != nil {
		return err
	}
	b.Log.WithField("by", by).WithField("paused", on).Info("paused or resumed")
	b.wake()
	b.homes.mark()
	waiting, err := b.Store.Jobs(ctx, provision.Approved)
	if err != nil {
		return err
	}
	for _, job := range waiting {
		b.Changed(job.ID)
	}
	return b.announce(ctx, t, blocks.Paused(by, on), metadataPaused)
}

// announce tells every channel for orders what the event t brought about, once.
func (b *Bot) announce(ctx context.Context, t task, m blocks.Message, kind string) error {
	for channel := range b.channels {
		where, said := provision.Conversation{Channel: channel}, false
		if t.recovered {
			err := b.ours(ctx, where, t.event.At, func(event string, payload map[string]any, _ string) {
				said = said || event == kind && payload["event"] == t.event.Key
			})
			if err != nil {
				return fmt.Errorf("looking for what was announced before: %w", err)
			}
		}
		if said {
			continue
		}
		if !b.pace.wait(ctx, postsTo(channel)) {
			return ctx.Err()
		}
		err := insist(ctx, func() error {
			_, err := b.post(ctx, outgoing{where: where, message: m, metadata: slack.SlackMetadata{
				EventType: kind, EventPayload: map[string]any{"event": t.event.Key}}})
			return err
		})
		if err != nil {
			return fmt.Errorf("telling the channel %s: %w", channel, err)
		}
	}
	return nil
}
