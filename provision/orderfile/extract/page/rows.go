package page

import (
	"cmp"
	"slices"
	"strings"

	"mozybot/provision/orderfile/document"
	"mozybot/provision/orderfile/extract/label"
)

// joinedRows makes one line of a row of an item table, however many lines the page gives to a description, and gives
// Labels in an entry of any table a cell of their own.
func joinedRows(lines []document.Line, heads func(Line) bool) []document.Line {
	var joined []document.Line
	headed := map[int]bool{} // tables that have the head of an item table
	saved, fewer := 0.0, 0   // the room and the number of lines that are none any more
	for i := 0; i < len(lines); {
		n := 1
		for l := lines[i]; l.Row > 0 && i+n < len(lines) && lines[i+n].Table == l.Table && lines[i+n].Row == l.Row; {
			n++
		}
		row := lines[i : i+n]
		table := row[0].Table
		if row[0].Row > 0 && (n > 1 || !headed[table]) {
			one, tall, labelled := oneLine(row)
			head := heads(headOf(one))
			headed[table] = headed[table] || head
			if n > 1 && (head || headed[table] && tall == 1 && !labelled) {
				one.Top -= saved
				one.Number -= fewer
				joined = append(joined, partedLabels(one))
				fewer += n - 1
				if one.Where == "" { // rows of a spreadsheet keep their places
					saved += lines[i+n-1].Top - lines[i].Top
				}
				row = nil
			}
		}
		for _, l := range row {
			l.Top -= saved
			l.Number -= fewer
			joined = append(joined, partedLabels(l))
		}
		i += n
	}
	return joined
}

// oneLine is a row as if every entry had one line. tall is how many have several, and labelled says that one of these has a
// label.
func oneLine(row []document.Line) (one document.Line, tall int, labelled bool) {
	one = row[0]
	one.Cells = nil
	count := map[float64]int{}
	for _, l := range row {
		for _, c := range l.Cells {
			at := slices.IndexFunc(one.Cells, func(o document.Cell) bool { return o.Left == c.Left })
			count[c.Left]++
			if at < 0 {
				one.Cells = append(one.Cells, c)
				continue
			}
			one.Cells[at].Spans = append(slices.Clip(one.Cells[at].Spans).Add(" ", 0), c.Spans...)
			labelled = labelled || label.Scan(seen(c.Text())) != nil || label.Scan(seen(one.Cells[at].Spans[0].Text)) != nil
		}
	}
	for _, n := range count {
		if n > 1 {
			tall++
		}
	}
	slices.SortStableFunc(one.Cells, func(a, b document.Cell) int { return cmp.Compare(a.Left, b.Left) })
	return one, tall, labelled
}

// partedLabels cuts the text of a table's entries where room parts a label from its value.
func partedLabels(l document.Line) document.Line {
	if !l.Grid {
		return l
	}
	var cells []document.Cell
	for _, c := range l.Cells {
		if text := c.Text(); !strings.Contains(text, "  ") && !strings.ContainsAny(text, "\t|│┃║_…\u00a0") && !strings.Contains(text, "....") {
			cells = append(cells, c)
			continue
		}
		pieces := document.Columns(c.Spans, strings.Contains(strings.TrimSpace(c.Text()), "\t"))
		if len(pieces) < 2 || !slices.ContainsFunc(pieces, func(p document.Cell) bool { return label.Scan(p.Text()) != nil }) {
			cells = append(cells, c)
			continue
		}
		for i := range pieces {
			pieces[i].Left, pieces[i].Right, pieces[i].Where = c.Left+float64(i), c.Left+float64(i+1), c.Where
		}
		cells = append(cells, pieces...)
	}
	l.Cells = cells
	return l
}

// headOf is a line as far as the head of a table needs it.
func headOf(l document.Line) Line {
	var head Line
	for _, c := range l.Cells {
		head.Cells = append(head.Cells, Cell{Text: seen(c.Text()), Name: label.Normal(seen(c.Text()))})
	}
	return head
}
