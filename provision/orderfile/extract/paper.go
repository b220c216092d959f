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
)

// paper is a kind of paper that is no order, although it lists what one lists.
type paper struct {
	name string // as a sentence calls it
	is   lexicon.Pattern
	then string // what to do
}

var (
	// quotation is an order once it is accepted.
	quotation = paper{"a quotation", lexicon.Of("a quotation"), "Wait until it is accepted, or enter the GB that was ordered."}
	// shoppingCart is told by its way to the checkout, too.
	shoppingCart = paper{"a shopping cart", lexicon.Of("a shopping cart"), "Nothing is ordered before it is checked out. Wait for the order, or enter the GB that was ordered."}
	// stamped is told by what stands across it.
	stamped = paper{"stamped", lexicon.Of("acrossPaper"), "Enter the GB if they are ordered all the same."}
)

// papers are those, by how their titles begin. What is an order by its title (a purchase order, a confirmation, an invoice)
// needs no line here.
var papers = []paper{
	{"a credit note", lexicon.Of("a credit note"), "If something is ordered all the same, enter the GB."},
	{"a request for a quote", lexicon.Of("a request for a quote"), "It asks for a price. Wait for the order, or enter the GB."},
	quotation,
	{"a cancellation", lexicon.Of("a cancellation"), "It takes an order back. If something is ordered all the same, enter the GB."},
	{"a return", lexicon.Of("a return"), "It takes items back. If something is ordered all the same, enter the GB."},
	{"a complaint", lexicon.Of("a complaint"), "It speaks of what was ordered before. If something is ordered all the same, enter the GB."},
	{"a change of an order", lexicon.Of("a change of an order"),
		"It changes what a customer has. Change the customer's group by hand, or enter the GB of a new order."},
	{"a renewal", lexicon.Of("a renewal"), "It goes on with what a customer has. Enter the GB only if they are new."},
	{"an order that is called off in parts", lexicon.Of("an order that is called off in parts"), "Enter the GB if they are ordered now."},
	{"a plan to buy", lexicon.Of("a plan to buy"), "It orders nothing yet. Wait for the order itself, or enter the GB that was ordered."},
	{"a part of an order", lexicon.Of("a part of an order"), "Wait for the rest of it, or enter the GB that was ordered."},
	shoppingCart,
	{"a sample", lexicon.Of("a sample"), "If it is an order all the same, enter the GB."},
	{"a draft", lexicon.Of("a draft"), "Wait for the order itself, or enter the GB that was ordered."},
	{"void", lexicon.Of("void"), "Ask for a valid one, or enter the GB that was ordered."},
	{"a report", lexicon.Of("a report"), "It says what there is. If something is ordered all the same, enter the GB."},
	{"a copy of another order", lexicon.Of("a copy of another order"), "If it is an order of its own, enter the GB."},
	{"a delivery note or a statement", lexicon.Of("a delivery note or a statement"), "It repeats what was ordered before. If it is new, enter the GB."},
}

var (
	// isTitle is what a title has beside its words: a number, a date, a version.
	accepted     = lexicon.Compile(`(?i)\b(?:accepted|approved|signed|angenommen|accepté|akkoord)\b|\bpurchase order\b`)
	toBeAccepted = lexicon.Of("toBeAccepted")
	typedStamp   = lexicon.Of("typedStamp")
	signedHere   = lexicon.Of("signedHere")
	checkout     = lexicon.Of("checkout")
	// callsToAccept are words by which a seller asks to accept what it offers.
	callsToAccept = lexicon.Of("callsToAccept")
	orderButton   = lexicon.Of("orderButton")
	// placedOrder says that something is ordered, whatever else a page of a shop has.
	placedOrder = lexicon.Of("placedOrder")
	noOrder     = lexicon.Of("noOrder")
	underway    = lexicon.Of("underway")
)

var afterTitle = lexicon.Of("afterTitle")

var notChosen, tickedLead = lexicon.Of("notChosen"), lexicon.Of("tickedLead")

