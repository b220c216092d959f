package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/sirupsen/logrus"
	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"mozybot/bot"
	"mozybot/bot/webapi"
	"mozybot/cmd/mozybot/config"
	"mozybot/cmd/mozybot/rest"
	"mozybot/provision"
	"mozybot/provision/console"
	"mozybot/provision/dispatch"
	"mozybot/provision/mail"
	"mozybot/provision/mailbox"
	"mozybot/provision/orderfile"
	"mozybot/provision/proxy"
	"mozybot/provision/runbook"
	"mozybot/provision/singularity"
	"mozybot/state"
)

// backend is a console to work at. In production it is always Chromium; the sandbox has another for machines without
// a browser.
type backend struct {
	console runbook.Console
	reader  reader // reads for summaries while a job runs; safe for concurrent use
	name    string // backendChromium or backendDouble
	start   func(context.Context) error
	close   func(context.Context)

	allowLogin func(context.Context) error // lets a refused log-in be tried once more
	guard      func(mayAct func() error)   // has each act asked about; nil where nobody has to be
	remember   func(console.Refusals)      // has refused log-ins kept; nil where there are none
	warm       func(context.Context) error // starts the browser and goes nowhere with it; nil without one
	pictured   func(context.Context)       // waits until the pictures so far are drawn; nil where none are
}

// reader is the part of a console that summaries need.
type reader interface {
	Check(ctx context.Context, at provision.JobStep, role string) error
	Read(ctx context.Context, look provision.Look) (provision.Reading, error)
}

const (
	// browserGrace is how long a browser may take to end by itself.
	browserGrace = 5 * time.Second
	// afterGrace is how long everything may take to end after SHUTDOWN_GRACE: the last words in the threads, mostly.
	afterGrace = 10 * time.Second
	// endGrace is when the bot ends in any case: a second before whatever stops it loses patience (see SHUTDOWN_GRACE).
	endGrace = afterGrace + browserGrace - time.Second
)

const (
	backendChromium = "chromium"
	backendDouble   = "double" // the console's rules in memory, for a sandbox without a browser
)

// app is the whole bot, built by hand. It does nothing until Run.
type app struct {
	config  config.Config
	log     logrus.FieldLogger
	now     func() time.Time // see newAppAt
	store   state.Store
	file    copier // the store's own file; nil for one in memory
	leading leadership
	orders  *orderfile.Reader
	console consoleWatch
	outages *outages // of the parts besides the console
	bot     *bot.Bot
	mailbox *mailbox.Watcher // nil without one
	probe   *healthProbe
	slack   *webapi.Transport
	metrics *metrics
}

// openConsole makes the console to work at. How each use of it ends, it is to tell observed.
type openConsole func(c config.Config, observed func(doing string, err error), log logrus.FieldLogger) (backend, error)

// newApp is newAppAt by the machine's clock.
func newApp(c config.Config, store state.Store, open openConsole, log *logrus.Logger) (*app, error) {
	return newAppAt(c, store, open, time.Now, log)
}

// newAppAt builds the bot, or says everything that keeps it from being built. The store is the app's from now on, to the
// end, also when there is an error. now is by what jobs and events are dated, and wait for people.
func newAppAt(c config.Config, store state.Store, open openConsole, now func() time.Time, log *logrus.Logger) (_ *app, err error) {
	a := &app{config: c, log: log, now: now, probe: newHealthProbe(), metrics: newMetrics()}
	a.store = counted{store, a.metrics.transitions}
	a.file, _ = store.(copier)
	of, _ := store.(shared)
	a.leading = leadership{of, log}
	a.outages = &outages{mayAct: a.leading.mayAct, log: log}
	defer func() {
		if err != nil {
			err = errors.Join(err, a.Close())
		}
	}()
	if err := a.openConsole(open); err != nil {
		return nil, err
	}
	mailer, mailErr := mail.New(c.Mail())
	tracker, trackerErr := singularity.New(c.Tracker())
	if err := errors.Join(mailErr, trackerErr); err != nil {
		return nil, err
	}
	if a.orders, err = newOrders(c, log); err != nil {
		return nil, err
	}
	a.orders.Measured = a.metrics.read
	runner, err := a.newRunner(mailer, tracker)
	if err != nil {
		return nil, err
	}
	if a.bot, err = a.newBot(runner, mailer); err != nil {
		return nil, err
	}
	a.outages.to = a.bot
	a.watchAll()
	if c.DryRun() {
		log.Warn("This is a dry run (MODE): nothing is bought, created, mailed or closed, the order mailbox is left alone, and real jobs wait for MODE=live")
		return a, nil
	}
	a.mailbox, err = newMailbox(c, a.bot, log)
	return a, err
}

