package extract

import (
	"fmt"
	"regexp"
	"strings"

	"mozybot/provision"
)

var (
	// withdrawn are words beside an item that say that it is not ordered, or not for certain.
	withdrawn = regexp.MustCompile(`(?i)\b(?:cancel(?:l?ed|lation)|declined|deleted?|removed?|void(?:ed)?|refunded|returned|credited|` +
		`optional(?:ly)?|not (?:included|ordered|required|needed|purchased|wanted|selected)|if (?:needed|required|wanted|desired)|storniert|entfällt|annulée?s?)\b|` +
		`^cancel\b|\bcancel$|^(refund|credit)\s*:`)
	// otherAmount are words right before an amount that say that there is another one: one that was, or could be.
	otherAmount = regexp.MustCompile(`(?i)\b(was|were|old|previous(?:ly)?|formerly|existing|current(?:ly)?|options?\s+[a-z\d]|alternative(?:ly)?|instead(?:\s+of)?|replac(?:es?|ed|ing))` +
		`\s*:?\s*\d|\b((?:or|from)\s+\d[\d.,]*)\s*(?:[x×*]|[gt]b\b)`)
	// contrast are words that speak of what there is or was already. Where storage stands more than once, one of the
	// amounts may be that.
	contrast = regexp.MustCompile(`(?i)\b(?:was|were|old|previous(?:ly)?|formerly|existing|current(?:ly)?|alternative(?:ly)?|instead|replac(?:es?|ed|ing))\b`)
	// otherGroup begins the heading of items that are not ordered, or not now. perhapsGroup does where there are others.
	otherGroup = regexp.MustCompile(`(?i)^(?:optional|options|existing|previous|old|cancel|declined|removed|not (?:included|ordered)|alternative|` +
		`current(?:ly)? (?:services?|products?|plans?|storage|subscriptions?|contracts?)\b)`)
	perhapsGroup = regexp.MustCompile(`(?i)^(?:current|available|recommended)`)
)

// severalStorage says whether storage stands in the order more than once.
func severalStorage(rows []row, said []mention) bool {
	n := 0
	for _, r := range rows {
		if storageName.MatchString(r.description) {
			n++
		}
	}
	for _, m := range said {
		if storageName.MatchString(m.description) {
			n++
		}
	}
	return n > 1
}

// doubted takes storage or a license whose words say that it may not be ordered for what a person has to decide:
// nothing is added up, nothing switched on. several is severalStorage's answer.
func doubted(item provision.Item, r row, several bool) (provision.Item, string) {
	reason := ""
	if several || !perhapsGroup.MatchString(r.group) || otherGroup.MatchString(r.group) {
		reason = r.group
	}
	for _, words := range []string{r.description, r.around} {
		if reason == "" {
			reason = telling(withdrawn, words)
		}
		if reason == "" && item.Kind == provision.Storage {
			reason = telling(otherAmount, words)
		}
		if reason == "" && item.Kind == provision.Storage && several {
			reason = telling(contrast, words)
		}
	}
	switch {
	case reason == "":
		return item, ""
	case item.Kind == provision.Storage:
		item.GB = 0
		return item, fmt.Sprintf("%q (%s) stands with %q, so it may not be ordered. Please enter the GB that was ordered.", item.Description, r.place, reason)
	case item.Kind == provision.ServerLicense:
		item.Kind = provision.OtherItem
		return item, fmt.Sprintf("%q (%s) stands with %q, so Server Support stays off. Please check.", item.Description, r.place, reason)
	}
	return item, ""
}

// telling are the words that a pattern is about, "" where they are not said.
func telling(pattern *regexp.Regexp, words string) string {
	found := pattern.FindStringSubmatch(words)
	for _, part := range found[min(1, len(found)):] {
		if part != "" {
			return part
		}
	}
	if found == nil {
		return ""
	}
	return found[0]
}

// standing is r with what it stands among.
func (r row) standing(d page) row {
	if r.around == "" {
		r.around = d.lines[r.at].text()
		if at := strings.Index(r.around, r.description); at >= 0 && len(d.lines[r.at].cells) == 1 {
			r.around = sentenceAround(r.around, []int{at, at + len(r.description)})
		}
		r.around = r.around[:min(len(r.around), 500)]
	}
	r.group = groupOf(d, r.at)
	return r
}

// groupOf is the heading of items that are not ordered, or not now, where line at stands under one; else "". The nearest
// line that is neither an item nor a row of a table is the heading.
func groupOf(d page, at int) string {
	for n := at - 1; n >= max(0, at-50); n-- {
		cells := d.lines[n].cells
		text := cells[0].text
		if len(cells) > 1 || product.MatchString(text) || listedOther.MatchString(text) {
			continue
		}
		if heading := strings.TrimRight(text, ": "); len(heading) <= 60 && !strings.Contains(heading, ":") &&
			(otherGroup.MatchString(heading) || perhapsGroup.MatchString(heading)) {
			return heading
		}
		return ""
	}
	return ""
}
