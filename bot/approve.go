package bot

import (
	"context"
	"fmt"
	"slices"

	"github.com/slack-go/slack"

	"mozybot/bot/blocks"
	"mozybot/provision"
)

// click is somebody at one of our buttons.
type click struct {
	task    task
	action  string
	press   blocks.Press
	by      provision.Person
	where   provision.Conversation // where it was pressed, and where a private answer goes
	message string                 // ts of the message with the button
	reply   string                 // response_url
	trigger string                 // opens a modal, within 3 s
}

// onClick carries a press out. A press has one effect or none; when it has none, the person is told why, privately.
// It is never tried again later by itself: a click that counts a minute after it was made surprises people.
func (b *Bot) onClick(ctx context.Context, t task, callback slack.InteractionCallback) error {
	for _, action := range callback.ActionCallback.BlockActions {
		do := b.deciding(action.ActionID)
		if do == nil {
			continue
		}
		c := click{
			task: t, action: action.ActionID, by: provision.Person(callback.User.ID), reply: callback.ResponseURL, trigger: callback.TriggerID,
			where:   provision.Conversation{Channel: callback.Container.ChannelID, Thread: callback.Container.ThreadTs},
			message: callback.Container.MessageTs,
		}
		log := b.Log.WithField("action", c.action).WithField("by", c.by)
		var err error
		if c.press, err = blocks.ParsePress(c.action, action.Value); err == nil {
			log = log.WithField("job", c.press.Job)
			err = do(ctx, c)
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err == nil {
			log.Info("a button was pressed")
			if c.press.Job != "" {
				b.Changed(c.press.Job)
			}
			b.wake()
			continue
		}
		if t.recovered && b.tookEffect(ctx, t, c.press.Job, c.by) {
			continue
		}
		log.WithError(err).Info("a button was pressed without effect")
		if err := b.answer(ctx, c, provision.MessageOf(err)); err != nil {
			log.WithError(err).Warn("answering a press")
		}
	}
	return nil
}

func (b *Bot) deciding(action string) func(context.Context, click) error {
	switch action {
	case blocks.ActionApprove:
		return b.approve
	case blocks.ActionDecline:
		return b.askWhy
	case blocks.ActionAnother:
		return b.isAnother
	case blocks.ActionReopen:
		return b.reopen
	case blocks.ActionEdit:
		return b.editOrder
	case blocks.ActionTypeIn:
		return b.typeIn
	case blocks.ActionRequote:
		return b.requote
	case blocks.ActionTryNow:
		return func(ctx context.Context, c click) error { return b.tryNow(ctx, c.by, c.press.Job) }
	case blocks.ActionPreview:
		return b.preview
	case blocks.ActionRetry, blocks.ActionByHand, blocks.ActionCancel:
		return b.unstick
	}
	return nil
}

func (b *Bot) approve(ctx context.Context, c click) error {
	stuck, err := b.Store.Jobs(ctx, provision.Stuck)
	if err != nil {
		return err
	}
	if err := provision.ConsoleKnown(stuck); err != nil {
		return err
	}
	return b.decide(ctx, c.by, c.press.Job, func(j *provision.Job, policy provision.Policy) error {
		return j.Approve(policy, c.by, c.press.Digest, b.Now())
	})
}

// decide changes the job with the rights as they are now.
func (b *Bot) decide(ctx context.Context, by provision.Person, id provision.JobID, change func(*provision.Job, provision.Policy) error, entries ...provision.Entry) error {
	policy, err := b.policy(ctx, by)
	if err != nil {
		return err
	}
	_, err = b.Store.Update(ctx, id, func(j *provision.Job) error { return change(j, policy) }, entries...)
	return err
}

// requote reads the console again for a job that waits. Whoever may decline it may ask for that.
func (b *Bot) requote(ctx context.Context, c click) error {
	policy, err := b.policy(ctx, c.by)
	if err != nil {
		return err
	}
	job, err := b.Store.Job(ctx, c.press.Job)
	if err != nil {
		return err
	}
	if err := policy.MayDecline(job.Requester, c.by); err != nil {
		return err
	}
	return b.quote(ctx, job)
}

// unstick takes one of the three ways on from a stuck job.
func (b *Bot) unstick(ctx context.Context, c click) error {
	switch c.action {
	case blocks.ActionRetry:
		return b.resumeStuck(ctx, c.by, c.press.Job, c.press.Spell, provision.Retried)
	case blocks.ActionByHand:
		return b.resumeStuck(ctx, c.by, c.press.Job, c.press.Spell, provision.ByHand)
	}
	return b.decide(ctx, c.by, c.press.Job, func(j *provision.Job, policy provision.Policy) error {
		if err := ofThisSpell(j, c.press.Spell); err != nil {
			return err
		}
		return j.Cancel(policy, c.by, "cancelled", b.Now())
	})
}

// resumeStuck has a stuck job go on, because somebody wants the step tried again or did it by hand. spell is the one he
// was looking at, 0 for the present one.
func (b *Bot) resumeStuck(ctx context.Context, by provision.Person, id provision.JobID, spell int, how provision.EntryKind) error {
	job, err := b.Store.Job(ctx, id)
	if err != nil {
		return err
	}
	entry, why := provision.Entry{At: b.Now(), Kind: how, By: by}, "try again"
	if how == provision.ByHand {
		why = "done by hand"
	}
	if job.Trouble != nil {
		entry.Step = job.Trouble.Step
	}
	return b.decide(ctx, by, id, func(j *provision.Job, policy provision.Policy) error {
		if err := ofThisSpell(j, spell); err != nil {
			return err
		}
		return j.Resume(policy, by, why, b.Now())
	}, entry)
}

// tryNow has a job not wait any longer for a mail server or a tracker that was out of reach.
func (b *Bot) tryNow(ctx context.Context, by provision.Person, id provision.JobID) error {
	policy, err := b.policy(ctx, by)
	if err != nil {
		return err
	}
	job, err := b.Store.Job(ctx, id)
	if err != nil {
		return err
	}
	if err := policy.MayDecline(job.Requester, by); err != nil {
		return err
	}
	journal, err := b.Store.Journal(ctx, id)
	if err != nil {
		return err
	}
	waits := slices.ContainsFunc(provision.ProgressOf(job, journal), func(s provision.Progress) bool { return s.Waits })
	if job.State() != provision.Running || !waits || !b.away.hurry(id) {
		return provision.Errorf(provision.Stale, "Job %s waits for nothing just now, so there is nothing to hurry.", id)
	}
	return nil
}

// ofThisSpell: a button belongs to one spell of being stuck. Pressed when that is over, it must not answer for another
// step.
func ofThisSpell(j *provision.Job, spell int) error {
	if spell > 0 && j.State() == provision.Stuck && blocks.SpellsOf(*j) != spell {
		return provision.Errorf(provision.Stale, "This button is about an earlier stop of job %s. Please use the newest message.", j.ID)
	}
	return nil
}

// tookEffect says whether what a person did, and an earlier run worked on, is what brought the job where it is. Then he
// has the answer already, in the thread.
func (b *Bot) tookEffect(ctx context.Context, t task, id provision.JobID, by provision.Person) bool {
	job, err := b.Store.Job(ctx, id)
	if err != nil {
		return false
	}
	approved := slices.ContainsFunc(job.Approvals, func(a provision.Approval) bool { return a.By == by && !a.At.Before(t.event.At) })
	return approved || slices.ContainsFunc(job.History(), func(h provision.Transition) bool { return h.By == by && !h.At.Before(t.event.At) })
}

// answer tells whoever pressed: where the button is or, in the Home tab, in a window of its own.
func (b *Bot) answer(ctx context.Context, c click, sentence string) error {
	if c.where.Channel != "" {
		return b.tell(ctx, c.where, c.by, sentence, c.reply)
	}
	if err := b.open(ctx, c.trigger, blocks.Notice(sentence)); err == nil {
		return nil
	}
	return b.tellOf(ctx, c.press.Job, c.by, sentence)
}

// tellOf answers one person in the thread of a job: for whoever did something in the Home tab, which has no room for
// an answer.
func (b *Bot) tellOf(ctx context.Context, id provision.JobID, person provision.Person, sentence string) error {
	job, err := b.Store.Job(ctx, id)
	if err != nil {
		return err
	}
	return b.tell(ctx, placeOf(job, ""), person, sentence, "")
}

// tell answers one person in a sentence, so that nobody else sees it.
func (b *Bot) tell(ctx context.Context, where provision.Conversation, person provision.Person, sentence, reply string) error {
	return b.whisper(ctx, where, person, blocks.Private(sentence), reply)
}

// whisper answers one person so that nobody else sees it, in the thread where possible. reply is the response_url of
// what is answered, if there is one.
func (b *Bot) whisper(ctx context.Context, where provision.Conversation, person provision.Person, m blocks.Message, reply string) error {
	content := []slack.MsgOption{slack.MsgOptionText(m.Text, false), slack.MsgOptionBlocks(m.Blocks...)}
	err := insist(ctx, func() error {
		_, err := b.Slack.PostEphemeralContext(ctx, where.Channel, string(person), append(content, slack.MsgOptionTS(where.Thread))...)
		return err
	})
	if err == nil || reply == "" || passing(err) {
		return err
	}
	// Whoever is not in the channel can still press its buttons, and be answered where Slack says.
	return insist(ctx, func() error { return b.replyAt(ctx, reply, content) })
}

// replyAt answers a press or a command at its response_url, for its person alone.
func (b *Bot) replyAt(ctx context.Context, url string, content []slack.MsgOption) error {
	_, _, err := b.Slack.PostMessageContext(ctx, "", append(content, slack.MsgOptionResponseURL(url, slack.ResponseTypeEphemeral))...)
	if err != nil {
		return fmt.Errorf("answering at the response_url: %w", err)
	}
	return nil
}
