package bolt

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"

	"mozybot/provision"
	"mozybot/provision/background"
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

// VerifyIn is a Verifier in a child process: command, with the path behind it, has to end in ServeVerify. Verifying the records of
// 100,000 jobs takes half a minute of a processor and as much memory as their numbers; every other process goes before the child.
func VerifyIn(ctx context.Context, path string, command ...string) (v Verified, err error) {
	said, err := childFor(ctx, path, command).Output()
	exit := new(exec.ExitError)
	switch {
	case ctx.Err() != nil:
		return v, ctx.Err()
	case errors.As(err, &exit):
		return v, fmt.Errorf("the process that verifies the state broke down over it: %w: %s", err, complaint(exit))
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
	background.Enter()
	var a verification
	var err error
	if a.Verified, err = VerifyFile(ctx, path, provision.Head{}, Check); err != nil {
		a.Code, a.Message, a.Detail = provision.CodeOf(err), provision.MessageOf(err), err.Error()
	}
	return json.NewEncoder(out).Encode(a)
}
