package extract

import (
	"slices"
	"strings"

	"mozybot/provision/orderfile/extract/label"
	"mozybot/provision/orderfile/extract/lexicon"
	"mozybot/provision/orderfile/extract/page"
	"mozybot/provision/orderfile/extract/values"
)

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

// senderPlace is where the head of a mail says who sent it.
const senderPlace = "the sender"

func (d sheet) senderSpot() page.Spot {
	return page.Spot{Where: senderPlace, Words: strings.TrimSpace(d.Sender.Name + " <" + d.Sender.Address + ">")}
}

// writers are the places that are the writer's own: a letterhead may be of somebody they write to.
var writers = []witness{signatureSays, sentenceSays, addressSays, senderSays, labelSays}

// mention is a name or an address that such a place says.
type mention struct {
	by     witness
	value  string
	place  page.Spot
	person bool // it is said of a person, or stands where they sign
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
	for n, l := range signed(d.Signature) {
		who.readSignature(n, l)
	}
	elsewhere := map[int]bool{}
	for i, l := range d.Lines {
		elsewhere[i] = i >= d.Own || d.signs(l) || len(l.Cells) > 1
	}
	for p := range d.Paragraphs(elsewhere) {
		who.readSentences(p)
	}
	if d.Letter {
		who.readOwnLines(d, elsewhere)
	}
	if d.Sender.Address != "" && !d.Sender.Unaddressed {
		place := d.senderSpot()
		who.addresses = append(who.addresses, mention{senderSays, d.Sender.Address, place, true})
		if d.Sender.Name != "" {
			who.names = append(who.names, mention{senderSays, d.Sender.Name, place, true})
		}
	}
	if len(who.names)+len(who.addresses)+len(who.others)+len(who.unproven) > maxMentions {
		return issuer{}
	}
	return who
}

// signs says that a line stands under the sign-off.
func (d sheet) signs(l page.Line) bool {
	return slices.ContainsFunc(d.Signature, func(s page.Line) bool { return s.Number == l.Number && s.Page == l.Page && s.Part == l.Part })
}

// signed are the lines of a signature, without a first name above the whole one.
func signed(lines []page.Line) []page.Line {
	if len(lines) > 1 && strings.HasPrefix(lines[1].Text(), strings.Trim(lines[0].Text(), " ,.")+" ") {
		return lines[1:]
	}
	return lines
}

// letterheadReach is how many lines a letterhead or a foot is looked for in.
const letterheadReach = 3

