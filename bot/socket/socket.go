// Package socket keeps a Socket Mode connection to Slack open. Each event is stored, then acknowledged, then passed to
// a Handler, in this order, so that no acknowledged event is lost; events that an earlier run left are handled again.
//
// What an event means is up to the Handler.
package socket

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"time"

	"github.com/sirupsen/logrus"
	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"mozybot/bot/webapi"
	"mozybot/provision/retry"
	"mozybot/provision/workqueue"
	"mozybot/state"
)

// How long Slack waits for an acknowledgement.
const ackWithin = 3 * time.Second

// Slack ends a connection now and then and we open the next at once. When they all end early, reconnecting fast makes
// it worse: too many sockets of one app, or Socket Mode switched off (slack FACTS 12.3).
const (
	flappingCount = 6
	flappingSpan  = time.Minute
	flappingPause = 30 * time.Second
)

// silentFor is how long Slack may take to greet us on a connection before it is called silent: it does so at once.
const silentFor = 10 * time.Second

var (
	errSilent   = errors.New("the connection was opened, but nothing came over it: is there a proxy that doesn't pass WebSockets on?")
	errFlapping = errors.New("several connections one after another were ended by Slack")
	errNotAlone = errors.New("another copy of mozybot is connected to Slack with this app's tokens")
)

// Store is the part of the store that this package uses; package state describes it.
type Store interface {
	Receive(ctx context.Context, event state.Event) (fresh bool, err error)
	Unhandled(ctx context.Context) ([]state.Event, error)
	Handled(ctx context.Context, key string) error
	PurgeEvents(ctx context.Context, before time.Time) error
}

// Handler handles events. Its methods are called by several goroutines at once, and again after an error that is not
// webapi.Final.
type Handler interface {
	// OnEvent handles what happened in the workspace: files, messages, an opened Home tab.
	OnEvent(ctx context.Context, event state.Event) error
	// OnInteraction handles what a person pressed, submitted or typed, and waits for.
	OnInteraction(ctx context.Context, event state.Event) error
	// OnGivenUp tells whoever waits for an event of the workspace that nothing came of it, and why.
	OnGivenUp(ctx context.Context, event state.Event, why error) error
	// FormErrors returns what is wrong with a submitted form's fields, by block_id; nil when nothing is. Only the
	// acknowledgement can show it, so it must be quick and look at nothing but the form.
	FormErrors(form slack.InteractionCallback) map[string]string
}

// Config holds what a Socket needs; all of it is required.
type Config struct {
	Slack   *slack.Client // with both tokens
	Store   Store
	Handler Handler

	// Received reports for every event how long it took to be on disk and to be acknowledged, or the error that
	// prevented one of them. It must not block.
	Received func(kind string, stored, acknowledged time.Duration, err error)

	// Elected says that this copy was made the only one that works by other means: one that is still connected does nothing, and is
	// not waited for.
	Elected bool
	// LookAgain is how long a copy that is not alone waits before it looks again.
	LookAgain time.Duration

	Log logrus.FieldLogger
	Now func() time.Time
}

// Socket is the connection, and the events that came by it. Make it with New and run each of its loops once.
type Socket struct {
	*stored

	config Config
	log    logrus.FieldLogger

	connection *connection
	hello      chan struct{} // closed at the first greeting on which we are alone
	crowded    chan struct{} // closed at the second greeting on which we are not
	begun      bool          // hello is closed; Listen's alone
	greetings  chan struct{} // holds a token when Slack has said hello

	inbox *workqueue.Queue[envelope] // what Slack sent and is not stored yet
}

// New makes a Socket.
func New(c Config) *Socket {
	return &Socket{
		stored: newStored(c), config: c, log: c.Log, connection: newConnection(c.Now), hello: make(chan struct{}), crowded: make(chan struct{}), greetings: make(chan struct{}, 1),
		inbox: workqueue.New[envelope](),
	}
}

// Status is the state of the connection. It may be called at any time.
func (s *Socket) Status() Status { return s.connection.is() }

// Greeted is closed once Slack has greeted us as the app's only connection. Two copies of mozybot on one workspace would buy
// twice, so one that starts beside another does not begin: it closes its connection, and looks again from time to time.
// One that has begun goes on over its own reconnects.
func (s *Socket) Greeted() <-chan struct{} { return s.hello }

// Crowded is closed once Slack has greeted us a second time beside another copy. The first time it may have been a
// connection that was about to end.
func (s *Socket) Crowded() <-chan struct{} { return s.crowded }

