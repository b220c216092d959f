// Package merge makes orders of what the parts of an e-mail say: the texts of its body, its subject and its attachments.
//
// What each of them says by itself is read by package extract; how a mail is taken apart is known to package message.
package merge

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"mozybot/provision"
	"mozybot/provision/orderfile/extract"
	"mozybot/provision/orderfile/extract/page"
	"mozybot/provision/orderfile/extract/values"
)

// order is what a part says, or several do.
type order struct{ extract.Found }

// One makes one order of those in an e-mail, and says false when there is none. Attachments with items come first, then other
// attachments, then the body, the newest text first; the later ones only fill what is lacking.
func One(attached, body []extract.Found) (extract.Found, bool) {
	var orders, rest []order
	for _, f := range attached {
		if o := (order{f}); o.ordersSomething() {
			orders = append(orders, o)
		} else {
			rest = append(rest, o)
		}
	}
	for _, f := range body {
		rest = append(rest, order{f})
	}
	if len(orders) == 0 {
		first := slices.IndexFunc(rest, func(o order) bool { return !o.Scrap })
		if first < 0 {
			return extract.Found{}, false
		}
		orders, rest = rest[first:first+1], slices.Delete(slices.Clone(rest), first, first+1)
	}
	all := orders[0]
	all.Sources = maps.Clone(all.Sources)
	for _, o := range orders[1:] {
		all.combine(o)
	}
	for _, o := range rest {
		all.fill(o)
		all.doubtCompany(o)
		all.doubtConcern(o)
	}
	extract.NoteSums(&all.Order)
	return all.Found, true
}

// Each makes of an e-mail every order that it has, each read against the body: attachments that order the same for the
// same customer are one.
func Each(attached, body []extract.Found) []extract.Found {
	var orders [][]extract.Found
	var rest []extract.Found
	for _, f := range attached {
		at := slices.IndexFunc(orders, func(o []extract.Found) bool { return order{f}.copies(o[0]) })
		switch {
		case !order{f}.ordersSomething():
			rest = append(rest, f)
		case at >= 0:
			orders[at] = append(orders[at], f)
		default:
			orders = append(orders, []extract.Found{f})
		}
	}
	if len(orders) == 0 {
		orders = [][]extract.Found{nil}
	}
	var all []extract.Found
	for _, o := range orders {
		if f, ok := One(append(o, rest...), body); ok {
			all = append(all, f)
		}
	}
	return all
}

// copies says that an order is another one once more.
func (f order) copies(o extract.Found) bool {
	numbered := f.OrderNumber == o.OrderNumber || f.OrderNumber == "" || o.OrderNumber == ""
	return numbered && values.Alike(f.Company) == values.Alike(o.Company) && f.StorageGB() == o.StorageGB()
}

func (f order) has(kind provision.ItemKind) bool {
	return slices.ContainsFunc(f.Items, func(i provision.Item) bool { return i.Kind == kind })
}

func (f order) ordersSomething() bool {
	return f.has(provision.Storage) || f.has(provision.ServerLicense)
}

func (f order) ofAnother(o order) bool {
	return f.Company != "" && o.Company != "" && values.Alike(f.Company) != values.Alike(o.Company)
}

// combine takes in another order that counts alike. What the two say in different ways nobody knows: it stays empty,
// and a warning names both.
func (all *order) combine(f order) {
	strangers := all.ofAnother(f)
	all.For = whomOf(all.For, f.For)
	for _, h := range extract.HeadFields {
		mine, other := h.Of(&all.Order), *h.Of(&f.Order)
		was, mineSaid := all.Sources[h.Name]
		is, said := f.Sources[h.Name]
		switch {
		case strangers && (mineSaid || said) && values.Alike(*mine) != values.Alike(other), mineSaid && said && values.Alike(*mine) != values.Alike(other):
			if !strangers || h.Name == provision.FieldCompany {
				all.warn("The attachments name different %s: %q (%s) and %q (%s). Please enter the right one.", h.Plural, *mine, was.Where, other, is.Where)
			}
			*mine, all.Sources[h.Name] = "", bothSources(was, is)
		case said && !mineSaid:
			*mine, all.Sources[h.Name] = other, is
		}
	}
	all.Warnings = append(all.Warnings, f.Warnings...)
	all.Questions = append(all.Questions, f.Questions...)
	all.Explained = append(all.Explained, f.Explained...)
	all.combineItems(f, strangers)
	all.Part += " and " + f.Part
}

