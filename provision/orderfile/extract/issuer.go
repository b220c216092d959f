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

// witness is a place that names somebody without a label.
type witness string

const (
	letterheadSays witness = "the letterhead"
	footSays       witness = "the foot"
	signatureSays  witness = "the signature"
	sentenceSays   witness = "a sentence"
	addressSays    witness = "an address beside it"
	senderSays     witness = "the sender of the mail"
	lineSays       witness = "a line of its own"
	labelSays      witness = "a labelled address"
)

// writers are the places that are the writer's own: a letterhead may be of somebody they write to.
var writers = []witness{signatureSays, sentenceSays, addressSays, senderSays, labelSays}

// mention is a name or an address that such a place says.
type mention struct {
	by     witness
	value  string
	place  page.Spot
	person bool // it is said of a person, or stands where they sign
}

// issuer is all that a paper says of whoever issues it.
type issuer struct {
	names     []mention
	addresses []mention
	others    []mention // names beside an item that it may be for
	unproven  []mention // names that count only where an address is of them
}

// readIssuer takes for the customer's what two places say of whoever issues the paper, where no label says it.
func (fs *fields) readIssuer(d sheet, all []*candidate) {
	firms, people := fs.of(label.Company, label.CustomerName, label.Buyer), fs.of(label.Contact, label.SomeName)
	orders := slices.ContainsFunc(all, func(c *candidate) bool { return c.storage() && !c.total })
	if !orders || len(firms) > 0 && len(people) > 0 && len(fs.of(label.Email)) > 0 {
		return
	}
	if len(firms) == 0 && (d.asksForCustomer() || fs.doubted(label.Company)) {
		return
	}
	who := d.issuer()
	for _, r := range fs.of(label.Email) {
		if r.party == customers {
			who.addresses = append(who.addresses, mention{by: labelSays, value: r.value, place: r.place})
		}
	}
	who.prove()
	var firm string
	if len(firms) > 0 {
		firm = firms[0].value
	} else {
		firm = fs.takeIssuer(who, d)
	}
	if firm == "" {
		return
	}
	person := ""
	if len(people) > 0 {
		person = people[0].value
	} else if !fs.doubted(label.Contact) {
		person = fs.takeWriter(who, firm)
	}
	if len(fs.of(label.Email)) == 0 && !fs.doubted(label.Email) {
		fs.takeAddress(who, firm, person)
	}
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
func (d sheet) asksForCustomer() bool {
	return d.HasLabel(func(l label.Label) bool {
		return l.Is(label.Company, label.CustomerName, label.Account, label.BillTo)
	})
}

// takeIssuer notes the company that two places name. More than one of them are asked about, as is another one that the
// order may be for.
func (fs *fields) takeIssuer(who issuer, d sheet) string {
	to := d.recipients()
	itself := d.ordersForItself(to)
	var found, alone []mention
	for _, m := range who.names {
		if !who.mayBeCompany(m) {
			continue
		}
		by := who.company(m.value)
		said := slices.Contains(by, sentenceSays) || slices.Contains(by, lineSays)
		own := slices.ContainsFunc(by, func(w witness) bool { return slices.Contains(writers, w) })
		switch {
		case !said && (!itself || addressedTo(to, m.value)):
		case len(by) > 1 && own:
			found = withName(found, m)
		default:
			alone = withName(alone, m)
		}
	}
	if len(found) == 0 {
		fs.explainAlone(alone)
		return ""
	}
	for i, m := range append(slices.Clone(who.names), who.others...) {
		another := m.by == sentenceSays || i == 0 && m.by == letterheadSays && values.LikeCompany(m.value)
		if another && who.mayBeCompany(m) && !addressedTo(to, m.value) {
			found = withName(found, m)
		}
	}
	for _, m := range found {
		fs.testify(label.Company, m, who.company(m.value))
	}
	if len(found) != 1 {
		return ""
	}
	return found[0].value
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

// takeWriter notes the person whom two places name: one who is said to be the contact before one who only signs.
func (fs *fields) takeWriter(who issuer, firm string) string {
	var found []mention
	for _, m := range who.names {
		known := slices.ContainsFunc(found, func(f mention) bool { return values.SameName(f.value, m.value) })
		works := slices.ContainsFunc(who.addresses, func(a mention) bool { return values.OfPerson(a.value, m.value) && values.OfCompany(a.value, firm) })
		if m.person && !known && values.LikePerson(m.value) && len(who.person(m.value)) > 1 && (works || m.by == sentenceSays) {
			found = append(found, m)
		}
	}
	if said := slices.DeleteFunc(slices.Clone(found), func(m mention) bool { return m.by != sentenceSays }); len(said) > 0 {
		found = said
	}
	for _, m := range found {
		fs.testify(label.Contact, m, who.person(m.value))
	}
	if len(found) != 1 {
		return ""
	}
	return found[0].value
}

// takeAddress notes the company's address that is the person's, or the only one where two places say it.
func (fs *fields) takeAddress(who issuer, firm, person string) {
	by := map[string][]witness{}
	var found []mention
	for _, a := range who.addresses {
		if a.by == letterheadSays || a.by == footSays || !values.OfCompany(a.value, firm) { // that may be anybody's there
			continue
		}
		key := strings.ToLower(a.value)
		if by[key] == nil {
			found = append(found, a)
		}
		if !slices.Contains(by[key], a.by) {
			by[key] = append(by[key], a.by)
		}
	}
	persons := slices.DeleteFunc(slices.Clone(found), func(a mention) bool { return person == "" || !values.OfPerson(a.value, person) })
	switch {
	case len(persons) == 1:
		fs.testify(label.Email, persons[0], by[strings.ToLower(persons[0].value)])
	case len(found) == 1 && len(by[strings.ToLower(found[0].value)]) > 1:
		fs.testify(label.Email, found[0], by[strings.ToLower(found[0].value)])
	}
}

// testify notes what the witnesses say.
func (fs *fields) testify(f label.Field, m mention, by []witness) {
	var names []string
	for _, w := range by {
		names = append(names, string(w))
	}
	before := len(fs.readings)
	fs.party = customers
	if f == label.Email {
		fs.addAddresses(m.value, m.place)
	} else {
		fs.addName(f, m.value, m.place)
	}
	agree := "agree on it"
	if len(names) == 1 {
		agree = "says it"
	}
	if len(fs.readings) > before {
		fs.readings[before].supports("%s %s", page.Listed(names, "and"), agree)
	}
}

// company are the places that name a company, by its name or by an address of its own.
func (who issuer) company(name string) []witness {
	return who.witnesses(name, func(m mention) bool { return !m.person }, func(a mention) bool { return values.OfCompany(a.value, name) }, sentenceSays)
}

// person are the places that name a person, by their name or by an address that has it: one under a signature says more than
// the name above it.
func (who issuer) person(name string) []witness {
	has := func(a mention) bool { return values.OfPerson(a.value, name) }
	return who.witnesses(name, func(m mention) bool { return m.person }, has, sentenceSays, signatureSays)
}

// witnesses are the places that say a name or have an address of it, which counts by itself in those that are apart.
func (who issuer) witnesses(name string, says, has func(mention) bool, apart ...witness) []witness {
	var by []witness
	add := func(w witness) {
		if !slices.Contains(by, w) {
			by = append(by, w)
		}
	}
	for _, m := range who.names {
		if says(m) && values.SameName(m.value, name) {
			add(m.by)
		}
	}
	for _, a := range who.addresses {
		if !has(a) {
			continue
		}
		if slices.Contains(apart, a.by) {
			a.by = addressSays
		}
		add(a.by)
	}
	return by
}

// isPerson says that a name is one of the people who sign, or that an address begins with it.
func (who issuer) isPerson(name string) bool {
	return slices.ContainsFunc(who.names, func(m mention) bool { return m.person && values.Alike(m.value) == values.Alike(name) }) ||
		values.IsPerson(name) && slices.ContainsFunc(who.addresses, func(a mention) bool { return values.OfPerson(a.value, name) })
}

// maxMentions is how many names and addresses a paper has at most of which one is its issuer's. They are compared with each
// other.
const maxMentions = 200

// issuer collects what the places without a label say.
func (d sheet) issuer() issuer {
	var who issuer
	if !d.Letter {
		who.readLetterhead(d)
	}
	for n, l := range d.Signature {
		who.readSignature(n, l)
	}
	elsewhere := map[int]bool{}
	for i, l := range d.Lines {
		elsewhere[i] = d.signs(l) || len(l.Cells) > 1
	}
	for p := range d.Paragraphs(elsewhere) {
		who.readSentences(p)
	}
	for i, l := range d.Lines {
		if name := l.Text(); d.Letter && !elsewhere[i] && !l.Cells[0].LabelLike && properName.FindString(name) == name && !orderWord.MatchString(name) {
			who.unproven = append(who.unproven, mention{by: lineSays, value: name, place: l.Place()})
		}
	}
	if d.Sender.Address != "" {
		place := page.Spot{Where: "the sender", Words: strings.TrimSpace(d.Sender.Name + " <" + d.Sender.Address + ">")}
		who.addresses = append(who.addresses, mention{senderSays, d.Sender.Address, place, true})
		if d.Sender.Name != "" {
			who.names = append(who.names, mention{senderSays, d.Sender.Name, place, true})
		}
	}
	if len(who.names)+len(who.addresses)+len(who.others)+len(who.unproven) > maxMentions {
		return issuer{}
	}
	for i, a := range who.addresses { // one in the letterhead that is called as who signs is as good as under the signature
		signs := func(m mention) bool { return m.by == signatureSays && m.person && values.OfPerson(a.value, m.value) }
		if a.by == letterheadSays && slices.ContainsFunc(who.names, signs) {
			who.addresses[i].by = signatureSays
		}
	}
	return who
}

// signs says that a line stands under the sign-off.
func (d sheet) signs(l page.Line) bool {
	return slices.ContainsFunc(d.Signature, func(s page.Line) bool { return s.Number == l.Number && s.Page == l.Page && s.Part == l.Part })
}

// letterheadReach is how many lines a letterhead or a foot is looked for in.
const letterheadReach = 3

// readLetterhead reads the names that the paper begins and ends with.
func (who *issuer) readLetterhead(d sheet) {
	read := 0
	for _, l := range d.Lines {
		if read == letterheadReach || salutation.MatchString(l.Text()) || l.Head {
			break
		}
		for _, c := range l.Cells {
			if !c.LabelLike && !anyPaper.MatchString(c.Text) && !purchaseOrder.MatchString(c.Text) {
				who.readHeadCell(letterheadSays, c, l)
				read++
			}
		}
	}
	if len(d.Lines) > 2*letterheadReach && d.Lines[len(d.Lines)-1].Page > 0 {
		for _, l := range d.Lines[len(d.Lines)-letterheadReach:] {
			if d.signs(l) {
				continue
			}
			for _, c := range l.Cells {
				who.readHeadCell(footSays, c, l)
			}
		}
	}
}

// readHeadCell reads the name that a cell begins with, and its addresses.
func (who *issuer) readHeadCell(by witness, c page.Cell, l page.Line) {
	name := strings.TrimSpace(headParts.Split(c.Text, 2)[0])
	if !values.Address.MatchString(name) && !strings.ContainsAny(name, "0123456789:") && properName.FindString(name) == name {
		who.names = append(who.names, mention{by: by, value: name, place: l.Place()})
	}
	for _, a := range values.Addresses(c.Text) {
		who.addresses = append(who.addresses, mention{by: by, value: a, place: l.Place()})
	}
}

// readSignature reads line n under a sign-off: who signs comes first, and then, or with what they do, the company.
func (who *issuer) readSignature(n int, l page.Line) {
	for _, c := range l.Cells {
		for _, a := range values.Addresses(c.Text) {
			who.addresses = append(who.addresses, mention{by: signatureSays, value: a, place: l.Place()})
		}
		for part := range strings.FieldsFuncSeq(c.Text, func(r rune) bool { return strings.ContainsRune(",|·•–—/", r) }) {
			part = strings.TrimSpace(part)
			if properName.FindString(part) != part || strings.Contains(c.Text, ":") {
				continue
			}
			first := n == 0 && !slices.ContainsFunc(who.names, func(m mention) bool { return m.by == signatureSays })
			person := first && values.LikePerson(part) && !values.LikeCompany(part)
			who.names = append(who.names, mention{signatureSays, part, l.Place(), person})
		}
		whole := strings.TrimSpace(c.Text)
		if values.LikeCompany(whole) && !values.LikeRole(headParts.Split(whole, 2)[0]) && properName.FindString(whole) == whole {
			who.names = append(who.names, mention{by: signatureSays, value: whole, place: l.Place()})
		}
	}
}

// readSentences reads whom a text orders for, and whom it calls the contact.
func (who *issuer) readSentences(p page.Paragraph) {
	text := strings.ReplaceAll(p.Text, "\n", " ")
	said := func(at int) page.Spot { return p.Lines[p.LineOf(at)].Place() }
	for _, m := range orderedFor.FindAllStringSubmatchIndex(text, 10) {
		at := max(m[2], m[4])
		who.names = append(who.names, mention{by: sentenceSays, value: withoutStop(text[at:max(m[3], m[5])]), place: said(at)})
	}
	for _, m := range orderer.FindAllStringSubmatchIndex(text, 10) {
		who.unproven = append(who.unproven, mention{by: sentenceSays, value: withoutStop(text[m[2]:m[3]]), place: said(m[2])})
	}
	if product.MatchString(text) {
		for _, m := range another.FindAllStringSubmatchIndex(text, 10) {
			if name := withoutStop(text[m[2]:m[3]]); unknownWord(name) != "" {
				who.others = append(who.others, mention{by: sentenceSays, value: name, place: said(m[2])})
			}
		}
	}
	if p.Lines[0].Prose() && !salutation.MatchString(text) {
		for _, at := range simpleName.FindAllStringIndex(text, 20) {
			if name := withoutStop(text[at[0]:at[1]]); values.HasLegalForm(name) && !strings.HasSuffix(text[:at[0]], "from ") {
				who.others = append(who.others, mention{by: sentenceSays, value: name, place: said(at[0])})
			}
		}
	}
	for _, m := range toContact.FindAllStringSubmatchIndex(text, 10) {
		at := max(m[2], m[4])
		if name := withoutStop(text[at:max(m[3], m[5])]); values.LikePerson(name) {
			who.names = append(who.names, mention{sentenceSays, name, said(at), true})
		}
	}
	for _, at := range values.Address.FindAllStringIndex(text, 20) {
		for _, a := range values.Addresses(text[at[0]:at[1]]) {
			who.addresses = append(who.addresses, mention{by: sentenceSays, value: a, place: said(at[0])})
		}
	}
}

// withoutStop takes the end of a sentence off a name.
func withoutStop(name string) string {
	if abbreviatedForm.MatchString(name) {
		return name
	}
	return strings.TrimRight(name, ".")
}

var (
	// properName is words with capitals, and small ones between them; simpleName likewise, without commas.
	properName      = lexicon.Of("properName")
	abbreviatedForm = lexicon.Compile(`(?i)\b(?:inc|ltd|co|corp)\.$`)
	// headParts are what parts the name in a letterhead from what follows it.
	headParts   = lexicon.Compile(`\s+[·•|–—-]\s+|,\s+|\s{3,}`)
	orderedFor  = lexicon.Of("orderedFor")
	orderer     = lexicon.Of("orderer")
	another     = lexicon.Of("another")
	toContact   = lexicon.Of("toContact")
	ownOrder    = lexicon.Of("ownOrder")
	othersOrder = lexicon.Of("othersOrder")
	simpleName  = lexicon.Of("simpleName")
)

// ordersForItself says that a paper orders for whoever issues it: a purchase order to somebody who is named, or a letter in
// the first person.
func (d sheet) ordersForItself(recipients []string) bool {
	first, titled := false, false
	for p := range d.Paragraphs(nil) {
		text := strings.ReplaceAll(p.Text, "\n", " ")
		if othersOrder.MatchString(text) {
			return false
		}
		first = first || slices.ContainsFunc(page.Sentences(text), ordersInFirstPerson)
		for k, l := range p.Lines {
			titled = titled || p.First+k < titleReach && slices.ContainsFunc(l.Cells, func(c page.Cell) bool { return d.titlesPurchaseOrder(c, p.First+k) })
		}
	}
	if titled && len(recipients) > 0 {
		return true
	}
	return first && (d.Letter || slices.ContainsFunc(d.Lines, func(l page.Line) bool { return salutation.MatchString(l.Text()) }))
}

// ordersInFirstPerson says that a sentence orders what it names, or what follows it.
func ordersInFirstPerson(sentence string) bool {
	return ownOrder.MatchString(sentence) && (strings.HasSuffix(sentence, ":") || product.MatchString(sentence) || orderWord.MatchString(sentence))
}

// addressedTo says that a company of that name is one of those whom a paper is sent to.
func addressedTo(recipients []string, name string) bool {
	return slices.ContainsFunc(recipients, func(to string) bool { return values.SameName(strings.TrimSpace(headParts.Split(to, 2)[0]), name) })
}

// recipients are whom a paper is sent to by a label: "To", "Vendor".
func (d sheet) recipients() []string {
	var all []string
	for i, l := range d.Lines {
		for j, c := range l.Cells {
			if !c.Announces(label.Seller) && (len(c.Labels) != 1 || c.Labels[0].Name != "to") {
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
