package page

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"mozybot/provision/orderfile/extract/label"
	"mozybot/provision/orderfile/extract/lexicon"
	"mozybot/provision/orderfile/extract/values"
)

// run is a value on its way through the lines that it takes.
type run struct {
	at    int // index of the line in hand
	cell  Cell
	text  string
	label *Cell   // on its left; nil where it stands above, or in the value's own cell
	edge  float64 // Where the next column begins; 0 where that is told by nothing but its line
	pitch float64 // from a label above to the value; else 0
}

// Unwrapped is a value that ends the text of a cell, with the lines that it runs on to.
func (d Page) Unwrapped(i int, c Cell, value string) string {
	return unwrapped(d, run{at: i, cell: c, text: value})
}

// Unwrapped is a value with the lines under it that it runs on to: because of the way it ends, or because the next word
// had no room beside it.
func unwrapped(d Page, r run) string {
	first := r.cell
	if after := nextLeft(d.Lines[r.at], first); after > 0 && (r.edge == 0 || after < r.edge) {
		r.edge = after
	}
	for !strings.Contains(strings.TrimSuffix(r.text, values.Cut), values.Cut) { // else more would only blur what is doubtful already
		at, next, ok := r.below(d, first.Left)
		if !ok {
			if at, next, ok = r.atMargin(d); !ok {
				return r.text
			}
			r.text += values.Broken + next.Text
			r.at, r.cell = at, next
			continue
		}
		whole := r.text
		r.text = strings.TrimSuffix(r.text, values.Cut)
		switch {
		case strings.HasSuffix(r.text, "@"), strings.HasSuffix(r.text, "-") && !beginsLow(next.Text):
			r.text += next.Text
		case strings.HasSuffix(r.text, "-"):
			r.text += values.Broken + next.Text // a compound, or a word that was parted
		case strings.HasSuffix(r.text, " &"), goesOnAfter.MatchString(r.text):
			r.text += " " + next.Text
		case d.Lines[at].Page > 0 && !r.fits(d, next):
			r.text += seam(r.cell, next) + next.Text
		default:
			return whole
		}
		r.at, r.cell = at, next
	}
	return r.text
}

// goesOnAfter is a word that ends no name.
var goesOnAfter = lexicon.Compile(`(?i) (?:and|und|et|y|of|the|for|de|von)$`)

func nextLeft(l Line, c Cell) float64 {
	for _, other := range l.Cells {
		if other.Left > c.right {
			return other.Left
		}
	}
	return 0
}

// below finds what stands next under the value in its column. Lines of other columns may stand between: those of an
// entry beside it that has more.
func (r run) below(d Page, left float64) (int, Cell, bool) {
	l := d.Lines[r.at]
	for n := r.at + 1; n < len(d.Lines); n++ {
		b := d.Lines[n]
		if b.Page != l.Page || b.Top-l.Top > 1.75*l.Em {
			break
		}
		at := slices.IndexFunc(b.Cells, func(c Cell) bool { return math.Abs(c.Left-left) < l.Em/4 && !c.LabelLike })
		if at < 0 {
			if slices.ContainsFunc(b.Cells, func(c Cell) bool { return c.LabelLike || c.Overlaps(r.cell) }) {
				break
			}
			continue
		}
		if at > 0 && b.Cells[at-1].LabelLike && (r.label == nil || b.Cells[at-1].Under(*r.label, l.Em)) {
			break
		}
		if len(l.Cells) > 1 && len(b.Cells) >= len(l.Cells) && (r.pitch == 0 || b.Top-l.Top > 0.95*r.pitch) {
			break // a row of its own
		}
		if r.label != nil && n+1 < len(d.Lines) && r.beginsNext(d.Lines[n+1], b.Top-l.Top, b.Top) {
			break // it stands around the middle of its label
		}
		return n, b.Cells[at], true
	}
	return 0, Cell{}, false
}

// atMargin finds what a value goes on with at the left margin, where its line is full: programs that print plain text
// know no columns, and part lines anywhere.
func (r run) atMargin(d Page) (int, Cell, bool) {
	l := d.Lines[r.at]
	if l.Page == 0 || r.at+1 >= len(d.Lines) || l.Cells[len(l.Cells)-1].right > r.cell.right {
		return 0, Cell{}, false
	}
	b := d.Lines[r.at+1]
	next := b.Cells[0]
	if !b.Follows(l) || len(b.Cells) > 1 || next.LabelLike || next.Left-l.margin.Left > l.Em/4 || r.cell.right+firstWord(next) < l.margin.Right {
		return 0, Cell{}, false
	}
	return r.at + 1, next, true
}

// beginsNext says that a line holds a label in the column of the value's own, and is closer to what stands above it
// than that is to the value.
func (r run) beginsNext(l Line, room, top float64) bool {
	return l.Top-top < 0.9*room && slices.ContainsFunc(l.Cells, func(c Cell) bool { return c.LabelLike && c.Under(*r.label, l.Em) })
}

func beginsLow(s string) bool {
	first, _ := utf8.DecodeRuneInString(s)
	return unicode.IsLower(first)
}

// fits says whether the first word of what stands below would have fitted behind the value on its line.
func (r run) fits(d Page, next Cell) bool {
	l := d.Lines[r.at]
	edge := d.edges[l.Page]
	if r.edge > 0 {
		edge = min(edge, r.edge-l.Em) // columns have some room between them
	}
	return r.cell.right+0.5*l.Em+firstWord(next) < edge
}

