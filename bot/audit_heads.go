package bot

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/sirupsen/logrus"
	"github.com/slack-go/slack"

	"mozybot/bot/blocks"
	"mozybot/bot/webapi"
	"mozybot/provision"
	"mozybot/state"
)

const (
	// metadataHead is of every message with a head, metadataReplaced of the one that says that the audit is another.
	metadataHead     = "mozy_audit_head"
	metadataReplaced = "mozy_audit_replaced"

	settingHeads = "audit_heads" // where the thread is: its channel and ts

	headsEvery    = 24 * time.Hour
	headsLooks    = 60                  // in units of Config.Watch: an hour
	headsThread   = 30 * 24 * time.Hour // how old a thread gets before the next one is begun
	headsSearch   = 2 * headsThread     // how far back a thread is looked for where nobody knows of one
	alarmedWithin = 7 * 24 * time.Hour  // how long the same alarm isn't repeated
)

// auditHeads posts the head of the audit once a day, as a new line in a thread of its own that is never edited, and holds the
// audit against the last one there: whoever has the state can make its chain again, but not what Slack has.
type auditHeads struct {
	store    state.Store
	messages *webapi.Messages
	identity *webapi.Identity
	sign     func(provision.Head, time.Time) (provision.SignedHead, error)
	posted   func(provision.SignedHead)
	every    time.Duration // between two looks
	now      func() time.Time
	log      logrus.FieldLogger
}

// run holds the audit against the last head at the start, and posts one whenever a day has passed, until ctx is done. The first
// look that may post is an hour after the start: a bot that starts again and again has nothing to say each time.
func (a *auditHeads) run(ctx context.Context) {
	if a.sign == nil {
		return
	}
	ticks := time.NewTicker(a.every)
	defer ticks.Stop()
	var last time.Time // when the newest head was posted, once that is known
	for may := false; ; may = true {
		if a.now().Sub(last) >= headsEvery {
			newest, err := a.look(ctx, may)
			if err != nil && ctx.Err() == nil {
				a.log.WithError(err).Warn("holding the audit against its head in the channel; trying again later")
			}
			last = newest
		}
		select {
		case <-ticks.C:
		case <-ctx.Done():
			return
		}
	}
}

// look checks the last head that was posted, and posts another one if it may and a day has passed. It says when the newest was
// posted that needs no other look; the zero time without one.
func (a *auditHeads) look(ctx context.Context, may bool) (newest time.Time, err error) {
	thread, err := a.thread(ctx)
	if err != nil {
		return newest, err
	}
	last, err := a.last(ctx, thread)
	if err != nil {
		return newest, err
	}
	due := last.At.IsZero() || a.now().Sub(last.At) >= headsEvery
	if !last.At.IsZero() && (!may || due) {
		if err := a.hold(ctx, thread, last); err != nil {
			return newest, err
		}
	}
	if !may || !due {
		return last.At, nil
	}
	return a.post(ctx, thread)
}

// thread is where the heads are: where we have noted it or, should that be lost with the state, where the channel has it.
func (a *auditHeads) thread(ctx context.Context) (provision.Conversation, error) {
	noted, err := a.store.Setting(ctx, settingHeads)
	if err != nil {
		return provision.Conversation{}, err
	}
	if channel, ts, ok := strings.Cut(noted, " "); ok {
		return provision.Conversation{Channel: channel, Thread: ts}, nil
	}
	where := provision.Conversation{Channel: a.identity.First()}
	err = a.messages.Own(ctx, where, a.now().Add(-headsSearch), func(event string, _ map[string]any, ts string) {
		if event == metadataHead && ts > where.Thread {
			where.Thread = ts
		}
	})
	if err != nil || where.Thread == "" {
		return where, err
	}
	return where, a.note(ctx, where)
}

func (a *auditHeads) note(ctx context.Context, thread provision.Conversation) error {
	return a.store.SetSetting(context.WithoutCancel(ctx), settingHeads, thread.Channel+" "+thread.Thread)
}

