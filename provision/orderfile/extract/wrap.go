package extract

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
	cell  cell
	text  string
	label *cell   // on its left; nil where it stands above, or in the value's own cell
	edge  float64 // where the next column begins; 0 where that is told by nothing but its line
	pitch float64 // from a label above to the value; else 0
}

// unwrapped is a value with the lines under it that it runs on to: because of the way it ends, or because the next word
// had no room beside it.
func unwrapped(d page, r run) string {
	first := r.cell
	if after := nextLeft(d.lines[r.at], first); after > 0 && (r.edge == 0 || after < r.edge) {
		r.edge = after
	}
	for !strings.Contains(strings.TrimSuffix(r.text, values.Cut), values.Cut) { // else more would only blur what is doubtful already
		at, next, ok := r.below(d, first.left)
		if !ok {
			if at, next, ok = r.atMargin(d); !ok {
				return r.text
			}
			r.text += values.Broken + next.text
			r.at, r.cell = at, next
			continue
		}
		whole := r.text
		r.text = strings.TrimSuffix(r.text, values.Cut)
		switch {
		case strings.HasSuffix(r.text, "@"), strings.HasSuffix(r.text, "-") && !beginsLow(next.text):
			r.text += next.text
		case strings.HasSuffix(r.text, "-"):
			r.text += values.Broken + next.text // a compound, or a word that was parted
		case strings.HasSuffix(r.text, " &"), goesOnAfter.MatchString(r.text):
			r.text += " " + next.text
		case d.lines[at].page > 0 && !r.fits(d, next):
			r.text += seam(r.cell, next) + next.text
		default:
			return whole
		}
		r.at, r.cell = at, next
	}
	return r.text
}

// goesOnAfter is a word that ends no name.
var goesOnAfter = lexicon.Compile(`(?i) (?:and|und|et|y|of|the|for|de|von)$`)

func nextLeft(l line, c cell) float64 {
	for _, other := range l.cells {
		if other.left > c.right {
			return other.left
		}
	}
	return 0
}

// below finds what stands next under the value in its column. Lines of other columns may stand between: those of an
// entry beside it that has more.
func (r run) below(d page, left float64) (int, cell, bool) {
	l := d.lines[r.at]
	for n := r.at + 1; n < len(d.lines); n++ {
		b := d.lines[n]
		if b.page != l.page || b.top-l.top > 1.75*l.em {
			break
		}
		at := slices.IndexFunc(b.cells, func(c cell) bool { return math.Abs(c.left-left) < l.em/4 && !c.labelLike })
		if at < 0 {
			if slices.ContainsFunc(b.cells, func(c cell) bool { return c.labelLike || c.overlaps(r.cell) }) {
				break
			}
			continue
		}
		if at > 0 && b.cells[at-1].labelLike && (r.label == nil || b.cells[at-1].under(*r.label, l.em)) {
			break
		}
		if len(l.cells) > 1 && len(b.cells) >= len(l.cells) && (r.pitch == 0 || b.top-l.top > 0.95*r.pitch) {
			break // a row of its own
		}
		if r.label != nil && n+1 < len(d.lines) && r.beginsNext(d.lines[n+1], b.top-l.top, b.top) {
			break // it stands around the middle of its label
		}
		return n, b.cells[at], true
	}
	return 0, cell{}, false
}

// atMargin finds what a value goes on with at the left margin, where its line is full: programs that print plain text
// know no columns, and part lines anywhere.
func (r run) atMargin(d page) (int, cell, bool) {
	l := d.lines[r.at]
	if l.page == 0 || r.at+1 >= len(d.lines) || l.cells[len(l.cells)-1].right > r.cell.right {
		return 0, cell{}, false
	}
	b := d.lines[r.at+1]
	next := b.cells[0]
	if !b.follows(l) || len(b.cells) > 1 || next.labelLike || next.left-l.margin.Left > l.em/4 || r.cell.right+firstWord(next) < l.margin.Right {
		return 0, cell{}, false
	}
	return r.at + 1, next, true
}

// beginsNext says that a line holds a label in the column of the value's own, and is closer to what stands above it
// than that is to the value.
func (r run) beginsNext(l line, room, top float64) bool {
	return l.top-top < 0.9*room && slices.ContainsFunc(l.cells, func(c cell) bool { return c.labelLike && c.under(*r.label, l.em) })
}

func beginsLow(s string) bool {
	first, _ := utf8.DecodeRuneInString(s)
	return unicode.IsLower(first)
}

// fits says whether the first word of what stands below would have fitted behind the value on its line.
func (r run) fits(d page, next cell) bool {
	l := d.lines[r.at]
	edge := d.edges[l.page]
	if r.edge > 0 {
		edge = min(edge, r.edge-l.em) // columns have some room between them
	}
	return r.cell.right+0.5*l.em+firstWord(next) < edge
}

// firstWord is about how wide the first word of a cell is.
func firstWord(c cell) float64 {
	word, _, _ := strings.Cut(c.text, " ")
	return (c.right - c.left) * float64(len(word)) / float64(len(c.text))
}

