package provision_test

import (
	"math"
	"testing"

	"mozybot/provision"
)

func TestMoneyUsesTheConsolesFormat(t *testing.T) {
	for text, cents := range map[string]int64{
		"$5.60": 560, "$16.80": 1680, "€17.00": 1700, "£0.05": 5, "-$9.99": -999, "$1,250.40": 125040, "$1,234,567.89": 123456789,
	} {
		m, err := provision.ParseMoney(text)
		if err != nil || m.Cents != cents || m.String() != text {
			t.Errorf("%s: read as %+v, written as %s, %v", text, m, m, err)
		}
	}
	for _, text := range []string{"", "$", "5.60", "$5", "$5.6", "$5.600", "$1,25.40", "$1250,40.00", "$,100.00", "$-5.60", "$5.60 (tax)", "¥500.00", "$999999999999999999.00"} {
		if m, err := provision.ParseMoney(text); provision.CodeOf(err) != provision.Changed {
			t.Errorf("%q was taken for %+v, %v", text, m, err)
		}
	}
}

func TestMoneyIsComparedWithinOneCurrencyOnly(t *testing.T) {
	usd := func(cents int64) provision.Money { return provision.Money{Symbol: "$", Cents: cents} }
	for _, c := range []struct {
		charge, approved provision.Money
		exceeds          bool
	}{
		{usd(1120), usd(1120), false}, {usd(1121), usd(1120), true}, {usd(1), usd(1120), false},
		{provision.Money{Symbol: "€", Cents: 1}, usd(1120), true}, {usd(1), provision.Money{}, true},
	} {
		if got := c.charge.Exceeds(c.approved); got != c.exceeds {
			t.Errorf("%s above %s: %v", c.charge, c.approved, got)
		}
	}
	if got := usd(math.MaxInt64 / 2).Times(3); got != usd(math.MaxInt64) {
		t.Errorf("a product too large to hold is %v", got)
	}
}
