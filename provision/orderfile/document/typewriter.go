package document

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// TabColumn is the width given to a column that is made with tabs: they keep entries in columns whatever their length.
const TabColumn = 1000

var (
	// columnGap is what parts the columns of typewritten tables: frames, leaders, or two spaces and more.
	columnGap = regexp.MustCompile(`\s*[|│┃║]\s*|\s*(?:\.{4,}|_{3,}|…{2,})\s*:?\s*|[\s\x{a0}]{2,}`)
	// ruler is a line that only draws.
	ruler = regexp.MustCompile(`^[\s\-=_+*~#|.:─━═│┃║┌┐└┘├┤┬┴┼╔╗╚╝╠╣╦╩╬•>]*$`)
)

// IsRuler says that a text only draws a line, or nothing.
func IsRuler(s string) bool { return ruler.MatchString(s) }

// Typewriter makes lines of cells out of lines of text, one after the other.
type Typewriter struct {
	tabbed bool // a tab at the start of a line leaves its first column blank where its neighbour has columns of tabs
}

// Append appends the line of that index, unless it is blank.
func (t *Typewriter) Append(lines []Line, s string, index int) []Line {
	t.tabbed = strings.Contains(strings.TrimSpace(s), "\t") || t.tabbed && strings.HasPrefix(s, "\t")
	if cells := Columns(Plain(s), t.tabbed); len(cells) > 0 {
		lines = append(lines, Line{Number: index + 1, Top: float64(index), Em: 1, Cells: cells})
	}
	return lines
}

// Columns cuts a typewritten line where its columns part. Places count characters; where tabs part columns, each has the
// room of one. A line that only draws has none.
func Columns(text Spans, tabbed bool) []Cell {
	s := text.String()
	if IsRuler(s) {
		return nil
	}
	var cells []Cell
	if !tabbed {
		return appendColumns(cells, text, s, 0)
	}
	at := 0
	for i, column := range strings.Split(strings.TrimRight(s, " \t"), "\t") {
		if len(cells) > MaxCells {
			break
		}
		cells = appendColumns(cells, text.Slice(at, at+len(column)), column, i*TabColumn)
		at += len(column) + 1
	}
	return cells
}

// appendColumns cuts s, the characters of a text, where columns part. Places count from offset on.
func appendColumns(cells []Cell, text Spans, s string, offset int) []Cell {
	start, counted, column := 0, 0, offset
	place := func(at int) float64 {
		column += utf8.RuneCountInString(s[counted:at])
		counted = at
		return float64(column)
	}
	add := func(from, to int) {
		if piece := strings.TrimSpace(s[from:to]); piece != "" {
			from += strings.Index(s[from:to], piece)
			to = from + len(piece)
			cells = append(cells, Cell{Spans: text.Slice(from, to), Left: place(from), Right: place(to)})
		}
	}
	for _, gap := range columnGap.FindAllStringIndex(s, -1) {
		if len(cells) > MaxCells { // too many already
			return cells
		}
		add(start, gap[0])
		start = gap[1]
	}
	add(start, len(s))
	return cells
}
