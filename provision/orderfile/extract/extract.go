// Package extract finds the order in a document: company, contact, e-mail address, numbers, items.
//
// It goes from what is written to what is meant in three steps:
//
//	page        the document with its labels found and its rows put together (page.go, rows.go, labels.go, wrap.go)
//	candidates  everything that may be part of the order, with all that is said of it: forms (fields.go, columns.go,
//	            pairs.go), blocks such as Bill To (blocks.go, seller.go), whoever issues the paper (issuer.go), tables
//	            (tables.go), lists and sentences (prose.go)
//	settlement  the one place that decides about them (items in order.go, one by itself in judge.go, arithmetic.go; the fields
//	            of the head in head.go; the kind of paper in paper.go; what is said freely in changes.go and letter.go; the parts
//	            of an e-mail in settle.go)
//
// The world is closed: an item counts only if everything that is said of it is understood (words.go). What says no leaves it
// out, and what says neither yes nor no is a question with the words quoted, as is a field that is said in two ways, and a
// sentence that may change the order. All of them keep why they were taken or not ([Explained]).
//
// It knows no format, and does not decide whether an order may be provisioned.
package extract

import (
	"errors"
	"slices"
	"strings"

	"mozybot/provision"
	"mozybot/provision/orderfile/document"
	"mozybot/provision/orderfile/extract/lexicon"
	"mozybot/provision/orderfile/extract/values"
)

// Read makes an order of a document, if it is of a size that one may have. With ErrNoOrder comes the little that was found.
func Read(d document.Document) (Found, error) { return read(d, func() bool { return false }) }

// read also takes a quotation for an order where what it comes with accepts it.
func read(d document.Document, agreed func() bool) (Found, error) {
	if err := d.TooLarge(); err != nil {
		return Found{}, err
	}
	written := d.Lines
	if d.Letter {
		d = withoutCard(withoutSignature(d))
	}
	p := pageOf(d)
	p.agreed = agreed
	if p.signature = signatureOf(d, p.lines); d.Letter {
		p.signature = cutOff(written, d.Lines)
	}
	f, err := analyse(p)
	f.Scrap = err != nil
	return f, err
}

// Body finds the orders in an e-mail's body: the newest text first, then those that it answers or forwards. Of the forms
// that the body was sent in it takes the one that yields most.
func Body(forms [][]document.Document, where string) ([]Found, error) {
	var best []Found
	var least int // of the fields that are missing
	var said []provision.Order
	for _, texts := range forms {
		orders, err := ordersIn(texts, where)
		if err != nil {
			return nil, err
		}
		o, ok := Settle(nil, orders)
		if ok {
			said = append(said, o.Order)
		}
		if missing := len(o.Missing()); missing < least || best == nil {
			best, least = orders, missing
		}
	}
	if q, differ := differing(said); differ {
		first := max(0, slices.IndexFunc(best, func(f Found) bool { return !f.Scrap }))
		best[first].Questions = append(best[first].Questions, q)
	}
	return best, nil
}

// differing asks about a mail whose forms say different things: each reader of it sees one of them.
func differing(said []provision.Order) (provision.Question, bool) {
	for n := 1; n < len(said); n++ {
		a, b := said[0], said[n]
		switch {
		case a.StorageGB() != b.StorageGB() && a.StorageGB() > 0 && b.StorageGB() > 0:
			return provision.Question{Field: provision.FieldStorageGB, Quote: toldGB(a) + " / " + toldGB(b), Text: "This mail has two bodies that disagree: one orders " +
				toldGB(a) + " and the other " + toldGB(b) + ". Please enter the GB that was ordered."}, true
		case a.Company != "" && b.Company != "" && values.Alike(a.Company) != values.Alike(b.Company):
			return provision.Question{Field: provision.FieldCompany, Quote: a.Company + " / " + b.Company, Text: "This mail has two bodies that disagree: one names " +
				provision.InQuotes(a.Company) + " and the other " + provision.InQuotes(b.Company) + ". Please enter the right one."}, true
		case a.ServerLicense() != b.ServerLicense() && a.StorageGB() > 0 && b.StorageGB() > 0:
			return provision.Question{Field: provision.FieldServerLicense, Quote: "Cloud Server License", Text: "This mail has two bodies that disagree: only one orders a Cloud Server License. Is it ordered?"}, true
		}
	}
	return provision.Question{}, false
}

// ordersIn reads each of a body's texts by itself.
func ordersIn(texts []document.Document, where string) ([]Found, error) {
	var orders []Found
	for i, d := range texts {
		part := where
		if i > 0 {
			part += ", an earlier message"
		}
		f, err := read(d.In(part), func() bool { return i > 0 && accepts(texts[0]) })
		if err != nil && !errors.Is(err, ErrNoOrder) {
			return nil, err
		}
		if f.Newest = i == 0; i > 0 {
			f.Changes = nil // the newest text says what of the older ones counts
		}
		if f.Part = part; len(f.Sources)+len(f.Changes) > 0 {
			orders = append(orders, f)
		}
	}
	return orders, nil
}

// accepts says that a text accepts a quotation, and sets no condition.
func accepts(d document.Document) bool {
	for _, lines := range pageOf(d).paragraphs(nil) {
		for _, sentence := range clausesOf(paragraphOf(lines).text) {
			if accepting.MatchString(sentence) && understood(sentence) {
				return true
			}
		}
	}
	return false
}

var accepting = lexicon.Of("accepting")

// Subject takes numbers out of a subject such as "Fwd: Order #10042 / Singularity task 48213", and what it says of the mail:
// that it is no order, or takes one back.
func Subject(subject, part string) Found {
	f := Found{Order: provision.Order{Sources: map[string]provision.Source{}}, Part: part, Scrap: true}
	fs := fields{}
	for _, piece := range strings.FieldsFunc(subject, func(r rune) bool { return strings.ContainsRune(":,;/|()[]–—", r) }) {
		for _, l := range unparted(strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(piece), "- "))) {
			if l.field == orderNumber || l.field == task {
				fs.addNumber(l, l.value, spot{part, subject})
			}
		}
	}
	fs.settle(&f.Order)
	own := forwarded.ReplaceAllString(subject, "")
	if adds.MatchString(own) && !perhapsAdds.MatchString(own) {
		f.For = provision.ForExisting
	}
	if own == "" || answered.MatchString(own) {
		return f // what it answers says nothing of the answer
	}
	for _, p := range papers {
		if p.titles(own) && !accepted.MatchString(own) {
			f.Changes = append(f.Changes, p.question(own))
			return f
		}
	}
	return f
}

var (
	forwarded = lexicon.Compile(`(?i)^\s*(?:(?:fwd?|wg|tr|rv)\s*:\s*)+`)
	answered  = lexicon.Compile(`(?i)^\s*(?:re|aw|antw|sv|réf?)\s*:`)
)
