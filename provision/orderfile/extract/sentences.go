package extract

import (
	"regexp"
	"slices"
	"strings"
)

// mention is an item named in running text: "we order 60 x 1 GB Storage Server".
type mention struct {
	row
	listed    bool // it stands at the start of its line, as in a list; else it is said in passing
	tabular   bool // its line has several cells
	quoted    bool // “1 GB Storage Server”: it is spoken of, not ordered
	denied    bool // "no Cloud Server License"
	paragraph int  // which one says it, by its first line
}

var (
	// quantityBefore is what may lead to a product's name: "60 x", "1,000 units of", "one", or just "60".
	quantityBefore = regexp.MustCompile(`(?i)(?:^|[\s(:,;–—*•>])([-−]?\d[\d.,'’]*(?: \d{3})*|an?|one|two|three|four|five|six|seven|eight|nine|ten)(\s*(?:[x×*]|(?:units?|pieces|pcs\.?|licen[cs]es?|times)(?:\s+of)?|of|no\.)\s*| )$`)
	// dashed is a quantity that a dash parts from the name: at the start of its line, or behind a label.
	dashed = regexp.MustCompile(`(?i)(?:^|\n|\b(?:qty|quantity)[.: ]*)[-*•> ]*(\d[\d.,'’]*(?: \d{3})*)( +[-–—] +)$`)
	// quantityAfter is what may follow a name on its line: "x 60", "(60)", ": 60", "qty 60", or just "60".
	quantityAfter = regexp.MustCompile(`(?i)^ ?(\(? ?(?:[x×*]|qty\.?:?|quantity:?|[:=–—-](?: ?(?:qty|quantity)\.?:?)?|, ?(?:qty|quantity)\.?:?) ?|\( ?| )([-−]?\d[\d.,'’]*(?: \d{3})*)(?: ?[x×]| ?(?:units?|pieces|pcs|ea)\b)? ?\)?(?:$|[\s.,;)])`)
	bareNumber    = regexp.MustCompile(`^\d[\d,'’]*$`)
	priceLike     = regexp.MustCompile(`[.,]\d\d$`)
	// product is any name that the runbook knows.
	product = regexp.MustCompile(`(?i)` + storagePattern + `|` + licensePattern)
	// leading is what may stand before the first item of a list's line.
	leading = regexp.MustCompile(`(?i)^[\s>]*(?:[-–*•·o]\s+|\(?\d{1,2}[.)]\s+|[a-z][.)]\s+)?(?:(?:order(?:ed)?|items?|products?|description|service)\s*\d*\s*:\s*)?$`)
	// denial is a word around a name that says it is not ordered, or not for certain.
	denial      = regexp.MustCompile(`(?i)\b(?:if|whether|optional|no|not|without|excluding|except|none|never|isn['’]t|doesn['’]t|don['’]t)\b|\[\s*\]|☐`)
	sentenceEnd = regexp.MustCompile(`[.;!?](?:\s|$)`)
	// sayingNo is what a form's question is answered with.
	sayingNo = regexp.MustCompile(`(?i)^\?\s+no\b`)
	// listedOther is a line that counts something else.
	listedOther = regexp.MustCompile(`^[\s>]*(?:[-–*•·]\s+|\(?\d{1,2}[.)]\s+)?(\d[\d.,'’]*)\s*(?:[x×]\s+|[x×*]\s*(?:[^\d\s]))`)
)

var wordNumbers = map[string]string{"a": "1", "an": "1", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5",
	"six": "6", "seven": "7", "eight": "8", "nine": "9", "ten": "10"}

// readSentences finds the items named outside of tables. skip are the lines that were read already.
func readSentences(d page, skip map[int]bool) []mention {
	var found []mention
	for i := 0; i < len(d.lines); {
		if skip[i] {
			i++
			continue
		}
		n := paragraphLength(d, i, skip)
		for _, m := range mentionsIn(d.lines[i : i+n]) {
			m.paragraph, m.at = i, m.at+i
			found = append(found, m)
		}
		if len(found) > maxItems { // the caller says so
			break
		}
		i += n
	}
	return found
}

// paragraphLength is how many lines from i on run on as one text.
func paragraphLength(d page, i int, skip map[int]bool) int {
	n := 1
	for n < 100 && i+n < len(d.lines) && !skip[i+n] && d.lines[i+n].follows(d.lines[i+n-1]) {
		n++
	}
	return n
}

