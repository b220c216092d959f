package lexicon

import (
	"slices"
	"strings"
	"testing"
)

func TestPatternsKnowTheirWords(t *testing.T) {
	for expression, want := range map[string][]string{
		`(?i)\b(?:on hold|held)\b`:        {"|on hold|", "|held|"},
		`(?i)licen[cs]es?\b`:              {"licences|", "licence|", "licenses|", "license|", "licenſe|", "licenſes|"},
		`(?i)^(?:purchase )?order\b`:      {"|purchase order|", "|order|"},
		`(?i)\d+ ?(?:gb|gigabytes?)`:      {"|gb", "|gigabytes", "|gigabyte", "| gb", "| gigabytes", "| gigabyte"},
		`(?i)(?:^|[^\pL])no(?:t|thing)\b`: {"|not|", "|nothing|"},
		`(?i)cancel(?:l?ed|ling)?\b`:      {"cancelled|", "canceled|", "cancelling|", "cancel|"},
		`(?i)(?:^|\W)(?:no|ann\pL*)\b`:    {"|no|", "|ann"},
		`(?i)a{2,}bc*`:                    {"a"},
		`\pL+`:                            nil,
		`(?i)word|\pL`:                    nil,
		`(?:word)?`:                       {"word", ""},
		`(?:word)*`:                       nil,
	} {
		got := wordsOf(expression)
		for i := range got {
			got[i] = strings.ReplaceAll(got[i], edge, "|")
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s needs one of %q, and not of %q", expression, want, got)
		}
	}
}

// TestCapitalsOfOtherAlphabets finds words that begin with a capital whose first byte is not that of the small letter.
func TestCapitalsOfOtherAlphabets(t *testing.T) {
	for _, word := range []string{"черновик", "стоп", "отмена", "ρέω", "áno", "ødelagt", "übrig", "żaden", "çok", "word"} {
		pattern := Compile(`(?i)^` + word + `$`)
		for _, written := range []string{word, strings.ToUpper(word), strings.ToUpper(string([]rune(word)[:1])) + string([]rune(word)[1:])} {
			if !pattern.MatchString(written) {
				t.Errorf("%s does not find %s", word, written)
			}
		}
	}
}
