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

	"mozybot/bot/blocks"
	"mozybot/provision"
)

// Bounds on one order file.
const (
	maxFile      = 20 << 20 // bytes
	downloadTime = time.Minute
	readingTries = 6 // when what fails should pass, before the person is told
)

// errNotShared is how Slack is for a moment after an upload: the file is there, but not yet in a message.
var errNotShared = provision.Errorf(provision.Unavailable, "Slack does not say yet which message the file is in.")

// dropped is an order file as somebody dropped it.
type dropped struct {
	file  *slack.File
	by    provision.Person
	where provision.Conversation
}

// source is what makes the same upload the same job.
func (d dropped) source() string { return "slack:" + d.where.Channel + ":" + d.file.ID }

// onFile makes a job of a file that was shared in one of our channels. Doing it again finds the job that is there.
func (b *Bot) onFile(ctx context.Context, t task, e *slackevents.FileSharedEvent) error {
	if e.UserID == b.me || !b.channels[e.ChannelID] {
		return nil
	}
	d, err := b.find(ctx, e)
	if err != nil || d == nil {
		return err
	}
	if err := b.mayBring(ctx, d.by); err != nil {
		if passing(err) {
			return err
		}
		return b.tell(ctx, d.where, d.by, provision.MessageOf(err), "")
	}
	order, document, err := b.read(ctx, d.file)
	if err != nil && passing(err) && t.failed+1 < readingTries {
		return err
	}
	if err != nil {
		return b.unreadable(ctx, *d, err)
	}
	_, _, err = b.take(ctx, provision.NewJob(d.source(), d.by, d.where, document, order, b.MaxOrderGB, b.Now()))
	return err
}

// take has a new job saved and shown. It says false when what brought it has a job already, which is returned instead.
func (b *Bot) take(ctx context.Context, made provision.Job) (job provision.Job, fresh bool, err error) {
	job, err = b.Store.Create(ctx, made)
	if err != nil && provision.CodeOf(err) != provision.Conflict {
		return job, false, fmt.Errorf("saving the job of %s: %w", made.Source, err)
	}
	log := b.Log.WithField("job", job.ID).WithField("source", made.Source)
	if err != nil {
		log.Info("the order has a job already")
		b.threads.doubt(job.ID)
		b.Changed(job.ID)
		return job, false, nil
	}
	log.WithField("state", job.State()).Info("an order became a job")
	b.present(job)
	return job, true, nil
}

// read makes an order of a shared file.
func (b *Bot) read(ctx context.Context, file *slack.File) (provision.Order, provision.Document, error) {
	content, document, err := b.fetch(ctx, file)
	if err != nil {
		return provision.Order{}, provision.Document{}, err
	}
	order, err := b.Reader.Read(ctx, file.Name, content)
	return order, document, err
}

// fetch downloads a file, unread.
func (b *Bot) fetch(ctx context.Context, file *slack.File) ([]byte, provision.Document, error) {
	content, err := b.download(ctx, file)
	if err != nil {
		return nil, provision.Document{}, err
	}
	sum := sha256.Sum256(content)
	return content, provision.Document{Name: file.Name, Size: len(content), SHA256: hex.EncodeToString(sum[:])}, nil
}

// find asks Slack about a shared file; nil when there is nothing to answer.
func (b *Bot) find(ctx context.Context, e *slackevents.FileSharedEvent) (*dropped, error) {
	file, _, _, err := b.Slack.GetFileInfoContext(ctx, e.FileID, 0, 0)
	switch slackSays(err) {
	case "file_not_found", "file_deleted", "not_visible":
		b.Log.WithError(err).WithField("file", e.FileID).Info("a shared file that is not there")
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("asking about file %s: %w", e.FileID, err)
	}
	by := e.UserID
	if by == "" {
		by = file.User
	}
	if by == b.me {
		return nil, nil
	}
	shares := slices.Concat(file.Shares.Public[e.ChannelID], file.Shares.Private[e.ChannelID])
	if len(shares) == 0 {
		return nil, errNotShared
	}
	thread := shares[0].ThreadTs // dropped into a thread: answered there
	if thread == "" {
		thread = shares[0].Ts
	}
	return &dropped{file, provision.Person(by), provision.Conversation{Channel: e.ChannelID, Thread: thread}}, nil
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

// unreadable answers a file that cannot become a job, once: an answer that was given before is found by its metadata.
func (b *Bot) unreadable(ctx context.Context, d dropped, why error) error {
	if ctx.Err() != nil {
		return why
	}
	b.Log.WithError(why).WithField("file", d.file.ID).Info("a file that is no order")
	said := false
	err := b.ours(ctx, d.where, func(event string, payload map[string]any, _ string) {
		said = said || event == metadataUnreadable && payload["file_id"] == d.file.ID
	})
	if err != nil {
		return fmt.Errorf("looking for an earlier answer: %w", err)
	}
	if said {
		return nil
	}
	sentence := provision.MessageOf(why)
	message := outgoing{where: d.where, message: blocks.Unreadable(d.file.ID, d.file.Name, sentence), metadata: unreadableMetadata(d.file.ID, sentence)}
	if !b.pace.wait(ctx, postsTo(d.where.Channel)) {
		return ctx.Err()
	}
	if _, err := b.post(ctx, message); err != nil {
		return fmt.Errorf("answering an unreadable file: %w", err)
	}
	return nil
}
