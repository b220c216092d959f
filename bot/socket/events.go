package socket

import (
	"context"
	"fmt"
	"time"

	"github.com/sirupsen/logrus"
	"github.com/slack-go/slack/socketmode"

	"mozybot/bot/webapi"
	"mozybot/provision/workqueue"
	"mozybot/state"
)

const (
	// An event that failed for this long, and so often in this run, is given up, and whoever waits for it is told.
	staleAfter = 24 * time.Hour
	staleTries = 6
	// An event that is given up is dropped in silence after so long: nothing can be told to this Slack.
	droppedAfter = 2 * staleAfter
	// Slack repeats an event for minutes; a day is plenty to recognize it.
	knownFor = 24 * time.Hour
)

// stored are the events that are on disk, from there to their handlers.
type stored struct {
	config Config
	log    logrus.FieldLogger

	events       *workqueue.Queue[state.Event] // of the workspace, which may take long: files
	interactions *workqueue.Queue[state.Event] // that somebody waits for
}

func newStored(c Config) *stored {
	return &stored{c, c.Log, workqueue.New[state.Event](), workqueue.New[state.Event]()}
}

// Unhandled returns the events that an earlier run stored and did not handle. Enqueue them once the Handler is ready.
func (s *stored) Unhandled(ctx context.Context) ([]state.Event, error) {
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
func (s *stored) Enqueue(event state.Event) { s.queueOf(event).Put(event) }

func (s *stored) queueOf(event state.Event) *workqueue.Queue[state.Event] {
	if event.Kind == socketmode.RequestTypeEventsAPI {
		return s.events
	}
	return s.interactions
}

// HandleEvents handles events of the workspace until ctx is done.
func (s *stored) HandleEvents(ctx context.Context) {
	s.events.Each(ctx, 4, func(ctx context.Context, e state.Event) { s.workOn(ctx, e, s.config.Handler.OnEvent) })
}

// HandleInteractions handles presses, forms and commands until ctx is done.
func (s *stored) HandleInteractions(ctx context.Context) {
	s.interactions.Each(ctx, 8, func(ctx context.Context, e state.Event) { s.workOn(ctx, e, s.config.Handler.OnInteraction) })
}

// workOn handles one event, and again until it succeeds, is stale, or can only fail again. While ctx is ending the event
// stays for the next run.
func (s *stored) workOn(ctx context.Context, event state.Event, do func(context.Context, state.Event) error) {
	log := s.log.WithField("event", event.Key)
	err := do(ctx, event)
	switch {
	case err == nil:
	case ctx.Err() != nil:
		return
	case webapi.KindOf(err) != webapi.Final && !s.stale(event, staleAfter):
		s.tryAgain(event, err, "working on an event")
		return
	default:
		log.WithError(err).Error("working on an event; it is given up")
		told := s.config.Handler.OnGivenUp(ctx, event, err)
		switch {
		case told == nil:
		case ctx.Err() != nil:
			return
		case webapi.KindOf(told) != webapi.Final && !s.stale(event, droppedAfter):
			s.tryAgain(event, told, "telling that an event is given up")
			return
		default:
			log.WithError(told).Error("nobody could be told that an event is given up")
		}
	}
	// Also while ctx ends: the next run must not repeat it.
	if err := s.config.Store.Handled(context.WithoutCancel(ctx), event.Key); err != nil {
		log.WithError(err).Error("marking an event as handled")
	}
}

// stale says whether an event has failed for that long, and not only in one moment after a long pause.
func (s *stored) stale(event state.Event, after time.Duration) bool {
	return event.Tries >= staleTries && s.config.Now().Sub(event.At) >= after
}

// tryAgain queues an event once more. Of a refused token the log has a line already.
func (s *stored) tryAgain(event state.Event, why error, doing string) {
	wait, level := webapi.Wait(event.Tries, why), logrus.WarnLevel
	if webapi.KindOf(why) == webapi.OfToken {
		level = logrus.DebugLevel
	}
	s.log.WithField("event", event.Key).WithError(why).Logf(level, "%s; trying again in %v%s", doing, wait, webapi.LackedScope(why))
	event.Tries++
	s.queueOf(event).PutAfter(wait, event)
}

// PurgeKnown deletes the keys of old events, which recognize Slack's repeats, once an hour until ctx is done.
// What is old must be old by the clock of an hour ago as well: one start with a wrong clock must not delete them all.
func (s *stored) PurgeKnown(ctx context.Context) {
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
