package page

import (
	"math"
	"slices"
	"strings"

	"mozybot/provision/orderfile/extract/label"
	"mozybot/provision/orderfile/extract/values"
)

// Entry of a block: its text, and where it stands.
type Entry struct {
	Text   string
	Place  Spot
	Person bool // by a label of what they do
}

// maxBlock is how many lines a block has at most.
const maxBlock = 8

// BlockUnder are the entries of the block under a label: the cells in its column, up to more room, another block, or a table.
func (d Page) BlockUnder(i, j int) []Entry {
	head := d.Lines[i]
	column := head.Cells[j]
	edge := math.Inf(1)
	if j+1 < len(head.Cells) {
		edge = head.Cells[j+1].Left
	}
	var entries []Entry
	last, room := head, 2.2*head.Em
	if !slices.ContainsFunc(head.Cells, func(c Cell) bool { return !c.Asks() || !opensBlock(c.Labels[0]) }) {
		room *= 2 // nothing but labels of blocks may stand further above them
	}
	for n := i + 1; n < len(d.Lines) && len(entries) < maxBlock; n++ {
		l := d.Lines[n]
		if l.Page != head.Page || l.Top-last.Top > room || l.Head || l.Product() {
			break
		}
		k := slices.IndexFunc(l.Cells, func(c Cell) bool {
			return math.Abs(c.Left-column.Left) <= head.Em || c.Left >= column.Left && c.right < edge && l.Grid == head.Grid && c.Overlaps(column)
		})
		if k < 0 {
			continue
		}
		room = 2.2 * head.Em
		c := l.Cells[k]
		if does, value, ok := strings.Cut(c.Text, ":"); ok && c.Labels == nil && values.LikeRole(does) && values.LikePerson(strings.TrimSpace(value)) {
			entries, last = append(entries, Entry{strings.TrimSpace(value), l.Place(), true}), l
			continue
		}
		if len(c.Text) > len(column.Text) && strings.HasPrefix(c.Name, column.Name+" ") {
			break // a label that goes on as this one begins
		}
		if c.LabelLike && (c.Labels == nil || c.Labels[0].Value == "" || c.NamesCustomer() || slices.ContainsFunc(c.Labels, opensBlock)) {
			break
		}
		if last = l; !c.LabelLike && !d.labelsBeside(i, n, k) {
			entries = append(entries, Entry{Text: c.Text, Place: l.Place()})
		}
	}
	return entries
}

// opensBlock says that a label is of a party, which has a block of its own.
func opensBlock(l label.Label) bool { return l.Is(label.BillTo, label.ShipTo, label.Seller) }

// labelsBeside says that cell k of line n, below line i, is a label that is not known: what it is of stands beside it, as in other lines near by,
// where the label is known.
func (d Page) labelsBeside(i, n, k int) bool {
	if k+1 >= len(d.Lines[n].Cells) {
		return false
	}
	return slices.ContainsFunc(d.Lines[i+1:min(len(d.Lines), n+maxBlock)], func(l Line) bool {
		at := slices.IndexFunc(l.Cells, func(c Cell) bool {
			return c.OfHead() && c.Asks() && !l.Head && math.Abs(c.Left-d.Lines[n].Cells[k].Left) < 1
		})
		return at >= 0 && at+1 < len(l.Cells) && !l.Cells[at+1].LabelLike
	})
}

// BlockBeside are the entries of a block that begins beside its label, as in a form's table: nothing stands under the label.
func (d Page) BlockBeside(i, j int) []Entry {
	l := d.Lines[i]
	if j+1 >= len(l.Cells) || l.Cells[j+1].LabelLike || d.HeadsColumn(i, j) || d.titles(i) {
		return nil
	}
	begins := l.Cells[j+1]
	if beginsLow(begins.Text) { // a way to send it, and no name
		return nil
	}
	end := i + 1
	for end < len(d.Lines) && d.Lines[end].CellAt(l.Cells[j].Left, l.Em) < 0 {
		end++
	}
	d.Lines = d.Lines[:end]
	if i > 0 && l.Page > 0 && l.Follows(d.Lines[i-1]) && len(d.Lines[i-1].Cells) == 1 && math.Abs(d.Lines[i-1].Cells[0].Left-begins.Left) <= l.Em/4 && !d.Lines[i-1].Cells[0].LabelLike {
		return nil // the label stands in the middle of what it is of
	}
	return append([]Entry{{Text: begins.Text, Place: l.Place()}}, d.BlockUnder(i, j+1)...)
}

// OnlyAddress is the only e-mail address of a page, or the only one that is called as one of some names; else "".
func (d Page) OnlyAddress(names []Entry) string {
	var all, called []string
	for _, l := range d.Lines {
		for _, c := range l.Cells {
			for _, found := range values.Address.FindAllString(strings.ToLower(c.Text), 2) {
				if slices.Contains(all, found) {
					continue
				}
				all = append(all, found)
				if slices.ContainsFunc(names, func(e Entry) bool { return values.OfCompany(found, e.Text) }) {
					called = append(called, found)
				}
			}
		}
	}
	switch {
	case len(all) == 1:
		return all[0]
	case len(called) == 1 && len(all) <= maxAddresses:
		return called[0]
	}
	return ""
}

// maxAddresses is how many addresses a page may have for one of them to be told by its name.
const maxAddresses = 10

// dropSellersColumns leaves the seller's column out of tables that have one for each party: "| | Provider | Customer |", with what
// is asked of both on the left. Who is whose is told by the heads alone.
func (d *Page) dropSellersColumns() {
	for i, head := range d.Lines {
		seller := slices.IndexFunc(head.Cells, func(c Cell) bool { return c.Asks() && c.Announces(label.Seller) })
		customer := slices.IndexFunc(head.Cells, func(c Cell) bool { return c.Asks() && (c.NamesCustomer() || c.Announces(label.Buyer)) })
		if seller < 0 || customer < 0 || len(head.Cells) > 3 {
			continue
		}
		sellers, customers := head.Cells[seller], head.Cells[customer]
		var name *Cell
		contact := false
		for n := i + 1; n < len(d.Lines); n++ {
			l := &d.Lines[n]
			if l.Page != head.Page || l.Grid != head.Grid || l.Cells[0].Labels == nil || l.Cells[0].Left >= min(sellers.Left, customers.Left) {
				break
			}
			l.Cells = slices.DeleteFunc(slices.Clone(l.Cells), func(c Cell) bool {
				return c.Left > l.Cells[0].Left && c.Distance(sellers) < c.Distance(customers)
			})
			if l.Cells[0].Announces(label.SomeName) {
				name = &l.Cells[0]
			}
			contact = contact || l.Cells[0].Announces(label.Contact)
		}
		if name != nil && contact { // of the party, beside that of a person
			name.Labels[0].Field = label.Company
		}
	}
}
