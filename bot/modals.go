package bot

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"

	"mozybot/bot/blocks"
	"mozybot/provision"
)

// memory is what a modal of ours remembers from being opened to being sent.
type memory struct {
	Job     provision.JobID        `json:"job,omitempty"`
	Was     provision.Digest       `json:"was,omitempty"`     // the order's version that the person has before him
	File    string                 `json:"file,omitempty"`    // that could not be read
	Where   provision.Conversation `json:"where"`             // where it was opened, and where a private answer goes
	Message string                 `json:"message,omitempty"` // ts of the message with the button
	Home    string                 `json:"home,omitempty"`    // the channel where a new job begins its thread
}

// String is at most a few hundred of the 3,000 characters that a modal remembers: ids and a digest.
func (m memory) String() string {
	text, err := json.Marshal(m)
	if err != nil { // strings alone: cannot happen
		panic(err)
	}
	return string(text)
}

// sent is a form that somebody sent.
type sent struct {
	task     task
	by       provision.Person
	view     string // its id
	callback string
	memory   memory
	state    *slack.ViewState
}

func sentForm(t task, callback slack.InteractionCallback) (sent, error) {
	s := sent{task: t, by: provision.Person(callback.User.ID), view: callback.View.ID, callback: callback.View.CallbackID, state: callback.View.State}
	if err := json.Unmarshal([]byte(callback.View.PrivateMetadata), &s.memory); err != nil {
		return sent{}, fmt.Errorf("reading what the form %q remembers: %w", s.callback, err)
	}
	return s, nil
}

// formErrors is what is wrong with the fields of a form, by block_id, nil when nothing is or when it is no form. It
// is asked before the acknowledgement, which alone can show it, so it looks at nothing but the form.
func (b *Bot) formErrors(e socketmode.Event) map[string]string {
	callback, ok := e.Data.(slack.InteractionCallback)
	if !ok || callback.Type != slack.InteractionTypeViewSubmission {
		return nil
	}
	var wrong map[string]string
	switch callback.View.CallbackID {
	case blocks.FormEdit, blocks.FormTypeIn:
		wrong = blocks.OrderFormErrors(blocks.ReadOrderForm(callback.View.State), b.MaxOrderGB)
	case blocks.FormProvision:
		_, _, wrong = blocks.ReadProvisionForm(callback.View.State, b.MaxOrderGB)
	case blocks.FormDecline:
		_, wrong = blocks.ReadDeclineForm(callback.View.State)
	}
	if len(wrong) == 0 {
		return nil
	}
	return wrong
}

// onForm carries a form out. Like a press it has one effect or none, and then the person is told why, privately.
func (b *Bot) onForm(ctx context.Context, t task, callback slack.InteractionCallback) error {
	if callback.View.CallbackID == blocks.FormNotice {
		return nil
	}
	form, err := sentForm(t, callback)
	if err != nil {
		return err
	}
	do := map[string]func(context.Context, sent) error{
		blocks.FormEdit: b.takeEdit, blocks.FormTypeIn: b.takeTypedIn, blocks.FormDecline: b.takeDecline,
		blocks.FormProvision: b.takeProvision,
	}[form.callback]
	if do == nil {
		return fmt.Errorf("taking the form %q, which is none of ours", form.callback)
	}
	log := b.Log.WithField("form", form.callback).WithField("by", form.by)
	if form.memory.Job != "" {
		log = log.WithField("job", form.memory.Job)
	}
	err = do(ctx, form)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err == nil:
		log.Info("a form was sent")
		if form.memory.Job != "" {
			b.Changed(form.memory.Job)
		}
		return nil
	case t.recovered && form.memory.Job != "" && b.tookEffect(ctx, t, form.memory.Job, form.by):
		return nil
	}
	log.WithError(err).Info("a form was sent without effect")
	if form.memory.Where.Channel == "" {
		err = b.tellOf(ctx, form.memory.Job, form.by, provision.MessageOf(err))
	} else {
		err = b.tell(ctx, form.memory.Where, form.by, provision.MessageOf(err), "")
	}
	if err != nil {
		log.WithError(err).Warn("answering a form")
	}
	return nil
}

// open shows a modal to whoever pressed.
func (b *Bot) open(ctx context.Context, trigger string, view slack.ModalViewRequest) error {
	_, err := b.Slack.OpenViewContext(ctx, trigger, view)
	if err == nil {
		return nil
	}
	return &provision.Error{Code: provision.Unavailable, Message: "The form could not be opened in time. Please press again.",
		Err: fmt.Errorf("opening the form %q: %w", view.CallbackID, err)}
}

