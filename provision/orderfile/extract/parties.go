package extract

import (
	"slices"
	"strings"

	"mozybot/provision/orderfile/extract/label"
	"mozybot/provision/orderfile/extract/lexicon"
	"mozybot/provision/orderfile/extract/page"
	"mozybot/provision/orderfile/extract/values"
)

// Two parties have a part in an order, and which of them a name is of depends on who writes the paper. Whoever buys has the letterhead,
// signs and sends it, and the other whom they write to is the seller. A seller's own paper is the other way round: the customer is
// greeted, or stands in an address apart from the letterhead. A third organization may be the customer as well, so none may be left
// over.

// parties are what a paper tells of the two.
type parties struct {
	buys, sells bool     // who writes it: the customer, or the seller
	vendors     []string // how the seller is called
	to, from    []string // whom a label says that it is sent to, and who sends it
	noted       []string // the house that a seller's note says to have ordered
	opens       int      // the line in which it begins to speak, behind whom it is sent to
}

// readWriter tells who writes the paper, and to whom.
func (a *identity) readWriter() {
	by := writerOf(a.page)
	signs := func(to string) bool { // below a role that sellers have, too
		return slices.ContainsFunc(a.who.addresses, func(m mention) bool { return m.by == signatureSays && m.value == to })
	}
	a.to, a.opens = slices.DeleteFunc(by.recipients(), signs), by.opening()
	for _, l := range a.page.Lines[:a.opens] {
		if m := toHouse.FindStringSubmatch(l.Text()); m != nil && values.LikeOrganization(m[1]) {
			a.to = append(a.to, m[1])
		}
	}
	a.sells = by.isSellers()
	a.buys = !a.sells && by.buys(a.to)
	a.from = by.valuesOf(func(l label.Label) bool { return l.Name == "from" })
}

// readSeller finds the seller of a paper by who writes it.
func (a *identity) readSeller() {
	boxed := writerOf(a.page).confirms()
	for _, m := range a.who.names {
		of := func(c claim) bool {
			return values.OfCompany(c.value, m.value) && (vendorsBox.MatchString(c.value) || sharedBox.MatchString(c.value))
		}
		if boxed && (m.by == letterheadSays || m.by == footSays) && slices.ContainsFunc(a.addresses, of) {
			a.vendors = append(a.vendors, m.value)
		}
	}
	if a.buys {
		a.vendors = append(a.vendors, a.addressee()...)
	}
	if a.sells {
		a.vendors = a.issuers()
	}
}

// opening is the line in which a paper greets somebody, or names an item first.
func (d writer) opening() int {
	opens := func(l page.Line) bool {
		return l.Head || l.Product() || len(l.Text()) <= 60 && salutation.MatchString(l.Text())
	}
	if at := slices.IndexFunc(d.Lines, opens); at >= 0 {
		return at
	}
	return len(d.Lines)
}

// buys says that whoever writes a paper orders by it: in the first person, or by a plea to another house. In a mail that has to tell of
// their own affairs, as people forward what others want.
func (d writer) buys(to []string) bool {
	mailed := d.Sender.Address != "" && !d.Sender.Unaddressed && slices.ContainsFunc(d.sentences, func(s page.Sentence) bool { return ownAffairs.MatchString(s.Text) })
	outside := mailed || !d.Letter && len(to) > 0
	return d.titledPurchaseOrder() || d.ordersInFirstPerson() || outside && slices.ContainsFunc(d.sentences, func(s page.Sentence) bool {
		named := product.MatchString(s.Text)
		pleads := pleading.MatchString(s.Text)
		return !asksForOrder.MatchString(s.Text) && (pleads && asksToSupply.MatchString(s.Text) && (named || strings.HasSuffix(s.Text, ":")) ||
			!pleads && named && (ordersIt.MatchString(s.Text) || orderer.MatchString(s.Text)))
	})
}

// ordersInFirstPerson says that a sentence of a paper does.
func (d writer) ordersInFirstPerson() bool {
	return slices.ContainsFunc(d.sentences, func(s page.Sentence) bool { return ordersInFirstPerson(s.Text) })
}

// addressee is the one name in the address that whoever buys writes to: it stands last before the paper begins to speak, apart from the
// letterhead.
func (a *identity) addressee() []string {
	by := writerOf(a.page)
	var found []string
	for _, c := range a.names {
		if c.at < 0 || c.at >= a.opens || values.IsPerson(c.value) && !values.LikeOrganization(c.value) || slices.ContainsFunc(a.addresses, c.near) {
			continue
		}
		if c.heads || values.LikeOrganization(c.value) {
			if c.at > 0 && !values.SameName(c.value, by.issuerName()) && !a.sends(c.value) && !slices.ContainsFunc(found, func(o string) bool { return values.SameName(o, c.value) }) {
				found = append(found, c.value)
			}
		}
	}
	if len(found) != 1 {
		return nil
	}
	return found
}

// sends says that a label names somebody who sends the paper.
func (a *identity) sends(name string) bool {
	return slices.ContainsFunc(a.from, func(from string) bool { return strings.Contains(from, name) })
}

// near says that an address stands in the block that a name is in.
func (c claim) near(address claim) bool { return c.block == address.block && c.block > 0 }

