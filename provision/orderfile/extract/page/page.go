// Package page has a document with its labels found, its rows put together and its letters without their signatures, and says what
// stands behind, beside and under what.
//
// It gives no meaning to a value; what all of it makes is for package extract to say.
package page

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"mozybot/provision"
	"mozybot/provision/orderfile/document"
	"mozybot/provision/orderfile/extract/label"
	"mozybot/provision/orderfile/extract/lexicon"
	"mozybot/provision/orderfile/extract/values"
	"mozybot/provision/spelling"
)

// Page is a document on its way through the analysis.
type Page struct {
	Lines    []Line
	Lacks    []string
	Names    []string
	Stamps   []string
	Buttons  []string
	Notes    []document.Note // what people wrote beside the text
	Letter   bool            // a person wrote it to another
	Received time.Time       // when it came, where that is known
	edges    map[int]float64 // how far the writing of each page reaches

	Own       int             // how many lines stand before what a printed conversation quotes; all where it quotes nothing
	Signature []Line          // what stands under the sign-off
	Sender    document.Sender // of a letter, where its mail says it
}

// Line is a line of the document with its cells prepared.
type Line struct {
	Part   string
	Page   int
	Number int
	Top    float64
	Em     float64
	Cells  []Cell
	margin document.Margins
	Grid   bool
	where  string
	Head   bool // it is the head of an item table

	Footnote bool // it begins with the mark of a footnote that is said of an item, or of what may be one
}

// Cell is a cell of the document as it is read: its text, and the labels in it.
type Cell struct {
	Text        string // no line breaks, no room at its ends, never ""
	Left, right float64
	where       string

	Struck    Extent        // how much of it is crossed out
	Standing  string        // what is left of it then, "" unless a part is
	Name      string        // its text as a label or a head, after label.Normal
	Told      string        // of a head whose word is not known: what stands below it tells that it is called so
	Labels    []label.Label // those in it
	LabelLike bool          // it is a label or holds one, ours or not: no value of another
	Product   bool          // it names a product that the runbook knows
	storage   bool          // and that is storage
}

// Spot is where something stands, and the words that stand there.
type Spot struct{ Where, Words string }

// String is where, as a sentence says it.
func (s Spot) String() string { return s.Where }

// maxWords bounds what is kept of the words, in characters: an order is stored and sent with them.
const maxWords = 120

// Source is the spot in the form that an order keeps.
func (s Spot) Source() provision.Source { return Source(s.Where, s.Words) }

// Source is where something stands, and no more of its words than an order keeps.
func Source(where, words string) provision.Source {
	if all := []rune(words); len(all) > maxWords {
		words = string(all[:maxWords-1]) + "…"
	}
	return provision.Source{Where: where, Words: words}
}

// Place names a line as a person would look for it.
func (l Line) Place() Spot {
	where := fmt.Sprintf("line %d", l.Number)
	switch {
	case l.where != "":
		where = l.where
	case l.Page > 0:
		where = fmt.Sprintf("page %d, %s", l.Page, where)
	}
	if l.Part != "" {
		where = l.Part + ", " + where
	}
	return Spot{where, l.Text()}
}

// PlaceOf names the cell of a line that holds a value, where cells have names.
func (l Line) PlaceOf(value string) Spot {
	s := l.Place()
	at := slices.IndexFunc(l.Cells, func(c Cell) bool { return values.Clean(c.Text) == value })
	if at < 0 {
		at = slices.IndexFunc(l.Cells, func(c Cell) bool { return strings.Contains(c.Text, value) })
	}
	if at >= 0 && l.Cells[at].where != "" {
		l.where = l.Cells[at].where
		s.Where = l.Place().Where
	}
	return s
}

// HasLabel says that one of the page's labels is such.
func (d Page) HasLabel(such func(label.Label) bool) bool {
	return slices.ContainsFunc(d.Lines, func(l Line) bool {
		return slices.ContainsFunc(l.Cells, func(c Cell) bool { return slices.ContainsFunc(c.Labels, such) })
	})
}

// Text is all of the line's.
func (l Line) Text() string {
	if len(l.Cells) == 1 {
		return l.Cells[0].Text
	}
	var b strings.Builder
	for i, c := range l.Cells {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(c.Text)
	}
	return b.String()
}

// Product says that a line names one, also over several cells.
func (l Line) Product() bool {
	return slices.ContainsFunc(l.Cells, func(c Cell) bool { return c.Product }) || len(l.Cells) > 1 && product.MatchString(l.Text())
}

