package format

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"regexp"
	"strconv"
	"strings"

	"mozybot/provision/orderfile/document"
)

// isODT finds what every OpenDocument file has. Most say at their start what they are, but not those that were unpacked
// and packed again.
func isODT(_ string, content []byte) bool {
	return isZip(content) && bytes.Contains(directory(content), []byte("content.xml"))
}

// readODT reads an OpenDocument text or spreadsheet: its headers, its text with tables and text boxes, its footers.
func readODT(_ context.Context, content []byte) (document.Document, error) {
	a, err := openArchive(content)
	if err != nil {
		return document.Document{}, err
	}
	manifest, err := a.part("META-INF/manifest.xml")
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return document.Document{}, err
	}
	if bytes.Contains(manifest, []byte("encryption-data")) {
		return document.Document{}, lockedOffice()
	}
	styles, err := a.part("styles.xml")
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return document.Document{}, err
	}
	text, err := a.part("content.xml")
	if errors.Is(err, fs.ErrNotExist) {
		return document.Document{}, brokenOffice(err)
	}
	if err != nil {
		return document.Document{}, err
	}
	f := newFlow()
	r := odtReader{flow: f, out: spaced{flow: f}, looks: []look{plainLook}, common: map[string]odtStyle{}, controls: map[string]odtControl{}, sheets: bytes.Count(text, []byte("<table:table ")) > 1}
	for _, pass := range []struct {
		part   []byte
		margin string // which of the headers and footers is read
	}{{styles, "header"}, {text, ""}, {styles, "footer"}} {
		if len(pass.part) == 0 || pass.margin == "footer" && !footers.Match(pass.part) {
			continue
		}
		r.margin, r.automatic = pass.margin, map[string]odtStyle{}
		if err := walkXML(pass.part, r.see); err != nil {
			return document.Document{}, err
		}
		r.flow.part()
	}
	d, err := r.flow.document()
	d.Notes = r.notes
	return d, err
}

// footers is the end of one: a second look at all styles is worth the time only where there are any.
var footers = regexp.MustCompile(`:footer(?:-left|-first)?\s*>`)

// odtReader writes what a part of an OpenDocument file shows into a flow. Deletions that are tracked, hidden text and
// hints what to fill in are not shown; comments are kept apart.
type odtReader struct {
	flow   *flow
	out    spaced
	margin string // "header" or "footer" when these are read
	// The styles of the whole file, and those of the part in hand.
	common, automatic map[string]odtStyle

	within  []string // the elements around
	looks   []look   // and how their text looks, from the page on
	style   string   // the style that is being defined
	autos   bool     // it is the part's own
	columns []int    // the next column of every open table's row
	taken   []int    // the columns of that row up to there are taken, be the entries named that others cover or not
	sheet   string   // of a spreadsheet, what tells the sheet in hand from others
	row     int      // the number of its row in hand; 0 outside of spreadsheets
	next    int      // the number of the row after it
	sheets  bool     // there are several
	number  string   // what a spreadsheet's cell has as its value; its text may be rounded
	written bool     // the number was written

	notes []document.Note
	noted strings.Builder // the comment in hand
	depth int             // within that comment; 0 outside

	cited  string           // the mark of the footnote in hand
	citing bool             // it stands before the paragraph to come
	shape  *strings.Builder // all that stands in the shape in hand, seen or not: its letters may be drawn
	across bool             // that shape stands across the page, or in its margin

	controls map[string]odtControl // the fields of forms, by name
	defining string                // the one whose entries are read
}

// odfName is an element's name as people write it: "text:p".
func odfName(name xml.Name) string {
	_, vocabulary, ok := strings.Cut(name.Space, "opendocument:xmlns:")
	if !ok {
		return "other:" + name.Local
	}
	vocabulary = strings.TrimSuffix(vocabulary, ":1.0")
	if vocabulary == "drawing" {
		vocabulary = "draw"
	}
	return vocabulary + ":" + name.Local
}

