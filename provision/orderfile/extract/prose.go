package extract

import (
	"cmp"
	"slices"
	"strings"

	"mozybot/provision/orderfile/extract/lexicon"
	"mozybot/provision/orderfile/extract/page"
)

var (
	quantityBefore = lexicon.Of("quantityBefore")
	// dashed is a quantity that a dash parts from the name: at the start of its line, or behind a label.
	dashed        = lexicon.Compile(`(?i)(?:^|\n|\b(?:qty|quantity)[.: ]*)[-*•> ]*(\d[\d.,'’]*(?: \d{3})*)( +[-–—] +)$`)
	quantityAfter = lexicon.Of("quantityAfter")
	// alternative is another quantity behind one.
	alternative = lexicon.Compile(`(?i)^\s*(?:/|or|oder|ou)\s*(\d[\d.,]*)`)
	ofSize      = lexicon.Compile(`(?i)^ ?(?:of|with|à|de|da|di|van|von|zu|mit|av|af) \d+`)
	bareNumber  = lexicon.Compile(`^\d[\d,'’]*$`)
	// threeDigits may end a number whose thousands a blank parts off.
	threeDigits = lexicon.Compile(`^\d{3} ?[GTgt]\pL+`)
	unitNext    = lexicon.Compile(`(?i)^ ?[gt]i?[bo]\b`)
	moneyNext   = lexicon.Compile(`(?i)^ ?(?:[$€£]|(?:eur|usd|gbp|chf|euros?)\b)\s*(?:$|[^\d\s])`)
	priceLike   = lexicon.Compile(`[.,]\d\d$`)
	product     = lexicon.Of("product")
	// productOrAmount is one, or an amount without a name, where no storage is called by its name.
	productOrAmount = lexicon.Of("productOrAmount")
	leading         = lexicon.Of("leading")
	denial          = lexicon.Of("denial")
	deniedHere      = lexicon.Of("deniedHere")
	deniedLicense   = lexicon.Of("deniedLicense")
	// agreement makes a name one of a paper.
	agreement = lexicon.Compile(`(?i)^\s+(?:agreements?|terms|conditions|polic(?:y|ies)|key|keys|fees? schedule)\b`)
	wanted    = lexicon.Of("wanted")
	chosen    = lexicon.Of("chosen")
	joins     = lexicon.Of("joins")
	aLicense  = lexicon.Compile(`(?i)li[cz]en`) // and not by the name of its check box
	// sayingNo and sayingYes are what a form's question is answered with.
	sayingNo  = lexicon.Compile(`(?i)^\?\s+no\b`)
	sayingYes = lexicon.Compile(`(?i)^\s*\?\s+(?:yes|y|ja|oui|s[iíì])\s*[.!]?(?:\n|$)`)
	// sayingBoth are the two answers below a question, neither of them marked.
	sayingBoth = lexicon.Compile(`(?i)^\s*\?\s+(?:yes|y|ja|oui|s[iíì])\s*\n\s*(?:no|n|nein|nee|non)\s*(?:\n|$)`)
)

// readSentences finds the items named outside of tables. skip are the lines that were read already.
func readSentences(d sheet, skip map[int]bool, names lexicon.Pattern) []*candidate {
	var found []*candidate
	for p := range d.Paragraphs(skip) {
		for _, c := range namedIn(p, names) {
			c.paragraph, c.at = p.First, c.at+p.First
			c.quantity = d.amongNumbers(c)
			found = append(found, c)
		}
		if len(found) > maxItems { // the caller says so
			break
		}
	}
	return found
}

// itemised is a paragraph, and where the items in it stand.
type itemised struct {
	page.Paragraph
	spans [][2]int
}

