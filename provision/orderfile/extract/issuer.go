package extract

import (
	"slices"
	"strings"

	"mozybot/provision/orderfile/extract/label"
	"mozybot/provision/orderfile/extract/lexicon"
	"mozybot/provision/orderfile/extract/page"
	"mozybot/provision/orderfile/extract/values"
)

// Whoever issues a purchase order, or writes a letter that orders for themselves, is the customer, and says so without a
// label: in the letterhead, under the signature, in the sender's address, in a sentence. One such place proves nothing. A name
// counts where two of them agree that do not copy each other; with one alone it stays a question.

// issuer is all that a paper says of whoever issues it.
type issuer struct {
	names     []mention
	addresses []mention
	others    []mention // names beside an item that it may be for
	unproven  []mention // names that count only where an address is of them
}

// readUnlabelled takes for the customer's what is said without a label that is known, where labels say too little.
func (fs *fields) readUnlabelled(d sheet, all []*candidate) {
	orders := slices.ContainsFunc(all, func(c *candidate) bool { return c.storage() && !c.total })
	if !orders || len(fs.of(label.Company, label.CustomerName, label.Buyer)) > 0 && len(fs.of(label.Contact, label.SomeName)) > 0 && len(fs.of(label.Email)) > 0 {
		return
	}
	fs.readBuyers()
	fs.readRecipient(d)
	who := d.issuer()
	who.withoutReaders(d)
	alone := fs.readIssuer(d, who)
	fs.readAgreement(d, who)
	if len(fs.of(label.Company)) == 0 {
		fs.explainAlone(alone)
	}
	fs.leaveReceivers(d)
}

// leaveReceivers leaves out whom a purchase order is delivered to, where another name stands in its letterhead: that is the customer's.
func (fs *fields) leaveReceivers(d sheet) {
	by := writerOf(d)
	name := by.issuerName()
	if !by.titledPurchaseOrder() || by.asksForCustomer() || properName.FindString(name) != name || purchaseOrder.MatchString(name) || anyPaper(name) || isWord(name) || addressedTo(by.recipients(), name) {
		return
	}
	receives := func(r *reading) bool { return r.party == receivers && r.verdict != left }
	if !slices.ContainsFunc(fs.readings, func(r *reading) bool {
		return receives(r) && r.field == label.Company && !values.SameCompany(r.value, name)
	}) {
		return
	}
	for _, r := range fs.readings {
		if receives(r) && len(fs.of(r.field)) == 0 {
			r.leave("It stands with the receiver, and %q heads the paper.", name)
		}
	}
}

// readIssuer takes the company that two places name whoever issues the paper, where no label says it. alone are those that one place
// names.
func (fs *fields) readIssuer(d sheet, who issuer) (alone []mention) {
	if len(fs.of(label.Company, label.CustomerName, label.Buyer)) > 0 || writerOf(d).asksForCustomer() || fs.doubted(label.Company) {
		return nil
	}
	for _, r := range fs.of(label.Email) {
		if r.party == customers {
			who.addresses = append(who.addresses, mention{by: labelSays, value: r.value, place: r.place})
		}
	}
	who.prove()
	return witnessed{fs, who}.takeIssuer(d)
}

// withoutReaders leaves out whom a letter of a customer's is written to: the house that a mail was sent to, and that of an address with
// the name that the letter greets.
func (who *issuer) withoutReaders(d sheet) {
	by := writerOf(d)
	reads := func(address string) bool {
		return strings.Contains(address, "@") && (d.ofReaders(address) || !by.isSellers() && by.greetsBox(address))
	}
	of := func(m mention) bool {
		return reads(m.value) || d.ofReaders(m.value) || slices.ContainsFunc(who.addresses, func(a mention) bool {
			return reads(a.value) && values.OfCompany(a.value, m.value) || reads(a.value) && values.SpellsPerson(a.value, m.value)
		})
	}
	who.names, who.unproven = slices.DeleteFunc(who.names, of), slices.DeleteFunc(who.unproven, of)
	who.addresses = slices.DeleteFunc(who.addresses, func(m mention) bool { return reads(m.value) })
}

