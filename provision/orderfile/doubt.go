package orderfile

import (
	"fmt"
	"regexp"
	"strings"

	"mozybot/provision"
)

var (
	// withdrawn are words beside an item that say that it is not ordered, or not for certain.
	withdrawn = regexp.MustCompile(`(?i)\b(?:cancel(?:l?ed|lation)|declined|deleted?|removed?|void(?:ed)?|refund(?:ed)?|returned|credit(?:ed)?|` +
		`optional(?:ly)?|not (?:included|ordered|required|needed|purchased|wanted|selected)|if (?:needed|required|wanted|desired)|storniert|entfällt|annulée?s?)\b|^cancel\b|\bcancel$`)
	// otherAmount are words that tell of two amounts: one that was, or could be.
	otherAmount = regexp.MustCompile(`(?i)\b(?:was|were|old|previous(?:ly)?|formerly|existing|current(?:ly)?|or\s+\d+|options?\s+(?:\d+|[a-z])|alternative(?:ly)?|instead|replac(?:es?|ed|ing))\b`)
	// otherGroup begins the heading of items that are not ordered, or not now.
	otherGroup = regexp.MustCompile(`(?i)^(?:optional|options|existing|current|previous|old|cancel|declined|removed|not (?:included|ordered)|alternative|available|recommended)`)
)

// doubted takes storage or a license whose words say that it may not be ordered for what a person has to decide:
// nothing is added up, nothing switched on.
func doubted(item provision.Item, r row) (provision.Item, string) {
	reason := r.group
	for _, words := range []string{r.description, r.around} {
		if reason == "" {
			reason = withdrawn.FindString(words)
		}
		if reason == "" && item.Kind == provision.Storage {
			reason = otherAmount.FindString(words)
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

// standing is r with what it stands among.
func (r row) standing(d document) row {
	if r.around == "" {
		text := d.lines[r.at].text()
		r.around = text[:min(len(text), 500)]
	}
	r.group = groupOf(d, r.at)
	return r
}

// groupOf is the heading of items that are not ordered, or not now, where line at stands under one; else "". The nearest
// line that is neither an item nor a row of a table is the heading.
func groupOf(d document, at int) string {
	for n := at - 1; n >= max(0, at-50); n-- {
		cells := d.lines[n].cells
		text := cells[0].text
		if len(cells) > 1 || product.MatchString(text) || listedOther.MatchString(text) {
			continue
		}
		if heading := strings.TrimRight(text, ": "); len(heading) <= 60 && !strings.Contains(heading, ":") && otherGroup.MatchString(heading) {
			return heading
		}
		return ""
	}
	return ""
}
