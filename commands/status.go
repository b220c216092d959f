package commands

import (
	"context"
	"fmt"
	"strings"

	"mozybot/bot/blocks"
	"mozybot/provision"
)

// status tells how one job is doing or, without a job, how many there are in each state that is not over.
func status(ctx context.Context, jobs Jobs, words []string) (blocks.Message, error) {
	if len(words) == 0 {
		return overview(ctx, jobs)
	}
	id := provision.JobID(strings.TrimPrefix(words[0], "#"))
	if id == "job" && len(words) > 1 { // "status job 12", as one says it
		id = provision.JobID(words[1])
	}
	job, err := jobs.Job(ctx, id)
	if provision.CodeOf(err) == provision.NotFound {
		return blocks.Private(fmt.Sprintf("There is no job “%s”. /mozy list shows those that are not over.", shorten(string(id)))), nil
	}
	if err != nil {
		return blocks.Message{}, fmt.Errorf("looking job %s up: %w", id, err)
	}
	journal, err := jobs.Journal(ctx, id)
	if err != nil {
		return blocks.Message{}, fmt.Errorf("reading the journal of job %s: %w", id, err)
	}
	return blocks.Status(job, provision.ProgressOf(job, journal)), nil
}

func overview(ctx context.Context, jobs Jobs) (blocks.Message, error) {
	active, err := jobs.Jobs(ctx, provision.Active...)
	if err != nil {
		return blocks.Message{}, fmt.Errorf("listing the jobs that are not over: %w", err)
	}
	return blocks.Overview(active), nil
}
