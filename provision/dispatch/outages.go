package dispatch

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/sirupsen/logrus"

	"mozybot/provision"
)

const (
	// settingOutages is where the store keeps the outages that people are told about, as JSON.
	settingOutages = "outages"
	// settingMailboxDown is where earlier versions kept since when the mailbox was out, as people had been told.
	settingMailboxDown = "mailbox-away"
)

// Outages keeps which parts are out, as whoever uses them reports it, and says whether jobs may be approved meanwhile. An
// outage survives a restart, so that people are told of it once. It is safe for concurrent use.
type Outages struct {
	store     Store
	publisher Publisher
	quotes    *Quotes
	signal    func() // wakes the queue
	log       logrus.FieldLogger
	now       func() time.Time

	mu      sync.Mutex
	failing map[provision.Part]time.Time // since when, of trouble that may be passing
	refusal string                       // why nothing may be approved, as cards were last published with
	well    time.Time                    // when the console was last found as it should be
}

// Down says that a part could not be used. People are told once that has lasted, or at once when it doesn't pass by itself.
func (o *Outages) Down(ctx context.Context, part provision.Part, err error) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	since, failing := o.failing[part]
	if !failing {
		since = o.now()
		o.failing[part] = since
	}
	outage, lasts := provision.OutageOf(part, since, err, o.now())
	if !lasts {
		return nil
	}
	return o.begin(ctx, outage)
}

// Report is Down for whoever has seen for themselves that the trouble lasts.
func (o *Outages) Report(ctx context.Context, outage provision.Outage) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.begin(ctx, outage)
}

// begin records an outage, or what is newly known of one. The caller holds mu.
func (o *Outages) begin(ctx context.Context, outage provision.Outage) error {
	all, err := o.load(ctx)
	if err != nil {
		return err
	}
	at := current(all, outage.Part)
	if at < 0 {
		all = append(all, outage)
		o.log.WithField("part", outage.Part).WithField("since", outage.Since.Format(time.RFC3339)).Warnf("out: %s", outage.Why)
	} else {
		was := all[at]
		// The words of what only passes change with every try, and are worth no edit.
		if was.Code == outage.Code && (was.Why == outage.Why || was.Code == provision.Unavailable) {
			return nil
		}
		all[at].Code, all[at].Why = outage.Code, outage.Why
	}
	return o.save(ctx, all)
}

// Up says that a part could be used. It costs little while no outage of it is known.
func (o *Outages) Up(ctx context.Context, part provision.Part) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if _, failing := o.failing[part]; failing && part == provision.PartConsole {
		defer o.signal()
	}
	delete(o.failing, part)
	if part == provision.PartConsole {
		o.well = o.now()
	}
	all, err := o.load(ctx)
	if err != nil {
		return err
	}
	at := current(all, part)
	if at < 0 {
		return o.republish(ctx, all)
	}
	all[at].Until = o.now()
	o.log.WithField("part", part).WithField("since", all[at].Since.Format(time.RFC3339)).Info("back")
	if err := o.save(ctx, all); err != nil || part != provision.PartConsole {
		return err
	}
	return o.quotes.requestMissing(ctx)
}

// current is the index of the part's outage that is not over, -1 when there is none.
func current(all []provision.Outage, part provision.Part) int {
	return slices.IndexFunc(all, func(o provision.Outage) bool { return o.Part == part && !o.Over() })
}

// Out are the outages right now, the one that hurts most first.
func (o *Outages) Out(ctx context.Context) ([]provision.Outage, error) {
	all, err := o.Unsettled(ctx)
	return slices.DeleteFunc(all, provision.Outage.Over), err
}

// Unsettled are the outages right now, and those that are over without people having been told that.
func (o *Outages) Unsettled(ctx context.Context) ([]provision.Outage, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	all, err := o.load(ctx)
	slices.SortStableFunc(all, func(a, b provision.Outage) int {
		return slices.Index(provision.Parts, a.Part) - slices.Index(provision.Parts, b.Part)
	})
	return all, err
}

// Told records by which message people were told of an outage as it was given.
func (o *Outages) Told(ctx context.Context, outage provision.Outage, channel string, message provision.Message) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	all, err := o.load(ctx)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(all, outage.Is)
	if at < 0 {
		return nil
	}
	all[at].Channel, all[at].Message = channel, message
	if outage.Over() {
		all = slices.Delete(all, at, at+1)
	}
	return o.write(ctx, all)
}

