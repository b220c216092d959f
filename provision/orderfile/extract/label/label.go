// Package label knows what people call what they ask for: "Company", "E-Mail Address *", "Order No.".
//
// It reads one text at a time; where the value of a label stands is for package extract to find.
package label

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"mozybot/provision/orderfile/extract/lexicon"
	"mozybot/provision/orderfile/extract/values"
)

// Field is what a label announces.
type Field string

const (
	Company      Field = "company"
	Contact      Field = "contact"
	Email        Field = "email"
	OrderNumber  Field = "order number"
	CustomerID   Field = "customer ID"
	AccountID    Field = "account ID" // of the customer's group, when it can be one (whom.go)
	Task         Field = "task"
	CustomerName Field = "customer name" // the company's, or the contact's where the company has a label of its own
	Buyer        Field = "buyer"         // likewise, but never a company that is called as the contact is
	Account      Field = "account"       // the company's name, or its number
	SomeName     Field = "name"          // the contact's, where nothing else says it
	Item         Field = "item"
	Quantity     Field = "quantity"
	Seller       Field = "seller" // nothing to us but that what follows may be the seller's
	FirstName    Field = "first name"
	LastName     Field = "last name"
	BillTo       Field = "bill to" // the customer's block: company, contact, address below it
	ShipTo       Field = "ship to" // such a block, of whoever receives something
	Unused       Field = "unused"  // known, so that it isn't taken for a value, and nothing to us
)

// meaning is what a label announces, by the ways to write it. It is made when a label is looked for, which most processes never do.
var meaning = sync.OnceValue(func() map[string]Field {
	m := map[string]Field{}
	for f, names := range lexicon.Lists("label of ") {
		for _, name := range names {
			m[name] = Field(f)
		}
	}
	for _, name := range lexicon.List("buyers") {
		m[name] = Contact
	}
	known := func(name string, f Field) {
		if _, is := m[name]; !is {
			m[name] = f
		}
	}
	for _, kind := range lexicon.List("kinds") {
		known(kind, Company)
		known(kind+" name", Company)
	}
	for name, f := range maps.Clone(m) {
		if f == Company || f == Contact {
			known("name of "+name, f)
			known(name+" called", f)
		}
		if f == Company || f == Email || f == SomeName {
			for _, whose := range lexicon.List("possessives") {
				known(whose+" "+name, f)
			}
		}
	}
	for f, names := range lexicon.Lists("what of ") {
		for _, what := range names {
			for _, whom := range lexicon.List("whom") {
				known(whom+" "+what, Field(f))
			}
		}
	}
	return m
})

// Of is what a label announces. In two languages ("Firma / Company"), or with two words ("School or company"), both have to say the
// same; what has no use beside it ("Contact / Telephone") is no matter.
func Of(label string) (Field, bool) { return named(label, Normal(label)) }

// named is what a label announces whose Normal is known.
func named(label, name string) (Field, bool) {
	if whose.MatchString(label) {
		return Seller, true
	}
	if f, ok := meaning()[name]; ok {
		return f, !technical[name] || !strings.Contains(label, " ")
	}
	if what, whose, of := strings.Cut(name, " of "); of {
		if f, ok := meaning()[strings.TrimPrefix(whose, "the ")+" "+what]; ok {
			return f, true
		}
	}
	if f, is := ofOurs(name); is {
		if f == Contact {
			return Seller, true // whose papers have it more often
		}
		return Unused, true
	}
	if bare := wanted.ReplaceAllString(name, ""); bare != name {
		if f, ok := meaning()[bare]; ok && (Label{Field: f}).Is(Item, Quantity) {
			return f, true
		}
	}
	if strings.Contains(name, " ") {
		f, ok := meaning()[ofCustomer.ReplaceAllString(ofRecord.ReplaceAllString(name, ""), "")]
		if ok && (Label{Field: f}).Is(Company, Contact, SomeName, FirstName, LastName, Email) {
			return f, true
		}
	}
	if strings.HasSuffix(label, "?") {
		asked := entry.ReplaceAllString(label, "")
		for _, q := range questions {
			if q.asks.MatchString(asked) {
				return q.of, true
			}
		}
	}
	if len(label) > 60 || !strings.Contains(label, "/") && !eitherWord.MatchString(label) {
		return "", false
	}
	var both Field
	for part := range strings.SplitSeq(eitherWord.ReplaceAllString(label, "/"), "/") {
		f, ok := meaning()[Normal(part)]
		switch {
		case !ok && sideNames[Normal(part)]:
			continue
		case !ok, both != "" && f != both && f != Unused && both != Unused:
			return "", false
		case both == "" || both == Unused:
			both = f
		}
	}
	return both, both != ""
}

