package decide

import (
	"context"
	"fmt"
	"slices"

	"github.com/slack-go/slack"

	"mozybot/bot/blocks"
	"mozybot/provision"
	"mozybot/state"
)

// Buttons handles presses. It is safe for concurrent use.
type Buttons struct{ *Decisions }

// NewButtons makes a Buttons.
func NewButtons(d *Decisions) *Buttons { return &Buttons{d} }

// press is one click on one of our buttons.
type press struct {
	blocks.Press
	action  string
	by      provision.Person
	where   provision.Conversation // where it was pressed, and where a private reply goes
	message string                 // ts of the message with the button
	replyTo string                 // response_url
	event   state.Event
	trigger string // opens a modal, within 3 s
	inModal bool   // the button is in one
}

// effects are what each button does, by its action_id.
func (b *Buttons) effects() map[string]func(context.Context, press) error {
	return map[string]func(context.Context, press) error{
		blocks.ActionApprove: b.approve,
		blocks.ActionDecline: b.askWhy,
		blocks.ActionAnother: b.isAnother,

		blocks.ActionChangesNothing: b.changesNothing,

		blocks.ActionIntended:     b.intended,
		blocks.ActionPostStorage:  b.postStorage,
		blocks.ActionApproveSpare: b.approve,
		blocks.ActionMoreFor: func(ctx context.Context, p press) error {
			return b.forWhom(ctx, p, provision.Decision.IsMoreFor)
		},
		blocks.ActionNewCustomer: func(ctx context.Context, p press) error {
			return b.forWhom(ctx, p, provision.Decision.IsNewCustomer)
		},

		blocks.ActionReopen:  b.reopen,
		blocks.ActionEdit:    b.editOrder,
		blocks.ActionTypeIn:  b.typeIn,
		blocks.ActionRequote: b.requote,
		blocks.ActionTryNow:  func(ctx context.Context, p press) error { return b.retryNow(ctx, p.by, p.Job) },
		blocks.ActionPreview: b.preview,

		blocks.ActionNewOrder:       b.newOrder,
		blocks.ActionApproveSeveral: b.approveSeveral,
		blocks.ActionPause:          func(ctx context.Context, p press) error { return b.pausing(p).Pause(ctx, "") },
		blocks.ActionResume:         func(ctx context.Context, p press) error { return b.pausing(p).Resume(ctx) },

		blocks.ActionTryLogin: b.tryLogin,

		blocks.ActionDetails: b.details,
		blocks.ActionFile:    b.postFile,
		blocks.ActionPictures: func(ctx context.Context, p press) error {
			return b.config.Publisher.ShowEvery(ctx, p.Job)
		},
		blocks.ActionRetry: func(ctx context.Context, p press) error {
			return b.resumeStuck(ctx, p.by, p.Job, provision.Retried, p.isCurrent)
		},
		blocks.ActionByHand: func(ctx context.Context, p press) error {
			return b.resumeStuck(ctx, p.by, p.Job, provision.ByHand, p.isCurrent)
		},
		blocks.ActionCancel: func(ctx context.Context, p press) error { return b.cancel(ctx, p.by, p.Job, "", p.isCurrent) },
	}
}

// OnPress handles a press. It is never retried later: a press that takes effect a minute after the click surprises
// people.
func (b *Buttons) OnPress(ctx context.Context, event state.Event, callback slack.InteractionCallback) error {
	effects := b.effects()
	for _, action := range callback.ActionCallback.BlockActions {
		pressed, value := blocks.Chosen(*action)
		effect := effects[pressed]
		if effect == nil {
			continue
		}
		p := press{
			action: pressed, by: provision.Person(callback.User.ID), replyTo: callback.ResponseURL, trigger: callback.TriggerID,
			where:   provision.Conversation{Channel: callback.Container.ChannelID, Thread: callback.Container.ThreadTs},
			message: callback.Container.MessageTs, event: event, inModal: callback.View.Type == slack.VTModal,
		}
		log := b.config.Log.WithField("action", p.action).WithField("by", p.by)
		var err error
		if p.Press, err = blocks.ParsePress(p.action, value); err == nil {
			log = log.WithField("job", p.Job)
			err = b.own.check(ctx, p, callback.View)
		}
		if err == nil {
			err = effect(ctx, p)
		}
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err == nil:
			log.Info("a button was pressed")
			if p.Job != "" {
				b.config.Publisher.Changed(p.Job)
			}
			b.config.Queue.Signal()
			continue
		case b.tookEffect(ctx, event, p.Job, p.by):
			continue
		}
		log.WithError(err).Info("a button was pressed without effect")
		if err := b.answer(ctx, p, provision.MessageOf(err)); err != nil {
			log.WithError(err).Warn("answering a press")
		}
	}
	return nil
}

