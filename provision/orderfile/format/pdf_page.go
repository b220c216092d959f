package format

import (
	"math"
	"unicode/utf8"

	"github.com/klippa-app/go-pdfium"
	"github.com/klippa-app/go-pdfium/enums"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
	"github.com/klippa-app/go-pdfium/responses"

	"mozybot/provision/orderfile/document"
)

// printed is what a page shows.
type printed struct {
	glyphs  []glyph
	paper   glyph
	fields  []field // of its form, and what was typed over it
	notes   []string
	picture bool
}

// readPage reads a page's characters, and leaves out those that nobody sees.
func readPage(engine pdfium.Pdfium, file references.FPDF_DOCUMENT, f *forms, index int) (printed, error) {
	page, over, err := loadPage(engine, file, f, index)
	if err != nil {
		return printed{}, err
	}
	defer engine.FPDF_ClosePage(&requests.FPDF_ClosePage{Page: page}) //nolint:errcheck // nothing was written
	shown, err := engine.FPDF_GetPageBoundingBox(&requests.FPDF_GetPageBoundingBox{Page: requests.Page{ByReference: &page}})
	if err != nil {
		return printed{}, err
	}
	box := shown.Rect
	p := printed{paper: rectangle(box.Left, box.Top, box.Right, box.Bottom), fields: over.fields, notes: over.notes}
	if p.glyphs, err = readGlyphs(engine, page); err != nil {
		return printed{}, err
	}
	d, err := drawn(engine, page)
	if err != nil {
		return printed{}, err
	}
	p.picture = d.picture
	p.markWatermarks(d.fills)
	if p.glyphs, err = seen(engine, page, p, d.fills); err != nil {
		return printed{}, err
	}
	crossOut(p.glyphs, append(d.rules, over.rules...))
	strikeOut(p.glyphs, over.struck)
	return p, nil
}

// rectangle is a place on a page, whose own places grow upwards.
func rectangle(left, top, right, bottom float32) glyph {
	return glyph{left: float64(left), right: float64(right), top: -float64(top), bottom: -float64(bottom)}
}

// readGlyphs returns the characters of a page.
func readGlyphs(engine pdfium.Pdfium, page references.FPDF_PAGE) ([]glyph, error) {
	text, err := engine.FPDFText_LoadPage(&requests.FPDFText_LoadPage{Page: requests.Page{ByReference: &page}})
	if err != nil {
		return nil, err
	}
	defer engine.FPDFText_ClosePage(&requests.FPDFText_ClosePage{TextPage: text.TextPage}) //nolint:errcheck // nothing was written
	chars, err := engine.FPDFText_CountChars(&requests.FPDFText_CountChars{TextPage: text.TextPage})
	if err != nil {
		return nil, err
	}
	var glyphs []glyph
	var before glyph
	parted := false
	for i := range min(chars.Count, document.MaxText) {
		g, err := readGlyph(engine, text.TextPage, i)
		if err != nil {
			return nil, err
		}
		if g.em() <= 0 {
			parted = true
			continue
		}
		if g.painted, g.apart = before.painted, before.apart; len(glyphs) == 0 || g.piece != before.piece {
			if g.painted, g.apart, err = paintOf(engine, text.TextPage, i); err != nil {
				return nil, err
			}
		}
		if 0xf000 <= g.r && g.r <= 0xf0ff { // of a font of pictures
			if box := pictured(byte(g.r)); box != "" {
				g.r, _ = utf8.DecodeRuneInString(box)
			}
		}
		g.marks |= boxMark(g.r)
		before = g
		g.parted, parted = parted, false
		glyphs = append(glyphs, g)
	}
	return glyphs, nil
}

// loadPage opens a page with its form's fields filled in: what people typed into a form is no text of the page until
// it is flattened.
func loadPage(engine pdfium.Pdfium, file references.FPDF_DOCUMENT, f *forms, index int) (references.FPDF_PAGE, overlay, error) {
	load := func() (references.FPDF_PAGE, error) {
		loaded, err := engine.FPDF_LoadPage(&requests.FPDF_LoadPage{Document: file, Index: index})
		if err != nil {
			return "", err
		}
		return loaded.Page, nil
	}
	page, err := load()
	if err != nil {
		return "", overlay{}, err
	}
	over, err := f.take(page)
	if err != nil {
		return "", overlay{}, err
	}
	flat, err := engine.FPDFPage_Flatten(&requests.FPDFPage_Flatten{Page: requests.Page{ByReference: &page}})
	if err != nil || flat.Result != responses.FPDFPage_FlattenResultSuccess { // nothing to flatten, or it could not be: the page as it is
		return page, over, nil
	}
	if _, err := engine.FPDF_ClosePage(&requests.FPDF_ClosePage{Page: page}); err != nil {
		return "", overlay{}, err
	}
	page, err = load()
	return page, over, err
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

// drawing is what is drawn on a page beside its text.
type drawing struct {
	rules   []glyph // level lines
	fills   []glyph // areas of a color
	picture bool
}

// maxDrawn and maxFills are how much of a drawing is looked at.
const (
	maxDrawn = 2000
	maxFills = 500
)

func drawn(engine pdfium.Pdfium, page references.FPDF_PAGE) (drawing, error) {
	var d drawing
	objects, err := engine.FPDFPage_CountObjects(&requests.FPDFPage_CountObjects{Page: requests.Page{ByReference: &page}})
	if err != nil {
		return drawing{}, err
	}
	for i := range min(objects.Count, maxDrawn) {
		object, err := engine.FPDFPage_GetObject(&requests.FPDFPage_GetObject{Page: requests.Page{ByReference: &page}, Index: i})
		if err != nil {
			return drawing{}, err
		}
		kind, err := engine.FPDFPageObj_GetType(&requests.FPDFPageObj_GetType{PageObject: object.PageObject})
		if err != nil {
			return drawing{}, err
		}
		switch kind.Type {
		case enums.FPDF_PAGEOBJ_IMAGE:
			d.picture = true
		case enums.FPDF_PAGEOBJ_PATH:
			d.path(engine, object.PageObject)
		}
	}
	return d, nil
}

// path takes a line or an area. One without a reach crosses nothing out and covers nothing.
func (d *drawing) path(engine pdfium.Pdfium, object references.FPDF_PAGEOBJECT) {
	box, err := engine.FPDFPageObj_GetBounds(&requests.FPDFPageObj_GetBounds{PageObject: object})
	if err != nil {
		return
	}
	const thin = 3 // points: no text hides behind less
	area := rectangle(box.Left, box.Top, box.Right, box.Bottom)
	width, height := area.right-area.left, area.bottom-area.top
	if width > 4*height {
		d.rules = append(d.rules, area)
	}
	if width < thin || height < thin || len(d.fills) == maxFills {
		return
	}
	if mode, err := engine.FPDFPath_GetDrawMode(&requests.FPDFPath_GetDrawMode{PageObject: object}); err == nil && mode.FillMode != enums.FPDF_FILLMODE_NONE {
		d.fills = append(d.fills, area)
	}
}
