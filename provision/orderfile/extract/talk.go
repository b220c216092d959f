package extract

import (
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"mozybot/provision/orderfile/extract/lexicon"
	"mozybot/provision/orderfile/extract/values"
)

// What people and papers say beside an order is too much to list by sentences, so its words are listed. A sentence says nothing of an
// order if no clause of it does: all words of a clause are of one subject, such as invoices (business.txt, everyday.txt); they are of several,
// and none of them may matter for an order; or it opens as people do who tell of themselves, and has no word that may matter in its
// language (asides.txt). So one that also refuses, waits, counts or sets a condition has a word too many, and is asked about.

// senses are what a word may tell, one bit each: the subjects that it is of, and the languages in which it may matter.
type senses uint64

// talk is what is known of words. Of some only the beginning is, or the end.
type talk struct {
	whole, begins, ends map[string]senses
	about               *talk             // the words that name a subject, and in its subjects those that have to be named
	opening             map[string]senses // the languages of the words that an aside opens with
	topics, tolerated   *talk             // likewise of the words that name a topic, and of those that may matter elsewhere
	subjects, matters   senses            // all of them
}

func newTalk() *talk {
	return &talk{whole: map[string]senses{}, begins: map[string]senses{}, ends: map[string]senses{}, opening: map[string]senses{}}
}

var spoken = sync.OnceValue(func() *talk {
	t := newTalk()
	t.about, t.topics, t.tolerated = newTalk(), newTalk(), newTalk()
	next := senses(1)
	bit := func() senses {
		if next <<= 1; next == 0 {
			panic("there are more subjects and languages than senses have bits")
		}
		return next
	}
	named := lexicon.Lists("about ")
	for subject, list := range lexicon.Lists("subject ") {
		of := t.add(list, bit())
		t.subjects |= of
		if words, ok := named[subject]; ok {
			t.about.subjects |= t.about.add(words, of)
			t.add(words, of)
		}
	}
	openings, topics, tolerated := lexicon.Lists("opening "), lexicon.Lists("topic "), lexicon.Lists("tolerated ")
	for language, list := range lexicon.Lists("matter ") {
		of := t.add(list, bit())
		t.matters |= of
		for _, words := range openings[language] {
			t.opening[words] |= of
		}
		t.topics.add(topics[language], of)
		t.tolerated.add(tolerated[language], of)
	}
	t.add(lexicon.List("numerals"), t.matters)
	return t
})

// add gives words of a list a sense. An asterisk stands for any letters.
func (t *talk) add(list []string, s senses) senses {
	for _, word := range list {
		if begin, ok := strings.CutSuffix(word, "*"); ok {
			t.begins[begin] |= s
		} else if end, ok := strings.CutPrefix(word, "*"); ok {
			t.ends[end] |= s
		} else {
			t.whole[word] |= s
		}
	}
	return s
}

func (t *talk) of(word string) senses {
	all := t.whole[word] | t.begins[word]
	for i := range word {
		if i > 0 {
			all |= t.ends[word[i:]]
		}
		if i > 1 {
			all |= t.begins[word[:i]]
		}
	}
	return all
}

// understood says that no clause of a sentence takes anything back, sets a condition, asks, tells of the past or counts. What is plain
// by itself is left out of it only where the rest of it needs that.
func understood(sentence string) bool {
	if announced.MatchString(sentence) {
		return false
	}
	if plain(sentence, false) || plainBeside(sentence) {
		return true
	}
	main := whenDone.ReplaceAllString(sentence, " ")
	return main != sentence && (tellsThem.MatchString(main) || afterwards.MatchString(main) && (plain(main, true) || plainBeside(main)))
}