func (b *Buttons) approve(ctx context.Context, p press) error {
	return b.Decisions.approve(ctx, p.by, p.Press)
}

// newOrder opens the form of /mozy provision.
func (b *Buttons) newOrder(ctx context.Context, p press) error {
	if err := b.config.Rights.MayRequest(ctx, p.by); err != nil {
		return err
	}
	home := provision.Conversation{Channel: b.config.Identity.First()}
	return b.open(ctx, p.trigger, blocks.ProvisionForm(memory{Where: home, Home: home.Channel}.String()))
}

// approveSeveral opens the form with the jobs that wait for this person's approval.
func (b *Buttons) approveSeveral(ctx context.Context, p press) error {
	policy, err := b.config.Rights.Policy(ctx, p.by)
	if err != nil {
		return err
	}
	waiting, err := b.config.Store.Jobs(ctx, provision.Pending)
	if err != nil {
		return err
	}
	for i, j := range waiting {
		waiting[i] = j.Under(policy.Spare)
	}
	waiting = slices.DeleteFunc(waiting, func(j provision.Job) bool { // on a copy
		return j.Quoted == nil || policy.By(p.by, b.config.Now()).Approve(&j, j.Quoted.Digest) != nil
	})
	if err := b.config.Outages.MayApprove(ctx); err != nil {
		return err
	}
	if len(waiting) == 0 {
		return provision.Errorf(provision.Stale, "No job waits for your approval any more.")
	}
	return b.open(ctx, p.trigger, blocks.ApproveSeveralForm(waiting, memory{}.String()))
}

// tryLogin logs in to the console once more, for an approver. How it ends, everybody reads where it was pressed.
func (b *Buttons) tryLogin(ctx context.Context, p press) error {
	policy, err := b.config.Rights.Policy(ctx, p.by)
	if err != nil {
		return err
	}
	if err := policy.MayUnstick(p.by); err != nil {
		return err
	}
	if b.config.TryLogin == nil {
		return provision.Errorf(provision.Unavailable, "mozybot can't try its log-in from here. Please restart it.")
	}
	return b.config.TryLogin(ctx)
}

// pausing pauses and resumes for whoever pressed, as /mozy does.
func (b *Buttons) pausing(p press) actions {
	return actions{b.config.Store, NewCommands(b.Decisions), p.event, slack.SlashCommand{}, p.by}
}

// requote reads the console again for a waiting job, for anyone who may decline it.
func (b *Buttons) requote(ctx context.Context, p press) error {
	job, err := b.mayDecline(ctx, p.by, p.Job)
	if err != nil {
		return err
	}
	return b.config.Quotes.Quote(ctx, job)
}

// isAnother records a person's word that the order is not a duplicate, despite its number.
func (b *Buttons) isAnother(ctx context.Context, p press) error {
	return b.change(ctx, p.by, p.Job, func(j *provision.Job, policy provision.Policy) error {
		return policy.By(p.by, b.config.Now()).IsAnother(j, p.SuspectedDuplicate)
	})
}

// forWhom records a person's word whom an order is for, and has it quoted again.
func (b *Buttons) forWhom(ctx context.Context, p press, answer func(provision.Decision, *provision.Job, string) error) error {
	err := b.change(ctx, p.by, p.Job, func(j *provision.Job, policy provision.Policy) error {
		return answer(policy.By(p.by, b.config.Now()), j, p.Account)
	})
	if err == nil {
		b.config.Quotes.Request(p.Job)
	}
	return err
}

