package format

import (
	"slices"
	"strings"
	"unicode/utf8"

	"mozybot/provision/orderfile/document"
)

// flow takes what a word processor or browser lays out, paragraphs and tables in their order, and makes lines of it.
// Those of a table keep its columns. newFlow makes one.
type flow struct {
	open    []*container // what is being written, from the page to the innermost cell or box
	size    int          // bytes of text
	parts   int          // paragraphs, tables and cells
	tables  int
	notes   []block // the footnotes: they are read behind all else
	stamps  []string
	buttons []string
	err     error // the first limit that was exceeded; what is written after it is dropped
}

// container is what paragraphs and tables stand in: the page, a cell of a table, a text box.
type container struct {
	blocks   []block
	text     document.Spans  // of the paragraph in hand
	last     strings.Builder // the span at its end, of marks
	marks    document.Marks
	begun    bool  // there is a paragraph in hand, perhaps a blank one
	table    *grid // the table in hand
	from, to int   // a cell's place in its row
	box      bool
	footnote bool
}

// block is a paragraph, whose lines \n parts, or a table.
type block struct {
	text  document.Spans
	table *grid
}

// grid is a table. Its entries stand between two numbers that grow to the right: columns, or any measure.
type grid struct {
	number int // among the tables of the file, from 1
	rows   []gridRow
}

type gridRow struct {
	count   int // from 1, in its table
	entries []entry
	sheet   string // of a spreadsheet's row, what tells the sheet from others: "" or ending in ", "
	number  int    // of a spreadsheet's row, from 1: blank ones are left out; else 0
}

type entry struct {
	blocks   []block
	from, to int
}

const (
	maxNesting = 40     // of tables and boxes; mails nest a dozen to be pretty
	maxParts   = 50_000 // paragraphs, tables and cells
	// paragraphHeight is the distance of two paragraphs, or of two rows, in lines. What runs on has less: see follows.
	paragraphHeight = 1.5
)

// add appends to the paragraph in hand. Its last span grows in a builder of its own.
func (c *container) add(s string, marks document.Marks) {
	if s == "" {
		return
	}
	if marks != c.marks || marks&(document.Checked|document.Unchecked) != 0 {
		c.endSpan()
		c.marks = marks
	}
	c.last.WriteString(s)
}

func (c *container) endSpan() {
	if c.last.Len() > 0 {
		c.text = append(c.text, document.Span{Text: c.last.String(), Marks: c.marks})
		c.last.Reset()
	}
}

func newFlow() *flow { return &flow{open: []*container{{}}} }

func (f *flow) in() *container { return f.open[len(f.open)-1] }

// count counts one more part.
func (f *flow) count() {
	if f.parts++; f.parts > maxParts && f.err == nil {
		f.err = document.TooMuch("paragraphs and tables")
	}
}

// write adds to the paragraph in hand; \n breaks its line, \t moves to its next column.
func (f *flow) write(s string) { f.mark(s, 0) }

// box writes a box of a form, with a tick or without.
func (f *flow) box(checked bool) {
	f.mark(boxOf(checked))
	f.write(" ")
}

// boxOf is how a box looks, and its mark.
func boxOf(checked bool) (look string, mark document.Marks) {
	if checked {
		return "☒", document.Checked
	}
	return "☐", document.Unchecked
}

// mark writes a text with its marks.
func (f *flow) mark(s string, marks document.Marks) {
	if f.size += len(s); f.size > document.MaxText && f.err == nil {
		f.err = document.TooMuch("text")
	}
	if f.err != nil {
		return
	}
	from := 0
	for at, r := range s {
		if box := boxMark(r); box != 0 {
			f.in().add(s[from:at], marks)
			f.in().add(string(r), marks|box)
			from = at + utf8.RuneLen(r)
		}
	}
	f.in().add(s[from:], marks)
	f.in().begun = true
}

// boxMark is the mark of a character that is a box of a form; 0 of any other.
func boxMark(r rune) document.Marks {
	switch r {
	case '☐', '⬜', '🗆':
		return document.Unchecked
	case '☑', '☒', '✅', '🗹', '🗷':
		return document.Checked
	}
	return 0
}

// beginParagraph ends the paragraph in hand and begins another, which may stay blank.
func (f *flow) beginParagraph() {
	f.endParagraph()
	f.in().begun = true
}

// part leaves so much room that nothing behind it belongs to what stands before.
func (f *flow) part() {
	for range 3 {
		f.beginParagraph()
	}
	f.endParagraph()
}

