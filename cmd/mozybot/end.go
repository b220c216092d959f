package main

import (
	"context"
	"errors"
	"time"
)

var errNotEnded = errors.New("something did not end in time and was left as it is; the next start goes on from what was recorded")

// inTime runs work, and leaves it when it has not ended within grace after ctx: whoever asks the bot to end must not have to
// kill it.
func inTime(ctx context.Context, grace time.Duration, work func() error) error {
	ended := make(chan error, 1)
	go func() { ended <- work() }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	late := time.NewTimer(grace)
	defer late.Stop()
	select {
	case err := <-ended:
		return err
	case <-late.C:
		return errNotEnded
	}
}