func (r *odtReader) see(token xml.Token) error {
	if r.flow.err != nil {
		return r.flow.err
	}
	if r.depth > 0 {
		return r.seeNote(token)
	}
	switch t := token.(type) {
	case xml.StartElement:
		name := odfName(t.Name)
		if name == "office:annotation" {
			r.depth = 1
			return nil
		}
		l := r.lookOf(name, t)
		if r.concealed(name, t, l) {
			return errSkip
		}
		r.looks = append(r.looks, l)
		r.start(name, t)
		r.within = append(r.within, name)
	case xml.EndElement:
		r.within = r.within[:len(r.within)-1]
		r.end(odfName(t.Name))
		r.looks = r.looks[:len(r.looks)-1]
	case xml.CharData:
		if r.shape != nil {
			r.shape.WriteString(string(t))
		}
		if r.parent() == "text:note-citation" {
			r.cite(string(t))
		} else if strings.HasPrefix(r.parent(), "text:") {
			if r.number == "" && r.seen() {
				r.out.fold(string(t))
			}
		}
	}
	return nil
}

func (r *odtReader) parent() string {
	if len(r.within) == 0 {
		return ""
	}
	return r.within[len(r.within)-1]
}

// look is how a text in hand looks.
func (r *odtReader) look() look { return r.looks[len(r.looks)-1] }

// seen says whether a text in hand is, and has it marked.
func (r *odtReader) seen() bool {
	r.out.look = r.look()
	return r.look().seen()
}

// lookOf is how the text in an element looks.
func (r *odtReader) lookOf(name string, e xml.StartElement) look {
	l := r.look()
	switch name {
	case "draw:frame", "draw:custom-shape": // filled in ways of their own
		l.ground = color{}
	case "text:p", "text:h", "text:span", "table:table", "table:table-cell":
		r.dress(&l, attribute(e, "style-name"), 0)
	}
	return l
}

// seeNote takes what belongs to a comment.
func (r *odtReader) seeNote(token xml.Token) error {
	switch t := token.(type) {
	case xml.StartElement:
		if t.Name.Local == "creator" || t.Name.Local == "date" || t.Name.Local == "date-string" || t.Name.Local == "creator-initials" {
			return errSkip
		}
		r.depth++
	case xml.EndElement:
		r.noted.WriteByte(' ')
		if r.depth--; r.depth == 0 {
			r.notes = note(r.notes, "a comment", r.noted.String())
			r.noted.Reset()
		}
	case xml.CharData:
		r.noted.Write(t)
	}
	return nil
}

// concealed says that an element and what is in it is not to be read.
func (r *odtReader) concealed(name string, e xml.StartElement, l look) bool {
	if strings.HasPrefix(name, "form:") {
		return !r.defineControl(name, e)
	}
	switch name {
	case "text:tracked-changes", "text:placeholder", "text:hidden-text", "text:ruby-text",
		"text:script", "text:page-number", "text:page-count", "office:scripts", "table:covered-table-cell":
		if name == "table:covered-table-cell" {
			r.advance(attribute(e, "number-columns-repeated"))
		}
		return true
	case "style:header", "style:header-left", "style:header-first", "style:footer", "style:footer-left", "style:footer-first":
		return !strings.HasPrefix(name, "style:"+r.margin) || attribute(e, "display") == "false"
	case "text:section":
		return attribute(e, "display") == "none"
	case "table:table-row", "table:table-column":
		if name == "table:table-row" && r.row > 0 {
			r.row = r.next
			r.next += repeats(e, "number-rows-repeated")
		}
		return attribute(e, "visibility") == "collapse" || attribute(e, "visibility") == "filter"
	case "table:table-cell":
		if l.hidden {
			r.advance(attribute(e, "number-columns-repeated"))
		}
	}
	return l.hidden
}

