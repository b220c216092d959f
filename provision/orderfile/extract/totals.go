package extract

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strings"

	"mozybot/provision"
	"mozybot/provision/orderfile/extract/label"
	"mozybot/provision/orderfile/extract/lexicon"
	"mozybot/provision/orderfile/extract/page"
	"mozybot/provision/orderfile/extract/values"
)

// What a paper sums up is a witness, too: a total of quantities or of money that its rows do not come to says that one of them is
// not what it seems.

var (
	// countTotal is a total of quantities by its words, with the number: "Total quantity: 40". plainTotal does not say of what.
	countTotal = lexicon.Of("countTotal")
	plainTotal = lexicon.Of("plainTotal")
	// totalled begins the label of a total of money, and partly one of a part of it.
	totalled = lexicon.Of("totalled")
	// figure is an amount of money or a number that fills a cell, and figureAtEnd one behind its label.
	figure      = lexicon.Compile(`^[-−–(]?\s*(?:[$€£]|\p{Lu}{3}\b)?\s*[-−–]?\s*\d[\d.,'’ ]*\s*(?:[$€£]|zł|kr\.?|Kč|\p{Lu}{3}\b|,-)?\s*\)?$`)
	figureAtEnd = lexicon.Compile(`^(\pL.*?)[\s:=]+([-−–(]?\s*(?:[$€£]|\p{Lu}{3}\b)?\s*[-−–]?\s*\d[\d.,'’]*\s*(?:[$€£]|zł|kr\.?|Kč|\p{Lu}{3}\b)?\s*\)?)$`)
	ofTax       = lexicon.Compile(`(?i)\b(?:tax|vat|gst|mwst|ust|tva|iva|btw|moms|mva)\b`)
	wholeCount  = lexicon.Compile(`^(?:\d+|\d{1,3}(?:[,'’ ]\d{3})+)$`)
)

// figured is a line of a table, or below it, that has a label and a figure.
type figured struct {
	says   string
	text   string // the line's
	count  string // the figure, if it stands in the column of quantities
	amount float64
	total  bool // it sums up what stands above
	place  page.Spot
}

// footReach is how many lines below the rows of a table may sum it up.
const footReach = 14

// settleFigures asks where a total is not what the rows come to.
func (s amounts) settleFigures() {
	if s.takenGB() == 0 {
		return
	}
	tables := map[int][]*candidate{}
	for _, c := range s.all {
		if c.from == inGrid && !c.total && !c.record {
			tables[c.table] = append(tables[c.table], c)
		}
	}
	var before []*candidate // on the pages before, under the same head
	named := ""
	for _, head := range slices.Sorted(maps.Keys(tables)) {
		rows := tables[head]
		figures := s.figuresOf(head, rows)
		if name := values.Alike(s.page.Lines[head].Text()); name != named {
			named, before = name, nil
		}
		before = append(before, rows...)
		if f, sum := s.wrongCount(rows, figures); sum > 0 && !s.fits(before, figures) {
			s.askTotal(f, provision.Thousands(sum))
			return
		}
		if f, ok := s.wrongAmount(rows, figures); ok && !s.fits(before, figures) {
			s.askTotal(f, "another sum")
			return
		}
	}
	s.settleCounts()
}

// fits says that the figures below a table sum up rows.
func (s amounts) fits(rows []*candidate, figures []figured) bool {
	_, sum := s.wrongCount(rows, figures)
	_, wrong := s.wrongAmount(rows, figures)
	return sum == 0 && !wrong
}

// askTotal asks about all storage where a total says otherwise.
func (s amounts) askTotal(f figured, sum string) {
	s.questions = append(s.questions, question(provision.FieldStorageGB, f.text, "%s is not what the rows come to (%s): %s. Please enter the GB that was ordered.",
		upper(f.place.Where), sum, provision.InQuotes(short(f.text))))
	s.doubtStorage(f.text)
}

// figuresOf are the lines with figures among the rows of a table and below them, that are no rows.
func (s amounts) figuresOf(head int, rows []*candidate) []figured {
	t, _ := tableHead(s.page.Lines[head])
	last := slices.MaxFunc(rows, func(a, b *candidate) int { return cmp.Compare(a.at, b.at) }).at
	var all []figured
	for i := head + 1; i < min(len(s.page.Lines), last+footReach); i++ {
		l := s.page.Lines[i]
		if i > last && (l.Head || l.Page != s.page.Lines[last].Page) {
			break
		}
		f, ok := t.figured(l)
		if ok && i > last && l.Product() {
			break
		}
		if ok && (!s.listed[i] || f.total) {
			all = append(all, f)
		}
	}
	return all
}

// figured reads a line as a label with a figure.
func (t table) figured(l page.Line) (figured, bool) {
	f := figured{text: l.Text(), place: l.Place()}
	found := false
	for j, c := range l.Cells {
		text := c.Text
		if m := figureAtEnd.FindStringSubmatch(text); len(l.Cells) <= 2 && m != nil {
			f.says, text = m[1], m[2]
		}
		switch amount, ok := values.Money(text); {
		case !figure.MatchString(text) || !ok:
			f.says = strings.TrimSpace(f.says + " " + c.Text)
		case wholeCount.MatchString(text) && len(l.Cells) > 1 && t.column(l, j) == t.quantity && f.count == "":
			f.count = text
		default:
			f.amount, found = amount, true
		}
	}
	if !found && f.count == "" || f.says == "" || len(f.says) > 80 {
		return figured{}, false
	}
	f.total = totalled.MatchString(f.says) && totals.MatchString(f.says)
	return f, true
}