// anyPaper says that a title of any of them begins so.
func anyPaper(text string) bool {
	return slices.ContainsFunc(papers, func(p paper) bool { return p.is.MatchString(text) })
}

// titles says that a text is a title of such a paper.
func (p paper) titles(text string) bool { return entitles(p.is, text) }

// titledBy is the kind of paper that one of some texts is a title of, nil where there is none.
func titledBy(texts ...string) *paper {
	for i, p := range papers {
		if slices.ContainsFunc(texts, p.titles) {
			return &papers[i]
		}
	}
	return nil
}

// entitles says that a text is words of a title, and what may follow them.
func entitles(words lexicon.Pattern, text string) bool {
	at := words.FindStringIndex(text)
	return at != nil && afterTitle.MatchString(text[at[1]:])
}

// question asks about such a paper.
func (p paper) question(quote string) provision.Question {
	return question(provision.FieldStorageGB, quote, "This is %s, not an order: %s. %s", p.name, provision.InQuotes(short(quote)), p.then)
}

// onlyChosen is a text without its boxes, and what stands behind those that are not ticked.
func onlyChosen(text string) string {
	return strings.TrimSpace(tickedLead.ReplaceAllString(notChosen.ReplaceAllString(text, ""), ""))
}

// titleReach is how many lines of a document may hold its title.
const titleReach = 12

// settlePaper asks about the items of a paper that is no order.
func (s *settlement) settlePaper() {
	is, quote := purpose{s.page}.paper()
	if is.name == "" {
		is, quote = s.outdated()
	}
	if is.name == "" {
		return
	}
	for _, c := range s.all {
		if c.verdict == taken && (c.storage() || c.license()) {
			c.verdict, c.trouble, c.quote = asked, "", quote
			c.against = append(c.against, "The paper is "+is.name+".")
		}
	}
	j := judgement{verdict: asked, against: []string{is.then}}
	s.sentences = append(s.sentences, j.explained("paper", is.name, page.Spot{Where: "the title", Words: quote}))
	s.questions = append([]provision.Question{is.question(quote)}, s.questions...)
}

// purpose is a sheet as what somebody made it for: its methods tell what it is, where it is no order.
type purpose struct{ sheet }

// paper is what kind of paper a page says that it is, where it is no order.
func (d purpose) paper() (is paper, quote string) {
	if is, quote = d.marked(); is.name != "" {
		return is, quote
	}
	titled, called := "", "" // by its title, or by what it calls for
	lines := 0
	for i, l := range d.Lines {
		if l.Head {
			lines = titleReach
		}
		for _, c := range l.Cells {
			text := onlyChosen(c.Text)
			if len(text) < 300 && len(l.Cells) <= 2 && noOrder.MatchString(text) {
				return paper{name: "a paper that says so itself", then: "Wait for the order itself, or enter the GB that was ordered."}, short(text)
			}
			brief := len(text) <= 60
			if brief && (stamped.is.MatchString(text) && d.hasAcross(l) || typedStamp.MatchString(text)) {
				return stamped, short(text)
			}
			if callsToAccept.MatchString(text) && is.name == "" {
				is, called = quotation, text
			}
			if brief && checkout.MatchString(text) && !d.placed(i) {
				return shoppingCart, short(text)
			}
			if lines >= titleReach || titled != "" || !d.mayBeTitle(c, i) && !d.mayBegin(c, i) {
				continue
			}
			if of, order, named := strings.Cut(text, ": "); named && orderWord.MatchString(order) {
				text = of // "Reminder: order 4471"
			}
			if p := titledBy(text, behindDash(text)); p != nil && !(shoppingCart.is.MatchString(text) && d.placed(i)) {
				is, titled = *p, text
			}
		}
		lines++
	}
	if is.name == "" {
		is, titled = d.labelledPaper()
	}
	if titled == "" {
		titled = called
	}
	for _, other := range []struct {
		is   paper
		says func() string
	}{
		{paper{name: "an invoice for a time", then: "It may charge for what a customer has. Enter the GB only if they are new."}, d.chargesForATime},
		{paper{name: "a request without approval", then: "Wait for the approval, or enter the GB if they are ordered."}, d.refusedConsent},
		{paper{name: "a part of an order", then: "Wait for the rest of it, or enter the GB that was ordered."}, d.goesOverleaf},
	} {
		if is.name == "" {
			if titled = other.says(); titled != "" {
				is = other.is
			}
		}
	}
	if is.name == quotation.name && (d.accepted() || d.agreed()) {
		return paper{}, ""
	}
	return is, short(titled)
}

