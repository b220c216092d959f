package page

import (
	"iter"
	"strings"
	"unicode"
	"unicode/utf8"

	"mozybot/provision/orderfile/extract/lexicon"
	"mozybot/provision/orderfile/extract/values"
)

// Paragraph is one text that runs over lines.
type Paragraph struct {
	First  int // the index of its first line
	Lines  []Line
	Text   string
	starts []int // where each line begins in the text
}

// Paragraphs are the lines that run on as one text, without those that are skipped.
func (d Page) Paragraphs(skip map[int]bool) iter.Seq[Paragraph] {
	return func(yield func(Paragraph) bool) {
		for i := 0; i < len(d.Lines); {
			n := 1
			if !skip[i] {
				for n < maxParagraph && i+n < len(d.Lines) && !skip[i+n] && d.Lines[i+n].Follows(d.Lines[i+n-1]) && !d.Lines[i+n].field() &&
					!(d.Lines[i+n].Cells[0].LabelLike && d.Lines[i+n-1].field()) {
					n++
				}
				p := Joined(d.Lines[i : i+n])
				if p.First = i; !yield(p) {
					return
				}
			}
			i += n
		}
	}
}

// maxParagraph is how many lines one has at most.
const maxParagraph = 100

var fieldOfLicense = lexicon.Of("fieldOfLicense")

// field says that a line is a form's field that names no item but the license: no sentence goes on in it.
func (l Line) field() bool {
	if fieldOfLicense.MatchString(l.Text()) {
		return true
	}
	c := l.Cells[0]
	return c.LabelLike && len(c.Text) <= MaxHead && !l.Product() && !strings.EqualFold(c.Text, "no") // which is an answer as often as a number
}

// Joined puts lines together. A word that was parted at the end of a line is whole again.
func Joined(lines []Line) Paragraph {
	p := Paragraph{Lines: lines}
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
		p.starts = append(p.starts, len(b))
		b = append(b, s...)
	}
	p.Text = string(b)
	return p
}

// LineOf is the line that a byte of the text stands in.
func (p Paragraph) LineOf(at int) int {
	i := len(p.starts) - 1
	for p.starts[i] > at {
		i--
	}
	return i
}

// LineAround are the bytes of the text between which the line stands that one of them is in.
func (p Paragraph) LineAround(at int) (begin, end int) {
	i := p.LineOf(at)
	if end = len(p.Text); i+1 < len(p.starts) {
		end = p.starts[i+1]
	}
	return p.starts[i], end
}

var (
	// SentenceEnd is the sign that ends a sentence, with the space behind it.
	SentenceEnd = lexicon.Compile(`[.;!?](?:\s|$)`)
	abbreviated = lexicon.Of("abbreviated")
)

// Sentences are those of a text, each with the sign that ends it.
func Sentences(text string) []string {
	text = abbreviated.ReplaceAllString(text, "$1$2$3$4$5$6$7$8$9${10}")
	var all []string
	for text != "" {
		end := len(text)
		if at := SentenceEnd.FindStringIndex(text); at != nil {
			end = at[1]
		}
		if s := strings.Join(strings.Fields(text[:end]), " "); s != "" {
			all = append(all, s)
		}
		text = text[end:]
	}
	return all
}

// EndOfSentence is where the first sentence of a text ends. An abbreviation ends none.
func EndOfSentence(text string) int {
	for _, stop := range SentenceEnd.FindAllStringIndex(text, 5) {
		if !Abbreviates(text[:stop[0]+1]) {
			return stop[0]
		}
	}
	return len(text)
}

// Abbreviates says that a text ends in an abbreviation, whose dot ends no sentence.
func Abbreviates(text string) bool {
	dots := abbreviated.FindAllStringIndex(text, -1)
	return len(dots) > 0 && dots[len(dots)-1][1] == len(text)
}

// Sentence is one of a page, without the sign that ends it, and the lines of its paragraph.
type Sentence struct {
	Text  string
	First int // the index of the first line
	Lines []Line
}

// Sentences are all that the page says.
func (d Page) Sentences() []Sentence {
	var all []Sentence
	for p := range d.Paragraphs(nil) {
		for _, s := range Sentences(p.Text) {
			all = append(all, Sentence{Unended(s), p.First, p.Lines})
		}
	}
	return all
}

// Unended is a sentence without the sign that ends it.
func Unended(sentence string) string { return strings.TrimRight(sentence, ".;!?") }

// Prose says that a line is written in sentences, and no name, address or entry of a list.
func (l Line) Prose() bool {
	text := l.Text()
	if ListedOther.MatchString(text) {
		return false
	}
	if last, _ := utf8.DecodeLastRuneInString(text); strings.ContainsRune(".?!:,;。？！：，；、؟،؛", last) {
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
