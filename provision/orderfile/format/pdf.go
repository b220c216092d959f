package format

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"syscall"
	"time"

	"github.com/klippa-app/go-pdfium"
	"github.com/klippa-app/go-pdfium/enums"
	pdfiumerrors "github.com/klippa-app/go-pdfium/errors"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
	"github.com/klippa-app/go-pdfium/responses"
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
	CacheDir string // keeps the compiled engine; where it is not usable, the engine is compiled anew, which takes seconds
}

func IsPDF(_ string, content []byte) bool {
	return bytes.Contains(content[:min(len(content), 1024)], []byte("%PDF-"))
}

// open starts PDFium. The caller closes it.
func (f PDF) open(ctx context.Context) (pdfium.Pdfium, io.Closer, error) {
	config := wazero.NewRuntimeConfig().
		WithCoreFeatures(api.CoreFeaturesV2 | experimental.CoreFeaturesExceptionHandling). // PDFium is built with them
		WithMemoryLimitPages(maxWASMPages)
	if usable(f.CacheDir) == nil {
		cache, err := wazero.NewCompilationCacheWithDir(f.CacheDir)
		if err != nil {
			return nil, nil, fmt.Errorf("opening the cache of the PDF engine: %w", err)
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
		return nil, nil, fmt.Errorf("starting the PDF engine: %w", err)
	}
	engine, err := pool.GetInstance(time.Minute)
	if err != nil {
		return nil, nil, errors.Join(fmt.Errorf("starting the PDF engine: %w", err), pool.Close())
	}
	return engine, pool, nil
}

func (f PDF) read(ctx context.Context, content []byte) (d document.Document, err error) {
	engine, closer, err := f.open(ctx)
	if err != nil {
		return document.Document{}, err
	}
	defer func() { err = errors.Join(err, closer.Close()) }()
	return readPDF(engine, content)
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
	var d document.Document
	pictures := false
	for i := range count.PageCount {
		glyphs, paper, picture, err := readPage(engine, file, i)
		if err != nil {
			return document.Document{}, unshownPDF(err)
		}
		pictures = pictures || picture
		d.Stamps = append(d.Stamps, stampsOf(glyphs)...)
		d.Lines = append(d.Lines, linesOf(glyphs, paper, i+1)...)
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

// readPage returns the page's characters, its paper, and whether it shows a picture.
func readPage(engine pdfium.Pdfium, file references.FPDF_DOCUMENT, index int) (glyphs []glyph, paper glyph, picture bool, err error) {
	page, err := loadPage(engine, file, index)
	if err != nil {
		return nil, glyph{}, false, err
	}
	defer engine.FPDF_ClosePage(&requests.FPDF_ClosePage{Page: page}) //nolint:errcheck // nothing was written
	shown, err := engine.FPDF_GetPageBoundingBox(&requests.FPDF_GetPageBoundingBox{Page: requests.Page{ByReference: &page}})
	if err != nil {
		return nil, glyph{}, false, err
	}
	box := shown.Rect
	paper = glyph{left: float64(box.Left), right: float64(box.Right), top: -float64(box.Top), bottom: -float64(box.Bottom)}
	text, err := engine.FPDFText_LoadPage(&requests.FPDFText_LoadPage{Page: requests.Page{ByReference: &page}})
	if err != nil {
		return nil, glyph{}, false, err
	}
	defer engine.FPDFText_ClosePage(&requests.FPDFText_ClosePage{TextPage: text.TextPage}) //nolint:errcheck // as above
	chars, err := engine.FPDFText_CountChars(&requests.FPDFText_CountChars{TextPage: text.TextPage})
	if err != nil {
		return nil, glyph{}, false, err
	}
	parted := false
	for i := range min(chars.Count, document.MaxText) {
		g, err := readGlyph(engine, text.TextPage, i)
		if err != nil {
			return nil, glyph{}, false, err
		}
		if g.em() <= 0 {
			parted = true
			continue
		}
		g.parted, parted = parted, false
		glyphs = append(glyphs, g)
	}
	rules, picture, err := drawn(engine, page)
	if err != nil {
		return nil, glyph{}, false, err
	}
	crossOut(glyphs, rules)
	return glyphs, paper, picture, nil
}

// loadPage opens a page with its form's fields filled in: what people typed into a form is no text of the page until
// it is flattened.
func loadPage(engine pdfium.Pdfium, file references.FPDF_DOCUMENT, index int) (references.FPDF_PAGE, error) {
	load := func() (references.FPDF_PAGE, error) {
		loaded, err := engine.FPDF_LoadPage(&requests.FPDF_LoadPage{Document: file, Index: index})
		if err != nil {
			return "", err
		}
		return loaded.Page, nil
	}
	page, err := load()
	if err != nil {
		return "", err
	}
	flat, err := engine.FPDFPage_Flatten(&requests.FPDFPage_Flatten{Page: requests.Page{ByReference: &page}})
	if err != nil || flat.Result != responses.FPDFPage_FlattenResultSuccess { // nothing to flatten, or it could not be: the page as it is
		return page, nil
	}
	if _, err := engine.FPDF_ClosePage(&requests.FPDF_ClosePage{Page: page}); err != nil {
		return "", err
	}
	return load()
}

// lineHyphen is what PDFium makes of a hyphen at the end of a line.
const lineHyphen = '\x02'

// readGlyph returns the character at i. What PDFium made up to part two pieces of text takes no room.
func readGlyph(engine pdfium.Pdfium, text references.FPDF_TEXTPAGE, i int) (glyph, error) {
	code, err := engine.FPDFText_GetUnicode(&requests.FPDFText_GetUnicode{TextPage: text, Index: i})
	if err != nil {
		return glyph{}, err
	}
	g := glyph{r: rune(code.Unicode)}
	switch {
	case g.r == lineHyphen:
		g.r = '-'
	case g.r == ' ':
		made, err := engine.FPDFText_IsGenerated(&requests.FPDFText_IsGenerated{TextPage: text, Index: i})
		if err != nil || made.IsGenerated {
			return glyph{r: ' '}, err
		}
	}
	box, err := engine.FPDFText_GetLooseCharBox(&requests.FPDFText_GetLooseCharBox{TextPage: text, Index: i})
	if err != nil || g.r < ' ' {
		return glyph{r: ' '}, nil //nolint:nilerr // no box: nothing is shown there
	}
	origin, err := engine.FPDFText_GetCharOrigin(&requests.FPDFText_GetCharOrigin{TextPage: text, Index: i})
	if err != nil {
		return glyph{}, err
	}
	angle, err := engine.FPDFText_GetCharAngle(&requests.FPDFText_GetCharAngle{TextPage: text, Index: i})
	if err != nil {
		return glyph{}, err
	}
	g.left, g.right = float64(box.Rect.Left), float64(box.Rect.Right)
	g.top, g.bottom = -float64(box.Rect.Top), -float64(box.Rect.Bottom)
	g.base = -origin.Y
	g.turn = float64(angle.CharAngle)
	size, err := engine.FPDFText_GetFontSize(&requests.FPDFText_GetFontSize{TextPage: text, Index: i})
	if err != nil {
		return glyph{}, err
	}
	matrix, err := engine.FPDFText_GetMatrix(&requests.FPDFText_GetMatrix{TextPage: text, Index: i})
	if err != nil {
		return glyph{}, err
	}
	m := matrix.Matrix
	g.piece = [2]float64{float64(m.E), float64(m.F)}
	g.size = g.sizeShown(size.FontSize * math.Hypot(float64(m.C), float64(m.D)))
	return g, nil
}

// sizeShown is the size of a character's font as it is shown. The room of a character tells it, too, but in fonts that
// say nothing of their height that differs from letter to letter. Fonts of pictures and of TeX have units of their own.
func (g glyph) sizeShown(size float64) float64 {
	room := math.Hypot(g.right-g.left, g.bottom-g.top)
	if size < room/3 || size > 3*room {
		return g.bottom - g.top
	}
	return size
}

// drawn finds what is drawn on a page beside its text: level lines, and whether there is a picture.
func drawn(engine pdfium.Pdfium, page references.FPDF_PAGE) (rules []glyph, picture bool, err error) {
	objects, err := engine.FPDFPage_CountObjects(&requests.FPDFPage_CountObjects{Page: requests.Page{ByReference: &page}})
	if err != nil {
		return nil, false, err
	}
	for i := range min(objects.Count, 2000) {
		object, err := engine.FPDFPage_GetObject(&requests.FPDFPage_GetObject{Page: requests.Page{ByReference: &page}, Index: i})
		if err != nil {
			return nil, false, err
		}
		kind, err := engine.FPDFPageObj_GetType(&requests.FPDFPageObj_GetType{PageObject: object.PageObject})
		if err != nil {
			return nil, false, err
		}
		picture = picture || kind.Type == enums.FPDF_PAGEOBJ_IMAGE
		if kind.Type != enums.FPDF_PAGEOBJ_PATH {
			continue
		}
		box, err := engine.FPDFPageObj_GetBounds(&requests.FPDFPageObj_GetBounds{PageObject: object.PageObject})
		if err != nil {
			continue // it has no reach, so it crosses nothing out
		}
		rule := glyph{left: float64(box.Left), right: float64(box.Right), top: -float64(box.Top), bottom: -float64(box.Bottom)}
		if rule.right-rule.left > 4*(rule.bottom-rule.top) {
			rules = append(rules, rule)
		}
	}
	return rules, picture, nil
}

// warm compiles the engine into the cache.
func (f PDF) Warm(ctx context.Context) error {
	if err := usable(f.CacheDir); err != nil {
		return err
	}
	_, closer, err := f.open(ctx)
	if err != nil {
		return err
	}
	return closer.Close()
}

// usable makes the cache's folder if need be, and says why it cannot be used: what lies in it is run as code, so nobody
// else may write there.
func usable(dir string) error {
	if dir == "" {
		return errors.New("there is no folder for the compiled PDF engine")
	}
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
	probe, err := os.CreateTemp(dir, "probe")
	if err != nil {
		return fmt.Errorf("writing to the folder for the compiled PDF engine: %w", err)
	}
	return errors.Join(probe.Close(), os.Remove(probe.Name()))
}
