package bot

import (
	"context"
	"slices"
	"strings"

	"github.com/slack-go/slack"

	"mozybot/bot/blocks"
	"mozybot/commands"
	"mozybot/provision"
	"mozybot/state"
)

// unescape undoes what Slack does to what people type.
var unescape = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&")

// onCommand answers /mozy, privately and where it was typed.
func (b *Bot) onCommand(ctx context.Context, t task, typed slack.SlashCommand) error {
	answer := blocks.Private("Please ask in a channel for orders.")
	if b.mayAsk(ctx, typed) {
		var err error
		answer, err = commands.Answer(ctx, desk{b.Store, b, t, typed, provision.Person(typed.UserID)}, unescape.Replace(typed.Text))
		if err != nil {
			if ctx.Err() != nil {
				return err
			}
			log := b.Log.WithError(err).WithField("by", typed.UserID)
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
	content := []slack.MsgOption{slack.MsgOptionText(answer.Text, false), slack.MsgOptionBlocks(answer.Blocks...)}
	err := insist(ctx, func() error { return b.replyAt(ctx, typed.ResponseURL, content) })
	if err != nil && ctx.Err() == nil { // a command is not carried out twice for the sake of its answer
		b.Log.WithError(err).WithField("by", typed.UserID).Warn("answering a command")
		return nil
	}
	return err
}

// mayAsk: jobs name customers, so they are told of where orders are, and elsewhere to those who handle them.
func (b *Bot) mayAsk(ctx context.Context, typed slack.SlashCommand) bool {
	return b.channels[typed.ChannelID] || b.handles(ctx, provision.Person(typed.UserID))
}

// handles says whether somebody is named as an approver or a requester.
func (b *Bot) handles(ctx context.Context, person provision.Person) bool {
	handlers, err := b.people.named(ctx, slices.Concat(b.Approvers, b.Requesters))
	if err != nil {
		b.Log.WithError(err).Warn("asking who handles orders")
	}
	return slices.Contains(handlers, person)
}

// desk is the bot for one person who typed one command.
type desk struct {
	state.Store
	bot   *Bot
	task  task
	typed slack.SlashCommand
	by    provision.Person
}

var _ commands.Actions = desk{}

// Provision is described at commands.Actions.
func (d desk) Provision(ctx context.Context, link string) (blocks.Message, error) {
	if err := d.bot.mayBring(ctx, d.by); err != nil {
		return blocks.Message{}, err
	}
	home := provision.Conversation{Channel: d.typed.ChannelID}
	if !d.bot.channels[home.Channel] {
		home.Channel = d.bot.first
	}
	if link == "" {
		return blocks.Message{}, d.bot.open(ctx, d.typed.TriggerID, blocks.ProvisionForm(memory{
			Where: provision.Conversation{Channel: d.typed.ChannelID}, Home: home.Channel}.String()))
	}
	where, files, err := d.bot.linked(ctx, link, d.typed.ChannelID)
	if err != nil {
		return blocks.Message{}, err
	}
	if !d.bot.channels[where.Channel] {
		where = home
	}
	became, err := d.bot.takeMessage(ctx, d.task, d.by, where, files)
	if err != nil {
		return blocks.Message{}, err
	}
	return blocks.Brought(became), nil
}

// Cancel is described at commands.Actions.
func (d desk) Cancel(ctx context.Context, id provision.JobID) error {
	return d.settled(ctx, id, d.bot.decide(ctx, d.by, id, func(j *provision.Job, policy provision.Policy) error {
		return j.Cancel(policy, d.by, "cancelled", d.bot.Now())
	}))
}

// Retry is described at commands.Actions.
func (d desk) Retry(ctx context.Context, id provision.JobID) error {
	switch {
	case d.task.recovered && d.bot.tookEffect(ctx, d.task, id, d.by): // and may be stuck again, about something else
		return d.settled(ctx, id, nil)
	case d.bot.away.has(id):
		return d.bot.tryNow(ctx, d.by, id)
	}
	return d.settled(ctx, id, d.bot.resumeStuck(ctx, d.by, id, 0, provision.Retried))
}

// settled has what changed a job shown. An error of a command that an earlier run of the program took is none.
func (d desk) settled(ctx context.Context, id provision.JobID, err error) error {
	if err != nil && !(d.task.recovered && d.bot.tookEffect(ctx, d.task, id, d.by)) {
		return err
	}
	d.bot.Changed(id)
	d.bot.wake()
	return nil
}

// Pause is described at commands.Actions.
func (d desk) Pause(ctx context.Context) error { return d.bot.setPause(ctx, d.task, d.by, true) }

// Resume is described at commands.Actions.
func (d desk) Resume(ctx context.Context) error { return d.bot.setPause(ctx, d.task, d.by, false) }

// BreakLock is described at commands.Actions.
func (d desk) BreakLock(ctx context.Context, reason string) (provision.JobID, error) {
	return d.bot.breakLock(ctx, d.task, d.by, reason)
}

// Paused is described at commands.Actions.
func (d desk) Paused(ctx context.Context) (provision.Pause, error) { return d.bot.paused(ctx) }

// Link is described at commands.Actions.
func (d desk) Link(ctx context.Context, job provision.Job) string { return d.bot.link(ctx, job) }