// seam is what may stand between two lines of a value. Where all characters are equally wide, a program may have
// broken a line within a word.
func seam(above, below cell) string {
	wide := func(c cell) float64 { return (c.right - c.left) / float64(len([]rune(c.text))) }
	if math.Abs(wide(above)-wide(below)) < 0.01*wide(above) {
		return values.Broken
	}
	return values.Wrapped
}

// begun is a value with what stands above it, where that ends in a way that it must go on, or where the label stands
// beside the middle of three lines.
func begun(d page, i int, c cell, text string) string {
	l := d.lines[i]
	for n := i - 1; n >= 0 && d.lines[n].page == l.page && l.top-d.lines[n].top <= 2*l.em; n-- {
		for _, above := range d.lines[n].cells {
			if math.Abs(above.left-c.left) > l.em/4 {
				continue
			}
			if strings.HasSuffix(above.text, "-") {
				return above.text + text
			}
			if strings.HasSuffix(above.text, " &") {
				return above.text + " " + text
			}
		}
	}
	if l.page == 0 || i == 0 || i+1 >= len(d.lines) || text == c.text {
		return text
	}
	up, down := d.lines[i-1], d.lines[i+1]
	distance := down.top - l.top
	if len(up.cells) != 1 || up.page != l.page || math.Abs(l.top-up.top-distance) > 0.1*l.em ||
		math.Abs(up.cells[0].left-c.left) > l.em/4 || up.cells[0].labelLike ||
		i > 1 && d.lines[i-2].page == l.page && up.top-d.lines[i-2].top < 1.05*distance {
		return text
	}
	return up.cells[0].text + seam(up.cells[0], c) + text
}

// labelEnds are the words that long labels end with where they do not fit on one line.
var labelEnds = []string{"name", "id", "number", "person", "address"}

var (
	// beginsProduct are the first lines of a product's name that needs several, and wholeProduct all.
	beginsProduct = lexicon.Compile(`(?i)^(?:\d[\d.,]* ?GB(?: storage)?|cloud|cloud server)$`)
	wholeProduct  = lexicon.Of("wholeProduct")
)

// joinLabels puts labels of a page together that stand on two lines: "Account" above "Name:", and products' names.
func (d page) joinLabels() {
	inTable := false // item tables put their rows together themselves
	for i := range d.lines {
		if !inTable && d.lines[i].page > 0 {
			_, inTable = tableHead(d.lines[i])
		}
		for j := 0; j < len(d.lines[i].cells); j++ {
			if n, k := d.labelEnd(i, j, inTable); n > 0 {
				d.joinLabel(i, j, n, k)
				j--
			}
		}
	}
}

// labelEnd finds the line and cell that the label in cell j of line i goes on in, 0 where it does not.
func (d page) labelEnd(i, j int, inTable bool) (int, int) {
	l := d.lines[i]
	c := l.cells[j]
	isLabel := len(c.labels) == 1 && c.labels[0].Value == "" && !strings.ContainsAny(c.text, ":=")
	if l.page == 0 || !isLabel && (inTable || !beginsProduct.MatchString(c.text)) {
		return 0, 0
	}
	reach := 1.7 * l.em
	if !isLabel {
		reach = 3 * l.em // of a name, the lines between are joined already
	}
	for n := i + 1; n < min(len(d.lines), i+3); n++ {
		below := d.lines[n]
		if below.page != l.page || below.top-l.top > reach {
			break
		}
		for k, b := range below.cells {
			if b.distance(c) > l.em/4 {
				continue
			}
			if name := c.text + " " + b.text; !isLabel {
				if min(len(l.cells), len(below.cells)) == 1 && (wholeProduct.MatchString(name) || beginsProduct.MatchString(name)) {
					return n, k
				}
				return 0, 0
			}
			if !slices.Contains(labelEnds, label.Normal(b.text)) {
				continue
			}
			twoRows := n == i+1 && valued(l, j) && valued(below, k) && !strings.HasSuffix(b.text, ":")
			if _, ok := label.Of(c.text + " " + b.text); ok && !twoRows {
				return n, k
			}
		}
	}
	return 0, 0
}

// valued says that something else than a label stands beside a cell.
func valued(l line, j int) bool { return j+1 < len(l.cells) && !l.cells[j+1].labelLike }

// joinLabel puts a label together on the line that its value begins on, or the one between.
func (d page) joinLabel(i, j, n, k int) {
	c, end := d.lines[i].cells[j], d.lines[n].cells[k]
	at := i
	switch {
	case n > i+1 && len(d.lines[i+1].cells) > 0:
		at = i + 1
	case !valued(d.lines[i], j) && valued(d.lines[n], k):
		at = n
	}
	c.text += " " + end.text
	c.left, c.right = min(c.left, end.left), max(c.right, end.right)
	c.name, c.labels, c.product = label.Normal(c.text), label.Scan(c.text), product.MatchString(c.text)
	d.lines[n].cells = slices.Delete(d.lines[n].cells, k, k+1)
	d.lines[i].cells = slices.Delete(d.lines[i].cells, j, j+1)
	before, _ := slices.BinarySearchFunc(d.lines[at].cells, c.left, func(o cell, left float64) int { return cmp.Compare(o.left, left) })
	d.lines[at].cells = slices.Insert(d.lines[at].cells, before, c)
}