// askWhy opens the form that a no is given with.
func (b *Bot) askWhy(ctx context.Context, c click) error {
	job, err := b.Store.Job(ctx, c.press.Job)
	if err != nil {
		return err
	}
	policy, err := b.policy(ctx, c.by)
	if err != nil {
		return err
	}
	// Whether the no would be taken is best known by trying it, on a copy.
	if err := job.Decline(policy, c.by, "", b.Now()); err != nil {
		return err
	}
	return b.open(ctx, c.trigger, blocks.DeclineForm(job, memory{Job: job.ID, Where: c.where}.String()))
}

func (b *Bot) takeDecline(ctx context.Context, form sent) error {
	why, _ := blocks.ReadDeclineForm(form.state)
	return b.decide(ctx, form.by, form.memory.Job, func(j *provision.Job, policy provision.Policy) error {
		return j.Decline(policy, form.by, why, b.Now())
	})
}

// editOrder opens the form with a job's order.
func (b *Bot) editOrder(ctx context.Context, c click) error {
	job, err := b.Store.Job(ctx, c.press.Job)
	if err != nil {
		return err
	}
	policy, err := b.policy(ctx, c.by)
	if err != nil {
		return err
	}
	if err := job.MayEdit(policy, c.by); err != nil {
		return err
	}
	warning := ""
	if policy.MayApprove(job, c.by) == nil && !policy.Self {
		warning = "Whoever changes an order cannot approve it: once you save, another approver has to."
		if !policy.Approvable(append(job.Partial(), c.by)) {
			warning = "Whoever changes an order cannot approve it, and you are the last one who could. Rather decline the job and have the right file dropped."
		}
	}
	view := blocks.OrderForm(blocks.FormEdit, fmt.Sprintf("Job %s: the order", job.ID), job.Order, blocks.OriginOf(job.Order), warning,
		memory{Job: job.ID, Was: job.Version(), Where: c.where}.String())
	return b.open(ctx, c.trigger, view)
}

func (b *Bot) takeEdit(ctx context.Context, form sent) error {
	fields := blocks.ReadOrderForm(form.state)
	b.taking.Lock()
	defer b.taking.Unlock()
	twin, err := b.sameNumber(ctx, provision.Job{ID: form.memory.Job, Order: provision.Order{OrderNumber: fields.OrderNumber}})
	if err != nil {
		return err
	}
	err = b.decide(ctx, form.by, form.memory.Job, func(j *provision.Job, policy provision.Policy) error {
		renumbered := j.Order.OrderNumber != fields.OrderNumber
		err := j.Edit(policy, form.by, form.memory.Was, fields, b.MaxOrderGB, b.Now())
		if err == nil && renumbered {
			j.Suspect(twin)
		}
		return err
	})
	if err == nil {
		b.unquoted.put(attempt{job: form.memory.Job})
	}
	return err
}

// typeIn opens an empty form for a file that could not be read.
func (b *Bot) typeIn(ctx context.Context, c click) error {
	if err := b.mayBring(ctx, c.by); err != nil {
		return err
	}
	view := blocks.OrderForm(blocks.FormTypeIn, "Type the order in", provision.Order{}, blocks.OriginOf(provision.Order{}), "",
		memory{File: c.press.File, Where: c.where, Message: c.message}.String())
	return b.open(ctx, c.trigger, view)
}

// takeTypedIn makes a job of a file and of what somebody typed in for it.
func (b *Bot) takeTypedIn(ctx context.Context, form sent) error {
	if err := b.mayBring(ctx, form.by); err != nil {
		return err
	}
	var file *slack.File
	err := insist(ctx, func() (err error) {
		file, err = b.fileInfo(ctx, form.memory.File)
		return err
	})
	if err != nil {
		return err
	}
	d := dropped{file: file, by: form.by, where: form.memory.Where}
	_, document, err := b.fetch(ctx, file)
	if err != nil { // which may be why somebody typed
		document = provision.Document{Name: file.Name, Size: file.Size}
	}
	order := provision.Order{}.With(blocks.ReadOrderForm(form.state))
	job, fresh, err := b.take(ctx, provision.NewJob(b.source(d), d.by, d.where, document, order, b.MaxOrderGB, b.Now()))
	if err != nil {
		return err
	}
	if !fresh && job.Requester != form.by {
		return provision.Errorf(provision.Conflict, "Somebody else typed this file in before: it is job %s.", job.ID)
	}
	answer := outgoing{where: d.where, message: blocks.TypedIn(file.Name, job.Requester, job.ID), metadata: unreadableMetadata(file.ID, "")}
	if err := insist(ctx, func() error { return b.edit(ctx, answer, form.memory.Message) }); err != nil {
		b.Log.WithError(err).WithField("job", job.ID).Warn("taking the button off the answer to an unreadable file")
	}
	return nil
}