// readLetterhead reads the names that the paper begins and ends with.
func (who *issuer) readLetterhead(d sheet) {
	read := 0
	for _, l := range d.Lines {
		heads := func(c page.Cell) bool { return c.Asks() && c.Labels[0].Is(label.ShipTo, label.BillTo) }
		if read == letterheadReach || salutation.MatchString(l.Text()) || l.Head || slices.ContainsFunc(l.Cells, heads) {
			break
		}
		for _, c := range l.Cells {
			if !c.LabelLike && !anyPaper(c.Text) && !purchaseOrder.MatchString(c.Text) {
				who.readHeadCell(letterheadSays, c, l)
				read++
			}
		}
	}
	if len(d.Lines) > 2*letterheadReach && d.Lines[len(d.Lines)-1].Page > 0 && d.Own == len(d.Lines) {
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
	name := headName(c.Text)
	m := mention{by: by, value: name, place: l.Place()}
	switch {
	case strings.ContainsAny(name, "@0123456789:"):
	case properName.FindString(name) == name:
		who.names = append(who.names, m)
	case smallName.MatchString(name) && !orderWord.MatchString(name):
		who.unproven = append(who.unproven, m)
	}
	for _, a := range values.Addresses(c.Text) {
		who.addresses = append(who.addresses, mention{by: by, value: a, place: l.Place()})
	}
}

// headName is the name that a line begins with.
func headName(text string) string {
	name := strings.TrimSpace(headParts.Split(text, 2)[0])
	if next := headParts.Split(text, 3); len(next) > 1 && values.HasLegalForm(name+", "+next[1]) && strings.HasPrefix(text, name+", "+next[1]) {
		return name + ", " + next[1]
	}
	return name
}

// readSignature reads line n under a sign-off: who signs comes first, and then, or with what they do, the company.
func (who *issuer) readSignature(n int, l page.Line) {
	for _, c := range l.Cells {
		if credits.MatchString(c.Text) {
			continue
		}
		for _, a := range values.Addresses(c.Text) {
			who.addresses = append(who.addresses, mention{by: signatureSays, value: a, place: l.Place()})
		}
		for part := range strings.FieldsFuncSeq(strings.ReplaceAll(c.Text, " / ", "|"), func(r rune) bool { return strings.ContainsRune(",|·•–—", r) }) {
			part = inPlaceOf.ReplaceAllString(strings.TrimSpace(part), "")
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

// signedFor is the company under the signature of a letter, "" where none stands there, or several do.
func (d sheet) signedFor() string {
	var who issuer
	for n, l := range signed(d.Signature) {
		who.readSignature(n, l)
	}
	var found []mention
	for _, m := range who.names {
		if who.mayBeCompany(m) && values.LikeOrganization(m.value) {
			found = withName(found, m)
		}
	}
	if len(found) != 1 {
		return ""
	}
	return found[0].value
}

// readSentences reads whom a text orders for, and whom it calls the contact.
func (who *issuer) readSentences(p page.Paragraph) {
	text := strings.ReplaceAll(p.Text, "\n", " ")
	said := func(at int) page.Spot { return p.Lines[p.LineOf(at)].Place() }
	for _, m := range orderedFor.FindAllStringSubmatchIndex(text, 10) {
		if at := max(m[2], m[4]); !thanking.MatchString(text[:m[0]]) {
			who.names = append(who.names, mention{by: sentenceSays, value: withoutStop(text[at:max(m[3], m[5])]), place: said(at)})
		}
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
	if m := weAre.FindStringSubmatchIndex(text); m != nil && product.MatchString(text) {
		if name := withoutStop(text[m[2]:m[3]]); unknownWord(name) != "" && !isWord(name) {
			who.others = append(who.others, mention{by: sentenceSays, value: name, place: said(m[2])})
		}
	}
	for _, m := range toContact.FindAllStringSubmatchIndex(text, 10) {
		at := max(m[2], m[4])
		if name := withoutStop(text[at:max(m[3], m[5])]); values.LikePerson(name) && !values.LikeOrganization(name) {
			who.names = append(who.names, mention{sentenceSays, name, said(at), true})
		}
	}
	for _, at := range values.Address.FindAllStringIndex(text, 20) {
		for _, a := range values.Addresses(text[at[0]:at[1]]) {
			who.addresses = append(who.addresses, mention{by: sentenceSays, value: a, place: said(at[0])})
		}
	}
}

// readOwnLines reads the names that stand in a letter by themselves.
func (who *issuer) readOwnLines(d sheet, elsewhere map[int]bool) {
	for i, l := range d.Lines {
		if name := l.Text(); !elsewhere[i] && !l.Cells[0].LabelLike && properName.FindString(name) == name && !orderWord.MatchString(name) {
			who.unproven = append(who.unproven, mention{by: lineSays, value: name, place: l.Place()})
		}
	}
}

// withoutStop takes the end of a sentence off a name.
func withoutStop(name string) string {
	if m := speaker.FindStringSubmatch(name); m != nil && !values.LikeCompany(m[2]) {
		name = m[1]
	}
	if abbreviatedForm.MatchString(name) {
		return name
	}
	return strings.TrimRight(name, ".")
}

var (
	// properName is words with capitals, and small ones between them; simpleName likewise, without commas.
	properName = lexicon.Of("properName")
	// smallName is one with small words in it that any line may have: "Cave coopérative des Trois Clochers".
	smallName       = lexicon.Compile(`^\p{Lu}[\pL'’-]+(?: [\pL'’&-]+){1,6} \p{Lu}[\pL'’-]+$`)
	abbreviatedForm = lexicon.Compile(`(?i)\b(?:inc|ltd|co|corp)\.$`)
	// speaker is how the next sentence begins where an abbreviation ends this one.
	speaker = lexicon.Compile(`^(.*(?i:[\s,](?:inc|ltd|co|corp)|\pL)\.)( (?:I|We|They|He|She)(?:['’]\pL+)?|(?i: (?:our|my|the|this|it|please|contact|kind|best|many|thanks|thank|their|his|her|and|but))\b.*)$`)
	// headParts are what parts the name in a letterhead from what follows it.
	headParts  = lexicon.Compile(`\s+[·•|–—-]\s+|,\s+|\s{3,}`)
	orderedFor = lexicon.Of("orderedFor")
	thanking   = lexicon.Of("thanking")
	orderer    = lexicon.Of("orderer")
	another    = lexicon.Of("another")
	toContact  = lexicon.Of("toContact")
	credits    = lexicon.Of("credits")
	simpleName = lexicon.Of("simpleName")
)