// behindDash is the last part of a title: "Backup services - Proposal".
func behindDash(title string) string {
	if at := strings.LastIndexAny(title, "-–—|"); at > 0 {
		_, size := utf8.DecodeRuneInString(title[at:])
		return strings.TrimSpace(title[at+size:])
	}
	return title
}

// marked is what a page's stamps and buttons say of it.
func (d purpose) marked() (is paper, quote string) {
	for _, stamp := range d.Stamps {
		if p := titledBy(stamp); p != nil {
			return *p, short(stamp)
		}
		if takenBack.MatchString(stamp) || stamped.is.MatchString(stamp) {
			return stamped, short(stamp)
		}
	}
	for _, name := range d.Names {
		if fileState.MatchString(strings.ReplaceAll(name, "_", " ")) {
			return paper{name: "marked in its name", then: "Enter the GB if they are ordered all the same."}, short(name)
		}
	}
	for _, button := range d.Buttons {
		if orderButton.MatchString(button) && !d.placed(len(d.Lines)-1) {
			return shoppingCart, short(button)
		}
	}
	return paper{}, ""
}

// placed says that the lines up to i tell of an order that was placed.
func (d purpose) placed(i int) bool {
	return slices.ContainsFunc(d.Lines[:i+1], func(l page.Line) bool { return placedOrder.MatchString(l.Text()) })
}

// hasAcross says that a line of a printed page is written so large that it stands across it, or has something that is.
func (d purpose) hasAcross(l page.Line) bool {
	return d.mostOf(l, func(other float64) bool { return 2.5*other < l.Em })
}

// mostOf says that most lines of a line's printed page are written in such a size.
func (d sheet) mostOf(l page.Line, such func(em float64) bool) bool {
	found, all := 0, 0
	if l.Page == 0 {
		return false
	}
	for _, other := range d.Lines {
		if other.Page == l.Page {
			all++
			if such(other.Em) {
				found++
			}
		}
	}
	return 2*found > all
}

// labelledPaper is what labels say of a paper: its status, its type, or that its number is a quotation's.
func (d purpose) labelledPaper() (is paper, quote string) {
	numbered := ""
	ordered := false
	for i, l := range d.Lines[:min(len(d.Lines), 2*titleReach)] {
		if l.Head {
			break
		}
		for j, c := range l.Cells {
			called, value := labelledIn(l, j)
			if below, stacked := d.Stacked(i, j); stacked {
				called, value = c.Text, below
			}
			called = onlyChosen(called)
			ordered = ordered || orderWord.MatchString(c.Text) && i < titleReach
			if numbered == "" && len(c.Text) <= 80 && ofOffers(c.Text, called) {
				is, numbered = quotation, c.Text
				continue
			}
			if called == "" || value == "" || len(called) > 40 {
				continue
			}
			if p := titledBy(strings.TrimPrefix(label.Normal(called), "is ")); p != nil && stanceOf(value) == saysYes {
				return *p, called + ": " + value
			}
			if statusLabels[label.Normal(called)] && !d.amongAddress(i) && (stateOf(value) != saysYes || underway.MatchString(value) && writerOf(d.sheet).titledPurchaseOrder()) {
				if p := titledBy(value); p != nil {
					return *p, called + ": " + value
				}
				if stateOf(value) == saysYes || stanceOf(value) != nothingSaid || unknownWord(value) != "" {
					return paper{name: "in a state that is no plain yes", then: "Enter the GB if they are ordered."}, called + ": " + value
				}
			}
			if numbered != "" || !strings.Contains(c.Text, ":") || !paperNumber.MatchString(value) || label.Normal(called) == "quote" {
				continue
			}
			if p := titledBy(called); p != nil {
				is, numbered = *p, called+": "+value
			}
		}
	}
	if ordered {
		return paper{}, ""
	}
	return is, numbered
}

