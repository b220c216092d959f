package bot

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/slack-go/slack"

	"mozybot/bot/blocks"
	"mozybot/provision"
)

// settingPaused is where the store keeps a pause; metadataPaused marks the message that tells of one.
const (
	settingPaused  = "paused"
	metadataPaused = "mozy_paused"
)

// paused is the pause there is, the zero Pause when there is none.
func (b *Bot) paused(ctx context.Context) (p provision.Pause, err error) {
	text, err := b.Store.Setting(ctx, settingPaused)
	if err != nil || text == "" {
		return p, err
	}
	if err := json.Unmarshal([]byte(text), &p); err != nil {
		return p, fmt.Errorf("reading whether mozybot is paused: %w", err)
	}
	return p, nil
}

// setPause begins or ends a pause and has the channels told. The same command again, after a restart, has no second
// effect.
func (b *Bot) setPause(ctx context.Context, t task, by provision.Person, on bool) error {
	policy, err := b.policy(ctx, by)
	if err != nil {
		return err
	}
	if err := policy.MayUnstick(by); err != nil {
		return err
	}
	b.pausing.Lock()
	defer b.pausing.Unlock()
	was, err := b.paused(ctx)
	if err != nil {
		return err
	}
	this := provision.Pause{By: by, At: t.event.At}
	switch {
	case on && was.On() && !(t.recovered && was.By == by && was.At.Equal(this.At)):
		return provision.Errorf(provision.Conflict, "mozybot is paused already, by <@%s>.", was.By)
	case !on && !was.On() && !t.recovered:
		return provision.Errorf(provision.Conflict, "mozybot is not paused.")
	}
	value := ""
	if on {
		text, err := json.Marshal(this)
		if err != nil {
			return fmt.Errorf("writing a pause: %w", err)
		}
		value = string(text)
	}
	if err := b.Store.SetSetting(ctx, settingPaused, value); err != nil {
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
