package format

import "mozybot/provision/orderfile/document"

// rtfTable is an open table. Where the entries of a row stand is often said behind them.
type rtfTable struct {
	inRow, inCell bool
	next          int   // the index of the next entry
	edges         []int // all right edges so far: those that nearly fall together are one
}

// level is the index of the edges that are being defined.
func (r *rtfReader) level() int {
	if r.group.nested {
		return 1
	}
	return 0
}

// inTable opens and closes tables until so many are open.
func (r *rtfReader) inTable(depth int) {
	for len(r.tables) > depth {
		r.closeEntry()
		r.flow.closeTable()
		r.tables = r.tables[:len(r.tables)-1]
	}
	for len(r.tables) < depth {
		r.inEntry()
		r.flow.openTable()
		r.tables = append(r.tables, rtfTable{})
	}
}

func (r *rtfReader) innermost() *rtfTable {
	if len(r.tables) == 0 {
		return nil
	}
	return &r.tables[len(r.tables)-1]
}

// inEntry begins an entry of the innermost table where none is begun.
func (r *rtfReader) inEntry() {
	t := r.innermost()
	if t == nil || t.inCell {
		return
	}
	if !t.inRow {
		r.flow.openRow()
		t.inRow, t.next = true, 0
	}
	r.flow.openCell(t.next, t.next+1)
	t.inCell = true
	t.next++
}

func (r *rtfReader) closeEntry() {
	if t := r.innermost(); t != nil && t.inCell {
		r.flow.closeCell()
		t.inCell = false
	}
}

func (r *rtfReader) endEntry(nested bool) {
	depth := 1
	if nested {
		depth = max(2, r.group.depth)
	}
	r.inTable(depth)
	r.inEntry()
	r.closeEntry()
}

// endRow ends a row, and puts its entries where its definition says they stand.
func (r *rtfReader) endRow(nested bool) {
	depth := 1
	if nested {
		depth = max(2, len(r.tables))
	}
	r.inTable(depth)
	r.closeEntry()
	t := r.innermost()
	rows := r.flow.in().table
	if !t.inRow || rows == nil || len(rows.rows) == 0 {
		return
	}
	edges := r.edges[0]
	if nested {
		edges = r.edges[1]
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
