package format

import "mozybot/provision/orderfile/document"

// rtfTable is an open table. Where the entries of a row stand is often said behind them.
type rtfTable struct {
	inRow, inCell bool
	next          int   // the index of the next entry
	edges         []int // all right edges so far: those that nearly fall together are one
}

// rtfTables are the tables that are open around a place, outermost first, and what is defined of the row in hand.
type rtfTables struct {
	flow   *flow
	open   []rtfTable
	edges  [2][]int // of its entries: outside, and of a table within a table
	shaded bool     // entries of it have a color behind them
}

// inside opens and closes tables until so many are open.
func (a *rtfTables) inside(depth int) {
	for len(a.open) > depth {
		a.closeEntry()
		a.flow.closeTable()
		a.open = a.open[:len(a.open)-1]
	}
	for len(a.open) < depth {
		a.inEntry()
		a.flow.openTable()
		a.open = append(a.open, rtfTable{})
	}
}

func (a *rtfTables) innermost() *rtfTable {
	if len(a.open) == 0 {
		return nil
	}
	return &a.open[len(a.open)-1]
}

// inEntry begins an entry of the innermost table where none is begun.
func (a *rtfTables) inEntry() {
	t := a.innermost()
	if t == nil || t.inCell {
		return
	}
	if !t.inRow {
		a.flow.openRow()
		t.inRow, t.next = true, 0
	}
	a.flow.openCell(t.next, t.next+1)
	t.inCell = true
	t.next++
}

func (a *rtfTables) closeEntry() {
	if t := a.innermost(); t != nil && t.inCell {
		a.flow.closeCell()
		t.inCell = false
	}
}

// endEntry ends an entry of the outermost table, or of one within a table, so many deep.
func (a *rtfTables) endEntry(nested bool, deep int) {
	depth := 1
	if nested {
		depth = max(2, deep)
	}
	a.inside(depth)
	a.inEntry()
	a.closeEntry()
}

// endRow ends a row, and puts its entries where its definition says they stand.
func (a *rtfTables) endRow(nested bool) {
	depth := 1
	if nested {
		depth = max(2, len(a.open))
	}
	a.inside(depth)
	a.closeEntry()
	t := a.innermost()
	rows := a.flow.in().table
	if !t.inRow || rows == nil || len(rows.rows) == 0 {
		return
	}
	edges := a.edges[0]
	if nested {
		edges = a.edges[1]
	}
	const leftmost = -1 << 20
	from := leftmost
	row := rows.rows[len(rows.rows)-1].entries
	for i := range row {
		to := max(from, 0) + 1440*(i+1)
		if i < len(edges) {
			to = t.edge(edges[i])
		}
		row[i].from, row[i].to = from, max(to, from+1)
		from = row[i].to
	}
	t.inRow = false
}

// edge is the edge that falls together with e: programs round them.
func (t *rtfTable) edge(e int) int {
	const near = 40 // twentieths of a point
	for _, known := range t.edges {
		if -near <= known-e && known-e <= near {
			return known
		}
	}
	if len(t.edges) < document.MaxCells {
		t.edges = append(t.edges, e)
	}
	return e
}
