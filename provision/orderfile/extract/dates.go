package extract

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"mozybot/provision/orderfile/extract/label"
	"mozybot/provision/orderfile/extract/lexicon"
)

// An order of long ago was provisioned long ago, and what was valid until some day is no order after it. The day to compare with is the last
// one that the paper has of itself; what ends is compared with that of the mail that brought it, too.

// outdated is what kind of paper one is that is of long ago, or was valid only until before it came.
func (s *settlement) outdated() (is paper, quote string) {
	var said []saidDay
	note := func(called, text string) {
		day, before, ok := dayIn(text)
		ends := validUntil.MatchString(called + ": " + before)
		if ok && (ends || datedHeads[label.Normal(called)] && before == "" || ordersOn.MatchString(before)) {
			said = append(said, saidDay{day, strings.TrimPrefix(called+": "+text, ": "), ends})
		}
	}
	for i, l := range s.page.Lines {
		for j, c := range l.Cells {
			called, value := labelledIn(l, j)
			if below, stacked := s.page.Stacked(i, j); stacked {
				called, value = c.Text, below
			}
			if day, before, ok := dayIn(c.Text); ok && i < titleReach && s.page.mayBeTitle(c, i) && titlesDay.MatchString(before) {
				said = append(said, saidDay{day, c.Text, false})
				continue
			}
			note(called, value)
			note("", c.Text)
		}
	}
	for _, c := range s.all {
		for _, r := range c.remarks {
			note(r.head, r.text)
		}
	}
	var last time.Time
	for _, d := range said {
		if !d.ends && d.day.After(last) {
			last = d.day
		}
	}
	came := s.page.Received
	if last.After(came) {
		came = last
	}
	for _, d := range said {
		switch {
		case d.ends && d.day.Before(came.AddDate(0, 0, -1)):
			return paper{name: "an order that is no longer valid", then: "Enter the GB only if they are ordered all the same."}, short(d.words)
		case d.day.Before(last.AddDate(-1, 0, 0)):
			return paper{name: "an order of long ago", then: "Enter the GB only if they are ordered now."}, short(d.words)
		}
	}
	return paper{}, ""
}

// saidDay is a day, and the words that say it: one of the order, or its last.
type saidDay struct {
	day   time.Time
	words string
	ends  bool
}

// dayIn is the first whole date of a text, and what stands before it. Where day and month may be changed round, the later date is taken.
func dayIn(text string) (day time.Time, before string, ok bool) {
	if !strings.Contains(text, "20") && !strings.Contains(text, "19") {
		return time.Time{}, "", false
	}
	at := wholeDate.FindStringIndex(text)
	if at == nil {
		return time.Time{}, "", false
	}
	year, rest := 0, []int{}
	for number := range strings.FieldsFuncSeq(text[at[0]:at[1]], func(r rune) bool { return r < '0' || r > '9' }) {
		if n, _ := strconv.Atoi(number); len(number) == 4 {
			year = n
		} else {
			rest = append(rest, n)
		}
	}
	named := monthOf.FindStringSubmatch(text[at[0]:at[1]])
	if named != nil {
		rest = append(rest[:1], 1+slices.IndexFunc(named[1:], func(stem string) bool { return stem != "" }))
	}
	orders := [][2]int{{rest[0], rest[1]}, {rest[1], rest[0]}}
	if named != nil {
		orders = orders[:1]
	}
	for _, of := range orders {
		if on := time.Date(year, time.Month(of[1]), of[0], 0, 0, 0, 0, time.UTC); of[1] <= 12 && on.After(day) {
			day = on
		}
	}
	return day, strings.TrimSpace(text[:at[0]]), true
}

var (
	wholeDate, monthOf              = lexicon.Of("wholeDate"), lexicon.Of("monthOf")
	validUntil, ordersOn, titlesDay = lexicon.Of("validUntil"), lexicon.Of("ordersOn"), lexicon.Of("titlesDay")
)
