package values

import (
	"strings"

	"mozybot/provision/orderfile/extract/lexicon"
)

// Where a value ran on to another line, only its meaning tells what stood between: a space in a name, nothing in an
// address. Values keep these until then.
const (
	Wrapped = "\n"
	Broken  = "\v" // on a typewriter's page, where lines end anywhere, or behind a hyphen: it may be either
)

// Cut stands where a text goes on out of sight.
const Cut = "…"

// wordJoints and lineJoints are what stands for the ends of lines in a value: between words, or anywhere.
var (
	wordJoints = strings.NewReplacer(Wrapped, " ", Broken, "")
	lineJoints = strings.NewReplacer(Wrapped, " ", Broken, " ")
)

// Joined is a value whose lines end between words, where they may.
func Joined(value string) string {
	return wordJoints.Replace(value)
}

var (
	// shortPiece is the end of a number that ran on.
	shortPiece = lexicon.Compile(`^[\pL\pN_./-]{0,8}\d[\pL\pN_./-]{0,8}$`)
	// calculated is a number as a spreadsheet shows it that was told to show numbers so.
	calculated = lexicon.Compile(`^(\d{1,3}(?:,\d{3})+|\d+)(?:\.00?)?$`)
)

// JoinedNumber is a number in one piece.
func JoinedNumber(value string) string {
	if first, rest, ok := strings.Cut(strings.ReplaceAll(value, Broken, Wrapped), Wrapped); ok {
		value = first
		if shortPiece.MatchString(rest) {
			value += rest
		}
	}
	if m := calculated.FindStringSubmatch(value); m != nil {
		return strings.ReplaceAll(m[1], ",", "")
	}
	return value
}
