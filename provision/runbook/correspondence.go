package runbook

import (
	"context"
	"fmt"

	"mozybot/provision"
)

// intendMail is step 9. Whether a mail was accepted cannot be looked up afterwards, so the intent is all there is to
// tell a restart that it may have gone out: it is written as late as can be.
func intendMail(_ context.Context, w *work) (provision.Entry, error) {
	return provision.Entry{Kind: provision.Intended, Want: &provision.Want{MessageID: provision.WelcomeOf(w.job).Identity}}, nil
}

func sendMail(ctx context.Context, w *work, intent provision.Entry) error {
	handing := func() error { return w.record(ctx, intent, stillRunning) }
	if err := w.Mailer.Send(ctx, provision.WelcomeOf(w.job), handing); err != nil {
		return fmt.Errorf("sending the welcome mail: %w", err)
	}
	return nil
}

func mailSent(w *work, _ provision.Entry) string {
	return fmt.Sprintf("Sent to %s.", w.job.Order.Email)
}

func mailUnknown(e provision.Entry) error {
	return &provision.Error{Code: provision.Conflict, Err: provision.ErrUncertain, Message: fmt.Sprintf(
		"mozybot was stopped while it handed the welcome mail over, so it cannot tell whether the mail went out. "+
			"Please look in the mail server's log for the Message-ID that begins with %s.", e.Want.MessageID)}
}

// intendTask is step 10.
func intendTask(ctx context.Context, w *work) (provision.Entry, error) {
	task := w.job.Order.Task
	if task == "" {
		return skip("The order names no task, so there is none to close."), nil
	}
	open, err := w.Tracker.IsOpen(ctx, task)
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

func closeTask(ctx context.Context, w *work, e provision.Entry) error {
	closing := provision.ClosingOf(w.job)
	closing.Task = e.Want.Task
	if err := w.Tracker.Close(ctx, closing); err != nil {
		return fmt.Errorf("closing task %s: %w", e.Want.Task, err)
	}
	return nil
}

// observeTask has two outcomes only: a task is open or closed, and one that is gone is an error.
func observeTask(ctx context.Context, w *work, e provision.Entry) (sight, error) {
	open, err := w.Tracker.IsOpen(ctx, e.Want.Task)
	if err != nil {
		return sight{}, err
	}
	if open {
		return sight{finding: asBefore, text: fmt.Sprintf("Task %s is open.", e.Want.Task)}, nil
	}
	return sight{finding: alreadyTrue, text: fmt.Sprintf("Task %s is closed.", e.Want.Task)}, nil
}

// taskByHand takes a person's word where the tracker has no task of the order's number: it was a wrong one, and no look can
// ever find it closed.
func taskByHand(ctx context.Context, w *work) (provision.Entry, error) {
	task := w.job.Order.Task
	e, err := seenByHand(ctx, w, observeTask, provision.Want{Task: task})
	if provision.CodeOf(err) == provision.NotFound {
		return provision.Entry{Kind: provision.Skipped, Text: fmt.Sprintf("The task tracker has no task %s.", task)}, nil
	}
	return e, err
}
