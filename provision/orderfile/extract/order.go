package extract

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"mozybot/provision"
	"mozybot/provision/orderfile/document"
)

// ErrNoOrder is said of a document that holds none.
var ErrNoOrder = provision.Errorf(provision.Invalid, "This file holds no order: it names neither a company, "+
	"a contact and an e-mail address nor an item such as \"20 x 1 GB Storage Server\". Send the order, or type it in by hand.")

const maxItems = 2_000

// analyse makes an order of a page. It is the same for every format. With ErrNoOrder comes the little that was found.
func analyse(d page) (Found, error) {
	fs := readFields(d, isTableHead)
	all, listed, err := candidates(d, fs)
	if err != nil {
		return Found{}, err
	}
	s := settlement{page: d, fields: fs, all: all, listed: listed}
	s.settleItems()
	s.settlePaper()
	s.settleChanges()
	o := s.order()
	fs.settle(&o)
	s.settleWhom(&o)
	if len(o.Missing()) > 0 {
		o.Warnings = append(o.Warnings, d.lacks...)
	}
	f := Found{Order: o, Changes: s.changes, Explained: append(fs.explained(), s.explained()...)}
	if !looksLikeOrder(fs, all) {
		return f, ErrNoOrder
	}
	return f, nil
}

// looksLikeOrder asks for an item that the runbook knows, or for two fields of an order's head.
func looksLikeOrder(fs fields, all []*candidate) bool {
	named := 0
	for _, f := range headFields {
		named += min(1, len(fs.of(f.field)))
	}
	return named >= 2 || slices.ContainsFunc(all, func(c *candidate) bool { return c.verdict != left && (c.storage() || c.license()) })
}

// candidates are all items that a document names, in tables, forms, lists and sentences.
// listed are the lines that tables and forms were read from.
func candidates(d page, fs fields) (all []*candidate, listed map[int]bool, err error) {
	rows, consumed := readTables(d, fs.used)
	for _, r := range rows {
		all = append(all, &candidate{row: r, from: inGrid})
	}
	for _, r := range readPairs(d, consumed) {
		all = append(all, &candidate{row: r, from: inPair})
	}
	last := -1 // the paragraph with the last item of a list that has a quantity
	for _, c := range readSentences(d, consumed) {
		if c.from == inList && c.quantity == "" && onlyLicense(c) && last == c.paragraph {
			c.quantity = "1" // a line of its own in a list of what is ordered
		}
		if c.quantity == "" && !c.denied && isAmount(c.description) && (c.from == inList || c.orderedAmount()) {
			c.quantity, c.amount = "1", true
		}
		if c.from == inList && c.quantity != "" {
			last = c.paragraph
		}
		all = append(all, c)
	}
	if len(all) > maxItems {
		return nil, nil, document.TooMuch("items")
	}
	for _, c := range all {
		c.stand(d)
	}
	slices.SortStableFunc(all, func(a, b *candidate) int { return cmp.Compare(a.at, b.at) })
	return all, consumed, nil
}

// orderedAmount says that the words before an amount order it.
func (c *candidate) orderedAmount() bool {
	before, _, found := strings.Cut(strings.Join(strings.Fields(c.around), " "), c.description)
	return found && ordersAmount.MatchString(strings.TrimSpace(before))
}

// onlyLicense says that a list's line names a license and nothing else.
func onlyLicense(c *candidate) bool {
	return licenseName.MatchString(c.description) && !c.denied && strings.Trim(c.spoken, " .,;") == ""
}

// stand completes a candidate with its surroundings and what it would be as an item.
func (c *candidate) stand(d page) {
	if c.around == "" {
		c.around = d.lines[c.at].text()
		if at := strings.Index(c.around, c.description); at >= 0 && len(d.lines[c.at].cells) == 1 {
			c.around = sentenceAround(c.around, []int{at, at + len(c.description)})
		}
		c.around = c.around[:min(len(c.around), 500)]
	}
	if lead := anyBox.FindStringIndex(c.description); lead != nil && lead[0] == 0 {
		c.box, c.description = stanceOf(c.description[:lead[1]]), strings.TrimSpace(c.description[lead[1]:])
	}
	c.group = groupOf(d, c.at)
	c.item, c.trouble = newItem(c.quantity, c.description, c.place)
	if c.item.Kind == provision.OtherItem && licenseName.MatchString(c.description) {
		c.item.Kind = provision.ServerLicense // what was ordered of it is judged
	}
}

