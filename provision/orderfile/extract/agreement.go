package extract

import (
	"slices"
	"strings"
	"unicode"

	"mozybot/provision/orderfile/extract/label"
	"mozybot/provision/orderfile/extract/lexicon"
	"mozybot/provision/orderfile/extract/page"
	"mozybot/provision/orderfile/extract/values"
)

// Many papers say who is who without a label that is known: in a heading, in three lines, behind "Who". A name there proves
// nothing. It counts where an e-mail address agrees with it: what stands before the @ spells the person, the domain the company.
// One of them has to be the customer's for another reason, and nothing may make it two.

// identity is what a paper says without a label, and what an address of it has to agree with.
type identity struct {
	*fields
	parties
	page                   sheet
	who                    issuer
	names, addresses       []claim
	said                   []mention // whom sentences call the contact
	company, person, email string    // what labels say, or the only address
	mailed                 bool      // a label says it
	placed                 bool      // the company is the person's by where it stands, and not by the address alone
}

// readAgreement takes for the customer's what an e-mail address and names without a label agree on, where labels say too little.
func (fs *fields) readAgreement(d sheet, who issuer) {
	a := identity{fields: fs, page: d, who: who}
	known := func(asked ...label.Field) []*reading {
		return slices.DeleteFunc(fs.of(asked...), func(r *reading) bool { return r.party >= sellersOwn })
	}
	firms, mails := known(label.Company, label.CustomerName, label.Buyer), known(label.Email)
	people := known(label.Contact, label.SomeName, label.FirstName, label.LastName)
	if len(firms) > 1 || len(mails) > 1 || len(people) > 1 ||
		slices.ContainsFunc(slices.Concat(firms, people, mails), func(r *reading) bool { return r.party != customers }) {
		return
	}
	for _, f := range []struct {
		readings []*reading
		field    label.Field
		known    *string
	}{{firms, label.Company, &a.company}, {people, label.Contact, &a.person}, {mails, label.Email, &a.email}} {
		if len(f.readings) > 0 {
			*f.known = f.readings[0].value
		} else if fs.doubted(f.field) {
			return
		}
	}
	a.readWriter()
	a.collect()
	a.readSpoken()
	a.readSeller()
	if a.mailed = a.email != ""; !a.mailed {
		a.email = a.onlyAddress()
	}
	if a.email == "" {
		return
	}
	person, company := a.person, a.company
	if person == "" {
		person = a.onlyPerson()
	}
	if company == "" {
		company = a.onlyCompany(person)
	}
	if person == "" || company == "" || !a.agree(person, company) || !a.anchored(person, company) {
		return
	}
	a.take(label.Company, a.company, company)
	a.take(label.Contact, a.person, person)
	if !a.mailed {
		a.take(label.Email, "", a.email)
	}
}

// take notes what no label says.
func (a *identity) take(f label.Field, labelled, value string) {
	if labelled != "" {
		return
	}
	before := len(a.readings)
	a.party = customers
	all, why := a.names, "the e-mail address spells it"
	if f == label.Email {
		all, why = a.addresses, "it spells the names of the contact and the company"
	}
	place := all[slices.IndexFunc(all, func(c claim) bool { return c.value == value })].place
	if f == label.Email {
		a.addAddresses(value, place)
	} else {
		a.addName(f, value, place)
	}
	if len(a.readings) > before {
		a.readings[before].supports("%s", why)
	}
}

// onlyAddress is the only address of a page that is of no other party: the one of whom a sentence calls the contact, or of the company and
// the person that are known. "" where there is none, or another that may be the customer's.
func (a *identity) onlyAddress() string {
	var found []string
	keep := func(such func(string) bool) {
		if kept := slices.DeleteFunc(slices.Clone(found), func(address string) bool { return !such(address) }); len(kept) > 0 {
			found = kept
		}
	}
	for _, c := range a.addresses {
		own, _, _ := strings.Cut(c.beside, " / ")
		known := writesToReader.MatchString(c.beside) && a.company != "" && a.person != "" && values.SpellsCompany(c.value, a.company) && values.SpellsPerson(c.value, a.person)
		others := len(a.said) == 0 && (!known && ofAnother.MatchString(c.beside) || besideAddress.MatchString(own))
		if !others && !vendorsBox.MatchString(c.value) && !a.ofSeller(c.value) && values.IsAddress(c.value) &&
			!slices.ContainsFunc(found, func(o string) bool { return strings.EqualFold(o, c.value) }) {
			found = append(found, c.value)
		}
	}
	if a.company != "" {
		keep(func(address string) bool { return values.SpellsCompany(address, a.company) })
	}
	if a.person != "" {
		keep(func(address string) bool { return values.SpellsPerson(address, a.person) })
	}
	if len(found) != 1 {
		return ""
	}
	return found[0]
}

