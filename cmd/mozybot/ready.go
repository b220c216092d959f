package main

import (
	"context"
	"time"

	"mozybot/provision/retry"
)

// announce logs once that orders will be carried out from now on, and by which rules: Slack has said hello, and the console
// has every control that the steps need.
func (a *app) announce(ctx context.Context) error {
	for _, ready := range []<-chan struct{}{a.bot.Ready(), a.probe.wellOnce} {
		select {
		case <-ready:
		case <-ctx.Done():
			return nil
		}
	}
	a.log.Info(a.config.Rules())
	return nil
}

// watchSecrets tells the log of files with secrets that have changed, and of those that can't be read any more, long before
// a log-in fails.
func (a *app) watchSecrets(ctx context.Context) error {
	for ctx.Err() == nil {
		a.config.SecretNews(func(says string, wrong error) {
			if wrong != nil {
				a.log.WithError(wrong).Warn(says)
			} else {
				a.log.Info(says)
			}
		})
		_ = retry.Pause(ctx, time.Minute) // the loop ends with ctx
	}
	return nil
}
