package extract

import (
	"math"
	"slices"
	"strings"

	"mozybot/provision/orderfile/extract/label"
	"mozybot/provision/orderfile/extract/lexicon"
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
)

// cellAt names a cell by its line and its place in it.
type cellAt struct{ line, cell int }

// sellersOf finds the cells under a label such as "Sold by" or "Vendor": a name or an address there is not the
// customer's. The block ends where there is more room, where the customer is named, or where labels are written in
// another way.
func sellersOf(d page) map[cellAt]party {
	found := map[cellAt]party{}
	customer := customerNames(d)
	for i, l := range d.lines {
		for j, c := range l.cells {
			if len(c.labels) == 1 && c.labels[0].Field == label.Seller {
				markSeller(d, i, j, found)
				if j+2 < len(l.cells) && c.labels[0].Value == "" && !l.cells[j+1].labelLike { // "Prepared by | Dan Orr | Email | dan@…"
					found[cellAt{i, j + 2}] = maybeSellers
				}
			}
			if _, known := found[cellAt{i, j}]; known || len(c.labels) != 1 || c.labels[0].Field != label.Email {
				continue
			}
			switch {
			case l.tellsContacts():
				found[cellAt{i, j}] = sellersOwn
			case inLetterhead(d, i, j, customer):
				found[cellAt{i, j}] = letterheads
			}
		}
	}
	return found
}

// tellsContacts says that a line only tells how to reach somebody, in one way after the other, as the foot of a paper does.
func (l line) tellsContacts() bool {
	if len(l.cells) < 2 || l.grid {
		return false
	}
	ways, mails := 0, 0
	for _, c := range l.cells {
		switch {
		case values.Address.MatchString(c.text):
			mails++
		case reaches.MatchString(c.text):
			ways++
		case c.ofHead() || c.labelLike:
			return false
		}
	}
	return ways >= 1 && mails == 1
}

var reaches = lexicon.Of("reaches")

// customerNames are the names that the order gives to the customer, by label.
func customerNames(d page) map[string]bool {
	names := map[string]bool{}
	for i, l := range d.lines {
		for j, c := range l.cells {
			if !c.namesCustomer() {
				continue
			}
			for _, label := range c.labels {
				names[values.Alike(label.Value)] = label.Value != ""
			}
			if j+1 < len(l.cells) {
				names[values.Alike(l.cells[j+1].text)] = true
			}
			for _, e := range d.blockUnder(i, j) {
				names[values.Alike(e.text)] = true
			}
		}
	}
	return names
}

// inLetterhead says that an e-mail address stands below a name and more that has no label, apart from the customer, who
// has one: then it may be that of whoever sent the paper.
func inLetterhead(d page, i, j int, customer map[string]bool) bool {
	if len(customer) == 0 {
		return false
	}
	l := d.lines[i]
	left, told, unnamed := l.cells[j].left, 0, 0
	for step := -1; step <= 1; step += 2 {
		last := l
		for n := i + step; n >= 0 && n < len(d.lines); n += step {
			next := d.lines[n]
			k := slices.IndexFunc(next.cells, func(c cell) bool { return math.Abs(c.left-left) <= l.em })
			if k < 0 || step < 0 && !last.follows(next) || step > 0 && !next.follows(last) {
				break
			}
			c := next.cells[k]
			switch {
			case customer[values.Alike(c.text)] || c.ofHead() || c.labelLike && (len(c.labels) == 0 || c.labels[0].Value == "") || len(c.text) > 60 || c.product:
				return false
			case c.labelLike:
				told++ // a telephone number, or the like
			case step < 0:
				unnamed++
			}
			last = next
		}
	}
	return unnamed >= 2 || unnamed == 1 && told > 0
}

func markSeller(d page, i, j int, found map[cellAt]party) {
	head, column := d.lines[i], d.lines[i].cells[j]
	in := func(l line) int {
		for k, c := range l.cells {
			if math.Abs(c.left-column.left) <= head.em {
				return k
			}
		}
		return -1
	}
	whose := sellersOwn
	if i > 0 {
		above := d.lines[i-1]
		if k := in(above); k >= 0 && above.page == head.page && head.top-above.top <= 2.2*head.em && above.cells[k].ofHead() {
			whose = maybeSellers
		}
	}
	last, room := head, 2.2*head.em
	mailed := false
	for n := i + 1; n < len(d.lines); n++ {
		l := d.lines[n]
		k := in(l)
		if l.page != head.page || l.top-last.top > room {
			return
		}
		if k < 0 {
			continue // of another column
		}
		if last.number == head.number {
			room = 1.3 * (l.top - head.top)
		}
		c := l.cells[k]
		for _, found := range c.labels {
			if found.Field == label.Email && mailed {
				return
			}
			mailed = mailed || found.Field == label.Email
		}
		if !c.buysForSeller() && (c.namesCustomer() || c.labels != nil && (c.labels[0].Value == "") != (column.labels[0].Value == "")) {
			return // the customer's, or another way to write
		}
		found[cellAt{n, k}] = whose
		last = l
	}
}

// isResold says that a label names an end customer, for whom somebody else buys.
func (d page) isResold() bool {
	return d.hasLabel(func(l label.Label) bool { return strings.HasPrefix(label.Normal(l.Label), "end ") })
}

var buying = lexicon.Set("buyers")

// buysForSeller says that a label only names a person: under a reseller, their buyer.
func (c cell) buysForSeller() bool {
	return len(c.labels) == 1 && c.labels[0].Field == label.BillTo && values.LikePerson(c.labels[0].Value) && !values.LikeCompany(c.labels[0].Value)
}
