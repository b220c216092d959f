package extract

import (
	"math"
	"slices"

	"mozybot/provision/orderfile/extract/label"
	"mozybot/provision/orderfile/extract/values"
)

// Where the value of a label stands: behind it, beside it, or under it.

// valueBeside finds the value of the label that is cell j of line i, and the line that it stands on.
func valueBeside(d page, i, j int) (value string, at int) {
	l := d.lines[i]
	stacked := titles(d, i)
	if j+1 < len(l.cells) && !stacked {
		if next := l.cells[j+1]; !next.labelLike {
			whole := unwrapped(d, run{at: i, cell: next, text: next.text, label: &l.cells[j]})
			return values.Clean(begun(d, i, next, whole)), i
		}
	}
	if i > 0 && i+1 < len(d.lines) && !stacked {
		if around, ok := wrappedAround(d, i, j); ok {
			return values.Clean(around), i - 1
		}
	}
	if j > 0 && j+1 == len(l.cells) && !stacked && !l.cells[j-1].labelLike && l.cells[0].labelLike {
		return "", i // the last of "label value label": left blank
	}
	reach := 3 * l.em
	if l.page > 0 && len(l.cells) > 1 {
		reach = 4.5 * l.em // entries of a grid wrap, and stand in the middle or at the bottom
	}
	for at = i + 1; at < len(d.lines); at++ {
		below := d.lines[at]
		if l.page > 0 && len(l.cells) > 1 && below.top-d.lines[at-1].top <= 1.3*l.em {
			reach = max(reach, min(below.top-l.top, 8*l.em)) // beside an entry that has more lines
		}
		if below.page != l.page || below.top-l.top > reach || len(below.cells) > len(l.cells) ||
			slices.ContainsFunc(below.cells, func(c cell) bool { return c.labelLike }) || below.head {
			break
		}
		for _, c := range below.cells {
			indented := len(l.cells) == 1 && c.left >= l.cells[j].left && c.left < l.cells[j].left+12*l.em
			if indented || c.under(l.cells[j], l.em) {
				r := run{at: at, cell: c, text: c.text, pitch: below.top - l.top}
				if j+1 < len(l.cells) {
					r.edge = l.cells[j+1].left
				}
				return values.Clean(unwrapped(d, r)), at
			}
		}
	}
	return "", i
}

// wrappedAround is the value of a label that stands in the middle of it: it begins on the line above and ends below.
func wrappedAround(d page, i, j int) (string, bool) {
	l, above, below := d.lines[i], d.lines[i-1], d.lines[i+1]
	if l.page == 0 || above.page != l.page || below.page != l.page || below.top-above.top > 2*l.em {
		return "", false
	}
	edge := nextLeft(l, l.cells[j])
	in := func(other line) int {
		return slices.IndexFunc(other.cells, func(c cell) bool {
			return c.left > l.cells[j].right && (edge == 0 || c.right < edge) && !c.labelLike
		})
	}
	from, to := in(above), in(below)
	if from < 0 || to < 0 || math.Abs(above.cells[from].left-below.cells[to].left) > l.em/4 {
		return "", false
	}
	above.cells, below.cells = above.cells[from:from+1], below.cells[to:to+1]
	return unwrapped(page{lines: []line{above, below}, edges: d.edges}, run{cell: above.cells[0], text: above.cells[0].text, edge: edge}), true
}

// titles says that line i has the labels of what stands in line i+1, each above its value, be some of them unknown: the
// address stands below its label, or, where none is asked for, two labels stand side by side. Else the line may have
// labels and values in turn.
func titles(d page, i int) bool {
	l := d.lines[i]
	if len(l.cells) < 3 || i+1 == len(d.lines) {
		return false
	}
	below := d.lines[i+1]
	if below.page != l.page || below.top-l.top > 3*l.em || below.head || below.product() ||
		slices.ContainsFunc(below.cells, func(c cell) bool { return c.labelLike }) {
		return false
	}
	labels, sideBySide, asked, addressed := 0, false, false, false
	for j, c := range l.cells {
		sideBySide = sideBySide || j > 0 && c.labelLike && l.cells[j-1].labelLike
		under := slices.IndexFunc(below.cells, func(b cell) bool { return b.under(c, l.em) })
		if under < 0 || len(c.labels) != 1 || c.labels[0].Value != "" || !c.ofHead() {
			continue
		}
		labels++
		asked = asked || c.labels[0].Field == label.Email
		addressed = addressed || c.labels[0].Field == label.Email && values.Address.MatchString(below.cells[under].text)
	}
	return labels >= 2 && (addressed || !asked && sideBySide && len(below.cells) == len(l.cells))
}

// headsColumn says that a cell stands over labels, as what stands beside it does: neither is the other's value.
func (d page) headsColumn(i, j int) bool {
	if i+1 == len(d.lines) || j+1 >= len(d.lines[i].cells) {
		return false
	}
	below := d.lines[i+1].cells
	return len(below) == len(d.lines[i].cells) && below[j].labelLike && below[j+1].labelLike
}
