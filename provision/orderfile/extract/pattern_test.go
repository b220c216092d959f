package extract

import (
	"regexp"
	"slices"
	"testing"
)

func TestPatternsKnowTheirWords(t *testing.T) {
	for expression, want := range map[string][]string{
		`(?i)\b(?:on hold|held)\b`:        {"on hold", "held"},
		`(?i)licen[cs]es?\b`:              {"licences", "licence", "licenses", "license", "licenſe", "licenſes"},
		`(?i)^(?:purchase )?order\b`:      {"purchase order", "order"},
		`(?i)\d+ ?(?:gb|gigabytes?)`:      {"gb", "gigabytes", "gigabyte", " gb", " gigabytes", " gigabyte"},
		`(?i)(?:^|[^\pL])no(?:t|thing)\b`: {"not", "nothing"},
		`(?i)cancel(?:l?ed|ling)?\b`:      {"cancelled", "canceled", "cancelling", "cancel"},
		`(?i)a{2,}bc*`:                    {"a"},
		`\pL+`:                            nil,
		`(?i)word|\pL`:                    nil,
		`(?:word)?`:                       {"word", ""},
		`(?:word)*`:                       nil,
	} {
		got := wordsOf(expression)
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s needs one of %q, and not of %q", expression, want, got)
		}
	}
}

// FuzzPattern holds patterns against the expressions that they are made of.
func FuzzPattern(f *testing.F) {
	for _, text := range []string{"", "on hold", "PLEASE Cancel It", "30 x 1 GB Storage Server", "Größe: 20 Go", "n’avons pas", "\xff\xfe order"} {
		f.Add(text)
	}
	expressions := map[*regexp.Regexp]pattern{}
	for _, p := range []pattern{takenBack, otherAmount, contrast, otherGroup, orders, ordersAmount, asks, conditional, agreed, smallPrint, changes, noChange, bearing, harmless, holding, courtesy,
		unsettled, ofTheMail, politely, requests, namedNumber, product, storageName, licenseName, denial, deniedHere, deniedLicense, quantityBefore, quantityAfter, totals, ownOrder, othersOrder, orderedFor, toContact, anyPaper, salutation, signOff} {
		expressions[regexp.MustCompile(p.source)] = p
	}
	f.Fuzz(func(t *testing.T, text string) {
		for expression, p := range expressions {
			if want, got := expression.MatchString(text), p.MatchString(text); got != want {
				t.Errorf("%q: %v, and %v by %s", text, got, want, p.source)
			}
		}
	})
}
