package orderfile

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"github.com/sirupsen/logrus"

	"mozybot/provision"
)

// Why a child was killed.
var (
	errTooLong = errors.New("reading it took too long")
	errTooMuch = errors.New("reading it took too much memory")
	errTooSlow = errors.New("the machine gave the reading process no time")
)

const (
	// extraWallClock is how much longer than its work a child may take: others may have the processors.
	extraWallClock = 2 * time.Minute
	// lastWords is how long the answer of a child that has ended may be under way.
	lastWords = 2 * time.Second

	maxAnswer = 8 << 20
	maxStderr = 4 << 10
)

// process is a child of a Reader: it waits for its request, or answers it.
type process struct {
	log     logrus.FieldLogger
	setting setting
	child   *exec.Cmd
	in      io.WriteCloser
	out     head
	says    head

	killed context.Context // ends when it was killed, with the reason, or is over
	kill   context.CancelCauseFunc
	over   chan struct{} // closed when it has ended
	died   error         // how; to be read then
	cause  error         // why it was killed; likewise, and nil where it ended by itself
}

// launch starts a child, which prepares for its request. The caller has it answer one, or kills it.
func (r *Reader) launch(s setting) (*process, error) {
	line, err := json.Marshal(s)
	if err != nil {
		return nil, err
	}
	p := &process{log: r.Log, setting: s, out: head{max: maxAnswer}, says: head{max: maxStderr}, over: make(chan struct{})}
	p.killed, p.kill = context.WithCancelCause(context.Background())
	if err := r.start(p); err != nil {
		p.kill(nil)
		return nil, notStarted(err)
	}
	go p.await()
	_, _ = p.in.Write(append(line, '\n')) // a child that does not read has ended, which answer sees
	return p, nil
}

// await waits until the child has ended.
func (p *process) await() {
	p.died = p.child.Wait()
	if errors.Is(p.died, exec.ErrWaitDelay) { // somebody else in its group holds its pipes
		_ = syscall.Kill(-p.child.Process.Pid, syscall.SIGKILL) // it may be gone
	}
	p.cause = context.Cause(p.killed)
	p.kill(nil)
	close(p.over)
}

// ask starts a child, hands it the request and the content, and waits for its answer.
func (r *Reader) ask(ctx context.Context, s setting, q request, content []byte, maxRSS int) (answer, error) {
	p, err := r.launch(s)
	if err != nil {
		return answer{}, err
	}
	return p.answer(ctx, q, content, maxRSS)
}

// answer hands the child the request and the content, and waits for its answer, while the child is kept within its limits. It is
// called once.
func (p *process) answer(ctx context.Context, q request, content []byte, maxRSS int) (answer, error) {
	line, err := json.Marshal(q)
	if err != nil {
		p.kill(err)
		return answer{}, err
	}
	began := time.Now()
	defer context.AfterFunc(ctx, func() { p.kill(context.Cause(ctx)) })()
	slow := time.AfterFunc(p.setting.WallClock, func() { p.kill(errTooSlow) })
	defer slow.Stop()
	peak := make(chan int, 1)
	go func() { peak <- watch(p.killed, p.child.Process.Pid, maxRSS, p.setting.Limit, p.kill) }()
	for _, part := range [][]byte{append(line, '\n'), content} {
		if _, err := p.in.Write(part); err != nil { // it has ended, or has enough
			break
		}
	}
	_ = p.in.Close() // likewise
	<-p.over
	if p.log != nil {
		p.log.WithFields(logrus.Fields{"ms": time.Since(began).Milliseconds(), "cpu_ms": worked(p.child).Milliseconds(), "peak_mb": <-peak >> 20, "bytes": len(content)}).
			Debug("a process that read an order file has ended")
	}
	if p.log != nil && p.says.Len() > 0 {
		p.log.WithField("output", strings.TrimSpace(p.says.String())).Warn("the process that reads order files complained")
	}
	died, cause := p.died, p.cause
	if p.child.ProcessState.Success() { // then its answer counts, however its pipes were closed
		var a answer
		unread := json.Unmarshal(p.out.Bytes(), &a)
		if unread == nil {
			return a, nil
		}
		died = errors.Join(died, unread)
	}
	if cause == nil && worked(p.child) >= p.setting.Limit { // the system was faster than we
		cause = errTooLong
	}
	return answer{}, deathOf(ctx, cause, died)
}

