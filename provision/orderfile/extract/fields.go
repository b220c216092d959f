package extract

import (
	"cmp"
	"strings"
	"unicode"

	"mozybot/provision"
	"mozybot/provision/orderfile/extract/label"
	"mozybot/provision/orderfile/extract/lexicon"
	"mozybot/provision/orderfile/extract/page"
	"mozybot/provision/orderfile/extract/values"
)

// fields collects the labelled values of a document.
type fields struct {
	readings   []*reading // in the order of the document
	warnings   []string
	questions  []provision.Question
	blockNamed bool         // the customer's name stands in a block of its own
	used       map[int]bool // lines that hold a label of the order's head, by index
	party      party        // whose label is being read
	sellers    map[cellAt]party
}

// readFields goes through every line that is no head of an item table. A value stands behind its label, in the next
// cell, or under it.
func readFields(d sheet) fields {
	fs := fields{used: map[int]bool{}, sellers: sellersOf(d)}
	for i, l := range d.Lines {
		if l.Head {
			fs.readColumns(d, i)
			continue
		}
		for j, c := range l.Cells {
			fs.party = fs.sellers[cellAt{i, j}]
			for k, found := range c.Labels {
				at, value := i, found.Value
				words := c.Text
				switch {
				case found.None:
				case value == "" && opensBlock(found, false) && d.HeadsColumn(i, j):
				case value == "":
					value, at = d.ValueBeside(i, j)
					words += " " + values.Joined(value)
				case len(c.Labels) > 1:
					words = found.Label + ": " + value
				}
				if found.Value != "" && k == len(c.Labels)-1 {
					value = values.Clean(d.Unwrapped(i, c, c.Text[strings.LastIndex(c.Text, value):]))
				}
				if found.Field == label.Email && at == i && !strings.Contains(value, "@") && d.reachesUnder(i, j) {
					value = "" // the next head of a row of them, as in a paper's foot
				}
				place := d.Lines[at].PlaceOf(value)
				place.Words = words
				if value != "" && (c.Struck != page.Nowhere || d.Lines[at].StruckAt(values.Joined(value))) {
					fs.refuse(found.Field, value, place, "is crossed out, so it was not taken.")
					value = ""
				}
				if d.Lines[at].Page > 0 && misdrawn.MatchString(value) {
					fs.refuse(found.Field, value, place, "may be spelled in another way: this PDF does not tell. Please enter it.")
					value = ""
				}
				if found.Field == label.Contact && ofSales.MatchString(value) {
					fs.party = max(fs.party, sellersOwn) // whose address is the customer's only where it spells their company
				}
				if fs.add(found, value, place) {
					fs.used[i] = true
				}
				if at == i+1 {
					for n, further := range d.FurtherBelow(i, j) {
						fs.add(found, further, d.Lines[n].PlaceOf(further))
					}
				}
				if opensBlock(found, at > i) {
					fs.readBlock(d, i, j, found)
				}
				if found.Field == label.Seller {
					fs.party = sellersOwn
				}
			}
		}
	}
	return fs
}

// reachesUnder says that an e-mail address stands right under cell j of line i.
func (d sheet) reachesUnder(i, j int) bool {
	if i+1 == len(d.Lines) || !d.Lines[i+1].Follows(d.Lines[i]) {
		return false
	}
	k := d.Lines[i+1].CellAt(d.Lines[i].Cells[j].Left, d.Lines[i].Em)
	return k >= 0 && values.Address.MatchString(d.Lines[i+1].Cells[k].Text)
}

var (
	// code is a number that begins with letters, and no name.
	code = lexicon.Compile(`^\pL{1,3}[-/]?\d{3,}$`)
	// token is a number of an order or task: one word with a digit in it.
	token = lexicon.Compile(`^#?\s*([\pL\pN][\pL\pN_./-]*)`)
	// misdrawn are letters that a PDF draws from right to left, or an accent apart from its letter.
	misdrawn  = lexicon.Compile(`[\p{Hebrew}\p{Arabic}]|[¨ˆˇ˘˙˚¸˝]|\p{Ll}´\p{Ll}`)
	reachedBy = lexicon.Of("reachedBy")
	ofSales   = lexicon.Of("ofSales")
	// inPlaceOf is how people in Germany sign who may do so for their company.
	inPlaceOf = lexicon.Compile(`^(?i:i\. ?[av]\.?|ppa\.?) `)
	// placeholder is what a form says in brackets of what to fill in, and placeholderAddress an address that it shows.
	placeholder        = lexicon.Compile(`^(?:<[^<>@]*>|\[[^\[\]]*\]|«[^«»]*»|‹[^‹›]*›|%[\pL _]+%|\$\(?[\pL_]+\)?)$`)
	placeholderAddress = lexicon.Of("placeholderAddress")
	// lastPart is the number at the end of a web address.
	lastPart = lexicon.Compile(`^https?://\S*?[/=#]([\pL\pN_-]*\d[\pL\pN_-]*)/?$`)
)

