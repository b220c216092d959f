package extract

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"mozybot/provision"
	"mozybot/provision/orderfile/document"
	"mozybot/provision/orderfile/extract/label"
	"mozybot/provision/orderfile/extract/lexicon"
	"mozybot/provision/orderfile/extract/values"
	"mozybot/provision/spelling"
)

// page is a document on its way through the analysis.
type page struct {
	lines  []line
	lacks  []string
	stamps []string
	letter bool            // a person wrote it to another
	agreed func() bool     // whether the newest text of its mail accepts what it quotes
	edges  map[int]float64 // how far the writing of each page reaches

	signature []line          // what stands under the sign-off
	sender    document.Sender // of a letter, where its mail says it
}

// line is a line of the document with its cells prepared.
type line struct {
	part   string
	page   int
	number int
	top    float64
	em     float64
	cells  []cell
	margin document.Margins
	grid   bool
	where  string
	head   bool // it is the head of an item table
}

// cell is a cell of the document as it is read: its text, and the labels in it.
type cell struct {
	text        string // no line breaks, no room at its ends, never ""
	left, right float64
	where       string

	struck    extent        // how much of it is crossed out
	name      string        // its text as a label or a head, after normal
	labels    []label.Label // those in it
	labelLike bool          // it is a label or holds one, ours or not: no value of another
	product   bool          // it names a product that the runbook knows
}

// spot is where something stands, and the words that stand there.
type spot struct{ where, words string }

// String is where, as a sentence says it.
func (s spot) String() string { return s.where }

// maxWords bounds what is kept of the words, in characters: an order is stored and sent with them.
const maxWords = 120

// source is the spot in the form that an order keeps.
func (s spot) source() provision.Source { return Source(s.where, s.words) }

// Source is where something stands, and no more of its words than an order keeps.
func Source(where, words string) provision.Source {
	if all := []rune(words); len(all) > maxWords {
		words = string(all[:maxWords-1]) + "…"
	}
	return provision.Source{Where: where, Words: words}
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
	at := slices.IndexFunc(l.cells, func(c cell) bool { return values.Clean(c.text) == value })
	if at < 0 {
		at = slices.IndexFunc(l.cells, func(c cell) bool { return strings.Contains(c.text, value) })
	}
	if at >= 0 && l.cells[at].where != "" {
		l.where = l.cells[at].where
		s.where = l.place().where
	}
	return s
}

