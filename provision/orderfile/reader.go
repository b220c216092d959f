package orderfile

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/sirupsen/logrus"

	"mozybot/provision"
	"mozybot/provision/orderfile/extract"
	"mozybot/provision/orderfile/format"
)

// Reader reads order files, each in a process of its own, a few at the same time. It is safe for concurrent use once
// its fields are set, holds nothing open and needs no closing. Only Command must be set.
type Reader struct {
	// Command is the argv of a process that ends up in ServeChild: this binary and its hidden subcommand.
	Command []string
	// CacheDir keeps the compiled PDF engine between processes. What lies there is run as code, so a folder that others
	// may write to is not used. Without one, every PDF takes seconds.
	CacheDir string
	// Log is told what a process that broke down had to say; may be nil.
	Log logrus.FieldLogger
	// Measured is told of every file how long its reading took and what came of it. format is what it turned out to be, ""
	// for what is none of ours. It must not block; may be nil.
	Measured func(format string, took time.Duration, order provision.Order, err error)

	// Confined has every child refuse to read where this machine doesn't let it give up files, the network and other programs.
	Confined bool

	Timeout   time.Duration // of processors' work on one file; 10 s if 0. A busy machine may take its time over it
	WallClock time.Duration // for one file, by the clock; 2 minutes and Timeout if 0
	MaxBytes  int64         // of one file; 20 MB if 0
	MaxRSS    int           // bytes of resident memory for one file; 400 MB if 0. Watched where there is a /proc
	AtOnce    int           // how many files are read at the same time; 2 if 0

	starting sync.Once
	places   chan struct{}

	warming sync.Mutex
	warm    bool

	namespaces atomic.Int32 // how many of the ways into a network of its own this machine has refused
}

// The limits of the engine's first compilation, which is our own work and no stranger's file.
const (
	warmTimeout = 2 * time.Minute
	warmRSS     = 1 << 30
)

// Warm compiles the PDF engine into the cache, so that the first PDF need not wait for it: seconds and 300 MB in a
// process of their own the first time, a fraction of a second afterwards. Without a cache it does nothing.
func (r *Reader) Warm(ctx context.Context) error {
	r.warming.Lock()
	defer r.warming.Unlock()
	if r.warm || r.CacheDir == "" {
		return nil
	}
	if err := format.OwnFolder(r.CacheDir); err != nil {
		return fmt.Errorf("compiling the PDF engine: %w", err)
	}
	a, err := r.ask(ctx, request{Warm: true, CacheDir: r.CacheDir, Limit: warmTimeout, WallClock: extraWallClock + warmTimeout}, nil, warmRSS)
	if err != nil {
		return fmt.Errorf("compiling the PDF engine: %w", err)
	}
	if a.Error != nil {
		return fmt.Errorf("compiling the PDF engine: %s", a.Error.Detail)
	}
	r.warm = true
	return nil
}

// Limit is how many bytes a file may have.
func (r *Reader) Limit() int64 { return cmp.Or(r.MaxBytes, 20_000_000) }

// Read makes an order of a file. name is what its sender called it. Whatever is wrong with the file, or with what it makes
// the process do that reads it, is an error with code Invalid and a sentence for the sender. Unavailable means that this
// machine had no time or room for that process: another try may do. Any other error is ours or ctx's. An order that was
// read may still miss fields: ask its Missing.
func (r *Reader) Read(ctx context.Context, name string, content []byte) (provision.Order, error) {
	a, err := r.read(ctx, request{Name: name}, content)
	if err != nil {
		return provision.Order{}, err
	}
	return *a.Order, nil
}

// ReadMail reads every order of a mail as Read does, each against what the mail's writer says.
func (r *Reader) ReadMail(ctx context.Context, content []byte) ([]provision.MailOrder, error) {
	a, err := r.read(ctx, request{Name: "mail.eml", Each: true}, content)
	if err != nil {
		return nil, err
	}
	return a.Each, nil
}

// Explain reads a file as Read does, and also tells everything that could have been part of the order, and why it was taken
// or not. What was found comes with the error, too.
func (r *Reader) Explain(ctx context.Context, name string, content []byte) (provision.Order, []extract.Explained, error) {
	a, err := r.read(ctx, request{Name: name, Explain: true}, content)
	if a.Order == nil {
		a.Order = &provision.Order{}
	}
	return *a.Order, a.Explained, err
}

