package bot

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"
	"github.com/slack-go/slack/socketmode"

	"mozybot/provision"
	"mozybot/state"
)

// router passes each stored event to the part that handles it.
type router struct{ *Bot }

// OnEvent is described at socket.Handler. Other kinds of events need nothing done.
func (r router) OnEvent(ctx context.Context, event state.Event) error {
	outer, err := slackevents.ParseEvent(event.Payload, slackevents.OptionNoVerifyToken())
	if err != nil {
		return unreadable("event", err)
	}
	switch e := outer.InnerEvent.Data.(type) {
	case *slackevents.FileSharedEvent:
		return r.uploads.OnFileShared(ctx, event, e)
	case *slackevents.MessageEvent:
		return r.uploads.OnMessage(ctx, event, e)
	case *slackevents.AppHomeOpenedEvent:
		return r.home.OnOpened(ctx, event, e)
	case *slackevents.SubteamMembersChangedEvent:
		r.rights.Invalidate()
	}
	return nil
}

// OnGivenUp is described at socket.Handler. Only files are waited for.
func (r router) OnGivenUp(ctx context.Context, event state.Event, why error) error {
	if event.Kind != socketmode.RequestTypeEventsAPI {
		return nil
	}
	outer, err := slackevents.ParseEvent(event.Payload, slackevents.OptionNoVerifyToken())
	if err != nil { // which is why it is given up
		return nil
	}
	return r.uploads.OnGivenUp(ctx, event, outer.InnerEvent.Data, why)
}

// OnInteraction is described at socket.Handler.
func (r router) OnInteraction(ctx context.Context, event state.Event) error {
	switch event.Kind {
	case socketmode.RequestTypeInteractive:
		var callback slack.InteractionCallback
		if err := json.Unmarshal(event.Payload, &callback); err != nil {
			return unreadable("interaction", err)
		}
		switch callback.Type {
		case slack.InteractionTypeBlockActions:
			return r.buttons.OnPress(ctx, event, callback)
		case slack.InteractionTypeMessageAction:
			return r.forms.OnShortcut(ctx, event, callback)
		case slack.InteractionTypeViewSubmission:
			return r.forms.OnForm(ctx, event, callback)
		}
	case socketmode.RequestTypeSlashCommands:
		var command slack.SlashCommand
		if err := json.Unmarshal(event.Payload, &command); err != nil {
			return unreadable("command", err)
		}
		return r.commands.OnCommand(ctx, event, command)
	}
	return nil
}

// unreadable is about what Slack sent: it stays as it is, however often it is read.
func unreadable(what string, err error) error {
	return &provision.Error{Code: provision.Invalid, Message: "Slack sent something that could not be read.", Err: fmt.Errorf("reading a Slack %s: %w", what, err)}
}

// FormErrors is described at socket.Handler.
func (r router) FormErrors(form slack.InteractionCallback) map[string]string {
	return r.forms.Errors(form)
}