// add takes a labelled value for what its label says, and says whether the label is one of the order's head.
func (fs *fields) add(l label.Label, value string, place page.Spot) bool {
	switch l.Field {
	case label.Company, label.CustomerName, label.Buyer, label.Contact, label.SomeName:
		known := len(fs.readings)
		fs.addName(l.Field, value, place)
		for _, r := range fs.readings[known:] {
			r.orders, r.house = l.Buys(), l.Name == "company"
		}
	case label.Email:
		fs.addAddresses(value, place)
	case label.OrderNumber, label.CustomerID, label.AccountID, label.Task:
		return fs.addNumber(l, value, place)
	case label.Account:
		if fs.addNumber(label.Label{Field: label.CustomerID, Label: l.Label + " number", Name: l.Name + " number"}, value, place) {
			return true
		}
		fs.addName(label.Company, value, place)
	case label.FirstName, label.LastName:
		if value != "" && !strings.ContainsAny(value, "@0123456789") {
			fs.note(reading{value: values.Joined(value), place: place, field: l.Field})
		}
	case label.Item, label.Quantity, label.Seller, label.Unused, label.BillTo, label.ShipTo:
		return false
	}
	return true
}

// addName takes the name of a company or person. An address that stands beside it is the customer's, too.
func (fs *fields) addName(f label.Field, value string, place page.Spot) {
	if name, behind, wraps := strings.Cut(value, values.Wrapped); wraps && values.Address.FindString(behind) == behind && values.IsPerson(name) {
		value = name + " " + behind // no address begins as a name is written
	} else if wraps && values.IsPerson(name) && f == label.Contact && behind != "" && unicode.IsDigit(rune(behind[0])) {
		value = name // a street stands below
	}
	if at := values.Address.FindStringIndex(value); at != nil {
		fs.addAddresses(value, place)
		value = values.Clean(strings.TrimRight(strings.TrimSuffix(value[:at[0]], "mailto:"), " <([,;:-–—\n\v"))
		value = fs.withoutPerson(f, value, place, true)
	}
	if strings.Contains(value, values.Broken) {
		fs.refuse(f, value, place, "runs on to another line, and there may be a space between. Please enter it.")
		return
	}
	value = values.Joined(value)
	if startsKnown(value) || orderWord.FindString(value) == value || beginsAsAnothers(value) {
		return // a product, a title, or what a label says of another party
	}
	if strings.ContainsRune(value, unicode.ReplacementChar) {
		fs.refuse(f, value, place, "has letters that some program could not read. Please enter it.")
		return
	}
	if f == label.Company || f == label.CustomerName || f == label.Buyer {
		value = toSomebody.ReplaceAllString(ofItsKind.ReplaceAllString(definedTerm.ReplaceAllString(value, ""), ""), "$1")
		value, _ = withoutAddress(fs.withoutPerson(f, value, place, false))
	}
	person := f == label.Contact || f == label.SomeName
	if person {
		value = inPlaceOf.ReplaceAllString(reachedBy.ReplaceAllString(value, ""), "")
	}
	if !strings.ContainsFunc(value, func(r rune) bool { return r > unicode.MaxASCII || unicode.IsLetter(r) }) {
		return // a telephone number, a customer's number, a line to write on
	}
	if person && !theirs.MatchString(besideName.FindString(value)) {
		value = besideName.ReplaceAllString(value, "")
	}
	if more := beyond(person, value); more != "" {
		fs.refuse(f, value, place, "says more than a name (%q). Please enter the right one.", more)
		return
	}
	if person && stanceOf(value) != nothingSaid || code.MatchString(value) || strings.ContainsAny(value, "{}") || placeholder.MatchString(value) { // or an answer, or of a program, a form
		return
	}
	if breaksOff(value) {
		fs.refuse(f, value, place, "seems to go on, but not where it could be read.")
		return
	}
	fs.note(reading{value: value, place: place, field: f})
}

// beginsAsAnothers says that a value begins with a label of the seller or of a receiver in two words: "Sold by Vendor Ltd".
func beginsAsAnothers(value string) bool {
	words := strings.Fields(value)
	if len(words) < 3 {
		return false
	}
	f, _ := label.Of(words[0] + " " + words[1])
	return f == label.Seller || f == label.ShipTo
}

// beyond are the words of a field that say more than one name, "" where none do.
func beyond(person bool, value string) string {
	if more := beyondName.FindString(value); more != "" {
		return strings.Trim(more, " ,;:()")
	}
	if m := twoNames.FindStringSubmatch(value); m != nil && (m[2] == "/" && !person || person && values.LikePerson(m[1]) && values.LikePerson(m[4])) {
		return m[2] + m[3]
	}
	if person {
		return remarked.FindString(value)
	}
	return cmp.Or(telling(twoFirms, value), remarkedFirm.FindString(value), telling(placedFirm, value), perhapsPlace(value))
}

