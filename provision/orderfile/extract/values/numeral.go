package values

import (
	"errors"
	"math"
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

// InDigits leaves one of what is said twice, where both say the same: "thirty (30)", "1 TB (1,000 GB)", "12 users x 5 GB each (60 GB)".
func InDigits(text string) string {
	if !strings.ContainsAny(text, "(=") || !strings.ContainsAny(text, "0123456789") {
		return text
	}
	text = writtenTwice.ReplaceAllStringFunc(text, func(twice string) string {
		m := writtenTwice.FindStringSubmatch(twice)
		n, ok := Numeral(m[1])
		if digits, err := Quantity(m[2]); ok && err == nil && digits == n {
			return strconv.Itoa(n)
		}
		return twice
	})
	text = inTB.ReplaceAllStringFunc(text, func(twice string) string {
		m := inTB.FindStringSubmatch(twice)
		tb, err := terabytes(m[1])
		if gb, bad := Quantity(m[2]); errors.Join(err, bad) == nil && (math.Round(tb*1000) == float64(gb) || math.Round(tb*1024) == float64(gb)) {
			return m[2] + " GB"
		}
		return twice
	})
	return multiplied.ReplaceAllStringFunc(text, func(product string) string {
		m := multiplied.FindStringSubmatch(product)
		n, err := Quantity(m[1])
		each, bad := Quantity(m[2])
		if sum, worse := Quantity(m[3]); errors.Join(err, bad, worse) == nil && n*each == sum {
			return m[3] + " GB"
		}
		return product
	})
}

// terabytes reads an amount that may have decimals: "1", "1,000", "1.5", "1,5".
func terabytes(s string) (float64, error) {
	if n, err := Quantity(s); err == nil {
		return float64(n), nil
	}
	return strconv.ParseFloat(strings.Replace(s, ",", ".", 1), 64)
}

// inTB is an amount in TB with its GB behind it, and multiplied so many times an amount with what they come to.
var (
	inTB       = lexicon.Compile(`(?i)\b(\d[\d.,]*) ?TB ?\((?:= ?|i\.e\.,? ?)?(\d[\d.,]*) ?GB\)`)
	multiplied = lexicon.Compile(`(?i)\b(\d+)(?: \pL+){0,3} ?(?:[x×*@]|at|with|à) ?(\d+) ?GB\b(?: \pL+){0,3} ?(?:\(=? ?|= ?)(?:total |in total |makes )?(\d[\d.,]*) ?GB\)?`)
)
