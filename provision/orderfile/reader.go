package orderfile

import (
	"cmp"
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/sirupsen/logrus"

	"mozybot/provision"
	"mozybot/provision/orderfile/extract"
	"mozybot/provision/orderfile/format"
)

// Reader reads order files, each in a process of its own, a few at the same time. It is safe for concurrent use once
// its fields are set, needs no closing: what it holds open are processes that end with ours. Only Command must be set.
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
	StandBy   time.Duration // how long after a PDF a process for the next one stands ready, with 90 MB of which half are files'; not at all if 0

	starting sync.Once
	places   chan struct{}

	warming sync.Mutex
	warm    atomic.Bool

	ahead ahead

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
	if r.warm.Load() || r.CacheDir == "" {
		return nil
	}
	if err := format.OwnFolder(r.CacheDir); err != nil {
		return fmt.Errorf("compiling the PDF engine: %w", err)
	}
	a, err := r.ask(ctx, setting{Warm: true, CacheDir: r.CacheDir, Limit: warmTimeout, WallClock: extraWallClock + warmTimeout}, request{}, nil, warmRSS)
	if err != nil {
		return fmt.Errorf("compiling the PDF engine: %w", err)
	}
	if a.Error != nil {
		return fmt.Errorf("compiling the PDF engine: %s", a.Error.Detail)
	}
	r.warm.Store(true)
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
	r.starting.Do(func() { r.places = make(chan struct{}, r.atOnce()) })
	select {
	case r.places <- struct{}{}:
		defer func() { <-r.places }()
	case <-ctx.Done():
		return answer{}, fmt.Errorf("waiting to read %q: %w", name, ctx.Err())
	}
	cacheDir := ""
	f, err := kindOf(name, content, kinds(format.PDF{}))
	if err == nil && f.heavy {
		// Else the compilation would count against the file's limits. Where it fails, reading may still work.
		if err := r.Warm(ctx); err != nil && r.Log != nil {
			r.Log.WithError(err).Warn("PDFs are read slowly")
		} else if err == nil {
			cacheDir = r.CacheDir // which a child may not fill
		}
	}
	began := time.Now()
	a, err := r.readInChild(ctx, cacheDir, q, content)
	if cacheDir != "" && f.unpack == nil { // else it holds files, and most need no engine
		r.expectAnother()
	}
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
func (r *Reader) readInChild(ctx context.Context, cacheDir string, q request, content []byte) (answer, error) {
	var a answer
	var err error
	if waits := r.ahead.take(cacheDir); waits != nil {
		a, err = waits.answer(ctx, q, content, r.maxRSS())
	} else {
		a, err = r.ask(ctx, r.setting(cacheDir), q, content, r.maxRSS())
	}
	if err != nil {
		return answer{}, err
	}
	_, err = a.result()
	return a, err
}

// setting is that of a child that reads a file.
func (r *Reader) setting(cacheDir string) setting {
	limit := cmp.Or(r.Timeout, 10*time.Second)
	return setting{CacheDir: cacheDir, Confined: r.Confined, Limit: limit, WallClock: cmp.Or(r.WallClock, extraWallClock+limit)}
}

func (r *Reader) maxRSS() int { return cmp.Or(r.MaxRSS, 400_000_000) }
