package extract

import (
	"fmt"
	"slices"
	"strings"

	"mozybot/provision"
	"mozybot/provision/orderfile/extract/page"
)

// The writer's own words come first: what a sentence takes back or changes is asked about, whatever the items say. What nothing here has
// a meaning for is asked about, too, but the order stands as it was read if a person says that it changes nothing.

// The limits of what is told: how many sentences that change something; how many that are not understood, and how long such a one is, in
// bytes. Whoever has more to read had better read the paper.
const maxChanges, maxUnread, maxTold = 3, 7, 300

// speech is what a paper says freely, in sentences, and what of it is asked about.
type speech struct {
	page      sheet
	all       []*candidate
	fields    fields
	elsewhere map[int]bool         // lines that something else is read from
	changes   []provision.Question // what takes back or changes something
	unread    []provision.Question // what nothing here has a meaning for
	explained []Explained
}

// settleChanges asks about sentences that take back or change what the document says, or what it comes with.
func (s *settlement) settleChanges() {
	said := speech{page: s.page, all: s.all, fields: s.fields, elsewhere: s.readElsewhere()}
	said.readChanges()
	said.readLetter()
	said.readNotes()
	if len(said.unread) > maxUnread {
		said.changes, said.unread = append(said.changes, said.unreadTogether()), nil
	}
	s.changes, s.sentences = append(said.changes, said.unread...), append(s.sentences, said.explained...)
	for _, q := range s.changes {
		s.takeBack(q)
	}
}

// unreadTogether asks about all that is not understood at once.
func (s *speech) unreadTogether() provision.Question {
	first := s.unread[0].Quote
	return question(provision.FieldStorageGB, first, "mozybot doesn't understand %d sentences, such as %s. Please read the file, and enter what is ordered.",
		len(s.unread), provision.InQuotes(short(first)))
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
		case noted && (calledOffAlone.MatchString(text) || l.Page == 0 && standsAlone.MatchString(text) && !l.Product() || isTick.MatchString(text) && s.page.changing(text, l)):
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

// askWhether asks whether a sentence changes the order, which nothing here can tell.
func (s *speech) askWhether(sentence string, at page.Spot) {
	sentence = strings.Join(strings.Fields(sentence), " ")
	s.explain(sentence, at, asked, "It is not understood.")
	s.unread = append(s.unread, provision.Question{
		Field: provision.FieldStorageGB, Quote: sentence, AsRead: true,
		Text: fmt.Sprintf("%s: mozybot doesn't understand %s Does it change the order?", upper(at.Where), quotedStop.Replace(provision.InQuotes(sentence)+".")),
	})
}

// maxSentences is how many sentences are explained.
const maxSentences = 200

func (s *speech) explain(sentence string, at page.Spot, v verdict, why string) {
	if len(s.explained) < maxSentences {
		j := judgement{verdict: v, against: []string{why}}
		s.explained = append(s.explained, j.explained("sentence", short(sentence), at))
	}
}

// takeBack asks for what a sentence changes, or whether it does.
func (s *settlement) takeBack(q provision.Question) {
	s.questions = append(s.questions, q)
	if q.AsRead {
		return
	}
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
