package webapi

import (
	"context"
	"fmt"
	"time"

	"github.com/slack-go/slack"

	"mozybot/provision"
)

// Own iterates over the messages of a thread that carry our metadata; without a thread, over those of the channel
// itself since a time.
func (m *Messages) Own(ctx context.Context, where provision.Conversation, since time.Time, each func(event string, payload map[string]any, ts string)) error {
	return m.Each(ctx, where, since, func(message slack.Message) error {
		if message.User == m.id.Me() && message.Metadata.EventType != "" {
			each(message.Metadata.EventType, message.Metadata.EventPayload, message.Timestamp)
		}
		return nil
	})
}

// Each iterates over the messages of a thread; without a thread, over those of the channel itself since a time. It
// stops at the first error of each. A thread or channel that we can't see counts as empty: callers then repeat an
// action rather than skip it.
func (m *Messages) Each(ctx context.Context, where provision.Conversation, since time.Time, each func(slack.Message) error) error {
	for cursor := ""; ; {
		messages, next, err := m.page(ctx, where, since, cursor)
		if err == nil {
			err = sameCursor(cursor, next)
		}
		if word := ErrorCode(err); word == "thread_not_found" || word == "missing_scope" {
			m.log.WithError(err).WithField("channel", where.Channel).Warn("messages cannot be looked through" + LackedScope(err))
			return nil
		}
		if err != nil {
			return fmt.Errorf("reading messages of %s: %w", where.Channel, err)
		}
		for _, message := range messages {
			if err := each(message); err != nil {
				return err
			}
		}
		if cursor = next; cursor == "" {
			return nil
		}
	}
}

// sameCursor is the error of a page that names itself as the next one: following it would never end.
func sameCursor(cursor, next string) error {
	if next != "" && next == cursor {
		return Odd("Slack gives the same page again and again")
	}
	return nil
}

// TS is the ts that a message of that time has at least. Slack writes it by its own clock. Where ours is behind, or was when the
// time was noted, messages from before it are seen as well, which costs a little; none may be missed.
func (m *Messages) TS(t time.Time) string {
	return fmt.Sprintf("%d.000000", t.Add(-m.ahead()).Unix())
}

// page is one page of the messages of a thread or channel, and the cursor of the next.
func (m *Messages) page(ctx context.Context, where provision.Conversation, since time.Time, cursor string) ([]slack.Message, string, error) {
	const most = 200
	if where.Thread != "" {
		messages, _, next, err := m.slack.GetConversationRepliesContext(ctx, &slack.GetConversationRepliesParameters{
			ChannelID: where.Channel, Timestamp: where.Thread, Limit: most, IncludeAllMetadata: true, Cursor: cursor})
		return messages, next, err
	}
	since = since.Add(-time.Minute) // a smaller difference between our clock and Slack's is not minded
	answer, err := m.slack.GetConversationHistoryContext(ctx, &slack.GetConversationHistoryParameters{
		ChannelID: where.Channel, Oldest: m.TS(since), Limit: most, IncludeAllMetadata: true, Cursor: cursor})
	if err != nil {
		return nil, "", err
	}
	return answer.Messages, answer.ResponseMetaData.NextCursor, nil
}
