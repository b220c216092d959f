package extract

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"mozybot/provision"
	"mozybot/provision/orderfile/extract/label"
	"mozybot/provision/orderfile/extract/lexicon"
	"mozybot/provision/orderfile/extract/page"
	"mozybot/provision/orderfile/extract/values"
)

// The commonest paper names its customer in a block: a label such as "Bill To", and under it the company, a person, an
// address, without labels of their own.

// opensBlock says that the lines under a label may be such a block. below says that its value was found there.
func opensBlock(l label.Label, below bool) bool {
	switch l.Field {
	case label.BillTo, label.ShipTo:
		return true
	case label.Company, label.CustomerName, label.Contact:
		return l.Value == "" && below
	}
	return false
}

// readBlock reads the block under the label in cell j of line i.
func (fs *fields) readBlock(d sheet, i, j int, l label.Label) {
	entries := d.BlockUnder(i, j)
	switch {
	case l.Field == label.Contact && len(entries) > 1 && values.LikeOrganization(entries[0].Text):
		l.Field = label.BillTo // the block of who orders, with their company first
	case l.Value != "":
		entries = []page.Entry{{Text: l.Value, Place: d.Lines[i].Place()}}
	case len(entries) == 0:
		entries = d.BlockBeside(i, j)
	}
	fs.readEntries(d, l, entries)
}

// readEntries reads the entries of a block under a label.
func (fs *fields) readEntries(d sheet, l label.Label, entries []page.Entry) {
	var names []page.Entry
	mail := ""
	inAddress, elsewhere := false, false
	for _, e := range entries {
		elsewhere = elsewhere || careOf.MatchString(e.Text)
		if elsewhere && (careOf.MatchString(e.Text) || values.Address.MatchString(e.Text) && !slices.ContainsFunc(names, func(n page.Entry) bool { return values.OfCompany(e.Text, n.Text) })) {
			continue // of whoever takes the post for the customer
		}
		if service.MatchString(e.Text) {
			continue
		}
		if m := nameAndRole.FindStringSubmatch(e.Text); m != nil && values.LikeRole(m[2]) && values.LikePerson(m[1]) {
			e.Text = m[1]
		}
		if len(names) == 1 && values.IsPerson(names[0].Text) && values.LikeRole(e.Text) && !values.LikeCompany(e.Text) {
			continue // what that person does
		}
		person := attention.ReplaceAllString(e.Text, "")
		if e.Person || person != e.Text && values.LikePerson(person) {
			fs.noteBlock(l, label.Contact, page.Entry{Text: unaddressed(person), Place: e.Place})
			continue
		}
		if values.Address.MatchString(e.Text) {
			if len(strings.Fields(e.Text)) >= sentenceWords {
				break // below the block
			}
			fs.noteBlock(l, label.Email, e)
			mail = values.Address.FindString(e.Text)
			continue
		}
		name, addressed := withoutAddress(e.Text)
		if addressed && !inAddress && len(names) < 2 {
			names = append(names, page.Entry{Text: name, Place: e.Place})
		}
		inAddress = inAddress || addressed || beginsAddress(e.Text)
		if !inAddress && len(names) < 2 && strings.ContainsFunc(e.Text, isLetter) {
			names = append(names, e)
		}
	}
	if mail == "" {
		mail = d.OnlyAddress(names)
	}
	switch l.Field {
	case label.Contact: // the label's own value
	case label.BillTo, label.ShipTo:
		fs.noteNames(l, names, mail)
	default: // the company is the label's own value
		if names = names[min(1, len(names)):]; len(names) > 0 && values.IsPerson(names[0].Text) {
			fs.noteBlock(l, label.Contact, names[0])
		}
	}
}

// sentenceWords is how many words a line has that is no entry of a block, but a sentence.
const sentenceWords = 8

// beginsAddress says that nothing of a block is a name from here on.
func beginsAddress(text string) bool {
	name := values.LikeCompany(text) || values.EndsAsOrganization(text) && !strings.Contains(text, ",")
	return addressLike.MatchString(text) && (!name || strings.ContainsAny(text, "0123456789"))
}

// noteNames keeps the one or two names that a block begins with: a company, a person, or both in one order or the other.
func (fs *fields) noteNames(l label.Label, names []page.Entry, mail string) {
	switch {
	case len(names) == 0:
	case len(names) == 1 && values.IsPerson(names[0].Text) && buys.MatchString(l.Label):
		fs.noteBlock(l, label.Buyer, names[0]) // a person as often as a company
	case len(names) == 1 && values.IsPerson(names[0].Text) && signs.MatchString(l.Label):
		fs.noteBlock(l, label.SomeName, names[0])
	case len(names) == 1 && values.IsPerson(names[0].Text):
		fs.noteBlock(l, label.CustomerName, names[0]) // a person, or a company that is called so
	case len(names) == 1:
		fs.noteBlock(l, label.Company, names[0])
	default:
		at, sure := companyOf(names[0], names[1], mail)
		for k, name := range names { // one that is known already needs no witness
			if (&reading{value: values.Clean(name.Text)}).among(fs.of(label.Company)) {
				at, sure = k, true
			}
		}
		if !sure {
			fs.askWhichIsCompany(l, names)
			return
		}
		fs.noteBlock(l, label.Company, names[at])
		if values.IsPerson(names[1-at].Text) {
			fs.noteBlock(l, label.Contact, page.Entry{Text: unaddressed(names[1-at].Text), Place: names[1-at].Place})
		}
	}
}

