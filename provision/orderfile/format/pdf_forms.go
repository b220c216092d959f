package format

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/klippa-app/go-pdfium"
	"github.com/klippa-app/go-pdfium/enums"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
	"github.com/klippa-app/go-pdfium/structs"

	"mozybot/provision/orderfile/document"
)

// forms reads what lies over the pages of a PDF and is no text of theirs: the fields of a form, and what people typed or
// drew on it.
type forms struct {
	engine pdfium.Pdfium
	handle references.FPDF_FORMHANDLE
}

// overlay is what lies over a page.
type overlay struct {
	fields []field
	rules  []glyph // lines that were drawn by hand
	struck []glyph // places that were struck out
	notes  []string
}

// field is an entry of a form, or a text that was typed over a page.
type field struct {
	area glyph
	text string
	box  document.Marks // of one to be ticked; else 0
}

// maxOver is how much may lie over a page.
const maxOver = 1000

func openForms(engine pdfium.Pdfium, file references.FPDF_DOCUMENT) (*forms, error) {
	// The engine wants somebody to tell of what changes on the screen; there is none.
	opened, err := engine.FPDFDOC_InitFormFillEnvironment(&requests.FPDFDOC_InitFormFillEnvironment{Document: file, FormFillInfo: structs.FPDF_FORMFILLINFO{
		FFI_Invalidate:         func(references.FPDF_PAGE, float64, float64, float64, float64) {},
		FFI_SetCursor:          func(enums.FXCT) {},
		FFI_SetTimer:           func(int, func(int)) int { return 0 },
		FFI_KillTimer:          func(int) {},
		FFI_GetLocalTime:       func() structs.FPDF_SYSTEMTIME { return structs.FPDF_SYSTEMTIME{} },
		FFI_GetPage:            func(references.FPDF_DOCUMENT, int) *references.FPDF_PAGE { return nil },
		FFI_GetRotation:        func(references.FPDF_PAGE) enums.FPDF_PAGE_ROTATION { return enums.FPDF_PAGE_ROTATION_NONE },
		FFI_ExecuteNamedAction: func(string) {},
	}})
	if err != nil {
		return nil, err
	}
	return &forms{engine, opened.FormHandle}, nil
}

func (f *forms) close() {
	f.engine.FPDFDOC_ExitFormFillEnvironment(&requests.FPDFDOC_ExitFormFillEnvironment{FormHandle: f.handle}) //nolint:errcheck // nothing was written
}

// take reads what lies over a page, and takes off it what a reader sees otherwise than its text says: boxes, lists to
// choose from, buttons, and what is hidden.
func (f *forms) take(page references.FPDF_PAGE) (overlay, error) {
	by := requests.Page{ByReference: &page}
	count, err := f.engine.FPDFPage_GetAnnotCount(&requests.FPDFPage_GetAnnotCount{Page: by})
	if err != nil {
		return overlay{}, err
	}
	if count.Count > maxOver {
		return overlay{}, document.TooMuch("fields")
	}
	var o overlay
	for i := count.Count - 1; i >= 0; i-- { // from the end, as some are taken off
		got, err := f.engine.FPDFPage_GetAnnot(&requests.FPDFPage_GetAnnot{Page: by, Index: i})
		if err != nil {
			continue // it is none
		}
		off, err := o.add(f, got.Annotation)
		if _, closed := f.engine.FPDFPage_CloseAnnot(&requests.FPDFPage_CloseAnnot{Annotation: got.Annotation}); err == nil {
			err = closed
		}
		if err == nil && off {
			_, err = f.engine.FPDFPage_RemoveAnnot(&requests.FPDFPage_RemoveAnnot{Page: by, Index: i})
		}
		if err != nil {
			return overlay{}, err
		}
	}
	slices.Reverse(o.fields)
	return o, nil
}

