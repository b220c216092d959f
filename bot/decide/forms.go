package decide

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/slack-go/slack"

	"mozybot/bot/blocks"
	"mozybot/provision"
	"mozybot/state"
)

// memory is what our modal carries from opening to submission.
type memory struct {
	Job     provision.JobID        `json:"job,omitempty"`
	Was     provision.Digest       `json:"was,omitempty"`     // the order's version that the person has before them
	File    string                 `json:"file,omitempty"`    // that could not be read
	Where   provision.Conversation `json:"where"`             // where it was opened, and where a private answer goes
	Message string                 `json:"message,omitempty"` // ts of the message with the button
	Home    string                 `json:"home,omitempty"`    // the channel where a new job begins its thread
}

// String takes a few hundred of the 3,000 characters that a modal may carry: ids and a digest.
func (m memory) String() string {
	text, err := json.Marshal(m)
	if err != nil { // strings alone: cannot happen
		panic(err)
	}
	return string(text)
}

// Forms handles submitted forms. It is safe for concurrent use.
type Forms struct{ *Decisions }

// NewForms makes a Forms.
func NewForms(d *Decisions) *Forms { return &Forms{d} }

// sent is a submitted form.
type sent struct {
	event    state.Event
	by       provision.Person
	view     string // its id
	callback string
	memory   memory
	state    *slack.ViewState
}

func sentForm(event state.Event, callback slack.InteractionCallback) (sent, error) {
	s := sent{event: event, by: provision.Person(callback.User.ID), view: callback.View.ID, callback: callback.View.CallbackID, state: callback.View.State}
	if err := json.Unmarshal([]byte(callback.View.PrivateMetadata), &s.memory); err != nil {
		return sent{}, &provision.Error{Code: provision.Invalid, Message: "The form could not be read.",
			Err: fmt.Errorf("reading what the form %q remembers: %w", s.callback, err)}
	}
	return s, nil
}

// Errors returns what is wrong with a form's fields, by block_id; nil when nothing is.
func (f *Forms) Errors(callback slack.InteractionCallback) map[string]string {
	var wrong map[string]string
	switch callback.View.CallbackID {
	case blocks.FormEdit, blocks.FormTypeIn:
		wrong = blocks.OrderFormErrors(blocks.ReadOrderForm(callback.View.State), f.config.MaxOrderGB)
	case blocks.FormProvision:
		_, _, wrong = blocks.ReadProvisionForm(callback.View.State, f.config.MaxOrderGB)
	case blocks.FormApproveSeveral:
		_, wrong = blocks.ReadApproveSeveralForm(callback.View.State)
	case blocks.FormDecline:
		_, wrong = blocks.ReadDeclineForm(callback.View.State)
	}
	if len(wrong) == 0 {
		return nil
	}
	return wrong
}

// OnForm handles a submitted form.
func (f *Forms) OnForm(ctx context.Context, event state.Event, callback slack.InteractionCallback) error {
	if callback.View.CallbackID == blocks.FormNotice {
		return nil
	}
	form, err := sentForm(event, callback)
	if err != nil {
		return err
	}
	effect := map[string]func(context.Context, sent) error{
		blocks.FormEdit: f.edit, blocks.FormTypeIn: f.typeIn, blocks.FormDecline: f.decline, blocks.FormProvision: f.provision,
		blocks.FormApproveSeveral: f.approveSeveral,
	}[form.callback]
	if effect == nil {
		return provision.Errorf(provision.Invalid, "The form %q is none of ours.", form.callback)
	}
	log := f.config.Log.WithField("form", form.callback).WithField("by", form.by)
	if form.memory.Job != "" {
		log = log.WithField("job", form.memory.Job)
	}
	if err = f.own.checkForm(ctx, form.view); err == nil {
		err = effect(ctx, form)
	}
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err == nil:
		log.Info("a form was sent")
		if form.memory.Job != "" {
			f.config.Publisher.Changed(form.memory.Job)
		}
		return nil
	case f.tookEffect(ctx, event, form.memory.Job, form.by):
		return nil
	}
	log.WithError(err).Info("a form was sent without effect")
	if err := f.answer(ctx, form, provision.MessageOf(err)); err != nil {
		log.WithError(err).Warn("answering a form")
	}
	return nil
}

func (f *Forms) answer(ctx context.Context, form sent, sentence string) error {
	if form.memory.Where.Channel == "" {
		return f.replyInThread(ctx, form.memory.Job, form.by, sentence)
	}
	return f.reply(ctx, form.memory.Where, form.by, sentence, "")
}

// approveSeveral approves each of the chosen jobs; what is refused is answered in that job's thread, and keeps no other back.
func (f *Forms) approveSeveral(ctx context.Context, form sent) error {
	chosen, _ := blocks.ReadApproveSeveralForm(form.state)
	for _, p := range chosen {
		err := f.approve(ctx, form.by, p)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err == nil:
			f.config.Publisher.Changed(p.Job)
		case !f.tookEffect(ctx, form.event, p.Job, form.by):
			if err := f.replyInThread(ctx, p.Job, form.by, provision.MessageOf(err)); err != nil {
				f.config.Log.WithError(err).WithField("job", p.Job).Warn("answering an approval of several")
			}
		}
	}
	f.config.Queue.Signal()
	return nil
}

func (f *Forms) decline(ctx context.Context, form sent) error {
	why, _ := blocks.ReadDeclineForm(form.state)
	return f.change(ctx, form.by, form.memory.Job, func(j *provision.Job, policy provision.Policy) error {
		return policy.By(form.by, f.config.Now()).Decline(j, why)
	})
}

func (f *Forms) edit(ctx context.Context, form sent) error {
	policy, err := f.config.Rights.Policy(ctx, form.by)
	if err != nil {
		return err
	}
	return f.config.Orders.Edit(ctx, policy, form.by, form.memory.Job, form.memory.Was, blocks.ReadOrderForm(form.state))
}

// typeIn admits an order typed in for an unreadable file.
func (f *Forms) typeIn(ctx context.Context, form sent) error {
	return f.config.Intake.TypedForFile(ctx, form.by, form.memory.Where, form.memory.File, form.memory.Message, blocks.ReadOrderForm(form.state))
}

// provision admits what the form of /mozy provision contains: files, or a typed order.
func (f *Forms) provision(ctx context.Context, form sent) error {
	files, fields, _ := blocks.ReadProvisionForm(form.state, f.config.MaxOrderGB)
	where := provision.Conversation{Channel: form.memory.Home}
	var results []blocks.FileResult
	var err error
	if len(files) > 0 {
		results, err = f.config.Intake.TakeMessage(ctx, form.event, form.by, where, files)
	} else {
		results, err = f.config.Intake.Typed(ctx, form.by, where, form.view, fields)
	}
	if err != nil {
		return err
	}
	if err := f.config.Messages.PostEphemeral(ctx, form.memory.Where, form.by, blocks.FileResults(results), ""); err != nil {
		f.config.Log.WithError(err).Warn("telling what came of a form")
	}
	return nil
}
