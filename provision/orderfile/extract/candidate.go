package extract

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"mozybot/provision"
	"mozybot/provision/orderfile/document"
	"mozybot/provision/orderfile/extract/lexicon"
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
	choice    bool   // a box stands before it, with the name of a choice
	explains  bool   // it stands in brackets right behind another
	comesWith bool   // it follows another item on its line: "30 GB storage with Cloud Server License"
	denied    bool   // "no Cloud Server License"
	amount    bool   // it is storage by its amount, without a quantity
	answered  int    // the line below that has its quantity; 0 where none has

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

// candidates are all items that a document names, in tables, forms, lists and sentences.
// listed are the lines that tables and forms were read from.
func candidates(d sheet, fs fields) (all []*candidate, listed map[int]bool, err error) {
	rows, consumed := readTables(d, fs.used)
	for _, r := range rows {
		r.total = r.total || !namesLicense(r.description) && (sums.MatchString(r.description) || // "Total of 1 GB Storage Server"
			allOfIt.MatchString(strings.Trim(product.ReplaceAllString(r.description, " "), " ,;:()-–")) || r.sumsUpPlaces())
		all = append(all, &candidate{row: r, from: inGrid})
	}
	all = append(all, readAsked(d, consumed)...)
	for _, r := range readPairs(d, consumed) {
		all = append(all, &candidate{row: r, from: inPair})
	}
	last, counted := -1, -1 // the paragraph and the line with the last item of a list that has a quantity
	names := product
	if (d.Letter || fs.named() > 1) && !d.namesStorage() {
		names = productOrAmount
	}
	for _, c := range readSentences(d, consumed, names) {
		d.answer(c, consumed)
		if c.from == inList && c.quantity == "" && (onlyLicense(c) && last == c.paragraph && !strings.HasSuffix(d.Lines[c.at].Text(), "?") || c.comesWith && counted == c.at) {
			c.quantity = "1" // a line of its own in a list of what is ordered
		}
		if c.quantity == "" && !c.denied && isAmount(c.description) && !c.ofEach() && (c.from == inList || c.orderedAmount()) {
			c.quantity, c.amount = "1", true
			c.total = c.from == inList && sums.MatchString(c.description)
		}
		if c.from == inList && c.quantity != "" {
			last, counted = c.paragraph, c.at
		}
		all = append(all, c)
	}
	if len(all) > maxItems {
		return nil, nil, document.TooMuch("items")
	}
	for _, c := range all {
		c.stand(d)
	}
	slices.SortStableFunc(all, func(a, b *candidate) int { return cmp.Compare(a.at, b.at) })
	return all, consumed, nil
}

// sumsUpPlaces says that a row is of all the places, people or the like that other rows have: "All sites".
func (r row) sumsUpPlaces() bool {
	return slices.ContainsFunc(r.remarks, func(m remark) bool { return allPlaces.MatchString(m.text) })
}

// namesStorage says that a line calls storage by its name.
func (d sheet) namesStorage() bool {
	return slices.ContainsFunc(d.Lines, func(l page.Line) bool { return l.NamesStorage() })
}

// answer gives an item the quantity that stands below it, where its line is a field or a question and says nothing else, or with a price
// beside it. answers are the lines that were read already.
func (d sheet) answer(c *candidate, answers map[int]bool) {
	field := c.from == inList && (strings.Trim(coded.ReplaceAllString(c.spoken, ""), " :?*_") == "" || len(d.Lines[c.at].Cells) == 2 && unknownWord(c.spoken) == "" && strings.HasSuffix(d.Lines[c.at].Text(), c.description))
	asks := c.asking && unknownWord(strings.Trim(c.spoken, "? ")) == ""
	if c.quantity == "" && isAmount(c.description) {
		c.quantity = d.timesBelow(c)
	}
	if c.quantity == "" && len(d.Lines[c.at].Cells) > 1 {
		for _, beside := range d.Lines[c.at].Cells {
			c.quantity = cmp.Or(c.quantity, pricedIn(beside.Text))
		}
	}
	if c.quantity != "" || isAmount(c.description) || !field && !asks {
		if c.quantity != "" && c.at+1 < len(d.Lines) {
			if n := pricedIn(d.Lines[c.at+1].Text()); n != "" && n != c.quantity {
				c.quantity += " or " + n
			}
		}
		return
	}
	if c.quantity = d.numberBelow(c.at, answers); c.quantity != "" {
		c.from, c.asking, c.denied, c.answered = inList, false, false, c.at+1
		answers[c.answered] = true
	}
}

// timesBelow is how many of an amount its lines have a price for, "" where it is one, or that of a gigabyte.
func (d sheet) timesBelow(c *candidate) string {
	for _, l := range d.Lines[c.at+1 : min(len(d.Lines), c.at+maxPriced)] {
		if l.Product() {
			break
		}
		if n := pricedIn(l.Text()); n != "" {
			if n == "1" || strings.HasPrefix(c.description, n+" ") {
				return ""
			}
			return n
		}
	}
	return ""
}

// maxPriced is how many lines a product of a shop's page has, with its number and its price.
const maxPriced = 5