// issuers are the names of whoever confirms an order: under the signature, in both the letterhead and the foot, or else in the letterhead
// alone in the first line that has a name, without a person's address. Whom the paper greets is none of them.
func (a *identity) issuers() []string {
	by := writerOf(a.page)
	found := slices.Clone(a.vendors)
	heads := func(o mention) bool {
		return slices.ContainsFunc(a.who.names, func(m mention) bool { return m.by == letterheadSays && values.SameName(m.value, o.value) })
	}
	for _, m := range a.who.names {
		another := !m.person && (!values.IsPerson(m.value) || values.LikeOrganization(m.value)) && !by.greets(m.value)
		if another && (m.by == footSays && heads(m) || m.by == signatureSays) {
			found = append(found, m.value)
		}
	}
	first := a.firstNamed()
	if len(found) > 0 || first == nil || by.greets(first.value) {
		return found
	}
	reaches := func(c claim) bool { return first.near(c) || values.SpellsPerson(c.value, first.value) }
	if slices.ContainsFunc(a.addresses, reaches) {
		return nil
	}
	return []string{first.value}
}

// firstNamed is the first name of a page, where it stands alone in its line; nil where it does not.
func (a *identity) firstNamed() *claim {
	var first *claim
	for i, c := range a.names {
		switch {
		case c.at < 0 || anyPaper(c.value) || entitles(sellersPaper, c.value) || orderWord.MatchString(c.value): // a title beside it
		case first == nil:
			first = &a.names[i]
		case c.at == first.at && !c.further:
			return nil
		}
	}
	return first
}

// readSpoken finds who speaks in the first person, and of which house, and in a note of a seller's whom it is of.
func (a *identity) readSpoken() {
	add := func(p page.Sentence, value string, person bool) {
		if value = withoutStop(value); value != "" {
			m := mention{sentenceSays, value, p.Lines[0].Place(), person}
			a.names = append(a.names, claim{mention: m, at: -1})
		}
	}
	for _, s := range a.page.sentences {
		text := strings.ReplaceAll(s.Text, "\n", " ")
		if m := ofHouse.FindStringSubmatch(text); m != nil && a.buys {
			add(s, m[1], true)
			add(s, m[2], false)
		}
		if m := weAre.FindStringSubmatch(text); m != nil && a.buys {
			add(s, m[1], false)
		}
		if m := rang.FindStringSubmatch(text); m != nil && !a.buys && !a.sells && len(a.page.Signature) == 0 {
			add(s, m[1], true)
			add(s, m[2], false)
			a.noted = append(a.noted, withoutStop(m[2]))
		}
	}
}

// onlyNoted says that a note says of one house alone that they order, and names no other.
func (a *identity) onlyNoted(company string) bool {
	for _, s := range a.page.sentences {
		for _, name := range simpleName.FindAllString(s.Text, 20) {
			if values.LikeOrganization(name) && !strings.Contains(values.Alike(name), values.Alike(company)) {
				return false
			}
		}
	}
	return len(a.noted) == 1 && values.SameName(a.noted[0], company)
}

// ofSeller says that a name or an address is of whoever sells.
func (a *identity) ofSeller(value string) bool {
	return a.buys && addressedTo(a.to, value) || a.page.ofReaders(value) ||
		slices.ContainsFunc(a.vendors, func(v string) bool { return values.SameName(value, v) || values.OfCompany(value, v) })
}

// ofReaders says that a name or an address is of the house that a mail was sent to.
func (d sheet) ofReaders(value string) bool {
	box := "orders@" + d.Sender.House
	return d.Sender.House != "" && !values.IsProviders(box) && (values.SameDomain(value, box) || !strings.Contains(value, "@") && values.SpellsCompany(box, value))
}

// headsSellers says that a name stands in the letterhead of a seller's paper, above the block that the customer is in.
func (a *identity) headsSellers(c, customer claim) bool {
	return a.sells && c.at >= 0 && c.at < customer.at && c.at < letterheadReach && (c.block == 0 || c.block != customer.block) && len(a.vendors) > 0
}

// writes says that whoever writes a paper is such a person of such a company: either signs it, sends it or stands in its letterhead.
func (a *identity) writes(person, company string) bool {
	if addressedTo(a.to, company) || slices.ContainsFunc(a.to, func(to string) bool {
		return values.SpellsCompany(a.email, headName(to)) || strings.Contains(to, person)
	}) {
		return false
	}
	by := writerOf(a.page)
	spokenTo := func(c claim) bool {
		return c.block > 0 && addressed.MatchString(c.value) && values.SamePerson(c.value, person)
	}
	if by.greetsBox(a.email) || slices.ContainsFunc(a.names, spokenTo) || worksForMany.MatchString(company) && !by.titledPurchaseOrder() && !by.ordersInFirstPerson() {
		return false
	}
	if strings.EqualFold(a.page.Sender.Address, a.email) || a.person != "" && a.mailed || a.sends(person) || a.sends(company) {
		return true
	}
	own := func(m mention) bool {
		switch m.by {
		case signatureSays, letterheadSays, senderSays:
			return values.SamePerson(m.value, person) || values.SameName(m.value, company)
		case sentenceSays:
			return m.person && values.SamePerson(m.value, person)
		}
		return false
	}
	return slices.ContainsFunc(a.who.names, own)
}

// addressed says that a seller's paper speaks to a person or a company: it greets them, or they stand in an address apart from the
// seller's.
func (a *identity) addressed(person, company string) bool {
	if writerOf(a.page).greets(person) {
		return true
	}
	return len(a.vendors) > 0 && slices.ContainsFunc(a.names, func(c claim) bool {
		return c.at >= 0 && c.block > 0 && (values.SamePerson(c.value, person) || values.SameName(c.value, company))
	})
}

var (
	weAre, ofHouse, rang = lexicon.Of("weAre"), lexicon.Of("ofHouse"), lexicon.Of("rang")
	ordersIt, toHouse    = lexicon.Of("ordersIt"), lexicon.Of("toHouse")
	asksToSupply         = lexicon.Of("asksToSupply")
)
