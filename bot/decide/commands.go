package decide

import (
	"context"
	"fmt"
	"strings"

	"github.com/slack-go/slack"

	"mozybot/bot/blocks"
	"mozybot/bot/webapi"
	"mozybot/commands"
	"mozybot/provision"
	"mozybot/provision/dispatch"
	"mozybot/state"
)

// unescape undoes what Slack does to what people type.
var unescape = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&")

// The metadata of the announcements in the channels.
const (
	metadataPaused = "mozy_paused" // a pause or its end
	metadataLock   = "mozy_lock"   // a broken lock
)

// Commands answers what people type after /mozy. It is safe for concurrent use.
type Commands struct{ *Decisions }

// NewCommands makes a Commands.
func NewCommands(d *Decisions) *Commands { return &Commands{d} }

// OnCommand handles /mozy, and replies privately where it was typed.
func (c *Commands) OnCommand(ctx context.Context, event state.Event, typed slack.SlashCommand) error {
	answer := blocks.Private("Please ask in a channel for orders.")
	if c.mayAsk(ctx, typed) {
		var err error
		answer, err = commands.Answer(ctx, actions{c.config.Store, c, event, typed, provision.Person(typed.UserID)}, unescape.Replace(typed.Text))
		if err != nil {
			if ctx.Err() != nil {
				return err
			}
			log := c.config.Log.WithError(err).WithField("by", typed.UserID)
			if provision.CodeOf(err) == provision.Internal {
				log.Error("answering a command")
			} else {
				log.Info("a command had no effect")
			}
			answer = blocks.Private(provision.MessageOf(err))
		}
	}
	if answer.Text == "" { // a form says it all
		return nil
	}
	err := c.config.Messages.Respond(ctx, typed.ResponseURL, answer)
	if err != nil && ctx.Err() == nil { // a command is not repeated because its reply failed
		c.config.Log.WithError(err).WithField("by", typed.UserID).Warn("answering a command")
		return nil
	}
	return err
}

// mayAsk: jobs name customers, so they are only shown in the channels for orders, and elsewhere to requesters and
// approvers.
func (c *Commands) mayAsk(ctx context.Context, typed slack.SlashCommand) bool {
	return c.config.Identity.Ours(typed.ChannelID) || c.config.Rights.Handles(ctx, provision.Person(typed.UserID))
}

// actions carry out one command for one person.
type actions struct {
	Store
	c     *Commands
	event state.Event
	typed slack.SlashCommand
	by    provision.Person
}

var _ commands.Actions = actions{}

// Provision is described at commands.Actions.
func (a actions) Provision(ctx context.Context, link string) (blocks.Message, error) {
	config := a.c.config
	if err := config.Rights.MayRequest(ctx, a.by); err != nil {
		return blocks.Message{}, err
	}
	home := provision.Conversation{Channel: a.typed.ChannelID}
	if !config.Identity.Ours(home.Channel) {
		home.Channel = config.Identity.First()
	}
	if link == "" {
		return blocks.Message{}, a.c.open(ctx, a.typed.TriggerID, blocks.ProvisionForm(memory{
			Where: provision.Conversation{Channel: a.typed.ChannelID}, Home: home.Channel}.String()))
	}
	where, files, err := config.Intake.Linked(ctx, link, a.typed.ChannelID)
	if err != nil {
		return blocks.Message{}, err
	}
	if !config.Identity.Ours(where.Channel) {
		where = home
	}
	results, err := config.Intake.TakeMessage(ctx, a.event, a.by, where, files)
	if err != nil {
		return blocks.Message{}, err
	}
	return blocks.FileResults(results), nil
}

// Cancel is described at commands.Actions.
func (a actions) Cancel(ctx context.Context, id provision.JobID, why string) error {
	return a.finished(ctx, id, a.c.cancel(ctx, a.by, id, why, anyOccurrence))
}

// Withdraw is described at commands.Actions.
func (a actions) Withdraw(ctx context.Context, id provision.JobID) error {
	_, err := a.c.config.Store.Update(ctx, id, func(j *provision.Job) error { return provision.Decision{By: a.by, At: a.c.config.Now()}.Withdraw(j) })
	return a.finished(ctx, id, err)
}

