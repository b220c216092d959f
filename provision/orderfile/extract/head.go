package extract

import (
	"fmt"
	"slices"
	"strings"

	"mozybot/provision"
	"mozybot/provision/orderfile/extract/label"
	"mozybot/provision/orderfile/extract/page"
	"mozybot/provision/orderfile/extract/values"
)

// reading is a candidate for a field of the order's head: what a label, a column or a block says, where, and of whom.
type reading struct {
	judgement
	value  string
	place  page.Spot
	field  label.Field // by its label, which may leave open what it means
	party  party
	orders bool // its label is of whoever orders
	house  bool // its label is "Company", which programs call their own house
	column bool // its label heads a column of items, and is of the customer by its words
}

// inCapitals says that a value has no small letter.
func inCapitals(value string) bool { return strings.ToUpper(value) == value }

// maxReadings is how many different values of a field are kept. Two are enough to ask.
const maxReadings = 4

// maxRefused is how many readings there are at most of which more are kept only to be explained.
const maxRefused = 200

// note keeps a reading that is new.
func (fs *fields) note(r reading) {
	r.party = fs.party
	known := 0
	for _, other := range fs.readings {
		if other.field != r.field || other.verdict == left || (other.party == receivers) != (r.party == receivers) {
			continue
		}
		if full := values.Initialled(other.value, r.value); full != "" && r.field == label.Contact && other.party == r.party {
			other.value = full
			return
		}
		if values.Alike(other.value) == values.Alike(r.value) {
			if r.party == customers && other.party != customers {
				*other = r
			} else if inCapitals(other.value) && !inCapitals(r.value) {
				other.value, other.place = r.value, r.place // as it is written where letters are not all capital
			}
			return
		}
		known++
	}
	if known < maxReadings {
		fs.readings = append(fs.readings, &r)
	}
}

// refuse leaves out a value that cannot be used as it stands, and says why.
func (fs *fields) refuse(f label.Field, value string, place page.Spot, format string, args ...any) {
	value = values.Joined(value)
	why := fmt.Sprintf(format, args...)
	fs.warn("%q (%s) %s", value, place, why)
	if r := (&reading{value: value, place: place, field: f}); len(fs.readings) < maxRefused {
		r.leave("It %s", why)
		fs.readings = append(fs.readings, r)
	}
}

func (fs *fields) warn(format string, args ...any) {
	fs.warnings = append(fs.warnings, fmt.Sprintf(format, args...))
}

// of are the readings that may still be the customer's, of one field after the other.
func (fs *fields) of(asked ...label.Field) []*reading {
	var all []*reading
	for _, f := range asked {
		for _, r := range fs.readings {
			if r.field == f && r.verdict != left && r.party != receivers {
				all = append(all, r)
			}
		}
	}
	return all
}

// names tells whether a text is nothing but a name that was read.
func (fs *fields) names(text string) bool {
	return slices.ContainsFunc(fs.readings, func(r *reading) bool { return r.verdict != left && values.SameName(r.value, values.Clean(text)) })
}

// says tells whether a value is one of those that were read.
func (fs *fields) says(value string) bool {
	return slices.ContainsFunc(fs.readings, func(r *reading) bool { return r.value == value && r.verdict != left })
}

// HeadField is a field of an order's head: its name in Order.Sources, and what more than one of it are called.
type HeadField struct {
	field        label.Field
	Name, Plural string
	Of           func(*provision.Order) *string
}

// HeadFields are all of them, in the order in which they are shown.
var HeadFields = []HeadField{
	{label.Company, provision.FieldCompany, "companies", func(o *provision.Order) *string { return &o.Company }},
	{label.Contact, provision.FieldContact, "contacts", func(o *provision.Order) *string { return &o.Contact }},
	{label.Email, provision.FieldEmail, "e-mail addresses", func(o *provision.Order) *string { return &o.Email }},
	{label.OrderNumber, provision.FieldOrderNumber, "order numbers", func(o *provision.Order) *string { return &o.OrderNumber }},
	{label.CustomerID, provision.FieldCustomerID, "customer IDs", func(o *provision.Order) *string { return &o.CustomerID }},
	{label.AccountID, provision.FieldAccountID, "Account IDs", func(o *provision.Order) *string { return &o.AccountID }},
	{label.Task, provision.FieldTask, "tasks", func(o *provision.Order) *string { return &o.Task }},
}

// headSettlement decides about all readings of the order's head. It is the one place that does.
type headSettlement struct{ *fields }