// openConsole opens the console. Each act there is asked about first, and a refused log-in kept for all replicas.
func (a *app) openConsole(open openConsole) error {
	at, err := open(a.config, a.probe.observed, a.log)
	if err != nil {
		return err
	}
	a.console = consoleWatch{at, a.config, a.probe, a.log}
	if a.console.guard != nil {
		a.console.guard(a.leading.mayAct)
	}
	if a.leading.shared != nil && a.console.remember != nil {
		a.console.remember(refusals{a.store})
	}
	return nil
}

func (a *app) newRunner(mailer *mail.Mailer, tracker *singularity.Client) (*runbook.Runner, error) {
	c := a.config
	return runbook.New(runbook.Config{
		Console: a.console.console, Mailer: a.outages.watchMailer(mailer), Tracker: a.outages.watchTracker(tracker), Journal: a.store,
		AdminRole: c.MozyAdminRole, DryRun: c.DryRun(), Log: a.log, Now: a.now, CorrespondFor: c.CorrespondFor, Grace: c.ShutdownGrace,
		Claims: dispatch.Claims{Store: a.store},
		Moved:  func(id provision.JobID) { a.bot.Changed(id) }, Tried: a.metrics.tried,
	})
}

func (a *app) newBot(runner *runbook.Runner, mailer *mail.Mailer) (*bot.Bot, error) {
	c := a.config
	senders, err := mailbox.ParseSenders(c.MailboxSenders)
	if err != nil {
		return nil, fmt.Errorf("reading MAILBOX_SENDERS: %w", err)
	}
	sheets, err := newSheets(c)
	if err != nil {
		return nil, err
	}
	a.slack = webapi.NewTransport(slackCalls{ledBy{proxy.Transport(), a.leading.leads}, c.SlackAPIURL, a.metrics.requests}, c.SlackAPIURL, time.Now, a.log)
	return bot.New(bot.Config{
		Slack: slackClient(c, a.slack), SlackTime: a.slack.Time, Received: a.metrics.received,
		Store: a.store, Reader: a.orders, Console: a.console.forSummaries(), Runner: runner, Evidence: a.console.evidence(), DrawSheet: a.console.drawing(sheets.Draw), ConsoleURL: c.MozyURL,
		Channels: c.OrdersChannel, Approvers: c.Approvers, SelfApproval: c.Approval == "self", DryRun: c.DryRun(), MaxOrderGB: c.MaxOrderGB,
		Requesters: c.Requesters, Senders: senders, Needed: c.Needed, Spare: provision.SpareRule(c.Spare), AdminRole: c.MozyAdminRole, Expires: c.Expires, MonthlyReport: c.Report == "monthly",
		Log: a.log, Now: a.now, Instance: thisInstance(time.Now()), Elected: a.leading.shared != nil, Replicas: a.leading.replicas(),
		SignHead: signHead(c.KeyFile()), Posted: a.headPosted,
		Letters: mailer, Version: thisBuild().Name(), TryLogin: a.console.tryLogin, Parts: partsOf(c),
	})
}

// watchAll has the metrics look at everything that they tell of.
func (a *app) watchAll() {
	a.metrics.watchBackups(a.config)
	a.metrics.watchLeader(a.leading.leads)
	if a.leading.shared != nil {
		a.metrics.watchShared(a.leading.shared)
	}
	a.metrics.watch(a.bot.Connection, a.probe, a.config.PasswordExpires(), a.store, a.log)
}

// Run works until ctx ends, then finishes what is in hand. It returns nil for a shutdown that was asked for, and an
// error when something did not end in time.
func (a *app) Run(ctx context.Context) error {
	stopping := context.AfterFunc(ctx, func() {
		a.log.Infof("stopping: nothing new begins; what is in hand has up to %v", a.config.ShutdownGrace)
	})
	defer stopping()
	// The parts end together. What the bot has in hand needs the console until the bot has returned, so the browser is
	// closed by Close, not by ctx.
	group, ctx := errgroup.WithContext(ctx)
	if a.file != nil {
		group.Go(func() error { return serveCopies(ctx, a.config.StateFile(), a.file, a.log) })
	}
	group.Go(func() error { return serveHealth(ctx, a.config.HealthAddr, a.insight()) })
	group.Go(func() error { a.warm(ctx); return nil })
	group.Go(func() error { rest.GiveBack(ctx); return nil })
	group.Go(func() error { return a.watchSecrets(ctx) })
	group.Go(func() error { return a.lead(ctx) })
	return a.await(ctx, group)
}

