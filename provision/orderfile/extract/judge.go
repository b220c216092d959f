package extract

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"mozybot/provision"
	"mozybot/provision/orderfile/extract/lexicon"
	"mozybot/provision/orderfile/extract/page"
	"mozybot/provision/orderfile/extract/values"
)

// The world of an item is closed: it counts only if everything that is said of it is understood. What says no leaves it
// out; what says neither yes nor no, or has no meaning here, makes it a question with the words quoted.

// surroundings are what the other candidates of a document say about one.
type surroundings struct {
	several    bool            // storage stands in the document more than once
	quantified map[int]bool    // tables in which some row has a quantity, by the head's line
	sums       map[int]int     // by table: what all its quantities come to
	ticks      map[int]string  // by table: a column in which some row says yes
	ticked     bool            // some box is ticked
	choices    int             // how many choices by name are ticked that have storage
	paged      bool            // the document is printed: a line through a text may be a table's
	counted    map[string]bool // the descriptions of storage that have a quantity
	commas     bool            // money is written with a decimal comma
	timed      func() bool     // whether the document speaks of months, or the like
	always     int             // how many storage items are not for a time
	customer   []string        // what the customer is called, which says nothing of an item
}

// judging is a candidate with what else its document says.
type judging struct {
	*candidate
	surroundings
}

// judge decides about one candidate by itself.
func (c *candidate) judge(s surroundings) {
	for _, step := range []func(judging){judging.marks, judging.stance, judging.howMany, judging.hangs, judging.words, judging.sentence, judging.arithmetic} {
		if c.verdict == "" {
			step(judging{c, s})
		}
	}
	if c.verdict == "" {
		c.verdict = taken
	}
}

// marks goes by lines drawn through an item and by the box beside it.
func (c judging) marks() {
	switch {
	case c.total && (c.several || c.from == inGrid):
		c.leave("It is a total.")
	case c.struck == page.Whole && c.storage() && c.paged:
		c.ask(c.place.Words, "A line is drawn through %s. Is it ordered?", c.name())
	case c.struck == page.Whole:
		c.leave("It is crossed out.")
	case c.struck == page.Partly:
		c.ask(c.place.Words, "%s is crossed out in part. Is it ordered?", c.name())
	case c.box == saysNo && !c.ticked && c.storage():
		c.ask(c.place.Words, "No box is ticked beside %s. Is it ordered?", c.name())
	case c.box == saysNo:
		c.leave("Its box is not ticked.")
	case c.box == saysOther, c.box == saysYes && c.choice && c.choices > 1:
		c.ask(c.place.Words, "More than one box is ticked beside %s. Is it ordered?", c.name())
	case c.box == saysYes:
		c.supports("its box is ticked")
		c.countChosen()
	}
}

// countChosen counts one of what is chosen without a quantity: of a license, and of storage by more than a single GB.
func (c *candidate) countChosen() {
	if c.quantity != "" {
		return
	}
	size, err := sizeOf(storageName.FindStringSubmatch(c.description))
	if pack := err == nil && size > 1; pack || c.license() {
		c.quantity, c.item.Quantity, c.amount = "1", 1, c.amount || pack
	}
}

// stance goes by columns and cells that say yes or no.
func (c judging) stance() {
	for _, r := range c.remarks {
		if amountHead.MatchString(r.head) && !taxedHead.MatchString(r.head) && belowZero.MatchString(r.text) {
			c.doubt(r.text, r.text) // money goes back
			return
		}
		switch r.stance() {
		case saysYes:
			c.supports("%s says yes", r)
			c.countChosen()
		case saysNo:
			c.leave("%s says no.", r)
			return
		case saysOther:
			if c.license() && standing(r.name()) && r.head == c.ticks[c.table] && cancelledRow.MatchString(r.text) {
				c.leave("%s says that it is cancelled, and yes beside others.", r)
				return
			}
			c.doubt(r.text, cmp.Or(telling(takenBack, r.text), telling(conditional, r.text), short(r.text)))
			return
		}
	}
	if head := c.ticks[c.table]; head != "" && c.from == inGrid &&
		!slices.ContainsFunc(c.remarks, func(r remark) bool { return r.head == head }) {
		c.ask(c.place.Words, "The column %q is blank beside %s, and says yes beside others. Is it ordered?", head, c.name())
		return
	}
	if c.license() && c.quantity != "" {
		switch said := stanceOf(c.quantity); {
		case isOpen.MatchString(c.quantity), strings.ContainsAny(c.quantity[:1], "-−"):
			c.doubt(c.place.Words, c.quantity)
		case said == saysYes:
			c.supports("%q stands beside it", c.quantity)
			c.quantity, c.item.Quantity = "1", 1
		case said == saysNo:
			c.leave("%q stands beside it.", c.quantity)
		default:
			_, err := values.Quantity(c.quantity)
			number := strings.ContainsAny(c.quantity, "0123456789½") && (c.from != inPair || err == nil || errors.Is(err, values.ErrBelowOne))
			if !number && values.Clean(c.quantity) != "" {
				c.doubt(c.place.Words, c.quantity)
			}
		}
	}
}