// settle writes what is certain into the order. What is said in two ways stays empty and is asked about.
func (s headSettlement) settle(o *provision.Order) {
	s.party = customers
	s.settleSpelled()
	s.settleSellers()
	s.settleNames()
	s.settleHouse()
	s.settleOrderers()
	s.settleBoxes()
	s.settleReceivers()
	s.settleCustomerNames()
	for _, f := range HeadFields {
		var source page.Spot
		*f.Of(o), source = s.only(f)
		if source.Where != "" {
			o.Sources[f.Name] = source.Source()
		}
	}
	o.Warnings = append(o.Warnings, s.warnings...)
	o.Questions = append(o.Questions, s.questions...)
}

// settleSpelled gives an address back to the customer that stands with the seller and spells the customer's only contact and company.
func (s headSettlement) settleSpelled() {
	own := func(asked ...label.Field) []*reading {
		return slices.DeleteFunc(s.of(asked...), func(r *reading) bool { return r.party != customers })
	}
	firms, people := own(label.Company, label.CustomerName), own(label.Contact)
	if len(firms) != 1 || len(people) != 1 {
		return
	}
	for _, r := range s.of(label.Email) {
		if r.party != customers && r.spells(firms[0], people) {
			r.party = customers
			r.supports("it spells the names of the contact and the company")
		}
	}
}

// spells says that an address spells a company and one of several people.
func (r *reading) spells(firm *reading, people []*reading) bool {
	return values.SpellsCompany(r.value, firm.value) && slices.ContainsFunc(people, func(o *reading) bool { return values.SpellsPerson(r.value, o.value) })
}

// settleSellers leaves out what is the seller's. What only may be counts where nothing else does.
func (s headSettlement) settleSellers() {
	for _, r := range s.of(label.Company) {
		if r.party == sellersPart {
			r.leave("It stands with the seller.")
		}
	}
	for _, f := range []label.Field{label.Email, label.Contact, label.SomeName, label.CustomerName} {
		readings := s.of(f)
		least := sellersOwn
		for _, r := range readings {
			least = min(least, r.party)
		}
		for _, r := range readings {
			switch {
			case r.party >= sellersOwn:
				r.leave("It stands with the seller.")
				if least >= sellersOwn {
					s.warn("%q (%s) stands with the seller, so it was not taken for the customer's.", r.value, r.place)
				}
			case r.party == letterheads && least == letterheads:
				r.leave("It stands apart from the customer, as in a letterhead.")
				s.warn("%q (%s) stands apart from the customer, as in a letterhead, so it was not taken for the customer's.", r.value, r.place)
			case r.party == letterheads && least == customers, r.party == customers:
			case r.party != least:
				theirs := readings[slices.IndexFunc(readings, func(o *reading) bool { return o.party == least })]
				r.leave("It may be the seller's, and %q is the customer's.", theirs.value)
			default:
				r.supports("it follows the seller's label, and nobody else is named")
			}
		}
	}
}

// settleNames makes a contact of a first and a last name.
func (s headSettlement) settleNames() {
	first, last, some := s.of(label.FirstName), s.of(label.LastName), s.of(label.SomeName)
	switch half := len(some) == 1 && !strings.Contains(some[0].value, " ") && !values.LikeCompany(some[0].value); {
	case half && len(first) == 1 && len(last) == 0: // "Nom" and "Prénom"
		some[0].field, last = label.LastName, some
	case half && len(first) == 0 && len(last) == 1:
		some[0].field, first = label.FirstName, some
	case len(first) == 1 && len(last) == 0 && len(some) == 0 && values.LikePerson(first[0].value) && s.mails(first[0].value):
		first[0].field = label.SomeName // "Nombre" is the first name to some, and all of it to others
	}
	if len(first) == 1 && len(last) == 1 && len(s.of(label.Contact)) == 0 {
		s.note(reading{value: first[0].value + " " + last[0].value, place: first[0].place, field: label.Contact})
		first[0].supports("it begins the contact's name")
		last[0].supports("it ends the contact's name")
		first[0].verdict, last[0].verdict = taken, taken
	}
}

// settleHouse leaves out the house whose program exports an order: what it calls a company, beside a customer in a column of the items whom
// the only address spells.
func (s headSettlement) settleHouse() {
	firms, mails := s.of(label.Company, label.CustomerName), s.of(label.Email)
	if len(firms) != 2 || len(mails) != 1 {
		return
	}
	spelled := func(r *reading) bool { return values.SpellsCompany(mails[0].value, r.value) }
	for i, r := range firms {
		if other := firms[1-i]; r.house && other.column && values.LikeOrganization(other.value) && spelled(other) && !spelled(r) {
			r.leave("It is the house that keeps the order, and %q is its customer.", other.value)
		}
	}
}

