package format

import (
	"cmp"
	"math"
	"slices"
	"unicode"
	"unicode/utf16"

	"mozybot/provision/orderfile/document"
)

// glyph is a character on a page. Places grow to the right and downwards.
type glyph struct {
	r                        rune
	left, right, top, bottom float64    // of the room that its font gives it
	base                     float64    // where it stands: the same for all of a line
	size                     float64    // of its font; 0 where nothing is shown
	parted                   bool       // it begins another piece of text than the character before
	turn                     float64    // in radians; writing from left to right has 0
	piece                    [2]float64 // where its piece of text begins: it tells pieces apart
	painted                  paint
	joined                   bool // it is a mark of what stands before it, whatever room there is between
	apart                    bool // it is marked as none of the page's text
	watermark                bool // it is faint and far larger than most of its page, or set apart amid its text
	marks                    document.Marks
}

// crossOut marks the letters that a line runs through, which are neither over nor under it.
func crossOut(glyphs, rules []glyph) {
	slices.SortFunc(rules, func(a, b glyph) int { return cmp.Compare(a.top, b.top) })
	for i := range glyphs {
		g := &glyphs[i]
		em := g.em()
		from, _ := slices.BinarySearchFunc(rules, g.base-0.5*em, func(r glyph, top float64) int { return cmp.Compare(r.top, top) })
		for _, r := range rules[from:] {
			if r.bottom > g.base-0.12*em {
				break
			}
			if middle := (g.left + g.right) / 2; g.turn == 0 && r.left < middle && middle < r.right {
				g.marks |= document.Struck
				break
			}
		}
	}
}

// strikeOut marks the letters in places that were struck out.
func strikeOut(glyphs, places []glyph) {
	for i := range glyphs {
		if slices.ContainsFunc(places, glyphs[i].within) {
			glyphs[i].marks |= document.Struck
		}
	}
}

func (g glyph) em() float64 { return g.size }

// word is what has no space within.
type word struct {
	spaced                bool // a space was written before it
	text                  string
	left, right, base, em float64
	seams                 []pieceSeam
	marks                 document.Marks
	cuts                  []int // where in the text it goes on and nobody can see it, or tell it from another
}

// pieceSeam is where another piece of text begins within a word.
type pieceSeam struct {
	at   int // in the word's text
	left float64
}

// cellGap is room in em that no word space has: a space of a typewriter's font takes 0.53.
const cellGap = 0.75

// paperEdge is the room in em that any writing leaves to the edge of the paper, unless it runs off.
const paperEdge = 0.25

// columnReach is how far away in em an entry shows where a column begins.
const columnReach = 15

// leastSpace is less room in em than any word space takes, be its line as tight as can be.
const leastSpace = 0.08

// wordGap is the room that parts a word from the one before even where no space was written.
func (g glyph) wordGap() float64 {
	if g.parted {
		return 0.03 * g.em()
	}
	return 0.13 * g.em()
}

// lines puts the page's characters back into the lines and cells that a reader sees on its paper.
func (p printed) lines(page int) []document.Line {
	glyphs, paper, quarters := upright(p.glyphs, p.paper)
	raise(glyphs)
	for _, f := range p.fields {
		f.area = f.area.turned(quarters)
		glyphs = f.fill(glyphs)
	}
	slices.SortStableFunc(glyphs, func(a, b glyph) int { return cmp.Compare(a.base, b.base) })
	var rows [][]word
	for len(glyphs) > 0 {
		first := glyphs[0]
		n := 1
		for n < len(glyphs) && glyphs[n].base-first.base <= 0.35*min(first.em(), glyphs[n].em()) {
			n++
		}
		if words := wordsOf(glyphs[:n]); len(words) > 0 && words[0].left < paper.right {
			rows = append(rows, words)
		}
		glyphs = glyphs[n:]
	}
	begins, seams, letters := math.Inf(1), 0, 0
	for _, words := range rows {
		begins = min(begins, words[0].left)
		for _, w := range words {
			seams += len(w.seams)
			letters += len(w.text)
		}
	}
	oneByOne := 10*seams > letters // so a program places them, and seams tell nothing
	starts := columns(rows)
	lines := make([]document.Line, 0, len(rows))
	for i := range rows {
		l := document.Line{Page: page, Number: i + 1, Top: rows[i][0].base, Margin: document.Margins{Left: begins, Right: paper.right - (begins - paper.left)}}
		for j, w := range rows[i] {
			l.Em = max(l.Em, w.em)
			if n := overlaid(rows, starts, i, j); n > 0 && !oneByOne {
				w.cuts = append(w.cuts, n)
			}
			if w.right > paper.right-paperEdge*w.em {
				w.cuts = append(w.cuts, len(w.text))
			}
			if starts[i][j] {
				l.Cells = append(l.Cells, document.Cell{Spans: w.spans(nil), Left: w.left, Right: w.right})
				continue
			}
			last := &l.Cells[len(l.Cells)-1]
			last.Spans, last.Right = w.spans(last.Spans), w.right
		}
		lines = append(lines, l)
	}
	return lines
}

