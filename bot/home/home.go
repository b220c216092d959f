// Package home publishes the Home tab to everyone who opened it recently: the jobs that wait for them, those running or
// stuck, and those that ended last.
//
// Package blocks renders it; package decide handles its buttons.
package home

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sirupsen/logrus"
	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"

	"mozybot/bot/blocks"
	"mozybot/bot/webapi"
	"mozybot/provision"
	"mozybot/provision/retry"
	"mozybot/state"
)

const (
	// settingVisitors is where the store keeps who has opened the Home tab.
	settingVisitors = "visitors"
	// People who have not opened the Home tab for this long get no updates until they open it again.
	visitorFor = 7 * 24 * time.Hour
	// knownTabs is how many of the tabs that somebody was shown are known as ours: one may be replaced while they press.
	knownTabs = 20
	// Changes are collected for this long before they are shown: a job makes several at once.
	homeDelay = 300 * time.Millisecond
	// How many finished jobs the Home tab lists and, for people who only see their own, searches.
	lastEnded, amongEnded = 10, 100
)

// visitor is somebody who has opened the Home tab.
type visitor struct {
	Last   time.Time `json:"last"`
	Visits int       `json:"visits"`
	Hashes []string  `json:"hashes,omitempty"` // of the tabs that were published to them, the newest last
}

// Store is the part of the store that this package uses; package state describes it.
type Store interface {
	Jobs(ctx context.Context, states ...provision.State) ([]provision.Job, error)
	Ended(ctx context.Context, since time.Time, most int, states ...provision.State) (newest []provision.Job, total int, err error)
	Journal(ctx context.Context, id provision.JobID) ([]provision.Entry, error)
	Setting(ctx context.Context, name string) (string, error)
	SetSetting(ctx context.Context, name, value string) error
}

// Rights says who may do what.
type Rights interface {
	Policy(ctx context.Context, person provision.Person) (provision.Policy, error)
	Handles(ctx context.Context, person provision.Person) bool
}

// Pauses tells whether mozybot is paused.
type Pauses interface {
	Paused(ctx context.Context) (provision.Pause, error)
}

// Outages tells what is out.
type Outages interface {
	// Out are the outages right now, the one that hurts most first.
	Out(ctx context.Context) ([]provision.Outage, error)
	// MayApprove is nil while a job that is approved can run, else an error whose sentence says why not.
	MayApprove(ctx context.Context) error
}

// Config holds what a Home needs; the last four may be zero.
type Config struct {
	Slack       *slack.Client
	Messages    *webapi.Messages
	Identity    *webapi.Identity
	RateLimiter *webapi.RateLimiter
	Store       Store
	Rights      Rights
	Pauses      Pauses
	Outages     Outages
	Log         logrus.FieldLogger
	Now         func() time.Time

	SelfApproval bool // for the words, like the next two
	Needed       int
	Spare        provision.SpareRule
	Version      string
	Parts        []provision.Part // that mozybot uses, for a line about their health
}

// Home keeps people's Home tabs up to date. It is safe for concurrent use.
type Home struct {
	config  Config
	changed chan struct{} // holds a token while something may have changed

	publishing sync.RWMutex // held by whoever publishes a tab and records it: people may press before that

	looks atomic.Uint64 // how often the jobs were looked over

	mu   sync.Mutex
	tabs map[provision.Person]*tab
}

// tab is what a person was given last. Views go to them one after the other, and none after one that is made of a later look.
type tab struct {
	mu   sync.Mutex
	text string // as JSON; "" for one that has to be given again
	look uint64
}

// New makes a Home. Nothing is shown before Run.
func New(c Config) *Home {
	return &Home{config: c, changed: make(chan struct{}, 1), tabs: map[provision.Person]*tab{}}
}

// Changed schedules an update of the Home tabs. It never blocks.
func (h *Home) Changed() {
	select {
	case h.changed <- struct{}{}:
	default:
	}
}

// Run keeps the Home tabs up to date until ctx is done.
func (h *Home) Run(ctx context.Context) {
	for {
		select {
		case <-h.changed:
		case <-ctx.Done():
			return
		}
		if retry.Pause(ctx, homeDelay) != nil {
			return
		}
		if err := h.showAll(ctx); err != nil && ctx.Err() == nil {
			h.config.Log.WithError(err).Warn("bringing the Home tabs up to date; trying again")
			if retry.Pause(ctx, max(5*time.Second, webapi.RetryAfter(err))) != nil {
				return
			}
			h.Changed()
		}
	}
}