// sideNames are second names of labels that say nothing by themselves: "Bill to / account for".
var sideNames = lexicon.Set("sideNames")

var (
	whose = lexicon.Of("whose")
	// eitherWord parts two words for one thing.
	eitherWord = lexicon.Compile(`(?i) (?:or|oder|ou) `)
	// entry is the number of a form's box or question: "3.", "1a)", "B2:", "Q4.", "2.1)".
	entry = lexicon.Compile(`^\s*\(?(?:\d{1,2}\.\d{1,2}[.)]|\d{1,2}[a-z]?[.)]|\d{1,2}[a-z](?: |$)|[A-HQ]\.?\d{1,2}[.):])\s*`)
	// ofRecord is how programs begin the names of fields with what they are of: "Deal - Contact person", "customer_metadata[company]".
	ofRecord = lexicon.Compile(`^(?:deal|(?:sales |checkout )?order|opportunity|requester|submitter|respondent|person|customer metadata|checkout form|custom fields?|contact name) `)
	// wanted is what forms say of an item or a quantity that they ask for: "Product ordered".
	wanted = lexicon.Of("wantedItem")
	// ofCustomer is how other languages end them: "E-Mail Kunde".
	ofCustomer = lexicon.Compile(` (?:(?:des |vom )?kunden?|(?:du )?client|(?:del )?cliente|(?:van de )?klant|kund|kunde)$`)
	// Bracketed are remarks in brackets.
	Bracketed = lexicon.Compile(`\([^()]*\)|\[[^\[\]]*\]`)
	eMail     = lexicon.Compile(`(?i)\be[\s\-‐‑–]?mails?\b`)
	numberOf  = lexicon.Compile(`(?i)#|№|\b(?:no|nr|num|nbr|numbers?)\b\.?`)
	possessed = lexicon.Compile(`(?i)['’]s\b`)
	asking    = lexicon.Of("asking")
)

// Partner says that a label is of whoever a program deals with: the customer, or on a purchase order the seller.
func (l Label) Partner() bool { return technical[l.Name] }

// technical are labels that mean something else where people write them: a card's name is no CardName.
var technical = lexicon.Set("technical")

// questions ask for a field.
var questions = []struct {
	of   Field
	asks lexicon.Pattern
}{{Company, lexicon.Of("question of company")}, {Contact, lexicon.Of("question of contact")}, {Email, lexicon.Of("question of email")}, {Item, lexicon.Of("question of item")}, {Quantity, lexicon.Of("question of quantity")}}

// As is the label alone, as one of another field.
func (l Label) As(f Field) Label { return Label{Field: f, Label: l.Label, Name: l.Name} }

// Buys says that a label is of a person who orders, and so is none of the seller's: by its words, or since whoever orders writes the paper.
func (l Label) Buys() bool { return buyers[l.Name] || l.Field == Contact && l.OfWriter() }

// OfWriter says that a label is of a person of whoever writes the paper: "Prepared by", "Your contact".
func (l Label) OfWriter() bool {
	return l.Is(Seller, Contact) && (writers[l.Name] || whose.MatchString(l.Label))
}

// Ours is what a label asks of whoever writes the paper, which is the buyer or the seller: "Our company", "Our contact".
func (l Label) Ours() (Field, bool) {
	if l.OfWriter() {
		return Contact, true
	}
	return ofOurs(l.Name)
}

// ofOurs is what a label is of by its other words, where it says that it is of whoever writes the paper.
func ofOurs(name string) (Field, bool) {
	whose, what, _ := strings.Cut(name, " ")
	f := meaning()[what]
	return f, ours[whose] && (Label{Field: f}).Is(Company, Contact, SomeName, Email)
}

// OfIssuer says that a label is of whoever writes the paper, and OfAddressee of whom it is written to.
func (l Label) OfIssuer() bool    { return issuers[l.Name] }
func (l Label) OfAddressee() bool { return addressees[l.Name] }

// OfCustomer says that a label is of the customer's people by its words: "Bill-to E-Mail".
func (l Label) OfCustomer() bool {
	whom, _, _ := strings.Cut(l.Name, " ")
	return l.Is(Contact, Email) && (whom == "customer" || whom == "client" || strings.HasPrefix(l.Name, "bill to ") || strings.HasPrefix(l.Name, "sold to ") || l.OfEnd())
}

