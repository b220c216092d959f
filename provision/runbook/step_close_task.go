package runbook

import (
	"context"
	"fmt"

	"mozybot/provision"
)

// closeTask is step 10: the ticket that the order belongs to.
type closeTask struct{}

var _ actor = closeTask{}

func (closeTask) name() provision.StepName { return provision.StepCloseTask }

func (closeTask) plan(ctx context.Context, run *stepRun) (provision.Entry, error) {
	task := run.job.Order.Task
	if task == "" {
		return skip("The order names no task, so there is none to close."), nil
	}
	open, err := run.cfg.Tracker.IsOpen(ctx, task)
	if provision.CodeOf(err) == provision.NotFound {
		return provision.Entry{}, &provision.Error{Code: provision.NotFound, Err: err, Message: fmt.Sprintf(
			"The task tracker has no task %s. Close the right one there and press I did it by hand, or make this one and press Try again.", task)}
	}
	if err != nil {
		return provision.Entry{}, fmt.Errorf("looking at task %s: %w", task, err)
	}
	e := provision.Entry{Kind: provision.Intended, Want: &provision.Want{Task: task}}
	if !open {
		e.Kind, e.Text = provision.Achieved, fmt.Sprintf("Task %s was closed already.", task)
	}
	return e, nil
}

func (closeTask) act(ctx context.Context, run *stepRun, intent provision.Entry) ([]string, error) {
	closing := provision.ClosingOf(run.job)
	closing.Task = intent.Want.Task
	if err := run.cfg.Tracker.Close(ctx, closing); err != nil {
		return nil, fmt.Errorf("closing task %s: %w", closing.Task, err)
	}
	return nil, nil
}

// observe never gives Diverged: a task is open or closed, and one that is gone is an error.
func (closeTask) observe(ctx context.Context, run *stepRun, intent provision.Entry) (observation, error) {
	open, err := run.cfg.Tracker.IsOpen(ctx, intent.Want.Task)
	if err != nil {
		return observation{}, err
	}
	if open {
		return observation{outcome: NotApplied, text: fmt.Sprintf("Task %s is open.", intent.Want.Task)}, nil
	}
	return observation{outcome: Applied, text: fmt.Sprintf("Task %s is closed.", intent.Want.Task)}, nil
}

// byHand takes a person's word where the tracker has no task of the order's number: it was a wrong one, and no look can
// ever find it closed.
func (s closeTask) byHand(ctx context.Context, run *stepRun) (provision.Entry, error) {
	task := run.job.Order.Task
	e, err := seenByHand(ctx, run, s, provision.Want{Task: task})
	if provision.CodeOf(err) == provision.NotFound {
		return provision.Entry{Kind: provision.Skipped, Text: fmt.Sprintf("The task tracker has no task %s.", task)}, nil
	}
	return e, err
}

func (s closeTask) dryRun(ctx context.Context, run *stepRun) (provision.Entry, error) {
	e, err := s.plan(ctx, run)
	if err != nil || e.Kind == provision.Skipped {
		return e, err
	}
	if e.Kind == provision.Achieved {
		return skip("Would do nothing: %s", e.Text), nil
	}
	return would(e, "Would close task %s, which is open.", e.Want.Task), nil
}
