package extract

import (
	"mozybot/provision/orderfile/extract/label"
	"mozybot/provision/orderfile/extract/page"
	"mozybot/provision/orderfile/extract/values"
)

// labelledPart is one half of an item, by the indexes of the lines of its label and of itself.
type labelledPart struct {
	label, at int
	text      string
}

// namesItem says that a value is the name of one item, and does not order it by itself.
func namesItem(value string) bool {
	named := namedIn(page.Joined([]page.Line{{Cells: []page.Cell{{Text: value}}}}), product)
	return len(named) == 0 || onlyKnown(value) || len(named) == 1 && named[0].quantity == "" && unknownWord(value) == ""
}

// readPairs finds items whose name and quantity have a label each ("Product: ...", "Quantity: ..."), or whose quantity
// is labelled under the bare name. The two stand at most three lines apart. Lines that became rows join consumed.
func readPairs(d sheet, consumed map[int]bool) []row {
	const reach = 3
	var rows []row
	var item, quantity *labelledPart
	last := -1 // index of the line of the last row's quantity
	// spare is a quantity that found no item: right below another one it says that nobody knows which counts.
	spare := func() {
		if quantity == nil || last < 0 || quantity.label-last > 1 || !startsLikeANumber.MatchString(quantity.text) {
			return
		}
		if r := &rows[len(rows)-1]; values.Clean(r.quantity) != quantity.text {
			r.quantity += " or " + quantity.text
		}
	}
	near := func(p *labelledPart, i int) bool { return p != nil && i-p.at <= reach }
	for i, l := range d.Lines {
		if consumed[i] {
			continue
		}
		if l.Product() && onlyKnown(l.Text()) {
			item = &labelledPart{label: i, at: i, text: l.Text()}
		}
		for j, c := range l.Cells {
			for _, found := range c.Labels {
				if found.Field != label.Item && found.Field != label.Quantity {
					continue
				}
				value, at := found.Value, i
				if value == "" && !found.None {
					value, at = d.ValueBeside(i, j)
				}
				switch {
				case value == "", pricedIn(l.Text()) != "": // which is of the name above
				case found.Field == label.Quantity:
					if further := d.numberUnder(at, value); at > i && further != "" {
						value += " or " + further // the head of a column of them
					}
					spare()
					quantity = &labelledPart{label: i, at: at, text: value}
				case namesItem(value):
					item = &labelledPart{label: i, at: at, text: value}
				}
				if near(item, i) && near(quantity, i) {
					rows = append(rows, row{quantity: quantity.text, description: item.text, place: d.Lines[item.at].Place(), at: item.at, table: -1})
					last = quantity.at
					for _, p := range []*labelledPart{item, quantity} {
						consumed[p.label], consumed[p.at] = true, true
					}
					item, quantity = nil, nil
				}
			}
		}
	}
	spare()
	return rows
}

// numberUnder is the number right below a value in line i, "" where none is.
func (d sheet) numberUnder(i int, value string) string {
	if i+1 >= len(d.Lines) || d.Lines[i+1].Top-d.Lines[i].Top > 2.2*d.Lines[i].Em {
		return ""
	}
	l, below := d.Lines[i], d.Lines[i+1]
	for _, c := range l.Cells {
		if k := below.CellAt(c.Left, l.Em); values.Clean(c.Text) == value && k >= 0 && bareNumber.MatchString(below.Cells[k].Text) {
			return below.Cells[k].Text
		}
	}
	return ""
}
