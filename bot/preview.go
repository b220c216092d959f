package bot

import (
	"context"

	"mozybot/bot/blocks"
	"mozybot/provision"
)

// Letters writes the welcome mail without sending it. It is safe for concurrent use.
type Letters interface {
	// Preview is the mail as people can look at it before the customer has an Account ID.
	Preview(w provision.Welcome) (string, error)
}

// preview shows the welcome mail to the one who asks.
func (b *Bot) preview(ctx context.Context, c click) error {
	job, err := b.Store.Job(ctx, c.press.Job)
	if err != nil {
		return err
	}
	text, err := b.Letters.Preview(provision.WelcomeOf(job))
	if err != nil {
		return err
	}
	return b.whisper(ctx, c.where, c.by, blocks.Preview(job, text), c.reply)
}
