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
	// settingLookedBack is where the store keeps when the channels were last looked through to the end.
	settingLookedBack = "heard"
	// settingBegan is where it keeps when mozybot first came to work.
	settingBegan = "began"
	// A connection may have been dead for a while before anybody noticed, and clocks differ.
	lookBackMargin = 10 * time.Minute
	// Orders that were dropped longer ago than this are not taken up by themselves.
	catchUpFor = 7 * 24 * time.Hour
)

// Connection is the socket, which events come over.
type Connection interface {
	// Greetings holds a token whenever Slack has greeted us on a new connection.
	Greetings() <-chan struct{}
	// Enqueue has an event worked on as if Slack had sent it.
	Enqueue(event state.Event)
}

// LookBack looks for files that no event brought. Slack repeats an event for some minutes while nobody answers, and then
// no more (slack FACTS 3.8); and another connection of the app may have taken it. What was dropped stands in the channels
// still, and is looked for there at every connection and from time to time.
type LookBack struct {
	config     Config
	connection Connection
	every      time.Duration
}

// NewLookBack makes a LookBack that looks so often while the connection stands.
func NewLookBack(c Config, connection Connection, every time.Duration) *LookBack {
	return &LookBack{c, connection, every}
}

// Run looks for files that nobody told us of until ctx is done.
func (l *LookBack) Run(ctx context.Context) {
	ticks := time.NewTicker(l.every)
	defer ticks.Stop()
	for failed := 0; ; {
		if failed == 0 {
			select {
			case <-l.connection.Greetings():
			case <-ticks.C:
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
		default:
			failed++
			wait := webapi.Wait(failed, err)
			l.config.Log.WithError(err).Warnf("looking for orders that Slack did not tell us of; trying again in %v", wait)
			if retry.Pause(ctx, wait) != nil {
				return
			}
		}
	}
}

// lookBack hands on every file that was dropped since the last look and that no event brought. Only a look that came to
// its end moves the time from which the next one looks.
func (l *LookBack) lookBack(ctx context.Context) error {
	now := l.config.Now()
	since, err := l.since(ctx, now)
	if err != nil {
		return err
	}
	if !since.IsZero() {
		for _, channel := range l.config.Identity.Channels() {
			if err := l.lookBackIn(ctx, channel, since); err != nil {
				return err
			}
		}
	}
	if err := l.config.Store.SetSetting(ctx, settingLookedBack, now.Format(time.RFC3339)); err != nil {
		return fmt.Errorf("noting until when the channels were looked through: %w", err)
	}
	return nil
}

// since is the time from which to look; the zero time at the first start: what was dropped before we were there is not for
// us.
func (l *LookBack) since(ctx context.Context, now time.Time) (time.Time, error) {
	heard, err := l.time(ctx, settingLookedBack)
	if err != nil {
		return time.Time{}, err
	}
	if heard.IsZero() {
		return time.Time{}, l.config.Store.SetSetting(ctx, settingBegan, now.Format(time.RFC3339))
	}
	began, err := l.time(ctx, settingBegan)
	if err != nil {
		return time.Time{}, err
	}
	since, earliest := heard.Add(-lookBackMargin), now.Add(-catchUpFor)
	// A time to come was noted by a clock that has been put right since, and says nothing.
	if since.Before(earliest) || since.After(now) {
		since = earliest
	}
	if began.After(since) && !began.After(now) {
		since = began
	}
	return since, nil
}

// time is one that the store keeps, the zero time when there is none.
func (l *LookBack) time(ctx context.Context, setting string) (time.Time, error) {
	text, err := l.config.Store.Setting(ctx, setting)
	if err != nil || text == "" {
		return time.Time{}, err
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return time.Time{}, fmt.Errorf("reading the time that %q keeps: %w", setting, err)
	}
	return at, nil
}

// lookBackIn looks for files in a channel and in the threads that were begun there in the days before.
func (l *LookBack) lookBackIn(ctx context.Context, channel string, since time.Time) error {
	where := provision.Conversation{Channel: channel}
	take := func(m slack.Message) error { return l.takeUndelivered(ctx, channel, since, m) }
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

// takeUndelivered makes an event of each file of a message, unless the message is an old one or the file was worked on already.
func (l *LookBack) takeUndelivered(ctx context.Context, channel string, since time.Time, m slack.Message) error {
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
			l.config.Log.WithField("file", f.ID).Info("a file that Slack did not tell us of")
			l.connection.Enqueue(event)
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
