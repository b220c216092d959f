package extract

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"mozybot/provision"
	"mozybot/provision/orderfile/extract/label"
	"mozybot/provision/orderfile/extract/lexicon"
	"mozybot/provision/orderfile/extract/page"
	"mozybot/provision/orderfile/extract/values"
)

// The world of what is said freely is closed, too. In a letter each sentence, beside labels and items, has to be one of those
// that order, introduce or are polite: any other may say something of the order, so it is asked about. So it is in a form and on a
// printed paper, but for titles, names, and what papers say of themselves: terms, payment, how to reach somebody.

// voice is who speaks in a line, which tells how much of it has to be understood.
type voice int

const (
	quiet    voice = iota // a title, or small print: what holds an order back counts
	formal                // a form, or a paper that somebody issues: all of it counts, but for the talk of papers
	filledIn              // what they wrote behind a label: likewise, and what is not understood has to be entered again
	noted                 // a footnote of what is ordered: likewise, and its numbers count
	personal              // somebody who writes to another: all of it counts
)

// readLetter asks about the sentences that nothing here has a meaning for.
func (s *speech) readLetter() {
	voices := s.page.voices()
	for i, l := range s.page.Lines {
		for _, remark := range remarksIn(l) {
			_, known := label.Of(remark.head)
			switch {
			case noteHeads[label.Normal(remark.head)] && standsAlone.MatchString(remark.text):
				s.doubtSentences(remark.text, i, filledIn)
			case len(strings.Fields(remark.text)) < 3, anyBox.MatchString(remark.text), s.fields.says(remark.text): // a name, or the like: its label may say more
				s.doubtSentences(remark.head+": "+remark.text, i, quiet)
			case noteHeads[label.Normal(remark.head)]:
				s.doubtSentences(remark.text, i, max(filledIn, voices[i]))
			case known:
				s.doubtSentences(remark.head+": "+remark.text, i, quiet)
			default: // filled in, also in a letter
				s.doubtSentences(remark.text, i, filledIn)
			}
		}
	}
	for p := range s.page.Paragraphs(s.elsewhere) {
		v := voices[p.First]
		if v == personal && (s.frames(p) || s.addresses(p)) || v > quiet && isAddress(p) {
			continue
		}
		if slices.ContainsFunc(p.Lines, func(l page.Line) bool { return l.Footnote }) {
			v = noted
		}
		if v <= formal && (s.entitles(p) || s.goesOn(p) || small(p.Lines[0], s.page)) ||
			v > formal && v != noted && small(p.Lines[0], s.page) && paperTalk.MatchString(p.Text) || len(disclaiming.FindAllStringIndex(p.Text, 2)) == 2 {
			s.doubtSentences(p.Text, p.First, quiet)
		} else {
			s.doubtSentences(p.Text, p.First, v)
		}
	}
}

// readNotes asks about what people wrote beside the text, unless it is understood.
func (s *speech) readNotes() {
	for _, n := range s.page.Notes {
		for _, sentence := range page.Sentences(n.Text) {
			if len(s.changes) < maxChanges && (product.MatchString(sentence) || !understood(sentence)) {
				s.askAbout(provision.FieldStorageGB, sentence, page.Spot{Where: n.Where, Words: n.Text}, "says something that may change the order")
			}
		}
	}
}

// entitles says that a paragraph is the title of its page, which tells what kind of paper it is.
func (s *speech) entitles(p page.Paragraph) bool {
	return p.First < titleReach && len(p.Lines) == 1 && len(p.Text) <= 60 && (!stops(p.Text) || strings.HasSuffix(p.Text, "?") && !bearing.MatchString(p.Text)) && (entitles(sellersPaper, p.Text) ||
		!slices.ContainsFunc(s.page.Lines[:p.First], func(l page.Line) bool { return l.Cells[0].Labels != nil || l.Product() }))
}