// amongAddress says that a part of an address has a label right above or below line i: a state there is no status.
func (d purpose) amongAddress(i int) bool {
	return slices.ContainsFunc(d.Lines[max(0, i-2):min(len(d.Lines), i+3)], func(l page.Line) bool {
		return slices.ContainsFunc(l.Cells, func(c page.Cell) bool {
			head, _, _ := strings.Cut(c.Text, ":")
			return addressParts[label.Normal(head)]
		})
	})
}

// addressParts are what forms call the parts of an address, each in a line of its own.
var addressParts = lexicon.Set("addressParts")

// chargesForATime is what an invoice says of the time that it charges for, "" where the page is none.
func (d purpose) chargesForATime() string {
	if !d.titled(titleReach, invoiceTitle.MatchString) {
		return ""
	}
	for _, l := range d.Lines {
		if text := l.Text(); ofPeriod.MatchString(text) {
			return text
		}
	}
	return ""
}

// goesOverleaf is the last line of a page where it says that it goes on, and does not.
func (d purpose) goesOverleaf() string {
	if last := len(d.Lines) - 1; last >= 0 && goesOverleaf.MatchString(d.Lines[last].Text()) {
		return d.Lines[last].Text()
	}
	return ""
}

var invoiceTitle, ofPeriod = lexicon.Of("invoiceTitle"), lexicon.Of("ofPeriod")

// labelledIn is what cell j of a line is called, and the value behind it or in the next cell.
func labelledIn(l page.Line, j int) (called, value string) {
	called, value, _ = strings.Cut(l.Cells[j].Text, ":")
	if value = strings.TrimSpace(value); value == "" && j+1 < len(l.Cells) {
		return called, l.Cells[j+1].Text
	}
	return called, value
}

// refusedConsent are the words that refuse an approval or the like, "" where none do.
func (d purpose) refusedConsent() string {
	for _, l := range d.Lines {
		if len(l.Cells) > 4 { // a row of a table, whose columns are judged
			continue
		}
		for j := range l.Cells {
			called, value := labelledIn(l, j)
			if !asksConsent(called) {
				continue
			}
			if said := stanceOf(value); said == saysNo || said == saysOther {
				return called + ": " + value
			}
		}
	}
	return ""
}

// ofOffer is a label that only a quotation has: when it was made, and until when it holds.
var ofOffer = lexicon.Of("ofOffer")

// ofOffers says that a text is such a label, with what it says behind a colon, or a date behind it.
func ofOffers(text, called string) bool {
	if strings.Contains(text, ":") {
		return ofOffer.MatchString(called)
	}
	last, _ := utf8.DecodeLastRuneInString(text)
	return unicode.IsDigit(last) && ofOffer.MatchString(dateBehind.ReplaceAllString(text, ""))
}

// dateBehind is a date at the end of a text, with what leads to it.
var dateBehind = lexicon.Compile(`[\s:]+(?:(?i:on|am|le|el|il|op)\s+)?(?:\pL{3,9}\.? \d{1,2},? \d{4}|\d{1,2}\.? \pL{3,9}\.? \d{4}|\d{1,4}[./-]\d{1,2}[./-]\d{1,4})$`)

// paperNumber is what a paper is filed under.
var paperNumber = lexicon.Compile(`^[\pL#./-]{0,12}\d[\pL\d./-]{0,20}$`)

var orderWord = lexicon.Of("orderWord")

var purchaseOrder = lexicon.Of("purchaseOrder")

