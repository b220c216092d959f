package extract

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"mozybot/provision"
	"mozybot/provision/orderfile/extract/label"
	"mozybot/provision/orderfile/extract/lexicon"
	"mozybot/provision/orderfile/extract/page"
	"mozybot/provision/orderfile/extract/values"
)

// ErrNoOrder is said of a document that holds none.
var ErrNoOrder = provision.Errorf(provision.Invalid, "This file holds no order that can be read: "+
	"no label such as \"Company:\", \"Contact:\" or \"E-mail:\", and no item such as \"20 x 1 GB Storage Server\". Send the order, or type it in by hand.")

const maxItems = 2_000

// analyse makes an order of a page. It is the same for every format. With ErrNoOrder comes the little that was found.
func analyse(d sheet) (Found, error) {
	fs := readFields(d)
	fs.readLogin(d)
	all, listed, err := candidates(d, fs)
	if err != nil {
		return Found{}, err
	}
	fs.readUnlabelled(d, all)
	s := settlement{page: d, fields: fs, all: all, listed: listed}
	s.settleItems()
	s.settlePaper()
	s.settleChanges()
	o := s.order()
	headSettlement{&fs}.settle(&o)
	s.settleStop(&o)
	of := whom{d, fs, all, listed}
	of.settleAnother(&o)
	of.settleExisting(&o)
	if len(o.Missing()) > 0 {
		o.Warnings = append(o.Warnings, d.Lacks...)
	}
	f := Found{Order: o, Signed: d.signedFor(), Changes: s.changes, Explained: append(fs.explained(), s.explained()...)}
	if !looksLikeOrder(d, fs, all) {
		return f, withoutOrder(o)
	}
	return f, nil
}

// settleStop takes off the company the dot of a sentence that ends with it, or that the paper does without elsewhere.
func (s *settlement) settleStop(o *provision.Order) {
	bare, dotted := strings.CutSuffix(o.Company, ".")
	if !dotted || !values.HasLegalForm(o.Company) || strings.Contains(bare, ".") {
		return
	}
	if slices.ContainsFunc(s.page.Lines, func(l page.Line) bool {
		before, behind, found := strings.Cut(l.Text(), bare)
		next, stop := strings.CutPrefix(behind, ".")
		sentence := len(l.Cells) == 1 && l.Cells[0].Labels == nil && strings.Contains(strings.TrimSpace(before), " ") && !strings.Contains(before, ":")
		return found && (!stop || sentence && (next == "" || beginsSentence.MatchString(next)))
	}) {
		o.Company = bare
	}
}

var beginsSentence = lexicon.Compile(`^ \p{Lu}`)

// withoutOrder is ErrNoOrder in words that don't deny what the document names.
func withoutOrder(o provision.Order) error {
	var named []string
	for _, f := range []struct{ what, value string }{{"company", o.Company}, {"contact", o.Contact}, {"e-mail address", o.Email}} {
		if f.value != "" {
			named = append(named, "the "+f.what+" "+provision.InQuotes(f.value))
		}
	}
	if len(named) == 0 {
		return ErrNoOrder
	}
	return &provision.Error{Code: provision.Invalid, Err: ErrNoOrder, Message: "This file holds no order that can be read: it names " +
		strings.Join(named, " and ") + ", but no item such as \"20 x 1 GB Storage Server\". Send the order, or type it in by hand."}
}

// looksLikeOrder asks for an item that the runbook knows, or for two fields of an order's head. What two alone say has to name
// an order, too: lists of addresses have as many.
func looksLikeOrder(d sheet, fs fields, all []*candidate) bool {
	named := fs.named()
	orders := func(c *candidate) bool { // an amount in doubt may be one of anything
		return c.verdict != left && (c.license() || c.storage() && (c.verdict == taken || !bareAmount.MatchString(c.description)))
	}
	return named >= 3 || named == 2 && d.speaksOf(orderWord) || slices.ContainsFunc(all, orders)
}

// named is how many fields of an order's head have a value.
func (fs *fields) named() (n int) {
	for _, f := range HeadFields {
		n += min(1, len(fs.of(f.field)))
	}
	return n
}

// settlement decides about all candidates of a document. It is the one place that does.
type settlement struct {
	page      sheet
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
	s.settleExplained()
	named := amounts{s}
	named.settleTotals()
	named.settleElsewhere()
	listing{s}.settle()
	named.settleSums()
	named.settleFigures()
	s.settleProse()
	s.settlePassed()
	s.settleLicenses()
}

// settleExplained leaves out what only says in brackets how the amount before it is made up: "70 GB (70 x 1 GB Storage Server)".
func (s *settlement) settleExplained() {
	for i, c := range s.all {
		if !c.explains || i == 0 || !c.storage() || c.verdict != taken || s.all[i-1].verdict != taken || s.all[i-1].at != c.at {
			continue
		}
		if c.item.GB == s.all[i-1].item.GB {
			c.leave("It says again what stands before it.")
		} else {
			c.doubt(c.place.Words, c.description)
		}
	}
}

// count makes sure of the amount of storage that is taken.
func (s *settlement) count(c *candidate) {
	if c.readAs != c.quantity {
		c.read()
	}
	trouble := c.unclear
	switch {
	case trouble == "":
	case c.from == inProse && c.quantity == "" && isAmount(c.description) && s.page.Lines[c.at].Cells[0].LabelLike:
		c.doubtWords(c.place.Words, c.place.Words) // a field of other storage, such as a desktop's
	case c.from == inProse && c.quantity == "" && !c.tabular:
		c.leave("It is named without a quantity.")
		if !c.denied && !c.quoted {
			s.warn("%q (%s) is named without a quantity, so it is not counted.", c.description, c.place)
		}
	default:
		c.ask(c.place.Words, "%s", trouble)
	}
}