// groupOf is the heading of items that are not ordered, or not now, where line at stands under one; else "". The nearest
// line that is neither an item nor a row of a table is the heading.
func groupOf(d page, at int) string {
	for n := at - 1; n >= max(0, at-50); n-- {
		cells := d.lines[n].cells
		text := cells[0].text
		if len(cells) > 1 || product.MatchString(text) || listedOther.MatchString(text) {
			continue
		}
		if heading := strings.TrimRight(text, ": "); len(heading) <= 60 && !strings.Contains(heading, ":") && !ordering.MatchString(heading) &&
			(otherGroup.MatchString(heading) || perhapsGroup.MatchString(heading)) {
			return heading
		}
		return ""
	}
	return ""
}

// settlement decides about all candidates of a document. It is the one place that does.
type settlement struct {
	page      page
	fields    fields
	all       []*candidate
	listed    map[int]bool // the lines of tables and forms
	warnings  []string
	questions []provision.Question
	changes   []provision.Question
	sentences []Explained // what is said freely
}

func (s *settlement) settleItems() {
	around := s.surroundings()
	for _, c := range s.all {
		switch {
		case c.storage() || c.license():
			c.trouble = ""
			c.judge(around)
			if c.verdict == taken && c.storage() {
				s.count(c)
			}
		case c.description == "":
			c.leave("No item stands beside it.")
			s.warn("The quantity %q (%s) stands beside no item.", c.quantity, c.place)
		default:
			c.verdict = taken
		}
	}
	s.settleTotals()
	s.settlePlaces()
	s.settleProse()
	s.settleLicenses()
}

// count makes sure of the amount of storage that is taken.
func (s *settlement) count(c *candidate) {
	item, trouble := newItem(c.quantity, c.description, c.place)
	c.item = item
	switch {
	case trouble == "":
	case c.from == inProse && c.quantity == "" && !c.tabular:
		c.leave("It is named without a quantity.")
		if !c.denied && !c.quoted {
			s.warn("%q (%s) is named without a quantity, so it is not counted.", c.description, c.place)
		}
	default:
		c.ask(c.place.words, "%s", trouble)
	}
}

func (s *settlement) surroundings() surroundings {
	around := surroundings{quantified: map[int]bool{}, ticks: map[int]string{}, commas: s.page.decimalCommas(), paged: len(s.page.lines) > 0 && s.page.lines[0].page > 0}
	storage := 0
	for _, c := range s.all {
		if c.storage() {
			storage++
		}
		if _, err := parseQuantity(c.quantity); err == nil && c.from == inGrid {
			around.quantified[c.table] = true
		}
		around.ticked = around.ticked || c.box == saysYes
		for _, r := range c.remarks {
			if name := normal(r.head); r.head != "" && !neutralHeads[name] && !noteHeads[name] && stanceOf(r.text) == saysYes {
				around.ticks[c.table] = r.head
			}
		}
	}
	around.several = storage > 1
	return around
}

// settleTotals compares the storage that rows of totals name with what is taken.
func (s *settlement) settleTotals() {
	for _, c := range s.all {
		n, err := parseQuantity(c.quantity)
		if !c.total || err != nil {
			continue
		}
		sum := 0
		for _, o := range s.all {
			if o.verdict == taken && o.storage() && o.table == c.table {
				sum += o.item.Quantity
			}
		}
		if sum != n && c.storage() {
			c.ask(c.place.words, "The total of %s is %s, and the rows above come to %s. Please enter the GB that was ordered.", c.name(), provision.Thousands(n), provision.Thousands(sum))
		}
	}
}

// settlePlaces looks at storage that is listed in several places: two tables, or lists under different heads. The same
// once more is a copy; two orders are never added up.
func (s *settlement) settlePlaces() {
	var places [][]*candidate
	var last *candidate
	for _, c := range s.all {
		if c.verdict != taken || !c.storage() || c.from == inProse {
			continue
		}
		if last == nil || !s.samePlace(last, c) {
			places = append(places, nil)
		}
		places[len(places)-1] = append(places[len(places)-1], c)
		last = c
	}
	if len(places) == 1 && len(s.fields.of(orderNumber)) > 1 && len(places[0]) > 1 {
		s.askWhich(places[0], "The items belong to several orders")
		return
	}
	for n := 1; n < len(places); n++ {
		if !s.copies(places[0], places[n]) {
			s.askWhich(slices.Concat(places...), "Storage is ordered in several places")
			return
		}
	}
	if amounts := slices.DeleteFunc(slices.Concat(places...), func(c *candidate) bool { return !c.amount }); len(amounts) > 1 {
		s.askWhich(amounts, "Several amounts of storage are named")
		return
	}
	for _, place := range places[min(1, len(places)):] {
		for _, c := range place {
			c.leave("It repeats what stands at %s.", places[0][0].place)
		}
	}
}

