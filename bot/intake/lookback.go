package intake

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"mozybot/bot/webapi"
	"mozybot/provision"
	"mozybot/provision/retry"
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

// Connection is the socket, which events come over.
type Connection interface {
	// Greetings holds a token whenever Slack has greeted us on a new connection.
	Greetings() <-chan struct{}
	// CaughtUp says that what Slack could not deliver was looked for; Complete, whether that is so still.
	CaughtUp()
	Complete() bool
	// Hand has an event worked on as if Slack had sent it.
	Hand(event state.Event)
}

// LookBack looks for files that no event brought. Slack repeats an event for some minutes while nobody answers, and then
// no more (slack.md 3.8). What was dropped while no socket was open for longer than that stands in the channels still,
// and is looked for there at every connection.
type LookBack struct {
	config     Config
	connection Connection
	every      time.Duration
}

// NewLookBack makes a LookBack, which notes so often that Slack reaches us.
func NewLookBack(c Config, connection Connection, every time.Duration) *LookBack {
	return &LookBack{c, connection, every}
}

// Note keeps when Slack last reached us, until ctx is done.
func (l *LookBack) Note(ctx context.Context) {
	ticks := time.NewTicker(l.every)
	defer ticks.Stop()
	for {
		l.note(ctx)
		select {
		case <-ticks.C:
		case <-ctx.Done():
			return
		}
	}
}

func (l *LookBack) note(ctx context.Context) {
	if !l.connection.Complete() {
		return
	}
	if err := l.config.Store.SetSetting(ctx, settingHeard, l.config.Now().Format(time.RFC3339)); err != nil && ctx.Err() == nil {
		l.config.Log.WithError(err).Warn("noting when Slack last reached us")
	}
}

// Run looks for files that nobody told us of, each time a connection opens, until ctx is done.
func (l *LookBack) Run(ctx context.Context) {
	for failed := 0; ; {
		if failed == 0 {
			select {
			case <-l.connection.Greetings():
			case <-ctx.Done():
				return
			}
		}
		err := l.lookBack(ctx)
		switch {
		case ctx.Err() != nil:
			return
		case err == nil:
			failed = 0
			l.connection.CaughtUp()
			l.note(ctx)
		default:
			failed++
			wait := webapi.Wait(failed, err)
			l.config.Log.WithError(err).Warnf("looking for orders dropped while Slack did not reach us; trying again in %v", wait)
			if retry.Pause(ctx, wait) != nil {
				return
			}
		}
	}
}

// lookBack hands on every file that was dropped since Slack last reached us and that no event brought.
func (l *LookBack) lookBack(ctx context.Context) error {
	heard, err := l.config.Store.Setting(ctx, settingHeard)
	if err != nil || heard == "" { // the first start: what was dropped before we were there is not for us
		return err
	}
	since, err := time.Parse(time.RFC3339, heard)
	if err != nil {
		return fmt.Errorf("reading when Slack last reached us: %w", err)
	}
	now := l.config.Now()
	// A time to come was noted by a clock that has been put right since, and says nothing.
	if since = since.Add(-heardMargin); since.Before(now.Add(-catchUpFor)) || since.After(now) {
		since = now.Add(-catchUpFor)
	}
	for _, channel := range l.config.Identity.Channels() {
		if err := l.lookBackIn(ctx, channel, since); err != nil {
			return err
		}
	}
	return nil
}

// lookBackIn looks for files in a channel and in the threads that were begun there in the days before.
func (l *LookBack) lookBackIn(ctx context.Context, channel string, since time.Time) error {
	where := provision.Conversation{Channel: channel}
	take := func(m slack.Message) error { return l.takeUnheard(ctx, channel, since, m) }
	return l.config.Messages.Each(ctx, where, since.Add(-catchUpFor), func(m slack.Message) error {
		if m.LatestReply >= webapi.TS(since) && l.othersReplied(m) {
			if err := l.config.Messages.Each(ctx, provision.Conversation{Channel: channel, Thread: m.Timestamp}, since, take); err != nil {
				return err
			}
		}
		return take(m)
	})
}

// othersReplied says whether anybody but us may have replied to a message, so that we need not look into every thread of
// ours.
func (l *LookBack) othersReplied(m slack.Message) bool {
	const named = 5 // of those who replied Slack names no more
	return len(m.ReplyUsers) >= named || slices.ContainsFunc(m.ReplyUsers, func(user string) bool { return user != l.config.Identity.Me() })
}

// takeUnheard makes an event of each file of a message, unless the message is an old one or the file was worked on already.
func (l *LookBack) takeUnheard(ctx context.Context, channel string, since time.Time, m slack.Message) error {
	if m.User == l.config.Identity.Me() || m.Timestamp < webapi.TS(since) {
		return nil
	}
	for _, f := range m.Files {
		event, err := fileEvent(channel, m.User, f.ID, l.config.Now())
		if err != nil {
			return err
		}
		fresh, err := l.config.Store.Receive(ctx, event)
		if err != nil {
			return err
		}
		if fresh {
			l.config.Log.WithField("file", f.ID).Info("a file that was dropped while Slack did not reach us")
			l.connection.Hand(event)
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

// markSeen remembers that a file needs no looking for any more.
func (i *Intake) markSeen(ctx context.Context, channel, file string) error {
	event, err := fileEvent(channel, "", file, i.config.Now())
	if err != nil {
		return err
	}
	if _, err := i.config.Store.Receive(ctx, event); err != nil {
		return err
	}
	return i.config.Store.Handled(ctx, event.Key)
}