// MayApprove is nil unless a job that was approved now would only get stuck; then its sentence says why.
func (o *Outages) MayApprove(ctx context.Context) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	all, err := o.load(ctx)
	if err != nil {
		return err
	}
	return o.mayApprove(ctx, all)
}

// mayApprove is MayApprove for whoever holds mu.
func (o *Outages) mayApprove(ctx context.Context, all []provision.Outage) error {
	if err := provision.MayRun(all); err != nil {
		return err
	}
	return o.consoleKnown(ctx)
}

// consoleKnown is an error while a job is stuck on a console that mozybot doesn't know. Once the console was found well, that
// keeps no other job back. The caller holds mu.
func (o *Outages) consoleKnown(ctx context.Context) error {
	stuck, err := o.store.Jobs(ctx, provision.Stuck)
	if err != nil {
		return err
	}
	return provision.ConsoleKnown(slices.DeleteFunc(stuck, func(j provision.Job) bool {
		return j.Trouble != nil && j.Trouble.At.Before(o.well)
	}))
}

// MayStart is nil unless an approved job that began now would only get stuck. It is Unavailable where that may pass by itself:
// besides an outage, while the last use of the console failed.
func (o *Outages) MayStart(ctx context.Context) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	all, err := o.load(ctx)
	if err != nil {
		return err
	}
	if out, known := provision.ConsoleOut(all); known {
		return provision.Errorf(out.Code, "The console is out.")
	}
	if _, failing := o.failing[provision.PartConsole]; failing {
		return provision.Errorf(provision.Unavailable, "The console could not be used the last time.")
	}
	return o.consoleKnown(ctx)
}

// recheck has the cards of the jobs that wait brought up to date when they have become able to go on, or unable.
func (o *Outages) recheck(ctx context.Context) {
	o.mu.Lock()
	defer o.mu.Unlock()
	all, err := o.load(ctx)
	if err == nil {
		err = o.republish(ctx, all)
	}
	if err != nil && ctx.Err() == nil {
		o.log.WithError(err).Warn("looking whether jobs may be approved")
	}
}

// republish is recheck for whoever holds mu.
func (o *Outages) republish(ctx context.Context, all []provision.Outage) error {
	refusal := ""
	if err := o.mayApprove(ctx, all); err != nil {
		refusal = provision.MessageOf(err)
	}
	if refusal == o.refusal {
		return nil
	}
	o.refusal = refusal
	o.signal()
	waiting, err := o.store.Jobs(ctx, provision.Pending, provision.Approved)
	if err != nil {
		return err
	}
	for _, job := range waiting {
		o.publisher.Changed(job.ID)
	}
	return nil
}

func (o *Outages) load(ctx context.Context) (all []provision.Outage, err error) {
	text, err := o.store.Setting(ctx, settingOutages)
	if err == nil && text != "" {
		err = json.Unmarshal([]byte(text), &all)
	}
	if err != nil {
		return nil, fmt.Errorf("reading which parts are out: %w", err)
	}
	old, err := o.store.Setting(ctx, settingMailboxDown)
	if err != nil || old == "" || current(all, provision.PartMailbox) >= 0 {
		return all, err
	}
	since, err := time.Parse(time.RFC3339, old)
	if err != nil {
		return nil, fmt.Errorf("reading since when the mailbox is out: %w", err)
	}
	return append(all, provision.Outage{Part: provision.PartMailbox, Since: since}), nil
}

// save keeps the outages and has people told. The caller holds mu.
func (o *Outages) save(ctx context.Context, all []provision.Outage) error {
	if err := o.write(ctx, all); err != nil {
		return err
	}
	o.publisher.Changed()
	return o.republish(ctx, all)
}

func (o *Outages) write(ctx context.Context, all []provision.Outage) error {
	text, err := json.Marshal(all)
	if err != nil {
		return fmt.Errorf("writing which parts are out: %w", err)
	}
	if len(all) == 0 {
		text = nil
	}
	if err := o.store.SetSetting(ctx, settingOutages, string(text)); err != nil {
		return err
	}
	return o.store.SetSetting(ctx, settingMailboxDown, "")
}
