package bot

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"time"

	"github.com/slack-go/slack"

	"mozybot/bot/blocks"
	"mozybot/provision"
)

// The keys of a job's messages: what each is for. They stand in the store and in the messages' metadata.
const (
	keySummary  = "summary"
	keyProgress = "progress"
	keyResult   = "result"
)

// orderly is how long a post may wait for the edits before it, so that a thread reads in the order of events: the card of
// the steps is final before the result is told.
const orderly = 5 * time.Second

// outgoing is one message that the thread of a job should hold.
type outgoing struct {
	key      string
	where    provision.Conversation
	message  blocks.Message
	metadata slack.SlackMetadata
	minor    bool // an edit that a newer one will replace soon: it may be left out when the pace is short
}

// hash tells one face of a message from another. Metadata is not part of it: it goes along when people see a change.
func (o outgoing) hash() (string, error) {
	face, err := json.Marshal([]any{o.message.Text, o.message.Blocks})
	if err != nil {
		return "", fmt.Errorf("writing the message %q: %w", o.key, err)
	}
	sum := sha256.Sum256(face)
	return hex.EncodeToString(sum[:8]), nil
}

// wanted works out all that the thread should hold for a job, in the order it is said.
func (b *Bot) wanted(j provision.Job, journal []provision.Entry, paused provision.Pause) []outgoing {
	steps := provision.ProgressOf(j, journal)
	var all []outgoing
	say := func(key string, m blocks.Message, more map[string]any) {
		if j.Shadow {
			m = blocks.InShadow(m)
		}
		all = append(all, outgoing{
			key: key, message: m, metadata: metadataOf(j, key, more),
			minor: key == keyProgress && j.State() == provision.Running,
		})
	}
	say(keySummary, blocks.Summary(j, blocks.Asking{SelfApproval: b.SelfApproval, Preview: b.Letters != nil, Needed: b.Needed, Unread: unreadReason(journal)}), summaryMetadata(j))
	if wasApproved(j) {
		say(keyProgress, blocks.Progress(j, steps, paused), map[string]any{"steps": steps})
	}
	for i, t := range blocks.Remarks(j) {
		say(fmt.Sprintf("remark.%d", i+1), blocks.Remark(j, t), nil)
	}
	for i, note := range j.Notes {
		say(fmt.Sprintf("note.%d", i+1), blocks.Note(j, note), nil)
	}
	for spell := 1; spell <= blocks.SpellsOf(j); spell++ {
		say(fmt.Sprintf("stuck.%d", spell), blocks.Stuck(j, spell), nil)
	}
	for i := range j.Reminders {
		say(fmt.Sprintf("reminder.%d", i+1), blocks.Reminder(j, i, b.Expires), nil)
	}
	for i := range blocks.Expiries(j) {
		say(fmt.Sprintf("expired.%d", i+1), blocks.Expired(j, i), nil)
	}
	switch j.State() {
	case provision.Done:
		say(keyResult, blocks.Result(j, journal), nil)
	case provision.Shadowed:
		say(keyResult, blocks.ShadowResult(j, journal), nil)
	case provision.Declined, provision.Cancelled:
		say(string(j.State()), blocks.Ended(j, journal), nil)
	}
	return all
}

// placeOf is where a message of a job goes: its thread, which the summary itself begins when no file did.
func placeOf(j provision.Job, key string) provision.Conversation {
	where := j.Conversation
	if where.Thread == "" && key != keySummary {
		where.Thread = j.Messages[keySummary].TS
	}
	return where
}

func wasApproved(j provision.Job) bool {
	for _, t := range j.History() {
		if t.To == provision.Approved {
			return true
		}
	}
	return false
}