// greets says that a sentence is nothing but a greeting, with names at most, or a closing.
func greets(sentence string) bool {
	if signOff.MatchString(sentence) {
		return true
	}
	at := salutation.FindStringIndex(sentence)
	if at == nil || bearing.MatchString(sentence[at[1]:]) {
		return false
	}
	return !slices.ContainsFunc(strings.Fields(sentence[at[1]:]), func(word string) bool {
		r, _ := utf8.DecodeRuneInString(word)
		return !unicode.IsUpper(r) && !andWord.MatchString(word)
	})
}

// frames says that a paragraph opens or closes a letter, in words that may be of any language: a few before a comma, at its
// very beginning, or with nothing but names below.
func (s *speech) frames(p page.Paragraph) bool {
	if last, _ := utf8.DecodeLastRuneInString(p.Text); len(p.Lines) > 1 || !strings.ContainsRune(",،，、", last) || !framing.MatchString(p.Text) || bearing.MatchString(p.Text) || holding.MatchString(p.Text) || changes.MatchString(p.Text) {
		return false
	}
	below := s.page.Lines[p.First+1:]
	return p.First == 0 || len(below) <= maxNames && !slices.ContainsFunc(below, func(l page.Line) bool { return l.Prose() || l.Product() })
}

// addresses says that a paragraph is a line of an address: a street, the customer's name, or a company under a signature.
func (s *speech) addresses(p page.Paragraph) bool {
	if len(p.Lines) > 1 {
		return false
	}
	street := streetLine.MatchString(p.Text)
	if s.page.signs(p.Lines[0]) && (street || values.HasLegalForm(p.Text) && properName.FindString(p.Text) == p.Text) {
		return true
	}
	return !p.Lines[0].Product() && (street || s.fields.names(attention.ReplaceAllString(p.Text, "")))
}

// isAddress says that a paragraph is a street with its town, and how to reach somebody there.
func isAddress(p page.Paragraph) bool {
	at := streetLine.FindStringIndex(p.Text)
	return at != nil && len(p.Lines) == 1 && !product.MatchString(p.Text) && !slices.ContainsFunc(strings.FieldsFunc(p.Text[at[1]:], partsNames), func(word string) bool {
		r, _ := utf8.DecodeRuneInString(word)
		return unicode.IsLower(r) && !reachWords[strings.Trim(word, ".")] && !strings.Contains(word, "@") && !strings.HasPrefix(word, "www.")
	})
}

// maxNames is how many lines stand below the words that close a letter.
const maxNames = 6

// goesOn says that a paragraph goes on with one of the page before, or is a piece of a cell that runs over several lines of a printed table.
func (s *speech) goesOn(p page.Paragraph) bool {
	begins, _ := utf8.DecodeRuneInString(p.Text)
	if p.First == 0 || !unicode.IsLower(begins) {
		return false
	}
	above := s.page.Lines[p.First-1]
	return above.Page != p.Lines[0].Page || p.Lines[0].Page > 0 && above.Head
}

// doubtSentences asks about those of a text that begins in line i. Those that name an item are judged with it.
func (s *speech) doubtSentences(text string, i int, v voice) {
	sentences := page.Sentences(text)
	for n, sentence := range sentences {
		last := sentences[max(0, n-1)]
		ofDenied := n > 0 && laterStill.MatchString(sentence) && licenseName.MatchString(last) && deniedHere.MatchString(last) // the license that is done without
		if ofDenied || product.MatchString(sentence) || s.namesAmount(sentence) || s.asksAbout(sentence) {
			continue
		}
		place := s.page.Lines[i].Place()
		switch doubt := v.doubts(sentence); {
		case s.contradicts(sentence):
			s.askAbout(provision.FieldServerLicense, sentence, place, "does without what is ordered")
		case doubt == nothingDoubted, s.declined(sentence), greets(sentence), ofAForm.MatchString(sentence):
			s.explain(sentence, place, left, "It says nothing of what is ordered.")
		case doubt == notUnderstood && len(sentence) <= maxTold:
			s.askWhether(sentence, place)
		case len(s.changes) < maxChanges:
			s.askAbout(provision.FieldStorageGB, sentence, place, "says something that may change the order")
		}
	}
}

