package extract

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"mozybot/provision"
)

// reading is what a field was read as, and where.
type reading struct {
	value string
	place spot
	field field // by its label, which may leave open what it means
	party party // whose it is, by where it stands
}

// fields collects the labelled values of a document.
type fields struct {
	readings   map[field][]reading
	warnings   []string
	questions  []provision.Question
	shipped    []reading    // what the block of a receiver says
	blockNamed bool         // the customer's name stands in a block of its own
	dropped    []Explained  // what was read and cannot be the customer's
	used       map[int]bool // lines that hold a label of the order's head, by index
	party      party        // whose label is being read
}

// readFields goes through every line that is no head of an item table. A value stands behind its label, in the next
// cell, or under it.
func readFields(d page, isHead func(line) bool) fields {
	fs := fields{readings: map[field][]reading{}, used: map[int]bool{}}
	sellers := sellersOf(d)
	for i, l := range d.lines {
		if isHead(l) {
			fs.readColumns(d, i)
			continue
		}
		for j, c := range l.cells {
			fs.party = sellers[cellAt{i, j}]
			for k, found := range c.labels {
				at, value := i, found.value
				words := c.text
				switch {
				case found.none:
				case value == "":
					value, at = valueBeside(d, i, j, isHead)
					words += " " + joinedWords(value)
				case len(c.labels) > 1:
					words = found.label + ": " + value
				}
				if found.value != "" && k == len(c.labels)-1 {
					value = clean(unwrapped(d, run{at: i, cell: c, text: c.text[strings.LastIndex(c.text, value):]}))
				}
				place := d.lines[at].placeOf(value)
				place.words = words
				if value != "" && (c.struck != nowhere || d.lines[at].struckAt(joinedWords(value))) {
					fs.warn("%q (%s) is crossed out, so it was not taken.", joinedWords(value), place)
					value = ""
				}
				if d.lines[at].page > 0 && misdrawn.MatchString(value) {
					fs.warn("%q (%s) may be spelled in another way: this PDF does not tell. Please enter it.", joinedWords(value), place)
					value = ""
				}
				if fs.add(found, value, place) {
					fs.used[i] = true
				}
				if opensBlock(found, at > i) {
					fs.readBlock(d, i, j, found)
				}
				if found.field == seller {
					fs.party = sellersOwn
				}
			}
		}
	}
	return fs
}

// valueBeside finds the value of the label that is cell j of line i, and the line that it stands on.
func valueBeside(d page, i, j int, isHead func(line) bool) (value string, at int) {
	l := d.lines[i]
	stacked := titles(d, i, isHead)
	if j+1 < len(l.cells) && !stacked {
		if next := l.cells[j+1]; !next.labelLike {
			whole := unwrapped(d, run{at: i, cell: next, text: next.text, label: &l.cells[j]})
			return clean(begun(d, i, next, whole)), i
		}
	}
	if i > 0 && i+1 < len(d.lines) && !stacked {
		if around, ok := wrappedAround(d, i, j); ok {
			return clean(around), i - 1
		}
	}
	if j > 0 && j+1 == len(l.cells) && !stacked && !l.cells[j-1].labelLike && l.cells[0].labelLike {
		return "", i // the last of "label value label": left blank
	}
	reach := 3 * l.em
	if l.page > 0 && len(l.cells) > 1 {
		reach = 4.5 * l.em // entries of a grid wrap, and stand in the middle or at the bottom
	}
	for at = i + 1; at < len(d.lines); at++ {
		below := d.lines[at]
		if l.page > 0 && len(l.cells) > 1 && below.top-d.lines[at-1].top <= 1.3*l.em {
			reach = max(reach, min(below.top-l.top, 8*l.em)) // beside an entry that has more lines
		}
		if below.page != l.page || below.top-l.top > reach || len(below.cells) > len(l.cells) ||
			slices.ContainsFunc(below.cells, func(c cell) bool { return c.labelLike }) || isHead(below) {
			break
		}
		for _, c := range below.cells {
			indented := len(l.cells) == 1 && c.left >= l.cells[j].left && c.left < l.cells[j].left+12*l.em
			if indented || c.under(l.cells[j], l.em) {
				r := run{at: at, cell: c, text: c.text, pitch: below.top - l.top}
				if j+1 < len(l.cells) {
					r.edge = l.cells[j+1].left
				}
				return clean(unwrapped(d, r)), at
			}
		}
	}
	return "", i
}

