package decide

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/slack-go/slack"

	"mozybot/bot/blocks"
	"mozybot/provision"
	"mozybot/provision/retry"
)

const (
	// settingForms is where the store keeps the view ids of the forms that were opened.
	settingForms = "forms"
	// knownForms is how many of them it keeps: people fill in few at a time.
	knownForms = 100
	// recovering is how long a message that an earlier run sent and did not record may take to be found again. It stays
	// below the 3 s of a trigger, which the reply may need.
	recovering = time.Second
)

// own distinguishes our messages, Home tabs and forms from those that somebody else made with the bot's token, which
// can put a real button of ours under any text. Only what we recorded as sent counts. Safe for concurrent use.
type own struct {
	store     Store
	homeTabs  HomeTabs
	publisher Publisher
	outages   Outages

	opening sync.RWMutex // held by whoever opens a form and records it: people may send it before that
	mu      sync.Mutex   // held while the list of forms is changed
}

// check is nil when a button is where we put it.
func (o *own) check(ctx context.Context, p press, view slack.View) error {
	if p.Job == "" && !slices.Contains([]string{blocks.ActionPause, blocks.ActionResume, blocks.ActionTryLogin}, p.action) {
		return nil // it opens a form, which is ours then, or its effect looks for what its value names
	}
	var ours bool
	var err error
	switch {
	case p.action == blocks.ActionTryLogin:
		ours, err = o.tellsOfAnOutage(ctx, p)
	case view.ID == "" && p.Job != "":
		ours, err = o.isOurMessage(ctx, p)
	case view.Type == slack.VTModal:
		return o.checkForm(ctx, view.ID)
	case view.Type == slack.VTHomeTab:
		ours, err = o.homeTabs.Published(ctx, p.by, view.Hash)
	}
	if err != nil || ours {
		return err
	}
	if p.action == blocks.ActionTryLogin {
		return provision.Errorf(provision.Stale, "This button is of no outage that lasts, so nothing was tried.")
	}
	if p.Job == "" {
		return provision.Errorf(provision.Denied, "mozybot has no record of putting this button here, so nothing was changed. Please open the Home tab again.")
	}
	return provision.Errorf(provision.Denied, "mozybot has no record of putting this button here, so nothing was changed. Please press it again in a minute, or use the newest message in the thread of job %s.", p.Job)
}

// tellsOfAnOutage says whether people were told of an outage by the message that was pressed.
func (o *own) tellsOfAnOutage(ctx context.Context, p press) (bool, error) {
	out, err := o.outages.Out(ctx)
	return slices.ContainsFunc(out, func(o provision.Outage) bool {
		return o.Channel == p.where.Channel && o.Message.TS == p.message
	}), err
}

// remembered says whether the job recorded the message as its own, with this content.
func (o *own) remembered(ctx context.Context, p press) (bool, error) {
	job, err := o.store.Job(ctx, p.Job)
	if err != nil {
		return false, err
	}
	for _, sent := range job.Messages {
		if sent.TS == p.message && sent.Hash != "" && job.Conversation.Channel == p.where.Channel {
			return true, nil
		}
	}
	return false, nil
}

// isOurMessage looks again once the message that is being sent is recorded, and then for a while: one of an earlier run
// may not be found yet.
func (o *own) isOurMessage(ctx context.Context, p press) (bool, error) {
	backoff := retry.Backoff{First: 20 * time.Millisecond, Most: recovering / 4}
	for waited, n := time.Duration(0), 0; ; n++ {
		ours, err := o.remembered(ctx, p)
		if err != nil || ours || waited >= recovering {
			return ours, err
		}
		o.publisher.Recorded()
		wait := backoff.After(n)
		if err := retry.Pause(ctx, wait); err != nil {
			return false, err
		}
		waited += wait
	}
}

// checkForm is nil when we opened the form.
func (o *own) checkForm(ctx context.Context, view string) error {
	o.opening.Lock() // what is being opened is recorded then
	forms, err := o.forms(ctx)
	o.opening.Unlock()
	if err != nil || slices.Contains(forms, view) {
		return err
	}
	return provision.Errorf(provision.Denied, "mozybot did not open this form, or too long ago, so nothing was changed. Please open it again.")
}

// opened records a form as ours.
func (o *own) opened(ctx context.Context, view string) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	forms, err := o.forms(ctx)
	if err != nil {
		return err
	}
	forms = append(forms, view)
	text, err := json.Marshal(forms[max(0, len(forms)-knownForms):])
	if err != nil {
		return fmt.Errorf("writing which forms are ours: %w", err)
	}
	return o.store.SetSetting(ctx, settingForms, string(text))
}

func (o *own) forms(ctx context.Context) ([]string, error) {
	text, err := o.store.Setting(ctx, settingForms)
	if err != nil || text == "" {
		return nil, err
	}
	var forms []string
	if err := json.Unmarshal([]byte(text), &forms); err != nil {
		return nil, fmt.Errorf("reading which forms are ours: %w", err)
	}
	return forms, nil
}