// worked is how long processors were busy with a child that has ended.
func worked(child *exec.Cmd) time.Duration {
	return child.ProcessState.UserTime() + child.ProcessState.SystemTime()
}

// notStarted says why there is no child: this machine is at its limits, or its command is wrong.
func notStarted(err error) error {
	for _, full := range []error{syscall.EAGAIN, syscall.ENOMEM, syscall.EMFILE, syscall.ENFILE} {
		if errors.Is(err, full) {
			return busy(err)
		}
	}
	return fmt.Errorf("starting the reading process: %w", err)
}

// busy says that the machine is at fault, and not the file.
func busy(err error) error {
	return &provision.Error{Code: provision.Unavailable, Err: err,
		Message: "This file was not read: the machine that mozybot runs on is too busy at the moment. Please try again."}
}

// start starts a child that has no secrets of ours and, where this machine lets a process have one, a network of its own with
// nothing in it. The child takes the rest from itself.
func (r *Reader) start(p *process) error {
	start := func(attributes *syscall.SysProcAttr) (err error) {
		p.child = exec.CommandContext(p.killed, r.Command[0], r.Command[1:]...)
		p.child.Env = []string{}
		p.child.Stdout, p.child.Stderr = &p.out, &p.says
		p.child.SysProcAttr = attributes
		p.child.SysProcAttr.Setpgid = true
		p.child.Cancel = func() error { return syscall.Kill(-p.child.Process.Pid, syscall.SIGKILL) }
		p.child.WaitDelay = lastWords
		if p.in, err = p.child.StdinPipe(); err != nil {
			return err
		}
		return p.child.Start()
	}
	ways := ownNetworks()
	var err error
	for way := int(r.namespaces.Load()); way < len(ways); way++ {
		if err = start(ways[way]); err == nil {
			r.namespaces.Store(int32(way))
			return nil
		}
	}
	plain := start(&syscall.SysProcAttr{})
	if plain == nil && r.namespaces.Swap(int32(len(ways))) < int32(len(ways)) && r.Log != nil {
		r.Log.WithError(err).Info("the process that reads order files has no network of its own here; what else confines it is said at the start")
	}
	return plain
}

// deathOf says why a child left no answer. One that the system ended, and we did not, had no fault of its own, as when
// memory runs out around it; nor has one whose answer was too long under way.
func deathOf(ctx context.Context, cause, died error) error {
	why := "the program that reads it broke down over it"
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(cause, errTooLong), errors.Is(cause, errTooMuch):
		why = cause.Error()
	case errors.Is(cause, errTooSlow):
		return busy(errors.Join(cause, died))
	case cause == nil && (killed(died) || errors.Is(died, exec.ErrWaitDelay)):
		return busy(died)
	}
	return &provision.Error{Code: provision.Invalid, Err: died, Message: fmt.Sprintf(
		"This file could not be read: %s. Save the order again, as a PDF with text or as plain text, or type it in by hand.", why)}
}

// killed says that somebody ended a process from outside.
func killed(died error) bool {
	var exit *exec.ExitError
	if !errors.As(died, &exit) {
		return false
	}
	status, ok := exit.Sys().(syscall.WaitStatus)
	return ok && status.Signaled() && (status.Signal() == syscall.SIGKILL || status.Signal() == syscall.SIGTERM)
}

// head keeps the beginning of what is written to it and drops the rest.
type head struct {
	bytes.Buffer
	max int
}

func (h *head) Write(p []byte) (int, error) {
	h.Buffer.Write(p[:min(len(p), h.max-h.Len())])
	return len(p), nil
}
