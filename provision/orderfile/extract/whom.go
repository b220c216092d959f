package extract

import (
	"slices"
	"strings"

	"mozybot/provision"
	"mozybot/provision/orderfile/extract/lexicon"
	"mozybot/provision/orderfile/extract/page"
)

// Whom an order is for: a new customer, unless its paper has the Account ID of one who is there, or says that it adds to what
// there is. "From 30 to 50" says neither how much is added nor that it is: that is asked about.

var (
	adds          = lexicon.Of("adds")
	perhapsAdds   = lexicon.Of("perhapsAdds")
	changesAmount = lexicon.Of("changesAmount")
	// accountNumber is what the console gives its groups.
	accountNumber = lexicon.Compile(`^\d{3,12}$`)
)

// whom decides for whom an order is: for which company and which person (another.go), new or existing.
type whom struct {
	page   sheet
	fields fields
	all    []*candidate
	listed map[int]bool // the lines of tables and forms
}

// settleExisting says whether the order is for an existing customer.
func (s whom) settleExisting(o *provision.Order) {
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
		o.Questions = append(o.Questions, question(provision.FieldStorageGB, words,
			"%s speaks of what the customer has and what it becomes: %s. Please enter the GB to add, and whom they are for.",
			upper(at), provision.InQuotes(short(words))))
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
func (s whom) adds() bool {
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

// said is the first sentence with such words, and where it stands; "" for none. It is none of small print or about what could
// be. beside leaves out what only an item says.
func (s whom) said(words lexicon.Pattern, beside bool) (sentence, where string) {
	for _, said := range s.page.sentences {
		sentence = said.Text
		switch {
		case len(sentence) > 400, !words.MatchString(sentence), smallPrint.MatchString(sentence), perhapsAdds.MatchString(sentence):
		case beside && (s.listed[said.First] || !words.MatchString(s.withoutItems(sentence))):
		case !slices.ContainsFunc(said.Lines, func(l page.Line) bool { return small(l, s.page) }):
			return sentence, said.Lines[0].Place().Where
		}
	}
	return "", ""
}

// withoutItems is a sentence less the items that it names.
func (s whom) withoutItems(sentence string) string {
	for _, c := range s.all {
		if c.description != "" {
			sentence = strings.ReplaceAll(sentence, c.description, "…")
		}
	}
	return sentence
}
