package socket

import (
	"context"
	"fmt"
	"time"

	"github.com/slack-go/slack/socketmode"

	"mozybot/bot/webapi"
	"mozybot/provision/workqueue"
	"mozybot/state"
)

const (
	// An event that could not be worked on for so long is given up: nobody waits for it any more.
	staleAfter = 24 * time.Hour
	// Slack repeats an event for minutes; a day is plenty to know it again.
	knownFor = 24 * time.Hour
)

// Left are the events that an earlier run stored and did not handle. Hand them over once the Handler is ready.
func (s *Socket) Left(ctx context.Context) ([]state.Event, error) {
	left, err := s.config.Store.Unhandled(ctx)
	if err != nil {
		return nil, fmt.Errorf("looking for events that were left: %w", err)
	}
	for i := range left {
		left[i].Recovered = true
	}
	return left, nil
}

// Hand gives a stored event to those who work on its kind. People wait for presses and commands, so these never queue
// behind files.
func (s *Socket) Hand(event state.Event) { s.queueOf(event).Put(event) }

func (s *Socket) queueOf(event state.Event) *workqueue.Queue[state.Event] {
	if event.Kind == socketmode.RequestTypeEventsAPI {
		return s.happened
	}
	return s.acted
}

// WorkOnHappened works on what happened in the workspace until ctx is done.
func (s *Socket) WorkOnHappened(ctx context.Context) {
	s.happened.Each(ctx, 4, func(ctx context.Context, e state.Event) { s.workOn(ctx, e, s.config.Handler.Happened) })
}

// WorkOnActed works on what people pressed, sent or typed until ctx is done.
func (s *Socket) WorkOnActed(ctx context.Context) {
	s.acted.Each(ctx, 8, func(ctx context.Context, e state.Event) { s.workOn(ctx, e, s.config.Handler.Acted) })
}

// workOn works on an event until it is handled. What passes is tried again; what does not is logged, and the event is
// done with, since it would fail the same way for ever. While ctx is ending the event stays for the next run.
func (s *Socket) workOn(ctx context.Context, event state.Event, do func(context.Context, state.Event) error) {
	log := s.log.WithField("event", event.Key)
	err := do(ctx, event)
	switch {
	case err != nil && ctx.Err() != nil:
		return
	case err != nil && (webapi.Passing(err) || webapi.FixableByAdmin(err)) && s.config.Now().Sub(event.At) < staleAfter:
		wait := webapi.Wait(event.Tries, err)
		log.WithError(err).Warnf("working on an event; trying again in %v%s", wait, webapi.LackedScope(err))
		event.Tries++
		s.queueOf(event).PutAfter(wait, event)
		return
	case err != nil:
		log.WithError(err).Error("working on an event; it is given up")
	}
	// Also while ctx ends: what is done must not be done again by the next run.
	if err := s.config.Store.Handled(context.WithoutCancel(ctx), event.Key); err != nil {
		log.WithError(err).Error("marking an event as handled")
	}
}

// PurgeKnown drops the keys of old events, by which they are known when Slack repeats them, once an hour until ctx is done.
// What is old must be so by the clock of an hour ago as well: one start with a wrong clock must not drop them all.
func (s *Socket) PurgeKnown(ctx context.Context) {
	ticks := time.NewTicker(time.Hour)
	defer ticks.Stop()
	for before := s.config.Now(); ; {
		select {
		case <-ticks.C:
		case <-ctx.Done():
			return
		}
		now := s.config.Now()
		due := now
		if before.Before(now) {
			due = before
		}
		if err := s.config.Store.PurgeEvents(ctx, due.Add(-knownFor)); err != nil && ctx.Err() == nil {
			s.log.WithError(err).Warn("dropping the keys of old events")
		}
		before = now
	}
}