// prove takes the unproven names that a labelled address is of.
func (who *issuer) prove() {
	for _, m := range who.unproven {
		of := func(a mention) bool { return a.by == labelSays && values.OfCompany(a.value, m.value) }
		if slices.ContainsFunc(who.addresses, of) {
			who.names = append(who.names, m)
		}
	}
}

// doubted says that a label said something that cannot be used: no other place says it better.
func (fs *fields) doubted(f label.Field) bool {
	return slices.ContainsFunc(fs.readings, func(r *reading) bool { return r.field == f && r.verdict == left })
}

// asksForCustomer says that a label asks for the customer: then nobody has filled it in.
func (d writer) asksForCustomer() bool {
	return d.HasLabel(func(l label.Label) bool {
		return l.Is(label.Company, label.CustomerName, label.Account, label.BillTo)
	})
}

// witnessed takes for the customer's what the places without a label say of whoever issues the paper.
type witnessed struct {
	*fields
	who issuer
}

// takeIssuer notes the company that two places name, or has those that one names. More than one of them are asked about, as is another one that the
// order may be for.
func (w witnessed) takeIssuer(d sheet) (alone []mention) {
	by := writerOf(d)
	to := by.recipients()
	itself := by.ordersForItself(to)
	var found []mention
	for _, m := range w.who.names {
		if !w.who.mayBeCompany(m) {
			continue
		}
		by := w.who.company(m.value)
		said := slices.Contains(by, sentenceSays) || slices.Contains(by, lineSays)
		own := slices.ContainsFunc(by, func(by witness) bool { return slices.Contains(writers, by) })
		switch {
		case !said && (!itself || addressedTo(to, m.value)):
		case len(by) > 1 && own:
			found = withName(found, m)
		default:
			alone = withName(alone, m)
		}
	}
	if len(found) == 0 {
		return alone
	}
	for i, m := range append(slices.Clone(w.who.names), w.who.others...) {
		another := m.by == sentenceSays || m.by == signatureSays && values.HasLegalForm(m.value) && values.HasLegalForm(found[0].value) || i == 0 && m.by == letterheadSays && values.LikeCompany(m.value)
		if another && w.who.mayBeCompany(m) && !addressedTo(to, m.value) {
			found = withName(found, m)
		}
	}
	for _, m := range found {
		w.testify(m, w.who.company(m.value))
	}
	w.blockNamed = w.blockNamed || len(found) == 1 // another receiver is asked about
	return nil
}

// explainAlone tells of names that one place alone says.
func (fs *fields) explainAlone(names []mention) {
	for _, m := range names[:min(len(names), maxReadings)] {
		r := &reading{value: m.value, place: m.place, field: label.Company}
		r.leave("Only %s names it, and that proves nothing.", m.by)
		fs.readings = append(fs.readings, r)
	}
}

// withName adds a name to others, unless it is among them. The longer way to write it is kept.
func withName(found []mention, m mention) []mention {
	at := slices.IndexFunc(found, func(f mention) bool { return values.SameName(f.value, m.value) })
	if at < 0 {
		return append(found, m)
	}
	if len(m.value) > len(found[at].value) {
		found[at] = m
	}
	return found
}

// mayBeCompany says that a name is no person's and no title.
func (who issuer) mayBeCompany(m mention) bool {
	return !m.person && !who.isPerson(m.value) && len([]rune(m.value)) > 2 && (values.LikeCompany(m.value) || !values.LikeRole(m.value))
}

// testify notes the company that the witnesses name.
func (w witnessed) testify(m mention, by []witness) {
	var names []string
	for _, place := range by {
		names = append(names, string(place))
	}
	w.party = customers
	before := len(w.readings)
	if w.addName(label.Company, m.value, m.place); len(w.readings) == before {
		return
	}
	agree := "agree on it"
	if len(names) == 1 {
		agree = "says it"
	}
	w.readings[before].supports("%s %s", page.Listed(names, "and"), agree)
}

