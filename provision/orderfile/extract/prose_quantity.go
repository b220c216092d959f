package extract

import (
	"slices"
	"strconv"
	"strings"

	"mozybot/provision/orderfile/extract/label"
	"mozybot/provision/orderfile/extract/lexicon"
	"mozybot/provision/orderfile/extract/page"
	"mozybot/provision/orderfile/extract/values"
)

// quantityLeading finds the quantity that ends a text before a product's name: its place, and that of what joins them.
func quantityLeading(text string) []int {
	skipped := 0
	if len(text) > maxLead { // what stands earlier leads to something else
		skipped = len(text) - maxLead
		skipped += max(0, strings.IndexAny(text[skipped:], " \n"))
	}
	at := quantityBefore.FindStringSubmatchIndex(text[skipped:])
	if at == nil {
		at = dashed.FindStringSubmatchIndex(text[skipped:])
	}
	if at != nil && strings.Contains(text[skipped+at[4]:skipped+at[5]], "\n*") { // which begins a line of a list
		return nil
	}
	for i := range at {
		at[i] += skipped
	}
	return at
}

// maxLead is how much of a text may lead to a name, with its quantity.
const maxLead = 160

// startOfMention is where the quantity begins that ends the text before a product's name, else the end.
func startOfMention(text string) int {
	if at := quantityLeading(text); at != nil {
		return at[2]
	}
	return len(text)
}

// itemAt reads the quantity of the product named at s[at[0]:at[1]], and returns the reach of the whole mention.
// What stands before taken or after free belongs to others.
func itemAt(s string, taken int, at []int, free int) (m *candidate, from, to int) {
	m = &candidate{}
	from, to = at[0], at[1]
	m.description = strings.Join(strings.Fields(s[from:to]), " ")
	before := quantityLeading(s[taken:from])
	after := quantityAfter.FindStringSubmatchIndex(s[to:free])
	if after != nil && after[6] < 0 && (unitNext.MatchString(s[to+after[5]:free]) || priceLike.MatchString(s[to+after[4]:to+after[5]]) && moneyNext.MatchString(s[to+after[5]:free])) {
		after = nil // another amount, or a price
	}
	if after != nil && strings.TrimSpace(s[to+after[2]:to+after[3]]) == "," && after[8] < 0 {
		after = nil // any number, as of a street
	}
	if before != nil && !(strings.HasPrefix(s[taken+before[4]:], ")") && !strings.HasSuffix(s[:taken+before[2]], "(")) { // "1) " counts lines
		if number, ok := leadingNumber(s[taken+before[2]:taken+before[3]], s[taken+before[4]:taken+before[5]]); ok {
			m.quantity, from = number, taken+before[2]
			if size := threeDigits.FindString(s[at[0]:]); size != "" && strings.TrimSpace(s[taken+before[4]:taken+before[5]]) == "" && len(number) <= 3 {
				m.quantity += " or " + number + " " + size // "1 500 GB storage" may be 1,500
			}
		}
	}
	if after != nil {
		times := strings.ContainsAny(s[to+after[2]:to+after[3]], "x×*")
		number := strings.TrimRight(s[to+after[4]:to+after[5]], ".,'’")
		if after[6] >= 0 {
			number += " GB"
		}
		if m := alternative.FindStringSubmatch(s[to+after[1] : free]); m != nil && !priceLike.MatchString(m[1]) {
			number += " or " + m[1]
		}
		if m := ofSize.FindString(s[to+after[1]-1 : free]); m != "" && after[8] >= 0 { // "3 units of 10"
			number += m
		}
		begins := strings.Trim(s[max(0, strings.LastIndexByte(s[:from], '\n')):from], " \n(") == ""
		switch {
		case m.quantity == "", begins && strings.HasSuffix(s[:from], "("): // "(1)" counts lines
			m.quantity = number
			to += after[1]
		case number != m.quantity && !(priceLike.MatchString(number) && !times): // "60 x 1 GB Storage Server 66.00"
			m.quantity += " or " + number
			to += after[1]
		}
	}
	if before == nil && after == nil {
		if quantity, rest := bracketedQuantity(s[to:free]); quantity != "" {
			m.quantity = quantity
			to += rest
		}
	}
	if m.quantity == "" {
		m.denied = deniedIn(sentenceAround(s, at), m.description)
	}
	return m, from, to
}

