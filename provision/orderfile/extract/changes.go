package extract

import (
	"slices"
	"strings"

	"mozybot/provision"
	"mozybot/provision/orderfile/extract/page"
)

// The writer's own words come first: what a sentence takes back or changes is asked about, whatever the items say.

// maxChanges is how many such sentences are told.
const maxChanges = 3

// speech is what a paper says freely, in sentences, and what of it is asked about.
type speech struct {
	page      sheet
	all       []*candidate
	fields    fields
	elsewhere map[int]bool // lines that something else is read from
	changes   []provision.Question
	explained []Explained
}

// settleChanges asks about sentences that take back or change what the document says, or what it comes with.
func (s *settlement) settleChanges() {
	said := speech{page: s.page, all: s.all, fields: s.fields, elsewhere: s.readElsewhere()}
	said.readChanges()
	said.readLetter()
	said.readNotes()
	s.changes, s.sentences = said.changes, append(s.sentences, said.explained...)
	for _, q := range s.changes {
		s.takeBack(q)
	}
}

func (s *speech) readChanges() {
	for i, l := range s.page.Lines {
		text := l.Text()
		ofItem := func(c *candidate) bool { return strings.Contains(c.description, text) || c.answered == i && i > 0 }
		switch noted := len(l.Cells) == 1 && l.Cells[0].Labels == nil && !l.Prose(); { // by itself, as stamps are
		case len(s.changes) == maxChanges:
		case altering.MatchString(text) && !l.Product() && !paperTalk.MatchString(text):
			s.askAbout(provision.FieldStorageGB, text, l.Place(), "may change how much is ordered")
		case len(l.Cells) == 1 && !small(l, s.page) && upsets.MatchString(text) && !slices.ContainsFunc(s.all, ofItem):
			s.askAbout(provision.FieldStorageGB, text, l.Place(), "may change the order")
		case noted && (calledOffAlone.MatchString(text) || isTick.MatchString(text) && s.page.changing(text, l)):
			s.askAbout(provision.FieldStorageGB, text, l.Place(), "seems to take back or change something")
		case noted && holding.MatchString(text) && holdsBack(text):
			s.askAbout(provision.FieldStorageGB, text, l.Place(), "seems to hold the order back")
		}
	}
	for _, said := range s.page.sentences {
		upset := len(said.Lines[0].Cells) == 1 && upsets.MatchString(said.Text) && !s.asksAbout(said.Text)
		if len(s.changes) < maxChanges && (upset || s.page.changing(said.Text, said.Lines[0])) && !s.declined(said.Text) {
			s.askAbout(changedField(said.Text), said.Text, s.page.Lines[said.First].Place(), "seems to take back or change something")
		}
	}
}

// askAbout asks about a sentence that stands in some place.
func (s *speech) askAbout(field, sentence string, at page.Spot, why string) {
	s.explain(sentence, at, asked, "It "+why+".")
	s.changes = append(s.changes, question(field, sentence, "%s %s: %s. Please enter what is ordered.",
		upper(at.Where), why, provision.InQuotes(short(sentence))))
}

// maxSentences is how many sentences are explained.
const maxSentences = 200

func (s *speech) explain(sentence string, at page.Spot, v verdict, why string) {
	if len(s.explained) < maxSentences {
		j := judgement{verdict: v, against: []string{why}}
		s.explained = append(s.explained, j.explained("sentence", short(sentence), at))
	}
}

// takeBack asks for what a sentence changes.
func (s *settlement) takeBack(q provision.Question) {
	s.questions = append(s.questions, q)
	for _, c := range s.all {
		if c.verdict == taken && (c.license() || c.storage() && q.Field == provision.FieldStorageGB) {
			c.verdict, c.trouble = asked, ""
			c.against = append(c.against, "A sentence may take it back or change it: "+provision.InQuotes(q.Quote)+".")
		}
	}
}

// changing says that a sentence takes back or changes an order: with such words, and with none of small print.
func (d sheet) changing(sentence string, l page.Line) bool {
	return len(l.Cells) == 1 && len(sentence) <= 400 && changes.MatchString(deniedLicense.ReplaceAllString(sentence, " ")) && !smallPrint.MatchString(sentence) &&
		!noChange.MatchString(sentence) && !small(l, d)
}

// small says that a line is written much smaller than most of its page: small print.
func small(l page.Line, d sheet) bool {
	return d.mostOf(l, func(other float64) bool { return other > 1.15*l.Em })
}

func changedField(sentence string) string {
	if licenseWord.MatchString(sentence) && !product.MatchString(licenseName.ReplaceAllString(sentence, "")) && !quantityWord.MatchString(sentence) {
		return provision.FieldServerLicense
	}
	return provision.FieldStorageGB
}