// doubt asks about an item beside which words stand that are no plain yes or no.
func (c *candidate) doubt(quote, reason string) {
	if c.license() {
		c.ask(quote, "%s stands with %q, so Server Support stays off. Please check.", c.name(), reason)
		return
	}
	c.ask(quote, "%s stands with %q, so it may not be ordered. Please enter the GB that was ordered.", c.name(), reason)
}

// howMany leaves out what a catalogue lists and nobody ordered.
func (c judging) howMany() {
	_, err := values.Quantity(c.quantity)
	switch {
	case err == nil:
	case c.license() && c.from == inList && c.quantity == "" && strings.HasSuffix(c.spoken, ":"):
		c.leave("Its field is blank.")
		c.trouble = fmt.Sprintf("The field of %s is blank, so Server Support stays off.", c.name())
	case c.license() && c.quantity == "" && c.denied && (c.from == inList && deniedHere.MatchString(c.around) || c.from == inProse && !c.asking && declining.MatchString(c.around)):
		c.leave("It seems to be said that it is not ordered.")
	case c.license() && c.quantity == "" && c.box == nothingSaid && (c.from == inList || c.inGB):
		c.ask(c.place.Words, "%s is named without a quantity or a tick. Is it ordered?", c.name())
	case c.storage() && errors.Is(err, values.ErrNone) && c.from == inGrid && c.counted[c.description]:
		c.ask(c.place.Words, "No quantity stands beside %s, and one beside another line of it. Is it ordered, and how much of it?", c.name())
	case c.license() && errors.Is(err, values.ErrNone) && c.from == inGrid && slices.ContainsFunc(c.money(), func(m money) bool { return m.amount && m.value > 0 }):
		c.ask(c.place.Words, "No quantity stands beside %s, and an amount does. Is it ordered?", c.name())
	case blankQuantity(c.quantity, err) && c.from != inProse && (c.license() || c.quantified[c.table]):
		c.leave("No quantity stands beside it.")
		if c.license() {
			c.trouble = fmt.Sprintf("Of %s none seems to be ordered: %s. Server Support stays off.", c.name(), err)
		}
	}
}

// sentence goes by the sentence that an item is named in: it orders only when it says so.
func (c judging) sentence() {
	words := c.around
	if c.from != inProse || words == "" {
		return
	}
	unpriced := agreed.ReplaceAllString(afterMeeting.ReplaceAllString(words, " "), " ")
	switch {
	case c.asking && !c.denied && !requestsFirmly(words):
		c.ask(words, "%s only asks about %q: %q. Is it ordered?", upper(c.place.Where), c.description, short(words))
	case c.denied && c.license() && !deniedHere.MatchString(words):
		c.ask(words, "%s stands with words that may deny it: %q. Is it ordered?", c.name(), short(words))
	case c.denied:
		c.leave("The sentence seems to say that it is not ordered.")
	case asks.MatchString(unpriced), c.storage() && unsettled.MatchString(ifAsked.ReplaceAllString(unpriced, " ")):
		c.ask(words, "%s asks or tells about %q, and orders nothing for certain: %q. Is it ordered?", upper(c.place.Where), c.description, short(words))
	case !orders.MatchString(words) && !c.tabular:
		c.doubtWords(words, words)
	}
}

// requestsFirmly says that a question politely orders, and on no condition.
func requestsFirmly(words string) bool {
	question, _, _ := strings.Cut(words, "?")
	return requests.MatchString(question) && pleading.MatchString(question) && !bearing.MatchString(ifAsked.ReplaceAllString(afterMeeting.ReplaceAllString(question, " "), " "))
}

