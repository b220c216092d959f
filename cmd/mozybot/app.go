package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/sirupsen/logrus"
	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"mozybot/bot"
	"mozybot/bot/webapi"
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
	config  config
	log     logrus.FieldLogger
	store   state.Store
	file    state.Store // the store itself, without those who count along
	shared  shared      // the same where several replicas share it, else nil
	orders  *orderfile.Reader
	console backend
	bot     *bot.Bot
	mailbox *mailbox.Watcher // nil without one
	probe   *healthProbe
	slack   *webapi.Transport
	metrics *metrics
	watched []*watchedPart // besides the console
}

// openConsole makes the console to work at. How each use of it ends, it is to tell observed.
type openConsole func(c config, observed func(doing string, err error), log logrus.FieldLogger) (backend, error)

// newApp is newAppAt by the machine's clock.
func newApp(c config, store state.Store, open openConsole, log *logrus.Logger) (*app, error) {
	return newAppAt(c, store, open, time.Now, log)
}

// newAppAt builds the bot, or says everything that keeps it from being built. The store is the app's from now on, to the
// end, also when there is an error. now is by what jobs and events are dated, and wait for people.
func newAppAt(c config, store state.Store, open openConsole, now func() time.Time, log *logrus.Logger) (_ *app, err error) {
	a := &app{config: c, log: log, file: store, probe: newHealthProbe(), metrics: newMetrics()}
	a.store = counted{store, a.metrics.transitions}
	a.shared, _ = store.(shared)
	defer func() {
		if err != nil {
			err = errors.Join(err, a.Close())
		}
	}()
	if a.console, err = open(c, a.probe.observed, log); err != nil {
		return nil, err
	}
	if a.console.guard != nil {
		a.console.guard(a.mayAct)
	}
	if a.shared != nil && a.console.remember != nil {
		a.console.remember(refusals{a.store})
	}
	mailer, mailErr := c.mailer()
	tracker, trackerErr := c.tracker()
	if err := errors.Join(mailErr, trackerErr); err != nil {
		return nil, err
	}
	if a.orders, err = c.orders(log); err != nil {
		return nil, err
	}
	a.orders.Measured = a.metrics.read
	runner, err := runbook.New(runbook.Config{
		Console: a.console.console, Mailer: a.watchMailer(mailer), Tracker: a.watchTracker(tracker), Journal: a.store,
		AdminRole: c.MozyAdminRole, DryRun: c.dryRun(), Log: log, Now: now, CorrespondFor: c.CorrespondFor, Grace: c.ShutdownGrace,
		Claims: dispatch.Claims{Store: a.store},
		Moved:  func(id provision.JobID) { a.bot.Changed(id) }, Tried: a.metrics.tried,
	})
	if err != nil {
		return nil, err
	}
	senders, err := mailbox.ParseSenders(c.MailboxSenders)
	if err != nil {
		return nil, fmt.Errorf("reading MAILBOX_SENDERS: %w", err)
	}
	a.slack = webapi.NewTransport(slackCalls{ledBy{proxy.Transport(), a.leads}, c.SlackAPIURL, a.metrics.requests}, c.SlackAPIURL, time.Now, log)
	a.bot, err = bot.New(bot.Config{
		Slack: c.slack(a.slack), SlackTime: a.slack.Time, Received: a.metrics.received,
		Store: a.store, Reader: a.orders, Console: a.lookingOver(), Runner: runner, Evidence: os.DirFS(c.evidenceDir()), ConsoleURL: c.MozyURL,
		Channels: c.OrdersChannel, Approvers: c.Approvers, SelfApproval: c.Approval == "self", DryRun: c.dryRun(), MaxOrderGB: c.MaxOrderGB,
		Requesters: c.Requesters, Senders: senders, Needed: c.Needed, Spare: provision.SpareRule(c.Spare), AdminRole: c.MozyAdminRole, Expires: c.Expires, MonthlyReport: c.Report == "monthly",
		Log: log, Now: now, Instance: thisInstance(time.Now()), Elected: a.shared != nil, Replicas: a.replicas(),
		SignHead: c.signHead(), Posted: a.headPosted,
		Letters: mailer, Version: thisBuild().Name(), TryLogin: a.tryLogin, Parts: c.parts(),
	})
	if err != nil {
		return nil, err
	}
	a.metrics.watchBackups(c)
	a.metrics.watchLeader(a.leads)
	if a.shared != nil {
		a.metrics.watchShared(a.shared)
	}
	a.metrics.watch(a.bot.Connection, a.probe, c.passwordExpires(), a.store, log)
	if c.dryRun() {
		log.Warn("This is a dry run (MODE): nothing is bought, created, mailed or closed, the order mailbox is left alone, and real jobs wait for MODE=live")
		return a, nil
	}
	a.mailbox, err = c.mailbox(a.bot, log)
	return a, err
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
	copies, _ := a.file.(copier) // a store in memory has no file to copy
	if copies != nil {
		group.Go(func() error { return a.serveCopies(ctx, copies) })
	}
	group.Go(func() error { return serveHealth(ctx, a.config.HealthAddr, a.insight()) })
	group.Go(func() error { a.warm(ctx); return nil })
	group.Go(func() error { return a.watchSecrets(ctx) })
	group.Go(func() error { return a.lead(ctx) })
	return a.await(ctx, group)
}

