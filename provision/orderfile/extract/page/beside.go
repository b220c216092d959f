package page

import (
	"math"
	"slices"

	"mozybot/provision/orderfile/extract/label"
	"mozybot/provision/orderfile/extract/lexicon"
	"mozybot/provision/orderfile/extract/values"
)

// Where the value of a label stands: behind it, beside it, or under it.

// ValueBeside finds the value of the label that is cell j of line i, and the line that it stands on.
func (d Page) ValueBeside(i, j int) (value string, at int) {
	l := d.Lines[i]
	stacked := d.titles(i)
	if j+1 < len(l.Cells) && !stacked {
		if next := l.Cells[j+1]; !next.LabelLike && !columnHeads[next.Name] && !label.Programs(l.Cells[j].Text, next.Text) {
			whole := unwrapped(d, run{at: i, cell: next, text: next.Text, label: &l.Cells[j]})
			return values.Clean(begun(d, i, next, whole)), i
		}
	}
	if i > 0 && i+1 < len(d.Lines) && !stacked {
		if around, ok := wrappedAround(d, i, j); ok {
			return values.Clean(around), i - 1
		}
	}
	if j > 0 && j+1 == len(l.Cells) && !stacked && !l.Cells[j-1].LabelLike && l.Cells[0].LabelLike {
		return "", i // the last of "label value label": left blank
	}
	reach := 3 * l.Em
	labels := func(c Cell) bool { return c.LabelLike }
	if l.Page == 0 && l.Grid && j == 0 && len(l.Cells) > 1 && labels(l.Cells[1]) { // which has its own value beside it, as those below have
		labels = func(c Cell) bool { return c.LabelLike && c.Left == l.Cells[j].Left }
	}
	for at = i + 1; at < len(d.Lines); at++ {
		below := d.Lines[at]
		if l.Page > 0 && len(l.Cells) > 1 && below.Top-d.Lines[at-1].Top <= 1.3*l.Em {
			reach = max(reach, min(below.Top-l.Top, 8*l.Em)) // beside an entry that has more lines
		}
		if l.Page > 0 && len(l.Cells) == 1 {
			if below.Cells = within(below.Cells, l.Cells[j].Left+furthestIndent*l.Em); len(below.Cells) == 0 && below.Page == l.Page {
				continue
			}
		}
		if below.Page != l.Page || below.Top-l.Top > reach || len(below.Cells) > len(l.Cells) ||
			!(stacked && at == i+1) && slices.ContainsFunc(below.Cells, labels) || below.Head {
			break
		}
		for _, c := range below.Cells {
			indented := len(l.Cells) == 1 && c.Left >= l.Cells[j].Left && c.Left < l.Cells[j].Left+furthestIndent*l.Em
			if indented || c.Under(l.Cells[j], l.Em) {
				r := run{at: at, cell: c, text: c.Text, pitch: below.Top - l.Top}
				if j+1 < len(l.Cells) {
					r.edge = l.Cells[j+1].Left
				}
				return values.Clean(unwrapped(d, r)), at
			}
		}
	}
	return "", i
}

// furthestIndent is how far to the right of a label alone in its line its value may begin, in widths of a letter: what begins further
// away is of another column.
const furthestIndent = 12

// within are the cells that begin left of an edge.
func within(cells []Cell, edge float64) []Cell {
	return slices.DeleteFunc(slices.Clone(cells), func(c Cell) bool { return c.Left >= edge })
}

// Stacked is the entry under cell j of line i, if that line has the labels of what stands below it.
func (d Page) Stacked(i, j int) (string, bool) {
	if !d.titles(i) {
		return "", false
	}
	for _, c := range d.Lines[i+1].Cells {
		if c.Under(d.Lines[i].Cells[j], d.Lines[i].Em) {
			return c.Text, true
		}
	}
	return "", true
}

