package format

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"mozybot/provision/orderfile/document"
)

// layBlocks puts blocks under each other from the top, left being their left edge, and says how high they are. Within
// a cell all lines are equally high, so that those of its neighbours stand beside them.
func layBlocks(blocks []block, left float64, inCell bool) (lines []document.Line, height float64) {
	runsOn := true
	for _, b := range blocks {
		if height > 0 && !inCell && !(runsOn && b.table == nil) {
			height += paragraphHeight - 1
		}
		var laid []document.Line
		high := 0.0
		switch {
		case b.table == nil:
			laid, high = layText(b.text, left, inCell)
		case b.table.frame():
			laid, high = layBlocks(b.table.content(), left, inCell)
		default:
			laid, high = b.table.lay(left)
		}
		lines = append(lines, moved(laid, height)...)
		height += high
		runsOn = b.table == nil && goesOn(b.text.String())
	}
	return lines, height
}

func moved(lines []document.Line, by float64) []document.Line {
	for i := range lines {
		lines[i].Top += by
	}
	return lines
}

// goesOn says that a paragraph ends within a sentence: text that was wrapped by hand has one for each of its lines.
func goesOn(text string) bool {
	text = strings.TrimSpace(text)
	return len(text) >= 50 && !strings.ContainsAny(text[len(text)-1:], ".:!?")
}

func layText(text document.Spans, left float64, inCell bool) (lines []document.Line, height float64) {
	at := 0
	for s := range strings.SplitSeq(text.String(), "\n") {
		part := text.Slice(at, at+len(s))
		at += len(s) + 1
		cells := document.Columns(part, strings.Contains(strings.TrimSpace(s), "\t"))
		if inCell && len(cells) > 0 { // it stays in one piece, and in its column
			cells = []document.Cell{{Spans: part, Left: 0, Right: 1}}
		}
		for i := range cells {
			cells[i].Left += left
			cells[i].Right += left
		}
		if len(cells) > 0 {
			lines = append(lines, document.Line{Top: height, Em: 1, Cells: cells, Grid: inCell})
		}
		height++
	}
	return lines, height
}

// frame says that the table has one entry in every row: it is there for its border, or for the width of a mail.
func (t *grid) frame() bool {
	return !slices.ContainsFunc(t.rows, func(row gridRow) bool { return len(row.entries) > 1 || row.number > 0 })
}

func (t *grid) content() []block {
	var all []block
	for _, row := range t.rows {
		for _, e := range row.entries {
			all = append(all, e.blocks...)
		}
	}
	return all
}

// lay puts the rows of a table under each other. Every column has the room of one, or that of the widest table in it,
// so that tables with the same columns stand in line.
func (t *grid) lay(left float64) (lines []document.Line, height float64) {
	edges := t.edges()
	lefts := make([]float64, len(edges))
	for i, width := range t.widths(edges) {
		lefts[i+1] = lefts[i] + float64(width)*document.TabColumn
	}
	for _, row := range t.rows {
		switch {
		case row.number > 0:
			height = float64(row.number-1) * paragraphHeight
		case height > 0:
			height += paragraphHeight - 1
		}
		most, nested := 1.0, false
		var all []document.Line
		for _, e := range row.entries {
			from, to := e.between(edges)
			laid, high := layBlocks(e.blocks, left+lefts[from], true)
			where := row.place(e)
			for i := range laid {
				for n := range laid[i].Cells {
					laid[i].Cells[n].Where = where
				}
				if len(laid[i].Cells) == 1 && !e.holdsTable() {
					laid[i].Cells[0].Right = left + lefts[to-1] + 1
				}
			}
			nested = nested || len(laid) > 0 && e.holdsTable()
			all, most = append(all, laid...), max(most, high)
		}
		for _, l := range moved(beside(all), height) {
			if !nested {
				l.Table, l.Row = t.number, row.count
			}
			if row.number > 0 {
				l.Where = fmt.Sprintf("%srow %d", row.sheet, row.number)
			}
			lines = append(lines, l)
		}
		height += most
	}
	return lines, height
}

// place is how people call an entry of a spreadsheet: "cell B4"; "" elsewhere.
func (row gridRow) place(e entry) string {
	if row.number == 0 {
		return ""
	}
	var letters []byte
	for n := e.from + 1; n > 0; n = (n - 1) / 26 {
		letters = append(letters, byte('A'+(n-1)%26))
	}
	slices.Reverse(letters)
	return fmt.Sprintf("%scell %s%d", row.sheet, letters, row.number)
}

// beside makes one line of those that are equally high.
func beside(lines []document.Line) []document.Line {
	slices.SortStableFunc(lines, func(a, b document.Line) int { return cmp.Compare(a.Top, b.Top) })
	var joined []document.Line
	for _, l := range lines {
		if n := len(joined); n > 0 && joined[n-1].Top == l.Top {
			joined[n-1].Cells = append(joined[n-1].Cells, l.Cells...)
			if joined[n-1].Table != l.Table || joined[n-1].Row != l.Row { // of several tables
				joined[n-1].Table, joined[n-1].Row = 0, 0
			}
			continue
		}
		joined = append(joined, l)
	}
	return joined
}

// edges are the places where the entries begin and end, from the left.
func (t *grid) edges() []int {
	var all []int
	for _, row := range t.rows {
		for _, e := range row.entries {
			all = append(all, e.from, e.to)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// between are the indexes of the edges that an entry begins and ends at.
func (e entry) between(edges []int) (from, to int) {
	from, _ = slices.BinarySearch(edges, e.from)
	to, _ = slices.BinarySearch(edges, e.to)
	return from, to
}

func (e entry) holdsTable() bool {
	return slices.ContainsFunc(e.blocks, func(b block) bool { return b.table != nil && !b.table.frame() })
}

// widths are those of the columns between the edges, in columns that hold no table.
func (t *grid) widths(edges []int) []int {
	if len(edges) == 0 {
		return nil
	}
	widths := make([]int, len(edges)-1)
	for i := range widths {
		widths[i] = 1
	}
	for _, row := range t.rows {
		for _, e := range row.entries {
			from, to := e.between(edges)
			sum := 0
			for _, width := range widths[from:to] {
				sum += width
			}
			widths[to-1] += max(0, widest(e.blocks)-sum)
		}
	}
	return widths
}

// widest is the width of the widest table among blocks.
func widest(blocks []block) int {
	most := 0
	for _, b := range blocks {
		if b.table == nil {
			continue
		}
		sum := 0
		for _, width := range b.table.widths(b.table.edges()) {
			sum += width
		}
		most = max(most, sum)
	}
	return most
}