// onlyPerson is the only person whose name the address spells.
func (a *identity) onlyPerson() string {
	var found []claim
	for _, c := range a.names {
		as, _, _ := strings.Cut(strings.ToLower(strings.TrimLeft(c.beside, "… ")), " ") // which may be the box: "Treasurer: …", treasurer@
		switch {
		case !values.IsPerson(c.value) || a.hasOtherWord(c.value):
			continue
		case !values.SpellsPerson(a.email, c.value) && !strings.HasPrefix(strings.ToLower(a.email), strings.Trim(as, ":")+"@"):
			continue
		case ofAnother.MatchString(c.beside) && len(a.said) == 0, c.place.Where == senderPlace && a.signedByAnother(c.value):
			return ""
		}
		if at := slices.IndexFunc(found, func(o claim) bool { return values.SamePerson(o.value, c.value) }); at < 0 {
			found = append(found, c)
		} else if values.Initialled(found[at].value, c.value) == c.value {
			found[at] = c
		}
	}
	if len(a.said) > 0 {
		found = slices.DeleteFunc(found, func(c claim) bool { return !values.SamePerson(a.said[0].value, c.value) })
	}
	if len(found) != 1 || len(a.said) > 1 {
		return ""
	}
	return found[0].value
}

// signedByAnother says that a mail is signed with a name that is not its sender's, which may be a machine's.
func (a *identity) signedByAnother(sender string) bool {
	signs := func(m mention) bool { return m.person && m.by == signatureSays }
	return slices.ContainsFunc(a.who.names, signs) && !slices.ContainsFunc(a.who.names, func(m mention) bool { return signs(m) && values.SamePerson(m.value, sender) })
}

// hasOtherWord says that a name begins with a label, or has a word that orders have and the address has not, or only such words.
func (a *identity) hasOtherWord(name string) bool {
	first, _, _ := strings.Cut(name, " ")
	_, labels := label.Of(first)
	return labels || values.LikeRole(first) || unknownWord(name) == "" || slices.ContainsFunc(strings.Fields(name), func(word string) bool { // a small one stands between names
		small := strings.ToLower(word)
		return word != small && neutral[small] && !strings.Contains(strings.ToLower(a.email), small)
	})
}

// onlyCompany is the only one whose name the domain of the address spells, unless another may be the customer.
func (a *identity) onlyCompany(person string) string {
	if a.speaksOfAnother() {
		return ""
	}
	found, place := a.firms(person)
	another := func(c claim) bool {
		if a.ofSeller(c.value) || values.SameName(c.value, found[0].value) || values.SamePerson(c.value, person) || a.headsSellers(c, place) {
			return false
		}
		beside := c.block > 0 && c.block == place.block && c.at < place.at && !values.LikeRole(c.value)
		below := c.block > 0 && c.block == place.block && c.at > place.at && beginsAddress(c.place.Words) // where it is
		return (c.heads || beside) && !isWord(c.value) ||
			values.LikeOrganization(c.value) && !ofAnother.MatchString(c.beside) && !below ||
			c.by == sentenceSays && !c.person && !isWord(c.value)
	}
	if len(found) != 1 || slices.ContainsFunc(a.names, another) {
		return ""
	}
	return found[0].value
}