// OnOpened publishes the Home tab to a person who opened it.
func (h *Home) OnOpened(ctx context.Context, event state.Event, e *slackevents.AppHomeOpenedEvent) error {
	if e.Tab != "home" {
		return nil
	}
	person := provision.Person(e.User)
	h.mu.Lock()
	visitors, err := h.visitors(ctx)
	if err == nil {
		v := visitors[person]
		if !v.Last.Equal(event.At) { // the event may be handled twice
			v.Last, v.Visits = event.At, v.Visits+1
			visitors[person] = v
			err = h.keepVisitors(ctx, visitors)
		}
	}
	h.mu.Unlock()
	if err != nil {
		return err
	}
	given := h.tab(person)
	given.mu.Lock()
	given.text = ""
	given.mu.Unlock()
	overview, err := h.lookOver(ctx)
	if err != nil {
		return err
	}
	return h.publish(ctx, person, visitors[person], overview)
}

// tab is a person's.
func (h *Home) tab(person provision.Person) *tab {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.tabs[person] == nil {
		h.tabs[person] = &tab{}
	}
	return h.tabs[person]
}

// visitors are those who opened the Home tab, by person.
func (h *Home) visitors(ctx context.Context) (map[provision.Person]visitor, error) {
	all := map[provision.Person]visitor{}
	text, err := h.config.Store.Setting(ctx, settingVisitors)
	if err != nil || text == "" {
		return all, err
	}
	if err := json.Unmarshal([]byte(text), &all); err != nil {
		return nil, fmt.Errorf("reading who has opened the Home tab: %w", err)
	}
	return all, nil
}

func (h *Home) keepVisitors(ctx context.Context, all map[provision.Person]visitor) error {
	text, err := json.Marshal(all)
	if err != nil {
		return fmt.Errorf("writing who has opened the Home tab: %w", err)
	}
	return h.config.Store.SetSetting(ctx, settingVisitors, string(text))
}

func (h *Home) showAll(ctx context.Context) error {
	h.mu.Lock()
	visitors, err := h.visitors(ctx)
	h.mu.Unlock()
	if err != nil || len(visitors) == 0 {
		return err
	}
	overview, err := h.lookOver(ctx)
	if err != nil {
		return err
	}
	for person, v := range visitors {
		if h.config.Now().Sub(v.Last) > visitorFor {
			continue
		}
		if err := h.publish(ctx, person, v, overview); err != nil {
			return err
		}
	}
	return nil
}

// overview is what the Home tabs of all people are made of.
type overview struct {
	look     uint64          // later ones have more
	jobs     []provision.Job // that are not over, the newest first
	ended    []provision.Job // the one that ended last first
	journals map[provision.JobID][]provision.Entry
	links    blocks.Links
	paused   provision.Pause
	out      []provision.Outage
	blocked  string // why nothing may be approved; "" when it may
}

func (h *Home) lookOver(ctx context.Context) (o overview, err error) {
	o.look = h.looks.Add(1)
	if o.jobs, err = h.config.Store.Jobs(ctx, provision.Active...); err != nil {
		return o, err
	}
	if o.ended, _, err = h.config.Store.Ended(ctx, time.Time{}, amongEnded); err != nil {
		return o, err
	}
	if o.paused, err = h.config.Pauses.Paused(ctx); err != nil {
		return o, err
	}
	if o.out, err = h.config.Outages.Out(ctx); err != nil {
		return o, err
	}
	if refusal := h.config.Outages.MayApprove(ctx); refusal != nil {
		o.blocked = provision.MessageOf(refusal)
	}
	slices.Reverse(o.jobs)
	o.journals, o.links = map[provision.JobID][]provision.Entry{}, blocks.Links{}
	for _, j := range o.ended[:min(len(o.ended), lastEnded)] {
		o.links[j.ID] = h.config.Messages.Link(ctx, j)
	}
	for _, j := range o.jobs {
		o.links[j.ID] = h.config.Messages.Link(ctx, j)
		if j.State() == provision.Running || j.State() == provision.Approved {
			if o.journals[j.ID], err = h.config.Store.Journal(ctx, j.ID); err != nil {
				return o, err
			}
		}
	}
	return o, nil
}