func (r *odtReader) start(name string, e xml.StartElement) {
	switch name {
	case "text:p", "text:h":
		r.flow.beginParagraph()
		r.out.room = false
		r.beginNote()
		if r.number != "" && !r.written && r.seen() {
			r.flow.mark(r.number, r.out.look.marks())
			r.written = true
		}
	case "text:s":
		r.flow.write(strings.Repeat(" ", spanned(attribute(e, "c"))))
	case "text:tab":
		r.write("\t")
	case "text:line-break":
		r.write("\n")
	case "draw:control":
		if strings.HasPrefix(r.parent(), "text:") {
			r.showControl(attribute(e, "control"))
		}
	case "text:note-body":
		r.flow.openFootnote()
		r.citing = true
	case "draw:custom-shape":
		r.openShape(e)
	case "draw:enhanced-geometry":
		r.across = r.across || attribute(e, "text-path") == "true"
	case "draw:text-box":
		r.flow.openBox()
	case "table:table":
		r.openTable(e)
	case "table:table-row":
		r.flow.openSheetRow(r.sheet, r.row)
		if n := len(r.columns); n > 0 {
			r.columns[n-1], r.taken[n-1] = 0, 0
		}
	case "table:table-cell":
		r.openCell(e)
	default:
		r.startStyle(name, e)
	}
}

func (r *odtReader) openTable(e xml.StartElement) {
	if r.parent() == "office:spreadsheet" { // a sheet begins nothing that the last one left open
		r.flow.part()
		if r.row, r.next = 1, 1; r.sheets {
			r.sheet = fmt.Sprintf("sheet %q, ", attribute(e, "name"))
		}
	}
	r.flow.openTable()
	r.columns, r.taken = append(r.columns, 0), append(r.taken, 0)
}

func (r *odtReader) openCell(e xml.StartElement) {
	column, span := 0, spanned(attribute(e, "number-columns-spanned"))
	if n := len(r.columns); n > 0 {
		column = max(r.columns[n-1], r.taken[n-1])
		r.columns[n-1], r.taken[n-1] = column, column+span
	}
	r.flow.openCell(column, column+span)
	r.advance(attribute(e, "number-columns-repeated"))
	if r.number, r.written = "", false; attribute(e, "value-type") == "float" {
		r.number = shortNumber(attribute(e, "value"))
	}
}

func (r *odtReader) end(name string) {
	switch name {
	case "style:style":
		r.style = ""
	case "text:p", "text:h":
		r.flow.endParagraph()
	case "draw:custom-shape":
		r.closeShape()
	case "draw:text-box", "text:note-body":
		r.flow.closeBox()
	case "table:table":
		r.flow.closeTable()
		r.columns, r.taken = r.columns[:len(r.columns)-1], r.taken[:len(r.taken)-1]
	case "table:table-cell":
		r.flow.closeCell()
		r.number = ""
	}
}

// repeats is how many times an element stands for itself.
func repeats(e xml.StartElement, name string) int {
	const most = 1 << 21 // twice the rows of any spreadsheet
	n, err := strconv.Atoi(attribute(e, name))
	if err != nil {
		return 1
	}
	return min(max(n, 1), most)
}

// advance goes on by one column, or so many.
func (r *odtReader) advance(repeated string) {
	if n := len(r.columns); n > 0 {
		r.columns[n-1] += spanned(repeated)
	}
}

func (r *odtReader) write(s string) {
	if r.number == "" && r.seen() {
		r.out.put(s)
	}
}

// shortNumber is a number without what calculations leave at its end: 19.999999999999996 is 20.
func shortNumber(s string) string {
	const leftover, exact = 1e-9, 1e15 // whole numbers up to there have all their digits
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || !(math.Abs(f) < exact) {
		return s
	}
	if whole := math.Round(f); math.Abs(f-whole) < leftover {
		f = whole
	}
	return strconv.FormatFloat(f, 'f', -1, 64)
}