// plainBeside says so of the rest of a sentence that has something plain.
func plainBeside(sentence string) bool {
	rest := sentence
	if asked, ok := strings.CutSuffix(rest, "?"); ok && asksKindly.MatchString(rest) {
		rest = asksKindly.ReplaceAllString(asked, "please ") + "."
	}
	for _, phrase := range []lexicon.Pattern{sentTo, introducing, afterMeeting, besides, asTalked, denyingOther, nothingMore, smallTalk, agreed, agreedTo, wishedStart} {
		rest = phrase.ReplaceAllString(rest, " ")
	}
	rest = happened.ReplaceAllString(lately.ReplaceAllString(rest, " $1$2$3$4$5"), " $1")
	if mattersTogether.MatchString(rest) {
		return false
	}
	rest = withoutLooseTalk(ifAsked.ReplaceAllString(rest, " "))
	return rest != sentence && plain(rest, true)
}

// withoutLooseTalk leaves out of a sentence what begins as small talk does, and has no word that may matter.
func withoutLooseTalk(sentence string) string {
	at := looseTalk.FindStringIndex(sentence)
	if at == nil {
		return sentence
	}
	end := len(sentence)
	if stop := strings.IndexAny(sentence[at[1]:], ".;,?!"); stop >= 0 {
		end = at[1] + stop
	}
	if aside(sentence[at[1]:end], spoken().opening["our"]) == 0 {
		return sentence
	}
	return sentence[:at[0]] + " " + sentence[end:]
}

// plain says so of a sentence, or of the rest of one that told something already.
func plain(sentence string, told bool) bool {
	question, heading := strings.HasSuffix(sentence, "?"), !told && strings.HasSuffix(sentence, ":") && len(strings.Fields(sentence)) <= 3
	sentence = nameParticles.ReplaceAllString(namedNumber.ReplaceAllString(calledSo.ReplaceAllString(sentence, "$1"), " $1$2 "), "$1 $2")
	empty := strings.Trim(sentence, ".,;:!?+*>•- ") == ""
	if !empty && mattersTogether.MatchString(sentence) {
		return false
	}
	if empty || hereby.MatchString(sentence) && !lexicon.MatchAny(sentence, bearing, takenBack, consents, otherNumber) || ofTheMail.MatchString(sentence) || rules.MatchString(sentence) || noChange.MatchString(sentence) && !supposed.MatchString(sentence) ||
		leadsToList.MatchString(sentence) && !bearing.MatchString(sentence) && !takenBack.MatchString(sentence) {
		return true
	}
	if question {
		return false
	}
	if heading && !bearing.MatchString(sentence) {
		return true
	}
	opened, begun, signed := senses(0), senses(0), false
	for _, clause := range clauseEnd.Split(sentence, -1) {
		if in := aside(clause, opened); in != 0 {
			told, opened = true, in
			continue
		}
		words := strings.FieldsFunc(clause, partsNames)
		of, tells, on := ofOneSubject(words, begun)
		if begun |= on; !of && familiar(clause, words) {
			of, tells = true, true
		}
		if !of && !greets(clause) && !(signed && !slices.ContainsFunc(words, isNoName)) {
			return false
		}
		told, signed = told || tells || !of, signOff.MatchString(clause)
	}
	return told
}

// The words of a list that stand for others.
const wholeName, oneName, addressWord = "<name>", "<names>", "<address>"

// ofOneSubject says that words are all of one subject, whether one of them tells which, and which subjects they name. One that has to be
// named is so by them, or was in a clause before.
func ofOneSubject(words []string, begun senses) (of, tells bool, named senses) {
	t := spoken()
	about := t.subjects
	for i, word := range words {
		key := strings.ToLower(strings.Trim(word, ".-"))
		said := t.of(key) & t.subjects
		switch {
		case key == "" || len(key) == 1 && isName(word): // an initial
			continue
		case strings.Contains(key, "@"):
			said = t.of(addressWord)
		case said != 0:
			tells = tells || !littleWords[key] && !politeWords[key] && !partyWords[key]
		}
		switch whole, one := nameAt(words, i); {
		case littleWords[key]:
		case whole:
			said |= t.of(wholeName)
		case one:
			said |= t.of(oneName)
		}
		if about &= said; about == 0 {
			return false, false, 0
		}
		named |= t.about.of(key)
	}
	about &= named | begun | ^t.about.subjects
	return about != 0, tells, about & named
}

