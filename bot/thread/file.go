package thread

import (
	"bytes"
	"context"
	"fmt"
	"strconv"

	"github.com/slack-go/slack"

	"mozybot/bot/blocks"
	"mozybot/provision"
	"mozybot/provision/report"
)

// keyFile begins the keys of the messages with a job's file, which somebody asked for. The hash of each is how many records the
// audit had of the job then.
const keyFile = "file."

// fileLeft is the key of the next message with a job's file, and how many records the audit has of the job; false when it had as
// many for the last one.
func (p *Album) fileLeft(ctx context.Context, job provision.Job) (key string, records int, left bool, err error) {
	err = p.store.AuditLines(ctx, job.ID, func([]byte) error { records++; return nil })
	if err != nil {
		return "", 0, false, fmt.Errorf("counting the records of job %s: %w", job.ID, err)
	}
	for n, shown := 1, 0; ; n++ {
		key = keyFile + strconv.Itoa(n)
		sent, there := job.Messages[key]
		if !there {
			return key, records, records != shown, nil
		}
		shown, _ = strconv.Atoi(sent.Hash)
	}
}

// ShowFile has a job's file shown in its thread. It refuses what is there already.
func (p *Album) ShowFile(ctx context.Context, id provision.JobID) error {
	job, err := p.store.Job(ctx, id)
	if err != nil {
		return err
	}
	_, _, left, err := p.fileLeft(ctx, job)
	if err != nil {
		return err
	}
	if !left {
		return provision.Errorf(provision.Stale, "The file of job %s is in its thread already, and nothing has happened since.", id)
	}
	p.due.Put(attempt{job: id, kind: jobFile})
	return nil
}

// showFile posts a job's file, unless it is there: two presses, or an end between posting and recording, make one.
func (p *Album) showFile(ctx context.Context, id provision.JobID) error {
	job, err := p.store.Job(ctx, id)
	if err != nil {
		return err
	}
	key, records, left, err := p.fileLeft(ctx, job)
	if err != nil || !left {
		return err
	}
	where, name := placeOf(job, key), fmt.Sprintf("job-%s-%d.html", job.ID, records)
	ts, there, err := p.config.Files.FindOwn(ctx, where, name, p.config.Now())
	if err != nil {
		return fmt.Errorf("looking for the job's file in the thread: %w", err)
	}
	if !there {
		if err := p.uploadFile(ctx, job, where, name); err != nil {
			return err
		}
	}
	_, err = remember(ctx, p.store, job.ID, map[string]provision.Message{key: {TS: ts, Hash: strconv.Itoa(records)}})
	return err
}

func (p *Album) uploadFile(ctx context.Context, job provision.Job, where provision.Conversation, name string) error {
	var content bytes.Buffer
	if err := report.JobFrom(ctx, &content, p.store, job.ID, p.config.Pictures, p.config.Now()); err != nil {
		return err
	}
	file, err := p.config.Files.Upload(ctx, name, blocks.FileTitle(job), content.Bytes())
	if err != nil {
		return fmt.Errorf("uploading the job's file: %w", err)
	}
	if err := p.config.Files.Share(ctx, where, blocks.FileText(job), []slack.FileSummary{{ID: file, Title: blocks.FileTitle(job)}}); err != nil {
		return fmt.Errorf("showing the job's file: %w", err)
	}
	return nil
}
