// Package document is what a file says and where: lines of cells, cells of spans, spans with marks. Every format makes one
// of its bytes, and the analysis reads nothing else.
//
// It gives no meaning to anything: no label is known here, and no product. A text holds the characters that a reader of the
// file sees, and nothing that stands for something else; what is known beyond them (crossed out, a ticked box, a text that
// goes on where it can't be seen) is a mark of its span. Digits that stand above their line are those that Unicode has for it:
// a raised 1 behind 30 is "30¹", whatever the format. Lines keep their places, since a value may stand beside its label or
// under it.
package document

import (
	"slices"
	"strings"
	"time"

	"mozybot/provision"
)

// Document is what a format makes of a file.
type Document struct {
	Lines []Line   // in the order of reading; blank ones are left out, their room shows in Top
	Lacks []string // what the file itself lacks, in sentences: said when the order misses something

	// Stamps are texts that stand across the paper, at a slant or as a watermark: VOID, DRAFT.
	Stamps []string

	// Names are what the file, and a sheet that is the only one, are called by whoever sent it.
	Names []string

	// Buttons are what a page of the web offers to press.
	Buttons []string

	// Notes are what people wrote beside the text for each other: comments, notes on a cell, stamps of a viewer.
	Notes []Note

	// Letter says that a person wrote it to another, as the text of an e-mail: it may end in a signature.
	Letter bool

	// Answer says of a letter that it answers the one that its mail quotes.
	Answer bool

	// Received is when it came, by the mail that brought it; zero where none says so. No analysis asks a clock, so that it finds the same
	// in a document at any time.
	Received time.Time

	// Sender is who wrote the letter, by its mail. It is left blank where nobody outside of the house sent it.
	Sender Sender
}

// Sender is a name and an address as a mail says them; nothing has proven either.
type Sender struct {
	Name, Address string
	Unaddressed   bool   // nothing says to whom they wrote: they may be of the house that reads it
	House         string // the domain of whom they wrote to, "" where that is not one; also of who is left blank, as they are of it
}

// Note is somebody's remark, and where it is shown.
type Note struct{ Where, Text string }

// Line is what stands side by side. Places grow to the right and downwards, in a unit of the file's own.
type Line struct {
	Part   string  // of an e-mail, as a person would look for it: "the body"; "" in any other file
	Page   int     // from 1; 0 in files without pages
	Number int     // from 1, on its page
	Top    float64 // distance from the top of the page
	Em     float64 // height of the writing
	Cells  []Cell  // from left to right, never empty
	Margin Margins // of its page; none in files without pages
	Grid   bool    // its cells stand in the columns of a table, exactly
	Where  string  // its place in a file that has no numbered lines; else ""
	Signed int     // in a letter, how many times its writer has signed off before it

	// Table and Row number the table and its row that the whole line belongs to, from 1: a row may take several lines. They
	// are 0 outside of tables, and where a row holds another table.
	Table, Row int
}

// Margins are where the writing of a page begins, and where it ends if it keeps as much room on the right.
type Margins struct{ Left, Right float64 }

// Cell is a piece of a line with clear room around it: a value, a column's entry, or the whole line.
type Cell struct {
	Spans       Spans // no line breaks; not blank
	Left, Right float64
	Where       string // its place in a spreadsheet; else ""
}

// Span is a piece of text that is marked in one way.
type Span struct {
	Text  string
	Marks Marks
}

// Marks are what is known of a text beyond its characters.
type Marks uint8

// The marks. Hidden text is what a reader of the file does not see; most formats leave it out altogether.
const (
	Struck    Marks = 1 << iota // a line is drawn through it
	Hidden                      // it is there and not seen
	Checked                     // it is a box or button with a tick, and its text is how it looks
	Unchecked                   // it is such a box without one
	Quoted                      // it is another one's words
	Cut                         // a text goes on here where it can't be seen, or told from another; most such spans have no text
)

// Spans are the text of a cell, in order.
type Spans []Span

// Plain is a text without marks.
func Plain(text string) Spans { return Spans{{Text: text}} }

// String is the text as it is seen.
func (s Spans) String() string {
	if len(s) == 1 {
		return s[0].Text
	}
	var b strings.Builder
	for _, span := range s {
		b.WriteString(span.Text)
	}
	return b.String()
}

// Add appends a text with its marks.
func (s Spans) Add(text string, marks Marks) Spans {
	if last := len(s) - 1; last >= 0 && s[last].Marks == marks && marks&(Checked|Unchecked|Cut) == 0 {
		s[last].Text += text
		return s
	}
	return append(s, Span{text, marks})
}

// Has says whether any of the text has one of the marks.
func (s Spans) Has(marks Marks) bool {
	return slices.ContainsFunc(s, func(span Span) bool { return span.Marks&marks != 0 })
}

// Slice is the text between two of its bytes. Spans without text belong to what stands before them.
func (s Spans) Slice(from, to int) Spans {
	var cut Spans
	at := 0
	for _, span := range s {
		end := at + len(span.Text)
		switch low, high := max(from, at), min(to, end); {
		case low < high:
			cut = append(cut, Span{span.Text[low-at : high-at], span.Marks})
		case span.Text == "" && from < at && at <= to:
			cut = append(cut, span)
		}
		at = end
	}
	return cut
}

// Text is the cell's text as it is seen.
func (c Cell) Text() string { return c.Spans.String() }

// Text is all of the line's.
func (l Line) Text() string {
	if len(l.Cells) == 1 {
		return l.Cells[0].Text()
	}
	var b strings.Builder
	for i, c := range l.Cells {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(c.Text())
	}
	return b.String()
}

// Follows says that l stands directly under above, with no more room between them than within a paragraph.
func (l Line) Follows(above Line) bool {
	return l.Page == above.Page && l.Top-above.Top <= 1.45*max(l.Em, above.Em)
}

// In says of all lines which part of an e-mail they stand in.
func (d Document) In(part string) Document {
	for i := range d.Lines {
		d.Lines[i].Part = part
	}
	for i, n := range d.Notes {
		if part != "" {
			d.Notes[i].Where = part + ", " + n.Where
		}
	}
	return d
}

// What an order can possibly say. The analysis looks back and forth in a line and between lines, so its time depends on
// these and not on the size of the file.
const (
	MaxText  = 200_000 // bytes of text
	MaxLine  = 10_000  // bytes of a line
	MaxCells = 200     // of a line
)

// Size is how many bytes of text the document has.
func (d Document) Size() int {
	n := 0
	for _, l := range d.Lines {
		n += l.size()
	}
	return n
}

func (l Line) size() int {
	n := 0
	for _, c := range l.Cells {
		for _, span := range c.Spans {
			n += len(span.Text)
		}
	}
	return n
}

// TooLarge is an error when the document says more than an order can.
func (d Document) TooLarge() error {
	if d.Size() > MaxText {
		return TooMuch("text")
	}
	if slices.ContainsFunc(d.Lines, func(l Line) bool { return len(l.Cells) > MaxCells || l.size() > MaxLine }) {
		return TooMuch("text on a line")
	}
	return nil
}

// TooMuch is the refusal of a file that holds more of something than an order has.
func TooMuch(what string) error {
	return provision.Errorf(provision.Invalid, "This file holds far more %s than an order has. Send the order alone, or type it in by hand.", what)
}
