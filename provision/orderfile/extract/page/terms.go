package page

import (
	"slices"

	"mozybot/provision/orderfile/extract/lexicon"
)

// Papers carry rules behind what they order. Clauses under a heading that says so name products, amounts and cancellations, and
// order none of it.

var (
	termsHeading = lexicon.Of("termsHeading")
	// clause is how one begins: a number, and a word. "1. 30 x Storage" is none.
	clause = lexicon.Compile(`^(?:§ ?)?\(?\d{1,2}(?:\.\d{1,2})*[.)]? +\p{Lu}`)
)

// fewestClauses are how many make terms; fewer may be somebody's own words.
const fewestClauses = 3

// dropTerms leaves out the clauses under such headings.
func (d *Page) dropTerms(heads func(Line) bool) {
	for i := 0; i < len(d.Lines); i++ {
		if text := d.Lines[i].Text(); len(text) > 60 || !termsHeading.MatchString(text) {
			continue
		}
		end, clauses := i+1, 0
		for end < len(d.Lines) && d.inTerms(end, clauses) && !heads(d.Lines[end]) {
			clauses += d.Lines[end].clauses()
			end++
		}
		if clauses >= fewestClauses {
			d.Lines = slices.Delete(d.Lines, i+1, end)
		}
	}
}

// clauses is how many begin in a line: terms are often set in columns.
func (l Line) clauses() (n int) {
	for _, c := range l.Cells {
		if clause.MatchString(c.Text) {
			n++
		}
	}
	return n
}

// inTerms says that line n begins a clause, or goes on with one.
func (d *Page) inTerms(n, clauses int) bool {
	l := d.Lines[n]
	field := slices.ContainsFunc(l.Cells, func(c Cell) bool { return c.LabelLike || clausesEnd.MatchString(c.Text) })
	return l.clauses() == len(l.Cells) || !field && len(l.Cells) <= maxColumns && (l.clauses() > 0 || clauses > 0 && l.Follows(d.Lines[n-1]))
}

// maxColumns is how many columns terms are set in at most. What is an item's quantity, or one with it, is none of theirs.
const maxColumns = 2

var clausesEnd = lexicon.Compile(`^[\d.,]+$|^\d[\d.,]* ?[x×] `)
