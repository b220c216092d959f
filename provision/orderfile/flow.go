package orderfile

import "strings"

// flow takes what a word processor or browser lays out, paragraphs and tables in their order, and makes lines of it.
// Those of a table keep its columns. newFlow makes one.
type flow struct {
	open  []*container // what is being written, from the page to the innermost cell or box
	size  int          // bytes of text
	parts int          // paragraphs, tables and cells
	err   error        // the first limit that was exceeded; what is written after it is dropped
}

// container is what paragraphs and tables stand in: the page, a cell of a table, a text box.
type container struct {
	blocks   []block
	text     strings.Builder // of the paragraph in hand
	begun    bool            // there is a paragraph in hand, be it blank
	table    *grid           // the table in hand
	from, to int             // a cell's place in its row
	box      bool
}

// block is a paragraph, whose lines \n parts, or a table.
type block struct {
	text  string
	table *grid
}

// grid is a table. Its entries stand between two numbers that grow to the right: columns, or any measure.
type grid struct{ rows []gridRow }

type gridRow struct {
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

func newFlow() *flow { return &flow{open: []*container{{}}} }

func (f *flow) in() *container { return f.open[len(f.open)-1] }

// count counts one more part.
func (f *flow) count() {
	if f.parts++; f.parts > maxParts && f.err == nil {
		f.err = tooMuch("paragraphs and tables")
	}
}

// write adds to the paragraph in hand; \n breaks its line, \t moves to its next column.
func (f *flow) write(s string) {
	if f.size += len(s); f.size > maxText && f.err == nil {
		f.err = tooMuch("text")
	}
	if f.err == nil {
		f.in().text.WriteString(s)
		f.in().begun = true
	}
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
		c.blocks = append(c.blocks, block{text: c.text.String()})
		c.text.Reset()
		c.begun = false
	}
}

func (f *flow) openTable() {
	f.endParagraph()
	f.count()
	f.in().table = &grid{}
}

func (f *flow) openRow() { f.openSheetRow("", 0) }

// openSheetRow begins a row that has a number of its own.
func (f *flow) openSheetRow(sheet string, number int) {
	if t := f.in().table; t != nil {
		f.count()
		t.rows = append(t.rows, gridRow{sheet: sheet, number: number})
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

func (f *flow) closeBox() {
	if len(f.open) < 2 || !f.in().box {
		return
	}
	c := f.pop()
	f.in().blocks = append(f.in().blocks, c.blocks...)
}

func (f *flow) push(c *container) {
	f.count()
	if len(f.open) > maxNesting && f.err == nil {
		f.err = tooMuch("tables within tables")
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
func (f *flow) document() (document, error) {
	for len(f.open) > 1 {
		f.closeCell()
		f.closeBox()
	}
	f.closeTable()
	f.endParagraph()
	if f.err != nil {
		return document{}, f.err
	}
	lines, _ := layBlocks(f.in().blocks, 0, false)
	for i := range lines {
		lines[i].number = i + 1
	}
	return document{lines: lines}, nil
}

// spaced writes text to a flow in which any room between words is one space.
type spaced struct {
	flow *flow
	room bool // there was some before what comes next
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
	if w.room && w.flow.in().begun {
		w.flow.write(" ")
	}
	w.room = false
	w.flow.write(s)
}

// isBlank leaves out the space that does not break: it keeps its room.
func isBlank(c rune) bool { return strings.ContainsRune(" \t\n\r\f", c) }
