package commands

import (
	"context"
	"fmt"

	"mozybot/bot/blocks"
	"mozybot/provision"
)

// lock tells which job holds the console. There is no lock beside the jobs themselves: one job at a time is at the
// console, and it is there until its Account ID is read.
func lock(ctx context.Context, desk Desk, _ []string) (blocks.Message, error) {
	running, err := desk.Jobs(ctx, provision.Running)
	if err != nil {
		return blocks.Message{}, fmt.Errorf("listing the running jobs: %w", err)
	}
	waiting, err := desk.Jobs(ctx, provision.Approved)
	if err != nil {
		return blocks.Message{}, fmt.Errorf("listing the approved jobs: %w", err)
	}
	paused, err := desk.Paused(ctx)
	if err != nil {
		return blocks.Message{}, fmt.Errorf("asking whether mozybot is paused: %w", err)
	}
	for _, job := range running {
		journal, err := desk.Journal(ctx, job.ID)
		if err != nil {
			return blocks.Message{}, fmt.Errorf("reading the journal of job %s: %w", job.ID, err)
		}
		if !provision.Settled(journal, provision.StepAccountID) {
			return blocks.Lock(&job, journal, len(waiting), paused), nil
		}
	}
	return blocks.Lock(nil, nil, len(waiting), paused), nil
}
