// Package extract finds the order in a document: company, contact, e-mail address, numbers, items.
//
// What the words mean is decided here once, for all formats: labels in labels.go, fields in fields.go and columns.go, item
// tables in tables.go, items in sentences in sentences.go, words that take an item back in doubt.go, numbers in
// quantity.go. Nothing is guessed: a field that is said twice in two ways, or a quantity that cannot be trusted, counts as
// missing, and a warning shows both readings.
//
// It knows no format, and does not decide whether an order may be provisioned.
package extract

import (
	"errors"
	"strings"

	"mozybot/provision"
	"mozybot/provision/orderfile/document"
)

// Read makes an order of a document, if it is of a size that one may have. With ErrNoOrder comes the little that was found.
func Read(d document.Document) (provision.Order, error) {
	if err := d.TooLarge(); err != nil {
		return provision.Order{}, err
	}
	if d.Letter {
		d = withoutCard(withoutSignature(d))
	}
	return analyse(pageOf(d))
}

// Body finds the orders in an e-mail's body: the newest text first, then those that it answers or forwards. Of the forms
// that the body was sent in it takes the one that yields most.
func Body(forms [][]document.Document, where string) ([]Found, error) {
	var best []Found
	var least int // of the fields that are missing
	for _, texts := range forms {
		orders, err := ordersIn(texts, where)
		if err != nil {
			return nil, err
		}
		o, _ := Settle(nil, orders)
		if missing := len(o.Missing()); missing < least || best == nil {
			best, least = orders, missing
		}
	}
	return best, nil
}

// ordersIn reads each of a body's texts by itself.
func ordersIn(texts []document.Document, where string) ([]Found, error) {
	var orders []Found
	for i, d := range texts {
		part := where
		if i > 0 {
			part += ", an earlier message"
		}
		o, err := Read(d.In(part))
		if err != nil && !errors.Is(err, ErrNoOrder) {
			return nil, err
		}
		if len(o.Sources) > 0 {
			orders = append(orders, Found{Order: o, Part: part, Scrap: err != nil})
		}
	}
	return orders, nil
}

// Subject takes numbers out of a subject such as "Fwd: Order #10042 / Singularity task 48213", and nothing else.
func Subject(subject, part string) provision.Order {
	o := provision.Order{Sources: map[string]provision.Source{}}
	fs := fields{readings: map[field][]reading{}}
	for _, piece := range strings.FieldsFunc(subject, func(r rune) bool { return strings.ContainsRune(":,;/|()[]–—", r) }) {
		for _, l := range unparted(strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(piece), "- "))) {
			if l.field == orderNumber || l.field == task {
				fs.addNumber(l, l.value, spot{part, subject})
			}
		}
	}
	fs.fill(&o)
	return o
}
