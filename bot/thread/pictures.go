package thread

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strconv"

	"github.com/slack-go/slack"

	"mozybot/bot/blocks"
	"mozybot/bot/webapi"
	"mozybot/provision"
)

// keyPictures begins the keys of the messages that show the console's pictures. A job has one such message for every
// time it came to rest. The hash of each is how many pictures had been shown by then.
const keyPictures = "pictures."

// picturesLeft returns the pictures of a job at rest that its thread doesn't show yet, and the key of the message for
// them.
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

// attempt is a job with pictures to show, and how many tries failed.
type attempt struct {
	job    provision.JobID
	failed int
}

// ShowPictures posts the console's pictures from before and after each change, until ctx is done. It takes many calls,
// so it runs apart from the messages.
func (p *Publisher) ShowPictures(ctx context.Context) {
	p.pictures.Each(ctx, 1, func(ctx context.Context, a attempt) {
		err := p.show(ctx, a.job)
		log := p.log.WithField("job", a.job)
		switch {
		case err == nil || ctx.Err() != nil:
		case (webapi.KindOf(err) == webapi.Passing || webapi.KindOf(err) == webapi.OfToken) && a.failed < 10:
			log.WithError(err).Warn("showing the console's pictures; trying again")
			p.pictures.PutAfter(webapi.Wait(a.failed, err), attempt{a.job, a.failed + 1})
		default:
			log.WithError(err).Error("the console's pictures cannot be shown in the thread; they are kept in the folder for evidence")
		}
	})
}

// show posts the remaining pictures in one message. It looks for them in the thread first: the program may have ended
// between posting and recording.
func (p *Publisher) show(ctx context.Context, id provision.JobID) error {
	job, err := p.store.Job(ctx, id)
	if err != nil {
		return err
	}
	journal, err := p.store.Journal(ctx, id)
	if err != nil {
		return err
	}
	key, left, total := picturesLeft(job, journal)
	if len(left) == 0 || p.config.Pictures == nil {
		return nil
	}
	where := placeOf(job, key)
	ts, there, err := p.config.Files.FindOwn(ctx, where, fileName(job, left[0]), p.config.Now())
	if err != nil {
		return fmt.Errorf("looking for pictures in the thread: %w", err)
	}
	if !there {
		if err := p.upload(ctx, job, where, left); err != nil {
			return err
		}
	}
	_, err = p.remember(ctx, id, map[string]provision.Message{key: {TS: ts, Hash: strconv.Itoa(total)}})
	return err
}

// fileName is the picture's name in Slack, by which it is found again.
func fileName(j provision.Job, p provision.Picture) string {
	return fmt.Sprintf("job-%s-%s", j.ID, path.Base(p.Name))
}

func (p *Publisher) upload(ctx context.Context, job provision.Job, where provision.Conversation, pictures []provision.Picture) error {
	var files []slack.FileSummary
	for _, picture := range pictures {
		content, err := fs.ReadFile(p.config.Pictures, picture.Name)
		if errors.Is(err, fs.ErrNotExist) {
			p.log.WithField("job", job.ID).WithField("picture", picture.Name).Warn("a picture is no longer there")
			continue
		}
		if err != nil {
			return fmt.Errorf("reading a picture: %w", err)
		}
		title := blocks.PictureTitle(job, picture)
		file, err := p.config.Files.Upload(ctx, fileName(job, picture), title, content)
		if err != nil {
			return fmt.Errorf("uploading the picture %s: %w", picture.Name, err)
		}
		files = append(files, slack.FileSummary{ID: file, Title: title})
	}
	if len(files) == 0 {
		return nil
	}
	if err := p.config.Files.Share(ctx, where, blocks.PicturesText(job, len(files)), files); err != nil {
		return fmt.Errorf("showing %d pictures: %w", len(files), err)
	}
	return nil
}