// OfEnd says that a label is of an end customer, for whom somebody else buys.
func (l Label) OfEnd() bool { return strings.HasPrefix(l.Name, "end ") }

var (
	buyers, writers     = lexicon.Set("buyers"), lexicon.Set("writers")
	ours                = lexicon.Set("ours")
	issuers, addressees = lexicon.Set("issuer"), lexicon.Set("addressee")
)

// Normal makes the ways to write one label alike: "E-Mail  address *" and "email address", "Order No." and "ORDER #".
func Normal(label string) string {
	if len(label) > 60 {
		return ""
	}
	s := label
	if strings.ContainsAny(s, ":*_·•./") {
		s = gendered.ReplaceAllString(s, "$1$2")
	}
	if strings.IndexAny(s, "( 0123456789ABCDEFGHQ") == 0 {
		s = WithoutNumber(s)
	}
	if strings.HasSuffix(s, "?") || unusual.MatchString(s) {
		for _, step := range steps {
			s = step.is.ReplaceAllString(s, step.by)
		}
	}
	s = lowWords(s)
	if abbreviates.MatchString(s) {
		s = strings.TrimSpace(writtenOut.Replace(" " + s + " "))
	}
	if s = strings.TrimPrefix(strings.TrimPrefix(s, "your "), "the "); strings.HasPrefix(s, "number of ") {
		return s
	}
	return strings.TrimPrefix(s, "number ") // "# Order" is rare, "Order # #" is not
}

// WithoutNumber is a text without the number of a form's box or question that it begins with.
func WithoutNumber(text string) string { return entry.ReplaceAllString(text, "") }

// steps make labels alike, and unusual is what they look for.
var (
	steps = []struct {
		is lexicon.Pattern
		by string
	}{{Bracketed, " "}, {asking, ""}, {possessed, ""}, {eMail, "email"}, {numberOf, " number "}}
	unusual = lexicon.Compile(`(?i)[(\[#№'’]|mail|\b(?:no|nr|num|nbr|numbers?|what|who|which|please)\b`)
)

// writtenOut makes words of what programs abbreviate, one of two spellings, and says less of whose it is.
var (
	writtenOut = strings.NewReplacer("organisation", "organization", " cust ", " customer ", " desc ", " description ", " descr ", " description ",
		" addr ", " address ", " org ", " organization ", " cntct ", " contact ", " dscription ", " description ", " e mail ", " email ",
		" of your ", " of ", " of the ", " of ")
	abbreviates = lexicon.Compile(`organisation|\b(?:cust|descr?|addr|org|cntct|dscription|e mail)\b| of (?:your|the) `)
)

