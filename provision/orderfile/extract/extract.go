// Package extract finds the order in a document: company, contact, e-mail address, numbers, items.
//
// It goes from what is written to what is meant in three steps:
//
//	page        the document with its labels found and its rows put together (package page; the words that are looked for are
//	            in lexicon, labels in label, numbers, addresses and names in values; what a label means by who writes the paper in
//	            writer.go)
//	candidates  everything that may be part of the order, with all that is said of it: forms (fields.go, columns.go,
//	            pairs.go, forms.go), blocks such as Bill To (blocks.go, seller.go; without a label: recipient.go), whoever issues
//	            the paper (issuer.go), names that an address spells (agreement.go; whose they are: parties.go), tables (tables.go; in words that are not
//	            known: inferred.go), lists and sentences (prose.go)
//	settlement  the one place that decides about them (items in order.go, one by itself in judge.go, arithmetic.go; the fields
//	            of the head in head.go, and whether they are another's in another.go; the kind of paper in paper.go; what is
//	            said freely in changes.go, letter.go, talk.go)
//
// The world is closed: an item counts only if everything that is said of it is understood (words.go). What says no leaves it
// out, and what says neither yes nor no is a question with the words quoted, as is a field that is said in two ways, and a
// sentence that may change the order. All of them keep why they were taken or not ([Explained]).
//
// It knows no format, and does not decide whether an order may be provisioned.
package extract

import (
	"slices"
	"strings"

	"mozybot/provision"
	"mozybot/provision/orderfile/document"
	"mozybot/provision/orderfile/extract/label"
	"mozybot/provision/orderfile/extract/lexicon"
	"mozybot/provision/orderfile/extract/page"
)

// Found is an order and the part of an e-mail that it was found in.
type Found struct {
	provision.Order
	Part  string
	Of    string // what its reader knows the file by that it was found in
	Scrap bool   // too little to be an order: it only fills in

	Concerns string // an organization that a subject says the order is for

	Signed string // the company under the signature of a letter
	Newest bool   // it is what the writer of a mail says last: their words come first

	Explained []Explained
	Changes   []provision.Question // what its writer takes back or changes, of whatever it comes with
}

// sheet is a page with what is known of it from elsewhere.
type sheet struct {
	page.Page
	sentences []page.Sentence
	agreed    func() bool // whether the newest text of its mail accepts what it quotes
}

// Read makes an order of a document, if it is of a size that one may have. With ErrNoOrder comes the little that was found.
func Read(d document.Document) (Found, error) { return ReadAnswered(d, func() bool { return false }) }

// ReadAnswered also takes a quotation for an order where what it comes with accepts it.
func ReadAnswered(d document.Document, agreed func() bool) (Found, error) {
	if err := d.TooLarge(); err != nil {
		return Found{}, err
	}
	p := prepared(page.Of(d, isTableHead))
	whole := sheet{p, p.Sentences(), agreed}
	writerOf(whole).labelByWriter()
	f, err := analyse(whole)
	f.Scrap = err != nil
	return f, err
}

// Accepts says that a text accepts a quotation, and sets no condition.
func Accepts(d document.Document) bool {
	for p := range page.Of(d, isTableHead).Paragraphs(nil) {
		for _, sentence := range page.Sentences(p.Text) {
			if !product.MatchString(sentence) && accepting.MatchString(sentence) && understood(sentence) {
				return true
			}
		}
	}
	return false
}

// SaysNothing says that a letter is nothing but a greeting, thanks and a signature.
func SaysNothing(d document.Document) bool {
	return !slices.ContainsFunc(d.Lines, func(l document.Line) bool { return l.Signed == 0 && !greets(l.Text()) })
}

var accepting = lexicon.Of("accepting")

// Subject takes numbers out of a subject such as "Fwd: Order #10042 / Singularity task 48213", and what it says of the mail:
// that it is no order, or takes one back.
func Subject(subject, part string) Found {
	f := Found{Order: provision.Order{Sources: map[string]provision.Source{}}, Part: part, Scrap: true}
	fs := fields{}
	for _, piece := range strings.FieldsFunc(subject, func(r rune) bool { return strings.ContainsRune(":,;/|()[]–—", r) }) {
		for _, l := range label.Unparted(strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(piece), "- "))) {
			if l.Field == label.OrderNumber || l.Field == label.Task {
				fs.addNumber(l, l.Value, page.Spot{Where: part, Words: subject})
			}
		}
	}
	headSettlement{&fs}.settle(&f.Order)
	own := forwarded.ReplaceAllString(subject, "")
	if adds.MatchString(own) && !perhapsAdds.MatchString(own) {
		f.For = provision.ForExisting
	}
	if doubtful.MatchString(own) || noOrder.MatchString(own) {
		f.Changes = append(f.Changes, question(provision.FieldStorageGB, own, "The subject says something that may change the order: %s. Please enter what is ordered.", provision.InQuotes(short(own))))
		return f
	}
	if name := telling(orderedFor, own); namesOrganization(name) {
		f.Concerns = name
	}
	if own == "" || answered.MatchString(own) {
		return f // what it answers says nothing of the answer
	}
	if p := titledBy(own); p != nil && !accepted.MatchString(own) {
		f.Changes = append(f.Changes, p.question(own))
	}
	return f
}

var (
	forwarded = lexicon.Compile(`(?i)^\s*(?:(?:fwd?|wg|tr|rv)\s*:\s*)+`)
	doubtful  = lexicon.Of("doubtfulSubject")
	answered  = lexicon.Compile(`(?i)^\s*(?:re|aw|antw|sv|réf?)\s*:`)
)
