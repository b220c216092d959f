package orderfile

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"

	"mozybot/provision"
	"mozybot/provision/spelling"
)

// document is what a format makes of a file: what is written, and where.
type document struct {
	lines []line   // in the order of reading; blank ones are left out, their room shows in top
	lacks []string // what the file itself lacks, in sentences: said when the order misses something
}

// line is what stands side by side.
type line struct {
	part   string  // of an e-mail, as a person would look for it: "the body"; "" in any other file
	page   int     // from 1; 0 in files without pages
	number int     // from 1, on its page
	top    float64 // distance from the top of the page, in the unit of em
	em     float64 // height of the writing
	cells  []cell  // from left to right, never empty
	margin margins // of its page; none in files without pages
	grid   bool    // its cells stand in the columns of a table, exactly
	where  string  // its place in a file that has no numbered lines; else ""
}

// margins are where the writing of a page begins, and where it ends if it keeps as much room on the right.
type margins struct{ left, right float64 }

// cell is a piece of a line with clear room around it: a value, a column's entry, or the whole line.
type cell struct {
	text        string // no line breaks, no room at its ends, never ""
	left, right float64
	where       string // its place in a spreadsheet; else ""

	labels    []labelled // those in it; filled by tidy
	labelLike bool       // it is a label, or holds one, be it one of ours or not: no value of another
}

// spot is where something stands, and the words that stand there.
type spot struct{ where, words string }

// String is where, as a sentence says it.
func (s spot) String() string { return s.where }

// maxWords bounds what is kept of the words, in characters: an order is stored and sent with them.
const maxWords = 120

// source is the spot in the form that an order keeps.
func (s spot) source() provision.Source {
	words := []rune(s.words)
	if len(words) > maxWords {
		words = append(words[:maxWords-1], '…')
	}
	return provision.Source{Where: s.where, Words: string(words)}
}

// place names a line as a person would look for it.
func (l line) place() spot {
	where := fmt.Sprintf("line %d", l.number)
	switch {
	case l.where != "":
		where = l.where
	case l.page > 0:
		where = fmt.Sprintf("page %d, %s", l.page, where)
	}
	if l.part != "" {
		where = l.part + ", " + where
	}
	return spot{where, l.text()}
}

// placeOf names the cell of a line that holds a value, where cells have names.
func (l line) placeOf(value string) spot {
	s := l.place()
	at := slices.IndexFunc(l.cells, func(c cell) bool { return clean(c.text) == value })
	if at < 0 {
		at = slices.IndexFunc(l.cells, func(c cell) bool { return strings.Contains(c.text, value) })
	}
	if at >= 0 && l.cells[at].where != "" {
		l.where = l.cells[at].where
		s.where = l.place().where
	}
	return s
}

func (l line) text() string {
	var b strings.Builder
	for i, c := range l.cells {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(c.text)
	}
	return b.String()
}

// follows says that l stands directly under above, with no more room between them than within a paragraph.
func (l line) follows(above line) bool {
	return l.page == above.page && l.top-above.top <= 1.45*max(l.em, above.em)
}

// under says that c stands in the same column as head: left, right or centre in line, or overlapping.
func (c cell) under(head cell, em float64) bool {
	return c.distance(head) <= em || c.overlaps(head)
}

func (c cell) overlaps(other cell) bool { return c.left < other.right && other.left < c.right }

// distance is how far c is out of line with a column's head, by the alignment that fits best.
func (c cell) distance(head cell) float64 {
	left, right := c.left-head.left, c.right-head.right
	return min(math.Abs(left), math.Abs(right), math.Abs(left+right)/2)
}

// size is how many bytes of text the document has.
func (d document) size() int {
	n := 0
	for _, l := range d.lines {
		n += l.size()
	}
	return n
}

func (l line) size() int {
	n := 0
	for _, c := range l.cells {
		n += len(c.text)
	}
	return n
}

// tidy leaves in the text what a reader sees (package spelling). It also finds the labels.
func (d document) tidy() document {
	for i := range d.lines {
		if d.lines[i].page > 0 {
			d.lines[i].cells = unframed(d.lines[i].cells)
		}
		cells := d.lines[i].cells
		for j := range cells {
			c := &cells[j]
			c.text = spelling.Clean(c.text)
			if value := strings.TrimLeft(c.text, ":： "); j > 0 && value != "" { // the colon is the label's before
				c.text = value
			}
			c.labels = scan(c.text)
			c.labelLike = c.labels != nil || unknownLabel.MatchString(c.text)
		}
		d.lines[i].cells = slices.DeleteFunc(cells, func(c cell) bool { return c.text == "" })
	}
	d.joinLabels()
	d.lines = slices.DeleteFunc(d.lines, func(l line) bool { return len(l.cells) == 0 })
	return d
}

// frame is what typewriters part columns with, and programs that print their text to a page.
var frame = regexp.MustCompile(`\s*[|│┃║]\s*|\s*(?:\.{4,}|_{3,})\s*:?\s*`)

// unframed cuts cells where frames and leaders part them. All characters are taken to be equally wide.
func unframed(cells []cell) []cell {
	var cut []cell
	for _, c := range cells {
		gaps := frame.FindAllStringIndex(c.text, -1)
		if gaps == nil {
			cut = append(cut, c)
			continue
		}
		wide, from := (c.right-c.left)/float64(len(c.text)), 0
		for _, gap := range append(gaps, []int{len(c.text), len(c.text)}) {
			if piece := c.text[from:gap[0]]; !ruler.MatchString(piece) {
				cut = append(cut, cell{text: piece, left: c.left + wide*float64(from), right: c.left + wide*float64(gap[0]), where: c.where})
			}
			from = gap[1]
		}
	}
	return cut
}
