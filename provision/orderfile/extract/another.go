package extract

import (
	"fmt"
	"slices"
	"strings"

	"mozybot/provision"
	"mozybot/provision/orderfile/extract/label"
	"mozybot/provision/orderfile/extract/lexicon"
	"mozybot/provision/orderfile/extract/page"
	"mozybot/provision/orderfile/extract/values"
)

// A paper may name an organization that is neither the customer nor the seller, where it says whom something is for or where it is used:
// then either may be the customer.

// settleAnother asks whose order it is where the paper names such a one, and who is the contact where it means a colleague of theirs.
func (s whom) settleAnother(o *provision.Order) {
	if o.Company != "" {
		name, at := s.another(o)
		s.dispute(o, HeadFields[0], name, at, "which it may be for")
	}
	if len(o.Missing()) == 0 {
		name, at := s.colleague(o)
		s.dispute(o, HeadFields[1], name, at, "who may be meant")
	}
}

// dispute asks for a field that another name may be right for. "" is none.
func (s whom) dispute(o *provision.Order, f HeadField, name string, at page.Spot, why string) {
	if name == "" {
		return
	}
	for _, r := range s.fields.of(f.field) {
		r.verdict, r.against = asked, append(r.against, fmt.Sprintf("%q (%s) may be right, too.", name, at))
	}
	value := f.Of(o)
	o.Questions = append(o.Questions, question(f.Name, at.Words, "The order names the %s %s, and %s names %s, %s. Please enter the right one.",
		f.field, provision.InQuotes(*value), at, provision.InQuotes(name), why))
	*value = ""
}

// colleague is a person other than the contact whom a sentence gives the login to, or whose name the address spells, "" where there is none.
func (s whom) colleague(o *provision.Order) (string, page.Spot) {
	for _, said := range s.page.sentences {
		name := withoutStop(telling(getsLogin, said.Text))
		if name != "" && (values.IsPerson(name) && !values.LikeOrganization(name) || values.BeginsAsPerson(name)) && !values.HasWords(o.Contact, name) && !values.SameCompany(name, o.Company) {
			return name, said.Lines[0].Place()
		}
	}
	if values.OfPerson(o.Email, o.Contact) || values.SpellsPerson(o.Email, o.Contact) {
		return "", page.Spot{}
	}
	for _, l := range s.page.Lines[:s.page.Own] {
		for j, c := range l.Cells {
			_, value := labelledIn(l, j)
			for _, name := range []string{value, c.Text} {
				if values.IsPerson(name) && values.SpellsPerson(o.Email, name) && !values.SamePerson(name, o.Contact) && !values.SameCompany(name, o.Company) {
					return name, l.Place()
				}
			}
		}
	}
	return "", page.Spot{}
}

// another is the first organization beside the customer that the order may be for, "" where there is none.
func (s whom) another(o *provision.Order) (string, page.Spot) {
	to := writerOf(s.page).recipients()
	is := func(name string) bool {
		return namesOrganization(name) && !values.SameCompany(name, o.Company) && !addressedTo(to, name)
	}
	for i, l := range s.page.Lines {
		for j := range l.Cells {
			if name, whom := s.page.userIn(i, j); name != "" && (is(name) || s.mayBeUser(o, name, whom)) {
				return name, l.Place()
			}
		}
	}
	for _, said := range s.page.sentences {
		if name := withoutStop(telling(usesIt, said.Text)); is(name) {
			return name, said.Lines[0].Place()
		}
	}
	for _, c := range s.all {
		if c.from != inProse || c.verdict == left {
			continue
		}
		for _, p := range []lexicon.Pattern{orderedFor, another} {
			if name := withoutStop(telling(p, c.around)); is(name) {
				return name, c.place
			}
		}
		if place := tradeIn(c.around, o.Company); place != "" {
			return place, c.place
		}
	}
	return s.houseOf(o, is)
}

// houseOf is the first company in the paper's own words that the address of the customer spells, where it does not spell the customer, and
// the company has no address of its own.
func (s whom) houseOf(o *provision.Order, is func(string) bool) (string, page.Spot) {
	if len(o.Missing()) > 0 || values.IsProviders(o.Email) || values.SpellsCompany(o.Email, o.Company) {
		return "", page.Spot{}
	}
	others := func(name string) bool {
		return slices.ContainsFunc(s.page.Lines, func(l page.Line) bool {
			return slices.ContainsFunc(values.Addresses(l.Text()), func(a string) bool { return !values.SameDomain(a, o.Email) && values.SpellsCompany(a, name) })
		})
	}
	for _, l := range s.page.Lines[:s.page.Own] {
		for _, c := range l.Cells {
			name := headName(c.Text)
			if !c.LabelLike && values.HasLegalForm(name) && values.SpellsCompany(o.Email, name) && is(name) && !others(name) {
				return name, l.Place()
			}
		}
	}
	return "", page.Spot{}
}

// userIn is the value of cell j of line i, without its address, where it says whom something is for, or where it is used. whom says that it
// is the first.
func (d sheet) userIn(i, j int) (name string, whom bool) {
	l := d.Lines[i]
	c := l.Cells[j]
	if len(c.Text) > 120 || c.Product || c.Labels != nil && (!c.Labels[0].Is(label.Unused) || c.Labels[0].Name == "to") {
		return "", false
	}
	called, value := labelledIn(l, j)
	called = strings.TrimRight(called, " ?:*")
	whom = usedFor.MatchString(called)
	if !whom && !usedAt.MatchString(called) {
		return "", false
	}
	if value == "" {
		value, _ = d.ValueBeside(i, j)
	}
	name, _ = withoutAddress(strings.TrimLeft(values.Joined(value), "?: "))
	return name, whom
}

// mayBeUser says that a name tells of another customer by where it stands alone, as houses are called after people and places: behind a
// label of whom something is for, or where it is used by one that works for many.
func (s whom) mayBeUser(o *provision.Order, name string, whom bool) bool {
	words := strings.Fields(strings.TrimPrefix(strings.TrimPrefix(name, "The "), "St. "))
	if !whom && (!strings.Contains(name, " ") || !worksForMany.MatchString(o.Company)) || properName.FindString(name) != name || placed.MatchString(name) || values.OnlyKinds(name) || values.SameCompany(name, o.Company) {
		return false
	}
	contacts := slices.Concat(s.fields.of(label.Contact), s.fields.of(label.SomeName))
	return !slices.ContainsFunc(contacts, func(r *reading) bool { return values.HasWords(r.value, name) }) &&
		!slices.ContainsFunc(words, func(word string) bool { return unknownWord(word) == "" })
}

// namesOrganization says that a text is the name of an organization, and not only what kind of one it is.
func namesOrganization(text string) bool {
	return values.LikeOrganization(text) && properName.FindString(text) == text && unknownWord(text) != "" && !values.OnlyKinds(text) && !placed.MatchString(text)
}

// tradeIn is what a sentence says of a trade that is none of a company that works for many: "the bakery in Ossett".
func tradeIn(sentence, company string) string {
	if !worksForMany.MatchString(company) {
		return ""
	}
	m := theTrade.FindStringSubmatch(sentence)
	if m == nil || strings.Contains(values.Alike(company), values.Alike(m[2])) {
		return ""
	}
	return m[1]
}

var (
	usedFor, usedAt        = lexicon.Of("usedFor"), lexicon.Of("usedAt")
	usesIt, getsLogin      = lexicon.Of("usesIt"), lexicon.Of("getsLogin")
	worksForMany, theTrade = lexicon.Of("worksForMany"), lexicon.Of("theTrade")
)
