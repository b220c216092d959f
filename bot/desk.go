package bot

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"
	"github.com/slack-go/slack/socketmode"

	"mozybot/state"
)

// An event that could not be worked on for so long is given up: nobody waits for it any more.
const staleAfter = 24 * time.Hour

// task is a stored event to work on.
type task struct {
	event     state.Event
	recovered bool // left by an earlier run, which may have done all of it but saying so
	failed    int  // tries so far
}

// hand gives a stored event to those who work on its kind. People wait for clicks and commands, so these never queue
// behind files.
func (b *Bot) hand(t task) {
	if t.event.Kind == socketmode.RequestTypeEventsAPI {
		b.orders.put(t)
		return
	}
	b.clicks.put(t)
}

func (b *Bot) takeOrders(ctx context.Context) error {
	b.orders.each(ctx, 4, func(ctx context.Context, t task) { b.workOn(ctx, t, b.onEvent) })
	return nil
}

func (b *Bot) takeClicks(ctx context.Context) error {
	b.clicks.each(ctx, 8, func(ctx context.Context, t task) { b.workOn(ctx, t, b.onPerson) })
	return nil
}

// workOn works on an event until it is handled. What passes is tried again; what does not is logged, and the event is
// done with, since it would fail the same way for ever. While ctx is ending the event stays for the next run.
func (b *Bot) workOn(ctx context.Context, t task, do func(context.Context, task) error) {
	log := b.Log.WithField("event", t.event.Key)
	err := do(ctx, t)
	switch {
	case err != nil && ctx.Err() != nil:
		return
	case err != nil && (passing(err) || mendable(err)) && b.Now().Sub(t.event.At) < staleAfter:
		wait := max(backoff(t.failed), retryAfter(err))
		log.WithError(err).Warnf("working on an event; trying again in %v%s", wait, lackedScope(err))
		t.failed++
		if t.event.Kind == socketmode.RequestTypeEventsAPI {
			b.orders.putAfter(wait, t)
		} else {
			b.clicks.putAfter(wait, t)
		}
		return
	case err != nil:
		log.WithError(err).Error("working on an event; it is given up")
	}
	// Also while ctx ends: what is done must not be done again by the next run.
	if err := b.Store.Handled(context.WithoutCancel(ctx), t.event.Key); err != nil {
		log.WithError(err).Error("marking an event as handled")
	}
}

// onEvent is for what happened in the workspace. Kinds that ask nothing of us are done with at once.
func (b *Bot) onEvent(ctx context.Context, t task) error {
	outer, err := slackevents.ParseEvent(t.event.Payload, slackevents.OptionNoVerifyToken())
	if err != nil {
		return fmt.Errorf("reading an event: %w", err)
	}
	switch e := outer.InnerEvent.Data.(type) {
	case *slackevents.FileSharedEvent:
		return b.onFileShared(ctx, t, e)
	case *slackevents.MessageEvent:
		return b.onMessage(ctx, t, e)
	case *slackevents.AppHomeOpenedEvent:
		return b.onHome(ctx, t, e)
	case *slackevents.SubteamMembersChangedEvent:
		b.people.forget()
	}
	return nil
}

// onPerson is for what a person pressed or typed.
func (b *Bot) onPerson(ctx context.Context, t task) error {
	switch t.event.Kind {
	case socketmode.RequestTypeInteractive:
		var callback slack.InteractionCallback
		if err := json.Unmarshal(t.event.Payload, &callback); err != nil {
			return fmt.Errorf("reading an interaction: %w", err)
		}
		switch callback.Type {
		case slack.InteractionTypeBlockActions:
			return b.onClick(ctx, t, callback)
		case slack.InteractionTypeMessageAction:
			return b.onShortcut(ctx, t, callback)
		case slack.InteractionTypeViewSubmission:
			return b.onForm(ctx, t, callback)
		}
	case socketmode.RequestTypeSlashCommands:
		var command slack.SlashCommand
		if err := json.Unmarshal(t.event.Payload, &command); err != nil {
			return fmt.Errorf("reading a slash command: %w", err)
		}
		return b.onCommand(ctx, t, command)
	}
	return nil
}
