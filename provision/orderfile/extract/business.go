package extract

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"mozybot/provision/orderfile/extract/lexicon"
)

// Business papers say much that is the same in all of them: that an order came, how it is paid, who signed it, whom to write to.
// A clause about one of these subjects has only words of that subject's list (business.txt), so that one which also refuses,
// waits or counts has a word too many, and is asked about.

// subjects are what a word may be about, one bit each.
type subjects uint

// vocabulary has the subjects of the words, and littleWords those that are of all of them.
var vocabulary = sync.OnceValue(func() map[string]subjects {
	all := map[string]subjects{}
	next := subjects(1)
	for _, words := range lexicon.Lists("subject ") {
		for _, word := range words {
			all[word] |= next
		}
		next <<= 1
	}
	return all
})

var (
	littleWords, politeWords = lexicon.Set("littleWords"), lexicon.Set("politeWords")
	titleWords, partyWords   = lexicon.Set("titleWords"), lexicon.Set("partyWords")
)

// The words of a list that stand for others.
const nameWord, addressWord = "<name>", "<address>"

// ofBusiness says that each clause of a sentence is about such a subject, and that some word says which one.
func ofBusiness(sentence string) bool {
	if strings.HasSuffix(sentence, "?") {
		return false
	}
	told := false
	sentence = nameParticles.ReplaceAllString(namedNumber.ReplaceAllString(sentence, " "), "$1 $2")
	for clause := range strings.FieldsFuncSeq(sentence, partsClauses) {
		about := ^subjects(0)
		words := strings.FieldsFunc(clause, partsNames)
		for i, word := range words {
			key := strings.ToLower(strings.Trim(word, ".-"))
			of, known := vocabulary()[key]
			switch {
			case key == "":
				continue
			case strings.Contains(key, "@"):
				of = vocabulary()[addressWord]
			case !known && isName(word) && (i > 0 && mayName(words[i-1]) || i+1 < len(words) && isName(words[i+1])):
				of = vocabulary()[nameWord]
			}
			if about &= of; about == 0 {
				return false
			}
			told = told || known && !littleWords[key] && !politeWords[key] && !partyWords[key]
		}
	}
	return told
}

// mayName says that a name may stand behind a word: it is one, or a title.
func mayName(word string) bool {
	return titleWords[strings.ToLower(strings.Trim(word, "."))] || isName(word)
}

// isName says that a word is written as names are, and is none that takes something back.
func isName(word string) bool {
	r, _ := utf8.DecodeRuneInString(word)
	return unicode.IsUpper(r) && !otherNumber.MatchString(word) && !bearing.MatchString(word) && !takenBack.MatchString(word) && !consents.MatchString(word)
}

func partsClauses(r rune) bool { return strings.ContainsRune(",;:!?–—()", r) }

// partsNames says that no word has a character.
func partsNames(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) && !strings.ContainsRune("@._+-", r)
}

var (
	consents = lexicon.Of("consents")
	// nameParticles are the small words within a name.
	nameParticles = lexicon.Compile(`(\p{Lu}\pL+)(?: (?:van|von|de|der|den|di|da|du|del|la|le)){1,2} (\p{Lu})`)
)