// company are the places that name a company, by its name or by an address of its own, which counts by itself in a sentence and under
// a signature.
func (who issuer) company(name string) []witness {
	var by []witness
	add := func(w witness) {
		if !slices.Contains(by, w) {
			by = append(by, w)
		}
	}
	for _, m := range who.names {
		if !m.person && values.SameName(m.value, name) {
			add(m.by)
		}
	}
	for _, a := range who.addresses {
		switch {
		case !values.OfCompany(a.value, name):
		case a.by == sentenceSays || a.by == signatureSays:
			add(addressSays)
		default:
			add(a.by)
		}
	}
	return by
}

// isPerson says that a name is one of the people who sign, or that an address begins with it.
func (who issuer) isPerson(name string) bool {
	return slices.ContainsFunc(who.names, func(m mention) bool { return m.person && values.Alike(m.value) == values.Alike(name) }) ||
		values.IsPerson(name) && slices.ContainsFunc(who.addresses, func(a mention) bool {
			return values.OfPerson(a.value, name) && (values.SpellsPerson(a.value, name) || !values.SpellsCompany(a.value, name)) // a firm has its owner's surname
		})
}

var (
	herewith     = lexicon.Of("herewith")
	ownAffairs   = lexicon.Of("ownAffairs")
	ownOrder     = lexicon.Of("ownOrder")
	asksForOrder = lexicon.Of("asksForOrder")
	othersOrder  = lexicon.Of("othersOrder")
)

// ordersForItself says that a paper orders for whoever issues it: a purchase order to somebody who is named, or by a buyer, or a letter
// in the first person.
func (d writer) ordersForItself(recipients []string) bool {
	first, asked, own := false, false, false
	for p := range d.Paragraphs(nil) {
		if p.First >= d.Own {
			break
		}
		text := strings.ReplaceAll(p.Text, "\n", " ")
		if othersOrder.MatchString(text) {
			return false
		}
		own = own || ownAffairs.MatchString(text)
		for _, sentence := range page.Sentences(text) {
			first = first || ordersInFirstPerson(sentence)
			asked = asked || product.MatchString(sentence) && pleading.MatchString(sentence)
		}
	}
	first = first || asked && own && d.Sender.Address != "" && !d.Sender.Unaddressed // somebody of another house asks
	if d.titledPurchaseOrder() && (first && d.signedByIssuer() || len(recipients) > 0 || d.HasLabel(func(l label.Label) bool { return l.Is(label.ShipTo) || l.Buys() })) {
		return true
	}
	return first && (d.Letter || d.Signature != nil || slices.ContainsFunc(d.Lines, func(l page.Line) bool { return salutation.MatchString(l.Text()) }))
}

// ordersInFirstPerson says that a sentence orders what it names, or what follows it.
func ordersInFirstPerson(sentence string) bool {
	return ownOrder.MatchString(sentence) && !asksForOrder.MatchString(sentence) && (strings.HasSuffix(sentence, ":") || herewith.MatchString(sentence) || product.MatchString(sentence) || orderWord.MatchString(sentence))
}

// addressedTo says that a company of that name is one of those whom a paper is sent to.
func addressedTo(recipients []string, name string) bool {
	return slices.ContainsFunc(recipients, func(to string) bool { return values.SameName(strings.TrimSpace(headParts.Split(to, 2)[0]), name) })
}

// recipients are whom a paper is sent to by a label: "To", "Vendor".
func (d writer) recipients() []string {
	return d.valuesOf(func(l label.Label) bool { return !l.OfWriter() && (l.Field == label.Seller || l.Name == "to") })
}

// valuesOf are the values of labels of such a kind that stand in their cell alone.
func (d writer) valuesOf(such func(label.Label) bool) []string {
	var all []string
	for i, l := range d.Lines {
		for j, c := range l.Cells {
			if len(c.Labels) != 1 || !such(c.Labels[0]) {
				continue
			}
			value := c.Labels[0].Value
			if value == "" {
				value, _ = d.ValueBeside(i, j)
			}
			if value != "" {
				all = append(all, values.Joined(value))
			}
		}
	}
	return all
}
