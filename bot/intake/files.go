package intake

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"runtime/debug"
	"slices"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"

	"mozybot/bot/blocks"
	"mozybot/bot/webapi"
	"mozybot/provision"
	"mozybot/state"
)

// readingTries is how often a file is tried before people get a reply.
const readingTries = 6

// errNotShared is how Slack is for a moment after an upload, or when a file is in many places: the file is there, and Slack
// does not say in which message.
var errNotShared = provision.Errorf(provision.Unavailable, "Slack does not say which message the file is in.")

// Uploads takes the files that Slack's events tell of, and tells people of those that do not come. It is safe for concurrent
// use.
type Uploads struct{ *Intake }

// NewUploads makes an Uploads.
func NewUploads(i *Intake) *Uploads { return &Uploads{i} }

// OnFileShared takes a file that was shared in one of our channels.
func (i *Uploads) OnFileShared(ctx context.Context, event state.Event, e *slackevents.FileSharedEvent) error {
	return i.onUploads(ctx, event, i.shared(e))
}

// OnMessage takes the files of a message. An upload comes as such a message, as file_shared, or as both, as the app is
// set up.
func (i *Uploads) OnMessage(ctx context.Context, event state.Event, e *slackevents.MessageEvent) error {
	return i.onUploads(ctx, event, i.inMessage(e))
}

// OnGivenUp tells the people of an event's files that nothing came of them, and why. It is idempotent.
func (i *Uploads) OnGivenUp(ctx context.Context, event state.Event, inner any, why error) error {
	var all []upload
	switch e := inner.(type) {
	case *slackevents.FileSharedEvent:
		all = i.shared(e)
	case *slackevents.MessageEvent:
		all = i.inMessage(e)
	}
	var failed []error
	for _, u := range all {
		failed = append(failed, i.giveUp(ctx, event, u, why))
	}
	return errors.Join(failed...)
}

// upload is a file in one of our channels, as far as an event tells of it. The rest is found out.
type upload struct {
	id    string
	name  string // "" while it is not known
	by    provision.Person
	where provision.Conversation // of the message with it; without a thread while that is not known
	gone  bool                   // somebody took it back
	bytes int                    // 0 while it is not known
}

func (i *Uploads) shared(e *slackevents.FileSharedEvent) []upload {
	return i.foreign([]upload{{id: e.FileID, by: provision.Person(e.UserID), where: provision.Conversation{Channel: e.ChannelID}}})
}

func (i *Uploads) inMessage(e *slackevents.MessageEvent) (all []upload) {
	if e.Message == nil || e.SubType != slack.MsgSubTypeFileShare {
		return nil
	}
	where := provision.Conversation{Channel: e.Channel, Thread: cmp.Or(e.ThreadTimeStamp, e.TimeStamp)}
	for _, f := range e.Message.Files {
		all = append(all, upload{id: f.ID, name: f.Name, by: provision.Person(e.User), where: where})
	}
	return i.foreign(all)
}

// foreign are the uploads in our channels that are not our own.
func (i *Uploads) foreign(all []upload) []upload {
	return slices.DeleteFunc(all, func(u upload) bool {
		return string(u.by) == i.config.Identity.Me() || !i.config.Identity.Ours(u.where.Channel)
	})
}

func (i *Uploads) onUploads(ctx context.Context, event state.Event, all []upload) error {
	var failed []error
	for _, u := range all {
		failed = append(failed, i.onUpload(ctx, event, u))
	}
	return errors.Join(failed...)
}

// onUpload makes a job of a file in one of our channels. It is idempotent: a repeat finds the existing job. After some
// failures people are told that it waits.
func (i *Uploads) onUpload(ctx context.Context, event state.Event, u upload) error {
	unlock, err := i.oneFile.lock(ctx, u.id)
	if err != nil {
		return err
	}
	defer unlock()
	err = i.takeUpload(ctx, event, &u)
	giveBack(u.bytes)
	if err != nil && ctx.Err() == nil && !mayWait(event) {
		i.sayWaiting(ctx, event, u, err)
	}
	if err != nil {
		return err
	}
	i.waitsNoMore(ctx, u)
	return i.markSeen(ctx, u.where.Channel, u.id)
}

