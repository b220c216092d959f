// Package intake makes jobs of orders, wherever they come from: files dropped into a channel, messages chosen with
// "Provision this order", typed forms, and mails. A file that cannot be read gets a reply where it was dropped. After
// an outage and from time to time, it looks for files that no event reported.
//
// A Reader reads the files, an Admission makes the jobs, and package rights says who may bring orders.
package intake

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/sirupsen/logrus"
	"github.com/slack-go/slack"

	"mozybot/bot/blocks"
	"mozybot/bot/webapi"
	"mozybot/provision"
	"mozybot/provision/dispatch"
	"mozybot/state"
)

// Reader turns the content of a file into an order. An error with code Unavailable is retried; the message of any other
// is posted in the thread. It is safe for concurrent use.
type Reader interface {
	Read(ctx context.Context, name string, content []byte) (provision.Order, error)
	ReadMail(ctx context.Context, content []byte) ([]provision.MailOrder, error)
	// Expect prepares for a file of that name, which is on its way. It does not block.
	Expect(name string)
}

// Admission makes jobs of orders.
type Admission interface {
	Admit(ctx context.Context, o dispatch.Order) (job provision.Job, fresh bool, err error)
	OfSource(ctx context.Context, source string) (provision.Job, bool, error)
	OfDocument(ctx context.Context, document provision.Document) (provision.Job, bool, error)
}

// Rights says who may bring orders.
type Rights interface {
	MayRequest(ctx context.Context, person provision.Person) error
}

// Store is the part of the store that this package uses; package state describes it.
type Store interface {
	Job(ctx context.Context, id provision.JobID) (provision.Job, error)
	Receive(ctx context.Context, event state.Event) (fresh bool, err error)
	Handled(ctx context.Context, key string) error
	Setting(ctx context.Context, name string) (string, error)
	SetSetting(ctx context.Context, name, value string) error
}

// Config holds what this package needs; only the switches may be zero.
type Config struct {
	Messages  *webapi.Messages
	Files     *webapi.Files
	Identity  *webapi.Identity
	People    *webapi.People
	Store     Store
	Reader    Reader
	Admission Admission
	Rights    Rights

	Senders provision.Senders // whose mails are orders

	DryRun bool // the jobs that are made are dry runs

	Log logrus.FieldLogger
	Now func() time.Time
}

// Intake makes jobs of order files. It is safe for concurrent use.
type Intake struct {
	config  Config
	log     logrus.FieldLogger
	oneFile *keyedMutex
	waiting *waiting
}

// New makes an Intake.
func New(c Config) *Intake {
	return &Intake{config: c, log: c.Log, oneFile: newKeyedMutex(), waiting: &waiting{sent: map[string]reply{}}}
}

// The metadata of the replies to files.
const (
	metadataUnreadable = "mozy_unreadable"
	metadataDuplicate  = "mozy_duplicate" // a file that already has a job
	metadataWaiting    = "mozy_waiting"   // a file that Slack does not give us
	metadataGivenUp    = "mozy_given_up"  // one that it did not give us for a day
)

// dropped is an order file that somebody brought.
type dropped struct {
	file  *slack.File
	by    provision.Person
	where provision.Conversation // where its job is discussed; without a thread, the job starts one
	at    time.Time              // when it came in
}

// reactionUnread is on a message with a file that holds no order, so that the channel shows it as it shows how orders stand.
const reactionUnread = "question"

// starts says whether the file is in the message that starts the thread, and not in a reply.
func (d dropped) starts() bool {
	return slices.ContainsFunc(sharesIn(d.file, d.where.Channel), func(s slack.ShareFileInfo) bool { return s.Ts == d.where.Thread })
}

// source identifies an upload, so that it makes one job. A dry run's file can still make a real job.
func (i *Intake) source(d dropped) string {
	source := "slack:" + d.where.Channel + ":" + d.file.ID
	if i.config.DryRun {
		return "shadow:" + source
	}
	return source
}