// add takes one thing over, and says whether it is to be taken off the page.
func (o *overlay) add(f *forms, a references.FPDF_ANNOTATION) (off bool, err error) {
	kind, err := f.engine.FPDFAnnot_GetSubtype(&requests.FPDFAnnot_GetSubtype{Annotation: a})
	if err != nil {
		return false, err
	}
	flags, err := f.engine.FPDFAnnot_GetFlags(&requests.FPDFAnnot_GetFlags{Annotation: a})
	if err != nil {
		return false, err
	}
	if flags.Flags&(enums.FPDF_ANNOT_FLAG_HIDDEN|enums.FPDF_ANNOT_FLAG_NOVIEW) != 0 {
		return true, nil
	}
	place, err := f.engine.FPDFAnnot_GetRect(&requests.FPDFAnnot_GetRect{Annotation: a})
	if err != nil {
		return false, nil //nolint:nilerr // without a place it is not shown
	}
	area := rectangle(place.Rect.Left, place.Rect.Top, place.Rect.Right, place.Rect.Bottom)
	switch kind.Subtype {
	case enums.FPDF_ANNOT_SUBTYPE_WIDGET:
		return o.widget(f, a, area)
	case enums.FPDF_ANNOT_SUBTYPE_FREETEXT:
		typed, err := f.engine.FPDFAnnot_GetStringValue(&requests.FPDFAnnot_GetStringValue{Annotation: a, Key: "Contents"})
		if err != nil {
			return false, err
		}
		o.fields = append(o.fields, field{area: area, text: typed.Value})
	case enums.FPDF_ANNOT_SUBTYPE_TEXT, enums.FPDF_ANNOT_SUBTYPE_CARET:
		noted, err := f.engine.FPDFAnnot_GetStringValue(&requests.FPDFAnnot_GetStringValue{Annotation: a, Key: "Contents"})
		if err != nil {
			return false, err
		}
		o.notes = append(o.notes, noted.Value)
	case enums.FPDF_ANNOT_SUBTYPE_STAMP:
		named, err := f.engine.FPDFAnnot_GetStringValue(&requests.FPDFAnnot_GetStringValue{Annotation: a, Key: "Name"})
		if err != nil {
			return false, err
		}
		o.notes = append(o.notes, stampWords.ReplaceAllString(strings.TrimPrefix(strings.TrimPrefix(named.Value, "#D"), "SB"), "$1 $2"))
	case enums.FPDF_ANNOT_SUBTYPE_STRIKEOUT:
		o.struck = append(o.struck, f.places(a, area)...)
	case enums.FPDF_ANNOT_SUBTYPE_LINE, enums.FPDF_ANNOT_SUBTYPE_INK, enums.FPDF_ANNOT_SUBTYPE_POLYLINE:
		if area.right-area.left > 4*(area.bottom-area.top) {
			area.top = (area.top + area.bottom) / 2 // it keeps room around it
			area.bottom = area.top
			o.rules = append(o.rules, area)
		}
	}
	return false, nil
}

// stampWords are two words of a stamp's name: "NotApproved".
var stampWords = regexp.MustCompile(`(\p{Ll})(\p{Lu})`)

// places are those that a mark on a text covers: each of its lines, or all of it.
func (f *forms) places(a references.FPDF_ANNOTATION, all glyph) []glyph {
	count, err := f.engine.FPDFAnnot_CountAttachmentPoints(&requests.FPDFAnnot_CountAttachmentPoints{Annotation: a})
	if err != nil || count.Count == 0 {
		return []glyph{all}
	}
	var places []glyph
	for i := range min(count.Count, maxOver) {
		got, err := f.engine.FPDFAnnot_GetAttachmentPoints(&requests.FPDFAnnot_GetAttachmentPoints{Annotation: a, Index: i})
		if err != nil {
			continue
		}
		q := got.QuadPoints
		places = append(places, rectangle(min(q.X1, q.X2, q.X3, q.X4), max(q.Y1, q.Y2, q.Y3, q.Y4), max(q.X1, q.X2, q.X3, q.X4), min(q.Y1, q.Y2, q.Y3, q.Y4)))
	}
	return places
}

// widget takes a field of the form.
func (o *overlay) widget(f *forms, a references.FPDF_ANNOTATION, area glyph) (off bool, err error) {
	kind, err := f.engine.FPDFAnnot_GetFormFieldType(&requests.FPDFAnnot_GetFormFieldType{FormHandle: f.handle, Annotation: a})
	if err != nil {
		return false, nil //nolint:nilerr // of no form: it stays as it looks
	}
	switch kind.FormFieldType {
	case enums.FPDF_FORMFIELD_TYPE_PUSHBUTTON:
		return true, nil
	case enums.FPDF_FORMFIELD_TYPE_CHECKBOX, enums.FPDF_FORMFIELD_TYPE_RADIOBUTTON:
		text, mark := boxOf(f.ticked(a))
		o.fields = append(o.fields, field{area: area, text: text, box: mark})
		return true, nil
	case enums.FPDF_FORMFIELD_TYPE_LISTBOX:
		o.fields = append(o.fields, field{area: area, text: f.chosen(a)})
		return true, nil
	case enums.FPDF_FORMFIELD_TYPE_COMBOBOX:
		o.fields = append(o.fields, field{area: area, text: f.chosen(a)})
	case enums.FPDF_FORMFIELD_TYPE_TEXTFIELD:
		o.fields = append(o.fields, field{area: area, text: f.value(a)})
	}
	return false, nil
}

// ticked says how a box looks: the name of its appearance, or where it has none, its value.
func (f *forms) ticked(a references.FPDF_ANNOTATION) bool {
	state := ""
	if shown, err := f.engine.FPDFAnnot_GetStringValue(&requests.FPDFAnnot_GetStringValue{Annotation: a, Key: "AS"}); err == nil {
		state = shown.Value
	}
	if state == "" {
		state = f.value(a)
	}
	return state != "" && state != "Off"
}

