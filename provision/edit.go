package provision

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Fields are an order as a form shows it: what a person may correct. The other items of the order are no part of it.
type Fields struct {
	Company       string
	Contact       string
	Email         string
	OrderNumber   string
	CustomerID    string
	For           For
	AccountID     string
	Task          string
	StorageGB     int
	ServerLicense bool
}

// Fields are the order's own.
func (o Order) Fields() Fields {
	return Fields{o.Company, o.Contact, o.Email, o.OrderNumber, o.CustomerID, o.For, o.AccountID, o.Task, o.StorageGB(), o.ServerLicense()}
}

// With is the order with these fields instead of its own. Items that belong to no field stay as they are, and so do the
// storage items when the number of GB is the same. Typed values have no source any more. The form shows the order's
// questions, so whoever sends it has answered them.
func (o Order) With(f Fields) Order {
	was := o.Fields()
	o.Sources = maps.Clone(o.Sources)
	for _, c := range changesOf(was, f) {
		delete(o.Sources, c.Field)
	}
	o.Questions = nil
	o.Company, o.Contact, o.Email = f.Company, f.Contact, f.Email
	o.OrderNumber, o.CustomerID, o.Task = f.OrderNumber, f.CustomerID, f.Task
	if f.For != was.For || f.AccountID != was.AccountID {
		o.NotAccount = "" // it answered another question
	}
	o.For, o.AccountID = f.For, f.AccountID
	if f.StorageGB != was.StorageGB {
		o.replace(Storage, Item{Quantity: f.StorageGB, Description: "1 GB of storage, typed in by hand", GB: f.StorageGB, Kind: Storage}, f.StorageGB > 0)
	}
	if f.ServerLicense != was.ServerLicense {
		o.replace(ServerLicense, Item{Quantity: 1, Description: "Cloud Server License, typed in by hand", Kind: ServerLicense}, f.ServerLicense)
	}
	return o
}

// replace replaces all items of a kind by one, in the first one's place, or by none. The other items keep their
// sources.
func (o *Order) replace(kind ItemKind, by Item, wanted bool) {
	var items []Item
	sources := map[string]Source{}
	put := func() {
		if wanted {
			items, wanted = append(items, by), false
		}
	}
	for i, item := range o.Items {
		source, known := o.Sources[ItemField(i)]
		delete(o.Sources, ItemField(i))
		if item.Kind == kind {
			put()
			continue
		}
		if known {
			sources[ItemField(len(items))] = source
		}
		items = append(items, item)
	}
	put()
	o.Items = items
	if o.Sources != nil {
		maps.Copy(o.Sources, sources)
	}
}

// Change is the edit of one field, as text: "" is an absent value.
type Change struct {
	Field string `json:"field"` // by its name in the JSON form
	From  string `json:"from"`
	To    string `json:"to"`
}

// changesOf lists the fields that differ, in the order of the form.
func changesOf(from, to Fields) []Change {
	gb := func(n int) string {
		if n == 0 {
			return ""
		}
		return Thousands(n) + " GB"
	}
	yes := map[bool]string{true: "yes", false: "no"}
	all := []Change{
		{FieldCompany, from.Company, to.Company},
		{FieldContact, from.Contact, to.Contact},
		{FieldEmail, from.Email, to.Email},
		{FieldStorageGB, gb(from.StorageGB), gb(to.StorageGB)},
		{FieldServerLicense, yes[from.ServerLicense], yes[to.ServerLicense]},
		{FieldOrderNumber, from.OrderNumber, to.OrderNumber},
		{FieldCustomerID, from.CustomerID, to.CustomerID},
		{FieldFor, from.For.words(), to.For.words()},
		{FieldAccountID, from.AccountID, to.AccountID},
		{FieldTask, from.Task, to.Task},
	}
	return slices.DeleteFunc(all, func(c Change) bool { return c.From == c.To })
}