// familiar says that all words of a clause are of some subject, whichever, and that none of them may matter for an order.
func familiar(clause string, words []string) bool {
	if otherNumber.MatchString(namedNumber.ReplaceAllString(clause, " ")) {
		return false
	}
	t, tells := spoken(), false
	rest := slices.Clone(words)
	for i, word := range words {
		key := strings.ToLower(strings.Trim(word, ".-"))
		switch mild := mildWords[key]; {
		case mild:
			rest[i] = aMildWord
		case politeWords[key], !t.knows(words, i): // it asks for something, or nobody knows what it tells
			return false
		}
		tells = tells || (t.of(key)&t.subjects != 0 || ordinaryWords[key]) && !littleWords[key] && !partyWords[key]
	}
	return tells && !lexicon.MatchAny(strings.Join(rest, " "), bearing, takenBack, consents, weighs)
}

// aMildWord stands for one where it is looked for those that matter.
const aMildWord = "-"

// knows says that one of several words is of some subject, of none by itself, or of a name.
func (t *talk) knows(words []string, i int) bool {
	key := strings.ToLower(strings.Trim(words[i], ".-"))
	if key == "" || littleWords[key] || partyWords[key] || ordinaryWords[key] || strings.ContainsAny(key, "@.") || t.of(key)&t.subjects != 0 {
		return true
	}
	whole, one := nameAt(words, i)
	return whole || one
}

// allKnown says so of all words of a sentence but those that may matter. It may ask for something.
func allKnown(sentence string) bool {
	words := strings.FieldsFunc(namedNumber.ReplaceAllString(sentence, " "), partsNames)
	for i, word := range words {
		if !politeWords[strings.ToLower(word)] && !spoken().knows(words, i) && strings.Trim(word, "0123456789.-") != "" && !lexicon.MatchAny(word, weighs, bearing) {
			return false
		}
	}
	return true
}

// aside gives the languages in which a clause tells nothing of an order, if it opens as asides do, goes on with one that did in
// those that opened, or has a topic.
func aside(clause string, opened senses) senses {
	told := strings.TrimSpace(clause)
	for _, p := range []struct {
		is lexicon.Pattern
		by string
	}{{ofItsPapers, " "}, {ofTheirs, "$1$2 "}, {countsPeople, " "}} {
		told = p.is.ReplaceAllString(told, p.by)
	}
	words := strings.FieldsFunc(told, func(r rune) bool { return partsNames(r) || r == '.' })
	low := strings.Fields(strings.ToLower(strings.Join(words, " ")))
	t := spoken()
	article := false // which opens an aside in one language and any clause in another
	for n := min(maxOpening, len(low)); n > 0; n-- {
		if of := t.opening[strings.Join(low[:n], " ")]; of != 0 {
			words, low, opened, article = words[n:], low[n:], of, n == 1 && articleWords[low[0]]
			break
		}
	}
	topic, named := t.topic(low)
	if opened |= topic; opened == 0 || otherNumber.MatchString(told) || lexicon.MatchAny(told, takenBack, supposed, consents, renewing, asideFor) {
		return 0
	}
	for i, word := range low {
		if i < named || topic&t.tolerated.of(word) != 0 {
			continue
		}
		if matters := t.of(word) & t.matters; matters&opened != 0 || matters != 0 && (article || len(word) >= distinct) || topic != 0 && !t.knows(words, i) {
			return 0
		}
	}
	for _, name := range simpleName.FindAllString(told, 20) {
		if strings.Contains(name, " ") && (values.LikeCompany(name) || values.EndsAsOrganization(name)) {
			return 0
		}
	}
	return opened
}

