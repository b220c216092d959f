package blocks

import (
	"fmt"

	"mozybot/provision"
)

// row is one of the maths: what it is about, now, change, after.
type row [4]string

func maths(j provision.Job) []row {
	q, r := j.Quoted.Quote, j.Quoted.Reading
	addOns := "buy " + provision.Thousands(q.Units)
	addOns += returns(j.Quoted, ", return ")
	group := row{"Customer's group", "none", "new", GB(j.Order.StorageGB())}
	if g := j.Quoted.Growth; g != nil {
		group = row{"Customer's group", GB(g.FromGB), change(g.ToGB - g.FromGB), GB(g.ToGB)}
	} else if c := r.Customer; c != nil && c.ID != j.Order.NotAccount {
		group = row{"Customer's group", GB(c.AssignedGB), "exists already", "unclear"}
	}
	return []row{
		{"Add-ons", provision.Thousands(q.AddOnsBefore), addOns, provision.Thousands(q.AddOnsAfter)},
		{"Default group", GB(q.DefaultBefore), change(q.DefaultAfter - q.DefaultBefore), GB(q.DefaultAfter)},
		group,
	}
}

// returns says how many add-ons go back, after the words given, and how many may where fewer do than was approved.
func returns(q *provision.Quoted, words string) string {
	n, most := q.Quote.Returned, q.MayReturn()
	switch {
	case n < most:
		return fmt.Sprintf("%s%s, at most %s", words, provision.Thousands(n), provision.Thousands(most))
	case n > 0:
		return words + provision.Thousands(n)
	}
	return ""
}

func change(gb int) string {
	switch {
	case gb > 0:
		return GB(gb) + " more"
	case gb < 0:
		return GB(-gb) + " less"
	}
	return "none"
}

// mathsLines are the maths in full, a line for each thing that changes.
func mathsLines(j provision.Job) []string {
	var lines []string
	for _, r := range maths(j) {
		lines = append(lines, fmt.Sprintf("• %s: %s now; change: %s; %s after", r[0], r[1], r[2], r[3]))
	}
	return lines
}

// addOns is the change of the add-ons in a sentence.
func addOns(q *provision.Quoted) string {
	return fmt.Sprintf("%s now, buy %s%s: %s after.", provision.Count(q.Quote.AddOnsBefore, "add-on"), provision.Thousands(q.Quote.Units),
		returns(q, ", return "), provision.Thousands(q.Quote.AddOnsAfter))
}

func amount(m provision.Money) string {
	if !m.Known() {
		return "a price that the console does not show"
	}
	return Shorten(m.String(), maxValue)
}

// cost is what the purchase costs, in a sentence.
func cost(j provision.Job) string {
	q := j.Quoted
	if q.Quote.Units == 0 {
		return "*Nothing to buy:* the default group's spare storage is enough."
	}
	units := provision.Count(q.Quote.Units, "add-on")
	text := fmt.Sprintf("*%s*, charged at once for %s", amount(q.Cost), units)
	switch label := q.UnitPrice.Times(q.Quote.Units); {
	case !q.UnitPrice.Known() || q.Cost == label && q.Quote.Units == 1:
		return text + "."
	case q.Cost == label:
		return text + fmt.Sprintf(" at %s each.", amount(q.UnitPrice))
	default:
		return text + fmt.Sprintf(". This is what the console's confirmation screen asked; by the price on its label it would be %s.", amount(label))
	}
}

func isAre(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

// leftAlone says why steps 6 and 7 will be left out although there is a leftover, "" when they are not.
func leftAlone(q *provision.Quoted) provision.SkipReason {
	if q.FromSpare {
		return ""
	}
	spare := q.Reading.FreeGB() + q.Quote.LeftoverGB
	why := provision.Settle(spare, q.Quote.AddOnsAfterPurchase, q.Reading.Default).Skipped
	if why == provision.NothingAvailable {
		return ""
	}
	return why
}
