package values_test

import (
	"strconv"
	"strings"
	"testing"

	"mozybot/provision/orderfile/extract/values"
)

// FuzzQuantity looks for numbers that are read as another one than they are.
func FuzzQuantity(f *testing.F) {
	for _, s := range []string{"20", "1,000", "20.00", "1.000,00", "1 000", "x 20", "-5", "1.5", "99999999999999999999", "½", "Qty: 7 pcs."} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n, err := values.Quantity(s)
		if err != nil {
			if n != 0 || err.Error() == "" {
				t.Errorf("%d, %v", n, err)
			}
			return
		}
		if n < 1 || n > 1_000_000 {
			t.Errorf("%q is %d", s, n)
		}
		// Its digits are those that were written, but for leading zeros and a zero fraction.
		digits := strings.TrimLeft(strings.Map(func(r rune) rune {
			if r < '0' || r > '9' {
				return -1
			}
			return r
		}, s), "0")
		if rest, ok := strings.CutPrefix(digits, strconv.Itoa(n)); !ok || strings.Trim(rest, "0") != "" {
			t.Errorf("%q is %d", s, n)
		}
	})
}