// last is the newest head of ours in the thread; the zero SignedHead where there is none.
func (a *auditHeads) last(ctx context.Context, thread provision.Conversation) (last provision.SignedHead, err error) {
	if thread.Thread == "" {
		return last, nil
	}
	err = a.messages.Own(ctx, thread, time.Time{}, func(event string, payload map[string]any, _ string) {
		line, _ := payload["head"].(string)
		if h, ok := provision.ParseSignedHead(line); ok && event == metadataHead && h.Genuine() && !h.At.Before(last.At) {
			last = h
		}
	})
	return last, err
}

// hold tells the channel if the audit is not the one that the last head is of.
func (a *auditHeads) hold(ctx context.Context, thread provision.Conversation, last provision.SignedHead) error {
	why, restored, err := a.differs(ctx, last)
	if err != nil {
		return err
	}
	own, err := a.sign(last.Head, last.At)
	if err != nil || why == "" && own.Key == last.Key {
		return err
	}
	message := blocks.AuditReplaced(last, why)
	switch {
	case why == "":
		why, message = "it is signed with another key", blocks.AuditKeyChanged(last)
	case restored != nil:
		message = blocks.AuditRestored(last, *restored)
	}
	a.log.WithField("posted", last.Head).Errorf("the audit is not as its head in the channel has it: %s", why)
	payload := map[string]any{"head": last.Head.String()}
	post := webapi.Post{Where: provision.Conversation{Channel: thread.Channel}, Message: message, Metadata: slack.SlackMetadata{EventType: metadataReplaced, EventPayload: payload}}
	_, err = a.messages.SayOnce(ctx, post, a.now().Add(-alarmedWithin), func(said map[string]any) bool { return said["head"] == payload["head"] })
	return err
}

// errFound ends the walk through the audit.
var errFound = errors.New("found")

// differs says how the audit differs from a head, "" if it has it, and what restored it since, if anything did.
func (a *auditHeads) differs(ctx context.Context, last provision.SignedHead) (why string, restored *provision.Fact, err error) {
	found := false
	err = a.store.Audit(ctx, func(line []byte) error {
		f, err := provision.Unseal(line)
		if err != nil {
			return err
		}
		if f.Record.What == provision.WhatRestored && f.Record.Entry == 0 && f.Record.At.After(last.At) {
			restored = &f
		}
		if f.Record.Seq == last.Head.Seq {
			h, err := provision.HeadOf(line)
			if err != nil {
				return err
			}
			if found = true; h == last.Head {
				return errFound
			}
			why = fmt.Sprintf("Record %d isn't the one that it was then.", last.Head.Seq)
		}
		return nil
	})
	switch {
	case errors.Is(err, errFound):
		return "", nil, nil
	case err != nil:
		return "", nil, err
	case !found:
		why = fmt.Sprintf("It had %s then, and has fewer now.", provision.Count(last.Head.Seq, "record"))
	}
	return why, restored, nil
}

// post says how far the audit goes now, in the thread or, once that is old or gone, in a new one, and returns when that was.
func (a *auditHeads) post(ctx context.Context, thread provision.Conversation) (at time.Time, err error) {
	head, err := a.store.Head(ctx)
	if err != nil || head.Seq == 0 {
		return at, err
	}
	signed, err := a.sign(head, a.now())
	if err != nil {
		return at, err
	}
	if begun, err := strconv.ParseFloat(thread.Thread, 64); err != nil || a.now().Sub(time.Unix(int64(begun), 0)) >= headsThread {
		thread = provision.Conversation{Channel: a.identity.First()}
	}
	post := webapi.Post{Where: thread, Message: blocks.AuditHead(signed),
		Metadata: slack.SlackMetadata{EventType: metadataHead, EventPayload: map[string]any{"head": signed.String()}}}
	if thread.Thread == "" {
		post.Message = blocks.HeadsThread(signed)
	}
	ts, err := a.messages.Say(ctx, post)
	if err != nil {
		return at, err
	}
	if a.posted != nil {
		a.posted(signed)
	}
	if thread.Thread != "" {
		return signed.At, nil
	}
	thread.Thread = ts
	return signed.At, a.note(ctx, thread)
}