// takeBack asks about what somebody's words change, or whether they do.
func (all *order) takeBack(q provision.Question) {
	all.Questions = append(all.Questions, q)
	if q.AsRead {
		return
	}
	all.Items = slices.Clone(all.Items)
	for i := range all.Items {
		switch item := &all.Items[i]; {
		case item.Kind == provision.Storage && q.Field == provision.FieldStorageGB:
			item.GB = 0
		case item.Kind == provision.ServerLicense:
			item.Kind = provision.OtherItem
		}
	}
}

func bothSources(a, b provision.Source) provision.Source {
	switch {
	case a.Where == "":
		return b
	case b.Where == "":
		return a
	}
	return page.Source(a.Where+" and "+b.Where, a.Words+" / "+b.Words)
}

// combineItems lists what both orders list, once. Different amounts of storage are asked about, as is storage of two
// customers.
func (all *order) combineItems(f order, strangers bool) {
	both := all.has(provision.Storage) && f.has(provision.Storage)
	differ := both && all.StorageGB() != f.StorageGB()
	if differ && !strangers {
		all.warn("The attachments order different storage: %s (%s) and %s (%s). Please enter the GB that was ordered.",
			toldGB(all.Order), all.Part, toldGB(f.Order), f.Part)
	}
	if both && !differ && all.ServerLicense() != f.ServerLicense() {
		defer all.takeBack(provision.Question{Field: provision.FieldServerLicense, Quote: "Cloud Server License",
			Text: fmt.Sprintf("Only one of %s and %s lists a Cloud Server License. Is it ordered?", all.Part, f.Part)})
	}
	known := all.Items
	if differ || strangers {
		all.Items = slices.Clone(all.Items)
		for i := range all.Items {
			all.Items[i].GB = 0
		}
	}
	for i, item := range f.Items {
		if slices.Contains(known, item) && !strangers || item.Kind == provision.Storage && both && !differ && !strangers {
			continue
		}
		if differ || strangers {
			item.GB = 0
		}
		all.addItem(item, f.Sources[provision.ItemField(i)])
	}
}

func toldGB(o provision.Order) string {
	if gb := o.StorageGB(); gb > 0 {
		return provision.Thousands(gb) + " GB"
	}
	return "an amount that is not certain"
}

func (all *order) addItem(item provision.Item, source provision.Source) {
	all.Items = append(all.Items, item)
	all.Sources[provision.ItemField(len(all.Items)-1)] = source
}

func (all *order) warn(format string, args ...any) {
	all.Warnings = append(all.Warnings, fmt.Sprintf(format, args...))
}