var pleading = lexicon.Of("pleading")

// hangs asks about an item whose words make it hang on a consent, a signature or a number.
func (c judging) hangs() {
	for _, words := range []string{c.description, c.around} {
		if onCondition.MatchString(words) {
			c.doubt(words, short(words))
			return
		}
	}
}

// words goes by what else is said of an item: behind its name, in its line, in its row, in the heading above.
func (c judging) words() {
	if c.group != "" && (c.several || !perhapsGroup.MatchString(c.group) || otherGroup.MatchString(c.group)) {
		c.doubt(c.group, c.group)
		return
	}
	_, behind, _ := strings.Cut(c.around, c.description)
	for _, rest := range []string{c.spoken, behind} {
		if server := withServer.FindString(rest); server != "" && c.storage() {
			c.doubtWords(c.place.Words, strings.Trim(server, " ().,;!"))
			return
		}
	}
	around := []string{c.description, c.around}
	if strings.Contains(c.around, c.description) {
		around = around[1:]
	}
	for _, words := range around {
		words = agreed.ReplaceAllString(renewing.ReplaceAllString(words, ""), "")
		reason := ""
		if c.storage() {
			reason = telling(otherAmount, words)
		}
		if reason == "" {
			reason = telling(takenBack, words)
		}
		if reason == "" && c.storage() && c.several {
			reason = telling(contrast, words)
		}
		if reason != "" && (!smallPrint.MatchString(words) || strings.EqualFold(reason, "trial")) {
			c.doubt(words, reason)
			return
		}
	}
	if when := c.limited(); when != "" && c.license() && c.always > 0 {
		c.doubt(c.around, when)
		return
	}
	more := c.furtherAmount()
	if more == "" && (c.from == inGrid || c.from == inPair) {
		more = packed.FindString(c.description)
	}
	if more != "" {
		c.doubtWords(c.around, more)
		return
	}
	said := []string{c.description, c.spoken}
	for _, r := range c.remarks {
		if c.storage() && (r.multiplies() || r.ofSeveral()) {
			c.doubtWords(r.head+": "+r.text, r.head)
			return
		}
		if r.neutral() && !c.recounted(r) || r.stance() == saysYes && (unknownWord(r.head) == "" || asksConsent(r.head)) && !otherNumber.MatchString(r.head) {
			continue
		}
		if said = append(said, r.text); r.counts() || c.recounted(r) {
			c.doubtWords(r.head+": "+r.text, r.head)
			return
		}
	}
	for _, words := range said {
		if c.from == inProse && !(c.tabular && c.several) || unknownWord(words) == "" {
			continue
		}
		for _, name := range c.customer {
			words = strings.ReplaceAll(words, name, " ")
		}
		if word := unknownWord(unsaying(clauses(words))); word != "" {
			c.doubtWords(words, word)
			return
		}
	}
}

// furtherAmount is another amount of storage than the candidate's that is said beside it, or what is added to it or taken off.
func (c *candidate) furtherAmount() string {
	if !c.storage() || bareAmount.MatchString(c.description) {
		return ""
	}
	words := c.spoken
	if c.from == inProse {
		words = product.ReplaceAllString(c.around, " ")
	}
	for _, m := range furtherGB.FindAllStringSubmatchIndex(words, 10) {
		if n, err := values.Quantity(words[m[2]:m[3]]); err != nil || n > 1 && n != c.item.GB && n*max(c.item.Quantity, 1) != c.item.GB {
			return words[m[0]:m[1]]
		}
	}
	return cmp.Or(adjusted.FindString(words), everyOf.FindString(pricePer.ReplaceAllString(c.description+"; "+words, " ")))
}

// limited is what says of an item that it is for some time, or only after it. What is said of a payment is of none.
func (c *candidate) limited() string {
	return cmp.Or(telling(forATime, unsaying(c.description)), telling(forATime, unsaying(c.spoken)))
}

