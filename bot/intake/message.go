package intake

import (
	"context"
	"errors"
	"fmt"
	"regexp"

	"github.com/slack-go/slack"

	"mozybot/bot/blocks"
	"mozybot/bot/webapi"
	"mozybot/provision"
	"mozybot/state"
)

// TakeMessage makes a job of each file of a message and returns the results. Jobs from outside the channels for orders
// start a thread in the first of those.
func (i *Intake) TakeMessage(ctx context.Context, event state.Event, by provision.Person, where provision.Conversation, files []slack.File) ([]blocks.FileResult, error) {
	if len(files) == 0 {
		return nil, provision.Errorf(provision.Invalid, "There is no file at that message, so there is no order to provision.")
	}
	if err := i.config.Rights.MayRequest(ctx, by); err != nil {
		return nil, err
	}
	if !i.config.Identity.Ours(where.Channel) {
		where = provision.Conversation{Channel: i.config.Identity.First()}
	}
	var all []blocks.FileResult
	for _, f := range files {
		one, err := i.takeOne(ctx, dropped{file: &f, by: by, where: where, at: event.At})
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, nil
}

// takeOne makes a job of one file of a message.
func (i *Intake) takeOne(ctx context.Context, d dropped) (result blocks.FileResult, err error) {
	unlock, err := i.oneFile.lock(ctx, d.file.ID)
	if err != nil {
		return result, err
	}
	defer unlock()
	result = blocks.FileResult{File: d.file.Name, Channel: d.where.Channel}
	var file *slack.File
	err = webapi.Retry(ctx, func() (err error) {
		file, err = i.config.Files.Info(ctx, d.file.ID)
		return err
	})
	if webapi.FileNotFound(err) {
		result.Hidden = true
		return result, nil
	}
	if err != nil {
		return result, notGiven(result.File, err)
	}
	d.file = file
	result.File = file.Name
	if result.Job, err = i.takeFile(ctx, d, false); err != nil || result.Job == "" {
		return result, notGiven(result.File, err)
	}
	job, err := i.config.Store.Job(ctx, result.Job)
	result.State = job.State()
	return result, err
}

// notGiven tells the person who asked for a file that Slack does not give it; nil for no error. An error that has words for
// people stays as it is.
func notGiven(file string, err error) error {
	if err == nil || errors.As(err, new(*provision.Error)) {
		return err
	}
	return &provision.Error{Code: provision.Unavailable, Err: err,
		Message: fmt.Sprintf("mozybot could not download %s. %s No job was made of it. Please try again in a minute.", file, webapi.Said(err))}
}

// permalink is the address of a message, as people copy it: the channel, the ts without its dot, and the thread's ts for
// a reply.
var permalink = regexp.MustCompile(`/archives/([A-Z0-9]+)/p(\d{10})(\d{6})(?:\?thread_ts=(\d{10}\.\d{6}))?`)

// Linked finds the conversation and the files of the message at link. The message must be in a channel for orders or in
// the one where the person is, since people may only provision what they can see themselves.
func (i *Intake) Linked(ctx context.Context, link, here string) (provision.Conversation, []slack.File, error) {
	parts := permalink.FindStringSubmatch(link)
	if parts == nil {
		return provision.Conversation{}, nil, provision.Errorf(provision.Invalid,
			"This isn't a link to a message. Choose “Copy link” in the message's menu and paste that: /mozy provision https://….")
	}
	channel, ts, thread := parts[1], parts[2]+"."+parts[3], parts[4]
	if !i.config.Identity.Ours(channel) && channel != here {
		return provision.Conversation{}, nil, provision.Errorf(provision.Denied,
			"That message is in another channel. Use “Provision this order” in the message's own menu, or drop the file here.")
	}
	if thread == "" {
		thread = ts
	}
	where := provision.Conversation{Channel: channel, Thread: thread}
	message, there, err := i.config.Messages.At(ctx, where, ts)
	switch word := webapi.ErrorCode(err); {
	case word == "channel_not_found" || word == "not_in_channel" || word == "missing_scope":
		return where, nil, provision.Errorf(provision.Denied, "mozybot cannot read that channel. Invite it there, or drop the file into <#%s>.", i.config.Identity.First())
	case word == "thread_not_found" || word == "message_not_found" || err == nil && !there:
		return where, nil, provision.Errorf(provision.NotFound, "There is no message at that address any more.")
	case err != nil:
		return where, nil, fmt.Errorf("reading the message that a link is to: %w", err)
	}
	return where, message.Files, nil
}
