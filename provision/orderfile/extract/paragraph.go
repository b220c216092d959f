package extract

import (
	"iter"
	"strings"
	"unicode"

	"mozybot/provision/orderfile/extract/values"
)

// paragraphs are the lines that run on as one text, each with the number of its first line, without those that are skipped.
func (d page) paragraphs(skip map[int]bool) iter.Seq2[int, []line] {
	return func(yield func(int, []line) bool) {
		for i := 0; i < len(d.lines); {
			n := 1
			if !skip[i] {
				n = paragraphLength(d, i, skip)
				if !yield(i, d.lines[i:i+n]) {
					return
				}
			}
			i += n
		}
	}
}

// paragraphLength is how many lines from i on run on as one text.
func paragraphLength(d page, i int, skip map[int]bool) int {
	n := 1
	for n < 100 && i+n < len(d.lines) && !skip[i+n] && d.lines[i+n].follows(d.lines[i+n-1]) && !d.lines[i+n].field() {
		n++
	}
	return n
}

// field says that a line is a form's field that names no item: no sentence goes on in it.
func (l line) field() bool {
	return l.cells[0].labelLike && len(l.cells[0].text) <= maxHead && !l.product()
}

// paragraph is one text that runs over lines, and where each of them begins in it.
type paragraph struct {
	text   string
	starts []int
	spans  [][2]int // of the items in it
}

// paragraphOf puts lines together. A word that was parted at the end of a line is whole again.
func paragraphOf(lines []line) paragraph {
	var p paragraph
	var b []byte
	for i, l := range lines {
		s := values.InDigits(l.text())
		switch n := len(b); {
		case i == 0:
		case n > 1 && b[n-1] == '-' && beginsLow(s) && unicode.IsLetter(rune(b[n-2])):
			b = b[:n-1]
		default:
			b = append(b, '\n')
		}
		p.starts = append(p.starts, len(b))
		b = append(b, s...)
	}
	p.text = string(b)
	return p
}

func (p paragraph) lineOf(at int) int {
	i := len(p.starts) - 1
	for p.starts[i] > at {
		i--
	}
	return i
}

// prose says that a line is written in sentences, and no name, address or entry of a list.
func (l line) prose() bool {
	text := l.text()
	if listedOther.MatchString(text) {
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
