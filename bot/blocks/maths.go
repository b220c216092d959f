package blocks

import (
	"fmt"
	"strings"

	"github.com/slack-go/slack"

	"mozybot/provision"
)

// A row of the maths: what it is about, now, change, after.
type row [4]string

func maths(j provision.Job) []row {
	q, r := j.Quoted.Quote, j.Quoted.Reading
	addOns := "buy " + provision.Thousands(q.Units)
	addOns += returns(j.Quoted, ", return ")
	group := row{"Customer's group", "none", "new", GB(j.Order.StorageGB())}
	if c := r.Customer; c != nil {
		group = row{"Customer's group", GB(c.AssignedGB), "exists already", "unclear"}
	}
	return []row{
		{"What", "Now", "Change", "After"},
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

func mathsTable(j provision.Job) slack.Block {
	t := slack.NewTableBlock("maths")
	for _, r := range maths(j) {
		var cells []slack.TableCell
		for _, text := range r {
			cells = append(cells, slack.NewTableRawTextCell(text))
		}
		t.AddRow(cells...)
	}
	right := slack.ColumnSetting{Align: slack.ColumnAlignmentRight}
	return t.WithColumnSettings(slack.ColumnSetting{Align: slack.ColumnAlignmentLeft}, right, right, right)
}

func mathsLines(j provision.Job) string {
	var lines []string
	for _, r := range maths(j)[1:] {
		lines = append(lines, fmt.Sprintf("• %s: %s now; change: %s; %s after", r[0], r[1], r[2], r[3]))
	}
	return strings.Join(lines, "\n")
}

func amount(m provision.Money) string {
	if !m.Known() {
		return "a price that the console does not show"
	}
	return Shorten(m.String(), maxValue)
}

func cost(j provision.Job) string {
	q := j.Quoted
	units := provision.Count(q.Quote.Units, "add-on")
	text := fmt.Sprintf("*Cost:* %s, charged at once", amount(q.Cost))
	switch label := q.UnitPrice.Times(q.Quote.Units); {
	case !q.UnitPrice.Known() || q.Cost == label && q.Quote.Units == 1:
		text += fmt.Sprintf(" for %s.", units)
	case q.Cost == label:
		text += fmt.Sprintf(" for %s at %s each.", units, amount(q.UnitPrice))
	default:
		text += fmt.Sprintf(" for %s. This is what the console's confirmation screen asked; by the price on its label it would be %s.",
			units, amount(label))
	}
	if n := q.Quote.Returned; n > 0 {
		text += fmt.Sprintf("\nRaising the number of add-ons charges at once; lowering it gives nothing back before the renewal. "+
			"The %s returned here %s paid for until then", provision.Count(n, "add-on"), isAre(n))
		if saved := q.UnitPrice.Times(min(n, q.Quote.Units)); saved.Known() { // at most what is bought
			text += fmt.Sprintf("; using the default group's spare storage instead would have saved %s", amount(saved))
		}
		text += "."
	}
	if why := leftAlone(q); why != "" {
		text += fmt.Sprintf("\nThe leftover stays Available and no add-on is returned, because %s.", why)
	}
	return text
}

func isAre(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}

// leftAlone says why steps 6 and 7 will be left out although there is a leftover, "" when they are not.
func leftAlone(q *provision.Quoted) provision.SkipReason {
	spare := q.Reading.AvailableGB + q.Quote.LeftoverGB
	why := provision.Settle(spare, q.Quote.AddOnsAfterPurchase, q.Reading.Default).Skipped
	if why == provision.NothingAvailable {
		return ""
	}
	return why
}