func (f *flow) endParagraph() {
	c := f.in()
	if c.begun {
		f.count()
		c.endSpan()
		c.blocks = append(c.blocks, block{text: c.text})
		c.text = nil
		c.begun = false
	}
}

func (f *flow) openTable() {
	f.endParagraph()
	f.count()
	f.tables++
	f.in().table = &grid{number: f.tables}
}

func (f *flow) openRow() { f.openSheetRow("", 0) }

// openSheetRow begins a row that has a number of its own.
func (f *flow) openSheetRow(sheet string, number int) {
	if t := f.in().table; t != nil {
		f.count()
		t.rows = append(t.rows, gridRow{count: len(t.rows) + 1, sheet: sheet, number: number})
	}
}

// openCell begins an entry of the last row, which stands between two numbers.
func (f *flow) openCell(from, to int) { f.push(&container{from: from, to: max(to, from+1)}) }

func (f *flow) closeCell() {
	if len(f.open) < 2 || f.in().box {
		return
	}
	c := f.pop()
	if t := f.in().table; t != nil && len(t.rows) > 0 && f.err == nil {
		last := len(t.rows) - 1
		t.rows[last].entries = append(t.rows[last].entries, entry{c.blocks, c.from, c.to})
	}
}

func (f *flow) closeTable() {
	c := f.in()
	if c.table != nil {
		f.endParagraph()
		c.blocks = append(c.blocks, block{table: c.table})
		c.table = nil
	}
}

// openBox begins a text box. It is read before the paragraph that it is anchored in.
func (f *flow) openBox() { f.push(&container{box: true}) }

// openFootnote likewise begins a footnote.
func (f *flow) openFootnote() { f.push(&container{box: true, footnote: true}) }

// closeBox ends a text box or a footnote, and says what is written in it.
func (f *flow) closeBox() (text string) {
	if len(f.open) < 2 || !f.in().box {
		return ""
	}
	c := f.pop()
	if c.footnote {
		f.notes = append(f.notes, c.blocks...)
	} else {
		f.in().blocks = append(f.in().blocks, c.blocks...)
	}
	for _, b := range c.blocks {
		text += " " + b.text.String()
	}
	return text
}

// stamp keeps what stands across a page: a watermark, a shape that is turned.
func (f *flow) stamp(text string) { f.stamps = once(f.stamps, text) }

// once adds a text to those that a page has beside its lines, each of which it may have more than once.
func once(all []string, text string) []string {
	const most = 20
	if text = strings.Join(strings.Fields(text), " "); text == "" || len(all) == most || slices.Contains(all, text) {
		return all
	}
	return append(all, text)
}

func (f *flow) push(c *container) {
	f.count()
	if len(f.open) > maxNesting && f.err == nil {
		f.err = document.TooMuch("tables within tables")
	}
	f.open = append(f.open, c)
}

// pop ends what is in hand in the innermost container and takes it off.
func (f *flow) pop() *container {
	f.closeTable()
	f.endParagraph()
	c := f.in()
	f.open = f.open[:len(f.open)-1]
	return c
}

// document is what was written. The flow is spent.
func (f *flow) document() (document.Document, error) {
	for len(f.open) > 1 {
		f.closeCell()
		f.closeBox()
	}
	f.closeTable()
	f.endParagraph()
	if f.err != nil {
		return document.Document{}, f.err
	}
	if f.notes != nil {
		f.part()
	}
	lines, _ := layBlocks(append(f.in().blocks, f.notes...), 0, false)
	for i := range lines {
		lines[i].Number = i + 1
	}
	return document.Document{Lines: lines, Stamps: f.stamps, Buttons: f.buttons}, nil
}

// spaced writes text to a flow in which any room between words is one space.
type spaced struct {
	flow *flow
	room bool // there was some before what comes next
	look look
}

// fold writes text without the breaks of its lines in the file.
func (w *spaced) fold(s string) {
	words := strings.FieldsFunc(s, isBlank)
	if len(words) == 0 {
		w.room = w.room || s != ""
		return
	}
	w.room = w.room || isBlank(rune(s[0]))
	w.put(strings.Join(words, " "))
	w.room = isBlank(rune(s[len(s)-1]))
}

// put writes text as it is, behind the room that is owed.
func (w *spaced) put(s string) {
	w.owed()
	w.flow.set(s, w.look)
}

// owed writes the room that is owed.
func (w *spaced) owed() {
	if w.room && w.flow.in().begun {
		w.flow.write(" ")
	}
	w.room = false
}

// isBlank leaves out the space that does not break: it keeps its room.
func isBlank(c rune) bool { return strings.ContainsRune(" \t\n\r\f", c) }