// lowWords are the words of a text in lower case, those that are written in one with capitals, too.
func lowWords(text string) string {
	var b strings.Builder
	before := ' '
	for i, r := range text {
		if !unicode.IsLetter(r) && !unicode.IsNumber(r) {
			r = ' '
		}
		if b.Len() > 0 && r != ' ' && (before == ' ' || unicode.IsUpper(r) && (unicode.IsLower(before) || unicode.IsUpper(before) && wordFollows(text[i+utf8.RuneLen(r):]))) {
			b.WriteByte(' ')
		}
		if before = r; r != ' ' {
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String()
}

// wordFollows says that a text goes on with the small letters of a word: the N of "PONumber" begins one, the last of "GBs" does not.
func wordFollows(text string) bool {
	first, size := utf8.DecodeRuneInString(text)
	next, _ := utf8.DecodeRuneInString(text[size:])
	return unicode.IsLower(first) && unicode.IsLower(next)
}

// Label is a label found in a text, with what stands behind it.
type Label struct {
	Field Field
	Label string // as written
	Name  string // likewise, after Normal
	Value string // "" when the text ends with the label, or says that there is none
	None  bool   // it says so
}

var (
	// parted is where a label may end and its value begin.
	parted = lexicon.Compile(`\s*[:：=]\s*|\s+[-–—]+>?\s+`)
	// gendered is a word that is said of women and men at once, and genderEnding is how it ends behind a colon.
	gendered     = lexicon.Compile(`(\pL{2})(?:[:*_/] ?-?(?:innen|in)|[:*](?:[ernm]|rice|euse)|[·•.](?:e|ne|rice|euse|trice|ère|ière|se)s?)([\s:()/*]|$)`)
	genderEnding = lexicon.Compile(`^(?:innen|in|[ernm]|rice|euse)(?:[\s:()/*]|$)`)
	// joint is where another label may begin within a text.
	joint    = lexicon.Compile(`[,;|/]\s+`)
	numbered = lexicon.Of("numbered")
	placedBy = lexicon.Of("placedBy")
	// UnknownLabel is a label that we don't know: it is no value of another one.
	UnknownLabel = lexicon.Compile(`^[\pL][\pL\pN /#.&'()-]{0,40}(?:\?:|:)(?:\s|$)`)
	// FieldName is a label as programs write it, or a form that numbers its boxes.
	FieldName = lexicon.Compile(`^(?:[a-z]+(?:_[a-z]+)+|[A-Z]+(?:_[A-Z]+)+|\d{1,2}[.)] ?\p{Lu}{2}[\p{Lu} /.&'’()-]{1,40})$`)
	// joined likewise, which may be a name.
	joined = lexicon.Compile(`^\p{Lu}?\p{Ll}+(?:_?\p{Lu}+\p{Ll}*)+$`)
	// Mailed is a label of an e-mail without a sign before the address.
	Mailed = lexicon.Compile(`(?i)^([\pL\s-]{4,30}?)\s+(\S+@\S+)$`)
)

// Programs says that programs write both texts, as they do with the heads of columns that stand side by side.
func Programs(label, beside string) bool {
	return joined.MatchString(label) && joined.MatchString(beside)
}

// Is says that a label announces one of the fields.
func (l Label) Is(fields ...Field) bool { return slices.Contains(fields, l.Field) }

// Scan finds the labels in a text, in their order: one at its start, and others behind a comma or the like. A text
// that is nothing but a label yields it with no value.
func Scan(text string) []Label { return ScanNamed(text, Normal(text)) }

// ScanNamed is Scan of a text whose Normal is known.
func ScanNamed(text, name string) []Label {
	if f, ok := named(text, name); ok {
		return []Label{{Field: f, Label: strings.TrimRight(text, ": ="), Name: name}}
	}
	var found []Label
	rest := text
	for range 20 { // more labels has no line
		head, tail, ok := cutLabel(rest)
		if !ok {
			break
		}
		next := len(tail)
		for _, at := range joint.FindAllStringIndex(tail, -1) {
			if _, _, ok := cutLabel(tail[at[1]:]); ok {
				next = at[0]
				break
			}
		}
		head.Value = values.Clean(tail[:next])
		head.None = head.Value == "" && strings.Trim(tail[:next], " _") != ""
		found = append(found, head)
		if next == len(tail) {
			break
		}
		rest = strings.TrimLeft(tail[next:], ",;|/ ")
	}
	if found == nil {
		found = Unparted(text)
	}
	return found
}

// cutLabel cuts a label off the start of a text. After a dash only a label of some length counts: "PO - Box" is none.
func cutLabel(text string) (head Label, tail string, ok bool) {
	begins := text[:min(len(text), 80)]
	if !strings.ContainsAny(begins, ":：=-–—") {
		return Label{}, "", false
	}
	for _, at := range parted.FindAllStringIndex(begins, 5) {
		if genderEnding.MatchString(text[at[1]:]) {
			continue // "Ansprechpartner:in"
		}
		label := text[:at[0]]
		name := Normal(label)
		f, ok := named(label, name)
		if ok && !strings.ContainsAny(text[at[0]:at[1]], ":：=") { // "Person - Name" is one label
			_, named := Of(text[at[1]:])
			ok = !named
		}
		if ok {
			return Label{Field: f, Label: strings.TrimLeft(label, "-*•>· \t"), Name: name}, text[at[1]:], true
		}
	}
	return Label{}, "", false
}

// Unparted finds labels whose value follows without a sign.
func Unparted(text string) []Label {
	if m := numbered.FindStringSubmatch(text); m != nil && (m[4] == "" || m[2] != "" && !strings.HasPrefix(m[4], "@")) {
		label := m[1]
		if m[2] != "" {
			label += " " + m[2]
		}
		if f, ok := Of(label); ok {
			return []Label{{Field: f, Label: label, Name: Normal(label), Value: m[3]}}
		}
	}
	if m := placedBy.FindStringSubmatch(text); m != nil && values.IsPerson(m[2]) && !values.LikeOrganization(m[2]) {
		return []Label{{Field: Contact, Label: m[1], Name: Normal(m[1]), Value: m[2]}}
	}
	if m := Mailed.FindStringSubmatch(text); m != nil && meaning()[Normal(m[1])] == Email {
		return []Label{{Field: Email, Label: m[1], Name: Normal(m[1]), Value: m[2]}}
	}
	return nil
}
