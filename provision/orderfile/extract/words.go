package extract

import (
	"embed"
	"strings"
	"unicode"

	"mozybot/provision/orderfile/extract/pattern"
)

// The words that are looked for stand in text files, by what they are about.
var (
	//go:embed words/*.txt
	wordFiles embed.FS
	book      = pattern.ReadBook(wordFiles, "words")
)

// What words beside an item say of it. Data only: what they lead to is decided in judge.go.

// stance is what is said of an item's being ordered.
type stance int

const (
	nothingSaid stance = iota
	saysYes
	saysNo
	saysOther // something that is no plain yes or no: a person has to read it
)

var (
	anyBox       = book.Pattern("anyBox")
	isTick       = book.Pattern("isTick")
	saidNo       = book.Pattern("saidNo")
	saidYes      = book.Pattern("saidYes")
	takenBack    = book.Pattern("takenBack")
	otherAmount  = book.Pattern("otherAmount")
	contrast     = book.Pattern("contrast")
	otherGroup   = book.Pattern("otherGroup")
	perhapsGroup = book.Pattern("perhapsGroup")

	ordering     = book.Pattern("ordering")
	orders       = book.Pattern("orders")
	ordersAmount = book.Pattern("ordersAmount")
	asks         = book.Pattern("asks")
	requests     = book.Pattern("requests")
	conditional  = book.Pattern("conditional")
	agreed       = book.Pattern("agreed")
	smallPrint   = book.Pattern("smallPrint")
	changes      = book.Pattern("changes")
)

var renewing = book.Pattern("renewing")

var (
	noChange     = book.Pattern("noChange")
	licenseWord  = pattern.Compile(`(?i)\blicen[cs]es?\b|\bserver support\b`)
	quantityWord = pattern.Compile(`(?i)\b(?:quantity|amount|gb|storage|order|units)\b`)
)

var (
	placed = book.Pattern("placed")
	gratis = book.Pattern("gratis")
)

// stanceOf is what a text says that stands in a column or cell of its own.
func stanceOf(text string) stance {
	text = strings.TrimSpace(text)
	switch {
	case isFigure(text):
		return nothingSaid
	case saidNo.MatchString(text):
		return saysNo
	case saidYes.MatchString(text):
		return saysYes
	case takenBack.MatchString(text):
		return saysOther
	}
	return nothingSaid
}

// isFigure says that a text is nothing but a number, an amount, a date, or blank.
func isFigure(text string) bool { return strings.Trim(text, "0123456789.,:$€£%+-/ ") == "" }

// neutral are words that say nothing of whether an item is ordered, how many are, or what it is.
var neutral = setOf(book.Names("neutral"))

// unknownWord is a word of a text that says something which the reader has no meaning for, "" where all is understood.
// Numbers, codes, dates, amounts of money, addresses and short names in capitals, such as units and currencies, say nothing
// of the order.
func unknownWord(text string) string {
	if isFigure(text) {
		return ""
	}
	text = product.ReplaceAllString(text, " ")
	for piece := range strings.FieldsSeq(text) {
		if strings.ContainsAny(piece, "@") || strings.Contains(piece, "://") || strings.HasPrefix(piece, "www.") {
			continue
		}
		for _, word := range strings.FieldsFunc(piece, func(r rune) bool { return strings.ContainsRune(`/,;:()[]{}"“”„'’‘.!*&+|=–—<>_`, r) }) {
			word = strings.Trim(word, "-")
			letters := strings.IndexFunc(word, unicode.IsLetter) >= 0
			switch {
			case strings.ContainsAny(word, "✗✘✕❌"):
				return word
			case !letters, strings.ContainsAny(word, "0123456789$€£¥%"), len([]rune(word)) == 1:
			case neutral[strings.ToLower(word)]:
			case len(word) <= 4 && strings.ToUpper(word) == word: // a unit, a currency, a code
			default:
				return word
			}
		}
	}
	return ""
}

// The heads of columns that say nothing of whether their row is ordered, and of those that may.
var (
	neutralHeads = setOf(book.Names("neutralHeads"))
	// statusLabels are those whose value says how it stands with all of an order, or what kind of one it is.
	statusLabels = setOf(book.Names("statusLabels"))
	// noteHeads are of columns that anything may stand in: only what makes a condition of it, or takes it back, matters.
	noteHeads     = setOf(book.Names("noteHeads"))
	standingHeads = setOf(book.Names("standingHeads"))
)

func setOf(names []string) map[string]bool {
	set := map[string]bool{}
	for _, name := range names {
		set[name] = true
	}
	return set
}