// namedIn finds the items named in a paragraph. Their at counts from its first line.
func namedIn(named page.Paragraph, called lexicon.Pattern) []*candidate {
	p, lines := itemised{Paragraph: named}, named.Lines
	s := p.Text
	var found []*candidate
	var leads []string // what the line of each begins with
	names := namesIn(s, called)
	fields := licenseFields(lines)
	free := 0 // up to here the text belongs to items
	for i, at := range names {
		if hardware.MatchString(s[at[0]:min(len(s), at[1]+20)]) || agreement.MatchString(s[at[1]:]) || anothersLicense(s[:at[0]], s[at[0]:at[1]]) {
			continue
		}
		if _, is := fields[p.LineOf(at[0])]; is {
			continue
		}
		end := len(s) // from here on it belongs to the next one
		if i+1 < len(names) {
			end = at[1] + startOfMention(s[at[1]:names[i+1][0]])
		}
		c, from, to := itemAt(s, free, at, end)
		first := p.LineOf(from)
		c.place, c.at, c.tabular, c.table = lines[first].Place(), first, len(lines[first].Cells) > 1, -1
		c.struck = lines[first].StruckThrough()
		c.quoted = from > 0 && strings.HasSuffix(strings.TrimRight(s[:from], " "), `"`) || strings.HasSuffix(s[:from], "“")
		begin, _ := p.LineAround(from)
		lead := leading.FindStringSubmatch(s[begin:from])
		if lead == nil && (lines[first].Cells[0].LabelLike || len(lines[first].Cells) == 2) && begin < from && len(s[begin:from]) < 40 && !strings.ContainsAny(s[begin:from], ":.,0123456789") && unknownWord(s[begin:from]) == "" {
			lead = []string{"", ""} // a label such as "Protected storage required:"
		}
		if lead == nil && begin < from {
			if m := chosen.FindStringSubmatch(s[begin:from]); m != nil && plainName(m[2]) {
				lead, c.choice = m, true
			}
		}
		c.from = inProse
		goesOn := len(found) > 0 && found[len(found)-1].from == inProse && !page.SentenceEnd.MatchString(s[free:from]) // with a sentence
		if lead != nil && !goesOn || free > begin && len(found) > 0 && found[len(found)-1].from == inList {
			c.from = inList
		}
		if lead != nil {
			c.box = stanceOf(lead[1])
		}
		if c.from == inList {
			c.denied = c.denied && denial.MatchString(lines[first].Text())
		}
		c.around = sentenceAround(s, at)
		if c.from == inList {
			c.around = p.sentenceBetween(names, i)
		}
		if stop := page.SentenceEnd.FindStringIndex(s[at[1]:min(len(s), at[1]+reach)]); stop != nil {
			c.asking = s[at[1]+stop[0]] == '?'
		}
		if c.asking && c.quantity == "" && namesLicense(c.description) && sayingYes.MatchString(s[at[1]:]) && !sayingBoth.MatchString(s[at[1]:]) {
			c.from, c.asking, c.quantity = inList, false, "yes"
		}
		c.quantity = inOneCell(lines[first], c.quantity, s[at[0]:at[1]])
		c.explains = len(found) > 0 && strings.Trim(s[free:from], " ") == "("
		found, free = append(found, c), to
		leads = append(leads, "")
		if lead != nil {
			leads[len(leads)-1] = strings.TrimSpace(lead[0])
		}
		p.spans = append(p.spans, [2]int{from, to})
	}
	p.readBeside(found, leads)
	for i, l := range lines {
		if r, is := fields[i]; is {
			r.at, r.table = i, -1
			found = append(found, &candidate{row: r, from: inPair})
		} else if r, ok := otherListed(l); ok {
			r.at, r.table = i, -1
			found = append(found, &candidate{row: r, from: inList})
		}
	}
	return found
}

// sentenceBetween is the sentence around the i-th name of a list, without the lines that have other items of it.
func (p itemised) sentenceBetween(names [][]int, i int) string {
	at := names[i]
	begin, _ := p.LineAround(at[0])
	if i == 0 || names[i-1][1] > begin {
		begin = 0
	}
	end := len(p.Text)
	if i+1 < len(names) {
		if next, _ := p.LineAround(names[i+1][0]); next >= at[1] {
			end = next
		}
	}
	return sentenceAround(p.Text[begin:end], []int{at[0] - begin, at[1] - begin})
}