// namesAmount says that a sentence names storage by its amount alone.
func (s *speech) namesAmount(sentence string) bool {
	return slices.ContainsFunc(s.all, func(c *candidate) bool {
		return c.storage() && c.verdict != left && strings.Contains(sentence, c.description) && bareAmount.MatchString(c.description)
	})
}

// doubt is what may be wrong with an order beside which a sentence stands.
type doubt int

const (
	nothingDoubted doubt = iota
	notUnderstood        // nothing here has a meaning for it
	mayChange            // it sets a condition, is not sure, or holds the order back
)

// doubts tells what a sentence may say of the order.
func (v voice) doubts(sentence string) doubt {
	switch {
	case onlyNumbered.MatchString(sentence), onlyLink.MatchString(sentence):
		return nothingDoubted
	case standsAlone.MatchString(sentence), unsure.MatchString(sentence), onlyIf.MatchString(sentence) && !ofSellers.MatchString(sentence), holdsBack(sentence), v == noted && doubtsItem(sentence):
		return mayChange
	case v == noted, !v.counts(sentence), understood(sentence):
		return nothingDoubted
	case v == filledIn, licenseWord.MatchString(sentence), takenBack.MatchString(sentence), (v == personal || bearing.MatchString(sentence)) && namesNumber(sentence):
		return mayChange
	}
	return notUnderstood
}

// onlyNumbered is a sentence that is nothing but the number of a paper, a house or a case, and onlyLink what a link is called.
var onlyNumbered, onlyLink = lexicon.Of("onlyNumbered"), lexicon.Of("onlyLink")

// counts says that all of a sentence has to be understood: a printed paper and a form have titles and names beside, and the talk of papers.
func (v voice) counts(sentence string) bool {
	return v == personal || v != quiet && (stops(sentence) || !heads(sentence) || lexicon.MatchAny(sentence, takenBack, mattersTogether)) && !named(sentence) && !ofPapers(sentence)
}

// ofPapers says that a sentence is of the talk of papers, and neither takes anything back nor waits for somebody. If a word of it may matter
// for an order, all others have to be known.
func ofPapers(sentence string) bool {
	if rules.MatchString(sentence) {
		return true
	}
	return (paperTalk.MatchString(sentence) || smallPrint.MatchString(sentence)) && !(strings.HasSuffix(sentence, "?") && bearing.MatchString(sentence)) &&
		!lexicon.MatchAny(sentence, ownWords, takenBack, consents, amiss, mattersTogether, announced) && (!lexicon.MatchAny(sentence, weighs, bearing) || allKnown(sentence))
}

// doubtsItem says that a footnote may say something of the item that it is of.
func doubtsItem(note string) bool {
	tells := paperTalk.MatchString(note)
	return everyOf.MatchString(note) || !tells && (sinceWhen.MatchString(note) || conditional.MatchString(note)) ||
		!understood(note) && (!tells && !smallPrint.MatchString(note) || takenBack.MatchString(unsaying(note)) || namesNumber(note))
}

// namesNumber says that a sentence has a number that is neither a date nor a name.
func namesNumber(sentence string) bool {
	return otherNumber.MatchString(namedNumber.ReplaceAllString(sentence, " "))
}

// holdsBack says that a sentence holds the order back, and speaks neither of rules nor of its mail.
func holdsBack(sentence string) bool {
	return holding.MatchString(sentence) && holding.MatchString(besides.ReplaceAllString(smallTalk.ReplaceAllString(sentence, " "), " ")) && !ofTheMail.MatchString(sentence) &&
		!smallPrint.MatchString(onCondition.ReplaceAllString(sentence, " ")) // of somebody who decides
}

// heads says that a text is a heading.
func heads(text string) bool {
	said := len(strings.Fields(text))
	return said < 3 || said <= 4 && strings.HasSuffix(text, ":")
}

// stops says that a text of several words ends as a sentence.
func stops(text string) bool {
	return strings.Contains(text, " ") && strings.ContainsAny(text[len(text)-1:], ".!?")
}