// reopen makes an expired job pending again.
func (b *Buttons) reopen(ctx context.Context, p press) error {
	policy, err := b.config.Rights.Policy(ctx, p.by)
	if err != nil {
		return err
	}
	return b.config.Orders.Reopen(ctx, policy, p.by, p.Job)
}

// details shows everything about a job to whoever asks.
func (b *Buttons) details(ctx context.Context, p press) error {
	job, err := b.config.Store.Job(ctx, p.Job)
	if err != nil {
		return err
	}
	return b.open(ctx, p.trigger, blocks.Details(job, b.config.Spare))
}

// askWhy opens the form for declining.
func (b *Buttons) askWhy(ctx context.Context, p press) error {
	job, policy, err := b.jobAndPolicy(ctx, p.by, p.Job)
	if err != nil {
		return err
	}
	// To see whether declining is allowed, try it on a copy.
	if err := policy.By(p.by, b.config.Now()).Decline(&job, ""); err != nil {
		return err
	}
	return b.open(ctx, p.trigger, blocks.DeclineForm(job, memory{Job: job.ID, Where: p.where}.String()))
}

// editOrder opens the form with a job's order.
func (b *Buttons) editOrder(ctx context.Context, p press) error {
	job, policy, err := b.jobAndPolicy(ctx, p.by, p.Job)
	if err != nil {
		return err
	}
	if err := policy.MayEdit(job, p.by); err != nil {
		return err
	}
	warning := ""
	if policy.MayApprove(job, p.by) == nil && !policy.Self {
		warning = "Whoever changes an order can't approve it: once you save, another approver has to."
		if !policy.Approvable(append(job.Involved(), p.by)) {
			warning = "Whoever changes an order can't approve it, and no other approver is left. Decline the job instead, and have somebody drop the right file."
		}
	}
	view := blocks.OrderForm(blocks.FormEdit, fmt.Sprintf("Job %s: the order", job.ID), job.Order, blocks.OriginOf(job.Order), warning,
		memory{Job: job.ID, Was: job.Version(), Where: p.where}.String())
	return b.open(ctx, p.trigger, view)
}

// changesNothing records a person's word that what was not understood in an order changes nothing.
func (b *Buttons) changesNothing(ctx context.Context, p press) error {
	policy, err := b.config.Rights.Policy(ctx, p.by)
	if err != nil {
		return err
	}
	return b.config.Orders.ChangesNothing(ctx, policy, p.by, p.Job, p.Digest)
}

// typeIn opens an empty form for a file that could not be read.
func (b *Buttons) typeIn(ctx context.Context, p press) error {
	if err := b.config.Rights.MayRequest(ctx, p.by); err != nil {
		return err
	}
	view := blocks.OrderForm(blocks.FormTypeIn, "Type the order in", provision.Order{}, blocks.OriginOf(provision.Order{}), "",
		memory{File: p.File, Where: p.where, Message: p.message}.String())
	return b.open(ctx, p.trigger, view)
}

// isCurrent: a button belongs to one stuck occurrence. Pressed after that is over, it must not decide about another
// step.
func (p press) isCurrent(j *provision.Job) error {
	if p.Occurrence > 0 && j.State() == provision.Stuck && blocks.StuckOccurrences(*j) != p.Occurrence {
		return provision.Errorf(provision.Stale, "This button is about an earlier stop of job %s. Please use the newest message.", j.ID)
	}
	return nil
}

// answer replies where the button is or, for the Home tab and a modal, in a modal. Where that can't be opened any more, it replies in
// the job's thread, and without a job in the first channel.
func (b *Buttons) answer(ctx context.Context, p press, sentence string) error {
	if p.where.Channel != "" {
		return b.reply(ctx, p.where, p.by, sentence, p.replyTo)
	}
	show := func() error { _, err := b.config.Messages.Open(ctx, p.trigger, blocks.Notice(sentence)); return err }
	if p.inModal {
		show = func() error { return b.config.Messages.Push(ctx, p.trigger, blocks.Notice(sentence)) }
	}
	err := show()
	switch {
	case err == nil:
		return nil
	case p.Job == "":
		return b.reply(ctx, provision.Conversation{Channel: b.config.Identity.First()}, p.by, sentence, p.replyTo)
	}
	return b.replyInThread(ctx, p.Job, p.by, sentence)
}
