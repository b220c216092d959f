package provision

import (
	"encoding/json"
	"fmt"
	"net/mail"
	"slices"
	"strings"
)

// Order is what a customer bought, as read from a file or typed in. Absent text is "". What follows from the items
// (storage, server license, what is missing) is a method, so it cannot disagree with them.
type Order struct {
	Company     string   `json:"company"`
	Contact     string   `json:"contact"`
	Email       string   `json:"email"`
	OrderNumber string   `json:"order_number"`
	CustomerID  string   `json:"customer_id"`
	Task        string   `json:"task"`
	Items       []Item   `json:"items"`
	Warnings    []string `json:"warnings"` // sentences: what a person should look at before approving

	For        For    `json:"for,omitempty"`
	AccountID  string `json:"account_id,omitempty"`  // of the group of an existing customer, where the order names it
	NotAccount string `json:"not_account,omitempty"` // of a group that a person said is another company's

	// Questions are what the file leaves open. An order that has any is not complete: a person answers them in the
	// form, or says that what was not understood changes nothing.
	Questions []Question `json:"questions,omitempty"`

	// Sources says where the order's fields were read, by their names in the JSON form, and by ItemField. A field with
	// a source and no value was given in two ways. It is empty for an order without a file, and not part of what is
	// approved.
	Sources map[string]Source `json:"sources,omitempty"`
}

// Question is something that a file says and the reader does not decide: whether an item is ordered, which of two companies
// is the customer.
type Question struct {
	Field string `json:"field"` // which field the answer goes into, by its name in the JSON form
	Text  string `json:"text"`  // a sentence, with what to do
	Quote string `json:"quote"` // the file's own words

	// AsRead says that the order stands as it was read if the words change nothing, so that a person answers with one press.
	AsRead bool `json:"as_read,omitempty"`
}

// Item is a line of the order.
type Item struct {
	Quantity    int      `json:"quantity"`
	Description string   `json:"description"`
	GB          int      `json:"gb"` // of the whole line; 0 when it is no storage, or its size is not certain
	Kind        ItemKind `json:"kind"`
}

// ItemKind is what an item means to the runbook.
type ItemKind string

// The kinds of items.
const (
	Storage       ItemKind = "storage"        // "1 GB Storage Server": storage by the gigabyte, not server storage
	ServerLicense ItemKind = "server_license" // "Cloud Server License": switches Server Support on
	OtherItem     ItemKind = "other"          // not provisioned here, but listed so that nobody misses it
)

// FieldQuestions is the name that answering an order's questions has among the changes of an edit.
const FieldQuestions = "questions"

// The fields that an order must have before it can be quoted, by their names in the JSON form. An existing customer has an
// admin, and so needs no contact and no e-mail.
const (
	FieldCompany   = "company"
	FieldContact   = "contact"
	FieldEmail     = "email"
	FieldStorageGB = "storage_gb"
)

// DefaultMaxOrderGB is how many GB an order may have unless MAX_ORDER_GB says otherwise.
const DefaultMaxOrderGB = 10_000

// StorageGB is the sum of the storage lines, 0 when there is none or when one of them is not certain.
func (o Order) StorageGB() int {
	sum := 0
	for _, item := range o.Items {
		if item.Kind != Storage {
			continue
		}
		if item.GB <= 0 || item.GB > MaxGB-sum {
			return 0
		}
		sum += item.GB
	}
	return sum
}

// ServerLicense says whether the order asks for Server Support (runbook step 4.7).
func (o Order) ServerLicense() bool {
	return slices.ContainsFunc(o.Items, func(i Item) bool { return i.Kind == ServerLicense })
}

// Missing names the required fields that the order lacks, in the order of the form; empty when it is complete.
func (o Order) Missing() []string {
	missing := []string{}
	for _, field := range []struct {
		name   string
		absent bool
	}{
		{FieldCompany, o.Company == ""},
		{FieldContact, o.Contact == "" && o.For != ForExisting},
		{FieldEmail, o.Email == "" && o.For != ForExisting},
		{FieldStorageGB, o.StorageGB() == 0},
	} {
		if field.absent {
			missing = append(missing, field.name)
		}
	}
	return missing
}