func (r *Reader) read(ctx context.Context, q request, content []byte) (answer, error) {
	name := q.Name
	if int64(len(content)) > r.Limit() {
		return answer{}, provision.Errorf(provision.Invalid,
			"This file is larger than the %s MB that mozybot takes. Send the order alone, or type it in by hand.",
			provision.Thousands(int(r.Limit()/1_000_000)))
	}
	r.starting.Do(func() { r.places = make(chan struct{}, cmp.Or(r.AtOnce, 2)) })
	select {
	case r.places <- struct{}{}:
		defer func() { <-r.places }()
	case <-ctx.Done():
		return answer{}, fmt.Errorf("waiting to read %q: %w", name, ctx.Err())
	}
	f, err := kindOf(name, content, kinds(""))
	if err == nil && f.heavy {
		// Else the compilation would count against the file's limits. Where it fails, reading may still work.
		if err := r.Warm(ctx); err != nil && r.Log != nil {
			r.Log.WithError(err).Warn("PDFs are read slowly")
		} else if err == nil {
			q.CacheDir = r.CacheDir // which a child may not fill
		}
	}
	began := time.Now()
	a, err := r.readInChild(ctx, q, content)
	if r.Measured != nil {
		var o provision.Order
		if err == nil {
			o = *a.Order
		}
		r.Measured(f.name, time.Since(began), o, err)
	}
	if err != nil {
		return a, fmt.Errorf("reading %q: %w", name, err)
	}
	return a, nil
}

// readInChild is what a child answers, with the error that it tells.
func (r *Reader) readInChild(ctx context.Context, q request, content []byte) (answer, error) {
	q.Limit = cmp.Or(r.Timeout, 10*time.Second)
	q.WallClock = cmp.Or(r.WallClock, extraWallClock+q.Limit)
	a, err := r.ask(ctx, q, content, cmp.Or(r.MaxRSS, 400_000_000))
	if err != nil {
		return answer{}, err
	}
	_, err = a.result()
	return a, err
}

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

// ask starts a child, hands it the request and the content, and waits for its answer.
func (r *Reader) ask(ctx context.Context, q request, content []byte, maxRSS int) (answer, error) {
	q.Confined = r.Confined
	header, err := json.Marshal(q)
	if err != nil {
		return answer{}, err
	}
	running, kill := context.WithCancelCause(ctx)
	defer kill(nil)
	slow := time.AfterFunc(q.WallClock, func() { kill(errTooSlow) })
	defer slow.Stop()

	stdout, stderr := &head{max: maxAnswer}, &head{max: maxStderr}
	child, err := r.start(running, func() io.Reader {
		return io.MultiReader(bytes.NewReader(append(header, '\n')), bytes.NewReader(content))
	}, stdout, stderr)
	if err != nil {
		return answer{}, notStarted(err)
	}
	began := time.Now()
	peak := make(chan int, 1)
	go func() {
		peak <- watch(running, child.Process.Pid, maxRSS, q.Limit, kill)
	}()
	died := child.Wait()
	if errors.Is(died, exec.ErrWaitDelay) { // somebody else in its group holds its pipes
		_ = syscall.Kill(-child.Process.Pid, syscall.SIGKILL) // or nobody is left
	}
	cause := context.Cause(running)
	kill(nil)
	highest := <-peak
	if r.Log != nil {
		r.Log.WithFields(logrus.Fields{"ms": time.Since(began).Milliseconds(), "cpu_ms": worked(child).Milliseconds(), "peak_mb": highest >> 20, "bytes": len(content)}).
			Debug("a process that read an order file has ended")
	}
	if r.Log != nil && stderr.Len() > 0 {
		r.Log.WithField("output", strings.TrimSpace(stderr.String())).Warn("the process that reads order files complained")
	}
	if child.ProcessState.Success() { // then its answer counts, however its pipes were closed
		var a answer
		unread := json.Unmarshal(stdout.Bytes(), &a)
		if unread == nil {
			return a, nil
		}
		died = errors.Join(died, unread)
	}
	if cause == nil && worked(child) >= q.Limit { // the system was faster than we
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
func (r *Reader) start(ctx context.Context, in func() io.Reader, stdout, stderr io.Writer) (*exec.Cmd, error) {
	start := func(attributes *syscall.SysProcAttr) (*exec.Cmd, error) {
		child := exec.CommandContext(ctx, r.Command[0], r.Command[1:]...)
		child.Env = []string{}
		child.Stdin, child.Stdout, child.Stderr = in(), stdout, stderr
		child.SysProcAttr = attributes
		child.SysProcAttr.Setpgid = true
		child.Cancel = func() error { return syscall.Kill(-child.Process.Pid, syscall.SIGKILL) }
		child.WaitDelay = lastWords
		return child, child.Start()
	}
	ways := ownNetworks()
	var err error
	for way := int(r.namespaces.Load()); way < len(ways); way++ {
		var child *exec.Cmd
		if child, err = start(ways[way]); err == nil {
			r.namespaces.Store(int32(way))
			return child, nil
		}
	}
	child, plain := start(&syscall.SysProcAttr{})
	if plain == nil && r.namespaces.Swap(int32(len(ways))) < int32(len(ways)) && r.Log != nil {
		r.Log.WithError(err).Info("the process that reads order files has no network of its own here; what else confines it is said at the start")
	}
	return child, plain
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