// FurtherBelow are the entries under cell j of line i that are of further records: its line has labels, and each record an address
// under that of one.
func (d Page) FurtherBelow(i, j int) map[int]string {
	l := d.Lines[i]
	mail := slices.IndexFunc(l.Cells, func(c Cell) bool { return c.Announces(label.Email) && c.Asks() })
	if !l.Grid || mail < 0 || !d.titles(i) {
		return nil
	}
	all := map[int]string{}
	for n := i + 2; n < len(d.Lines) && !d.Lines[n].Head && d.Lines[n].Top-d.Lines[n-1].Top <= 2*l.Em; n++ {
		under := func(head Cell) int {
			return slices.IndexFunc(d.Lines[n].Cells, func(c Cell) bool { return c.Under(head, l.Em) })
		}
		if at := under(l.Cells[mail]); at < 0 || !values.Address.MatchString(d.Lines[n].Cells[at].Text) {
			break
		}
		if at := under(l.Cells[j]); at >= 0 {
			all[n] = values.Clean(d.Lines[n].Cells[at].Text)
		}
	}
	return all
}

// wrappedAround is the value of a label that stands in the middle of it: it begins on the line above and ends below.
func wrappedAround(d Page, i, j int) (string, bool) {
	l, above, below := d.Lines[i], d.Lines[i-1], d.Lines[i+1]
	if l.Page == 0 || above.Page != l.Page || below.Page != l.Page || below.Top-above.Top > 2*l.Em {
		return "", false
	}
	edge := nextLeft(l, l.Cells[j])
	in := func(other Line) int {
		return slices.IndexFunc(other.Cells, func(c Cell) bool {
			return c.Left > l.Cells[j].right && (edge == 0 || c.right < edge) && !c.LabelLike
		})
	}
	from, to := in(above), in(below)
	if from < 0 || to < 0 || math.Abs(above.Cells[from].Left-below.Cells[to].Left) > l.Em/4 {
		return "", false
	}
	above.Cells, below.Cells = above.Cells[from:from+1], below.Cells[to:to+1]
	return unwrapped(Page{Lines: []Line{above, below}, edges: d.edges}, run{cell: above.Cells[0], text: above.Cells[0].Text, edge: edge}), true
}

// titles says that line i has the labels of what stands in line i+1, each above its value, be some of them unknown: the
// address stands below its label, or, where none is asked for, two labels stand side by side, or there are such heads of columns
// as purchase orders have. Else the line may have labels and values in turn.
func (d Page) titles(i int) bool {
	l := d.Lines[i]
	if len(l.Cells) < 3 || i+1 == len(d.Lines) {
		return false
	}
	below := d.Lines[i+1]
	underOther := func(c Cell) bool { // a word of an entry, such as a document's type
		return l.Grid && slices.ContainsFunc(l.Cells, func(head Cell) bool { return head.Left == c.Left && !head.OfHead() })
	}
	if below.Page != l.Page || below.Top-l.Top > 3*l.Em || below.Head || below.Product() ||
		slices.ContainsFunc(below.Cells, func(c Cell) bool { return c.LabelLike && !underOther(c) }) {
		return false
	}
	labels, heads, sideBySide, asked, addressed := 0, 0, false, false, false
	for j, c := range l.Cells {
		if columnHeads[c.Name] {
			heads++
		}
		sideBySide = sideBySide || j > 0 && c.LabelLike && l.Cells[j-1].LabelLike
		under := slices.IndexFunc(below.Cells, func(b Cell) bool { return b.Under(c, l.Em) })
		if under < 0 || !c.Asks() || !c.OfHead() {
			continue
		}
		labels++
		asked = asked || c.Labels[0].Field == label.Email
		addressed = addressed || c.Labels[0].Field == label.Email && values.Address.MatchString(below.Cells[under].Text)
	}
	return labels >= 1 && labels+heads == len(l.Cells) || labels >= 2 && (addressed || !asked && sideBySide && len(below.Cells) == len(l.Cells))
}

// columnHeads are those of columns that say nothing of an item, and no value of a label.
var columnHeads = lexicon.Set("neutralHeads")

// HeadsColumn says that a cell stands over labels, as what stands beside it does: neither is the other's value.
func (d Page) HeadsColumn(i, j int) bool {
	if i+1 == len(d.Lines) || j+1 >= len(d.Lines[i].Cells) {
		return false
	}
	l, below := d.Lines[i], d.Lines[i+1].Cells
	over := func(head Cell) bool {
		return slices.ContainsFunc(below, func(c Cell) bool { return c.LabelLike && math.Abs(c.Left-head.Left) < 1 })
	}
	return len(below) == len(l.Cells) && below[j].LabelLike && below[j+1].LabelLike || l.Grid && over(l.Cells[j]) && over(l.Cells[j+1])
}