// numberBelow is the quantity under the name of an item that fills line i, as forms have it whose labels stand above. Where another
// stands above the name or below the first, either may be its, unless it was an answer already.
func (d sheet) numberBelow(i int, answers map[int]bool) string {
	question := strings.HasSuffix(d.Lines[i].Text(), "?")
	number := func(n, above int) string {
		if n < 0 || n >= len(d.Lines) || len(d.Lines[n].Cells) > 1 {
			return ""
		}
		text, one, other := d.Lines[n].Text(), d.Lines[min(n, above)], d.Lines[max(n, above)]
		priced := pricedIn(text)
		if near := (question || priced != "" || stanceOf(text) != nothingSaid) && one.Page == other.Page && other.Top-one.Top <= 3*one.Em; !near && !other.Follows(one) && !(one.Grid && other.Grid && other.Number == one.Number+1) {
			return ""
		}
		return cmp.Or(priced, answersBelow.FindString(text))
	}
	below := number(i+1, i)
	nearer := i > 0 && below != "" && d.Lines[i].Top-d.Lines[i-1].Top > d.Lines[i+1].Top-d.Lines[i].Top // than what stands above
	if below == "" || !nearer && !answers[i-1] && number(i-1, i) != "" || number(i+2, i+1) != "" || len(d.Lines[i].Cells) > 1 && pricedIn(d.Lines[i+1].Text()) == "" {
		return ""
	}
	return below
}

// pricedIn is the quantity that a line has with a price, "" where it has none.
func pricedIn(line string) string {
	m := pricedBelow.FindStringSubmatch(line)
	if m == nil {
		return ""
	}
	return cmp.Or(m[1:]...)
}

// allPlaces is what a column of sites, branches or users says in a row that sums up the others.
var allPlaces = lexicon.Of("allPlaces")

// answersBelow is a line that answers the one above it.
var answersBelow = lexicon.Of("answersBelow")

// pricedBelow likewise, with the price of one or of all: "48 × £0.50", "£0.50 × 48", "x 75 = £26.25".
var pricedBelow = lexicon.Of("pricedBelow")

// orderedAmount says that the words before an amount order it.
func (c *candidate) orderedAmount() bool {
	before, _, found := strings.Cut(strings.Join(strings.Fields(c.around), " "), c.description)
	return found && ordersAmount.MatchString(strings.TrimSpace(before))
}

// ofEach says that an amount is what each of several gets.
func (c *candidate) ofEach() bool {
	before, behind, found := strings.Cut(c.around, c.description)
	if !found {
		before, behind = "", c.spoken
	}
	clause, _, _ := strings.Cut(strings.ReplaceAll(behind, ";", ","), ",")
	return eachWord.MatchString(before) || eachWord.MatchString(clause)
}

// eachWord makes an amount one of several.
var eachWord = lexicon.Compile(`(?i)\b(?:each|every|jede[rsmn]?|chaque|cada|(?:per|pro|par|por) (?:server|servers|serveur|servidor|machine|device|computer|pc|laptop|workstation|user|utilisateur|usuario|benutzer|seat|employee|site|office|branch))\b`)

// onlyLicense says that a list's line names a license and nothing else.
func onlyLicense(c *candidate) bool {
	return namesLicense(c.description) && !c.denied && strings.Trim(c.spoken, " .,;") == ""
}

// stand completes a candidate with its surroundings and what it would be as an item.
func (c *candidate) stand(d sheet) {
	if c.around == "" {
		c.around = d.Lines[c.at].Text()
		if at := strings.Index(c.around, c.description); at >= 0 && len(d.Lines[c.at].Cells) == 1 {
			c.around = sentenceAround(c.around, []int{at, at + len(c.description)})
		}
		c.around = c.around[:min(len(c.around), 500)]
	}
	if lead := anyBox.FindStringIndex(c.description); lead != nil && lead[0] == 0 {
		c.box, c.description = stanceOf(c.description[:lead[1]]), strings.TrimSpace(c.description[lead[1]:])
	}
	c.group = groupOf(d, c.at)
	c.read()
	c.trouble = c.unclear
}

// groupOf is the heading of items that are not ordered, or not now, where line at stands under one; else "". The nearest
// line that is neither an item nor a row of a table is the heading.
func groupOf(d sheet, at int) string {
	for n := at - 1; n >= max(0, at-50); n-- {
		cells := d.Lines[n].Cells
		text := cells[0].Text
		if len(cells) > 1 && !d.Lines[n].Product() && !d.Lines[n].Head {
			for _, c := range cells {
				if provided.MatchString(c.Text) {
					return c.Text // the head of a table that nothing else is known of
				}
			}
		}
		if len(cells) > 1 || cells[0].Product || page.ListedOther.MatchString(text) {
			continue
		}
		if heading := strings.TrimRight(text, ": "); len(heading) <= 60 && !strings.Contains(heading, ":") && !ordering.MatchString(heading) &&
			(!orderingFor.MatchString(heading) || bearing.MatchString(heading)) &&
			(otherGroup.MatchString(heading) || perhapsGroup.MatchString(heading)) {
			return heading
		}
		return ""
	}
	return ""
}
