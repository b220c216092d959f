package intake

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"github.com/slack-go/slack"

	"mozybot/bot/blocks"
	"mozybot/bot/webapi"
	"mozybot/provision"
	"mozybot/state"
)

// errLocated ends a search for a message.
var errLocated = errors.New("the message is found")

const (
	// quickTries is how often Slack is asked which message a file is in before the channel is searched.
	quickTries = 2
	// rareTries is the number of tries between two searches of a channel once people were told, since a search takes many calls.
	rareTries = 10
)

// waiting are the replies that say of a file that mozybot could not have it yet, as far as this run sent them. Safe for
// concurrent use.
type waiting struct {
	mu   sync.Mutex
	sent map[string]reply // by channel and file
}

type reply struct {
	where provision.Conversation
	ts    string
}

func (w *waiting) at(key string) (reply, bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	r, said := w.sent[key]
	return r, said
}

func (w *waiting) put(key string, r reply) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.sent[key] = r
}

func (w *waiting) drop(key string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.sent, key)
}

func (u upload) key() string { return u.where.Channel + ":" + u.id }

// findMessage finds out which message a file is in when Slack doesn't say. false means that there is none: somebody took the
// file back.
func (i *Uploads) findMessage(ctx context.Context, event state.Event, u *upload, file *slack.File) (bool, error) {
	if u.where.Thread != "" { // the event said
		return true, nil
	}
	if event.Tries < quickTries || event.Tries >= readingTries && event.Tries%rareTries != 0 {
		return false, errNotShared
	}
	found, err := i.locate(ctx, event, u)
	elsewhere := len(file.Shares.Public)+len(file.Shares.Private) > 0
	if err == nil && !found && (mayWait(event) || elsewhere) {
		err = errNotShared
	}
	return found, err
}

// locate looks through the channel for the message with a file.
func (i *Uploads) locate(ctx context.Context, event state.Event, u *upload) (found bool, err error) {
	err = eachRecent(ctx, i.config, u.where.Channel, event.At.Add(-lookBackMargin), func(m slack.Message) error {
		at := slices.IndexFunc(m.Files, func(f slack.File) bool { return f.ID == u.id && f.Mode != "tombstone" })
		if at < 0 {
			return nil
		}
		u.where.Thread = cmp.Or(m.ThreadTimestamp, m.Timestamp)
		u.name, u.by = cmp.Or(u.name, m.Files[at].Name), cmp.Or(u.by, provision.Person(m.User))
		return errLocated
	})
	if errors.Is(err, errLocated) {
		return true, nil
	}
	if err != nil {
		return false, fmt.Errorf("looking for the message of the file %s: %w", u.id, err)
	}
	return false, nil
}

// sayWaiting tells the people of a file, once, that Slack does not give it, and that mozybot goes on trying.
func (i *Uploads) sayWaiting(ctx context.Context, event state.Event, u upload, why error) {
	if _, said := i.waiting.at(u.key()); said {
		return
	}
	i.place(ctx, event, &u)
	ts, err := i.sayOf(ctx, event, u, blocks.FileWaits(u.id, u.name, u.by, webapi.Said(why)), metadataWaiting, false)
	if err != nil {
		i.log.WithError(err).WithField("file", u.id).Warn("telling that a file waits")
		return
	}
	i.log.WithError(why).WithField("file", u.id).Warn("a file that could not be taken; it is tried again")
	i.waiting.put(u.key(), reply{u.where, ts})
}

// waitsNoMore corrects what sayWaiting said, once the file is taken or gone.
func (i *Uploads) waitsNoMore(ctx context.Context, u upload) {
	r, said := i.waiting.at(u.key())
	if !said {
		return
	}
	i.waiting.drop(u.key())
	post := webapi.Post{Where: r.where, Message: blocks.FileCame(u.name), Metadata: fileMetadata(metadataWaiting, u.id)}
	if u.gone {
		post.Message = blocks.FileGone(u.name, u.by)
	}
	if err := webapi.Retry(ctx, func() error { return i.config.Messages.Edit(ctx, post, r.ts) }); err != nil {
		i.log.WithError(err).WithField("file", u.id).Warn("telling that a file waits no more")
	}
}

// giveUp tells the people of a file and the channel that nothing came of it, unless something did.
func (i *Uploads) giveUp(ctx context.Context, event state.Event, u upload, why error) error {
	unlock, err := i.oneFile.lock(ctx, u.id)
	if err != nil {
		return err
	}
	defer unlock()
	_, there, err := i.config.Admission.OfSource(ctx, i.source(dropped{file: &slack.File{ID: u.id}, where: u.where}))
	if err != nil || there {
		return err
	}
	i.place(ctx, event, &u)
	if _, err := i.sayOf(ctx, event, u, blocks.FileGivenUp(u.id, u.name, u.by, webapi.Said(why)), metadataGivenUp, true); err != nil {
		return err
	}
	i.waiting.drop(u.key())
	return i.markSeen(ctx, u.where.Channel, u.id)
}

// place finds the thread for a reply to a file; without one, the reply goes into the channel.
func (i *Uploads) place(ctx context.Context, event state.Event, u *upload) {
	if u.where.Thread != "" {
		return
	}
	if _, err := i.locate(ctx, event, u); err != nil {
		i.log.WithError(err).Info("a reply goes into the channel, since its thread is not known")
	}
}

// sayOf says something about a file, once. When Slack doesn't let us look, it is rather said twice than never.
func (i *Uploads) sayOf(ctx context.Context, event state.Event, u upload, m blocks.Message, kind string, broadcast bool) (ts string, err error) {
	post := webapi.Post{Where: u.where, Message: m, Metadata: fileMetadata(kind, u.id), Broadcast: broadcast}
	ts, err = i.config.Messages.Said(ctx, post, event.At, func(payload map[string]any) bool { return payload["file_id"] == u.id })
	if err != nil {
		i.log.WithError(err).WithField("file", u.id).Info("a reply may be a repeat")
	}
	if ts != "" {
		return ts, nil
	}
	if ts, err = i.config.Messages.Say(ctx, post); err != nil {
		return "", fmt.Errorf("answering the file %s: %w", u.id, err)
	}
	return ts, nil
}

func fileMetadata(kind, file string) slack.SlackMetadata {
	return slack.SlackMetadata{EventType: kind, EventPayload: map[string]any{"file_id": file}}
}
