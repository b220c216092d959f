package merge

import (
	"errors"
	"slices"

	"mozybot/provision"
	"mozybot/provision/orderfile/document"
	"mozybot/provision/orderfile/extract"
	"mozybot/provision/orderfile/extract/values"
)

// Body finds the orders in an e-mail's body: the newest text first, then those that it answers or forwards. Of the forms
// that the body was sent in it takes the one that yields most.
func Body(forms [][]document.Document, where string) ([]extract.Found, error) {
	var best []extract.Found
	var least int // of the fields that are missing
	var said []provision.Order
	for _, texts := range forms {
		orders, err := ordersIn(texts, where)
		if err != nil {
			return nil, err
		}
		o, ok := One(nil, orders)
		if ok {
			said = append(said, o.Order)
		}
		if missing := len(o.Missing()); missing < least || best == nil {
			best, least = orders, missing
		}
	}
	if q, differ := differing(said); differ {
		first := max(0, slices.IndexFunc(best, func(f extract.Found) bool { return !f.Scrap }))
		best[first].Questions = append(best[first].Questions, q)
	}
	return best, nil
}

// differing asks about a mail whose forms say different things: each reader of it sees one of them.
func differing(said []provision.Order) (provision.Question, bool) {
	const disagree = "This mail has two bodies that disagree: "
	for n := 1; n < len(said); n++ {
		a, b := said[0], said[n]
		stored := a.StorageGB() > 0 && b.StorageGB() > 0
		switch {
		case stored && a.StorageGB() != b.StorageGB():
			return provision.Question{Field: provision.FieldStorageGB, Quote: toldGB(a) + " / " + toldGB(b),
				Text: disagree + "one orders " + toldGB(a) + " and the other " + toldGB(b) + ". Please enter the GB that was ordered."}, true
		case a.Company != "" && b.Company != "" && values.Alike(a.Company) != values.Alike(b.Company):
			return provision.Question{Field: provision.FieldCompany, Quote: a.Company + " / " + b.Company,
				Text: disagree + "one names " + provision.InQuotes(a.Company) + " and the other " + provision.InQuotes(b.Company) + ". Please enter the right one."}, true
		case stored && a.ServerLicense() != b.ServerLicense():
			return provision.Question{Field: provision.FieldServerLicense, Quote: "Cloud Server License",
				Text: disagree + "only one orders a Cloud Server License. Is it ordered?"}, true
		}
	}
	return provision.Question{}, false
}

// ordersIn reads each of a body's texts by itself.
func ordersIn(texts []document.Document, where string) ([]extract.Found, error) {
	var orders []extract.Found
	wordless := len(texts) > 1 && texts[0].Answer && texts[0].Sender.Address != "" && !texts[0].Sender.Unaddressed && extract.SaysNothing(texts[0])
	for i, d := range texts {
		part := where
		if i > 0 {
			part += ", an earlier message"
		}
		f, err := extract.ReadAnswered(d.In(part), func() bool { return i > 0 && extract.Accepts(texts[0]) })
		if err != nil && !errors.Is(err, extract.ErrNoOrder) {
			return nil, err
		}
		if f.Newest = i == 0; i > 0 {
			f.Changes = nil // the newest text says what of the older ones counts
		}
		if wordless && f.Newest {
			f.Changes = append(f.Changes, provision.Question{Field: provision.FieldStorageGB, Quote: d.Sender.Address,
				Text: "The mail answers another one, and says nothing of the order that it quotes. Please enter the GB if they are ordered."})
		}
		if f.Part = part; len(f.Sources)+len(f.Changes) > 0 || f.Signed != "" {
			orders = append(orders, f)
		}
	}
	return orders, nil
}
