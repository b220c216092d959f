package bot

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/slack-go/slack"

	"mozybot/bot/blocks"
	"mozybot/provision"
)

// dropped is an order file that somebody brought.
type dropped struct {
	file  *slack.File
	by    provision.Person
	where provision.Conversation // where its job is talked about; without a thread, the job begins one
	at    time.Time              // when it was brought
}

// source is what makes the same upload the same job. What was made a job in shadow may be made another in earnest.
func (b *Bot) source(d dropped) string {
	source := "slack:" + d.where.Channel + ":" + d.file.ID
	if b.Shadow {
		return "shadow:" + source
	}
	return source
}

// takeFile makes a job of a file, or finds the one that is there: of the same upload, or of the same content, which the
// thread is told. A file that cannot be read is answered there, too, and has no job. While mayWait, what should pass is
// an error instead, so that the caller tries again. It is called for one file at a time.
func (b *Bot) takeFile(ctx context.Context, d dropped, mayWait bool) (provision.JobID, error) {
	if made, err := b.Store.Alike(ctx, provision.Job{Source: b.source(d)}); err != nil {
		return "", err
	} else if len(made) > 0 {
		b.known(made[0])
		return made[0].ID, nil
	}
	var order provision.Order
	content, document, err := b.fetch(ctx, d.file)
	if err == nil {
		this := provision.Job{Document: document, Shadow: b.Shadow}
		alike, lost := b.Store.Alike(ctx, this)
		if lost != nil {
			return "", lost
		}
		if at := slices.IndexFunc(alike, this.SameDocument); at >= 0 {
			return alike[at].ID, b.sayDuplicate(ctx, d, alike[at])
		}
		order, err = b.Reader.Read(ctx, readAs(d.file), content)
	}
	switch {
	case err != nil && passing(err) && mayWait:
		return "", err
	case err != nil:
		return "", b.sayUnreadable(ctx, d, err)
	}
	job, _, err := b.take(ctx, provision.NewJob(b.source(d), d.by, d.where, document, order, b.MaxOrderGB, b.Now()))
	if err == nil && job.Source != b.source(d) { // somebody brought the same content at the same moment
		err = b.sayDuplicate(ctx, d, job)
	}
	return job.ID, err
}

// take has a new job saved and shown. It says false when what brought it, or a file of the same content, has a job
// already, which is returned instead. Orders are taken one at a time, so that each is held against all before it.
func (b *Bot) take(ctx context.Context, made provision.Job) (job provision.Job, fresh bool, err error) {
	b.taking.Lock()
	defer b.taking.Unlock()
	made.Shadow = b.Shadow
	alike, err := b.Store.Alike(ctx, made)
	if err != nil {
		return provision.Job{}, false, err
	}
	if at := slices.IndexFunc(alike, made.SameDocument); at >= 0 {
		b.known(alike[at])
		return alike[at], false, nil
	}
	if at := slices.IndexFunc(alike, made.SameNumber); at >= 0 {
		made.Suspect(alike[at].ID)
	}
	job, err = b.Store.Create(ctx, made)
	if err != nil && provision.CodeOf(err) != provision.Conflict {
		return job, false, fmt.Errorf("saving the job of %s: %w", made.Source, err)
	}
	if err != nil {
		b.known(job)
		return job, false, nil
	}
	b.Log.WithField("job", job.ID).WithField("source", made.Source).WithField("state", job.State()).Info("an order became a job")
	b.present(job)
	return job, true, nil
}

// known has a job shown that was made before: the program may have ended before it was.
func (b *Bot) known(job provision.Job) {
	b.Log.WithField("job", job.ID).Info("the order has a job already")
	b.threads.doubt(job.ID)
	b.Changed(job.ID)
}

// sameNumber is the job whose order has the same number, "" when there is none.
func (b *Bot) sameNumber(ctx context.Context, job provision.Job) (provision.JobID, error) {
	alike, err := b.Store.Alike(ctx, job)
	if err != nil {
		return "", err
	}
	if at := slices.IndexFunc(alike, job.SameNumber); at >= 0 {
		return alike[at].ID, nil
	}
	return "", nil
}

func (b *Bot) sayDuplicate(ctx context.Context, d dropped, job provision.Job) error {
	b.Log.WithField("file", d.file.ID).WithField("job", job.ID).Info("a file that was brought before")
	return b.sayOnce(ctx, d, blocks.Duplicate(d.file.Name, job, b.link(ctx, job)),
		slack.SlackMetadata{EventType: metadataDuplicate, EventPayload: map[string]any{"file_id": d.file.ID, "job": string(job.ID)}})
}

func (b *Bot) sayUnreadable(ctx context.Context, d dropped, why error) error {
	if ctx.Err() != nil {
		return why
	}
	b.Log.WithError(why).WithField("file", d.file.ID).Info("a file that is no order")
	sentence := provision.MessageOf(why)
	return b.sayOnce(ctx, d, blocks.Unreadable(d.file.ID, d.file.Name, sentence), unreadableMetadata(d.file.ID, sentence))
}

// sayOnce answers a file that does not become a job. An answer that was given before is found by its metadata.
func (b *Bot) sayOnce(ctx context.Context, d dropped, m blocks.Message, metadata slack.SlackMetadata) error {
	said := false
	err := b.ours(ctx, d.where, d.at, func(event string, payload map[string]any, _ string) {
		said = said || event == metadata.EventType && payload["file_id"] == d.file.ID
	})
	if err != nil {
		return fmt.Errorf("looking for an earlier answer: %w", err)
	}
	if said {
		return nil
	}
	if !b.pace.wait(ctx, postsTo(d.where.Channel)) {
		return ctx.Err()
	}
	if _, err := b.post(ctx, outgoing{where: d.where, message: m, metadata: metadata}); err != nil {
		return fmt.Errorf("answering the file %s: %w", d.file.ID, err)
	}
	return nil
}

// link is the address of a job's summary, "" when there is none to be had.
func (b *Bot) link(ctx context.Context, job provision.Job) string {
	ts := job.Messages[keySummary].TS
	if ts == "" {
		return ""
	}
	link, err := b.Slack.GetPermalinkContext(ctx, &slack.PermalinkParameters{Channel: job.Conversation.Channel, Ts: ts})
	if err != nil {
		b.Log.WithError(err).WithField("job", job.ID).Warn("asking for a link to a job")
		return ""
	}
	return link
}
