package extract

import (
	"slices"
	"strings"

	"mozybot/provision"
)

// Whom an order is for: a new customer, unless its paper has the Account ID of one who is there, or says that it adds to what
// there is. "From 30 to 50" says neither how much is added nor that it is: that is asked about.

var (
	// adds are words of addition, in a title or a sentence.
	adds = compile(`(?i)\b(?:additional|extra|further|more)\s+(?:\d[\d.,]*\s*)?(?:[gt]b\s+)?(?:of\s+)?(?:(?:` + storageKind + `)\s+){0,3}(?:storage|space|gigabytes?|[gt]b)\b` +
		`|\b\d[\d.,]*\s*[gt]b\s+(?:more|extra|additional)\b` +
		`|\b(?:storage|backup|account|plan)\s+(?:expansion|extension|top[- ]?up)\b|\b(?:expansion|extension) of (?:the |our |their )?(?:storage|backup|account|plan)\b` +
		`|\badd(?:ing|ed)?\b(?:\s+(?:another|an?|the following|this|these|it|them))?(?:[^.;]{0,10}\d[^.;]{0,60}|[^.;]{0,20}\b(?:storage|space|[gt]b|following|this|these|it|them)\b[^.;]{0,40}|\s*)\bto\s+(?:our|my|their|the|an?|its)\s+(?:(?:existing|current|mozy|backup|customer['’]?s?)\s+){0,3}(?:account|group|plan|subscription|storage)\b` +
		`|\bzusätzliche[nrs]?\s+(?:\d[\d.,]*\s*[gt]b\s+)?speicher\w*|\bspeichererweiterung\b|\bstockage\s+supplémentaire\b|\balmacenamiento\s+adicional\b`)
	// perhapsAdds are words beside them that only speak of it.
	perhapsAdds = compile(`(?i)\b(?:if|can|could|may|might|would|should|whenever|later|contact|call|available|ask|offers?|each|every|price[ds]?|billed|charged|costs?|upgrade any|at any time|not|no|never|without)\b|\?`)
	// changesAmount speak of what there is and what it becomes.
	changesAmount = compile(`(?i)\bfrom\s+\d[\d.,]*\s*(?:[x×*]|[gt]b\b|units?\b)?[^.;\n]{0,40}?\bto\s+\d|\b(?:upgrade|increase|raise|extend|grow|expand)\b[^.;\n]{0,60}\bto\s+\d`)
	// accountNumber is what the console gives its groups.
	accountNumber = compile(`^\d{3,12}$`)
)

// settleWhom says whom the order is for.
func (s *settlement) settleWhom(o *provision.Order) {
	settleAccount(o)
	words, at := s.said(changesAmount, false)
	if words == "" {
		if o.AccountID != "" || s.adds() {
			o.For = provision.ForExisting
		}
		return
	}
	o.For = provision.ForUnclear
	if len(o.Questions) == 0 { // else it is asked about already
		o.Questions = append(o.Questions, provision.Question{Field: provision.FieldStorageGB, Quote: short(words),
			Text: upper(at) + " speaks of what the customer has and what it becomes: " + provision.InQuotes(short(words)) + ". Please enter the GB to add, and whom they are for."})
	}
}

// settleAccount takes for an Account ID what can be one; anything else is the customer's ID of the seller. An Account ID is one
// of those as well, as it was before the two were told apart.
func settleAccount(o *provision.Order) {
	source, said := o.Sources[provision.FieldAccountID]
	if !said {
		return
	}
	number := o.AccountID
	if !accountNumber.MatchString(number) {
		o.AccountID = ""
		delete(o.Sources, provision.FieldAccountID)
	}
	if _, has := o.Sources[provision.FieldCustomerID]; !has {
		o.CustomerID, o.Sources[provision.FieldCustomerID] = number, source
	}
}

// adds says whether the paper adds to what there is: a title or a sentence does, or each of its storage items.
func (s *settlement) adds() bool {
	if words, _ := s.said(adds, true); words != "" {
		return true
	}
	items := 0
	for _, c := range s.all {
		if c.verdict != taken || !c.storage() {
			continue
		}
		if items++; !adds.MatchString(c.description) {
			return false
		}
	}
	return items > 0
}

// said is the first sentence with such words, and where it stands; "" for none. beside leaves out what only an item says.
func (s *settlement) said(words pattern, beside bool) (sentence, where string) {
	for i, lines := range s.page.paragraphs(nil) {
		text := paragraphOf(lines).text
		if words.MatchString(strings.ReplaceAll(text, "\n", " ")) {
			for _, sentence := range sentencesOf(text) {
				if s.means(sentence, lines, i, words, beside) {
					return sentence, lines[0].place().where
				}
			}
		}
	}
	return "", ""
}

// means says that a sentence has the words, and is none of small print or about what could be.
func (s *settlement) means(sentence string, lines []line, at int, words pattern, beside bool) bool {
	if len(sentence) > 400 || !words.MatchString(sentence) || smallPrint.MatchString(sentence) || perhapsAdds.MatchString(sentence) {
		return false
	}
	if beside && (s.listed[at] || !words.MatchString(s.withoutItems(sentence))) {
		return false
	}
	return !slices.ContainsFunc(lines, func(l line) bool { return l.small(s.page) })
}

// withoutItems is a sentence less the items that it names.
func (s *settlement) withoutItems(sentence string) string {
	for _, c := range s.all {
		if c.description != "" {
			sentence = strings.ReplaceAll(sentence, c.description, "…")
		}
	}
	return sentence
}

// whomOf is what two parts of a mail say together.
func whomOf(a, b provision.For) provision.For {
	switch {
	case a == provision.ForUnclear || b == provision.ForUnclear:
		return provision.ForUnclear
	case a == provision.ForExisting || b == provision.ForExisting:
		return provision.ForExisting
	}
	return provision.ForNew
}
