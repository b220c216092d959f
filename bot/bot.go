// Package bot is mozybot's presence in Slack. It wires its parts and nothing else:
//
//	socket   the connection: an event is stored, then acknowledged, then worked on
//	intake   files, messages, mails and what events missed become jobs
//	decide   buttons, forms and commands change them
//	thread   a job's messages: rendered, compared with those sent, delivered within Slack's limits
//	home     the Home tab
//	storage  the report on storage
//	rights   who may request and who may approve orders
//	webapi   Slack's Web API as all of them use it
//	blocks   the messages: pure functions from jobs to Block Kit
//
// Which job is next, and when people are called, is package dispatch's to decide; what a job may do, provision's.
package bot

import (
	"context"
	"errors"
	"sync"
	"time"

	"mozybot/bot/blocks"
	"mozybot/bot/decide"
	"mozybot/bot/home"
	"mozybot/bot/intake"
	"mozybot/bot/rights"
	"mozybot/bot/socket"
	"mozybot/bot/storage"
	"mozybot/bot/thread"
	"mozybot/bot/webapi"
	"mozybot/provision"
	"mozybot/provision/dispatch"
)

// lookBackEvery is how many Config.Watch intervals pass between two searches for orders that no event brought.
const lookBackEvery = 5

// Bot is one instance of the Slack app. Make it with New and run it once.
type Bot struct {
	config   Config
	ready    chan struct{}
	identity *webapi.Identity
	messages *webapi.Messages
	rights   *rights.Rights
	dispatch *dispatch.Dispatcher
	socket   *socket.Socket
	intake   *intake.Intake
	uploads  *intake.Uploads
	lookBack *intake.LookBack
	mail     *intake.Mail
	buttons  *decide.Buttons
	forms    *decide.Forms
	commands *decide.Commands
	threads  *thread.Publisher
	home     *home.Home
	outages  *outageNews
	drift    *driftNews
	storage  *storage.Reports
	heads    *auditHeads
}

// New makes a Bot, or returns one error that names everything missing.
func New(c Config) (*Bot, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	c = c.withDefaults()
	b := &Bot{config: c, ready: make(chan struct{}), identity: &webapi.Identity{}}
	limiter := webapi.NewRateLimiter(c.Steady)
	messages := webapi.NewMessages(c.Slack, b.identity, limiter, c.ahead, c.Log)
	b.messages = messages
	files := webapi.NewFiles(c.Slack, messages, limiter)
	b.rights = rights.New(rights.Config{Approvers: c.Approvers, Requesters: c.Requesters, SelfApproval: c.SelfApproval, Needed: c.Needed, Spare: c.Spare}, c.Slack, c.Log)
	b.dispatch = dispatch.New(dispatch.Config{
		Store: c.Store, Console: c.Console, Runner: c.Runner, Publisher: b, Approvers: b.rights, Instance: c.Instance, DryRun: c.DryRun,
		SelfApproval: c.SelfApproval, MaxOrderGB: c.MaxOrderGB, AdminRole: c.AdminRole, Expires: c.Expires, Every: c.Watch, SummaryDelay: c.SummaryDelay, Log: c.Log, Now: c.Now,
	})
	b.threads = thread.New(thread.Config{
		Store: c.Store, Messages: messages, Files: files, Identity: b.identity, RateLimiter: limiter, Pauses: b.dispatch.Lock, Outages: b.dispatch.Outages,
		Reminders: b.dispatch.Reminders, Posted: func() { b.home.Changed() },
		Pictures: c.Evidence, Draw: c.DrawSheet, ConsoleURL: c.ConsoleURL, SelfApproval: c.SelfApproval, Needed: c.Needed, Spare: c.Spare, Preview: c.Letters != nil, Expires: c.Expires,
		Every: c.Watch, Now: c.Now, Steady: c.Steady, Log: c.Log,
	})
	b.socket = socket.New(socket.Config{Slack: c.Slack, Store: c.Store, Handler: router{b}, Received: c.Received, Elected: c.Elected, LookAgain: c.Watch, Log: c.Log, Now: c.Now})
	taking := intake.Config{
		Messages: messages, Files: files, Identity: b.identity, People: webapi.NewPeople(c.Slack, c.Steady, c.Log), Store: c.Store, Reader: c.Reader,
		Admission: b.dispatch.Admission, Rights: b.rights, Senders: c.Senders, DryRun: c.DryRun, Log: c.Log, Now: c.Now,
	}
	b.intake = intake.New(taking)
	b.uploads = intake.NewUploads(b.intake)
	b.lookBack = intake.NewLookBack(taking, b.socket, lookBackEvery*c.Watch)
	b.mail = intake.NewMail(b.intake, b.ready)
	b.home = home.New(home.Config{
		Slack: c.Slack, Messages: messages, Identity: b.identity, RateLimiter: limiter, Store: c.Store, Rights: b.rights, Pauses: b.dispatch.Lock,
		Outages: b.dispatch.Outages, Parts: c.Parts, Log: c.Log, Now: c.Now, SelfApproval: c.SelfApproval, Needed: c.Needed, Spare: c.Spare, Version: c.Version,
	})
	b.outages = &outageNews{outages: b.dispatch.Outages, messages: messages, limiter: limiter, identity: b.identity, consoleURL: c.ConsoleURL, log: c.Log,
		changed: make(chan struct{}, 1)}
	b.drift = &driftNews{drifts: b.dispatch.Drifts, store: c.Store, messages: messages, identity: b.identity, every: lookBackEvery * c.Watch, log: c.Log}
	b.storage = storage.New(storage.Config{Reader: b.dispatch.Storage, Store: c.Store, Messages: messages, Files: files, Identity: b.identity,
		Monthly: c.MonthlyReport, Every: headsLooks * c.Watch, Now: c.Now, Log: c.Log})
	b.heads = &auditHeads{store: c.Store, messages: messages, identity: b.identity, sign: c.SignHead, posted: c.Posted, every: headsLooks * c.Watch, now: c.Now, log: c.Log}
	decisions := decide.New(decide.Config{
		Messages: messages, Identity: b.identity, Store: c.Store, Rights: b.rights, Publisher: b, Orders: b.dispatch.Admission, Quotes: b.dispatch.Quotes,
		Queue: b.dispatch.Queue, Lock: b.dispatch.Lock, Outages: b.dispatch.Outages, Drifts: b.dispatch.Drifts, Storage: b.storage, TryLogin: c.TryLogin, Intake: b.intake, HomeTabs: b.home, Letters: c.Letters, MaxOrderGB: c.MaxOrderGB, Spare: c.Spare, Replicas: c.Replicas,
		Log: c.Log, Now: c.Now,
	})
	b.buttons, b.forms, b.commands = decide.NewButtons(decisions), decide.NewForms(decisions), decide.NewCommands(decisions)
	return b, nil
}