// isPurchaseOrder says that a page is one by its title, and is sent from somebody to somebody.
func (d writer) isPurchaseOrder() bool {
	from, to := false, false
	for _, l := range d.Lines[:min(len(d.Lines), titleReach)] {
		for _, c := range l.Cells {
			for _, found := range c.Labels {
				from, to = from || found.Name == "from", to || found.Name == "to"
				if found.Name == "subject" || found.Name == "sent" || found.Name == "cc" { // the head of an e-mail
					return false
				}
			}
		}
	}
	return from && to && !d.Letter && d.titledPurchaseOrder()
}

// titledPurchaseOrder says that the page is a purchase order by its title.
func (d writer) titledPurchaseOrder() bool { return d.titled(titleReach, purchaseOrder.MatchString) }

// mayBeTitle says that a cell is short and no label with a value, as titles are.
func (d sheet) mayBeTitle(c page.Cell, i int) bool {
	asks := strings.Contains(strings.TrimRight(c.Text, ": "), ":") || strings.HasSuffix(c.Text, "?")
	return len(c.Text) <= 60 && !asks && !c.Product && (len(d.Lines[i].Cells) <= 2 || d.beforeNumber(c, i))
}

// beforeNumber says that nothing stands behind a cell but the number that its paper has, with or without a label of its own, and no more
// before it than a name.
func (d sheet) beforeNumber(c page.Cell, i int) bool {
	cells := d.Lines[i].Cells
	at := slices.IndexFunc(cells, func(o page.Cell) bool { return o.Text == c.Text })
	if at > 1 || at == 1 && (cells[0].LabelLike || strings.ContainsAny(cells[0].Text, "0123456789")) || at+1 >= len(cells) {
		return false
	}
	behind := cells[at+1:]
	if len(behind) == 2 && behind[0].Asks() && strings.HasSuffix(behind[0].Name, "number") {
		return paperNumber.MatchString(behind[1].Text)
	}
	return len(behind) == 1 && ownNumber.MatchString(behind[0].Text)
}

// ownNumber is the number of a paper with a word for it.
var ownNumber = lexicon.Compile(`^(?i:no|nr|n°|№|#)\.? ?:? ?\S{0,12}\d\S{0,12}$`)

// mayBegin says that a cell is one of the first lines, short and by itself: a title there may name what it is of.
func (d purpose) mayBegin(c page.Cell, i int) bool {
	return i < letterheadReach && len(c.Text) <= 60 && c.Labels == nil && len(d.Lines[i].Cells) == 1
}

// accepted says that a quotation was, by words that tell of it.
func (d purpose) accepted() bool {
	for i, l := range d.Lines {
		text := l.Text()
		if len(text) < 200 && !toBeAccepted.MatchString(text) && (accepted.MatchString(text) || accepting.MatchString(text) && (d.Letter || d.signedBelow(i)) && understood(text)) {
			return true
		}
	}
	return false
}

// confirms says that a paper is one that a seller sends to whoever ordered.
func (d writer) confirms() bool {
	reach := min(len(d.Lines), 2*titleReach)
	if head := slices.IndexFunc(d.Lines[:reach], func(l page.Line) bool { return l.Head }); head >= 0 {
		reach = head
	}
	return d.titled(reach, func(text string) bool { return entitles(sellersPaper, text) })
}

// titled says that one of the first lines is such a title.
func (d sheet) titled(reach int, title func(string) bool) bool {
	for i, l := range d.Lines[:min(len(d.Lines), reach)] {
		if slices.ContainsFunc(l.Cells, func(c page.Cell) bool { return title(c.Text) && d.mayBeTitle(c, i) }) {
			return true
		}
	}
	return false
}

var (
	sellersPaper, resale    = lexicon.Of("sellersPaper"), lexicon.Of("resale")
	fileState, goesOverleaf = lexicon.Of("fileState"), lexicon.Of("goesOverleaf")
)

// signedBelow says that somebody signed what stands in line i: a line for their name or signature below it is filled in.
func (d purpose) signedBelow(i int) bool {
	below := d.Lines[i+1 : min(len(d.Lines), i+1+titleReach)]
	return slices.ContainsFunc(below, func(l page.Line) bool { return signedHere.MatchString(l.Text()) })
}
