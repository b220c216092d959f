package extract

import (
	"math"
	"slices"

	"mozybot/provision/orderfile/extract/lexicon"
	"mozybot/provision/orderfile/extract/values"
)

// Arithmetic is a witness: where price and amount stand beside a quantity, their product tells how a number is meant that
// can be read in two ways, and whether a row is what it seems.

var (
	priceHead  = lexicon.Compile(`(?i)price|rate|^unit$|unit cost|each|^recurring|preis|^prix|^precio|^p\.? ?u\.?$|prezzo|prijs|\bpris\b|[aà]-pris|styckpris|stykpris|stk\.? ?pris|cena|preço|hinta`)
	amountHead = lexicon.Compile(`(?i)amount|total|\bsum|\bext|betrag|gesamt|summe|wert|montant|importe|importo|bedrag|belopp|beløb|beløp|kwota|wartość|razem|celkem|i alt|valor|yhteensä`)
	taxedHead  = lexicon.Compile(`(?i)tax|vat|gst|mwst|ust|disc|rabatt|gross|incl|brutto|term|months?|monate|period`)
)

// money are the prices and amounts of a row, as they may be meant.
type money struct {
	amount bool // of the row; else a price of one
	value  float64
}

func (c *candidate) money() []money {
	var all []money
	for _, r := range c.remarks {
		amount := amountHead.MatchString(r.head)
		if !amount && !priceHead.MatchString(r.head) {
			continue
		}
		if v, ok := values.Money(r.text); ok {
			all = append(all, money{amount, v})
		}
	}
	return all
}

// priced says that the row has a price and an amount, and nothing between them that changes their ratio.
func (c *candidate) priced() bool {
	price, amount := false, false
	for _, m := range c.money() {
		price, amount = price || !m.amount && m.value > 0, amount || m.amount && m.value > 0
	}
	for _, r := range c.remarks {
		if taxedHead.MatchString(r.head) {
			return false
		}
	}
	return price && amount
}

// periods are how often a price by the month may be charged in what an amount is of: a quarter, half a year, years. Twice is more often a
// mistake.
var periods = []float64{1, 3, 6, 12, 24, 36, 48, 60}

// isPeriod says that times is one of them. A part of a year is a mistake, too, where the document speaks of no such time.
func isPeriod(times float64, timed func() bool) bool {
	return slices.Contains(periods, times) && (times <= 1 || times >= 12 || timed())
}

// addsUp says that so many at one of the prices make one of the amounts, or a multiple of it, as of a price per month and an
// amount per year. timed says whether the document speaks of such times.
func addsUp(n int, all []money, timed func() bool) bool {
	for _, price := range all {
		for _, amount := range all {
			if price.amount || !amount.amount || price.value == 0 {
				continue
			}
			ratio := amount.value / (float64(n) * price.value)
			times := math.Round(ratio)
			if math.Abs(ratio-times) < 0.01*times && isPeriod(times, timed) {
				return true
			}
		}
	}
	return false
}
