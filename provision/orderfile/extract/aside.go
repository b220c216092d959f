package extract

import (
	"maps"
	"slices"
	"strings"
	"sync"

	"mozybot/provision/orderfile/extract/lexicon"
	"mozybot/provision/orderfile/extract/values"
)

// People tell of themselves beside an order, greet and wish. Such sentences are too many to list, so asides.txt lists what may matter for
// an order: a sentence is an aside if it opens as those do and has none of that.

// dialect is how asides open in one language, and its words that may matter.
type dialect struct{ opening, matter map[string]bool }

var dialects = sync.OnceValue(func() []dialect {
	var all []dialect
	for language := range lexicon.Lists("opening ") {
		matter := lexicon.Set("matter " + language)
		maps.Copy(matter, lexicon.Set("matter numerals"))
		all = append(all, dialect{lexicon.Set("opening " + language), matter})
	}
	return all
})

// maxOpening is how many words open an aside at most.
const maxOpening = 4

// rest are the words behind the opening of a sentence.
func (d dialect) rest(words []string) ([]string, bool) {
	for n := min(maxOpening, len(words)); n > 0; n-- {
		if d.opening[strings.Join(words[:n], " ")] {
			return words[n:], true
		}
	}
	return words, false
}

// mayMatter says that a word is one of those, or goes on or ends as one.
func (d dialect) mayMatter(word string) bool {
	if d.matter[word] {
		return true
	}
	for i := range word {
		if i > 1 && d.matter[word[:i]+"*"] || i > 0 && d.matter["*"+word[i:]] {
			return true
		}
	}
	return d.matter[word+"*"]
}

// aside says that a sentence says nothing of an order, in any language that it may be of.
func aside(sentence string) bool {
	for _, p := range []lexicon.Pattern{takenBack, supposed, consents, renewing} {
		if p.MatchString(sentence) {
			return false
		}
	}
	if slices.ContainsFunc(simpleName.FindAllString(sentence, 20), func(name string) bool {
		return strings.Contains(name, " ") && (values.LikeCompany(name) || values.EndsAsOrganization(name))
	}) {
		return false
	}
	told := countsPeople.ReplaceAllString(ofTheirs.ReplaceAllString(namedNumber.ReplaceAllString(sentence, " "), "$1$2 "), " ")
	if strings.HasSuffix(sentence, "?") || otherNumber.MatchString(told) || asideFor.MatchString(told) {
		return false
	}
	words := strings.FieldsFunc(strings.ToLower(told), func(r rune) bool { return partsNames(r) || r == '.' })
	opens := false
	for _, d := range dialects() {
		rest, ok := d.rest(words)
		if slices.ContainsFunc(rest, func(word string) bool { return (ok || len(word) >= distinct) && d.mayMatter(word) }) {
			return false
		}
		opens = opens || ok
	}
	return opens
}

// distinct is how long a word is that means the same in whatever language it stands, in bytes.
const distinct = 6

var asideFor, countsPeople, ofTheirs = lexicon.Of("asideFor"), lexicon.Of("countsPeople"), lexicon.Of("ofTheirs")