// Complete says that nothing is missing and no question stands, so that the order can be quoted.
func (o Order) Complete() bool { return len(o.Missing()) == 0 && len(o.Questions) == 0 }

// StandsAsRead says that nothing is missing, and that no question is left once a person has said that what was not understood changes
// nothing.
func (o Order) StandsAsRead() bool {
	return len(o.Missing()) == 0 && len(o.Questions) > 0 && !slices.ContainsFunc(o.Questions, func(q Question) bool { return !q.AsRead })
}

// Quotes are the file's words that the questions are about, each in quotes.
func (o Order) Quotes() []string {
	var all []string
	for _, q := range o.Questions {
		all = append(all, InQuotes(q.Quote))
	}
	return all
}

// Validate lists everything wrong with a complete order, each a sentence; empty when nothing is. Missing lists absent
// fields.
func (o Order) Validate(maxGB int) []string {
	var wrong []string
	for _, f := range o.faults(maxGB) {
		wrong = append(wrong, f.Sentence)
	}
	return wrong
}

func (o Order) faults(maxGB int) []Fault {
	var wrong []Fault
	mind := func(ok bool, field, format string, args ...any) {
		if !ok {
			wrong = append(wrong, Fault{field, fmt.Sprintf(format, args...)})
		}
	}
	if o.Email != "" {
		// It becomes the console's log-in name and a mail header: a bare address, nothing around it.
		a, err := mail.ParseAddress(o.Email)
		mind(err == nil && a.Address == o.Email, FieldEmail, "%s is not an e-mail address.", InQuotes(o.Email))
		mind(!strings.ContainsFunc(o.Email, Invisible), FieldEmail, "The e-mail address holds an invisible character. Please type it in.")
	}
	n := len([]rune(o.Company))
	mind(n <= 255, FieldCompany, "The company's name has %d characters; the console takes 255 at most.", n)
	mind(!strings.EqualFold(visible(o.Company), DefaultGroupName), FieldCompany, "“%s” is the console's own group, so no customer can be called that.", o.Company)
	mind(!strings.ContainsFunc(o.Company, hidden), FieldCompany, "The company's name holds a line break or another invisible character.")
	mind(!strings.ContainsFunc(o.Contact, hidden), FieldContact, "The contact's name holds a line break or another invisible character.")
	mind(o.AccountID == "" || isNumber(o.AccountID), FieldAccountID, "%s is no Account ID: that is the number of the customer's group in the console.", InQuotes(o.AccountID))
	mind(o.AccountID == "" || o.For != ForNew, FieldAccountID, "An Account ID is an existing customer's. Say so, or leave it empty.")
	gb := o.StorageGB()
	mind(gb <= maxGB, FieldStorageGB, "%s GB is more than an order may have (%s GB, set by MAX_ORDER_GB).", Thousands(gb), Thousands(maxGB))
	return wrong
}

// InQuotes formats outside text for a sentence: in quotes, on one line.
func InQuotes(text string) string { return "“" + strings.Join(strings.Fields(text), " ") + "”" }

// Clip shortens text to at most so many characters, with a … for the rest. It escapes nothing.
func Clip(text string, most int) string {
	if r := []rune(text); len(r) > most {
		return string(r[:most]) + "…"
	}
	return text
}

// MarshalJSON adds what follows from the items, so that there is one form of an order for the command line, the store
// and other programs ("mozybot order --json"). Lists are never null.
func (o Order) MarshalJSON() ([]byte, error) {
	type plain Order
	if o.Items == nil {
		o.Items = []Item{}
	}
	if o.Warnings == nil {
		o.Warnings = []string{}
	}
	questions := o.Questions
	if questions == nil {
		questions = []Question{}
	}
	return json.Marshal(struct {
		plain
		For           For        `json:"for"`
		AccountID     string     `json:"account_id"`
		Questions     []Question `json:"questions"`
		StorageGB     int        `json:"storage_gb"`
		ServerLicense bool       `json:"server_license"`
		Missing       []string   `json:"missing"`
	}{plain(o), o.For, o.AccountID, questions, o.StorageGB(), o.ServerLicense(), o.Missing()})
}

// Document is the file that an order was read from.
type Document struct {
	Name   string `json:"name"`
	Size   int    `json:"size"`   // bytes
	SHA256 string `json:"sha256"` // of its content, hex
}
