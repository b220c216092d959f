package bot

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"mozybot/provision"
	"mozybot/state"
)

const (
	// settingHeard is where the store keeps when Slack was last known to reach us.
	settingHeard = "heard"
	// A connection may have been dead for a while before anybody noticed, and clocks differ.
	heardMargin = 10 * time.Minute
	// Orders that were dropped longer ago than this are not taken up by themselves.
	catchUpFor = 7 * 24 * time.Hour
)

// Slack repeats an event for some minutes while nobody answers, and then no more (slack.md 3.8). What was dropped while
// no socket was open for longer than that stands in the channels still, and is looked for there at every connection.

// keepHeard notes that Slack reaches us now.
func (b *Bot) keepHeard(ctx context.Context) {
	if !b.connected.Load() {
		return
	}
	if err := b.Store.SetSetting(ctx, settingHeard, b.Now().Format(time.RFC3339)); err != nil && ctx.Err() == nil {
		b.Log.WithError(err).Warn("noting when Slack last reached us")
	}
}

// catchUp looks for files that nobody told us of, each time a connection opens, until ctx is done.
func (b *Bot) catchUp(ctx context.Context) error {
	for failed := 0; ; {
		if failed == 0 {
			select {
			case <-b.greetings:
			case <-ctx.Done():
				return nil
			}
		}
		err := b.lookBack(ctx)
		switch {
		case ctx.Err() != nil:
			return nil
		case err == nil:
			failed = 0
			b.connected.Store(true)
			b.keepHeard(ctx)
		default:
			failed++
			wait := max(backoff(failed), retryAfter(err))
			b.Log.WithError(err).Warnf("looking for orders dropped while Slack did not reach us; trying again in %v", wait)
			if !pause(ctx, wait) {
				return nil
			}
		}
	}
}

// lookBack hands on every file that was dropped since Slack last reached us and that no event brought.
func (b *Bot) lookBack(ctx context.Context) error {
	heard, err := b.Store.Setting(ctx, settingHeard)
	if err != nil || heard == "" { // the first start: what was dropped before we were there is not for us
		return err
	}
	since, err := time.Parse(time.RFC3339, heard)
	if err != nil {
		return fmt.Errorf("reading when Slack last reached us: %w", err)
	}
	now := b.Now()
	// A time to come was noted by a clock that has been put right since, and says nothing.
	if since = since.Add(-heardMargin); since.Before(now.Add(-catchUpFor)) || since.After(now) {
		since = now.Add(-catchUpFor)
	}
	for channel := range b.channels {
		if err := b.lookBackIn(ctx, channel, since); err != nil {
			return err
		}
	}
	return nil
}

// lookBackIn looks for files in a channel and in the threads that were begun there in the days before.
func (b *Bot) lookBackIn(ctx context.Context, channel string, since time.Time) error {
	where := provision.Conversation{Channel: channel}
	take := func(m slack.Message) error { return b.takeUnheard(ctx, channel, since, m) }
	return b.through(ctx, where, since.Add(-catchUpFor), func(m slack.Message) error {
		if m.LatestReply >= tsOf(since) && b.othersReplied(m) {
			if err := b.through(ctx, provision.Conversation{Channel: channel, Thread: m.Timestamp}, since, take); err != nil {
				return err
			}
		}
		return take(m)
	})
}

// othersReplied says whether anybody but us may have replied to a message, so that we need not look into every thread of
// ours.
func (b *Bot) othersReplied(m slack.Message) bool {
	const named = 5 // of those who replied Slack names no more
	return len(m.ReplyUsers) >= named || slices.ContainsFunc(m.ReplyUsers, func(user string) bool { return user != b.me })
}

// takeUnheard makes an event of each file of a message, unless the message is an old one or the file was worked on already.
func (b *Bot) takeUnheard(ctx context.Context, channel string, since time.Time, m slack.Message) error {
	if m.User == b.me || m.Timestamp < tsOf(since) {
		return nil
	}
	for _, f := range m.Files {
		event, err := fileEvent(channel, m.User, f.ID, b.Now())
		if err != nil {
			return err
		}
		fresh, err := b.Store.Receive(ctx, event)
		if err != nil {
			return err
		}
		if fresh {
			b.Log.WithField("file", f.ID).Info("a file that was dropped while Slack did not reach us")
			b.hand(task{event: event})
		}
	}
	return nil
}

// fileEvent is the event of a file in a channel as Slack would have sent it, under a key of its own that stands for the
// file's being worked on.
func fileEvent(channel, user, file string, now time.Time) (state.Event, error) {
	payload, err := json.Marshal(map[string]any{
		"type":  "event_callback",
		"event": map[string]any{"type": "file_shared", "file_id": file, "file": map[string]any{"id": file}, "channel_id": channel, "user_id": user},
	})
	if err != nil {
		return state.Event{}, fmt.Errorf("writing the event of a file: %w", err)
	}
	return state.Event{Key: "file:" + channel + ":" + file, Kind: socketmode.RequestTypeEventsAPI, At: now, Payload: payload}, nil
}

// workedOn remembers that a file needs no looking for any more.
func (b *Bot) workedOn(ctx context.Context, channel, file string) error {
	event, err := fileEvent(channel, "", file, b.Now())
	if err != nil {
		return err
	}
	if _, err := b.Store.Receive(ctx, event); err != nil {
		return err
	}
	return b.Store.Handled(ctx, event.Key)
}