// Greetings receives a token whenever Slack greets us on a new connection: then look for what it could not deliver
// before.
func (s *Socket) Greetings() <-chan struct{} { return s.greetings }

// envelope is a message with the connection to acknowledge it on.
type envelope struct {
	event  socketmode.Event
	client *socketmode.Client
	came   time.Time
}

// Listen keeps a socket to Slack open until ctx is done. Its error says that Slack refuses us from the start. Once it has
// greeted us, a refusal is tried again: jobs are under way, and a token may be mended.
func (s *Socket) Listen(ctx context.Context) error {
	failed, looks := 0, 0
	for {
		greetings := s.Status().Greetings
		err := s.connect(ctx)
		if s.Status().Greetings > greetings {
			failed = 0
		}
		wait := flappingPause
		switch {
		case ctx.Err() != nil:
			return nil
		case errors.Is(err, errFlapping):
			s.log.WithError(err).Warnf("waiting %v before connecting again; %s", wait, whyEnded(s.Status().Ended))
		case errors.Is(err, errNotAlone):
			wait = s.config.LookAgain
			looks++
			s.notAlone(looks)
		case !s.begun && webapi.KindOf(err) != webapi.Passing:
			return fmt.Errorf("connecting to Slack by Socket Mode: %w", err)
		default:
			wait = webapi.Wait(failed, err)
			failed++
			if webapi.KindOf(err) != webapi.OfToken { // the log names it, once
				s.log.WithError(err).Warnf("no connection to Slack; trying again in %v", wait)
			}
		}
		if retry.Pause(ctx, wait) != nil {
			return nil
		}
	}
}

// whyEnded says what to do about connections that Slack ends at once, by its own word for why.
func whyEnded(word string) string {
	switch word {
	case "link_disabled":
		return "Slack says that Socket Mode is switched off: switch it on in the app's settings"
	case "too_many_websockets":
		return "Slack says that too many are open: stop the other copies that have this app's tokens"
	}
	return "is Socket Mode switched on in the app's settings, or do other copies have this app's tokens?"
}

func (s *Socket) notAlone(looks int) {
	s.log.WithError(errNotAlone).Warnf("this one has not begun; it looks again in %v", s.config.LookAgain)
	if looks == 2 {
		s.connection.crowded()
		close(s.crowded)
	}
}

// connect runs one Socket Mode client until it cannot go on. Its events are only passed on here: the library answers
// Slack's pings in the loop that fills this channel, so a slow reader loses the connection (slack FACTS 12.1).
func (s *Socket) connect(ctx context.Context) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	defer s.connection.lost()
	client := socketmode.New(s.config.Slack, socketmode.OptionDialer(s.connection.dialer(ctx)), socketmode.OptionLog(log.New(debugWriter{s.log}, "", 0)))
	done := make(chan error, 1)
	go func() { done <- client.RunContext(ctx) }()
	var connected []time.Time
	greeted := false // on the last of them
	for {
		select {
		case err := <-done:
			if cause := context.Cause(ctx); cause != nil {
				return cause
			}
			return err
		case e := <-client.Events:
			switch e.Type {
			case socketmode.EventTypeConnected:
				connected, greeted = append(connected, time.Now()), false
				if n := len(connected); n >= flappingCount && connected[n-1].Sub(connected[n-flappingCount]) < flappingSpan {
					stop(errFlapping)
				}
			case socketmode.EventTypeHello:
				greeted = true
				if err := s.onHello(e); err != nil {
					stop(err)
				}
			case socketmode.EventTypeConnecting:
				s.connection.lost()
				if !greeted && silent(connected, time.Now()) {
					stop(errSilent)
				}
			case socketmode.EventTypeConnectionError:
				if err := s.onConnectionError(ctx, e); err != nil {
					stop(err)
				}
			case socketmode.EventTypeEventsAPI, socketmode.EventTypeInteractive, socketmode.EventTypeSlashCommand, socketmode.EventTypeErrorBadMessage:
				if s.begun { // else it is the other copy's, and Slack gives it to that one when we keep silent
					s.inbox.Put(envelope{e, client, time.Now()})
				}
			}
		}
	}
}

// silent says whether the last connection was open for long; the library opens the next when no ping came over it.
func silent(connected []time.Time, now time.Time) bool {
	n := len(connected)
	return n > 0 && now.Sub(connected[n-1]) >= silentFor
}