// giveBack returns to the system what a large file took, which the runtime would keep for minutes in case of another.
func giveBack(bytes int) {
	const large = 4 << 20
	if bytes >= large {
		debug.FreeOSMemory()
	}
}

// mayWait says whether a failure is still one that people need not hear of.
func mayWait(event state.Event) bool { return event.Tries+1 < readingTries }

func (i *Uploads) takeUpload(ctx context.Context, event state.Event, u *upload) error {
	file, err := i.config.Files.Info(ctx, u.id)
	switch {
	case webapi.FileNotFound(err):
		return i.notShown(ctx, event, u, err)
	case err != nil:
		return err
	case file.Mode == "tombstone":
		u.gone = true
		return nil
	}
	u.name, u.bytes = file.Name, file.Size
	if u.by == "" {
		u.by = provision.Person(file.User)
	}
	if string(u.by) == i.config.Identity.Me() {
		return nil
	}
	if where, ok := sharedIn(file, u.where.Channel); ok {
		u.where = where
	} else if there, err := i.findMessage(ctx, event, u, file); err != nil || !there {
		u.gone = err == nil
		return err
	}
	d := dropped{file: file, by: u.by, where: u.where, at: event.At}
	if err := i.config.Rights.MayRequest(ctx, d.by); err != nil {
		if provision.CodeOf(err) != provision.Denied {
			return err
		}
		return i.deny(ctx, d, err)
	}
	_, err = i.takeFile(ctx, d, mayWait(event))
	return err
}

// deny tells a person that they may not bring orders. One who left the channel meanwhile need not know.
func (i *Uploads) deny(ctx context.Context, d dropped, why error) error {
	err := i.config.Messages.PostEphemeral(ctx, d.where, d.by, blocks.Private(provision.MessageOf(why)), "")
	if kind := webapi.KindOf(err); err != nil && (kind == webapi.Final || kind == webapi.ForPeople) {
		i.log.WithError(err).WithField("file", d.file.ID).Warn("telling somebody that they may not bring orders")
		return nil
	}
	return err
}

// notShown is for a file that Slack doesn't show us. When its message is gone as well, somebody took it back.
func (i *Uploads) notShown(ctx context.Context, event state.Event, u *upload, why error) error {
	if !webapi.FileDeleted(why) {
		if mayWait(event) {
			return why
		}
		there, err := i.locate(ctx, event, u)
		if err != nil {
			return err
		}
		if there {
			return why
		}
	}
	i.log.WithError(why).WithField("file", u.id).Info("a shared file that is not there")
	u.gone = true
	return nil
}

// sharedIn is the conversation about a file in a channel, if it is shared there.
func sharedIn(file *slack.File, channel string) (provision.Conversation, bool) {
	shares := sharesIn(file, channel)
	if len(shares) == 0 {
		return provision.Conversation{}, false
	}
	thread := shares[0].ThreadTs // dropped into a thread: answered there
	if thread == "" {
		thread = shares[0].Ts
	}
	return provision.Conversation{Channel: channel, Thread: thread}, true
}

// sharesIn are the messages of a channel that a file is in.
func sharesIn(file *slack.File, channel string) []slack.ShareFileInfo {
	return slices.Concat(file.Shares.Public[channel], file.Shares.Private[channel])
}

// readAs is the name by which the reader recognizes a file's type. Mail forwarded to Slack has any name and often no
// header: only Slack still knows that it is an e-mail, in which no signature is the customer's.
func readAs(file *slack.File) string {
	if file.Mode == "email" || file.Filetype == "email" {
		return file.Name + ".eml"
	}
	return file.Name
}

// fetch downloads a file, unread.
func (i *Intake) fetch(ctx context.Context, file *slack.File) ([]byte, provision.Document, error) {
	content, err := i.config.Files.Download(ctx, file)
	if err != nil {
		return nil, provision.Document{}, err
	}
	return content, documentOf(file.Name, content), nil
}

// documentOf is what we keep of an order file.
func documentOf(name string, content []byte) provision.Document {
	sum := sha256.Sum256(content)
	return provision.Document{Name: name, Size: len(content), SHA256: hex.EncodeToString(sum[:])}
}
