package values

import (
	"strconv"
	"strings"

	"mozybot/provision/orderfile/extract/lexicon"
)

// numeralWords are the English words that numbers are written with, and what each adds or multiplies by.
var numeralWords = map[string]int{"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
	"eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15, "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19,
	"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90, "hundred": 100, "thousand": 1000}

var writtenTwice = lexicon.Of("writtenTwice")

// Numeral is the number that words write out.
func Numeral(words string) (int, bool) {
	total, part := 0, 0
	for word := range strings.FieldsFuncSeq(strings.ToLower(words), func(r rune) bool { return r == ' ' || r == '-' }) {
		n, ok := numeralWords[word]
		switch {
		case word == "and" || word == "a" || word == "an":
		case !ok:
			return 0, false
		case n == 1000:
			total, part = total+max(part, 1)*n, 0
		case n == 100:
			part = max(part, 1) * n
		case part%100 > 0 && (n >= 10 || part%10 > 0): // "thirty five hundred", "six seven": digits, or a slip
			return 0, false
		default:
			part += n
		}
	}
	return total + part, total+part > 0
}

// InDigits leaves out the words of numbers that are written twice, where both say the same.
func InDigits(text string) string {
	open := strings.IndexByte(text, '(')
	if open < 3 || !strings.ContainsAny(text[open:min(len(text), open+3)], "0123456789") && strings.Count(text, "(") == 1 {
		return text
	}
	return writtenTwice.ReplaceAllStringFunc(text, func(twice string) string {
		m := writtenTwice.FindStringSubmatch(twice)
		n, ok := Numeral(m[1])
		if digits, err := Quantity(m[2]); ok && err == nil && digits == n {
			return strconv.Itoa(n)
		}
		return twice
	})
}
