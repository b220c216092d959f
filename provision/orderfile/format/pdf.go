package format

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"
	"time"

	"github.com/klippa-app/go-pdfium"
	pdfiumerrors "github.com/klippa-app/go-pdfium/errors"
	"github.com/klippa-app/go-pdfium/requests"
	"github.com/klippa-app/go-pdfium/webassembly"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"

	"mozybot/provision"
	"mozybot/provision/orderfile/document"
)

const (
	maxPages = 50
	// maxWASMPages caps what PDFium may take, in pages of 64 KiB: 128 MB. While it grows, it takes that twice.
	maxWASMPages = 128 << 20 >> 16
)

// PDF reads PDF with PDFium, Chromium's own engine, in a WebAssembly sandbox that sees no file and no network.
type PDF struct {
	CacheDir string // keeps the compiled engine; where it is not usable, the engine is compiled again, which takes seconds

	ahead *engine // is for the first file; nil: every file has it started
}

// engine is PDFium, running. It reads one file.
type engine struct {
	pdfium.Pdfium
	pool io.Closer
}

// Ahead starts the engine for the first file, which may still be on its way.
func (f PDF) Ahead(ctx context.Context) (PDF, error) {
	started, err := f.open(ctx)
	f.ahead = started
	return f, err
}

func IsPDF(_ string, content []byte) bool {
	return bytes.Contains(content[:min(len(content), 1024)], []byte("%PDF-"))
}

// open starts PDFium. The caller closes its pool.
func (f PDF) open(ctx context.Context) (*engine, error) {
	config := wazero.NewRuntimeConfig().
		WithCoreFeatures(api.CoreFeaturesV2 | experimental.CoreFeaturesExceptionHandling). // PDFium is built with them
		WithMemoryLimitPages(maxWASMPages)
	if f.CacheDir != "" {
		cache, err := wazero.NewCompilationCacheWithDir(f.CacheDir)
		if err != nil {
			return nil, fmt.Errorf("opening the cache of the PDF engine: %w", err)
		}
		config = config.WithCompilationCache(cache)
	}
	pool, err := webassembly.Init(webassembly.Config{
		Context: ctx, MinIdle: 0, MaxIdle: 1, MaxTotal: 1,
		RuntimeConfig: config,
		FSConfig:      wazero.NewFSConfig(), // the library's default would show it the whole disk
		Stdout:        io.Discard, Stderr: io.Discard,
	})
	if err != nil {
		return nil, fmt.Errorf("starting the PDF engine: %w", err)
	}
	instance, err := pool.GetInstance(time.Minute)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("starting the PDF engine: %w", err), pool.Close())
	}
	return &engine{instance, pool}, nil
}

func (f *PDF) read(ctx context.Context, content []byte) (d document.Document, err error) {
	running := f.ahead
	f.ahead = nil // what one file does to it must not reach another
	if running == nil {
		if running, err = f.open(ctx); err != nil {
			return document.Document{}, err
		}
	}
	defer func() { err = errors.Join(err, running.pool.Close()) }()
	return readPDF(running, content)
}

// readPDF reads with an engine that is running already.
func readPDF(engine pdfium.Pdfium, content []byte) (document.Document, error) {
	opened, err := engine.OpenDocument(&requests.OpenDocument{File: &content})
	if err != nil {
		return document.Document{}, refusedPDF(err)
	}
	file := opened.Document
	defer engine.FPDF_CloseDocument(&requests.FPDF_CloseDocument{Document: file}) //nolint:errcheck // nothing was written
	count, err := engine.FPDF_GetPageCount(&requests.FPDF_GetPageCount{Document: file})
	if err != nil {
		return document.Document{}, brokenPDF(err)
	}
	if count.PageCount > maxPages {
		return document.Document{}, provision.Errorf(provision.Invalid,
			"This PDF has %s pages; an order has a few (%d at most). Send the pages with the order alone.",
			provision.Thousands(count.PageCount), maxPages)
	}
	forms, err := openForms(engine, file)
	if err != nil {
		return document.Document{}, brokenPDF(err)
	}
	defer forms.close()
	var d document.Document
	pictures := false
	for i := range count.PageCount {
		p, err := readPage(engine, file, forms, i)
		if err != nil {
			return document.Document{}, unshownPDF(err)
		}
		pictures = pictures || p.picture
		d.Stamps = append(d.Stamps, p.stamps()...)
		for _, text := range p.notes {
			d.Notes = note(d.Notes, fmt.Sprintf("a note on page %d", i+1), text)
		}
		d.Lines = append(d.Lines, p.lines(i+1)...)
		if d.Size() > document.MaxText { // the caller says so
			break
		}
	}
	if len(d.Lines) == 0 {
		what := "This PDF shows nothing that could be read."
		if pictures {
			what = "This PDF holds pictures only, such as a scan has."
		}
		return document.Document{}, provision.Errorf(provision.Invalid, "%s Type the order in by hand.", what)
	}
	return d, nil
}

func refusedPDF(err error) error {
	switch {
	case errors.Is(err, pdfiumerrors.ErrPassword), errors.Is(err, pdfiumerrors.ErrSecurity):
		return &provision.Error{Code: provision.Invalid, Err: err,
			Message: "This PDF is locked with a password. Save it without one, or type the order in by hand."}
	}
	return brokenPDF(err)
}

func brokenPDF(err error) error {
	return &provision.Error{Code: provision.Invalid, Err: err,
		Message: "This PDF is broken or cut off: it cannot be opened. Ask for it again, or type the order in by hand."}
}

// unshownPDF says that a PDF could be opened and a page could not. The engine does not tell what is broken from what
// takes more memory than it is given.
func unshownPDF(err error) error {
	return &provision.Error{Code: provision.Invalid, Err: err, Message: "The pages of this PDF cannot be read: they are broken, or far " +
		"too large when unpacked. Print the order to a PDF again, or type it in by hand."}
}

// Warm compiles the engine into the cache.
func (f PDF) Warm(ctx context.Context) error {
	if err := writable(f.CacheDir); err != nil {
		return err
	}
	started, err := f.open(ctx)
	if err != nil {
		return err
	}
	return started.pool.Close()
}

// OwnFolder makes the cache's folder if need be, and says why it can't be used: what lies in it is run as code, so nobody else may
// write there. Only a process that sees users by their own numbers can tell.
func OwnFolder(dir string) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("making the folder for the compiled PDF engine: %w", err)
	}
	info, err := os.Stat(dir)
	if err != nil {
		return fmt.Errorf("looking at the folder for the compiled PDF engine: %w", err)
	}
	if owner, ok := info.Sys().(*syscall.Stat_t); info.Mode().Perm()&0o022 != 0 || ok && int(owner.Uid) != os.Getuid() {
		return fmt.Errorf("others may write to %s, so no code is kept there", dir)
	}
	return nil
}

func writable(dir string) error {
	probe, err := os.CreateTemp(dir, "probe")
	if err != nil {
		return fmt.Errorf("writing to the folder for the compiled PDF engine: %w", err)
	}
	return errors.Join(probe.Close(), os.Remove(probe.Name()))
}
