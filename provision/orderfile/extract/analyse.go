package extract

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"mozybot/provision"
	"mozybot/provision/orderfile/document"
)

// analyse makes an order of a document. It is the same for every format. With ErrNoOrder comes the little that was found.
func analyse(d page) (provision.Order, error) {
	fs := readFields(d, isTableHead)
	rows, consumed := readTables(d, fs.used)
	rows = append(rows, readPairs(d, consumed)...)
	var said []mention
	for _, m := range readSentences(d, consumed) {
		if m.listed && !m.denied {
			if m.quantity == "" && licenseName.MatchString(m.description) {
				m.quantity = "1" // a line of its own orders it
			}
			rows = append(rows, m.row)
			continue
		}
		said = append(said, m)
	}
	if len(rows)+len(said) > maxItems {
		return provision.Order{}, document.TooMuch("items")
	}
	list := items{several: severalStorage(rows, said)}
	for _, r := range rows {
		list.add(r.standing(d))
	}
	for i := range said {
		said[i].row = said[i].standing(d)
	}
	list.settleStorage(said)
	list.settleLicense(said)
	o := list.order()
	fs.fill(&o)
	if len(o.Missing()) > 0 {
		o.Warnings = append(o.Warnings, d.lacks...)
	}
	if !looksLikeOrder(o, fs) {
		return o, ErrNoOrder
	}
	return o, nil
}

// ErrNoOrder is said of a document that holds none.
var ErrNoOrder = provision.Errorf(provision.Invalid, "This file holds no order: it names neither a company, "+
	"a contact and an e-mail address nor an item such as \"20 x 1 GB Storage Server\". Send the order, or type it in by hand.")

// looksLikeOrder asks for an item that the runbook knows, or for two fields of an order's head.
func looksLikeOrder(o provision.Order, fs fields) bool {
	known := slices.ContainsFunc(o.Items, func(i provision.Item) bool { return i.Kind != provision.OtherItem })
	return known || len(fs.readings) >= 2
}

const maxItems = 2_000

// items are those of an order, and what is doubtful about them.
type items struct {
	several  bool // storage stands in the order more than once
	placed   []placedItem
	warnings []string
}

type placedItem struct {
	provision.Item
	at     int // index of its line
	source provision.Source
}

// order has the items in the order in which they stand in the file.
func (l *items) order() provision.Order {
	slices.SortStableFunc(l.placed, func(a, b placedItem) int { return cmp.Compare(a.at, b.at) })
	o := provision.Order{Warnings: l.warnings, Sources: map[string]provision.Source{}}
	for i, p := range l.placed {
		o.Items = append(o.Items, p.Item)
		o.Sources[provision.ItemField(i)] = p.source
	}
	noteSums(&o)
	return o
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

func (l *items) add(r row) {
	if r.description == "" {
		l.warn("The quantity %q (%s) stands beside no item.", r.quantity, r.place)
		return
	}
	item, trouble := newItem(r.quantity, r.description, r.place)
	if trouble == "" {
		item, trouble = doubted(item, r, l.several)
	}
	l.place(item, r)
	if trouble != "" {
		l.warnings = append(l.warnings, trouble)
	}
}

// place keeps an item with its source: its line, or its words in a row of several lines.
func (l *items) place(item provision.Item, r row) {
	if r.place.words == "" || !strings.Contains(r.place.words, r.description) {
		r.place.words = strings.TrimSpace(r.quantity + " " + r.description)
	}
	l.placed = append(l.placed, placedItem{item, r.at, r.place.source()})
}

func (l *items) warn(format string, args ...any) {
	l.warnings = append(l.warnings, fmt.Sprintf(format, args...))
}

func (l *items) has(kind provision.ItemKind) bool {
	return slices.ContainsFunc(l.placed, func(p placedItem) bool { return p.Kind == kind })
}

// repeats says whether an item repeats one that is listed, or the sum of them.
func (l *items) repeats(item provision.Item) bool {
	o := l.order()
	return item.GB > 0 && (item.GB == o.StorageGB() || slices.Contains(o.Items, item))
}

// settleStorage decides what storage said in passing means. Without a list or table it is the order; the paragraph that
// says it first counts. Beside one it may repeat a line or the sum, but must not say anything else: then nobody knows
// what was ordered, and the storage counts as missing.
func (l *items) settleStorage(said []mention) {
	listed := l.has(provision.Storage)
	first := -1
	for _, m := range said {
		if m.quantity == "" || !storageName.MatchString(m.description) {
			continue
		}
		item, _ := newItem(m.quantity, m.description, m.place)
		repeats := l.repeats(item)
		switch {
		case !listed && !repeats && (first < 0 || first == m.paragraph):
			first = m.paragraph
			l.add(m.row)
		case !repeats || first == m.paragraph:
			item.GB = 0
			l.place(item, m.row)
			l.warn("\"%s x %s\" (%s) does not agree with the rest of the order, or says it twice. Please enter the GB that was ordered.",
				m.quantity, m.description, m.place)
		}
	}
	for _, m := range said {
		switch {
		case m.quantity != "" || m.denied || m.quoted || !storageName.MatchString(m.description):
		case m.tabular: // a row of a table that was not understood
			l.add(m.row)
		default:
			l.warn("%q (%s) is named without a quantity, so it is not counted.", m.description, m.place)
		}
	}
}

// settleLicense decides what a Cloud Server License said in passing means: it switches Server Support on, unless the
// sentence says that there is none.
func (l *items) settleLicense(said []mention) {
	for _, m := range said {
		if !licenseName.MatchString(m.description) {
			continue
		}
		ordered := l.has(provision.ServerLicense)
		m.denied = m.denied || withdrawn.MatchString(m.around) || otherGroup.MatchString(m.group)
		switch {
		case m.denied && ordered:
			l.warn("%q is ordered, but %s seems to say that it is not. Please check.", m.description, m.place)
		case m.denied:
			l.warn("%q (%s) seems not to be ordered, so Server Support stays off.", m.description, m.place)
		case ordered:
		case m.quantity == "":
			m.quantity = "1"
			l.add(m.row)
			l.warn("%q (%s) has no quantity; it was taken for one.", m.description, m.place)
		default:
			l.add(m.row)
		}
	}
}
