package commands

import (
	"context"
	"fmt"
	"slices"

	"mozybot/bot/blocks"
	"mozybot/provision"
)

// status shows one job's progress or, without a job, the open jobs.
func status(ctx context.Context, bot Actions, words []string) (blocks.Message, error) {
	if len(words) == 0 {
		return overview(ctx, bot)
	}
	job, answer, err := jobNamed(ctx, bot, "status", words)
	if err != nil || answer != nil {
		return said(answer), err
	}
	journal, err := bot.Journal(ctx, job.ID)
	if err != nil {
		return blocks.Message{}, fmt.Errorf("reading the journal of job %s: %w", job.ID, err)
	}
	return blocks.Status(job, provision.ProgressOf(job, journal), bot.Link(ctx, job)), nil
}

func overview(ctx context.Context, bot Actions) (blocks.Message, error) {
	active, err := bot.Jobs(ctx, provision.Active...)
	if err != nil {
		return blocks.Message{}, fmt.Errorf("listing the jobs that are not over: %w", err)
	}
	paused, err := bot.Paused(ctx)
	if err != nil {
		return blocks.Message{}, fmt.Errorf("asking whether mozybot is paused: %w", err)
	}
	out, err := bot.Out(ctx)
	if err != nil {
		return blocks.Message{}, fmt.Errorf("asking what is out: %w", err)
	}
	slices.SortStableFunc(active, func(a, b provision.Job) int {
		return slices.Index(blocks.ByNeed, a.State()) - slices.Index(blocks.ByNeed, b.State())
	})
	return blocks.Overview(active, paused, out, linksOf(ctx, bot, active)), nil
}

// show describes a job and what was done for it.
func show(ctx context.Context, bot Actions, words []string) (blocks.Message, error) {
	job, answer, err := jobNamed(ctx, bot, "show", words)
	if err != nil || answer != nil {
		return said(answer), err
	}
	facts, err := bot.AuditTrail(ctx, job.ID)
	if err != nil {
		return blocks.Message{}, fmt.Errorf("reading the audit of job %s: %w", job.ID, err)
	}
	return blocks.Show(job, bot.Spare(), bot.Link(ctx, job), facts), nil
}

// said turns an optional sentence into a reply.
func said(m *blocks.Message) blocks.Message {
	if m == nil {
		return blocks.Message{}
	}
	return *m
}