// takeFile makes a job of a file, or finds the existing one: of the same upload, or of the same content, which gets a
// reply in the thread. An unreadable file gets a reply too, and no job. A download that failed is returned as an error, and
// while mayWait is set, so is a reader that could not read just now: the caller tries again. It is called for one file at a
// time.
func (i *Intake) takeFile(ctx context.Context, d dropped, mayWait bool) (provision.JobID, error) {
	if made, there, err := i.config.Admission.OfSource(ctx, i.source(d)); err != nil || there {
		return made.ID, err
	}
	i.config.Reader.Expect(readAs(d.file))
	content, document, err := i.fetch(ctx, d.file)
	switch {
	case err != nil && webapi.KindOf(err) == webapi.Final:
		return "", i.sayUnreadable(ctx, d, err)
	case err != nil:
		return "", err
	}
	same, there, err := i.config.Admission.OfDocument(ctx, document)
	if err != nil {
		return "", err
	}
	if there {
		return same.ID, i.sayDuplicate(ctx, d, same)
	}
	order, err := i.config.Reader.Read(ctx, readAs(d.file), content)
	switch {
	case err != nil && readAgain(err) && mayWait:
		return "", err
	case err != nil:
		return "", i.sayUnreadable(ctx, d, err)
	}
	job, _, err := i.admit(ctx, d, document, order)
	if err == nil && job.Source != i.source(d) { // somebody else sent the same content at the same moment
		err = i.sayDuplicate(ctx, d, job)
	}
	return job.ID, err
}

// readAgain says whether the reader had trouble of its own, rather than with the content.
func readAgain(err error) bool {
	return provision.CodeOf(err) == provision.Unavailable || errors.Is(err, context.DeadlineExceeded)
}

func (i *Intake) admit(ctx context.Context, d dropped, document provision.Document, order provision.Order) (provision.Job, bool, error) {
	return i.config.Admission.Admit(ctx, dispatch.Order{Source: i.source(d), Requester: d.by, Where: d.where, Document: document, Order: order})
}

func (i *Intake) sayDuplicate(ctx context.Context, d dropped, job provision.Job) error {
	i.log.WithField("file", d.file.ID).WithField("job", job.ID).Info("a file that was brought before")
	link := i.config.Messages.Link(ctx, job)
	return i.sayOnce(ctx, d, blocks.Duplicate(d.file.Name, job, link),
		slack.SlackMetadata{EventType: metadataDuplicate, EventPayload: map[string]any{"file_id": d.file.ID, "job": string(job.ID)}})
}

func (i *Intake) sayUnreadable(ctx context.Context, d dropped, why error) error {
	if ctx.Err() != nil {
		return why
	}
	i.log.WithError(why).WithField("file", d.file.ID).Info("a file that is no order")
	sentence := provision.MessageOf(why)
	if err := i.sayOnce(ctx, d, blocks.Unreadable(d.file.ID, d.file.Name, sentence), unreadableMetadata(d.file.ID, sentence)); err != nil {
		return err
	}
	if d.starts() {
		if err := i.config.Messages.ReactInTurn(ctx, d.where, reactionUnread); err != nil {
			i.log.WithError(err).WithField("file", d.file.ID).Info("a file that is no order shows no reaction")
		}
	}
	return nil
}

func unreadableMetadata(file, why string) slack.SlackMetadata {
	return slack.SlackMetadata{EventType: metadataUnreadable, EventPayload: map[string]any{"file_id": file, "error": why}}
}

// sayOnce replies to a file that doesn't become a job. An earlier reply is found by its metadata.
func (i *Intake) sayOnce(ctx context.Context, d dropped, m blocks.Message, metadata slack.SlackMetadata) error {
	_, err := i.config.Messages.SayOnce(ctx, webapi.Post{Where: d.where, Message: m, Metadata: metadata}, d.at,
		func(payload map[string]any) bool { return payload["file_id"] == d.file.ID })
	if err != nil {
		return fmt.Errorf("answering the file %s: %w", d.file.ID, err)
	}
	return nil
}
