package extract

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"unicode"

	"mozybot/provision/orderfile/extract/lexicon"
	"mozybot/provision/orderfile/extract/page"
)

// row is a line of an item table, or of a list of items.
type row struct {
	quantity    string
	description string
	place       page.Spot
	at          int         // index of its line
	around      string      // the words it stands among: its line, or its sentence
	group       string      // the heading it stands under, where that says that it is not ordered now
	table       int         // index of the line with the head of its table; -1 outside of tables
	remarks     []remark    // what else its row says
	total       bool        // it sums rows up
	inGB        bool        // its table counts GB, which no license has
	record      bool        // its line is an order by itself, as programs export them
	struck      page.Extent // how much of it is crossed out
	box         stance      // what the box before it says
}

// The heads of the columns that matter, the best first.
var quantityHeads, describingHeads = lexicon.List("quantityHeads"), lexicon.List("describingHeads")

// table is an item table's head: the columns that are read, and all of them to tell where a cell belongs.
type table struct {
	head       []page.Cell
	quantity   int
	describing []int
	named      map[int]string // in a table of one order a row: what a column counts, by its head
	grid       bool
	inGB       bool // the head says that it counts GB
}

// tableHead recognises the head of an item table: it has a column for quantities and one for descriptions.
func isTableHead(l page.Line) bool {
	_, ok := tableHead(l)
	return ok
}

func tableHead(l page.Line) (table, bool) {
	t := table{head: l.Cells, quantity: -1, grid: l.Grid}
	best := len(quantityHeads)
	if len(l.Cells) < 2 || isRecord(l) {
		return t, false
	}
	for i, c := range l.Cells {
		if len(c.Text) > page.MaxHead {
			continue
		}
		for _, name := range c.HeadNames() {
			if rank := slices.Index(quantityHeads, name); rank >= 0 && rank < best {
				t.quantity, best = i, rank
			}
			if slices.Contains(describingHeads, name) && !slices.Contains(t.describing, i) {
				t.describing = append(t.describing, i)
			}
		}
	}
	slices.SortStableFunc(t.describing, func(a, b int) int {
		rank := func(i int) int {
			best := len(describingHeads)
			for _, name := range t.head[i].HeadNames() {
				if at := slices.Index(describingHeads, name); at >= 0 {
					best = min(best, at)
				}
			}
			return best
		}
		return rank(a) - rank(b)
	})
	if t.quantity < 0 {
		t.quantity = slices.IndexFunc(l.Cells, func(c page.Cell) bool { return sizedHead.MatchString(c.Text) })
		t.inGB = t.quantity >= 0
	}
	var named map[int]string
	if t.quantity < 0 || t.inGB || len(t.describing) == 0 {
		named = namedColumns(l.Cells)
	}
	if t.quantity >= 0 && len(t.describing) > 0 && named == nil {
		return t, true
	}
	return table{head: l.Cells, quantity: -1, named: named, grid: l.Grid}, named != nil
}

// isRecord says that a line has a product and a number in cells of their own: it is a row, though it says "Item" and "PCS", as heads do.
func isRecord(l page.Line) bool {
	return slices.ContainsFunc(l.Cells, func(c page.Cell) bool {
		return c.Text != "" && unicode.IsDigit(rune(c.Text[0])) && bareNumber.MatchString(c.Text)
	}) &&
		slices.ContainsFunc(l.Cells, func(c page.Cell) bool { return c.Product && onlyKnown(c.Text) })
}

// counting is the table with another of its columns for quantities where the first of them says yes or no: "Ordered", "Qty".
func (t table) counting(below []page.Line) table {
	for j := 0; t.quantity >= 0 && len(below) > 0 && j < len(below[0].Cells); j++ {
		if said := stanceOf(below[0].Cells[j].Text); t.column(below[0], j) != t.quantity || said != saysYes && said != saysNo {
			continue
		}
		first := t.head[t.quantity].Name
		if at := slices.IndexFunc(t.head, func(h page.Cell) bool { return h.Name != first && slices.Contains(quantityHeads, h.Name) }); at >= 0 {
			t.quantity = at
			return t
		}
	}
	return t
}

// listsOnly says that a line is the head of a table that has no quantities, as price lists have it.
func listsOnly(l page.Line) bool {
	describes := false
	for _, c := range l.Cells {
		describes = describes || slices.Contains(describingHeads, c.Name)
		if !neutralHead(c.Name) && !slices.Contains(describingHeads, c.Name) {
			return false
		}
	}
	return describes && len(l.Cells) > 1
}

