package extract

import (
	"math"
	"slices"
	"strings"

	"mozybot/provision/orderfile/extract/label"
	"mozybot/provision/orderfile/extract/lexicon"
	"mozybot/provision/orderfile/extract/page"
	"mozybot/provision/orderfile/extract/values"
)

// Forms ask in whole questions ("How many GB of server storage do you need?") or behind the name of a product ("1 GB Storage Server -
// liczba sztuk"), in the head of a column or above or beside the answer.

// askedFor is the product that a text asks for, and says nothing else; "" where it does not.
func askedFor(text string) string {
	if len(text) > maxAsked {
		return ""
	}
	text = label.WithoutNumber(text)
	question := strings.HasSuffix(text, "?")
	at := product.FindStringIndex(text)
	switch how := asksHowMuch.FindStringIndex(text); {
	case question && how != nil && onlyAsks(text, how) && wantsIt.MatchString(text):
		if gigabyteWord.MatchString(text) {
			return "1 GB storage"
		}
		return "storage" // the answer has the unit
	case at == nil || !known(text):
		return ""
	}
	if !onlyAsks(text, at) || !question && !nameAndAmount.MatchString(text[:at[0]]+" "+text[at[1]:]) {
		return ""
	}
	return text[at[0]:at[1]]
}

// onlyAsks says that a text asks, beside what stands at a place, and does nothing else.
func onlyAsks(text string, at []int) bool {
	return asksWords.MatchString(strings.Join(strings.Fields(text[:at[0]]+" "+text[at[1]:]), " "))
}

// maxAsked is how long a question is at most.
const maxAsked = 120

// readAsked finds the items of a form's questions, with the answers beside them or below. Lines that became rows join consumed.
func readAsked(d sheet, consumed map[int]bool) []*candidate {
	var all []*candidate
	for i, l := range d.Lines {
		if consumed[i] || l.Head {
			continue
		}
		over := d.asksAbove(i)
		for j, c := range l.Cells {
			name, value := askedFor(c.Text), ""
			if m := askedAndAnswered.FindStringSubmatch(c.Text); name == "" && m != nil {
				if answer := values.Clean(priceOf.ReplaceAllString(m[2], "")); answersBelow.MatchString(answer) {
					name, value = askedFor(m[1]), answer
				}
			}
			if bare := label.WithoutNumber(c.Text); name == "" && over && c.Product && restAfterName(bare) == 0 {
				name = bare
			}
			if name == "" {
				continue
			}
			r := row{description: name, place: l.Place(), at: i, table: -1, around: name}
			below := over && value == ""
			switch {
			case value != "":
				r.quantity, r.struck = value, c.Struck
				for _, more := range l.Cells[j+1:] {
					r.remarks = append(r.remarks, remark{text: more.Text})
				}
			case over:
				r.quantity, r.struck = d.Lines[i+1].Cells[j].Text, d.Lines[i+1].Cells[j].Struck
			default:
				below = r.readAnswer(d, j, consumed)
			}
			if r.quantity == "" {
				continue
			}
			whole := strings.HasSuffix(c.Text, "?") && !namesLicense(name) // two of them may ask for one amount
			all, consumed[i] = append(all, &candidate{row: r, from: inPair, amount: whole}), true
			if below {
				consumed[i+1] = true
			}
		}
	}
	return all
}

// asksAbove says that line i of a grid has nothing but what boxes ask for, with the answers below: a label or a product above each.
func (d sheet) asksAbove(i int) bool {
	asks := func(c page.Cell) bool {
		return c.Asks() || c.Product && (restAfterName(label.WithoutNumber(c.Text)) == 0 || askedFor(c.Text) != "")
	}
	l := d.Lines[i]
	if !l.Grid || len(l.Cells) < 2 || i+1 == len(d.Lines) || !d.Lines[i+1].Grid || len(d.Lines[i+1].Cells) != len(l.Cells) {
		return false
	}
	for j, c := range l.Cells {
		if below := d.Lines[i+1].Cells[j]; !asks(c) || below.LabelLike && stanceOf(below.Text) == nothingSaid || below.Product || math.Abs(below.Left-c.Left) >= 1 {
			return false
		}
	}
	return true
}

// readAnswer reads what answers the question in cell j of the row's line, and says whether that stands on the line below. Of choices one
// is marked, which is for others to read.
func (r *row) readAnswer(d sheet, j int, answers map[int]bool) (below bool) {
	cells := d.Lines[r.at].Cells
	beside := cells[j+1:]
	if next := slices.IndexFunc(beside, func(c page.Cell) bool {
		return c.LabelLike && stanceOf(c.Text) == nothingSaid || askedFor(c.Text) != ""
	}); next >= 0 {
		beside = beside[:next]
	}
	chooses := slices.ContainsFunc(beside, func(c page.Cell) bool { return anyBox.MatchString(c.Text) }) || len(beside) > 1 && stanceOf(beside[1].Text) != nothingSaid
	switch {
	case chooses:
	case len(beside) > 0:
		r.quantity, r.struck = beside[0].Text, beside[0].Struck
		for _, more := range beside[1:] {
			r.remarks = append(r.remarks, remark{text: more.Text})
		}
	case len(cells) == 1:
		r.quantity = d.numberBelow(r.at, answers)
		return r.quantity != ""
	}
	return false
}

var (
	asksHowMuch, wantsIt     = lexicon.Of("asksHowMuch"), lexicon.Of("wantsIt")
	asksWords, nameAndAmount = lexicon.Of("asksWords"), lexicon.Of("nameAndAmount")
	// askedAndAnswered is a question or a field with its answer behind it, and priceOf what is said there of its price.
	askedAndAnswered = lexicon.Compile(`^([^:?]*(?::|\?:?))\s+(\S.*)$`)
	priceOf          = lexicon.Of("priceOf")
	gigabyteWord     = lexicon.Compile(`(?i)(?:^|[^\pL])(?:gb|go|gigabytes?|gigaoctets?|гб)(?:$|[^\pL])`)
)