var (
	besideName    = lexicon.Of("besideName")
	beyondName    = lexicon.Of("beyondName")
	twoFirms      = lexicon.Of("twoFirms")
	toSomebody    = lexicon.Of("toSomebody")
	placedFirm    = lexicon.Of("placedFirm")
	twoNames      = lexicon.Of("twoNames")
	besideAddress = lexicon.Of("besideAddress")
	ofItsKind     = lexicon.Of("ofItsKind")
	// theirs says of somebody that they are others' to whoever writes: "our landlord".
	theirs = lexicon.Compile(`(?i)\b(?:our|my|their|his|her|unsere?|mein|ihre?|notre|mon|nuestr[oa]|nostr[oa]|onze)\s`)
	// definedTerm is what a contract goes on to call somebody by.
	definedTerm = lexicon.Compile(`\s*\((?:the |der |die |le |la |el |il |de )?["“„«][^"”“»()]{3,30}["”“»]\)\.?$`)
	// remarked is a remark behind a person's name.
	remarked = lexicon.Compile(`(?:[(,;[*]|\s[-–—])\s*\p{Ll}.*`)
	// remarkedFirm likewise, in brackets or behind a dash after a company's.
	remarkedFirm = lexicon.Compile(`\((?:[^()]* )?\p{Ll}{3,}[^()]*\)$|(?:\s[-–—] |[[*])\p{Ll}+(?: \p{Ll}+)*[]*]?$`)
)

// companyAndPerson is a company with a person behind it.
var companyAndPerson = lexicon.Compile(`^(.{3,}?)\s*[(,;|]\s*([^(),;]+)\)?$`)

// withoutPerson takes off a company's name who stands behind it: the contact, before an address or by "Attn".
func (fs *fields) withoutPerson(f label.Field, value string, place page.Spot, mailed bool) string {
	m := companyAndPerson.FindStringSubmatch(value)
	if m == nil || f != label.Company && f != label.CustomerName || beyondName.MatchString(m[2]) {
		return value
	}
	person := attention.ReplaceAllString(m[2], "")
	if is := values.LikePerson(person) && !values.LikeCompany(person); is && (mailed || person != m[2]) {
		fs.addName(label.Contact, person, place)
	} else if person == m[2] {
		return value
	}
	return m[1]
}

// breaksOff says that a name goes on, but not where it could be read.
func breaksOff(name string) bool {
	return strings.HasSuffix(name, "-") || strings.HasSuffix(name, "&") || strings.Contains(name, values.Cut)
}

func (fs *fields) addAddresses(value string, place page.Spot) {
	found, doubt := values.WrappedAddresses(value)
	switch {
	case doubt != "":
		fs.refuse(label.Email, found[0], place, "runs on to another line: it may also be %q. Please enter the right one.", doubt)
		return
	case found == nil:
		if value != "" {
			fs.refuse(label.Email, value, place, "isn't an e-mail address.")
		}
		return
	}
	doubtful := besideAddress.FindString(values.Address.ReplaceAllString(value, " ")) != "" || strings.HasSuffix(value, "?")
	for _, a := range found {
		if placeholderAddress.MatchString(a) {
			continue
		}
		if doubtful {
			fs.refuse(label.Email, a, place, "stands with words that doubt it: %q. Please enter the right one.", value)
			continue
		}
		if !values.IsAddress(a) {
			fs.refuse(label.Email, a, place, "isn't an e-mail address.")
			continue
		}
		fs.note(reading{value: a, place: place, field: label.Email})
	}
}

// readLogin takes the address that a sentence sends the login to: it is as good as a label.
func (fs *fields) readLogin(d sheet) {
	fs.party = customers
	for _, s := range d.sentences {
		if !strings.Contains(s.Text, "@") {
			continue
		}
		for _, said := range sentTo.FindAllString(s.Text, maxReadings) {
			fs.addAddresses(values.Address.FindString(said), s.Lines[0].Place())
		}
	}
}

// addNumber takes a value that is one word with a digit. A short label such as "Order" or "Task" means its number only
// when nothing else follows.
func (fs *fields) addNumber(l label.Label, value string, place page.Spot) bool {
	value = values.JoinedNumber(value)
	if m := lastPart.FindStringSubmatch(value); m != nil {
		value = m[1]
	}
	m := token.FindStringSubmatch(value)
	short := !strings.Contains(l.Name, " ")
	if m == nil || !strings.ContainsAny(m[1], "0123456789") || len(m[1]) > 40 || (short && !alone(value[len(m[0]):])) {
		return false
	}
	if strings.HasPrefix(value[len(m[0]):], values.Cut) {
		fs.refuse(l.Field, value, place, "seems to go on, but not where it could be read.")
		return false
	}
	fs.note(reading{value: strings.TrimRight(m[1], "./-"), place: place, field: l.Field})
	return true
}

// alone says that nothing but a remark in brackets follows a value.
func alone(rest string) bool {
	return label.Bracketed.ReplaceAllString(strings.TrimSpace(rest), "") == ""
}