// belongsToHead says that a line above or below a table's head has only heads of other columns: those of two lines, beside
// others of one.
func belongsToHead(head, other page.Line) bool {
	return head.Page > 0 && other.Page == head.Page && math.Abs(other.Top-head.Top) <= 1.3*head.Em &&
		!slices.ContainsFunc(other.Cells, func(c page.Cell) bool {
			return c.LabelLike && c.Labels == nil || len(c.Text) > 20 || strings.ContainsAny(c.Text, "0123456789") ||
				slices.ContainsFunc(head.Cells, c.Overlaps)
		})
}

// with is the table with the heads of more columns, where they are of others.
func (t table) with(more []page.Cell) table {
	cells := slices.Clone(t.head)
	for _, c := range more {
		if !slices.ContainsFunc(cells, c.Overlaps) {
			cells = append(cells, c)
		}
	}
	slices.SortStableFunc(cells, func(a, b page.Cell) int { return cmp.Compare(a.Left, b.Left) })
	wider, _ := tableHead(page.Line{Cells: cells, Grid: t.grid})
	return wider
}

// column is the index of the column that a cell of a row belongs to, -1 if it is none of the head's. In a grid the
// place decides. Elsewhere a row with as many cells as the head has columns fills them in order, and where it has not,
// the nearest column takes a cell.
func (t table) column(l page.Line, j int) int {
	if !l.Grid && len(l.Cells) == len(t.head) {
		return j
	}
	best := t.nearest(l.Cells[j])
	if l.Grid && !l.Cells[j].Under(t.head[best], l.Em) {
		return -1
	}
	if !l.Grid && (j > 0 && t.nearest(l.Cells[j-1]) == best || j+1 < len(l.Cells) && t.nearest(l.Cells[j+1]) == best) {
		return t.within(l, j, best)
	}
	if !l.Grid && !l.Cells[j].Overlaps(t.head[best]) && t.within(l, j, best) != best {
		return -1 // of either column
	}
	return best
}

// nearest is the column that a cell is most in line with.
func (t table) nearest(c page.Cell) int {
	best := 0
	for i, head := range t.head {
		if c.Distance(head) < c.Distance(t.head[best]) {
			best = i
		}
	}
	return best
}

// within is the column that cell j begins in, where heads stand on the left of their columns and entries on the right: then each cell of the
// line begins in another. Else it is the nearest.
func (t table) within(l page.Line, j, nearest int) int {
	found, last := nearest, -1
	for k, c := range l.Cells {
		at := last
		for at+1 < len(t.head) && t.head[at+1].Left <= c.Left+l.Em/4 {
			at++
		}
		if at == last {
			return nearest
		}
		if last = at; k == j {
			found = at
		}
	}
	return found
}

var (
	sizedHead   = lexicon.Of("sizedHead")
	withoutUnit = lexicon.Of("withoutUnit")
	// unitHeads are of columns with the unit of a quantity, and gigabyteUnit is the one that storage without a size is counted in.
	unitHeads    = lexicon.Set("unitHeads")
	gigabyteUnit = lexicon.Compile(`(?i)^(?:gb|go|gigabytes?)$`)

	totals  = lexicon.Of("totals")
	carried = lexicon.Compile(`(?i)^(?:page (?:total|sum)|carried (?:forward|over)|brought forward)\b`)
)

// part is one line's share of a table: what stands in the columns that are read.
type part struct {
	index       int // of the line
	line        page.Line
	quantity    string
	description string
	known       bool // the description is one that the runbook knows
	remarks     []remark
	struck      page.Extent
	table       int
	unit        bool // the column of quantities has a unit alone
}