// onHello returns errNotAlone when we may not begin.
func (s *Socket) onHello(e socketmode.Event) error {
	n := e.Request.NumConnections
	if n > 1 && !s.begun && !s.config.Elected {
		return errNotAlone
	}
	s.connection.greeted()
	if !s.begun {
		s.begun = true
		close(s.hello)
	}
	select {
	case s.greetings <- struct{}{}:
	default: // a look-back is already due, and will cover this
	}
	if n > 1 {
		s.log.Warnf("%d connections of this app are open; each sees only a part of the events", n)
	}
	return nil
}

// onConnectionError returns the error when Slack refuses us. The library reconnects after any other.
func (s *Socket) onConnectionError(ctx context.Context, e socketmode.Event) error {
	s.connection.lost()
	failed, ok := e.Data.(*slack.ConnectionErrorEvent)
	switch {
	case !ok:
	case webapi.KindOf(failed.ErrorObj) != webapi.Passing:
		return failed.ErrorObj
	case ctx.Err() == nil: // else we are leaving, not Slack
		s.log.WithError(failed.ErrorObj).Warn("no connection to Slack; trying again")
	}
	return nil
}

// Accept stores, acknowledges and queues what Slack sends, until ctx is done. Several goroutines do it at once, so that
// a burst shares its writes and is acknowledged in time.
func (s *Socket) Accept(ctx context.Context) { s.inbox.Each(ctx, 16, s.accept) }

func (s *Socket) accept(ctx context.Context, e envelope) {
	if bad, ok := e.event.Data.(*socketmode.ErrorBadMessage); ok {
		s.dismiss(ctx, e.client, bad)
		return
	}
	event := eventOf(e.event.Request, s.config.Now())
	fresh, err := s.config.Store.Receive(ctx, event)
	if err != nil { // not acknowledged, so that Slack sends it again or shows the person an error
		s.log.WithError(err).WithField("event", event.Key).Error("storing an event")
		s.config.Received(event.Kind, time.Since(e.came), 0, err)
		return
	}
	onDisk := time.Since(e.came)
	wrong := s.formErrors(e.event)
	var answer any
	if wrong != nil {
		answer = slack.NewErrorsViewSubmissionResponse(wrong)
	}
	err = s.ack(ctx, e.client, e.event.Request.EnvelopeID, answer)
	s.config.Received(event.Kind, onDisk, time.Since(e.came), err)
	switch {
	case !fresh:
	case wrong != nil: // the person still has the form open
		if err := s.config.Store.Handled(ctx, event.Key); err != nil {
			s.log.WithError(err).WithField("event", event.Key).Error("marking a form as handled")
		}
	default:
		s.Enqueue(event)
	}
}

func (s *Socket) formErrors(e socketmode.Event) map[string]string {
	callback, ok := e.Data.(slack.InteractionCallback)
	if !ok || callback.Type != slack.InteractionTypeViewSubmission {
		return nil
	}
	return s.config.Handler.FormErrors(callback)
}

// dismiss acknowledges a message that the library could not read, or Slack would keep repeating it (slack FACTS 12.7).
func (s *Socket) dismiss(ctx context.Context, client *socketmode.Client, bad *socketmode.ErrorBadMessage) {
	s.log.WithError(bad.Cause).Info("a message from Slack that means nothing to us")
	var outer struct {
		EnvelopeID string `json:"envelope_id"`
	}
	if err := json.Unmarshal(bad.Message, &outer); err != nil || outer.EnvelopeID == "" {
		return
	}
	_ = s.ack(ctx, client, outer.EnvelopeID, nil) // is logged, and Slack repeats it
}

func (s *Socket) ack(ctx context.Context, client *socketmode.Client, id string, answer any) error {
	ctx, stop := context.WithTimeout(ctx, ackWithin)
	defer stop()
	err := client.AckCtx(ctx, id, answer)
	if err != nil { // it is stored: a repeat is recognized by its key
		s.log.WithError(err).WithField("envelope", id).Warn("acknowledging an event")
	}
	return err
}

// eventOf is a socket message as it is stored. Slack repeats events of the Events API under one event_id; presses and
// commands are sent once.
func eventOf(r *socketmode.Request, now time.Time) state.Event {
	event := state.Event{Key: r.EnvelopeID, Kind: r.Type, At: now, Payload: r.Payload}
	if r.Type == socketmode.RequestTypeEventsAPI {
		var outer struct {
			EventID string `json:"event_id"`
		}
		if err := json.Unmarshal(r.Payload, &outer); err == nil && outer.EventID != "" {
			event.Key = outer.EventID
		}
	}
	return event
}

// debugWriter sends the library's log lines to our log.
type debugWriter struct{ log logrus.FieldLogger }

func (w debugWriter) Write(line []byte) (int, error) {
	w.log.Debugf("socketmode: %s", line)
	return len(line), nil
}
