package intake

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/sirupsen/logrus"
	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"mozybot/bot/webapi"
	"mozybot/provision"
	"mozybot/provision/retry"
	"mozybot/state"
)

const (
	// settingLookedBack is where the store keeps the time of the last complete look-back, and that of each channel.
	settingLookedBack = "heard"
	// settingBegan is where it keeps the time of mozybot's first start.
	settingBegan = "began"
	// A dead connection may go unnoticed for a while, and clocks differ.
	lookBackMargin = 10 * time.Minute
	// Orders dropped longer ago than this are not picked up automatically.
	catchUpFor = 7 * 24 * time.Hour
)

func lookedBackIn(channel string) string { return settingLookedBack + ":" + channel }

// Connection is the socket, which events come over.
type Connection interface {
	// Greetings receives a token whenever Slack greets us on a new connection.
	Greetings() <-chan struct{}
	// Enqueue handles an event as if Slack had sent it.
	Enqueue(event state.Event)
}

// LookBack looks for files that no event reported. Slack repeats an unacknowledged event for some minutes only (slack
// FACTS 3.8), and another connection of the app may have taken it. The file is still in its channel, so LookBack
// searches the channels at every connection and from time to time.
type LookBack struct {
	config     Config
	connection Connection
	every      time.Duration
}

// NewLookBack makes a LookBack; every is the interval between searches while the connection is up.
func NewLookBack(c Config, connection Connection, every time.Duration) *LookBack {
	return &LookBack{c, connection, every}
}

// Run searches for missed files until ctx is done.
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
			wait, level := webapi.Wait(failed, err), logrus.WarnLevel
			if webapi.KindOf(err) == webapi.OfToken { // the log names it, once
				level = logrus.DebugLevel
			}
			l.config.Log.WithError(err).Logf(level, "looking for orders that Slack did not tell us of; trying again in %v", wait)
			if retry.Pause(ctx, wait) != nil {
				return
			}
		}
	}
}

// lookBack enqueues every file dropped since the last look that no event reported. Only a complete look at a channel moves
// the time that the next one there starts from. A channel that somebody closed to us does not keep us from the others.
func (l *LookBack) lookBack(ctx context.Context) error {
	now := l.config.Now()
	var closed, failed []error
	for _, channel := range l.config.Identity.Channels() {
		err := l.lookBackIn(ctx, channel, now)
		l.config.Identity.Looked(channel, err)
		switch {
		case err != nil && webapi.KindOf(err) == webapi.ForPeople:
			l.config.Log.WithError(err).WithField("channel", channel).Warn("a channel for orders can't be looked through")
			closed = append(closed, err)
		case err != nil:
			failed = append(failed, err)
		}
	}
	if len(closed)+len(failed) > 0 {
		return errors.Join(failed...)
	}
	return l.looked(ctx, settingLookedBack, now)
}

func (l *LookBack) lookBackIn(ctx context.Context, channel string, now time.Time) error {
	since, err := l.since(ctx, channel, now)
	if err != nil {
		return err
	}
	if !since.IsZero() {
		take := func(m slack.Message) error { return l.takeUndelivered(ctx, channel, since, m) }
		if err := eachRecent(ctx, l.config, channel, since, take); err != nil {
			return err
		}
	}
	return l.looked(ctx, lookedBackIn(channel), now)
}

func (l *LookBack) looked(ctx context.Context, setting string, now time.Time) error {
	if err := l.config.Store.SetSetting(ctx, setting, now.Format(time.RFC3339)); err != nil {
		return fmt.Errorf("noting until when the channels were looked through: %w", err)
	}
	return nil
}

// since is the time to look back to in a channel; the zero time at the first start, as earlier files are not ours to take.
// It is never before that start.
func (l *LookBack) since(ctx context.Context, channel string, now time.Time) (time.Time, error) {
	heard, err := l.time(ctx, lookedBackIn(channel))
	if err == nil && heard.IsZero() {
		heard, err = l.time(ctx, settingLookedBack)
	}
	if err != nil {
		return time.Time{}, err
	}
	began, err := l.time(ctx, settingBegan)
	switch {
	case err != nil:
		return time.Time{}, err
	case heard.IsZero() && began.IsZero():
		return time.Time{}, l.config.Store.SetSetting(ctx, settingBegan, now.Format(time.RFC3339))
	case heard.IsZero(): // a channel that could not be looked through so far
		heard = began
	}
	since, earliest := heard.Add(-lookBackMargin), now.Add(-catchUpFor)
	// A time in the future was written by a wrong clock and is ignored.
	if since.Before(earliest) || since.After(now) {
		since = earliest
	}
	if began.After(since) && !began.After(now) {
		since = began
	}
	return since, nil
}

// time reads a stored time, zero when there is none.
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

// eachRecent hands on the messages of a channel since then, with those of the threads of recent days. It stops at the first
// error of each.
func eachRecent(ctx context.Context, c Config, channel string, since time.Time, each func(slack.Message) error) error {
	where := provision.Conversation{Channel: channel}
	return c.Messages.Each(ctx, where, since.Add(-catchUpFor), func(m slack.Message) error {
		if m.LatestReply >= c.Messages.TS(since) && othersReplied(m, c.Identity.Me()) {
			if err := c.Messages.Each(ctx, provision.Conversation{Channel: channel, Thread: m.Timestamp}, since, each); err != nil {
				return err
			}
		}
		return each(m)
	})
}

// othersReplied says whether anyone but us may have replied to a message, which saves reading most of our own threads.
func othersReplied(m slack.Message, me string) bool {
	const named = 5 // Slack names no more of those who replied
	return len(m.ReplyUsers) >= named || slices.ContainsFunc(m.ReplyUsers, func(user string) bool { return user != me })
}

// takeUndelivered makes an event of each file of a message, unless the message is too old or the file was already
// handled.
func (l *LookBack) takeUndelivered(ctx context.Context, channel string, since time.Time, m slack.Message) error {
	if m.User == l.config.Identity.Me() || m.Timestamp < l.config.Messages.TS(since) {
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

// fileEvent is the event that Slack would have sent for a file, under a key that marks the file as handled.
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

// markSeen records that a file was handled.
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
