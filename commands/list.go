package commands

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"mozybot/bot/blocks"
	"mozybot/provision"
)

// states are all states, in the order of a job's life.
var states = []provision.State{
	provision.Incomplete, provision.Pending, provision.Approved, provision.Running, provision.Stuck,
	provision.Done, provision.Declined, provision.Cancelled, provision.Expired, provision.DryRunEnded,
}

func stateNames() []string {
	var names []string
	for _, s := range states {
		names = append(names, string(s))
	}
	return names
}

// list shows the jobs in a state, the newest first.
func list(ctx context.Context, bot Actions, words []string) (blocks.Message, error) {
	wanted, title := provision.Active, "Open jobs"
	if len(words) > 0 {
		state := provision.State(strings.ToLower(words[0]))
		if !slices.Contains(states, state) {
			return unknown("state", string(state), "/mozy list ", stateNames()), nil
		}
		wanted, title = []provision.State{state}, "Jobs that are "+string(state)
	}
	if !slices.ContainsFunc(wanted, provision.State.Over) {
		found, err := bot.Jobs(ctx, wanted...)
		if err != nil {
			return blocks.Message{}, fmt.Errorf("listing jobs: %w", err)
		}
		slices.Reverse(found)
		return blocks.List(title, found, len(found)), nil
	}
	found, all, err := bot.Ended(ctx, time.Time{}, blocks.MaxListed, wanted...)
	if err != nil {
		return blocks.Message{}, fmt.Errorf("listing jobs: %w", err)
	}
	return blocks.List(title, found, all), nil
}
