package main

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"syscall"
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

// outliveLog lets the bot go on when whoever read its log has gone: a write to a pipe that nobody reads would end it. What
// is logged meanwhile is lost. The signal is caught and not ignored, since children inherit that.
func outliveLog() { signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE) }