// wrappedAround is the value of a label that stands in the middle of it: it begins on the line above and ends below.
func wrappedAround(d page, i, j int) (string, bool) {
	l, above, below := d.lines[i], d.lines[i-1], d.lines[i+1]
	if l.page == 0 || above.page != l.page || below.page != l.page || below.top-above.top > 2*l.em {
		return "", false
	}
	edge := nextLeft(l, l.cells[j])
	in := func(other line) int {
		return slices.IndexFunc(other.cells, func(c cell) bool {
			return c.left > l.cells[j].right && (edge == 0 || c.right < edge) && !c.labelLike
		})
	}
	from, to := in(above), in(below)
	if from < 0 || to < 0 || math.Abs(above.cells[from].left-below.cells[to].left) > l.em/4 {
		return "", false
	}
	above.cells, below.cells = above.cells[from:from+1], below.cells[to:to+1]
	return unwrapped(page{lines: []line{above, below}, edges: d.edges}, run{cell: above.cells[0], text: above.cells[0].text, edge: edge}), true
}

var (
	address = regexp.MustCompile(`[^\s<>(),;:"\[\]|]+@[^\s<>(),;:"\[\]|]+`)
	// domain is the end of an address that can be reached from outside, and is whole.
	domain = regexp.MustCompile(`@(?:[\pL\pN](?:[\pL\pN-]*[\pL\pN])?\.)+[\pL\pN-]*[\pL\pN]$`)
	// code is a number that begins with letters, and no name.
	code = regexp.MustCompile(`^\pL{1,3}[-/]?\d{3,}$`)
	// token is a number of an order or task: one word with a digit in it.
	token = regexp.MustCompile(`^#?\s*([\pL\pN][\pL\pN_./-]*)`)
	// misdrawn are letters that a PDF draws from right to left, or an accent apart from its letter.
	misdrawn = regexp.MustCompile(`[\p{Hebrew}\p{Arabic}]|[¨ˆˇ˘˙˚¸˝]|\p{Ll}´\p{Ll}`)
	// reachedBy is how to reach a person by telephone, behind the name.
	reachedBy = regexp.MustCompile(`(?i)[\s,;/|–(-]+(?:(?:tel|telephone|phone|ph|mobile|cell)\b[.:]?\s*)?\+?\(?\d[\d\s().-]{5,}\d\)?$`)
	// lastPart is the number at the end of a web address.
	lastPart = regexp.MustCompile(`^https?://\S*?[/=#]([\pL\pN_-]*\d[\pL\pN_-]*)/?$`)
)

// add takes a labelled value for what its label says, and says whether the label is one of the order's head.
func (fs *fields) add(l labelled, value string, place spot) bool {
	switch l.field {
	case company, customerName, contact, someName:
		fs.addName(l.field, value, place)
	case email:
		fs.addAddresses(value, place)
	case orderNumber, customerID, task:
		return fs.addNumber(l, value, place)
	case account:
		if fs.addNumber(labelled{field: customerID, label: l.label + " number"}, value, place) {
			return true
		}
		fs.addName(company, value, place)
	case firstName, lastName:
		if value != "" && !strings.ContainsAny(value, "@0123456789") {
			fs.note(reading{value: joinedWords(value), place: place, field: l.field})
		}
	case itemLabel, quantityLabel, seller, unused, billTo, shipTo:
		return false
	}
	return true
}

