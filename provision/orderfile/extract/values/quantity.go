package values

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"mozybot/provision"
	"mozybot/provision/orderfile/extract/lexicon"
)

// maxQuantity is above any order and far below an overflow; what an order may really have is MAX_ORDER_GB's to say.
const maxQuantity = 1_000_000

// Two troubles with a quantity that say that nothing was ordered.
var (
	ErrNone     = errors.New("no quantity stands beside it")
	ErrBelowOne = errors.New("below 1")
)

var (
	counted = lexicon.Of("counted")

	// ofAll is how shops print that all of what was ordered is sold or sent: "64 of 64".
	ofAll        = lexicon.Compile(`^(\d+) (?:of|von|de|sur|di|van|av|af) (\d+)$`)
	wholeNumber  = lexicon.Compile(`^\d+$`)
	zeroDecimals = lexicon.Compile(`^\d+[.,]0{1,2}$|^\d+\.0{4,}$`)
	grouped      = lexicon.Of("grouped")
	// twoWays is a thousand to one reader and a one with three decimals to another.
	twoWays  = lexicon.Compile(`^[1-9]\d{0,2}\.\d{3}$`)
	fraction = lexicon.Compile(`^\d+[.,]\d+$|^\d+\s*/\s*\d+$|[½¼¾⅓⅔]`)
	negative = lexicon.Compile(`^[-−–‒]\s*\d|^\(\s*\d[\d.,]*\s*\)$|^\d[\d.,]*-$`)
)

// Quantity reads a whole number from 1 to maxQuantity: "20", "1,000", "20.00", "20 pcs". The error completes the
// sentence "It isn't clear how many X are ordered: ...".
func Quantity(s string) (int, error) {
	s = Clean(s)
	if m := counted.FindStringSubmatch(s); m != nil && strings.ContainsAny(m[1], "0123456789") {
		s = strings.TrimSpace(m[1])
	}
	if m := ofAll.FindStringSubmatch(s); m != nil && m[1] == m[2] {
		s = m[1]
	}
	switch {
	case s == "":
		return 0, ErrNone
	case negative.MatchString(s):
		return 0, fmt.Errorf("%q is %w", s, ErrBelowOne)
	case twoWays.MatchString(s):
		return 0, fmt.Errorf("%q may mean %s or %s", s,
			strings.Replace(s, ".", ",", 1), strings.TrimSuffix(strings.TrimRight(s, "0"), "."))
	}
	digits := s
	switch {
	case wholeNumber.MatchString(s):
	case zeroDecimals.MatchString(s):
		digits = s[:strings.IndexAny(s, ".,")]
	case grouped.MatchString(s):
		digits = ungrouped(s)
	case fraction.MatchString(s):
		return 0, fmt.Errorf("%q isn't a whole number", s)
	default:
		return 0, fmt.Errorf("%q isn't a number", s)
	}
	n, err := strconv.Atoi(digits)
	switch {
	case err != nil, n > maxQuantity:
		return 0, fmt.Errorf("%s is more than mozybot takes (%s)", s, provision.Thousands(maxQuantity))
	case n < 1:
		return 0, fmt.Errorf("%q is %w", s, ErrBelowOne)
	}
	return n, nil
}

// ungrouped drops the separators of a grouped number, and its decimals: the last separator parts decimals when it is
// not followed by exactly three digits or differs from the first.
func ungrouped(s string) string {
	runes := []rune(s)
	first, last := -1, -1
	for i, r := range runes {
		if r < '0' || r > '9' {
			if first < 0 {
				first = i
			}
			last = i
		}
	}
	if runes[last] != runes[first] {
		runes = runes[:last]
	}
	return strings.Map(onlyDigits, string(runes))
}

// threeDecimals is a number whose last separator may part thousands or decimals.
var threeDecimals = lexicon.Compile(`^\d{1,3}[.,]\d{3}$`)

// Readings are the whole numbers that a quantity may mean, the larger first.
func Readings(s string) []int {
	if m := counted.FindStringSubmatch(Clean(s)); m != nil {
		s = strings.TrimSpace(m[1])
	}
	if threeDecimals.MatchString(s) {
		at := strings.IndexAny(s, ".,")
		whole, _ := strconv.Atoi(s[:at])
		all, _ := strconv.Atoi(s[:at] + s[at+1:])
		if s[at+1:] == "000" && whole > 0 {
			return []int{all, whole}
		}
		return []int{all, 0}
	}
	if n, err := Quantity(s); err == nil {
		return []int{n}
	}
	return nil
}
