package bot

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/slack-go/slack"

	"mozybot/bot/blocks"
	"mozybot/provision"
)

// keyPictures begins the keys of the messages that show the console's pictures. A job has one such message, and another
// one for every time that it came to rest before its end. The hash of each is how many pictures had been shown by then.
const keyPictures = "pictures."

// picturesLeft are the pictures of a job at rest that its thread does not show yet, and the key of the message they go
// into.
func picturesLeft(j provision.Job, journal []provision.Entry) (key string, left []provision.Picture, total int) {
	if j.State() == provision.Running || j.State() == provision.Approved {
		return "", nil, 0
	}
	all, shown := provision.Pictures(journal), 0
	for n := 1; ; n++ {
		key = keyPictures + strconv.Itoa(n)
		sent, known := j.Messages[key]
		if !known {
			break
		}
		shown, _ = strconv.Atoi(sent.Hash)
	}
	return key, all[min(shown, len(all)):], len(all)
}

// showPictures puts into the threads what the console showed before and after each change. It takes many calls, so it
// does not hold up what is said.
func (b *Bot) showPictures(ctx context.Context) error {
	b.pictures.each(ctx, 1, func(ctx context.Context, a attempt) {
		err := b.show(ctx, a.job)
		log := b.Log.WithField("job", a.job)
		switch {
		case err == nil || ctx.Err() != nil:
		case passing(err) && a.failed < 10:
			log.WithError(err).Warn("showing the console's pictures; trying again")
			b.pictures.putAfter(max(backoff(a.failed), retryAfter(err)), attempt{a.job, a.failed + 1})
		default:
			log.WithError(err).Error("the console's pictures cannot be shown in the thread; they are kept in the folder for evidence")
		}
	})
	return nil
}

// show shows the pictures that are left, in one message. It looks for them in the thread first: the program may have
// ended between showing and remembering.
func (b *Bot) show(ctx context.Context, id provision.JobID) error {
	job, err := b.Store.Job(ctx, id)
	if err != nil {
		return err
	}
	journal, err := b.Store.Journal(ctx, id)
	if err != nil {
		return err
	}
	key, left, total := picturesLeft(job, journal)
	if len(left) == 0 || b.Evidence == nil {
		return nil
	}
	where := placeOf(job, key)
	ts, there, err := b.ownFile(ctx, where, fileName(job, left[0]))
	if err != nil {
		return fmt.Errorf("looking for pictures in the thread: %w", err)
	}
	if !there {
		if err := b.upload(ctx, job, where, left); err != nil {
			return err
		}
	}
	_, err = b.remember(ctx, id, map[string]provision.Message{key: {TS: ts, Hash: strconv.Itoa(total)}})
	return err
}

// fileName is the picture's name in Slack, by which it is known again.
func fileName(j provision.Job, p provision.Picture) string {
	return fmt.Sprintf("job-%s-%s", j.ID, path.Base(p.Name))
}

func (b *Bot) upload(ctx context.Context, job provision.Job, where provision.Conversation, pictures []provision.Picture) error {
	var files []slack.FileSummary
	for _, p := range pictures {
		content, err := fs.ReadFile(b.Evidence, p.Name)
		if errors.Is(err, fs.ErrNotExist) {
			b.Log.WithField("job", job.ID).WithField("picture", p.Name).Warn("a picture is no longer there")
			continue
		}
		if err != nil {
			return fmt.Errorf("reading a picture: %w", err)
		}
		title := blocks.PictureTitle(job, p)
		file, err := b.promise(ctx, fileName(job, p), title, content)
		if err != nil {
			return fmt.Errorf("uploading the picture %s: %w", p.Name, err)
		}
		files = append(files, slack.FileSummary{ID: file, Title: title})
	}
	if len(files) == 0 {
		return nil
	}
	if wait := b.pace.take(postsTo(where.Channel), 0); wait > 0 && !pause(ctx, wait) {
		return ctx.Err()
	}
	_, err := b.Slack.CompleteUploadExternalContext(ctx, slack.CompleteUploadExternalParameters{
		Files: files, Channel: where.Channel, ThreadTimestamp: where.Thread, InitialComment: blocks.PicturesText(job, len(files)),
	})
	if err != nil {
		return fmt.Errorf("showing %d pictures: %w", len(files), err)
	}
	return nil
}

// promise uploads a file that is not shown anywhere yet.
func (b *Bot) promise(ctx context.Context, name, title string, content []byte) (id string, err error) {
	err = insist(ctx, func() error {
		place, err := b.Slack.GetUploadURLExternalContext(ctx, slack.GetUploadURLExternalParameters{FileName: name, FileSize: len(content), AltTxt: title})
		if err != nil {
			return err
		}
		id = place.FileID
		return b.Slack.UploadToURL(ctx, slack.UploadToURLParameters{UploadURL: place.UploadURL, Reader: bytes.NewReader(content), Filename: name})
	})
	return id, err
}

// ownFile looks for a file of ours in a thread.
func (b *Bot) ownFile(ctx context.Context, where provision.Conversation, name string) (ts string, found bool, err error) {
	err = b.through(ctx, where, b.Now(), func(m slack.Message) error {
		if m.User == b.me && slices.ContainsFunc(m.Files, func(f slack.File) bool { return strings.EqualFold(f.Name, name) }) {
			ts, found = m.Timestamp, true
		}
		return nil
	})
	return ts, found, err
}
