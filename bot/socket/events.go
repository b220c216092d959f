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
	// An event that failed for this long is given up: nobody waits for it any more.
	staleAfter = 24 * time.Hour
	// Slack repeats an event for minutes; a day is plenty to recognize it.
	knownFor = 24 * time.Hour
)

// Unhandled returns the events that an earlier run stored and did not handle. Enqueue them once the Handler is ready.
func (s *Socket) Unhandled(ctx context.Context) ([]state.Event, error) {
	left, err := s.config.Store.Unhandled(ctx)
	if err != nil {
		return nil, fmt.Errorf("looking for events that were left: %w", err)
	}
	for i := range left {
		left[i].Recovered = true
	}
	return left, nil
}

// Enqueue queues a stored event for its handlers. People wait for presses and commands, so these never queue behind
// files.
func (s *Socket) Enqueue(event state.Event) { s.queueOf(event).Put(event) }

func (s *Socket) queueOf(event state.Event) *workqueue.Queue[state.Event] {
	if event.Kind == socketmode.RequestTypeEventsAPI {
		return s.events
	}
	return s.interactions
}

// HandleEvents handles events of the workspace until ctx is done.
func (s *Socket) HandleEvents(ctx context.Context) {
	s.events.Each(ctx, 4, func(ctx context.Context, e state.Event) { s.workOn(ctx, e, s.config.Handler.OnEvent) })
}

// HandleInteractions handles presses, forms and commands until ctx is done.
func (s *Socket) HandleInteractions(ctx context.Context) {
	s.interactions.Each(ctx, 8, func(ctx context.Context, e state.Event) { s.workOn(ctx, e, s.config.Handler.OnInteraction) })
}

// workOn handles one event. A temporary failure is retried; any other is logged and the event given up, since it would
// fail the same way forever. While ctx is ending the event stays for the next run.
func (s *Socket) workOn(ctx context.Context, event state.Event, do func(context.Context, state.Event) error) {
	log := s.log.WithField("event", event.Key)
	err := do(ctx, event)
	switch {
	case err != nil && ctx.Err() != nil:
		return
	case err != nil && (webapi.Temporary(err) || webapi.FixableByAdmin(err)) && s.config.Now().Sub(event.At) < staleAfter:
		wait := webapi.Wait(event.Tries, err)
		log.WithError(err).Warnf("working on an event; trying again in %v%s", wait, webapi.LackedScope(err))
		event.Tries++
		s.queueOf(event).PutAfter(wait, event)
		return
	case err != nil:
		log.WithError(err).Error("working on an event; it is given up")
	}
	// Also while ctx ends: the next run must not repeat it.
	if err := s.config.Store.Handled(context.WithoutCancel(ctx), event.Key); err != nil {
		log.WithError(err).Error("marking an event as handled")
	}
}

// PurgeKnown deletes the keys of old events, which recognize Slack's repeats, once an hour until ctx is done.
// What is old must be old by the clock of an hour ago as well: one start with a wrong clock must not delete them all.
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