// firms are the companies that may be the person's: the domain of the address spells them, or else begins as they do and they stand where
// the paper's writer does or in the block of the address, or else that block names them beside the person. place is where one is named.
func (a *identity) firms(person string) (found []mention, place claim) {
	for _, is := range []func(claim) bool{
		a.spellsFirm,
		func(c claim) bool {
			return values.BeginsAsCompany(a.email, c.value) && (a.isWriters(c) || a.inBlock(c))
		},
		func(c claim) bool { return a.inBlock(c) && a.besidePerson(c, person) },
	} {
		for _, c := range a.names {
			if !ofAnother.MatchString(c.beside) && !a.ofSeller(c.value) && a.mayBeCompany(c.value, person) && is(c) {
				if found = withName(found, c.mention); place.block == 0 {
					place = c
				}
			}
		}
		if len(found) > 0 {
			return found, place
		}
		a.placed = true
	}
	return found, place
}

// isWriters says that a name stands in the letterhead of a paper by which its writer buys, or under the signature.
func (a *identity) isWriters(c claim) bool {
	return a.buys && slices.ContainsFunc(a.who.names, func(m mention) bool {
		return (m.by == letterheadSays || m.by == signatureSays) && values.SameName(m.value, c.value)
	})
}

// inBlock says that a name stands in the block with the address.
func (a *identity) inBlock(c claim) bool {
	return slices.ContainsFunc(a.addresses, func(o claim) bool { return o.value == a.email && c.near(o) })
}

// besidePerson says that a name stands above or below a person in their block, whose name the address spells.
func (a *identity) besidePerson(c claim, person string) bool {
	return values.SpellsPerson(a.email, person) && (!values.IsProviders(a.email) || values.SpellsWhole(a.email, person)) && slices.ContainsFunc(a.names, func(o claim) bool {
		return values.SamePerson(o.value, person) && o.near(c) && (o.at-c.at == 1 || c.at-o.at == 1 || o.at == c.at)
	})
}

// spellsFirm says that the domain of the address is called as a company is, whose name does not go on with other words.
func (a *identity) spellsFirm(c claim) bool {
	last := c.value[strings.LastIndex(c.value, " ")+1:]
	whole := c.by == signatureSays || c.block > 0 || c.by == lineSays && unknownWord(last) != ""
	return values.SpellsCompany(a.email, c.value) && (whole || values.EndsAsSpelled(a.email, c.value))
}

// mayBeCompany says that a name is neither the person's nor a role, a place, a product or a title.
func (a *identity) mayBeCompany(name, person string) bool {
	own := strings.Contains(" "+values.Alike(name)+" ", " "+values.Alike(person)+" ") || strings.Contains(" "+values.Alike(person)+" ", " "+values.Alike(name)+" ")
	return (!own || values.HasLegalForm(name)) && (values.LikeOrganization(name) || a.who.mayBeCompany(mention{value: name})) &&
		!beginsAddress(name) && !addressed.MatchString(name) && !orderWord.MatchString(name) && !startsKnown(name) && !anyPaper(name)
}

// isWord says that what reads like a name in a sentence is a word for somebody or something.
func isWord(name string) bool {
	_, labels := label.Of(name)
	return labels || unknownWord(name) == "" || orderWord.MatchString(name) || ofAnother.MatchString(name)
}

// speaksOfAnother says that a paper speaks of whoever buys for the customer, or of another who may be: in its words, its receiver,
// or an address. A seller has boxes for many.
func (a *identity) speaksOfAnother() bool {
	if a.page.speaksOf(resale) || a.page.speaksOf(theirCustomer) ||
		slices.ContainsFunc(a.readings, func(r *reading) bool { return r.party == receivers && r.field == label.Company }) {
		return true
	}
	another := func(m mention) bool {
		return !a.ofSeller(m.value) && vendorsBox.MatchString(m.value) == values.SameDomain(m.value, a.email)
	}
	return slices.ContainsFunc(a.addresses, func(c claim) bool { return another(c.mention) && !ofAnother.MatchString(c.beside) }) ||
		slices.ContainsFunc(a.who.addresses, func(m mention) bool { return another(m) && slices.Contains(writers, m.by) && m.by != sentenceSays })
}

