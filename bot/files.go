package bot

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"

	"mozybot/provision"
)

// Bounds on one order file.
const (
	maxFile      = 20_000_000 // bytes
	downloadTime = time.Minute
	readingTries = 6 // when what fails should pass, before the person is told
)

// errNotShared is how Slack is for a moment after an upload: the file is there, but not yet in a message.
var errNotShared = provision.Errorf(provision.Unavailable, "Slack does not say yet which message the file is in.")

// onFileShared takes a file that was shared in one of our channels.
func (b *Bot) onFileShared(ctx context.Context, t task, e *slackevents.FileSharedEvent) error {
	if e.UserID == b.me || !b.channels[e.ChannelID] {
		return nil
	}
	return b.onFile(ctx, t, e.FileID, e.ChannelID, e.UserID)
}

// onMessage takes the files of a message. An upload comes as such a message, as file_shared, or as both, as the app is
// set up.
func (b *Bot) onMessage(ctx context.Context, t task, e *slackevents.MessageEvent) error {
	if e.Message == nil || e.SubType != slack.MsgSubTypeFileShare || e.User == b.me || !b.channels[e.Channel] {
		return nil
	}
	var failed []error
	for _, f := range e.Message.Files {
		failed = append(failed, b.onFile(ctx, t, f.ID, e.Channel, e.User))
	}
	return errors.Join(failed...)
}

// onFile makes a job of a file in one of our channels. Doing it again finds the job that is there.
func (b *Bot) onFile(ctx context.Context, t task, id, channel, by string) error {
	over, ok := b.turns.take(ctx, id)
	if !ok {
		return ctx.Err()
	}
	defer over()
	if err := b.bringIn(ctx, t, id, channel, by); err != nil {
		return err
	}
	return b.workedOn(ctx, channel, id)
}

func (b *Bot) bringIn(ctx context.Context, t task, id, channel, by string) error {
	file, err := b.fileInfo(ctx, id)
	if notThere(err) {
		b.Log.WithError(err).WithField("file", id).Info("a shared file that is not there")
		return nil
	}
	if err != nil {
		return err
	}
	if by == "" {
		by = file.User
	}
	if by == b.me {
		return nil
	}
	where, ok := sharedIn(file, channel)
	if !ok {
		return errNotShared
	}
	d := dropped{file: file, by: provision.Person(by), where: where, at: t.event.At}
	if err := b.mayBring(ctx, d.by); err != nil {
		if passing(err) {
			return err
		}
		return b.tell(ctx, d.where, d.by, provision.MessageOf(err), "")
	}
	_, err = b.takeFile(ctx, d, t.failed+1 < readingTries)
	return err
}

func (b *Bot) fileInfo(ctx context.Context, id string) (*slack.File, error) {
	file, _, _, err := b.Slack.GetFileInfoContext(ctx, id, 0, 0)
	if err != nil {
		return nil, fmt.Errorf("asking about file %s: %w", id, err)
	}
	return file, nil
}

// notThere says that Slack does not show us a file, or not any more.
func notThere(err error) bool {
	switch slackSays(err) {
	case "file_not_found", "file_deleted", "not_visible":
		return true
	}
	return false
}

// sharedIn is where a file is talked about in a channel, if it is shared there.
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

// readAs is the name by which the reader takes a file for what it is. What was mailed into Slack has any name and often
// no header left: only Slack still knows that it is an e-mail, in which no signature is the customer's.
func readAs(file *slack.File) string {
	if file.Mode == "email" || file.Filetype == "email" {
		return file.Name + ".eml"
	}
	return file.Name
}

// fetch downloads a file, unread.
func (b *Bot) fetch(ctx context.Context, file *slack.File) ([]byte, provision.Document, error) {
	content, err := b.download(ctx, file)
	if err != nil {
		return nil, provision.Document{}, err
	}
	return content, documentOf(file.Name, content), nil
}

// documentOf is what is kept of a file that brought an order.
func documentOf(name string, content []byte) provision.Document {
	sum := sha256.Sum256(content)
	return provision.Document{Name: name, Size: len(content), SHA256: hex.EncodeToString(sum[:])}
}

func (b *Bot) mayBring(ctx context.Context, person provision.Person) error {
	if len(b.Requesters) == 0 {
		return nil
	}
	allowed, err := b.people.named(ctx, b.Requesters)
	if slices.Contains(allowed, person) {
		return nil
	}
	if err != nil {
		return err
	}
	return provision.Errorf(provision.Denied, "Only requesters may bring orders, so no job was made of this file. Ask one of them to drop it.")
}

// download fetches a file from Slack itself and from nowhere else; the client refuses any other origin the token.
func (b *Bot) download(ctx context.Context, file *slack.File) ([]byte, error) {
	url := file.URLPrivateDownload
	if url == "" {
		url = file.URLPrivate
	}
	switch {
	case file.IsExternal || file.Mode == "external":
		return nil, provision.Errorf(provision.Invalid, "The file is kept outside Slack. Download it and drop the file itself.")
	case url == "":
		return nil, provision.Errorf(provision.Invalid, "Slack does not let mozybot download this file. Upload it to this channel again.")
	case file.Size > maxFile:
		return nil, errTooLarge
	}
	ctx, stop := context.WithTimeout(ctx, downloadTime)
	defer stop()
	content := &limited{most: maxFile}
	err := b.Slack.GetFileContext(ctx, url, content)
	switch {
	case errors.Is(err, errTooLarge):
		return nil, errTooLarge
	case err != nil && passing(err):
		return nil, fmt.Errorf("downloading file %s: %w", file.ID, err)
	case err != nil:
		return nil, &provision.Error{Code: provision.Invalid, Err: err,
			Message: "Slack does not let mozybot download this file. Upload it to this channel again."}
	}
	return content.bytes, nil
}

var errTooLarge = provision.Errorf(provision.Invalid, "The file is larger than 20 MB, which no order is.")

// limited keeps what is written to it and refuses more than it may hold.
type limited struct {
	bytes []byte
	most  int
}

func (l *limited) Write(p []byte) (int, error) {
	if len(l.bytes)+len(p) > l.most {
		return 0, errTooLarge
	}
	l.bytes = append(l.bytes, p...)
	return len(p), nil
}
