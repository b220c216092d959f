// Package values reads what stands in a field or a sentence for itself: numbers, amounts of money, e-mail addresses, the names of
// people and companies.
//
// It knows no page and no order: where a value stands, and what it is for, is for package extract to say.
package values

import (
	"slices"
	"strings"

	"mozybot/provision/orderfile/extract/lexicon"
)

// Clean takes off a value what belongs to the form around it, and drops what stands for nothing.
func Clean(value string) string {
	value = strings.TrimSpace(value)
	if strings.ContainsAny(value, "*_`") {
		value = emphasis.ReplaceAllString(value, "")
	}
	value = strings.TrimSpace(strings.Trim(value, ",;| "))
	if strings.IndexAny(value, "*_`") == 0 {
		value = emphasized.ReplaceAllString(value, "$1")
	}
	if bare := strings.Trim(value, `"“”`); !strings.ContainsAny(bare, `"“”`) {
		value = bare
	}
	if slices.Contains(nothing, strings.ToLower(value)) || elsewhere.MatchString(value) {
		return ""
	}
	return value
}

// emphasized is how Markdown leaves a value behind a label in bold: "**Company:** Example Inc."
var emphasized = lexicon.Compile("^(?:[*_`]+)(\\S(?:.*\\S)?)(?:[*_`]+)$")

var emphasis = lexicon.Compile("^(?:[*_`]+\\s+|[*_`]+$)")

// nothing is what people write where there is nothing to write.
var nothing = lexicon.List("nothing")

var elsewhere = lexicon.Of("elsewhere")