// spans appends the word to those before it in its cell.
func (w word) spans(before document.Spans) document.Spans {
	marks := w.marks
	if len(before) > 0 {
		between := marks & before[len(before)-1].Marks & document.Struck
		before = before.Add(" ", between)
	}
	slices.Sort(w.cuts)
	from := 0
	for _, at := range slices.Compact(w.cuts) {
		before = before.Add(w.text[from:at], marks).Add("", document.Cut)
		from = at
	}
	if from < len(w.text) || from == 0 {
		before = before.Add(w.text[from:], marks)
	}
	return before
}

// overlaid finds where in a word the text of one column ends because that of the next covers the rest, as a spreadsheet
// does with what is wider than its column: another piece of text begins in line with a column nearby. It is 0 where none
// does.
func overlaid(rows [][]word, starts [][]bool, i, j int) int {
	w := rows[i][j]
	if len(w.seams) != 1 {
		return 0
	}
	for n := range rows {
		if math.Abs(rows[n][0].base-w.base) > columnReach*w.em {
			continue
		}
		for k, other := range rows[n] {
			if k > 0 && starts[n][k] && math.Abs(other.left-w.seams[0].left) < 0.03*w.em {
				return w.seams[0].at
			}
		}
	}
	return 0
}

// upright turns a page that is written sideways, and drops what stands at another angle than most of it: stamps, notes
// in the margin. It says by how many quarters the page was turned.
func upright(glyphs []glyph, paper glyph) ([]glyph, glyph, int) {
	quarter := func(g glyph) int { return (int(math.Round(g.turn*2/math.Pi))%4 + 4) % 4 }
	var votes [4]int
	for _, g := range glyphs {
		if !g.slanted() {
			votes[quarter(g)]++
		}
	}
	most := slices.Index(votes[:], slices.Max(votes[:]))
	kept := make([]glyph, 0, len(glyphs))
	for _, g := range glyphs {
		if g.right > g.left && !g.slanted() && !g.apart && quarter(g) == most {
			kept = append(kept, g.turned(most))
		}
	}
	return kept, paper.turned(most), most
}

// slanted says that a character stands neither level nor upright.
func (g glyph) slanted() bool {
	off := math.Mod(math.Abs(g.turn)*2/math.Pi, 1)
	return min(off, 1-off) > 0.02
}

// wordsOf joins the characters of one line.
func wordsOf(glyphs []glyph) []word {
	slices.SortStableFunc(glyphs, func(a, b glyph) int { return cmp.Compare(a.left, b.left) })
	var words []word
	spaced := false
	var piece [2]float64 // of the letter before
	for i, g := range glyphs {
		if unicode.IsSpace(g.r) {
			spaced = true
			continue
		}
		if n := len(words); n > 0 && g.left-words[n-1].right < leastSpace*g.em() {
			spaced = false // what was written after it was moved back over it
		}
		text := string(g.r)
		if utf16.IsSurrogate(g.r) { // PDFium hands such a character over in halves
			if i+1 == len(glyphs) || utf16.DecodeRune(g.r, glyphs[i+1].r) == unicode.ReplacementChar {
				continue
			}
			text = string(utf16.DecodeRune(g.r, glyphs[i+1].r))
		}
		if plain, ok := ligatures[g.r]; ok {
			text = plain
		}
		if g.r == symbolBullet {
			text = "•"
		}
		if n := len(words); n > 0 && (g.marks|words[n-1].marks)&boxes != 0 {
			spaced = true
		}
		if len(words) == 0 || !g.joined && (spaced || g.left-words[len(words)-1].right > g.wordGap()) {
			words = append(words, word{spaced: spaced, text: text, left: g.left, right: g.right, base: g.base, em: g.em()})
		} else {
			last := &words[len(words)-1]
			if g.overprints(glyphs[i-1], last.right) {
				last.cuts = append(last.cuts, len(last.text))
			} else if g.piece != piece {
				last.seams = append(last.seams, pieceSeam{len(last.text), g.left})
			}
			last.text += text
			last.right, last.em = max(last.right, g.right), max(last.em, g.em())
		}
		words[len(words)-1].marks |= g.marks
		spaced, piece = false, g.piece
	}
	return words
}

