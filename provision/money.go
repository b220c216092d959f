package provision

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Money is an amount as the console writes it: a currency symbol and whole hundredths. The zero value is "no amount".
type Money struct {
	Symbol string `json:"symbol"` // "$", "€" or "£"; "" where no price is known
	Cents  int64  `json:"cents"`  // may be negative: a credit
}

// ParseMoney reads an amount as console FACTS 3.5 describes it: minus before the symbol, thousands commas, two decimals.
// The error has code Changed, since only the console writes amounts.
func ParseMoney(s string) (Money, error) {
	bad := Errorf(Changed, "“%s” is not an amount of money as the console writes it, like $1,250.40", s)
	text := strings.TrimSpace(s)
	negative := strings.HasPrefix(text, "-")
	text = strings.TrimPrefix(text, "-")
	var m Money
	for _, symbol := range []string{"$", "€", "£"} {
		if rest, ok := strings.CutPrefix(text, symbol); ok {
			m.Symbol, text = symbol, rest
		}
	}
	whole, hundredths, ok := strings.Cut(text, ".")
	if m.Symbol == "" || !ok || len(hundredths) != 2 {
		return Money{}, bad
	}
	groups := strings.Split(whole, ",")
	for i, g := range groups {
		if g == "" || (i > 0 && len(g) != 3) || (len(groups) > 1 && len(g) > 3) {
			return Money{}, bad
		}
	}
	n, err := strconv.ParseUint(strings.Join(groups, "")+hundredths, 10, 63)
	if err != nil {
		return Money{}, bad
	}
	m.Cents = int64(n)
	if negative {
		m.Cents = -m.Cents
	}
	return m, nil
}

// Known says whether there is an amount at all.
func (m Money) Known() bool { return m.Symbol != "" }

// Times is m taken n times; n is at least 0. A product that would not fit comes back as the largest amount, which no
// approval covers.
func (m Money) Times(n int) Money {
	if n > 0 && (m.Cents > math.MaxInt64/int64(n) || m.Cents < -math.MaxInt64/int64(n)) {
		return Money{m.Symbol, math.MaxInt64}
	}
	return Money{m.Symbol, m.Cents * int64(n)}
}

// Exceeds says whether m is more than what was approved. Any other currency than the approved one exceeds it, as
// amounts in different currencies cannot be compared.
func (m Money) Exceeds(approved Money) bool {
	return m.Symbol != approved.Symbol || m.Cents > approved.Cents
}

// String writes the amount as the console does; "" when there is none.
func (m Money) String() string {
	if !m.Known() {
		return ""
	}
	cents, sign := m.Cents, ""
	if cents < 0 {
		cents, sign = -cents, "-"
	}
	return fmt.Sprintf("%s%s%s.%02d", sign, m.Symbol, Thousands(int(cents/100)), cents%100)
}

// Thousands writes a count with commas, as people read large ones: 12,345.
func Thousands(n int) string {
	s := strconv.Itoa(n)
	sign := ""
	if n < 0 {
		sign, s = "-", s[1:]
	}
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return sign + s
}
