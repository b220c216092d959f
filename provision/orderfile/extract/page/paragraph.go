package page

import (
	"iter"
	"strings"
	"unicode"

	"mozybot/provision/orderfile/extract/lexicon"
	"mozybot/provision/orderfile/extract/values"
)

// Paragraphs are the lines that run on as one text, each with the number of its first line, without those that are skipped.
func (d Page) Paragraphs(skip map[int]bool) iter.Seq2[int, []Line] {
	return func(yield func(int, []Line) bool) {
		for i := 0; i < len(d.Lines); {
			n := 1
			if !skip[i] {
				n = d.ParagraphLength(i, skip)
				if !yield(i, d.Lines[i:i+n]) {
					return
				}
			}
			i += n
		}
	}
}

// ParagraphLength is how many lines from i on run on as one text.
func (d Page) ParagraphLength(i int, skip map[int]bool) int {
	n := 1
	for n < 100 && i+n < len(d.Lines) && !skip[i+n] && d.Lines[i+n].Follows(d.Lines[i+n-1]) && !d.Lines[i+n].field() {
		n++
	}
	return n
}

var fieldOfLicense = lexicon.Of("fieldOfLicense")

// field says that a line is a form's field that names no item but the license: no sentence goes on in it.
func (l Line) field() bool {
	return fieldOfLicense.MatchString(l.Text()) || l.Cells[0].LabelLike && len(l.Cells[0].Text) <= MaxHead && !l.Product()
}

// Paragraph is one text that runs over lines, and where each of them begins in it.
type Paragraph struct {
	Text   string
	Starts []int
}

// Joined puts lines together. A word that was parted at the end of a line is whole again.
func Joined(lines []Line) Paragraph {
	var p Paragraph
	var b []byte
	for i, l := range lines {
		s := values.InDigits(l.Text())
		switch n := len(b); {
		case i == 0:
		case n > 1 && b[n-1] == '-' && beginsLow(s) && unicode.IsLetter(rune(b[n-2])):
			b = b[:n-1]
		default:
			b = append(b, '\n')
		}
		p.Starts = append(p.Starts, len(b))
		b = append(b, s...)
	}
	p.Text = string(b)
	return p
}

// LineOf is the line that a byte of the text stands in.
func (p Paragraph) LineOf(at int) int {
	i := len(p.Starts) - 1
	for p.Starts[i] > at {
		i--
	}
	return i
}

// Prose says that a line is written in sentences, and no name, address or entry of a list.
func (l Line) Prose() bool {
	text := l.Text()
	if ListedOther.MatchString(text) {
		return false
	}
	if strings.ContainsAny(text[len(text)-1:], ".?!:,;") {
		return true
	}
	low := 0
	for word := range strings.FieldsSeq(text) {
		if beginsLow(word) {
			low++
		}
	}
	return low >= 2
}

// ListedOther is a line that counts something else.
var ListedOther = lexicon.Compile(`^[\s>]*(?:[-–*•·]\s+|\(?\d{1,2}[.)]\s+)?(\d[\d.,'’]*)\s*(?:[x×]\s+|[x×*]\s*(?:[^\d\s]))`)

// MaxHead is how long the head of a column is at most.
const MaxHead = 60
