package extract

import (
	"strings"

	"mozybot/provision"
)

// paper is a kind of paper that is no order, although it lists what one lists.
type paper struct {
	name string // as a sentence calls it
	is   pattern
	then string // what to do
}

// voided is what is stamped on a paper that counts no more.
const voided = `void|cancel?led|superseded|rejected|declined|expired|withdrawn|refunded|ungültig|storniert|abgelehnt|annul(?:led|ée?)|refusée?|anulad[oa]|rechazad[oa]|geannuleerd|vervallen`

// papers are those, by how their titles begin. What is an order by its title (a purchase order, a confirmation, an invoice)
// needs no line here.
var papers = []paper{
	{"a credit note", compile(`(?i)^(?:credit (?:note|memo|memorandum|advice)|refund|gutschrift|stornorechnung|rechnungskorrektur|(?:facture d['’])?avoir|note de crédit|nota de (?:crédito|abono)|creditnota|creditfactuur|abono|factura rectificativa)\b`), "If something is ordered all the same, enter the GB."},
	{"a request for a quote", compile(`(?i)^(?:request for (?:a )?(?:quote|quotation|proposal|pricing)|rfq|rfp|quote request|price (?:request|enquiry|inquiry)|enquiry|inquiry|preisanfrage|offerteaanvraag|angebotsanfrage|anfrage|demande de (?:devis|prix)|solicitud de (?:presupuesto|precios|cotización))\b`), "It asks for a price. Wait for the order, or enter the GB."},
	{"a quotation", compile(`(?i)^(?:(?:sales |price |our |draft |budgetary )?(?:quotation|quote|estimate|offer|proposal)|pro[- ]?forma(?: invoice)?|price list|angebot|kostenvoranschlag|devis|offre(?: de prix| commerciale)?|presupuesto|cotización|oferta|propuesta|offerte)\b`), "Wait until it is accepted, or enter the GB that was ordered."},
	{"a cancellation", compile(`(?i)^(?:(?:order |notice of )?cancellation|cancel(?:led)?(?: (?:my|our|the|this))? order|termination|storno|kündigung|stornierung|annulation|résiliation|anulación|cancelación|annulering|opzegging)\b`), "It takes an order back. If something is ordered all the same, enter the GB."},
	{"a return", compile(`(?i)^(?:returns?(?: (?:note|form|order|authori[sz]ation|request|slip))?|rma|goods return|rücksendung|retoure|retour|bon de retour|devolución)\b`), "It takes items back. If something is ordered all the same, enter the GB."},
	{"a change of an order", compile(`(?i)^(?:(?:order |contract )?amendment|change (?:order|request|of order)|order change|revised order|addendum|upgrade|downgrade|(?:plan|subscription) change|(?:auftrags|vertrags)?änderung|avenant|modificación|wijziging)\b`), "It changes what a customer has. Change the customer's group by hand, or enter the GB of a new order."},
	{"a renewal", compile(`(?i)^(?:(?:subscription |contract |license |licence )?renewal|(?:vertrags)?verlängerung|renouvellement|renovación|verlenging)\b`), "It goes on with what a customer has. Enter the GB only if they are new."},
	{"a sample", compile(`(?i)^(?:sample|specimen|demo|dummy|test|training|template)[ -]?(?:purchase )?(?:order|form|document|invoice)\b|^(?:purchase )?(?:order|invoice|form) (?:template|sample|specimen)\b|^muster(?:bestellung|auftrag)\b`), "If it is an order all the same, enter the GB."},
	{"a draft", compile(`(?i)^(?:draft|entwurf|brouillon|borrador)\b|\bdraft$`), "Wait for the order itself, or enter the GB that was ordered."},
	{"void", compile(`(?i)^(?:` + voided + `|on hold|not valid|specimen|copy - not valid)\b|[^\pL](?:` + voided + `)$`), "Ask for a valid one, or enter the GB that was ordered."},
	{"a report", compile(`(?i)^(?:(?:(?:monthly|weekly|quarterly|annual|current|usage|inventory|stock|asset|storage|account|subscription|licen[cs]e|backup)\s+)+(?:report|inventory|overview|statement|usage|summary)|inventory|usage|report)\b`), "It says what there is. If something is ordered all the same, enter the GB."},
	{"a copy of another order", compile(`(?i)^(?:duplicate|copy) of (?:an? |the )?(?:order|invoice|po)\b`), "If it is an order of its own, enter the GB."},
	{"a delivery note or a statement", compile(`(?i)^(?:delivery (?:note|slip)|packing (?:slip|list)|statement|account statement|lieferschein|bon de livraison|albarán|pakbon|leverbon|reminder|mahnung|herinnering|receipt of return)\b`), "It repeats what was ordered before. If it is new, enter the GB."},
}