// NamesStorage says that a line calls storage by its name, also over several cells.
func (l Line) NamesStorage() bool {
	return slices.ContainsFunc(l.Cells, func(c Cell) bool { return c.storage }) || len(l.Cells) > 1 && storageName.MatchString(l.Text())
}

// Of prepares a document: rows are put together, cells cut where frames part them, and labels found.
func Of(d document.Document, heads func(Line) bool) Page {
	written := d.Lines
	if d.Letter {
		d = withoutCard(withoutSignature(d))
	}
	p := Page{Lacks: d.Lacks, Stamps: d.Stamps, Names: d.Names, Buttons: d.Buttons, Notes: d.Notes, Letter: d.Letter, Received: d.Received, Sender: d.Sender}
	for _, l := range joinedRows(d.Lines, heads) {
		if read := lineOf(l); len(read.Cells) > 0 { // else nothing in it is seen
			p.Lines = append(p.Lines, read)
		}
	}
	p.takeFootnotes()
	p.dropSellersColumns()
	p.joinLabels(heads)
	p.labelBareLines()
	p.Lines = slices.DeleteFunc(p.Lines, func(l Line) bool { return len(l.Cells) == 0 })
	p.dropTerms(heads)
	p.edges = map[int]float64{}
	for i, l := range p.Lines {
		p.Lines[i].Head = heads(l)
		p.edges[l.Page] = max(p.edges[l.Page], l.Cells[len(l.Cells)-1].right)
	}
	p.Own = ownLines(p.Lines)
	if d.Letter {
		p.Signature = cutOff(written, d.Lines)
	}
	if p.Signature == nil {
		p.Signature = signatureOf(p.Lines, p.Lines[:p.Own], d.Sender)
	}
	return p
}

func lineOf(l document.Line) Line {
	read := Line{Part: l.Part, Page: l.Page, Number: l.Number, Top: l.Top, Em: l.Em, margin: l.Margin, Grid: l.Grid, where: l.Where}
	for _, c := range l.Cells {
		cell := Cell{Text: written(c.Spans), Struck: struckOf(c.Spans), Left: c.Left, right: c.Right, where: c.Where}
		if cell.Struck == Partly {
			cell.Standing = strings.TrimSpace(written(slices.DeleteFunc(slices.Clone(c.Spans), func(s document.Span) bool { return s.Marks&document.Struck != 0 })))
		}
		read.Cells = append(read.Cells, cell)
	}
	if l.Page > 0 {
		read.Cells = unframed(read.Cells)
	}
	for j := range read.Cells {
		c := &read.Cells[j]
		c.Text = withoutRules(seen(c.Text))
		if value := strings.TrimLeft(c.Text, ":： "); j > 0 && value != "" { // the colon is the label's before
			c.Text = value
		}
		c.Text = leader.ReplaceAllString(c.Text, "")
		c.prepare()
	}
	read.Cells = slices.DeleteFunc(read.Cells, func(c Cell) bool { return c.Text == "" })
	return read
}

// prepare finds what the analysis has to know of the cell's text.
func (c *Cell) prepare() {
	c.read()
	c.LabelLike = c.Labels != nil || label.UnknownLabel.MatchString(c.Text) || label.FieldName.MatchString(c.Text)
}

// read finds the labels and products in the cell's text.
func (c *Cell) read() {
	c.Name = label.Normal(c.Text)
	c.Labels = label.ScanNamed(c.Text, c.Name)
	c.storage = storageName.MatchString(c.Text)
	c.Product = c.storage || licenseName.MatchString(c.Text)
}

// Extent is how much of a text something is true of.
type Extent int

const (
	Nowhere Extent = iota
	Partly
	Whole
)

// With is how much of two texts together it is true of.
func (e Extent) With(other Extent) Extent {
	if e == other {
		return e
	}
	return Partly
}

// struckOf is how much of a text is crossed out, but for its blanks.
func struckOf(spans document.Spans) Extent {
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
		return Whole
	case some:
		return Partly
	}
	return Nowhere
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
	return overdrawn.ReplaceAllString(spelling.Clean(turned.ReplaceAllString(s, "\uFFFD$1")), "\uFFFD")
}

// turned is what makes readers see the letters behind it in another order, and overdrawn what crosses out the one before it: what is
// read there is not what is written.
var (
	turned    = lexicon.Compile(`[\x{202D}\x{202E}]+([^\s\x{202C}])`)
	overdrawn = lexicon.Compile(`[\x{335}-\x{338}\x{20D2}\x{20D3}\x{20E5}\x{20EB}]+`)
)

// underlined is a line to write on where it touches the words that stand on it: "__26__".
var underlined = lexicon.Compile(`(^|[\s:=(])_{2,}([\pL\pN(+])|([\pL\pN.)])_{2,}($|[\s,;)])`)

