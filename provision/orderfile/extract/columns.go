package extract

import "slices"

// headColumns are the columns of an item table that say something of the order's head, as programs export it: all of an
// order in one table.
func (t table) headColumns() map[int]labelled {
	columns := map[int]labelled{}
	for i, c := range t.head {
		if i != t.quantity && !slices.Contains(t.describing, i) && len(c.labels) == 1 && c.labels[0].value == "" && c.labels[0].field != someName && c.ofHead() {
			columns[i] = c.labels[0]
		}
	}
	return columns
}

// readColumns reads the order's head from the rows of the item table whose head is line i. What runs on to another line
// is not put together: nobody knows the rows of a table without a grid so well.
func (fs *fields) readColumns(d page, i int) {
	t, _ := tableHead(d.lines[i])
	columns := t.headColumns()
	if len(columns) == 0 {
		return
	}
	rowOf := func(n int) bool {
		p, ok := t.part(n, d.lines[n])
		return ok && p.quantity != "" && p.description != ""
	}
	type entry struct{ label, text string }
	known := map[entry]bool{}
	for n := i + 1; n < len(d.lines) && !isTableHead(d.lines[n]); n++ {
		l := d.lines[n]
		if !rowOf(n) {
			continue
		}
		for j, c := range l.cells {
			at := t.column(l, j)
			label, ok := columns[at]
			if !ok || known[entry{label.label, c.text}] || !l.grid && len(l.cells) != len(t.head) && !c.under(t.head[at], l.em) {
				continue
			}
			known[entry{label.label, c.text}] = true
			runsOn := func(m int) bool {
				return !l.grid && m > i && m < len(d.lines) && (d.lines[m].follows(l) && m > n || l.follows(d.lines[m]) && m < n) && !rowOf(m) &&
					slices.ContainsFunc(d.lines[m].cells, c.overlaps)
			}
			if runsOn(n-1) || runsOn(n+1) {
				fs.warn("%q (%s) seems to go on, but not where it could be read.", c.text, l.place())
				continue
			}
			fs.add(label, clean(c.text), l.placeOf(clean(c.text)))
		}
	}
}

// titles says that line i has the labels of what stands in line i+1, each above its value, be some of them unknown: the
// address stands below its label, or, where none is asked for, two labels stand side by side. Else the line may have
// labels and values in turn.
func titles(d page, i int, isHead func(line) bool) bool {
	l := d.lines[i]
	if len(l.cells) < 3 || i+1 == len(d.lines) {
		return false
	}
	below := d.lines[i+1]
	if below.page != l.page || below.top-l.top > 3*l.em || isHead(below) || product.MatchString(below.text()) ||
		slices.ContainsFunc(below.cells, func(c cell) bool { return c.labelLike }) {
		return false
	}
	labels, sideBySide, asked, addressed := 0, false, false, false
	for j, c := range l.cells {
		sideBySide = sideBySide || j > 0 && c.labelLike && l.cells[j-1].labelLike
		under := slices.IndexFunc(below.cells, func(b cell) bool { return b.under(c, l.em) })
		if under < 0 || len(c.labels) != 1 || c.labels[0].value != "" || !c.ofHead() {
			continue
		}
		labels++
		asked = asked || c.labels[0].field == email
		addressed = addressed || c.labels[0].field == email && address.MatchString(below.cells[under].text)
	}
	return labels >= 2 && (addressed || !asked && sideBySide && len(below.cells) == len(l.cells))
}