// Edit corrects or completes the order of a waiting job. was is the version that the person saw: if somebody else has
// edited the order since, the edit is Stale. The quote and all approvals are void afterwards, and an editor counts as
// involved: another person has to approve the order.
func (d Decision) Edit(j *Job, was Digest, f Fields, maxGB int) error {
	if err := d.Policy.MayEdit(*j, d.By); err != nil {
		return err
	}
	if was != j.Version() {
		return Errorf(Stale, "The order of job %s was changed by <@%s> while your form was open, so yours was not taken. Please press Edit again.", j.ID, j.Status.lastEditor())
	}
	changes := changesOf(j.Order.Fields(), f)
	if n := len(j.Order.Questions); n > 0 {
		changes = append(changes, Change{FieldQuestions, Count(n, "open question"), "answered"})
	}
	if len(changes) == 0 {
		return Errorf(Invalid, "Nothing in the form was different, so job %s stays as it is.", j.ID)
	}
	d.replace(j, j.Order.With(f), maxGB, "changed the order", changes)
	return nil
}

// ChangesNothing records a person's word that nothing of what was not understood changes the order, so that it stands as it was read.
// was is the version that the person saw. It counts as an edit.
func (d Decision) ChangesNothing(j *Job, was Digest, maxGB int) error {
	if err := d.Policy.MayEdit(*j, d.By); err != nil {
		return err
	}
	if was != j.Version() || !j.Order.StandsAsRead() {
		return Errorf(Stale, "Nothing of that is asked any more: the order of job %s was changed since.", j.ID)
	}
	if involved := j.Involved(); d.Policy.Approvable(involved) && !d.Policy.Approvable(append(involved, d.By)) {
		return Errorf(Denied, "Whoever answers can't approve job %s, and no other approver is left. Please have somebody else answer.", j.ID)
	}
	o, quotes := j.Order, j.Order.Quotes()
	o.Questions = nil
	o.Warnings = append(slices.Clip(o.Warnings), "mozybot doesn't understand this, and somebody answered that it changes nothing: "+strings.Join(quotes, " "))
	d.replace(j, o, maxGB, "said that what was not understood changes nothing", []Change{{FieldQuestions, Count(len(quotes), "open question"), "answered"}})
	return nil
}

// replace gives a job another order. Its quote and its approvals are void.
func (d Decision) replace(j *Job, o Order, maxGB int, why string, changes []Change) {
	j.Order = o
	j.Quoted, j.Approvals, j.Problems = nil, nil, o.Validate(maxGB)
	j.Status.move(waitingState(o, j.Problems), d.By, why, d.At, changes...)
}

// Version is a fingerprint of the order, to see whether it is still the one that a person looked at.
func (j Job) Version() Digest { return firstDigestOf(j.Order, j.Document, 0, Money{}) }

// waitingState is that of a job that waits with this order: Pending when it can be quoted, else Incomplete.
func waitingState(o Order, problems []string) State {
	if !o.Complete() || len(problems) > 0 {
		return Incomplete
	}
	return Pending
}

// Involved are the people who brought or edited the order, so that another person has to approve it unless the policy
// lets them.
func (j Job) Involved() []Person {
	var people []Person
	if j.Requester != Mailbox {
		people = append(people, j.Requester)
	}
	for _, t := range j.Status.edits() {
		if !slices.Contains(people, t.By) {
			people = append(people, t.By)
		}
	}
	return people
}

// Fault is one error in one field of an order.
type Fault struct {
	Field    string // by its name in the JSON form
	Sentence string
}

// Faults lists the missing and invalid fields of the form; empty when the order can be quoted.
func (f Fields) Faults(maxGB int) []Fault {
	o := Order{}.With(f)
	var faults []Fault
	for _, field := range o.Missing() {
		sentence := "Please fill this in."
		if field == FieldStorageGB {
			sentence = fmt.Sprintf("Please give a whole number from 1 to %s.", Thousands(maxGB))
		}
		faults = append(faults, Fault{field, sentence})
	}
	if f.For == ForUnclear {
		faults = append(faults, Fault{FieldFor, "Please choose one."})
	}
	return append(faults, o.faults(maxGB)...)
}