// Retry is described at commands.Actions.
func (a actions) Retry(ctx context.Context, id provision.JobID) error {
	switch {
	case a.c.tookEffect(ctx, a.event, id, a.by): // and may be stuck again, for another reason
		return a.finished(ctx, id, nil)
	case a.c.config.Queue.InCorrespondence(id):
		return a.c.retryNow(ctx, a.by, id)
	}
	return a.finished(ctx, id, a.c.resumeStuck(ctx, a.by, id, provision.Retried, anyOccurrence))
}

// anyOccurrence accepts every occurrence: a command is about the job's current state.
func anyOccurrence(*provision.Job) error { return nil }

// finished publishes a job's change. A command that an earlier run carried out is no error.
func (a actions) finished(ctx context.Context, id provision.JobID, err error) error {
	if err != nil && !a.c.tookEffect(ctx, a.event, id, a.by) {
		return err
	}
	a.c.config.Publisher.Changed(id)
	a.c.config.Queue.Signal()
	return nil
}

// Pause is described at commands.Actions.
func (a actions) Pause(ctx context.Context, why string) error {
	pause := func(ctx context.Context, c dispatch.Command) error { return a.c.config.Lock.Pause(ctx, c, why) }
	return a.setPause(ctx, blocks.Paused(a.by, why), pause)
}

// Resume is described at commands.Actions.
func (a actions) Resume(ctx context.Context) error {
	return a.setPause(ctx, blocks.Resumed(a.by), a.c.config.Lock.Resume)
}

func (a actions) setPause(ctx context.Context, news blocks.Message, set func(context.Context, dispatch.Command) error) error {
	command, err := a.command(ctx)
	if err != nil {
		return err
	}
	turn, err := a.c.announced.take(func() error { return set(ctx, command) })
	if err != nil {
		return err
	}
	defer turn.end()
	if err := turn.comes(ctx); err != nil {
		return err
	}
	return a.announce(ctx, news, metadataPaused)
}

// BreakLock is described at commands.Actions.
func (a actions) BreakLock(ctx context.Context, reason string) (provision.JobID, error) {
	command, err := a.command(ctx)
	if err != nil {
		return "", err
	}
	id, err := a.c.config.Lock.Break(ctx, command, reason)
	if err != nil {
		return "", err
	}
	return id, a.announce(ctx, blocks.LockBroken(a.by, id, reason), metadataLock)
}

func (a actions) command(ctx context.Context) (dispatch.Command, error) {
	policy, err := a.c.config.Rights.Policy(ctx, a.by)
	return dispatch.Command{Decision: policy.By(a.by, a.event.At), Again: a.event.Recovered}, err
}

// Paused is described at commands.Actions.
func (a actions) Paused(ctx context.Context) (provision.Pause, error) {
	return a.c.config.Lock.Paused(ctx)
}

// Out is described at commands.Actions.
func (a actions) Out(ctx context.Context) ([]provision.Outage, error) {
	return a.c.config.Outages.Out(ctx)
}

// Replicas is described at commands.Actions.
func (a actions) Replicas(ctx context.Context) (string, error) {
	if a.c.config.Replicas == nil {
		return "", nil
	}
	return a.c.config.Replicas(ctx)
}

// Spare is described at commands.Actions.
func (a actions) Spare() provision.SpareRule { return a.c.config.Spare }

// Link is described at commands.Actions.
func (a actions) Link(ctx context.Context, job provision.Job) string {
	return a.c.config.Messages.Link(ctx, job)
}

// announce posts a command's effect to every channel for orders, once.
func (a actions) announce(ctx context.Context, m blocks.Message, kind string) error {
	for _, channel := range a.c.config.Identity.Channels() {
		if err := a.announceIn(ctx, channel, m, kind); err != nil {
			return fmt.Errorf("telling the channel %s: %w", channel, err)
		}
	}
	return nil
}

func (a actions) announceIn(ctx context.Context, channel string, m blocks.Message, kind string) error {
	post := webapi.Post{
		Where: provision.Conversation{Channel: channel}, Message: m,
		Metadata: slack.SlackMetadata{EventType: kind, EventPayload: map[string]any{"event": a.event.Key}},
	}
	return webapi.Retry(ctx, func() error {
		var err error
		if a.event.Recovered {
			_, err = a.c.config.Messages.SayOnce(ctx, post, a.event.At, func(payload map[string]any) bool { return payload["event"] == a.event.Key })
		} else {
			_, err = a.c.config.Messages.Say(ctx, post)
		}
		return err
	})
}
