package values

import (
	"strconv"
	"strings"

	"mozybot/provision/orderfile/extract/lexicon"
)

var number = lexicon.Compile(`\d[\d.,'’ ]*`)

// Money reads an amount of money, whichever way its decimals are parted.
func Money(s string) (float64, bool) {
	found := number.FindString(strings.Replace(" "+s, " .", " 0.", 1)) // ".30"
	if strings.Contains(s, "%") || found == "" {
		return 0, false
	}
	found = strings.Trim(found, " .,'’")
	if at := strings.LastIndexAny(found, ".,"); at >= 0 {
		fraction := found[at+1:]
		whole := strings.Map(onlyDigits, found[:at])
		if len(fraction) == 3 && strings.Count(found, string(found[at])) == 1 && whole != "0" || strings.Count(found, string(found[at])) > 1 {
			whole, fraction = whole+fraction, ""
		}
		found = whole + "." + strings.Map(onlyDigits, fraction)
	} else {
		found = strings.Map(onlyDigits, found)
	}
	v, err := strconv.ParseFloat(strings.TrimSuffix(found, "."), 64)
	return v, err == nil
}

func onlyDigits(r rune) rune {
	if r < '0' || r > '9' {
		return -1
	}
	return r
}
