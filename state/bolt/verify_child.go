package bolt

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"strings"
	"syscall"

	"mozybot/provision"
)

// Verifier verifies a file, as VerifyFile does without a head that was noted.
type Verifier func(ctx context.Context, path string) (Verified, error)

// verification is what a child of VerifyIn answers.
type verification struct {
	Verified Verified       `json:"verified"`
	Code     provision.Code `json:"code"` // of its error, like the next two
	Message  string         `json:"message"`
	Detail   string         `json:"detail"` // for the log; "" without an error
}

// behind is how far the priority of a child that verifies is behind that of other processes.
const behind = 10

// VerifyIn is a Verifier in a child process: command, with the path behind it, has to end in ServeVerify. Verifying the records of
// 100,000 jobs takes half a minute of a processor and as much memory as their numbers; every other process goes before the child.
func VerifyIn(ctx context.Context, path string, command ...string) (v Verified, err error) {
	child := exec.CommandContext(ctx, command[0], slices.Concat(command[1:], []string{path})...)
	child.Env = []string{}                                  // none of our secrets
	child.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // the priority is its group's
	said, err := child.Output()
	exit := new(exec.ExitError)
	switch {
	case ctx.Err() != nil:
		return v, ctx.Err()
	case errors.As(err, &exit):
		first, _, _ := strings.Cut(string(exit.Stderr), "\n")
		return v, fmt.Errorf("the process that verifies the state broke down over it: %w: %s", err, first)
	case err != nil:
		return v, fmt.Errorf("starting the process that verifies the state: %w", err)
	}
	var a verification
	if err := json.NewDecoder(bytes.NewReader(said)).Decode(&a); err != nil {
		return v, fmt.Errorf("reading what the process found that verifies the state: %w", err)
	}
	if a.Detail != "" {
		return a.Verified, &provision.Error{Code: a.Code, Message: a.Message, Err: errors.New(a.Detail)}
	}
	return a.Verified, nil
}

// ServeVerify is the other end of VerifyIn.
func ServeVerify(ctx context.Context, path string, out io.Writer) error {
	_ = syscall.Setpriority(syscall.PRIO_PGRP, 0, behind) // a bot that is behind further already may not change it
	var a verification
	var err error
	if a.Verified, err = VerifyFile(ctx, path, provision.Head{}, Check); err != nil {
		a.Code, a.Message, a.Detail = provision.CodeOf(err), provision.MessageOf(err), err.Error()
	}
	return json.NewEncoder(out).Encode(a)
}