func (s *settlement) surroundings() surroundings {
	around := surroundings{quantified: map[int]bool{}, sums: map[int]int{}, counted: map[string]bool{}, ticks: map[int]string{}, commas: s.page.decimalCommas(), timed: s.page.namesPeriod}
	around.paged = len(s.page.Lines) > 0 && s.page.Lines[0].Page > 0
	storage := 0
	for _, c := range s.all {
		if c.storage() {
			storage++
			if c.limited() == "" {
				around.always++
			}
		}
		if n, err := values.Quantity(c.quantity); err == nil && c.from == inGrid {
			around.quantified[c.table] = true
			around.sums[c.table] += n
			around.counted[c.description] = true
		}
		around.ticked = around.ticked || c.box == saysYes
		if c.box == saysYes && c.choice && c.storage() {
			around.choices++
		}
		for _, r := range c.remarks {
			if name := r.name(); r.head != "" && !neutralHead(name) && !noteHeads[name] && !orderStatusHeads[name] && stanceOf(r.text) == saysYes {
				around.ticks[c.table] = r.head
			}
		}
	}
	around.several = storage > 1
	for _, f := range []label.Field{label.Company, label.Contact, label.SomeName} {
		if named := s.fields.of(f); len(named) == 1 {
			around.customer = append(around.customer, named[0].value)
		}
	}
	return around
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

// settlePassed asks about an amount that a sentence passes over beside one that it orders: "they have 30 GB and want 60 GB".
func (s *settlement) settlePassed() {
	for _, c := range s.all {
		beside := func(o *candidate) bool {
			return o.verdict == taken && o.storage() && o.from == inProse && o.around == c.around && o.description != c.description
		}
		if c.verdict == left && c.storage() && c.quantity == "" && !c.quoted && isAmount(c.description) && slices.ContainsFunc(s.all, beside) {
			c.ask(c.around, "%s stands beside another amount: %q. Please enter the GB that was ordered.", c.name(), short(c.around))
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
		_, err := values.Quantity(c.quantity)
		switch {
		case c.verdict == left && ordered && c.from == inProse:
			c.ask(c.around, "%q is ordered, but %s seems to say that it is not. Please check.", c.description, c.place)
		case c.verdict == left && c.denied:
			s.warn("%s seems not to be ordered, so Server Support stays off.", c.name())
		case c.verdict == left && c.trouble != "":
			s.warnings = append(s.warnings, c.trouble)
		case c.verdict == left && !errors.Is(err, values.ErrNone) && !errors.Is(err, values.ErrBelowOne), c.verdict == left && c.box == saysNo:
			s.warn("%s is left out: %s", c.name(), strings.Join(c.against, " "))
		case c.verdict != taken:
		case c.from == inProse && ordered:
			c.leave("It is ordered elsewhere.")
		case c.from == inProse && c.quantity == "":
			c.quantity, c.item.Quantity = "1", 1
			s.warn("%s has no quantity; it was taken for one.", c.name())
		case err != nil && c.quantity != "":
			s.warn("The quantity of %s isn't clear: %s. Any quantity switches Server Support on.", c.name(), err)
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
			s.questions = append(s.questions, question(c.field(), c.quote, "%s", c.trouble))
		}
		o.Items = append(o.Items, item)
		o.Sources[provision.ItemField(len(o.Items)-1)] = c.source()
	}
	o.Warnings = append(o.Warnings, s.warnings...)
	o.Questions = s.questions
	NoteSums(&o)
	return o
}

// source is where an item stands: its line, or its words in a row of several lines.
func (c *candidate) source() provision.Source {
	if !strings.Contains(c.place.Words, c.description) {
		c.place.Words = strings.TrimSpace(c.quantity + " " + c.description)
	}
	return c.place.Source()
}

func (s *settlement) explained() []Explained {
	var all []Explained
	for _, c := range s.all {
		all = append(all, c.explained())
	}
	return append(all, s.sentences...)
}

// NoteSums says of the fields that follow from the items where those stand.
func NoteSums(o *provision.Order) {
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
			o.Sources[field] = page.Spot{Where: page.Listed(where, "and"), Words: strings.Join(words, " / ")}.Source()
		}
	}
}

// maxSummands is how many lines are named as the source of a sum.
const maxSummands = 6

// periodWord is the time that a price or an amount is for.
var periodWord = lexicon.Of("periodWord")

// namesPeriod says that a page speaks of such a time.
func (d sheet) namesPeriod() bool { return d.speaksOf(periodWord) }

// speaksOf says that a line of a page has such words.
func (d sheet) speaksOf(words lexicon.Pattern) bool {
	return slices.ContainsFunc(d.Lines, func(l page.Line) bool { return words.MatchString(l.Text()) })
}

// decimalComma is an amount of money with one.
var decimalComma = lexicon.Compile(`(?:^|[^\d.,])\d{1,3}(?:\.\d{3})*,\d\d(?:$|[^\d.,])`)

// decimalCommas says that a page writes amounts with a decimal comma.
func (d sheet) decimalCommas() bool {
	return slices.ContainsFunc(d.Lines, func(l page.Line) bool {
		return slices.ContainsFunc(l.Cells, func(c page.Cell) bool { return strings.Contains(c.Text, ",") && decimalComma.MatchString(c.Text) })
	})
}
