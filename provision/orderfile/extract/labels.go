package extract

import (
	"strings"
	"unicode"

	"mozybot/provision/orderfile/extract/lexicon"
	"mozybot/provision/orderfile/extract/values"
)

// field is what a label announces.
type field string

const (
	company       field = "company"
	contact       field = "contact"
	email         field = "email"
	orderNumber   field = "order number"
	customerID    field = "customer ID"
	accountID     field = "account ID" // of the customer's group, when it can be one (whom.go)
	task          field = "task"
	customerName  field = "customer name" // the company's, or the contact's where the company has a label of its own
	buyer         field = "buyer"         // likewise, but never a company that is called as the contact is
	account       field = "account"       // the company's name, or its number
	someName      field = "name"          // the contact's, where nothing else says it
	itemLabel     field = "item"
	quantityLabel field = "quantity"
	seller        field = "seller" // nothing to us but that what follows may be the seller's
	firstName     field = "first name"
	lastName      field = "last name"
	billTo        field = "bill to" // the customer's block: company, contact, address below it
	shipTo        field = "ship to" // such a block, of whoever receives something
	unused        field = "unused"  // known, so that nobody takes it for a value, and nothing to us
)

// meaning is what a label announces, by the ways to write it.
var meaning = func() map[string]field {
	m := map[string]field{}
	for f, names := range lexicon.Lists("label of ") {
		for _, name := range names {
			m[name] = field(f)
		}
	}
	for _, name := range lexicon.List("buyers") {
		m[name] = contact
	}
	for f, names := range lexicon.Lists("what of ") {
		for _, what := range names {
			for _, whom := range lexicon.List("whom") {
				if _, known := m[whom+" "+what]; !known {
					m[whom+" "+what] = field(f)
				}
			}
		}
	}
	return m
}()

// meaningOf is what a label announces. In two languages ("Firma / Company") both have to say the same; what has no use beside
// it ("Contact / Telephone") is no matter.
func meaningOf(label string) (field, bool) {
	if whose.MatchString(label) {
		return seller, true
	}
	if f, ok := meaning[normal(label)]; ok {
		return f, true
	}
	if !strings.Contains(label, "/") || len(label) > 60 {
		return "", false
	}
	var both field
	for part := range strings.SplitSeq(label, "/") {
		f, ok := meaning[normal(part)]
		switch {
		case !ok, both != "" && f != both && f != unused && both != unused:
			return "", false
		case both == "" || both == unused:
			both = f
		}
	}
	return both, true
}

var (
	whose     = lexicon.Of("whose")
	entry     = lexicon.Compile(`^\s*\(?\d{1,2}[.)]\s*`)
	bracketed = lexicon.Compile(`\([^()]*\)|\[[^\[\]]*\]`)
	eMail     = lexicon.Compile(`(?i)\be[\s\-‐‑–]?mails?\b`)
	numberOf  = lexicon.Compile(`(?i)#|№|\b(?:no|nr|num|nbr|numbers?)\b\.?`)
	possessed = lexicon.Compile(`(?i)['’]s\b`)
	asking    = lexicon.Of("asking")
)

// normal makes the ways to write one label alike: "E-Mail  address *" and "email address", "Order No." and "ORDER #".
func normal(label string) string {
	if len(label) > 60 {
		return ""
	}
	s := label
	for _, step := range []struct {
		is lexicon.Pattern
		by string
	}{{bracketed, " "}, {entry, ""}, {asking, ""}, {possessed, ""}, {eMail, "email"}, {numberOf, " number "}} {
		s = step.is.ReplaceAllString(s, step.by)
	}
	s = lowWords(s)
	if abbreviates.MatchString(s) {
		s = strings.TrimSpace(writtenOut.Replace(" " + s + " "))
	}
	return strings.TrimPrefix(strings.TrimPrefix(strings.TrimPrefix(s, "your "), "the "), "number ") // "# Order" is rare, "Order # #" is not
}