// fill takes from another part what the order lacks, unless that part is about another customer. What an order says in
// two ways it does not lack.
func (all *order) fill(more order) {
	said := strings.ToUpper(more.Part[:1]) + more.Part[1:]
	if all.ofAnother(more) {
		all.warn("%s names another company, %q, so nothing else was read there.", said, more.Company)
		return
	}
	all.Explained = append(all.Explained, more.Explained...)
	all.For = whomOf(all.For, more.For)
	for _, q := range more.Changes {
		all.takeBack(q)
	}
	took := false
	for _, h := range extract.HeadFields {
		mine, other := h.Of(&all.Order), *h.Of(&more.Order)
		source, ok := more.Sources[h.Name]
		if _, has := all.Sources[h.Name]; ok && !has {
			*mine, all.Sources[h.Name], took = other, source, true
		} else if *mine != "" && other != "" && values.Alike(*mine) != values.Alike(other) {
			all.warn("%s says %q instead of %q, which counts.", said, other, *mine)
		}
	}
	switch {
	case !all.ordersSomething():
		for i, item := range more.Items {
			if !slices.Contains(all.Items, item) {
				all.addItem(item, more.Sources[provision.ItemField(i)])
				took = true
			}
		}
	case more.has(provision.Storage) && more.StorageGB() > 0 && all.has(provision.Storage) && all.StorageGB() == 0:
		all.warn("%s speaks of %s of storage; of the order itself the amount is not certain. Please enter the GB that was ordered.",
			said, toldGB(more.Order))
	case more.Newest && more.has(provision.Storage) && more.StorageGB() == 0 && len(more.Questions) > 0:
		all.takeBack(more.Questions[0])
	case more.Newest && more.has(provision.Storage) && more.StorageGB() > 0 && more.StorageGB() != all.StorageGB():
		all.takeBack(provision.Question{Field: provision.FieldStorageGB, Quote: toldGB(more.Order) + " / " + toldGB(all.Order),
			Text: fmt.Sprintf("%s orders %s of storage, and what it carries %s. Please enter the GB that was ordered.",
				said, toldGB(more.Order), toldGB(all.Order))})
	case more.has(provision.Storage) && more.StorageGB() != all.StorageGB():
		all.warn("%s speaks of %s of storage instead of %s, which counts.", said, toldGB(more.Order), toldGB(all.Order))
	case more.Newest && more.ServerLicense() && !all.ServerLicense():
		all.takeBack(provision.Question{Field: provision.FieldServerLicense, Quote: "Cloud Server License",
			Text: said + " speaks of a Cloud Server License, which is not on the order that it carries. Is it ordered?"})
	case more.ServerLicense() && !all.ServerLicense():
		all.warn("%s speaks of a Cloud Server License, which is not on the order. Server Support stays off.", said)
	}
	if took {
		all.Questions = append(all.Questions, more.Questions...)
		all.Warnings = append(all.Warnings, more.Warnings...)
	}
}

// doubtCompany asks for the company where a letter with the order is signed for another, whose name the address spells and not the order's.
func (all *order) doubtCompany(letter order) {
	if letter.Signed == "" || all.Company == "" || values.SameCompany(letter.Signed, all.Company) ||
		!values.SpellsCompany(all.Email, letter.Signed) || values.SpellsCompany(all.Email, all.Company) {
		return
	}
	all.Questions = append(all.Questions, provision.Question{Field: provision.FieldCompany, Quote: letter.Signed + " / " + all.Company,
		Text: fmt.Sprintf("The order names the company %s, and %s is signed for %s, whose e-mail address it has. Please enter the right one.",
			provision.InQuotes(all.Company), letter.Part, provision.InQuotes(letter.Signed))})
	all.Company = ""
}

// doubtConcern asks for the company where the subject says that the order is for another.
func (all *order) doubtConcern(subject order) {
	if subject.Concerns == "" || all.Company == "" || values.SameCompany(subject.Concerns, all.Company) {
		return
	}
	all.Questions = append(all.Questions, provision.Question{Field: provision.FieldCompany, Quote: subject.Concerns + " / " + all.Company,
		Text: fmt.Sprintf("The order names the company %s, and %s says that it is for %s. Please enter the right one.",
			provision.InQuotes(all.Company), subject.Part, provision.InQuotes(subject.Concerns))})
	all.Company = ""
}

// whomOf is what two parts of a mail say together.
func whomOf(a, b provision.For) provision.For {
	switch {
	case a == provision.ForUnclear || b == provision.ForUnclear:
		return provision.ForUnclear
	case a == provision.ForExisting || b == provision.ForExisting:
		return provision.ForExisting
	}
	return provision.ForNew
}
