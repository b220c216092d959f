package bot

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"

	"mozybot/bot/blocks"
	"mozybot/provision"
)

const (
	// settingVisitors is where the store keeps who has opened the Home tab.
	settingVisitors = "visitors"
	// Whoever has not looked at the Home tab for so long is shown it anew when he does, and not before.
	visitorFor = 7 * 24 * time.Hour
	// So long changes are collected before they are shown: a job makes several at once.
	homeDelay = 300 * time.Millisecond
	// How many of the jobs that are over the Home tab lists and, for those who see only their own, looks through.
	lastEnded, amongEnded = 10, 100
)

const publishes limit = "views.publish"

// visitor is somebody who has opened the Home tab.
type visitor struct {
	Last   time.Time `json:"last"`
	Visits int       `json:"visits"`
}

// homes are the Home tabs people have open or may have. Safe for concurrent use.
type homes struct {
	changed chan struct{} // holds a token while something may have changed

	mu    sync.Mutex
	shown map[provision.Person]string           // the view each was given last, as JSON
	links map[provision.JobID]map[string]string // the address of a job's summary, by its ts
}

func newHomes() *homes {
	return &homes{changed: make(chan struct{}, 1), shown: map[provision.Person]string{}, links: map[provision.JobID]map[string]string{}}
}

// mark has the Home tabs brought up to date soon. It never blocks.
func (h *homes) mark() {
	select {
	case h.changed <- struct{}{}:
	default:
	}
}

// onHome shows the Home tab to somebody who opened it.
func (b *Bot) onHome(ctx context.Context, t task, e *slackevents.AppHomeOpenedEvent) error {
	if e.Tab != "home" {
		return nil
	}
	person := provision.Person(e.User)
	b.homes.mu.Lock()
	visitors, err := b.visitors(ctx)
	if err == nil {
		v := visitors[person]
		if !v.Last.Equal(t.event.At) { // the event may be worked on twice
			visitors[person] = visitor{Last: t.event.At, Visits: v.Visits + 1}
			err = b.keepVisitors(ctx, visitors)
		}
	}
	delete(b.homes.shown, person)
	b.homes.mu.Unlock()
	if err != nil {
		return err
	}
	office, err := b.lookOver(ctx)
	if err != nil {
		return err
	}
	return b.publish(ctx, person, visitors[person], office)
}

// visitors are those who opened the Home tab, by person.
func (b *Bot) visitors(ctx context.Context) (map[provision.Person]visitor, error) {
	all := map[provision.Person]visitor{}
	text, err := b.Store.Setting(ctx, settingVisitors)
	if err != nil || text == "" {
		return all, err
	}
	if err := json.Unmarshal([]byte(text), &all); err != nil {
		return nil, fmt.Errorf("reading who has opened the Home tab: %w", err)
	}
	return all, nil
}

func (b *Bot) keepVisitors(ctx context.Context, all map[provision.Person]visitor) error {
	text, err := json.Marshal(all)
	if err != nil {
		return fmt.Errorf("writing who has opened the Home tab: %w", err)
	}
	return b.Store.SetSetting(ctx, settingVisitors, string(text))
}

// showHomes keeps the Home tabs up to date until ctx is done.
func (b *Bot) showHomes(ctx context.Context) error {
	for {
		select {
		case <-b.homes.changed:
		case <-ctx.Done():
			return nil
		}
		if !pause(ctx, homeDelay) {
			return nil
		}
		if err := b.showAll(ctx); err != nil && ctx.Err() == nil {
			b.Log.WithError(err).Warn("bringing the Home tabs up to date; trying again")
			if !pause(ctx, max(5*time.Second, retryAfter(err))) {
				return nil
			}
			b.homes.mark()
		}
	}
}

func (b *Bot) showAll(ctx context.Context) error {
	b.homes.mu.Lock()
	visitors, err := b.visitors(ctx)
	b.homes.mu.Unlock()
	if err != nil || len(visitors) == 0 {
		return err
	}
	office, err := b.lookOver(ctx)
	if err != nil {
		return err
	}
	for person, v := range visitors {
		if b.Now().Sub(v.Last) > visitorFor {
			continue
		}
		if err := b.publish(ctx, person, v, office); err != nil {
			return err
		}
	}
	return nil
}

// overview is what the Home tabs of all people are made of.
type overview struct {
	jobs     []provision.Job // that are not over, the newest first
	ended    []provision.Job // the one that ended last first
	journals map[provision.JobID][]provision.Entry
	links    map[provision.JobID]string
	paused   provision.Pause
}

