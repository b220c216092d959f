package extract

import (
	"slices"
	"strings"
	"unicode"

	"mozybot/provision/orderfile/extract/label"
	"mozybot/provision/orderfile/extract/lexicon"
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
	anyBox       = lexicon.Of("anyBox")
	isTick       = lexicon.Of("isTick")
	saidNo       = lexicon.Of("saidNo")
	saidYes      = lexicon.Of("saidYes")
	takenBack    = lexicon.Of("takenBack")
	otherAmount  = lexicon.Of("otherAmount")
	contrast     = lexicon.Of("contrast")
	otherGroup   = lexicon.Of("otherGroup")
	perhapsGroup = lexicon.Of("perhapsGroup")

	ordering       = lexicon.Of("ordering")
	orderingFor    = lexicon.Of("orderingFor")
	orders         = lexicon.Of("orders")
	ordersAmount   = lexicon.Of("ordersAmount")
	asks           = lexicon.Of("asks")
	requests       = lexicon.Of("requests")
	conditional    = lexicon.Of("conditional")
	agreed         = lexicon.Of("agreed")
	smallPrint     = lexicon.Of("smallPrint")
	withServer     = lexicon.Of("withServer")
	changes        = lexicon.Of("changes")
	calledOffAlone = lexicon.Of("calledOffAlone")
	renewing       = lexicon.Of("renewing")
	altering       = lexicon.Of("altering")
	upsets         = lexicon.Of("upsets")

	noChange     = lexicon.Of("noChange")
	licenseWord  = lexicon.Compile(`(?i)\blicen[cs]es?\b|\bserver support\b`)
	quantityWord = lexicon.Compile(`(?i)\b(?:quantity|amount|gb|storage|order|units)\b`)

	placed = lexicon.Of("placed")
	coded  = lexicon.Of("coded")
	gratis = lexicon.Of("gratis")
	// partedCode is a code of short parts, as SRV-LIC, unless one of its parts is a word.
	partedCode    = lexicon.Compile(`^\p{Lu}{2,4}(?:-\p{Lu}{2,4})+$`)
	ordinaryParts = lexicon.Of("ordinaryParts")
)

// stanceOf is what a text says that stands in a column or cell of its own.
func stanceOf(text string) stance {
	text = strings.TrimSpace(text)
	if anyBox.MatchString(text) {
		if chosen := choice(text); chosen != nothingSaid {
			return chosen
		}
	}
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

// stateOf is what a status says, which may be several in one: "New (approved by client)".
func stateOf(text string) stance {
	if underway.MatchString(text) {
		return saysYes
	}
	if said := stanceOf(text); said != nothingSaid || !strings.ContainsAny(text, "(,;-–/") {
		return said
	}
	for part := range strings.SplitSeq(statusJoint.ReplaceAllString(text, "|"), "|") {
		if part = strings.TrimSpace(part); part != "" && !underway.MatchString(part) && stanceOf(part) != saysYes {
			return nothingSaid
		}
	}
	return saysYes
}

var statusJoint = lexicon.Compile(`\s*[(),;/]\s*|\s+[-–—]\s+`)

// isFigure says that a text is nothing but a number, an amount, a date, or blank.
func isFigure(text string) bool { return strings.Trim(text, "0123456789.,:$€£%+-/ ") == "" }

// neutral are words that say nothing of whether an item is ordered, how many are, or what it is.
var neutral = lexicon.Set("neutral")

func partsWords(r rune) bool {
	return strings.ContainsRune(`/,;:()[]{}"“”„'’‘.!*&+|=–—<>_`, r)
}

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
		for _, word := range strings.FieldsFunc(piece, partsWords) {
			word = strings.Trim(word, "-")
			letters := strings.IndexFunc(word, unicode.IsLetter) >= 0
			switch {
			case strings.ContainsAny(word, "✗✘✕❌"):
				return word
			case !letters, strings.ContainsAny(word, "0123456789$€£¥%"), len([]rune(word)) == 1:
			case neutral[strings.ToLower(word)]:
			case len(word) <= 4 && strings.ToUpper(word) == word: // a unit, a currency, a code
			case partedCode.MatchString(word) && !ordinaryParts.MatchString(word):
			default:
				return word
			}
		}
	}
	return ""
}

// neutralHead says that the head of a column says nothing of whether its row is ordered, nor how much of it: it is known, or made of
// words of such heads ("Order Subtotal Amount").
func neutralHead(name string) bool {
	if neutralHeads[name] {
		return true
	}
	tells := false
	for word := range strings.FieldsSeq(name) {
		if !neutralHeadWords[word] && !headJoins[word] && strings.Trim(word, "0123456789") != "" {
			return false
		}
		tells = tells || neutralHeadWords[word]
	}
	return tells
}

var (
	neutralHeads = lexicon.Set("neutralHeads")
	// headJoins are words that heads are made with, which tell nothing by themselves.
	headJoins = lexicon.Set("headJoins")
	// neutralHeadWords are those of neutral heads that say the same in others.
	neutralHeadWords = func() map[string]bool {
		loaded, all := lexicon.Set("loadedHeadWords"), map[string]bool{}
		for head := range neutralHeads {
			for word := range strings.FieldsSeq(head) {
				all[word] = !loaded[word] && !headJoins[word] && !slices.Contains(describingHeads, word) && !slices.Contains(quantityHeads, word)
			}
		}
		return all
	}()
)

// The heads of columns that may say how their row stands.
var (
	// statusLabels are those whose value says how it stands with all of an order, or what kind of one it is.
	statusLabels = lexicon.Set("statusLabels")
	// consentLabels are those of a consent.
	consentLabels = lexicon.Set("consentLabels")
	consentOf     = lexicon.Compile(`^(?:is|has been) | by \S.*$`)
	// noteHeads are of columns that anything may stand in: only what makes a condition of it, or takes it back, matters.
	noteHeads     = lexicon.Set("noteHeads")
	standingHeads = lexicon.Set("standingHeads")
	// orderStatusHeads are of columns that say how it stands with all of an order, and so may be blank beside its further items.
	orderStatusHeads = lexicon.Set("orderStatusHeads")
)

// asksConsent says that a label is one of a consent, also where it names whose: "Approved by trustees?"
func asksConsent(called string) bool {
	return consentLabels[consentOf.ReplaceAllString(label.Normal(called), "")]
}
