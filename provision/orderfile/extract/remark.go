package extract

import (
	"fmt"
	"slices"
	"strings"

	"mozybot/provision/orderfile/extract/label"
	"mozybot/provision/orderfile/extract/lexicon"
	"mozybot/provision/orderfile/extract/page"
	"mozybot/provision/orderfile/extract/values"
)

// remark is something else that is said in an item's row, and the head of its column.
type remark struct{ head, text string }

func (r remark) String() string {
	if r.head == "" {
		return fmt.Sprintf("%q", r.text)
	}
	return fmt.Sprintf("the column %q (%q)", r.head, r.text)
}

// name is what the head of its column is called, without what says that it is of each item.
func (r remark) name() string { return page.OfEachLine.ReplaceAllString(label.Normal(r.head), "") }

func (r remark) neutral() bool {
	name := r.name()
	of, labelled := label.Of(r.head)
	return neutralHead(name) || positionHeads[name] || numbering.MatchString(name) || noteHeads[name] || standing(name) && r.stance() == saysYes || labelled && of != label.Unused && !standing(name)
}

var provided = lexicon.Of("providedHead")

// numbering ends the head of a column of numbers and codes that things are called by, of dates or of money.
var numbering = lexicon.Compile(`(?:nr|nummer|number|id|code|date|datum|owner|currency|betrag|preis|summe|satz|prijs|bedrag|belopp|beløb|beløp)$`)

// counts says that the remark is a number of something that nothing here has a meaning for.
func (r remark) counts() bool {
	return bareNumber.MatchString(r.text) && !zero.MatchString(r.text) && unknownWord(r.head) != "" &&
		!slices.ContainsFunc(strings.Fields(label.Normal(r.head)), func(word string) bool { return neutralHead(word) })
}

// recounted says that a second column of quantities, by one of its words, has another one: neither what is counted nor the sum of all.
func (c judging) recounted(r remark) bool {
	if !bareNumber.MatchString(r.text) || zero.MatchString(r.text) || r.text == values.Clean(c.quantity) {
		return false
	}
	n, err := values.Quantity(r.text)
	if m, same := values.Quantity(c.quantity); err == nil && (same == nil && n == m || n == c.sums[c.table]) {
		return false
	}
	return slices.ContainsFunc(strings.Fields(label.Normal(r.head)), func(word string) bool { return quantityWords[word] })
}

var quantityWords = lexicon.Set("quantityWords")

// stance is what the remark says of the item's being ordered. In a column of something else a plain yes says nothing, and a plain no
// in one that nothing here knows is no plain one.
func (r remark) stance() stance {
	said := stanceOf(r.text)
	name := r.name()
	if standing(name) {
		said = stateOf(r.text)
	}
	heading := func(p lexicon.Pattern) bool { return p.MatchString(r.head) || p.MatchString(name) }
	switch {
	case (heading(takenBack) || heading(provided)) && !neutralHead(name) && !blankQuantity(r.text, nil) && said != saysNo:
		return saysOther
	case standing(name) && said == nothingSaid && r.text != "":
		if unknownWord(r.text) != "" {
			return saysOther
		}
		return nothingSaid
	case standing(name), name == "":
		return said
	case noteHeads[name] && said == saysNo && heads(r.text): // nothing to note
		return nothingSaid
	case noteHeads[name]:
		if takenBack.MatchString(r.text) || conditional.MatchString(r.text) || pointing.MatchString(r.text) && slices.ContainsFunc(page.Sentences(r.text), func(sentence string) bool { return filledIn.doubts(sentence) != nothingDoubted }) {
			return saysOther
		}
		return nothingSaid
	case neutralHead(name):
		if takenBack.MatchString(r.text) && !smallPrint.MatchString(r.text) {
			return saysOther
		}
		return nothingSaid
	}
	if said == saysNo { // to something else, perhaps
		return saysOther
	}
	return said
}

// standing says that a column tells how it stands with its row, or with its order: it is known, or of a status by its words
// ("Overall Status", "Statut du paiement").
func standing(name string) bool {
	if standingHeads[name] || statusLabels[name] {
		return true
	}
	of := false
	for word := range strings.FieldsSeq(name) {
		is := statusWords[word]
		if of = of || is; !is && !headJoins[word] && !neutralHeadWords[word] && !statusKinds[word] {
			return false
		}
	}
	return of
}

// statusKinds are what a status is of, beside what a neutral head says.
var statusWords, statusKinds = lexicon.Set("statusWords"), lexicon.Set("statusKinds")

// ofSeveral says that the unit of a quantity is one of several pieces, such as dozens, or one that nothing here knows.
func (r remark) ofSeveral() bool {
	unit := values.Clean(r.text)
	return unitHeads[r.name()] && unit != "" && !isFigure(unit) && !unitOfOne.MatchString(unit) && product.FindString(unit) != unit
}

var unitOfOne = lexicon.Of("unitOfOne")

// multiplies says that a remark tells how many there are of what a quantity may be for each of, and that it is more than one.
func (r remark) multiplies() bool {
	if !multiplies.MatchString(strings.TrimSpace(r.head)) {
		return false
	}
	n, err := values.Quantity(r.text)
	return err != nil && !blankQuantity(r.text, err) || n > 1
}