// addName takes the name of a company or person. An address that stands beside it is the customer's, too.
func (fs *fields) addName(f field, value string, place spot) {
	if at := address.FindStringIndex(value); at != nil {
		fs.addAddresses(value, place)
		value = clean(strings.TrimRight(strings.TrimSuffix(value[:at[0]], "mailto:"), " <([,;:-–—\n\v"))
	}
	if strings.Contains(value, broken) {
		fs.warn("%q (%s) runs on to another line, and nobody can tell whether there is a space between. Please enter it.", joinedWords(value), place)
		return
	}
	value = joinedWords(value)
	if f == contact || f == someName {
		value = reachedBy.ReplaceAllString(value, "")
	}
	if !strings.ContainsFunc(value, func(r rune) bool { return r > unicode.MaxASCII || unicode.IsLetter(r) }) {
		return // a telephone number, a customer's number, a line to write on
	}
	if code.MatchString(value) {
		return
	}
	if strings.HasSuffix(value, "-") || strings.HasSuffix(value, "&") || strings.Contains(value, cut) {
		fs.warn("%q (%s) seems to go on, but not where it could be read.", value, place)
		return
	}
	fs.note(reading{value: value, place: place, field: f})
}

func (fs *fields) addAddresses(value string, place spot) {
	found, doubt := addressesIn(value)
	switch {
	case doubt != "":
		fs.warn("%q (%s) runs on to another line: it may also be %q. Please enter the right one.", found[0], place, doubt)
		return
	case value != "" && found == nil:
		fs.warn("%q (%s) is no e-mail address.", joinedWords(value), place)
	}
	for _, a := range found {
		if !isAddress(a) {
			fs.warn("%q (%s) is no e-mail address.", a, place)
			continue
		}
		fs.note(reading{value: a, place: place, field: email})
	}
}

// addNumber takes a value that is one word with a digit. A short label such as "Order" or "Task" means its number only
// when nothing else follows.
func (fs *fields) addNumber(l labelled, value string, place spot) bool {
	value = joinedNumber(value)
	if m := lastPart.FindStringSubmatch(value); m != nil {
		value = m[1]
	}
	m := token.FindStringSubmatch(value)
	short := !strings.Contains(normal(l.label), " ")
	if m == nil || !strings.ContainsAny(m[1], "0123456789") || len(m[1]) > 40 || (short && !alone(value[len(m[0]):])) {
		return false
	}
	if strings.HasPrefix(value[len(m[0]):], cut) {
		fs.warn("%q (%s) seems to go on, but not where it could be read.", value, place)
		return false
	}
	fs.note(reading{value: strings.TrimRight(m[1], "./-"), place: place, field: l.field})
	return true
}

// note keeps a reading that is new. Two are enough to know that nobody knows.
func (fs *fields) note(r reading) {
	r.party = fs.party
	for i, known := range fs.readings[r.field] {
		if r.party == customers && known.party != customers && alike(known.value) == alike(r.value) {
			fs.readings[r.field][i] = r
		}
	}
	if known := fs.readings[r.field]; len(known) < 4 && !same(r, known) {
		fs.readings[r.field] = append(known, r)
	}
}

// alone says that nothing but a remark in brackets follows a value.
func alone(rest string) bool { return bracketed.ReplaceAllString(strings.TrimSpace(rest), "") == "" }

func (fs *fields) warn(format string, args ...any) {
	fs.warnings = append(fs.warnings, fmt.Sprintf(format, args...))
}

// headField is a field of an order's head: its name in Order.Sources, and what more than one of it are called.
type headField struct {
	field        field
	name, plural string
	of           func(*provision.Order) *string
}

var headFields = []headField{
	{company, provision.FieldCompany, "companies", func(o *provision.Order) *string { return &o.Company }},
	{contact, provision.FieldContact, "contacts", func(o *provision.Order) *string { return &o.Contact }},
	{email, provision.FieldEmail, "e-mail addresses", func(o *provision.Order) *string { return &o.Email }},
	{orderNumber, provision.FieldOrderNumber, "order numbers", func(o *provision.Order) *string { return &o.OrderNumber }},
	{customerID, provision.FieldCustomerID, "customer IDs", func(o *provision.Order) *string { return &o.CustomerID }},
	{task, provision.FieldTask, "tasks", func(o *provision.Order) *string { return &o.Task }},
}