// samePlace says that two items stand in one table or list.
func (s *settlement) samePlace(a, b *candidate) bool {
	if a.record && b.record {
		return a.at == b.at
	}
	if a.table != b.table {
		return a.table >= 0 && b.table >= 0 && s.goesOnOverleaf(a.table, b.table)
	}
	if a.table >= 0 {
		return true
	}
	for n := a.at + 1; n < b.at; n++ {
		if s.fields.used[n] || s.page.heads(n) {
			return false
		}
	}
	return true
}

// heads says that a line stands over others: it begins a paragraph, or ends in a colon, and is short.
func (d page) heads(n int) bool {
	l := d.lines[n]
	text := l.text()
	return len(l.cells) == 1 && len(text) <= 60 && !product.MatchString(text) && !listedOther.MatchString(text) &&
		(n > 0 && !l.follows(d.lines[n-1]) || strings.HasSuffix(text, ":"))
}

// goesOnOverleaf says that a table's head repeats another on a later page.
func (s *settlement) goesOnOverleaf(head, again int) bool {
	a, b := s.page.lines[head], s.page.lines[again]
	return b.page > a.page && alike(a.text()) == alike(b.text()) && !s.isCopy(head, again)
}

// isCopy says that a table lists on a later page just what another does, under a head of the order of its own.
func (s *settlement) isCopy(head, again int) bool {
	rows := func(table int) (all []string) {
		for _, c := range s.all {
			if c.table == table {
				all = append(all, s.page.lines[c.at].text())
			}
		}
		return all
	}
	for n := again - 1; n > head && s.page.lines[n].page == s.page.lines[again].page; n-- {
		if s.fields.used[n] {
			return slices.Equal(rows(head), rows(again))
		}
	}
	return false
}

// copies says that two places list the same, or one of them the sum of the other. An order of a table with many is a copy
// only where its whole row is.
func (s *settlement) copies(a, b []*candidate) bool {
	if a[0].record && b[0].record {
		return s.page.lines[a[0].at].text() == s.page.lines[b[0].at].text()
	}
	sum := func(place []*candidate) (gb int) {
		for _, c := range place {
			gb += c.item.GB
		}
		return gb
	}
	return sum(a) == sum(b) && (len(a) == len(b) || len(a) == 1 || len(b) == 1)
}

// askWhich asks which of several items are ordered.
func (s *settlement) askWhich(all []*candidate, what string) {
	var named []string
	for _, c := range all {
		named = append(named, fmt.Sprintf("%s GB (%s)", provision.Thousands(c.item.GB), c.place))
	}
	for i, c := range all {
		c.verdict, c.quote = asked, c.place.words
		c.against = append(c.against, what+".")
		if c.trouble = ""; i == 0 {
			c.trouble = fmt.Sprintf("%s: %s. Please enter the GB that was ordered.", what, joined(named, "and"))
		}
	}
}

// settleProse decides what storage said in passing means. Without a list or table it is the order; the paragraph that says
// it first counts. Beside one it may repeat a line or the sum, but must not say anything else.
func (s *settlement) settleProse() {
	listed := slices.ContainsFunc(s.all, func(c *candidate) bool { return c.storage() && c.from != inProse && c.verdict != left })
	first := -1
	for _, c := range s.all {
		if !c.storage() || c.from != inProse || c.verdict == left || c.item.GB == 0 && c.verdict == taken {
			continue
		}
		repeats := s.repeats(c)
		switch {
		case repeats:
			c.leave("It repeats what is ordered.")
		case !listed && (first < 0 || first == c.paragraph):
			first = c.paragraph
		case c.verdict == taken:
			c.ask(c.around, "\"%s x %s\" (%s) does not agree with the rest of the order, or says it twice. Please enter the GB that was ordered.",
				c.quantity, c.description, c.place)
		}
	}
}

// repeats says whether storage in a sentence repeats an item that is taken, or the sum of them.
func (s *settlement) repeats(c *candidate) bool {
	sum := 0
	for _, o := range s.all {
		if o == c || o.verdict != taken || !o.storage() || o.from == inProse && o.at >= c.at {
			continue
		}
		if o.item.GB == c.item.GB && o.item.Quantity == c.item.Quantity {
			return c.item.GB > 0 && o.paragraph != c.paragraph || o.from != inProse
		}
		sum += o.item.GB
	}
	return c.item.GB > 0 && sum == c.item.GB
}