var (
	// isTitle is what a title has beside its words: a number, a date, a version.
	accepted = compile(`(?i)\b(?:accepted|approved|signed|angenommen|accepté|akkoord)\b|\bpurchase order\b`)
	// toBeAccepted is how a paper speaks of an acceptance that has not come yet.
	toBeAccepted = compile(`(?i)\b(?:to accept|if accepted|when accepted|once accepted|until accepted|not accepted|please (?:sign|accept)|accepted by:?\s*_*$|acceptance of)\b`)
	// noOrder is a paper that says so of itself.
	noOrder = compile(`(?i)\b(?:this )?(?:is )?not an? (?:firm |binding |valid )?(?:purchase )?order\b|\bno order\b|\bfor (?:information|reference) only\b|\bkeine bestellung\b`)
)

// afterTitle is what may follow the words of a title: nothing, a number, a date, what it is of. Else it may be a name.
var afterTitle = compile(`(?i)^\s*(?:$|[-–—#:,./(*]|\d|n\.? ?[º°]|(?:no|nr|number|ref|reference|version|v|for|of|from|date|dated|order|invoice|document|only|to|valid|copy|note|form|request|reminder|notice|offer|confirmation|report|für|über|vom|von|pour|du|de|del|para|january|february|march|april|may|june|july|august|september|october|november|december)\b|\pL{1,5}[-\d])`)

// anyPaper is what a title of any of them begins with.
var anyPaper = func() pattern {
	var all []string
	for _, p := range papers {
		all = append(all, p.is.source)
	}
	return compile(strings.Join(all, "|"))
}()

// titles says that a text is a title of such a paper.
func (p paper) titles(text string) bool {
	at := p.is.FindStringIndex(text)
	return at != nil && afterTitle.MatchString(text[at[1]:])
}

// question asks about such a paper.
func (p paper) question(quote string) provision.Question {
	return provision.Question{Field: provision.FieldStorageGB, Text: "This is " + p.name + ", not an order: " + provision.InQuotes(short(quote)) + ". " + p.then, Quote: short(quote)}
}

// titleReach is how many lines of a document may hold its title.
const titleReach = 12

// settlePaper asks about the items of a paper that is no order.
func (s *settlement) settlePaper() {
	name, then, quote := s.page.paper()
	if name == "" {
		return
	}
	for _, c := range s.all {
		if c.verdict == taken && (c.storage() || c.license()) {
			c.verdict, c.trouble, c.quote = asked, "", quote
			c.against = append(c.against, "The paper is "+name+".")
		}
	}
	s.sentences = append(s.sentences, Explained{Field: "paper", Value: name, Where: "the title", Words: quote, Verdict: string(asked), Against: []string{then}})
	s.questions = append([]provision.Question{paper{name: name, then: then}.question(quote)}, s.questions...)
}

// paper is what kind of paper a page says that it is, where it is no order.
func (d page) paper() (name, then, quote string) {
	for _, stamp := range d.stamps {
		if takenBack.MatchString(stamp) {
			return "stamped", "Enter the GB if they are ordered all the same.", short(stamp)
		}
		for _, p := range papers {
			if p.titles(stamp) {
				return p.name, p.then, short(stamp)
			}
		}
	}
	titled := ""
	lines := 0
	for i, l := range d.lines {
		if isTableHead(l) {
			lines = titleReach
		}
		for _, c := range l.cells {
			text := strings.TrimSpace(c.text)
			if len(text) < 300 && len(l.cells) <= 2 && noOrder.MatchString(text) {
				return "a paper that says so itself", "Wait for the order itself, or enter the GB that was ordered.", short(text)
			}
			if lines >= titleReach || titled != "" || !c.mayBeTitle(d, i) || !anyPaper.MatchString(text) {
				continue
			}
			for _, p := range papers {
				if p.titles(text) {
					name, then, titled = p.name, p.then, text
					break
				}
			}
		}
		lines++
	}
	if name == "" {
		name, then, titled = d.labelledPaper()
	}
	if name == "a quotation" && (d.accepted(titled) || d.agreed()) {
		return "", "", ""
	}
	return name, then, short(titled)
}

