package orderfile

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// flow takes what a word processor or browser lays out, paragraphs and tables in their order, and makes lines of it:
// those of a table keep its columns. The zero flow is ready.
type flow struct {
	top    container
	open   []frame // tables, cells and boxes that are not closed yet, from the outermost
	size   int     // bytes written so far
	blocks int
}

// container is what paragraphs and tables stand in: the page, a cell, a text box.
type container struct {
	blocks  []block
	current strings.Builder // of the paragraph in hand
	started bool            // there is one, be it blank
}

// block is a paragraph, whose lines are parted by \n, or a table.
type block struct {
	text  string
	table *grid
	name  string // of what it stands in where that is not the page: "header"
}

// grid is a table. Its entries say where they stand by any two numbers that grow to the right.
type grid struct {
	rows [][]entry
}

type entry struct {
	blocks   []block
	from, to int
}

// frame is one of a table, a cell, and a box.
type frame struct {
	table    *grid
	cell     *container
	from, to int
	box      bool
}

// The distances between lines, in heights of a line: see line.follows and valueBeside for what they decide.
const (
	lineHeight      = 1
	paragraphHeight = 1.5
	sheetHeight     = 100 // between what stands on different sheets
)

const (
	maxNesting = 12     // of tables and boxes
	maxBlocks  = 50_000 // paragraphs, tables and cells
)

// in is the container that is written to.
func (f *flow) in() *container {
	for i := len(f.open) - 1; i >= 0; i-- {
		if f.open[i].cell != nil {
			return f.open[i].cell
		}
	}
	return &f.top
}

// write adds to the paragraph in hand; \n breaks its line.
func (f *flow) write(s string) {
	if s == "" || f.full() {
		return
	}
	c := f.in()
	c.current.WriteString(s)
	c.started = true
	f.size += len(s)
}

// endParagraph ends the paragraph in hand, a blank one too when it was begun.
func (f *flow) endParagraph() {
	c := f.in()
	if c.started {
		c.add(block{text: c.current.String()})
		c.current.Reset()
		c.started = false
		f.blocks++
	}
}

// blankParagraph leaves the room of one.
func (f *flow) blankParagraph() {
	f.in().started = true
	f.endParagraph()
}

func (c *container) add(b block) { c.blocks = append(c.blocks, b) }

func (f *flow) openTable() {
	f.endParagraph()
	f.open = append(f.open, frame{table: &grid{}})
	f.blocks++
}

func (f *flow) openRow() {
	if t := f.table(); t != nil {
		t.rows = append(t.rows, nil)
	}
}

// openCell begins an entry of the last row.
func (f *flow) openCell(from, to int) {
	f.open = append(f.open, frame{cell: &container{}, from: from, to: to})
	f.blocks++
}

// closeCell ends the entry in hand, with all that was left open in it.
func (f *flow) closeCell() {
	f.closeUpTo(func(fr frame) bool { return fr.cell != nil && !fr.box })
}

func (f *flow) closeTable() {
	f.closeUpTo(func(fr frame) bool { return fr.table != nil })
}

// openBox begins a text box, which stands beside the paragraph that it is anchored in and is read after it.
func (f *flow) openBox() {
	f.open = append(f.open, frame{cell: &container{}, box: true})
	f.blocks++
}

func (f *flow) closeBox() {
	f.closeUpTo(func(fr frame) bool { return fr.box })
}

// closeUpTo closes frames from the innermost up to the first that fits; none when there is no such frame.
func (f *flow) closeUpTo(fits func(frame) bool) {
	last := len(f.open) - 1
	for last >= 0 && !fits(f.open[last]) {
		last--
	}
	for last >= 0 && len(f.open) > last {
		f.closeLast()
	}
}

func (f *flow) closeLast() {
	if f.open[len(f.open)-1].cell != nil {
		f.endParagraph()
	}
	fr := f.open[len(f.open)-1]
	f.open = f.open[:len(f.open)-1]
	switch {
	case fr.table != nil:
		f.in().add(block{table: fr.table})
	case fr.box:
		f.in().boxed(fr.cell.blocks)
	default:
		if t := f.table(); t != nil {
			if len(t.rows) == 0 {
				t.rows = append(t.rows, nil)
			}
			row := &t.rows[len(t.rows)-1]
			*row = append(*row, entry{fr.cell.blocks, fr.from, fr.to})
			return
		}
		f.in().blocks = append(f.in().blocks, fr.cell.blocks...)
	}
}
