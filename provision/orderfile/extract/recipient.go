package extract

import (
	"slices"
	"unicode"

	"mozybot/provision/orderfile/extract/label"
	"mozybot/provision/orderfile/extract/page"
	"mozybot/provision/orderfile/extract/values"
)

// A seller's paper often has whom it is sent to as envelopes with a window need it: a name, a street and a town, without a label.
// The seller's own address is written so, too. So one of the lines has to speak to a person, or the paper greets one who is named
// there.

// unlabelledBlock is the label that such a block has not.
var unlabelledBlock = label.Label{Field: label.BillTo, Label: "no label"}

// readRecipient takes the block of whom a seller's paper is sent to for the customer's, where no label names one.
func (fs *fields) readRecipient(d sheet) {
	by := writerOf(d)
	if !by.confirms() && !by.offers() || by.ordersItself() || by.asksForCustomer() || len(fs.of(label.Company, label.CustomerName, label.Buyer)) > 0 ||
		slices.ContainsFunc(d.Lines, func(l page.Line) bool { return resale.MatchString(l.Text()) }) {
		return
	}
	var found [][]page.Entry
	for i, l := range d.Lines {
		if l.Head || i > 2*titleReach {
			break
		}
		for j := range l.Cells {
			if block := d.addressFrom(i, j); block != nil && fs.sellers[cellAt{i, j}] == customers && by.isGreeted(block) {
				found = append(found, block)
			}
		}
	}
	if len(found) == 1 && !fs.goesElsewhere(d, found[0]) {
		fs.party = customers
		fs.readEntries(d, unlabelledBlock, found[0])
	}
}

// addressFrom are the entries of the block that begins with cell j of line i, where it is a name with a street or a town below.
func (d sheet) addressFrom(i, j int) []page.Entry {
	l, c := d.Lines[i], d.Lines[i].Cells[j]
	in := func(l page.Line) int { return l.CellAt(c.Left, l.Em) }
	if c.LabelLike || c.Product || beginsAddress(c.Text) || !unicode.IsUpper([]rune(c.Text)[0]) || salutation.MatchString(c.Text) ||
		anyPaper(c.Text) || orderWord.MatchString(c.Text) || sellersPaper.MatchString(c.Text) {
		return nil
	}
	if i > 0 && l.Follows(d.Lines[i-1]) {
		if k := in(d.Lines[i-1]); k >= 0 && d.Lines[i-1].Cells[k].Name != "address" && !beginsAddress(d.Lines[i-1].Cells[k].Text) {
			return nil // it begins above, or has a label that tells
		}
	}
	block, last := []page.Entry{{Text: c.Text, Place: l.Place()}}, l
	for n := i + 1; n < len(d.Lines) && len(block) < 2*letterheadReach; n++ {
		k := in(d.Lines[n])
		if k < 0 {
			continue // of another column
		}
		o := d.Lines[n].Cells[k]
		if !d.Lines[n].Follows(last) || o.Product || o.LabelLike && (o.Labels == nil || o.Labels[0].Value == "") {
			break
		}
		last = d.Lines[n]
		switch {
		case !o.LabelLike:
			block = append(block, page.Entry{Text: o.Text, Place: last.Place()})
		case o.Announces(label.Contact) && attention.MatchString(o.Text):
			block = append(block, page.Entry{Text: o.Labels[0].Value, Place: last.Place(), Person: true})
		}
	}
	if len(block) < 3 || !slices.ContainsFunc(block[1:], func(e page.Entry) bool { return beginsAddress(e.Text) }) {
		return nil
	}
	return block
}

// isGreeted says that a block speaks to one person, or names the one whom its paper greets.
func (d writer) isGreeted(block []page.Entry) bool {
	people := 0
	for _, e := range block {
		name := unaddressed(attention.ReplaceAllString(e.Text, ""))
		if values.LikePerson(name) && !values.LikeCompany(name) && (e.Person || name != e.Text || d.greets(name)) {
			people++
		}
	}
	return people == 1
}

// goesElsewhere says that something is delivered, and not to whom a block names.
func (fs *fields) goesElsewhere(d sheet, block []page.Entry) bool {
	named := func(r *reading) bool {
		return r.party == receivers && slices.ContainsFunc(block, func(e page.Entry) bool { return values.SameName(e.Text, r.value) })
	}
	return d.HasLabel(func(l label.Label) bool { return l.Is(label.ShipTo) }) && !slices.ContainsFunc(fs.readings, named)
}

// ordersItself says that a paper is one that its buyer writes, by its title or a sentence. Who accepts an offer writes on the seller's.
func (d writer) ordersItself() bool {
	own := func(s page.Sentence) bool { return ordersInFirstPerson(s.Text) && !othersOrder.MatchString(s.Text) }
	return d.titledPurchaseOrder() || !d.offers() && slices.ContainsFunc(d.sentences, own)
}

// offers says that a paper is a quotation by its title.
func (d writer) offers() bool {
	return slices.ContainsFunc(d.Lines[:min(len(d.Lines), 2*titleReach)], func(l page.Line) bool { return quotation.is.MatchString(l.Cells[0].Text) })
}