// boxes are the marks of what is a word of its own.
const boxes = document.Checked | document.Unchecked

// overprints says that a letter stands over another one, as where a spreadsheet's entries are wider than their columns.
func (g glyph) overprints(before glyph, right float64) bool {
	return right-g.left > 0.25*g.em() && g.piece != before.piece && g.r != before.r && unicode.IsLetter(g.r) && unicode.IsLetter(before.r)
}

// symbolBullet begins the items of a list in Word, which takes it from a font of its own.
const symbolBullet = '\uf0b7'

// ligatures are letters that fonts join and people do not.
var ligatures = map[rune]string{'ﬀ': "ff", 'ﬁ': "fi", 'ﬂ': "fl", 'ﬃ': "ffi", 'ﬄ': "ffl", 'ﬅ': "st", 'ﬆ': "st"}

// columns says of every word whether it starts a cell. Clear room before it says so; and so does a space that was not
// written, on a page that writes its spaces. Where they are not written (TeX, troff, some fonts of browsers move on
// instead), more room than words usually have says so, or a little more in line with the lines above and below; where
// few are not, being in line with such others does.
func columns(rows [][]word) [][]bool {
	starts := make([][]bool, len(rows))
	var spaced, moved []float64 // room before words, with a space or without
	for i, words := range rows {
		starts[i] = make([]bool, len(words))
		for j, w := range words {
			switch {
			case j == 0 || w.after(words[j-1]) > cellGap:
				starts[i][j] = true
			case w.spaced:
				spaced = append(spaced, w.after(words[j-1]))
			default:
				moved = append(moved, w.after(words[j-1]))
			}
		}
	}
	usual := median(spaced)
	if len(spaced) < len(moved)/4 {
		usual = median(moved)
	}
	insteadOfSpaces := 0
	for _, gap := range moved {
		if math.Abs(gap-usual) < 0.15*usual {
			insteadOfSpaces++
		}
	}
	written := 20*insteadOfSpaces <= len(spaced)
	for i, words := range rows {
		for j, w := range words {
			if starts[i][j] || w.spaced {
				continue
			}
			gap := w.after(words[j-1])
			starts[i][j] = written || gap > 1.6*usual && gap > 1.35*stretched(words) || gap > 1.25*usual && inLine(rows, i, j, 1, whatever) ||
				len(spaced) > 3*len(moved) && inLine(rows, i, j, 2, moving)
		}
	}
	return starts
}

func median(values []float64) float64 {
	if len(values) == 0 {
		return 0
	}
	slices.Sort(values)
	return values[len(values)/2]
}

// after is the room between two words, in em.
func (w word) after(before word) float64 { return (w.left - before.right) / min(w.em, before.em) }

// stretched is the usual room between the words of a line that was stretched to the width of its column, 0 where they
// are too few to tell.
func stretched(words []word) float64 {
	if len(words) < 5 {
		return 0
	}
	var gaps []float64
	for j := 1; j < len(words); j++ {
		gaps = append(gaps, words[j].after(words[j-1]))
	}
	return median(gaps)
}

// inLine says whether some lines nearby have a gap whose left or right side stands where that before word j of row i does.
// Gaps count before those words that may be compared.
func inLine(rows [][]word, i, j, some int, compared func(word) bool) bool {
	before, w := rows[i][j-1], rows[i][j]
	for n := max(0, i-4); n < min(len(rows), i+5); n++ {
		if n == i || math.Abs(rows[n][0].base-w.base) > 5*w.em {
			continue
		}
		for k := 1; k < len(rows[n]); k++ {
			off := min(math.Abs(rows[n][k].left-w.left), math.Abs(rows[n][k].right-w.right), math.Abs(rows[n][k-1].right-before.right))
			if off < 0.06*w.em && compared(rows[n][k]) {
				some--
				break
			}
		}
		if some == 0 {
			return true
		}
	}
	return false
}

func whatever(word) bool { return true }

// moving says that no space was written before a word: on a page that writes its spaces, it begins a piece of text.
func moving(w word) bool { return !w.spaced }

// turned is g on a page that was turned back by so many quarters, which PDFium counts clockwise.
func (g glyph) turned(quarters int) glyph {
	switch quarters {
	case 1:
		g.left, g.right, g.top, g.bottom = g.top, g.bottom, -g.right, -g.left
	case 2:
		g.left, g.right, g.top, g.bottom = -g.right, -g.left, -g.bottom, -g.top
	case 3:
		g.left, g.right, g.top, g.bottom = -g.bottom, -g.top, g.left, g.right
	}
	if quarters != 0 {
		g.base = g.bottom
	}
	return g
}
