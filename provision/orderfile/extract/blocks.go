package extract

import (
	"math"
	"regexp"
	"slices"
	"strings"
)

// The commonest paper names its customer in a block: a label such as "Bill To", and under it the company, a person, an
// address, without labels of their own.

// opensBlock says that the lines under a label may be such a block. below says that its value was found there.
func opensBlock(l labelled, below bool) bool {
	switch l.field {
	case billTo, shipTo:
		return true
	case company, customerName:
		return l.value == "" && below
	}
	return false
}

// maxBlock is how many lines a block has at most.
const maxBlock = 8

// entry of a block: its text, and where it stands.
type blockEntry struct {
	text   string
	place  spot
	person bool // by a label of what they do
}

// readBlock reads the block under the label in cell j of line i.
func (fs *fields) readBlock(d page, i, j int, l labelled) {
	entries := d.blockUnder(i, j)
	if l.value != "" {
		entries = []blockEntry{{text: l.value, place: d.lines[i].place()}}
	}
	var names []blockEntry
	inAddress := false
	for _, e := range entries {
		if m := nameAndRole.FindStringSubmatch(e.text); m != nil && role.MatchString(m[2]) && personLike.MatchString(m[1]) {
			e.text = m[1]
		}
		person := attention.ReplaceAllString(e.text, "")
		if e.person || person != e.text && personLike.MatchString(person) {
			fs.noteBlock(l, contact, blockEntry{text: person, place: e.place})
			continue
		}
		if address.MatchString(e.text) {
			fs.noteBlock(l, email, e)
			continue
		}
		inAddress = inAddress || addressLike.MatchString(e.text) && (len(names) > 0 || !companyLike.MatchString(e.text))
		if !inAddress && len(names) < 2 && strings.ContainsFunc(e.text, isLetter) {
			names = append(names, e)
		}
	}
	if l.field != billTo && l.field != shipTo { // the company is the label's own value
		names = names[min(1, len(names)):]
		if len(names) > 0 && personLike.MatchString(names[0].text) && !companyLike.MatchString(names[0].text) {
			fs.noteBlock(l, contact, names[0])
		}
		return
	}
	isPerson := func(n int) bool {
		return n < len(names) && personLike.MatchString(names[n].text) && !companyLike.MatchString(names[n].text)
	}
	switch {
	case len(names) == 0:
	case isPerson(0) && len(names) == 2 && companyLike.MatchString(names[1].text):
		fs.noteBlock(l, company, names[1])
		fs.noteBlock(l, contact, names[0])
	case isPerson(0) && len(names) == 1:
		fs.noteBlock(l, customerName, names[0]) // a person, or a company that is called so
	default:
		fs.noteBlock(l, company, names[0])
		if isPerson(1) {
			fs.noteBlock(l, contact, names[1])
		}
	}
}

// noteBlock keeps what a block says. What is shipped may go to somebody else than the customer.
func (fs *fields) noteBlock(l labelled, f field, e blockEntry) {
	defer func(was party) { fs.party = was }(fs.party)
	if l.field == shipTo {
		fs.party = receivers
	}
	if f == email {
		fs.addAddresses(e.text, e.place)
		return
	}
	fs.blockNamed = fs.blockNamed || l.field == billTo
	fs.addName(f, clean(e.text), e.place)
}

var (
	// addressLike begins an address: nothing from here on is a name.
	addressLike = regexp.MustCompile(`(?i)\d|\b(?:street|road|lane|avenue|boulevard|square|drive|floor|suite|straße|strasse|weg|platz|allee|quay|wharf|box|rue)\b|, |^(?:united|usa|uk|germany|deutschland|france)\b|^\+|\bwww\.|://`)
	// attention leads to the person of a block.
	attention = regexp.MustCompile(`(?i)^(?:attn|attention|att|fao|f\.a\.o|for the attention of|c/o|z\.? ?hd|z\.? ?h|zu händen|zuhanden|à l['’]attention de|a la atención de)(?:\.|:)* +(?:von )?(?:herrn? |frau |mr\.? |mrs\.? |ms\.? )?`)
	// nameAndRole is a person with what they do.
	nameAndRole = regexp.MustCompile(`^([^,;(]+?)\s*(?:[,;(]| [-–—] )\s*([^,;()]+)\)?$`)
	// role is what somebody does where the customer is, as a label of their name.
	role = regexp.MustCompile(`(?i)\b(?:manager|director|head|officer|administrator|admin|owner|principal|secretary|coordinator|lead|contact|leiter(?:in)?|responsable)\b[^:]*$`)
	// personLike is how people are called: two to four words with capitals, and no other signs.
	personLike = regexp.MustCompile(`^(?:(?:Dr|Mr|Mrs|Ms|Prof|Herr|Frau)\.? )?(?:\p{Lu}[\pL'’.-]* )(?:(?:van|von|de|der|den|di|da|la|le|bin|al) )*(?:\p{Lu}[\pL'’.-]+ ?){1,3}$`)
)

func isLetter(r rune) bool { return r > '9' && r != '_' && r != '|' }

// blockUnder are the entries of the block under a label: the cells in its column, up to more room, another block, or a table.
func (d page) blockUnder(i, j int) []blockEntry {
	head := d.lines[i]
	column := head.cells[j]
	edge := math.Inf(1)
	if j+1 < len(head.cells) {
		edge = head.cells[j+1].left
	}
	var entries []blockEntry
	last := head
	for n := i + 1; n < len(d.lines) && len(entries) < maxBlock; n++ {
		l := d.lines[n]
		if l.page != head.page || l.top-last.top > 2.2*head.em || isTableHead(l) || product.MatchString(l.text()) {
			break
		}
		k := slices.IndexFunc(l.cells, func(c cell) bool {
			return math.Abs(c.left-column.left) <= head.em || c.left >= column.left && c.right < edge && l.grid == head.grid && c.overlaps(column)
		})
		if k < 0 {
			continue
		}
		c := l.cells[k]
		if label, value, ok := strings.Cut(c.text, ":"); ok && c.labels == nil && role.MatchString(label) && personLike.MatchString(strings.TrimSpace(value)) {
			entries, last = append(entries, blockEntry{strings.TrimSpace(value), l.place(), true}), l
			continue
		}
		if c.labelLike && (c.labels == nil || c.labels[0].value == "" || c.namesCustomer() || slices.ContainsFunc(c.labels, func(l labelled) bool {
			return slices.Contains([]field{billTo, shipTo, seller}, l.field)
		})) {
			break
		}
		if last = l; !c.labelLike {
			entries = append(entries, blockEntry{text: c.text, place: l.place()})
		}
	}
	return entries
}