// labelledPaper is what labels say of a paper: its status, its type, or that its number is a quotation's.
func (d page) labelledPaper() (name, then, quote string) {
	numbered := ""
	ordered := false
	for i, l := range d.lines[:min(len(d.lines), 2*titleReach)] {
		if l.head {
			break
		}
		for j, c := range l.cells {
			label, value, ok := strings.Cut(c.text, ":")
			if value = strings.TrimSpace(value); (!ok || value == "") && j+1 < len(l.cells) {
				label, value = strings.TrimRight(c.text, ": "), l.cells[j+1].text
			}
			ordered = ordered || orderWord.MatchString(c.text) && i < titleReach
			if value == "" || len(label) > 40 {
				continue
			}
			if statusLabels[normal(label)] && stanceOf(value) != saysYes {
				for _, p := range papers {
					if p.titles(value) {
						return p.name, p.then, label + ": " + value
					}
				}
				if stanceOf(value) != nothingSaid || unknownWord(value) != "" {
					return "in a state that is no plain yes", "Enter the GB if they are ordered.", label + ": " + value
				}
			}
			for _, p := range papers {
				if numbered == "" && ok && paperNumber.MatchString(value) && p.titles(label) && normal(label) != "quote" {
					name, then, numbered = p.name, p.then, label+": "+value
				}
			}
		}
	}
	if ordered {
		return "", "", ""
	}
	return name, then, numbered
}

// paperNumber is what a paper is filed under.
var paperNumber = compile(`^[\pL#./-]{0,12}\d[\pL\d./-]{0,20}$`)

// orderWord names a paper that orders.
var orderWord = compile(`(?i)\b(?:order|invoice|bestellung|auftrag|rechnung|commande|facture|pedido|factura|bestelling|opdracht\pL*|factuur)\b`)

// purchaseOrder is the title of a paper that its buyer writes.
var purchaseOrder = compile(`(?i)^(?:(?:official |our )?purchase order|official order|bestellung|bon de commande|orden de compra|pedido de compra|inkooporder)\b`)

// isPurchaseOrder says that a page is one by its title, and is sent from somebody to somebody.
func (d page) isPurchaseOrder() bool {
	titled, from, to := false, false, false
	for i, l := range d.lines[:min(len(d.lines), titleReach)] {
		for _, c := range l.cells {
			titled = titled || c.titlesPurchaseOrder(d, i)
			for _, found := range c.labels {
				name := normal(found.label)
				from, to = from || name == "from", to || name == "to"
				if name == "subject" || name == "sent" || name == "cc" { // the head of an e-mail
					return false
				}
			}
		}
	}
	return titled && from && to && !d.letter
}

// titlesPurchaseOrder says that a cell of line i is the title of a purchase order.
func (c cell) titlesPurchaseOrder(d page, i int) bool {
	return len(c.text) <= 40 && purchaseOrder.MatchString(c.text) && c.mayBeTitle(d, i)
}

// mayBeTitle says that a cell is short and no label with a value, as titles are.
func (c cell) mayBeTitle(d page, i int) bool {
	return len(c.text) <= 60 && !strings.Contains(strings.TrimRight(c.text, ": "), ":") && !strings.HasSuffix(c.text, "?") && !c.product && len(d.lines[i].cells) <= 2
}

// accepted says that a quotation was: by its title, or by words that tell of it.
func (d page) accepted(title string) bool {
	if accepted.MatchString(title) {
		return true
	}
	for _, l := range d.lines {
		text := l.text()
		if accepted.MatchString(text) && !toBeAccepted.MatchString(text) && len(text) < 200 {
			return true
		}
	}
	return false
}