// readBeside reads what the lines of the items say beside them. leads are what those begin with: a choice that stands before
// the first item of a line is also of one that comes with it.
func (p itemised) readBeside(found []*candidate, leads []string) {
	for i, c := range found {
		p.beside(i, c)
		if i > 0 && c.at == found[i-1].at && leads[i] == "" {
			leads[i] = leads[i-1]
			between := p.Text[p.spans[i-1][1]:p.spans[i][0]]
			if found[i-1].choice && c.box == nothingSaid && (joins.MatchString(between) || found[i-1].box == saysNo && !anyBox.MatchString(between)) {
				c.choice, c.box = true, found[i-1].box
			}
		}
		c.spoken = strings.TrimPrefix(c.spoken, leads[i])
	}
}

// plainName says that the name of a choice says nothing of how it stands with it.
func plainName(name string) bool {
	return !lexicon.MatchAny(name, takenBack, bearing, conditional, contrast, ownWords, otherGroup, perhapsGroup)
}

// namesIn are the places of the products that a text names. One that runs on to the next line ends where that begins with another.
func namesIn(s string, called lexicon.Pattern) [][]int {
	names := called.FindAllStringIndex(s, maxItems+1)
	for i := 0; i < len(names); i++ {
		from, to := names[i][0], names[i][1]
		line := strings.LastIndexByte(s[from:to], '\n')
		if line < 0 {
			continue
		}
		next := from + line + 1
		if other := licenseName.FindStringIndex(s[next:]); other != nil && other[0] == 0 && product.MatchString(s[from:next-1]) {
			names[i][1] = next - 1
			names = slices.Insert(names, i+1, []int{next, next + other[1]})
		}
	}
	return names
}

// beside reads what the line of an item says beside it: a choice behind its name, and words.
func (p itemised) beside(i int, c *candidate) {
	from, to := p.spans[i][0], p.spans[i][1]
	begin, _ := p.LineAround(from)
	_, end := p.LineAround(max(to-1, from))
	until := end
	if i+1 < len(p.spans) {
		until = max(to, min(end, p.spans[i+1][0]))
	}
	behind := strings.TrimSpace(p.Text[to:until])
	var rest strings.Builder
	at := begin
	for _, span := range p.spans {
		if span[0] >= at && span[0] < end {
			between := p.Text[at:span[0]]
			if at > begin {
				between = besideItems(between)
			}
			rest.WriteString(between + " ")
			at = span[1]
		}
	}
	if at < end {
		after := p.Text[at:end]
		rest.WriteString(after[:page.EndOfSentence(after)])
	}
	said := rest.String()
	c.spoken = strings.TrimSpace(leading.ReplaceAllString(strings.TrimRight(said[:min(len(said), reach)], " ")+" ", ""))
	if above := p.Text[max(0, begin-8):begin]; above != "" && endsInOr.MatchString(above) {
		c.spoken = "or " + c.spoken
	}
	c.comesWith = i > 0 && joins.MatchString(p.Text[p.spans[i-1][1]:from]) && p.Text[to:end] == "" && aLicense.MatchString(c.description)
	if len(behind) > 60 {
		return
	}
	if box := anyBox.FindStringIndex(behind); box != nil && c.box != nothingSaid && strings.Trim(behind[box[1]:], " :?") != "" { // of another choice
		if c.box == saysYes && isTick.MatchString(behind[box[0]:]) {
			c.box = saysOther
		}
		c.spoken = strings.TrimSpace(strings.Replace(c.spoken, behind, "", 1))
		return
	}
	said = strings.TrimLeft(wanted.ReplaceAllString(behind, ""), ":=?–- ")
	if namesLicense(c.description) {
		said = strings.TrimLeft(said, ":=?–—- .,;…·•_>~→*") // "Server license ... no"
	}
	switch chosen := choice(behind); {
	case chosen != nothingSaid && c.box == nothingSaid:
		c.box, c.denied = chosen, c.denied && denial.MatchString(c.description)
	case c.quantity == "" && stanceOf(said) != nothingSaid:
		c.quantity = said
	default:
		return
	}
	c.spoken = strings.TrimSpace(strings.Replace(c.spoken, behind, "", 1))
}

// besideItems leaves out the sentences that stand by themselves between two items: they are read as such (changes.go).
func besideItems(between string) string {
	stops := page.SentenceEnd.FindAllStringIndex(between, -1)
	if len(stops) < 2 {
		return between
	}
	return between[:stops[0][1]] + between[stops[len(stops)-1][1]:]
}

