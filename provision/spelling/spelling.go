// Package spelling knows how names and addresses look to a reader: which texts read the same, how a text is written so that
// what is read is what is done, and which e-mail addresses could be mistaken for others.
//
// It decides nothing. Whether two names in the console are a conflict, or an address is the customer's, is for its callers
// and for people.
package spelling

import (
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"

	"mozybot/provision"
)

// Clean is a text as it reads: in composed letters, on one line, and without characters that nobody sees. One of those in a
// name or an address would make it another one, to the console and to the mail server. What joins the parts of an emoji
// stays.
func Clean(text string) string {
	var kept strings.Builder
	all := []rune(text)
	for i, r := range all {
		switch {
		case unicode.IsSpace(r):
			kept.WriteByte(' ')
		case !provision.Invisible(r) || inEmoji(all, i):
			kept.WriteRune(r)
		}
	}
	return strings.Join(strings.Fields(norm.NFC.String(kept.String())), " ")
}

// inEmoji says whether the invisible character at i is part of an emoji: a joiner between two symbols, or what asks for a
// symbol's colours.
func inEmoji(text []rune, i int) bool {
	const joiner, colours = '\u200d', '\ufe0f'
	if i == 0 || text[i] != joiner && text[i] != colours {
		return false
	}
	before := unicode.IsSymbol(text[i-1]) || text[i-1] == colours && text[i] == joiner && inEmoji(text, i-1)
	return before && (text[i] == colours || i+1 < len(text) && unicode.IsSymbol(text[i+1]))
}

// Same says whether two names read the same: case, invisible characters, kinds of space, and the ways to encode a letter
// make no difference.
func Same(a, b string) bool { return a == b || folded(a) == folded(b) }

func folded(name string) string {
	seen := strings.Map(func(r rune) rune {
		if provision.Invisible(r) && !unicode.IsSpace(r) {
			return -1
		}
		return r
	}, name)
	one := norm.NFKC.String(cases.Fold().String(norm.NFKC.String(seen)))
	return strings.Join(strings.Fields(one), " ")
}