// readTables reads all item tables, over page breaks. used are the lines that belong to the order's head; lines that
// became rows are returned by index.
func readTables(d sheet, used map[int]bool) (rows []row, consumed map[int]bool) {
	consumed = map[int]bool{}
	var t table
	var parts []part
	open, seen, priced := false, false, false // priced: it is below the head of a price list
	flush := func() {
		for _, r := range assemble(parts, consumed) {
			r.inGB = t.inGB
			rows = append(rows, r.withLicenses()...)
		}
		parts = nil
	}
	headed := 0
	for i, l := range d.Lines {
		if l.Head {
			head, _ := tableHead(l)
			flush()
			t, open, seen, priced, headed = head.counting(d.Lines[i+1:]), true, true, false, i
			consumed[i] = true
			for _, n := range []int{i - 1, i + 1} {
				if n >= 0 && n < len(d.Lines) && belongsToHead(l, d.Lines[n]) {
					t = t.with(d.Lines[n].Cells)
					consumed[n] = true
				}
			}
			continue
		}
		if l.Footnote {
			open = false
			continue
		}
		if seen && listsOnly(l) {
			priced, open, seen = l.Grid, false, false
		}
		if priced && l.Grid && slices.ContainsFunc(l.Cells, func(c page.Cell) bool { return restAfterName(c.Text) == 0 }) {
			consumed[i] = true // it has a price, and the table before says how many
		}
		if !seen || consumed[i] || t.grid && !l.Grid {
			continue
		}
		if t.sumsUp(l) {
			if p, ok := t.part(i, l); ok && open && p.known {
				p.table = headed
				r := p.row()
				r.quantity, r.description, r.total = p.quantity, p.description, true
				rows, consumed[i] = append(rows, r), true
			}
			open = false
			continue
		}
		if t.named != nil {
			record := t.record(i, headed, l)
			rows, consumed[i] = append(rows, record...), len(record) > 0
			continue
		}
		if used[i] && !t.holds(l) {
			open = false // until the table shows again: on the next page, below the order's head
			continue
		}
		p, ok := t.part(i, l)
		if !ok && p.unit && len(l.Cells) == 1 {
			consumed[i] = true
		}
		if ok && p.description == "" && takenBack.MatchString(p.quantity) && len(parts) > 0 { // a table within the entry goes on
			parts[len(parts)-1].remarks = append(parts[len(parts)-1].remarks, remark{text: l.Text()})
			continue
		}
		if ok && !carried.MatchString(l.Text()) && (open || p.known && p.quantity != "") {
			open = true
			p.table = headed
			if len(parts) > 0 {
				p.remarks = append(p.remarks, t.statusAbove(l, parts[len(parts)-1])...)
			}
			parts = append(parts, p)
		}
	}
	flush()
	return rows, consumed
}

// sumsUp says that a line is one of totals: a word for them stands in it, and is none of a tax in the column of taxes.
func (t table) sumsUp(l page.Line) bool {
	for j, c := range l.Cells {
		if totals.MatchString(c.Text) {
			if at := t.column(l, j); j == 0 || at < 0 || !taxedHead.MatchString(t.head[at].Text) {
				return true
			}
		}
	}
	return false
}

// part takes the cells of a line that stand in the columns for quantities and descriptions, and what else it says.
func (t table) part(index int, l page.Line) (part, bool) {
	l = t.parted(l)
	p := part{index: index, line: l}
	described := make([][]string, len(t.head))
	for j, c := range l.Cells {
		at := t.column(l, j)
		if c.Struck == page.Partly && at >= 0 && at != t.quantity && onlyPrices.MatchString(c.Text) { // an old one, and the new one
			c.Text, c.Struck = c.Standing, page.Nowhere
		}
		if j == 0 {
			p.struck = c.Struck
		}
		p.struck = p.struck.With(c.Struck)
		switch {
		case at < 0 && j > 0 && t.column(l, j-1) == t.quantity && orderedOf.MatchString(l.Cells[j-1].Text):
			p.quantity = firstOf(l.Cells[j-1].Text, c.Text)
		case at < 0:
			p.remarks = append(p.remarks, remark{text: c.Text})
		case at == t.quantity && unitOfOne.MatchString(c.Text) && !strings.ContainsAny(c.Text, "0123456789"): // below its number
			p.unit = true
		case at == t.quantity && len(c.Text) > 20 && !startsLikeANumber.MatchString(c.Text):
			return part{}, false // a remark across the table
		case at == t.quantity:
			if p.quantity = strings.TrimSpace(p.quantity + " " + c.Text); t.inGB && withoutUnit.MatchString(c.Text) {
				p.quantity += " GB"
			}
		default:
			described[at] = append(described[at], c.Text)
		}
	}
	best := -1
	for _, at := range t.describing {
		text := strings.Join(described[at], " ")
		if text == "" || p.known {
			continue
		}
		if is := known(text); p.description == "" || is {
			p.description, p.known, best = text, is, at
		}
	}
	for at, texts := range described {
		if text := strings.Join(texts, " "); !p.known && known(text) && (p.description == "" || onlyKnown(text)) {
			p.description, p.known, best = text, true, at // behind a code, which shifts it in a typed table
		}
	}
	for at, texts := range described {
		text := strings.Join(texts, " ")
		if unitHeads[t.head[at].Name] && gigabyteUnit.MatchString(text) && withoutUnit.MatchString(p.quantity) && bareStorage.MatchString(p.description) {
			p.quantity += " GB"
		}
		if text != "" && at != best {
			p.remarks = append(p.remarks, remark{t.head[at].HeadText(), text})
		}
	}
	return p, p.quantity != "" || p.description != ""
}

