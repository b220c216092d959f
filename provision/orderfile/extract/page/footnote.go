package page

import (
	"slices"
	"strings"

	"mozybot/provision/orderfile/extract/label"
	"mozybot/provision/orderfile/extract/lexicon"
)

// A footnote is a line that begins with a mark, and above it the same mark stands behind a word or a number. It is no part of
// that, and the line is said of it. A mark without such a line stays where it stands: it may be a power, or part of a name.

const (
	raisedNumber = `[⁰¹²³⁴-⁹]{1,2}`
	// noteMark is a mark that tells by itself, raised or in brackets.
	noteMark = `[([]?` + raisedNumber + `[)\]]?|\*{1,3}|[†‡§]{1,2}|\(\d{1,2}\)|\[\^?\d{1,2}\]`
)

var (
	// noteBegins is how the line of a footnote begins, or one whose mark has a column of its own. notePlain is one whose number
	// stands as high as its text.
	noteBegins = lexicon.Compile(`^(` + noteMark + `)(?:[).:]?\s*\pL|[).:]?\s+\S|$)`)
	notePlain  = lexicon.Compile(`^([1-9]\d?)(?:[).:]?\s+\pL|[).:]?$)`)
	noteLead   = lexicon.Compile(`^(?:` + noteMark + `|\d{1,2})[).:]?`)
	// refers are marks behind a word or a number.
	refers = lexicon.Compile(`([\pL\d)%"'’”.])((?: ?(?:\(\d{1,2}\)|\[\^?\d{1,2}\])| ?[([]?` + raisedNumber + `[)\]]?(?:, ?` + raisedNumber + `)*|\*{1,3}|[†‡§]{1,2})+)($|[\s,.;×x)/])`)
	mark   = lexicon.Compile(`\d{1,2}|` + raisedNumber + `|\*{1,3}|[†‡§]{1,2}`)
	// ofUnit is a unit whose powers are written so: "m²".
	ofUnit = lexicon.Compile(`(?i)(?:^|[\s\d/])(?:[kcdm]?m|ft|in|yd|sq)$`)
)

// markStarts are the characters that a mark begins with, but for brackets, which stand in many lines.
const markStarts = "*†‡§⁰¹²³⁴⁵⁶⁷⁸⁹"

// footnotes are the lines of a page's footnotes by their marks: "¹", "(1)", "*", and "1" for one that only begins with a number.
type footnotes map[string][]int

// takeFootnotes takes the marks of footnotes off what they stand behind, and marks the lines that are said of something else than
// the order's head.
func (d *Page) takeFootnotes() {
	if !slices.ContainsFunc(d.Lines, Line.hasMark) {
		return
	}
	notes := footnotes{}
	for i, l := range d.Lines {
		if key := l.noteKey(); key != "" {
			notes[key] = append(notes[key], i)
		}
	}
	for i, l := range d.Lines {
		for j, c := range l.Cells {
			if strings.ContainsAny(c.Text, markStarts+"([") && refers.MatchString(c.Text) {
				d.takeMarks(i, j, notes)
			}
		}
	}
	for i, l := range d.Lines {
		if l.Footnote {
			d.Lines[i] = l.withoutMark()
		}
	}
}

// hasMark says that a line has a character that a mark begins with, or begins as a note does.
func (l Line) hasMark() bool {
	return slices.ContainsFunc(l.Cells, func(c Cell) bool {
		return strings.ContainsAny(c.Text, markStarts) || (c.Text[0] == '(' || c.Text[0] == '[') && noteBegins.MatchString(c.Text)
	})
}

// noteKey is what a line is filed under as a footnote, "" if it is none: it lists or names no item.
func (l Line) noteKey() string {
	text := l.Cells[0].Text
	if len(l.Cells) > 2 || len(l.Cells) == 2 && len(text) > len("(12)") {
		return ""
	}
	if m := noteBegins.FindStringSubmatch(text); m != nil && (len(l.Cells) == 2 || len(text) > len(m[1])) && !ListedOther.MatchString(strings.TrimPrefix(text, m[1])) {
		return keyOf(m[1])
	}
	if m := notePlain.FindStringSubmatch(text); m != nil && !l.Grid && !l.Product() && !ListedOther.MatchString(text) {
		return m[1]
	}
	return ""
}

// keyOf is a mark however it is bracketed.
func keyOf(marked string) string {
	found := mark.FindString(marked)
	if found != "" && found[0] >= '0' && found[0] <= '9' {
		return "(" + found + ")"
	}
	return found
}

// under are the lines below line i that have a footnote's mark. A raised number may stand plainly before its note.
func (notes footnotes) under(i int, key string) []int {
	below := func(key string) []int {
		at, _ := slices.BinarySearch(notes[key], i+1)
		return notes[key][at:]
	}
	found := below(key)
	if plain := plainNumber.Replace(key); len(found) == 0 && plain != key {
		if found = below("(" + plain + ")"); len(found) == 0 {
			found = below(plain)
		}
	}
	return found
}

var plainNumber = strings.NewReplacer("⁰", "0", "¹", "1", "²", "2", "³", "3", "⁴", "4", "⁵", "5", "⁶", "6", "⁷", "7", "⁸", "8", "⁹", "9")

// takeMarks takes the marks off a cell that have a footnote.
func (d *Page) takeMarks(i, j int, notes footnotes) {
	c := &d.Lines[i].Cells[j]
	var said []int
	var kept strings.Builder
	from := 0
	for _, at := range refers.FindAllStringSubmatchIndex(c.Text, -1) {
		under := notes.of(i, c.Text[at[4]:at[5]])
		if under == nil || ofUnit.MatchString(c.Text[:at[4]]) {
			continue
		}
		said = append(said, under...)
		kept.WriteString(c.Text[from:at[4]])
		from = at[5]
	}
	kept.WriteString(c.Text[from:])
	c.Text = strings.TrimSpace(kept.String())
	c.prepare()
	ofHead := c.Labels != nil && !c.Product && !slices.ContainsFunc(c.Labels, func(l label.Label) bool { return l.Is(label.Item, label.Quantity) })
	for _, n := range said {
		d.Lines[n].Footnote = d.Lines[n].Footnote || !ofHead
	}
}

// of are the lines of the footnotes that marks of line i lead to, nil where one of them leads to none.
func (notes footnotes) of(i int, marks string) []int {
	var all []int
	for _, one := range mark.FindAllString(marks, -1) {
		under := notes.under(i, keyOf(one))
		if len(under) == 0 {
			return nil
		}
		all = append(all, under...)
	}
	return all
}

// withoutMark is the line of a footnote without its mark.
func (l Line) withoutMark() Line {
	c := &l.Cells[0]
	rest := strings.TrimLeft(noteLead.ReplaceAllString(c.Text, ""), " ")
	if rest == "" {
		l.Cells = l.Cells[1:]
		return l
	}
	c.Text = rest
	c.prepare()
	return l
}