// named says that a text is names and dates, and tells nothing. What ends as a sentence has no other words.
func named(text string) bool {
	if bearing.MatchString(text) {
		return false
	}
	stops := stops(text) && len(strings.Fields(text)) > 2
	for word := range strings.FieldsSeq(namedNumber.ReplaceAllString(text, " ")) {
		r, _ := utf8.DecodeRuneInString(strings.TrimLeft(word, "(\"'“„"))
		initials := len(word) < 3 || strings.Contains(strings.TrimRight(word, ".,!?"), ".") // as in "e.K."
		if unicode.IsLower(r) && !initials && (stops || unknownWord(word) != "" && !littleWords[word]) {
			return false
		}
	}
	return true
}

// declined says that a sentence does without something that is not ordered.
func (s *speech) declined(sentence string) bool {
	noLicense := !slices.ContainsFunc(s.all, func(c *candidate) bool { return c.license() && c.verdict != left })
	if onlyStorage.MatchString(sentence) {
		return noLicense
	}
	what := strings.TrimPrefix(telling(declining, sentence), "any ")
	if what == "" || ofTheOrder.MatchString(what) || len(strings.Fields(what)) > maxDeclined || beginsVerb.MatchString(what) || bearing.MatchString(what) {
		return false
	}
	return !licenseWord.MatchString(what) && !namesLicense(what) || noLicense
}

// maxDeclined is how many words name what somebody does without, at most.
const maxDeclined = 4

// contradicts says that a sentence does without the license that is ordered elsewhere.
func (s *speech) contradicts(sentence string) bool {
	return slices.ContainsFunc(s.all, func(c *candidate) bool { return c.license() && c.verdict == taken && c.from != inProse }) &&
		anyLicense.MatchString(telling(declining, sentence))
}

// anyLicense is one in whatever language.
var anyLicense = lexicon.Compile(`(?i)li[cz]en[czs]|lisens`)

// voices are who speaks in each line: between a salutation and a sign-off somebody writes.
func (d sheet) voices() []voice {
	all := make([]voice, len(d.Lines))
	letter := d.Letter
	for i, l := range d.Lines {
		text := l.Text()
		letter = letter || len(text) <= 60 && salutation.MatchString(text) || afterword.MatchString(text)
		all[i] = formal
		if letter {
			all[i] = personal
		}
		if letter && !d.Letter && len(text) <= 60 && signOff.MatchString(text) {
			letter = false
		}
	}
	return all
}

// afterword begins what somebody adds below.
var afterword = lexicon.Compile(`^(?i:p\.? ?p?s|n\.? ?b|post ?scriptum)[.:,]? `)

// remarksIn are what stands behind a label that nothing here knows, or that remarks have.
func remarksIn(l page.Line) []remark {
	var all []remark
	for j, c := range l.Cells {
		if strings.HasSuffix(c.Text, "?") && !c.Product && j+1 < len(l.Cells) && answersOtherwise(l.Cells[j+1].Text) {
			all = append(all, remark{c.Text, l.Cells[j+1].Text})
			continue
		}
		if c.Product || !c.LabelLike || c.Labels != nil && !c.Announces(label.Unused) {
			continue
		}
		head, value, _ := strings.Cut(c.Text, ":")
		if strings.TrimSpace(value) == "" && j+1 < len(l.Cells) && !l.Cells[j+1].LabelLike {
			value = l.Cells[j+1].Text
		}
		if value = strings.Join(strings.Fields(value), " "); value != "" && !product.MatchString(value) {
			all = append(all, remark{head, value})
		}
	}
	return all
}

// answersOtherwise says that an answer to some question holds back, sets a condition or denies, in more words than a no.
func answersOtherwise(text string) bool {
	return !product.MatchString(text) && stanceOf(text) != saysYes &&
		(takenBack.MatchString(text) || conditional.MatchString(text) || bearing.MatchString(text))
}