// settleOrderers leaves out who ordered, where the only address is another contact's. One of another company may be the seller's, as the
// contact is then.
func (s headSettlement) settleOrderers() {
	mails, contacts, firms := s.of(label.Email), s.of(label.Contact), s.of(label.Company, label.CustomerName)
	if len(mails) != 1 || len(firms) == 1 && !values.SpellsCompany(mails[0].value, firms[0].value) && !values.IsProviders(mails[0].value) {
		return
	}
	reached := func(r *reading) bool { return values.OfPerson(mails[0].value, r.value) }
	at := slices.IndexFunc(contacts, reached)
	for _, r := range contacts {
		if at >= 0 && r.orders && !reached(r) {
			r.leave("It is who ordered, and the address is of the contact %q.", contacts[at].value)
		}
	}
}

// settleBoxes leaves out a box of another house beside the address that spells the contact and the company.
func (s headSettlement) settleBoxes() {
	firms, mails, people := s.of(label.Company, label.CustomerName), s.of(label.Email), s.of(label.Contact)
	if len(firms) != 1 || len(mails) < 2 {
		return
	}
	own := slices.DeleteFunc(slices.Clone(mails), func(r *reading) bool { return !r.spells(firms[0], people) })
	if len(own) != 1 {
		return
	}
	for _, r := range mails {
		if r != own[0] && vendorsBox.MatchString(r.value) && !values.SameDomain(r.value, own[0].value) && !values.SpellsCompany(r.value, firms[0].value) {
			r.leave("It is a box of another house, and %q spells the contact and the company.", own[0].value)
		}
	}
}

// readBuyers takes for the contact whom a label calls the buyer, where the paper names no other and the address spells a person's name.
// The company is then another's to say: a buyer is a person as often as a company.
func (fs *fields) readBuyers() {
	buyers, mails := fs.of(label.Buyer), fs.of(label.Email)
	if len(buyers) != 1 || len(mails) != 1 || len(fs.of(label.Contact, label.SomeName)) > 0 {
		return
	}
	if r := buyers[0]; values.IsPerson(r.value) && !values.LikeOrganization(r.value) && values.SpellsPerson(mails[0].value, r.value) && !values.SpellsCompany(mails[0].value, r.value) {
		r.field = label.Contact
		r.supports("the address spells it")
	}
}

// settleReceivers uses the block of a receiver where there is no other customer, and asks where that is somebody else.
func (s headSettlement) settleReceivers() {
	received := slices.DeleteFunc(slices.Clone(s.readings), func(r *reading) bool { return r.party != receivers || r.verdict == left })
	customer := s.of(label.Company, label.CustomerName)
	another := len(customer) > 0 && slices.ContainsFunc(received, func(r *reading) bool { return r.field == label.Company && !r.among(customer) })
	for _, r := range received {
		switch {
		case another && r.field == label.Company && s.blockNamed:
			r.party = customers
		case another:
			r.leave("It stands with the receiver, and the customer is somebody else.")
		case r.among(s.of(r.field)):
			r.leave("It stands with the receiver, too, and is the customer's.")
		case len(s.of(r.field)) > 0:
			r.leave("It stands with the receiver, and the customer has one.")
		default:
			r.party = customers
			r.supports("it stands with the receiver, and the customer has no other")
		}
	}
}

// settleCustomerNames decides what the ambiguous labels mean. "Customer Name" is the company's, unless the company has a label
// of its own: then it is the person whom the runbook calls "the customer" (step 5.2).
func (s headSettlement) settleCustomerNames() {
	for _, r := range s.of(label.Buyer) {
		if r.among(s.of(label.Contact)) {
			r.leave("It is the contact.")
			continue
		}
		s.means(r, label.CustomerName)
	}
	for _, r := range s.of(label.CustomerName) {
		spelled := s.mails(r.value)
		person := !values.LikeCompany(r.value) && (spelled || !values.LikeOrganization(r.value) && !s.mailsAnother(r)) && !r.among(s.of(label.Company))
		switch {
		case person && spelled && values.LikePerson(r.value) && len(s.of(label.Company, label.Contact)) == 0 && !s.isOwnFirm(r):
			s.means(r, label.Contact)
		case len(s.of(label.Company)) == 0 || !person:
			s.means(r, label.Company)
		case len(s.of(label.Contact)) == 0:
			s.warn("The company has a label of its own, so the customer name %q (%s) was taken for the contact's.", r.value, r.place)
			s.means(r, label.Contact)
		case r.among(s.of(label.Contact)):
			s.means(r, label.Contact)
		default:
			s.means(r, label.Company)
		}
	}
	if people := s.of(label.Contact); len(people) == 2 && len(s.of(label.Company)) == 0 {
		for i, r := range people {
			if values.HasLegalForm(r.value) && values.LikePerson(people[1-i].value) && !values.LikeCompany(people[1-i].value) {
				s.means(r, label.Company) // what some programs call a contact is a customer
			}
		}
	}
	for _, r := range s.of(label.Contact) {
		if r.among(s.of(label.Company)) && (!values.LikePerson(r.value) || values.LikeOrganization(r.value) || len(s.of(label.Contact)) > 1) {
			r.leave("It is the company.")
		}
	}
	for _, r := range s.of(label.Company) {
		if len(s.of(label.Company)) > 1 && r.among(s.of(label.Contact)) && values.IsPerson(r.value) && !values.LikeOrganization(r.value) {
			r.leave("It is the contact, who signs.") // "Firma" is a company to some and a signature to others
			continue
		}
		s.settlePersonBehind(r)
	}
	named := len(s.of(label.Contact)) > 0
	for _, r := range s.of(label.SomeName) {
		if named {
			r.leave("The contact has a label of its own.")
			continue
		}
		s.means(r, label.Contact)
	}
}