// fill writes the fields into the order. What is said in two ways stays empty and gets a warning that names both.
func (fs *fields) fill(o *provision.Order) {
	fs.party = customers
	fs.leaveOutSellers()
	fs.settleNames()
	for _, f := range headFields {
		var source spot
		*f.of(o), source = fs.only(f.field, f.name, f.plural)
		if source.where != "" {
			o.Sources[f.name] = source.source()
		}
	}
	o.Warnings = append(o.Warnings, fs.warnings...)
}

// explained says of all that was read for the order's head why it was taken or not.
func (fs *fields) explained(o provision.Order) []Explained {
	all := fs.dropped
	for _, f := range headFields {
		value := *f.of(&o)
		for _, r := range fs.readings[f.field] {
			e := Explained{Field: f.name, Value: r.value, Where: r.place.where, Words: r.place.words, Verdict: string(taken)}
			if value == "" {
				e.Verdict, e.Against = string(asked), []string{"Something else is said, too."}
			}
			all = append(all, e)
		}
	}
	return all
}

// companyLike is how companies end and people do not.
var companyLike = regexp.MustCompile(`(?i)(?:^|[\s,])(?:inc|incorporated|corp|corporation|llc|llp|ltd|limited|plc|gmbh|ag|kg|ohg|ug|e\.?v|s\.?a|s\.?a\.?s|s\.?r\.?l|b\.?v|n\.?v|oy|ab|a/?s|co|company|group|bank|university|school|& (?:co|sons|partners))\.?$`)

// settleNames decides what the ambiguous labels mean. "Customer Name" is the company's, unless the company has a label
// of its own: then it is the person whom the runbook calls "the customer" (step 5.2).
func (fs *fields) settleNames() {
	fs.joinNames()
	fs.settleShipTo()
	for _, r := range fs.readings[customerName] {
		person := !companyLike.MatchString(r.value) && !same(r, fs.readings[company])
		switch {
		case len(fs.readings[company]) == 0 || !person:
			fs.note(reading{value: r.value, place: r.place, field: company})
		case len(fs.readings[contact]) == 0:
			fs.warn("The company has a label of its own, so the customer name %q (%s) was taken for the contact's.", r.value, r.place)
			fs.note(reading{value: r.value, place: r.place, field: contact})
		case !same(r, fs.readings[contact]):
			fs.note(reading{value: r.value, place: r.place, field: company})
		}
	}
	if names := fs.readings[someName]; len(fs.readings[contact]) == 0 && names != nil {
		fs.readings[contact] = names
	}
}

// same says whether the value was read already, written this way or nearly so.
func same(r reading, others []reading) bool {
	for _, o := range others {
		if alike(o.value) == alike(r.value) {
			return true
		}
	}
	return false
}

func alike(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(s), func(r rune) bool {
		return unicode.IsSpace(r) || strings.ContainsRune(".,;:\"'’“”", r)
	}), " ")
}

// only is the field's value when all its readings agree, and where it stands; a dispute stands where its sides do.
func (fs *fields) only(f field, name, plural string) (string, spot) {
	switch readings := fs.readings[f]; len(readings) {
	case 0:
		return "", spot{}
	case 1:
		return readings[0].value, readings[0].place
	default:
		var named, where, words []string
		for _, r := range readings {
			named = append(named, fmt.Sprintf("%q (%s)", r.value, r.place))
			where, words = append(where, r.place.where), append(words, r.place.words)
		}
		text := fmt.Sprintf("The order names different %s: %s. Please enter the right one.", plural, joined(named, "and"))
		if slices.Contains([]string{provision.FieldCompany, provision.FieldContact, provision.FieldEmail}, name) {
			fs.questions = append(fs.questions, provision.Question{Field: name, Text: text, Quote: short(strings.Join(words, " / "))})
		} else {
			fs.warnings = append(fs.warnings, text)
		}
		return "", spot{joined(where, "and"), strings.Join(words, " / ")}
	}
}