// askWhichIsCompany asks about a block that begins with two names of which either may be a person's.
func (fs *fields) askWhichIsCompany(l label.Label, names []page.Entry) {
	fs.questions = append(fs.questions, question(provision.FieldCompany, names[0].Text+" / "+names[1].Text,
		"%s and %s stand under %s, and it is not certain which of them is the company. Please enter it, and the contact.",
		provision.InQuotes(names[0].Text), provision.InQuotes(names[1].Text), provision.InQuotes(l.Label)))
}

// companyOf is which of a block's two names is the company's, and whether that is sure. Where both may be a person's the
// address tells: it begins as people are called, and ends as companies are.
func companyOf(first, second page.Entry, mail string) (at int, sure bool) {
	if !values.IsPerson(first.Text) {
		return 0, true
	}
	if values.LikeCompany(second.Text) {
		return 1, true
	}
	if one, other := addressed.MatchString(first.Text), addressed.MatchString(second.Text); one != other {
		if one {
			at = 1
		}
		return at, true
	}
	if one, other := values.EndsAsOrganization(first.Text), values.EndsAsOrganization(second.Text); one != other {
		if other {
			at = 1
		}
		return at, true
	}
	person, domain, _ := strings.Cut(strings.ToLower(mail), "@")
	for _, pair := range []struct {
		company, person string
		at              int
	}{{first.Text, second.Text, 0}, {second.Text, first.Text, 1}} {
		domained := values.IsCalled(pair.company, domain) && !values.IsCalled(pair.person, domain) && !values.IsCalled(pair.company, person)
		mailed := values.IsCalled(pair.person, person) && !values.IsCalled(pair.company, person)
		if domained || mailed && !(values.IsPerson(pair.company) && values.BeginsAsPerson(pair.company)) {
			return pair.at, true
		}
	}
	return 0, !values.IsPerson(second.Text) && properName.FindString(second.Text) != second.Text
}

// unaddressed is a person's name without how letters address people.
func unaddressed(person string) string {
	return strings.TrimLeft(addressed.ReplaceAllString(person, ""), ". ")
}

// noteBlock keeps what a block says. What is shipped may go to somebody else than the customer.
func (fs *fields) noteBlock(l label.Label, f label.Field, e page.Entry) {
	defer func(was party) { fs.party = was }(fs.party)
	if l.Field == label.ShipTo {
		fs.party = receivers
	}
	if f == label.Email {
		fs.addAddresses(e.Text, e.Place)
		return
	}
	fs.blockNamed = fs.blockNamed || l.Field == label.BillTo
	fs.addName(f, values.Clean(e.Text), e.Place)
}

var (
	careOf      = lexicon.Compile(`(?i)^c/o `)
	addressLike = lexicon.Of("addressLike")
	attention   = lexicon.Of("attention")
	// addressed begins how a person is, and no company.
	addressed = lexicon.Compile(`^(?:Mr|Mrs|Ms|Miss|Herrn?|Frau|Mme|Mlle|Sra?|Srta)\b`)
	// buys is a label of whoever buys.
	buys = lexicon.Compile(`(?i)^(?:buyer|purchaser)\b`)
	// signs is a label of whoever signs for the customer.
	signs = lexicon.Compile(`(?i)^(?:for|on behalf of) the\b`)
	// nameAndRole is a person with what they do.
	nameAndRole = lexicon.Compile(`^([^,;(]+?)\s*(?:[,;(]| [-–—] )\s*([^,;()]+)\)?$`)
)

// nameAndAddress is a name with an address behind it, which has the number of a house or a postcode.
var nameAndAddress = lexicon.Compile(`^(?:(\D{3,80}?), *\d+\pL? +\pL.*|([^,\d]{3,80}), *[^@]*\b\d{4,6}\b[^@]*)$`)

// nameAndMore is a name, and what stands behind it on its line.
var nameAndMore = lexicon.Compile(`^(.*?\pL.*?)(?:\s*[,;]\s*|\s+[-–—|·]\s+)(.+)$`)

// withoutAddress takes the address off a name before it, in one line. What stands behind a legal form is one, unless it is a part of the
// name; behind another name only a street is.
func withoutAddress(text string) (name string, ok bool) {
	if m := nameAndAddress.FindStringSubmatch(text); m != nil {
		return m[1] + m[2], true
	}
	m := formAndMore.FindStringSubmatch(text)
	if m == nil {
		m = nameAndMore.FindStringSubmatch(text)
		if m == nil || !values.LikeOrganization(m[1]) || !street.MatchString(m[2]) {
			return text, false
		}
	}
	if beyondName.MatchString(text) || breaksOff(text) || goesOnAsName(m[2]) {
		return text, false
	}
	return m[1], true
}

// goesOnAsName says that what stands behind a name is another part of it, or may be one.
func goesOnAsName(more string) bool {
	first, _ := utf8.DecodeRuneInString(more)
	return values.LikeCompany(" "+more) || values.LikeOrganization(more) || furtherPart.MatchString(more) || unicode.IsLower(first) && !street.MatchString(more)
}

// perhapsPlace is what stands behind a company's name and may be where it is, "" where nothing does. A town behind a dash is a part of
// the name, as shops of a chain have it.
func perhapsPlace(name string) string {
	m := nameAndMore.FindStringSubmatch(name)
	placed := m != nil && (street.MatchString(m[2]) || values.LikeOrganization(m[1]) && strings.HasPrefix(name[len(m[1]):], ","))
	if !placed || goesOnAsName(m[2]) {
		return ""
	}
	return m[2]
}

var formAndMore, furtherPart, street = lexicon.Of("formAndMore"), lexicon.Of("furtherPart"), lexicon.Of("street")

func isLetter(r rune) bool { return r > '9' && r != '_' && r != '|' }
