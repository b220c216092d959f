package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

// asInit says that this process is the first of a container, to which every process that loses its parent falls. A browser
// that dies leaves a dozen of them.
func asInit() bool { return os.Getpid() == 1 }

// runUnderInit runs this very program again as a child, and does for a container what an init does: it passes signals on and
// collects the processes that have ended. The child is not the first process, so what it waits for itself is left to it.
func runUnderInit(stderr io.Writer) int {
	if err := withoutOnlookers(); err != nil { // it has the same environment
		fmt.Fprintln(stderr, "mozybot:", err)
		return exitFailed
	}
	asked := make(chan os.Signal, 16)
	signal.Notify(asked, syscall.SIGTERM, syscall.SIGINT, syscall.SIGHUP, syscall.SIGQUIT, syscall.SIGUSR1, syscall.SIGUSR2)
	child, err := os.StartProcess(thisProgram, os.Args, &os.ProcAttr{
		Files: []*os.File{os.Stdin, os.Stdout, os.Stderr},
		Env:   os.Environ(),
		Sys:   &syscall.SysProcAttr{Setpgid: true}, // else Ctrl-C would reach it twice, and the second time ends it at once
	})
	if err != nil {
		fmt.Fprintln(stderr, "mozybot: starting under the container's first process:", err)
		return exitFailed
	}
	go func() {
		for s := range asked {
			_ = child.Signal(s) // it may have ended meanwhile
		}
	}()
	for {
		var status syscall.WaitStatus
		pid, err := syscall.Wait4(-1, &status, 0, nil)
		switch {
		case errors.Is(err, syscall.EINTR):
		case err != nil:
			fmt.Fprintln(stderr, "mozybot: waiting as the container's first process:", err)
			return exitFailed
		case pid == child.Pid && status.Signaled():
			return 128 + int(status.Signal())
		case pid == child.Pid:
			return status.ExitStatus()
		}
	}
}
