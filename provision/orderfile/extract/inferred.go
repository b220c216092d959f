package extract

import (
	"math"
	"slices"
	"strings"

	"mozybot/provision/orderfile/extract/label"
	"mozybot/provision/orderfile/extract/lexicon"
	"mozybot/provision/orderfile/extract/page"
	"mozybot/provision/orderfile/extract/values"
)

// Heads of columns are written in many languages and in more words than anybody lists. What stands below them tells the rest: a
// product in one column, and in another a number that, times a price, is an amount.

const (
	toFirstRow = 3  // how far below its head a table's first row may be, in lines
	witnesses  = 12 // how many rows are looked at
)

// prepared is a document with the heads of its item tables found.
func prepared(p page.Page) page.Page {
	for i := 0; i < len(p.Lines); i++ {
		all := len(p.Lines)
		if p.Lines = folded(p.Lines, i); i < p.Own {
			p.Own -= all - len(p.Lines)
		}
		if !p.Lines[i].Head && mayHead(p.Lines[i]) {
			infer(p.Lines, i)
		}
	}
	return p
}

// mayHead says that a line has nothing but what heads of columns have.
func mayHead(l page.Line) bool { return len(l.Cells) > 1 && hasOnlyHeads(l) }

// hasOnlyHeads says so also of a line with one cell, whose words may be the heads of several columns.
func hasOnlyHeads(l page.Line) bool {
	return !slices.ContainsFunc(l.Cells, func(c page.Cell) bool {
		return len(c.Text) > page.MaxHead || c.Product || strings.ContainsAny(c.Text, "0123456789@") || len(c.Labels) > 0 && c.Labels[0].Value != ""
	})
}

// infer names the columns below line i that its words do not tell, if it heads an item table.
func infer(lines []page.Line, i int) {
	t := table{head: lines[i].Cells, grid: lines[i].Grid, quantity: -1}
	described, sums := t.columnsOf(lines, i)
	if described < 0 || !t.mayCount(described) {
		return
	}
	counted := slices.IndexFunc(t.head, func(c page.Cell) bool { return isHead(c, quantityHeads) })
	at := slices.IndexFunc(sums, func(s sum) bool { return counted < 0 || s.quantity == counted })
	if counted == described || counted < 0 && (at < 0 || slices.ContainsFunc(sums, func(s sum) bool { return s.quantity != sums[0].quantity })) {
		return
	}
	head := slices.Clone(t.head)
	head[described].Told = "description"
	if at >= 0 {
		head[sums[at].quantity].Told, head[sums[at].price].Told, head[sums[at].amount].Told = "quantity", "price", "amount"
	}
	lines[i].Cells = head
	lines[i].Head = isTableHead(lines[i])
}

// columnsOf is the column that has the products of all rows below line i, -1 where there is none, and the sums that all of them make.
func (t table) columnsOf(lines []page.Line, i int) (described int, sums []sum) {
	described = -1
	rows := 0
	for n := i + 1; n < len(lines) && rows < witnesses; n++ {
		l := lines[n]
		if l.Page != lines[i].Page || l.Head || l.Grid != t.grid || rows == 0 && n > i+toFirstRow {
			break
		}
		at := slices.IndexFunc(l.Cells, func(c page.Cell) bool { return onlyKnown(c.Text) })
		if at < 0 || len(l.Cells) < 2 || len(l.Cells) > len(t.head) {
			continue
		}
		column, found := t.column(l, at), t.sums(l)
		switch {
		case column < 0 || rows > 0 && column != described:
			return -1, nil
		case rows == 0:
			described, sums = column, found
		default:
			sums = slices.DeleteFunc(sums, func(s sum) bool { return !slices.Contains(found, s) })
		}
		rows++
	}
	return described, sums
}

// sum is three columns of which the first times the second is the third.
type sum struct{ quantity, price, amount int }

// sums are those of a row, the amount behind its price.
func (t table) sums(l page.Line) (all []sum) {
	figures := make([]float64, len(t.head))
	for j, c := range l.Cells {
		if v, ok := values.Money(c.Text); ok && !c.Product && len(c.Text) <= 24 {
			if at := t.column(l, j); at >= 0 {
				figures[at] = v
			}
		}
	}
	for q, n := range figures {
		for p, price := range figures {
			for a := p + 1; a < len(figures); a++ {
				if q != p && q != a && t.mayCount(q) && n >= 1 && n == math.Trunc(n) && price > 0 && makes(n, price, figures[a]) {
					all = append(all, sum{q, p, a})
				}
			}
		}
	}
	return all
}