// bring compares what a job's thread should hold with what was sent, and posts or edits what differs. It may be
// repeated at any time. When Slack's limits hold something back, it says how long to wait before asking again.
func (b *Bot) bring(ctx context.Context, id provision.JobID) (again time.Duration, err error) {
	job, err := b.Store.Job(ctx, id)
	if err != nil || !job.Forgotten.IsZero() { // what was said stands; it could not be said again
		return 0, err
	}
	journal, err := b.Store.Journal(ctx, id)
	if err != nil {
		return 0, err
	}
	paused, err := b.paused(ctx)
	if err != nil {
		return 0, err
	}
	if job, err = b.callAtOnce(ctx, job); err != nil {
		return 0, err
	}
	behind := false // something waits, and what would be posted after it in the thread waits with it
	later := func(wait time.Duration) {
		if again == 0 || wait < again {
			again = wait
		}
	}
	for _, o := range b.wanted(job, journal, paused) {
		o.where = placeOf(job, o.key)
		hash, err := o.hash()
		if err != nil {
			return 0, err
		}
		sent, known := job.Messages[o.key]
		if !known && b.threads.doubted(id) {
			if job, err = b.adopt(ctx, job); err != nil {
				return 0, fmt.Errorf("looking for messages sent before: %w", err)
			}
			sent, known = job.Messages[o.key]
		}
		switch {
		case known && sent.Hash == hash:
			continue
		case known:
			keep := 0.0
			if o.minor {
				keep = spare
			}
			if wait := b.pace.take(updates, keep); wait > 0 {
				later(wait)
				behind = behind || !o.minor && wait < orderly
				continue
			}
			err = b.edit(ctx, o, sent.TS)
			if !gone(err) {
				break
			}
			b.Log.WithError(err).WithField("job", id).Info("a message cannot be edited any more; it is posted anew")
			fallthrough
		default:
			if behind {
				continue
			}
			if wait := b.pace.take(postsTo(o.where.Channel), 0); wait > 0 {
				behind = true
				later(wait)
				continue
			}
			known = false
			if sent.TS, err = b.post(ctx, o); err != nil && !refused(err) {
				b.threads.doubt(id) // it may have arrived
			}
		}
		if wait := retryAfter(err); wait > 0 { // of this kind of call; the others go on
			later(wait)
			behind = behind || !known
			continue
		}
		if err != nil {
			return 0, fmt.Errorf("sending %q: %w", o.key, err)
		}
		if job, err = b.remember(ctx, id, map[string]provision.Message{o.key: {TS: sent.TS, Hash: hash}}); err != nil {
			b.threads.doubt(id)
			return 0, fmt.Errorf("remembering where %q is: %w", o.key, err)
		}
	}
	if _, left, _ := picturesLeft(job, journal); len(left) > 0 && !behind {
		b.pictures.put(attempt{job: id})
	}
	return again, nil
}

func (b *Bot) remember(ctx context.Context, id provision.JobID, sent map[string]provision.Message) (provision.Job, error) {
	return b.Store.Update(ctx, id, func(j *provision.Job) error {
		if j.Messages == nil {
			j.Messages = map[string]provision.Message{}
		}
		maps.Copy(j.Messages, sent)
		return nil
	})
}

// adopt looks through the thread for messages of the job that were sent without being remembered, because the program
// ended or the answer was lost in between. They are remembered without a hash, so that they are edited once.
func (b *Bot) adopt(ctx context.Context, job provision.Job) (provision.Job, error) {
	found := map[string]provision.Message{}
	take := func(event string, payload map[string]any, ts string) {
		key, _ := payload["message"].(string)
		if event != metadataJob || payload["job"] != string(job.ID) || key == "" {
			return
		}
		if _, known := job.Messages[key]; !known {
			found[key] = provision.Message{TS: ts}
		}
	}
	err := b.ours(ctx, job.Conversation, job.CreatedAt, take)
	if head := found[keySummary].TS + job.Messages[keySummary].TS; err == nil && job.Conversation.Thread == "" && head != "" {
		err = b.ours(ctx, provision.Conversation{Channel: job.Conversation.Channel, Thread: head}, job.CreatedAt, take)
	}
	if err != nil {
		return job, err
	}
	if len(found) > 0 {
		if job, err = b.remember(ctx, job.ID, found); err != nil {
			return job, err
		}
		b.Log.WithField("job", job.ID).Infof("%d messages were sent before and are taken up", len(found))
	}
	b.threads.trust(job.ID)
	return job, nil
}

// ours goes through the messages of a thread that carry our metadata; without a thread, through those of the channel
// itself since a time.
func (b *Bot) ours(ctx context.Context, where provision.Conversation, since time.Time, each func(event string, payload map[string]any, ts string)) error {
	return b.through(ctx, where, since, func(m slack.Message) error {
		if m.User == b.me && m.Metadata.EventType != "" {
			each(m.Metadata.EventType, m.Metadata.EventPayload, m.Timestamp)
		}
		return nil
	})
}

// through goes through the messages of a thread; without a thread, through those of the channel itself since a time. It
// ends at the first error of each. Where there is nothing, or nothing that we may see, it goes through nothing: what
// depends on it is done twice rather than never.
func (b *Bot) through(ctx context.Context, where provision.Conversation, since time.Time, each func(slack.Message) error) error {
	for cursor := ""; ; {
		messages, next, err := b.page(ctx, where, since, cursor)
		if word := slackSays(err); word == "thread_not_found" || word == "missing_scope" {
			b.Log.WithError(err).WithField("channel", where.Channel).Warn("messages cannot be looked through" + lackedScope(err))
			return nil
		}
		if err != nil {
			return fmt.Errorf("reading messages of %s: %w", where.Channel, err)
		}
		for _, m := range messages {
			if err := each(m); err != nil {
				return err
			}
		}
		if cursor = next; cursor == "" {
			return nil
		}
	}
}