// bracketedQuantity is a quantity with its label among others in the brackets behind a name, and where those end.
func bracketedQuantity(behind string) (string, int) {
	m := detailed.FindStringSubmatch(behind)
	if m == nil {
		return "", 0
	}
	for piece := range strings.SplitSeq(m[1], ", ") {
		if found := label.Scan(piece); len(found) == 1 && found[0].Field == label.Quantity {
			return found[0].Value, len(m[0])
		}
	}
	return "", 0
}

// detailed are brackets right behind a name.
var detailed = lexicon.Compile(`^ ?\(([^()]{3,80})\)`)

// deniedIn says that a sentence does without the product that it names.
func deniedIn(sentence, name string) bool {
	if sentence = ifAsked.ReplaceAllString(sentence, " "); namesLicense(name) && declining.MatchString(sentence) {
		return true
	}
	if !denial.MatchString(sentence) {
		return false
	}
	if !namesLicense(name) {
		sentence = deniedLicense.ReplaceAllString(sentence, " ")
	}
	return denial.MatchString(sentence)
}

// inOneCell is a quantity of a line, unless its digits stand in several cells, or another number stands behind it: then
// any of them may be meant.
func inOneCell(l page.Line, quantity, name string) string {
	at := slices.IndexFunc(l.Cells, func(c page.Cell) bool { return strings.Contains(c.Text, name) })
	if at < 0 || strings.Contains(l.Cells[at].Text, quantity) {
		return quantity
	}
	_, behind, _ := strings.Cut(l.Cells[at].Text, name)
	var before, after []string
	for _, c := range l.Cells[:at] {
		before = withNumber(before, c.Text)
	}
	after = withNumber(after, strings.TrimLeft(behind, " x×*:=(–-"))
	for _, c := range l.Cells[at+1:] {
		after = withNumber(after, c.Text)
	}
	switch digits := strings.ReplaceAll(quantity, " ", ""); {
	case len(after) > 0 && strings.HasPrefix(digits, after[0]) && (len(after) > 1 || digits != after[0]):
		return strings.Join(after, " or ")
	case len(before) > 1 && strings.HasSuffix(strings.Join(before, ""), digits) && !slices.Contains(before, digits):
		return strings.Join(before, " or ")
	}
	return quantity
}

// withNumber adds the number that a text is to others, unless it is among them.
func withNumber(numbers []string, text string) []string {
	if n := strings.ReplaceAll(text, " ", ""); bareNumber.MatchString(n) && !slices.Contains(numbers, n) {
		numbers = append(numbers, n)
	}
	return numbers
}

// leadingNumber decides whether a number or a word before a name is its quantity. "1. 1 GB Storage Server" counts the
// lines of a list, and "a 1 GB Storage Server" speaks of the product.
func leadingNumber(number, joint string) (string, bool) {
	if strings.TrimSpace(joint) == "" && strings.HasSuffix(number, ".") {
		return "", false
	}
	if word := strings.ToLower(number); word == "a" || word == "an" {
		return "1", false
	}
	if n, ok := values.Numeral(number); ok {
		return strconv.Itoa(n), true
	}
	return number, true
}

// reach is how far the words around a name can matter, in bytes.
const reach = 500

// sentenceAround is the sentence that a name stands in, or as much of it as can matter.
func sentenceAround(s string, at []int) string {
	before, after := s[max(0, at[0]-reach):at[0]], s[at[1]:min(len(s), at[1]+reach)]
	ends := page.SentenceEnd.FindAllStringIndex(before, -1)
	for i := len(ends) - 1; i >= 0; i-- {
		if !page.Abbreviates(before[:ends[i][0]+1]) {
			before = before[ends[i][1]:]
			break
		}
	}
	if end := page.SentenceEnd.FindStringIndex(after); end != nil {
		after = after[:end[0]] + sayingNo.FindString(after[end[0]:])
	}
	return before + s[at[0]:at[1]] + after
}