// firstWord is about how wide the first word of a cell is.
func firstWord(c Cell) float64 {
	word, _, _ := strings.Cut(c.Text, " ")
	return (c.right - c.Left) * float64(len(word)) / float64(len(c.Text))
}

// seam is what may stand between two lines of a value. Where all characters are equally wide, a program may have
// broken a line within a word.
func seam(above, below Cell) string {
	wide := func(c Cell) float64 { return (c.right - c.Left) / float64(len([]rune(c.Text))) }
	if math.Abs(wide(above)-wide(below)) < 0.01*wide(above) {
		return values.Broken
	}
	return values.Wrapped
}

// begun is a value with what stands above it, where that ends in a way that it must go on, or where the label stands
// beside the middle of three lines.
func begun(d Page, i int, c Cell, text string) string {
	l := d.Lines[i]
	for n := i - 1; n >= 0 && d.Lines[n].Page == l.Page && l.Top-d.Lines[n].Top <= 2*l.Em; n-- {
		for _, above := range d.Lines[n].Cells {
			if math.Abs(above.Left-c.Left) > l.Em/4 {
				continue
			}
			if strings.HasSuffix(above.Text, "-") {
				return above.Text + text
			}
			if strings.HasSuffix(above.Text, " &") {
				return above.Text + " " + text
			}
		}
	}
	if l.Page == 0 || i == 0 || i+1 >= len(d.Lines) || text == c.Text {
		return text
	}
	up, down := d.Lines[i-1], d.Lines[i+1]
	distance := down.Top - l.Top
	if len(up.Cells) != 1 || up.Page != l.Page || math.Abs(l.Top-up.Top-distance) > 0.1*l.Em ||
		math.Abs(up.Cells[0].Left-c.Left) > l.Em/4 || up.Cells[0].LabelLike ||
		i > 1 && d.Lines[i-2].Page == l.Page && up.Top-d.Lines[i-2].Top < 1.05*distance {
		return text
	}
	return up.Cells[0].Text + seam(up.Cells[0], c) + text
}

// labelEnds are the words that long labels end with where they do not fit on one line.
var labelEnds = []string{"name", "id", "number", "person", "address"}

var (
	// beginsProduct are the first lines of a product's name that needs several, and wholeProduct all.
	beginsProduct = lexicon.Compile(`(?i)^(?:\d[\d.,]* ?GB(?: storage)?|cloud|cloud server)$`)
	wholeProduct  = lexicon.Of("wholeProduct")
)

// joinLabels puts labels of a page together that stand on two lines: "Account" above "Name:", and products' names.
func (d Page) joinLabels(heads func(Line) bool) {
	inTable := false // item tables put their rows together themselves
	for i := range d.Lines {
		if !inTable && d.Lines[i].Page > 0 {
			inTable = heads(d.Lines[i])
		}
		for j := 0; j < len(d.Lines[i].Cells); j++ {
			if n, k := d.labelEnd(i, j, inTable); n > 0 {
				d.joinLabel(i, j, n, k)
				j--
			}
		}
	}
}

// labelEnd finds the line and cell that the label in cell j of line i goes on in, 0 where it does not.
func (d Page) labelEnd(i, j int, inTable bool) (int, int) {
	l := d.Lines[i]
	c := l.Cells[j]
	isLabel := c.Asks() && !strings.ContainsAny(c.Text, ":=")
	if l.Page == 0 || !isLabel && (inTable || !beginsProduct.MatchString(c.Text)) {
		return 0, 0
	}
	reach := 1.7 * l.Em
	if !isLabel {
		reach = 3 * l.Em // of a name, the lines between are joined already
	}
	for n := i + 1; n < min(len(d.Lines), i+3); n++ {
		below := d.Lines[n]
		if below.Page != l.Page || below.Top-l.Top > reach {
			break
		}
		for k, b := range below.Cells {
			if b.Distance(c) > l.Em/4 {
				continue
			}
			if name := c.Text + " " + b.Text; !isLabel {
				if min(len(l.Cells), len(below.Cells)) == 1 && (wholeProduct.MatchString(name) || beginsProduct.MatchString(name)) {
					return n, k
				}
				return 0, 0
			}
			if !slices.Contains(labelEnds, label.Normal(b.Text)) {
				continue
			}
			twoRows := n == i+1 && valued(l, j) && valued(below, k) && !strings.HasSuffix(b.Text, ":")
			if _, ok := label.Of(c.Text + " " + b.Text); ok && !twoRows {
				return n, k
			}
		}
	}
	return 0, 0
}

// valued says that something else than a label stands beside a cell.
func valued(l Line, j int) bool { return j+1 < len(l.Cells) && !l.Cells[j+1].LabelLike }

// joinLabel puts a label together on the line that its value begins on, or the one between.
func (d Page) joinLabel(i, j, n, k int) {
	c, end := d.Lines[i].Cells[j], d.Lines[n].Cells[k]
	at := i
	if n > i+1 && len(d.Lines[i+1].Cells) > 0 {
		at = i + 1
	}
	c.Text += " " + end.Text
	c.Left, c.right = min(c.Left, end.Left), max(c.right, end.right)
	c.read()
	d.Lines[n].Cells = slices.Delete(d.Lines[n].Cells, k, k+1)
	d.Lines[i].Cells = slices.Delete(d.Lines[i].Cells, j, j+1)
	before, _ := slices.BinarySearchFunc(d.Lines[at].Cells, c.Left, func(o Cell, left float64) int { return cmp.Compare(o.Left, left) })
	d.Lines[at].Cells = slices.Insert(d.Lines[at].Cells, before, c)
}