// mayCount says that a head is not known to be of something else than what is ordered, or how much of it.
func (t table) mayCount(column int) bool {
	c := t.head[column]
	return !neutralHead(c.Name) && !standing(c.Name) && !noteHeads[c.Name] && !provided.MatchString(c.Text) && !takenBack.MatchString(c.Text) && !ofWhatIsThere.MatchString(c.Text)
}

// makes says that so many at a price are an amount, which may be rounded.
func makes(n, price, amount float64) bool { return amount > 0 && math.Abs(n*price-amount) < 0.006 }

// folded puts positions together that take two lines each, as their heads do: what it is in the first, how many are in the second.
func folded(lines []page.Line, i int) []page.Line {
	if i+3 >= len(lines) || lines[i].Head || !mayHead(lines[i]) || !mayHead(lines[i+1]) || !lines[i+1].Follows(lines[i]) ||
		!has(lines[i], describingHeads) || has(lines[i], quantityHeads) || !has(lines[i+1], quantityHeads) || has(lines[i+1], describingHeads) {
		return lines
	}
	first, second := lines[i], lines[i+1]
	lines = slices.Delete(slices.Clone(lines), i+1, i+2)
	lines[i] = first.With(second)
	lines[i].Head = isTableHead(lines[i])
	for n := i + 1; n+1 < len(lines) && !lines[n].Head; n++ {
		counts := lines[n+1]
		if lines[n].Product() && len(lines[n].Cells) <= len(first.Cells)+1 && !counts.Product() && counts.Follows(lines[n]) &&
			len(counts.Cells) > 1 && len(counts.Cells) <= len(second.Cells) && startsLikeANumber.MatchString(counts.Cells[0].Text) {
			lines[n] = lines[n].With(counts)
			lines = slices.Delete(lines, n+1, n+2)
		}
	}
	return lines
}

// has says that a line has one of such heads.
func has(l page.Line, names []string) bool {
	return slices.ContainsFunc(l.Cells, func(c page.Cell) bool { return isHead(c, names) })
}

// isHead says that a cell is one of such heads.
func isHead(c page.Cell, names []string) bool {
	return slices.ContainsFunc(c.HeadNames(), func(name string) bool { return slices.Contains(names, name) })
}

// proven are those of several numbers of a line that a price and an amount behind them prove to be its quantity.
func proven(numbers []string, l page.Line) []string {
	var figures []float64
	for piece := range strings.FieldsSeq(l.Text()) {
		if v, ok := values.Money(piece); ok && decimals.MatchString(piece) {
			figures = append(figures, v)
		}
	}
	return slices.DeleteFunc(slices.Clone(numbers), func(number string) bool {
		n, err := values.Quantity(number)
		if err != nil {
			return true
		}
		for i, price := range figures {
			if slices.ContainsFunc(figures[i+1:], func(amount float64) bool { return makes(float64(n), price, amount) }) {
				return false
			}
		}
		return true
	})
}

var decimals = lexicon.Compile(`[.,]\d\d(?:\D|$)`)

// amongNumbers is the quantity of an item in a line without a table: none where it numbers the line by the head above, and of
// several numbers of which no head says what they are, the one that the amounts prove.
func (d sheet) amongNumbers(c *candidate) string {
	l := d.Lines[c.at]
	lead, _, ok := strings.Cut(l.Text(), c.description)
	leads, headed := ok && strings.TrimSpace(lead) == c.quantity, false
	for n := c.at - 1; n >= max(0, c.at-witnesses) && d.Lines[n].Page == l.Page; n-- {
		above := d.Lines[n]
		if leads && numbersLines(above) {
			return ""
		}
		headed = headed || len(above.Cells) > 2 && mayHead(above)
	}
	if headed {
		return c.quantity
	}
	if only := proven(strings.Split(c.quantity, " or "), l); len(only) == 1 {
		return only[0]
	}
	return c.quantity
}

// numbersLines says that a line is a head that begins with one of the lines' numbers.
func numbersLines(l page.Line) bool {
	if !hasOnlyHeads(l) {
		return false
	}
	word, rest, _ := strings.Cut(l.Cells[0].Text, " ")
	return positionHeads[l.Cells[0].Name] && len(l.Cells) > 1 || positionHeads[label.Normal(word)] && slices.Contains(describingHeads, label.Normal(rest))
}

var positionHeads = lexicon.Set("positionHeads")
