package extract

import (
	"slices"
	"strings"

	"mozybot/provision/orderfile/extract/label"
	"mozybot/provision/orderfile/extract/lexicon"
	"mozybot/provision/orderfile/extract/page"
	"mozybot/provision/orderfile/extract/values"
)

// party is whose a labelled value is.
type party int

const (
	customers    party = iota
	receivers          // it stands with whoever something is shipped to: only without another it counts
	maybeSellers       // it follows a label of the seller's among those of the customer: only without another it counts
	letterheads        // it stands in what may be a letterhead: alone it is not taken, beside another nobody knows
	sellersOwn         // it stands in a block that begins with the seller
	sellersPart        // it stands in a part of a form that asks for the seller: so does a company
)

// cellAt names a cell by its line and its place in it.
type cellAt struct{ line, cell int }

// sellersOf finds the cells under a label such as "Sold by" or "Vendor": a name or an address there is not the
// customer's. The block ends where there is more room, where the customer is named, or where labels are written in
// another way.
func sellersOf(d sheet) map[cellAt]party {
	found := map[cellAt]party{}
	customer := customerNames(d)
	for i, l := range d.Lines {
		for j, c := range l.Cells {
			if c.Announces(label.Seller) {
				markSeller(writerOf(d), i, j, found)
				if j+2 < len(l.Cells) && c.Labels[0].Value == "" && !l.Cells[j+1].LabelLike { // "Prepared by | Dan Orr | Email | dan@…"
					found[cellAt{i, j + 2}] = maybeSellers
				}
			}
			mail := c.Announces(label.Email)
			if _, known := found[cellAt{i, j}]; known || !mail && !c.Announces(label.Contact) {
				continue
			}
			address := values.Address.FindString(c.Text)
			if !mail && address == "" {
				continue
			}
			inBlock := false
			for k := range l.Cells {
				_, marked := found[cellAt{i, k}]
				inBlock = inBlock || marked
			}
			switch {
			case !inBlock && tellsContacts(l):
				if !writerOf(d).isBuyers(address) {
					found[cellAt{i, j}] = sellersOwn
				}
			case inLetterhead(d, i, j, customer, address):
				found[cellAt{i, j}] = letterheads
			}
		}
	}
	return found
}

// isBuyers says that an address in the foot of a paper is of whoever writes it to buy: it spells a person who orders.
func (d writer) isBuyers(address string) bool {
	spelled := func(name string) bool { return values.SpellsPerson(address, name) }
	return d.titledPurchaseOrder() && slices.ContainsFunc(d.valuesOf(label.Label.Buys), spelled) && d.ordersForItself(d.recipients())
}

// tellsContacts says that a line only tells how to reach somebody, in one way after the other, as the foot of a paper does.
func tellsContacts(l page.Line) bool {
	if len(l.Cells) < 2 || l.Grid {
		return false
	}
	ways, mails := 0, 0
	for _, c := range l.Cells {
		switch {
		case values.Address.MatchString(c.Text):
			mails++
		case reaches.MatchString(c.Text):
			ways++
		case c.OfHead() || c.LabelLike:
			return false
		}
	}
	return ways >= 1 && mails == 1
}

var reaches, service = lexicon.Of("reaches"), lexicon.Of("service")

// customerNames are the names that the order gives to the customer, by label.
func customerNames(d sheet) map[string]bool {
	names := map[string]bool{}
	for i, l := range d.Lines {
		for j, c := range l.Cells {
			if !c.NamesCustomer() {
				continue
			}
			for _, label := range c.Labels {
				names[values.Alike(label.Value)] = label.Value != ""
			}
			if j+1 < len(l.Cells) {
				names[values.Alike(l.Cells[j+1].Text)] = true
			}
			for _, e := range d.BlockUnder(i, j) {
				names[values.Alike(e.Text)] = true
			}
		}
	}
	return names
}