// hasLabel says that one of the page's labels is such.
func (d page) hasLabel(such func(label.Label) bool) bool {
	return slices.ContainsFunc(d.lines, func(l line) bool {
		return slices.ContainsFunc(l.cells, func(c cell) bool { return slices.ContainsFunc(c.labels, such) })
	})
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

// product says that a line names one, also over several cells.
func (l line) product() bool {
	return slices.ContainsFunc(l.cells, func(c cell) bool { return c.product }) || len(l.cells) > 1 && product.MatchString(l.text())
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

// pageOf prepares a document: rows are put together, cells cut where frames part them, and labels found.
func pageOf(d document.Document) page {
	p := page{lacks: d.Lacks, stamps: d.Stamps, letter: d.Letter, sender: d.Sender}
	for _, l := range joinedRows(d.Lines) {
		p.lines = append(p.lines, lineOf(l))
	}
	p.joinLabels()
	p.labelBareLines()
	p.lines = slices.DeleteFunc(p.lines, func(l line) bool { return len(l.cells) == 0 })
	p.dropTerms()
	p.edges = map[int]float64{}
	for i, l := range p.lines {
		_, p.lines[i].head = tableHead(l)
		p.edges[l.page] = max(p.edges[l.page], l.cells[len(l.cells)-1].right)
	}
	return p
}

func lineOf(l document.Line) line {
	read := line{part: l.Part, page: l.Page, number: l.Number, top: l.Top, em: l.Em, margin: l.Margin, grid: l.Grid, where: l.Where}
	for _, c := range l.Cells {
		read.cells = append(read.cells, cell{text: written(c.Spans), struck: struckOf(c.Spans), left: c.Left, right: c.Right, where: c.Where})
	}
	if l.Page > 0 {
		read.cells = unframed(read.cells)
	}
	for j := range read.cells {
		c := &read.cells[j]
		c.text = withoutRules(seen(c.text))
		if value := strings.TrimLeft(c.text, ":： "); j > 0 && value != "" { // the colon is the label's before
			c.text = value
		}
		c.name = label.Normal(c.text)
		c.labels = label.Scan(c.text)
		c.product = product.MatchString(c.text)
		c.labelLike = c.labels != nil || label.UnknownLabel.MatchString(c.text) || label.FieldName.MatchString(c.text)
	}
	read.cells = slices.DeleteFunc(read.cells, func(c cell) bool { return c.text == "" })
	return read
}

// extent is how much of a text something is true of.
type extent int

const (
	nowhere extent = iota
	partly
	whole
)

func (e extent) with(other extent) extent {
	if e == other {
		return e
	}
	return partly
}

// struckOf is how much of a text is crossed out, but for its blanks.
func struckOf(spans document.Spans) extent {
	some, all := false, true
	for _, s := range spans {
		switch {
		case s.Marks&document.Struck != 0:
			some = true
		case strings.TrimSpace(s.Text) != "":
			all = false
		}
	}
	switch {
	case some && all:
		return whole
	case some:
		return partly
	}
	return nowhere
}

// written is the text of spans.
func written(spans document.Spans) string {
	if len(spans) == 1 && spans[0].Marks&document.Cut == 0 {
		return spans[0].Text
	}
	var b strings.Builder
	for _, s := range spans {
		b.WriteString(s.Text)
		if s.Marks&document.Cut != 0 {
			b.WriteString(values.Cut)
		}
	}
	return b.String()
}

// seen is a text as a reader sees it: every kind of space is one space, and invisible characters, such as those that turn
// the direction of writing, are gone. What joins the parts of an emoji stays.
func seen(s string) string {
	return spelling.Clean(s)
}

// underlined is a line to write on where it touches the words that stand on it: "__26__".
var underlined = lexicon.Compile(`(^|[\s:=(])_{2,}([\pL\pN(+])|([\pL\pN.)])_{2,}($|[\s,;)])`)

// bold is how Markdown sets words.
var bold = lexicon.Compile(`\*\*([^*]+)\*\*`)

// withoutRules takes off a text the lines to write on, and the marks of bold type. A line that is left blank stays.
func withoutRules(text string) string {
	if strings.Contains(text, "**") {
		text = bold.ReplaceAllString(text, "$1")
	}
	if !strings.Contains(text, "__") {
		return text
	}
	return underlined.ReplaceAllString(text, "$1$2$3$4")
}

// frame is what typewriters part columns with, and programs that print their text to a page.
var frame = lexicon.Compile(`\s*[|│┃║]\s*|\s*(?:\.{4,}|_{3,})\s*:?\s*`)

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
			if piece := c.text[from:gap[0]]; !document.IsRuler(piece) {
				cut = append(cut, cell{text: piece, struck: c.struck, left: c.left + wide*float64(from), right: c.left + wide*float64(gap[0]), where: c.where})
			}
			from = gap[1]
		}
	}
	return cut
}

// joined lists names as a sentence does: "a, b and c".
func joined(names []string, word string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " " + word + " " + names[last]
}

// struckAt says whether a value of the line is crossed out, or a part of it.
func (l line) struckAt(value string) bool {
	return slices.ContainsFunc(l.cells, func(c cell) bool {
		return c.struck != nowhere && (strings.Contains(c.text, value) || strings.Contains(value, c.text))
	})
}

// headNames are the names that the head of a column has, in one language or two.
func (c cell) headNames() []string {
	names := []string{c.name}
	if strings.Contains(c.text, "/") && len(c.text) <= 60 {
		for part := range strings.SplitSeq(c.text, "/") {
			names = append(names, label.Normal(part))
		}
	}
	return names
}

// ofHead says that a label is one of the order's head.
func (c cell) ofHead() bool {
	return slices.ContainsFunc(c.labels, func(l label.Label) bool { return !slices.Contains([]label.Field{label.Seller, label.Unused}, l.Field) })
}

// namesCustomer says that a label is one that no seller has. A contact may be the seller's, too.
func (c cell) namesCustomer() bool {
	return slices.ContainsFunc(c.labels, func(l label.Label) bool {
		return slices.Contains([]label.Field{label.Company, label.CustomerName, label.CustomerID, label.AccountID, label.Account, label.BillTo}, l.Field) || buying[label.Normal(l.Label)]
	})
}