// lead does all that one replica alone does, from when it leads until ctx ends or another one may lead.
func (a *app) lead(ctx context.Context) error {
	leading, term, err := a.standBy(ctx)
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
	group.Go(func() error { return a.care(ctx) })
	copies, _ := a.file.(copier)
	group.Go(func() error { return a.keep(ctx, copies) })
	group.Go(func() error { return a.watchConsole(ctx) })
	group.Go(func() error { return a.reportConsole(ctx) })
	for _, w := range a.watched {
		group.Go(func() error { return w.watch(ctx, a.config.ConsoleCheckEvery) })
	}
	group.Go(func() error { return a.announce(ctx) })
	group.Go(func() error { a.watchClock(ctx); return nil })
	err = group.Wait()
	over := termOver(term)
	if a.shared != nil {
		a.shared.Resign() // nothing is under way any more
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
	if a.shared == nil || a.console.warm == nil {
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
	a.noteHead(context.Background())
	return a.store.Close()
}

// insight answers /livez, /readyz and /metrics.
func (a *app) insight() http.Handler {
	h := &health{introduced: a.bot.Ready(), connection: a.bot.Connection, refused: a.slack.Refused, missing: a.bot.Missing, console: a.probe, store: a.store, noBackup: a.config.noBackup, shared: a.shared}
	mux := h.handler()
	mux.Handle("GET /metrics", a.metrics.handler())
	return mux
}

func (c config) evidenceDir() string {
	if c.EvidenceDir != "" {
		return c.EvidenceDir
	}
	return filepath.Join(filepath.Dir(c.stateFile()), "evidence")
}

// chromium is the console as production has it.
func chromium(c config, observed func(string, error), log logrus.FieldLogger) (backend, error) {
	con, err := console.New(console.Config{
		URL: c.MozyURL, Username: c.MozyUsername, Password: c.MozyPassword.now, ChromePath: c.Chromium, Sandbox: console.Sandbox(c.ChromiumSandbox),
		EvidenceDir: c.evidenceDir(), Log: log, Redact: c.redactor(), Observed: observed,
	})
	if err != nil {
		return backend{}, err
	}
	return backend{console: con, reader: con.Reader(), name: backendChromium, start: con.Start, close: con.Close, allowLogin: con.AllowLogin, guard: con.Guard, remember: con.Remember,
		warm: func(ctx context.Context) error { _, err := con.StartBrowser(ctx); return err }}, nil
}

func (c config) mailer() (*mail.Mailer, error) {
	login := c.LoginURL
	if login == "" {
		login = c.MozyURL
	}
	return mail.New(mail.Config{Addr: c.SMTPAddr, From: c.SMTPFrom, Security: provision.Security(c.SMTPTLS),
		Username: c.SMTPUsername, Password: c.SMTPPassword.now, LoginURL: login,
		ReplyTo: c.SMTPReplyTo, CC: c.SMTPCC, BCC: c.SMTPBCC, Dir: c.WelcomeDir, Redact: c.redactor()})
}

// mailbox is nil when none is configured.
func (c config) mailbox(intake mailbox.Intake, log logrus.FieldLogger) (*mailbox.Watcher, error) {
	if c.IMAPAddr == "" {
		return nil, nil
	}
	return mailbox.New(mailbox.Config{Addr: c.IMAPAddr, Security: provision.Security(c.IMAPTLS), Username: c.IMAPUsername, Password: c.IMAPPassword.now,
		Folder: c.IMAPFolder, DoneFolder: c.IMAPDoneFolder, PeopleFolder: c.IMAPPeopleFolder, Own: c.SMTPFrom, Intake: intake, Log: log, Redact: c.redactor()})
}

func (c config) tracker() (*singularity.Client, error) {
	return singularity.New(singularity.Config{URL: c.SingularityURL, Token: c.SingularityToken.now, Contract: c.SingularityContract, Redact: c.redactor()})
}

// orders reads order files in children of this very program.
func (c config) orders(log logrus.FieldLogger) (*orderfile.Reader, error) {
	program, err := ownProgram()
	if err != nil {
		return nil, err
	}
	cache := c.CacheDir
	if cache == "" {
		if cache, err = os.UserCacheDir(); err != nil {
			cache = os.TempDir()
		}
		cache = filepath.Join(cache, "mozybot")
	}
	return &orderfile.Reader{Command: []string{program, readOrderChild}, CacheDir: cache, Confined: c.RequireConfinement, Log: log}, nil
}

// serveCommand runs the bot.
func serveCommand() *cobra.Command {
	c := newCommand("serve", "run the bot, configured by the environment (\"mozybot serve -h\" lists it)", func(ctx context.Context, _ []string, _, stderr io.Writer) error {
		return exitWith(serve(ctx, stderr))
	})
	var listed strings.Builder
	_ = describeConfig(&listed) // which can always be written
	c.Long = "It runs the bot until it is told to stop, and takes no flags. These variables configure it:\n\n" + listed.String()
	return c
}

// serve runs the bot until it is told to stop.
func serve(ctx context.Context, stderr io.Writer) int {
	if err := withoutOnlookers(); err != nil {
		fmt.Fprintln(stderr, "mozybot serve:", err)
		return exitFailed
	}
	c, err := loadConfig()
	if err != nil {
		fmt.Fprintf(stderr, "mozybot serve: the configuration is not complete.\n%v\n", err)
		return exitUsage
	}
	stderr = c.withoutSecrets(outliveLog(stderr))
	log := c.logger(stderr)
	log.Infof("%v starts", thisBuild())
	for _, warning := range c.warnings(processEnvironment()) {
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