// inLetterhead says that an e-mail address stands below a name and more that has no label, or below that of a company which it
// is of, apart from the customer, who has one: then it may be that of whoever sent the paper.
func inLetterhead(d sheet, i, j int, customer map[string]bool, address string) bool {
	if len(customer) == 0 {
		return false
	}
	own := false
	for name := range customer {
		own = own || values.OfCompany(address, name)
	}
	l := d.Lines[i]
	left, told, unnamed := l.Cells[j].Left, 0, 0
	for step := -1; step <= 1; step += 2 {
		last := l
		for n := i + step; n >= 0 && n < len(d.Lines); n += step {
			next := d.Lines[n]
			k := next.CellAt(left, l.Em)
			if k < 0 || step < 0 && !last.Follows(next) || step > 0 && !next.Follows(last) {
				break
			}
			c := next.Cells[k]
			switch {
			case customer[values.Alike(c.Text)], c.OfHead(), len(c.Text) > 60, c.Product,
				c.LabelLike && (len(c.Labels) == 0 || c.Labels[0].Value == ""):
				return false
			case c.LabelLike:
				told++ // a telephone number, or the like
			case step < 0 && service.MatchString(c.Text):
				return true
			case step < 0:
				if unnamed++; !own && (values.HasLegalForm(c.Text) || values.OfCompany(address, c.Text)) {
					unnamed++
				}
			}
			last = next
		}
	}
	return unnamed >= 2 || unnamed == 1 && told > 0
}

func markSeller(d writer, i, j int, found map[cellAt]party) {
	head, column := d.Lines[i], d.Lines[i].Cells[j]
	in := func(l page.Line) int { return l.CellAt(column.Left, head.Em) }
	beside := len(head.Cells) > 1 && slices.ContainsFunc(head.Cells, func(c page.Cell) bool { return c.Asks() && c.NamesCustomer() }) // the customer's block
	whose := sellersOwn
	if d.headsPart(i) {
		whose = sellersPart
	} else if i > 0 {
		above := d.Lines[i-1]
		if k := in(above); k >= 0 && above.Page == head.Page && head.Top-above.Top <= 2.2*head.Em && above.Cells[k].OfHead() {
			whose = maybeSellers
		}
	}
	last, room := head, 2.2*head.Em
	mailed, named := false, false
	for n := i + 1; n < len(d.Lines); n++ {
		l := d.Lines[n]
		k := in(l)
		reaching := beside && k >= 0 && !l.Head && (reaches.MatchString(l.Cells[k].Text) || l.Cells[k].Announces(label.Email)) // below the address
		if l.Page != head.Page || l.Top-last.Top > room && !reaching {
			return
		}
		if k < 0 {
			continue // of another column
		}
		if last.Number == head.Number {
			room = 1.3 * (l.Top - head.Top)
		}
		c := l.Cells[k]
		if whose == sellersPart {
			if c.Labels == nil || c.Labels[0].Value == "" && len(l.Cells) == 1 {
				return // the next part
			}
			found[cellAt{n, k}] = whose
			last = l
			continue
		}
		for _, found := range c.Labels {
			if found.Field == label.Email && mailed {
				return
			}
			mailed = mailed || found.Field == label.Email
		}
		if (!buysForSeller(c) || d.titledPurchaseOrder()) && (c.NamesCustomer() || c.Labels != nil && !beside && !(named && c.Announces(label.Email)) && (c.Labels[0].Value == "") != (column.Labels[0].Value == "")) {
			return // the customer's, or another way to write
		}
		found[cellAt{n, k}] = whose
		last, named = l, true
	}
}

// headsPart says that line i is the heading of a part of a form, and no label: a paragraph begins with it, and labels with their
// values stand below.
func (d sheet) headsPart(i int) bool {
	l := d.Lines[i]
	if len(l.Cells) > 1 || strings.Contains(l.Cells[0].Text, ":") || i+1 == len(d.Lines) || i > 0 && l.Follows(d.Lines[i-1]) && !l.Grid {
		return false
	}
	below := d.Lines[i+1].Cells
	return below[0].Labels != nil && (below[0].Labels[0].Value != "" || len(below) > 1 && !below[1].LabelLike)
}

// isResold says that a label names an end customer, for whom somebody else buys, and that it heads a block with their address.
func (d writer) isResold() (resold, block bool) {
	for i, l := range d.Lines {
		for j, c := range l.Cells {
			if slices.ContainsFunc(c.Labels, label.Label.OfEnd) {
				resold, block = true, block || c.Announces(label.BillTo) && d.reachesBelow(i, j)
			}
		}
	}
	return resold, block
}

// reachesBelow says that the block under a label has an e-mail address.
func (d sheet) reachesBelow(i, j int) bool {
	return slices.ContainsFunc(d.BlockUnder(i, j), func(e page.Entry) bool { return values.Address.MatchString(e.Text) })
}

// buysForSeller says that a label only names a person: under a reseller, their buyer.
func buysForSeller(c page.Cell) bool {
	return c.Announces(label.BillTo) && buys.MatchString(c.Labels[0].Label) && values.LikePerson(c.Labels[0].Value) && !values.LikeCompany(c.Labels[0].Value)
}
