package values_test

import (
	"testing"

	"mozybot/provision/orderfile/extract/values"
)

func TestParseQuantity(t *testing.T) {
	for s, want := range map[string]int{
		"1": 1, "20": 20, " 20 ": 20, "007": 7, "1000000": 1_000_000,
		"1,000": 1000, "10,000": 10_000, "1,000,000": 1_000_000, "1,000.00": 1000, "1'000": 1000, "1 000": 1000,
		"20.00": 20, "20.0": 20, "20,00": 20, "1.000,00": 1000, "1.000.000": 1_000_000,
		"x 20": 20, "20 x": 20, "×20": 20, "20 pcs.": 20, "20 Nrs": 20, "20 Números": 20, "20 Numery": 20, "20 units": 20, "20 ea": 20, "Qty: 20": 20, "1 license": 1,
	} {
		t.Run(s, func(t *testing.T) {
			if got, err := values.Quantity(s); err != nil || got != want {
				t.Errorf("%d, %v; want %d", got, err, want)
			}
		})
	}
}

func TestParseQuantityRefuses(t *testing.T) {
	for s, want := range map[string]string{
		"":                     "no quantity stands beside it",
		"n/a":                  "no quantity stands beside it",
		"0":                    `"0" is below 1`,
		"0.00":                 `"0.00" is below 1`,
		"-5":                   `"-5" is below 1`,
		"−5":                   `"−5" is below 1`,
		"(5)":                  `"(5)" is below 1`,
		"5-":                   `"5-" is below 1`,
		"1.5":                  `"1.5" isn't a whole number`,
		"1,5":                  `"1,5" isn't a whole number`,
		"1/2":                  `"1/2" isn't a whole number`,
		"2½":                   `"2½" isn't a whole number`,
		"1.000":                `"1.000" may mean 1,000 or 1`,
		"1.500":                `"1.500" may mean 1,500 or 1.5`,
		"1,0000":               `"1,0000" isn't a whole number`,
		"0.000":                `"0.000" isn't a whole number`,
		"10,00,000":            `"10,00,000" isn't a number`,
		"1e3":                  `"1e3" isn't a number`,
		"0x10":                 `"0x10" isn't a number`,
		"20 30":                `"20 30" isn't a number`,
		"twenty":               `"twenty" isn't a number`,
		"~20":                  `"~20" isn't a number`,
		"٢٠":                   `"٢٠" isn't a number`,
		"1000001":              "1000001 is more than mozybot takes (1,000,000)",
		"99999999999999999999": "99999999999999999999 is more than mozybot takes (1,000,000)",
	} {
		t.Run(s, func(t *testing.T) {
			if n, err := values.Quantity(s); err == nil || err.Error() != want || n != 0 {
				t.Errorf("%d, %v; want %s", n, err, want)
			}
		})
	}
}