// lead does all that one replica alone does, from when it leads until ctx ends or another one may lead.
func (a *app) lead(ctx context.Context) error {
	leading, term, err := a.leading.standBy(ctx)
	if err != nil {
		if ctx.Err() != nil { // it was asked to stop before it led
			return nil
		}
		return err
	}
	ctx = leading
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		if err := a.bot.Run(ctx); err != nil && !errors.Is(err, context.Canceled) {
			return err
		}
		return nil
	})
	if a.mailbox != nil {
		group.Go(func() error { return a.mailbox.Run(ctx) })
	}
	group.Go(func() error { return a.console.warn(ctx) })
	group.Go(func() error { return a.maintenance().run(ctx) })
	group.Go(func() error { return a.console.watch(ctx) })
	group.Go(func() error { return a.outages.watchConsole(ctx, a.probe) })
	for _, w := range a.outages.watched {
		group.Go(func() error { return w.watch(ctx, a.config.ConsoleCheckEvery) })
	}
	group.Go(func() error { return a.announce(ctx) })
	group.Go(func() error { a.watchClock(ctx); return nil })
	err = group.Wait()
	over := termOver(term)
	if a.leading.shared != nil {
		a.leading.shared.Resign() // nothing is under way any more
	}
	if err != nil {
		return err
	}
	return over
}

// warm has ready what an order needs, also while another replica leads.
func (a *app) warm(ctx context.Context) {
	if err := a.orders.Warm(ctx); err != nil && ctx.Err() == nil {
		a.log.WithError(err).Warn("warming the PDF reader; the first PDF will take longer")
	}
	if a.leading.shared == nil || a.console.warm == nil {
		return
	}
	if err := a.console.warm(ctx); err != nil && ctx.Err() == nil {
		a.log.WithError(err).Warn("starting the browser; it is tried again when this replica leads")
	}
}

// await waits for all parts, after ctx has ended for as long as they may take.
func (a *app) await(ctx context.Context, group *errgroup.Group) error {
	ended := make(chan error, 1)
	go func() { ended <- group.Wait() }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	late := time.NewTimer(a.config.ShutdownGrace + afterGrace)
	defer late.Stop()
	select {
	case err := <-ended:
		return err
	case <-late.C:
		return fmt.Errorf("something did not stop within SHUTDOWN_GRACE and %v more, and was left as it is; the next start goes on", afterGrace)
	}
}

// Close lets everything go. The store is last, since everything writes to it.
func (a *app) Close() error {
	if a.console.close != nil {
		ctx, cancel := context.WithTimeout(context.Background(), browserGrace)
		defer cancel()
		a.console.close(ctx)
	}
	a.maintenance().noteHead(context.Background())
	return a.store.Close()
}

func (a *app) maintenance() maintenance { return maintenance{a.config, a.store, a.file, a.log} }

// insight answers /livez, /readyz and /metrics.
func (a *app) insight() http.Handler {
	h := &health{introduced: a.bot.Ready(), connection: a.bot.Connection, refused: a.slack.Refused, missing: a.bot.Missing, console: a.probe, store: a.store, noBackup: func(now time.Time) string { return noBackup(a.config, now) }, shared: a.leading.shared}
	mux := h.handler()
	mux.Handle("GET /metrics", a.metrics.handler())
	return mux
}

// serveCommand runs the bot.
func serveCommand() *cobra.Command {
	c := newCommand("serve", "run the bot, configured by the environment (\"mozybot serve -h\" lists it)", func(ctx context.Context, _ []string, _, stderr io.Writer) error {
		return exitWith(serve(ctx, stderr))
	})
	var listed strings.Builder
	_ = config.Describe(&listed) // which can always be written
	c.Long = "It runs the bot until it is told to stop, and takes no flags. These variables configure it:\n\n" + listed.String()
	return c
}

// serve runs the bot until it is told to stop.
func serve(ctx context.Context, stderr io.Writer) int {
	if err := withoutOnlookers(); err != nil {
		fmt.Fprintln(stderr, "mozybot serve:", err)
		return exitFailed
	}
	c, err := config.Load()
	if err != nil {
		fmt.Fprintf(stderr, "mozybot serve: the configuration is not complete.\n%v\n", err)
		return exitUsage
	}
	stderr = c.WithoutSecrets(outliveLog(stderr))
	log := c.Logger(stderr)
	log.Infof("%v starts", thisBuild())
	for _, warning := range c.Warnings(config.Process()) {
		log.Warn(warning)
	}
	err = serveTerms(ctx, c, log, func(ctx context.Context, store state.Store) error {
		a, err := newApp(c, store, chromium, log)
		if err != nil {
			return err
		}
		if err := a.confine(ctx); err != nil {
			return errors.Join(err, a.Close())
		}
		return inTime(ctx, c.ShutdownGrace+endGrace, func() error { return errors.Join(a.Run(ctx), a.Close()) })
	})
	if err != nil {
		fmt.Fprintln(stderr, "mozybot serve:", err)
		return exitFailed
	}
	log.Info("stopped")
	return exitOK
}
