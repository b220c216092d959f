package extract

import (
	"fmt"
	"slices"
	"strings"

	"mozybot/provision"
	"mozybot/provision/orderfile/extract/label"
	"mozybot/provision/orderfile/extract/lexicon"
	"mozybot/provision/orderfile/extract/page"
	"mozybot/provision/orderfile/extract/values"
)

// settle looks at storage that is listed in several places: two tables, or lists under different heads. The same
// once more is a copy; two orders are never added up.
func (s listing) settle() {
	var places [][]*candidate
	var last *candidate
	for _, c := range s.all {
		if c.verdict != taken || !c.storage() || c.from == inProse {
			continue
		}
		if last == nil || !s.samePlace(last, c) {
			places = append(places, nil)
		}
		places[len(places)-1] = append(places[len(places)-1], c)
		last = c
	}
	numbers := s.fields.of(label.OrderNumber)
	inRow := func(r *reading) bool { return r.place.Words == s.page.Lines[places[0][0].at].Text() }
	if len(places) == 1 && (len(numbers) > 1 || ofSeveralDates(places[0])) && (len(places[0]) > 1 || slices.ContainsFunc(numbers, inRow)) {
		askWhich(places[0], "The items belong to several orders")
		return
	}
	if len(places) == 1 && ofSeveralTimes(places[0]) {
		askWhich(places[0], "The items are for different times, so they may be one storage that is charged more than once")
		return
	}
	for n := 1; n < len(places); n++ {
		if !s.copies(places[0], places[n]) {
			askWhich(slices.Concat(places...), "Storage is ordered in several places")
			return
		}
	}
	if amounts := slices.DeleteFunc(slices.Concat(places...), func(c *candidate) bool { return !c.amount }); len(amounts) > 1 && !s.sumsUp(amounts) {
		askWhich(amounts, "Several amounts of storage are named")
		return
	}
	for _, place := range places[min(1, len(places)):] {
		for _, c := range place {
			c.leave("It repeats what stands at %s.", places[0][0].place)
		}
	}
}

// ofSeveralDates says that the rows of a table are of orders of different days.
func ofSeveralDates(rows []*candidate) bool {
	date := ""
	for _, c := range rows {
		for _, r := range c.remarks {
			if !datedHeads[label.Normal(r.head)] {
				continue
			}
			if date != "" && date != r.text {
				return true
			}
			date = r.text
		}
	}
	return false
}

// datedHeads are of columns with the day of an order.
var datedHeads = lexicon.Set("datedHeads")

// ofSeveralTimes says that rows are for times that differ.
func ofSeveralTimes(rows []*candidate) bool {
	named := func(c *candidate) []string {
		all := times.FindAllString(c.description, 4)
		if when := c.limited(); all == nil && when != "" {
			all = append(all, when)
		}
		for _, r := range c.remarks {
			if periodHeads[label.Normal(r.head)] {
				all = append(all, r.text)
			}
		}
		return all
	}
	return slices.ContainsFunc(rows[min(1, len(rows)):], func(c *candidate) bool { return !slices.Equal(named(c), named(rows[0])) })
}

// times are years and days, and periodHeads are of columns with the time that something is for.
var times, periodHeads = lexicon.Of("times"), lexicon.Set("periodHeads")

// sumsUp says that a total of the document is what several amounts come to.
func (s listing) sumsUp(amounts []*candidate) bool {
	sum := 0
	for _, c := range amounts {
		sum += c.item.GB
	}
	return slices.ContainsFunc(s.all, func(c *candidate) bool { return c.total && c.verdict == left && c.item.GB == sum })
}

// listing is what a document lists, and where.
type listing struct{ *settlement }

// samePlace says that two items stand in one table or list.
func (s listing) samePlace(a, b *candidate) bool {
	if a.record && b.record {
		return a.at == b.at
	}
	if a.table != b.table {
		return a.table >= 0 && b.table >= 0 && s.goesOnOverleaf(a.table, b.table)
	}
	if a.table >= 0 {
		return true
	}
	for n := a.at + 1; n < b.at; n++ {
		if s.fields.used[n] || s.page.heads(n) {
			return false
		}
	}
	return true
}

// heads says that a line stands over others: it begins a paragraph, or ends in a colon, and is short.
func (d sheet) heads(n int) bool {
	l := d.Lines[n]
	text := l.Text()
	return len(l.Cells) == 1 && len(text) <= 60 && !l.Product() && !page.ListedOther.MatchString(text) &&
		(n > 0 && !l.Follows(d.Lines[n-1]) || strings.HasSuffix(text, ":"))
}

// goesOnOverleaf says that a table's head repeats another on a later page, which is of the same paper.
func (s listing) goesOnOverleaf(head, again int) bool {
	a, b := s.page.Lines[head], s.page.Lines[again]
	return b.Page > a.Page && values.Alike(a.Text()) == values.Alike(b.Text()) && !s.isCopy(head, again) && !s.page.entitledAgain(head, again)
}

var paging = lexicon.Of("paging")

// entitledAgain says that the page of a table's second head has a title that does not stand above the first: it begins
// another paper.
func (d sheet) entitledAgain(head, again int) bool {
	title := func(n int) string {
		l := d.Lines[n]
		if len(l.Cells) > 2 || !d.mayBeTitle(d.Lines[n].Cells[0], n) || !orderWord.MatchString(l.Text()) {
			return ""
		}
		return values.Alike(paging.ReplaceAllString(l.Text(), ""))
	}
	for n := again - 1; n > head && d.Lines[n].Page == d.Lines[again].Page; n-- {
		name := title(n)
		above := func(l page.Line) bool { return values.Alike(paging.ReplaceAllString(l.Text(), "")) == name }
		if name != "" && !slices.ContainsFunc(d.Lines[:head], above) {
			return true
		}
	}
	return false
}

// isCopy says that a table lists on a later page just what another does, under a head of the order of its own.
func (s listing) isCopy(head, again int) bool {
	rows := func(table int) (all []string) {
		for _, c := range s.all {
			if c.table == table {
				all = append(all, s.page.Lines[c.at].Text())
			}
		}
		return all
	}
	for n := again - 1; n > head && s.page.Lines[n].Page == s.page.Lines[again].Page; n-- {
		if s.fields.used[n] {
			return slices.Equal(rows(head), rows(again))
		}
	}
	return false
}

// copies says that two places list the same, or one of them the sum of the other. An order of a table with many is a copy
// only where its whole row is.
func (s listing) copies(a, b []*candidate) bool {
	if a[0].record && b[0].record {
		return s.page.Lines[a[0].at].Text() == s.page.Lines[b[0].at].Text()
	}
	sum := func(place []*candidate) (gb int) {
		for _, c := range place {
			gb += c.item.GB
		}
		return gb
	}
	return sum(a) == sum(b) && (len(a) == len(b) || len(a) == 1 || len(b) == 1)
}

// askWhich asks which of several items are ordered.
func askWhich(all []*candidate, what string) {
	var named []string
	for _, c := range all {
		named = append(named, fmt.Sprintf("%s GB (%s)", provision.Thousands(c.item.GB), c.place))
	}
	for i, c := range all {
		c.verdict, c.quote = asked, c.place.Words
		c.against = append(c.against, what+".")
		if c.trouble = ""; i == 0 {
			c.trouble = fmt.Sprintf("%s: %s. Please enter the GB that was ordered.", what, page.Listed(named, "and"))
		}
	}
}
