package provision

import (
	"strings"
	"unicode"
)

// Invisible says whether nobody sees a character: controls, what turns the writing direction, joiners, fillers. White
// space that isn't a control is visible.
func Invisible(r rune) bool {
	const blankBraille = '\u2800'
	return r == blankBraille || unicode.IsControl(r) || r == '\u2028' || r == '\u2029' ||
		unicode.In(r, unicode.Cf, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}

// hidden is Invisible but for what an emoji in a name may hold.
func hidden(r rune) bool {
	const joiner, colours = '\u200d', '\ufe0f'
	return Invisible(r) && r != joiner && r != colours
}

// visible is a text on one line, without the characters that nobody sees.
func visible(text string) string {
	return strings.Join(strings.Fields(strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case Invisible(r):
			return -1
		}
		return r
	}, text)), " ")
}
