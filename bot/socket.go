package bot

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

	"mozybot/state"
)

// How long Slack waits for an acknowledgement.
const ackWithin = 3 * time.Second

// Slack ends a connection now and then and we open the next at once. When they all end early, something is wrong that
// haste makes worse: too many sockets of one app, or Socket Mode switched off (slack.md 12.3).
const (
	restlessCount = 6
	restlessSpan  = time.Minute
	restlessPause = 30 * time.Second
)

var errRestless = errors.New("Slack ended several connections one after another")

// envelope is a message of the socket with the connection to answer it on.
type envelope struct {
	event  socketmode.Event
	client *socketmode.Client
	came   time.Time
}

// listen keeps a socket to Slack open. hello is closed at the first hello.
func (b *Bot) listen(ctx context.Context, hello chan struct{}) error {
	for {
		err := b.connect(ctx, hello)
		switch {
		case ctx.Err() != nil:
			return nil
		case errors.Is(err, errRestless):
			b.Log.WithError(err).Warnf("waiting %v before connecting again; are there other instances of the app?", restlessPause)
			if !pause(ctx, restlessPause) {
				return nil
			}
		default:
			return fmt.Errorf("connecting to Slack by Socket Mode: %w", err)
		}
	}
}

// connect runs one Socket Mode client until it cannot go on. Its events are only passed on here: the library answers
// Slack's pings in the loop that fills this channel, so whoever dawdles loses the connection (slack.md 12.1).
func (b *Bot) connect(ctx context.Context, hello chan struct{}) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	defer b.line.lost()
	client := socketmode.New(b.Slack, socketmode.OptionDialer(b.line.dialer()), socketmode.OptionLog(log.New(debugWriter{b.Log}, "", 0)))
	done := make(chan error, 1)
	go func() { done <- client.RunContext(ctx) }()
	var connected []time.Time
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
				connected = append(connected, time.Now())
				if n := len(connected); n >= restlessCount && connected[n-1].Sub(connected[n-restlessCount]) < restlessSpan {
					stop(errRestless)
				}
			case socketmode.EventTypeHello:
				b.line.greeted()
				b.greeted.Do(func() { close(hello) })
				select {
				case b.greetings <- struct{}{}:
				default: // somebody looks already, and will look at what came until now
				}
				if n := e.Request.NumConnections; n > 1 {
					b.Log.Warnf("%d connections of this app are open; each sees only a part of the events", n)
				}
			case socketmode.EventTypeConnecting:
				b.connected.Store(false)
				b.line.lost()
			case socketmode.EventTypeConnectionError:
				b.connected.Store(false)
				b.line.lost()
				failed, ok := e.Data.(*slack.ConnectionErrorEvent)
				if !ok {
					continue
				}
				if refusedForGood(failed.ErrorObj) {
					stop(failed.ErrorObj)
					continue
				}
				if ctx.Err() != nil { // we are leaving, not Slack
					continue
				}
				b.Log.WithError(failed.ErrorObj).Warn("no connection to Slack; trying again")
			case socketmode.EventTypeEventsAPI, socketmode.EventTypeInteractive, socketmode.EventTypeSlashCommand, socketmode.EventTypeErrorBadMessage:
				b.inbox.put(envelope{e, client, time.Now()})
			}
		}
	}
}

// store saves what Slack sent, acknowledges it, and hands it on; in this order. Several do it at once, so that a burst
// shares its writes and is acknowledged in time.
func (b *Bot) store(ctx context.Context) error {
	b.inbox.each(ctx, 16, func(ctx context.Context, e envelope) {
		if bad, ok := e.event.Data.(*socketmode.ErrorBadMessage); ok {
			b.dismiss(ctx, e.client, bad)
			return
		}
		event := eventOf(e.event.Request, b.Now())
		fresh, err := b.Store.Receive(ctx, event)
		if err != nil { // not acknowledged, so that Slack sends it again or tells the person
			b.Log.WithError(err).WithField("event", event.Key).Error("storing an event")
			b.Received(event.Kind, time.Since(e.came), 0, err)
			return
		}
		stored := time.Since(e.came)
		wrong := b.formErrors(e.event)
		var answer any
		if wrong != nil {
			answer = slack.NewErrorsViewSubmissionResponse(wrong)
		}
		err = b.ack(ctx, e.client, e.event.Request.EnvelopeID, answer)
		b.Received(event.Kind, stored, time.Since(e.came), err)
		switch {
		case !fresh:
		case wrong != nil: // the person has the form still open
			if err := b.Store.Handled(ctx, event.Key); err != nil {
				b.Log.WithError(err).WithField("event", event.Key).Error("marking a form as handled")
			}
		default:
			b.hand(task{event: event})
		}
	})
	return nil
}

// dismiss acknowledges a message that the library could not read, or Slack would go on repeating it (slack.md 12.7).
func (b *Bot) dismiss(ctx context.Context, client *socketmode.Client, bad *socketmode.ErrorBadMessage) {
	b.Log.WithError(bad.Cause).Info("a message from Slack that means nothing to us")
	var outer struct {
		EnvelopeID string `json:"envelope_id"`
	}
	if err := json.Unmarshal(bad.Message, &outer); err != nil || outer.EnvelopeID == "" {
		return
	}
	_ = b.ack(ctx, client, outer.EnvelopeID, nil) // is logged, and Slack repeats it
}

func (b *Bot) ack(ctx context.Context, client *socketmode.Client, id string, answer any) error {
	ctx, stop := context.WithTimeout(ctx, ackWithin)
	defer stop()
	err := client.AckCtx(ctx, id, answer)
	if err != nil { // it is stored: what Slack repeats is known by its key
		b.Log.WithError(err).WithField("envelope", id).Warn("acknowledging an event")
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

// debugWriter has the library's own lines in our log.
type debugWriter struct{ log logrus.FieldLogger }

func (w debugWriter) Write(line []byte) (int, error) {
	w.log.Debugf("socketmode: %s", line)
	return len(line), nil
}
