package format

import (
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
)

// level is where a text stands: on its line, above it, or below.
type level int8

const (
	lowered level = iota - 1
	onLine
	raised
)

// levels are those that formats call by these words.
var levels = map[string]level{"superscript": raised, "super": raised, "up": raised, "subscript": lowered, "sub": lowered, "dn": lowered}

// Digits above and below the line, as Unicode has them.
var (
	raisedDigits  = []rune("⁰¹²³⁴⁵⁶⁷⁸⁹")
	loweredDigits = []rune("₀₁₂₃₄₅₆₇₈₉")
)

// written is a text as it looks on its level, behind what stands before it: raised digits are no digits of the number that they
// stand beside. Below the line they are part of a word, as in H₂O, and keep their plain looks, but for those behind a number.
func (at level) written(s string, before rune) string {
	switch {
	case at == raised:
		return strings.Map(func(r rune) rune { return digitOf(raisedDigits, r) }, s)
	case at == lowered && unicode.IsDigit(before):
		return strings.Map(func(r rune) rune { return digitOf(loweredDigits, r) }, s)
	}
	return s
}

func digitOf(digits []rune, r rune) rune {
	if '0' <= r && r <= '9' {
		return digits[r-'0']
	}
	return r
}

// set writes a text as it looks.
func (f *flow) set(s string, l look) {
	if l.level != onLine {
		s = l.level.written(s, f.in().lastRune())
	}
	f.mark(s, l.marks())
}

// lastRune is what ends the paragraph in hand.
func (c *container) lastRune() rune {
	s := c.last.String()
	if n := len(c.text); s == "" && n > 0 {
		s = c.text[n-1].Text
	}
	r, _ := utf8.DecodeLastRuneInString(s)
	return r
}

// levelOf is a level by how many points a text stands above its line; a little is of the layout.
func levelOf(points float64) level {
	const little = 1
	switch {
	case points > little:
		return raised
	case points < -little:
		return lowered
	}
	return onLine
}

// positioned is a level as OpenDocument says it: a word, or a part of the height.
func positioned(at string) level {
	switch part, err := strconv.ParseFloat(strings.TrimSuffix(at, "%"), 64); {
	case at == "super", err == nil && part > 0:
		return raised
	case at == "sub", err == nil && part < 0:
		return lowered
	}
	return onLine
}

// toFootnote says that a link leads to a footnote: its number stands raised, whatever a style sheet makes of it.
func toFootnote(n *html.Node) bool {
	role, _ := attributeOf(n, "role")
	classes, _ := attributeOf(n, "class")
	to, _ := attributeOf(n, "href")
	return role == "doc-noteref" || noteLink.MatchString(classes) || noteTarget.MatchString(to)
}

var (
	noteLink   = regexp.MustCompile(`(?i)\b(?:foot|end)?note-?ref\b`)
	noteTarget = regexp.MustCompile(`(?i)^#(?:_?ftn|_?edn|fn|footnote|endnote|note)[\w:-]*\d$`)
)

// raise puts the small characters of a page on the line that they belong to: marks of footnotes, the letters of ordinals,
// powers. They stand right behind a larger character that stands lower or higher by a part of its height, or before one. Most
// programs write them where they are read; others can only be found by their places.
func raise(glyphs []glyph) {
	runs := runsOf(glyphs)
	usual := usualSize(glyphs)
	for i, run := range runs {
		if len(run) > longestMark {
			continue
		}
		switch {
		case i > 0 && run.joins(runs[i-1], true), i+1 < len(runs) && run.joins(runs[i+1], false): // where it was written
		case run[0].em() > smaller*usual:
		case run.joinsAny(runs, true), run.joinsAny(runs, false):
		}
	}
}

// smaller is how small a mark is at most, beside what it stands behind.
const smaller = 0.95

// usualSize is the size of most characters.
func usualSize(glyphs []glyph) float64 {
	sizes := make([]float64, len(glyphs))
	for i, g := range glyphs {
		sizes[i] = g.em()
	}
	return median(sizes)
}

// longestMark is how many characters stand above a line at most: "12)", "1,2", ".99".
const longestMark = 4

// glyphRun is characters of one size that stand on one line, as they were written.
type glyphRun []*glyph

func runsOf(glyphs []glyph) []glyphRun {
	var runs []glyphRun
	for i := range glyphs {
		g := &glyphs[i]
		if unicode.IsSpace(g.r) {
			continue
		}
		if n := len(runs); n > 0 {
			last := runs[n-1][len(runs[n-1])-1]
			if last.base == g.base && last.size == g.size && last.left <= g.left && g.left-last.right < cellGap*g.em() {
				runs[n-1] = append(runs[n-1], g)
				continue
			}
		}
		runs = append(runs, glyphRun{g})
	}
	return runs
}

func (run glyphRun) joinsAny(others []glyphRun, behind bool) bool {
	return slices.ContainsFunc(others, func(other glyphRun) bool { return run.joins(other, behind) })
}

// joins puts a run on the line of another, where it stands right behind that, or before it, and is a mark by its size and place.
func (run glyphRun) joins(other glyphRun, behind bool) bool {
	first, last := run[0], run[len(run)-1]
	large, room := other[len(other)-1], 0.0
	if room = first.left - large.right; !behind {
		large = other[0]
		room = large.left - last.right
	}
	em := large.em()
	up := (large.base - first.base) / em // above its line
	if math.Abs(up) > 1 {
		return false
	}
	small, near := first.em() <= smaller*em, -0.15*em < room && room < 0.35*em
	if !behind {
		near = -0.15*em < room && room < em
	}
	if !small || !near || first.turn != 0 || large.turn != 0 || up > 0.75 || up < -0.4 || -0.06 < up && up < 0.12 {
		return false
	}
	at := raised
	if up < 0 {
		at = lowered
	}
	before := rune(0)
	if behind {
		before, first.joined = large.r, true
	}
	for _, g := range run {
		g.r = []rune(at.written(string(g.r), before))[0]
		g.base = large.base
	}
	return true
}