// Ready is closed once Slack has said hello and the bot knows its channels.
func (b *Bot) Ready() <-chan struct{} { return b.ready }

// Connection is the state of the connection to Slack. It may be called at any time.
func (b *Bot) Connection() socket.Status { return b.socket.Status() }

// Changed schedules an update of the jobs' threads and the Home tabs. It never blocks and may be called at any time,
// also before Run.
func (b *Bot) Changed(ids ...provision.JobID) {
	b.threads.Changed(ids...)
	b.home.Changed()
	b.outages.Changed()
}

// Recorded is described at decide.Publisher.
func (b *Bot) Recorded() { b.threads.Recorded() }

// ShowEvery is described at decide.Publisher.
func (b *Bot) ShowEvery(ctx context.Context, id provision.JobID) error {
	return b.threads.Album().ShowEvery(ctx, id)
}

// ShowFile is described at decide.Publisher.
func (b *Bot) ShowFile(ctx context.Context, id provision.JobID) error {
	return b.threads.Album().ShowFile(ctx, id)
}

// Verify is described at dispatch.Publisher.
func (b *Bot) Verify(id provision.JobID) { b.threads.Verify(id) }

// TakeMail is described at intake.Mail.Take.
func (b *Bot) TakeMail(ctx context.Context, m provision.Mail) (bool, error) {
	return b.mail.Take(ctx, m)
}

// MailboxDown is described at mailbox.Intake.
func (b *Bot) MailboxDown(ctx context.Context, since time.Time, why string) error {
	return b.dispatch.Outages.Report(ctx, provision.Outage{Part: provision.PartMailbox, Since: since, Why: why})
}

// MailboxUp is described at mailbox.Intake.
func (b *Bot) MailboxUp(ctx context.Context) error { return b.Up(ctx, provision.PartMailbox) }

// Down is described at dispatch.Outages.
func (b *Bot) Down(ctx context.Context, part provision.Part, err error) error {
	return b.dispatch.Outages.Down(ctx, part, err)
}

// Up is described at dispatch.Outages.
func (b *Bot) Up(ctx context.Context, part provision.Part) error {
	return b.dispatch.Outages.Up(ctx, part)
}

// Run works until ctx is done, and returns nil once the current work has finished. It returns an error for what
// retrying would not fix: Slack refuses us permanently, or the configuration cannot work.
func (b *Bot) Run(ctx context.Context) error {
	left, err := b.socket.Unhandled(ctx)
	if err != nil {
		return err
	}
	if err := b.dispatch.Recover(ctx); err != nil {
		return err
	}
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var work sync.WaitGroup
	work.Go(func() {
		if err := b.socket.Listen(ctx); err != nil {
			stop(err)
		}
	})
	work.Go(func() { b.socket.Accept(ctx) })
	work.Go(func() {
		if err := b.identity.Introduce(ctx, b.config.Slack, b.config.Channels, b.config.Log); err != nil {
			stop(err)
		}
		if ctx.Err() != nil {
			return
		}
		if !b.waitAlone(ctx) {
			return
		}
		close(b.ready)
		for _, event := range left {
			b.socket.Enqueue(event)
		}
		for _, part := range []func(context.Context){
			b.socket.HandleEvents, b.socket.HandleInteractions, b.socket.PurgeKnown, b.dispatch.Run, b.lookBack.Run,
			b.threads.Run, b.threads.Album().Run, b.threads.Restore, b.home.Run, b.outages.run, b.drift.run, b.storage.Run, b.watchSetup, b.heads.run,
		} {
			work.Go(func() { part(ctx) })
		}
	})
	work.Wait()
	b.threads.Flush(ctx)
	if err := context.Cause(ctx); !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return nil
}

// waitAlone waits until no other copy of mozybot is connected, and has the first channel told when there is one; false when
// ctx is done first.
func (b *Bot) waitAlone(ctx context.Context) bool {
	crowded := b.socket.Crowded()
	for {
		select {
		case <-b.socket.Greeted():
			return true
		case <-crowded:
			crowded = nil // told once
			post := webapi.Post{Where: provision.Conversation{Channel: b.identity.First()}, Message: blocks.NotAlone()}
			if _, err := b.messages.Say(ctx, post); err != nil && ctx.Err() == nil {
				b.config.Log.WithError(err).Warn("telling the channel that another copy of mozybot is connected")
			}
		case <-ctx.Done():
			return false
		}
	}
}