// mentionsIn finds the items named in a paragraph. Their at counts from its first line.
func mentionsIn(lines []line) []mention {
	var text strings.Builder
	starts := make([]int, len(lines))
	for i, l := range lines {
		if i > 0 {
			text.WriteByte('\n')
		}
		starts[i] = text.Len()
		text.WriteString(l.text())
	}
	s := text.String()
	lineOf := func(at int) int {
		i := len(starts) - 1
		for starts[i] > at {
			i--
		}
		return i
	}
	var found []mention
	taken := 0 // up to here the text belongs to mentions
	names := product.FindAllStringIndex(s, maxItems+1)
	for i, at := range names {
		if hardware.MatchString(s[at[0]:min(len(s), at[1]+20)]) {
			continue
		}
		free := len(s) // from here on it belongs to the next one
		if i+1 < len(names) {
			free = at[1] + startOfMention(s[at[1]:names[i+1][0]])
		}
		m, from, to := mentionAt(s, taken, at, free)
		first := lineOf(from)
		m.place, m.at, m.tabular = lines[first].place(), first, len(lines[first].cells) > 1
		m.quoted = from > 0 && strings.HasSuffix(strings.TrimRight(s[:from], " "), `"`) || strings.HasSuffix(s[:from], "“")
		m.listed = leading.MatchString(s[starts[first]:from]) || taken > starts[first] && len(found) > 0 && found[len(found)-1].listed
		if !m.listed {
			m.around = sentenceAround(s, at)
		}
		m.quantity = lines[first].inOneCell(m.quantity, s[at[0]:at[1]])
		found, taken = append(found, m), to
	}
	for i, l := range lines {
		if r, ok := otherListed(l); ok {
			r.at = i
			found = append(found, mention{row: r, listed: true})
		}
	}
	return found
}

// quantityLeading finds the quantity that ends a text before a product's name: its place, and that of what joins them.
func quantityLeading(text string) []int {
	if at := quantityBefore.FindStringSubmatchIndex(text); at != nil {
		return at
	}
	return dashed.FindStringSubmatchIndex(text)
}

// startOfMention is where the quantity begins that ends the text before a product's name, else the end.
func startOfMention(text string) int {
	if at := quantityLeading(text); at != nil {
		return at[2]
	}
	return len(text)
}

// mentionAt reads the quantity of the product named at s[at[0]:at[1]], and returns the reach of the whole mention.
// What stands before taken or after free belongs to others.
func mentionAt(s string, taken int, at []int, free int) (m mention, from, to int) {
	from, to = at[0], at[1]
	m.description = strings.Join(strings.Fields(s[from:to]), " ")
	before := quantityLeading(s[taken:from])
	after := quantityAfter.FindStringSubmatchIndex(s[to:free])
	if before != nil {
		if number, ok := leadingNumber(s[taken+before[2]:taken+before[3]], s[taken+before[4]:taken+before[5]]); ok {
			m.quantity, from = number, taken+before[2]
		}
	}
	if after != nil {
		bare := strings.TrimSpace(s[to+after[2]:to+after[3]]) == ""
		number := strings.TrimRight(s[to+after[4]:to+after[5]], ".,'’")
		switch {
		case m.quantity == "":
			m.quantity = number
			to += after[1]
		case number != m.quantity && !(bare && priceLike.MatchString(number)): // "60 x 1 GB Storage Server 66.00"
			m.quantity += " or " + number
			to += after[1]
		}
	}
	if m.quantity == "" {
		m.denied = denial.MatchString(sentenceAround(s, at))
	}
	return m, from, to
}

// inOneCell is a quantity of a line, unless its digits stand in several cells, or another number stands behind it: then
// any of them may be meant.
func (l line) inOneCell(quantity, name string) string {
	at := slices.IndexFunc(l.cells, func(c cell) bool { return strings.Contains(c.text, name) })
	if at < 0 || strings.Contains(l.cells[at].text, quantity) {
		return quantity
	}
	var numbers []string
	for _, c := range l.cells[at+1:] {
		if n := strings.ReplaceAll(c.text, " ", ""); bareNumber.MatchString(n) && !slices.Contains(numbers, n) {
			numbers = append(numbers, n)
		}
	}
	if len(numbers) < 2 || !strings.HasPrefix(quantity, numbers[0]) {
		return quantity
	}
	return strings.Join(numbers, " or ")
}

// leadingNumber decides whether a number or a word before a name is its quantity. "1. 1 GB Storage Server" counts the
// lines of a list, and "a 1 GB Storage Server" speaks of the product.
func leadingNumber(number, joint string) (string, bool) {
	if strings.TrimSpace(joint) == "" && strings.HasSuffix(number, ".") {
		return "", false
	}
	word := strings.ToLower(number)
	if n, ok := wordNumbers[word]; ok {
		return n, !strings.HasPrefix(word, "a")
	}
	return number, true
}

// sentenceAround is the sentence that a name stands in, or as much of it as can matter.
func sentenceAround(s string, at []int) string {
	const reach = 500
	before, after := s[max(0, at[0]-reach):at[0]], s[at[1]:min(len(s), at[1]+reach)]
	if ends := sentenceEnd.FindAllStringIndex(before, -1); ends != nil {
		before = before[ends[len(ends)-1][1]:]
	}
	if end := sentenceEnd.FindStringIndex(after); end != nil {
		after = after[:end[0]] + sayingNo.FindString(after[end[0]:])
	}
	return before + s[at[0]:at[1]] + after
}

// otherListed is a line such as "3 x Patch cable".
func otherListed(l line) (row, bool) {
	text := l.text()
	m := listedOther.FindStringSubmatchIndex(text)
	if m == nil {
		return row{}, false
	}
	description := strings.TrimLeft(text[m[3]:], " x×*")
	return row{quantity: text[m[2]:m[3]], description: description, place: l.place()}, description != "" && !known(text)
}