func (f *forms) value(a references.FPDF_ANNOTATION) string {
	value, err := f.engine.FPDFAnnot_GetFormFieldValue(&requests.FPDFAnnot_GetFormFieldValue{FormHandle: f.handle, Annotation: a})
	if err != nil {
		return ""
	}
	return value.FormFieldValue
}

// chosen are the options of a list that were chosen, as they are shown.
func (f *forms) chosen(a references.FPDF_ANNOTATION) string {
	count, err := f.engine.FPDFAnnot_GetOptionCount(&requests.FPDFAnnot_GetOptionCount{FormHandle: f.handle, Annotation: a})
	if err != nil {
		return f.value(a)
	}
	var labels []string
	for i := range min(count.OptionCount, maxOver) {
		is, err := f.engine.FPDFAnnot_IsOptionSelected(&requests.FPDFAnnot_IsOptionSelected{FormHandle: f.handle, Annotation: a, Index: i})
		if err != nil || !is.IsOptionSelected {
			continue
		}
		label, err := f.engine.FPDFAnnot_GetOptionLabel(&requests.FPDFAnnot_GetOptionLabel{FormHandle: f.handle, Annotation: a, Index: i})
		if err == nil {
			labels = append(labels, label.OptionLabel)
		}
	}
	if len(labels) == 0 {
		return f.value(a)
	}
	return strings.Join(labels, ", ")
}

// fill puts a field's text on the page where it is not shown already, in place of the line to write it on. Where it is,
// letters that stand in boxes of their own are put together. What is shown counts where it differs.
func (f field) fill(glyphs []glyph) []glyph {
	text := strings.TrimSpace(EndedAlike(f.text))
	if text == "" {
		return glyphs
	}
	glyphs = slices.DeleteFunc(glyphs, func(g glyph) bool {
		return g.within(f.area) && strings.ContainsRune("_…", g.r) && !strings.ContainsRune(text, g.r)
	})
	var shown []*glyph
	for i := range glyphs {
		if g := &glyphs[i]; g.within(f.area) && !unicode.IsSpace(g.r) {
			shown = append(shown, g)
		}
	}
	if f.box != 0 || len(shown) == 0 {
		return append(glyphs, f.typed(glyphs, text)...)
	}
	join(shown, strings.Fields(text))
	return glyphs
}

// join gives the letters of a word that stand apart the room between them, if the letters are those of the words.
func join(letters []*glyph, words []string) {
	if !slices.EqualFunc(letters, []rune(strings.Join(words, "")), func(g *glyph, r rune) bool { return g.r == r }) {
		return
	}
	for _, w := range words {
		n := utf8.RuneCountInString(w)
		for i := 1; i < n; i++ {
			before, g := letters[i-1], letters[i]
			if before.base == g.base {
				before.right = max(before.right, g.left)
			}
			g.piece, g.parted = before.piece, false
		}
		letters = letters[n:]
	}
}

// typed are the characters of a text that was typed into the area, in line with the print beside it.
func (f field) typed(glyphs []glyph, text string) []glyph {
	lines := strings.Split(text, "\n")
	height := f.area.bottom - f.area.top
	em := min(max(height/float64(len(lines))/1.2, tiny), 12)
	base := f.area.top + em
	if beside, ok := f.beside(glyphs); ok && len(lines) == 1 {
		base, em = beside.base, beside.em()
	} else if len(lines) == 1 {
		base = (f.area.top+f.area.bottom)/2 + 0.35*em
	}
	const width = 0.5 // of a letter, in em
	var typed []glyph
	for _, line := range lines {
		g := glyph{left: f.area.left, base: base, size: em, piece: [2]float64{f.area.left, base}, marks: f.box}
		g.top, g.bottom = base-0.8*em, base+0.2*em
		each := (f.area.right - f.area.left) / float64(max(1, utf8.RuneCountInString(line)))
		if f.box == 0 {
			each = min(each, width*em)
		}
		for _, r := range line {
			g.r, g.right = r, g.left+each
			typed = append(typed, g)
			g.left = g.right
		}
		base += 1.2 * em
	}
	return typed
}

// beside is the nearest character that stands in line with the area.
func (f field) beside(glyphs []glyph) (nearest glyph, ok bool) {
	middle := (f.area.top + f.area.bottom) / 2
	away := func(g glyph) float64 { return max(f.area.left-g.right, g.left-f.area.right, 0) }
	for _, g := range glyphs {
		if g.base-0.9*g.em() < middle && middle < g.base+0.25*g.em() && (!ok || away(g) < away(nearest)) {
			nearest, ok = g, true
		}
	}
	return nearest, ok
}
