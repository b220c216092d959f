package commands

import (
	"context"

	"mozybot/bot/blocks"
)

// drift compares the console with what mozybot provisioned, now.
func drift(ctx context.Context, bot Actions, _ []string) (blocks.Message, error) {
	return bot.Drift(ctx)
}
