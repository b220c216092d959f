package page

import (
	"math"
	"slices"
	"unicode/utf8"
)

// Where lines and cells stand to each other.

// CellAt is the index of the cell that begins at a place, or so near to it; -1 for none.
func (l Line) CellAt(left, near float64) int {
	return slices.IndexFunc(l.Cells, func(c Cell) bool { return math.Abs(c.Left-left) <= near })
}

// With is the line with the cells of another behind its own.
func (l Line) With(other Line) Line {
	right := 0.0
	for _, c := range l.Cells {
		right = max(right, c.right)
	}
	l.Cells = slices.Clone(l.Cells)
	for _, c := range other.Cells {
		c.Left, c.right = c.Left+right+l.Em, c.right+right+l.Em
		l.Cells = append(l.Cells, c)
	}
	return l
}

// Follows says that l stands directly under above, with no more room between them than within a paragraph.
func (l Line) Follows(above Line) bool {
	return l.Page == above.Page && l.Top-above.Top <= 1.45*max(l.Em, above.Em)
}

// Under says that c stands in the same column as head: left, right or centre in line, or overlapping.
func (c Cell) Under(head Cell, em float64) bool {
	return c.Distance(head) <= em || c.Overlaps(head)
}

// Overlaps says that two cells share some of their width.
func (c Cell) Overlaps(other Cell) bool { return c.Left < other.right && other.Left < c.right }

// Distance is how far c is out of line with a column's head, by the alignment that fits best.
func (c Cell) Distance(head Cell) float64 {
	left, right := c.Left-head.Left, c.right-head.right
	return min(math.Abs(left), math.Abs(right), math.Abs(left+right)/2)
}

// Parted are the parts of a typed cell before and behind a blank, the second from byte at of the text.
func (c Cell) Parted(at int) (before, behind Cell) {
	before, behind = c, c
	before.Text, behind.Text = c.Text[:at-1], c.Text[at:]
	behind.Left = c.Left + float64(utf8.RuneCountInString(c.Text[:at]))
	before.right = behind.Left - 1
	before.read()
	behind.read()
	return before, behind
}
