package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/sirupsen/logrus"
	"github.com/spf13/cobra"

	"mozybot/cmd/mozybot/config"
	"mozybot/fixtures/sandbox"
	"mozybot/provision/console"
	"mozybot/provision/runbook"
)

// sandboxOptions are the flags of "mozybot sandbox".
type sandboxOptions struct {
	listen, envFile        string
	noBot, approve, asJSON bool
	drops                  []string
	replicas               int
}

// sandboxCommand runs the surroundings, and in them the very bot that serve runs: only addresses and tokens differ.
func sandboxCommand() *cobra.Command {
	var o sandboxOptions
	c := newCommand("sandbox [flags]", "run the bot with everything around it, here, with no account anywhere", func(ctx context.Context, _ []string, stdout, stderr io.Writer) error {
		return o.run(ctx, stdout, stderr)
	})
	c.Args = func(_ *cobra.Command, args []string) error {
		if len(args) > 0 {
			return misusef("it takes no argument %q; a file to drop is given with --drop", args[0])
		}
		return nil
	}
	f := c.Flags()
	f.StringVar(&o.listen, "listen", "127.0.0.1:8750", "where the workspace's page is; the console, tracker, mail server and order mailbox take the four ports after it; port 0 takes free ones for everything")
	f.BoolVar(&o.noBot, "no-bot", false, "start the surroundings alone")
	f.StringVar(&o.envFile, "env-file", "", "write every variable that a bot needs to attach to this `file`, once all listen")
	f.BoolVar(&o.approve, "approve", false, "approve each dropped order as the approver")
	f.BoolVar(&o.asJSON, "json", false, "print one JSON line for each dropped file")
	f.IntVar(&o.replicas, "replicas", 1, "so many bots on a real etcd of three members, with a page on which each can be killed, frozen and cut off")
	f.StringArrayVar(&o.drops, "drop", nil, "drop this order `file` as the requester, wait for its job, print its thread, and end; may be repeated")
	return c
}

func (o sandboxOptions) check() error {
	if len(o.drops) == 0 && (o.approve || o.asJSON) {
		return misusef("--approve and --json go with --drop")
	}
	if o.replicas < 1 || o.replicas > 9 || o.replicas > 1 && (o.noBot || len(o.drops) > 0) {
		return misusef("--replicas is from 1 to 9, and goes with neither --no-bot nor --drop")
	}
	for _, name := range o.drops {
		if _, err := os.Stat(name); err != nil {
			return misusef("--drop: %v", err)
		}
	}
	return nil
}

func (o sandboxOptions) run(ctx context.Context, stdout, stderr io.Writer) error {
	if err := o.check(); err != nil {
		return err
	}
	app := sandbox.AnyApp // whoever attaches may be another app
	if !o.noBot {
		var err error
		if app, err = sandboxApp(); err != nil {
			return err
		}
	}
	s, err := sandbox.Start(o.listen, app)
	if errors.Is(err, sandbox.ErrAddress) {
		return misuse(err.Error())
	}
	if err != nil {
		return err
	}
	defer s.Close()

	attached := backendChromium // whoever attaches works the pages
	page := ""
	if o.replicas > 1 {
		fleet, err := startSandboxReplicas(ctx, s, o.replicas, stderr)
		if err != nil {
			return err
		}
		defer fleet.stop()
		page = fleet.URL
	} else if !o.noBot {
		running, err := startSandboxBot(ctx, s, len(o.drops) > 0, stderr)
		if err != nil {
			return err
		}
		defer running.stop()
		// A bot that cannot go on ends the sandbox, which would otherwise wait for it.
		var cancel context.CancelCauseFunc
		ctx, cancel = context.WithCancelCause(ctx)
		defer cancel(nil)
		go func() {
			if err := running.wait(); err != nil {
				cancel(fmt.Errorf("the bot ended: %w", err))
			}
		}()
		attached = running.backend
	}
	if o.envFile != "" {
		if err := writeEnv(o.envFile, s.Env()); err != nil {
			return err
		}
	}
	if len(o.drops) > 0 {
		done, err := dropAll(ctx, s.URL(), s.ConsoleURL(), o.drops, o.approve, o.asJSON, attached, stdout)
		if err != nil {
			if cause := context.Cause(ctx); cause != nil {
				err = cause
			}
			return err
		}
		if !done {
			return exit(exitFailed)
		}
		return nil
	}
	fmt.Fprintln(stdout, "The sandbox is open. Nothing in it leaves this machine.")
	for _, a := range s.Addresses() {
		fmt.Fprintf(stdout, "  %-10s %s\n", a.Name, a.Value)
	}
	if page != "" {
		fmt.Fprintf(stdout, "  %-10s %s\n", "replicas", page)
	}
	if attached == backendDouble {
		fmt.Fprintln(stdout, "There is no Chromium on this machine, so the bot works an in-memory double of the console instead of its pages (\"make sandbox\" brings a browser).")
	}
	fmt.Fprintln(stdout, "End it with Ctrl-C.")
	<-ctx.Done()
	if cause := context.Cause(ctx); !errors.Is(cause, context.Canceled) {
		return cause
	}
	return nil
}