// agree says that the address spells both names. One of a provider spells no company: where that has a label, all of the person's name
// is enough.
func (a *identity) agree(person, company string) bool {
	if !a.mailed && !values.SpellsPerson(a.email, person) {
		return false
	}
	return a.placed || values.SpellsCompany(a.email, company) || a.company != "" && values.IsProviders(a.email) && values.SpellsWhole(a.email, person)
}

// anchored says that one of the three is the customer's for another reason: a label of theirs, words beside it, the greeting of a
// seller's paper or the name of its seller, or that no seller has a part in the paper.
func (a *identity) anchored(person, company string) bool {
	customers := func(c claim) bool {
		return customersWord.MatchString(c.beside) && (values.SamePerson(c.value, person) || values.SameName(c.value, company))
	}
	if a.company != "" || slices.ContainsFunc(a.names, customers) {
		return true
	}
	if a.sells {
		return a.addressed(person, company)
	}
	if a.buys {
		return a.writes(person, company)
	}
	if len(a.noted) > 0 {
		return a.onlyNoted(company)
	}
	by := writerOf(a.page)
	speaks := func(l page.Line) bool {
		return !l.Cells[0].LabelLike && strings.HasSuffix(l.Text(), ".") && toReader.MatchString(l.Text())
	}
	signed := slices.ContainsFunc(a.page.Signature, func(l page.Line) bool { return strings.Contains(l.Text(), company) })
	if signed || slices.ContainsFunc(a.page.Lines, speaks) || by.asksToPay() {
		return false
	}
	if a.person == "" && !a.mailed && !slices.ContainsFunc(a.page.Lines[:min(len(a.page.Lines), titleReach)], func(l page.Line) bool { return orderWord.MatchString(l.Text()) }) {
		return false
	}
	return !by.asksForCustomer() && !a.page.HasLabel(func(l label.Label) bool { return l.Field == label.Seller || l.Name == "to" || l.Name == "for" })
}

// greets says that a paper greets a person.
func (d writer) greets(person string) bool {
	return slices.ContainsFunc(d.Lines, func(l page.Line) bool {
		return greeting.MatchString(l.Text()) && values.IsCalled(values.Untitled(person), strings.ToLower(l.Text()))
	})
}

// greetsBox says that a paper greets somebody by a name that an address begins with: "Dear Mr Whitby", dean.whitby@….
func (d writer) greetsBox(address string) bool {
	return slices.ContainsFunc(d.Lines, func(l page.Line) bool {
		words := strings.FieldsFunc(l.Text(), func(r rune) bool { return !unicode.IsLetter(r) })
		return greeting.MatchString(l.Text()) && slices.ContainsFunc(words[min(1, len(words)):], func(word string) bool {
			return !titled.MatchString(word) && values.OfPerson(address, word)
		})
	})
}

var titled = lexicon.Compile(`(?i)^(?:mr|mrs|ms|miss|sir|madam|herrn?|frau|monsieur|madame|dame\w*|geehrter?|all|team)$`)

// isSellers says that a paper is one of a seller, by its title or a sentence.
func (d writer) isSellers() bool {
	return d.confirms() || slices.ContainsFunc(d.sentences, func(s page.Sentence) bool { return othersOrder.MatchString(s.Text) })
}

// asksToPay says that a paper tells how to pay for what it lists, or that it is paid, as a seller's does. Its buyer's own has a title.
func (d writer) asksToPay() bool {
	return !d.titledPurchaseOrder() && d.speaksOf(asksToPay)
}

var (
	asksToPay = lexicon.Of("asksToPay")
	// leaders lead from a value to its label.
	leaders = lexicon.Compile(`\s*\.{4,}\s*`)
	// writesToReader is how a seller's paper tells its reader where it reaches them.
	writesToReader = lexicon.Compile(`(?i)\b(?:write to|e-?mail|contact|notify|reach|inform) you\b[^.!?…]*…`)
	ofAnother      = lexicon.Of("ofAnother")
	customersWord  = lexicon.Of("customersWord")
	theirCustomer  = lexicon.Of("theirCustomer")
	toReader       = lexicon.Of("toReader")
	greeting       = lexicon.Of("greeting")
	sharedBox      = lexicon.Of("sharedBox")
	vendorsBox     = lexicon.Of("vendorsBox")
)
