package extract

import (
	"fmt"
	"strings"

	"mozybot/provision"
	"mozybot/provision/orderfile/extract/page"
)

// verdict is what was decided about a candidate.
type verdict string

const (
	taken verdict = "taken"
	left  verdict = "left out"
	asked verdict = "asked about"
)

// origin is how a candidate was said, which tells what may be expected of the words around it.
type origin string

const (
	inGrid  origin = "a table"
	inPair  origin = "a form"
	inList  origin = "a list"
	inProse origin = "a sentence"
)

// candidate is an item that the document names: where, with which words around it, and what was decided about it.
type candidate struct {
	row
	from      origin
	spoken    string // of a sentence or a list's line, all of it but its items
	quoted    bool   // “1 GB Storage Server”: it is spoken of, not ordered
	tabular   bool   // its line has several cells
	paragraph int    // which one says it, by its first line
	asking    bool   // the sentence is a question
	comesWith bool   // it follows another item on its line: "30 GB storage with Cloud Server License"
	denied    bool   // "no Cloud Server License"
	amount    bool   // it is storage by its amount, without a quantity

	item    provision.Item
	readAs  string // the quantity that the item was made with
	unclear string // what was unclear about it then
	judgement
	trouble string // a sentence for whoever is asked, or has to look; "" if there is none
	quote   string // the words that are in doubt
}

// judgement is what was decided about a candidate or a reading, and why.
type judgement struct {
	verdict verdict
	for_    []string
	against []string
}

func (j *judgement) supports(format string, args ...any) {
	j.for_ = append(j.for_, fmt.Sprintf(format, args...))
}

// leave leaves out what is not ordered, or not the customer's.
func (j *judgement) leave(format string, args ...any) {
	j.verdict = left
	j.against = append(j.against, fmt.Sprintf(format, args...))
}

func (j *judgement) explained(field, value string, at page.Spot) Explained {
	return Explained{Field: field, Value: value, Where: at.Where, Words: at.Words, Verdict: string(j.verdict), For: j.for_, Against: j.against}
}

// Explained is a candidate of an order and what was decided about it, in words for its requester.
type Explained struct {
	Field   string   `json:"field"`
	Value   string   `json:"value"`
	Where   string   `json:"where"`
	Words   string   `json:"words"`
	Verdict string   `json:"verdict"`
	For     []string `json:"for,omitempty"`
	Against []string `json:"against,omitempty"`
}

// ask leaves a candidate to a person. reason are the words that are in doubt.
func (c *candidate) ask(reason, format string, args ...any) {
	c.verdict, c.quote, c.trouble = asked, reason, fmt.Sprintf(format, args...)
	c.against = append(c.against, c.trouble)
}

func (c *candidate) storage() bool { return c.item.Kind == provision.Storage }
func (c *candidate) license() bool { return c.item.Kind == provision.ServerLicense }

// read makes the item that the candidate would be.
func (c *candidate) read() {
	c.readAs = c.quantity
	c.item, c.unclear = newItem(c.quantity, c.description, c.place)
}

// name is how a sentence calls the candidate.
func (c *candidate) name() string { return fmt.Sprintf("%q (%s)", c.description, c.place) }

func (c *candidate) field() string {
	if c.license() {
		return provision.FieldServerLicense
	}
	return provision.FieldStorageGB
}

func (c *candidate) explained() Explained {
	value := c.description
	if c.quantity != "" {
		value = c.quantity + " x " + value
	}
	e := c.judgement.explained("item", strings.TrimSpace(value), c.place)
	e.For = append([]string{"it stands in " + string(c.from)}, e.For...)
	return e
}
