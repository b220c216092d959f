package format

import (
	"errors"
	"image"
	"slices"

	"github.com/klippa-app/go-pdfium"
	"github.com/klippa-app/go-pdfium/enums"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
)

// paint is how a piece of text is put on the page.
type paint uint8

const (
	plainly   paint = iota
	faintly         // in a color that may be the paper's, or see-through: the picture of the page tells
	invisibly       // not at all, as the text that a program recognized in a scan
)

const (
	// tiny is the size in points that nobody reads.
	tiny = 2
	// lightest is the least brightness of a color that may be the paper's, and clearest the least that hides what is
	// under it, of 255.
	lightest, clearest = 180, 200
	// contrast is the least difference in brightness, of 255, that people see.
	contrast = 14
	// maxPixels is the length of a page's picture. A point of usual paper is a pixel.
	maxPixels = 1600
)

// paintOf is how the text is painted that the character at i begins, and whether it is marked as none of the page's.
func paintOf(engine pdfium.Pdfium, text references.FPDF_TEXTPAGE, i int) (_ paint, apart bool, _ error) {
	object, err := engine.FPDFText_GetTextObject(&requests.FPDFText_GetTextObject{TextPage: text, Index: i})
	if err != nil {
		return plainly, false, nil //nolint:nilerr // the engine made the character up
	}
	p, err := colorOf(engine, text, object.TextObject, i)
	return p, isArtifact(engine, object.TextObject), err
}

// colorOf is how the character at i is painted, which is of a piece of text.
func colorOf(engine pdfium.Pdfium, text references.FPDF_TEXTPAGE, object references.FPDF_PAGEOBJECT, i int) (paint, error) {
	mode, err := engine.FPDFTextObj_GetTextRenderMode(&requests.FPDFTextObj_GetTextRenderMode{PageObject: object})
	if err != nil {
		return plainly, err
	}
	switch mode.TextRenderMode {
	case enums.FPDF_TEXTRENDERMODE_INVISIBLE, enums.FPDF_TEXTRENDERMODE_CLIP:
		return invisibly, nil
	}
	color, err := engine.FPDFText_GetFillColor(&requests.FPDFText_GetFillColor{TextPage: text, Index: i})
	if err != nil {
		return faintly, nil //nolint:nilerr // a pattern, or the like
	}
	if min(color.R, color.G, color.B) >= lightest || color.A < clearest {
		return faintly, nil
	}
	return plainly, nil
}

// seen leaves out the characters that a reader of the page does not see: tiny ones, those beside the paper, invisible
// ones, and those that leave no trace in a picture of the page, since they have its color or something covers them.
// A page that shows no other text, but a picture, is a scan, and its invisible text is what the picture says.
func seen(engine pdfium.Pdfium, page references.FPDF_PAGE, p printed, fills []glyph) ([]glyph, error) {
	scan := p.picture && !slices.ContainsFunc(p.glyphs, func(g glyph) bool { return g.painted != invisibly })
	glyphs := slices.DeleteFunc(p.glyphs, func(g glyph) bool {
		return g.em() < tiny || g.bottom < p.paper.top || g.top > p.paper.bottom || g.right < p.paper.left ||
			g.painted == invisibly && !scan
	})
	doubtful := func(g glyph) bool {
		return g.r != ' ' && (g.painted == faintly || slices.ContainsFunc(fills, g.within))
	}
	if !slices.ContainsFunc(glyphs, doubtful) {
		return glyphs, nil
	}
	picture, err := takePicture(engine, page, p.paper)
	if err != nil {
		return nil, err
	}
	var failed error
	glyphs = slices.DeleteFunc(glyphs, func(g glyph) bool {
		if !doubtful(g) {
			return false
		}
		trace, err := picture.shows(g)
		failed = errors.Join(failed, err)
		return err == nil && !trace
	})
	return glyphs, failed
}

// within says that a character's middle lies in an area.
func (g glyph) within(area glyph) bool {
	x, y := (g.left+g.right)/2, (g.top+g.bottom)/2
	return area.left <= x && x <= area.right && area.top <= y && y <= area.bottom
}

// pagePicture is a picture of a page, in shades of gray.
type pagePicture struct {
	engine pdfium.Pdfium
	page   references.FPDF_PAGE
	pixels *image.Gray
}

func takePicture(engine pdfium.Pdfium, page references.FPDF_PAGE, paper glyph) (pagePicture, error) {
	const pointsAnInch = 72
	dpi := pointsAnInch
	if longest := max(paper.right-paper.left, paper.bottom-paper.top); longest > maxPixels {
		dpi = max(1, int(pointsAnInch*maxPixels/longest))
	}
	rendered, err := engine.RenderPageInDPI(&requests.RenderPageInDPI{Page: requests.Page{ByReference: &page}, DPI: dpi,
		ImageFormat: requests.RenderImageFormatGrayscale})
	if err != nil {
		return pagePicture{}, err
	}
	defer rendered.Cleanup()
	shades, ok := rendered.Result.RenderedImage.(*image.Gray)
	if !ok {
		return pagePicture{}, errors.New("the picture of the page is not gray")
	}
	own := *shades // the engine takes its memory back
	own.Pix = slices.Clone(shades.Pix)
	return pagePicture{engine, page, &own}, nil
}

// shows says whether the room of a character, from its line upwards, differs in itself.
func (p pagePicture) shows(g glyph) (bool, error) {
	if g.turn == 0 {
		g.top, g.bottom = g.base-0.7*g.em(), g.base
	}
	from, err := p.pixel(g.left, g.top)
	if err != nil {
		return false, err
	}
	to, err := p.pixel(g.right, g.bottom)
	if err != nil {
		return false, err
	}
	area := image.Rectangle{from, to}.Canon()
	area.Max = area.Max.Add(image.Pt(1, 1))
	area = area.Intersect(p.pixels.Bounds())
	darkest, brightest := uint8(255), uint8(0)
	for y := area.Min.Y; y < area.Max.Y; y++ {
		for _, shade := range p.pixels.Pix[p.pixels.PixOffset(area.Min.X, y):p.pixels.PixOffset(area.Max.X, y)] {
			darkest, brightest = min(darkest, shade), max(brightest, shade)
		}
	}
	return int(brightest)-int(darkest) >= contrast, nil
}

// pixel is where a place of the page is in its picture, however the page is turned.
func (p pagePicture) pixel(x, y float64) (image.Point, error) {
	size := p.pixels.Bounds().Size()
	at, err := p.engine.FPDF_PageToDevice(&requests.FPDF_PageToDevice{Page: requests.Page{ByReference: &p.page},
		SizeX: size.X, SizeY: size.Y, PageX: x, PageY: -y})
	if err != nil {
		return image.Point{}, err
	}
	return image.Pt(at.DeviceX, at.DeviceY), nil
}
