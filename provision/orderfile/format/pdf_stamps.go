package format

import (
	"slices"
	"strings"

	"github.com/klippa-app/go-pdfium"
	"github.com/klippa-app/go-pdfium/enums"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
)

// markWatermarks finds the letters that stand behind a page's text without a slant, and not on a ground of their own, and
// those that a program set apart from it.
func (p printed) markWatermarks(grounds []glyph) {
	const larger = 2.5
	if !slices.ContainsFunc(p.glyphs, func(g glyph) bool { return g.painted == faintly || g.apart }) {
		return
	}
	usual := usualSize(p.glyphs)
	for i, g := range p.glyphs {
		behind := g.painted == faintly && g.em() > larger*usual && !slices.ContainsFunc(grounds, g.within)
		p.glyphs[i].apart = g.apart && p.amid(g)
		p.glyphs[i].watermark = behind || p.glyphs[i].apart
	}
}

// amid says that a character stands where the text of its page does, and not in its head or foot.
func (p printed) amid(g glyph) bool {
	const margin = 0.15
	height := p.paper.bottom - p.paper.top
	return g.base > p.paper.top+margin*height && g.base < p.paper.bottom-margin*height
}

// isArtifact says that a piece of text is marked as an artifact of a kind that is not attached to an edge of the page, as heads and
// feet are (ISO 32000-1, 14.8.2.2). The engine tells no names, so that it is a watermark its place says, too.
func isArtifact(engine pdfium.Pdfium, text references.FPDF_PAGEOBJECT) bool {
	marks, err := engine.FPDFPageObj_CountMarks(&requests.FPDFPageObj_CountMarks{PageObject: text})
	if err != nil {
		return false
	}
	for i := range marks.Count {
		mark, err := engine.FPDFPageObj_GetMark(&requests.FPDFPageObj_GetMark{PageObject: text, Index: uint64(i)})
		if err != nil {
			return false
		}
		name, err := engine.FPDFPageObjMark_GetName(&requests.FPDFPageObjMark_GetName{PageObjectMark: mark.Mark})
		if err != nil || name.Name != "Artifact" {
			continue
		}
		is := func(key string, of enums.FPDF_OBJECT_TYPE) bool {
			value, err := engine.FPDFPageObjMark_GetParamValueType(&requests.FPDFPageObjMark_GetParamValueType{PageObjectMark: mark.Mark, Key: key})
			return err == nil && value.ValueType == of
		}
		return is("Subtype", enums.FPDF_OBJECT_TYPE_NAME) && !is("Attached", enums.FPDF_OBJECT_TYPE_ARRAY)
	}
	return false
}

// stamps are the texts that stand across the page, at a slant or faintly, in the order in which they were written.
func (p printed) stamps() []string {
	const least, most = 3, 20 // letters of one, and how many of them
	var stamps []string
	var text []rune
	end := func() {
		if s := strings.TrimSpace(string(text)); len([]rune(s)) >= least && len(stamps) < most {
			stamps = append(stamps, s)
		}
		text = nil
	}
	turn := 0.0
	for _, g := range p.glyphs {
		across := g.slanted() || g.watermark
		if !across || g.turn != turn && len(text) > 0 {
			end()
		}
		if turn = g.turn; across {
			if g.parted && len(text) > 0 {
				text = append(text, ' ')
			}
			text = append(text, g.r)
		}
	}
	end()
	return stamps
}
