package intake

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"

	"mozybot/bot/blocks"
	"mozybot/bot/webapi"
	"mozybot/provision"
	"mozybot/state"
)

// readingTries is how often reading a file is tried after temporary failures before the person gets a reply.
const readingTries = 6

// errNotShared is how Slack is for a moment after an upload: the file is there, but not yet in a message.
var errNotShared = provision.Errorf(provision.Unavailable, "Slack does not say yet which message the file is in.")

// OnFileShared takes a file that was shared in one of our channels.
func (i *Intake) OnFileShared(ctx context.Context, event state.Event, e *slackevents.FileSharedEvent) error {
	if e.UserID == i.config.Identity.Me() || !i.config.Identity.Ours(e.ChannelID) {
		return nil
	}
	return i.onFile(ctx, event, e.FileID, e.ChannelID, e.UserID)
}

// OnMessage takes the files of a message. An upload comes as such a message, as file_shared, or as both, as the app is
// set up.
func (i *Intake) OnMessage(ctx context.Context, event state.Event, e *slackevents.MessageEvent) error {
	if e.Message == nil || e.SubType != slack.MsgSubTypeFileShare || e.User == i.config.Identity.Me() || !i.config.Identity.Ours(e.Channel) {
		return nil
	}
	var failed []error
	for _, f := range e.Message.Files {
		failed = append(failed, i.onFile(ctx, event, f.ID, e.Channel, e.User))
	}
	return errors.Join(failed...)
}

// onFile makes a job of a file in one of our channels. It is idempotent: a repeat finds the existing job.
func (i *Intake) onFile(ctx context.Context, event state.Event, id, channel, by string) error {
	unlock, err := i.oneFile.lock(ctx, id)
	if err != nil {
		return err
	}
	defer unlock()
	if err := i.takeUpload(ctx, event, id, channel, by); err != nil {
		return err
	}
	return i.markSeen(ctx, channel, id)
}

func (i *Intake) takeUpload(ctx context.Context, event state.Event, id, channel, by string) error {
	file, err := i.config.Files.Info(ctx, id)
	if webapi.FileNotFound(err) {
		i.log.WithError(err).WithField("file", id).Info("a shared file that is not there")
		return nil
	}
	if err != nil {
		return err
	}
	if by == "" {
		by = file.User
	}
	if by == i.config.Identity.Me() {
		return nil
	}
	where, ok := sharedIn(file, channel)
	if !ok {
		return errNotShared
	}
	d := dropped{file: file, by: provision.Person(by), where: where, at: event.At}
	if err := i.config.Rights.MayRequest(ctx, d.by); err != nil {
		if webapi.Temporary(err) {
			return err
		}
		return i.config.Messages.PostEphemeral(ctx, d.where, d.by, blocks.Private(provision.MessageOf(err)), "")
	}
	_, err = i.takeFile(ctx, d, event.Tries+1 < readingTries)
	return err
}

// sharedIn is the conversation about a file in a channel, if it is shared there.
func sharedIn(file *slack.File, channel string) (provision.Conversation, bool) {
	shares := slices.Concat(file.Shares.Public[channel], file.Shares.Private[channel])
	if len(shares) == 0 {
		return provision.Conversation{}, false
	}
	thread := shares[0].ThreadTs // dropped into a thread: answered there
	if thread == "" {
		thread = shares[0].Ts
	}
	return provision.Conversation{Channel: channel, Thread: thread}, true
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