func (b *Bot) lookOver(ctx context.Context) (o overview, err error) {
	if o.jobs, err = b.Store.Jobs(ctx, provision.Active...); err != nil {
		return o, err
	}
	if o.ended, _, err = b.Store.Ended(ctx, time.Time{}, amongEnded); err != nil {
		return o, err
	}
	if o.paused, err = b.paused(ctx); err != nil {
		return o, err
	}
	slices.Reverse(o.jobs)
	o.journals, o.links = map[provision.JobID][]provision.Entry{}, map[provision.JobID]string{}
	for _, j := range o.ended[:min(len(o.ended), lastEnded)] {
		o.links[j.ID] = b.linkOnce(ctx, j)
	}
	for _, j := range o.jobs {
		o.links[j.ID] = b.linkOnce(ctx, j)
		if j.State() == provision.Running || j.State() == provision.Approved {
			if o.journals[j.ID], err = b.Store.Journal(ctx, j.ID); err != nil {
				return o, err
			}
		}
	}
	return o, nil
}

// linkOnce is link, asked of Slack once for each summary.
func (b *Bot) linkOnce(ctx context.Context, j provision.Job) string {
	ts := j.Messages[keySummary].TS
	b.homes.mu.Lock()
	known := b.homes.links[j.ID][ts]
	b.homes.mu.Unlock()
	if known != "" || ts == "" {
		return known
	}
	link := b.link(ctx, j)
	b.homes.mu.Lock()
	b.homes.links[j.ID] = map[string]string{ts: link}
	b.homes.mu.Unlock()
	return link
}

// publish shows the Home tab to one person, unless it is what he was shown last.
func (b *Bot) publish(ctx context.Context, person provision.Person, v visitor, o overview) error {
	view := blocks.Home(b.homeOf(ctx, person, v, o))
	text, err := json.Marshal(view)
	if err != nil {
		return fmt.Errorf("writing a Home tab: %w", err)
	}
	b.homes.mu.Lock()
	same := b.homes.shown[person] == string(text)
	b.homes.mu.Unlock()
	if same {
		return nil
	}
	if !b.pace.wait(ctx, publishes) {
		return ctx.Err()
	}
	_, err = b.Slack.PublishViewContext(ctx, slack.PublishViewContextRequest{UserID: string(person), View: view})
	if err != nil {
		if wait := retryAfter(err); wait > 0 {
			b.pace.close(publishes, wait)
		}
		err = fmt.Errorf("showing %s the Home tab: %w", person, err)
		if ctx.Err() != nil || passing(err) {
			return err
		}
		b.Log.WithError(err).Warn("a Home tab that Slack will not have; it is shown again once it has changed")
	}
	b.homes.mu.Lock()
	b.homes.shown[person] = string(text)
	b.homes.mu.Unlock()
	return nil
}

// homeOf sorts the jobs for one person. Jobs name customers: whoever does not handle orders sees his own alone.
func (b *Bot) homeOf(ctx context.Context, person provision.Person, v visitor, o overview) blocks.HomeTab {
	h := blocks.HomeTab{
		Welcome: v.Visits < 2, Channel: b.first, Paused: o.paused, Journals: o.journals, Links: o.links,
		Asking: blocks.Asking{SelfApproval: b.SelfApproval, Needed: b.Needed},
	}
	policy, err := b.policy(ctx, person)
	if err != nil { // who the approvers are is not to be had just now: he is shown no buttons he might not press
		b.Log.WithError(err).Warn("asking who the approvers are")
	}
	h.Decides = policy.MayUnstick(person) == nil
	all := h.Decides || b.handles(ctx, person)
	for _, j := range o.jobs {
		switch state := j.State(); {
		case !all && j.Requester != person:
		case state == provision.Stuck:
			h.Stuck = append(h.Stuck, j)
		case state == provision.Running || state == provision.Approved:
			h.Running = append(h.Running, j)
		case b.waitsFor(j, policy, person):
			h.Waiting = append(h.Waiting, j)
		default:
			h.Others = append(h.Others, j)
		}
	}
	for _, j := range o.ended {
		if (all || j.Requester == person) && len(h.Ended) < lastEnded {
			h.Ended = append(h.Ended, j)
		}
	}
	return h
}

// waitsFor says whether it is this person's turn at a job: to approve it, or to mend the order he brought.
func (b *Bot) waitsFor(j provision.Job, policy provision.Policy, person provision.Person) bool {
	if q := j.Quoted; j.State() == provision.Incomplete || q == nil || len(q.Conflicts) > 0 || j.Twin != "" {
		return j.Requester == person
	}
	return j.Approve(policy, person, j.Quoted.Digest, b.Now()) == nil // on a copy
}
