package extract

import (
	"slices"
	"strings"
	"unicode"
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

// labels is how people write them, after normal has made them alike. More are made of two parts (whoseLabels).
var labels = map[field][]string{
	company: {"company", "company name", "company customer", "account name", "organization", "organization name", "business", "business name",
		"sold to name", "sold to party name", "end customer name", "firm", "name of company", "name of organization", "company legal name", "legal name",
		"billing company", "ordering company", "purchasing company",
		"firma", "firmenname", "unternehmen", "bestellende firma", "société", "entreprise", "raison sociale", "nom de la société",
		"empresa", "razón social", "nombre de la empresa", "bedrijf", "bedrijfsnaam"},
	customerName: {"customer", "customer name", "name of customer", "client", "client name", "end user name", "kunde", "cliente", "klant", "klantnaam"},
	buyer:        {"besteller", "auftraggeber", "acheteur", "comprador", "opdrachtgever"},
	account:      {"account"},
	contact: append([]string{"contact", "contact name", "contact person", "name of contact", "contact for account", "contact for the account", "attn", "attention", "admin", "admin name", "administrator",
		"administrator name", "technical contact", "commercial contact", "business contact", "contact technique", "contact commercial", "billing name", "bill to name",
		"kontakt", "kontaktperson", "ansprechpartner", "ansprechpartnerin", "z hd", "zu händen", "zuhanden", "nom du contact", "interlocuteur", "interlocutrice",
		"à l attention de", "contacto", "persona de contacto", "nombre de contacto", "a la atención de", "contactpersoon", "t a v", "ter attentie van"}, buyersLabels...),
	firstName: {"first name", "billing first name", "customer first name", "given name", "forename", "contact first name", "vorname", "prénom", "nombre", "voornaam"},
	lastName:  {"last name", "billing last name", "customer last name", "surname", "family name", "contact last name", "nachname", "nom de famille", "apellido", "apellidos", "achternaam"},
	billTo: {"bill to", "billed to", "invoice to", "invoiced to", "sold to", "sold to party", "bill to party", "prepared for", "quote for", "buyer", "purchaser", "end customer", "end user",
		"billing address", "billing information", "billing details", "customer information", "customer details", "bill to address", "rechnung an", "rechnungsadresse", "rechnungsempfänger",
		"facturé à", "adresse de facturation", "facturar a", "dirección de facturación", "factuuradres", "factuur aan"},
	shipTo: {"ship to", "deliver to", "shipping address", "delivery address", "lieferadresse", "afleveradres"},
	someName: {"name", "person", "full name", "first and last name", "nombre y apellidos", "nom et prénom", "prénom et nom", "vor und nachname", "vorname nachname",
		"vorname und nachname", "name vorname", "naam"},
	email: {"email", "email address", "email id", "mail", "mail address", "email contact", "email adresse", "kunden email", "kontakt email", "adresse email", "adresse mail", "courriel",
		"correo electrónico", "correo", "emailadres", "e mailadres"},
	orderNumber: {"order", "order number", "order id", "sales order", "sales order number", "order ref", "order reference",
		"order confirmation number", "customer order number", "web order number",
		"bestellnummer", "auftragsnummer", "commande", "pedido", "bestelnummer", "ordernummer"},
	customerID: {"customer id", "customer number", "account number", "client id", "client number", "customer account number", "customer account", "company id",
		"kundennummer", "klantnummer"},
	accountID: {"account id", "mozy account id", "backup account id", "hosted backup account id", "existing account id", "customer account id", "your account id"},
	task: {"task", "task number", "task id", "singularity", "singularity task", "singularity task number",
		"singularity task id", "singularity number", "singularity id", "singularity ticket", "singularity ticket number",
		"ticket", "ticket number", "ticket id"},
	itemLabel: {"item", "product", "product service", "description", "item description", "product description", "product name", "item name", "service",
		"artikel", "bezeichnung", "désignation", "produit", "descripción", "concepto", "producto", "omschrijving"},
	quantityLabel: {"quantity", "qty", "units", "number of units", "quantity ordered", "qty ordered", "ordered",
		"menge", "anzahl", "quantité", "qté", "cantidad", "aantal"},
	seller: {"your contact", "your contact person", "your account manager", "ihr ansprechpartner", "ihre ansprechpartnerin", "sachbearbeiter", "bearbeiter", "our contact",
		"rep", "rep name", "owner", "account owner", "sales", "sales agent", "quoted by", "processed by", "handled by",
		"sales rep", "salesperson", "sales person", "sales representative", "sales contact", "account manager", "account executive",
		"sold by", "prepared by", "issued by", "vendor", "vendor name", "vendor information", "seller", "seller information", "supplier",
		"supplier name", "reseller", "reseller name", "distributor", "remit to", "lieferant", "fournisseur", "proveedor", "leverancier"},
	unused: {"address", "address 1", "address 2", "street", "city", "zip", "zip code", "postal code", "state", "country", "phone", "phone number",
		"contact phone", "telephone", "tel", "mobile", "fax", "date", "order date", "due date", "delivery date", "invoice date",
		"invoice", "invoice number", "purchase order", "purchase order number", "po", "po number", "terms", "payment terms",
		"payment", "billing email", "invoice email",
		"from", "to", "cc", "subject", "sent", "status", "notes", "note",
		"comments", "remarks", "website", "web", "url", "vat number", "tax id", "department", "title", "position", "currency",
		"price", "unit price", "total", "subtotal", "amount", "tax", "shipping", "items", "products", "order items", "page",
		"reference", "your reference", "our reference", "start date", "end date", "term", "contract", "quote", "quote number",
		"number", "id",
		"telefon", "adresse", "anschrift", "straße", "ort", "plz", "datum", "preis", "téléphone", "ville", "prix", "teléfono", "dirección", "ciudad", "fecha", "precio",
		"adres", "telefoon", "prijs"}, // the second lines of "Customer No." and the like
}

// buyersLabels are of a person who orders, and so is none of the seller's.
var buyersLabels = []string{"ordered by", "order placed by", "placed by", "requested by", "requester", "requisitioner", "buyer name", "buyer contact", "purchasing contact",
	"purchase representative", "officer", "ordering officer", "authorised officer", "authorised by", "authorized by", "bestellt von", "commandé par", "demandeur", "solicitado por", "besteld door"}

// whoseLabels lead to what a label asks of the customer: "end customer email address", "primary contact name".
var whoseLabels, whatLabels = []string{"customer", "client", "company", "contact", "admin", "administrator", "end customer", "end user", "buyer", "bill to", "sold to",
	"primary", "primary contact", "main", "main contact", "customer contact", "person", "organization"}, map[field][]string{
	company: {"company", "company name", "organization", "organization name"},
	contact: {"contact", "contact name", "contact person", "name", "full name"},
	email:   {"email", "email address", "mail", "email work"},
}

// meaning is labels the other way round.
var meaning = func() map[string]field {
	m := map[string]field{}
	for f, names := range labels {
		for _, name := range names {
			m[name] = f
		}
	}
	for f, names := range whatLabels {
		for _, what := range names {
			for _, whose := range whoseLabels {
				if _, known := m[whose+" "+what]; !known {
					m[whose+" "+what] = f
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

// headNames are the names that the head of a column has, in one language or two.
func (c cell) headNames() []string {
	names := []string{c.name}
	if strings.Contains(c.text, "/") && len(c.text) <= 60 {
		for part := range strings.SplitSeq(c.text, "/") {
			names = append(names, normal(part))
		}
	}
	return names
}

var (
	// whose says of a contact that it is the seller's: the paper speaks to the customer.
	whose     = compile(`(?i)^(?:your contact(?: person)?|your account manager|ihre? ansprechpartner(?:in)?|our contact)[\s:]*$`)
	entry     = compile(`^\s*\(?\d{1,2}[.)]\s*`)
	bracketed = compile(`\([^()]*\)|\[[^\[\]]*\]`)
	eMail     = compile(`(?i)\be[\s\-‐‑–]?mails?\b`)
	numberOf  = compile(`(?i)#|№|\b(?:no|nr|num|nbr|numbers?)\b\.?`)
	possessed = compile(`(?i)['’]s\b`)
	// asking is how a question begins that is a label: "What is the name of your company?"
	asking = compile(`(?i)^(?:what(?:['’]s| is| are)|who(?:['’]s| is| should we| may we| can we)|which|please (?:enter|give|tell us)) (?:the |your )*`)
)

// normal makes the ways to write one label alike: "E-Mail  Address *" and "email address", "Order No." and "ORDER #".
func normal(label string) string {
	if len(label) > 60 {
		return ""
	}
	s := label
	for _, step := range []struct {
		pattern pattern
		by      string
	}{{bracketed, " "}, {entry, ""}, {asking, ""}, {possessed, ""}, {eMail, "email"}, {numberOf, " number "}} {
		s = step.pattern.ReplaceAllString(s, step.by)
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
	abbreviates = compile(`organisation|\b(?:cust|descr?|addr|org)\b| of (?:your|the) `)
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
	parted = compile(`\s*[:：=]\s*|\s+[-–—]+>?\s+`)
	// joint is where another label may begin within a text.
	joint = compile(`[,;|/]\s+`)
	// numbered is a label of a number that needs no sign before it: "Order #7719", "Singularity task 50311".
	numbered = compile(`(?i)^((?:sales\s+)?order|(?:singularity\s+)?(?:task|ticket)|singularity|customer\s+id|account)\s*(#|№|\bno\b\.?|\bnr\b\.?|\bnumber\b)?\s*:?\s*#?([a-z]{0,6}[-_]?\d[\w/.-]*)(.*)$`)
	// unknownLabel is a label that nobody told us of: it is no value of another one.
	unknownLabel = compile(`^[\pL][\pL\pN /#.&'()-]{0,40}:(?:\s|$)`)
	// fieldName is a label as programs write it.
	fieldName = compile(`^[a-z]+(?:_[a-z]+)+$`)
	// mailed is a label of an e-mail without a sign before the address.
	mailed = compile(`(?i)^([\pL\s-]{4,30}?)\s+(\S+@\S+)$`)
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
		head.value = clean(tail[:next])
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

// bare is a field of people who write no sign behind its name: "Company Example Inc."
var bare = compile(`(?i)^((?:company|customer|contact|name|organi[sz]ation|firma|kunde|ansprechpartner(?:in)?|kontakt|société|interlocuteur|empresa|cliente|contacto)(?: name| person)?)\s+((?-i:\p{Lu})[^:=?!]{2,50}[^:=?!.,;])$`)

// labelBareLines finds such fields right above or below an e-mail address that is written so. One alone may be words
// ("Contact Sales"); a company and a person together are not.
func (d *page) labelBareLines() {
	for i, l := range d.lines {
		if len(l.cells) != 1 || !mailed.MatchString(l.cells[0].text) || l.cells[0].labels == nil {
			continue
		}
		found := map[int]labelled{}
		kinds := map[field]bool{}
		for _, step := range []int{-1, 1} {
			for n := i + step; n >= 0 && n < len(d.lines); n += step {
				field, ok := d.lines[n].bareField()
				if !ok {
					break
				}
				found[n], kinds[field.field] = field, true
			}
		}
		for n, field := range found {
			if len(kinds) > 1 {
				d.lines[n].cells[0].labels, d.lines[n].cells[0].labelLike = []labelled{field}, true
			}
		}
	}
}

// bareField reads a line as such a field.
func (l line) bareField() (labelled, bool) {
	if len(l.cells) != 1 || l.cells[0].labels != nil {
		return labelled{}, false
	}
	m := bare.FindStringSubmatch(l.cells[0].text)
	if m == nil {
		return labelled{}, false
	}
	f, ok := meaningOf(m[1])
	return labelled{field: f, label: m[1], value: clean(m[2])}, ok
}

// emphasis is how Markdown leaves a value behind a label in bold: "**Company:** Example Inc."
var emphasized = compile("^(?:[*_`]+)(\\S(?:.*\\S)?)(?:[*_`]+)$")

var emphasis = compile("^(?:[*_`]+\\s+|[*_`]+$)")

// clean takes off a value what belongs to the form around it, and drops what stands for nothing.
func clean(value string) string {
	value = strings.TrimSpace(value)
	if strings.ContainsAny(value, "*_`") {
		value = emphasis.ReplaceAllString(value, "")
	}
	value = strings.TrimSpace(strings.Trim(value, ",;| "))
	if rest := strings.TrimRight(value, "_"); len(value)-len(rest) > 1 && !strings.HasPrefix(value, "_") { // a line to write on
		value = strings.TrimSpace(rest)
	}
	if strings.IndexAny(value, "*_`") == 0 {
		value = emphasized.ReplaceAllString(value, "$1")
	}
	if bare := strings.Trim(value, `"“”`); !strings.ContainsAny(bare, `"“”`) {
		value = bare
	}
	if slices.Contains(nothing, strings.ToLower(value)) || elsewhere.MatchString(value) {
		return ""
	}
	return value
}

// elsewhere is what people write where the value stands in another place.
var elsewhere = compile(`(?i)^(?:(?:same )?as (?:above|below|billing|before)|same as .*|see (?:above|below|attach.*|e-?mail|quote|order|notes?)|ditto|to be (?:confirmed|advised|announced|determined)|tbc|pending|not (?:provided|applicable|available|known|given))$`)

// nothing is what people write where there is nothing to write.
var nothing = []string{"n/a", "na", "none", "nil", "-", "--", "---", "–", "—", "tbd", "tba", "unknown", "?", "???", ".", "...", "…", "()"}
