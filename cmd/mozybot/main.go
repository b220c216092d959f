// Command mozybot turns a customer's order, dropped into Slack, into a provisioned backup account.
//
//	mozybot serve                 the bot, configured by the environment
//	mozybot doctor                checks what serve needs
//	mozybot sandbox               the bot with everything around it, on this machine
//	mozybot order FILE            read one order (--json, --explain)
//	mozybot quote --gb N ...      the add-on maths
//	mozybot manifest              the Slack app's manifest
//	mozybot backup FILE           a copy of the state, also while the bot runs
//	mozybot restore FILE          puts one back
//	mozybot audit export|verify   what was done, and whether anybody changed the record of it
//	mozybot health                asks a running bot how it is
//
// This package wires the parts together and leaves every decision to them.
package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

// Exit codes that every command shares.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 64 // as in sysexits.h
)

const usage = `mozybot turns a customer's backup order, dropped into Slack, into a provisioned account.

  mozybot serve                    run the bot, configured by the environment ("mozybot serve -h" lists it)
  mozybot doctor                   check every connection and right that serve needs, and say what to do
  mozybot sandbox [flags]          run the bot with everything around it, here, with no account anywhere
  mozybot order FILE [--json]      read one order file; --explain says why each thing was taken or not
  mozybot quote --gb N --add-ons N [--default-assigned N --default-used N --available N] [--json]
  mozybot manifest                 print the Slack app's manifest, to paste when creating the app
  mozybot backup FILE              copy the state file, also while the bot runs
  mozybot restore FILE             put such a copy in its place
  mozybot audit export             print the record of all that was done
  mozybot audit verify [FILE]      look whether anybody changed it
  mozybot health [--live]          ask the bot on this machine whether it is ready, or only alive
`

// command runs one subcommand and returns the process's exit code.
type command func(ctx context.Context, args []string, stdout, stderr io.Writer) int

var commands = map[string]command{
	"serve":         serveCommand,
	"doctor":        doctorCommand,
	"sandbox":       sandboxCommand,
	"order":         orderCommand,
	readOrderChild:  readOrderCommand,
	checkStateChild: checkStateCommand,
	"quote":         quoteCommand,
	"manifest":      manifestCommand,
	"health":        healthCommand,
	"backup":        backupCommand,
	"restore":       restoreCommand,
	"audit":         auditCommand,
}

func main() {
	if asInit() {
		os.Exit(runUnderInit(os.Stderr))
	}
	os.Exit(run(untilAsked(), os.Args[1:], os.Stdout, os.Stderr))
}

// untilAsked ends at the first signal that asks the program to end. By then nobody listens to a second one, so that
// ends the program at once.
func untilAsked() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	asked := make(chan os.Signal, 1)
	signal.Notify(asked, os.Interrupt, syscall.SIGTERM)
	go func() {
		<-asked
		signal.Stop(asked)
		cancel()
	}()
	return ctx
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	if len(args) > 0 {
		if c, ok := commands[args[0]]; ok {
			return c(ctx, args[1:], stdout, stderr)
		}
		if args[0] == "help" || args[0] == "-h" || args[0] == "--help" {
			fmt.Fprint(stdout, usage)
			return exitOK
		}
		fmt.Fprintf(stderr, "mozybot: there is no command %q\n\n", args[0])
	}
	fmt.Fprint(stderr, usage)
	return exitUsage
}