// asksAbout says that a question stands about a sentence already.
func (s *speech) asksAbout(sentence string) bool {
	about := func(q provision.Question) bool {
		return strings.Contains(q.Quote, strings.TrimRight(short(sentence), ".?!…"))
	}
	return slices.ContainsFunc(s.changes, about) || slices.ContainsFunc(s.unread, about)
}

// readElsewhere are the lines that labels, items and blocks are read from, and those that are no sentences.
func (s *settlement) readElsewhere() map[int]bool {
	said := map[int]bool{}
	for i, l := range s.page.Lines {
		labelled := slices.ContainsFunc(l.Cells, func(c page.Cell) bool { return c.Labels != nil || c.LabelLike && !strings.HasSuffix(c.Text, ":") })
		said[i] = !l.Footnote && (labelled || s.fields.used[i]) && !tells(l) || s.listed[i] || !l.Footnote && (len(l.Cells) > 1 || !l.Prose())
	}
	for _, c := range s.all {
		if c.answered > 0 {
			said[c.answered] = true
		}
		if said[c.at] = true; c.from == inProse || corrects(s.page.Lines[c.at], c.description) { // its sentence is judged with it
			said[c.at] = false
		}
	}
	return said
}

// corrects says that a line has another sentence behind its item, with a number: "30 GB storage. Or rather 50."
func corrects(l page.Line, item string) bool {
	_, behind, _ := strings.Cut(l.Text(), item)
	end := page.SentenceEnd.FindStringIndex(behind)
	return end != nil && len(l.Cells) == 1 && otherNumber.MatchString(behind[end[1]:])
}

// tells says that a line is a sentence that only begins like a label, such as "Ticket 7781 was closed."
func tells(l page.Line) bool {
	text := l.Text()
	return len(l.Cells) == 1 && strings.HasSuffix(text, ".") && !strings.ContainsAny(text, ":=") && len(strings.Fields(text)) >= 4
}

var (
	salutation  = lexicon.Of("salutation")
	signOff     = lexicon.Of("signOff")
	declining   = lexicon.Of("declining")
	onlyStorage = lexicon.Of("onlyStorage")
	ofTheOrder  = lexicon.Of("ofTheOrder")
	ofAForm     = lexicon.Of("ofAForm")
	beginsVerb  = lexicon.Of("beginsVerb")
	smallTalk   = lexicon.Of("smallTalk")
	holding     = lexicon.Of("holding")
	unsure      = lexicon.Of("unsure")
	onCondition = lexicon.Of("onCondition")
	onlyIf      = lexicon.Of("onlyIf")
	ofSellers   = lexicon.Of("ofSellers")
	paperTalk   = lexicon.Of("paperTalk")
	ifAsked     = lexicon.Of("ifAsked")
	namedNumber = lexicon.Of("namedNumber")
	sentTo      = lexicon.Of("sentTo")
	introducing = lexicon.Of("introducing")
	sinceWhen   = lexicon.Of("sinceWhen")
	laterStill  = lexicon.Of("laterStill")
	ofTheMail   = lexicon.Of("ofTheMail")
	otherNumber = lexicon.Compile(`\d`)

	bearing   = lexicon.Of("bearing")
	unsettled = lexicon.Of("unsettled")
	supposed  = lexicon.Of("supposed")

	// standsAlone is how it stands with something, or what a paper is that is no order, where a text says nothing else.
	standsAlone = lexicon.Of("standsAlone")
	amiss       = lexicon.Of("amiss")
	rules       = lexicon.Of("rules")
	ownWords    = lexicon.Of("ownWords")
	andWord     = lexicon.Compile(`^(?:&|and|und|et|y|e|en|och|og|i)$`)
	streetLine  = lexicon.Of("streetLine")
	reachWords  = lexicon.Set("reachWords")
	// framing is what opens or closes a letter.
	framing = lexicon.Compile(`^[^\s\d,.:;!?，،、]+(?: [^\s\d,.:;!?，،、]+){0,3} ?[,，،、]$`)

	// disclaiming is what programs put under a mail, always in several sentences.
	disclaiming = lexicon.Of("disclaiming")
)