// orderedOf are the labels of a table within the entry for the quantity, as shops have it: how many are ordered, and billed.
var orderedOf = lexicon.Compile(`(?i)^(?:qty )?ordered(?: (?:qty )?invoiced)?$`)

// onlyPrices are amounts of money and nothing else.
var onlyPrices = lexicon.Compile(`^(?:(?:[$€£]|kr\.?|[A-Z]{3})? ?\d[\d.,'’]*[.,]\d\d ?(?:[$€£]|kr\.?|zł|Kč|[A-Z]{3})?(?: |$))+$`)

// firstOf is the first of so many numbers as there are labels, else all of it.
func firstOf(labels, numbers string) string {
	if all := strings.Fields(numbers); len(all) == len(strings.Fields(labels)) {
		return all[0]
	}
	return labels + " " + numbers
}

// parted is a typed row whose quantity, or another number, stands in its column with no more than a blank beside it.
func (t table) parted(l page.Line) page.Line {
	if l.Grid || l.Page > 0 || t.quantity < 0 || len(l.Cells) >= len(t.head) {
		return l
	}
	for j := 0; j < len(l.Cells) && len(l.Cells) < len(t.head); j++ {
		if at := numberAtStart.FindStringIndex(l.Cells[j].Text); at != nil {
			number, rest := l.Cells[j].Parted(at[1])
			if a, b := t.over(number), t.over(rest); a >= 0 && b == a+1 && !rest.Overlaps(t.head[a]) {
				l.Cells = slices.Concat(l.Cells[:j], []page.Cell{number, rest}, l.Cells[j+1:])
			}
		}
	}
	for j, c := range l.Cells {
		if at := numberAtEnd.FindStringSubmatchIndex(c.Text); at != nil && c.Left+1 < t.head[t.quantity].Left {
			if name, number := c.Parted(at[2]); number.Under(t.head[t.quantity], 1) {
				l.Cells = slices.Concat(l.Cells[:j], []page.Cell{name, number}, l.Cells[j+1:])
				break
			}
		}
	}
	return l
}

// over is the first head that stands over a cell, -1 for none.
func (t table) over(c page.Cell) int { return slices.IndexFunc(t.head, c.Overlaps) }

// numberAtStart is one that begins a text.
var numberAtStart = lexicon.Compile(`^\d[\d.,]* `)

// numberAtEnd is one that ends a text.
var numberAtEnd = lexicon.Compile(`\pL (\d[\d.,]*)$`)

// holds says that a line has an entry for each column, a product with its quantity among them (in a grid whatever is sold), and what reads like a label
// stands in a column that has such: then it is a row.
func (t table) holds(l page.Line) bool {
	p, ok := t.part(0, l)
	if !ok || len(l.Cells) != len(t.head) || !p.known && !l.Grid || p.description == "" || !startsLikeANumber.MatchString(p.quantity) {
		return false
	}
	for j, c := range l.Cells {
		if head := t.head[t.column(l, j)].Name; c.Labels != nil && !standing(head) && !neutralHead(head) {
			return false
		}
	}
	return true
}

// plausible tells items from headings and remarks between them. A row without a quantity is one when it names a product
// and little else.
func (r row) plausible() bool {
	if r.quantity == "" {
		return startsKnown(r.description)
	}
	return known(r.description) || startsLikeANumber.MatchString(r.quantity)
}

// startsKnown says that a text begins with the name of a product that the runbook knows.
func startsKnown(text string) bool { return restAfterName(text) >= 0 }

// onlyKnown says that a text is such a name, with a few words behind it at most.
func onlyKnown(text string) bool {
	rest := restAfterName(text)
	return rest >= 0 && rest <= 30
}

// restAfterName is how much text follows the name of a product at its start, -1 where none starts it.
func restAfterName(text string) int {
	if at := storageName.FindStringIndex(text); at != nil && at[0] == 0 && !hardware.MatchString(text) {
		return len(text) - at[1]
	}
	if at := licenseName.FindStringIndex(text); at != nil && at[0] == 0 {
		return len(text) - at[1]
	}
	return -1
}
