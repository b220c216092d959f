package decide

import (
	"context"
	"fmt"

	"mozybot/bot/blocks"
	"mozybot/bot/webapi"
	"mozybot/provision"
)

// Drifts compares the console with what was provisioned.
type Drifts interface {
	Check(ctx context.Context) (provision.Drift, error)
	Intend(ctx context.Context, policy provision.Policy, by provision.Person, key string) (provision.Drift, error)
}

// Drift is described at commands.Actions.
func (a actions) Drift(ctx context.Context) (blocks.Message, error) {
	now, err := a.c.config.Drifts.Check(ctx)
	if err != nil {
		return blocks.Message{}, fmt.Errorf("comparing the console: %w", err)
	}
	return a.c.config.Messages.Drift(ctx, a.c.config.Store, now), nil
}

// intended records that a difference is meant to be, and takes it off the message.
func (b *Buttons) intended(ctx context.Context, p press) error {
	policy, err := b.config.Rights.Policy(ctx, p.by)
	if err != nil {
		return err
	}
	b.intending.Lock()
	defer b.intending.Unlock()
	drift, err := b.config.Drifts.Intend(ctx, policy, p.by, p.Key)
	if err != nil {
		return err
	}
	shown := b.config.Messages.Drift(ctx, b.config.Store, drift)
	if err := b.config.Messages.Edit(ctx, webapi.Post{Where: p.where, Message: shown}, p.message); err == nil {
		return nil
	}
	// What a command answered is nobody's message to edit.
	return b.answer(ctx, p, "Marked as intended.")
}