// publish sends one person the Home tab, unless it is unchanged, or made of an earlier look than the one they have.
func (h *Home) publish(ctx context.Context, person provision.Person, v visitor, o overview) error {
	view := blocks.Home(h.homeOf(ctx, person, v, o))
	text, err := json.Marshal(view)
	if err != nil {
		return fmt.Errorf("writing a Home tab: %w", err)
	}
	given := h.tab(person)
	given.mu.Lock()
	defer given.mu.Unlock()
	if given.text == string(text) || given.look > o.look {
		return nil
	}
	if err := h.config.RateLimiter.Wait(ctx, webapi.Publishes); err != nil {
		return err
	}
	h.publishing.RLock()
	defer h.publishing.RUnlock()
	published, err := h.config.Slack.PublishViewContext(ctx, slack.PublishViewContextRequest{UserID: string(person), View: view})
	if err != nil {
		if wait := webapi.RetryAfter(err); wait > 0 {
			h.config.RateLimiter.Close(webapi.Publishes, wait)
		}
		err = fmt.Errorf("showing %s the Home tab: %w", person, err)
		if ctx.Err() != nil || webapi.Outage(err) {
			given.text = "" // it may be there
			return err
		}
		h.config.Log.WithError(err).Warn("a Home tab that Slack will not have; it is shown again once it has changed")
	}
	given.text, given.look = string(text), o.look
	if err != nil {
		return nil
	}
	return h.remember(context.WithoutCancel(ctx), person, published.Hash) // it is there, whoever stops us
}

// remember records a Home tab as ours.
func (h *Home) remember(ctx context.Context, person provision.Person, hash string) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	visitors, err := h.visitors(ctx)
	if err != nil {
		return err
	}
	v := visitors[person]
	v.Hashes = append(v.Hashes, hash)
	v.Hashes = v.Hashes[max(0, len(v.Hashes)-knownTabs):]
	visitors[person] = v
	return h.keepVisitors(ctx, visitors)
}

// Published says whether we published the Home tab of this hash to the person lately: anyone with the bot token can
// publish another, with our buttons under their words.
func (h *Home) Published(ctx context.Context, person provision.Person, hash string) (bool, error) {
	ours, err := h.isOurs(ctx, person, hash)
	if ours || err != nil {
		return ours, err
	}
	h.publishing.Lock() // what is being published is recorded then
	defer h.publishing.Unlock()
	return h.isOurs(ctx, person, hash)
}

func (h *Home) isOurs(ctx context.Context, person provision.Person, hash string) (bool, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	visitors, err := h.visitors(ctx)
	return hash != "" && slices.Contains(visitors[person].Hashes, hash), err
}

// homeOf sorts the jobs for one person. Jobs name customers: people who don't handle orders only see their own.
func (h *Home) homeOf(ctx context.Context, person provision.Person, v visitor, o overview) blocks.HomeTab {
	tab := blocks.HomeTab{
		Welcome: v.Visits < 2, Channel: h.config.Identity.First(), Paused: o.paused, Out: o.out, Parts: h.config.Parts, Journals: o.journals, Links: o.links,
		Options: blocks.CardOptions{SelfApproval: h.config.SelfApproval, Needed: h.config.Needed, Spare: h.config.Spare, Blocked: o.blocked}, Version: h.config.Version,
	}
	policy, err := h.config.Rights.Policy(ctx, person)
	if err != nil { // the approvers are unknown right now: show no buttons that the person might not be allowed to press
		h.config.Log.WithError(err).Warn("asking who the approvers are")
	}
	tab.Decides = policy.MayUnstick(person) == nil
	all := tab.Decides || h.config.Rights.Handles(ctx, person)
	for _, j := range o.jobs {
		switch state := j.State(); {
		case !all && j.Requester != person:
		case state == provision.Stuck:
			tab.Stuck = append(tab.Stuck, j)
		case state == provision.Running || state == provision.Approved:
			tab.Running = append(tab.Running, j)
		case h.waitsFor(j, policy, person):
			tab.Waiting = append(tab.Waiting, j)
		default:
			tab.Others = append(tab.Others, j)
		}
	}
	for _, j := range o.ended {
		if (all || j.Requester == person) && len(tab.Ended) < lastEnded {
			tab.Ended = append(tab.Ended, j)
		}
	}
	return tab
}

// waitsFor says whether a job waits for this person: to approve it, or to correct the order they brought.
func (h *Home) waitsFor(j provision.Job, policy provision.Policy, person provision.Person) bool {
	if !j.Approvable() {
		return j.Requester == person
	}
	return policy.By(person, h.config.Now()).Approve(&j, j.Under(policy.Spare).Quoted.Digest) == nil // on a copy
}