// wrongCount is a total in the column of quantities that is not what those come to, and what they come to.
func (s amounts) wrongCount(rows []*candidate, figures []figured) (figured, int) {
	for _, f := range figures {
		if n, err := values.Quantity(f.count); err == nil && f.total {
			ofMoney := func(sum float64) bool { return near(sum, float64(n)) } // as wide columns have it
			if sums := s.counts(rows); len(sums) > 0 && !slices.Contains(sums, n) && !slices.ContainsFunc(amountsOf(rows), ofMoney) {
				return f, sums[0]
			}
		}
	}
	return figured{}, 0
}

// counts are what quantities may come to: of all storage, of all that is listed, of what is taken, the GB, the lines. There are none
// where one is not known.
func (s amounts) counts(rows []*candidate) []int {
	storage, all, kept, gb := 0, 0, 0, 0
	for _, c := range rows {
		n, err := values.Quantity(c.quantity)
		if err != nil && (c.verdict != left || !blankQuantity(c.quantity, err)) {
			return nil
		}
		all += n
		if c.verdict == taken {
			kept += n
			if c.storage() {
				storage, gb = storage+n, gb+c.item.GB
			}
		}
	}
	return []int{storage, gb, all, kept, len(rows), s.takenGB()}
}

// wrongAmount is a total of money that the amounts of the rows do not come to, with any of what stands between them.
func (s amounts) wrongAmount(rows []*candidate, figures []figured) (figured, bool) {
	sums := amountsOf(rows)
	at := slices.IndexFunc(figures, func(f figured) bool { return f.total && f.count == "" })
	if len(sums) == 0 || at < 0 {
		return figured{}, false
	}
	taxed := func() bool { return s.page.speaksOf(ofTax) }
	var between []float64
	for _, f := range figures {
		switch {
		case f.count != "":
		case !f.total:
			between = append(between, f.amount)
		case slices.ContainsFunc(sums, func(sum float64) bool { return comesTo(sum, f.amount, between, taxed, s.page.namesPeriod) }):
			return figured{}, false
		}
	}
	return figures[at], true
}

// amountsOf are what the columns of amounts come to that all rows have.
func amountsOf(rows []*candidate) []float64 {
	sums, counted := map[string]float64{}, map[string]int{}
	for _, c := range rows {
		for _, r := range c.remarks {
			if v, ok := values.Money(r.text); ok && amountHead.MatchString(r.head) && !noAmount[label.Normal(r.head)] {
				if belowZero.MatchString(r.text) {
					v = -v
				}
				sums[r.head] += v
				counted[r.head]++
			}
		}
	}
	var all []float64
	for head, n := range counted {
		if n == len(rows) && sums[head] != 0 {
			all = append(all, sums[head])
		}
	}
	return all
}

// noAmount are the heads of columns that count something else than money.
var noAmount = lexicon.Set("noAmount")

// maxBetween is how many figures between the rows and their total are tried, added and taken off.
const maxBetween = 6

// comesTo says that a sum of rows makes a total with some of the figures that stand between, for some periods, or with a tax.
func comesTo(sum, total float64, between []float64, taxed, timed func() bool) bool {
	rate := total / sum
	ofPeriods := slices.ContainsFunc(periods, func(times float64) bool {
		return (near(sum*times, total) || near(sum, total*times)) && isPeriod(times, timed)
	})
	return ofPeriods || len(between) > maxBetween || addsTo(sum, total, between) || 1 < max(rate, 1/rate) && max(rate, 1/rate) <= highestTax && taxed()
}

// addsTo says that a sum is a total when some figures are added to it, or taken off.
func addsTo(sum, total float64, figures []float64) bool {
	if len(figures) == 0 {
		return near(sum, total)
	}
	one, rest := figures[0], figures[1:]
	return addsTo(sum, total, rest) || addsTo(sum+one, total, rest) || addsTo(sum-one, total, rest)
}

// near says that two amounts are the same, but for what is lost when they are rounded.
func near(a, b float64) bool { return math.Abs(a-b) < 0.011+0.0005*math.Abs(b) }

// highestTax is what the highest of taxes on sales makes of an amount.
const highestTax = 1.28

// settleCounts asks about totals of quantities that a paper names anywhere by their words.
func (s amounts) settleCounts() {
	var rows []*candidate
	for _, c := range s.all {
		if (c.storage() || c.license() || c.from == inGrid) && !c.total && !(c.verdict == left && (c.from == inProse || !c.license())) {
			rows = append(rows, c)
		}
	}
	sums := s.counts(rows)
	inTable := slices.ContainsFunc(rows, func(c *candidate) bool { return c.from == inGrid }) // which has a column for its total
	for i, l := range s.page.Lines {
		text := l.Text()
		m := countTotal.FindStringSubmatch(text)
		if m == nil && !inTable {
			if m = plainTotal.FindStringSubmatch(text); m != nil && s.page.speaksOf(ofMoney) {
				continue
			}
		}
		if m == nil || len(sums) == 0 || slices.ContainsFunc(s.all, func(c *candidate) bool { return c.at == i && c.verdict != left }) {
			continue
		}
		if n, err := values.Quantity(m[1]); err == nil && !slices.Contains(sums, n) {
			s.askTotal(figured{text: text, place: l.Place()}, provision.Thousands(sums[0]))
			return
		}
	}
}

// ofMoney is money, or the head of a column of it.
var ofMoney = lexicon.Compile(`(?i)[$€£]|\d[.,]\d\d(?:$|[^\d])|\b(?:price|amount|preis|betrag|prix|montant|precio|importe|prijs|bedrag|prezzo|importo|eur|usd|gbp|chf)\b`)
