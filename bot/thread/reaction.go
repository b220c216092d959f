package thread

import (
	"context"
	"fmt"
	"slices"

	"mozybot/bot/webapi"
	"mozybot/provision"
)

// The reactions on an order's message, so that the channel shows how its orders stand. The words are in the card.
const (
	reactionStuck   = "warning"
	reactionWaiting = "hourglass_flowing_sand"
	reactionRunning = "gear"
	reactionDone    = "white_check_mark"
	reactionEnded   = "no_entry_sign"
)

// reactionFor is the one for these jobs together, who share one message: what needs a person comes first.
func reactionFor(jobs []provision.Job) string {
	for _, r := range []struct {
		emoji  string
		states []provision.State
	}{
		{reactionStuck, []provision.State{provision.Stuck}},
		{reactionWaiting, []provision.State{provision.Incomplete, provision.Pending}},
		{reactionRunning, []provision.State{provision.Approved, provision.Running}},
		{reactionDone, []provision.State{provision.Done, provision.DryRunEnded}},
	} {
		if slices.ContainsFunc(jobs, func(j provision.Job) bool { return slices.Contains(r.states, j.State()) }) {
			return r.emoji
		}
	}
	return reactionEnded
}

// react shows the state on the order's message. A reaction that is late is put right by a later pass; none holds up a
// message.
func (s *pass) react(ctx context.Context) error {
	where := s.job.Thread()
	if where.Thread == "" || s.noReactions.Load() || s.job.Reaction == reactionFor([]provision.Job{s.job}) {
		return nil
	}
	if wait := s.config.RateLimiter.Until(webapi.Reactions, 1); wait > 0 { // many orders wait at a time, and sharing reads all of them
		s.later(wait)
		return nil
	}
	together, err := s.sharing(ctx)
	if err != nil {
		return err
	}
	emoji := reactionFor(together)
	if s.job.Reaction == emoji {
		return nil
	}
	if wait := s.config.RateLimiter.Take(webapi.Reactions, 1); wait > 0 {
		s.later(wait)
		return nil
	}
	err = s.messages.React(ctx, where, emoji)
	for _, job := range together {
		if err == nil && job.Reaction != "" && job.Reaction != emoji {
			err = s.messages.Unreact(ctx, where, job.Reaction)
		}
	}
	if err != nil {
		return s.unreacted(ctx, err)
	}
	_, err = s.store.Update(ctx, s.job.ID, func(j *provision.Job) error {
		j.Reaction = emoji
		return nil
	})
	if err != nil {
		return fmt.Errorf("remembering a reaction: %w", err)
	}
	return nil
}

// unreacted decides what follows when Slack takes no reaction. An app that was installed without the scope works on.
func (s *pass) unreacted(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return err
	}
	if webapi.ErrorCode(err) == "missing_scope" {
		s.noReactions.Store(true)
		s.log.WithError(err).Warn("orders get no reactions until the next start" + webapi.LackedScope(err))
		return nil
	}
	s.log.WithError(err).WithField("job", s.job.ID).Info("showing an order's state; trying again")
	s.later(max(webapi.RetryAfter(err), webapi.Backoff.Most/2))
	return nil
}

// maxSharing bounds how many jobs that are over are looked at: a message has at most ten files.
const maxSharing = 50

// sharing are the job and those that came with the same message.
func (s *pass) sharing(ctx context.Context) ([]provision.Job, error) {
	active, err := s.store.Jobs(ctx, provision.Active...)
	if err != nil {
		return nil, fmt.Errorf("looking which orders came together: %w", err)
	}
	ended, _, err := s.store.Ended(ctx, s.job.CreatedAt, maxSharing)
	if err != nil {
		return nil, fmt.Errorf("looking which orders came together: %w", err)
	}
	where := s.job.Thread()
	together := []provision.Job{s.job}
	for _, j := range slices.Concat(active, ended) {
		if j.ID != s.job.ID && j.Thread() == where {
			together = append(together, j)
		}
	}
	return together, nil
}