// writtenOut makes words of what programs abbreviate, one of two spellings, and says less of whose it is.
var (
	writtenOut = strings.NewReplacer("organisation", "organization", " cust ", " customer ", " desc ", " description ", " descr ", " description ", " addr ", " address ", " org ", " organization ",
		" of your ", " of ", " of the ", " of ")
	abbreviates = lexicon.Compile(`organisation|\b(?:cust|descr?|addr|org)\b| of (?:your|the) `)
)

// lowWords are the words of a text in lower case, those that are written in one with capitals, too.
func lowWords(text string) string {
	var b strings.Builder
	before := ' '
	for _, r := range text {
		if !unicode.IsLetter(r) && !unicode.IsNumber(r) {
			r = ' '
		}
		if b.Len() > 0 && r != ' ' && (before == ' ' || unicode.IsLower(before) && unicode.IsUpper(r)) {
			b.WriteByte(' ')
		}
		if before = r; r != ' ' {
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String()
}

// labelled is a label found in a text, with what stands behind it.
type labelled struct {
	field field
	label string // as written
	value string // "" when the text ends with the label, or says that there is none
	none  bool   // it says so
}

var (
	// parted is where a label may end and its value begin.
	parted = lexicon.Compile(`\s*[:：=]\s*|\s+[-–—]+>?\s+`)
	// joint is where another label may begin within a text.
	joint    = lexicon.Compile(`[,;|/]\s+`)
	numbered = lexicon.Of("numbered")
	// unknownLabel is a label that nobody told us of: it is no value of another one.
	unknownLabel = lexicon.Compile(`^[\pL][\pL\pN /#.&'()-]{0,40}:(?:\s|$)`)
	// fieldName is a label as programs write it.
	fieldName = lexicon.Compile(`^[a-z]+(?:_[a-z]+)+$`)
	// mailed is a label of an e-mail without a sign before the address.
	mailed = lexicon.Compile(`(?i)^([\pL\s-]{4,30}?)\s+(\S+@\S+)$`)
)

// scan finds the labels in a text, in their order: one at its start, and others behind a comma or the like. A text
// that is nothing but a label yields it with no value.
func scan(text string) []labelled {
	if f, ok := meaningOf(text); ok {
		return []labelled{{field: f, label: strings.TrimRight(text, ": =")}}
	}
	var found []labelled
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
		head.value = values.Clean(tail[:next])
		head.none = head.value == "" && strings.Trim(tail[:next], " _") != ""
		found = append(found, head)
		if next == len(tail) {
			break
		}
		rest = strings.TrimLeft(tail[next:], ",;|/ ")
	}
	if found == nil {
		found = unparted(text)
	}
	return found
}

// cutLabel cuts a label off the start of a text. After a dash only a label of some length counts: "PO - Box" is none.
func cutLabel(text string) (head labelled, tail string, ok bool) {
	for _, at := range parted.FindAllStringIndex(text[:min(len(text), 80)], 3) {
		label := text[:at[0]]
		f, ok := meaningOf(label)
		if ok && !strings.ContainsAny(text[at[0]:at[1]], ":：=") { // "Person - Name" is one label
			_, named := meaningOf(text[at[1]:])
			ok = !named
		}
		if ok {
			return labelled{field: f, label: strings.TrimLeft(label, "-*•>· \t")}, text[at[1]:], true
		}
	}
	return labelled{}, "", false
}

// unparted finds labels whose value follows without a sign.
func unparted(text string) []labelled {
	if m := numbered.FindStringSubmatch(text); m != nil && (m[4] == "" || m[2] != "" && !strings.HasPrefix(m[4], "@")) {
		label := m[1]
		if m[2] != "" {
			label += " " + m[2]
		}
		if f, ok := meaningOf(label); ok {
			if f == account {
				f = customerID
			}
			return []labelled{{field: f, label: label, value: m[3]}}
		}
	}
	if m := mailed.FindStringSubmatch(text); m != nil && meaning[normal(m[1])] == email {
		return []labelled{{field: email, label: m[1], value: m[2]}}
	}
	return nil
}
