package lexicon

import (
	"regexp"
	"testing"
)

// FuzzPattern holds patterns against the expressions that they are made of.
func FuzzPattern(f *testing.F) {
	for _, text := range []string{"", "on hold", "PLEASE Cancel It", "30 x 1 GB Storage Server", "Größe: 20 Go", "n’avons pas", "\xff\xfe order"} {
		f.Add(text)
	}
	expressions := map[*regexp.Regexp]Pattern{}
	for name, e := range book {
		if e.around != "names" {
			expressions[regexp.MustCompile(source(name))] = Of(name)
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		for expression, p := range expressions {
			if want, got := expression.MatchString(text), p.MatchString(text); got != want {
				t.Errorf("%q: %v, and %v by %s", text, got, want, p.Source())
			}
		}
	})
}
