package commands

import (
	"context"
	"fmt"
	"strings"

	"mozybot/bot/blocks"
	"mozybot/provision"
)

func provide(ctx context.Context, bot Actions, words []string) (blocks.Message, error) {
	link := ""
	if len(words) > 0 {
		link = words[0]
	}
	return bot.Provision(ctx, link)
}

func cancel(ctx context.Context, bot Actions, words []string) (blocks.Message, error) {
	_, why := splitJob(words)
	job, answer, err := jobNamed(ctx, bot, "cancel", words)
	if err != nil || answer != nil {
		return said(answer), err
	}
	if err := bot.Cancel(ctx, job.ID, why); err != nil {
		return blocks.Message{}, err
	}
	if was := job.State(); was == provision.Incomplete || was == provision.Pending {
		return blocks.Private(fmt.Sprintf("Job %s is cancelled. Nothing was bought.", job.ID)), nil
	}
	return blocks.Private(fmt.Sprintf("Job %s is cancelled. Its card says what there is to undo.", job.ID)), nil
}

func withdraw(ctx context.Context, bot Actions, words []string) (blocks.Message, error) {
	job, answer, err := jobNamed(ctx, bot, "withdraw", words)
	if err != nil || answer != nil {
		return said(answer), err
	}
	if err := bot.Withdraw(ctx, job.ID); err != nil {
		return blocks.Message{}, err
	}
	now, err := bot.Job(ctx, job.ID)
	if err != nil {
		return blocks.Message{}, fmt.Errorf("reading what a withdrawal made of job %s: %w", job.ID, err)
	}
	if now.State() == provision.Cancelled {
		return blocks.Private(fmt.Sprintf("Job %s is cancelled. Nothing was bought.", job.ID)), nil
	}
	return blocks.Private(fmt.Sprintf("You took back your approval of job %s. It waits for approval again.", job.ID)), nil
}

func retry(ctx context.Context, bot Actions, words []string) (blocks.Message, error) {
	job, answer, err := jobNamed(ctx, bot, "retry", words)
	if err != nil || answer != nil {
		return said(answer), err
	}
	if err := bot.Retry(ctx, job.ID); err != nil {
		return blocks.Message{}, err
	}
	return blocks.Private(fmt.Sprintf("mozybot tries the step of job %s again. Its card shows how it goes.", job.ID)), nil
}

func pause(ctx context.Context, bot Actions, words []string) (blocks.Message, error) {
	if err := bot.Pause(ctx, strings.Join(words, " ")); err != nil {
		return blocks.Message{}, err
	}
	return blocks.Private("mozybot is paused. Type `/mozy resume` to continue."), nil
}

func resume(ctx context.Context, bot Actions, _ []string) (blocks.Message, error) {
	if err := bot.Resume(ctx); err != nil {
		return blocks.Message{}, err
	}
	return blocks.Private("mozybot is running again."), nil
}