// topic gives the languages in which a clause begins with a topic, behind words that only lead to it, and how many words those are with it.
func (t *talk) topic(words []string) (of senses, named int) {
	for i, word := range words[:min(len(words), maxLeading)] {
		if of := t.topics.of(word); of != 0 {
			return of, i + 1
		}
		if of := t.of(word); !littleWords[word] && !politeWords[word] && !topicLeads[word] && (of&t.subjects == 0 || of&t.matters != 0) {
			break
		}
	}
	return 0, 0
}

// The limits of asides: how many words open one or lead to its topic at most, and how long a word is, in bytes, that means the same in whatever language.
const maxOpening, maxLeading, distinct = 4, 6, 6

// nameAt says that one of several words is of a name: of a whole one, with others or a title, or one by itself behind a word that leads to it.
func nameAt(words []string, i int) (whole, one bool) {
	if !isName(words[i]) {
		return false, false
	}
	whole = i > 0 && mayName(words[i-1]) || i+1 < len(words) && isName(words[i+1])
	return whole, !whole && i > 0 && nameLeads[strings.ToLower(words[i-1])]
}

// mayName says that a name may stand behind a word: it is one, or a title.
func mayName(word string) bool {
	return titleWords[strings.ToLower(strings.Trim(word, "."))] || isName(word)
}

func isNoName(word string) bool { return !isName(word) }

// isName says that a word is written as names are, and is none that takes something back.
func isName(word string) bool {
	r, _ := utf8.DecodeRuneInString(word)
	return unicode.IsUpper(r) && !otherNumber.MatchString(word) && !bearing.MatchString(word) && !takenBack.MatchString(word) && !consents.MatchString(word)
}

// partsNames says that no word has a character.
func partsNames(r rune) bool {
	return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r) && !strings.ContainsRune("@._+-", r)
}

var (
	littleWords, politeWords = lexicon.Set("littleWords"), lexicon.Set("politeWords")
	articleWords, topicLeads = lexicon.Set("articleWords"), lexicon.Set("leadsToTopic")
	titleWords, partyWords   = lexicon.Set("titleWords"), lexicon.Set("partyWords")
	nameLeads, mildWords     = lexicon.Set("nameLeads"), lexicon.Set("mildWords")
	ordinaryWords            = lexicon.Set("ordinaryWords")

	consents                         = lexicon.Of("consents")
	asideFor, countsPeople, ofTheirs = lexicon.Of("asideFor"), lexicon.Of("countsPeople"), lexicon.Of("ofTheirs")
	ofItsPapers                      = lexicon.Of("ofItsPapers")
	mattersTogether, weighs          = lexicon.Of("mattersTogether"), lexicon.Of("weighs")
	announced                        = lexicon.Of("announced")
	agreedTo, denyingOther, lately   = lexicon.Of("agreedTo"), lexicon.Of("denyingOther"), lexicon.Of("lately")
	nothingMore, happened, hereby    = lexicon.Of("nothingMore"), lexicon.Of("happened"), lexicon.Of("hereby")
	wishedStart                      = lexicon.Of("wishedStart")
	asTalked, besides, afterMeeting  = lexicon.Of("asTalked"), lexicon.Of("besides"), lexicon.Of("afterMeeting")
	looseTalk, asksKindly            = lexicon.Of("looseTalk"), lexicon.Of("asksKindly")
	calledSo, leadsToList            = lexicon.Of("calledSo"), lexicon.Of("leadsToList")
	whenDone, afterwards, tellsThem  = lexicon.Of("whenDone"), lexicon.Of("afterwards"), lexicon.Of("tellsThem")
	clauseEnd                        = lexicon.Compile(`[,;:!?–—]+(?:\s|$)|[()–—]`)
	// nameParticles are the small words within a name.
	nameParticles = lexicon.Compile(`(\p{Lu}\pL+)(?: (?:van|von|de|der|den|di|da|du|del|la|le)){1,2} (\p{Lu})`)
)
