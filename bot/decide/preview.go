package decide

import (
	"context"

	"mozybot/bot/blocks"
	"mozybot/provision"
)

// Letters writes the welcome mail without sending it. It is safe for concurrent use.
type Letters interface {
	// Preview renders the mail before the customer has an Account ID.
	Preview(w provision.Welcome) (string, error)
}

// preview shows the welcome mail to the person who asked.
func (b *Buttons) preview(ctx context.Context, p press) error {
	job, err := b.config.Store.Job(ctx, p.Job)
	if err != nil {
		return err
	}
	text, err := b.config.Letters.Preview(provision.WelcomeOf(job))
	if err != nil {
		return err
	}
	_, err = b.config.Messages.Open(ctx, p.trigger, blocks.Preview(job, text))
	return err
}
