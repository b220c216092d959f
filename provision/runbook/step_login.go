package runbook

import (
	"context"
	"fmt"

	"mozybot/provision"
)

// logIn is step 2. Before the first write the whole console is looked over: what has changed about it should stop a job
// that has done nothing yet, not one that has bought.
type logIn struct{}

var _ reader = logIn{}

func (logIn) name() provision.StepName { return provision.StepLogin }

func (logIn) read(ctx context.Context, run *stepRun) (found, error) {
	if err := run.cfg.Console.Login(ctx, run.at()); err != nil {
		return found{}, fmt.Errorf("logging in to the console: %w", err)
	}
	if err := run.lookOver(ctx); err != nil {
		return found{}, fmt.Errorf("checking the console before the first change: %w", err)
	}
	return found{text: "Logged in; everything the steps need is there."}, nil
}

func (s logIn) dryRun(ctx context.Context, run *stepRun) (provision.Entry, error) {
	return asEver(ctx, run, s)
}
