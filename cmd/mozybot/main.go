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
//	mozybot version               which program this is
//	mozybot completion SHELL      completes all this at the Tab key
//
// This package wires the parts together and leaves every decision to them.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

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
	if !signal.Ignored(syscall.SIGHUP) { // as nohup has it: then a terminal that closes asks for nothing
		signal.Notify(asked, syscall.SIGHUP)
	}
	go func() {
		<-asked
		signal.Ignore(syscall.SIGHUP) // which the kernel and the shell both send, or whoever ends a session, after SIGTERM
		signal.Stop(asked)
		cancel()
	}()
	return ctx
}
