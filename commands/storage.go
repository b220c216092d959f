package commands

import (
	"context"

	"mozybot/bot/blocks"
)

// storage tells where the storage is and what it cost, now.
func storage(ctx context.Context, bot Actions, _ []string) (blocks.Message, error) {
	return bot.Storage(ctx)
}
