package extract

import (
	"slices"

	"mozybot/provision"
	"mozybot/provision/orderfile/extract/lexicon"
	"mozybot/provision/orderfile/extract/values"
)

// amounts looks whether the amounts that a paper names agree with what is taken, and asks where they don't.
type amounts struct{ *settlement }

// settleElsewhere asks about an amount under a label that nothing here knows, or in a remark that orders, where it is not what is ordered:
// "Reserve: 10 GB", "Please set up the 63 GB".
func (s amounts) settleElsewhere() {
	ordered := s.takenGB()
	if ordered == 0 {
		return
	}
	for i, l := range s.page.Lines {
		text := l.Text()
		if s.listed[i] || l.Product() || !l.Cells[0].LabelLike && !orders.MatchString(text) {
			continue
		}
		named := append(furtherGB.FindAllStringSubmatchIndex(text, 3), labelledGB.FindAllStringSubmatchIndex(text, 1)...)
		if len(named) == 0 || otherGB.MatchString(text) || smallPrint.MatchString(text) && !pleading.MatchString(text) || ofWhatIsThere.MatchString(text) {
			continue
		}
		for _, m := range named {
			n, err := values.Quantity(text[m[2]:m[3]])
			said := func(c *candidate) bool { return c.at == i || c.verdict == taken && c.storage() && c.item.GB == n }
			if err == nil && (n == 1 || n == ordered) || slices.ContainsFunc(s.all, said) {
				continue
			}
			s.questions = append(s.questions, question(provision.FieldStorageGB, text, "%s names another amount than the order: %s. Please enter the GB that was ordered.",
				upper(l.Place().Where), provision.InQuotes(short(text))))
			s.doubtStorage(text)
			return
		}
	}
}

// labelledGB is an amount whose label has the unit.
var labelledGB = lexicon.Compile(`(?i)storage[^:]*\((?:in )?gb\)[:=?\s]+(\d[\d.,]*)$`)

// otherGB are of what else is counted in gigabytes.
var otherGB, ofWhatIsThere = lexicon.Of("otherGB"), lexicon.Of("ofWhatIsThere")

// doubtStorage asks about all storage that is taken.
func (s amounts) doubtStorage(quote string) {
	for _, c := range s.all {
		if c.verdict == taken && c.storage() {
			c.verdict, c.trouble, c.quote = asked, "", quote
			c.against = append(c.against, "Another amount stands elsewhere.")
		}
	}
}

// settleTotals compares the storage that rows of totals name with what is taken.
func (s amounts) settleTotals() {
	for _, c := range s.all {
		n, err := values.Quantity(c.quantity)
		if !c.total || c.from != inGrid || err != nil {
			continue
		}
		sum := 0
		for _, o := range s.all {
			if o.verdict == taken && o.storage() && o.table == c.table {
				sum += o.item.Quantity
			}
		}
		if sum != n && c.storage() {
			c.ask(c.place.Words, "The total of %s is %s, and the rows above come to %s. Please enter the GB that was ordered.",
				c.name(), provision.Thousands(n), provision.Thousands(sum))
		}
	}
	s.settleLast()
}

// settleLast asks about the last row of a table that has as much as all others together: it may be their total.
func (s amounts) settleLast() {
	sums, rows, last := map[int]int{}, map[int]int{}, map[int]*candidate{}
	for _, c := range s.all {
		if c.verdict == taken && c.storage() && c.from == inGrid && !c.total {
			sums[c.table], rows[c.table], last[c.table] = sums[c.table]+c.item.GB, rows[c.table]+1, c
		}
	}
	for table, c := range last {
		if rows[table] > 2 && 2*c.item.GB == sums[table] {
			c.ask(c.place.Words, "%s has as much as the rows above it come to. Is it their total? Please enter the GB that was ordered.", c.name())
		}
	}
}

// settleSums compares the sum that a list names with what is taken.
func (s amounts) settleSums() {
	ordered := s.takenGB()
	for _, c := range s.all {
		if c.total && c.from == inList && c.verdict == left && ordered > 0 && c.item.GB != ordered {
			c.ask(c.place.Words, "%s is not what the other items come to: %s GB. Please enter the GB that was ordered.", c.name(), provision.Thousands(ordered))
		}
	}
}

// takenGB is how much storage is taken.
func (s amounts) takenGB() (gb int) {
	for _, c := range s.all {
		if c.verdict == taken && c.storage() {
			gb += c.item.GB
		}
	}
	return gb
}
