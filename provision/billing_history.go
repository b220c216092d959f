package provision

import (
	"encoding/json"
	"slices"
)

// Charge is a line of Billing History.
type Charge struct {
	Date   string `json:"date"` // as the console writes it
	Amount Money  `json:"amount"`
}

// keptDates is how many of the newest dates a journal keeps the lines of. A purchase is a line of the day it is made on,
// so older lines never decide anything.
const keptDates = 2

// BillingHistory is the console's Billing History as one look showed it, or what a journal keeps of that.
type BillingHistory struct {
	Lines []Charge      // oldest first
	Older *OlderCharges // nil when Lines is all there was
}

// OlderCharges stand for the lines that came before those a journal keeps.
type OlderCharges struct {
	Count  int    `json:"count"`
	SHA256 string `json:"sha256"` // of the lines in JSON, hex
}

// Condensed keeps the lines of the newest two dates, and the count and a hash of the rest. What is condensed already
// stays as it is.
func (h BillingHistory) Condensed() BillingHistory {
	from := h.newestDates()
	if from == 0 || h.Older != nil {
		return h
	}
	older, err := json.Marshal(h.Lines[:from])
	if err != nil { // strings and numbers: cannot happen
		panic(err)
	}
	return BillingHistory{Lines: h.Lines[from:], Older: &OlderCharges{Count: from, SHA256: hash(older)}}
}

// newestDates is where the lines of the newest dates begin.
func (h BillingHistory) newestDates() int {
	var dates []string
	for i, c := range slices.Backward(h.Lines) {
		if slices.Contains(dates, c.Date) {
			continue
		}
		if len(dates) == keptDates {
			return i + 1
		}
		dates = append(dates, c.Date)
	}
	return 0
}

// Since are the lines that were not there before. They are compared as a bag, because a long history may be shown in
// part. A line that is older than what is kept of before is never a new one.
func (h BillingHistory) Since(before BillingHistory) []Charge {
	before = before.Condensed()
	had := map[Charge]int{}
	for _, c := range before.Lines {
		had[c]++
	}
	var fresh []Charge
	for _, c := range h.Lines[h.olderThan(before):] {
		if had[c] > 0 {
			had[c]--
			continue
		}
		fresh = append(fresh, c)
	}
	return fresh
}

// Unclaimed are the lines that were not there before, without those of purchases that are known. Only a purchase that was charged
// between the two looks has its line among them.
func (h BillingHistory) Unclaimed(before BillingHistory, known []Purchase) []Charge {
	fresh := h.Since(before)
	for _, p := range known {
		if slices.ContainsFunc(before.Since(p.Before), p.Is) || !slices.ContainsFunc(h.Since(p.Before), p.Is) {
			continue
		}
		if i := slices.IndexFunc(fresh, p.Is); i >= 0 {
			fresh = slices.Delete(fresh, i, i+1)
		}
	}
	return fresh
}

// olderThan is how many lines come before the dates that are kept of an earlier look.
func (h BillingHistory) olderThan(before BillingHistory) int {
	if before.Older == nil {
		return 0
	}
	return max(0, slices.IndexFunc(h.Lines, func(c Charge) bool {
		return slices.ContainsFunc(before.Lines, func(kept Charge) bool { return kept.Date == c.Date })
	}))
}

// BillingHistory is what a reading has of it.
func (r Reading) BillingHistory() BillingHistory { return BillingHistory{r.Charges, r.OlderCharges} }

// Condensed is the reading as a journal keeps it.
func (r Reading) Condensed() Reading {
	h := r.BillingHistory().Condensed()
	r.Charges, r.OlderCharges = h.Lines, h.Older
	return r
}

// Condensed is the entry as a journal keeps it.
func (e Entry) Condensed() Entry {
	if e.Saw != nil {
		saw := e.Saw.Condensed()
		e.Saw = &saw
	}
	return e
}
