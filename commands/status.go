package commands

import (
	"context"
	"fmt"

	"mozybot/bot/blocks"
	"mozybot/provision"
)

// status tells how one job is doing or, without a job, how many there are in each state that is not over.
func status(ctx context.Context, actions Actions, words []string) (blocks.Message, error) {
	if len(words) == 0 {
		return overview(ctx, actions)
	}
	job, answer, err := jobNamed(ctx, actions, "status", words)
	if err != nil || answer != nil {
		return said(answer), err
	}
	journal, err := actions.Journal(ctx, job.ID)
	if err != nil {
		return blocks.Message{}, fmt.Errorf("reading the journal of job %s: %w", job.ID, err)
	}
	return blocks.Status(job, provision.ProgressOf(job, journal)), nil
}

func overview(ctx context.Context, actions Actions) (blocks.Message, error) {
	active, err := actions.Jobs(ctx, provision.Active...)
	if err != nil {
		return blocks.Message{}, fmt.Errorf("listing the jobs that are not over: %w", err)
	}
	paused, err := actions.Paused(ctx)
	if err != nil {
		return blocks.Message{}, fmt.Errorf("asking whether mozybot is paused: %w", err)
	}
	return blocks.Overview(active, paused), nil
}

// show tells what a job is about, and what was done for it.
func show(ctx context.Context, actions Actions, words []string) (blocks.Message, error) {
	job, answer, err := jobNamed(ctx, actions, "show", words)
	if err != nil || answer != nil {
		return said(answer), err
	}
	facts, err := actions.Story(ctx, job.ID)
	if err != nil {
		return blocks.Message{}, fmt.Errorf("reading the audit of job %s: %w", job.ID, err)
	}
	return blocks.Show(job, actions.Link(ctx, job), facts), nil
}

// said is an answer that may be none.
func said(m *blocks.Message) blocks.Message {
	if m == nil {
		return blocks.Message{}
	}
	return *m
}
