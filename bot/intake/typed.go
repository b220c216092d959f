package intake

import (
	"context"

	"github.com/slack-go/slack"

	"mozybot/bot/blocks"
	"mozybot/bot/webapi"
	"mozybot/provision"
	"mozybot/provision/dispatch"
)

// noFile stands in for a file's name.
const noFile = "(typed in by hand)"

// TypedForFile makes a job of an unreadable file from what somebody typed in for it. answer is the ts of the reply
// whose button is then removed.
func (i *Intake) TypedForFile(ctx context.Context, by provision.Person, where provision.Conversation, fileID, answer string, fields provision.Fields) error {
	if err := i.config.Rights.MayRequest(ctx, by); err != nil {
		return err
	}
	unlock, err := i.oneFile.lock(ctx, fileID) // what is being said about the file is said first
	if err != nil {
		return err
	}
	defer unlock()
	var file *slack.File
	err = webapi.Retry(ctx, func() (err error) {
		file, err = i.config.Files.Info(ctx, fileID)
		return err
	})
	if err != nil { // which may be why somebody types it in
		file = &slack.File{ID: fileID, Name: noFile}
	}
	d := dropped{file: file, by: by, where: where}
	_, document, err := i.fetch(ctx, file)
	if err != nil { // likewise
		document = provision.Document{Name: file.Name, Size: file.Size}
	}
	job, fresh, err := i.admit(ctx, d, document, provision.Order{}.With(fields))
	if err != nil {
		return err
	}
	if !fresh && job.Requester != by {
		return provision.Errorf(provision.Conflict, "Somebody else typed this file in before: it is job %s.", job.ID)
	}
	i.waiting.drop(upload{id: file.ID, where: where}.key())
	without := webapi.Post{Where: where, Message: blocks.TypedIn(file.Name, job.Requester, job.ID), Metadata: unreadableMetadata(file.ID, "")}
	if err := webapi.Retry(ctx, func() error { return i.config.Messages.Edit(ctx, without, answer) }); err != nil {
		i.log.WithError(err).WithField("job", job.ID).Warn("taking the button off the answer to an unreadable file")
	}
	if err := i.config.Messages.Unreact(ctx, where, reactionUnread); err != nil {
		i.log.WithError(err).WithField("job", job.ID).Info("taking the reaction off an unreadable file")
	}
	return nil
}

// Typed makes a job of an order typed in without a file. view is the form's id, which identifies the order across
// retries.
func (i *Intake) Typed(ctx context.Context, by provision.Person, where provision.Conversation, view string, fields provision.Fields) ([]blocks.FileResult, error) {
	if err := i.config.Rights.MayRequest(ctx, by); err != nil {
		return nil, err
	}
	job, _, err := i.config.Admission.Admit(ctx, dispatch.Order{
		Source: "slack:form:" + view, Requester: by, Where: where, Document: provision.Document{Name: noFile}, Order: provision.Order{}.With(fields),
	})
	if err != nil {
		return nil, err
	}
	return []blocks.FileResult{{File: "Your order", Job: job.ID, Channel: where.Channel}}, nil
}
