package commands

import (
	"context"
	"fmt"
	"strings"

	"mozybot/bot/blocks"
	"mozybot/provision"
)

// lock shows which job holds the console, or breaks its lock.
func lock(ctx context.Context, bot Actions, words []string) (blocks.Message, error) {
	if len(words) > 0 {
		if !strings.EqualFold(words[0], "break") {
			return unknown("/mozy lock", words[0], "/mozy lock ", []string{"break"}), nil
		}
		return breakLock(ctx, bot, strings.Join(words[1:], " "))
	}
	console, err := bot.ConsoleAccess(ctx)
	if err != nil {
		return blocks.Message{}, fmt.Errorf("asking who holds the console: %w", err)
	}
	waiting, err := bot.Jobs(ctx, provision.Approved)
	if err != nil {
		return blocks.Message{}, fmt.Errorf("listing the approved jobs: %w", err)
	}
	replicas, err := bot.Replicas(ctx)
	if err != nil {
		return blocks.Message{}, fmt.Errorf("asking which replica leads: %w", err)
	}
	if console.Lock == nil {
		return blocks.Lock(nil, console, len(waiting)).WithLine(replicas), nil
	}
	holder, err := bot.Job(ctx, console.Lock.Job)
	if err != nil {
		return blocks.Message{}, fmt.Errorf("looking up the job at the console: %w", err)
	}
	return blocks.Lock(&holder, console, len(waiting)).WithLine(replicas), nil
}

func breakLock(ctx context.Context, bot Actions, reason string) (blocks.Message, error) {
	id, err := bot.BreakLock(ctx, reason)
	if err != nil {
		return blocks.Message{}, err
	}
	return blocks.Private(fmt.Sprintf("The lock of job %s is broken. What it is doing right now ends first, then the console is free. The job is stuck; its thread says how to continue.", id)), nil
}