// settlePersonBehind takes off a company's name the contact who stands behind it: one whom the address spells, or who is named elsewhere.
func (s headSettlement) settlePersonBehind(r *reading) {
	m := companyAndPerson.FindStringSubmatch(r.value)
	if m == nil {
		return
	}
	contacts, bracketed := s.of(label.Contact), strings.HasSuffix(r.value, ")")
	switch known := func(o *reading) bool {
		return bracketed && values.HasWords(o.value, m[2]) || values.IsPerson(m[2]) && values.SamePerson(o.value, m[2])
	}; {
	case slices.ContainsFunc(contacts, known):
		r.value = m[1]
	case len(contacts) == 0 && values.IsPerson(m[2]) && s.mails(m[2]):
		r.value = m[1]
		s.note(reading{value: m[2], place: r.place, field: label.Contact})
	}
}

// isOwnFirm says that the domain of an address is called as a person is: who works by that name.
func (s headSettlement) isOwnFirm(r *reading) bool {
	return slices.ContainsFunc(s.of(label.Email), func(mail *reading) bool {
		return values.SpellsCompany(mail.value, r.value) || values.IsProviders(mail.value)
	})
}

// mails says that an address spells a person.
func (s headSettlement) mails(person string) bool {
	return slices.ContainsFunc(s.of(label.Email), func(r *reading) bool { return values.SpellsPerson(r.value, person) })
}

// mailsAnother says that the only address is one person's, and no contact's who is called so.
func (s headSettlement) mailsAnother(r *reading) bool {
	mails := s.of(label.Email)
	if len(mails) != 1 || len(s.of(label.Contact)) > 0 {
		return false
	}
	mail := mails[0].value
	return strings.IndexByte(mail, '@') > 2 && !sharedBox.MatchString(mail) && !vendorsBox.MatchString(mail) && !values.OfPerson(mail, r.value)
}

// means takes a reading for what its label leaves open.
func (s headSettlement) means(r *reading, f label.Field) {
	r.supports("its label can mean the %s", f)
	if r.among(s.of(f)) {
		r.leave("It is said elsewhere.")
	}
	r.field = f
}

// among says whether the value was read already, written this way or nearly so.
func (r *reading) among(others []*reading) bool {
	return slices.ContainsFunc(others, func(o *reading) bool { return values.Alike(o.value) == values.Alike(r.value) })
}

// only is the field's value when all its readings agree, and where it stands; a dispute stands where its sides do.
func (s headSettlement) only(f HeadField) (string, page.Spot) {
	readings := s.of(f.field)
	switch len(readings) {
	case 0:
		return "", page.Spot{}
	case 1:
		readings[0].verdict = taken
		return readings[0].value, readings[0].place
	}
	var named, where, words []string
	for i, r := range readings {
		other := readings[(i+1)%len(readings)]
		r.verdict, r.against = asked, append(r.against, fmt.Sprintf("%q (%s) is said, too.", other.value, other.place))
		named = append(named, fmt.Sprintf("%q (%s)", r.value, r.place))
		where, words = append(where, r.place.Where), append(words, r.place.Words)
	}
	text := fmt.Sprintf("The order names different %s: %s. Please enter the right one.", f.Plural, page.Listed(named, "and"))
	if slices.Contains([]label.Field{label.Company, label.Contact, label.Email}, f.field) {
		s.questions = append(s.questions, question(f.Name, strings.Join(words, " / "), "%s", text))
	} else {
		s.warnings = append(s.warnings, text)
	}
	return "", page.Spot{Where: page.Listed(where, "and"), Words: strings.Join(words, " / ")}
}

// explained says of all that was read for the order's head why it was taken or not.
func (fs *fields) explained() []Explained {
	var all []Explained
	for _, r := range fs.readings {
		name := string(r.field)
		if at := slices.IndexFunc(HeadFields, func(f HeadField) bool { return f.field == r.field }); at >= 0 {
			name = HeadFields[at].Name
		}
		if r.verdict == "" {
			r.leave("It says too little by itself.")
		}
		all = append(all, r.judgement.explained(name, r.value, r.place))
	}
	return all
}