// bold is how Markdown sets words.
var bold = lexicon.Compile(`\*\*([^*]+)\*\*`)

// starred is how chats set them, all of a line or its label.
var starred = lexicon.Compile(`^\*([^*\s][^*]*)\*($|[: ])`)

// pictured is a small picture before a label.
var pictured = lexicon.Compile(`^(?:[\x{1F300}-\x{1F5F8}\x{1F5FA}-\x{1FAFF}]\x{FE0F}? *)+([\pL*])`)

// withoutRules takes off a text the lines to write on, and the marks of bold type. A line that is left blank stays.
func withoutRules(text string) string {
	if strings.HasPrefix(text, "\xf0") {
		text = pictured.ReplaceAllString(text, "$1")
	}
	if strings.HasPrefix(text, "*") {
		text = starred.ReplaceAllString(text, "$1$2")
	}
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
func unframed(cells []Cell) []Cell {
	var cut []Cell
	for _, c := range cells {
		gaps := frame.FindAllStringIndex(c.Text, -1)
		if gaps == nil {
			cut = append(cut, c)
			continue
		}
		wide, from := (c.right-c.Left)/float64(len(c.Text)), 0
		for _, gap := range append(gaps, []int{len(c.Text), len(c.Text)}) {
			if piece := c.Text[from:gap[0]]; !document.IsRuler(piece) {
				cut = append(cut, Cell{Text: piece, Struck: c.Struck, Left: c.Left + wide*float64(from), right: c.Left + wide*float64(gap[0]), where: c.where})
			}
			from = gap[1]
		}
	}
	return cut
}

// leader are dots that lead from a label to its value, all that is written between them.
var leader = lexicon.Compile(`^(?:\. )+\.? ?:$`)

// Listed lists names as a sentence does: "a, b and c".
func Listed(names []string, word string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " " + word + " " + names[last]
}

// StruckAt says whether a value of the line is crossed out, or a part of it.
func (l Line) StruckAt(value string) bool {
	return slices.ContainsFunc(l.Cells, func(c Cell) bool {
		return c.Struck != Nowhere && (strings.Contains(c.Text, value) || strings.Contains(value, c.Text))
	})
}

// HeadNames are the names that the head of a column has, in one language or two.
func (c Cell) HeadNames() []string {
	names := []string{c.Name}
	if c.Told != "" {
		names = []string{c.Told}
	}
	if strings.Contains(c.Text, "/") && len(c.Text) <= 60 {
		for part := range strings.SplitSeq(c.Text, "/") {
			names = append(names, label.Normal(part))
		}
	}
	if name := OfEachLine.ReplaceAllString(c.Name, ""); name != c.Name {
		names = append(names, name)
	}
	return names
}

// OfEachLine is how programs begin the heads of columns that are of an item and not of all of its order.
var OfEachLine = lexicon.Compile(`^(?:line ?items?|items|products|cart items?|order (?:lines?|items?|products?)) `)

// HeadText is what the head of a column says, or is told to be.
func (c Cell) HeadText() string { return cmp.Or(c.Told, c.Text) }

// Asks says that a cell is nothing but a label.
func (c Cell) Asks() bool { return len(c.Labels) == 1 && c.Labels[0].Value == "" }

// Announces says that a cell has one label, of such a field.
func (c Cell) Announces(f label.Field) bool { return len(c.Labels) == 1 && c.Labels[0].Field == f }

// OfHead says that a label is one of the order's head.
func (c Cell) OfHead() bool {
	return slices.ContainsFunc(c.Labels, func(l label.Label) bool { return !l.Is(label.Seller, label.Unused) })
}

// NamesCustomer says that a label is one that no seller has. A contact may be the seller's, too.
func (c Cell) NamesCustomer() bool {
	return slices.ContainsFunc(c.Labels, func(l label.Label) bool {
		return l.Is(label.Company, label.CustomerName, label.CustomerID, label.AccountID, label.Account, label.Buyer, label.BillTo) || l.Buys() || l.OfCustomer()
	})
}

// StruckThrough is how much of a line is crossed out.
func (l Line) StruckThrough() Extent {
	e := l.Cells[0].Struck
	for _, c := range l.Cells[1:] {
		e = e.With(c.Struck)
	}
	return e
}

var (
	product     = lexicon.Of("product")
	storageName = lexicon.Of("storageName")
	licenseName = lexicon.Of("licenseName")
	signOff     = lexicon.Of("signOff")
	simpleName  = lexicon.Of("simpleName")
)