// runningBot is the bot inside the sandbox.
type runningBot struct {
	backend string
	stop    func()
	wait    func() error
}

// startSandboxBot starts the bot as serve would, with the environment that the surroundings give.
func startSandboxBot(ctx context.Context, s *sandbox.Sandbox, quiet bool, stderr io.Writer) (*runningBot, error) {
	dir, err := os.MkdirTemp("", "mozybot-sandbox-")
	if err != nil {
		return nil, fmt.Errorf("making a folder for the state: %w", err)
	}
	env := config.Environment{"STATE": filepath.Join(dir, "mozybot.db")}
	if quiet {
		env["LOG_LEVEL"] = "warn"
	}
	for _, v := range s.Env() {
		env[v.Name] = v.Value
	}
	c, err := sandboxConfig(env)
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	open := openConsole(chromium)
	if _, err := console.FindChromium(c.Chromium); err != nil {
		fmt.Fprintf(stderr, "mozybot sandbox: %v The bot works an in-memory double of the console instead.\n", err)
		open = openDouble(s)
	}
	store, err := openStore(ctx, c, c.Logger(stderr))
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	if err := pastJobs(ctx, store, s.Model.State(), time.Now()); err != nil {
		return nil, errors.Join(err, store.Close(), os.RemoveAll(dir))
	}
	a, err := newApp(c, store, open, c.Logger(stderr))
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan struct{})
	var outcome error
	go func() {
		defer close(ended)
		outcome = errors.Join(a.Run(ctx), a.Close(), os.RemoveAll(dir))
	}()
	wait := func() error {
		<-ended
		return outcome
	}
	return &runningBot{backend: a.console.name, wait: wait, stop: func() {
		cancel()
		if err := wait(); err != nil {
			fmt.Fprintln(stderr, "mozybot sandbox: ending the bot:", err)
		}
	}}, nil
}

// openDouble opens the console's rules in memory.
func openDouble(s *sandbox.Sandbox) openConsole {
	return func(_ config.Config, observed func(string, error), _ logrus.FieldLogger) (backend, error) {
		s.Double.Observed = observed
		return inMemory(s.Double), nil
	}
}

// inMemory is a console that needs no starting.
func inMemory(c interface {
	runbook.Console
	reader
}) backend {
	return backend{console: c, reader: c, name: backendDouble,
		start: func(context.Context) error { return nil }, close: func(context.Context) {}, allowLogin: func(context.Context) error { return nil }}
}

// kept are the variables that a person may set for the sandbox, too. Every other one is the surroundings' own: a real
// token in the environment must not get in here.
var kept = map[string]bool{"CHROMIUM": true, "STATE": true, "CACHE_DIR": true, "LOG_LEVEL": true, "LOG_FORMAT": true,
	"APPROVAL": true, "MODE": true, "APPROVALS_NEEDED": true, "APPROVAL_EXPIRES": true, "MAX_ORDER_GB": true, "EVIDENCE_DIR": true,
	"RETENTION": true, "BACKUPS": true, "MAILBOX_SENDERS": true, "SPARE": true, "REPORT": true}

func sandboxConfig(surroundings config.Environment) (config.Config, error) {
	given, own := config.Environment{}, config.Process()
	for _, v := range config.Variables() {
		given[v.Name] = surroundings[v.Name]
		if kept[v.Name] && strings.TrimSpace(own[v.Name]) != "" {
			given[v.Name] = own[v.Name]
		}
	}
	c, wrong := config.Usable(given)
	return c, config.Joined(wrong)
}

// writeEnv writes the file whole or not at all: whoever waits for it must not read half of it.
func writeEnv(name string, env []sandbox.Variable) error {
	var text strings.Builder
	for _, v := range env {
		fmt.Fprintf(&text, "%s=%s\n", v.Name, v.Value)
	}
	temporary := name + ".new"
	err := os.WriteFile(temporary, []byte(text.String()), 0o600)
	if err == nil {
		err = os.Rename(temporary, name)
	}
	if err != nil {
		return fmt.Errorf("writing the env file: %w", err)
	}
	return nil
}