// settleLicenses decides what a Cloud Server License that is named means: only an ordered line or a chosen option, or a
// sentence that orders it, switches Server Support on.
func (s *settlement) settleLicenses() {
	ordered := slices.ContainsFunc(s.all, func(c *candidate) bool { return c.license() && c.verdict == taken && c.from != inProse })
	for _, c := range s.all {
		if !c.license() {
			continue
		}
		_, err := parseQuantity(c.quantity)
		switch {
		case c.verdict == left && ordered && c.from == inProse:
			c.ask(c.around, "%q is ordered, but %s seems to say that it is not. Please check.", c.description, c.place)
		case c.verdict == left && c.denied:
			s.warn("%s seems not to be ordered, so Server Support stays off.", c.name())
		case c.verdict == left && c.trouble != "":
			s.warnings = append(s.warnings, c.trouble)
		case c.verdict == left && !errors.Is(err, errNone) && !errors.Is(err, errBelowOne), c.verdict == left && c.box == saysNo:
			s.warn("%s is left out: %s", c.name(), strings.Join(c.against, " "))
		case c.verdict != taken:
		case c.from == inProse && ordered:
			c.leave("It is ordered elsewhere.")
		case c.from == inProse && c.quantity == "":
			c.quantity, c.item.Quantity = "1", 1
			s.warn("%s has no quantity; it was taken for one.", c.name())
		case err != nil && c.quantity != "":
			s.warn("The quantity of %s cannot be trusted: %s. Any quantity switches Server Support on.", c.name(), err)
		}
	}
}

func (s *settlement) warn(format string, args ...any) {
	s.warnings = append(s.warnings, fmt.Sprintf(format, args...))
}

// order has the items that count or are asked about, in the order in which they stand in the file.
func (s *settlement) order() provision.Order {
	o := provision.Order{Sources: map[string]provision.Source{}}
	for _, c := range s.all {
		item := c.item
		switch {
		case c.verdict == left && !(c.license() && c.from == inGrid) || c.description == "":
			continue
		case c.verdict == left, c.verdict == asked && c.license():
			item.Kind = provision.OtherItem
		case c.verdict == asked:
			item.GB = 0
		case item.Kind == provision.OtherItem && c.trouble != "":
			o.Warnings = append(o.Warnings, c.trouble)
		}
		if c.verdict == asked && c.trouble != "" {
			s.questions = append(s.questions, provision.Question{Field: c.field(), Text: c.trouble, Quote: short(c.quote)})
		}
		o.Items = append(o.Items, item)
		o.Sources[provision.ItemField(len(o.Items)-1)] = c.source()
	}
	o.Warnings = append(o.Warnings, s.warnings...)
	o.Questions = s.questions
	noteSums(&o)
	return o
}

// source is where an item stands: its line, or its words in a row of several lines.
func (c *candidate) source() provision.Source {
	if c.place.words == "" || !strings.Contains(c.place.words, c.description) {
		c.place.words = strings.TrimSpace(c.quantity + " " + c.description)
	}
	return c.place.source()
}

func (s *settlement) explained() []Explained {
	var all []Explained
	for _, c := range s.all {
		all = append(all, c.explained())
	}
	return append(all, s.sentences...)
}

// noteSums says of the fields that follow from the items where those stand.
func noteSums(o *provision.Order) {
	for field, kind := range map[string]provision.ItemKind{
		provision.FieldStorageGB: provision.Storage, provision.FieldServerLicense: provision.ServerLicense,
	} {
		var where, words []string
		for i, item := range o.Items {
			if s, ok := o.Sources[provision.ItemField(i)]; ok && item.Kind == kind && len(where) < maxSummands {
				where, words = append(where, s.Where), append(words, s.Words)
			}
		}
		if where != nil {
			o.Sources[field] = spot{joined(where, "and"), strings.Join(words, " / ")}.source()
		}
	}
}

// maxSummands is how many lines are named as the source of a sum.
const maxSummands = 6

// decimalComma is an amount of money with one.
var decimalComma = regexp.MustCompile(`(?:^|[^\d.,])\d{1,3}(?:\.\d{3})*,\d\d(?:$|[^\d.,])`)

// decimalCommas says that a page writes amounts with a decimal comma.
func (d page) decimalCommas() bool {
	return slices.ContainsFunc(d.lines, func(l line) bool {
		return slices.ContainsFunc(l.cells, func(c cell) bool { return strings.Contains(c.text, ",") && decimalComma.MatchString(c.text) })
	})
}
