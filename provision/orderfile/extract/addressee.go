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

// A seller's paper is sent to its customer, whose address stands in a block without a label, as in the window of an envelope.
// A name there proves nothing. It counts where an e-mail address is of it, no other block may be meant, and somebody else, with
// an address of their own, is the seller.

// maxAddressees is how many such blocks a paper has at most of which one is the customer's.
const maxAddressees = 10

// readAddressee takes for the customer's what the block says that a seller's paper is sent to, where no label says it.
func (fs *fields) readAddressee(d sheet) {
	if d.Letter || len(fs.of(label.Company, label.CustomerName, label.Buyer)) > 0 || d.asksForCustomer() || !d.confirms() {
		return
	}
	blocks := d.addressees()
	sellers := d.sellers(blocks)
	to, ok := customerAmong(blocks, sellers)
	if !ok || len(sellers) == 0 || d.speaksOfOthers(append(sellers, to.company.Text)) {
		return
	}
	before, window := len(fs.readings), label.Label{Field: label.BillTo}
	fs.noteBlock(window, label.Company, to.company)
	if to.person.Text != "" {
		fs.noteBlock(window, label.Contact, to.person)
	}
	fs.noteBlock(window, label.Email, page.Entry{Text: to.address, Place: d.placeOf(to.address)})
	for _, r := range fs.readings[before:] {
		r.supports("it stands in the only block without a label that an address is of, and %q is the seller", sellers[0])
	}
}

// placeOf is the line that an e-mail address stands in.
func (d sheet) placeOf(address string) page.Spot {
	at := slices.IndexFunc(d.Lines, func(l page.Line) bool { return strings.Contains(strings.ToLower(l.Text()), strings.ToLower(address)) })
	return d.Lines[max(at, 0)].Place()
}

// sellers are the names in the foot of a paper that have an e-mail address there, or else the one that it begins with: above all
// blocks, or in one without a person.
func (d sheet) sellers(blocks []addressee) []string {
	var who issuer
	who.readLetterhead(d)
	var head, foot []string
	for _, m := range who.names {
		switch {
		case !d.hasAddress(m.value):
		case m.by == footSays:
			foot = append(foot, m.value)
		case m == who.names[0] && !slices.ContainsFunc(blocks, func(a addressee) bool { return a.beside(m) }):
			head = append(head, m.value)
		}
	}
	if foot != nil {
		return foot
	}
	return head
}

// beside says that a name stands in the line that a block begins in: the block is another one's, or has a person.
func (a addressee) beside(m mention) bool {
	return a.company.Place == m.place && (a.company.Text != m.value || a.person.Text != "") || a.person.Place == m.place
}

// hasAddress says that an e-mail address of a company stands in the paper.
func (d sheet) hasAddress(company string) bool {
	return slices.ContainsFunc(d.Lines, func(l page.Line) bool {
		return slices.ContainsFunc(values.Addresses(l.Text()), func(a string) bool { return values.OfCompany(a, company) })
	})
}

// speaksOfOthers says that a paper speaks of whoever the addressee buys for, or that a sentence names a company that is none of these.
func (d sheet) speaksOfOthers(known []string) bool {
	if slices.ContainsFunc(d.Lines, func(l page.Line) bool { return resale.MatchString(l.Text()) }) {
		return true
	}
	var who issuer
	for p := range d.Paragraphs(nil) {
		who.readSentences(p)
	}
	return slices.ContainsFunc(who.others, func(m mention) bool {
		return !slices.ContainsFunc(known, func(name string) bool { return values.SameName(m.value, name) })
	})
}

// customerAmong is the only block that is not a seller's, if an address is of it.
func customerAmong(blocks []addressee, sellers []string) (to addressee, ok bool) {
	for _, a := range blocks {
		switch {
		case slices.ContainsFunc(sellers, func(s string) bool {
			return values.SameName(s, a.company.Text) || values.OfCompany(a.address, s) && a.stands
		}):
		case to.company.Text == "":
			to = a
		case !values.SameName(a.company.Text, to.company.Text):
			return to, false
		}
	}
	return to, to.sure && values.OfCompany(to.address, to.company.Text) && !slices.ContainsFunc(sellers, func(s string) bool { return values.OfCompany(to.address, s) })
}

// addressee is who stands in such a block: a company, the person with it, "" for none, and the e-mail address that may be theirs.
type addressee struct {
	company, person page.Entry
	address         string
	stands          bool // the address stands in the block
	sure            bool // which of two names is the company's
}

// confirms says that a paper is one that a seller sends to whoever ordered.
func (d sheet) confirms() bool {
	for i, l := range d.Lines[:min(len(d.Lines), 2*titleReach)] {
		if l.Head {
			break
		}
		if slices.ContainsFunc(l.Cells, func(c page.Cell) bool { return sellersPaper.MatchString(c.Text) && d.mayBeTitle(c, i) }) {
			return true
		}
	}
	return false
}

var sellersPaper, resale = lexicon.Of("sellersPaper"), lexicon.Of("resale")

// addressees are the blocks above the items that have the address of somebody.
func (d sheet) addressees() []addressee {
	var all []addressee
	for i, l := range d.Lines {
		if l.Head || l.Product() || len(all) == maxAddressees {
			break
		}
		for j := range l.Cells {
			a, ok := d.addresseeAt(i, j)
			if ok && d.beginsBlock(i, j) && !slices.ContainsFunc(all, func(before addressee) bool { return before.names(l) }) {
				all = append(all, a)
			}
		}
	}
	return all
}

// names says that one of a block's two names stands in a line.
func (a addressee) names(l page.Line) bool {
	return a.company.Place == l.Place() || a.person.Place == l.Place()
}

// beginsBlock says that cell j of line i is no label, and goes on with no name above it.
func (d sheet) beginsBlock(i, j int) bool {
	l := d.Lines[i]
	c := l.Cells[j]
	for n := i - 1; n >= 0 && l.Follows(d.Lines[n]); n-- {
		for _, above := range d.Lines[n].Cells {
			if math.Abs(above.Left-c.Left) <= l.Em && simpleName.FindString(above.Text) == above.Text {
				return false
			}
		}
	}
	return !c.LabelLike
}

// addresseeAt is the block that begins in cell j of line i: one or two names, and where they are.
func (d sheet) addresseeAt(i, j int) (a addressee, ok bool) {
	entries := append([]page.Entry{{Text: d.Lines[i].Cells[j].Text, Place: d.Lines[i].Place()}}, d.BlockUnder(i, j)...)
	var names []page.Entry
	for _, e := range entries {
		e.Text = attention.ReplaceAllString(e.Text, "")
		if len(names) == 2 || simpleName.FindString(e.Text) != e.Text || beginsAddress(e.Text) {
			break
		}
		names = append(names, e)
	}
	addressed := func(e page.Entry) bool { return beginsAddress(e.Text) && !values.Address.MatchString(e.Text) }
	if len(names) == 0 || !slices.ContainsFunc(entries, addressed) {
		return a, false
	}
	a.address = d.OnlyAddress(names)
	for _, e := range entries {
		if found := values.Address.FindString(e.Text); found != "" {
			a.address, a.stands = found, true
		}
	}
	if a.company, a.sure = names[0], true; len(names) == 1 {
		return a, true
	}
	at, sure := companyOf(names[0], names[1], a.address)
	a.company, a.sure = names[at], sure
	if values.LikePerson(names[1-at].Text) {
		a.person = names[1-at]
	}
	return a, true
}