// endsInOr is a line that another choice follows.
var endsInOr = lexicon.Compile(`(?i)[\s,](?:or|oder|ou|either|o|of)\s*$`)

// choice is what boxes behind a name say: "☐ Yes ☒ No", or one box alone.
func choice(behind string) stance {
	boxes := anyBox.FindAllStringIndex(behind, 4)
	if boxes == nil || len(boxes) > 3 {
		return nothingSaid
	}
	before := stanceOf(strings.Trim(behind[:boxes[0][0]], " :?")) != nothingSaid // the labels stand before their boxes
	chosen := saysNo
	for i, at := range boxes {
		from, to := at[1], len(behind)
		if i+1 < len(boxes) {
			to = boxes[i+1][0]
		}
		if before {
			if from, to = 0, at[0]; i > 0 {
				from = boxes[i-1][1]
			}
		}
		label := stanceOf(strings.Trim(behind[from:to], " :?"))
		switch ticked := isTick.MatchString(behind[at[0]:at[1]]); {
		case !ticked:
		case chosen != saysNo, label == nothingSaid && len(boxes) > 1:
			return saysOther
		case label == nothingSaid:
			chosen = saysYes
		case label == saysNo:
			return saysNo
		default:
			chosen = label
		}
	}
	return chosen
}

var fieldOfLicense, answersServer = lexicon.Of("fieldOfLicense"), lexicon.Of("answersServer")

// licenseFields are those of a paragraph, by their lines.
func licenseFields(lines []page.Line) map[int]row {
	var fields map[int]row
	for i, l := range lines {
		if r, is := licenseField(l, lines[i+1:]); is {
			if fields == nil {
				fields = map[int]row{}
			}
			fields[i] = r
		}
	}
	return fields
}

// licenseField is a line such as "Server license: yes", or a question and the answer below it.
func licenseField(l page.Line, below []page.Line) (row, bool) {
	text := l.Text()
	if asked := strings.TrimRight(text, " *"); (asked != text || strings.HasSuffix(text, "?")) && len(below) > 0 && answersBelow.MatchString(below[0].Text()) && !(len(below) > 1 && answersBelow.MatchString(below[1].Text())) {
		text = strings.TrimRight(asked, "?: ") + ": " + below[0].Text()
	}
	if boxes := boxesIn(below); boxes != "" {
		text = strings.TrimRight(text, " *:?") + ": " + boxes
	}
	label, rest := l.Cells[0].Text, page.Line{Cells: l.Cells[1:]}
	if len(rest.Cells) > 1 && !slices.ContainsFunc(rest.Cells[1:], func(c page.Cell) bool { return !onlyPrices.MatchString(c.Text) }) {
		rest.Cells = rest.Cells[:1] // with what it costs
	}
	if len(l.Cells) > 1 && !strings.ContainsAny(label, ":?=") {
		text = label + ": " + rest.Text()
	}
	m := fieldOfLicense.FindStringSubmatch(text)
	if m == nil {
		m = answersServer.FindStringSubmatch(text)
	}
	if m == nil {
		return row{}, false
	}
	said := cmp.Or(pricedIn(rest.Text()), strings.TrimSpace(m[1]))
	switch choice(said) {
	case saysYes:
		said = "yes"
	case saysNo:
		said = "no"
	}
	return row{quantity: said, description: "Cloud Server License", place: l.Place(), around: text}, true
}

// boxesIn are the choices that lines begin with, one on each.
func boxesIn(lines []page.Line) string {
	var all []string
	for _, l := range lines {
		if at := anyBox.FindStringIndex(l.Text()); at == nil || at[0] > 0 || len(all) == 3 {
			break
		}
		all = append(all, l.Text())
	}
	return strings.Join(all, " ")
}

// otherListed is a line such as "3 x Patch cable".
func otherListed(l page.Line) (row, bool) {
	text := l.Text()
	m := page.ListedOther.FindStringSubmatchIndex(text)
	if m == nil {
		return row{}, false
	}
	description := strings.TrimLeft(text[m[3]:], " x×*")
	return row{quantity: text[m[2]:m[3]], description: description, place: l.Place()}, description != "" && !known(text)
}