var (
	forATime  = lexicon.Of("forATime")
	furtherGB = lexicon.Compile(`(?i)(\d[\d.,]*(?: \d{3})*) ?(?:[gt]i?b|go|gigabytes?)\b`)
	// packed is how many a description has of its product, which its quantity may count or not.
	packed   = lexicon.Compile(`(?i)^\d+ ?[x×*] |\b\d+[ -]?(?:er[ -]?)?(?:packs?|bundles?|sets?)\b|\b(?:packs?|bundles?|sets?|box(?:es)?) (?:of|à) \d+`)
	adjusted = lexicon.Compile(`(?:^|\s)[+−–-] ?\d+ ?%`)
	// everyOf says of a quantity that it is that of one of several, and pricePer of a price.
	everyOf, pricePer = lexicon.Of("everyOf"), lexicon.Of("pricePer")
	multiplies        = lexicon.Of("multiplies")
)

// unsaying leaves out of a text what says nothing of an item's being ordered.
func unsaying(words string) string {
	for _, p := range []lexicon.Pattern{renewing, placed, coded, gratis, adds} {
		words = p.ReplaceAllString(words, " ")
	}
	return words
}

// clauses leaves out of a text those parts that are small print.
func clauses(words string) string {
	if !smallPrint.MatchString(words) {
		return words
	}
	parts := strings.FieldsFunc(words, func(r rune) bool { return strings.ContainsRune(",;.()", r) })
	return strings.Join(slices.DeleteFunc(parts, smallPrint.MatchString), ",")
}

// doubtWords asks about an item beside which something is said that has no meaning here.
func (c *candidate) doubtWords(quote, word string) {
	c.ask(quote, "%s stands with %q, and mozybot doesn't know what that means for it. Is it ordered, and how much of it?", c.name(), short(word))
}

// arithmetic reads a quantity that may be read in two ways, and looks whether the amounts beside it agree.
func (c judging) arithmetic() {
	if !c.storage() {
		return
	}
	readings := values.Readings(c.quantity)
	prices := c.money()
	if len(readings) > 1 && (len(prices) >= 2 || c.commas) {
		var fits []int
		for _, n := range readings {
			if addsUp(n, prices, c.timed) {
				fits = append(fits, n)
			}
		}
		if len(fits) == 1 {
			c.supports("quantity times price is the amount beside it")
			c.quantity = fmt.Sprint(fits[0])
			return
		}
		c.ask(c.place.Words, "The quantity of %s, %q, may mean thousands or have decimals. Please enter the GB that was ordered.", c.name(), c.quantity)
		return
	}
	if len(readings) == 1 && len(prices) >= 2 && c.from == inGrid && c.priced() {
		if addsUp(readings[0], prices, c.timed) {
			c.supports("quantity times price is the amount beside it")
			return
		}
		c.ask(c.place.Words, "The figures of %s do not add up: %q. Please enter the GB that was ordered.", c.name(), short(c.place.Words))
	}
}

// blankQuantity says that nothing is ordered: no number, or a zero. A negative one says something else.
func blankQuantity(s string, err error) bool {
	return errors.Is(err, values.ErrNone) || zero.MatchString(values.Clean(s))
}

// telling are the words that a pattern is about, "" where they are not said.
func telling(p lexicon.Pattern, words string) string {
	found := p.FindStringSubmatch(words)
	for _, part := range found[min(1, len(found)):] {
		if part != "" {
			return part
		}
	}
	if found == nil {
		return ""
	}
	return found[0]
}

// pointing are words of a note for the item that it stands beside.
var pointing = lexicon.Compile(`(?i)\b(?:this|that|it|them|these|those|one|quantity|order|item|line)\b`)

var belowZero, cancelledRow, isOpen = lexicon.Of("belowZero"), lexicon.Of("cancelledRow"), lexicon.Of("isOpen")

var zero = lexicon.Compile(`^0+(?:[.,]0+)?$`)

// maxQuote is how much of somebody's words a sentence repeats.
const maxQuote = 160

// question asks for a field, with the words that are in doubt.
func question(field, quote, format string, args ...any) provision.Question {
	return provision.Question{Field: field, Text: quotedStop.Replace(fmt.Sprintf(format, args...)), Quote: short(quote)}
}

// quotedStop leaves a sentence that ends with a quoted one the stop of that.
var quotedStop = strings.NewReplacer(".”.", ".”", "!”.", "!”", "?”.", "?”", "…”.", "…”", `.".`, `."`, `!".`, `!"`, `?".`, `?"`)

func short(s string) string { return provision.Clip(strings.Join(strings.Fields(s), " "), maxQuote) }

func upper(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
