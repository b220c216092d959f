package bot

import (
	"context"
	"fmt"
	"regexp"

	"github.com/slack-go/slack"

	"mozybot/bot/blocks"
	"mozybot/provision"
)

// shortcutProvision is "Provision this order" in a message's menu.
const shortcutProvision = "provision_message"

// onShortcut takes the files of a message that somebody pointed at.
func (b *Bot) onShortcut(ctx context.Context, t task, callback slack.InteractionCallback) error {
	if callback.CallbackID != shortcutProvision {
		return fmt.Errorf("taking the shortcut %q, which is none of ours", callback.CallbackID)
	}
	by := provision.Person(callback.User.ID)
	where := provision.Conversation{Channel: callback.Channel.ID, Thread: callback.Message.ThreadTimestamp}
	if where.Thread == "" {
		where.Thread = callback.Message.Timestamp
	}
	var answer blocks.Message
	became, err := b.takeMessage(ctx, t, by, where, callback.Message.Files)
	switch {
	case err != nil && ctx.Err() != nil:
		return err
	case err != nil:
		b.Log.WithError(err).WithField("by", by).Info("a shortcut was used without effect")
		answer = blocks.Private(provision.MessageOf(err))
	default:
		answer = blocks.Brought(became)
	}
	return b.whisper(ctx, where, by, answer, callback.ResponseURL)
}

// takeMessage makes a job of each file of a message, and says what became of them. Jobs from elsewhere than a channel
// for orders begin a thread of their own in the first of those.
func (b *Bot) takeMessage(ctx context.Context, t task, by provision.Person, where provision.Conversation, files []slack.File) ([]blocks.Bringing, error) {
	if len(files) == 0 {
		return nil, provision.Errorf(provision.Invalid, "There is no file at that message, so there is no order to provision.")
	}
	if err := b.mayBring(ctx, by); err != nil {
		return nil, err
	}
	if !b.channels[where.Channel] {
		where = provision.Conversation{Channel: b.first}
	}
	var became []blocks.Bringing
	for _, f := range files {
		one, err := b.takeOne(ctx, dropped{file: &f, by: by, where: where, at: t.event.At})
		if err != nil {
			return nil, err
		}
		became = append(became, one)
	}
	return became, nil
}

// takeOne makes a job of one file of a message that somebody pointed at.
func (b *Bot) takeOne(ctx context.Context, d dropped) (became blocks.Bringing, err error) {
	over, ok := b.turns.take(ctx, d.file.ID)
	if !ok {
		return became, ctx.Err()
	}
	defer over()
	became = blocks.Bringing{File: d.file.Name, Channel: d.where.Channel}
	file, err := b.fileInfo(ctx, d.file.ID)
	if notThere(err) {
		became.Hidden = true
		return became, nil
	}
	if err != nil {
		return became, err
	}
	d.file = file
	became.File = file.Name
	if became.Job, err = b.takeFile(ctx, d, false); err != nil || became.Job == "" {
		return became, err
	}
	job, err := b.Store.Job(ctx, became.Job)
	became.State = job.State()
	return became, err
}

// permalink is the address of a message, as people copy it: the channel, the ts without its dot, and the thread's ts for
// a reply.
var permalink = regexp.MustCompile(`/archives/([A-Z0-9]+)/p(\d{10})(\d{6})(?:\?thread_ts=(\d{10}\.\d{6}))?`)

// linked is the message that somebody gave the address of: its conversation and its files. It must be in a channel for
// orders or in the one where he is, since only what he can see himself is his to bring.
func (b *Bot) linked(ctx context.Context, link, here string) (provision.Conversation, []slack.File, error) {
	parts := permalink.FindStringSubmatch(link)
	if parts == nil {
		return provision.Conversation{}, nil, provision.Errorf(provision.Invalid,
			"This is no link to a message. Choose “Copy link” in the message's menu and paste that: /mozy provision https://….")
	}
	channel, ts, thread := parts[1], parts[2]+"."+parts[3], parts[4]
	if !b.channels[channel] && channel != here {
		return provision.Conversation{}, nil, provision.Errorf(provision.Denied,
			"That message is in another channel. Use “Provision this order” in the message's own menu, or drop the file here.")
	}
	if thread == "" {
		thread = ts
	}
	where := provision.Conversation{Channel: channel, Thread: thread}
	messages, _, _, err := b.Slack.GetConversationRepliesContext(ctx, &slack.GetConversationRepliesParameters{
		ChannelID: channel, Timestamp: thread, Oldest: ts, Latest: ts, Inclusive: true, Limit: 2})
	switch word := slackSays(err); {
	case word == "channel_not_found" || word == "not_in_channel" || word == "missing_scope":
		return where, nil, provision.Errorf(provision.Denied, "mozybot cannot read that channel. Invite it there, or drop the file into <#%s>.", b.first)
	case word == "thread_not_found" || word == "message_not_found":
		return where, nil, provision.Errorf(provision.NotFound, "There is no message at that address any more.")
	case err != nil:
		return where, nil, fmt.Errorf("reading the message that a link is to: %w", err)
	}
	for _, m := range messages {
		if m.Timestamp == ts {
			return where, m.Files, nil
		}
	}
	return where, nil, provision.Errorf(provision.NotFound, "There is no message at that address any more.")
}

// takeProvision makes jobs of what the form of /mozy provision brought.
func (b *Bot) takeProvision(ctx context.Context, form sent) error {
	files, fields, _ := blocks.ReadProvisionForm(form.state, b.MaxOrderGB)
	where := provision.Conversation{Channel: form.memory.Home}
	var became []blocks.Bringing
	if len(files) > 0 {
		var err error
		if became, err = b.takeMessage(ctx, form.task, form.by, where, files); err != nil {
			return err
		}
	} else {
		if err := b.mayBring(ctx, form.by); err != nil {
			return err
		}
		job, _, err := b.take(ctx, provision.NewJob("slack:form:"+form.view, form.by, where, provision.Document{Name: typedIn},
			provision.Order{}.With(fields), b.MaxOrderGB, b.Now()))
		if err != nil {
			return err
		}
		became = []blocks.Bringing{{File: "Your order", Job: job.ID, Channel: where.Channel}}
	}
	if err := b.whisper(ctx, form.memory.Where, form.by, blocks.Brought(became), ""); err != nil {
		b.Log.WithError(err).Warn("telling what became of a form")
	}
	return nil
}

// typedIn stands where the name of a file would.
const typedIn = "(typed in by hand)"

// isAnother takes somebody's word that an order is another one, in spite of its number.
func (b *Bot) isAnother(ctx context.Context, c click) error {
	return b.decide(ctx, c.by, c.press.Job, func(j *provision.Job, policy provision.Policy) error {
		return j.IsAnother(policy, c.by, c.press.Twin, b.Now())
	})
}
