package decide

import (
	"context"
	"fmt"

	"mozybot/bot/blocks"
	"mozybot/provision"
)

// Storage tells where the storage is and what it cost.
type Storage interface {
	// Show is a new report, for whoever asked.
	Show(ctx context.Context) (blocks.Message, error)
	// Post posts a report that was shown into a channel, once.
	Post(ctx context.Context, channel string, by provision.Person, key string) error
}

// Storage is described at commands.Actions.
func (a actions) Storage(ctx context.Context) (blocks.Message, error) {
	said, err := a.c.config.Storage.Show(ctx)
	if err != nil {
		return blocks.Message{}, fmt.Errorf("reporting the storage: %w", err)
	}
	return said, nil
}

// postStorage posts a report where it was asked for, if that is a channel for orders, else in the first of those.
func (b *Buttons) postStorage(ctx context.Context, p press) error {
	if b.config.Identity.Ours(p.where.Channel) {
		return b.config.Storage.Post(ctx, p.where.Channel, p.by, p.Key)
	}
	if err := b.config.Storage.Post(ctx, b.config.Identity.First(), p.by, p.Key); err != nil {
		return err
	}
	return b.answer(ctx, p, "Posted in the channel for orders.")
}