// tsOf is the ts that a message of that time would have.
func tsOf(t time.Time) string { return fmt.Sprintf("%d.000000", t.Unix()) }

// page is some of the messages of a thread or channel, and where to go on.
func (b *Bot) page(ctx context.Context, where provision.Conversation, since time.Time, cursor string) ([]slack.Message, string, error) {
	const most = 200
	if where.Thread != "" {
		messages, _, next, err := b.Slack.GetConversationRepliesContext(ctx, &slack.GetConversationRepliesParameters{
			ChannelID: where.Channel, Timestamp: where.Thread, Limit: most, IncludeAllMetadata: true, Cursor: cursor})
		return messages, next, err
	}
	since = since.Add(-time.Minute) // our clock and Slack's may differ
	answer, err := b.Slack.GetConversationHistoryContext(ctx, &slack.GetConversationHistoryParameters{
		ChannelID: where.Channel, Oldest: tsOf(since), Limit: most, IncludeAllMetadata: true, Cursor: cursor})
	if err != nil {
		return nil, "", err
	}
	return answer.Messages, answer.ResponseMetaData.NextCursor, nil
}

// post says something new in the thread and returns its ts.
func (b *Bot) post(ctx context.Context, o outgoing) (ts string, err error) {
	var options []slack.MsgOption
	if o.where.Thread != "" {
		options = append(options, slack.MsgOptionTS(o.where.Thread))
	}
	err = b.send(ctx, o, postsTo(o.where.Channel), func(content ...slack.MsgOption) error {
		_, ts, err = b.Slack.PostMessageContext(ctx, o.where.Channel, append(content, options...)...)
		if slackSays(err) == "thread_not_found" { // somebody deleted the order's message; the job goes on all the same
			_, ts, err = b.Slack.PostMessageContext(ctx, o.where.Channel, content...)
		}
		return err
	})
	return ts, err
}

func (b *Bot) edit(ctx context.Context, o outgoing, ts string) error {
	return b.send(ctx, o, updates, func(content ...slack.MsgOption) error {
		_, _, _, err := b.Slack.UpdateMessageContext(ctx, o.where.Channel, ts, content...)
		return err
	})
}

// send gives call the message's content, in a simpler form when the workspace refuses the first: newer blocks have not
// reached every workspace. Which form works is remembered for all that follows.
func (b *Bot) send(ctx context.Context, o outgoing, l limit, call func(...slack.MsgOption) error) error {
	try := func(list []slack.Block) error {
		return call(slack.MsgOptionText(o.message.Text, false), slack.MsgOptionBlocks(list...), slack.MsgOptionMetadata(o.metadata),
			slack.MsgOptionDisableLinkUnfurl(), slack.MsgOptionDisableMediaUnfurl())
	}
	list := o.message.Blocks
	simpler := o.message.Plain != nil && b.threads.plain.Load()
	if simpler {
		list = o.message.Plain
	}
	err := try(list)
	if blocksRefused(err) && o.message.Plain != nil && !simpler {
		b.Log.WithError(err).Warn("Slack refused the newer blocks; plain ones are used from now on")
		if err = try(o.message.Plain); err == nil {
			b.threads.plain.Store(true)
		}
	}
	if blocksRefused(err) {
		b.Log.WithError(err).Error("Slack refused the blocks of a message; its text is sent alone")
		err = try(blocks.Private(o.message.Text).Blocks)
	}
	if wait := retryAfter(err); wait > 0 {
		b.pace.close(l, wait)
	}
	return err
}

func blocksRefused(err error) bool {
	switch slackSays(err) {
	case "invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "block_mismatch":
		return true
	}
	return false
}

// gone says that a message can no longer be edited, so that it has to be posted anew.
func gone(err error) bool {
	switch slackSays(err) {
	case "message_not_found", "cant_update_message", "edit_window_closed", "is_inactive":
		return true
	}
	return false
}

// refused says that Slack certainly did not take a message. After any other error nobody knows.
func refused(err error) bool {
	var limited *slack.RateLimitedError
	return errors.As(err, &limited) || (slackSays(err) != "" && !passing(err)) || retryAfter(err) > 0
}
